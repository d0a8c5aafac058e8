"""Work that goes wrong in every way, for processes that import it."""

from __future__ import annotations

import os
import signal
import time


def odd(piece: str) -> str:
    """The piece with the number of the process; some pieces end it or never end."""
    if piece == "exit":
        os._exit(7)
    if piece == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if piece == "hang":
        while True:
            time.sleep(60)
    if piece == "big":
        return "x" * 5_000_000
    if piece == "slow":
        time.sleep(0.3)
    return f"{piece} {os.getpid()}"
