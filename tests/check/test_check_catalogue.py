"""docs/checks.md is the catalogue. DIGEST_UPDATE_GOLDEN=1 writes it anew."""

from __future__ import annotations

import os
import re
from pathlib import Path

import digest.check
from digest.check.catalogue import CATALOGUE, as_markdown

DOCS = Path(__file__).resolve().parents[2] / "docs" / "checks.md"


def test_documentation_says_what_the_catalogue_says() -> None:
    if os.environ.get("DIGEST_UPDATE_GOLDEN") == "1":
        DOCS.write_text(as_markdown(), encoding="utf-8")
    assert DOCS.read_text(encoding="utf-8") == as_markdown()


def test_every_code_that_a_check_reports_is_in_the_catalogue_and_the_other_way_round() -> None:
    package = Path(digest.check.__file__).parent
    others = [
        path for path in package.glob("*.py") if path.name not in ("catalogue.py", "entry.py")
    ]
    source = "\n".join(path.read_text(encoding="utf-8") for path in others)
    for code in CATALOGUE:
        if code != "stale-render":  # reported by digest.press, which knows the files
            assert f'"{code}"' in source, code
    assert set(re.findall(r'finding\(\s*"([a-z-]+)"', source)) <= set(CATALOGUE)


def test_remedies_are_imperatives_without_a_full_stop() -> None:
    for entry in CATALOGUE.values():
        assert entry.says.endswith("."), entry.code
        assert entry.why.endswith("."), entry.code
        assert not entry.fix.endswith("."), entry.code
        assert re.fullmatch(r"[a-z]+(-[a-z]+)+", entry.code)
        assert f"### {entry.code}\n" in as_markdown()
