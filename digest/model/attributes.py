"""Attributes of a section heading: ``## Sponsor {.slot .sponsor #winter until=2025-05-01}``."""

from __future__ import annotations

import re
from dataclasses import dataclass

PLAIN = "default"
"""The name of a slot that names no design."""

_DESIGN = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_PART = re.compile(
    r"""\s*(?:
        \.(?P<name>[^\s.#={}"']+)
      | \#(?P<id>[^\s.#={}"']+)
      | (?P<key>[^\s.#={}"']+)=(?:"(?P<quoted>[^"{}]*)"|(?P<plain>[^\s"'{}]+))
    )(?=\s|$)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """What stands between the braces; ``pairs`` in their order."""

    classes: tuple[str, ...] = ()
    id: str = ""
    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def is_slot(self) -> bool:
        """True for a section that is rendered in a slot's design and left alone by compose."""
        return "slot" in self.classes

    @property
    def slot(self) -> str:
        """The slot's name, that of its design: ``sponsor`` of ``{.slot .sponsor}``."""
        names = (name for name in self.classes if name != "slot" and _DESIGN.fullmatch(name))
        return next(names, PLAIN).lower()

    def value(self, key: str) -> str:
        """What ``key=`` says, "" where it stands nowhere."""
        return dict(reversed(self.pairs)).get(key, "")


def parse_attributes(text: str) -> Attributes | None:
    """The attributes in ``.slot #id key=value key="two words"``, without the braces.

    None when the text is anything else; then the braces are the editor's own words.
    """
    classes: list[str] = []
    pairs: list[tuple[str, str]] = []
    name = ""
    at = 0
    end = len(text.rstrip())
    while at < end:
        part = _PART.match(text, at, end)
        if part is None:
            return None
        at = part.end()
        if part["name"]:
            classes.append(part["name"])
        elif part["id"]:
            name = part["id"]
        else:
            pairs.append((part["key"], part["quoted"] if part["plain"] is None else part["plain"]))
    if not (classes or name or pairs):
        return None
    return Attributes(classes=tuple(classes), id=name, pairs=tuple(pairs))


def split_attributes(heading: str) -> tuple[str, str]:
    """A heading's words and the text between its braces, "" where it has no attributes."""
    text = heading.rstrip()
    start = text.rfind("{")
    if start < 0 or not text.endswith("}") or text[start - 1 : start] in {"\\", "{"}:
        return heading, ""
    inside = text[start + 1 : -1]
    if parse_attributes(inside) is None:
        return heading, ""
    return text[:start].rstrip(), inside.strip()
