"""One kind of finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One kind of finding. ``says`` is a sentence on what was found, ``fix`` the remedy."""

    code: str
    severity: Severity
    says: str
    why: str
    fix: str


def error(code: str, *, says: str, why: str, fix: str) -> Entry:
    """A kind of finding that blocks a send."""
    return Entry(code=code, severity="error", says=says, why=why, fix=fix)


def warning(code: str, *, says: str, why: str, fix: str) -> Entry:
    """A kind of finding that blocks nothing."""
    return Entry(code=code, severity="warning", says=says, why=why, fix=fix)
