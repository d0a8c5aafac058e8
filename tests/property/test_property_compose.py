"""The real command, issue after issue: whatever the zone, the schedule, the policy, the stream of
articles and the editor do, every article is in exactly one issue or has one stated reason."""

from __future__ import annotations

import json
import re
import shutil
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from digest.cli import root
from digest.config import Schedule

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from test_window_properties import instants, schedules, zones

OTHER_WINDOWS = {"before-the-window", "after-the-window", "too-young"}
MICROSECOND, HOUR, DAY = timedelta(microseconds=1), timedelta(hours=1), timedelta(days=1)
TOKEN = re.compile(r"\bn\d{2}n\b")
EDITS = ("nothing", "nothing", "cut", "hold", "retitle", "move", "rename folder")
STREAMS = ("as it happens", "late", "early", "undated", "day", "zoneless", "moved", "edited",
           "doubled", "pageless")  # fmt: skip


@dataclass(frozen=True)
class Story:
    """One article: when it happened, when it surfaces, and what is the matter with it."""

    number: int
    happened: datetime
    appears: datetime
    stream: str
    words: str

    @property
    def token(self) -> str:
        return f"n{self.number:02}n"

    def lines(self, now: datetime, zone: str) -> list[dict[str, Any]]:
        """What its source says of it at that moment."""
        age = int((now - self.appears) / DAY)
        address = f"https://example.org/{self.token}"
        facts: dict[str, Any] = {
            "title": f"{self.words} {self.token} all about it",
            "url": address,
            "published": self.happened.isoformat(),
        }
        if self.stream == "undated":
            del facts["published"]
        elif self.stream == "day":
            facts["published"] = self.happened.astimezone(ZoneInfo(zone)).date().isoformat()
        elif self.stream == "zoneless":
            wall = self.happened.astimezone(ZoneInfo(zone))
            facts["published"] = wall.replace(tzinfo=None).isoformat()
        elif self.stream == "moved":
            forms = (address, f"http://www.example.org/{self.token}/?utm_source=x", f"{address}/")
            facts["url"] = forms[age % 3]
        elif self.stream == "edited":
            facts["summary"] = f"Edited on day {age}."
        elif self.stream == "pageless":
            facts |= {"url": None, "id": self.token}
        return [facts] * (2 if self.stream == "doubled" else 1)


@dataclass
class Room:
    """A workspace, and what a bookkeeper of its own knows of it."""

    folder: Path
    zone: str = "UTC"
    cut: dict[str, str] = field(default_factory=dict)
    rules: dict[str, set[str]] = field(default_factory=dict)
    seen: dict[str, datetime] = field(default_factory=dict)

    def settle(self, zone: str, schedule: Schedule, window: dict[str, str]) -> None:
        self.zone = zone
        (self.folder / "digest.toml").write_text(
            f'[newsletter]\ntimezone = "{zone}"\n'
            f'[schedule]\nevery = "{schedule.every}"\nstarts = "{schedule.starts}"\n[window]\n'
            + "".join(f'{key} = "{text}"\n' for key, text in window.items())
            + '[[sources]]\nname = "wire"\npath = "in.jsonl"\n',
            encoding="utf-8",
        )

    def offer(self, stories: list[Story], now: datetime) -> set[str]:
        shown = [story for story in stories if story.appears <= now]
        lines = [line for story in shown for line in story.lines(now, self.zone)]
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (self.folder / "in.jsonl").write_text(text, encoding="utf-8")
        return {story.token for story in shown}

    def compose(self, now: datetime, *options: str) -> tuple[dict[str, Any] | None, str]:
        """What the command printed, None where it says that the time has not come."""
        result = CliRunner().invoke(
            root,
            ["-C", str(self.folder), "compose", *options, "--now", now.isoformat(), "--json"],
        )
        if result.exception is not None:
            # The time has not come, or the issue has left the house.
            told = f"{result.exception!r}"
            assert "not reached yet" in told or "was sent at" in told, told
            return None, result.stderr
        composed = json.loads(result.stdout)
        for entry in composed["left_out"]:
            self.rules.setdefault(token_of(entry["article"]["title"]), set()).add(entry["rule"])
        return composed, result.stderr

    def documents(self) -> dict[str, str]:
        return {
            path.parent.name: path.read_text(encoding="utf-8")
            for path in sorted((self.folder / "issues").glob("*/issue.md"))
        }

    def standing(self) -> tuple[dict[str, list[str]], set[str]]:
        """In which issues each article is printed, and which wait in a Hold."""
        printed: dict[str, list[str]] = {}
        held: set[str] = set()
        for slug, text in self.documents().items():
            shown, _, waiting = text.partition("\n---\n")[2].partition("\n## Hold")
            for token in set(TOKEN.findall(shown)):
                printed.setdefault(token, []).append(slug)
            held |= set(TOKEN.findall(waiting))
        return printed, held

    def windows(self) -> list[tuple[datetime, datetime]]:
        found = []
        for path in (self.folder / "issues").glob("*/issue.lock"):
            window = json.loads(path.read_bytes())["window"]
            found.append(tuple(datetime.fromisoformat(window[at]).astimezone(UTC)
                               for at in ("start", "end")))  # fmt: skip
        return sorted(found)

    def covers(self, moment: datetime) -> bool:
        """Whether an instant lies in the windows of the issues, far from where these end: zones,
        days without a time and the least age may move it."""
        step = timedelta(hours=13)
        near = [moment + step * number for number in range(-4, 5)]
        return all(any(start <= at < end for start, end in self.windows()) for at in near)

    def edit(self, slug: str, action: str, pick: int) -> str:
        """Does something to an issue; gives the folder it then has."""
        document = self.folder / "issues" / slug / "issue.md"
        if action == "rename folder":
            taken_names = self.documents()
            better = next(name for at in range(99) if (name := f"no-{at}") not in taken_names)
            document.parent.rename(document.parent.with_name(better))
            self.cut.update((token, better) for token, of in self.cut.items() if of == slug)
            return better
        parts = re.split(r"(?m)^(?=##+ )", document.read_text(encoding="utf-8"))
        hold = next((at for at, part in enumerate(parts) if part.startswith("## Hold")), len(parts))
        items = [at for at in range(hold) if parts[at].startswith("### ")]
        if not items or action == "nothing":
            return slug
        at = items[pick % len(items)]
        taken = parts[at]
        if action == "retitle":
            parts[at] = taken.replace("### [", "### [Better: ", 1)
        else:
            del parts[at]
            hold -= 1
            if action == "cut":
                self.cut.update(dict.fromkeys(TOKEN.findall(taken), slug))
            elif action == "hold":
                parts += [*([] if hold < len(parts) else ["## Hold"]), taken]
            else:
                parts[hold:hold] = ["## Elsewhere\n\n", taken]
        text = "\n\n".join(part.strip("\n") for part in parts) + "\n"
        document.write_text(text, encoding="utf-8")
        return slug

    def send(self, slug: str) -> None:
        lock = self.folder / "issues" / slug / "issue.lock"
        text = lock.read_text(encoding="utf-8")
        line = '{"at": "2025-01-01T08:00:00Z", "target": "weekly"}'
        sent = text.replace('"deliveries": []', f'"deliveries": [\n    {line}\n  ]')
        lock.write_text(sent, encoding="utf-8")


def token_of(text: str) -> str:
    found = TOKEN.search(text)
    assert found, text
    return found[0]


policies = st.fixed_dictionaries(
    {},
    optional={
        "clock": st.sampled_from(("published", "first-seen")),
        "date_only": st.just("end"),
        "min_age": st.sampled_from(("2h", "1d")),
        "undated": st.sampled_from(("hold", "drop")),
        "late": st.just("drop"),
        "future": st.just("drop"),
        "unknown_zone": st.just("undated"),
        "rescue_max_age": st.just("2w"),
    },
)


@st.composite
def streams(draw: st.DrawFn, first: datetime, edges: list[datetime]) -> list[Story]:
    """Articles at edges ± 1 µs or anywhere; seen at once, or days before or after."""
    found = []
    words = st.text("bcdfghjklmnp", min_size=8, max_size=8)
    for number in range(draw(st.integers(4, 14))):
        if draw(st.booleans()):
            happened = draw(st.sampled_from(edges)) + draw(st.integers(-1, 1)) * MICROSECOND
        else:
            happened = first + draw(st.integers(-20 * 24 * 60, 60 * 24 * 60)) * timedelta(minutes=1)
        stream = draw(st.sampled_from(STREAMS))
        shift = timedelta()
        if stream in ("late", "early") or draw(st.integers(0, 3)) == 0:
            shift = draw(st.integers(1, 40 * 24)) * HOUR * (-1 if stream == "early" else 1)
        title = " ".join(draw(words) for _ in range(3))
        found.append(Story(number, happened, happened + shift, stream, title))
    return found


steps = st.lists(
    st.tuples(
        st.integers(0, 60 * 24 * 16),
        st.sampled_from(("scheduled",) * 5 + ("early", "back", "gap")),
        st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 9)), max_size=3),
        st.sampled_from(("send", "send", "not sent")),
        st.sampled_from(("",) * 6 + ("clone",)),
    ),
    min_size=3,
    max_size=7,
)


@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # shrinking would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    eras=st.lists(st.tuples(zones, schedules, policies), min_size=1, max_size=2),
    first=instants,
    way=steps,
    data=st.data(),
)
def test_every_article_is_in_one_issue_or_has_a_reason_whatever_happens(
    eras: list[tuple[str, Schedule, dict[str, str]]],
    first: datetime,
    way: list[Any],
    data: st.DataObject,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    room = Room(tmp_path_factory.mktemp("room"))
    now, edges = first, [first]
    for minutes, *_ in way:
        now += timedelta(minutes=minutes)
        edges += [now, datetime(now.year, now.month, now.day, tzinfo=UTC)]
    stories = data.draw(streams(first, edges))
    room.settle(*eras[0])
    room.offer([], first)
    now = first
    for number, (minutes, kind, edits, sent, trouble) in enumerate(way):
        now += timedelta(minutes=minutes)
        room.settle(*eras[number * len(eras) // len(way)])
        if trouble == "clone":
            shutil.rmtree(room.folder / ".digest", ignore_errors=True)
        shown = room.offer(stories, now)
        windows = room.windows()
        options: tuple[str, ...] = ()
        if kind == "early" and windows and windows[-1][1] < now:
            options = ("--until", (now + 2 * DAY).isoformat())
        elif kind == "back":  # over what other issues cover, too
            options = ("--since", (now - 9 * DAY).isoformat(), "--until", now.isoformat())
        elif kind == "gap" and windows and windows[-1][1] + 2 * DAY < now:
            options = ("--since", (windows[-1][1] + DAY).isoformat(), "--until", now.isoformat())
        run(room, now, shown, edits, sent, *options)
    printed, held = room.standing()
    for story in stories:
        token = story.token
        if token in room.seen and not (token in printed or token in held or token in room.cut):
            rules = room.rules.get(token, set())
            assert rules, token
            # A reason of a policy stands for itself; that it is another window's must be true.
            if rules <= OTHER_WINDOWS:
                moments = (story.happened, room.seen[token])
                assert not all(room.covers(moment) for moment in moments), (story, rules)


def run(
    room: Room,
    now: datetime,
    shown: set[str],
    edits: list[tuple[str, int]],
    sent: str,
    *options: str,
) -> None:
    """One issue is composed, edited, composed again, and perhaps sent."""
    composed, told = room.compose(now, *options)
    if composed is None:
        return
    for token in shown:
        room.seen.setdefault(token, now)
    check(room, composed, shown)
    slug = composed["slug"]
    if slug not in room.documents():
        return
    for action, pick in edits:
        slug = room.edit(slug, action, pick)
    again, _ = room.compose(now, "--since", composed["window"]["start"], "--until",
                            composed["window"]["end"])  # fmt: skip
    assert again is not None, told
    assert again["slug"] == slug
    check(room, again, shown)
    if sent == "send":
        room.send(slug)


def check(room: Room, composed: dict[str, Any], shown: set[str]) -> None:
    """What must hold after every run."""
    printed, held = room.standing()
    assert {token: slugs for token, slugs in printed.items() if len(slugs) > 1} == {}
    assert not printed.keys() & room.cut.keys()
    own = set(TOKEN.findall(room.documents().get(composed["slug"], "").partition("\n---\n")[2]))
    counted = [token_of(entry["article"]["title"]) for entry in composed["left_out"]]
    assert len(counted) == len(set(counted))
    here = {token for token in room.cut if room.cut[token] == composed["slug"]}
    missing = shown - own - set(counted) - here - held
    assert not missing, missing
    # What a policy holds stands in Hold, with its reason.
    reasons = {token_of(entry["article"]["title"]): entry["rule"] for entry in composed["left_out"]}
    both = {token: rule for token, rule in reasons.items() if token in own}
    assert all(rule.endswith("-held") and token in held for token, rule in both.items()), both
