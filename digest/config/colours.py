"""Colours as ``#rrggbb``, and how well one can be read on another (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterable

TEXT = 4.5
"""The contrast that WCAG AA asks of text, as a ratio to 1."""

LARGE = 3.0
"""The same of large text: from 24 px, or from 18.7 px in bold."""

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_STEPS = 200


def is_colour(text: str) -> bool:
    """True for six digits after a number sign: all that every mail client reads."""
    return _HEX.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def passing(colour: str, needs: Iterable[tuple[str, float]]) -> str | None:
    """The colour of the same hue nearest to ``colour`` that keeps each of ``needs``.

    A need is a colour to be read against and the contrast that it takes. None when no
    lightness keeps them all.
    """
    wanted = tuple(needs)
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    steps = sorted(range(_STEPS + 1), key=lambda step: abs(step / _STEPS - lightness))
    for step in steps:
        found = _hex(colorsys.hls_to_rgb(hue, step / _STEPS, saturation))
        if all(contrast(found, other) >= ratio for other, ratio in wanted):
            return found
    return None


def _luminance(colour: str) -> float:
    red, green, blue = (
        value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4
        for value in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(value * 255):02x}" for value in channels)
