"""Feeds with known answers: the score that was reached stays reached."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "feeds"

# What other projects do as a matter of opinion (class policy: a made-up title, say) is not
# counted: digest leaves empty what the feed does not say.
FLOOR_OTHERS = 0.99
FLOOR_FEEDPARSER = 0.97


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("feeds_truth", ROOT / "bench" / "feeds_truth.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["feeds_truth"] = module
    spec.loader.exec_module(module)
    return module


def test_feedparser_is_a_yardstick_and_nothing_that_digest_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert not any("feedparser" in each for each in project["dependencies"])
    with_it = [
        name for name, each in project["optional-dependencies"].items() if "feedp" in str(each)
    ]
    assert with_it == ["bench"]
    code = (
        "import sys, digest.sources, digest.feeds.rss, digest.feeds.atom, digest.feeds.jsonfeed\n"
    )
    code += "sys.exit('feedparser' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0


def test_feeds_with_known_answers_are_read_right(bench: ModuleType) -> None:
    if not (DATA / "truth.jsonl").is_file():
        pytest.skip("../shared/data/feeds is not here: the feeds with known answers were NOT read")
    tally = {"feedparser": [0, 0], "others": [0, 0]}
    dates: list[str] = []
    unnoticed: list[str] = []
    for case in bench.load(DATA):
        got = bench.digest_facts(case, (DATA / case["file"]).read_bytes())
        wrong = bench.mistakes(case, got)
        group = "feedparser" if case["origin"] == "feedparser" else "others"
        if case["class"] != "policy":
            tally[group][0] += not wrong
            tally[group][1] += 1
        if case["error"] and wrong:
            unnoticed.append(case["id"])
        dates += [
            f"{case['id']}: {name}"
            for name, _, _ in wrong
            if name.endswith(("published", "updated", "no_date"))
        ]
    assert dates == []
    assert unnoticed == []
    assert tally["others"][0] / tally["others"][1] >= FLOOR_OTHERS
    assert tally["feedparser"][0] / tally["feedparser"][1] >= FLOOR_FEEDPARSER
