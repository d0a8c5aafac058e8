"""Word documents and PDFs that would take for ever, or all memory: ended at a bound, told in one
line, and nothing else is lost by them."""

from __future__ import annotations

import io
import multiprocessing
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import docx
import pytest

from digest.articles.word import read_docx
from digest.errors import ArticleError
from digest.sources.apart import Bounds, read_apart

TEXT = "Seals Return to the Basin\n\nOn April 24, 2025, the first of them was seen.\n"


def pdf_of(objects: list[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1, which is its root."""
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return (
        b"%sxref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (out, size, rows, size, len(out))
    )


def endless_pdf(pages: int = 40) -> bytes:
    """Four kilobytes whose pages all draw one stream: two hundred thousand times no letter."""
    drawing = zlib.compress(b"BT /F 9 Tf " + b"() Tj " * 165_000 + b"ET", 9)
    kids = b" ".join(b"%d 0 R" % (4 + number) for number in range(pages))
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R /Resources << /Font "
        b"<< /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
    )
    return pdf_of(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream"
            % (len(drawing), drawing),
            *[page] * pages,
        ]
    )


def word() -> bytes:
    document = docx.Document()
    for line in TEXT.split("\n\n"):
        document.add_paragraph(line.strip())
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def swollen_word(paragraphs: int = 9_000_000) -> bytes:
    """A small file of so many empty paragraphs: fewer bytes than a document may unpack to, and
    more memory than a process may have."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(word())) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for part in before.infolist():
            data = before.read(part)
            if part.filename == "word/document.xml":
                head, mark, tail = data.partition(b"<w:sectPr")
                data = head + b"<w:p/>" * paragraphs + mark + tail
            after.writestr(part.filename, data)
    return out.getvalue()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do NOT bound a process's memory")
def test_hostile_documents_end_at_their_bounds_and_cost_one_line_each(tmp_path: Path) -> None:
    (tmp_path / "endless.pdf").write_bytes(endless_pdf())
    (tmp_path / "swollen.docx").write_bytes(swollen_word())
    (tmp_path / "seals.docx").write_bytes(word())
    (tmp_path / "seals.txt").write_text(TEXT + "A second one came.\n", encoding="utf-8")
    command = [sys.executable, "-m", "digest", "articles", "--offline", "--now", "2025-04-28", "."]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert [line.split("\t")[8] for line in done.stdout.splitlines()] == ["seals.docx", "seals.txt"]
    told = [line for line in done.stderr.splitlines() if line.startswith("warning: ")]
    assert told == [
        "warning: endless.pdf: takes more than 10 s of processor time to read; save its text alone",
        "warning: swollen.docx: takes more than 1,000 MB of memory to read; save its text alone",
    ]


def test_a_document_that_waits_instead_of_working_is_ended_by_the_clock() -> None:
    bounds = Bounds(patience_seconds=0.2)
    with pytest.raises(ArticleError, match=r"took more than 0\.2 s") as error:
        read_apart(endless_pdf(), "pdf", name="a.pdf", timezone="UTC", bounds=bounds)
    assert error.value.where == "a.pdf"
    assert not multiprocessing.active_children()


def test_a_sound_document_gives_the_same_facts_as_without_a_process() -> None:
    apart = read_apart(word(), "word", name="a.docx", timezone="UTC", explain=True)
    assert apart == read_docx(word(), name="a.docx", timezone="UTC", explain=True)
    assert apart[0].published is not None
    assert not multiprocessing.active_children()


def test_what_a_reader_refuses_is_told_as_the_reader_tells_it() -> None:
    with pytest.raises(ArticleError, match="is not a PDF"):
        read_apart(b"no", "pdf", name="a.pdf", timezone="UTC")


def test_a_fault_of_a_reader_is_told_as_one_and_leaves_no_process() -> None:
    with pytest.raises(ArticleError, match="a fault of digest"):
        read_apart("no bytes", "pdf", name="a.pdf", timezone="UTC")  # type: ignore[arg-type]
    assert not multiprocessing.active_children()
