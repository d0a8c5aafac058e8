"""PDF files to Facts, through pypdf (extra ``documents``): the text of their first pages."""

from __future__ import annotations

import io
import logging
import struct
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from digest.articles.properties import (
    EXTRA,
    MADE,
    MAX_CHARACTERS,
    NO_STANDFIRST,
    Words,
    document_facts,
)
from digest.errors import ArticleError
from digest.markup import clean_text
from digest.model.facts import Facts

if TYPE_CHECKING:
    from pypdf import PdfReader

_MOST_PAGES = 40
_MOST_PAGE_BYTES = 1_000_000
"""Bytes of drawing instructions of a page that are read: a page of text has some thousands. That
none unpacks to more than 75 MB before is pypdf's own bound."""

_BROKEN = (
    ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, OSError, EOFError,
    NotImplementedError, AssertionError, ArithmeticError, struct.error, zlib.error,
)  # fmt: skip
"""What pypdf raises beside its own errors for files that are damaged."""


def read_pdf(data: bytes, *, name: str, timezone: str, explain: bool = False) -> list[Facts]:
    """The article of a PDF, as ``document_facts`` makes it, of its first 40 pages.

    With ``explain`` the facts carry what was weighed. Raises ArticleError, naming the file
    ``name``, for what is no PDF, is locked by a password, or holds no text (scanned pages), and
    where the library is missing.
    """
    try:
        import pypdf
        from pypdf.errors import DependencyError, PyPdfError
    except ImportError:
        raise ArticleError(
            "a PDF needs the library pypdf", name, f"pip install '{EXTRA}', or save it as text"
        ) from None
    if b"%PDF-" not in data[:1024]:
        raise ArticleError("is not a PDF", name, "check the file's ending")
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ArticleError("is locked by a password", name, "save it without one")
        words = _words(reader)
    except DependencyError:
        raise ArticleError("is encrypted", name, "save it without a password") from None
    except (PyPdfError, *_BROKEN) as error:
        raise ArticleError(
            f"cannot be read as a PDF: {clean_text(str(error))[:200] or 'it is damaged'}",
            name,
            "save it again, or save its text",
        ) from error
    return document_facts(words, name=name, timezone=timezone, explain=explain)


def _words(reader: PdfReader) -> Words:
    texts: list[str] = []
    problems: list[str] = []
    size = 0
    pages = reader.get_num_pages()
    for number in range(min(pages, _MOST_PAGES)):
        if size > MAX_CHARACTERS:
            break
        page = reader.pages[number]
        contents = page.get_contents()
        if contents is None:
            continue
        if len(contents.get_data()) > _MOST_PAGE_BYTES:
            problems.append(f"has a page that is too large to be read: page {number + 1}")
            continue
        text = page.extract_text()
        texts.append(text)
        size += len(text)
    if pages > _MOST_PAGES:
        problems.append(f"has {pages:,} pages: the first {_MOST_PAGES} were read")
    stated: Mapping[str, object] = reader.metadata or {}
    return Words(
        text="\n".join(texts),
        stated_title=str(stated.get("/Title") or ""),
        creator=str(stated.get("/Author") or ""),
        keywords=str(stated.get("/Keywords") or ""),
        others=(
            ("published", str(stated.get("/CreationDate") or ""), "property CreationDate", MADE),
            ("published", str(stated.get("/ModDate") or ""), "property ModDate", MADE),
            ("summary", str(stated.get("/Subject") or ""), "property Subject", NO_STANDFIRST),
        ),
        problems=tuple(problems),
    )
