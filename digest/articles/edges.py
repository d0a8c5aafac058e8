"""What stands above and below a text: lines about the article, source, page furniture."""

from __future__ import annotations

import re
from collections.abc import Sequence

from digest.articles.bylines import is_author_line, is_role
from digest.articles.furniture import (
    is_edge_furniture,
    is_furniture,
    opens_comments,
    opens_related,
)
from digest.articles.labels import is_label_alone, label_of
from digest.articles.meta import Meta
from digest.articles.metalines import read_label, read_meta
from digest.articles.paragraphs import Paragraph
from digest.articles.several import is_separator
from digest.articles.sourceline import closing_source, inline_source
from digest.dates import parse_when
from digest.dates.parse import Order

_HANDLE = re.compile(r"\s@\w{2,30}$")
_HEAD = 16
_TAIL = 30
# "Word count: 312", "Desk: foreign": a line of a header block whose label says nothing to us.
_NOISE_LABEL = re.compile(
    r"(?:media |press )?contacts?\s?:|(?:phone|tel|telephone|fax|e-?mail|words?|word ?count"
    r"|priority|slug|location|place|edition|issue|volume|reference|ref|id|version|status|rights|license|length"
    r"|kontakt|telefon|wörter|ort|ressort|mots|palabras|parole|woorden|слов)\s?:",
    re.IGNORECASE,
)
_OTHER_LABEL = re.compile(r"[^\W\d_][^:：\n.!?]{1,24}\s?[:：]\s?[^\n]{0,60}(?<![.!?。])")


def with_values(content: list[Paragraph]) -> list[Paragraph]:
    """The same, each label that stands alone on its line put before its value."""
    found: list[Paragraph] = []
    for paragraph in content:
        last = found[-1] if found else None
        if (
            last is not None
            and last.block == paragraph.block
            and len(paragraph.text) <= 120
            and is_label_alone(last.text)
            and label_of(paragraph.text) is None
        ):
            label = last.text.strip(" *_:：")
            found[-1] = Paragraph(text=f"{label}: {paragraph.text}", block=last.block)
        else:
            found.append(paragraph)
    return found


def without_kicker(content: list[Paragraph]) -> list[Paragraph]:
    """The same without a rubric in capitals (``POLITICS``) right above the headline."""
    if len(content) < 3 or content[0].block != content[1].block:
        return content
    kicker, headline = content[0].text, content[1].text
    short = len(kicker) <= 24 and len(kicker.split()) <= 2 and kicker.isupper()
    return content[1:] if short and len(headline) >= 25 and not headline.isupper() else content


def take_head(
    content: list[Paragraph], meta: Meta, timezone: str, *, titled: bool = False
) -> list[Paragraph]:
    """Reads and removes lines about the article and furniture from the beginning.

    Below the headline (``titled``) more counts as furniture: picture credits, calls to follow.
    """
    taken = 0
    for place, paragraph in enumerate(content[:_HEAD]):
        line = paragraph.text
        read = Meta() if is_furniture(line) else read_meta(line, timezone, meta.order)
        if read is None and titled:
            read = _person(content, place, timezone, meta.order)
        if read is None and titled and is_edge_furniture(line):
            read = Meta()
        if read is None and _is_other_label(content, place, titled=titled or bool(meta.title)):
            read = Meta()
        if read is None:
            break
        meta.take(read)
        taken += 1
    return content[taken:]


def _person(content: Sequence[Paragraph], place: int, timezone: str, order: Order) -> Meta | None:
    """A bare name, ``Celia Thorn``, or a role beside it, ``Arts Editor``.

    It counts only where a line about the article follows, roles and handles between them.
    """
    line = content[place].text
    name, _, role = (_HANDLE.sub("", line) if "@" in line else line).partition(", ")
    known = is_author_line(name) and (not role or is_role(role))
    if not known and not is_role(content[place].text):
        return None
    for paragraph in content[place + 1 : place + 4]:
        if is_role(paragraph.text):
            continue
        beside = read_meta(paragraph.text, timezone, order)
        if beside is None or not (beside.published or beside.undated or beside.updated):
            return None
        return Meta(authors=[name] if known else [])
    return None


def take_tail(body: list[str], meta: Meta, timezone: str) -> list[str]:
    """Reads and removes source, labels and furniture from the end of a text."""
    end = len(body)
    start = max(1, len(body) - _TAIL)
    # A source line ends the article: what stands below it is short and not the article's.
    for index in range(start, len(body)):
        read = read_meta(body[index], timezone, meta.order)
        if read is not None and read.source is not None and _is_tail(body[index + 1 :]):
            for line in body[index:]:
                if opens_related(line) or opens_comments(line):
                    break
                below = read_meta(line, timezone, meta.order, strict=True)
                if below is not None:
                    meta.take(below)
            end = index
            break
        counted = opens_comments(body[index]) and any(map(str.isdigit, body[index]))
        if (opens_related(body[index]) or counted) and _is_tail(body[index + 1 :]):
            end = index
            for line in body[index:]:
                below = read_label(line, timezone, meta.order)
                if below is not None:  # the dates down there are those of other articles
                    meta.take(Meta(source=below.source, url=below.url))
            break
    while end > 1:
        line = body[end - 1]
        if is_separator(line):
            end -= 1
            continue
        read = _tail_meta(line, timezone, meta.order) if end > start else None
        if read is None and not is_edge_furniture(line):
            break
        if read is not None:
            meta.take(read)
        end -= 1
    body = body[:end]
    closing = closing_source(body[-1]) if len(body) > 1 and meta.source is None else None
    if closing is not None:
        meta.take(Meta(source=closing))
        body = body[:-1]
    if body:
        inline = inline_source(body[-1])
        if inline is not None:
            rest, found = inline
            meta.take(Meta(source=found, url=found.url))
            body = [*body[:-1], rest] if rest else body[:-1]
    return body


def _is_other_label(content: Sequence[Paragraph], place: int, *, titled: bool) -> bool:
    """True for a line of a header block whose label tells none of our facts.

    Its neighbours tell: labels that we know above and below it, or the headline is known.
    """
    here = content[place]
    if not _OTHER_LABEL.fullmatch(here.text):
        return False
    if place and _NOISE_LABEL.match(here.text):
        return True
    value = re.split("[:：]", here.text, maxsplit=1)[1]
    if parse_when(value, basis="", timezone="UTC")[0] is not None:
        return True  # "Created: 13 May 2025"
    beside = [
        content[other].block == here.block and label_of(content[other].text) is not None
        for other in (place - 1, place + 1)
        if 0 <= other < len(content)
    ]
    return len(beside) > 1 and (all(beside) or (titled and any(beside)))


def _tail_meta(line: str, timezone: str, order: Order) -> Meta | None:
    """A line about the article at its end; bare bylines count, bare sentences do not."""
    if label_of(line) is not None:
        return read_label(line, timezone, order)
    return read_meta(line, timezone, order, strict=True) if len(line) <= 140 else None


def _is_tail(lines: Sequence[str]) -> bool:
    return len(lines) <= 25 and all(len(line) <= 140 or is_edge_furniture(line) for line in lines)
