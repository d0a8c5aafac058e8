"""A headline without the name of its site, where another line proves that it is that."""

from __future__ import annotations

import re

from digest.model.article import Link
from digest.urls import host_label

_JOINT = re.compile(r"\s+(?:[|·•¦»«›‹~/]|[–—－-]|::|//)\s+|\s*[｜┃]\s*")
_PREFIX = re.compile(r"(?P<name>[^:：]{3,60})[:：]\s+")
_BRACKETS = re.compile(r"\s*[(\[（【](?P<name>[^()\[\]（）【】]{3,60})[)\]）】]$")
_SMALL = re.compile(r"^(?:the|der|die|das|le|la|les|el|il|lo|o|a|de|het)\s+", re.IGNORECASE)
_SECTION_WORDS = 2
_LEFT = 8
"""Characters that must be left: a headline is no word."""


def without_site(title: str, source: Link | None, *, published_by: str = "") -> str:
    """``Monks take up bees`` of ``Monks take up bees « Abbey Road Weekly``.

    The part at an end must be the source's name, its host, or the host's own word. A rubric
    between the two (``… | News | Abbey Road Weekly``) goes with it. ``published_by`` is another
    name that the text states, as that of its publisher.
    """
    if source is None:
        return title
    known = _known(source) | ({_letters(published_by)} if published_by else set())
    return _without(title, known - {""})


def _without(title: str, known: set[str]) -> str:
    bracket = _BRACKETS.search(title)
    if bracket is not None and _is_site(bracket["name"], known):
        return _enough(title[: bracket.start()], title)
    joints = list(_JOINT.finditer(title))
    if joints:
        parts = [part.strip() for part in _JOINT.split(title)]
        places = [number for number, part in enumerate(parts) if _is_site(part, known)]
        last = len(parts) - 1
        if last in places or (last > 1 and last - 1 in places and _is_rubric(parts[last])):
            first = min(place for place in places if place >= last - 1)
            while first > 1 and _is_rubric(parts[first - 1]):
                first -= 1
            return _enough(title[: joints[first - 1].start()] if first else "", title)
        if 0 in places:
            return _enough(title[joints[0].end() :], title)
    prefix = _PREFIX.match(title)
    if prefix is not None and _is_site(prefix["name"], known):
        return _enough(title[prefix.end() :], title)
    return title


def _enough(shorter: str, title: str) -> str:
    return shorter.strip() if len(shorter.strip()) >= _LEFT or not shorter.isascii() else title


def _is_rubric(part: str) -> bool:
    return len(part.split()) <= _SECTION_WORDS and len(part) <= 20 and part[:1].isupper()


def _is_site(part: str, known: set[str]) -> bool:
    return _letters(part) in known or _letters(_SMALL.sub("", part)) in known


def _known(source: Link) -> set[str]:
    """The names that a source is known by: its own, its host's, with and without an article."""
    host = host_label(source.url or "") or (source.name if "." in source.name else "")
    labels = host.split(".")
    names = [source.name, _SMALL.sub("", source.name), host, *labels[:-1]]
    return {letters for name in names if len(letters := _letters(name)) > 2}


def is_kin(name: str, url: str | None) -> bool:
    """True for a name that a host bears whole: ``Odd Museums`` of ``oddmuseums.example``."""
    letters = _letters(name)
    return len(letters) > 4 and letters in {
        _letters(word) for word in host_label(url or "").split(".")[:-1]
    }


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()
