"""Whether text stands out from its ground, by day, by night and in Outlook's dark mode."""

from __future__ import annotations

from collections.abc import Iterator

from digest.check.cascade import SCHEMES, as_hex, looks
from digest.check.catalogue import finding
from digest.check.subject import Subject
from digest.model import Finding

AA, AA_LARGE = 4.5, 3.0
"""What WCAG 2.2 asks of text (1.4.3), and of large text."""

_NAMES = {"light": "in light mode", "dark": "in dark mode", "outlook": "in Outlook's dark mode"}
_SHOWN = 40


def check_contrast(subject: Subject) -> Iterator[Finding]:
    """low-contrast: each pair of colours once."""
    seen: set[tuple[str, str]] = set()
    for scheme in SCHEMES:
        for element, look in looks(subject.tree, scheme):
            ratio = look.contrast
            if ratio >= (AA_LARGE if look.is_large else AA):
                continue
            pair = (as_hex(look.colour), as_hex(look.ground))
            if pair in seen:
                continue
            seen.add(pair)
            words = " ".join(element.text_content().split())[:_SHOWN]
            message = f"{pair[0]} on {pair[1]} has {ratio:.1f}:1 {_NAMES[scheme]}: {words}"
            yield finding("low-contrast", message, subject.styled(pair[0]))
