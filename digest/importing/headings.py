"""A section's name without what editors put around it."""

from __future__ import annotations

import re
import unicodedata

_NUMBER = re.compile(
    r"""^(?:
        (?:\#|no\.?\s|nr\.?\s|part\s|teil\s)?\d{1,3}(?:\.\d{1,2})*\s*(?:[.):：—–·|-]+\s+|[.)](?=[^\s\d]))
      | [ivx]{1,5}[.)]\s+ | [a-z]\)\s+ | [0-9]\ufe0f?\u20e3\s*
      | [①-⑳❶-❿]\s* | [一二三四五六七八九十]{1,3}[、.．]\s*
    )""",
    re.VERBOSE | re.IGNORECASE,
)


def clean_heading(words: str) -> str:
    """A section's name without number, pictures and marks around it, so that the same section
    is called the same in every issue. The words stay the editor's own; where nothing else is
    left, all of it stays."""
    name = words.strip()
    while True:
        shorter = _NUMBER.sub("", _trim(name), count=1)
        if shorter == name:
            break
        name = shorter
    name = name.rstrip(":：").rstrip() or words.strip()
    # The one name that means something to digest itself.
    return f"{name}:" if name.casefold() == "hold" else name


def _trim(text: str) -> str:
    """Without pictures, rules and blanks at both ends; ``C++`` and ``.NET`` keep theirs."""
    start, end = 0, len(text)
    while start < end and _is_ornament(text[start]):
        start += 1
    while end > start and _is_ornament(text[end - 1]):
        end -= 1
    return text[start:end]


def _is_ornament(char: str) -> bool:
    if char.isspace() or char in "*_=~•·|—–►▶»«-\ufe0f\u200d\u20e3":
        return True
    # Keycaps and flags are pictures; so are skin tones and the tags of regional flags.
    category = unicodedata.category(char)
    return category in ("So", "Cn", "Co") or "\U0001f3fb" <= char <= "\U0001f3ff"
