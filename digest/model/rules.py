"""The stable words of verdicts, by what they mean for an article."""

from __future__ import annotations

INSIDE = frozenset({"in-window", "undated-first-seen", "rescued-late"})
"""The article was taken for the issue."""

ECHOES = frozenset(
    {"before-the-window", "after-the-window", "already-issued", "cut-before", "held-over"}
)
"""Only repeats what an earlier run decided, or says that the article is another window's."""

BULK = frozenset({"before-the-window", "already-issued"})
"""What every feed brings along again and again. The issues' own windows and items say the same
of such an article, so that issue.lock need not name each."""
