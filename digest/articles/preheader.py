"""The line that a newsletter hides above its text, for the list of mails: its own summary."""

from __future__ import annotations

import re
from typing import Any

from digest.articles.mailwords import is_furniture, is_mail_furniture
from digest.markup import clean_text, element_text

_HIDDEN = re.compile(
    r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d]*[1-9])"
    r"|max-height\s*:\s*0|font-size\s*:\s*[01](?:px)?\s*(?:;|!|$)|(?<![\w-])height\s*:\s*0(?:px)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_NAMED = re.compile(r"pre-?header|preview-?text", re.IGNORECASE)
_SHORTEST, _LONGEST = 20, 300
_FIRST = 200_000
"""Characters of HTML in which it stands, if it does: it is the first thing in a body."""
_SAME = 40


def read_preheader(html: str) -> str:
    """The hidden line above the first visible text, "" where there is none."""
    head = html[:_FIRST]
    if not (_HIDDEN.search(head) or _NAMED.search(head)):
        return ""
    import lxml.etree
    import lxml.html

    try:
        root: Any = lxml.html.document_fromstring(head)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError, ValueError):
        return ""
    body = root.find("body")
    if body is None:
        return ""
    for element in body.iter():
        if not isinstance(element.tag, str) or element.tag in ("style", "script", "title"):
            continue
        if _is_hidden(element):
            return _bounded(_text(element))
        if clean_text(element.text or "") and element is not body:
            return ""  # the visible text begins
    return ""


def as_summary(line: str, *, title: str, text: str) -> str:
    """The hidden line where it says something of its own, "" for a copy of the title or of the
    text's beginning, and for "View in browser"."""
    if is_furniture(line) or is_mail_furniture(line):
        return ""
    start = _letters(line)[:_SAME]
    copied = start in _letters(text[:2000]) or _letters(line) == _letters(title)
    return "" if copied or not start else line


def _is_hidden(element: Any) -> bool:
    style = element.get("style") or ""
    named = _NAMED.search(f"{element.get('class') or ''} {element.get('id') or ''}") is not None
    return element.get("hidden") is not None or _HIDDEN.search(style) is not None or named


def _text(element: Any) -> str:
    for attribute in ("style", "hidden"):  # hidden elements have no text for readers
        for inner in (element, *element.iterdescendants()):
            if isinstance(inner.tag, str) and inner.get(attribute) is not None:
                del inner.attrib[attribute]
    return clean_text(element_text(element)).strip("\u200c\u200d \u2007")


def _bounded(line: str) -> str:
    return line if _SHORTEST <= len(line) <= _LONGEST else ""


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()
