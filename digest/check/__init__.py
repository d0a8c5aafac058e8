"""``digest check``: judges the final bytes of an issue."""

from digest.check.runner import check, in_order
from digest.check.size import measure, weigh
from digest.check.stylesheets import explain_failure
from digest.check.subject import Background, Source, Stylesheet
from digest.model import LIMIT_BYTES

__all__ = [
    "LIMIT_BYTES",
    "Background",
    "Source",
    "Stylesheet",
    "check",
    "explain_failure",
    "in_order",
    "measure",
    "weigh",
]
