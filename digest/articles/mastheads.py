"""The name that a page shows for its site: beside the headline in <title>, in links, at its foot.

None of these is a declaration. A part of <title> is a rubric or a writer as often as a name, a
link to the front page may say "Home". So a name counts where the host bears it, or where two
places have the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.articles import jsonld
from digest.articles.declared import Page
from digest.articles.jsonld import bare
from digest.articles.kinship import (
    PARTS,
    bears_host,
    is_general,
    is_host_name,
    spellings,
    without_legal_form,
)
from digest.markup import clean_text, element_text

_LONGEST = 60
_FEED_WORDS = re.compile(
    r"(?:[\s:»«|–—-]+(?:rss|atom|xml|2\.0|feeds?|news ?feed|flux|canal|all|latest|posts?|articles?"
    r"|entries|フィード))+\s*$|^(?:rss|atom)(?:[ -]?feed)?[\s:|–—-]+(?:(?:for|of|von|de)\s+)?",
    re.IGNORECASE,
)
_HOLDER = re.compile(
    r"(?:©|&copy;|\(c\)|copyright)[\s©]*(?:copyright\s*)?(?:(?:19|20)\d\d[\s,–—-]*){0,3}(?:by\s+)?"
    r"(?P<name>[^\d|.,;©–—\n][^|.,;©\n–—]{1,58})",
    re.IGNORECASE,
)
_IN_A_LANGUAGE = re.compile(r"(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?")
_MORE = 20
"""Letters that a link's text may have beside the name: "zur Startseite"."""

_FEED = re.compile(r"\b(?:rss|atom|feed)\b", re.IGNORECASE)
_MOST_FEEDS = 5
_EDGES = " |–—·•»«›‹:/-"
_LONGEST_TITLE = 2_000
_LINKS = 6
"""Links to the front page that are looked at: the first ones stand in the head."""


def shown_name(page: Page, host: str) -> tuple[str, str]:
    """(name, basis) of the site as the page shows it; two empty texts where nothing proves one.

    ``host`` is the page's own, as :func:`digest.urls.host_label` gives it.
    """
    ends, beside = _ends(page)
    for part in ends:
        if is_host_name(part, host) and not is_general(part):
            return part, "title"
    # The last word in <title> is the site's more often than the one before it.
    for part in beside:
        if bears_host(part, host) and not is_general(part) and _is_short(part):
            return part, "title"
    feeds = _feeds(page)
    fronts = list(_fronts(page, host))
    for part in dict.fromkeys([*ends[:1], *beside]):
        if not is_general(part) and _is_short(part) and _is_said(page, part, feeds, fronts):
            return part, "title"
    names = [(_FEED_WORDS.sub("", title).strip(), "feed link") for title in feeds]
    for text, basis in (*names, *((text, "front link") for text in fronts)):
        if is_host_name(text, host) and not is_general(text) and _is_short(text):
            return text, basis
    holder = _holder(page, host)
    return (holder, "copyright line") if holder else ("", "")


def _feeds(page: Page) -> list[str]:
    """The titles of the feeds that the page links to."""
    titles = (
        clean_text(link.get("title") or "")
        for link in page.root.iter("link")
        if "alternate" in (link.get("rel") or "").lower() and _FEED.search(link.get("type") or "")
    )
    return [title for title in titles if title][:_MOST_FEEDS]


def named_in_title(page: Page, host: str) -> str:
    """The part of <title> that is the host's own word, or ""; a look at <title> alone."""
    ends, _ = _ends(page)
    return next((part for part in ends if is_host_name(part, host) and not is_general(part)), "")


def title_parts(page: Page) -> list[str]:
    """<title> in its parts; none of one that is no headline, however long."""
    if len(page.title) > _LONGEST_TITLE:
        return []
    parts = (part.strip(_EDGES) for part in PARTS.split(page.title))
    return [part for part in parts if part]


def headlines(page: Page) -> set[str]:
    """The letters of what the page calls its headline."""
    texts = [*page.heading_texts[:3], page.said("og:title"), page.said("twitter:title")]
    if page.article is not None:
        texts.append(jsonld.text_of(page.article.get("headline")))
    return {letters for text in texts if len(letters := bare(text)) > 3}


def _ends(page: Page) -> tuple[list[str], list[str]]:
    """The parts of <title> that may be a name, and those of them beside the proved headline."""
    parts = title_parts(page)
    if len(parts) < 2:
        return [], []
    heads = headlines(page)
    beside: list[str] = []
    for cut in range(1, len(parts)):
        if bare("".join(parts[:cut])) in heads:
            beside = parts[cut:][::-1]
            break
        if bare("".join(parts[cut:])) in heads:
            beside = parts[:cut]
            break
    return list(dict.fromkeys([parts[-1], *beside, parts[0]])), beside


def _is_short(text: str) -> bool:
    return len(text) <= _LONGEST and len(text.split()) <= 7


def _is_said(page: Page, part: str, feeds: list[str], fronts: list[str]) -> bool:
    """Whether another place of the page has the same name."""
    forms = spellings(part)
    letters = bare(part)
    if len(letters) < (4 if letters.isascii() else 2):
        return False
    handle = page.said("twitter:site", "twitter:site:id").lstrip("@")
    if bare(handle) in forms:
        return True
    if any(bare(title).startswith(letters) for title in feeds):
        return True
    return any(letters in bare(text) and len(bare(text)) - len(letters) < _MORE for text in fronts)


def _fronts(page: Page, host: str) -> Iterator[str]:
    """What the links to the front page say: their text, or that of their picture."""
    seen = 0
    for link in page.root.iter("a"):
        href = link.get("href")
        if not href or not _is_front(href.strip().lower(), host):
            continue
        pictures = [image.get("alt") or "" for image in link.iter("img")]
        texts = (element_text(link), *pictures, link.get("title") or "")
        yield from (text for text in map(clean_text, texts) if 1 < len(text) < 2 * _LONGEST)
        seen += 1
        if seen == _LINKS:
            return


def _is_front(href: str, host: str) -> bool:
    """Whether an address in lower case leads to the front page, or to that in a language."""
    scheme, slashes, rest = href.partition("//")
    if not slashes or scheme not in ("", "https:", "http:"):
        return href.startswith("/") and _IN_A_LANGUAGE.fullmatch(href, 1) is not None
    rest = rest.removeprefix("www.")
    if not rest.startswith(host):
        return False
    rest = rest[len(host) :].removeprefix("/")
    return _IN_A_LANGUAGE.fullmatch(rest) is not None


def _holder(page: Page, host: str) -> str:
    """Whose the page is by the line at its foot, where that is the host's own word."""
    lines = page.root.xpath(
        "//body//text()[contains(., '©') or contains(., 'opyright')][not(parent::script)]"
        "[not(parent::style)]"
    )
    for line in lines[-5:]:
        found = _HOLDER.search(clean_text(str(line)[:400]))
        name = without_legal_form(found["name"].strip()) if found else ""
        name = re.split(r"\s+(?:All|Alle|Tous|Todos)\s", name)[0].strip()
        if name and is_host_name(without_legal_form(name), host):
            return without_legal_form(name)
    return ""
