"""Word documents and PDFs: made here, read like any other article."""

from __future__ import annotations

import builtins
import io
import zipfile
import zlib
from collections.abc import Sequence
from datetime import datetime

import docx
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.articles.pdf import read_pdf
from digest.articles.word import read_docx
from digest.errors import ArticleError
from digest.model.facts import Facts

TITLE = "Grey seals return to the sound after forty years"
DEK = "Two hundred were counted this spring."
BODY = [
    "On April 24, 2025, rangers counted two hundred grey seals on the sandbanks of the sound. "
    "The animals had been gone since 1985, when the harbour was dredged.",
    "Nobody knows where they were in between, though fishermen tell of some off the outer isles.",
    "Original Source: lesk-courier.example",
    "Post Comment",
]


def word(
    *, title_style: str = "Title", properties: dict[str, object] | None = None, body: int = 1
) -> bytes:
    document = docx.Document()
    document.core_properties.author = ""
    for name, value in (properties or {}).items():
        setattr(document.core_properties, name, value)
    document.add_paragraph(TITLE, style=title_style or None)
    document.add_paragraph(DEK, style="Subtitle" if title_style else None)
    for text in BODY[:2] * body + BODY[2:]:
        document.add_paragraph(text)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def pdf(
    pages: Sequence[Sequence[str]], *, properties: dict[str, str] | None = None, password: str = ""
) -> bytes:
    """A PDF whose pages show these lines, in a font that every reader has."""
    writer = pypdf.PdfWriter()
    for lines in pages:
        page = writer.add_blank_page(width=595, height=842)
        shown = "".join(
            f"({line.replace('(', '').replace(')', '')}) Tj T* " for line in lines
        ).encode("cp1252")
        stream = pypdf.generic.StreamObject()
        stream.set_data(b"BT /F1 11 Tf 14 TL 60 780 Td " + shown + b"ET")
        name = pypdf.generic.NameObject
        font = pypdf.generic.DictionaryObject(
            {
                name("/Type"): name("/Font"),
                name("/Subtype"): name("/Type1"),
                name("/BaseFont"): name("/Helvetica"),
                name("/Encoding"): name("/WinAnsiEncoding"),
            }
        )
        fonts = pypdf.generic.DictionaryObject({name("/F1"): writer._add_object(font)})
        page[name("/Contents")] = writer._add_object(stream)
        page[name("/Resources")] = pypdf.generic.DictionaryObject({name("/Font"): fonts})
    writer.add_metadata(properties or {})
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


PRINTED = [
    TITLE,
    DEK,
    "",
    "On April 24, 2025, rangers counted two hundred grey seals on the sandbanks of",
    "the sound. The animals had been gone since 1985, when the harbour was dredged",
    "for the ferries to the outer isles, and nobody had seen one of them since then.",
    "Fishermen tell of some off the outer isles, where no one counts them, and where",
    "the nets are few.",
    "",
    "Original Source: lesk-courier.example",
]


def only(found: list[Facts]) -> Facts:
    (facts,) = found
    return facts


def read_word(data: bytes, name: str = "seals.docx") -> Facts:
    return only(read_docx(data, name=name, timezone="Asia/Seoul"))


def read_printed(data: bytes, name: str = "seals.pdf") -> Facts:
    return only(read_pdf(data, name=name, timezone="Asia/Seoul"))


def stated(facts: Facts) -> tuple[str, str, str | None, str | None]:
    return (
        facts.title,
        facts.summary,
        facts.published.isoformat() if facts.published else None,
        facts.source.name if facts.source else None,
    )


@pytest.mark.parametrize("style", ["Title", "Heading 1", ""])
def test_word_document_has_the_facts_of_its_text(style: str) -> None:
    facts = read_word(word(title_style=style))
    assert stated(facts) == (TITLE, DEK, "2025-04-24", "lesk-courier.example")
    assert facts.published is not None and facts.published.basis == "dateline"
    assert "Post Comment" not in facts.text
    assert facts.authors == ()


def test_days_on_which_a_document_was_made_and_saved_are_no_dates() -> None:
    document = docx.Document()
    document.core_properties.created = datetime(2024, 1, 2)
    document.core_properties.modified = datetime(2024, 1, 3)
    document.add_paragraph(TITLE)
    document.add_paragraph(BODY[1])
    stream = io.BytesIO()
    document.save(stream)
    facts = read_word(stream.getvalue())
    assert facts.published is None and facts.updated is None
    assert "states no date of publication" in facts.problems
    dated = read_word(stream.getvalue(), "2025-04-24-seals.docx")
    assert dated.published is not None and dated.published.basis == "file-name"
    printed = pdf([[TITLE, "", BODY[1]]], properties={"/CreationDate": "D:20240102030405"})
    assert read_printed(printed).published is None


@pytest.mark.parametrize(
    ("creator", "authors"),
    [
        ("Anna Lindqvist", ("Anna Lindqvist",)),
        ("Microsoft Office User", ()),
        ("admin", ()),
        ("python-docx", ()),
        ("Lesk Courier", ()),
    ],
)
def test_creator_is_an_author_only_where_it_reads_as_a_person(
    creator: str, authors: tuple[str, ...]
) -> None:
    facts = read_word(word(properties={"author": creator}))
    assert facts.authors == authors
    said = "has its author from the document's properties"
    assert (said in facts.problems) == bool(authors)


def test_byline_of_the_text_goes_before_the_creator() -> None:
    document = docx.Document()
    document.core_properties.author = "Jonas Berg"
    for text in (TITLE, "By Anna Lindqvist", *BODY):
        document.add_paragraph(text)
    stream = io.BytesIO()
    document.save(stream)
    assert read_word(stream.getvalue()).authors == ("Anna Lindqvist",)


@pytest.mark.parametrize("title", ["Microsoft Word - seals_final2.docx", "Document1", "Untitled"])
def test_title_that_a_program_made_up_is_none(title: str) -> None:
    assert read_printed(pdf([PRINTED], properties={"/Title": title})).title == TITLE
    assert read_word(word(title_style="", properties={"title": title})).title == TITLE


def test_pdf_has_the_facts_of_its_text_with_its_lines_joined() -> None:
    facts = read_printed(pdf([PRINTED]))
    assert stated(facts)[2:] == ("2025-04-24", "lesk-courier.example")
    assert facts.title == TITLE
    assert "on the sandbanks of the sound." in facts.text


def test_title_of_a_pdf_tells_how_far_its_headline_goes() -> None:
    headline = ["Grey seals return", "to the sound after", "forty years"]
    facts = read_printed(pdf([headline + PRINTED[1:]], properties={"/Title": TITLE}))
    assert facts.title == TITLE
    assert facts.published is not None


def test_pages_beyond_the_first_forty_are_not_read_and_that_is_said() -> None:
    facts = read_printed(pdf([PRINTED, *[[f"Page {n}", "Annex."] for n in range(999)]]))
    assert facts.title == TITLE
    assert "has 1,000 pages: the first 40 were read" in facts.problems


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (pdf([PRINTED], password="secret"), "is locked by a password"),
        (pdf([[]]), "holds no text"),
        (b"Just a text", "is not a PDF"),
        (b"%PDF-1.7\nnothing else", "cannot be read as a PDF"),
        (pdf([PRINTED])[:400], "cannot be read as a PDF"),
    ],
)
def test_pdf_that_cannot_be_read_is_refused_by_name(data: bytes, message: str) -> None:
    with pytest.raises(ArticleError, match=rf"seals\.pdf: {message}.*; "):
        read_printed(data)


def archive(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name.replace("Types", "[Content_Types].xml"), data)
    return stream.getvalue()


def replaced(part: str, data: bytes) -> bytes:
    """A Word document one part of which is something else."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(word())) as given,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in given.namelist():
            packed.writestr(name, data if name == part else given.read(name))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "is encrypted, or of an old Word"),
        (b"Just a text", "is not a Word document"),
        (word()[:3000], "is not a Word document"),
        (archive(readme=b"x"), "is a ZIP archive, not a Word document"),
        (archive(Types=b"<a/>", large=b"\0" * 70_000_000), "unpacks to more than 60,000,000"),
        (replaced("word/document.xml", b"<broken"), "cannot be read as a Word document"),
        (replaced("[Content_Types].xml", b"<Types/>"), "cannot be read as a Word document"),
    ],
    ids=["ole", "text", "cut", "zip", "bomb", "broken", "untyped"],
)
def test_word_document_that_cannot_be_read_is_refused_by_name(data: bytes, message: str) -> None:
    with pytest.raises(ArticleError, match=rf"seals\.docx: {message}.*; "):
        read_word(data)


def test_entities_of_a_hostile_document_are_not_expanded() -> None:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    xml = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha"><!ENTITY f SYSTEM "file:///etc/passwd">'
        f'{laughs}]><w:document xmlns:w="{space}"><w:body><w:p><w:r><w:t>Seals return &a11; &f;'
        "</w:t></w:r></w:p></w:body></w:document>"
    )
    try:
        facts = read_word(replaced("word/document.xml", xml.encode()))
    except ArticleError:
        return
    assert "haha" not in facts.title + facts.text
    assert "root:" not in facts.title + facts.text


def test_long_word_document_is_read_in_part() -> None:
    document = docx.Document()
    for text in (TITLE, *(f"Paragraph {n} says a little more. " * 3 for n in range(3500))):
        document.add_paragraph(text)
    stream = io.BytesIO()
    document.save(stream)
    facts = read_word(stream.getvalue())
    assert facts.title == TITLE
    assert any("the rest was not read" in problem for problem in facts.problems)


def test_page_that_unpacks_to_too_much_is_passed_over() -> None:
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(pdf([PRINTED, PRINTED]))))
    bomb = pypdf.generic.EncodedStreamObject()
    bomb._data = zlib.compress(b"BT (x) Tj ET " * 200_000)
    bomb[pypdf.generic.NameObject("/Filter")] = pypdf.generic.NameObject("/FlateDecode")
    writer.pages[1][pypdf.generic.NameObject("/Contents")] = writer._add_object(bomb)
    out = io.BytesIO()
    writer.write(out)
    facts = read_printed(out.getvalue())
    assert facts.title == TITLE
    assert "has a page that is too large to be read: page 2" in facts.problems


@pytest.mark.parametrize(
    ("library", "read", "words"),
    [
        ("docx", lambda: read_word(word()), "a Word document needs the library python-docx"),
        ("pypdf", lambda: read_printed(PDF), "a PDF needs the library pypdf"),
    ],
)
def test_missing_library_is_one_line_with_its_remedy(
    library: str, read: object, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: object) -> object:
        if name.partition(".")[0] == library and rest[1] != ():
            raise ImportError(name)
        return real(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ArticleError) as raised:
        if library == "docx":
            read_docx(DOCX, name="seals.docx", timezone="UTC")
        else:
            read_pdf(PDF, name="seals.pdf", timezone="UTC")
    assert words in str(raised.value)
    assert "pip install 'newsletter-digest[documents]'" in str(raised.value)


DOCX, PDF = word(), pdf([PRINTED])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_documents_are_articles_or_article_errors(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["docx", "pdf"]))
    whole = DOCX if kind == "docx" else PDF
    at = data.draw(st.integers(min_value=0, max_value=len(whole) - 1))
    length = data.draw(st.integers(min_value=0, max_value=40))
    harmed = whole[:at] + data.draw(st.binary(max_size=40)) + whole[at + length :]
    read = read_docx if kind == "docx" else read_pdf
    try:
        found = read(harmed, name=f"seals.{kind}", timezone="UTC")
    except ArticleError as error:
        assert str(error).startswith(f"seals.{kind}: ")
    else:
        assert all(facts.title or facts.text for facts in found)
