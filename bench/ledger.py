"""How long digest takes to remember: 500 issues and 100,000 articles that it has known before."""

from __future__ import annotations

import json
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.candidates import NOW, SETTINGS, WINDOW_START
from bench.measure import (
    Contestant,
    Run,
    alternate,
    median_processor_seconds,
    median_seconds,
    peak_megabytes,
    ratio,
    show_goal,
    show_table,
)
from digest.config import Newsletter, Settings
from digest.issue.lock import make_lock, write_lock
from digest.issue.propose import propose
from digest.issue.slug import slug_for
from digest.issue.write import write_issue
from digest.model import Article, Link, Story, When, Window
from digest.names import page_id, signs_of
from digest.state.database import open_database
from digest.state.seen import Seen

GOAL_SECONDS = 3.0
GOAL_MEGABYTES = 500.0
GOAL_WHY_SECONDS = 0.3
# Each article more may cost, from 50,000 to 100,000, what it costs from 10,000 to 20,000.
GOAL_GROWTH = 1.3
ISSUES = 500
START = "digest --version"
WEEKLY = "compose, week after week"
SIZES = (10_000, 20_000, 50_000, 100_000)
OFFERED = 2_000  # in the run that is measured: 200 new, the others issued before
TIMES = 5
SLUG = "2025-W17"
TOPICS = ("Diplomacy", "Energy", "Science", "Also this week")
_SYLLABLES = "ka ro mi ten sal vor lin dar ep ush tal nor bel gra fen iri mos ket"


def measure(times: int = TIMES) -> None:
    """Prints the tables and whether the promises of issue 4 are kept."""
    with tempfile.TemporaryDirectory() as name:
        folders = {size: Path(name) / str(size) for size in SIZES}
        for size, folder in folders.items():
            write_workspace(folder, size)
        _measure_commands(folders, times)
        _measure_growth(folders, times)


def write_workspace(folder: Path, known: int, issues: int = ISSUES) -> None:
    """A workspace with so many articles in so many weekly issues, and a new week's input."""
    folder.mkdir(parents=True)
    (folder / "digest.toml").write_text(SETTINGS, encoding="utf-8")
    settings = Settings(newsletter=Newsletter(title="Bench Weekly", timezone="UTC"))
    chance = random.Random(known)
    recent: list[Article] = []
    with open_database(folder / ".digest" / "digest.db") as connection:
        seen = Seen(connection)
        seen.note_success("candidates.jsonl", WINDOW_START - timedelta(weeks=issues))
        for number in range(issues):
            start = WINDOW_START - timedelta(weeks=issues - number)
            count = known // issues
            articles = list(_articles(chance, start, number * count, count))
            window = Window(
                start=start, end=start + timedelta(days=7), timezone="UTC", label=str(number)
            )
            _write_issue(folder, articles, window, settings)
            seen.stamp(articles, window.end + timedelta(hours=7))
            recent = [*recent, *articles][-OFFERED:]
    fresh = list(_articles(chance, WINDOW_START, known, OFFERED // 10))
    with (folder / "candidates.jsonl").open("w", encoding="utf-8") as file:
        for place, article in enumerate([*fresh, *recent[: OFFERED - len(fresh)]]):
            row = article.to_json()
            if place % 3 == 1:  # the same page under another address
                row["url"] = str(row["url"]).replace("https://", "http://www.")
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _articles(chance: random.Random, start: datetime, first: int, count: int) -> Iterator[Article]:
    syllables = _SYLLABLES.split()
    for number in range(first, first + count):
        words = ["".join(chance.choices(syllables, k=3)) for _ in range(30)]
        host = f"paper-{number % 40}.example.org"
        moment = start + timedelta(minutes=chance.randrange(7 * 24 * 60))
        url = f"https://{host}/{moment:%Y/%m}/{number}-{words[0]}"
        yield Article(
            id=page_id(url),
            title=" ".join(words[:8]).capitalize(),
            summary=" ".join(words[8:]).capitalize() + ".",
            url=url,
            published=When(value=moment, raw="", basis="published"),
            first_seen=moment.astimezone(UTC),
            source=Link(name=host, url=f"https://{host}/"),
            via="candidates.jsonl",
            guid=f"https://{host}/?p={number}",
            authors=(words[1].capitalize(),),
            language="en",
            input="candidates.jsonl",
        )


def _write_issue(folder: Path, articles: list[Article], window: Window, settings: Settings) -> None:
    """issue.md and issue.lock as compose writes them; the editor cut every twentieth article."""
    stories = [
        Story(lead=article, topic=TOPICS[number % 4], reason="keywords: treaty", score=0.5)
        for number, article in enumerate(articles)
    ]
    slug = slug_for(window)
    proposal = propose(stories, slug=slug, window=window, settings=settings)
    kept = propose(
        [story for number, story in enumerate(stories) if number % 20],
        slug=slug,
        window=window,
        settings=settings,
    )
    lock = make_lock(
        proposal,
        window=window,
        composed_at=window.end + timedelta(hours=7),
        stories=stories,
        signs={str(article.url): signs_of(article) for article in articles},
    )
    place = folder / "issues" / slug
    place.mkdir(parents=True)
    (place / "issue.md").write_text(write_issue(kept), encoding="utf-8")
    (place / "issue.lock").write_text(write_lock(lock), encoding="utf-8")


def _digest(name: str, folder: Path, *command: str, prepare: Callable[[], None]) -> Contestant:
    return Contestant(
        name=name,
        command=[sys.executable, "-m", "digest", *command],
        folder=folder,
        prepare=prepare,
    )


def _compose(name: str, folder: Path, *, cloned: bool = False) -> Contestant:
    def forget() -> None:
        shutil.rmtree(folder / "issues" / SLUG, ignore_errors=True)
        if cloned:
            shutil.rmtree(folder / ".digest", ignore_errors=True)

    return _digest(name, folder, "compose", "--now", NOW, "--offline", prepare=forget)


def _measure_commands(folders: dict[int, Path], times: int) -> None:
    """Every command that asks the ledger, in the smallest and in the largest one."""
    sizes = (SIZES[0], SIZES[-1])
    runs = {size: alternate(_commands(folders[size]), times) for size in sizes}
    show_table(
        f"Ledger of {sizes[0]:,} and of {sizes[1]:,} articles, {ISSUES} issues each, {OFFERED:,} "
        f"offered, {times} runs in turns",
        [
            "program",
            *(f"{what}, {size:,}" for size in sizes for what in ("s", "processor s", "MB")),
        ],
        [
            [name, *(cell for size in sizes for cell in _cells(runs[size][name]))]
            for name in runs[sizes[0]]
        ],
    )
    largest = runs[sizes[1]]
    weekly = largest[WEEKLY]
    show_goal(WEEKLY, median_seconds(weekly), GOAL_SECONDS, " s")
    show_goal(WEEKLY, peak_megabytes(weekly), GOAL_MEGABYTES, " MB")
    for name in [name for name in largest if name.startswith("why")]:
        beyond = median_seconds(largest[name]) - median_seconds(largest[START])
        show_goal(f"{name}, beyond start,", beyond, GOAL_WHY_SECONDS, " s")


def _commands(folder: Path) -> list[Contestant]:
    clone = folder.parent / f"clone of {folder.name}"
    shutil.copytree(folder, clone)
    line = (folder / "candidates.jsonl").read_text(encoding="utf-8").splitlines()[-1]
    article = json.loads(line)

    def nothing() -> None:
        pass

    return [
        _digest(START, folder, "--version", prepare=nothing),
        _compose(WEEKLY, folder),
        _compose("compose in a fresh clone", clone, cloned=True),
        _digest("why, an address", folder, "why", article["url"], prepare=nothing),
        _digest("why, words of a title", folder, "why", article["title"], prepare=nothing),
        _digest("why, a guid", folder, "why", _guid(article["url"]), prepare=nothing),
        _digest("why, a file", folder, "why", "candidates.jsonl", prepare=nothing),
        _digest("calendar", folder, "calendar", "--now", NOW, prepare=nothing),
    ]


def _guid(url: str) -> str:
    """What :func:`_articles` gives the article at this address as guid."""
    host, _, path = url.partition("://")[2].removeprefix("www.").partition("/")
    return f"https://{host}/?p={path.rpartition('/')[2].partition('-')[0]}"


def _cells(runs: list[Run]) -> list[str]:
    return [
        f"{median_seconds(runs):.2f}",
        f"{median_processor_seconds(runs):.2f}",
        f"{peak_megabytes(runs):.0f}",
    ]


def _measure_growth(folders: dict[int, Path], times: int) -> None:
    runs = alternate([_compose(f"{size:,}", folder) for size, folder in folders.items()], times)
    smallest = f"{SIZES[0]:,}"
    show_table(
        f"Growth of the ledger, always {ISSUES} issues, {times} runs in turns",
        ["articles", "median s", "processor s", "peak MB", f"of {smallest}"],
        [
            [
                name,
                f"{median_seconds(of_it):.2f}",
                f"{median_processor_seconds(of_it):.2f}",
                f"{peak_megabytes(of_it):.0f}",
                f"{ratio(runs, name, smallest):.2f}",
            ]
            for name, of_it in runs.items()
        ],
    )
    first, last = (_step(runs, *pair) for pair in (SIZES[:2], SIZES[-2:]))
    print(f"each 1,000 more cost {first * 1e6:.1f} ms of processor at first, {last * 1e6:.1f} last")
    # Where an article more costs next to nothing, noise would decide: 0.1 ms for 1,000 at least.
    show_goal("cost of one more article, last against first", last / max(first, 1e-7), GOAL_GROWTH)


def _step(runs: dict[str, list[Run]], size: int, larger: int) -> float:
    """Processor seconds that each article more costs from one size to another."""
    more = median_processor_seconds(runs[f"{larger:,}"])
    return (more - median_processor_seconds(runs[f"{size:,}"])) / (larger - size)
