"""How issue.lock says that an issue was brought along: sent long ago, by another program.

The line stands among the deliveries, so that everything that refuses to send or to compose a
sent issue refuses this one too, in a clone without a database as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

TARGET = "import"
"""The target's name in the line. A target of digest.toml may be called so as well: its lines
have no ``imported``."""


def import_line(*, at: str, day: date, source: str, source_hash: str, items: int) -> dict[str, Any]:
    """The line of issue.lock: when the issue was sent as its document says (``at``, a day alone
    or an instant; ``day`` in the newsletter's zone), the ``source`` that it was imported from,
    and a hash of that."""
    return {
        "target": TARGET,
        "at": at,
        "day": day.isoformat(),
        "imported": source,
        "source_hash": source_hash,
        "items": items,
    }


def find_import(deliveries: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The line that says so, None in an issue that digest composed."""
    return next((line for line in deliveries if "imported" in line), None)
