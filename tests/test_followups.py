"""An item that follows one of an earlier issue says so, and leads there; it is not merged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from digest.cli import root

FIRST = "Halden bridge in Orun closed after engineers find cracks"
SECOND = "Halden bridge in Orun reopens as engineers finish repairs"
BRIDGE = "https://harbour.example.org/bridge"
LINE = f"Earlier: [{FIRST}]({BRIDGE})"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with one feed."""
    monkeypatch.chdir(tmp_path)
    Path("digest.toml").write_text('[[sources]]\nname = "All"\npath = "new.jsonl"\n', "utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(root, arguments)
    assert result.exception is None, f"{result.exception!r}\n{result.stderr}"
    return result


def offer(*articles: tuple[str, str, str, str]) -> None:
    Path("new.jsonl").write_text(
        "".join(
            json.dumps(
                {
                    "title": title,
                    "url": url,
                    "summary": summary,
                    "published": f"2025-04-{day}T09:00:00Z",
                    "language": "en",
                    "source": {"name": "Harbour News", "url": "https://harbour.example.org/"},
                }
            )
            + "\n"
            for title, url, summary, day in articles
        ),
        encoding="utf-8",
    )


def first_week() -> None:
    offer(
        (FIRST, BRIDGE, "Lorries take the ferry across the Halden until summer.", "15"),
        ("Tulip growers expect a late harvest", "https://harbour.example.org/tulips", "", "16"),
        ("Letters to the editor: parking", "https://harbour.example.org/letters-1", "", "16"),
    )
    compose("2025-W16")


def second_week(*more: str) -> dict[str, Any]:
    offer(
        (SECOND, f"{BRIDGE}-2", "The first lorries crossed the Halden on Tuesday.", "22"),
        ("Museum of salt opens a second hall", "https://harbour.example.org/salt", "", "23"),
        ("Letters to the editor: dogs", "https://harbour.example.org/letters-2", "", "23"),
    )
    return compose("2025-W17", *more)


def compose(slug: str, *more: str) -> dict[str, Any]:
    now = "2025-04-28T07:00:00Z"
    found = run("compose", "--week", slug, "--now", now, "--offline", "--json", *more)
    return {
        item["article"]["title"]: item
        for section in json.loads(found.stdout)["sections"]
        for item in section["items"]
    }


def document(slug: str) -> Path:
    return Path("issues") / slug / "issue.md"


def change(slug: str, old: str, new: str) -> None:
    text = document(slug).read_text("utf-8")
    assert old in text
    document(slug).write_text(text.replace(old, new), "utf-8")


def test_the_second_week_leads_to_the_first_in_document_mail_and_reasons(here: Path) -> None:
    first_week()
    assert "Earlier:" not in document("2025-W16").read_text("utf-8")
    composed = second_week()
    [earlier] = composed[SECOND]["earlier"]
    assert (earlier["title"], earlier["url"]) == (FIRST, BRIDGE)
    assert (earlier["slug"], earlier["day"]) == ("2025-W16", "2025-04-20")
    assert [title for title, item in composed.items() if "earlier" in item] == [SECOND]
    assert document("2025-W17").read_text("utf-8").count(LINE) == 1
    folder = Path("issues/2025-W17")
    assert f'<a href="{BRIDGE}"' in (folder / "digest.html").read_text("utf-8")
    assert f"Earlier:\n    {FIRST}\n    {BRIDGE}\n" in (folder / "digest.txt").read_text("utf-8")
    told = run("why", SECOND).stdout
    assert f"follows “{FIRST}” in 2025-W16: shares “" in told
    before = document("2025-W17").read_bytes()
    second_week()
    assert document("2025-W17").read_bytes() == before


def test_what_is_led_to_does_not_count_as_issued_again(here: Path) -> None:
    first_week()
    second_week()
    told = run("why", BRIDGE).stdout
    assert "2025-W16" in told
    assert "2025-W17" not in told


def test_a_line_that_was_removed_does_not_come_back_and_a_changed_one_stays(here: Path) -> None:
    first_week()
    second_week()
    change("2025-W17", f"{LINE}\n", "")
    second_week()
    assert "Earlier:" not in document("2025-W17").read_text("utf-8")
    change("2025-W17", "### [Museum", "Earlier: [Mine](https://example.org/mine)\n\n### [Museum")
    second_week()
    assert "Earlier: [Mine](https://example.org/mine)" in document("2025-W17").read_text("utf-8")


def test_an_edited_title_is_linked_as_it_was_printed(here: Path) -> None:
    first_week()
    change("2025-W16", FIRST, "The *bridge* is shut")
    second_week()
    assert f"Earlier: [The bridge is shut]({BRIDGE})" in document("2025-W17").read_text("utf-8")


@pytest.mark.parametrize("fate", ["cut", "hold"])
def test_what_was_not_printed_is_not_linked(here: Path, fate: str) -> None:
    first_week()
    run(fate, "Halden bridge", "--issue", "2025-W16")
    second_week()
    assert "Earlier:" not in document("2025-W17").read_text("utf-8")


def test_the_setting_switches_it_off_and_again_keeps_it(here: Path) -> None:
    first_week()
    assert second_week("--again")[SECOND]["earlier"]
    with Path("digest.toml").open("a", encoding="utf-8") as file:
        file.write("\n[stories]\nearlier_issues = 0\n")
    assert "earlier" not in second_week()[SECOND]
    assert "Earlier:" not in document("2025-W17").read_text("utf-8")
