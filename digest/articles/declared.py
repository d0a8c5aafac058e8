"""What a page declares about itself: meta elements, JSON-LD, microdata, headings.

One parse, one look: :class:`Page` collects the evidence, its methods name the candidates for
each fact in order of trust (measured on pages with known facts, bench/pages_truth.py).
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from digest.articles import jsonld
from digest.markup import clean_text, element_text, plain_text

_APPLICATION_META = ("application-name", "al:android:app_name", "apple-mobile-web-app-title")
_IMAGE_META = (
    "og:image",
    "og:image:url",
    "og:image:secure_url",
    "twitter:image",
    "twitter:image:src",
)
_ADDRESS_DATE = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:"
    r"(?P<mark>[/_.-])(?P<month>0[1-9]|1[0-2]|[1-9](?=\D))(?P=mark)"
    r"(?P<day>0[1-9]|[12]\d|3[01]|[1-9](?=/|\.html?|(?P=mark)|$))"
    r"|(?P<month8>0[1-9]|1[0-2])(?P<day8>0[1-9]|[12]\d|3[01]))(?!\d)"
)


class Page:
    """The evidence of one parsed page. ``address`` is where it was fetched, None if unknown.

    ``has_items`` is False where its source has no microdata: that walk is left out then.
    """

    def __init__(self, root: Any, address: str | None, *, has_items: bool = True) -> None:
        self.root = root
        self.address = address
        self._sites: list[tuple[str, str]] | None = None
        self.meta: dict[str, list[str]] = {}
        self.headings: list[Any] = []
        """The ``h1`` elements in document order; ``times`` are the ``time`` elements."""
        self.times: list[Any] = []
        self._link = ""
        self.title = self._look_through()
        headings = [element_text(element) for element in self.headings[:20]]
        titles = [self.said("og:title"), self.title, *headings]
        self.article = jsonld.own_article(self.nodes, self.canonical() or address, titles)
        self.page = jsonld.own_page(self.nodes)
        self.props: dict[str, list[Any]] = {}
        for element in root.xpath("//*[@itemprop]")[:3000] if has_items else ():
            for name in element.get("itemprop").lower().split():
                self.props.setdefault(name, []).append(element)

    def _look_through(self) -> str:
        """Collects in one walk what stands in elements of few kinds; gives <title>."""
        titles: list[Any] = []
        scripts: list[str] = []
        for element in self.root.iter("meta", "title", "h1", "link", "script", "time"):
            tag = element.tag
            if tag == "meta":
                self._add_meta(element)
            elif tag == "script":
                if element.text and "ld+json" in (element.get("type") or "").lower():
                    scripts.append(element.text)
            elif tag == "link":
                if not self._link and "canonical" in (element.get("rel") or "").lower().split():
                    self._link = str(element.get("href") or "").strip()
            elif tag == "title":
                if element.getparent().tag != "svg":
                    titles.append(element)
            else:
                (self.headings if tag == "h1" else self.times).append(element)
        self.nodes = jsonld.read_scripts(scripts)
        return element_text(titles[0]) if titles else ""

    def _add_meta(self, element: Any) -> None:
        content = element.get("content") or element.get("value")
        if not content:
            return
        text: str | None = None
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = element.get(attribute)
            if name:
                if text is None:
                    text = clean_text(plain_text(content[:20_000]))
                self.meta.setdefault(name.strip().lower(), []).append(text)

    def said(self, *names: str) -> str:
        """The first meta element of the names, in their order; "" when none says anything."""
        for name in names:
            for value in self.meta.get(name, ()):
                if value:
                    return value
        return ""

    def canonical(self) -> str | None:
        """The address that the page gives itself."""
        return self._link or self.said("og:url") or None

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

    def site_names(self) -> list[str]:
        """Names of the publisher in order of trust; the host is not among them."""
        return [name for name, _ in self.named_sites()]

    def named_sites(self) -> list[tuple[str, str]]:
        """(name, basis) of what the page calls its publisher, in order of trust."""
        if self._sites is None:
            names = [(value, "meta:og:site_name") for value in self.meta.get("og:site_name", ())]
            names += [
                (jsonld.text_of(node.get("publisher")), "jsonld")
                for node in (self.article, self.page)
                if node
            ]
            names += [
                (jsonld.text_of(node.get("name")), "jsonld")
                for node in self.nodes
                if jsonld.has_type(node, _SITE)
            ]
            for name in (*_APPLICATION_META, "publisher", "dc.publisher", "cre", "copyright"):
                basis = "meta:copyright" if name in ("cre", "copyright") else f"meta:{name}"
                names += [(value[:60], basis) for value in self.meta.get(name, ())[:1]]
            self._sites = [
                (clean, basis)
                for name, basis in names
                if (clean := clean_text(name)) and "://" not in clean
            ]
        return self._sites

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


_SITE = re.compile(r"(?:^|[/#:])(?:WebSite|NewsMediaOrganization|Organization)$")
