"""Values that CSS does not take: colours that are none, lengths without a unit.

Judged are only the mistakes that people make; what is not known here passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from digest.check.styles import Declaration, Mistake, Sheet

_COLOURED = re.compile(r"(?:background-|text-decoration-|outline-|caret-|border-(?:\w+-)?)?color")
_MEASURED = re.compile(
    r"(?:margin|padding)(?:-\w+)?|(?:(?:max|min)-)?(?:width|height)|font-size|letter-spacing"
    r"|word-spacing|text-indent|border-(?:\w+-)?(?:width|radius)|border-spacing|top|right|bottom|left"
)
_UNITS = frozenset(["px", "pt", "em", "rem", "ex", "ch", "vw", "vh", "in", "cm", "mm", "pc"])
_KEYWORDS = """
    inherit initial unset revert revert-layer currentcolor transparent accentcolor
    accentcolortext activetext buttonborder buttonface buttontext canvas canvastext field fieldtext
    graytext highlight highlighttext linktext mark marktext selecteditem selecteditemtext
    visitedtext
"""
_ANY_COLOUR = frozenset(_KEYWORDS.split())
_BLANK = frozenset(["whitespace", "comment"])


def find_bad_values(sheet: Sheet) -> Iterator[Mistake]:
    """What is wrong with the values of a stylesheet, one for each declaration."""
    from tinycss2 import parse_component_value_list

    for rule in sheet.rules:
        if rule.selector.startswith("@"):
            continue
        for declaration in rule.declarations:
            message = _fault(declaration, parse_component_value_list(declaration.value))
            if message:
                yield Mistake(declaration.line, f"{declaration.name}: {message}")


def _fault(declaration: Declaration, tokens: Sequence[Any]) -> str:
    name = declaration.name
    if name.startswith(("--", "mso-")):
        return ""
    for at, token in enumerate(tokens):
        if token.type == "literal" and token.value == "!":
            return "what follows the ! is not important"
        if token.type == "hash" and not _is_colour(token):
            return f"#{token.value} is no colour"
        if token.type == "ident" and _COLOURED.fullmatch(name) and not _is_colour(token):
            return f"{token.value} is no colour"
        if token.type == "number" and _is_parted(tokens[at + 1 :]):
            return f"a blank stands between {token.representation} and its unit"
        if token.type == "number" and token.value and _MEASURED.fullmatch(name):
            return f"{token.representation} has no unit"
    return ""


def _is_colour(token: Any) -> bool:
    from tinycss2.color3 import parse_color

    if token.type == "hash":
        return re.fullmatch(r"(?:[0-9a-fA-F]{3,4}){1,2}", token.value) is not None
    word = str(token.lower_value)
    # A value of the template's own stands as a row of x.
    return word in _ANY_COLOUR or set(word) == {"x"} or parse_color(word) is not None


def _is_parted(following: Sequence[Any]) -> bool:
    """Whether a number's unit follows after a blank."""
    rest = [token for token in following[:2] if token.type not in _BLANK]
    if len(following) < 2 or following[0].type not in _BLANK or len(rest) != 1:
        return False
    unit = rest[0]
    if unit.type == "ident":
        return unit.lower_value in _UNITS
    return bool(unit.type == "literal" and unit.value == "%")
