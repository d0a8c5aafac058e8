"""``digest check``: judges the final bytes of an issue."""

from digest.check.runner import check
from digest.check.size import LIMIT_BYTES, measure

__all__ = ["LIMIT_BYTES", "check", "measure"]
