"""Bytes of an article file to text, when nothing outside says their encoding.

Order: byte order mark, UTF-16 and UTF-32 by their zero bytes, the shifts of 7-bit codes, strict
UTF-8, UTF-8 with foreign lines, the code pages of the stated language, all code pages by how
likely their letters are, and charset-normalizer last. A detector alone is not enough for short
texts: charset-normalizer 3.5 read 12 of 14, with Shift-JIS as cp949 and Turkish as Big5.
"""

from __future__ import annotations

import codecs
import re

from digest.articles.likelihood import likely_page
from digest.errors import ArticleError

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_A_PDF, _ZIPPED = "a PDF", "a ZIP archive or an office document"
_SIGNATURES = (
    (b"%PDF-", _A_PDF),
    (b"PK\x03\x04", _ZIPPED),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG", "a picture"),
    (b"GIF8", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"RIFF", "a sound, film or picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"BZh", "a compressed file"),
    (b"\xfd7zXZ", "a compressed file"),
    (b"7z\xbc\xaf", "an archive"),
    (b"Rar!", "an archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "a database"),
    (b"OggS", "a sound or film"),
    (b"ID3", "a sound"),
)
_LANGUAGE_PAGES = {
    "ja": ("cp932", "euc_jp", "iso2022_jp"),
    "ko": ("cp949",),
    "zh": ("gb18030", "big5"),
    "ru": ("cp1251", "koi8_r", "iso8859_5", "mac_cyrillic"),
    "uk": ("cp1251", "koi8_u", "iso8859_5", "mac_cyrillic"),
    "bg": ("cp1251", "mac_cyrillic"),
    "el": ("cp1253", "mac_greek"),
    "tr": ("cp1254",),
    "he": ("cp1255",),
    "ar": ("cp1256", "iso8859_6"),
    "fa": ("cp1256",),
    "pl": ("cp1250", "iso8859_2", "mac_latin2", "cp852"),
    "cs": ("cp1250", "iso8859_2", "mac_latin2", "cp852"),
    "hu": ("cp1250", "iso8859_2", "mac_latin2", "cp852"),
    "sk": ("cp1250", "iso8859_2", "mac_latin2", "cp852"),
    "hr": ("cp1250", "iso8859_2", "mac_latin2", "cp852"),
    "lt": ("cp1257",),
    "lv": ("cp1257",),
    "ro": ("cp1250",),
}
_ENOUGH_TO_TELL = 10
"""Bytes beyond ASCII; of fewer the language's commonest page that fits them is taken."""
_ASCII_TEXT = re.compile(rb"[ -~\s]")
_COMMON_SCRIPTS = re.compile(
    "[ -~\u00a0-\u00ff\u0370-\u03ff\u0400-\u04ff\u0590-\u06ff\u2010-\u203a\u3000-\u30ff"
    "\u4e00-\u9fff가-힣\uff00-\uffef]"
)
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_CONTROL = re.compile(b"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_NAMES = {"cp932": "Shift-JIS", "cp949": "EUC-KR", "cp1252": "windows-1252"}
_NULS = "holds NUL bytes, which are left out"
# 7-bit codes of mail: shifts and escapes lead into another set of characters.
_SHIFTED = (
    (re.compile(rb"\x1b\$[@B]"), "iso2022_jp"),
    (re.compile(rb"\x1b\$\)C"), "iso2022_kr"),
    (re.compile(rb"~\{[!-w][!-~]"), "hz"),
)


def decode_text(data: bytes, *, name: str = "", language: str = "") -> tuple[str, tuple[str, ...]]:
    """The text with line ends as ``\\n``, and what had to be guessed or given up on the way.

    ``language`` (BCP 47) is the one to expect: its code pages are tried first. ``name`` is
    what an ArticleError names; it is raised for files that are no text.
    """
    refuse_binary(data, name=name)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            body = data[len(mark) :]
            try:
                return _finish(body.decode(encoding), [])
            except UnicodeDecodeError:
                text = body.decode(encoding, "replace")
                return _finish(text, [f"is not wholly {encoding}, as its first bytes say"])
    wide = _wide(data)
    if wide:
        return _finish(data.decode(wide, "replace"), [f"read as {wide} without a byte order mark"])
    problems: list[str] = []
    for shift, encoding in _SHIFTED:
        if shift.search(data) and data.isascii():
            try:
                return _finish(data.decode(encoding), problems)
            except UnicodeDecodeError:
                pass
    controls = len(_CONTROL.findall(data[:65536]))
    if controls * 20 > len(data[:65536]):
        raise _not_text(name, "a binary file")
    if b"\0" in data:
        problems.append(_NULS)
        data = data.replace(b"\0", b"")
    try:
        return _finish(data.decode("utf-8"), problems)
    except UnicodeDecodeError as error:
        broken = error
    if broken.start >= len(data) - 3 and broken.reason == "unexpected end of data":
        problems.append("ends within a character")
        return _finish(data[: broken.start].decode("utf-8"), problems)
    text, said = _guess(data, language.lower().split("-")[0])
    return _finish(text, [*problems, said])


def refuse_binary(data: bytes, *, name: str = "") -> None:
    """Raises ArticleError, naming ``name``, for what its first bytes say to be no text."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise _not_text(name, kind)


def _not_text(name: str, kind: str) -> ArticleError:
    save = "save the article as text, HTML, Markdown or mail"
    if kind == _A_PDF:
        save += ", or end its name in .pdf"
    elif kind == _ZIPPED:
        save += "; of a Word document, end its name in .docx"
    return ArticleError(f"is {kind}, not a text", name or None, save)


def _finish(text: str, problems: list[str]) -> tuple[str, tuple[str, ...]]:
    """The text as it is handed out. NULs can also come of a mark's text and of wide characters."""
    if "\0" in text:
        problems = [*problems, _NULS]
        text = text.replace("\0", "")
    return _LINE_ENDS.sub("\n", text.replace("\ufeff", "")), tuple(problems)


def _wide(data: bytes) -> str:
    """utf-16 or utf-32 without a mark: every second, or three of four bytes are zero."""
    sample = data[:4096]
    if len(sample) < 8:
        return ""
    if sample.count(0) * 5 < len(sample):
        return _wide_script(sample[: len(sample) // 2 * 2])
    quarters = [sample[offset::4].count(0) * 4 / len(sample) for offset in range(4)]
    if min(quarters[2:]) > 0.9 and quarters[0] < 0.5:
        return "utf-32-le"
    if min(quarters[:2]) > 0.9 and quarters[3] < 0.5:
        return "utf-32-be"
    even, odd = (quarters[0] + quarters[2]) / 2, (quarters[1] + quarters[3]) / 2
    if odd > 0.3 and even < 0.05:
        return "utf-16-le"
    if even > 0.3 and odd < 0.05:
        return "utf-16-be"
    return _wide_script(sample[: len(sample) // 2 * 2])


def _wide_script(sample: bytes) -> str:
    """utf-16 without a mark in a script that has few zero bytes: blanks and line ends have."""
    # Pairs of ASCII are Chinese in it: a NUL within plain words says nothing.
    if 0 not in sample or len(_ASCII_TEXT.findall(sample)) * 10 > len(sample) * 9:
        return ""
    for encoding in ("utf-16-le", "utf-16-be"):
        text = sample.decode(encoding, "replace").rstrip("\ufffd")
        letters = [char for char in text if not char.isspace()]
        common = len(_COMMON_SCRIPTS.findall(text))
        if letters and common * 20 >= len(letters) * 19:
            return encoding
    return ""


def _guess(data: bytes, language: str) -> tuple[str, str]:
    mixed = _mixed(data, language)
    if mixed is not None:
        return mixed
    page = _page_of(data[:65536], language)
    said = f"does not say its encoding: read as {_NAMES.get(page, page)}"
    try:
        return data.decode(page), said
    except UnicodeDecodeError:
        return data.decode(page, "replace"), f"{said}, some characters are lost"


def _page_of(sample: bytes, language: str) -> str:
    """The code page of a text: one of its language's own where that fits, else the likeliest."""
    pages = _LANGUAGE_PAGES.get(language, ())
    if sum(byte > 0x7F for byte in sample[:4096]) < _ENOUGH_TO_TELL:
        pages = next(((page,) for page in pages if likely_page(sample, (page,))), ())
    return likely_page(sample, pages) or likely_page(sample) or _detected(sample) or "cp1252"


def _mixed(data: bytes, language: str) -> tuple[str, str] | None:
    """Text that is UTF-8 in some lines and of another page in others, None when it is not that."""
    lines: list[str | bytes] = []
    sound = foreign = 0
    sample = b""
    for line in data.splitlines(keepends=True):
        try:
            lines.append(line.decode("utf-8"))
            sound += not line.isascii()
        except UnicodeDecodeError:
            lines.append(line)
            foreign += 1
            sample += line if len(sample) < 65536 else b""
    # Chance makes UTF-8 of a line of another encoding now and then, not of most lines.
    if not sound or sound < foreign:
        return None
    page = _page_of(sample, language)
    text = "".join(
        line if isinstance(line, str) else line.decode(page, "replace") for line in lines
    )
    return text, f"mixes UTF-8 with another encoding, which was read as {_NAMES.get(page, page)}"


def _detected(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return best.encoding if best is not None else ""
