"""The date that a page shows and does not declare."""

from __future__ import annotations

import logging
import re
from copy import deepcopy
from typing import Any

from digest.articles.jsonld import bare
from digest.articles.stamps import day_first
from digest.dates import find_dates, parse_when
from digest.markup import element_text
from digest.model import When

_BEFORE, _AFTER = 200, 400
"""Characters before and after the title in which a date is the article's."""

_NOT_PUBLISHED = re.compile(
    r"updat|modif|aktualis|geändert|bearbeitet|stand:|mis à jour|actualizad|atualizad|aggiornat"
    r"|bijgewerkt|обновлен|수정|更新|last\b|©|copyright|\bborn\b|since|seit",
    re.IGNORECASE,
)


def date_beside_title(root: Any, title: str, *, language: str, timezone: str) -> When | None:
    """The first full date right after the page's title, else the last right before it."""
    wanted = bare(title)
    headings = (element_text(element, paragraphs=True) for element in root.iter("h1", "h2"))
    heading = next((text for text in headings if bare(text) and _alike(bare(text), wanted)), "")
    text = element_text(root, paragraphs=True) if heading else ""
    start = text.find(heading) if heading else -1
    if start < 0:
        return None
    end = start + len(heading)
    for stretch, place in (
        (text[end : end + _AFTER], 0),
        (text[max(0, start - _BEFORE) : start], -1),
    ):
        stretch = day_first(stretch, language)
        found = [
            when
            for first, _, when in find_dates(stretch, basis="dateline", timezone=timezone)
            if not _NOT_PUBLISHED.search(stretch[max(0, first - 25) : first])
        ]
        if found:
            return found[place]
    return None


def _alike(one: str, other: str) -> bool:
    return one in other or (bool(other) and other in one)


def guessed_date(root: Any, url: str | None, *, language: str, timezone: str) -> When | None:
    """htmldate's reading, as long as the whole date stands in the page.

    htmldate makes a day of a month or a year; a date that is not there is no date.
    """
    logger = logging.getLogger("htmldate")
    if not logger.handlers:  # its log is not for users
        logger.addHandler(logging.NullHandler())
    from htmldate import find_date

    found = find_date(deepcopy(root), original_date=True, url=url, outputformat="%Y-%m-%d")
    if not found or not _stands_in(root, url or "", found, language, timezone):
        return None
    when, _ = parse_when(found, basis="htmldate", timezone=timezone)
    return when


def _stands_in(root: Any, url: str, iso: str, language: str, timezone: str) -> bool:
    from lxml import etree

    year, month, day = (int(part) for part in iso.split("-"))
    source = url + " " + etree.tostring(root, encoding="unicode", method="html")[:3_000_000]
    gap = r"[\W_]{1,3}"
    figures = (
        rf"(?<!\d){year}(?:{gap})?0?{month}(?:{gap})?0?{day}(?!\d)"
        rf"|(?<!\d)0?{day}{gap}0?{month}{gap}(?:{year}|{year % 100:02})(?!\d)"
        rf"|(?<!\d)0?{month}{gap}0?{day}{gap}(?:{year}|{year % 100:02})(?!\d)"
    )
    if re.search(figures, source):
        return True
    text = day_first(element_text(root)[:200_000], language)
    stated = (when for _, _, when in find_dates(text, basis="htmldate", timezone=timezone))
    return any(when.value.isoformat()[:10] == iso for when in stated)
