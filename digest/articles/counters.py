"""Counters above or below the articles of a file: ``1/2``, ``Document 1 of 3``, ``— 1 —``.

A counter proves itself by its fellows: the numbers run from one to the last without a gap, each
once, and where a total is stated they reach it. A page's counter numbers the pages of one article.
"""

from __future__ import annotations

import re

_NOUN = r"""(?:documents?|articles?|story|stories|items?|texts?|clips?|pieces?|reports?
  |notes?|news|meldung(?:en)?
    |artikel|beitrag|beiträge|texte?|dokumente?|bericht(?:e|en)?|nachricht(?:en)?|dépêches?|brèves?
    |documentos?|artículos?|noticias?|notas?|textos?|artigos?|notícias?|documenti|documento|articol[oi]|notizi[ae]
    |document(?:en)?|artikelen|nieuws|статья|документ|новость|текст|материал|заметка
    |기사|뉴스|문서|記事|ニュース|文書|文章|新闻|新聞|文档|稿件|مقال|خبر)"""
_NUMBER = r"(?:no\.?\s?|nr\.?\s?|n[º°]\s?|№\s?|\#\s?|第\s?)?(?P<n>\d{1,3})\s?(?:篇|条|件|번|호|号)?"
_TOTAL = r"(?:\s?(?:/|∕|of|von|de|sur|di|van|из|od|af|av|중|・)\s?(?P<m>\d{1,3}))"
_COUNTED = re.compile(
    rf"""(?:(?P<lead>[^|]{{1,80}}?)\s*(?:\||\s[–—·•-]\s|\s{{2,}})\s*)?
    [\W_]{{0,12}}(?P<noun>{_NOUN}\s?)?{_NUMBER}{_TOTAL}?(?:\s?(?P<after>{_NOUN}))?\s?[\W_]{{0,12}}""",
    re.VERBOSE | re.IGNORECASE,
)
_PREFIX = re.compile(
    r"\s*[\[(]?(?P<n>\d{1,2})(?:\s?/\s?(?P<m>\d{1,2})[\])]?[:.]?|[.)\]]|\s[–—-])\s+(?=\S)"
)
_DIGIT = re.compile(r"\d")
# A counter is at the beginning, or what leads up to it is parted off.
_LED = re.compile(r"[|–—·•-]|\s{2}")
_LATEST = 40
_LONGEST = 140
_MOST_BANNER = 3


def by_counters(lines: list[str]) -> list[list[str]]:
    """The lines of each article that counters number, [] where none do."""
    found = [
        (place, match)
        for place, line in enumerate(lines)
        if 0 < len(line.strip()) <= _LONGEST
        and (number := _DIGIT.search(line)) is not None
        and (number.start() <= _LATEST or _LED.search(line))
        and (match := _COUNTED.fullmatch(line.strip())) is not None
        and not (match["lead"] and not (match["noun"] or match["after"]))
    ]
    totals = {match["m"] for _, match in found if match["m"]}
    for total in sorted(totals):
        places = _run([(p, m) for p, m in found if m["m"] == total])
        if places and len(places) == int(total):
            return _parted(lines, places)
    shapes: dict[str, list[tuple[int, re.Match[str]]]] = {}
    for place, match in found:
        if not match["m"] and not match["lead"] and _is_marked(match):
            shapes.setdefault(re.sub(r"\d+", "0", match[0]), []).append((place, match))
    for entries in shapes.values():
        places = _run(entries)
        if places:
            return _parted(lines, places)
    return _by_prefixes(lines)


def _by_prefixes(lines: list[str]) -> list[list[str]]:
    """The same by numbers that stand before the headlines: ``1/3 Copper thieves``, ``[2] …``."""
    found = [
        (place, match)
        for place, line in enumerate(lines)
        if len(line) <= _LONGEST and (match := _PREFIX.match(line)) is not None
    ]
    places = _run(found)
    totals = {match["m"] for _, match in found}
    if not places or any(line.strip() for line in lines[: places[0]]):
        return []
    if totals != {None} and totals != {str(len(places))}:
        return []
    bare = [_PREFIX.sub("", line) if place in places else line for place, line in enumerate(lines)]
    return [bare[place:end] for place, end in zip(places, [*places[1:], len(lines)], strict=True)]


def _is_marked(match: re.Match[str]) -> bool:
    """False for a bare number, which may be a table's or a score's."""
    return bool(match["noun"] or match["after"]) or not match[0].strip().isdigit()


def _run(entries: list[tuple[int, re.Match[str]]]) -> list[int]:
    """The places of two or more numbers that run from one, [] for any others."""
    numbers = [int(match["n"]) for _, match in entries]
    if len(numbers) < 2 or numbers != list(range(1, len(numbers) + 1)):
        return []
    return [place for place, _ in entries]


def _parted(lines: list[str], places: list[int]) -> list[list[str]]:
    before = [line for line in lines[: places[0]] if line.strip()]
    behind = [line for line in lines[places[-1] + 1 :] if line.strip()]
    if before and not behind:  # counters at the foot of each
        starts = [0, *(place + 1 for place in places[:-1])]
        return [lines[start:place] for start, place in zip(starts, places, strict=True)]
    if len(before) > _MOST_BANNER:
        return []
    ends = [*places[1:], len(lines)]
    return [lines[place + 1 : end] for place, end in zip(places, ends, strict=True)]
