"""Bytes to text, and broken XML to XML: what readers of feeds have to put up with.

Nothing here reaches outside: document types are cut off before any parser sees them, so that
no external entity is ever asked for and no entity expands into another.
"""

from __future__ import annotations

import codecs
import html.entities
import re
from typing import Any

from digest.errors import FeedError
from digest.markup import decode_as

_MAX_ENTITY_TEXT = 2_000
_MAX_EXPANSION = 100_000
# The parser looks prefixes up one after another: each costs all that follow.
_MAX_PREFIXES = 100

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The first "<" or "<?" of a document without a byte order mark (XML 1.0, appendix F).
_SHAPES = (
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0<\0", "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"\0{\0", "utf-16-be"),
    (b"{\0", "utf-16-le"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([A-Za-z0-9._:-]+)")
_HTTP_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]+)", re.IGNORECASE)
_PROLOG = re.compile(r"^\s*<\?xml\b[^>]*>\s*")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_ROOT = re.compile(
    r"<(?:[A-Za-z_][\w.-]{0,40}:)?(?:rss|rdf|feed|channel|urlset|sitemapindex)(?=[\s>])",
    re.IGNORECASE,
)
_START = re.compile(r"<(?:\?xml\b|!DOCTYPE|!--)", re.IGNORECASE)
_BEFORE_DOCTYPE = re.compile(
    r"(?>\s*(?:(?>(?><!--.*?-->)|(?><\?.*?\?>))\s*)*)(?=<!DOCTYPE)", re.DOTALL | re.IGNORECASE
)
_SUBSET_END = re.compile(r"\]\s*>")
_ENTITY = re.compile(r"<!ENTITY\s+([\w.-]+)\s+(?:\"([^\"]*)\"|'([^']*)')\s*>")
_DECLARED_ENTITY = re.compile(r"<!ENTITY\s+(?:%\s*)?([\w.-]+)")
_ENTITY_REFERENCE = re.compile(r"&([\w.-]+);")
_REFERENCE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)"
    r"|&(?:#(?:[xX](?P<hex>[0-9a-fA-F]{1,8})|(?P<decimal>[0-9]{1,8}));|(?P<name>[A-Za-z_][\w.-]*);)?"
    r"|<(?![A-Za-z_/!?])",
    re.DOTALL,
)
_KEPT_ENTITIES = frozenset(["amp", "lt", "gt", "quot", "apos"])
_PREFIX = re.compile(r"</?([A-Za-z_][\w.-]*):[A-Za-z_]|\s([A-Za-z_][\w.-]*):[\w.-]+\s*=")
_DECLARED_PREFIX = re.compile(r"xmlns:([A-Za-z_][\w.-]*)")
_ROOT_TAG = re.compile(r"<([A-Za-z_][\w.:-]*)")
_WELL_KNOWN = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xlink": "http://www.w3.org/1999/xlink",
}
_MARKUP_HOLDERS = re.compile(
    r"<(?P<name>title|description|summary|content:encoded|itunes:summary)(?P<rest>\s[^<>]*)?>"
    r"(?P<inner>(?:(?!</?(?:item|entry|channel)\b|<(?P=name)[\s>]).){0,500000}?)</(?P=name)\s*>",
    re.DOTALL,
)


def decode(data: bytes, content_type: str = "") -> tuple[str, tuple[str, ...]]:
    """The text of a feed and what was odd about its encoding.

    Order: byte order mark, the shape of the first bytes, the XML declaration, the charset of
    ``content_type``, UTF-8, windows-1252; the first that decodes wins. ``text/xml`` without a
    charset is not US-ASCII.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), ()
    for shape, encoding in _SHAPES:
        if data.startswith(shape):
            if encoding != "cp037":
                return data.decode(encoding, "replace"), ()
            return _decode_ebcdic(data), ()
    found = _DECLARED.match(data[:400])
    declared = found[1].decode() if found else ""
    header = _HTTP_CHARSET.search(content_type)
    stated = header[1] if header else ""
    for name in (declared, stated, "utf-8", "windows-1252"):
        text = decode_as(data, name)
        if text is None:
            continue
        if declared and name != declared:
            return text, (f"declared as {declared}, read as {name}",)
        if not declared and name == "windows-1252":
            return text, ("no encoding fits, read as windows-1252",)
        return text, ()
    raise AssertionError("windows-1252 decodes every byte")


def _decode_ebcdic(data: bytes) -> str:
    declaration = _DECLARED.match(data[:400].decode("cp037").encode("ascii", "replace"))
    name = declaration[1].decode() if declaration else "cp037"
    try:
        return data.decode(name, "replace")
    except (LookupError, UnicodeError):  # no such encoding, or none that replaces
        return data.decode("cp037", "replace")


def parse_xml(data: bytes, content_type: str = "") -> tuple[Any, tuple[str, ...], bool]:
    """The root element, what had to be repaired, and whether the last entry is cut in two.

    Well-formed UTF-8 without a document type goes straight to the parser; everything else is
    decoded, repaired step by step, and at last read with a parser that recovers. Raises
    FeedError (``not-a-feed``) when nothing is left to read.
    """
    from lxml import etree

    head = data[:400]
    declared = _DECLARED.match(head)
    plain = (
        (declared is None or declared[1].lower() == b"utf-8")
        and (declared is not None or "charset" not in content_type.lower())
        and b"<!DOCTYPE" not in data
        and b"<!doctype" not in data[:2000]
        and b"<!ENTITY" not in data
    )
    if plain:
        try:
            return etree.fromstring(data, _parser(recover=False)), (), False
        except etree.XMLSyntaxError:
            pass
    text, problems = decode(data, content_type)
    return _parse_text(text, list(problems))


def _parse_text(text: str, problems: list[str]) -> tuple[Any, tuple[str, ...], bool]:
    from lxml import etree

    text = _from_root(text, problems)
    text = _without_doctype(text, problems)
    repaired = False
    for repair in (_unchanged, _resolve, _declare_prefixes, _wrap_markup):
        changed = repair(text)
        if changed == text and repaired:
            continue
        text, repaired = changed, True
        try:
            root = etree.fromstring(text.encode("utf-8", "replace"), _parser(recover=False))
        except (etree.XMLSyntaxError, ValueError) as error:
            reason = error
            continue
        if repair is not _unchanged:
            problems.append("repaired: it is not well-formed XML")
        return root, tuple(problems), False
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), _parser(recover=True))
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        raise FeedError(f"broken XML: {_short(reason)}", status="not-a-feed")
    if f"</{_qualified(root)}" in text[-4000:]:
        problems.append(f"repaired: broken XML ({_short(reason)})")
        return root, tuple(problems), False
    problems.append("repaired: the document breaks off")
    return root, tuple(problems), _ends_in_an_entry(text)


def _ends_in_an_entry(text: str) -> bool:
    opened = max(text.rfind("<item"), text.rfind("<entry"))
    return opened > max(text.rfind("</item"), text.rfind("</entry"))


def _parser(*, recover: bool) -> Any:
    from lxml import etree

    return etree.XMLParser(
        encoding="utf-8",
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
    )


def _qualified(root: Any) -> str:
    name = str(root.tag).rpartition("}")[2]
    return f"{root.prefix}:{name}" if root.prefix else name


def _short(error: object) -> str:
    return " ".join(str(error).split())[:120]


def _from_root(text: str, problems: list[str]) -> str:
    """The document from its root or document type on, without its XML declaration."""
    stripped = text.lstrip("\ufeff\0 \t\r\n")
    before = text[: len(text) - len(stripped)].strip("\ufeff")
    if before and stripped.startswith("<?xml"):
        problems.append("repaired: white space before the XML declaration")
    text = stripped
    if not _START.match(text) and not _ROOT.match(text):
        start = text.find("<?xml")
        root = _ROOT.search(text)
        if start < 0 or (root is not None and root.start() < start):
            start = root.start() if root is not None else -1
        if start > 0:
            problems.append("repaired: text before the XML declaration")
            text = text[start:]
    return _PROLOG.sub("", text, count=1)


def _without_doctype(text: str, problems: list[str]) -> str:
    """``text`` without its document type, the type's own text entities put in."""
    before = _BEFORE_DOCTYPE.match(text)
    if before is None:
        return text
    start = before.end()
    end, bracket = text.find(">", start), text.find("[", start)
    subset = ""
    if 0 <= bracket < end:
        closed = _SUBSET_END.search(text, bracket)
        if closed is None:
            return text
        subset, end = text[bracket + 1 : closed.start()], closed.end() - 1
    text = text[:start] + text[end + 1 :]
    values = dict.fromkeys(_DECLARED_ENTITY.findall(subset), "")
    for name, double, single in _ENTITY.findall(subset):
        value = html.unescape(double or single) if len(double or single) <= _MAX_ENTITY_TEXT else ""
        if value and not values.get(name) and not re.search(r"&[A-Za-z_]|%", double or single):
            values[name] = value
    spent = 0

    def put_in(match: re.Match[str]) -> str:
        nonlocal spent
        value = values.get(match[1])
        if value is None:
            return match[0]
        spent += len(value)
        return _escaped(value) if spent <= _MAX_EXPANSION else ""

    if not all(values.values()):
        problems.append("repaired: entities that are not plain text were left out")
    return _ENTITY_REFERENCE.sub(put_in, text) if values else text


def _unchanged(text: str) -> str:
    return text


def _resolve(text: str) -> str:
    """Control characters out; HTML entities resolved; ``&`` and ``<`` that mean themselves."""

    def resolve(match: re.Match[str]) -> str:
        whole = match[0]
        if whole == "<":
            return "&lt;"
        if whole[0] == "<":
            return whole
        if whole == "&":
            return "&amp;"
        name = match["name"]
        if name is not None:
            if name in _KEPT_ENTITIES:
                return whole
            value = html.entities.html5.get(name + ";") or html.entities.html5.get(name)
            return _escaped(value) if value else f"&amp;{name};"
        code = int(match["hex"], 16) if match["hex"] else int(match["decimal"])
        if code > 0x10FFFF or _NOT_XML.match(chr(code)):
            return ""
        return whole.lower()

    return _REFERENCE.sub(resolve, _NOT_XML.sub("", text))


def _escaped(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _declare_prefixes(text: str) -> str:
    """Name space prefixes that are used and not declared, declared on the root."""
    used = {first or second for first, second in _PREFIX.findall(text)} - {"xml", "xmlns"}
    missing = sorted(used.difference(_DECLARED_PREFIX.findall(text)))[:_MAX_PREFIXES]
    root = _ROOT_TAG.search(text)
    if not missing or root is None:
        return text
    declarations = "".join(
        f' xmlns:{prefix}="{_WELL_KNOWN.get(prefix.lower(), "urn:undeclared:" + prefix)}"'
        for prefix in missing
    )
    return text[: root.end()] + declarations + text[root.end() :]


def _wrap_markup(text: str) -> str:
    """HTML that stands bare in a text element, as text."""

    def wrap(match: re.Match[str]) -> str:
        inner = match["inner"]
        if "<" not in inner or "<![CDATA[" in inner or 'type="xhtml"' in (match["rest"] or ""):
            return match[0]
        name, rest = match["name"], match["rest"] or ""
        return f"<{name}{rest}>{inner.replace('<', '&lt;').replace('>', '&gt;')}</{name}>"

    return _MARKUP_HOLDERS.sub(wrap, text)
