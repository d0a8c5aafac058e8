"""The golden cases in every theme that there is, rendered once for all tests of a run."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from made_issues import CASES, read_case

from digest.model import Rendered
from digest.render import render
from digest.workspace import themes

THEMES = themes(None)
LOOKS = [(theme, case) for theme in THEMES for case in CASES]
"""Every theme with every golden case."""

TOOLS = Path(__file__).parent / "tools"


@cache
def rendered(theme: str, case: str) -> Rendered:
    """A golden case in a theme."""
    issue, settings = read_case(case)
    settings = replace(settings, newsletter=replace(settings.newsletter, theme=theme))
    return render(issue, settings, None)


def find_tool(name: str) -> Path:
    """A node package of tests/tools, or the test is skipped, aloud."""
    found = TOOLS / "node_modules" / name
    if found.is_dir() and shutil.which("node"):
        return found
    lacking = f"{name} is not installed: run `npm ci --prefix tests/tools`"
    if os.environ.get("DIGEST_REQUIRE_TOOLS") == "1":
        pytest.fail(lacking)
    pytest.skip(f"{lacking}; nothing was looked at")


def version_of(package: Path) -> str:
    """The version that is installed."""
    return str(json.loads((package / "package.json").read_text(encoding="utf-8"))["version"])
