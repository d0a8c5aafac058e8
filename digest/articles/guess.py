"""A date that only htmldate finds: believed as far as readers of the page see it too."""

from __future__ import annotations

import logging
import re
from typing import Any

from digest.articles.beside import visible_days
from digest.dates import parse_when
from digest.markup import element_text
from digest.model import When

_CHANGED = re.compile(
    r"updat|modif|edited|aktualis|geändert|bearbeitet|mis à jour|actualizad|atualizad|aggiornat"
    r"|bijgewerkt|обновлен|수정|更新|©|copyright",
    re.IGNORECASE,
)


def guessed_date(root: Any, url: str | None, *, language: str, timezone: str) -> When | None:
    """htmldate's reading, as long as the whole date stands in the text of the page.

    htmldate makes a day of a month or a year, and takes days from the names of scripts and
    pictures; a date that readers do not see, or see as that of a change, is none.
    """
    logger = logging.getLogger("htmldate")
    if not logger.handlers:  # its log is not for users
        logger.addHandler(logging.NullHandler())
    from htmldate import find_date
    from lxml import etree, html

    # A tree of its own, of the kind of elements that it wants.
    parser = html.HTMLParser(encoding="utf-8", huge_tree=False)
    copy = html.document_fromstring(etree.tostring(root, encoding="utf-8"), parser=parser)
    found = find_date(copy, original_date=True, url=url, outputformat="%Y-%m-%d")
    if not found or not _is_seen(root, found, language, timezone):
        return None
    when, _ = parse_when(found, basis="htmldate", timezone=timezone)
    return when


def _is_seen(root: Any, iso: str, language: str, timezone: str) -> bool:
    if iso in visible_days(root, language=language, timezone=timezone):
        return True
    year, month, day = (int(part) for part in iso.split("-"))
    gap = r"[\W_]{1,3}"
    figures = re.compile(
        rf"(?<!\d){year}(?:{gap})?0?{month}(?:{gap})?0?{day}(?!\d)"
        rf"|(?<!\d)0?{day}{gap}0?{month}{gap}{year}(?!\d)"
        rf"|(?<!\d)0?{month}{gap}0?{day}{gap}{year}(?!\d)"
        # Two figures each and nothing before: a date, no version.
        rf"|(?<![\w.])(?:{day:02}[./]{month:02}|{month:02}[./]{day:02})[./]{year % 100:02}(?![\w.])"
    )
    texts = [element_text(root, paragraphs=True)[:200_000].replace("\n", " ¶¶¶ ")]
    # Scripts write dates into the page: their words count, the addresses they load do not.
    texts += [element.text for element in root.iter("script") if element.text]
    return any(
        not _CHANGED.search(text[max(0, found.start() - 40) : found.start()])
        for text in texts
        for found in figures.finditer(text[:500_000])
    )
