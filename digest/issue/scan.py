"""A quick look at an issue.md: which articles stand in it, outside Hold and in it.

Line by line, 20 times faster than parsing, and only for documents in which lines alone decide:
headings and lists that begin in the first column, no code fences, no HTML, no reference
links. Of any other document it says nothing, and the caller parses it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from digest.issue.entry import Blocks, read_entry, read_headline
from digest.issue.inline import read_also
from digest.model import Item, Section
from digest.model.attributes import parse_attributes, split_attributes
from digest.model.issue import SectionKind
from digest.urls import canonical_url

_NEEDS_PARSER = re.compile(
    r"""(?:
        \ {0,3}(?:```|~~~|<)                       # code, HTML
      | (?:[-+*]|\d{1,9}[.)]|>).*?(?:```|~~~)      # code in a list or a quote
      | [ \t]+(?:[-+*\#]|\d{1,9}[.)]|also\ )       # indented lists, headings, "also" lines
      | \d{1,9}[.)][ \t]+[^\n]*\[                  # numbered links
      | (?:[-+*]|\d{1,9}[.)])[ \t]+(?:[-+*>]|\d{1,9}[.)])[ \t]   # a list in a list
      | [-+*](?:[ ]{2,}|\t)                        # a wide marker
      | \ {0,3}(?:-+|=+)[ \t]*$                    # underlined headings
      | \ {0,3}\[[^\]]+\]:                         # link definitions
      | \#{1,3}(?:[ ]*$|\t|[ ]{2,}) | \#[ ]            # odd headings, and those of the first level
    )""",
    re.VERBOSE | re.IGNORECASE,
)
# What a line begins with that counts or may need a parser, and all lines but those.
_COUNTS = re.compile(r"^[ \t`~<\-+*>=\[\#0-9aA].*", re.MULTILINE)
# The heading of nearly every item: one link, and nothing in it to be unescaped.
_PLAIN_HEADING = re.compile(
    r"### \[([^\[\]\\`<\x00-\x1f]*)\]\((https?://[^\s()<>\\&\x00-\x20\x7f]+)\)"
)

_CLOSING_MARKS = re.compile(r"(?:^|[ \t]+)#+[ \t]*$")


def scan_sections(body: str) -> list[Section] | None:
    """The sections of a document without its front matter, with bare items: key, title, url, also.

    None when the document needs a parser.
    """
    if "\r" in body:
        body = body.replace("\r\n", "\n")
    if "\r" in body or "\0" in body:
        return None
    return _Scan().sections(body)


class _Scan:
    def __init__(self) -> None:
        self.found: list[tuple[Section, list[Item]]] = []
        # Where an "Also covered by:" line would belong to the last item, and where it may.
        self.is_open = False
        self.may_be_open = False

    def sections(self, body: str) -> list[Section] | None:
        for found in _COUNTS.finditer(body):
            row = found[0]
            if row[0] == "#":
                heading = _PLAIN_HEADING.fullmatch(row)
                if heading is not None and self._plain_heading(heading[1].strip(), heading[2]):
                    continue
            elif row[0] == "*" and row[1:2] not in " \t" and not ("`" in row or "~" in row):
                continue  # emphasis, such as a byline
            if row[0] not in "aA" and _NEEDS_PARSER.match(row):
                return None
            line = row.rstrip(" \t")
            if line[:3] in {"## ", "###", "- [", "* [", "+ ["} or line[:4].casefold() == "also":
                if not self._line(line, _line_before(body, found.start())):
                    return None
            elif line[:2] in {"- ", "* ", "+ "}:
                if line[2:3] in {"*", "_", "~", "<"} or "digest:" in line:
                    return None
                self.may_be_open, self.is_open = self.may_be_open or self.is_open, False
        return [replace(section, blocks=tuple(items)) for section, items in self.found]

    def _line(self, line: str, before: str) -> bool:
        """Takes in one line that counts; False when a parser has to decide."""
        if line.startswith("## "):
            heading, attributes = split_attributes(_CLOSING_MARKS.sub("", line[3:]))
            kind: SectionKind = "hold" if heading.strip().casefold() == "hold" else "topic"
            parsed = parse_attributes(attributes)
            if parsed is not None and parsed.is_slot:
                kind = "slot"
            self.found.append((Section(heading=heading, kind=kind, attributes=attributes), []))
            self.is_open = self.may_be_open = False
            return True
        if not self.found:
            return True
        if line.startswith("### "):
            return self._heading(_CLOSING_MARKS.sub("", line[4:]).strip())
        if line.startswith("###"):
            return True
        if line[1:3] == " [":
            return self._entry(line)
        return self._also(line, before)

    def _plain_heading(self, title: str, url: str) -> bool:
        key = canonical_url(url) if self.found else None
        if key is None:
            return False
        self.found[-1][1].append(Item(key=key, title=title, url=url))
        self.is_open, self.may_be_open = True, False
        return True

    def _heading(self, content: str) -> bool:
        headline = read_headline(content, {})
        self.is_open = self.may_be_open = False
        if headline is None:
            return "[" not in content and "digest:" not in content
        self.found[-1][1].append(Item(key=headline.key, title=headline.title, url=headline.url))
        self.is_open = True
        return True

    def _entry(self, line: str) -> bool:
        content = line[2:].strip()
        item = read_entry(Blocks(0, 1, ((0, 1, content),), True), [line], {})
        self.is_open = self.may_be_open = False
        if item is None:
            return False
        self.found[-1][1].append(item)
        return True

    def _also(self, line: str, before: str) -> bool:
        links = read_also(line, {})
        if links is None:
            return not line.casefold().startswith("also covered by:")
        if before or self.may_be_open:
            return False
        items = self.found[-1][1]
        if self.is_open and items:
            items[-1] = replace(items[-1], also=(*items[-1].also, *links))
        return True


def _line_before(body: str, start: int) -> str:
    """What stands on the line before the one that begins at ``start``."""
    return body[body.rfind("\n", 0, max(start - 1, 0)) + 1 : start].strip(" \t\n")
