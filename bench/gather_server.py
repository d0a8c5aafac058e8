"""The server of `bench gather`: one process, every loopback address, and a log that judges.

It counts what a client does: requests at once on each host, requests before a ``Retry-After`` has
passed, requests to what was gone, conditional requests. ``GET /--log`` on 127.0.0.1 gives the
counts as JSON, ``GET /--next`` begins a new pass: counts start again, what hosts asked for stays.

    python -m bench.gather_server FEEDS HOSTS ENTRIES [hostile]     prints its port, then serves
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from bench.gather_world import Offer, bomb, packed, world

_HUGE = b"<rss><channel>" + b"<!-- nothing -->" * 4095
_HUGE_PIECES = 40_000_000 // len(_HUGE)
_KEPT_FEEDS = 1_000
_DRIP_SECONDS = 0.5
_LATE_SECONDS = 120.0
_RESTS = {"rest-short": 3, "rest-long": 3600}
_TOLERANCE_SECONDS = 0.02


class Log:
    """What clients did in this pass, and what hosts have asked for so far."""

    def __init__(self) -> None:
        self._rests: dict[str, float] = {}
        self._gone: set[str] = set()
        self._open: defaultdict[str, set[Connection]] = defaultdict(set)
        self._refused: set[str] = set()
        self.start()

    def start(self) -> None:
        self.counts: Counter[str] = Counter()
        self.most_on_a_host = self.most = 0
        self.first = self.last = 0.0

    def begin(self, connection: Connection, path: str, *, conditional: bool) -> None:
        now = time.monotonic()
        self.first, self.last = self.first or now, now
        host = connection.host
        self._open[host].add(connection)
        on_host = len(self._open[host])
        if on_host > self.most_on_a_host:
            # The end of another connection may have come and not been read yet.
            on_host = sum(not other.is_closed() for other in self._open[host])
            self.most_on_a_host = max(on_host, self.most_on_a_host)
        self.most = max(self.most, sum(map(len, self._open.values())))
        self.counts["requests"] += 1
        self.counts["conditional"] += conditional
        self.counts["early"] += now < self._rests.get(host, 0.0) - _TOLERANCE_SECONDS
        self.counts["to what is gone"] += path in self._gone

    def end(self, connection: Connection) -> None:
        self.last = time.monotonic()
        self._open[connection.host].discard(connection)

    def rest(self, host: str, seconds: float) -> None:
        self._rests[host] = time.monotonic() + seconds

    def is_gone(self, path: str) -> None:
        self._gone.add(path)

    def refuse_once(self, path: str) -> bool:
        """True the first time."""
        first = path not in self._refused
        self._refused.add(path)
        return first

    def to_json(self) -> dict[str, Any]:
        return {
            "seconds": self.last - self.first,
            "most at once": self.most,
            "most at once on a host": self.most_on_a_host,
            **self.counts,
        }


class Connection(asyncio.Protocol):
    """One client's connection; requests come one after another."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._received = b""
        self._timer: asyncio.TimerHandle | None = None
        self._left = 0
        self._busy = False
        self.host = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.host = transport.get_extra_info("sockname")[0]

    def connection_lost(self, _: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._end()

    def is_closed(self) -> bool:
        """Whether the client has gone, though that may not have been read yet."""
        number = self._transport.get_extra_info("socket").fileno()
        if number < 0:
            return True
        with socket.socket(fileno=os.dup(number)) as copy:
            try:
                return copy.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
            except BlockingIOError:
                return False
            except OSError:
                return True

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, mark, rest = self._received.partition(b"\r\n\r\n")
        if not mark:
            return
        self._received = rest
        line, _, fields = head.decode("latin-1").partition("\r\n")
        path = line.split(" ")[1]
        headers = {
            name.lower(): value.strip()
            for name, _, value in (field.partition(":") for field in fields.split("\r\n"))
        }
        if path.startswith("/--"):
            self._control(path)
            return
        self._busy = True
        self._server.log.begin(
            self, path, conditional="if-none-match" in headers or "if-modified-since" in headers
        )
        offer = self._server.offers.get(path.removesuffix("?moved"))
        seconds = offer.seconds if offer is not None else 0.0
        self._later(seconds, self._answer, path, offer, headers)

    def resume_writing(self) -> None:
        # Not from inside the transport's own writing: it would end the connection twice.
        asyncio.get_running_loop().call_soon(self._go_on)

    def _go_on(self) -> None:
        while self._left and not self._transport.is_closing():
            self._left -= 1
            self._transport.write(_HUGE)
            if self._transport.get_write_buffer_size() > 1_000_000:
                return
        if self._busy and not self._left:
            self._end()

    def _later(self, seconds: float, act: Any, *given: Any) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, act, *given)

    def _end(self) -> None:
        if self._busy:
            self._busy = False
            self._server.log.end(self)

    def _control(self, path: str) -> None:
        if path == "/--next":
            self._server.log.start()
        self._send(200, "application/json", json.dumps(self._server.log.to_json()).encode())

    def _send(self, status: int, kind: str, body: bytes, **fields: str) -> None:
        lines = [f"HTTP/1.1 {status} So", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
        self._server.log.counts[f"answered {status}"] += 1
        self._server.log.counts["bytes"] += len(body)
        self._transport.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        self._end()

    def _answer(self, path: str, offer: Offer | None, headers: dict[str, str]) -> None:
        behaviour = offer.behaviour if offer is not None else "missing"
        log = self._server.log
        if path.endswith("?moved"):
            behaviour = "feed"
        if behaviour == "rest-short" and not log.refuse_once(path):
            behaviour = "feed"
        if behaviour in _RESTS:
            log.rest(self.host, _RESTS[behaviour])
            status = 429 if behaviour == "rest-short" else 503
            self._send(status, "text/plain", b"", Retry_After=str(_RESTS[behaviour]))
        elif behaviour == "gone":
            log.is_gone(path)
            self._send(410, "text/plain", b"gone")
        elif behaviour in ("moved", "found", "loop"):
            to = path if behaviour == "loop" else f"{path}?moved"
            self._send(301 if behaviour == "moved" else 302, "text/plain", b"", Location=to)
        elif behaviour == "missing":
            self._send(404, "text/html", b"<html><body>no such page</body></html>")
        elif behaviour == "page":
            self._send(200, "text/html", b"<html><title>Sign in</title><body>Sign in</body></html>")
        elif behaviour == "late":
            self._later(_LATE_SECONDS, self._send, 200, "application/xml", b"<rss/>")
        elif behaviour == "drip-head":
            self._transport.write(b"HTTP/1.1 200 OK\r\nX-Padding: ")
            self._drip()
        elif behaviour in ("drip-body", "huge"):
            length = len(_HUGE) * _HUGE_PIECES
            self._transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n\r\n"
                % length
            )
            if behaviour == "drip-body":
                self._drip()
            else:
                self._left = _HUGE_PIECES
                self._go_on()
        elif behaviour == "bomb":
            self._send(200, "application/xml", bomb(), Content_Encoding="gzip")
        else:
            assert offer is not None
            self._serve(offer, headers, whole=behaviour == "feed")

    def _serve(self, offer: Offer, headers: dict[str, str], *, whole: bool) -> None:
        tag = f'"feed-{offer.number}"'
        if headers.get("if-none-match") == tag:
            self._server.log.counts["answered 304"] += 1
            self._transport.write(f"HTTP/1.1 304 So\r\nETag: {tag}\r\n\r\n".encode())
            self._end()
            return
        body = self._server.body(offer)
        if not whole:
            self._transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n\r\n%s"
                % (len(body), body[: len(body) // 2])
            )
            self._transport.close()
        elif offer.packed:
            self._send(200, "application/xml", body, ETag=tag, Content_Encoding="gzip")
        else:
            self._send(200, "application/xml", body, ETag=tag)

    def _drip(self) -> None:
        self._transport.write(b"x")
        self._later(_DRIP_SECONDS, self._drip)


class Server:
    """A world's feeds and the log of who asked for them."""

    def __init__(self, offers: Sequence[Offer]) -> None:
        self.offers = {offer.path: offer for offer in offers}
        self.log = Log()
        self._bodies: dict[int, bytes] = {}
        if len(offers) <= _KEPT_FEEDS:
            self._bodies = {offer.number: _as_sent(offer) for offer in offers}
        if any(offer.behaviour == "bomb" for offer in offers):
            bomb()

    def body(self, offer: Offer) -> bytes:
        """The bytes to send; those of few feeds are made before the first request."""
        return self._bodies.get(offer.number) or _as_sent(offer)


def _as_sent(offer: Offer) -> bytes:
    body = offer.body()
    return packed(body) if offer.packed and offer.behaviour != "broken-off" else body


async def _serve(offers: Sequence[Offer]) -> None:
    server = Server(offers)
    listening = await asyncio.get_running_loop().create_server(
        lambda: Connection(server), "0.0.0.0", 0, backlog=4096
    )
    print(listening.sockets[0].getsockname()[1], flush=True)
    await listening.serve_forever()


if __name__ == "__main__":
    count, hosts, entries = map(int, sys.argv[1:4])
    asyncio.run(_serve(world(count, hosts, entries=entries, hostile="hostile" in sys.argv)))
