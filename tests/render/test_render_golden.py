"""Whole issues, byte for byte. DIGEST_UPDATE_GOLDEN=1 writes the expected files anew."""

from __future__ import annotations

import os

import pytest
from made_issues import CASES, GOLDEN, read_case

from digest.render import render

UPDATE = os.environ.get("DIGEST_UPDATE_GOLDEN") == "1"


@pytest.mark.parametrize("case", CASES)
def test_rendered_bytes_are_those_of_the_golden_case(case: str) -> None:
    issue, settings = read_case(case)
    rendered = render(issue, settings, None)
    made = {
        "digest.html": rendered.html.encode(),
        "digest.txt": rendered.text.encode(),
        "digest.eml": rendered.message,
    }
    for name, content in made.items():
        path = GOLDEN / case / name
        if UPDATE:
            path.write_bytes(content)
        assert path.read_bytes() == content, f"{case}/{name} differs"


@pytest.mark.parametrize("case", CASES)
def test_rendering_again_gives_the_same_bytes(case: str) -> None:
    issue, settings = read_case(case)
    assert render(issue, settings, None) == render(issue, settings, None)
