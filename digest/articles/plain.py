"""Plain text: the syndicated shape and its relatives, to Facts.

headline, standfirst, lines about the article, a text that opens with its date, the original
source, left-over page furniture. Every part but the headline may be missing; what is not there
is not made up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from digest.articles.bylines import is_paper
from digest.articles.dateline import Dateline, read_dateline
from digest.articles.edges import take_head, take_tail, with_values, without_kicker
from digest.articles.furniture import is_furniture
from digest.articles.meta import Meta
from digest.articles.metalines import read_meta
from digest.articles.oneline import strip_line
from digest.articles.paragraphs import Paragraph, headline_joined, paragraphs
from digest.articles.several import is_separator, split_articles
from digest.articles.sitename import is_kin, without_site
from digest.articles.sourceline import read_source
from digest.articles.standfirst import is_standfirst
from digest.articles.tidy import tidy
from digest.dates.names import month_number
from digest.dates.order import stated_order
from digest.dates.parse import FIRST_YEAR, LAST_YEAR, Order
from digest.errors import ArticleError
from digest.language import by_script
from digest.markup import clean_text
from digest.model.article import Link, When
from digest.model.facts import Facts

FILE_NAME_BASIS = "file-name"
ADDRESS_BASIS = "url"
_ADDRESS_DATE = re.compile(
    r"(?<=/)(?P<year>(?:19|20|21)\d\d)(?P<by>[/-]?)"
    r"(?:(?P<month>\d{2}|(?<=[/-])\d)|(?P<name>[a-z]{3,9}))(?P=by)"
    r"(?P<day>\d{2}|(?<=[/-])\d)(?![0-9])",
    re.IGNORECASE,
)
_NAME_DATE = re.compile(r"(?<![0-9A-Za-z])(\d{4})([-_.]?)(\d{2})\2(\d{2})(?![0-9A-Za-z]*\d)")
_LONGEST_TITLE = 300
# "Key points:" and what is listed below it.
_POINT = re.compile(r"[*•·‣–-]\s|[^.!?]{1,40}[:：]$")
UNDATED = "states no date of publication"


def read_plain(text: str, *, name: str, timezone: str, explain: bool = False) -> list[Facts]:
    """The articles of a text file, in order.

    ``name`` is the file's name: for messages, and as the last evidence for a date
    (``2025-04-24-treaty.txt``, basis ``file-name``). Times without a zone are read in
    ``timezone``. With ``explain`` the facts carry what was weighed. Raises ArticleError for a file
    without text.
    """
    parts = split_articles(tidy(text))
    read = [(part, _read_article(part, timezone)) for part in parts]
    found = [(part, facts) for part, facts in read if facts is not None]
    if not found:
        raise ArticleError("holds no text", name, "remove the file or write an article into it")
    if len(found) == 1:
        found = [(found[0][0], with_file_date(found[0][1], name))]
    if explain:
        found = [(part, _explained(part, facts, name, timezone)) for part, facts in found]
    if len(found) == 1:
        return [found[0][1]]
    return [_numbered(facts, number) for number, (_, facts) in enumerate(found, start=1)]


def _explained(lines: list[str], facts: Facts, name: str, timezone: str) -> Facts:
    from digest.articles.weighedtext import named_dates, weigh_text

    beside = named_dates(facts, name)
    return replace(facts, candidates=weigh_text(lines, facts, timezone=timezone, beside=beside))


def with_file_date(facts: Facts, name: str) -> Facts:
    """The same facts, dated by the file's name where nothing else dates them."""
    if facts.published is not None:
        return facts
    when = file_date(name)
    if when is None:
        return facts
    return replace(
        facts,
        published=when,
        problems=tuple(problem for problem in facts.problems if problem != UNDATED),
    )


def file_date(name: str) -> When | None:
    """The date that a file's own name states in full, year first."""
    match = _NAME_DATE.search(re.split(r"[/\\]", name)[-1])
    if match is None:
        return None
    try:
        day = date(int(match[1]), int(match[3]), int(match[4]))
    except ValueError:
        return None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    return When(value=day, raw=match[0], basis=FILE_NAME_BASIS)


def address_date(url: str) -> When | None:
    """The full date in the path of an article's own address."""
    match = _ADDRESS_DATE.search(url)
    if match is None:
        return None
    try:
        month = int(match["month"] or month_number(match["name"]) or 0)
        day = date(int(match["year"]), month, int(match["day"]))
    except ValueError:
        return None
    return When(value=day, raw=match[0].strip("/"), basis=ADDRESS_BASIS)


def read_body(
    text: str,
    *,
    timezone: str,
    title: str,
    standfirst: str = "",
    headed: bool = False,
    url: str = "",
) -> Facts:
    """What a text says whose headline is known already: that of a mail or a Markdown file.

    ``standfirst`` is the first paragraph where it is marked as that. Else one is looked for
    only where the headline stands above the text (``headed``). A repeated headline, lines about
    the article, source and furniture are read and taken out. ``url`` is where the headline leads.
    """
    lines = text.split("\n")
    content = paragraphs(lines) if len([line for line in lines if line.strip()]) > 1 else []
    content = content or [Paragraph(text=clean_text(text), block=0)]
    content = [paragraph for paragraph in content if paragraph.text]
    if content and title and _same(content[0].text, title):
        content = content[1:]
    meta = Meta(order=stated_order("\n".join(line for line in lines if len(line) <= 300)))
    leads_to = read_source(url) if url else None
    meta.url = leads_to.url if leads_to else None
    summary = ""
    if len(content) > 1 and standfirst and content[0].text == standfirst:
        summary, content = standfirst, content[1:]
    before = len(content)
    content = take_head(content, meta, timezone)
    if headed and not summary and before == len(content) > 1:
        other = content[0].block + 1  # a heading is a block of its own
        if is_standfirst(content[0], content[1:], titled_in=other, apart=False):
            summary, content = content[0].text, content[1:]
    return _facts(title, summary, content, meta, timezone)


def _read_article(lines: list[str], timezone: str) -> Facts | None:
    meta = Meta(order=stated_order("\n".join(line for line in lines if len(line) <= 300)))
    one_line = sum(1 for line in lines if line.strip()) == 1
    if one_line:
        alone = next(clean_text(line) for line in lines if line.strip())
        stripped, said = strip_line(alone, timezone, meta.order)
        if stripped != alone:
            lines = [stripped]
            meta.take(said)
    content = with_values(
        [
            paragraph
            for paragraph in paragraphs(lines)
            if paragraph.text and not is_separator(paragraph.text)
        ]
    )
    content = headline_joined(without_kicker(take_head(content, meta, timezone)))
    content = _without_masthead(content, meta, timezone)
    title = meta.title
    summary = meta.summary
    titled_in = -1
    if not title and content and _is_headline(content[0].text):
        title, titled_in = _headline(content[0].text), content[0].block
        if one_line and title.endswith(".") and not title.endswith(".."):
            title = title[:-1]
        content = content[1:]
        if content and _same(content[0].text, title):
            content = content[1:]
    elif title and content and _same(content[0].text, title):
        content = content[1:]
    before = len(content)
    content = take_head(content, meta, timezone, titled=True)
    if not summary and len(content) > 1 and before == len(content):
        after = Meta(order=meta.order)
        rest = take_head(content[1:], after, timezone, titled=True)
        apart = len(rest) < len(content) - 1
        if is_standfirst(content[0], rest, titled_in=titled_in, apart=apart):
            summary = content[0].text.strip("*_ ")
            content = rest
            meta.take(after)
        elif apart and rest:
            # Lines about the article stand below its first paragraph: read, but not removed
            # from between paragraphs unless they are nothing else.
            meta.take(after)
            content = [content[0], *rest]
    elif (
        not summary
        and len(content) > 1
        and is_standfirst(content[0], content[1:], titled_in=-1, apart=False)
    ):
        summary = content[0].text.strip("*_ ")
        content = content[1:]
    if meta.summary:
        summary = meta.summary
    if not title and not content:
        title = _first_part(lines, timezone)
        if not title:
            return None
    return _facts(title, summary, content, meta, timezone)


def _first_part(lines: list[str], timezone: str) -> str:
    """The headline of a line that has one beside its source and date, and no text."""
    line = next((clean_text(line) for line in lines if line.strip()), "")
    head = re.split(r"\s[|–—-]\s", line, maxsplit=1)[0]
    if len(head) < 12 or head == line or read_meta(head, timezone) is not None:
        return ""
    return head


def _without_masthead(content: list[Paragraph], meta: Meta, timezone: str) -> list[Paragraph]:
    """The same without a paper's name and its date above the headline."""
    if len(content) < 4 or not is_paper(content[0].text):
        return content
    dated = read_meta(content[1].text, timezone, meta.order)
    if dated is None or not dated.published or content[2].text.endswith("."):
        return content
    meta.take(dated)
    meta.take(Meta(source=read_source(content[0].text, rank=2)))
    return headline_joined(content[2:])


def _facts(title: str, summary: str, content: list[Paragraph], meta: Meta, timezone: str) -> Facts:
    body = take_tail([paragraph.text for paragraph in content], meta, timezone)
    body = [paragraph for paragraph in body if not is_furniture(paragraph)]
    opening = _read_opening(body, meta.order)
    if opening is not None:
        meta.agency = meta.agency or opening.agency
        meta.take(Meta(authors=list(opening.authors)))
        if opening.when is not None:
            meta.take(Meta(published=opening.when))
        elif opening.problem:
            meta.undated.append(opening.problem)
    url = meta.url or (meta.source.url if meta.source else None)
    if meta.published is None and url and not meta.is_via:
        meta.published = address_date(url)
    problems = list(meta.problems)
    if meta.published is None:
        problems += meta.undated or [UNDATED]
    if not title:
        problems.append("no title")
    elif title.isupper() and len(title) > 12:
        problems.append("has a headline in capitals")
    source = meta.source.source if meta.source else None
    if source is None and url:
        host = read_source(url)
        source = host.source if host else None
    if source is not None and source.url is None and url and meta.url and not meta.is_via:
        home = read_source(url)  # the paper's own page is at its own address
        source = replace(source, url=home.source.url) if home else source
    kin = next((name for name in meta.bare if source and is_kin(name, source.url)), "")
    if kin and source is not None and "." in source.name:  # "Odd Museums · 9 January 2026"
        source = replace(source, name=kin)
    title = without_site(title, source)
    if source is None and meta.agency:
        source = Link(name=meta.agency)
    text = "\n\n".join(body)
    return Facts(
        title=title,
        summary=summary,
        text=text,
        url=url,
        published=meta.published,
        updated=meta.updated,
        source=source,
        authors=tuple(
            name for name in meta.authors if source is None or not _same(name, source.name)
        ),
        language=meta.language or by_script(f"{title} {text[:2000]}"),
        categories=tuple(meta.categories),
        origin=meta.agency,
        problems=tuple(dict.fromkeys(problems)),
    )


def _read_opening(body: Sequence[str], order: Order) -> Dateline | None:
    """The dateline of the first paragraph, or of the second where the first has none."""
    first = next((n for n, line in enumerate(body[:8]) if not _POINT.match(line)), 0)
    for index, paragraph in enumerate(body[first : first + 2], start=first):
        found = read_dateline(paragraph, "\n".join(body[index + 1 : index + 40]), order)
        # In the second paragraph only an agency's dateline counts: "On 3 March …" tells there.
        if found is not None and (index == first or found.is_wire):
            return found
    return None


def _is_headline(text: str) -> bool:
    """False for a paragraph of prose: too long, or of several sentences."""
    if len(text) > _LONGEST_TITLE:
        return False
    if text.endswith((".", "!", "?", "。", "”", '"')):
        opening = read_dateline(text)
        if opening is not None and opening.is_wire and (opening.agency or opening.when):
            return False  # a dispatch without a headline
    return not text.endswith(".") or len(text) <= 120 or ". " not in text[:-1]


def _headline(text: str) -> str:
    return text.lstrip("#").strip().strip("*_") if text.startswith(("#", "*", "_")) else text


def _same(one: str, other: str) -> bool:
    return one.casefold().strip(" .*_#") == other.casefold().strip(" .*_#")


def _numbered(facts: Facts, number: int) -> Facts:
    return replace(facts, fragment=str(number))
