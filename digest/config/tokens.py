"""Design tokens: their names, and what a value of one gets wrong.

A token is a key of ``[theme]`` that a theme states too, under ``[tokens]`` of its theme.toml.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import Any

from digest.config import colours
from digest.config.lines import Path
from digest.config.mistakes import Mistake
from digest.config.schema import Theme

LOGO = ("logo", "logo_dark", "logo_alt", "logo_width", "logo_height")
TOKENS = tuple(field.name for field in dataclasses.fields(Theme) if field.name not in LOGO)
NUMBERS = {
    "text_size": (14, 22),
    "width": (320, 600),
    "logo_width": (1, 600),
    "logo_height": (1, 400),
}
FONTS = ("font", "heading_font")
COLOURS = tuple(name for name in TOKENS if name not in (*NUMBERS, *FONTS))

Tokens = dict[str, str | int]

_GROUNDS = ("paper", "tint")
_GENERIC = ("serif", "sans-serif", "monospace", "system-ui", "cursive")
_FAMILY = re.compile(r"[\w .-]+")


def find_token_mistakes(table: Mapping[str, Any], at: Path, under: Tokens) -> list[Mistake]:
    """What is wrong with the tokens that ``table`` states over those of ``under``.

    What is no token, or has the wrong type, is left to whoever structures the table.
    """
    found: list[Mistake] = []
    for name in COLOURS:
        found.extend(_colour((*at, name), table.get(name)))
    for name, (least, most) in NUMBERS.items():
        value = table.get(name)
        if type(value) is int and not least <= value <= most:
            fix = f"write a whole number of pixels from {least} to {most}"
            found.append(Mistake(path=(*at, name), message=f"{value} is out of bounds", fix=fix))
    for name in FONTS:
        found.extend(_font((*at, name), table.get(name)))
    return found or list(_contrasts(table, at, under))


def font_stack(text: str) -> str:
    """A list of fonts as CSS writes it, names of several words in quotes."""
    names = (name.strip().strip("\"'").strip() for name in text.split(","))
    return ",".join(f"'{name}'" if " " in name else name for name in names)


def _contrasts(table: Mapping[str, Any], at: Path, under: Tokens) -> Iterator[Mistake]:
    stated = {
        name: value
        for name in COLOURS
        if isinstance(value := table.get(name), str) and colours.is_colour(value)
    }
    tokens: Tokens = {**under, **stated}
    for name in stated:
        needs = [
            (ground, ratio)
            for other, ratio, ground in _pairs(name, tokens)
            # A pair of which both are stated is told once, with its text.
            if not (_is_ground(name) and other in stated)
        ]
        colour = str(tokens[name])
        poor = [(colours.contrast(colour, ground), ratio, ground) for ground, ratio in needs]
        poor = [entry for entry in poor if entry[0] < entry[1]]
        if not poor:
            continue
        actual, ratio, ground = min(poor)
        size = "text" if ratio == colours.TEXT else "large text"
        better = colours.passing(colour, needs)
        yield Mistake(
            path=(*at, name),
            message=f'"{colour}" beside {ground} has a contrast of {_shown(actual)}:1; '
            f"WCAG AA asks {ratio:g}:1 of {size}",
            fix=f'write {name} = "{better}"' if better else "choose another colour",
        )


def _pairs(name: str, tokens: Tokens) -> Iterator[tuple[str, float, str]]:
    """With which token ``name`` is read together, the contrast that it takes, its colour."""
    dark = "dark_" if name.startswith("dark_") else ""
    plain = name.removeprefix("dark_")
    texts = {"ink": colours.TEXT, "soft": colours.TEXT, "accent": colours.TEXT}
    if plain in texts:
        for ground in _GROUNDS:
            yield f"{dark}{ground}", texts[plain], str(tokens[f"{dark}{ground}"])
    elif plain == "title":
        yield f"{dark}paper", colours.LARGE, str(tokens[f"{dark}paper"])
    elif plain in _GROUNDS:
        for text, ratio in texts.items():
            yield f"{dark}{text}", ratio, str(tokens[f"{dark}{text}"])
        if plain == "paper":
            yield f"{dark}title", colours.LARGE, str(tokens[f"{dark}title"])


def needs_of(name: str, tokens: Tokens) -> list[tuple[str, float]]:
    """The colours that the token ``name`` is read against, each with the contrast it takes."""
    return [(colour, ratio) for _, ratio, colour in _pairs(name, tokens)]


def _is_ground(name: str) -> bool:
    return name.removeprefix("dark_") in _GROUNDS


def _shown(ratio: float) -> str:
    """Cut, not rounded: 4.499 is not 4.5."""
    return f"{int(ratio * 100) / 100:.2f}"


def _colour(path: Path, value: object) -> Iterator[Mistake]:
    if isinstance(value, str) and value and not colours.is_colour(value):
        yield Mistake(
            path=path,
            message=f'"{value[:60]}" is not a colour that every mail client reads',
            fix='write six digits: "#7a1f1f"',
        )


def _font(path: Path, value: object) -> Iterator[Mistake]:
    if not isinstance(value, str) or not value:
        return
    names = [name.strip().strip("\"'").strip() for name in value.split(",")]
    if not all(_FAMILY.fullmatch(name) for name in names):
        yield Mistake(
            path=path,
            message=f'"{value[:60]}" is not a list of fonts',
            fix='write names with commas between: "Inter, Helvetica, sans-serif"',
        )
    elif names[-1] not in _GENERIC:
        yield Mistake(
            path=path,
            message="has no fallback: a reader who lacks these fonts gets any",
            fix=f"end it with one of {', '.join(_GENERIC)}",
        )
