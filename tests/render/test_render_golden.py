"""Whole issues in every theme, byte for byte. DIGEST_UPDATE_GOLDEN=1 writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from made_issues import CASES, GOLDEN, THEMES, read_case

from digest.render import render

UPDATE = os.environ.get("DIGEST_UPDATE_GOLDEN") == "1"


def expected_folder(case: str, theme: str) -> Path:
    return GOLDEN / case if theme == "classic" else GOLDEN / case / theme


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("case", CASES)
def test_rendered_bytes_are_those_of_the_golden_case(case: str, theme: str) -> None:
    issue, settings = read_case(case, theme)
    rendered = render(issue, settings, None)
    made = {
        "digest.html": rendered.html.encode(),
        "digest.txt": rendered.text.encode(),
        "digest.eml": rendered.message,
    }
    folder = expected_folder(case, theme)
    for name, content in made.items():
        if UPDATE:
            folder.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
        assert (folder / name).read_bytes() == content, f"{case}/{theme}/{name} differs"


@pytest.mark.parametrize("case", CASES)
def test_rendering_again_gives_the_same_bytes(case: str) -> None:
    issue, settings = read_case(case)
    assert render(issue, settings, None) == render(issue, settings, None)
