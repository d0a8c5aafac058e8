"""The HTML of every theme is valid: by the standard's own parser, and by html-validate."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path

import html5lib
import pytest
from made_issues import CASES
from made_themes import LOOKS, THEMES, TOOLS, find_tool, rendered

SAMPLE = Path(__file__).resolve().parents[2] / "issues"
PAGES = sorted(SAMPLE.glob("*/digest.html"))

# Rules of html-validate that mail breaks on purpose, each with the reason.
NOT_FOR_MAIL = json.loads((TOOLS / "mail-rules.json").read_text(encoding="utf-8"))


def parse_errors(html: str) -> list[object]:
    parser = html5lib.HTMLParser()
    parser.parse(html)
    return [(place, code) for place, code, _ in parser.errors]


@pytest.mark.parametrize(("theme", "case"), LOOKS)
def test_html_parses_without_an_error_by_the_standards_own_algorithm(theme: str, case: str) -> None:
    assert parse_errors(rendered(theme, case).html) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_committed_sample_parses_without_an_error(page: Path) -> None:
    assert parse_errors(page.read_text(encoding="utf-8")) == []


def test_html_validate_finds_nothing_in_any_theme(tmp_path: Path) -> None:
    program = find_tool("html-validate") / "bin/html-validate.mjs"
    settings = {
        "root": True,
        "extends": ["html-validate:recommended", "html-validate:document"],
        "rules": dict.fromkeys(NOT_FOR_MAIL, "off"),
    }
    (tmp_path / "settings.json").write_text(json.dumps(settings))
    for theme, case in LOOKS:
        (tmp_path / f"{theme}--{case}.html").write_text(rendered(theme, case).html)
    pages = sorted(tmp_path.glob("*.html"))
    answer = tmp_path / "answer.json"
    with answer.open("wb") as file:  # into a pipe it leaves before all is written
        done = subprocess.run(
            [
                *("node", str(program), "--config", str(tmp_path / "settings.json")),
                *("--formatter", "json", *map(str, pages)),
            ],
            stdout=file,
            check=False,
        )
    told = Counter(
        (Path(page["filePath"]).stem, message["ruleId"], message["message"])
        for page in json.loads(answer.read_bytes())
        for message in page["messages"]
    )
    assert told == Counter()
    assert (done.returncode, len(pages)) == (0, len(THEMES) * len(CASES))
