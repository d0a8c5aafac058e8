"""Who may import whom (DESIGN), and that a trespasser is named."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )


def test_every_module_keeps_to_its_layer() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 broken" in result.stdout


@pytest.mark.parametrize(
    ("module", "statement", "named"),
    [
        ("topics/__init__.py", "import digest.issue.slug", "digest.topics -> digest.issue.slug"),
        ("model/place.py", "import digest.urls", "digest.model.place -> digest.urls"),
        ("urls.py", "import sqlite3", "digest.urls -> sqlite3"),
        ("issue/slug.py", "import urllib3", "digest.issue.slug -> urllib3"),
        ("window/__init__.py", "import click", "digest.window -> click"),
        ("check/__init__.py", "import jinja2", "digest.check -> jinja2"),
        ("render/html.py", "import premailer", "digest.render.html -> premailer"),
        ("compose.py", "import urllib3", "digest.compose -> urllib3"),
    ],
)
def test_import_across_the_layers_is_named_with_its_line(
    module: str, statement: str, named: str, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "digest", tmp_path / "digest")
    shutil.copy(ROOT / ".importlinter", tmp_path)
    planted = tmp_path / "digest" / module
    text = planted.read_text(encoding="utf-8")
    line = len(text.splitlines()) + 1
    planted.write_text(f"{text}{statement}\n", encoding="utf-8")

    result = lint_imports(tmp_path)

    assert result.returncode != 0
    assert f"{named} (l.{line})" in " ".join(result.stdout.split())
