"""Runs a digest command again and again, and each time something befalls it one step later.

    python dying.py KIND WORKSPACE COMMAND... -- NEXT...

The steps are the writes: a file is about to be opened for writing, to be made durable, to be
renamed, or has just been. KIND is what happens at step 1, then at 2, and so on until the command
gets through: ``kill`` ends the process as kill -9 does; with ``full`` the disk is full from there
on, with ``torn`` as well, but the first half of what is written still fits; with ``read-only``
nothing under issues/ can be written. The workspace is as it was before each; afterwards NEXT runs
without any fault; of steps in a row that leave the same it runs after the first. Prints one JSON
line for each step. Children are forked: importing digest once is enough.
"""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import re
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC


class Fate:
    """Counts the steps of this process, and lets the fault happen at one of them."""

    def __init__(self, kind: str, step: int, root: Path, sign: Path) -> None:
        self.kind = kind
        self.left = step
        self.root = str(root)
        self.sign = sign
        self.is_full = False
        self.is_saving = False

    def meet(self, what: str, path: str) -> None:
        """One step; with a full or a read-only disk no later one gets through either."""
        if (
            self.is_saving
            or not path.startswith(self.root)
            or "digest.db" in path
            or ".lock-holder" in path
        ):
            return
        if self.kind == "read-only" and not path.startswith(f"{self.root}/issues"):
            return
        self.left -= 1
        if self.left > 0:
            return
        self.sign.touch()
        if self.kind == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.kind in {"save", "saves"}:
            if self.left == 0 or self.kind == "saves":
                self.save()
            return
        self.is_full = True
        number = errno.EROFS if self.kind == "read-only" else errno.ENOSPC
        raise OSError(number, os.strerror(number), path)

    def save(self) -> None:
        """What an editor does meanwhile, who has seen what was written last."""
        [document] = Path(self.root).glob("issues/*/issue.md")
        descriptor = os.open(document, os.O_RDONLY)
        text = os.read(descriptor, 1_000_000)
        os.close(descriptor)
        self.is_saving = True
        document.write_bytes(text + b"\nA line that was saved meanwhile.\n")
        self.is_saving = False

    def install(self) -> None:
        """Puts itself in front of everything that writes."""

        def hear(event: str, arguments: tuple[Any, ...]) -> None:
            if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
                path, mode, flags = os.fsdecode(arguments[0]), arguments[1], arguments[2]
                if (flags or 0) & WRITING or (mode and set(mode) & set("wax+")):
                    self.meet("open", path)

        sys.addaudithook(hear)
        replace, fsync = os.replace, os.fsync

        def replace_or_die(source: Any, target: Any, **options: Any) -> None:
            # A save between the last comparison and the rename is the one that nobody sees.
            if not self.is_full and not self.kind.startswith("save"):
                self.meet("rename", os.fsdecode(target))
            replace(source, target, **options)
            if self.kind == "kill":
                self.meet("renamed", os.fsdecode(target))

        def fsync_or_die(descriptor: int) -> None:
            path = str(Path(f"/proc/self/fd/{descriptor}").readlink())
            if self.kind == "torn" and self.left == 1 and Path(path).is_file():
                os.truncate(descriptor, os.fstat(descriptor).st_size // 2)
            self.meet("fsync", path)
            fsync(descriptor)

        os.replace, os.fsync = replace_or_die, fsync_or_die


def in_child(work: Callable[[], int], log: Path) -> int:
    """The exit status of some work in a process of its own, negative for a signal."""
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(target, 1)
    os.dup2(target, 2)
    status = 70
    try:
        status = work()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status)


def snapshot(root: Path) -> dict[str, str]:
    """The text of every file of the issues."""
    return {
        str(path.relative_to(root)): path.read_bytes().decode("utf-8", "backslashreplace")
        for path in sorted(root.glob("issues/*/*"))
        if path.suffix != ".tmp"
    }


def everything(root: Path) -> list[tuple[str, bytes]]:
    """All that a run left and the next one may meet, whatever its random names are."""
    return sorted(
        (re.sub(r"\.\w{8}\.tmp$", ".tmp", str(path.relative_to(root))), path.read_bytes())
        for path in root.rglob("*")
        if path.is_file() and "digest.db" not in path.name and ".lock-holder" not in path.name
    )


def unfinished(root: Path) -> list[str]:
    """The names of temporary files of digest that lie about."""
    return [path.name for path in root.rglob(".*.tmp")]


def main() -> None:
    kind, workspace, *words = sys.argv[1:]
    at = words.index("--")
    command, following = words[:at], words[at + 1 :]
    from digest import cli

    with tempfile.TemporaryDirectory() as name:
        pristine, root, log, sign = (Path(name) / each for each in ("kept", "root", "log", "met"))
        shutil.copytree(workspace, pristine)
        # Once in this process, so that no child has to import anything.
        shutil.copytree(workspace, root)
        os.chdir(root)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            cli.run(command)
        os.chdir(name)
        step = 0
        left_before, next_run = None, {}
        while True:
            step += 1
            shutil.rmtree(root, ignore_errors=True)
            shutil.copytree(pristine, root)
            sign.unlink(missing_ok=True)

            def doomed(number: int = step) -> int:
                os.chdir(root)
                Fate(kind, number, root, sign).install()
                return cli.run(command)

            def calm() -> int:
                os.chdir(root)
                return cli.run(following)

            status = in_child(doomed, log)
            said = log.read_text(encoding="utf-8", errors="replace")
            after = snapshot(root)
            report = {
                "step": step,
                "status": status,
                "said": said,
                "after": after,
                "left": unfinished(root),
            }
            if (left := everything(root)) != left_before:
                left_before = left
                then = in_child(calm, log)
                next_run = {
                    "then": then,
                    "then_said": log.read_text(encoding="utf-8", errors="replace"),
                    "at_last": snapshot(root),
                    "left_at_last": unfinished(root),
                }
            sys.stdout.write(json.dumps(report | next_run) + "\n")
            if kind == "saves" or not sign.exists() or step > 300:
                return


if __name__ == "__main__":
    main()
