"""Pictures: their sizes, and those of the workspace that travel inside the message.

The latter is what ``[render] images = "inline"`` asks for. Only files are read, never addresses,
and of those only what lies in the workspace and is a picture by its first bytes. What stays outside
is told with the reason.
"""

from __future__ import annotations

import hashlib
import html as entities
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from markdown_it.token import Token

MAX_BYTES = 400_000
"""Of one picture: more is a photograph that nobody has made ready for mail."""

MAX_BYTES_IN_ALL = 2_000_000

_SOURCE = re.compile(r"""(<img\b[^>]*?\ssrc=)(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
# A picture's path passes the sanitiser, which wants addresses, as one of nowhere.
_PATH_SOURCE = re.compile(r'(<img\b[^>]*?\ssrc=")(?=[^":/#?\\][^":]*")')
_NOWHERE = "https://digest.invalid/file/"
_SIZE = re.compile(r"\{(?:\s*(?:width|height)=\"?\d{1,4}\"?)+\s*\}")
_SIZE_VALUE = re.compile(r"(width|height)=\"?(\d+)")
_KINDS = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where pictures may lie: a source is sought beside issue.md in ``beside``, then in
    ``root``, and taken only when it lies in ``root`` in truth."""

    root: Path
    beside: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture in the message. ``source`` is how the HTML names its file."""

    source: str
    name: str
    subtype: str
    content_id: str
    content: bytes


class _Unfit(Exception):
    """Why a picture stays outside."""


def size_images(tokens: Sequence[Token]) -> None:
    """``![…](…){width=600 height=400}``: the pixels of a picture, for whoever never loads it."""
    for token in tokens:
        children = (token.children or []) if token.type == "inline" else []
        for image, after in pairwise(children):
            size = _SIZE.match(after.content) if image.type == "image" else None
            if size is None or after.type != "text":
                continue
            for name, value in _SIZE_VALUE.findall(size[0]):
                image.attrSet(name, value)
            after.content = after.content[size.end() :]


def with_addresses(html: str) -> str:
    """``html`` with the paths of pictures as addresses, until :func:`with_paths`."""
    return _PATH_SOURCE.sub(rf"\1{_NOWHERE}", html)


def with_paths(html: str) -> str:
    """``html`` with the paths back that :func:`with_addresses` took out."""
    return html.replace(f'src="{_NOWHERE}', 'src="')


def find_pictures(
    html: str, shelf: Shelf
) -> tuple[tuple[Picture, ...], tuple[tuple[str, str], ...]]:
    """The pictures of ``html`` that are files of the workspace, each once; then the sources of
    those that stay outside, each with the reason.

    Their identities come from their bytes: the same picture has the same one everywhere.
    """
    pictures: list[Picture] = []
    outside: list[tuple[str, str]] = []
    taken = 0
    for source in _sources(html):
        try:
            picture = _read(source, shelf)
            if taken + len(picture.content) > MAX_BYTES_IN_ALL:
                raise _Unfit(f"all pictures together would have over {MAX_BYTES_IN_ALL:,} bytes")
        except _Unfit as unfit:
            outside.append((source, str(unfit)))
            continue
        taken += len(picture.content)
        pictures.append(picture)
    return tuple(pictures), tuple(outside)


def name_by_id(html: str, pictures: tuple[Picture, ...]) -> str:
    """``html`` with the sources of ``pictures`` replaced by their Content-IDs (RFC 2392)."""
    ids = {picture.source: picture.content_id for picture in pictures}

    def replaced(match: re.Match[str]) -> str:
        found = ids.get(entities.unescape(match[2] or match[3] or ""))
        return f'{match[1]}"cid:{found}"' if found else match[0]

    return _SOURCE.sub(replaced, html) if ids else html


def _sources(html: str) -> Iterator[str]:
    """The relative sources, each once, in order."""
    seen = set()
    for match in _SOURCE.finditer(html):
        source = entities.unescape(match[2] or match[3] or "")
        if source and source not in seen and _is_relative(source):
            seen.add(source)
            yield source


def _is_relative(source: str) -> bool:
    try:
        parts = urlsplit(source)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc and bool(parts.path)


def _read(source: str, shelf: Shelf) -> Picture:
    relative = unquote(urlsplit(source).path)
    root = shelf.root.resolve()
    try:
        places = [(folder / relative).resolve() for folder in (shelf.beside, shelf.root)]
        path = next((place for place in places if place.is_file()), None)
        if path is None:
            raise _Unfit("there is no such file beside issue.md or in the workspace")
        if not path.is_relative_to(root):
            raise _Unfit("it lies outside the workspace")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise _Unfit(f"it cannot be read ({error})") from error
    if len(content) > MAX_BYTES:
        raise _Unfit(f"it has more than {MAX_BYTES:,} bytes")
    subtype = next((kind for magic, kind in _KINDS if content.startswith(magic)), None)
    if subtype is None:
        raise _Unfit("it is no PNG, JPEG or GIF")
    name = hashlib.sha256(content + b"\0" + source.encode("utf-8", "replace")).hexdigest()[:32]
    return Picture(
        source=source,
        name=path.name,
        subtype=subtype,
        content_id=f"{name}@digest.invalid",
        content=content,
    )
