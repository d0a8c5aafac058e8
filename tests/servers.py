"""A web server on loopback with bad manners on demand: real sockets, bytes as they travel.

A test puts a behaviour at a path and asks for it::

    server.put("/feed.xml", answer(FEED, etag='"1"'))
    server.put("/old", redirect("/feed.xml", status=301))
    server.put("/slow", drip(b"HTTP/1.1 200 OK\\r\\n\\r\\n"))

and reads afterwards in ``server.requests`` what was really asked.
"""

from __future__ import annotations

import contextlib
import gzip
import http.client
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import brotli
import zstandard

FEED = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Example Times</title><link>https://times.example/</link>
<item><title>A treaty</title><link>https://times.example/treaty</link><guid>1</guid>
<description>Six years on.</description><pubDate>Thu, 24 Apr 2025 09:10:00 +0900</pubDate></item>
<item><title>A ferry</title><link>https://times.example/ferry</link><guid>2</guid>
<pubDate>Fri, 25 Apr 2025 12:00:00 GMT</pubDate></item>
</channel></rss>"""

PAGE = b"""<!doctype html><html lang="en"><head><title>Page not available</title>
<link rel="alternate" type="application/rss+xml" href="/real-feed.xml"></head>
<body><h1>Page not available</h1><p>The page that you asked for is not here.</p></body></html>"""


@dataclass(frozen=True)
class Request:
    """One request as it came; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]


Behaviour = Callable[[Request, "Connection"], None]


class Connection:
    """What a behaviour writes to. ``keep`` says whether another request may follow."""

    def __init__(self, sock: socket.socket, stopping: threading.Event) -> None:
        self.sock = sock
        self.stopping = stopping
        self.keep = True

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def pause(self, seconds: float) -> None:
        """Waits, and ends the behaviour when the server stops."""
        if self.stopping.wait(seconds):
            raise ConnectionAbortedError

    def reset(self) -> None:
        """Ends the connection with RST."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        self.keep = False


class FaultServer:
    """Serves behaviours by path, each connection in a thread; unknown paths answer 404."""

    def __init__(
        self,
        host: str = "127.0.0.1",
        *,
        certificate: str | None = None,
        clients: str | None = None,
    ) -> None:
        """``certificate`` makes it speak TLS; ``clients`` is what theirs must be signed by."""
        self.host = host
        self.requests: list[Request] = []
        self.most_at_once = 0
        self._behaviours: dict[str, Behaviour] = {}
        self._at_once = 0
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._tls: ssl.SSLContext | None = None
        if certificate is not None:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(certificate)
            if clients is not None:
                self._tls.load_verify_locations(clients)
                self._tls.verify_mode = ssl.CERT_REQUIRED

    def __enter__(self) -> FaultServer:
        self._listener = socket.create_server((self.host, 0), backlog=256)
        self.port = int(self._listener.getsockname()[1])
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    def put(self, path: str, behaviour: Behaviour) -> str:
        """Lets an address behave so from now on; gives the address."""
        self._behaviours[path] = behaviour
        return self.url(path)

    def url(self, path: str) -> str:
        scheme = "https" if self._tls else "http"
        return f"{scheme}://{self.host}:{self.port}{path}"

    def asked(self, path: str) -> list[Request]:
        """The requests for one path, in order."""
        return [request for request in self.requests if request.path == path]

    def _start(self, target: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self._start(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        # A short timeout lets kept connections notice that the server stops.
        sock.settimeout(0.1)
        with contextlib.ExitStack() as stack:
            stack.enter_context(contextlib.closing(sock))
            stack.enter_context(contextlib.suppress(OSError, ssl.SSLError))
            if self._tls is not None:
                sock.settimeout(10)
                sock = stack.enter_context(self._tls.wrap_socket(sock, server_side=True))
                sock.settimeout(0.1)
            connection = Connection(sock, self._stopping)
            for request in self._read_requests(sock):
                with self._counted(request):
                    sock.settimeout(10)
                    self._behaviours.get(request.path, answer(b"", status=404))(request, connection)
                    sock.settimeout(0.1)
                if not connection.keep:
                    return

    @contextlib.contextmanager
    def _counted(self, request: Request) -> Iterator[None]:
        with self._lock:
            self.requests.append(request)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            yield
        finally:
            with self._lock:
                self._at_once -= 1

    def _read_requests(self, sock: socket.socket) -> Iterator[Request]:
        waiting = b""
        while not self._stopping.is_set():
            head, end, rest = waiting.partition(b"\r\n\r\n")
            if end:
                waiting = rest
                first, *lines = head.decode("latin-1").split("\r\n")
                method, path, _ = first.split(" ")
                pairs = (line.partition(":") for line in lines)
                yield Request(
                    method, path, {name.lower(): value.strip() for name, _, value in pairs}
                )
                continue
            try:
                received = sock.recv(65536)
            except TimeoutError:
                continue
            if not received:
                return
            waiting += received


@contextlib.contextmanager
def full_house() -> Iterator[str]:
    """The address of a server that takes no more connections: who comes waits at the door."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        host, port = listener.getsockname()
        for _ in range(4):
            guest = stack.enter_context(socket.socket())
            guest.setblocking(False)
            guest.connect_ex((host, port))
        yield f"http://{host}:{port}/feed"


class Internet:
    """Names and public addresses of a pretended outside, at the edge of the network.

    ``names`` maps a name to its addresses, or to several such lists: one for each time that it
    is asked for. ``wires`` lead from an address to the host that really answers there.
    """

    def __init__(self) -> None:
        self.names: dict[str, list[list[str]]] = {}
        self.wires: dict[str, str] = {}
        self.lookups: list[str] = []
        self.connected: list[str] = []

    def install(self, monkeypatch: Any) -> None:
        resolve, connect = socket.getaddrinfo, socket.socket.connect

        def getaddrinfo(host: Any, port: Any, *args: Any, **more: Any) -> Any:
            if host not in self.names:
                return resolve(host, port, *args, **more)
            self.lookups.append(host)
            answers = self.names[host]
            now = answers.pop(0) if len(answers) > 1 else answers[0]
            return [found for each in now for found in resolve(each, port, *args, **more)]

        def connect_wired(sock: socket.socket, address: Any) -> None:
            self.connected.append(str(address[0]))
            connect(sock, (self.wires.get(address[0], address[0]), *address[1:]))

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        monkeypatch.setattr(socket.socket, "connect", connect_wired)


def head(status: int, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} {http.client.responses.get(status, 'Odd')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def answer(
    body: bytes = FEED,
    *,
    status: int = 200,
    content_type: str = "application/rss+xml",
    etag: str | None = None,
    last_modified: str | None = None,
    headers: dict[str, str] | None = None,
) -> Behaviour:
    """A proper answer; with a validator, 304 to those who have it."""

    def behave(request: Request, connection: Connection) -> None:
        given = {"Content-Type": content_type, **(headers or {})}
        if etag is not None:
            given["ETag"] = etag
        if last_modified is not None:
            given["Last-Modified"] = last_modified
        asked = request.headers
        known = asked.get("if-none-match", ""), asked.get("if-modified-since", "")
        if (etag is not None and known[0] == etag) or (
            etag is None and last_modified is not None and known[1] == last_modified
        ):
            connection.send(head(304, given))
            return
        sent = b"" if request.method == "HEAD" else body
        connection.send(head(status, {"Content-Length": str(len(body)), **given}) + sent)

    return behave


def compressed(body: bytes = FEED, *, how: str = "gzip", said: str | None = None) -> Behaviour:
    """A body in ``gzip``, ``deflate`` (zlib), ``raw-deflate``, ``br`` or ``zstd``.

    ``said`` is the header.
    """
    packers: dict[str, Callable[[bytes], bytes]] = {
        "gzip": gzip.compress,
        "deflate": zlib.compress,
        "raw-deflate": lambda data: zlib.compress(data)[2:-4],
        "plain": lambda data: data,
        "br": lambda data: bytes(brotli.compress(data)),
        "zstd": lambda data: zstandard.ZstdCompressor().compress(data),
    }
    encoding = how.removeprefix("raw-") if said is None else said
    headers = {"Content-Encoding": encoding} if encoding else {}
    return answer(packers[how](body), headers=headers)


def bomb(megabytes: int, how: str = "gzip") -> Behaviour:
    """A body that grows a thousandfold, by brotli and zstd far more."""
    if how == "br":
        whole = bytes(brotli.compress(bytes(megabytes << 20), quality=5))
        return answer(whole, headers={"Content-Encoding": "br"})
    if how == "zstd":
        whole = zstandard.ZstdCompressor(level=1).compress(bytes(megabytes << 20))
        return answer(whole, headers={"Content-Encoding": "zstd"})
    packer = zlib.compressobj(9, wbits=15 if how == "deflate" else 31)
    body = b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()
    if how == "gzip-twice":
        body = gzip.compress(body)
    return answer(body, headers={"Content-Encoding": "deflate" if how == "deflate" else "gzip"})


def endless(start: bytes = b"", *, chunked: bool = False) -> Behaviour:
    """Sends as fast as it can, for ever."""

    def behave(request: Request, connection: Connection) -> None:
        connection.keep = False
        headers = {"Content-Type": "text/xml"}
        if chunked:
            headers["Transfer-Encoding"] = "chunked"
        connection.send(head(200, headers) + start)
        piece = bytes(1 << 16)
        while not connection.stopping.is_set():
            connection.send(b"10000\r\n" + piece + b"\r\n" if chunked else piece)

    return behave


def redirect(to: str, *, status: int = 302) -> Behaviour:
    return answer(b"", status=status, headers={"Location": to})


def drip(start: bytes, *, every_seconds: float = 0.01) -> Behaviour:
    """Sends ``start``, then one byte after another for ever."""

    def behave(request: Request, connection: Connection) -> None:
        connection.keep = False
        connection.send(start)
        while True:
            connection.pause(every_seconds)
            connection.send(b"x")

    return behave


def silent() -> Behaviour:
    """Takes the request and says nothing."""

    def behave(request: Request, connection: Connection) -> None:
        connection.pause(60)

    return behave


def raw(data: bytes, *, reset: bool = False) -> Behaviour:
    """Sends exactly these bytes and closes, politely or with a reset."""

    def behave(request: Request, connection: Connection) -> None:
        connection.keep = False
        connection.send(data)
        if reset:
            connection.reset()

    return behave


def truncated(body: bytes = FEED, *, keep_bytes: int, chunked: bool = False) -> Behaviour:
    """Promises the whole body and breaks off."""
    part = body[:keep_bytes]
    if chunked:
        start = head(200, {"Content-Type": "text/xml", "Transfer-Encoding": "chunked"})
        return raw(start + f"{len(body):x}\r\n".encode() + part)
    start = head(200, {"Content-Type": "text/xml", "Content-Length": str(len(body))})
    return raw(start + part)


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """One behaviour after the other; the last one stays."""
    left = list(behaviours)
    lock = threading.Lock()

    def behave(request: Request, connection: Connection) -> None:
        with lock:
            now = left.pop(0) if len(left) > 1 else left[0]
        now(request, connection)

    return behave


def together(count: int, then: Behaviour, *, timeout_seconds: float = 5.0) -> Behaviour:
    """Answers when ``count`` requests are being served at once, or after the timeout."""
    barrier = threading.Barrier(count)

    def behave(request: Request, connection: Connection) -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            barrier.wait(timeout_seconds)
        then(request, connection)

    return behave


def after(event: threading.Event, then: Behaviour) -> Behaviour:
    """Answers when the test says so."""

    def behave(request: Request, connection: Connection) -> None:
        while not event.is_set():
            connection.pause(0.005)
        then(request, connection)

    return behave
