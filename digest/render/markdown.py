"""The editor's Markdown, once parsed, in two forms: safe HTML and paragraphs of plain text.

Text that comes from articles is never trusted: HTML in it passes digest.markup.sanitise, links
go to http, https and mailto alone, and words that look like our own tokens are disarmed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from digest.markup import plain_text, sanitise
from digest.render.mergetags import disarm
from digest.render.pictures import size_images, with_addresses, with_paths
from digest.urls import host_label

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

LONG_WORD = 30
"""Letters after which a word may break: Gmail's apps know no overflow-wrap (notes, rule 12)."""

_SPECIAL = re.compile(r"[\\`*_\[\]<>&!~|]")
_BLOCK_START = re.compile(r"^(?: {4}|\t| {0,3}(?:[-+#=:]|\d{1,9}[.)]))", re.MULTILINE)
# Control characters, bidi controls (they would turn what follows round), lone surrogates, and
# the private character that marks a place to break.
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ue000\ufffe\uffff\ud800-\udfff]"
)
_BARE_URL = re.compile(r"https?://[^\s<>\"“”]+[^\s<>\"“”.,;:!?'’)\]}]")
_ANCHOR = re.compile(r"<a\b[^>]*?\bhref\s*=\s*([\"']?)([^\"'\s>]+)\1", re.IGNORECASE)
_TAG_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)")
_UNSEEN = frozenset(["script", "style", "title", "template", "iframe", "noscript"])
_DEAD_ANCHOR = re.compile(r'<a(?: title="[^"]*")?>(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"(<[^>]*>)")
_LONG = re.compile(rf"[!-%'-;=?-~\u00a1-\u024f]{{{LONG_WORD + 1},}}")
_CHUNKS = re.compile(r".{0,23}[-/](?=.)|.{1,24}")
_NO_SOURCE = re.compile(r"<img(?![^>]*\ssrc=)[^>]*>")

BREAK = "\ue000"
"""Stands for ``<wbr>`` until the HTML is inlined: libxml2 nests the elements it does not know."""
_READY = re.compile(
    r"https?://[\w.:-]+(?:/(?:[\w.~!$&'()*+,;=:@/?#-]|%[0-9A-Fa-f]{2})*)?", re.ASCII
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A link in running text. ``name`` is empty where the text names the host already."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph for the text part.

    ``marker`` stands before its first line (a bullet, a number), ``indent`` is in columns.
    ``verbatim`` paragraphs keep their lines; ``"\\n"`` in others is a line break of the editor.
    """

    text: str
    marker: str = ""
    indent: int = 0
    verbatim: bool = False
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """A piece of Markdown: ``html`` for the one part of the mail, ``paragraphs`` for the other."""

    html: Markup
    paragraphs: tuple[Paragraph, ...]

    @property
    def plain(self) -> str:
        """All text on one line."""
        if len(self.paragraphs) == 1 and "\n" not in self.paragraphs[0].text:
            return self.paragraphs[0].text
        return " ".join(part for p in self.paragraphs for part in p.text.split())

    @property
    def targets(self) -> tuple[Target, ...]:
        """The links of all paragraphs, in order."""
        if len(self.paragraphs) == 1:
            return self.paragraphs[0].targets
        return tuple(target for p in self.paragraphs for target in p.targets)

    def __bool__(self) -> bool:
        return bool(self.html)


EMPTY = Fragment(html=Markup(), paragraphs=())


class Reader:
    """Reads the Markdown of one issue.

    Reference definitions (``[id]: https://…``) count wherever they stand in the document, the
    first of a name wins: give all of its pieces to ``pieces``. With ``files``, pictures may be
    named by a path; else they need an address.
    """

    def __init__(self, pieces: Iterable[str] = (), *, files: bool = False) -> None:
        self._files = files
        self._references: dict[str, Any] = {}
        for piece in pieces:
            if "]:" in piece:
                env: dict[str, Any] = {"references": self._references}
                _parser().parse(_clean(piece), env)

    @property
    def definitions(self) -> str:
        """The reference definitions as Markdown, without titles."""
        known = self._references.items()
        return "\n".join(f"[{name}]: <{reference['href']}>" for name, reference in known)

    def inline(self, text: str) -> Fragment:
        """One line of Markdown, without paragraph or heading around it."""
        text = " ".join(_clean(text).split())
        if not text:
            return EMPTY
        if not _SPECIAL.search(text) and "://" not in text:
            paragraph = Paragraph(text=text)
            return Fragment(html=_break_long(_quoted(text)), paragraphs=(paragraph,))
        env = {"references": self._references}
        tokens = _parser().parseInline(text, env)
        _link_bare(tokens)
        size_images(tokens)
        html = _safe(_parser().renderer.render(tokens, _parser().options, env), self._files)
        words, targets = _inline(tokens[0].children or [])
        return Fragment(html=html, paragraphs=(Paragraph(text=words, targets=targets),))

    def block(self, text: str, *, heading: int) -> Fragment:
        """Whole Markdown; its headings become level ``heading``, so that none is skipped."""
        text = _clean(text).strip("\n")
        if not text.strip():
            return EMPTY
        if _is_prose(text):
            return _prose(text)
        env = {"references": self._references}
        tokens = _parser().parse(text, env)
        _link_bare(tokens)
        size_images(tokens)
        for token in tokens:
            if token.type in ("heading_open", "heading_close"):
                token.tag = f"h{heading}"
        html = _safe(_parser().renderer.render(tokens, _parser().options, env), self._files)
        paragraphs = tuple(_Paragraphs(tokens))
        return Fragment(html=html, paragraphs=paragraphs) if html or paragraphs else EMPTY


def safe_url(url: str | None) -> str:
    """A link's target in ASCII, as both parts of the mail show it; "" when it may not be one."""
    if not url:
        return ""
    if _READY.fullmatch(url):
        return disarm(url)
    url = disarm(_parser().normalizeLink(_clean(url).strip()))
    return url if url.lower().startswith(("http://", "https://", "mailto:")) else ""


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def _clean(text: str) -> str:
    if not text.isprintable():
        text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return disarm(text)


def _quoted(text: str) -> str:
    """Text without Markdown's signs, so without ``<>&``, as HTML: quotes are all there is."""
    return str(escape(text)) if '"' in text or "'" in text else text


def _is_prose(text: str) -> bool:
    if _SPECIAL.search(text) or "://" in text or _BLOCK_START.match(text):
        return False
    return "\n" not in text or not ("  \n" in text or _BLOCK_START.search(text))


def _prose(text: str) -> Fragment:
    """Plain paragraphs without any Markdown in them: most summaries, at a tenth of the time."""
    parts = re.split(r"\n[ \t]*\n", text) if "\n" in text else [text]
    paragraphs = [" ".join(part.split()) for part in parts]
    paragraphs = [part for part in paragraphs if part]
    html = "\n".join(f"<p>{_quoted(part)}</p>" for part in paragraphs)
    return Fragment(
        html=_break_long(html), paragraphs=tuple(Paragraph(text=part) for part in paragraphs)
    )


def _safe(html: str, files: bool) -> Markup:
    files = files and "<img" in html
    if files:
        html = with_addresses(html)
    html = disarm(sanitise(html).strip())  # again: entities are characters only now
    if files:
        html = with_paths(html)
    if "<a" in html:
        html = _DEAD_ANCHOR.sub(r"\1", html)
    if "<img" in html:
        html = _NO_SOURCE.sub("", html)
    return _break_long(html)


def _break_long(html: str) -> Markup:
    if max(map(len, html.split(" "))) <= LONG_WORD or not _LONG.search(html):
        return Markup(html)  # noqa: S704 (sanitised or escaped by every caller)
    parts = _TAG.split(html)
    parts[::2] = [_LONG.sub(_breakable, part) for part in parts[::2]]
    return Markup("".join(parts))  # noqa: S704 (the same, with places to break)


def _breakable(match: re.Match[str]) -> str:
    return BREAK.join(_CHUNKS.findall(match[0]))


def _link_bare(tokens: Sequence[Token]) -> None:
    """Makes links of bare addresses, so that no mail client has to guess where they end."""
    for token in tokens:
        if token.type == "inline" and "://" in token.content:
            token.children = list(_with_links(token.children or []))


def _with_links(children: Sequence[Token]) -> Iterator[Token]:
    from markdown_it.token import Token

    depth = 0
    for child in children:
        depth += child.type == "link_open" or bool(
            child.type == "html_inline" and _ANCHOR.match(child.content)
        )
        depth -= child.type == "link_close" or child.content.lower().startswith("</a")
        if depth > 0 or child.type != "text" or "://" not in child.content:
            yield child
            continue
        end = 0
        for match in _BARE_URL.finditer(child.content):
            if match.start() > end:
                yield Token("text", "", 0, content=child.content[end : match.start()])
            href = _parser().normalizeLink(match[0])
            yield Token("link_open", "a", 1, attrs={"href": href})
            yield Token("text", "", 0, content=match[0])
            yield Token("link_close", "a", -1)
            end = match.end()
        if end < len(child.content):
            yield Token("text", "", 0, content=child.content[end:])


def _inline(children: Sequence[Token]) -> tuple[str, tuple[Target, ...]]:
    """Running text without Markdown, and the links that stand in it."""
    pieces: list[str] = []
    targets: list[Target] = []
    opened: list[tuple[int, str]] = []
    unseen = ""
    for token in children:
        kind = token.type
        if kind == "html_inline":
            name = _TAG_NAME.match(token.content)
            tag = name[1].lower() if name else ""
            closing = token.content.startswith("</")
            if unseen:
                unseen = "" if closing and tag == unseen else unseen
            elif tag in _UNSEEN and not closing:
                unseen = tag
            elif tag == "br":
                pieces.append("\n")
            elif tag == "a" and not closing:
                anchor = _ANCHOR.match(token.content)
                opened.append((len(pieces), anchor[2] if anchor else ""))
            elif tag == "a" and opened:
                _close(pieces, targets, *opened.pop())
        elif unseen:
            continue
        elif kind in ("text", "code_inline", "image", "text_special"):
            pieces.append(token.content)
        elif kind == "softbreak":
            pieces.append(" ")
        elif kind == "hardbreak":
            pieces.append("\n")
        elif kind == "link_open":
            opened.append((len(pieces), str(token.attrGet("href") or "")))
        elif kind == "link_close" and opened:
            _close(pieces, targets, *opened.pop())
    lines = disarm("".join(pieces)).split("\n")
    return "\n".join(" ".join(line.split()) for line in lines).strip(), tuple(targets)


def _close(pieces: list[str], targets: list[Target], start: int, href: str) -> None:
    url = safe_url(href)
    if not url:
        return
    name = disarm(" ".join("".join(pieces[start:]).split()))
    if "://" in name or not name:  # the address itself: it gets a line of its own, once
        name = host_label(url) or url
        pieces[start:] = [name]
        targets.append(Target(name="", url=url))
    else:
        targets.append(Target(name=name, url=url))


class _Paragraphs:
    """Walks over block tokens and yields the paragraphs of the text part."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._indents: list[int] = []
        self._numbers: list[int | None] = []
        self._marker = ""
        self._cells: list[str] = []
        self._cell_targets: list[Target] = []
        self._in_row = False

    def __iter__(self) -> Iterator[Paragraph]:
        for token in self._tokens:
            found = self._take(token)
            if found is not None and (found.text or found.targets):
                yield found

    def _take(self, token: Token) -> Paragraph | None:
        kind = token.type
        if kind == "inline":
            text, targets = _inline(token.children or [])
            if not self._in_row:
                return self._paragraph(text, targets)
            self._cells.append(text.replace("\n", " "))
            self._cell_targets.extend(targets)
        elif kind in ("fence", "code_block"):
            return self._paragraph(token.content.rstrip("\n"), (), verbatim=True)
        elif kind == "html_block":
            text = disarm(plain_text(sanitise(token.content)))  # entities are characters now
            return self._paragraph(text, _anchors(token.content))
        elif kind == "hr":
            return self._paragraph("———", ())
        else:
            return self._structure(kind, token)
        return None

    def _structure(self, kind: str, token: Token) -> Paragraph | None:
        if kind == "bullet_list_open":
            self._numbers.append(None)
        elif kind == "ordered_list_open":
            start = token.attrGet("start")
            self._numbers.append(int(start) if start is not None else 1)
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self._numbers.pop()
        elif kind == "list_item_open":
            number = self._numbers[-1]
            self._marker = "• " if number is None else f"{number}. "
            if number is not None:
                self._numbers[-1] = number + 1
            self._indents.append(len(self._marker))
        elif kind == "blockquote_open":
            self._indents.append(4)
        elif kind in ("list_item_close", "blockquote_close"):
            self._indents.pop()
            self._marker = ""
        elif kind == "tr_open":
            self._in_row = True
        elif kind == "tr_close":
            text, targets = " · ".join(self._cells), tuple(self._cell_targets)
            self._cells, self._cell_targets, self._in_row = [], [], False
            return self._paragraph(text, targets)
        return None

    def _paragraph(
        self, text: str, targets: tuple[Target, ...], *, verbatim: bool = False
    ) -> Paragraph:
        marker, self._marker = self._marker, ""
        return Paragraph(
            text=text,
            marker=marker,
            indent=sum(self._indents),
            verbatim=verbatim,
            targets=targets,
        )


def _anchors(html: str) -> tuple[Target, ...]:
    urls = (safe_url(match[2]) for match in _ANCHOR.finditer(html))
    return tuple(Target(name="", url=url) for url in urls if url)
