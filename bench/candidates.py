"""Candidates for an issue, as many as wanted, the same ones every time."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

# The window of the bench is the week 2025-W17 in UTC.
WEEK = "2025-W17"
WINDOW_START = datetime(2025, 4, 21, tzinfo=UTC)
WINDOW_DAYS = 7
NOW = "2025-04-28T07:00:00+00:00"
# Long after the last candidate, so that none is dated ahead of the clock and held.
LATER = "2025-06-30T07:00:00+00:00"
SHARE_IN_WINDOW = 100  # every hundredth

SETTINGS = """\
[newsletter]
title = "Bench Weekly"
timezone = "UTC"
sender = "Bench <bench@example.org>"

[[sources]]
path = "candidates.jsonl"

[[topics]]
name = "Diplomacy"
keywords = ["treaty", "summit", "embassy"]

[[topics]]
name = "Energy"
keywords = ["geothermal", "wind farm", "grid"]
hosts = ["paper-3.example.org"]

[[topics]]
name = "Science"
keywords = ["comet", "earthquake", "genome"]
hosts = ["paper-7.example.org", "paper-8.example.org"]
"""

_SYLLABLES = "ka ro mi ten sal vor lin dar ep ush tal nor bel gra fen iri mos ket"
_TOPICAL = "treaty summit embassy geothermal grid comet earthquake genome harbour school"


def candidates(count: int, seed: int = 20250421) -> Iterator[dict[str, object]]:
    """``count`` articles in the form of CONTRACT §3; every hundredth lies in the window.

    The others are spread over the sixteen months before it and the month after.
    """
    chance = random.Random(seed)
    syllables, topical = _SYLLABLES.split(), _TOPICAL.split()
    words = sorted(
        {"".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(3000)}
    )
    for number in range(count):
        if number % SHARE_IN_WINDOW == 0:
            moment = WINDOW_START + timedelta(minutes=chance.randrange(WINDOW_DAYS * 24 * 60))
        elif number % 10 == 1:
            moment = WINDOW_START + timedelta(days=WINDOW_DAYS + 1 + chance.randrange(30))
        else:
            moment = WINDOW_START - timedelta(minutes=1 + chance.randrange(480 * 24 * 60))
        host = f"paper-{chance.randrange(40)}.example.org"
        title = [*chance.choices(words, k=chance.randint(5, 9)), chance.choice(topical)]
        chance.shuffle(title)
        yield {
            "title": " ".join(title).capitalize(),
            "summary": " ".join(chance.choices(words, k=28)).capitalize() + ".",
            "url": f"https://{host}/{moment:%Y/%m}/{number}-{title[0]}?utm_source=bench",
            "published": moment.isoformat(),
            "source": {"name": host, "url": f"https://{host}/"},
            "authors": [f"{chance.choice(words).capitalize()} {chance.choice(words).capitalize()}"],
            "language": "en",
        }


def write_workspace(folder: Path, count: int) -> None:
    """Fills an empty folder: digest.toml and candidates.jsonl."""
    folder.mkdir(parents=True)
    (folder / "digest.toml").write_text(SETTINGS, encoding="utf-8")
    with (folder / "candidates.jsonl").open("w", encoding="utf-8") as file:
        for candidate in candidates(count):
            file.write(json.dumps(candidate, ensure_ascii=False) + "\n")
