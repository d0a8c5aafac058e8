"""Markdown notes and posts to Facts: front matter first, then what the text itself says."""

from __future__ import annotations

import dataclasses
import re
from typing import Any
from urllib.parse import urlsplit

from digest.articles.bylines import read_names
from digest.articles.frontmatter import FrontMatter, split_front_matter
from digest.articles.mailwords import is_original
from digest.articles.metalines import read_meta
from digest.articles.plain import (
    UNDATED,
    read_body,
    read_plain,
    with_file_date,
)
from digest.articles.sitename import without_site
from digest.articles.sourceline import read_source, read_source_line
from digest.dates import parse_when
from digest.errors import ArticleError
from digest.markup import clean_text, plain_text
from digest.model.article import Image, Link, When
from digest.model.candidate import Candidates, Fact
from digest.model.facts import Facts
from digest.model.offer import shown

BASIS = "front-matter"
_LONGEST = 200_000
"""Characters of Markdown that are read: no article is longer, and parsers have bad cases."""

_DATE_KEYS = (
    "date", "published", "publishdate", "publish_date", "published_at", "published_on", "pubdate",
    "date_published", "datepublished", "date_posted",
)  # fmt: skip
_UPDATED_KEYS = (
    "updated", "lastmod", "modified", "last_modified", "last_modified_at", "updated_at",
    "date_updated", "date_modified",
)  # fmt: skip
_URL_KEYS = (
    "url", "link", "canonical", "canonical_url", "canonicalurl", "external_url", "original_url",
    "source_url", "permalink", "external_link",
)  # fmt: skip
_SOURCE_KEYS = (
    "source", "publisher", "publication", "site", "site_name", "sitename", "outlet", "via",
)  # fmt: skip
_SUMMARY_KEYS = (
    "description", "summary", "dek", "standfirst", "subtitle", "excerpt", "abstract", "teaser",
    "lede",
)  # fmt: skip
_LANGUAGE_KEYS = ("language", "lang", "locale")
_IMAGE_KEYS = ("image", "cover", "thumbnail", "featured_image", "og_image")
_TEMPLATES = re.compile(r"\{\{[<%][^{}]{0,500}[>%]\}\}|\{%[^{}]{0,300}%\}|!\[\[[^\[\]]{0,200}\]\]")
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|]{1,200}\|)?([^\[\]|]{1,200})\]\]")
_LINK = re.compile(r"\[([^\[\]]*)\]\((\S*?)\)")
_ONLY_LINK = re.compile(r"[\W_]{0,4}\[([^\[\]]{1,60})\]\((https?://\S{4,1000}?)\)[\W_]{0,4}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


def read_markdown(text: str, *, name: str, timezone: str, explain: bool = False) -> list[Facts]:
    """The article of a Markdown file, as a list of one.

    The headline is that of the front matter, else the first heading of level 1, else, in a file
    whose name is written for people, the name. Dates of the front matter have the basis
    ``front-matter``; where it has none the text's dateline and the file's name count.
    A file with neither front matter nor heading is read as plain text. With ``explain`` the facts
    carry what was weighed. Raises ArticleError for
    a file without text.
    """
    front, body = split_front_matter(text.replace("\0", ""))
    cut = len(body) > _LONGEST
    document = _Document(body[:_LONGEST])
    if front is None and not document.has_headings:
        return read_plain(text, name=name, timezone=timezone, explain=explain)
    front = front or FrontMatter()
    problems = list(front.problems)
    if cut:
        problems.append(f"is longer than {_LONGEST:,} characters: the rest was not read")
    title = clean_text(plain_text(front.first("title", "headline"))) or document.title
    if not title and " " in re.split(r"[/\\]", name)[-1].strip():
        own = re.split(r"[/\\]", name)[-1]
        title = clean_text(own.rpartition(".")[0] or own)
        problems.append("has its headline from the file's name")
    text_facts = _text_facts(document, title, timezone)
    if not title and not text_facts.text:
        raise ArticleError("holds no text", name, "remove the file or write an article into it")
    published, said = _date(front, _DATE_KEYS, timezone)
    updated, said_updated = _date(front, _UPDATED_KEYS, timezone)
    problems += said + said_updated
    if front.first("draft").lower() in ("true", "yes") or front.first("status") == "draft":
        problems.append("is marked as a draft")
    url, source = _origin(front)
    facts = dataclasses.replace(
        text_facts,
        title=without_site(title, source or text_facts.source),
        summary=plain_text(front.first(*_SUMMARY_KEYS)) or text_facts.summary,
        published=published or text_facts.published,
        updated=updated or text_facts.updated,
        url=url or text_facts.url,
        source=source or text_facts.source,
        authors=_authors(front) or text_facts.authors,
        categories=_categories(front) or text_facts.categories,
        language=_language(front) or text_facts.language,
        image=_image(front),
        problems=_problems(problems, text_facts, published, title),
    )
    facts = with_file_date(facts, name)
    if explain:
        from digest.articles.weighedtext import named_dates, weigh_text

        weighed = Candidates(wanted=True)
        _weigh(weighed, front, document, text_facts, facts)
        facts = dataclasses.replace(
            facts,
            candidates=weigh_text(
                plain_text(document.html(without_title=title), paragraphs=True).split("\n"),
                facts,
                timezone=timezone,
                beside=named_dates(facts, name),
                before=weighed.all(),
            ),
        )
    return [facts]


_WEIGHED: tuple[tuple[Fact, tuple[str, ...]], ...] = (
    ("title", ("title", "headline")),
    ("summary", _SUMMARY_KEYS),
    ("published", (*_DATE_KEYS, "created", "date_created")),
    ("updated", _UPDATED_KEYS),
    ("url", _URL_KEYS),
    ("source", _SOURCE_KEYS),
    ("authors", ("author", "authors", "byline", "by")),
    ("language", _LANGUAGE_KEYS),
    ("image", _IMAGE_KEYS),
)


def _weigh(
    weighed: Candidates, front: FrontMatter, document: _Document, text: Facts, facts: Facts
) -> None:
    """What the front matter's keys and the text say of each fact, in the order of trust."""
    for fact, keys in _WEIGHED:
        stated = shown(facts, fact)
        for key in keys:
            for written in front.all(key):
                basis = f"front-matter:{key}"
                if key in ("created", "date_created"):
                    weighed.lost(fact, written, basis, "says when the note was made")
                elif not stated:
                    weighed.lost(fact, written, basis, "cannot be read as this fact")
                elif any(entry.fact == fact and entry.won for entry in weighed.all()):
                    weighed.lost(fact, written, basis, "another key comes first")
                else:
                    weighed.won(fact, stated, basis, "the first key that states it")
        told = shown(text, fact)
        if fact == "title":
            told = without_site(document.title, facts.source)
        if told and told != stated:
            weighed.lost(fact, told, "text", "front matter goes before the text")
        elif told and not any(entry.fact == fact and entry.won for entry in weighed.all()):
            weighed.won(fact, told, "text", "front matter does not state it")

    known = {key for fact, keys in _WEIGHED for key in keys if fact in ("published", "updated")}
    for key in front.values.keys() - known:
        for written in front.all(key):
            if parse_when(written, basis="", timezone="UTC")[0] is not None:
                refused = "no key for the day of publication"
                weighed.lost("published", written, f"front-matter:{key}", refused)


def _text_facts(document: _Document, title: str, timezone: str) -> Facts:
    body = plain_text(document.html(without_title=title), paragraphs=True)
    if not body:
        return Facts()
    marked = document.standfirst
    if marked and read_meta(marked, timezone) is not None:
        marked = ""
    headed = bool(document.title) and document.title.casefold() == title.casefold()
    return read_body(
        body,
        timezone=timezone,
        title=title,
        standfirst=marked,
        headed=headed,
        url=document.title_url,
    )


def _problems(ours: list[str], text: Facts, published: When | None, title: str) -> tuple[str, ...]:
    theirs = text.problems if published is None else ()
    theirs = tuple(problem for problem in theirs if not (title and problem == "no title"))
    if published is None and text.published is None and not ours and not theirs:
        theirs = (UNDATED,)
    if ours and theirs == (UNDATED,) and any(problem.startswith("date ") for problem in ours):
        theirs = ()
    return tuple(dict.fromkeys([*ours, *theirs]))


def _date(front: FrontMatter, keys: tuple[str, ...], zone: str) -> tuple[When | None, list[str]]:
    problems: list[str] = []
    for key in keys:
        written = front.first(key)
        if not written:
            continue
        when, problem = parse_when(written, basis=BASIS, timezone=zone)
        if problem:
            problems.append(problem)
        if when is not None:
            return when, problems
    return None, problems


def _origin(front: FrontMatter) -> tuple[str | None, Link | None]:
    """The article's own address and its publisher."""
    url = None
    for written in front.all(*_URL_KEYS):
        read = read_source(written)
        if written.lower().startswith(("http://", "https://")) and read and read.source.url:
            url = read.url or read.source.url
            break
    source: Link | None = None
    for written in front.all(*_SOURCE_KEYS):
        read = read_source(_unlinked(written))
        if read is None:
            continue
        source = source or read.source
        if read.url:
            url = url or read.url
    if source is None and url:
        read = read_source(url)
        source = read.source if read else None
    if source is not None and source.url is None and url:
        parts = urlsplit(url)
        source = Link(name=source.name, url=f"{parts.scheme}://{parts.netloc.lower()}/")
    return url, source


def _authors(front: FrontMatter) -> tuple[str, ...]:
    names: list[str] = []
    for written in front.all("author", "authors", "byline", "by"):
        people, _ = read_names(re.sub(r"(?i)^by\s+", "", _unlinked(written)))
        names += [name for name in people if name not in names]
        if not people and not re.search(r"[/@:]|https?", written) and len(written) <= 60:
            names.append(clean_text(_unlinked(written)))
    return tuple(dict.fromkeys(names))


def _categories(front: FrontMatter) -> tuple[str, ...]:
    found: list[str] = []
    for key in ("categories", "category", "tags", "keywords", "topics"):
        value = front.values.get(key, "")
        parts = re.split(r"[,;]", value) if isinstance(value, str) else value
        found += [clean_text(_unlinked(part)).lstrip("#") for part in parts if part.strip()]
    return tuple(dict.fromkeys(found[:50]))


def _language(front: FrontMatter) -> str:
    tag = front.first(*_LANGUAGE_KEYS)
    return tag.replace("_", "-") if _LANGUAGE.fullmatch(tag) else ""


def _image(front: FrontMatter) -> Image | None:
    for written in front.all(*_IMAGE_KEYS):
        if re.fullmatch(r"https?://[^\s<>\"']{4,2000}", written):
            return Image(url=written, alt=front.first("image_alt", "cover_alt", "alt"))
    return None


def _unlinked(text: str) -> str:
    return _WIKI_LINK.sub(r"\1", text)


class _Document:
    """A parsed Markdown text, its first headline and its marked standfirst."""

    def __init__(self, text: str) -> None:
        from markdown_it import MarkdownIt

        text = _WIKI_LINK.sub(r"\1", _TEMPLATES.sub("", text))
        self._parser = MarkdownIt("commonmark", {"maxNesting": 20}).enable("table")
        self._tokens: list[Any] = self._parser.parse(text)
        for place, token in enumerate(self._tokens):
            if token.type == "inline" and self._tokens[place - 1].type != "heading_open":
                _keep_source_link(token)
        self.has_headings = any(token.type == "heading_open" for token in self._tokens)
        self._place = self._first_headline()
        self.title = self._text(self._tokens[self._place + 1]) if self._place >= 0 else ""
        self.title_url = _whole_link(self._tokens[self._place + 1]) if self._place >= 0 else ""
        self.standfirst = self._marked_paragraph(max(self._place, -1))

    def html(self, *, without_title: str) -> str:
        """The text as HTML, without its headline where that is the article's title."""
        tokens = self._tokens
        if self._place >= 0 and self.title.casefold() == without_title.casefold():
            tokens = tokens[: self._place] + tokens[self._place + 3 :]
        return str(self._parser.renderer.render(tokens, self._parser.options, {}))

    def _first_headline(self) -> int:
        for place, token in enumerate(self._tokens):
            if token.type == "heading_open" and token.tag == "h1" and token.level == 0:
                return place
        # A heading of a lower level that leads to a page as a whole is a headline as well.
        first = bool(self._tokens) and self._tokens[0].type == "heading_open"
        return 0 if first and _whole_link(self._tokens[1]) else -1

    def _text(self, inline: Any) -> str:
        html = self._parser.renderer.render([inline], self._parser.options, {})
        return plain_text(str(html))

    def _marked_paragraph(self, headline: int) -> str:
        """The paragraph right below the headline where all of it is emphasised, else ""."""
        start = headline + 3 if headline >= 0 else 0
        if len(self._tokens) < start + 3 or self._tokens[start].type != "paragraph_open":
            return ""
        inline = self._tokens[start + 1]
        children = [
            child for child in inline.children or [] if child.type != "text" or child.content
        ]
        if len(children) < 3 or children[0].type not in ("em_open", "strong_open"):
            return ""
        depth = 0
        for number, child in enumerate(children):
            depth += child.nesting
            if depth == 0 and number < len(children) - 1:
                return ""
        return self._text(inline)


def _whole_link(inline: Any) -> str:
    """The address that a heading leads to as a whole, "" for any other."""
    children = [child for child in inline.children or [] if child.type != "text" or child.content]
    if len(children) < 3 or [children[0].type, children[-1].type] != ["link_open", "link_close"]:
        return ""
    if sum(child.type == "link_open" for child in children) != 1:
        return ""
    written = str(children[0].attrGet("href") or "")
    return written if written.lower().startswith(("http://", "https://")) else ""


def _keep_source_link(inline: Any) -> None:
    """Writes the address of a source line out, which plain text would lose with the link."""
    written = inline.content
    if len(written) > 1000 or "](" not in written:
        return
    lines = written.split("\n")
    if not any("](" in line and _names_source(line) for line in lines):
        return
    from markdown_it.token import Token

    children: list[Any] = []
    for line in lines:
        only = _ONLY_LINK.fullmatch(line)
        shown = _LINK.sub(r"\1 (\2)", line)
        if only is not None and is_original(only[1]):
            shown = f"Link: {only[2]}"
        if children:
            children.append(Token("hardbreak", "br", 0))
        children.append(Token("text", "", 0, content=_bare(shown)))
    inline.children = children


def _names_source(line: str) -> bool:
    """True for a line of which a link tells whose text this is: ``[Museums](…) · 9 May 2025``."""
    only = _ONLY_LINK.fullmatch(line)
    if only is not None and is_original(only[1]):
        return True
    if read_source_line(_bare(line)) is not None:
        return True
    read = read_meta(_LINK.sub(r"\1 (\2)", _bare(line)), "UTC") if len(line) <= 300 else None
    return read is not None and read.source is not None


def _bare(line: str) -> str:
    """A line without the emphasis of its label and the marks of a hard break."""
    return re.sub(r"\*\*|__|^[*_]|[*_]$", "", line.rstrip(" \\"))
