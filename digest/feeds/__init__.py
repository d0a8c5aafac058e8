"""Feeds: bytes to entries, without any I/O.

RSS 0.9x to 2.0, RSS 1.0, Atom 0.3 and 1.0 and JSON Feed become :class:`Facts`, entry by entry.
What is broken is repaired where the meaning is clear, and the feed says so; what is no feed is
an error that says what it is instead, never a feed without entries.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from digest.errors import FeedError
from digest.feeds.identity import tell_apart
from digest.feeds.shape import Cadence, FeedHead, Kind
from digest.model import Facts, When

__all__ = ["Feed", "looks_like_feed", "parse_feed"]

MAX_ENTRIES = 50_000
"""Entries of one document that are read, the latest ones; the feed says when there were more."""

_HEAD = re.compile(
    rb"(?:\xef\xbb\xbf)?(?>\s*(?:(?>(?><\?.*?\?>)|(?><!--.*?-->)"
    rb"|(?><!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>))\s*)*)"
    rb"<(?:[A-Za-z_][\w.-]{0,40}:)?(?:rss|rdf|feed|channel)[\s>/]",
    re.IGNORECASE | re.DOTALL,
)
_JSON_VERSION = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org')
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|script|meta)\b", re.IGNORECASE)
_HTML_TITLE = re.compile(r"<title[^<>]*>([^<]*)</title", re.IGNORECASE | re.DOTALL)
_FEED_ROOT = re.compile(r"<(?P<name>rdf:rdf|rss|feed)(?=[\s>])", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed's own claims and its entries, in document order.

    ``home_url`` is the page that the feed belongs to, as written. ``problems`` say what was
    repaired, ``left_out`` counts entries beyond MAX_ENTRIES. ``published`` and ``updated`` are
    the feed's, as :class:`FeedHead` has them. ``cadence`` is how often it wants to be asked.
    """

    title: str
    home_url: str | None
    language: str
    kind: Kind
    entries: tuple[Facts, ...]
    problems: tuple[str, ...] = ()
    left_out: int = 0
    summary: str = ""
    authors: tuple[str, ...] = ()
    id: str = ""
    published: When | None = None
    updated: When | None = None
    cadence: Cadence = field(default_factory=Cadence)


def looks_like_feed(data: bytes) -> bool:
    """Whether the bytes begin as a feed of some kind does; a guess, cheap and without parsing."""
    head = data[:8192]
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<", b"{\0", b"\0{")):
        head = head.replace(b"\0", b"").lstrip(b"\xff\xfe")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _JSON_VERSION.search(head) is not None
    return _HEAD.match(head) is not None


def parse_feed(
    data: bytes,
    *,
    url: str,
    content_type: str = "",
    timezone: str,
    whole: bool = True,
    explain: bool = False,
) -> Feed:
    """The feed in ``data``.

    ``url`` is the address that relative links start from ("" for a file), ``content_type`` the
    HTTP header, ``timezone`` an IANA name for times that state no zone. Unless ``whole``, entries
    have only what they are known by (title, address, guid and dates, and all else where there
    is no guid): a third of the work. With ``explain`` whole entries carry what was weighed.
    Raises FeedError with status ``not-a-feed`` and the reason.
    """
    where = url or None
    if not data.strip(b"\xef\xbb\xbf\0 \t\r\n"):
        raise FeedError("the answer is empty", where, status="not-a-feed")
    try:
        head, entries, problems = _read(
            data, url, content_type, timezone, whole=whole, explain=explain and whole
        )
    except FeedError as error:
        raise FeedError(error.message, where, error.fix, status=error.status) from error
    offered = len(entries)
    entries = [_titled(entry) for entry in _in_one_zone(_latest(entries), timezone)]
    return Feed(
        title=head.title,
        home_url=head.home_url,
        language=head.language,
        kind=head.kind,
        entries=tell_apart(entries),
        problems=problems,
        left_out=offered - len(entries),
        summary=head.summary,
        authors=head.authors,
        id=head.id,
        published=head.published,
        updated=head.updated,
        cadence=head.cadence,
    )


def _read(
    data: bytes, url: str, content_type: str, timezone: str, *, whole: bool, explain: bool
) -> tuple[FeedHead, list[Facts], tuple[str, ...]]:
    from digest.feeds.decode import parse_xml

    start = data[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")
    if start[:1] in (b"{", b"["):
        return _read_json(data, url, content_type, timezone, whole=whole, explain=explain)
    text_start = data[:2000].replace(b"\0", b"").decode("latin-1")
    if b"<" not in data[:200_000] and data[:4] != b"\x4c\x6f\xa7\x94":
        words = " ".join(text_start.split())[:60]
        raise FeedError(f'text that is no feed: "{words}"', status="not-a-feed")
    if _HTML.match(text_start.lstrip("ï»¿ÿþ \t\r\n")):
        data = _inside_page(data, content_type)
    root, problems, half = parse_xml(data, content_type)
    head, entries = _map(root, url, timezone, whole=whole, explain=explain)
    if half and entries and entries[-1].url is None:
        entries = entries[:-1]
    return head, entries, problems


def _map(
    root: Any, url: str, timezone: str, *, whole: bool, explain: bool
) -> tuple[FeedHead, list[Facts]]:
    name = str(root.tag).rpartition("}")[2].rpartition(":")[2].lower()
    if name in ("rss", "rdf", "channel"):
        from digest.feeds.rss import read_rss

        return read_rss(root, url, timezone, whole=whole, explain=explain)
    if name == "feed":
        from digest.feeds.atom import read_atom

        return read_atom(root, url, timezone, whole=whole, explain=explain)
    if name in ("html", "body", "head"):
        raise FeedError("an HTML page, no feed", fix=_PAGE_FIX, status="not-a-feed")
    raise FeedError(f"XML with the root <{name[:40]}>, which is no feed", status="not-a-feed")


_PAGE_FIX = "look on that page for the address of its feed"


def _inside_page(data: bytes, content_type: str) -> bytes:
    """A whole feed that stands in the body of a page; raises FeedError when there is none."""
    from digest.feeds.decode import decode
    from digest.markup import plain_text

    text, _ = decode(data, content_type)
    root = _FEED_ROOT.search(text)
    end = text.lower().rfind(f"</{root['name'].lower()}>") if root is not None else -1
    if root is None or end < root.start():
        title = _HTML_TITLE.search(text[:200_000])
        words = plain_text(title[1][:500])[:100] if title else ""
        named = f' with the title "{words}"' if words else ""
        raise FeedError(f"an HTML page{named}, no feed", fix=_PAGE_FIX, status="not-a-feed")
    return (text[root.start() : end] + f"</{root['name']}>").encode("utf-8", "replace")


def _read_json(
    data: bytes, url: str, content_type: str, timezone: str, *, whole: bool, explain: bool
) -> tuple[FeedHead, list[Facts], tuple[str, ...]]:
    from digest.feeds.decode import decode
    from digest.feeds.jsonfeed import is_json_feed, load_json, read_json

    text, decoding = decode(data, content_type)
    value, repairs = load_json(text.lstrip("\ufeff"))
    if not is_json_feed(value):
        raise FeedError(f"JSON, but no JSON Feed{_complaint(value)}", status="not-a-feed")
    head, entries = read_json(value, url, timezone, whole=whole, explain=explain)
    return head, entries, decoding + repairs


def _complaint(value: Any) -> str:
    """What a server's error object says."""
    if isinstance(value, dict):
        for name in ("error", "message", "detail", "title", "errors"):
            said = value.get(name)
            said = said.get("message") if isinstance(said, dict) else said
            if isinstance(said, str) and said.strip():
                return f': "{" ".join(said.split())[:100]}"'
    return ""


def _latest(entries: list[Facts]) -> list[Facts]:
    """At most MAX_ENTRIES, in their order: without date or of the latest days, wherever they
    stand."""
    if len(entries) <= MAX_ENTRIES:
        return entries

    def day(place: int) -> str:
        published = entries[place].published
        return published.isoformat()[:10] if published else "9999"

    places = sorted(range(len(entries)), key=day, reverse=True)[:MAX_ENTRIES]
    return [entries[place] for place in sorted(places)]


def _in_one_zone(entries: list[Facts], timezone: str) -> list[Facts]:
    """Times without a zone, read in the zone that all other times of the document agree on,
    not in ``timezone``, as their problems still say."""
    moments = [
        entry.published
        for entry in entries
        if entry.published is not None and not entry.published.is_date
    ]
    lost = [when for when in moments if not when.zone_known]
    offsets = {
        when.value.utcoffset()
        for when in moments
        if when.zone_known and isinstance(when.value, datetime)
    }
    if not lost or len(offsets) != 1:
        return entries
    zone = next(
        when.value.tzinfo
        for when in moments
        if when.zone_known and isinstance(when.value, datetime)
    )

    def restamp(when: When | None) -> When | None:
        if when is None or when.zone_known or not isinstance(when.value, datetime):
            return when
        return replace(when, value=when.value.replace(tzinfo=zone))

    read_in = f": read in {timezone}"
    return [
        replace(
            entry,
            published=restamp(entry.published),
            updated=restamp(entry.updated),
            problems=tuple(
                problem.removesuffix(read_in) + f": read in {zone}, as the feed's other times"
                if problem.endswith(read_in)
                else problem
                for problem in entry.problems
            ),
        )
        for entry in entries
    ]


def _titled(entry: Facts) -> Facts:
    """An entry without a title (notes, toots) says so; none is made up for it."""
    return entry if entry.title else replace(entry, problems=(*entry.problems, "no title"))
