"""`digest add` to an issue whose sections digest proposed, before the editor has any."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from digest.cli import run

TITLES = [
    *("Parliament votes on the budget", "Voters turn out for the election"),
    *("Minister resigns over a bridge", "Coalition loses its majority"),
    *("Goalkeeper saves three", "Striker leaves for the second league"),
    *("Rugby club looks for a field", "Marathon has a new record"),
]


def write(name: str, titles: list[str]) -> None:
    entries = [
        {
            "title": title,
            "url": f"https://paper{at}.example/{title.split()[0].lower()}",
            "published": "2025-04-23",
            "language": "en",
        }
        for at, title in enumerate(titles)
    ]
    Path(name).write_text("".join(json.dumps(one) + "\n" for one in entries), "utf-8")


def add(capsys: pytest.CaptureFixture[str], title: str) -> str:
    write("by-hand.jsonl", [title])
    capsys.readouterr()
    assert run(["add", "by-hand.jsonl"]) == 0
    return capsys.readouterr().err


@pytest.mark.parametrize("proposes", [True, False])
def test_what_is_added_goes_into_the_proposed_section_of_its_subject(
    proposes: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    switch = f"propose_sections = {str(proposes).lower()}"
    Path("digest.toml").write_text(
        f'[newsletter]\ntitle = "Weekly"\n[[sources]]\npath = "articles.jsonl"\n'
        f'[stories]\njoin = "off"\n[learning]\n{switch}\n',
        encoding="utf-8",
    )
    write("articles.jsonl", TITLES)
    now = ["--now", "2025-04-28T07:00:00+00:00"]
    assert run(["compose", "--week", "2025-W17", *now]) == 0
    assert ("## Sport" in Path("issues/2025-W17/issue.md").read_text()) == proposes
    said = add(capsys, "Football pitch passes the test")
    where = "Sport" if proposes else "Also this week"
    assert f"added to {where}: Football pitch passes the test" in said
    assert ("no rule of digest.toml places" in said) == (not proposes)
    # No other section is made for one article, and what is of no subject goes to the last.
    assert "added to Also this week: Orchestra" in add(capsys, "Orchestra plays outside")
    assert "added to Also this week: Ladder" in add(capsys, "Ladder borrowed")
    # It stays when the issue is composed again.
    assert run(["compose", "--week", "2025-W17", *now]) == 0
    text = Path("issues/2025-W17/issue.md").read_text(encoding="utf-8")
    assert text.count("Football pitch") == 1
    if proposes:
        sport = text.split("## Sport\n")[1].split("\n## ")[0]
        assert "Football pitch passes the test" in sport
