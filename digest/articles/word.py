"""Word documents (.docx) to Facts, through python-docx (extra ``documents``)."""

from __future__ import annotations

import io
import zipfile
import zlib
from datetime import datetime
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
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_MOST_BYTES = 60_000_000
"""Bytes that a document may unpack to, pictures included."""

_MOST_PARTS = 4000
_MOST_PARAGRAPHS = 5000
_BROKEN = (
    zipfile.BadZipFile, zlib.error, KeyError, ValueError, AttributeError, TypeError, IndexError,
    NotImplementedError, OSError, RecursionError, EOFError, AssertionError,
)  # fmt: skip
"""What python-docx raises beside its own errors for files that are damaged."""

_TITLE_STYLES = frozenset(["title", "heading 1"])
_ENCRYPTED = 0x1


def read_docx(data: bytes, *, name: str, timezone: str, explain: bool = False) -> list[Facts]:
    """The article of a Word document, as ``document_facts`` makes it.

    A paragraph in the style Title (or Heading 1) at the beginning is the headline, one in the
    style Subtitle the standfirst. With ``explain`` the facts carry what was weighed. Raises
    ArticleError, naming the file ``name``, for what is no such document, is encrypted or unpacks
    to too much, and where the library is missing.
    """
    try:
        import docx
        from docx.opc.exceptions import OpcError
        from lxml.etree import LxmlError
    except ImportError:
        raise ArticleError(
            "a Word document needs the library python-docx",
            name,
            f"pip install '{EXTRA}', or save it as text",
        ) from None
    _refuse_hostile(data, name)
    try:
        document = docx.Document(io.BytesIO(data))
        words = _words(document)
    except (OpcError, LxmlError, *_BROKEN) as error:
        raise ArticleError(
            f"cannot be read as a Word document: {clean_text(str(error))[:200] or 'it is damaged'}",
            name,
            "open and save it again, or save it as text",
        ) from error
    return document_facts(words, name=name, timezone=timezone, explain=explain)


def _refuse_hostile(data: bytes, name: str) -> None:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ArticleError(
            "is encrypted, or of an old Word", name, "save it without a password, as .docx"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise ArticleError(
            "is not a Word document", name, "check the file's ending, or save it again"
        ) from None
    if not any(part.filename == "[Content_Types].xml" for part in parts):
        raise ArticleError(
            "is a ZIP archive, not a Word document", name, "unpack it, or check the file's ending"
        )
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise ArticleError("is encrypted", name, "save it without a password")
    # zipfile gives no more of a part than its directory says.
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_BYTES:
        raise ArticleError(
            f"unpacks to more than {_MOST_BYTES:,} bytes", name, "save the text alone"
        )


def _words(document: Document) -> Words:
    title = standfirst = ""
    texts: list[str] = []
    size = 0
    is_cut = False
    for number, paragraph in enumerate(document.paragraphs):
        if number >= _MOST_PARAGRAPHS or size > MAX_CHARACTERS:
            is_cut = True
            break
        text = paragraph.text.strip()
        if not text:
            continue
        style = _style(paragraph) if len(texts) < 2 else ""
        if style in _TITLE_STYLES and not title and not texts:
            title = clean_text(text)
            continue
        if style == "subtitle" and title and not texts:
            standfirst = clean_text(text)
        texts.append(text)
        size += len(text)
    stated = document.core_properties
    return Words(
        text="\n\n".join(texts),
        title=title,
        standfirst=standfirst,
        stated_title=stated.title,
        creator=stated.author,
        keywords=stated.keywords,
        language=stated.language,
        others=(
            ("published", _instant(stated.created), "property created", MADE),
            ("published", _instant(stated.modified), "property modified", MADE),
            ("published", _instant(stated.last_printed), "property last printed", MADE),
            ("summary", stated.subject, "property subject", NO_STANDFIRST),
            ("summary", stated.comments, "property description", NO_STANDFIRST),
            ("authors", stated.last_modified_by, "property last modified by", "who saved it last"),
        ),
        problems=("is longer than an article: the rest was not read",) if is_cut else (),
    )


def _instant(when: datetime | None) -> str:
    return when.isoformat() if when is not None else ""


def _style(paragraph: Paragraph) -> str:
    style = paragraph.style
    return (style.name or "").lower() if style is not None else ""
