"""Pages that are lists of links: each link is an article, its text the title.

Without a CSS selector the list is what is left of a page when its furniture is taken away:
navigation, headers, footers, asides, forms, words that lead on ("Read more"), icons. A date counts
only where it stands beside the link, in the part of the page that holds this link and no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from digest.articles.page import parse_page
from digest.dates import find_dates, parse_when
from digest.errors import FeedError
from digest.markup import clean_text, element_text
from digest.model import Facts, When
from digest.urls import canonical_url, join_url

MAX_LINKS = 2_000
_MAX_CLIMB = 12
_MOST_BESIDE = 400
"""Elements of a part of the page that can be one link's own: a larger one is the page."""
_FURNITURE_TAGS = frozenset(
    [
        "nav",
        "header",
        "footer",
        "aside",
        "form",
        "button",
        "script",
        "style",
        "noscript",
        "template",
        "dialog",
        "menu",
    ]
)
_ROLE_WORDS = """
navigation banner contentinfo search complementary menu menubar toolbar dialog tablist
"""
_FURNITURE_ROLES = frozenset(_ROLE_WORDS.split())
_FURNITURE_NAMES = re.compile(
    r"(?:^|[-_ ])(?:nav|navbar|navigation|menu|footer|sidebar|breadcrumbs?|share|sharing|social"
    r"|cookies?|consent|pagination|pager|tags?|tagcloud|login|signup|skip|advert|ads?|promo)"
    r"(?:$|[-_ ])",
    re.IGNORECASE,
)
_REL_WORDS = """
tag author next prev previous first last license help search privacy-policy sponsored
"""
_FURNITURE_RELS = frozenset(_REL_WORDS.split())
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_LEADS_ON = re.compile(
    r"(?:read|learn|find out|see|view|show) (?:more|all|on|article|full story)\b.{0,20}"
    r"|(?:continue|keep) reading\b.{0,20}|full (?:story|article)|more(?: .{0,12})?"
    r"|\d+ comments?|comments?(?: \(\d+\))?|permalink|weiterlesen|mehr(?: lesen| erfahren)?"
    r"|lire (?:la suite|plus)|leer más|leia mais|leggi (?:tutto|di più)|lees meer|czytaj dalej"
    r"|читать(?: далее| полностью)?|devamını oku|続きを読む|阅读(?:更多|全文)"
    r"|더 ?보기|자세히 ?보기",
    re.IGNORECASE,
)
_LEAST_LETTERS = 12
"""A title in an alphabet is longer; "Contact", "Log in" and "Next page" are not."""
_LEAST_WIDE = 5
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_BLOCK_TAGS = """
p div li ul ol dl dd dt table tr td section article main body br hr
"""
_BLOCKS = frozenset(_BLOCK_TAGS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkList:
    """The links of a page, in its order, and what the page calls itself."""

    entries: tuple[Facts, ...]
    title: str = ""
    language: str = ""
    left_out: int = 0


def read_links(
    data: bytes,
    *,
    url: str,
    selector: str = "",
    content_type: str = "",
    timezone: str,
    explain: bool = False,
) -> LinkList:
    """The articles that a page links to.

    ``selector`` (CSS) names the links, or what holds them; without it they are found. Of several
    links to one page the one in a heading is taken, else the one with most words. Raises FeedError,
    status ``not-a-feed``, where nothing is linked.
    """
    root = parse_page(data, content_type)
    if root is None:
        raise FeedError("no HTML could be read", url or None, status="not-a-feed")
    stated = root.find(".//base[@href]")
    base = (join_url(url, stated.get("href")) if stated is not None else None) or url
    chosen = _selected(root, selector, url) if selector else _likely(root)
    # A page keeps the place of its first link.
    links: dict[str, _Found] = {}
    others: dict[str, list[str]] = {}
    for link in chosen:
        found = _read(link, base, url, strict=not selector)
        if found is not None:
            before = links.get(found.page)
            if before is None or found.weight > before.weight:
                links[found.page] = found
            if explain:
                others.setdefault(found.page, []).append(found.title)
    if not links:
        raise FeedError(
            f"no link that matches selector {selector!r}" if selector else "no list of links",
            url or None,
            "look at the page: it may make its list by JavaScript, or name another selector",
            status="not-a-feed",
        )
    heading = root.find(".//title")
    dates = _Dates(base=base, page=url, zone=timezone)
    kept = list(links.values())[:MAX_LINKS]
    entries = [dates.entry(found) for found in kept]
    if explain:
        from digest.articles.weighedlinks import weigh_link

        entries = [
            weigh_link(facts, others[found.page])
            for facts, found in zip(entries, kept, strict=True)
        ]
    return LinkList(
        entries=tuple(entries),
        title=clean_text("".join(heading.itertext())) if heading is not None else "",
        language=clean_text(root.get("lang") or ""),
        left_out=max(0, len(links) - MAX_LINKS),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """A link: where it leads as written, the name of that page, the words."""

    element: Any
    url: str
    page: str
    title: str

    @property
    def weight(self) -> tuple[bool, int]:
        return _in_heading(self.element), len(self.title)


def check_selector(selector: str) -> str:
    """What is wrong with a CSS selector, "" when nothing is."""
    from cssselect import SelectorError
    from lxml.cssselect import CSSSelector

    try:
        CSSSelector(selector, translator="html")
    except (SelectorError, ValueError) as error:
        return " ".join(str(error).split())
    return ""


def _selected(root: Any, selector: str, url: str) -> Iterator[Any]:
    from lxml.cssselect import CSSSelector

    problem = check_selector(selector)
    if problem:
        raise FeedError(f"no CSS selector: {problem}", url or None, "mend selector")
    seen: set[int] = set()
    for element in CSSSelector(selector, translator="html")(root):
        for link in [element] if element.tag == "a" else element.iter("a"):
            if id(link) not in seen:
                seen.add(id(link))
                yield link


def _likely(root: Any) -> Iterator[Any]:
    """Links that are no furniture, of the main part of a page where it names one."""
    mains = root.xpath("//main | //*[@role='main']")
    scope = mains[0] if len(mains) == 1 else root
    waiting = [scope]
    while waiting:
        element = waiting.pop()
        if not isinstance(element.tag, str) or (element is not scope and _is_furniture(element)):
            continue
        if element.tag == "a":
            yield element
        waiting.extend(reversed(element))


def _is_furniture(element: Any) -> bool:
    if element.tag in ("html", "body"):
        return False
    if element.tag == "header" and any(above.tag == "article" for above in element.iterancestors()):
        return False
    if element.tag in _FURNITURE_TAGS or (element.get("role") or "") in _FURNITURE_ROLES:
        return True
    if element.get("hidden") is not None or _HIDDEN.search(element.get("style") or ""):
        return True
    if element.tag == "a":
        rels = set((element.get("rel") or "").lower().split())
        return bool(rels & _FURNITURE_RELS)
    names = [*(element.get("class") or "").split(), element.get("id") or ""]
    return any(_FURNITURE_NAMES.search(name) for name in names)


def _read(link: Any, base: str, page: str, *, strict: bool) -> _Found | None:
    href = (link.get("href") or "").strip()
    if not href or href.startswith("#"):
        return None
    address = join_url(base, href)
    target = canonical_url(address) if address else None
    if address is None or target is None:
        return None
    here = canonical_url(page) if page else None
    front = not urlsplit(target).path.strip("/") and not urlsplit(target).query
    if target == here or (strict and front):
        return None
    title = _title(link)
    if not title or _LEADS_ON.fullmatch(title.strip(" .…→»>")):
        return None
    if strict and not _is_title(title) and not _in_heading(link):
        return None
    return _Found(element=link, url=address, page=target, title=title)


def _title(link: Any) -> str:
    """The words of a link; of a whole card that is one, its heading's."""
    for element in link.iter():
        if element.tag in _HEADINGS and (text := element_text(element)):
            return text
    return element_text(link)


def _is_title(text: str) -> bool:
    wide = len(_WIDE.findall(text))
    if wide >= _LEAST_WIDE:
        return True
    letters = sum(char.isalnum() for char in text)
    return letters >= _LEAST_LETTERS and len(text.split()) > 2


def _in_heading(link: Any) -> bool:
    near = [link, *(above for _, above in zip(range(3), link.iterancestors(), strict=False))]
    return any(each.tag in _HEADINGS for each in near) or any(
        inner.tag in _HEADINGS for inner in link.iter()
    )


@dataclass(frozen=True, slots=True)
class _Dates:
    """Finds what stands beside links."""

    base: str
    page: str
    zone: str

    def entry(self, found: _Found) -> Facts:
        published, problems = self._beside(found)
        return Facts(
            title=found.title,
            url=found.url,
            published=published,
            fragment=found.url,
            problems=problems,
        )

    def _beside(self, found: _Found) -> tuple[When | None, tuple[str, ...]]:
        """The one date in the part of the page that is this link's own."""
        own, link = self._part_of(found), found.element
        if own is None and any(inner.tag in _HEADINGS or inner.tag == "time" for inner in link):
            own = link  # a card that is one link
            link = next((inner for inner in own.iter() if inner.tag in _HEADINGS), None)
        if own is None:
            return self._in_texts(_line(found.element))
        parts = [own]
        if own.tag == "dt" and (after := own.getnext()) is not None and after.tag == "dd":
            parts.append(after)
        times = [time for part in parts for time in part.iter("time")]
        problems: tuple[str, ...] = ()
        for time in times:
            text = (time.get("datetime") or "").strip() or element_text(time)
            when, problem = parse_when(text, basis="links:time", timezone=self.zone)
            if when is not None:
                return when, (problem,) if problem else ()
            problems = (problem,)
        texts = [text for part in parts for text in _texts_but(part, link)]
        when, told = self._in_texts(texts)
        return when, problems + told if when is None else told

    def _in_texts(self, texts: list[str]) -> tuple[When | None, tuple[str, ...]]:
        dates = {}
        for text in texts:
            whole, _ = parse_when(
                text.strip(" ()[]|·•–—-:,"), basis="links:text", timezone=self.zone
            )
            if whole is not None:
                dates[whole.isoformat()[:10]] = whole
                continue
            for _, _, when in find_dates(text, basis="links:text", timezone=self.zone):
                dates.setdefault(when.isoformat()[:10], when)
        if len(dates) > 1:
            told = ", ".join(sorted(dates))
            return None, (f"dates beside the link that do not agree: {told}",)
        return next(iter(dates.values()), None), ()

    def _part_of(self, found: _Found) -> Any:
        """The largest element around a link in which all links lead to its page or are words
        that lead on; None where the link has no element of its own."""
        own = None
        for count, above in enumerate(found.element.iterancestors()):
            if count == _MAX_CLIMB or above.tag in ("body", "html", "main"):
                break
            if sum(1 for _ in islice(above.iter(), _MOST_BESIDE)) == _MOST_BESIDE:
                break
            if any(not self._is_same(link, found) for link in above.iter("a")):
                break
            if (
                above.tag in ("ul", "ol", "dl", "table", "tbody")
                or len([each for each in above.iter() if each.tag in _HEADINGS]) > 1
            ):
                break
            own = above
        return own

    def _is_same(self, link: Any, found: _Found) -> bool:
        other = _read(link, self.base, self.page, strict=True)
        return other is None or other.page == found.page


def _texts_but(part: Any, link: Any) -> list[str]:
    """The pieces of text in an element, without those of the link."""
    texts = []
    waiting = [part]
    while waiting:
        element = waiting.pop()
        if element is not link and isinstance(element.tag, str):
            whole = [child for child in element if child.tag in _BLOCKS or child is link]
            if not whole and not any(child is link for child in element.iter()):
                texts.append(element_text(element))
            else:
                texts.append(clean_text(element.text or ""))
                waiting.extend(reversed(element))
        if element is not part and element.tail:
            texts.append(clean_text(element.tail))
    return [text for text in texts if text]


def _line(link: Any) -> list[str]:
    """The text on the line of a link that shares its element with others, between line breaks."""
    texts = [link.tail or ""]
    after = link.getnext()
    while after is not None and after.tag not in _BLOCKS and after.tag != "a":
        texts += [element_text(after), after.tail or ""]
        after = after.getnext()
    before = link.getprevious()
    while before is not None and before.tag not in _BLOCKS and before.tag != "a":
        texts += [before.tail or "", element_text(before)]
        before = before.getprevious()
    if before is None:
        parent = link.getparent()
        texts.append((parent.text or "") if parent is not None else "")
    elif before.tag in _BLOCKS:
        texts.append(before.tail or "")
    return [text for text in map(clean_text, texts) if text]
