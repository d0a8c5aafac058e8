"""The HTML parses without a single error by the HTML standard's own algorithm."""

from __future__ import annotations

from pathlib import Path

import html5lib
import pytest

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
SAMPLE = Path(__file__).resolve().parents[2] / "issues"
PAGES = sorted([*GOLDEN.glob("*/digest.html"), *SAMPLE.glob("*/digest.html")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_rendered_html_is_valid(page: Path) -> None:
    parser = html5lib.HTMLParser()
    parser.parse(page.read_text(encoding="utf-8"))
    assert [(place, code) for place, code, _ in parser.errors] == []
    assert len(PAGES) >= 8
