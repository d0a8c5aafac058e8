"""Where something stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A stretch of lines in a file; lines count from 1, 0 means the file as a whole."""

    file: str
    first_line: int = 0
    last_line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.first_line}" if self.first_line else self.file
