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

# What turning an issue into mail does not need: most of it costs more than the render itself.
NOT_FOR_RENDER = {
    "asyncio",
    "cattrs",
    "charset_normalizer",
    "dateutil",
    "digest.articles",
    "digest.check",
    "digest.deliver",
    "digest.feeds",
    "digest.http",
    "digest.importing",
    "digest.preview",
    "digest.sources",
    "digest.state",
    "digest.summaries",
    "digest.topics",
    "digest.window",
    "email.message",
    "email.mime",
    "email.parser",
    "frontmatter",
    "html5lib",
    "htmldate",
    "http",
    "idna",
    "importlib.metadata",
    "lxml.html",
    "nh3",
    "requests",
    "rich",
    "smtplib",
    "sqlite3",
    "ssl",
    "starlette",
    "tinycss2",
    "tomlkit",
    "trafilatura",
    "urllib.request",
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


def modules_after(
    program: str, *arguments: str, folder: Path = ROOT, says: str = "Usage:"
) -> set[str]:
    """The names of all modules that a program, run in ``folder``, has loaded when it ends."""
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
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("COV")},
    )
    assert says in result.stdout + result.stderr
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


def test_render_loads_nothing_that_gathers_checks_or_sends(tmp_path: Path) -> None:
    (tmp_path / "digest.toml").write_text(
        '[newsletter]\ntitle = "Weekly"\nsender = "Weekly <weekly@example.org>"\n'
    )
    folder = tmp_path / "issues" / "2025-W17"
    folder.mkdir(parents=True)
    window = "2025-04-21T00:00:00+09:00/2025-04-28T00:00:00+09:00"
    (folder / "issue.md").write_text(
        f"---\ntitle: Weekly\nsubject: A treaty\nwindow: {window}\n"
        "timezone: Asia/Seoul\nlanguage: en\n---\n\n## Diplomacy\n\n"
        "### [A treaty](https://example.org/treaty)\n\nExample Times · 24 April 2025\n\n"
        "It was signed.\n"
    )
    loaded = modules_after(
        "from digest.cli import main\nmain()\n", "render", folder=tmp_path, says="wrote "
    )
    assert "premailer" in loaded
    assert {
        name
        for name in loaded
        if any(name == no or name.startswith(f"{no}.") for no in NOT_FOR_RENDER)
    } == set()
