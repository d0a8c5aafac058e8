"""A date string in one form of writing: all digits ASCII, Han numerals in figures."""

from __future__ import annotations

import re
import unicodedata

_HAN_DATE = re.compile(
    r"(?:(令和|平成|昭和|民國|民国)([元〇零一二三四五六七八九十]{1,3})|([〇零一二三四五六七八九]{4}))年"
    r"([〇零一二三四五六七八九十]{1,2})月([〇零一二三四五六七八九十]{1,3})[日号號]"
)
_HAN_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0}


def normalise(text: str) -> str:
    """NFKC, all digits ASCII, format characters out, one kind of blank and of minus."""
    if text.isascii():
        return " ".join(text.split())
    kept: list[str] = []
    for char in unicodedata.normalize("NFKC", text):
        if char.isascii():
            kept.append(char)
        elif char.isdecimal():
            kept.append(str(unicodedata.decimal(char)))
        elif char in "−–—‐‑":
            kept.append("-")
        elif char in "،、":
            kept.append(",")
        elif unicodedata.category(char) != "Cf":
            kept.append(char)
    plain = " ".join("".join(kept).split())
    return _HAN_DATE.sub(_han_to_digits, plain)


def _han_to_digits(match: re.Match[str]) -> str:
    year = f"{match[1]}{han_number(match[2])}" if match[1] else f"{han_number(match[3]):04d}"
    return f"{year}年{han_number(match[4])}月{han_number(match[5])}日"


def han_number(text: str) -> int:
    """The number of ``二十四``, ``二〇二五`` and ``元``, the first year of an era."""
    if text == "元":
        return 1
    if text.isdecimal():
        return int(text)
    if "十" not in text:
        return int("".join(str(_HAN_DIGITS[char]) for char in text))
    tens, _, units = text.partition("十")
    return (_HAN_DIGITS.get(tens, 1) if tens else 1) * 10 + _HAN_DIGITS.get(units, 0)
