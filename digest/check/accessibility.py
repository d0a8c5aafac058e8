"""What readers with screen readers, or without images, get."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from digest.check.catalogue import finding
from digest.check.subject import SETTINGS, Subject
from digest.language import direction
from digest.model import Finding, Place
from digest.urls import canonical_url

_FILE_NAME = re.compile(r"\S+\.(?:jpe?g|png|gif|webp|avif|svg|bmp|heic)|(?:IMG|DSC)[_-]?\d+", re.I)
_VAGUE = frozenset(
    """here; click here; click; more; read more; learn more; see more; continue reading; link;
    this link; this; this page; details; go; hier; hier klicken; mehr; weiterlesen; mehr lesen;
    ici; cliquez ici; en savoir plus; lire la suite; plus; aquí; haga clic aquí; leer más; más;
    qui; clicca qui; leggi di più; aqui; clique aqui; leia mais; lees meer; klik hier; läs mer;
    tutaj; więcej; здесь; подробнее; 여기; 더 보기; 더보기; こちら; 続きを読む; 点击这里; 更多;
    هنا; اقرأ المزيد; כאן; קרא עוד""".replace("\n    ", " ").split("; ")
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def check_images(subject: Subject) -> Iterator[Finding]:
    """missing-alt, alt-is-file-name."""
    for image in subject.tree.iter("img"):
        source, words = image.get("src") or "", (image.get("alt") or "").strip()
        if not words:
            yield finding("missing-alt", f"no description: {source}", subject.find(source))
        elif _FILE_NAME.fullmatch(words):
            yield finding("alt-is-file-name", f"only a name: {words}", subject.find(source))


def check_headings(subject: Subject) -> Iterator[Finding]:
    """heading-order."""
    level = 0
    for heading in subject.tree.iter(*_HEADINGS):
        now = int(heading.tag[1])
        words = " ".join((heading.text_content() + _described(heading)).split())
        if now > level + 1:
            message = f"h{now} follows {f'h{level}' if level else 'nothing'}: {words}"
            yield finding("heading-order", message, subject.find(words))
        if not words:
            yield finding("heading-order", f"an empty h{now}", subject.stands(heading))
        level = now
    titles = len(list(subject.tree.iter("h1")))
    if titles != 1:
        yield finding("heading-order", f"there are {titles} h1", Place(file="digest.html"))


def check_link_texts(subject: Subject) -> Iterator[Finding]:
    """link-without-text, vague-link, bare-address."""
    for link in subject.tree.iter("a"):
        words, url = " ".join(link.text_content().split()), link.get("href") or ""
        if not words:
            if not _described(link).strip():
                yield finding("link-without-text", f"no text: {url}", subject.find(url))
        elif words.casefold().strip(" .…»›→>:") in _VAGUE:
            yield finding("vague-link", f"{words!r} leads to {url}", subject.find(url))
        elif words.casefold().startswith(("http://", "https://")):
            yield finding("bare-address", f"its text is {words}", subject.find(words))


def _described(element: Any) -> str:
    """What the images in an element say."""
    return "".join(f" {image.get('alt') or ''}" for image in element.iter("img"))


def check_tables(subject: Subject) -> Iterator[Finding]:
    """table-without-role."""
    for table in subject.tree.iter("table"):
        data = table.find(".//th") is not None or table.find(".//caption") is not None
        if not data and table.get("role") not in ("presentation", "none"):
            words = " ".join(table.text_content().split())[:40]
            yield finding("table-without-role", f"a table with {words!r}", subject.find(words))


def check_order(subject: Subject) -> Iterator[Finding]:
    """reading-order."""
    for element in subject.tree.xpath("//*[number(@tabindex) > 0]"):
        message = f"a <{element.tag}> has tabindex {element.get('tabindex')}"
        yield finding("reading-order", message, subject.stands(element))
    places: dict[str, list[int]] = {}
    for at, url in enumerate(subject.tree.xpath("//a/@href")):
        places.setdefault(canonical_url(url) or url, []).append(at)
    last = -1
    for item in subject.issue.items:
        found = places.get((canonical_url(item.url) or item.url) if item.url else "", [])
        later = [at for at in found if at > last]
        if found and not later:
            yield finding("reading-order", f"in another place: {item.title}", item.place)
        elif later:
            last = later[0]


def check_language(subject: Subject) -> Iterator[Finding]:
    """wrong-language."""
    said = subject.tree.get("lang") or ""
    titles = " ".join(item.title for item in subject.issue.items)
    if said and titles and direction(titles) != direction("", said):
        message = f"the mail says that it is in {said!r}, and its headlines run the other way"
        yield finding("wrong-language", message, SETTINGS)
