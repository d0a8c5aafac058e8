"""HTML to clean plain text, and HTML that is safe to send by mail."""

from __future__ import annotations

import html as entities
import re
import unicodedata
from typing import Any

_MAX_LENGTH = 5_000_000
"""Characters of HTML that are read; the rest of a longer text is left out."""


# What browsers read for a name (WHATWG Encoding): the larger sets that people mean.
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_LABELS = {"x-sjis": "cp932", "x-gbk": "gb18030", "windows-949": "cp949"}
_NO_CHARSET = frozenset(
    ["idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7", "utf-8-sig"]
)
_WINDOWS = {
    code: char
    for code in range(0x80, 0xA0)
    if (char := bytes([code]).decode("cp1252", "ignore")) != ""
}


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DROPPED = _names(
    """
    script style template noscript iframe object embed svg head title textarea select canvas
    audio video
    """
)
_BLOCKS = _names(
    """
    address article aside blockquote body caption center dd details dialog div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p
    pre section summary table tbody td tfoot th thead tr ul
    """
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden", re.IGNORECASE
)

_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB06: "st"}
_INVISIBLE: dict[int, str | None] = {
    **dict.fromkeys(range(0x20), " "),
    0x7F: None,
    **dict.fromkeys(range(0x80, 0xA0), None),
    **_WINDOWS,  # never control characters in the wild, but Windows' quotes and dashes
    **dict.fromkeys([0xAD, 0x034F, 0x180E, 0x200B, 0x2060, 0xFEFF, 0xFFFE, 0xFFFF], None),
    **dict.fromkeys(range(0x2061, 0x2070), None),  # invisible operators, isolates
    **dict.fromkeys(range(0x202A, 0x202F), None),  # embeddings and overrides
    **dict.fromkeys(range(0xFFF0, 0xFFFC), None),  # annotation anchors; U+FFFC, U+FFFD stay
    **dict.fromkeys(range(0xE0001, 0xE0020), None),  # tags, except those that make flags
    **_LIGATURES,
}
_SURROGATE = re.compile("[\ud800-\udfff]")
_ATTRIBUTE = r"""\s++[A-Za-z_:][\w:.-]*+(?:\s*+=\s*+(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'=<>`]++))?+"""
_TAG = re.compile(
    rf"<(?P<end>/)?(?P<name>[A-Za-z][A-Za-z0-9]*+)(?:{_ATTRIBUTE})*+\s*+(?P<closed>/)?>"
)
# What HTML may leave out or put astray, parsers mend each in their way: the fast path reads
# only elements that stand where they may and that are closed in order.
_VOID = frozenset(["br", "hr", "img", "wbr"])
_WITHIN_LINES = _names(
    """
    a abbr b bdi bdo big br cite code del dfn em font i img ins kbd mark q s samp small span strike
    strong sub sup time tt u var wbr
    """
)
_CONTAINERS = _names(
    "article aside blockquote dd div figcaption figure footer header li main nav section td th"
)
_PLACES: dict[str, frozenset[str]] = {
    **dict.fromkeys(_CONTAINERS, frozenset(["", *_CONTAINERS])),
    **dict.fromkeys(_names("h1 h2 h3 h4 h5 h6 hr p dl ol table ul"), frozenset(["", *_CONTAINERS])),
    "li": _names("ol ul"),
    **dict.fromkeys(["dd", "dt"], _names("dl")),
    **dict.fromkeys(["thead", "tbody", "tfoot"], _names("table")),
    "tr": _names("thead tbody tfoot"),
    **dict.fromkeys(["td", "th"], _names("tr")),
}
_DEEPEST = 60
# What stands for a tag in the text, for those that the fast path knows.
_GAPS = {
    **dict.fromkeys(_WITHIN_LINES, ""),
    **dict.fromkeys(_BLOCKS & _PLACES.keys(), "\n\n"),
    **dict.fromkeys(_PLACES.keys() - _BLOCKS, ""),
    "br": "\n",
}
_VERBATIM = ("pre", "plaintext", "xmp", "listing", "noembed", "noframes", "math")
_HIDING_WORDS = ("hidden", "display", "mso-hide")
_PARSER_NEEDED = re.compile(
    rf"<(?:[!?]|(?:{'|'.join(sorted((*_DROPPED, *_VERBATIM), reverse=True))})(?![a-z0-9]))"
)
# Everything that cleaning is about, except white space: what has none of it is clean.
_NOISE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x9f\xad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufb00-\ufb06\ufeff\ufff0-\ufffb\ufffe\uffff\U000e0001-\U000e001f]"
)
_PRINTABLE_NOISE = re.compile("[\u034f\ufb00-\ufb06]")
# Joiners are letters' business in Persian, Indic scripts and emoji, and padding elsewhere.
_JOINERS = re.compile("[\u200c\u200d]+")
_BLANK_LINES = re.compile(r"\n\s*\n")
_EDGE_MARKS = "\u200e\u200f "

_TAGS = _names(
    """
    a abbr b blockquote br caption code dd del div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr
    i img ins li ol p pre q s small span strong sub sup table tbody td tfoot th thead tr u ul
    """
)
_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align"},
    "*": {"lang", "dir"},
}
_SCHEMES = {"http", "https", "mailto"}


def clean_text(text: str) -> str:
    """Plain text in NFC on one line: white space single, nothing invisible left.

    Control, zero-width and bidi-override characters, soft hyphens and lone surrogates are
    out, presentation ligatures (``ﬁ``) are letters again. Joiners stay where they join.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if not _is_clean(text) and _NOISE.search(text):
        text = _without_invisible(text)
    return " ".join(text.split())


def plain_text(html: str, *, paragraphs: bool = False) -> str:
    """The text that a reader of ``html`` sees, cleaned as by :func:`clean_text`.

    Entities are resolved; tags, comments, scripts, styles and hidden elements (the preheader
    padding of mails) are out; blocks and line breaks part words. With ``paragraphs`` blocks
    are parted by blank lines and line breaks stay, else everything is one line. What has no tag
    at all is no HTML: there the line ends and blank lines of the text itself are kept.
    """
    if not paragraphs:
        if "<" not in html:
            return clean_text(entities.unescape(html) if "&" in html else html)
        return clean_text("".join(_visible(html)))
    return _in_paragraphs("".join(_visible(html)) if "<" in html else entities.unescape(html))


def element_text(element: Any, *, paragraphs: bool = False) -> str:
    """What :func:`plain_text` gives, of an lxml element (HTML or XHTML) that is parsed already; ""
    for what stands among elements and is none, as a comment."""
    if not isinstance(element.tag, str):
        return ""
    if not paragraphs and len(element) == 0:
        # No children, not even comments: nothing to walk through.
        return "" if _is_hidden(element) else clean_text(element.text or "")
    text = "".join(_pieces(element))
    return _in_paragraphs(text) if paragraphs else clean_text(text)


def decode_as(data: bytes, label: str) -> str | None:
    """``data`` in the charset that browsers mean by ``label``.

    None when no such charset is known, or the bytes do not fit it. UTF-16 and UTF-32 have no
    answer here: whoever read the label byte by byte has shown that the text is neither.
    """
    import codecs

    try:
        codec = codecs.lookup(_LABELS.get(label.strip().lower(), label.strip())).name
    except (LookupError, ValueError):
        return None
    codec = _MEANT.get(codec, codec)
    if codec in _NO_CHARSET or codec.startswith(("utf-16", "utf-32")):
        return None
    if codec == "cp1252":  # five bytes have no character: they pass as the control they are
        return data.decode("latin-1").translate(_WINDOWS)
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None


def sanitise(html: str) -> str:
    """``html`` with nothing left that could act: an allow-list fit for mail.

    No scripts, styles, forms, frames, classes or event handlers; links go to http, https or
    mailto, images to http and https, and relative addresses are dropped.
    """
    import nh3

    return str(
        nh3.clean(
            _SURROGATE.sub("", html[:_MAX_LENGTH]),
            tags=set(_TAGS),
            attributes=_ATTRIBUTES,
            attribute_filter=_keep_attribute,
            url_schemes=_SCHEMES,
            link_rel=None,
        )
    )


def _in_paragraphs(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if _is_clean(text):
        clean = _lightly_spaced if "  " in text else str.strip
    else:
        clean = clean_text if _NOISE.search(text) else _single_spaced
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    blocks = []
    for block in _BLANK_LINES.split(text):
        if "\n" in block:
            block = "\n".join(filter(None, map(clean, block.split("\n"))))
        else:
            block = clean(block)
        if block:
            blocks.append(block)
    return "\n\n".join(blocks)


def _is_clean(text: str) -> bool:
    """Whether only blanks and line ends of ``text`` may have to be cleaned: five times faster
    than finding what there is to clean."""
    return text.replace("\n", " ").isprintable() and (
        text.isascii() or not _PRINTABLE_NOISE.search(text)
    )


def _lightly_spaced(text: str) -> str:
    return " ".join(text.split()) if "  " in text else text.strip()


def _single_spaced(text: str) -> str:
    return " ".join(text.split())


def _keep_attribute(tag: str, name: str, value: str) -> str | None:
    if name not in ("href", "src"):
        return value
    allowed = ("http://", "https://", "mailto:") if tag == "a" else ("http://", "https://")
    return value if value.strip().lower().startswith(allowed) else None


def _without_invisible(text: str) -> str:
    text = unicodedata.normalize("NFC", _SURROGATE.sub("", text)).translate(_INVISIBLE)
    return _JOINERS.sub(_joiner, text).strip(_EDGE_MARKS)


def _joiner(match: re.Match[str]) -> str:
    text, start, end = match.string, match.start(), match.end()
    if start == 0 or end == len(text):
        return ""
    before, after = text[start - 1], text[end]
    joins = all(
        ord(char) > 0x2FF and unicodedata.category(char)[0] in "LMS" for char in (before, after)
    )
    return match[0][0] if joins else ""


def _visible(html: str) -> list[str]:
    """The visible text of ``html`` in pieces."""
    simple = _simple(html)
    if simple is not None:
        return [simple]
    from lxml import etree

    parser = etree.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=False)
    source = _SURROGATE.sub("", html[:_MAX_LENGTH]).replace("\0", "")
    root = etree.fromstring(f"<html><body>{source}", parser)
    return [] if root is None else _pieces(root)


def _simple(html: str) -> str | None:
    """What :func:`_pieces` gives, without a parser; None where only a parser can tell.

    Most texts of feeds are a few paragraphs with links: whole tags, nothing hidden, nothing
    verbatim. This is several times faster for them.
    """
    lowered = html.lower()
    if len(html) > 200_000 or "\0" in html or any(word in lowered for word in _HIDING_WORDS):
        return None
    if _PARSER_NEEDED.search(lowered):
        return None
    text = _untagged(html.replace("\r", " ").replace("\n", " "))
    if text is None or "<" in text:
        return None
    return entities.unescape(text) if "&" in text else text


def _untagged(html: str) -> str | None:
    """``html`` with blank lines and line ends for its tags, None unless they are in order."""
    # Text, end, name, closed, text, …: the texts are cut out and joined by C, tags alone walk here.
    parts = _TAG.split(html)
    names = parts[2::4]
    try:
        gaps = [_GAPS[name] for name in names]
    except KeyError:  # in capitals, or nothing for the fast path
        names = [name.lower() for name in names]
        if not _GAPS.keys() >= set(names):
            return None
        gaps = [_GAPS[name] for name in names]
    opened = [""]
    for end, name, closed in zip(parts[1::4], names, parts[3::4], strict=True):
        if end:
            if name != opened.pop():
                return None
            continue
        places = _PLACES.get(name)
        if places is None:
            if name == "a" and "a" in opened:
                return None
        elif opened[-1] not in places:
            return None
        if name not in _VOID:
            if closed or len(opened) > _DEEPEST:
                return None
            opened.append(name)
    pieces = [""] * (2 * len(gaps) + 1)
    pieces[::2], pieces[1::2] = parts[::4], gaps
    return "".join(pieces)


def _pieces(root: Any) -> list[str]:
    """The visible text of a tree; a block's edges are blank lines, ``<br>`` a line end.

    White space of the source is folded to blanks, except in ``<pre>``. Walks without
    recursion, for trees of any depth.
    """
    from lxml import etree

    pieces: list[str] = []
    hidden: Any = None
    verbatim = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        name = element.tag
        if not isinstance(name, str):  # a comment, an instruction, an entity: only its tail
            if hidden is None and event in ("comment", "pi"):
                _add(pieces, element.tail, verbatim)
            continue
        if name[0] == "{":
            name = name.rpartition("}")[2]
        if event == "start":
            if hidden is not None:
                continue
            if (name in _DROPPED and element is not root) or _is_hidden(element):
                hidden = element
                continue
            if name in _BLOCKS:
                pieces.append("\n\n")
                verbatim += name == "pre"
            elif name == "br":
                pieces.append("\n")
            _add(pieces, element.text, verbatim)
            continue
        if hidden is element:
            hidden = None
            if name in _BLOCKS:
                pieces.append("\n\n")
        elif hidden is not None:
            continue
        elif name in _BLOCKS:
            pieces.append("\n\n")
            verbatim -= name == "pre"
        if element is not root:
            _add(pieces, element.tail, verbatim)
    return pieces


def _add(pieces: list[str], text: str | None, verbatim: int) -> None:
    if text:
        pieces.append(text if verbatim else text.replace("\r", " ").replace("\n", " "))


def _is_hidden(element: Any) -> bool:
    attributes = element.attrib
    if not attributes:
        return False
    style = attributes.get("style")
    return "hidden" in attributes or (style is not None and _HIDDEN.search(style) is not None)
