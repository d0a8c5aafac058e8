"""A year of weekly issues from twenty-two sources that misbehave, an editor at work on each: in the
end every article that was ever seen is issued, cut, held or left out with a reason, once."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from digest.compose import Composed, Request, compose
from digest.config.read import parse_settings
from digest.intake import Intake, take_in
from digest.model.rules import ECHOES
from digest.window import WindowRequest
from digest.workspace import open_workspace

ZONE = "Australia/Lord_Howe"  # its clocks move by half an hour
FIRST = datetime(2019, 12, 30, tzinfo=ZoneInfo(ZONE))  # 2020 has a leap day and a week 53
WEEKS = 53
SKIPPED = 20
EARLY = 31
NEWCOMER = 26
RENAMED = 10
DAY, HOUR, MICROSECOND = timedelta(days=1), timedelta(hours=1), timedelta(microseconds=1)
NAMES = (
    *("steady", "late", "very-late", "embargo", "wrong-clock", "undated", "edited", "moved"),
    *("doubled", "echo", "edges", "dates", "zoneless", "redated", "failing", "old", "newcomer"),
    *("capped", "pageless", "first-seen", "young", "again"),
)
TOKEN = re.compile(r"\bn\d{4}\b")


@dataclass
class Offer:
    """One article of a source: when it surfaces, and what it then says."""

    token: str
    source: str
    appears: datetime
    facts: Callable[[datetime], dict[str, Any]]


@dataclass
class World:
    """The year as it happens."""

    root: Path
    offers: list[Offer] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    cut: dict[str, str] = field(default_factory=dict)
    late: set[str] = field(default_factory=set)
    rules: dict[str, str] = field(default_factory=dict)
    newcomer_from: datetime = FIRST + 7 * DAY * NEWCOMER

    def run(self, now: datetime, request: WindowRequest | None = None) -> Composed | None:
        """Writes what the sources say at that moment, and reads or composes it."""
        names = [name for name in NAMES if name != "newcomer" or now > self.newcomer_from]
        settings = parse_settings(settings_text(names), "digest.toml")
        for name in names:
            path = self.root / "in" / f"{name}.jsonl"
            if name == "failing" and now.astimezone(UTC).day % 3 == 0:
                path.write_text("{this is no JSON\n", encoding="utf-8")
                continue
            shown = [
                offer
                for offer in self.offers
                if offer.source == name and timedelta() <= now - offer.appears < 24 * DAY
            ]
            self.seen.update(offer.token for offer in shown)
            lines = [json.dumps(offer.facts(now)) + "\n" for offer in shown]
            path.write_text("".join(lines * (2 if name == "doubled" else 1)), encoding="utf-8")
        intake = Intake(
            workspace=open_workspace(self.root),
            settings=settings,
            sources=settings.sources,
            now=now.astimezone(UTC),
            offline=True,
        )
        if request is None:
            take_in(intake)
            return None
        composed = compose(Request(intake=intake, window=request))
        for entry in composed.left_out:
            token = token_of(entry.article.title)
            # That an article is not of this week says less than what its own week said.
            if entry.rule not in ECHOES or self.rules.get(token, "") in {"", *ECHOES}:
                self.rules[token] = entry.rule
        self.late |= {token_of(s.lead.title) for s in composed.stories if s.late}
        return composed


def settings_text(names: Sequence[str]) -> str:
    """digest.toml with these sources."""
    own = {"capped": "max = 1", "first-seen": 'clock = "first-seen"', "young": 'min_age = "6h"'}
    head = f'[newsletter]\ntimezone = "{ZONE}"\n[window]\nrescue_max_age = "30d"\n'
    return head + "".join(
        f'[[sources]]\nname = "{name}"\npath = "in/{name}.jsonl"\n{own.get(name, "")}\n'
        for name in names
    )


def token_of(text: str) -> str:
    found = TOKEN.search(text)
    assert found, text
    return found[0]


def words(token: str) -> str:
    """A headline that resembles no other."""
    rng = random.Random(token)
    letters = ("bcdfghjklmnprstvz", "aeiou")
    made = ["".join(rng.choice(letters[at % 2]) for at in range(7)) for _ in range(5)]
    return f"{' '.join(made).capitalize()} {token}"


def stories(monday: datetime, week: int, numbers: Iterator[int]) -> Iterator[Offer]:
    """What happens in one week, which begins on ``monday``."""
    rng = random.Random(week)
    end = monday + 7 * DAY

    def offer(
        source: str,
        published: datetime | str | None,
        appears: datetime | None = None,
        **facts: Any,
    ) -> Offer:
        token = f"n{next(numbers):04}"
        moment = published if isinstance(published, datetime) else appears
        base = {"title": words(token), "url": f"https://{source}.example/{token}",
                "summary": f"Of {words(token)[:20]}."}  # fmt: skip
        if published is not None:
            base["published"] = (
                published if isinstance(published, str) else published.astimezone(UTC).isoformat()
            )
        assert appears or moment
        return Offer(token, source, appears or moment or end, lambda now: base | facts)

    def some(hours: int = 160) -> datetime:
        return monday + rng.randrange(1, hours) * HOUR

    for _ in range(3):
        yield offer("steady", some())
    yield offer("late", some(), end + 2 * DAY)
    yield offer("very-late", some(), end + 40 * DAY)
    ahead = some()
    yield offer("embargo", ahead + 6 * DAY, ahead)
    if week % 10 == 0:
        yield offer("wrong-clock", "2035-01-01", some())
    yield offer("undated", None, some())
    told = some()
    edited = offer("edited", told)
    edited_facts = edited.facts(end)
    yield Offer(
        edited.token,
        "edited",
        told,
        lambda now, base=edited_facts: base | {"summary": f"Edited on {now:%d %B} again."},
    )
    moved = offer("moved", told)
    moved_facts = moved.facts(end)
    shapes = (
        "http://moved.example/{}",
        "https://www.moved.example/{}/",
        "https://moved.example/{}?utm_source=feed",
    )
    yield Offer(
        moved.token,
        "moved",
        told,
        lambda now, base=moved_facts, token=moved.token: (
            base | {"url": shapes[now.astimezone(UTC).day % 3].format(token)}
        ),
    )
    yield offer("doubled", some())
    shared = offer("steady", some())
    yield shared
    yield Offer(shared.token, "echo", shared.appears + 9 * DAY, shared.facts)
    for edge in (monday, end):
        yield offer("edges", edge - MICROSECOND, edge)
        yield offer("edges", edge, edge)
        yield offer("edges", edge + MICROSECOND, edge + HOUR)
    for day in (monday, some(), end - HOUR):
        yield offer("dates", day.date().isoformat(), day)
    yield offer("zoneless", f"{some():%Y-%m-%dT%H:%M:%S}", end - HOUR)
    redated = offer("redated", told)
    redated_facts = redated.facts(end)
    yield Offer(
        redated.token,
        "redated",
        told,
        lambda now, base=redated_facts: base | {"published": now.astimezone(UTC).isoformat()},
    )
    # Published a second time a week later: in the next window by its date.
    again = offer("again", told)
    again_facts, anew = again.facts(end), (told + 7 * DAY).astimezone(UTC).isoformat()
    yield Offer(
        again.token,
        "again",
        told,
        lambda now, base=again_facts, date=anew, switch=end + DAY: (
            base | {"published": date} if now > switch else base
        ),
    )
    yield offer("failing", some())
    if week == 0:
        for number in range(10):
            yield offer("old", monday - (30 + number) * DAY, monday + DAY)
    if week >= NEWCOMER:
        yield offer("newcomer", some())
    if week == NEWCOMER:
        for number in range(10):
            yield offer("newcomer", monday - (10 + number) * DAY, monday + DAY)
    for _ in range(3):
        yield offer("capped", some())
    pageless = offer("pageless", some())
    pageless_facts = pageless.facts(end)
    yield Offer(
        pageless.token,
        "pageless",
        pageless.appears,
        lambda now, base=pageless_facts: base | {"url": None, "id": base["title"]},
    )
    yield offer("first-seen", f"20{rng.randrange(10, 40)}-05-05", some())
    yield offer("young", end - 2 * HOUR)


def blocks(text: str) -> list[str]:
    return re.split(r"(?m)^(?=##+ )", text)


def edit(world: World, document: Path, week: int) -> None:
    """One item cut, one held, one retitled, one moved."""
    rng = random.Random(f"editor {week}")
    parts = blocks(document.read_text(encoding="utf-8"))
    hold = next((at for at, part in enumerate(parts) if part.startswith("## Hold")), len(parts))
    items = [at for at in range(hold) if parts[at].startswith("### ")]
    cut, held, better, away = rng.sample(items, 4)
    for token in set(TOKEN.findall(parts[cut])):
        world.cut[token] = document.parent.name
    parts[better] = parts[better].replace("### [", "### [Better: ", 1)
    waiting = parts[hold:] or ["## Hold\n\n"]
    kept = [part for at, part in enumerate(parts[:hold]) if at not in (cut, held, away)]
    later = [parts[away], *waiting] if week % 2 else [*waiting, parts[away]]
    if week % 2 == 0:  # away goes to Hold as well
        later = [*waiting, parts[away]]
    text = "\n\n".join(part.strip("\n") for part in [*kept, *later, parts[held]])
    document.write_text(text + "\n", encoding="utf-8")


def send(folder: Path) -> None:
    lock = folder / "issue.lock"
    text = lock.read_text(encoding="utf-8")
    line = '{"at": "2020-01-01T08:00:00Z", "target": "weekly"}'
    lock.write_text(text.replace('"deliveries": []', f'"deliveries": [\n    {line}\n  ]'), "utf-8")


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The whole year, composed week by week."""
    root = tmp_path_factory.mktemp("year")
    (root / "in").mkdir()
    (root / "digest.toml").write_text(settings_text(NAMES), encoding="utf-8")
    world = World(root)
    numbers = iter(range(10_000))
    walls = [FIRST.replace(tzinfo=None) + 7 * DAY * week for week in range(-1, WEEKS + 2)]
    mondays = [wall.replace(tzinfo=FIRST.tzinfo) for wall in walls]
    world.run(mondays[0])  # the sources are known, and have nothing yet
    for week, (monday, following) in enumerate(pairwise(mondays[1:])):
        world.offers.extend(stories(monday, week, numbers) if week < WEEKS else ())
        for days in (2, 4):
            world.run(monday + days * DAY)
        if week == SKIPPED:
            continue
        if week == EARLY:
            world.run(monday + 5 * DAY, WindowRequest(until=f"{following - DAY:%Y-%m-%d}"))
        for clock in (7, 9):
            composed = (
                None if week == EARLY else world.run(following + clock * HOUR, WindowRequest())
            )
            document = max((root / "issues").glob("*/issue.md"), key=lambda p: p.stat().st_mtime_ns)
            if composed is not None:
                document = composed.folder.document
            if clock == 7:
                edit(world, document, week)
            if week == RENAMED and clock == 7:
                document.parent.rename(root / "issues/jubilee")
        send(document.parent)
    return world


def standing(world: World) -> tuple[dict[str, list[str]], set[str]]:
    """In which issues each article stands, and which wait in a Hold."""
    issued: dict[str, list[str]] = {}
    held: set[str] = set()
    for document in sorted((world.root / "issues").glob("*/issue.md")):
        printed, _, waiting = document.read_text(encoding="utf-8").partition("\n## Hold")
        body = printed.partition("\n---\n")[2]
        for token in sorted(set(TOKEN.findall(body))):
            issued.setdefault(token, []).append(document.parent.name)
        held |= set(TOKEN.findall(waiting))
    return issued, held


def account(world: World) -> dict[str, str]:
    """What became of each article that was ever seen."""
    issued, held = standing(world)
    fates = {}
    for token in world.seen:
        if token in issued:
            fates[token] = "issued"
        elif token in world.cut:
            fates[token] = "cut"
        else:
            fates[token] = "held" if token in held else f"left out: {world.rules[token]}"
    return fates


def test_no_article_is_printed_twice_and_none_that_was_cut(year: World) -> None:
    issued, _ = standing(year)
    assert {token: where for token, where in issued.items() if len(where) > 1} == {}
    assert set(issued) & set(year.cut) == set()
    assert set(issued) <= year.seen


def test_full_account_is_issued_cut_held_and_left_out_by_reason(year: World) -> None:
    issued, _ = standing(year)
    counts = Counter(account(year).values())
    reasons = {fate: number for fate, number in counts.items() if fate.startswith("left out")}
    assert len(year.seen) == counts.total()
    assert counts["issued"] == len(issued)
    assert counts["cut"] == len(year.cut)
    assert counts["issued"] + counts["cut"] + counts["held"] + sum(reasons.values()) == len(
        year.seen
    )
    assert counts["issued"] > 1300


def test_only_the_past_the_oldest_and_what_is_over_a_limit_are_left_out(year: World) -> None:
    source_of = {offer.token: offer.source for offer in reversed(year.offers)}
    left_out: dict[str, set[str]] = {}
    for token, fate in account(year).items():
        if fate.startswith("left out"):
            left_out.setdefault(source_of[token], set()).add(fate)
    assert left_out == {
        "capped": {"left out: cap"},
        "edges": {"left out: before-the-window"},  # a microsecond before the first window
        "newcomer": {"left out: before-the-window"},  # what it brought along
        "old": {"left out: before-the-window"},
        "very-late": {"left out: late-too-old"},
    }


def test_what_surfaced_late_was_printed_as_late(year: World) -> None:
    issued, _ = standing(year)
    late = {offer.token for offer in year.offers if offer.source == "late"}
    # That of the skipped week came in time for an issue of two weeks.
    assert len(late & set(issued) - year.late) <= 1
    assert len(late & set(issued)) > 40
    steady = {offer.token for offer in year.offers if offer.source == "steady"}
    # Only what came after the issue that was composed before its window ended.
    early = FIRST + EARLY * 7 * DAY
    rescued = [offer.appears for offer in year.offers if offer.token in steady & year.late]
    assert all(early + 5 * DAY < moment < early + 7 * DAY for moment in rescued)


def test_windows_of_the_year_meet_and_a_renamed_issue_stays_one(year: World) -> None:
    folders = sorted(path.parent for path in (year.root / "issues").glob("*/issue.md"))
    names = {folder.name for folder in folders}
    assert len(folders) == WEEKS  # one skipped, one more at the end
    assert "jubilee" in names
    assert "2020-W11" not in names
    windows = sorted(
        tuple(
            datetime.fromisoformat(json.loads((folder / "issue.lock").read_bytes())["window"][side])
            for side in ("start", "end")
        )
        for folder in folders
    )
    for (_, end), (start, _) in pairwise(windows):
        assert end == start
