"""Whether the paragraph below a headline is a standfirst, or the first of the text.

There must be evidence: a text that begins anew after it (a dateline, a byline between), its
place in the headline's own block, no full stop, or the syndicated shape: headline, a line that is
shorter than the text's first paragraph (or the paragraph says when, as a lead does), and at the end
a source or a site's furniture. Without any, the words belong to the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from digest.articles.bylines import is_name
from digest.articles.dateline import read_dateline
from digest.articles.furniture import is_edge_furniture, is_furniture
from digest.articles.labels import label_of
from digest.articles.paragraphs import Paragraph
from digest.articles.sourceline import read_source_line
from digest.dates.prose import standing_dates
from digest.excerpt import display_width

_LONGEST = 480
_TAIL = 3
_ENDS = (".", "!", "?", "…", "。", "！", "？", "؟", "”", '"', "’", "»", "」", ")", "۔")
_CONTINUES = re.compile(
    r"(?:but|and|however|he|she|they|it|this|that|these|those|meanwhile|also|still|yet|then|so|er|sie"
    r"|es|doch|aber|il|elle|mais|pero|ma|maar|он|она|но|이|그|これ|しかし|但|他|她)\b",
    re.IGNORECASE,
)
# A news lead says when; a standfirst does not.
_LEAD = re.compile(
    r"\bon (?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:today|yesterday|this week|last week)\b"
    r"|\bam (?:Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag)\b",
    re.IGNORECASE,
)
# What an agency tells its desks: "(Updates prices, adds analyst comment)"
_DESK_NOTE = re.compile(
    r"\W{0,2}(?:updates|adds|recasts|corrects|repeats|refiles|removes|rewrites|writes through"
    r"|new throughout)\b",
    re.IGNORECASE,
)
_MARKED = re.compile(r"(?:\*[^*].*[^*]\*|_[^_].*[^_]_|\*\*[^*].*\*\*)$")


def is_syndicated(rest: Sequence[Paragraph]) -> bool:
    """True when a text ends as those that a site hands on: with its source, or with furniture."""
    tail = [paragraph.text for paragraph in rest[-_TAIL:]]
    return len(rest) > 1 and any(
        is_furniture(line) or read_source_line(line) is not None for line in tail
    )


def is_standfirst(
    candidate: Paragraph, rest: Sequence[Paragraph], *, titled_in: int, apart: bool
) -> bool:
    """True when ``candidate`` stands above the text ``rest`` as its standfirst.

    ``titled_in`` is the block of the headline right above, -1 without one; ``apart`` whether
    lines about the article (a byline, a date) stand between the two.
    """
    text = candidate.text
    if text.startswith(("(", "[")) and text.endswith((")", "]")) and _DESK_NOTE.match(text):
        return False
    if not rest or display_width(text) > _LONGEST or text.endswith((":", ",", ";")):
        return False
    if display_width(text) < 12 or is_name(text) or _LEAD.search(text):
        return bool(_MARKED.match(text))
    if len(text) <= 60 and any(True for _ in standing_dates(text)):
        return False  # "Deadline: 9 May 2025"
    if display_width(text) <= 40 and not text.endswith(_ENDS[:10]) and re.search(r"\d", text):
        return bool(_MARKED.match(text))  # "Vol. 12, No. 4"
    if label_of(text) or is_edge_furniture(text) or read_dateline(text) is not None:
        return False
    body = [paragraph for paragraph in rest if not is_edge_furniture(paragraph.text)]
    body = [paragraph for paragraph in body if label_of(paragraph.text) is None]
    if not body or sum(len(paragraph.text) for paragraph in body) <= len(text) // 2:
        return False
    following = body[0].text
    if apart or _MARKED.match(text):
        return True
    if read_dateline(following) is not None:
        return True
    if not text.endswith(_ENDS) and len(text) > 20:
        return True
    if titled_in >= 0 and is_syndicated(rest) and not _CONTINUES.match(following):
        is_short = display_width(text) < 0.8 * display_width(following)
        if is_short or _LEAD.search(following[:120]):
            return True
    shares_block = candidate.block == titled_in
    if shares_block and body[0].block != candidate.block:
        return True
    return (
        shares_block
        and len(body) > 1
        and display_width(text) < 0.6 * display_width(following)
        and not _CONTINUES.match(following)
    )
