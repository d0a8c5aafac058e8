"""The head of an answer and its body piece by piece, and what may go wrong on the way there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol


class UnknownHost(Exception):
    """No address is known for a host; the cause is the name server's word."""


class NoConnection(Exception):
    """No address of a host can be connected to; the cause is the system's word."""


class Broken(Exception):
    """A connection ended before the answer did, or what came is no HTTP. The cause says which;
    an IncompleteRead among the causes holds what had come."""


class Unclear(Exception):
    """An answer that contradicts itself: asking again would not help."""


class NoAddress(Exception):
    """What was to be asked is no address."""


class Headers(Mapping[str, str]):
    """Headers by name in any case; several of one name are one list (RFC 9110 §5.3)."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Iterable[tuple[str, str]]) -> None:
        found: dict[str, str] = {}
        for name, value in fields:
            name = name.lower()
            found[name] = f"{found[name]}, {value}" if name in found else value
        self._fields = found

    def __getitem__(self, name: str) -> str:
        return self._fields[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        """The value of a header; without Mapping's detour over an error."""
        return self._fields.get(name.lower(), default)


class Answer(Protocol):
    """An answer whose body is still to be read."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    def read(self, amount: int) -> bytes:
        """At most so many bytes more of the body as it travels, b"" at its end.

        Raises Broken, TimeoutError and ssl.SSLError.
        """
        ...

    def let_go(self) -> None:
        """Gives the connection back when nothing is left on it, and closes it otherwise."""
        ...
