"""Lines that say where a text comes from: ``Original Source: host``, ``Read more at …``."""

from __future__ import annotations

import html as entities
import re
from dataclasses import dataclass

from digest.articles.labels import dashed_label_of, label_of
from digest.dates.prose import standing_dates
from digest.dates.weekdays import weekdays_in
from digest.markup import clean_text
from digest.model.article import Link
from digest.urls import host_label, join_url

_URL = re.compile(r"https?://[^\s<>()\[\]\"'“”«»]{3,2000}", re.IGNORECASE)
_HOST = re.compile(
    r"(?<![\w@.-])((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,6}[a-z]{2,24})(:\d{2,5})?"
    r"(/[^\s<>()\[\]\"'“”]{0,1000})?(?![\w@])",
    re.IGNORECASE,
)
_ANCHOR = re.compile(
    r"""<a\s[^<>]{0,500}?href\s?=\s?["']?(https?://[^\s<>"']{3,2000})[^<>]{0,500}>"""
    r"""([^<>]{0,200})(?:</a\s?>)?""",
    re.IGNORECASE,
)
_MARKDOWN = re.compile(r"!?\[([^\[\]]{1,200})\]\((https?://[^\s()]{3,2000})\)")
_PHRASE = re.compile(
    r"\W{0,4}(?:(?:this|the) (?:article|story|post|piece|report|text) "
    r"(?:was |is |has been |first |originally )*(?:appeared|published|posted|taken|republished)"
    r"(?: first)? (?:at|on|in|by|from)"
    r"|the (?:post|article|story) .{3,200}? (?:appeared first|first appeared) (?:on|in|at)"
    r"|originally (?:published|posted|appeared) (?:at|on|in|by)"
    r"|first (?:published|appeared) (?:at|on|in|by)"
    r"|(?:read|see|view|find) (?:more|on|the (?:full|original|whole|complete|rest of the)"
    r" (?:article|story|text|post|report|piece)|it|the rest|full (?:article|story))"
    r" (?:at|on|in|from|here)"
    r"|(?:read more|continue reading|full (?:article|story|text)|more) (?:at|on|in|from)"
    r"|read the (?:full|original) (?:article|story)|republished (?:with permission )?from"
    r"|via|(?:original )?source|story|credits?"
    r"|dieser (?:artikel|beitrag|text) (?:erschien|ist) (?:zuerst |ursprünglich |erschienen )*"
    r"(?:bei|auf|in|im)|zuerst erschienen (?:bei|auf|in|im)|(?:weiterlesen|mehr) (?:bei|auf)"
    r"|cet article (?:est|a été) (?:d['’]abord )?(?:paru|publié)(?: initialement)? (?:dans|sur|par)"
    r"|lire (?:la suite|l['’]article(?: complet| original)?|plus) (?:sur|dans)"
    r"|leer (?:más|el artículo completo) en|leia (?:mais|o artigo completo) (?:em|no|na)"
    r"|leggi (?:di più|l['’]articolo completo|tutto) (?:su|in)|continua a leggere su"
    r"|lees (?:meer|verder|het hele artikel) (?:op|bij|in)"
    r"|читать (?:далее|полностью|оригинал) (?:на|в))(?:\s|\s?[:：])\s{0,3}(?P<value>\S.{1,600})",
    re.IGNORECASE,
)
# A name needs more than "From …": these count only before an address.
_BEFORE_ADDRESS = re.compile(
    r"""\W{0,4}(?:
        (?:(?:this\s)?(?:story|text|article|report|post|news|content|item|piece)\s)?(?:comes\s|is\s|was\s|taken\s)?from
      | (?:by\s|with\s)?(?:kind\s)?courtesy\sof | credits? | reposted\sfrom | syndicated\sfrom | h/t
      | hat[ -]tip(?:\sto)?
      | (?:article|news|story|text|content)\ssource | copyright(?:\s(?:by|\d{4}))?
        | ©\s?(?:\d{4})? | \(c\)\s?(?:\d{4})?
      | thanks\sto | adapted\sfrom | excerpted\sfrom | reprinted\sfrom | copied\sfrom
        | found\s(?:at|on)
      | as\s(?:published|seen|reported)\s(?:in|on|at|by) | originally(?:\s(?:at|in|on))? | original
      | read\s(?:more|on|it)(?:\shere)? | more | link | web | see | full\stext
        | continue\sreading | aus | gefunden\s(?:auf|bei)
      | entnommen\saus | übernommen\svon | mit\sfreundlicher\sgenehmigung\svon | extrait\sde
        | tiré\sde | repris\sde | vu\ssur
      | tomado\sde | extraído\sde | visto\sen | retirado\sde | tratto\sda | ripreso\sda
        | overgenomen\s(?:van|uit)
      | взято\s(?:с|из) | по\sматериалам | 제공 | 転載元 | 转自 | 轉自 | 转载自 | 轉載自 | 摘自
    )?[\s:：»›>→|–—=-]{0,6}(?P<value>(?:https?://|(?:www\.)?(?:[a-z0-9-]{1,40}\.){1,4}[a-z]{2,12})\S{0,600}?)[\s.)\]>*_]{0,4}""",
    re.VERBOSE | re.IGNORECASE,
)
# Every address has one of these.
_HAS_ADDRESS = re.compile(r"[.:](?://|\w\w)")
_INLINE = re.compile(
    r"(?:(?<=[.!?…。」”’\"')\]])\s{0,3}|[(\[（【]\s?)"
    r"(?P<line>(?:original source|originally published (?:at|by|in|on)|source|via|quelle"
    r"|source originale|fuente|fonte|bron|источник|출처|원문 출처|出典|来源|來源|المصدر)"
    r"(?:\s?[:：]|\s?[–—]|\s-)\s?[^\n]{2,200})$",
    re.IGNORECASE,
)
_TRAIL = re.compile(r"[\s.,;:|)\]}>”\"'*_–—→»-]+$")
_AFTER_NAME = re.compile(
    r"\s*(?:[.;|]\s+|\s(?:under|with|by)\s(?:a|an|the|kind)?\s?(?:creative|cc|licen[cs]e|permission).{0,80}|\(.{0,40}\d{4}|\s[-–—|]\s|\(\s*$"
    r"|,?\s+(?:on|of|dated|am|vom|le|du|el|del|il|op|van|от)\s+(?=\d|[A-Z][a-z]+ \d)"
    r"|,\s+(?=\d{1,2}[. ]|\d{4}|[A-Z][a-z]{2,8}\.? \d)).*$",
    re.DOTALL,
)
_DATED_FIRST = re.compile(r"[^\W\d_]{0,9}[.,]?\s?(?:\d|[^\W\d_]{3,9}\.? \d)")
_BARE = ("via ", "source ", "original source ", "story ", "credit ", "credits ")
_CLOSING = re.compile(
    r"\W{0,3}(?:via|source)\s(?P<name>[^\s.!?,;:][^.!?,;:]{1,50})\W{0,3}", re.IGNORECASE
)
_SMALL = frozenset(["of", "the", "and", "de", "la", "for", "&"])
_RANK = ("original", "первоисточник", "원문", "원출처", "原文", "الأصلي")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """What one line says about a text's origin. ``rank``: 0 is surest."""

    source: Link
    url: str | None = None
    rank: int = 1
    rest: str = ""


def read_source_line(line: str) -> SourceLine | None:
    """What a line such as ``Source: Example Times (https://…)`` says, else None."""
    label = label_of(line)
    if label is not None:
        if label[0] != "source":
            return None
        rank = 0 if any(word in label[2] for word in _RANK) else 1
        return read_source(label[1], rank=2 if label[2] == "via" else rank)
    if len(line) > 700:
        return None
    dashed = _read_dashed(line)
    if dashed is not None:
        return dashed
    addressed = _BEFORE_ADDRESS.fullmatch(line) if _HAS_ADDRESS.search(line) else None
    if addressed is not None and "@" not in line:
        found = read_source(addressed["value"], rank=2)
        if found is not None and found.source.url is not None and not found.rest.strip(" ().,"):
            return found
    phrase = _PHRASE.fullmatch(line)
    if phrase is None:
        return None
    bare = line.lower().lstrip(" *_-–—>(").startswith(_BARE)
    if bare and len(line) > 80:
        return None
    # "Source said …" and "Via the tunnel, …" are sentences: a bare word needs an address.
    found = read_source(phrase["value"], rank=2)
    return None if found and bare and found.source.url is None else found


def _read_dashed(line: str) -> SourceLine | None:
    """What ``Original Source – example.org`` says.

    Sentences hold dashes too: a bare name needs the surest of the labels, and nothing but a
    date may stand behind an address.
    """
    label = dashed_label_of(line)
    if label is None or label[0] != "source":
        return None
    original = any(word in label[2] for word in _RANK)
    found = read_source(label[1], rank=0 if original else 1)
    if found is None or (found.source.url is None and not (original and len(line) <= 140)):
        return None
    dated = next(standing_dates(found.rest), None) is not None
    return found if dated or not re.search(r"[^\W\d_]{2}", found.rest) else None


def closing_source(line: str) -> SourceLine | None:
    """What ``Via Example Times`` says as the last line of a text: a name and nothing else."""
    match = _CLOSING.fullmatch(line)
    if match is None or not all(
        word[0].isupper() or word in _SMALL or not word.isascii() for word in match["name"].split()
    ):
        return None
    return read_source(match["name"], rank=2)


def inline_source(paragraph: str) -> tuple[str, SourceLine] | None:
    """A paragraph without the source line at its end, and that line; None without one."""
    match = _INLINE.search(paragraph, max(0, len(paragraph) - 260))
    if match is None:
        return None
    line = match["line"]
    opened = paragraph[match.start() : match.start("line")].strip()
    found = read_source_line(line)
    if found is None or (
        opened not in ("",) and not line.rstrip(" .").endswith((")", "]", "）", "】"))
    ):
        return None
    return paragraph[: match.start()].rstrip(), found


def read_source(value: str, *, rank: int = 1) -> SourceLine | None:
    """The publisher, and the article's address where a whole one is given."""
    value = value.strip()
    link = _MARKDOWN.search(value)
    if link:
        return _of_url(link[2], name=link[1], rank=rank)
    anchor = _ANCHOR.search(value)
    if anchor:
        shown = clean_text(anchor[2])
        named = "" if _URL.match(shown) or _HOST.fullmatch(shown) else _name(shown)
        return _of_url(
            entities.unescape(anchor[1]), name=named, rank=rank, rest=value[anchor.end() :]
        )
    address = _URL.search(value)
    if address:
        url = address[0].rstrip(".,;:!?*_")
        before = value[: address.start()]
        rest = value[address.end() :]
        stated = next(standing_dates(before), None)
        if stated is not None:  # "Originally published on April 24, 2025 at https://…"
            rest = before[stated.start : stated.end]
            before = before[: stated.start]
        return _of_url(url, name=_name(before), rank=rank, rest=rest)
    host = _HOST.search(value)
    if host and "." in host[1]:
        name = _name(value[: host.start()])
        path = (host[3] or "").rstrip(".,;:!?*_")
        url = f"https://{host[1].lower()}{host[2] or ''}{path or '/'}"
        return _of_url(url, name=name, rank=rank, rest=value[host.end() :])
    stated = next(standing_dates(value[:60]), None)
    if stated is not None and _DATED_FIRST.match(value):
        before = value[: stated.start].strip(" ,")
        if not before or before[0].islower() or len(before) < 2 or weekdays_in([before]):
            return None  # "First published on Tue 13 May 2025"
        return SourceLine(source=Link(name=before), rank=rank, rest=value[stated.start :])
    name = _name(value)
    if name[:1].islower() and len(name.split()) > 2:
        return None  # "Source: how a river begins"
    if not name or len(name) > 80 or len(name.split()) > 8 or not re.search(r"[^\W\d_]", name):
        return None
    return SourceLine(source=Link(name=name), rank=rank, rest=value[len(name) :])


def _of_url(url: str, *, name: str, rank: int, rest: str = "") -> SourceLine | None:
    whole = join_url("", url)
    host = host_label(url)
    if whole is None or not host:
        return None
    scheme, _, after = whole.partition("://")
    authority, slash, path = after.partition("/")
    home = f"{scheme}://{authority.lower()}/"
    return SourceLine(
        source=Link(name=name or host, url=home),
        url=whole if slash and path else None,
        rank=rank,
        rest=rest,
    )


def _name(text: str) -> str:
    name = _AFTER_NAME.sub("", text.strip().lstrip("(*_[「【<-–—→»>: "))
    name = _TRAIL.sub("", name)
    return "" if name.lower() in ("http", "https", "www", "at", "on", "the", "here") else name
