"""Items in the pieces of an earlier newsletter: what in a block is the title, what the link.

Editors write an item as a heading, as a paragraph or list entry that begins with a link, as a
headline with "Read more" below it, as a sentence with a link in it, or as a row of a table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from digest.articles.mailwords import is_generic
from digest.importing.links import is_bare, is_title, is_web, web_links
from digest.importing.pieces import (
    Piece,
    Run,
    safe_label,
    skip_separator,
    strip_runs,
    unwrap_link,
    words_of,
    write_runs,
)
from digest.model import Item
from digest.urls import canonical_url

_MOST_TITLE = 200
_BYLINE = re.compile(r"[(（\[]([^()（）\[\]\n]{2,60})[)）\]]")
_SETS_OFF = re.compile(r"\s*\n|\s*[—–:·|]|\s+-\s")
_GOES_ON = re.compile(r"\s*(?:[—–:·|,]|-\s|\n)")
_TRAILING = re.compile(r"[\s(\[:：—–-]+$")


def make_item(title: str, url: str, body: str = "") -> Item:
    """An item of one page; ``title`` and ``body`` are Markdown."""
    key = canonical_url(url)
    assert key is not None
    return Item(key=key, title=safe_label(_plain_marks(title)), url=url, body=body)


def read_headline(runs: Sequence[Run]) -> Item:
    """The item that a heading with a link names; what follows the link is said of it."""
    runs, _ = unwrap_link(runs)
    if is_web(runs[0]) and not is_generic(words_of(runs[:1])):
        return make_item(runs[0].text, runs[0].url, write_runs(skip_separator(runs[1:])))
    main = next(run for run in runs if is_web(run))
    words = "".join(run.text for run in strip_runs([run for run in runs if not run.url]))
    title = re.sub(r"[\s(\[:—–-]*[)\]]*$", "", words)
    if not (is_bare(main) and title):
        title = "".join(run.text for run in runs)
    return make_item(title, main.url)


def read_lead(piece: Piece) -> Item | None:
    """The item of a paragraph that begins with its headline."""
    runs, is_strong = unwrap_link(piece.runs)
    links = [run for run in runs if is_web(run)]
    if not links:
        return None
    if is_web(runs[0]) and not is_bare(runs[0]):
        rest = "".join(run.text for run in runs[1:])
        stands_out = is_strong or not rest.strip() or _SETS_OFF.match(rest)
        if stands_out or len(links) == 1 or len(words_of(runs[:1]).split()) >= 3:
            return make_item(runs[0].text, runs[0].url, write_runs(skip_separator(runs[1:])))
        return None
    # A headline, then its address on a line of its own.
    if len(links) == 1 and is_bare(links[0]):
        at = runs.index(links[0])
        title, _, more = "".join(run.text for run in runs[:at]).strip().partition("\n")
        title = title.rstrip(" :：—–-").strip()
        if title and len(title) <= _MOST_TITLE and not re.search(r"[.。]$", title):
            after = [Run(more), *runs[at + 1 :]] if more else runs[at + 1 :]
            return make_item(title, links[0].url, write_runs(skip_separator(after)))
    return None


def read_mention(piece: Piece, *, alone: bool) -> Item | None:
    """The item of a sentence that names an article within: its link's words are the title,
    and the sentence what is said of it. ``alone``: only where it is the one link."""
    links = [run for run in piece.runs if is_web(run)]
    named = [run for run in links if not is_bare(run) and is_title(run)]
    if not links or (alone and len(links) > 1):
        return None
    if named:
        main = named[0]
        said = [Run(run.text) if run is main else run for run in piece.runs]
        body = write_runs(said) if words_of(said) != words_of([main]) else ""
        return make_item(main.text, main.url, body)
    if len(links) > 1 or not is_bare(links[0]):
        return None
    before = "".join(run.text for run in piece.runs[: piece.runs.index(links[0])])
    title = _TRAILING.sub("", before).strip()
    if 0 < len(title) <= _MOST_TITLE and len(title.split()) > 1 - (not title.isascii()):
        after = piece.runs[piece.runs.index(links[0]) + 1 :]
        rest = skip_separator(
            (Run(re.sub(r"^\s*[)\]]", "", after[0].text)), *after[1:]) if after else ()
        )
        return make_item(title, links[0].url, write_runs(rest))
    return None


def read_entry(runs: Sequence[Run], rest: Sequence[Run]) -> Item:
    """``[Title](url) (Example Post) - text``: what stands in brackets is the byline."""
    byline = ""
    if rest and not rest[0].url:
        bracket = _BYLINE.match(rest[0].text)
        after = rest[0].text[bracket.end() :] if bracket else ""
        if bracket and (not after.strip() or _GOES_ON.match(after)):
            byline = bracket[1].strip()
            rest = skip_separator((Run(after), *rest[1:]))
    item = make_item(runs[0].text, runs[0].url, write_runs(rest))
    return replace(item, byline=byline.strip("_").replace("*", ""))


def read_row(piece: Piece) -> Item | None:
    """The item of a table's row; None where no cell gives it a title."""
    links = web_links(piece)
    named = [run for run in links if not is_bare(run)]
    main = next(filter(is_title, named), named[0] if named else None)
    title = main.text if main else ""
    others: list[str] = []
    for cell in piece.cells:
        if main is not None and main in cell:
            runs, _ = unwrap_link(cell)
            rest = write_runs(skip_separator([run for run in runs if run is not main]))
        else:
            rest = write_runs(run for run in cell if not (is_web(run) and is_bare(run)))
        if main is None and not title and rest and not others:
            title = rest
            continue
        others += [rest.replace("\n", " ")] if rest else []
    url = (main or links[0]).url
    if not title:
        return None
    item = make_item(title, url, " · ".join(others))
    return replace(item, form="list")


def only_leads_on(piece: Piece, item: Item) -> bool:
    """True for a paragraph that is only another way to the item's own page: "Read more", or its
    title once more."""
    title = words_of([Run(item.title)])
    return is_said_again(piece, item) and all(
        is_bare(run) or words_of([run]) == title for run in web_links(piece)
    )


def is_said_again(piece: Piece, item: Item) -> bool:
    """True for a paragraph of nothing but links to the item's own page: a card of a mail is one
    link around headline and text."""
    if any(re.search(r"\w", run.text) for run in piece.runs if not is_web(run)):
        return False
    return all(canonical_url(run.url) == item.key for run in web_links(piece))


def without_read_more(runs: Sequence[Run], item: Item) -> Sequence[Run]:
    """The words without a "Read more" at their end that leads to the item's own page."""
    runs = strip_runs(runs)
    last = runs[-1] if runs else Run("")
    if is_web(last) and is_bare(last) and canonical_url(last.url) == item.key:
        return strip_runs(runs[:-1])
    return runs


def _plain_marks(title: str) -> str:
    """A title without emphasis around all of it."""
    title = " ".join(title.split())
    found = re.fullmatch(r"(\*\*\*|\*\*|__|\*|_)(?!\s)((?:(?!\1).)+)(?<!\s)\1[:：]?", title)
    return found[2] if found else title
