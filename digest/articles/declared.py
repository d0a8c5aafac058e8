"""What a page declares about itself: meta elements, JSON-LD, microdata, headings.

One parse, one look: :class:`Page` collects the evidence, its methods name the candidates for
each fact in order of trust (measured on pages with known facts, bench/pages_truth.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from digest.articles import jsonld
from digest.articles.byline import split_names, visible_names
from digest.articles.jsonld import bare
from digest.markup import clean_text, element_text, plain_text
from digest.urls import host_label

_SUMMARY_META = ("og:description", "twitter:description", "description", "dc.description")
_AUTHOR_META = (
    *("author", "parsely-author", "sailthru.author", "citation_author", "dc.creator"),
    *("dcterms.creator", "article:author", "og:article:author", "byl", "article:author_name"),
)
_IMAGE_META = (
    "og:image",
    "og:image:url",
    "og:image:secure_url",
    "twitter:image",
    "twitter:image:src",
)
_SEPARATORS = re.compile(r"\s+[|–—·•»«:‹›-]+\s+|\s*[|｜•»]\s*|\s*::\s*|:\s+|\s+@\s+")
_ADDRESS_DATE = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:"
    r"(?P<mark>[/_.-])(?P<month>0[1-9]|1[0-2]|[1-9](?=\D))(?P=mark)"
    r"(?P<day>0[1-9]|[12]\d|3[01]|[1-9](?=/|\.html?|(?P=mark)|$))"
    r"|(?P<month8>0[1-9]|1[0-2])(?P<day8>0[1-9]|[12]\d|3[01]))(?!\d)"
)


class Page:
    """The evidence of one parsed page. ``address`` is where it was fetched, None if unknown."""

    def __init__(self, root: Any, address: str | None) -> None:
        self.root = root
        self.address = address
        self.meta: dict[str, list[str]] = {}
        for element in root.iter("meta"):
            content = element.get("content") or element.get("value")
            if not content:
                continue
            for attribute in ("property", "name", "itemprop", "http-equiv"):
                name = element.get(attribute)
                if name:
                    values = self.meta.setdefault(name.strip().lower(), [])
                    values.append(clean_text(plain_text(content[:20_000])))
        title = next((e for e in root.iter("title") if e.getparent().tag != "svg"), None)
        self.title = element_text(title) if title is not None else ""
        self.headings = self._headings()
        self.nodes = jsonld.read_scripts(
            root.xpath("//script[contains(translate(@type,'LDJSON','ldjson'),'ld+json')]/text()")
        )
        titles = [self.said("og:title"), self.title, *self.headings]
        self.article = jsonld.own_article(self.nodes, self.canonical() or address, titles)
        self.page = jsonld.own_page(self.nodes)
        self.props: dict[str, list[Any]] = {}
        for element in root.xpath("//*[@itemprop]")[:3000]:
            for name in element.get("itemprop").lower().split():
                self.props.setdefault(name, []).append(element)

    def said(self, *names: str) -> str:
        """The first meta element of the names, in their order; "" when none says anything."""
        for name in names:
            for value in self.meta.get(name, ()):
                if value:
                    return value
        return ""

    def canonical(self) -> str | None:
        """The address that the page gives itself."""
        for link in self.root.iter("link"):
            if "canonical" in (link.get("rel") or "").lower().split() and link.get("href"):
                return str(link.get("href")).strip()
        return self.said("og:url") or None

    def titles(self) -> Iterator[tuple[str, str]]:
        """(title, basis) in order of trust.

        A heading that og:title or <title> repeats, else the only heading, else the declared
        titles without the name of the site.
        """
        declared = [text for text in (self.said("og:title"), self.title) if text]
        sites = self.site_names()
        norms = [bare(text) for text in declared]
        headings = [text for text in self.headings if not self._is_site(text, sites)]
        for norm in norms:
            for heading in headings:
                if len(bare(heading)) > 3 and bare(heading) in norm:
                    yield heading, "h1"
        headline = ""
        if self.article is not None:
            headline = clean_text(plain_text(jsonld.text_of(self.article.get("headline"))))
        if headline and bare(headline) in {bare(self._without_site(t, sites)) for t in declared}:
            yield headline, "jsonld"
        if len(headings) == 1:
            yield headings[0], "h1"
        if headline:
            yield headline, "jsonld"
        for text, basis in (
            (self.said("og:title"), "meta:og:title"),
            (self.said("twitter:title", "dc.title", "title"), "meta:twitter:title"),
            (self.title, "title"),
        ):
            if text:
                yield self._without_site(text, sites), basis
        if headings:
            yield headings[0], "h1"

    def address_date(self) -> str:
        """The full date in the page's address as ``2025-04-24``; "" when there is none."""
        for address in (self.address, self.canonical()):
            try:
                path = unquote(urlsplit(address or "").path)
            except ValueError:
                continue
            found = _ADDRESS_DATE.search(path)
            if found is not None:
                month, day = found["month"] or found["month8"], found["day"] or found["day8"]
                return f"{found['year']}-{int(month):02}-{int(day):02}"
        return ""

    def summaries(self) -> Iterator[tuple[str, str]]:
        """(summary, basis): the description that the page gives, in order of trust."""
        for name in _SUMMARY_META:
            for value in self.meta.get(name, ()):
                yield value, f"meta:{name}"
        if self.article is not None:
            for name in ("description", "alternativeHeadline"):
                yield clean_text(plain_text(jsonld.text_of(self.article.get(name)))), "jsonld"
        for element in self.props.get("description", ())[:1]:
            yield clean_text(element.get("content") or element_text(element)), "microdata"

    def site_names(self) -> list[str]:
        """Names of the publisher in order of trust; the host is not among them."""
        names = [self.said("og:site_name")]
        names += [
            jsonld.text_of(node.get("publisher")) for node in (self.article, self.page) if node
        ]
        names += [
            jsonld.text_of(node.get("name")) for node in self.nodes if jsonld.has_type(node, _SITE)
        ]
        names += [
            self.said("application-name", "al:android:app_name", "apple-mobile-web-app-title")
        ]
        names += [self.said("publisher", "dc.publisher", "cre", "copyright")[:60]]
        return [name for name in map(clean_text, names) if name and "://" not in name]

    def authors(self) -> Iterator[str]:
        """Names of authors from the first kind of evidence that has any."""
        sites = {bare(name) for name in self.site_names()} | {""}
        for texts in self._author_evidence():
            found = [name for text in texts for name in _people(text) if bare(name) not in sites]
            if found:
                yield from found
                return
        yield from (name for name in visible_names(self.root) if bare(name) not in sites)

    def _author_evidence(self) -> Iterator[list[str]]:
        if self.article is not None:
            yield list(jsonld.names_of(self.article.get("author")))
        for name in _AUTHOR_META:
            yield self.meta.get(name, [])
        yield [
            _named(next(iter(element.xpath(".//*[@itemprop='name']")), element))
            for element in self.props.get("author", ())
        ]
        yield [_named(link) for link in self.root.xpath("//a[@rel='author']")[:1]]
        creator = self.said("twitter:label1", "twitter:data1")
        if creator.lower() in ("written by", "author", "verfasst von", "écrit par"):
            yield [self.said("twitter:data1")]

    def language(self) -> str:
        """The language that the page declares, as it says it."""
        declared = self.root.get("lang") or self.root.get(
            "{http://www.w3.org/XML/1998/namespace}lang"
        )
        return declared or self.said("content-language", "og:locale", "dc.language", "language")

    def image(self) -> str:
        """The address of the article's picture, as written."""
        stated = self.said(*_IMAGE_META)
        if stated or self.article is None:
            return stated
        image = self.article.get("image")
        image = image[0] if isinstance(image, list) and image else image
        image = image.get("url") if isinstance(image, dict) else image
        return image if isinstance(image, str) else ""

    def _headings(self) -> list[str]:
        texts = (element_text(element) for element in self.root.iter("h1") if not _is_logo(element))
        return list(dict.fromkeys(text for text in texts if 0 < len(text) < 400))

    def _is_site(self, text: str, sites: list[str]) -> bool:
        label = bare(host_label(self.address or self.canonical() or "").rpartition(".")[0])
        return bare(text) in {bare(name) for name in sites} | ({label} if label else set())

    def _without_site(self, title: str, sites: list[str]) -> str:
        """``title`` without the parts at its ends that are provably the site's name."""
        label = host_label(self.address or self.canonical() or "")
        known = {bare(name) for name in sites if bare(name)}
        known |= {bare(label), bare(label.rpartition(".")[0]), bare(label.split(".")[0])} - {""}
        for _ in range(3):
            cuts = list(_SEPARATORS.finditer(title))
            shorter = title
            for found in (*reversed(cuts), *cuts):
                head, tail = title[: found.start()], title[found.end() :]
                if bare(tail) in known and bare(head):
                    shorter = head
                    break
                if bare(head) in known and bare(tail):
                    shorter = tail
                    break
            if shorter == title:
                return title
            title = shorter.strip()
        return title


_SITE = re.compile(r"(?:^|[/#:])(?:WebSite|NewsMediaOrganization|Organization)$")


def _is_logo(heading: Any) -> bool:
    """Whether a heading is the site's name: it links to the front page, or says so."""
    marks = f"{heading.get('class') or ''} {heading.get('id') or ''}".lower()
    if "logo" in marks or "site-title" in marks or "site-name" in marks:
        return True
    for link in (*heading.iter("a"), *(p for p in (heading.getparent(),) if p.tag == "a")):
        try:
            path = urlsplit((link.get("href") or "-").strip()).path
        except ValueError:
            continue
        if path in ("", "/") and not (link.get("href") or "").startswith("#"):
            return True
    return False


def _named(element: Any) -> str:
    return element.get("content") or element_text(element)


def _people(text: str) -> list[str]:
    return split_names(text) if len(text) <= 200 else []
