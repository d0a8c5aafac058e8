"""What the learner looks at in an article: words, address, who it is from, the title's shape.

A feature is one text, ``kind:value``. Features stand in blocks; each block of an article is
scaled to one length before they are joined, so that a long title does not drown its address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from digest.topics.tokens import tokens
from digest.urls import host_label

Block = Literal["words", "text", "address", "who", "shape"]

# How much a block weighs beside the others; measured (bench/topics.py).
BLOCK_WEIGHT: Mapping[Block, float] = {
    "words": 0.9,
    "text": 0.3,
    "address": 1.0,
    "who": 0.5,
    "shape": 0.4,
}
# The power to which a feature's rarity counts: rare words say more than common ones, and so do
# rare parts of an address, but less so: a host is telling however common it is.
RARITY: Mapping[Block, float] = {
    "words": 1.0,
    "text": 1.0,
    "address": 0.5,
    "who": 0.0,
    "shape": 1.0,
}

_TITLE_LETTERS, _TEXT_LETTERS, _ADDRESS_LETTERS = 500, 300, 500
_MOST_SEGMENTS = 3
_MOST_AUTHORS = 5
_ADDRESS = re.compile(r"https?://[^/?#]+(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_NOT_WORDS = re.compile(r"[\W_]+")
_PIECE = re.compile(r"v?\d+(?:\.\d+)+|[^\W_]+(?:['’][^\W_]+)*|[^\w\s]+|_+")
_VERSION = re.compile(r"v?\d+(\.\d+)+")
_FIRST_VERSION = re.compile(r"v?(0+\.0*1(\.0*)?|0+\.1\.0|1\.0+(\.0)?)")

_SAID = {
    "word": "word “{}” in the title",
    "pair": "words “{}” in the title",
    "text": "word “{}” in the text",
    "host": "host {}",
    "site": "site {}",
    "path": "address {}",
    "pathword": "“{}” in the address",
    "pathshape": "addresses like {}",
    "query": "query {}",
    "ending": "pages ending in .{}",
    "depth": "{} parts in the address",
    "source": "source {}",
    "author": "author {}",
    "language": "language {}",
    "length": "length of the title",
    "begins": "title that begins like “{}”",
    "ends": "title that ends like “{}”",
    "whole": "title written like “{}”",
    "has": "“{}” in the shape of the title",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What is known of an article or a past item: its title and address, the rest if stated."""

    title: str
    url: str = ""
    text: str = ""
    source: str = ""
    authors: tuple[str, ...] = ()
    language: str = ""


Features = dict[Block, list[str]]


def features_of(what: Described) -> Features:
    """The features by block, each once, in a fixed order; empty blocks are left out."""
    words = tokens(what.title, most_letters=_TITLE_LETTERS)
    edged = ["^", *words, "$"]
    pairs = [f"pair:{one} {next_}" for one, next_ in pairwise(edged)]
    title = what.title[:_TITLE_LETTERS]
    blocks: dict[Block, Iterable[str]] = {
        "words": [*(f"word:{word}" for word in words), *(pairs if words else [])],
        "text": [f"text:{word}" for word in tokens(what.text, most_letters=_TEXT_LETTERS)],
        "address": _address(what.url[:_ADDRESS_LETTERS]),
        "who": [
            *([f"source:{what.source}"] if what.source else []),
            *(f"author:{' '.join(who.casefold().split())}" for who in what.authors[:_MOST_AUTHORS]),
            *([f"language:{what.language.partition('-')[0].lower()}"] if what.language else []),
        ],
        "shape": _shape(title),
    }
    unique = {name: list(dict.fromkeys(found)) for name, found in blocks.items()}
    return {name: found for name, found in unique.items() if found}


def say(feature: str) -> str:
    """A feature for people: ``host blog.example``."""
    kind, _, value = feature.partition(":")
    if feature == "depth:1":
        return "one part in the address"
    return _SAID[kind].format(value.replace("^ ", "… ").replace(" $", " …"))


def _address(url: str) -> list[str]:
    parts = _ADDRESS.match(url)
    host = host_label(url) if parts else ""
    if parts is None or not host:
        return []
    labels = host.split(".")
    found = [f"host:{host}"]
    found += [f"site:{'.'.join(labels[at:])}" for at in range(1, len(labels) - 1)]
    segments = [part for part in _DIGITS.sub("9", parts["path"].lower()).split("/") if part]
    prefix = host
    for segment in segments[:_MOST_SEGMENTS]:
        prefix += f"/{segment}"
        found.append(f"path:{prefix}")
    words = {word for part in segments for word in _NOT_WORDS.split(part)} - {"", "9"}
    found += [f"pathword:{word}" for word in sorted(words)]
    form = "/".join("9" if part == "9" else "a" if len(part) < 12 else "A" for part in segments)
    found += [f"pathshape:{host}/{form}", f"depth:{min(len(segments), 6)}"]
    for parameter in (parts["query"] or "").split("&"):
        if parameter:
            found.append(f"query:{host}?{parameter.partition('=')[0]}")
    if segments and "." in segments[-1]:
        found.append(f"ending:{segments[-1].rpartition('.')[2][:6]}")
    return found


def _shape(title: str) -> list[str]:
    kinds = [_kind(piece) for piece in _PIECE.findall(title)]
    runs = [kind for at, kind in enumerate(kinds) if at == 0 or kinds[at - 1] != kind]
    if not runs:
        return []
    found = [
        f"length:{min(len(kinds), 12)}",
        f"begins:{' '.join(runs[:3])}",
        f"ends:{' '.join(runs[-3:])}",
    ]
    if len(runs) <= 8:
        found.append(f"whole:{' '.join(runs)}")
    telling = {kind for kind in kinds if kind in _TELLING or not kind[0].isalnum()}
    return [*found, *(f"has:{kind}" for kind in sorted(telling))]


# A first release, another one, a number, a year, capitals: told by these examples of themselves.
_TELLING = frozenset(["0.1", "1.2", "9", "1999", "AA"])


@lru_cache(maxsize=8192)
def _kind(piece: str) -> str:
    if not piece[0].isalnum():
        return piece[:2]
    if _VERSION.fullmatch(piece):
        return "0.1" if _FIRST_VERSION.fullmatch(piece) else "1.2"
    if piece.isdecimal():
        return "1999" if len(piece) == 4 and piece[0] in "12" else "9"
    if any(letter.isdecimal() for letter in piece):
        return "a9"
    if len(piece) > 1 and piece.isupper():
        return "AA"
    if len(piece) > 1 and piece[0].isupper():
        return "Aa" if piece[1:].islower() else "AaA"
    return "a" if len(piece) == 1 or piece.islower() else "aA"
