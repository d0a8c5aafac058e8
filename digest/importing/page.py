"""HTML of a sent mail or a page as pieces: layout tables, lists, headings, links.

Mails are laid out in nested tables: a cell is a block like any other, and what looks like a
heading is one. The tree is walked without recursion, whatever its depth.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from digest.importing.pieces import Document, Piece, Run, join_runs, write_runs
from digest.issue.escape import escape_inline
from digest.markup import clean_text

MAX_CHARACTERS = 4_000_000
_MOST_PIECES = 20_000
_LARGE_PX = 20
_DROPPED = frozenset(
    ["script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "head", "form",
     "textarea", "select", "canvas", "audio", "video"]
)  # fmt: skip
_BLOCKS = frozenset(
    """
    address article aside blockquote body caption center dd details dialog div dl dt fieldset
    figcaption figure footer h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p
    pre section summary table tbody td tfoot th thead tr ul
    """.split()  # noqa: SIM905
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_STRONG = frozenset(["b", "strong"])
_EMPHASIS = frozenset(["i", "em"])
_HIDDEN = re.compile(
    r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden|max-height\s*:\s*0(?:px)?\s*(?:;|$)",
    re.IGNORECASE,
)
_SIZE = re.compile(r"font-size\s*:\s*(\d{1,3})(?:\.\d+)?\s*px", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold(?:er)?|[6-9]00)", re.IGNORECASE)
_LIGHT = re.compile(r"font-weight\s*:\s*(?:normal|lighter|[1-5]00)", re.IGNORECASE)
_DATE_NAMES = frozenset(
    ["article:published_time", "date", "dc.date", "dc.date.issued", "dcterms.created", "pubdate",
     "publishdate", "datepublished", "parsely-pub-date", "sailthru.date"]
)  # fmt: skip
_PREHEADER_CHARACTERS = 200


def read_pieces(html: str, *, first_line: int = 1) -> Document:
    """The pieces of HTML in reading order, with title, language and preheader where it has them."""
    root = parse_html(html)
    if root is None:
        return Document(pieces=())
    walk = _Walk(first_line)
    walk.over(root)
    title = root.find(".//head/title")
    return Document(
        pieces=tuple(walk.pieces[:_MOST_PIECES]),
        title=clean_text(title.text or "") if title is not None else "",
        language=str(root.get("lang") or ""),
        preheader=clean_text(walk.hidden_text)[:_PREHEADER_CHARACTERS].strip(),
    )


def parse_html(html: str) -> Any:
    """The tree of HTML, None where it holds nothing."""
    from lxml import etree

    parser = etree.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=False)
    source = re.sub("[\ud800-\udfff\0]", "", html[:MAX_CHARACTERS])
    if not source.strip():
        return None
    try:
        return etree.fromstring(source, parser)
    except etree.XMLSyntaxError:
        return None


def stated_dates(html: str) -> list[tuple[str, str]]:
    """(date as written, where) of each date that the HTML states for machines."""
    root = parse_html(html)
    if root is None:
        return []
    found = []
    for meta in root.iter("meta"):
        name = str(meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        if name in _DATE_NAMES and meta.get("content"):
            found.append((str(meta.get("content")).strip(), f"meta:{name}"))
    times = [
        str(each.get("datetime")).strip() for each in root.iter("time") if each.get("datetime")
    ]
    # Several are those of the articles that the newsletter tells of.
    if len(set(times)) == 1:
        found.append((times[0], "html:time"))
    return found


class _Walk:
    def __init__(self, first_line: int) -> None:
        self.pieces: list[Piece] = []
        self.hidden_text = ""
        self.first_line = first_line
        self.runs: list[Run] = []
        self.line = first_line
        self.link: list[Run] | None = None
        self.url = ""
        self.strong = self.emphasis = self.verbatim = 0
        self.heading = 0
        # Whether the text under way is in large or bold letters, by the blocks that it is in.
        self.heavy: list[bool] = [False]
        self.is_heavy = True
        # Of each open list entry, whether its first words have been written.
        self.entries: list[bool] = []

    def over(self, root: Any) -> None:
        from lxml import etree

        hidden: Any = None
        for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
            name = element.tag
            if not isinstance(name, str):
                if hidden is None:
                    self._text(element.tail)
                continue
            if event == "start":
                if hidden is not None:
                    continue
                style = element.get("style") or ""
                if name in _DROPPED or "hidden" in element.attrib or _HIDDEN.search(style):
                    hidden = element
                    if name not in _DROPPED and not self.hidden_text:
                        self.hidden_text = "".join(element.itertext())[:2000]
                    continue
                self._open(name, element, style)
                self._text(element.text)
                continue
            if hidden is element:
                hidden = None
            elif hidden is not None:
                continue
            else:
                self._close(name, element)
            if element is not root:
                self._text(element.tail)
        self._flush()

    def _open(self, name: str, element: Any, style: str) -> None:
        if name in _BLOCKS:
            self._flush()
            self.line = self.first_line + max(0, (element.sourceline or 1) - 1)
            if name in _HEADINGS:
                self.heading = _HEADINGS[name]
            elif name == "li":
                self.entries.append(False)
            elif name == "pre":
                self.verbatim += 1
            elif name == "hr":
                self.pieces.append(Piece(kind="rule", line=self.line))
        elif name == "br":
            self._add("\n")
        elif name == "a" and self.link is None and element.get("href"):
            self.link, self.url = [], str(element.get("href")).strip()
        self.strong += name in _STRONG
        self.emphasis += name in _EMPHASIS
        size = _SIZE.search(style)
        if _BOLD.search(style):
            self.heavy.append(True)
        elif size is not None:
            self.heavy.append(int(size[1]) >= _LARGE_PX)
        else:
            self.heavy.append(self.heavy[-1] and not _LIGHT.search(style))

    def _close(self, name: str, element: Any) -> None:
        self.heavy.pop()
        self.strong -= name in _STRONG
        self.emphasis -= name in _EMPHASIS
        if name == "a" and self.link is not None:
            label = "".join(run.text for run in self.link)
            self.link = None
            if label.strip():
                self._put(Run(" " if label[0].isspace() else ""))
                self._put(Run(label.strip(), self.url))
                self._put(Run(" " if label[-1].isspace() else ""))
        if name in _BLOCKS:
            self._flush()
            self.line = self.first_line + max(0, (element.sourceline or 1) - 1)
            if name in _HEADINGS:
                self.heading = 0
            elif name == "li" and self.entries:
                self.entries.pop()
            elif name == "pre":
                self.verbatim -= 1

    def _text(self, text: str | None) -> None:
        if not text:
            return
        if self.verbatim:
            for number, row in enumerate(text.replace("\r", "").split("\n")):
                if number:
                    self._add("\n")
                self._words(row)
            return
        self._words(text)

    def _words(self, text: str) -> None:
        clean = escape_inline(clean_text(text))
        if not clean:
            if text:
                self._add(" ")
            return
        if not (self.strong or self.heavy[-1] or self.heading):
            self.is_heavy = False
        if self.link is None and not self.heading:
            mark = "**" if self.strong else "*" if self.emphasis else ""
            clean = f"{mark}{clean}{mark}"
        before, after = (" " if text[at].isspace() else "" for at in (0, -1))
        self._add(f"{before}{clean}{after}")

    def _add(self, text: str) -> None:
        if self.link is not None:
            self.link.append(Run(text))
        else:
            self._put(Run(text))

    def _put(self, run: Run) -> None:
        if run.text:
            self.runs.append(run)

    def _flush(self) -> None:
        """Ends the block under way."""
        if self.link:
            # A block within a link: what stands so far is the link's, too.
            label = "".join(run.text for run in self.link).strip()
            self.link = []
            if label:
                self._put(Run(label, self.url))
        runs, self.runs = self.runs, []
        heavy, self.is_heavy = self.is_heavy, True
        if len(self.pieces) >= _MOST_PIECES:
            return
        for part in _paragraphs(list(join_runs(runs))):
            self._piece(part, heavy)

    def _piece(self, runs: tuple[Run, ...], heavy: bool) -> None:
        if self.heading:
            runs = tuple(Run(" ".join(run.text.split("\n")), run.url) for run in runs)
            self.pieces.append(Piece(kind="heading", line=self.line, runs=runs, level=self.heading))
        elif self.entries and not self.entries[-1]:
            self.entries[-1] = True
            depth = max(0, len(self.entries) - 1)
            self.pieces.append(Piece(kind="entry", line=self.line, runs=runs, level=depth))
        elif self.entries and self.pieces and self.pieces[-1].kind == "entry":
            entry = self.pieces[-1]
            rest = "\n\n".join(filter(None, (entry.rest, write_runs(runs))))
            self.pieces[-1] = replace(entry, rest=rest)
        else:
            is_line = all("\n" not in run.text.strip() for run in runs)
            self.pieces.append(
                Piece(kind="paragraph", line=self.line, runs=runs, heavy=heavy and is_line)
            )


def _paragraphs(runs: list[Run]) -> list[tuple[Run, ...]]:
    """The words of a block, parted where two line ends follow each other."""
    parts: list[list[Run]] = [[]]
    for run in runs:
        if run.url:
            parts[-1].append(Run(" ".join(run.text.split()), run.url))
            continue
        text = re.sub(r"[ \t]*\n[ \t]*", "\n", re.sub(r"[ \t]{2,}", " ", run.text))
        text = text.replace("****", "")
        pieces = re.split(r"\n{2,}", text)
        parts[-1].append(Run(pieces[0]))
        parts += [[Run(piece)] for piece in pieces[1:]]
    return [
        tuple(run for run in part if run.text)
        for part in parts
        if any(run.text.strip() for run in part)
    ]
