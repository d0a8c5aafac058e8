"""Our templates' bytecode: kept where our modules' is, and believed only while it is right."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import jinja2
import pytest

from digest.render.bytecode import make_cache

PROGRAM = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
import jinja2
from made_issues import make_issue, make_settings
from digest.render import render

compiled = []
usual = jinja2.Environment.compile

def counted(self, source, name=None, filename=None, **options):
    compiled.append(Path(filename).name)
    return usual(self, source, name, filename, **options)

jinja2.Environment.compile = counted
folder = Path(sys.argv[1]) if sys.argv[1:] else None
print(render(make_issue(), make_settings(), folder).content_hash, *compiled)
"""


def run(prefix: Path, *arguments: str, **variables: str) -> tuple[str, list[str]]:
    """The hash of a render in a new process, and which templates it had to compile."""
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(tests=str(Path(__file__).parents[1])), *arguments],
        env=environment | {"PYTHONPYCACHEPREFIX": str(prefix)} | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    content_hash, *compiled = done.stdout.split()
    return content_hash, compiled


def kept(prefix: Path) -> list[Path]:
    return sorted(prefix.rglob("template-*.pyc"))


def test_the_second_render_compiles_no_template_and_gives_the_same_bytes(tmp_path: Path) -> None:
    first, compiled = run(tmp_path)
    assert "issue.html.j2" in compiled
    assert len(kept(tmp_path)) == len(compiled)
    assert run(tmp_path) == (first, [])


def test_a_file_that_is_not_what_was_written_is_made_anew(tmp_path: Path) -> None:
    first, _ = run(tmp_path)
    shapes = (b"", b"short", b"\0" * 400, kept(tmp_path)[0].read_bytes())
    for number, path in enumerate(kept(tmp_path)):
        path.write_bytes(shapes[number % len(shapes)])
    again, compiled = run(tmp_path)
    assert again == first
    assert compiled
    assert run(tmp_path) == (first, [])


def test_nothing_is_written_where_python_may_write_no_bytecode(tmp_path: Path) -> None:
    run(tmp_path, PYTHONDONTWRITEBYTECODE="1")
    assert kept(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_no_mistake(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    first, compiled = run(blocked)
    assert compiled
    assert run(blocked) == (first, compiled)


def test_templates_of_a_workspace_are_compiled_each_time(tmp_path: Path) -> None:
    theirs = tmp_path / "workspace" / "templates"
    (theirs / "classic" / "blocks").mkdir(parents=True)
    (theirs / "classic" / "blocks" / "masthead.html.j2").write_text("<h1>ours</h1>\n")
    prefix = tmp_path / "prefix"
    first, compiled = run(prefix, str(theirs))
    assert len(kept(prefix)) == len(compiled) - 1
    assert run(prefix, str(theirs)) == (first, ["masthead.html.j2"])
    assert [path.name for path in theirs.rglob("*") if path.is_file()] == ["masthead.html.j2"]


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> jinja2.Environment:
    """Templates of one folder, their bytecode below another."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "prefix"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    ours = tmp_path / "ours"
    (ours / "theme").mkdir(parents=True)
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(ours), bytecode_cache=make_cache(ours), cache_size=0
    )


def test_a_template_that_has_changed_is_compiled_anew_into_the_same_file(
    environment: jinja2.Environment, tmp_path: Path
) -> None:
    source = tmp_path / "ours" / "theme" / "a.j2"
    for text in ("one", "two", "one"):
        source.write_text(text, encoding="utf-8")
        assert environment.get_template("theme/a.j2").render() == text
        assert environment.get_template("theme/a.j2").render() == text
        assert len(kept(tmp_path)) == 1


def test_names_by_detours_fill_no_folder(environment: jinja2.Environment, tmp_path: Path) -> None:
    (tmp_path / "ours" / "theme" / "a.j2").write_text("one", encoding="utf-8")
    for name in ("theme//a.j2", "theme/./a.j2", "/theme/a.j2", "theme/a.j2"):
        assert environment.get_template(name).render() == "one"
    assert len(kept(tmp_path)) == 1
