"""A file of one line: what stands before and behind its headline, taken off piece by piece.

``Published 2 September 2025 — Seals return to the basin — source: tidelines.example``,
``【2025年7月8日】駅の忘れ物 出典：ekimae.example``. Only pieces that a mark parts off and
that can be nothing else are taken: "… opens on 8 July 2025" stays and dates nothing.
"""

from __future__ import annotations

import re

from digest.articles.labels import date_label, label_of
from digest.articles.linedates import LINE_BASIS
from digest.articles.meta import Meta
from digest.articles.metalines import read_meta
from digest.articles.sourceline import read_source
from digest.dates import parse_when
from digest.dates.parse import Order
from digest.dates.prose import standing_dates

_JOINT = r"(?:\s+[|•·¦┃–—~-]{1,2}\s+|\s*[｜┃¦]\s*|\s+//\s+|\t+|\s{3,}|\s*;\s+)"
_FIRST_JOINT = re.compile(_JOINT)
_OPENING_BRACKET = re.compile(
    r"\s*(?:【([^【】]{3,80})】|\[([^\[\]]{3,80})\]|[(（]([^()（）]{3,80})[)）])\s*[:：–—-]?\s*"
)
_CLOSING_BRACKET = re.compile(
    r"\s*(?:【([^【】]{3,120})】|\[([^\[\]]{3,120})\]|[(（]([^()（）]{3,120})[)）]|[<＜]([^<>]{3,120})[>＞])\s*\.?\s*$"
)
_URL_FIRST = re.compile(r"\s*(https?://[^\s<>]{4,500})[\s:–—-]+(?=\S)")
_URL_LAST = re.compile(r"[\s:|·–—>→-]+(https?://[^\s<>]{4,500})\s*$")
_HOST = re.compile(r"(?:www\.)?(?:[a-z0-9-]{1,40}\.){1,4}[a-z]{2,12}/?", re.IGNORECASE)
# "… 出典：host", "… 来源：paper 2025年7月8日", "… Source: host"
_LABEL_LAST = re.compile(r"\s(?=[^\s:：()]{2,14}(?:\s[^\s:：()]{2,12}){0,2}\s?[:：]\s?[^\s/])")
_NUMERIC_LAST = re.compile(
    r"(?<=\S)\s+(\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|\d{4}年\d{1,2}月\d{1,2}日)\.?\s*$"
)
_PARTED = re.compile(r"(?:[:：]\s*|\s*[–—|]\s*|\s+-\s+)(?=\S)|\s+(?=\S)")
_LONGEST = 400
_SHORTEST = 8


def strip_line(line: str, timezone: str, order: Order) -> tuple[str, Meta]:
    """The line without what it says of itself at its ends, and that."""
    meta = Meta(order=order)
    if len(line) > 2 * _LONGEST:
        return line, meta
    rest = line.strip()
    pieces: list[str] = []
    for _ in range(8):
        taken = _from_front(rest, timezone, order) or _from_end(rest, timezone, order)
        if taken is None or len(taken[0]) < _SHORTEST:
            break
        rest, read, piece = taken
        pieces.append(piece)
        meta.take(read)
    if not pieces:
        return line, meta
    return _without_name(rest, meta), meta


def _from_front(line: str, timezone: str, order: Order) -> tuple[str, Meta, str] | None:
    bracket = _OPENING_BRACKET.match(line)
    if bracket is not None:
        inside = next(filter(None, bracket.groups()))
        read = _piece(inside, timezone, order)
        if read is not None:
            return line[bracket.end() :], read, inside
    address = _URL_FIRST.match(line)
    if address is not None:
        read = read_meta(address[1], timezone, order)
        if read is not None:
            return line[address.end() :], read, address[1]
    joint = _FIRST_JOINT.search(line, 0, 120)
    ranged = joint is not None and any(
        other.start == 0 for other in standing_dates(line[joint.end() :][:40])
    )
    if joint is not None and not ranged:
        read = _piece(line[: joint.start()], timezone, order)
        if read is not None:
            return line[joint.end() :], read, line[: joint.start()]
    stated = next(standing_dates(line[:40]), None)
    if stated is not None and stated.start == 0:
        raw = line[: stated.end]
        parted = _PARTED.match(line, stated.end)
        numeric = not re.search(r"[^\W\d_]{3}", raw)
        if parted is not None and (parted[0].strip() or (numeric and "年" not in raw)):
            read = _dated(raw, timezone, order)
            if read is not None and not any(
                other.start == 0 for other in standing_dates(line[parted.end() :][:40])
            ):
                return line[parted.end() :], read, raw
    return None


def _from_end(line: str, timezone: str, order: Order) -> tuple[str, Meta, str] | None:
    bracket = _CLOSING_BRACKET.search(line, max(0, len(line) - 140))
    if bracket is not None:
        inside = next(filter(None, bracket.groups()))
        read = _piece(inside, timezone, order)
        if read is not None:
            return line[: bracket.start()], read, inside
    address = _URL_LAST.search(line, max(0, len(line) - 520))
    if address is not None and label_of(line[_last_label(line) :]) is None:
        read = read_meta(address[1], timezone, order)
        if read is not None:
            return line[: address.start()], read, address[1]
    for found in reversed(list(_FIRST_JOINT.finditer(line))[-3:]):
        piece = line[found.end() :]
        read = _piece(piece, timezone, order)
        if read is not None:
            return line[: found.start()].rstrip(), read, piece
    numeric = _NUMERIC_LAST.search(line)
    place = _last_label(line)
    label = label_of(line[place:]) if 0 < place < len(line) else None
    # A day in figures behind a source's name is the line's own, and read by itself.
    if label is not None and (numeric is None or label[0] != "source"):
        read = _piece(line[place:], timezone, order)
        if read is not None:
            return line[:place].rstrip(" ,"), read, line[place:]
    comma = line.rfind(", ")
    if comma > 0 and len(line) - comma < 60 and date_label(line[comma + 2 :]) is not None:
        read = _piece(line[comma + 2 :], timezone, order)
        if read is not None:
            return line[:comma], read, line[comma + 2 :]
    if numeric is not None:
        read = _dated(numeric[1], timezone, order)
        before = line[: numeric.start()]
        # "… am 19.09.2024" and "… until 19.09.2024" tell, they do not date.
        if read is not None and not re.search(r"(?:^|\s)[^\W\d_A-Z]{1,9}\.?$", before):
            return before, read, numeric[1]
    return None


def _last_label(line: str) -> int:
    places = [found.end() for found in _LABEL_LAST.finditer(line)]
    known = [place for place in places if label_of(line[place:]) is not None]
    return known[-1] if known else len(line)


def _piece(piece: str, timezone: str, order: Order) -> Meta | None:
    """What a piece says, None where it may be part of the headline."""
    piece = piece.strip(" ,")
    if not 3 <= len(piece) <= 160:
        return None
    if _HOST.fullmatch(piece):
        found = read_source(piece)
        return Meta(source=found) if found and found.source.url else None
    read = read_meta(piece, timezone, order, strict=True)
    if read is None or read.title or read.summary:
        return None
    unsure = [reason for reason in read.undated if "two ways" not in reason]
    if read.published or read.source or read.url or read.updated or read.agency:
        return read
    return read if read.authors or (read.undated and not unsure) else None


def _dated(raw: str, timezone: str, order: Order) -> Meta | None:
    when, problem = parse_when(raw, basis=LINE_BASIS, timezone=timezone, order=order)
    if when is not None:
        return Meta(published=when, problems=[problem] if problem else [])
    return Meta(undated=[problem]) if "two ways" in problem else None


def _without_name(line: str, meta: Meta) -> str:
    """The line without the paper's name beside its address: ``… | Bahnhofsblatt | https://…``."""
    host = _letters(meta.source.source.url or "") if meta.source else ""
    joints = list(_FIRST_JOINT.finditer(line))
    for name, rest in (
        *((line[joint.end() :], line[: joint.start()]) for joint in joints[-1:]),
        *((line[: joint.start()], line[joint.end() :]) for joint in joints[:1]),
    ):
        if meta.source is not None and len(_letters(name)) > 3 and _letters(name) in host:
            found = read_source(f"{name.strip()} ({meta.source.source.url})")
            if found is not None and found.source.name == name.strip():
                meta.source = found
                return rest.strip()
    return line.strip()


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()
