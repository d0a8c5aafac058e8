"""An arranged issue, made sure of: written as issue.md it must read back as the same items."""

from __future__ import annotations

from dataclasses import replace

from digest.errors import ArticleError, DocumentError
from digest.issue.escape import escape_inline, escape_paragraphs
from digest.issue.inline import plain_words
from digest.issue.parse import parse_issue
from digest.issue.scan import scan_sections
from digest.issue.write import write_issue
from digest.model import Issue, Item, Section, Text


def settle(issue: Issue, name: str) -> tuple[Issue, str, tuple[str, ...]]:
    """The issue, its text without front matter, and the sections that had to be put into plain
    words, for their own Markdown would be read as something else.

    Raises ArticleError, naming the file ``name``, when even those cannot be written down.
    """
    wanted = _outline(issue.sections)
    body = _write_body(issue)
    read = _read_back(body)
    if read == wanted:
        return issue, body, ()
    amiss = [at for at, entry in enumerate(wanted) if len(read) != len(wanted) or read[at] != entry]
    for places in (amiss, list(range(len(wanted)))):
        sections = tuple(
            _in_plain_words(section) if at in places else section
            for at, section in enumerate(issue.sections)
        )
        # Only what stands before a section can hide it.
        introduction = issue.introduction if places is amiss else _paragraphs(issue.introduction)
        candidate = replace(issue, introduction=introduction, sections=sections)
        body = _write_body(candidate)
        if _read_back(body) == wanted:
            return candidate, body, tuple(issue.sections[at].heading for at in places)
    raise ArticleError(
        "cannot be written as issue.md without losing items", name, "import a simpler form of it"
    )


def _write_body(issue: Issue) -> str:
    bare = Issue(slug="", introduction=issue.introduction, sections=issue.sections)
    return write_issue(bare).lstrip("\n")


def _outline(sections: tuple[Section, ...]) -> list[tuple[str, list[str]]]:
    return [(section.heading, [item.key for item in section.items]) for section in sections]


def _read_back(body: str) -> list[tuple[str, list[str]]]:
    if "---" not in body[:4]:
        scanned = scan_sections(body)
        if scanned is not None and all(section.kind == "topic" for section in scanned):
            return _outline(tuple(scanned))
    try:
        read = parse_issue(f"---\ntitle: x\n---\n\n{body}", slug="", file="issue.md")
    except DocumentError:
        return []
    return _outline(read.sections) if all(s.kind == "topic" for s in read.sections) else []


def _in_plain_words(section: Section) -> Section:
    return replace(section, blocks=tuple(_plain(block) for block in section.blocks))


def _plain(block: Item | Text) -> Item | Text:
    if isinstance(block, Text):
        return Text(markdown=_paragraphs(block.markdown))
    return replace(
        block,
        title=escape_inline(plain_words(block.title, {})) or "…",
        body=_paragraphs(block.body),
        form="list",
    )


def _paragraphs(markdown: str) -> str:
    parts = (plain_words(part, {}) for part in markdown.split("\n\n"))
    return escape_paragraphs("\n\n".join(part for part in parts if part))
