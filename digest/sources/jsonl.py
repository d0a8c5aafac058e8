"""Articles written as JSON: one a line (.jsonl, .ndjson, standard input) or a list (.json).

The fields are those of CONTRACT §3. ``id`` and ``first_seen`` are digest's own business: an
input's values are ignored.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from digest.dates import parse_stamp
from digest.errors import ArticleError, SourceError
from digest.markup import clean_text
from digest.model.article import Image, Link, When
from digest.model.candidate import Fact
from digest.model.facts import Facts
from digest.urls import canonical_url, host_label

# Bad lines of one input that are named one by one; the others are counted.
_NAMED_LINES = 20
KEYS: dict[Fact, tuple[str, ...]] = {
    "title": ("title",),
    "summary": ("summary", "description"),
    "url": ("url", "link"),
    "published": ("published", "date_published", "publishedAt", "date"),
    "updated": ("updated", "date_modified"),
    "source": ("source",),
    "authors": ("authors", "author"),
    "language": ("language",),
    "image": ("image",),
    "text": ("text", "content_text"),
}
"""The fields of an object that state a fact, in the order in which they are believed."""
_LIST_KEYS = ("articles", "items")


def read_lines(
    file: BinaryIO, *, name: str, timezone: str, max_bytes: int, explain: bool = False
) -> Iterator[Facts | SourceError]:
    """The facts of each line, while lines are read; a SourceError for each bad one.

    ``name`` is the input as errors show it. A line of more than ``max_bytes`` is a bad one.
    An input that begins with ``[`` is read as one list, whole.
    """
    bad = 0
    for number, line in enumerate(_split(file, max_bytes), start=1):
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
            if line.lstrip().startswith(b"["):
                yield from read_json(
                    line + file.read(max_bytes + 1),
                    name=name,
                    timezone=timezone,
                    max_bytes=max_bytes,
                    explain=explain,
                )
                return
        if not line.strip():
            continue
        where = f"{name}:{number}"
        try:
            if len(line) > max_bytes:
                raise _too_large(where, "line", max_bytes)
            value = _load(line, where)
            facts = read_object(value, where=where, fragment=str(number), timezone=timezone)
            yield _explained(facts, value, timezone) if explain else facts
        except SourceError as error:
            bad += 1
            if bad <= _NAMED_LINES:
                yield error
    if bad > _NAMED_LINES:
        yield ArticleError(
            f"{bad - _NAMED_LINES:,} more lines could not be read", name, "mend or delete them"
        )


def read_json(
    data: bytes, *, name: str, timezone: str, max_bytes: int, explain: bool = False
) -> Iterator[Facts | SourceError]:
    """The facts of a list of articles, of an object that holds one under ``articles`` or
    ``items``, or of a single article. Raises SourceError when the data is none of these."""
    if len(data) > max_bytes:
        raise _too_large(name, "document", max_bytes)
    if not data.strip():
        raise ArticleError("empty", name, "write something into it, or remove it")
    value = _load(data, name)
    if isinstance(value, dict):
        listed = next((value[key] for key in _LIST_KEYS if isinstance(value.get(key), list)), None)
        value = [value] if listed is None else listed
    if not isinstance(value, list):
        raise ArticleError("holds no list of articles", name, "write a JSON list of objects")
    return _read_list(value, name, timezone, explain=explain)


def read_object(value: object, *, where: str, fragment: str, timezone: str) -> Facts:
    """The facts of one JSON object; raises ArticleError when it cannot be an article."""
    if not isinstance(value, dict):
        raise ArticleError("not a JSON object", where, 'write {"title": …, "url": …}')
    fields = _Fields(value)
    title, url = fields.text(*KEYS["title"]), fields.text(*KEYS["url"]) or None
    text = fields.text(*KEYS["text"])
    summary = fields.text(*KEYS["summary"])
    if not (title or url or text):
        raise ArticleError("has no title, url or text", where, "add at least one of them")
    published = fields.when(*KEYS["published"], timezone=timezone)
    updated = fields.when(*KEYS["updated"], timezone=timezone)
    return Facts(
        title=title,
        summary=summary,
        text=text,
        url=url,
        published=published,
        updated=updated,
        source=fields.link("source", page=url),
        authors=fields.names(*KEYS["authors"]),
        language=fields.text("language"),
        image=fields.image("image"),
        categories=fields.names("categories", "tags"),
        guid=fields.text("guid") or None,
        fragment=fragment,
        problems=tuple(fields.problems),
    )


class _Fields:
    """Reads the fields of one object; what has the wrong type is left out with a problem."""

    __slots__ = ("_value", "problems")

    def __init__(self, value: dict[str, Any]) -> None:
        self._value = value
        self.problems: list[str] = []

    def text(self, *keys: str) -> str:
        key, value = self._find(keys)
        if value is None:
            return ""
        if isinstance(value, str):
            return clean_text(value)
        self._complain(key, "text")
        return ""

    def when(self, *keys: str, timezone: str) -> When | None:
        key, value = self._find(keys)
        if not value:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = repr(value)
        if not isinstance(value, str):
            self._complain(key, "a date such as 2025-04-24 or 2025-04-24T09:10:00+09:00")
            return None
        when, problem = parse_stamp(value, basis=f"json:{keys[0]}", timezone=timezone)
        if problem:
            self.problems.append(problem)
        return when

    def link(self, key: str, *, page: str | None) -> Link | None:
        """A publisher; one that is a bare name has the site of its article's ``page``."""
        value = self._value.get(key)
        name: object = value
        url: object = None
        if isinstance(value, dict):
            name, url = value.get("name"), value.get("url")
        elif isinstance(value, str) and value.startswith(("http://", "https://")):
            name, url = "", value
        name = clean_text(name) if isinstance(name, str) else ""
        address = url if isinstance(url, str) and host_label(url) else None
        if name and not url:
            address = _site(page)
        if name or address:
            return Link(name=name or host_label(address or ""), url=address)
        if value:
            self._complain(key, 'a name or {"name": …, "url": …}')
        return None

    def names(self, *keys: str) -> tuple[str, ...]:
        key, value = self._find(keys)
        if not value:
            return ()
        found = []
        for entry in value if isinstance(value, list) else [value]:
            name = entry.get("name") if isinstance(entry, dict) else entry
            if isinstance(name, str):
                found.append(clean_text(name))
            else:
                self._complain(key, "a list of names")
        return tuple(name for name in found if name)

    def image(self, key: str) -> Image | None:
        value = self._value.get(key)
        if not value:
            return None
        fields = value if isinstance(value, dict) else {"url": value}
        url = fields.get("url")
        if not isinstance(url, str) or not host_label(url):
            self._complain(key, 'an address or {"url": …, "alt": …}')
            return None
        alt = fields.get("alt")
        return Image(
            url=url,
            alt=clean_text(alt) if isinstance(alt, str) else "",
            width_px=_pixels(fields.get("width_px")),
            height_px=_pixels(fields.get("height_px")),
        )

    def _find(self, keys: tuple[str, ...]) -> tuple[str, Any]:
        for key in keys:
            value = self._value.get(key)
            if value is not None:
                return key, value
        return keys[0], None

    def _complain(self, key: str, wanted: str) -> None:
        problem = f"{key} left out: not {wanted}"
        if problem not in self.problems:
            self.problems.append(problem)


def _explained(facts: Facts, value: Any, timezone: str) -> Facts:
    from digest.sources.weighedjson import weigh_object

    return replace(facts, candidates=weigh_object(facts, value, timezone=timezone))


def _read_list(
    values: list[Any], name: str, timezone: str, *, explain: bool
) -> Iterator[Facts | SourceError]:
    for number, value in enumerate(values, start=1):
        where = f"{name}#{number}"
        try:
            facts = read_object(value, where=where, fragment=str(number), timezone=timezone)
            yield _explained(facts, value, timezone) if explain else facts
        except ArticleError as error:
            yield error


def _split(file: BinaryIO, max_bytes: int) -> Iterator[bytes]:
    """Lines of at most ``max_bytes + 1`` bytes; the rest of a longer one is passed over."""
    while line := file.readline(max_bytes + 1):
        yield line
        while len(line) > max_bytes and not line.endswith(b"\n"):
            line = file.readline(max_bytes + 1)
            if not line:
                return


def _load(data: bytes, where: str) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ArticleError("not UTF-8", where, "save it as UTF-8") from error
    except json.JSONDecodeError as error:
        place = f"column {error.colno}" if error.lineno == 1 else f"line {error.lineno}"
        raise ArticleError(
            f"not JSON: {error.msg[0].lower()}{error.msg[1:]} at {place}",
            where,
            "mend or delete it",
        ) from error
    except (ValueError, RecursionError) as error:
        raise ArticleError("not JSON that can be read", where, "mend or delete it") from error


def _site(page: str | None) -> str | None:
    """The home page of the site that an article's page is on."""
    address = canonical_url(page) if page else None
    if address is None:
        return None
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}/"


def _pixels(value: object) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and isinstance(value, int) and 0 < value < 100_000 else None


def _too_large(where: str, what: str, max_bytes: int) -> ArticleError:
    return ArticleError(
        f"{what} larger than {max_bytes:,} bytes", where, "raise max_bytes in [gather]"
    )
