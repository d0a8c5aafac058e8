"""Content-Encoding, undone in bounded steps: a bomb costs no more than the bound.

What the body is counts for more than what the header says (B2 of the notes on gathering):
servers send gzip without saying so, and say gzip over plain text.
"""

from __future__ import annotations

import zlib

_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_STEP = 1 << 16
_ZSTD_PIECE = 256
_ZSTD_WINDOW = 1 << 23  # RFC 9659: what a server may ask of a client
ACCEPTED = "gzip, deflate, br, zstd"
_KNOWN = frozenset({"", "identity", "gzip", "x-gzip", "deflate", "br", "zstd"})


class TooLarge(Exception):
    """More decoded bytes than allowed."""


def is_known(encoding: str) -> bool:
    """True for the encodings that can be undone here, alone or stacked."""
    return all(word.strip().lower() in _KNOWN for word in encoding.split(","))


class Decoder:
    """Takes the body as it travelled, piece by piece, and gives it decoded.

    ``feed`` raises TooLarge as soon as more than ``limit_bytes`` would come out. ``damage``
    says after :meth:`finish` what was wrong with the compression, empty when nothing was; what
    came out until then is kept.
    """

    def __init__(self, encoding: str, limit_bytes: int) -> None:
        self._encoding = encoding.rpartition(",")[2].strip().lower()
        self._limit = limit_bytes
        self._parts: list[bytes] = []
        self._size = 0
        self._started = False
        self._gzip = False
        self._inflater: zlib._Decompress | None = None
        self._collect = ""
        self.damage = ""

    def feed(self, chunk: bytes) -> None:
        """Takes the next piece; the first one should hold two bytes or more."""
        if not chunk or self.damage:
            return
        if not self._started:
            self._started = True
            self._choose(chunk)
        if self._inflater is None:
            self._keep(chunk)
            return
        try:
            self._inflate(chunk)
        except zlib.error as error:
            self.damage = f"compressed body is damaged after {self._size:,} bytes ({error})"

    def finish(self) -> bytes:
        """The whole decoded body."""
        if self._inflater is not None and not self._inflater.eof and not self.damage:
            self.damage = f"compressed body ends early, after {self._size:,} decoded bytes"
        body = b"".join(self._parts)
        if self._collect:
            body = self._undo_whole(body)
        self._parts = [body]
        return body

    def _choose(self, chunk: bytes) -> None:
        if chunk.startswith(_ZSTD_MAGIC):
            self._collect = "zstd"
        elif self._encoding == "br":
            self._collect = "br"
        elif chunk.startswith(_GZIP_MAGIC):
            self._gzip = True
            self._inflater = zlib.decompressobj(wbits=31)
        elif self._encoding in ("deflate", "gzip", "x-gzip"):
            # RFC 9110 means zlib's format; many servers send the bare stream.
            has_head = len(chunk) > 1 and chunk[0] & 15 == 8 and not (chunk[0] << 8 | chunk[1]) % 31
            wbits = 15 if has_head else -15
            if (has_head and self._encoding == "deflate") or _is_deflated(chunk, wbits=wbits):
                self._inflater = zlib.decompressobj(wbits=wbits)

    def _undo_whole(self, packed: bytes) -> bytes:
        """Brotli (RFC 7932) and zstd (RFC 8878): undone from the whole, which is within the bound,
        in steps, since their libraries bound what comes out only so."""
        undo = _unzstd if self._collect == "zstd" else _unbrotli
        body, self.damage = undo(packed, self._limit)
        if self.damage and not body:
            # The header lies: the text came as it is.
            body = packed if self._collect == "br" else b""
            self.damage = "" if body.lstrip().startswith((b"<", b"{")) else self.damage
        return body

    def _inflate(self, chunk: bytes) -> None:
        inflater = self._inflater
        while chunk and inflater is not None:
            self._keep(inflater.decompress(chunk, _STEP))
            if not inflater.eof:
                chunk = inflater.unconsumed_tail
                if not chunk:
                    self._drain(inflater)
                continue
            # Another gzip member may follow; anything else behind the end is padding.
            chunk = inflater.unused_data if self._gzip else b""
            if not chunk.startswith(_GZIP_MAGIC):
                return
            inflater = self._inflater = zlib.decompressobj(wbits=31)

    def _drain(self, inflater: zlib._Decompress) -> None:
        """Takes what the inflater still holds inside after all input went in."""
        while not inflater.eof:
            rest = inflater.decompress(b"", _STEP)
            if not rest:
                return
            self._keep(rest)

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._limit:
            raise TooLarge
        if piece:
            self._parts.append(piece)


def decode_body(body: bytes, limit_bytes: int) -> tuple[bytes, str]:
    """Undoes gzip that is still there after the transport's own; (body, damage).

    Files that were compressed once by the site and once more by its server are common.
    Raises TooLarge.
    """
    if not body.startswith(_GZIP_MAGIC):
        return body, ""
    decoder = Decoder("", limit_bytes)
    decoder.feed(body)
    decoded = decoder.finish()
    return (decoded, decoder.damage) if decoded else (body, "")


def _unbrotli(packed: bytes, limit_bytes: int) -> tuple[bytes, str]:
    import brotli

    decoder = brotli.Decompressor()
    parts: list[bytes] = []
    size, rest = 0, packed
    try:
        while not decoder.is_finished():
            piece = decoder.process(rest, output_buffer_limit=_STEP)
            if not piece and not rest:
                return b"".join(parts), f"compressed body ends early, after {size:,} decoded bytes"
            rest = b""
            size += len(piece)
            if size > limit_bytes:
                raise TooLarge
            parts.append(piece)
    except brotli.error as error:
        return b"".join(parts), f"compressed body is damaged after {size:,} bytes ({error})"
    return b"".join(parts), ""


def _unzstd(packed: bytes, limit_bytes: int) -> tuple[bytes, str]:
    import zstandard

    decoder = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    parts: list[bytes] = []
    size = 0
    frame, rest = decoder.decompressobj(), memoryview(packed)
    try:
        while rest:
            # What comes out of one piece is bounded by the piece alone: at most 8 MB of it.
            piece = frame.decompress(rest[:_ZSTD_PIECE])
            rest = rest[_ZSTD_PIECE:]
            size += len(piece)
            if size > limit_bytes:
                raise TooLarge
            parts.append(piece)
            if frame.eof:
                rest = memoryview(packed)[len(packed) - len(rest) - len(frame.unused_data) :]
                if rest:
                    frame = decoder.decompressobj()
    except zstandard.ZstdError as error:
        return b"".join(parts), f"compressed body is damaged after {size:,} bytes ({error})"
    early = f"compressed body ends early, after {size:,} decoded bytes"
    return b"".join(parts), "" if frame.eof else early


def _is_deflated(chunk: bytes, *, wbits: int) -> bool:
    try:
        return bool(zlib.decompressobj(wbits=wbits).decompress(chunk, _STEP))
    except zlib.error:
        return False
