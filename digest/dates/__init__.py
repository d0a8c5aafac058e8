"""Text to :class:`~digest.model.When`, or None with a reason; never fills in a missing part.

``parse_when`` reads a whole string that is meant to be a date, ``parse_stamp`` one that a program
wrote, where seconds since 1970 are a date, too; ``find_dates`` finds dates that
stand in prose, ``in_zone`` puts a wall clock time into a zone. Strict forms of our own:
python-dateutil completes what is missing from today, drops zones it does not know and turns
``GMT+9`` round.
"""

from digest.dates.epoch import parse_stamp
from digest.dates.parse import in_zone, parse_when
from digest.dates.prose import find_dates, has_yearless_date

__all__ = ["find_dates", "has_yearless_date", "in_zone", "parse_stamp", "parse_when"]
