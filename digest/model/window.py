"""The time that an issue covers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Half-open ``[start, end)`` of instants, with the zone whose days it counts.

    ``start`` and ``end`` are aware and stand in ``timezone`` (an IANA name).
    """

    start: datetime
    end: datetime
    timezone: str
    label: str = ""

    @property
    def hours(self) -> float:
        """True length in hours: measured in UTC, for wall clocks jump."""
        return (self.end.astimezone(UTC) - self.start.astimezone(UTC)).total_seconds() / 3600

    def to_json(self) -> dict[str, Any]:
        return {
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "timezone": self.timezone,
        }
