"""The colours that text really gets: styles cascaded over the final HTML, without a browser.

Only what contrast needs: colour, ground, size and weight of text, in three lights: ``light``,
``dark`` (prefers-color-scheme) and ``outlook`` (dark mode of Outlook's apps, [data-ogsc]).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from digest.check.styles import Declaration, parse_sheet, parse_style

Scheme = Literal["light", "dark", "outlook"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark", "outlook")
Colour = tuple[float, float, float]

_WIDTH_PX = 600.0
_MEASURE = re.compile(r"\((min|max)-width:\s*(\d+(?:\.\d+)?)px\)")
_NEVER = re.compile(r":(?:hover|focus|active|visited|target|lang|has|is|where)|::|:before|:after")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)(px|pt|em|rem|%)")
_PIXELS = {"px": 1.0, "pt": 4 / 3}
_WATCHED = frozenset(
    ["color", "background", "background-color", "font", "font-size", "font-weight", "display"]
)
_BLACK, _WHITE, _NIGHT = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (0.07, 0.07, 0.07)
_LINK: dict[bool, Colour] = {False: (0.0, 0.0, 0.933), True: (0.62, 0.62, 1.0)}
_HEADINGS = {"h1": 2.0, "h2": 1.5, "h3": 1.17, "h4": 1.0, "h5": 0.83, "h6": 0.67}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How an element's own text looks; sizes in px."""

    colour: Colour
    ground: Colour
    size: float
    bold: bool

    @property
    def is_large(self) -> bool:
        """WCAG's large text: from 24 px on, or 18.66 px where it is bold."""
        return self.size >= 24 or (self.bold and self.size >= 18.66)

    @property
    def contrast(self) -> float:
        """The contrast of WCAG 2, from 1 to 21."""
        one, other = luminance(self.colour), luminance(self.ground)
        return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def luminance(colour: Colour) -> float:
    """Relative luminance of an sRGB colour, 0 to 1."""
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def looks(tree: Any, scheme: Scheme) -> Iterator[tuple[Any, Look]]:
    """Each element of the body that has text of its own, with how that text looks."""
    if scheme == "outlook":
        tree = deepcopy(tree)
        tree.set("data-ogsc", "")
        tree.set("data-ogsb", "")
    styles = _cascade(tree, scheme)
    dark = scheme == "dark" and _follows_the_dark(tree)
    start = Look(
        colour=_WHITE if dark else _BLACK, ground=_NIGHT if dark else _WHITE, size=16.0, bold=False
    )
    yield from _walk(tree, start, styles, dark)


def _walk(
    element: Any, above: Look, styles: dict[Any, dict[str, str]], dark: bool
) -> Iterator[tuple[Any, Look]]:
    if not isinstance(element.tag, str) or element.tag in ("head", "style", "script", "title"):
        return
    style = styles.get(element, {})
    if style.get("display", "") == "none":
        return
    look = _look(element, above, style, dark)
    texts = [element.text, *(child.tail for child in element)]
    if any(text and text.strip() for text in texts):
        yield element, look
    for child in element:
        yield from _walk(child, look, styles, dark)


def _look(element: Any, above: Look, style: dict[str, str], dark: bool) -> Look:
    look = above
    if element.tag == "a" and element.get("href"):
        look = replace(look, colour=_LINK[dark])
    if element.tag in _HEADINGS:
        look = replace(look, size=above.size * _HEADINGS[element.tag], bold=True)
    elif element.tag in ("b", "strong", "th"):
        look = replace(look, bold=True)
    ground = style.get("background-color") or element.get("bgcolor") or ""
    colour = style.get("color", "")
    return replace(
        look,
        ground=_paint(ground, above.ground, above.colour),
        colour=above.colour if colour == "inherit" else _paint(colour, look.colour, above.colour),
        size=_size(style["font-size"], above.size, look.size)
        if "font-size" in style
        else look.size,
        bold=_is_bold(style["font-weight"], look.bold) if "font-weight" in style else look.bold,
    )


def _cascade(tree: Any, scheme: Scheme) -> dict[Any, dict[str, str]]:
    """What holds of the watched properties, for each element that has any."""
    won: dict[Any, dict[str, tuple[tuple[Any, ...], str]]] = {}

    def apply(element: Any, declaration: Declaration, weight: tuple[Any, ...]) -> None:
        for name, value in _longhands(declaration):
            mine = won.setdefault(element, {})
            rank = (declaration.important, *weight)
            if name not in mine or mine[name][0] <= rank:
                mine[name] = (rank, value)

    order = 0
    for sheet in tree.iter("style"):
        for rule in parse_sheet(sheet.text or "").rules:
            watched = [entry for entry in rule.declarations if entry.name in _WATCHED]
            if not watched or not all(_holds(media, scheme) for media in rule.media):
                continue
            order += 1
            for specificity, find in _selectors(rule.selector):
                for element in find(tree):
                    for declaration in watched:
                        apply(element, declaration, (False, specificity, order))
    for element in tree.iter():
        style = element.get("style") if isinstance(element.tag, str) else None
        if style:
            for declaration in parse_style(style):
                if declaration.name in _WATCHED:
                    apply(element, declaration, (True, (0, 0, 0), 0))
    return {
        element: {name: value for name, (_, value) in mine.items()} for element, mine in won.items()
    }


@lru_cache(maxsize=1024)
def _selectors(text: str) -> tuple[tuple[tuple[int, int, int], Any], ...]:
    from cssselect import HTMLTranslator, SelectorError, parse
    from lxml import etree

    if text.startswith("@"):
        return ()
    translator = HTMLTranslator()
    found = []
    for part in text.split(","):
        if _NEVER.search(part):
            continue
        try:
            (selector,) = parse(part)
            path = translator.selector_to_xpath(selector, prefix="descendant-or-self::")
        except (SelectorError, ValueError):
            continue
        found.append((selector.specificity(), etree.XPath(path)))
    return tuple(found)


def _holds(media: str, scheme: Scheme) -> bool:
    """Whether a media query holds on a screen of 600 px; one that is not known does not."""
    for query in media.lower().split(","):
        left = re.sub(r"\b(?:only )?(?:screen|all)\b|\band\b", "", query)
        for which, pixels in _MEASURE.findall(left):
            wide = float(pixels)
            if not (wide <= _WIDTH_PX if which == "min" else wide >= _WIDTH_PX):
                break
        else:
            left = _MEASURE.sub("", left)
            if scheme in ("light", "dark"):
                left = re.sub(rf"\(prefers-color-scheme:\s*{scheme}\)", "", left)
            if not left.strip():
                return True
    return False


def _longhands(declaration: Declaration) -> Iterator[tuple[str, str]]:
    name, value = declaration.name, declaration.value
    if name == "background":
        colour = next((part for part in value.split() if _colour(part)), "transparent")
        yield "background-color", colour
    elif name == "font":
        size = _SIZE.search(value)
        if size:
            before = value[: size.start()].lower()
            bold = re.search(r"\bbold\b|\b[1-9]00\b", before)
            yield "font-size", size[0]
            yield "font-weight", bold[0] if bold else "normal"
    else:
        yield name, value


def _follows_the_dark(tree: Any) -> bool:
    said = [sheet.text or "" for sheet in tree.iter("style")]
    said += tree.xpath("//meta[@name='color-scheme']/@content")
    return any(re.search(r"\bcolor-scheme:[^;}]*dark|^[a-z ]*\bdark\b", text) for text in said)


def _size(value: str, inherited: float, own: float) -> float:
    found = _SIZE.fullmatch(value.strip())
    if found is None:
        return own
    number, unit = float(found[1]), found[2]
    if unit in _PIXELS:
        return number * _PIXELS[unit]
    if unit == "rem":
        return number * 16
    return inherited * (number / 100 if unit == "%" else number)


def _is_bold(value: str, inherited: bool) -> bool:
    value = value.strip().lower()
    if value.isdigit():
        return int(value) >= 600
    return {"bold": True, "bolder": True, "normal": False, "lighter": False}.get(value, inherited)


@lru_cache(maxsize=512)
def _colour(value: str) -> tuple[float, float, float, float] | None:
    from tinycss2.color3 import parse_color

    found = parse_color(value) if value else None
    if found is None or found == "currentColor":
        return None
    return (float(found.red), float(found.green), float(found.blue), float(found.alpha))


def _paint(value: str, under: Colour, current: Colour) -> Colour:
    """A colour laid over another; where it is none, the other."""
    if value.lower() == "currentcolor":
        return current
    found = _colour(value)
    if found is None:
        return under
    *channels, alpha = found
    red, green, blue = (
        over * alpha + beneath * (1 - alpha) for over, beneath in zip(channels, under, strict=True)
    )
    return (red, green, blue)


def as_hex(colour: Colour) -> str:
    """A colour as stylesheets write it."""
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in colour)
