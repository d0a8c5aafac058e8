"""``digest check``: judges the final bytes of an issue."""

from digest.check.runner import check
from digest.check.size import measure

__all__ = ["check", "measure"]
