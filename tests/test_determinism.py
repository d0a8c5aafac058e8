"""Same input, same bytes: whatever the order, the process's zone, its locale or its hash seed."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from test_identity import SETTINGS, Entry, compose, entry, write_feed

WEEKS = (
    ("--week", "2025-W17", "--now", "2025-04-28T07:00:00Z"),
    ("--week", "2025-W18", "--now", "2025-05-05T07:00:00Z"),
)
ZONED = '[newsletter]\ntimezone = "Australia/Lord_Howe"\n\n'

texts = st.sampled_from(
    ["A treaty of many words", "Straße und Öl", "ＦＵＬＬ width", "東京の話", ""]
)
entries = st.lists(
    st.builds(
        lambda number, day, title, host, summary: entry(
            number,
            day,
            title=title or f"The story of number {number}",
            link=f"{host}/2025/story-{number}",
            description=summary,
        ),
        st.integers(1, 6),
        st.integers(12, 30),
        texts,
        st.sampled_from(["http://www.example.org", "https://example.org", "https://other.example"]),
        st.sampled_from(["Short.", "Something longer than that.", ""]),
    ),
    min_size=2,
    max_size=6,
    unique_by=lambda one: one["guid"],
)


def documents(folder: Path) -> dict[str, bytes]:
    """Everything that readers see, of every issue."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.glob("issues/*/*"))
        if path.name != "issue.lock"
    }


def locks(folder: Path) -> list[Any]:
    found = []
    for path in sorted(folder.glob("issues/*/issue.lock")):
        found.append(json.loads(path.read_text(encoding="utf-8")))
    return found


def run_weeks(folder: Path, stream: list[Entry]) -> tuple[dict[str, bytes], list[Any]]:
    folder.mkdir()
    (folder / "digest.toml").write_text(ZONED + SETTINGS, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        write_feed(folder, *stream)
        for week in WEEKS:
            compose(*week)
    return documents(folder), locks(folder)


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # shrinking would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(stream=entries, seed=st.integers(0, 1000))
def test_order_of_the_entries_changes_nothing(
    stream: list[Entry], seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("orders")
    shuffled = list(stream)
    random.Random(seed).shuffle(shuffled)
    assert run_weeks(folder / "one", stream) == run_weeks(folder / "two", shuffled)


def test_zone_locale_and_hash_seed_of_the_process_change_nothing(tmp_path: Path) -> None:
    stream = [
        entry(1),
        entry(1, link="https://example.org/2025/story-1", guid="other"),
        entry(2, 20, title="Straße und Öl in der Türkei"),
        entry(3, 28, title="東京の話と大阪の話"),
        entry(4, pubDate=""),
        entry(5, title="A treaty of many words"),
        entry(6, title="A treaty of many words", link="https://other.example/a"),
    ]
    found = set()
    for number, (zone, locale, seed) in enumerate(
        [("UTC", "C", "0"), ("Pacific/Kiritimati", "C.UTF-8", "1"), ("America/Lima", "tr_TR", "99")]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "digest.toml").write_text(ZONED + SETTINGS, encoding="utf-8")
        write_feed(folder, *stream)
        variables = {"TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed}
        for week in (*WEEKS, WEEKS[1]):
            subprocess.run(
                [sys.executable, "-m", "digest", "compose", *week, "--offline"],
                check=True,
                cwd=folder,
                env=os.environ | variables,
                capture_output=True,
            )
        whole = {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.glob("issues/*/*"))
        }
        found.add(tuple(whole.items()))
    assert len(found) == 1
