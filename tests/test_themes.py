"""`digest theme`: list, show, copy, new."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from digest.cli import run

ISSUE = """\
---
title: Weekly
subject: A harbour, and more
---

## News

### [A harbour](https://example.org/harbour)

*Post · 24 April 2025*

It is deep.
"""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("digest.toml").write_text('[newsletter]\ntitle = "Weekly"\n', encoding="utf-8")
    folder = Path("issues/2025-W17")
    folder.mkdir(parents=True)
    (folder / "issue.md").write_text(ISSUE, encoding="utf-8")
    return tmp_path


def test_list_names_every_theme_and_the_one_in_use(workspace: Path, capsys) -> None:
    assert run(["theme", "list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["themes"]
    assert [theme["name"] for theme in found] == ["bulletin", "classic", "magazine", "plain"]
    assert [theme["name"] for theme in found if theme["used"]] == ["classic"]
    assert run(["theme", "list"]) == 0
    assert "A serif newspaper" in capsys.readouterr().out


def test_show_prints_tokens_with_the_newsletter_s_changes_and_where_files_come_from(
    workspace: Path, capsys
) -> None:
    Path("digest.toml").write_text('[theme]\naccent = "#004488"\n', encoding="utf-8")
    assert run(["theme", "show", "classic", "--json"]) == 0
    theme = json.loads(capsys.readouterr().out)
    assert theme["tokens"]["accent"] == "#004488"
    files = {file["name"]: file["theme"] for file in theme["files"]}
    assert files["style.css"] == "classic"
    assert files["blocks/item.html.j2"] == "base"
    assert run(["theme", "show", "classic"]) == 0
    assert "#004488" in capsys.readouterr().out


def test_unknown_theme_is_answered_with_the_nearest(workspace: Path, capsys) -> None:
    assert run(["theme", "show", "clasic"]) == 2
    assert "did you mean classic?" in capsys.readouterr().err


def test_copied_theme_renders_the_same_bytes(workspace: Path) -> None:
    Path("digest.toml").write_text('[newsletter]\ntheme = "bulletin"\n', encoding="utf-8")
    html = Path("issues/2025-W17/digest.html")
    assert run(["render"]) == 0
    before = html.read_bytes()
    assert run(["theme", "copy", "bulletin"]) == 0
    assert run(["theme", "copy", "bulletin", "blocks/item.html.j2"]) == 0
    assert (workspace / "templates/bulletin/blocks/item.html.j2").exists()
    assert run(["render"]) == 0
    assert html.read_bytes() == before


def test_copy_never_overwrites(workspace: Path, capsys) -> None:
    own = workspace / "templates/classic/style.css"
    own.parent.mkdir(parents=True)
    own.write_text("mine", encoding="utf-8")
    assert run(["theme", "copy", "classic"]) == 2
    assert "templates/classic/style.css: this file exists already" in capsys.readouterr().err
    assert own.read_text(encoding="utf-8") == "mine"
    assert [path.name for path in own.parent.iterdir()] == ["style.css"]
    assert run(["theme", "copy", "classic", "nothing.j2"]) == 2
    assert "has no built-in file nothing.j2" in capsys.readouterr().err


def test_copy_cannot_leave_the_theme_s_folder(workspace: Path, capsys) -> None:
    assert run(["theme", "copy", "classic", "../../digest.toml"]) == 2
    assert "has no built-in file" in capsys.readouterr().err


@pytest.mark.parametrize("extends", ["classic", "bulletin", "magazine", "plain"])
def test_new_theme_renders_as_the_one_it_extends(workspace: Path, extends: str, capsys) -> None:
    html = Path("issues/2025-W17/digest.html")
    Path("digest.toml").write_text(f'[newsletter]\ntheme = "{extends}"\n', encoding="utf-8")
    assert run(["render"]) == 0
    before = html.read_bytes()
    assert run(["theme", "new", "mine", "--extends", extends]) == 0
    assert 'theme = "mine"' in capsys.readouterr().err
    Path("digest.toml").write_text('[newsletter]\ntheme = "mine"\n', encoding="utf-8")
    assert run(["render"]) == 0
    assert html.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("base", "cannot name a theme"),
        ("../x", "cannot name a theme"),
        ("classic", "there is a theme named classic already"),
    ],
)
def test_new_theme_needs_a_name_of_its_own(workspace: Path, name: str, words: str, capsys) -> None:
    assert run(["theme", "new", name]) == 2
    assert words in capsys.readouterr().err
    assert not Path("templates").exists()


def test_new_theme_may_extend_one_of_the_workspace(workspace: Path) -> None:
    assert run(["theme", "new", "mine"]) == 0
    assert run(["theme", "new", "yours", "--extends", "mine"]) == 0
    Path("digest.toml").write_text('[newsletter]\ntheme = "yours"\n', encoding="utf-8")
    assert run(["render"]) == 0


def test_file_of_the_theme_that_another_extends_is_copied_into_that_other(workspace: Path) -> None:
    assert run(["theme", "new", "mine", "--extends", "bulletin"]) == 0
    assert run(["theme", "copy", "mine", "blocks/body.html.j2"]) == 0
    own = workspace / "templates/mine/blocks/body.html.j2"
    assert '<ol class="items"' in own.read_text(encoding="utf-8")


def test_gallery_shows_every_theme_and_stays_small() -> None:
    gallery = Path(__file__).resolve().parents[1] / "docs/gallery"
    page = (gallery / "README.md").read_text(encoding="utf-8")
    pictures = sorted(path.name for path in gallery.glob("*.png"))
    assert pictures == sorted(
        f"{theme}-{scheme}-{width}.png"
        for theme in ("bulletin", "classic", "magazine", "plain")
        for scheme in ("light", "dark")
        for width in (600, 320)
    )
    assert all(f"({name})" in page for name in pictures)
    assert sum(path.stat().st_size for path in gallery.glob("*.png")) < 1_500_000
