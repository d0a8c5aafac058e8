"""The preview's web server: loopback only, read only, gone at Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from digest.errors import UsageError
from digest.preview import DEFAULT_PORT
from digest.preview.live import Bell, Desk, Snapshot, watch
from digest.preview.views import MAIL_POLICY, VIEWER_POLICY, error_page, error_text, state

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from digest.model import Rendered
    from digest.workspace import IssueFolder, Workspace

_HOST = "127.0.0.1"
_PORTS_TRIED = 20
_KEEP_ALIVE_SECONDS = 15.0
_STATIC = Path(__file__).parent / "static"
_ASSETS = {
    "/": ("viewer.html", "text/html"),
    "/viewer.css": ("viewer.css", "text/css"),
    "/viewer.js": ("viewer.js", "text/javascript"),
}


def run(
    folder: IssueFolder,
    workspace: Workspace,
    *,
    port: int | None,
    on_ready: Callable[[str], None],
    stop: threading.Event,
) -> None:
    """Serves until ``stop`` is set, or a signal ends the process's main thread."""
    listener = _listen(port)
    with listener:
        bound: int = listener.getsockname()[1]
        desk, bell = Desk(folder, workspace), Bell()
        config = uvicorn.Config(
            make_app(desk, bell, bound),
            log_config=None,
            log_level="critical",
            access_log=False,
            lifespan="off",
            server_header=False,
            # Pages that hang on (a stalled browser) are given this long after the end.
            timeout_graceful_shutdown=1,
        )
        server = _Server(
            config, bell=bell, stop=stop, on_ready=lambda: on_ready(f"http://{_HOST}:{bound}/")
        )
        asyncio.run(_serve(server, desk, bell, listener))


def make_app(desk: Desk, bell: Bell, port: int) -> ASGIApp:
    """The application: the viewer, the mail's two parts, their state, and word of changes."""

    async def look(request: Request) -> Snapshot | Response:
        folder = await run_in_threadpool(desk.find, request.query_params.get("issue"))
        if folder is None:
            return PlainTextResponse("no such issue\n", status_code=404)
        return await run_in_threadpool(desk.snapshot, folder)

    def chosen(request: Request, rendered: Rendered) -> Rendered | Response:
        """The mail that ``part`` names among those of a split issue; the whole without it."""
        wanted = request.query_params.get("part")
        mails = {str(mail.number): mail for mail in rendered.parts}
        if not wanted or wanted in mails:
            return mails.get(wanted or "", rendered)
        return PlainTextResponse("no such part\n", status_code=404)

    async def mail_html(request: Request) -> Response:
        found = await look(request)
        if isinstance(found, Response):
            return found
        headers = {"Content-Security-Policy": MAIL_POLICY}
        if found.rendered is None:
            assert found.error is not None
            page = error_page(found.error)
            return Response(page, status_code=500, media_type="text/html", headers=headers)
        mail = chosen(request, found.rendered)
        if isinstance(mail, Response):
            return mail
        return Response(mail.html, media_type="text/html", headers=headers)

    async def mail_text(request: Request) -> Response:
        found = await look(request)
        if isinstance(found, Response):
            return found
        if found.rendered is None:
            assert found.error is not None
            return PlainTextResponse(error_text(found.error), status_code=500)
        mail = chosen(request, found.rendered)
        return mail if isinstance(mail, Response) else PlainTextResponse(mail.text)

    async def show_state(request: Request) -> Response:
        found = await look(request)
        if isinstance(found, Response):
            return found
        return JSONResponse(state(found, await run_in_threadpool(desk.slugs)))

    async def events(_: Request) -> Response:
        return StreamingResponse(_events(bell), media_type="text/event-stream")

    async def asset(request: Request) -> Response:
        name, media_type = _ASSETS[request.url.path]
        content = await run_in_threadpool((_STATIC / name).read_bytes)
        return Response(content, media_type=media_type)

    routes = [
        Route("/issue.html", mail_html),
        Route("/issue.txt", mail_text),
        Route("/state.json", show_state),
        Route("/events", events),
        *(Route(path, asset) for path in _ASSETS),
    ]
    return _Guard(Starlette(routes=routes), port)


class _Guard:
    """Keeps other web pages out, and puts the headers on that every answer needs.

    A page that makes its own host name point to 127.0.0.1 (DNS rebinding) would otherwise
    read along as same-origin; it cannot forge the Host header.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._hosts = {f"{name}:{port}" for name in (_HOST, "localhost")}
        if port == 80:
            self._hosts |= {_HOST, "localhost"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if Headers(scope=scope).get("host", "").lower() not in self._hosts:
            refusal = PlainTextResponse("digest preview answers on this machine only\n", 403)
            await refusal(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", VIEWER_POLICY)
                headers["Cache-Control"] = "no-store"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                headers["Cross-Origin-Resource-Policy"] = "same-origin"
                headers["Referrer-Policy"] = "no-referrer"
                headers["X-Content-Type-Options"] = "nosniff"
            await send(message)

        await self._app(scope, receive, send_with_headers)


class _Server(uvicorn.Server):
    """uvicorn, told apart in three points: when it is ready, what stops it, and signals.

    uvicorn raises a signal again after its own end, which turns the usual way to leave a
    preview into a traceback; here Ctrl-C is just the end.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        *,
        bell: Bell,
        stop: threading.Event,
        on_ready: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._bell = bell
        self._stop = stop
        self._on_ready = on_ready

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        handled = (signal.SIGINT, signal.SIGTERM)
        before = [signal.signal(number, self.handle_exit) for number in handled]
        try:
            yield
        finally:
            for number, handler in zip(handled, before, strict=True):
                signal.signal(number, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    async def on_tick(self, counter: int) -> bool:
        return self._stop.is_set() or await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._bell.close()
        await super().shutdown(sockets)


async def _serve(server: _Server, desk: Desk, bell: Bell, listener: socket.socket) -> None:
    over = asyncio.Event()
    watcher = asyncio.create_task(watch(desk, bell, over))
    try:
        await server.serve(sockets=[listener])
    finally:
        over.set()
        await watcher


async def _events(bell: Bell) -> AsyncIterator[bytes]:
    """Server-sent events: one for every ring, and a comment now and then to notice a gone page."""
    yield b"retry: 500\n\n"
    rings = aiter(bell.listen())
    ring = asyncio.ensure_future(anext(rings, False))
    try:
        while True:
            done, _ = await asyncio.wait({ring}, timeout=_KEEP_ALIVE_SECONDS)
            if not done:
                yield b": still here\n\n"
            elif ring.result() is False:
                return
            else:
                yield b"event: change\ndata: \n\n"
                ring = asyncio.ensure_future(anext(rings, False))
    finally:
        ring.cancel()


def _listen(port: int | None) -> socket.socket:
    """A socket on loopback. Raises UsageError when the port that was named is taken."""
    if port is not None:
        try:
            return _bind(port)
        except OSError as error:
            raise UsageError(
                f"port {port} cannot be used: {error.strerror}",
                where="--port",
                fix="choose another, or leave it out for a free one",
            ) from error
    for candidate in range(DEFAULT_PORT, DEFAULT_PORT + _PORTS_TRIED):
        with contextlib.suppress(OSError):
            return _bind(candidate)
    return _bind(0)


def _bind(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((_HOST, port))
        listener.listen(64)
    except BaseException:
        listener.close()
        raise
    return listener
