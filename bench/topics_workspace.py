"""The same places by the real command: past issues as issue.md, new articles as JSON lines.

Each place is written into an empty folder as any newsletter could be, one issue.md an issue with
headings and items and nothing else, and ``digest topics assign`` is run there as a script would.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from digest.issue.escape import escape_heading, escape_inline

Row = Mapping[str, Any]


def assign_by_command(
    train: Sequence[Sequence[Row]], test: Sequence[Row]
) -> tuple[list[dict[str, Any]], float]:
    """What the command says of each new article, in their order, and its processor seconds."""
    with Workspace() as workspace:
        for number, rows in enumerate(train, start=1):
            workspace.add(number, rows)
        return workspace.assign(test)


class Workspace:
    """An empty folder that past issues are written into; with ``settings``, a workspace that
    keeps what it learned."""

    def __init__(self, settings: str | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._path = Path(self._folder.name)
        if settings is not None:
            self.settings(settings)

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *error: object) -> None:
        self._folder.cleanup()

    def settings(self, text: str) -> None:
        """Writes digest.toml."""
        (self._path / "digest.toml").write_text(text, encoding="utf-8")

    def add(self, number: int, rows: Sequence[Row]) -> None:
        """Writes an issue."""
        issue = self._path / "issues" / str(number) / "issue.md"
        issue.parent.mkdir(parents=True)
        issue.write_text("\n".join(_document(rows)), encoding="utf-8")

    def assign(self, test: Sequence[Row]) -> tuple[list[dict[str, Any]], float]:
        """What the command says of new articles, and its processor seconds."""
        lines = [json.dumps({"title": row["title"], "url": row["url"]}) for row in test]
        (self._path / "new.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        own = () if (self._path / "digest.toml").exists() else ("--issues", "issues")
        before = os.times()
        done = subprocess.run(
            [sys.executable, "-m", "digest", "topics", "assign", "new.jsonl", *own, "--json"],
            cwd=self._path,
            capture_output=True,
            text=True,
            check=True,
            env={key: value for key, value in os.environ.items() if not key.startswith("DIGEST_")},
        )
        after = os.times()
        seconds = after.children_user + after.children_system
        seconds -= before.children_user + before.children_system
        said: list[dict[str, Any]] = json.loads(done.stdout)
        if [one["url"] for one in said] != [row["url"] for row in test]:
            raise RuntimeError("the command answered for other articles than it was asked")
        return said, seconds


def _document(rows: Sequence[Row]) -> Iterator[str]:
    """Sections as the issue has them: one that comes again is written again."""
    for section, items in groupby(rows, key=lambda row: row["section"]):
        yield f"## {escape_heading(section)}\n"
        for row in items:
            yield f"### [{escape_inline(row['title'])}]({_target(row['url'])})\n"


def _target(url: str) -> str:
    """An address as Markdown takes it: one with blanks stands in angle brackets."""
    return f"<{url}>" if any(map(str.isspace, url)) else url
