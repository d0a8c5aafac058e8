"""The issue in a browser, live while issue.md, digest.toml or a template changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digest.workspace import IssueFolder, Workspace

DEFAULT_PORT = 8765


def serve(
    folder: IssueFolder,
    workspace: Workspace,
    *,
    port: int | None = None,
    on_ready: Callable[[str], None],
    stop: threading.Event | None = None,
) -> None:
    """Shows an issue, and its siblings, on this machine until Ctrl-C or ``stop``.

    ``port`` None means 8765 or the next free one, 0 any free one; a port that is named and
    taken raises UsageError. ``on_ready`` gets the page's address when it can be opened.
    Nothing is written to disk.
    """
    from digest.preview.app import run

    run(folder, workspace, port=port, on_ready=on_ready, stop=stop or threading.Event())
