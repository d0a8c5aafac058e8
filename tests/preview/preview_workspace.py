"""A workspace with two issues, and a preview of it that runs in a thread."""

from __future__ import annotations

import contextlib
import http.client
import json
import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from digest.preview import serve
from digest.workspace import Workspace

SETTINGS = """\
[newsletter]
title = "Eurasia Weekly"
timezone = "Asia/Seoul"
sender = "Eurasia Weekly <weekly@example.org>"
address = "1 Example Street, Seoul"
"""
DOCUMENT = """\
---
title: Eurasia Weekly
subject: "Six years on: a treaty"
preheader: And one more story
window: 2025-04-21T00:00:00+09:00/2025-04-28T00:00:00+09:00
timezone: Asia/Seoul
---

## Diplomacy

### [A treaty is signed](https://example.org/treaty)

*Example Times · 24 April 2025*

Both sides <script>document.title = "run"</script> agreed.
"""


def make_workspace(root: Path) -> Workspace:
    """Issues 2025-W16 and 2025-W17, no templates of its own."""
    (root / "digest.toml").write_text(SETTINGS, encoding="utf-8")
    workspace = Workspace(root=root, settings_path=root / "digest.toml")
    for slug in ("2025-W16", "2025-W17"):
        folder = workspace.issue(slug)
        folder.path.mkdir(parents=True)
        text = DOCUMENT if slug == "2025-W17" else DOCUMENT.replace("A treaty is", "Older news is")
        folder.document.write_text(text, encoding="utf-8")
    return workspace


def split_in_two(workspace: Workspace) -> None:
    """The newer issue becomes one of eight stories in two mails."""
    assert workspace.settings_path is not None
    with workspace.settings_path.open("a", encoding="utf-8") as file:
        file.write('\n[render]\noverflow = "split"\n')
    head = DOCUMENT.partition("## Diplomacy")[0]
    long = "Both sides agreed on the text of it. " * 400
    stories = (
        f"### [Story {number}](https://example.org/{number})\n\n{long}\n\n"
        for number in range(1, 9)
    )
    workspace.issue("2025-W17").document.write_text(
        f"{head}## Diplomacy\n\n{''.join(stories)}", encoding="utf-8"
    )


@contextlib.contextmanager
def running(workspace: Workspace, slug: str = "2025-W17", port: int | None = 0) -> Iterator[str]:
    """The address of a preview that runs while the block does."""
    ready: queue.Queue[str | BaseException] = queue.Queue()
    stop = threading.Event()

    def run() -> None:
        try:
            serve(workspace.issue(slug), workspace, port=port, on_ready=ready.put, stop=stop)
        except BaseException as error:
            ready.put(error)
            raise

    thread = threading.Thread(target=run)
    thread.start()
    try:
        address = ready.get(timeout=30)
        if isinstance(address, BaseException):
            raise address
        yield address
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive(), "the preview did not end"


def ask(
    address: str, path: str = "/", *, method: str = "GET", **headers: str
) -> tuple[http.client.HTTPResponse, str]:
    """An answer and its whole text."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer, answer.read().decode("utf-8")
    finally:
        connection.close()


def ask_state(address: str, query: str = "") -> dict[str, Any]:
    answer, text = ask(address, f"/state.json{query}")
    assert answer.status == 200, text
    state: dict[str, Any] = json.loads(text)
    return state
