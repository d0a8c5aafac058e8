"""Stories, sections, order and what was learned, by the real command: neither the order of the
input nor repetitions nor the hash seed change them, and hostile input ends."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bench.stories import load
from digest.cli import root

SOURCE = '[[sources]]\nname = "All"\npath = "new.jsonl"\n'
RULES = """
[[topics]]
name = "Ships"
keywords = ["ferry", "freighter"]
max = 3
[[topics]]
name = "Money"
keywords = ["profit"]
[ranking]
order = "by-score"
"""
WEEKS = (
    ("--week", "2025-W16", "--now", "2025-04-21T07:00:00Z"),
    ("--week", "2025-W17", "--now", "2025-04-28T07:00:00Z"),
)
EVENTS = (
    ("Ferry and freighter collide in Kestrel Bay", "Kestrel Bay ferry hit by freighter in fog"),
    ("Halvorsen recalls 310,000 Fjell cars", "Seat belts of 310,000 Halvorsen Fjells break"),
    ("Inquiry into Kestrel Bay ferry names a pilot", "Pilot blamed for ferry of Kestrel Bay"),
    ("Brightwell profit rises as parliament votes", "Parliament votes while Brightwell gains"),
    ("The week in pictures", "Letters to the editor"),
    ("Striker leaves for the league title", "Telescope sees a young galaxy"),
)

Line = dict[str, Any]

offers = st.lists(
    st.builds(
        lambda titles, other, day, outlet, summary: {
            "title": titles[other],
            "url": f"https://{outlet}.example/2025/{day}/{titles[other].replace(' ', '-')}",
            "published": f"2025-04-{day}T09:00:00Z",
            "summary": summary,
            "language": "en",
            "source": {"name": outlet.capitalize()},
        },
        st.sampled_from(EVENTS),
        st.integers(0, 1),
        st.integers(14, 27),
        st.sampled_from(["herald", "post", "times"]),
        st.sampled_from(["", "Divers found five bodies in the Tern Princess.", "More to come."]),
    ),
    min_size=4,
    max_size=14,
)


def compose(*window: str) -> dict[str, Any]:
    found = CliRunner().invoke(root, ["compose", *window, "--offline", "--json"])
    assert found.exception is None, f"{found.exception!r}\n{found.stderr}"
    composed: dict[str, Any] = json.loads(found.stdout)
    return composed


def write(folder: Path, lines: Sequence[Line], rules: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "digest.toml").write_text(SOURCE + rules, encoding="utf-8")
    (folder / "new.jsonl").write_text(
        "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8"
    )


def weeks(folder: Path, lines: Sequence[Line], rules: str) -> list[Any]:
    """What two weeks in a row say of every item, without the lines that it was read from; and
    the documents."""
    write(folder, lines, rules)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        found: list[Any] = [_told(compose(*week)["sections"]) for week in WEEKS]
    return found + [path.read_bytes() for path in sorted(folder.glob("issues/*/issue.md"))]


def _told(part: Any) -> Any:
    """The same without where each article was read."""
    if isinstance(part, dict):
        return {key: _told(value) for key, value in part.items() if key != "input"}
    return [_told(each) for each in part] if isinstance(part, list) else part


@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(lines=offers, rules=st.sampled_from(["", RULES]), chance=st.randoms(use_true_random=False))
def test_order_and_repetitions_of_the_input_change_no_week(
    lines: list[Line],
    rules: str,
    chance: random.Random,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("orders")
    again = [*lines, *chance.sample(lines, k=len(lines) // 2)]
    chance.shuffle(again)
    assert weeks(folder / "one", lines, rules) == weeks(folder / "two", again, rules)


def test_hash_seed_changes_no_byte_of_what_is_grouped_learned_and_ranked(tmp_path: Path) -> None:
    lines = [article.to_json() for _, article in load("dev")]
    whole = set()
    for seed in ("1", "2"):
        folder = tmp_path / seed
        write(folder, lines, RULES)
        for week in WEEKS:
            subprocess.run(
                [sys.executable, "-m", "digest", "compose", *week, "--offline"],
                check=True,
                cwd=folder,
                env=os.environ | {"PYTHONHASHSEED": seed},
                capture_output=True,
            )
        files = sorted(folder.glob("issues/*/*"))
        whole.add(tuple((path.relative_to(folder), path.read_bytes()) for path in files))
    assert len(whole) == 1


@pytest.mark.parametrize("rules", ["", RULES], ids=["no topics", "topics"])
def test_titles_of_a_megabyte_and_hundreds_of_one_word_end(
    rules: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = {"published": "2025-04-24T10:00:00Z", "language": "en"}
    lines: list[Line] = [
        {
            "title": "word",
            "text": "word",
            "url": f"https://h{at % 50}.example/{at}",
            "source": {"name": f"H{at % 50}"},
            **moment,
        }
        for at in range(300)
    ]
    long = " ".join(f"word{at}" for at in range(110_000))
    for number, title in enumerate((long, "가" * 100_000)):
        url = f"https://long{number}.example/"
        lines.append({"title": title, "url": url, "source": {"name": "Long"}, **moment})
    write(tmp_path, lines, rules)
    monkeypatch.chdir(tmp_path)
    composed = compose(*WEEKS[1])
    assert sum(len(section["items"]) for section in composed["sections"]) == 302
