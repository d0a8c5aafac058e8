"""JSON-LD of a page: the article that the page itself is about."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

_MAX_SCRIPTS = 40
_MAX_SCRIPT = 1_000_000
_MAX_NODES = 2_000
_ARTICLE = re.compile(
    r"(?:^|[/#:])(?:\w*Article|\w*Posting|Report|Review|CreativeWork|Opinion\w*|AnalysisNewsArticle"
    r"|VideoObject|PodcastEpisode|Recipe|Message|Event)$"
)
_NEWS = re.compile(r"(?:Article|Posting|Report)$")
_PAGE = re.compile(r"(?:^|[/#:])(?:WebPage|ItemPage|AboutPage|FAQPage|QAPage)$")
_WRAPPERS = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)")
_ENDINGS = re.compile(r"(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>|;)\s*$")
_NEITHER = re.compile(r"[\W_]+")
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', re.DOTALL)

Node = dict[str, Any]


def read_scripts(texts: list[str]) -> list[Node]:
    """All objects with a type that the scripts hold, in document order; broken ones are skipped.

    Line ends inside strings, trailing commas, CDATA and comment wrappers are forgiven.
    """
    nodes: list[Node] = []
    for text in texts[:_MAX_SCRIPTS]:
        value = _load(text[:_MAX_SCRIPT])
        for node in _walk(value):
            nodes.append(node)
            if len(nodes) >= _MAX_NODES:
                return nodes
    return nodes


def _load(text: str) -> Any:
    text = _WRAPPERS.sub("", text).strip()
    text = _ENDINGS.sub("", text).strip()
    for attempt in (text, _TRAILING_COMMA.sub(lambda found: found[1] or "", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    try:
        return json.loads(html.unescape(text), strict=False)
    except (ValueError, RecursionError):
        return None


def _walk(value: Any) -> Iterator[Node]:
    """Typed objects at the top, in arrays and in @graph, and what a page says it is about."""
    stack = [value]
    seen = 0
    while stack and seen < _MAX_NODES:
        current = stack.pop()
        seen += 1
        if isinstance(current, list):
            stack.extend(reversed(current))
        elif isinstance(current, dict):
            if current.get("@type"):
                yield current
            parts = map(current.get, ("mainEntity", "mainEntityOfPage", "hasPart", "@graph"))
            stack.extend(part for part in parts if isinstance(part, dict | list))


def own_article(nodes: list[Node], address: str | None, titles: list[str]) -> Node | None:
    """The node that is the page's own article; of several the one with its address or title.

    Several articles of which none is the page's own are a list of teasers: None.
    """
    articles = [node for node in nodes if has_type(node, _ARTICLE)]
    preferred = [node for node in articles if has_type(node, _NEWS)]
    articles = preferred or articles
    if len(articles) > 1 and address:
        own = [node for node in articles if _path(address) in set(map(_path, addresses(node)))]
        if own:
            return own[0]
    if len(articles) > 1:
        norms = {bare(title) for title in titles if title}
        own = [node for node in articles if _titled(node, norms)]
        if own:
            return own[0]
        headlines = {bare(text_of(node.get("headline"))) for node in articles}
        return articles[0] if len(headlines) == 1 else None
    return articles[0] if articles else None


def own_page(nodes: list[Node]) -> Node | None:
    """The node that describes the web page."""
    return next((node for node in nodes if has_type(node, _PAGE)), None)


def has_type(node: Node, pattern: re.Pattern[str]) -> bool:
    types = node.get("@type")
    types = types if isinstance(types, list) else [types]
    return any(isinstance(name, str) and pattern.search(name) for name in types)


def text_of(value: Any) -> str:
    """A string property; of an object its name or value, of a list the first."""
    if isinstance(value, list):
        return next((text for item in value[:20] if (text := text_of(item))), "")
    if isinstance(value, dict):
        return text_of(value.get("@value") or value.get("name") or value.get("url"))
    return html.unescape(value).strip() if isinstance(value, str) else ""


def names_of(value: Any) -> Iterator[str]:
    """The names of persons or organisations."""
    if isinstance(value, list):
        for item in value[:50]:
            yield from names_of(item)
    elif isinstance(value, dict):
        yield from names_of(value.get("name") or "")
    elif isinstance(value, str):
        yield html.unescape(value).strip()


def addresses(node: Node) -> Iterator[str]:
    """The addresses that a node gives itself."""
    for name in ("url", "mainEntityOfPage", "@id"):
        value = node.get(name)
        if isinstance(value, dict):
            value = value.get("@id") or value.get("url")
        if isinstance(value, str) and value.startswith(("http://", "https://")):
            yield value


def bare(text: str) -> str:
    """Letters and digits only, case folded: what titles are compared by."""
    return _NEITHER.sub("", text.casefold())


def _path(address: str) -> str:
    try:
        return urlsplit(address).path.rstrip("/")
    except ValueError:
        return ""


def _titled(node: Node, norms: set[str]) -> bool:
    headline = bare(text_of(node.get("headline")) or text_of(node.get("name")))
    return bool(headline) and any(headline in norm or norm in headline for norm in norms if norm)
