"""Hashes in issue.lock: of what an issue was composed from, of what came out, of the lock itself.

With them an issue can be rebuilt from its lock alone, and a lock that somebody changed is known.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from digest.errors import LockError
from digest.issue.places import find_double
from digest.model import Article, Place

# A hand-off adds its line later; the hashes cannot hold themselves.
_UNSEALED = frozenset({"deliveries", "hashes"})


def hash_inputs(articles: Iterable[Article]) -> dict[str, str]:
    """SHA-256 over what the articles of each source state, by its label, whatever their order."""
    hashes: dict[str, Any] = {}
    for article in sorted(articles, key=lambda article: (article.via, article.id)):
        published = article.published.isoformat() if article.published else ""
        facts = (article.id, article.title, article.url or "", published, article.summary)
        hashes.setdefault(article.via, hashlib.sha256()).update(
            "\0".join((*facts, article.text, "")).encode("utf-8", "surrogatepass")
        )
    return {via: found.hexdigest() for via, found in hashes.items()}


def hash_all(hashes: Mapping[str, str]) -> str:
    """One hash for several, in the order of their names."""
    text = "".join(f"{name}\0{value}\n" for name, value in sorted(hashes.items()))
    return hash_bytes(text.encode("utf-8", "surrogatepass"))


def hash_bytes(content: bytes) -> str:
    """SHA-256, as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def seal(content: Mapping[str, Any]) -> dict[str, str]:
    """The hash of each part of a lock's content."""
    return {
        key: hash_bytes(
            json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()
        )
        for key, value in content.items()
        if key not in _UNSEALED
    }


def require_seal(text: str, file: str) -> None:
    """Raises LockError with the place where a lock is not as digest wrote it.

    ``text`` is a lock that can be read. How it is laid out does not matter, nor do the
    deliveries, which are written later.
    """
    text = text.removeprefix("\ufeff")
    double = find_double(text)
    if double is not None:
        raise LockError(
            f"{double[0][:80]!r} stands here for the second time, as after a merge by hand",
            where=Place(file=file, first_line=double[1]),
            fix="choose one of the two, or restore the file from git",
        )
    content = json.loads(text)
    hashes = content.get("hashes")
    if not isinstance(hashes, dict) or not hashes:
        raise LockError(
            "it holds no hashes, so nothing says that it is as digest wrote it",
            where=Place(file=file),
            fix="restore it from git, or compose the issue again with this digest",
        )
    found = seal(content)
    for key in sorted(found.keys() | hashes.keys()):
        if found.get(key) != hashes.get(key):
            raise LockError(
                f"{key} is {'not as digest wrote it' if key in found else 'missing'}",
                where=Place(file=file, first_line=_line_of(key if key in found else "{", text)),
                fix="restore the file from git",
            )


def _line_of(key: str, text: str) -> int:
    """The line of a top-level key; 1 where the layout is not ours."""
    found = re.search(rf'^ {{0,2}}"{re.escape(key)}":', text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1
