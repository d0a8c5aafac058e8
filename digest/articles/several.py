"""The articles of a file that holds several, parted."""

from __future__ import annotations

import re
from itertools import groupby

from digest.articles.counters import by_counters
from digest.articles.furniture import is_edge_furniture
from digest.articles.labels import label_of
from digest.articles.metalines import read_meta
from digest.articles.sourceline import read_source_line
from digest.dates.prose import standing_dates
from digest.excerpt import display_width

_RULE = re.compile(
    r"\s*(?:[^\w\s()\[\]{}\"'“”‘’«»!?…,;]\s?|_\s?){3,}\s*|\s*[\[(*-]{1,2}\s?30\s?[\])*-]{1,2}\s*|\s*(?:[#=*]{2}|[■□◆◇●○★☆§※⁂❖✦▲▼❦◼])\s*"
)
_MOST_SIGNS = 3
_NAMED = re.compile(
    r"(?P<before>[^\w\s]{0,40})\s?"
    r"(?:(?P<word>(?:end of (?:the )?|next |new )?"
    r"(?:article|story|item|text|artikel|beitrag|meldung|artículo|noticia|artigo|notícia|articolo|notizia|bericht|статья|новость|기사|記事|文章|新闻|新聞|مقال|المقال|خبر)"
    r"|next|end|cut here|snip|8<|hr ?/?|o0o|ooo)\s?)?"
    r"(?P<number>(?:no\.?|nr\.?|n[º°]|№|#)?\s?(?:\d{1,3}|[ivx]{1,4})(?:\s?(?:/|of|von|de|di|van|из)\s?\d{1,3})?)?"
    r"\s?(?P<after>[^\w\s]{0,40})",
    re.IGNORECASE,
)
_BLANKS = 3


def is_separator(line: str) -> bool:
    """True for a line that only rules off: ``---``, ``* * *``, ``=== Article 2 ===``."""
    if len(line) > 400 or not (bare := line.strip()):
        return False
    if bare[0].isalnum():
        if len(bare) > 24:
            return False
    elif _RULE.fullmatch(bare):
        return len(set(bare.replace(" ", ""))) <= _MOST_SIGNS
    named = _NAMED.fullmatch(bare) if len(bare) <= 90 else None
    if named is None:
        return False
    word, number = named["word"], named["number"]
    marked = min(len(named["before"]), len(named["after"]))
    if word:
        return marked > 0 or (bool(number) and not named["after"])
    return bool(number) and marked >= (1 if "/" in number else 3)


def split_articles(text: str) -> list[list[str]]:
    """The lines of each article of a file, in order.

    Rules of any signs, form feeds, ``--- Article 2 ---``, a new ``Title:`` and three blank
    lines part them. Only where every part has a headline and a text of its own are there several
    articles: a rule in the middle of an article, or before its footer, parts nothing.
    """
    lines = [line.rstrip() for line in text.replace("\f", "\n=====\n").split("\n")]
    counted = by_counters(lines)
    counted = [[line for line in part if not is_separator(line)] for part in counted]
    if counted and all(
        _stands_alone(part, counted=True) and _is_dated_or_sourced(part) for part in counted
    ):
        return counted
    parts: list[list[str]] = [[]]
    ruled = False
    for line in lines:
        rules_off = is_separator(line)
        if rules_off and any(map(str.strip, parts[-1])):
            filled = [entry for entry in parts[-1] if entry.strip()]
            underlined = (
                len(filled) == 1 and parts[-1][-1].strip() and display_width(filled[0]) < 160
            )
            if underlined and len(parts) == 1 and not ruled:
                parts[-1].append("")  # a headline that is underlined
                ruled = True
                continue
            parts.append([])
        elif not rules_off:
            parts[-1].append(line)
    return _articles(parts)


def _articles(parts: list[list[str]]) -> list[list[str]]:
    """Parts that are no articles of their own put back to the one before them."""
    articles: list[list[str]] = []
    for part in (piece for ruled in parts for piece in _without_rules(ruled)):
        if not any(map(str.strip, part)):
            continue
        if articles and not _stands_alone(part):
            articles[-1] += ["", *part]
        else:
            articles.append(part)
    if len(articles) > 1 and not _stands_alone(articles[0]):
        articles[1] = [*articles[0], "", *articles[1]]
        del articles[0]
    return articles


def _stands_alone(part: list[str], *, counted: bool = False) -> bool:
    """True for lines that are an article: a headline, then a text, which is longer unless a
    counter says that an article begins here."""
    filled = [line.strip() for line in part if line.strip()]
    labels = [label[0] for label in map(label_of, filled[:6]) if label]
    if "title" in labels:
        return True
    content = [line for line in filled if not label_of(line) and not is_edge_furniture(line)]
    if len(content) < 2:
        return False
    head = _whole_headline(filled, content[0])
    if not head:
        return False
    ends_like_prose = head.endswith((".", "。", ":", "”", ",", ";")) and not head.isupper()
    longer = counted or sum(map(len, content[1:])) > len(head)
    return not ends_like_prose and len(head) <= 200 and longer


def _without_rules(part: list[str]) -> list[list[str]]:
    """The pieces of a part that a new ``Title:`` or three blank lines open."""
    titled = [
        number
        for number, line in enumerate(part)
        if len(line) <= 400 and (label := label_of(line)) is not None and label[0] == "title"
    ]
    starts = [_block_start(part, number) for number in titled]
    if len(starts) > 1 and not any(line.strip() for line in part[: starts[0]]):
        return [part[one:other] for one, other in zip(starts, [*starts[1:], None], strict=True)]
    sourced = _by_sources(part)
    if sourced:
        return sourced
    pieces: list[list[str]] = [[]]
    for blank, lines in groupby(part, key=lambda line: not line.strip()):
        run = list(lines)
        if blank and len(run) >= _BLANKS and any(map(str.strip, pieces[-1])):
            pieces.append([])
        else:
            pieces[-1] += run
    pieces = [piece for piece in pieces if any(map(str.strip, piece))]
    if len(pieces) > 1 and all(_stands_alone(one) and _is_dated_or_sourced(one) for one in pieces):
        return pieces
    return [part]


def _block_start(part: list[str], number: int) -> int:
    """Where the header block begins that has its title in line ``number``."""
    while number and part[number - 1].strip() and label_of(part[number - 1]) is not None:
        number -= 1
    return number


def _by_sources(part: list[str]) -> list[list[str]]:
    """The pieces of a part in which each ends with its source line and begins with a headline
    and its date, [] for any other: what follows a source line is mostly furniture."""
    ends = [
        number + 1
        for number, line in enumerate(part[:-1])
        if 0 < len(line) <= 160 and not part[number + 1].strip() and read_source_line(line.strip())
    ]
    pieces = [part[one:other] for one, other in zip([0, *ends], [*ends, len(part)], strict=True)]
    pieces = [piece for piece in pieces if any(map(str.strip, piece))]
    if len(pieces) < 2:
        return []
    # Furniture behind a source does not stand alone, which is soon seen.
    return pieces if all(map(_stands_alone, pieces)) and all(map(_is_whole, pieces)) else []


def _is_whole(piece: list[str]) -> bool:
    """True for a headline, its date right below it, and a source line at the end."""
    filled = [line.strip() for line in piece if line.strip()]
    if read_source_line(filled[-1]) is None:
        return False
    dated = (read_meta(line, "UTC") for line in filled[1:3] if len(line) <= 300)
    return any(read is not None and bool(read.published) for read in dated)


def _is_dated_or_sourced(piece: list[str]) -> bool:
    """True for lines that say of themselves that they are an article."""
    filled = [line.strip() for line in piece if line.strip()]
    head, tail = filled[1:4], filled[-2:]
    return any(
        len(line) <= 300 and read_meta(line, "UTC") is not None for line in (*head, *tail)
    ) or any(next(standing_dates(line[:80]), None) is not None for line in head)


def _whole_headline(lines: list[str], head: str) -> str:
    """A headline with its second line, "" for the first of more lines: wrapped prose."""
    place = lines.index(head)
    following = lines[place + 1 : place + 3]
    going_on = [line for line in following if line[0].islower()]
    if len(going_on) == len(following) == 2:
        return ""
    return f"{head} {following[0]}" if following[:1] == going_on[:1] and going_on else head
