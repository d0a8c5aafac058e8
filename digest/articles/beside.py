"""The date that a page shows to its readers, beside its title or after a word that says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from digest.articles.jsonld import bare
from digest.articles.stamps import day_first
from digest.dates import find_dates
from digest.markup import element_text
from digest.model import When

_BEFORE, _AFTER = 200, 400
"""Characters before and after the title in which a date is the article's."""

_UNREAD = frozenset(["script", "style", "noscript", "template", "svg", "iframe", "select", "nav"])
_NOT_PUBLISHED = re.compile(
    r"updat|modif|edited|aktualis|geändert|bearbeitet|stand:|mis à jour|màj|actualizad|atualizad"
    r"|aggiornat|bijgewerkt|gewijzigd|обновлен|изменен|수정|更新|最終|last\b|©|copyright|\bborn\b"
    r"|since|seit|until|bis\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:published|posted|publication date|date of publication|publiziert|veröffentlicht|erschienen"
    r"|erstellt|online seit|eingestellt|publiée?|mise? en ligne|parue?|publicad[oa]|publicación"
    r"|publicação|pubblicat[oa]|gepubliceerd|geplaatst|verschenen|opublikowano|publicerad|publisert"
    r"|udgivet|julkaistu|yayınlanma|опубликован[оа]?|дата публикации|게시일?|등록일?|입력|発行日?"
    r"|公開日?|掲載日?|发布|發布|发表|發表|نشر)(?=\W)",
    re.IGNORECASE,
)
_LABELLED = 40
"""Characters after such a word in which its date stands."""
_WALL = re.compile(
    r"^\W{0,4}(?:um|at|à|às|a las|alle|kl\.?|om|в|오전|오후|\||-|–)?\W{0,3}"
    r"(?P<hour>[01]?\d|2[0-3])\s?[:.h]\s?(?P<minute>[0-5]\d)(?::[0-5]\d)?(?:\s?(?P<half>[ap])\.?m\b)?",
    re.IGNORECASE,
)
_MAX_TEXT = 200_000
_LIST = 3
"""So many days before a title are a list of other articles, not its date line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A day that readers see, with the time on the wall where one stands right after it."""

    when: When
    wall: datetime | None = None

    @property
    def day(self) -> str:
        return self.when.value.isoformat()[:10]


def beside_title(root: Any, title: str, *, language: str, timezone: str) -> Shown | None:
    """The first full date right after the page's title, else the last right before it."""
    heading = _heading(root, bare(title))
    if heading is None:
        return None
    inside = element_text(heading)
    after = inside + "\n" + _text_after(heading)
    found = list(_dates(after[: len(inside) + _AFTER], language, timezone))
    if found:
        return found[0]
    before = _text_before(heading)[-2 * _BEFORE :]
    found = list(_dates(before[-_BEFORE:], language, timezone))
    if not found or len({shown.day for shown in _dates(before, language, timezone)}) >= _LIST:
        return None
    return found[-1]


def labelled(root: Any, *, language: str, timezone: str) -> Shown | None:
    """The first date that follows a word like "published" anywhere in the page's text."""
    text = element_text(root, paragraphs=True)[:_MAX_TEXT]
    for label in _LABEL.finditer(text):
        stretch = text[label.end() : label.end() + _LABELLED]
        found = next(iter(_dates(stretch, language, timezone)), None)
        if found is not None:
            return found
    return None


def visible_days(root: Any, *, language: str, timezone: str) -> set[str]:
    """All days that the page's text states, those of changes and copyright lines left out."""
    text = element_text(root, paragraphs=True)[:_MAX_TEXT]
    return {shown.day for shown in _dates(text, language, timezone)}


def _dates(text: str, language: str, zone: str) -> Iterator[Shown]:
    # No date goes on from one block into the next: "April 2025", "Dec 31, 1998" is no 31 Dec 2025.
    text = day_first(text.replace("\n", " ¶ "), language)
    for start, end, when in find_dates(text, basis="dateline", timezone=zone):
        if _NOT_PUBLISHED.search(text[max(0, start - 25) : start]):
            continue
        yield Shown(when=when, wall=_wall(when, text[end : end + 24]))


def _wall(when: When, following: str) -> datetime | None:
    found = _WALL.search(following)
    if found is None:
        return None
    hour, half = int(found["hour"]), (found["half"] or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    year, month, day = (int(part) for part in when.value.isoformat()[:10].split("-"))
    return datetime.combine(
        datetime(year, month, day),
        time(hour, int(found["minute"])),
    )


def _heading(root: Any, wanted: str) -> Any:
    """The heading that is the title, the same words before those that only hold them."""
    alike = None
    for element in root.iter("h1", "h2", "h3"):
        words = bare(element_text(element))
        if not words or not wanted:
            continue
        if words == wanted:
            return element
        if alike is None and element.tag != "h3" and (words in wanted or wanted in words):
            alike = element
    return alike


def _text_after(heading: Any) -> str:
    """What stands after an element in the page, at least _AFTER characters of it if it has."""
    pieces: list[str] = []
    length = 0
    current = heading
    while current is not None and current.tag != "body" and length < _AFTER:
        sibling = current
        while sibling is not None and length < _AFTER:
            if sibling is not current:
                for piece in _texts(sibling):
                    pieces.append(piece)
                    length += len(piece)
                    if length >= _AFTER:
                        break
            pieces.append(f"\n{sibling.tail or ''}")
            length += len((sibling.tail or "").strip())
            sibling = sibling.getnext()
        current = current.getparent()
    return "\n".join(" ".join(line.split()) for line in "".join(pieces).split("\n") if line.strip())


def _texts(element: Any) -> Iterator[str]:
    """Texts of an element in their order, hidden ones left out; a blank parts them."""
    from lxml import etree

    if not isinstance(element.tag, str):
        return
    walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        if event == "start":
            if node.tag in _UNREAD:
                walk.skip_subtree()
            elif node.text and node.text.strip():
                yield f"{' '.join(node.text.split())} "
        elif node is not element and node.tail and node.tail.strip():
            yield f"{' '.join(node.tail.split())} "


def _text_before(heading: Any) -> str:
    """What stands before an element, at least _BEFORE characters of it if it has."""
    pieces: list[str] = []
    length = 0
    current = heading
    while current is not None and current.tag != "body" and length < _BEFORE:
        parent = current.getparent()
        sibling = current.getprevious()
        while sibling is not None and length < _BEFORE:
            if isinstance(sibling.tag, str) and sibling.tag not in _UNREAD:
                text = element_text(sibling)
                pieces.append(f"{text}\n{' '.join((sibling.tail or '').split())}\n")
                length += len(pieces[-1])
            sibling = sibling.getprevious()
        if parent is not None and parent.text:
            pieces.append(" ".join(parent.text.split()) + "\n")
        current = parent
    return "".join(reversed(pieces))
