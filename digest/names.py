"""What an article is called: the names by which it is known again, wherever it turns up.

One page has many addresses (http and https, ``www.``, a trailing slash, AMP and mobile forms),
one entry many guids; a site that moves changes both. An article that shares one name with
another of the same source is that article. A short guid and a dated title are weak names: feeds
count from one again, and two reports of a day bear one title. They hold unless everything
else that is known speaks against them. Names are compared, never shown or fetched.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from digest.excerpt import count_words
from digest.model.article import Article
from digest.urls import canonical_url

# Shorter titles stand over different articles of one day: "Morning briefing", "Correction".
LEAST_WORDS = 3
_LEAST_TEXT = 80
"""Characters; what a document without address and guid is known by when its title is edited."""

_LEAST_GUID = 6
_PATH = re.compile(r"[/?]")
_WEB = re.compile(r"https?://", re.IGNORECASE)
_AMP_CACHE = re.compile(
    r"(?:www\.)?google\.[a-z.]{2,6}/amp/(?:s/)?(?P<google>[^/?#]+\.[^/?#]+/.*)"
    r"|[^/?#]+\.cdn\.ampproject\.org/[a-z]/(?:s/)?(?P<cdn>[^/?#]+\.[^/?#]+/.*)",
    re.DOTALL,
)
_OTHER_HOSTS = ("www.", "m.", "mobile.", "touch.", "amp.")
_AMP_END = re.compile(r"(?<=[^/])/amp(?:\.html)?$|(?<=[^/])\.amp(?=\.html?$)|(?<=[^/])\.amp$")
_INDEX_END = re.compile(r"/index\.(?:html?|php)$")
_AMP_START = re.compile(r"(?:/amp)+(?=/.)")
_AMP_PARAMETERS = frozenset(
    {"amp", "amp=", "amp=1", "amp=true", "outputtype=amp", "output=amp", "view=amp"}
)
_QUOTES = str.maketrans("‘’‛“”„‟–—‑\u00a0", '\'\'\'""""--- ')


def _page_name(url: str) -> str:
    """What all addresses of one page have in common; ``url`` is canonical.

    Without the scheme, ``www.`` and mobile hosts, trailing slash, index file and AMP forms. The
    order and the letters of path and query count.
    """
    name = url.partition("://")[2] or url
    host, _, path = name.partition("/")
    if (  # nearly every address: nothing of it is another form
        path
        and path[-1] != "/"
        and not ("?" in path or "amp" in path or "/index." in name or ".m." in host)
        and not host.startswith(_OTHER_HOSTS)
        and "ampproject" not in host
    ):
        return name
    cached = _AMP_CACHE.match(name) if "amp" in name else None
    if cached is not None:
        name = cached["google"] or cached["cdn"]
    address, mark, query = name.partition("?")
    host, slash, path = address.partition("/")
    host = _plain_host(host)
    path = slash + path
    if path.endswith("/"):
        path = path.rstrip("/")
    if "amp" in path:
        path = _AMP_END.sub("", path)
        if start := _AMP_START.match(path):
            path = path[start.end() :]
    if "/index." in path:
        path = _INDEX_END.sub("", path)
    if "amp" in query.lower() or (mark and host.endswith(".blogspot.com")):
        query = "&".join(part for part in query.split("&") if not _is_form(part, host))
    return f"{host}{path}?{query}" if query else f"{host}{path}"


# Matching asks for the same addresses again and again. Who needs a name once asks past the cache:
# a list of files would fill it.
page_name = lru_cache(maxsize=65_536)(_page_name)


def known_as(key: str) -> str:
    """The name that an item's key gives: its page's where it is an address, else itself."""
    return page_name(key) if key.startswith(("https://", "http://")) else key


def page_id(url: str) -> str:
    """The id of the article on a page: 16 hexadecimal digits, one for all its addresses."""
    return hashlib.sha256(_encode(f"url\0https://{_page_name(url)}")).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What an article is known by: facts, as issue.lock keeps them.

    ``via`` is the configured source that gave it; guid and title are names within it. ``url``
    is canonical. ``published`` is in ISO 8601, "" when no date is stated; ``text`` a hash of
    the words of a document that has neither address nor guid, ``said`` one of what any article
    says, which is no name and tells apart. What several articles of a source share is left
    empty: it is no name.
    """

    via: str = ""
    url: str = ""
    guid: str = ""
    title: str = ""
    published: str = ""
    text: str = ""
    said: str = ""

    def names(self) -> tuple[str, ...]:
        """Every name, the page's first. An article with one of them is the same article."""
        names = [page_name(self.url)] if self.url else []
        title = _fold(self.title)
        if self.guid:
            names.append(_hash("guid", self.via, _guid_name(self.guid)))
            if title and (path := _guid_path(self.guid)):
                names.append(_hash("guid", self.via, path, title))
        if self.text:
            names.append(_hash("text", self.via, self.text))
        if title and self.published:
            names += self._dated_names(title)
        return tuple(dict.fromkeys(names))

    def names_given(self) -> tuple[str, ...]:
        """The names, and what :func:`find_known` needs beside the weak ones among them."""
        given = [*self.names(), *self._by_guid(), *self._by_title()]
        if self.title and self.published and _says_little(self.guid):
            given.append(f"whole {_hash('guid', self.via, _guid_name(self.guid))}")
        if self._is_whole():
            titled = self._dated_names(_fold(self.title))
            given += (f"whole {name}" for name in titled if name.startswith("title:"))
        return tuple(dict.fromkeys(given))

    def _is_whole(self) -> bool:
        """Whether enough is known to tell it from another article of its title and day."""
        return bool((self.url or self.guid) and self.said and _days(self.published)[1])

    def _by_guid(self) -> list[str]:
        """What makes sure of a guid that says little: its title, and its day."""
        if not _says_little(self.guid):
            return []
        name = _guid_name(self.guid)
        title, (days, _) = _fold(self.title), _days(self.published)
        sure = [_hash("sure", self.via, name, title)] if title else []
        return sure + [_hash("sure", self.via, name, "\0", day) for day in days]

    def _by_title(self) -> list[str]:
        """What makes sure of a title: what the article says that day, and its very moment."""
        title, (days, instant) = _fold(self.title), _days(self.published)
        if not title:
            return []
        days = days if self.published else ("",)
        said = [_hash("said", self.via, title, day, self.said) for day in days if self.said]
        return [*said, _hash("moment", self.via, title, instant)] if instant else said

    def lasting_names(self) -> tuple[str, ...]:
        """Names for good, years after: a guid alone may have been used again by then, and a
        title, where its moment is known, for another article of the day."""
        title = _fold(self.title)
        if not (title and self.published):
            return ()
        _, instant = _days(self.published)
        names = [_hash("moment", self.via, title, instant)] if instant else self._dated_names(title)
        if self.guid:
            names.append(_hash("guid", self.via, _guid_name(self.guid), title, self.published))
        return tuple(names)

    def sure_of_guid(self, names: Mapping[str, str], key: str) -> str | None:
        """The key that a known guid stands for; None where title and day say otherwise."""
        sure = next((names[name] for name in self._by_guid() if name in names), None)
        return sure or (None if self.title and self.published else key)

    def sure_of_title(
        self, names: Mapping[str, str], name: str, key: str, offered: Collection[str]
    ) -> str | None:
        """The key that a known title of a day, or of a moment, stands for; None where all else
        says otherwise."""
        for sure in self._by_title():
            found = names.get(sure)
            says_so = sure.startswith("said:") or not self.said
            if found is not None and (says_so or found not in offered):
                return found
        is_other = self._is_whole() and names.get(f"whole {name}") == key
        return None if is_other or key in offered else key

    def known_by_words(self, names: Mapping[str, str]) -> str | None:
        """The key of what has no date, under its title and what it says."""
        return next((names[name] for name in self._by_title() if name in names), None)

    def _dated_names(self, title: str) -> list[str]:
        return list(_dated_names(self.via, title, self.title, self.published))

    def to_json(self) -> dict[str, str]:
        """The facts that there are."""
        facts = {
            "via": self.via,
            "url": self.url,
            "guid": self.guid,
            "title": self.title,
            "published": self.published,
            "text": self.text,
            "said": self.said,
        }
        return {name: value for name, value in facts.items() if value}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Signs:
        """The signs that a lock names; what is not text is as good as not there."""
        names = ("via", "url", "guid", "title", "published", "text", "said")
        return cls(**{name: fact for name in names if isinstance(fact := value.get(name), str)})


# A run asks for the names of an article twice: when it is first seen, and among known ones.
@lru_cache(maxsize=65_536)
def _dated_names(via: str, title: str, as_written: str, published: str) -> tuple[str, ...]:
    """A long title with its day, a short one with its very moment."""
    days, instant = _days(published)
    words = title.count(" ") + 1 if title.isascii() else count_words(as_written)
    if words >= LEAST_WORDS:
        return tuple(_hash("title", via, title, day) for day in days)
    return (_hash("moment", via, title, instant),) if instant else ()


def forget_computed() -> None:
    """Lets go of the names that were computed for articles which nobody holds any more."""
    page_name.cache_clear()
    _dated_names.cache_clear()


def find_known(
    article: Article, names: Mapping[str, str], offered: Collection[str] = ()
) -> str | None:
    """The key that an article is known by; None for one that is not known.

    ``names`` goes from what :meth:`Signs.names_given` gives to keys. ``offered`` are the keys of
    all articles of a run: one that is offered itself is another article, unless it says the same.
    A weak name counts for nothing where everything else is known and different: of a guid that
    says little title and day, of a dated title guid or address, moment and words. An article
    without a date is known by its title and words together.
    """
    signs = signs_of(article)
    for name in signs.names():
        key = names.get(name)
        if key is None:
            continue
        if name.startswith("guid:") and names.get(f"whole {name}") == key:
            key = signs.sure_of_guid(names, key)
        elif name.startswith(("title:", "moment:")):
            key = with_words(article).sure_of_title(names, name, key, offered)
        if key is not None:
            return key
    return None if signs.published else with_words(article).known_by_words(names)


def with_words(article: Article) -> Signs:
    """What an article is known by, with what it says."""
    words = " ".join((article.summary or article.text[:2000]).casefold().split())
    return replace(signs_of(article), said=_hash("words", words) if words else "")


def signs_of(article: Article) -> Signs:
    """What an article is known by, without what it says."""
    has_name = article.url or article.guid
    return Signs(
        via=article.via,
        url=article.url or "",
        guid=article.guid or "",
        title=article.title,
        published=article.published.isoformat() if article.published else "",
        text="" if has_name else hash_text(article.text),
    )


def hash_text(text: str) -> str:
    """A hash of a document's words; "" for a text too short to know it by."""
    words = " ".join(text.split())
    return _hash("words", words) if len(words) >= _LEAST_TEXT else ""


def _plain_host(host: str) -> str:
    for prefix in _OTHER_HOSTS:
        rest = host.removeprefix(prefix)
        if rest != host and "." in rest and not rest[-1].isdigit():
            host = rest
    language, mobile, rest = host.partition(".m.")
    # en.m.wikipedia.org
    return f"{language}.{rest}" if mobile and len(language) <= 3 and "." in rest else host


def _is_form(parameter: str, host: str) -> bool:
    """True for a parameter that only asks for another form of the page."""
    if parameter.lower() in _AMP_PARAMETERS:
        return True
    return parameter in {"m=0", "m=1"} and host.endswith(".blogspot.com")


# Of what is known of one article several names are made, one after another.
@lru_cache(maxsize=1024)
def _guid_page(guid: str) -> str:
    """The page that a guid is the address of; "" for any other guid."""
    guid = guid.strip()
    address = canonical_url(guid) if _WEB.match(guid) else None
    return page_name(address) if address else ""


def _guid_name(guid: str) -> str:
    return _guid_page(guid) or guid.strip()


@lru_cache(maxsize=1024)
def _says_little(guid: str) -> bool:
    """True for a guid that others may have as well: a small number, the address of the site."""
    name = _guid_name(guid)
    return bool(name) and (len(name) < _LEAST_GUID or (name != guid and not _PATH.search(name)))


def _guid_path(guid: str) -> str:
    """A guid that is an address, without scheme and host; "" where that says nothing."""
    page = _guid_page(guid)
    return _PATH.split(f"{page}/", maxsplit=1)[1].rstrip("/") if page else ""


@lru_cache(maxsize=1024)
def _days(published: str) -> tuple[tuple[str, ...], str]:
    """The days that a date names, in its own zone and in UTC, and its instant in UTC."""
    try:
        moment = datetime.fromisoformat(published)
        if published.endswith("+00:00"):
            return (moment.date().isoformat(),), moment.isoformat()
        if len(published) <= 10:
            return (date.fromisoformat(published).isoformat(),), ""
        utc = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return (), ""
    days = dict.fromkeys((moment.date().isoformat(), utc.date().isoformat()))
    return tuple(days), utc.isoformat()


@lru_cache(maxsize=1024)
def _fold(text: str) -> str:
    text = text[:1000]
    if text.isascii():
        return " ".join(text.lower().split())
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.translate(_QUOTES).split())


def _hash(*parts: str) -> str:
    content = "\0".join(parts).encode("utf-8", "surrogatepass")
    return f"{parts[0]}:{hashlib.blake2b(content, digest_size=8).hexdigest()}"


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
