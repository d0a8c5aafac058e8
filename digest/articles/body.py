"""The main text of a page."""

from __future__ import annotations

import logging
from typing import Any

from digest.articles.dateline import read_dateline
from digest.articles.jsonld import bare
from digest.markup import clean_text, element_text

_MAX_TEXT = 200_000


def main_text(source: bytes, url: str | None) -> str:
    """The main text of a page in UTF-8, its paragraphs parted by blank lines."""
    logger = logging.getLogger("trafilatura")
    if not logger.handlers:  # its log is not for users
        logger.addHandler(logging.NullHandler())
    from lxml import html
    from trafilatura import bare_extraction

    # Parsed here, as it wants elements of its own kind and changes them; what it would parse of a
    # string by itself, it mends first.
    parser = html.HTMLParser(encoding="utf-8", huge_tree=False, remove_pis=True)
    root = html.document_fromstring(source, parser=parser, ensure_head_body=True)
    found = bare_extraction(
        root, url=url, fast=True, include_comments=False, include_tables=False, with_metadata=False
    )
    text = getattr(found, "text", None) or ""
    return "\n\n".join(line for line in map(clean_text, text.split("\n")) if line)


def without_heading(body: str, title: str) -> str:
    """The text without the title, where it is its first line."""
    first, _, rest = body.partition("\n\n")
    return rest if bare(first) == bare(title) else body


def wire_agency(body: str) -> str:
    """The agency whose dateline the text begins with."""
    first, _, rest = body.partition("\n\n")
    found = read_dateline(first[:500], rest[:200])
    return found.agency if found is not None and found.is_wire else ""


def whole_text(root: Any) -> str:
    """The text of a page that is too large to be told from its furniture, in bounds."""
    from lxml import etree

    etree.strip_tags(root, etree.Comment)  # a walk takes quadratic time among them
    inner = next(root.iter("article", "main"), root)
    return element_text(inner, paragraphs=True)[:_MAX_TEXT]
