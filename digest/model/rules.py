"""The stable words of verdicts, by what they mean for an article."""

from __future__ import annotations

INSIDE = frozenset({"in-window", "undated-first-seen", "rescued-late"})
"""The article was taken for the issue."""

HOLD_EXPIRED = "hold-expired"
"""It had waited in Hold for as many issues as the settings allow."""

DROPPED_BEFORE = "dropped-before"
"""An earlier issue dropped it from Hold."""

ECHOES = frozenset(
    {
        "before-the-window",
        "after-the-window",
        "already-issued",
        "cut-before",
        "held-over",
        DROPPED_BEFORE,
    }
)
"""Only repeats what an earlier run decided, or says that the article is another window's."""

BULK = frozenset({"before-the-window", "already-issued"})
"""What every feed brings along again and again. The issues' own windows and items say the same
of such an article, so that issue.lock need not name each."""
