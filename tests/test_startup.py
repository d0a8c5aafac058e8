"""What starting the command line may load: help has to come at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from digest.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[1]

# What `digest --help` may load beyond a bare click program.
ALLOWED = {"digest", "digest.cli"}
# What no command may load before it is asked to work.
HEAVY = {
    "babel",
    "cattrs",
    "charset_normalizer",
    "digest.config",
    "digest.http",
    "digest.model",
    "email",
    "importlib.metadata",
    "jinja2",
    "logging",
    "lxml",
    "markdown_it",
    "nh3",
    "premailer",
    "requests",
    "rich",
    "smtplib",
    "sqlite3",
    "starlette",
    "tomlkit",
    "trafilatura",
    "urllib3",
    "uvicorn",
    "watchfiles",
    "yaml",
}

BARE_PROGRAM = """
import click

@click.group()
def root():
    pass

@root.command()
def one():
    pass
"""


def modules_after(program: str, *arguments: str) -> set[str]:
    """The names of all modules that a program has loaded when it ends."""
    code = (
        f"import sys\nsys.argv = ['program', *{list(arguments)!r}]\n"
        "import atexit\n"
        "atexit.register(lambda: print('\\n'.join(sys.modules), file=sys.stderr))\n"
        f"{program}"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("COV")},
    )
    assert "Usage:" in result.stdout
    return set(result.stderr.split())


def test_help_loads_nothing_beyond_click_and_two_modules_of_ours() -> None:
    bare = modules_after(BARE_PROGRAM + "root()\n", "--help")
    ours = modules_after("from digest.cli import main\nmain()\n", "--help")
    # What is built into the interpreter (gc) costs nothing to load.
    assert ours - bare - set(sys.builtin_module_names) == ALLOWED


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_loads_no_library_that_does_the_work(command: str) -> None:
    bare = modules_after(BARE_PROGRAM + "root()\n", "--help")
    loaded = modules_after("from digest.cli import main\nmain()\n", command, "--help")
    heavy = {name for name in loaded - bare if name in HEAVY or name.split(".")[0] in HEAVY}
    assert heavy == set()
