"""A document's bytes as they are kept: packed, with what they are known by."""

from __future__ import annotations

import hashlib
import zlib

_HASH_BYTES = 16
_SEAL_BYTES = 8
_EITHER = zlib.MAX_WBITS | 32  # zlib or gzip, as the bytes say


class Body:
    """The bytes of a document, plain or packed, whichever was given; the other is made from it
    when it is asked for.

    A kept body that nobody reads is never unpacked, and one that came back as it was is not
    packed again.
    """

    __slots__ = ("_hash", "_mark", "_packed", "_plain")

    def __init__(self, plain: bytes, *, packed: bytes | None = None) -> None:
        """``packed`` is ``plain`` as it came, one stream of gzip or zlib."""
        self._plain: bytes | None = plain
        self._packed = packed
        self._hash: bytes | None = None
        self._mark: bytes | None = None

    @classmethod
    def from_packed(cls, packed: bytes, mark: bytes | None) -> Body:
        """What :attr:`packed` and :attr:`mark` gave. Raises ValueError where they do not belong
        together; without a mark, as older versions left it, the body is unpacked to see."""
        if mark is None:
            try:
                return cls(zlib.decompress(packed, wbits=_EITHER))
            except zlib.error as error:
                raise ValueError(str(error)) from error
        body = cls(b"")
        body._plain, body._packed, body._hash = None, packed, mark[:_HASH_BYTES]
        if body.mark != mark:
            raise ValueError("damaged")
        body._mark = mark
        return body

    @property
    def plain(self) -> bytes:
        """The bytes themselves."""
        if self._plain is None:
            assert self._packed is not None
            self._plain = zlib.decompress(self._packed, wbits=_EITHER)
        return self._plain

    @property
    def packed(self) -> bytes:
        """The bytes as they are kept: in the gzip that they came in, else in zlib."""
        if self._packed is None:
            self._packed = zlib.compress(self.plain, 1)
        return self._packed

    @property
    def kept_as(self) -> bytes | None:
        """Its mark where it came from what is kept, None where it has yet to be written."""
        return self._mark

    @property
    def hash(self) -> bytes:
        """What the bytes are known by."""
        if self._hash is None:
            self._hash = hashlib.blake2b(self.plain, digest_size=_HASH_BYTES).digest()
        return self._hash

    @property
    def mark(self) -> bytes:
        """The hash, and one of the packed bytes, by which damage is seen without unpacking."""
        seal = hashlib.blake2b(self.packed, digest_size=_SEAL_BYTES, key=self.hash).digest()
        return self.hash + seal

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Body) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)
