"""The command line as scripts and people meet it."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from digest import __version__
from digest.cli import COMMANDS, root


def run_digest(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "digest", *arguments],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_table_of_commands_says_what_each_command_says_of_itself(name: str) -> None:
    module, text = COMMANDS[name]
    command = importlib.import_module(module).command
    assert isinstance(command, click.Command)
    assert (command.help or "").splitlines()[0] == text
    assert "Example" in (command.help or ""), "help ends with an example that can be pasted"


def test_help_lists_every_command_with_its_line() -> None:
    result = run_digest("--help")
    assert result.returncode == 0
    for name, (_, text) in COMMANDS.items():
        assert f"  {name} " in result.stdout
        assert text in " ".join(result.stdout.split())


def test_version_is_the_packages_own() -> None:
    assert run_digest("--version").stdout.strip() == f"digest, version {__version__}"


def test_mistyped_command_names_the_nearest_and_exits_with_2() -> None:
    result = run_digest("compsoe")
    assert result.returncode == 2
    assert "no such command: compsoe; did you mean `compose`?" in result.stderr
    assert result.stdout == ""


def test_mistyped_option_exits_with_2() -> None:
    result = run_digest("compose", "--weak", "2025-W17")
    assert result.returncode == 2
    assert "--week" in result.stderr


def test_no_workspace_is_told_with_its_remedy(tmp_path) -> None:
    result = run_digest("compose", cwd=tmp_path)
    assert result.returncode == 2
    assert "digest init" in result.stderr
    assert "Traceback" not in result.stderr


def test_missing_workspace_folder_is_named(tmp_path) -> None:
    result = run_digest("-C", str(tmp_path / "nowhere"), "compose")
    assert result.returncode == 2
    assert "nowhere: no such folder" in result.stderr


def test_closed_pipe_ends_silently(tmp_path) -> None:
    lines = "\n".join(
        f'{{"title": "Story number {n}", "url": "https://example.org/{n}"}}' for n in range(5000)
    )
    source = tmp_path / "many.jsonl"
    source.write_text(lines, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "digest", "articles", "--json", str(source)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == "[\n"
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 141
    assert errors == ""


def test_interrupt_exits_with_130(tmp_path) -> None:
    code = (
        "import os, signal, digest.cli as cli\n"
        # A test run in the background of a shell starts its children with the signal ignored.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def stop(self, ctx, name): os.kill(os.getpid(), signal.SIGINT)\n"
        "cli.LazyGroup.get_command = stop\n"
        "cli.main(['compose'])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert result.returncode == 128 + signal.SIGINT
    assert result.stderr.strip() == "interrupted"


def test_fault_of_ours_is_one_line_and_a_traceback_only_for_debugging(tmp_path) -> None:
    code = (
        "import digest.cli as cli\n"
        "def fail(self, ctx, name): raise RuntimeError('boom')\n"
        "cli.LazyGroup.get_command = fail\n"
        "cli.main(['compose'])\n"
    )
    command = [sys.executable, "-c", code]
    plain = subprocess.run(command, capture_output=True, text=True, check=False)
    assert plain.returncode == 1
    assert len(plain.stderr.splitlines()) == 1
    assert "DIGEST_DEBUG=1" in plain.stderr
    debug = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | {"DIGEST_DEBUG": "1"}
    )
    assert "Traceback" in debug.stderr


@pytest.mark.parametrize(
    ("variables", "expected"),
    [({"NO_COLOR": "1"}, False), ({"FORCE_COLOR": "1"}, True), ({}, None)],
)
def test_colour_follows_the_two_variables(variables, expected, monkeypatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    seen: list[bool | None] = []

    @click.command()
    @click.pass_context
    def probe(ctx: click.Context) -> None:
        seen.append(ctx.find_root().color)

    monkeypatch.setitem(COMMANDS, "probe", ("probe", "probe"))
    monkeypatch.setattr(type(root), "get_command", lambda self, ctx, name: probe)
    CliRunner().invoke(root, ["probe"])
    assert seen == [expected]


def test_full_disk_is_named_and_no_fault_of_ours(tmp_path) -> None:
    source = tmp_path / "one.jsonl"
    source.write_text('{"title": "One", "url": "https://example.org/1"}', encoding="utf-8")
    with open("/dev/full", "w") as full:  # noqa: PTH123 (a device, not a path of ours)
        result = subprocess.run(
            [sys.executable, "-m", "digest", "articles", "--json", str(source)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=tmp_path,
        )
    assert result.returncode == 1
    assert "no space left on device" in result.stderr
    assert "fault of digest" not in result.stderr
