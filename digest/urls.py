"""Addresses of pages: one canonical form, so that the same page is the same text.

The canonical form must stay a link that works. So url-normalize settles the host (IDNA, case,
trailing dot), while paths and queries are only re-encoded where RFC 3986 calls for it: reserved
characters keep the form that the publisher chose, empty path segments stay, parameters keep
their order.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, unquote, urljoin

_MAX_LENGTH = 8192
_USUAL_LENGTH = 300
"""Longer addresses are refused: no page needs them, and every copy of one costs."""

_TRACKING_NAMES = """
    fbclid gclid gclsrc dclid gbraid wbraid gad_source gad_campaignid msclkid yclid ysclid twclid
    ttclid tblci obclid igshid igsh li_fat_id epik srsltid rb_clickid s_kwcid zanpid wickedid
    mc_cid mc_eid mkt_tok _hsenc _hsmi __hssc __hstc __hsfp hsctatracking vero_id vero_conv
    oly_anon_id oly_enc_id ck_subscriber_id elqtrackid elqtrack ml_subscriber ml_subscriber_hash
    _openstat xtor _ga _gl wt_mc wt.mc_id wt_zmc ns_source ns_mchannel ns_campaign ns_linkname
    ns_fee at_medium at_campaign at_custom1 at_custom2 at_custom3 at_custom4 at_link_id
    at_link_origin at_link_type at_ptr_name at_bbc_team at_format cmpid ftag guccounter
    guce_referrer guce_referrer_sig ref_src ref_url spm smid __twitter_impression _branch_match_id
"""
_TRACKING = frozenset(_TRACKING_NAMES.split())
_TRACKING_PREFIXES = ("utm_", "pk_", "piwik_", "mtm_", "matomo_", "hsa_", "sfmc_", "itm_", "stm_")

# Names that mean something on other sites: tracking only with one of these values.
_SAID_BY_VALUE = frozenset(["ref", "source", "src", "from", "cmp", "partner", "mod", "emc", "via"])
_CHANNELS = re.compile(
    r"(?:rss(?:[-_0-9].*)?|rss2|atom|feed|feeds|rssfeed|newsletter|email|twitter|facebook|share)",
    re.IGNORECASE,
)

_CLEAN = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
    r"/[\w.~!$&'()*+,;=:@/-]*(?:\?(?P<query>[\w.~!$'()*+,;=:@/?-]+(?:&[\w.~!$'()*+,;=:@/?-]+)*))?",
    re.ASCII,
)
_PARTS = re.compile(
    r"(?P<scheme>https?):[/\\]{2}(?P<authority>[^/\\?#]*)"
    r"(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.IGNORECASE | re.DOTALL,
)
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_-])?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_ESCAPED_AMPERSAND = re.compile(r"&(?:amp;|#0*38;)+", re.IGNORECASE)
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})?")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_DEFAULT_PORT = {"http": 80, "https": 443}


def canonical_url(url: str) -> str | None:
    """The one form of a page's address, ASCII only; None unless it is http(s) with a host.

    Tracking parameters, fragment (``#!`` and ``#/`` routes stay), user name and password,
    default port and a trailing dot of the host are gone; host and percent-escapes are in
    normal form. The scheme stays as it is. Never raises; canonical addresses come back as
    they are.
    """
    return _find_canonical(url) if len(url) <= _USUAL_LENGTH else _form_canonical(url)


def _form_canonical(url: str) -> str | None:
    clean = _CLEAN.fullmatch(url)
    if clean is not None and "/." not in url and len(url) <= _MAX_LENGTH:
        query = clean["query"]
        if query is None:
            return url
        if "&amp;" not in query.lower():
            kept = [part for part in query.split("&") if not _is_tracking(part)]
            page = url[: clean.start("query") - 1]
            return f"{page}?{'&'.join(kept)}" if kept else page
    return _canonical(url)


# Of one entry the address is asked for three or four times: as link, guid and page.
_find_canonical = lru_cache(maxsize=2048)(_form_canonical)


@lru_cache(maxsize=64)  # the facts of a page ask for the same host many times
def host_label(url: str) -> str:
    """The host as readers know it: without ``www.``, in Unicode; "" where there is none."""
    parts = _PARTS.match(url.strip())
    if parts is None:
        return ""
    authority = _authority(parts["authority"], parts["scheme"].lower())
    if authority is None:
        return ""
    host = authority if authority.startswith("[") else authority.partition(":")[0]
    host = host.removeprefix("www.") if host.count(".") > 1 else host
    return _unicode_host(host) if "xn--" in host else host


def join_url(base: str, link: str) -> str | None:
    """``link`` as it is meant on the page ``base``: absolute http(s), or None.

    The address is not canonical, but free of white space and control characters. ``base`` may
    be empty or relative, then only absolute links have an answer.
    """
    if len(link) <= _MAX_LENGTH and _CLEAN.fullmatch(link):
        return link
    link = _CONTROL.sub("", link).strip()
    if not link or len(link) > _MAX_LENGTH:
        return None
    before, mark, after = link.partition("?")
    if "\\" in before:
        link = before.replace("\\", "/") + mark + after
    try:
        joined = urljoin(_CONTROL.sub("", base).strip(), link)
    except ValueError:
        return None
    parts = _PARTS.fullmatch(joined)
    if parts is None or _authority(parts["authority"], parts["scheme"].lower()) is None:
        return None
    return joined.replace(" ", "%20")


def _canonical(url: str) -> str | None:
    url = _CONTROL.sub("", url).strip()
    if len(url) > _MAX_LENGTH:
        return None
    parts = _PARTS.fullmatch(_ESCAPED_AMPERSAND.sub("&", url))
    if parts is None:
        return None
    scheme = parts["scheme"].lower()
    authority = _authority(parts["authority"], scheme)
    if authority is None:
        return None
    path = _encode(parts["path"].replace("\\", "/"), "!$&'()*+,;=:@/")
    query = _query(parts["query"] or "")
    fragment = parts["fragment"] or ""
    fragment = _encode(fragment, "!$&'()*+,;=:@/?") if fragment.startswith(("!", "/")) else ""
    canonical = (
        f"{scheme}://{authority}{_without_dots(path)}"
        f"{'?' if query else ''}{query}{'#' if fragment else ''}{fragment}"
    )
    return canonical if len(canonical) <= _MAX_LENGTH else None


def _authority(text: str, scheme: str) -> str | None:
    """Host and port without user and default port; None when it is no host."""
    user, _, text = text.rpartition("@")
    if "[" in user or "]" in user:
        return None  # urllib.parse takes such a user's name for a host, and raises
    text = text.strip()
    if text.startswith("["):
        import ipaddress  # a millisecond that hardly any address needs

        host, bracket, port = text[1:].partition("]")
        try:
            host = f"[{ipaddress.IPv6Address(host).compressed}]"
        except ValueError:
            return None
        if not bracket or (port and not port.startswith(":")):
            return None
        port = port[1:]
    else:
        name, _, port = text.partition(":")
        found = _host(name)
        if found is None:
            return None
        host = found
    if not port:
        return host
    if not (port.isascii() and port.isdigit() and len(port) <= 5 and int(port) <= 65535):
        return None
    return host if int(port) == _DEFAULT_PORT[scheme] else f"{host}:{int(port)}"


@lru_cache(maxsize=1024)
def _host(name: str) -> str | None:
    from url_normalize.normalize_host import normalize_host

    name = unquote(name, errors="strict") if "%" in name and _decodes(name) else name
    try:
        host = normalize_host(name)
    except (ValueError, IndexError):
        return None
    return host if len(host) <= 253 and _HOST.fullmatch(host) else None


def _decodes(text: str) -> bool:
    try:
        unquote(text, errors="strict")
    except UnicodeDecodeError:
        return False
    return True


def _unicode_host(host: str) -> str:
    import idna

    try:
        return idna.decode(host)
    except UnicodeError:
        return host


def _encode(text: str, safe: str) -> str:
    """Percent-escapes in normal form, everything that may not stand bare escaped."""

    def normal(match: re.Match[str]) -> str:
        if match[1] is None:
            return "%25"
        byte = int(match[1], 16)
        return chr(byte) if byte in _UNRESERVED else f"%{byte:02X}"

    text = _ESCAPE.sub(normal, text)
    return quote(text, safe=safe + "%", errors="surrogatepass")


def _without_dots(path: str) -> str:
    """A path without ``.`` and ``..`` (RFC 3986 §5.2.4); empty segments are kept."""
    if not path:
        return "/"
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _query(query: str) -> str:
    parameters = _encode(query, "!$&'()*+,;=:@/?").split("&")
    return "&".join(part for part in parameters if part and not _is_tracking(part))


def _is_tracking(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    name = name.lower()
    if name in _SAID_BY_VALUE:
        return _CHANNELS.fullmatch(value) is not None
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)
