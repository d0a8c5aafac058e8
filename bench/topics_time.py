"""What learning from past issues costs, on issues made up by seed: a part of `bench topics`."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from itertools import pairwise

from bench.measure import show_table
from bench.topics_workspace import Workspace
from digest.topics.features import Described
from digest.topics.learned import Learned, Lesson, PastLessons

ISSUES = 200


def measure_time() -> None:
    """Learning 200 issues of 40 items and placing 2,000 articles, made up by seed."""
    made = _maker()
    issues = [
        PastLessons(
            lessons=tuple(
                Lesson(key=f"{n}-{at}", section=section, what=what)
                for at, (section, what) in enumerate(made(at) for at in range(40))
            )
        )
        for n in range(ISSUES + 1)
    ]
    fresh = [made(number)[1] for number in range(2000)]
    learned = Learned()
    moments = [time.process_time()]
    learned.learn(issues[:-1])
    moments.append(time.process_time())
    for what in fresh:
        learned.guess(what)
    moments.append(time.process_time())
    text = learned.to_bytes()
    moments.append(time.process_time())
    again = Learned.from_bytes(text)
    moments.append(time.process_time())
    again.learn(issues[-1:])
    moments.append(time.process_time())
    again.to_bytes()
    moments.append(time.process_time())
    cached = Learned.from_bytes(text)
    for what in fresh:
        cached.guess(what)
    moments.append(time.process_time())
    parts = [
        "learn 200 issues of 40",
        "place 2,000",
        "write",
        "read",
        "learn one issue more",
        "write with it",
        "read and place 2,000",
    ]
    took = [after - before for before, after in pairwise(moments)]
    show_table(
        f"Time of the learner, cache of {len(text) / 1e6:.1f} MB",
        ["part", "processor s"],
        [[name, f"{seconds:.2f}"] for name, seconds in zip(parts, took, strict=True)],
    )
    for name, seconds, most in (
        ("learn and place", took[0] + took[1], 5.0),
        ("read and place", took[6], 0.8),
        ("read, learn one issue more, write", took[3] + took[4] + took[5], 0.3),
    ):
        kept = "kept" if seconds < most else "MISSED"
        print(f"- {kept}: {name} {seconds:.2f} s, promised under {most} s")
    _measure_command()


def _maker() -> Callable[[int], tuple[str, Described]]:
    """Makes the item of a number up: its section, and what is known of it."""
    dice = random.Random(4)
    words = ["".join(dice.choices("abcdefghijklmnop", k=dice.randint(3, 9))) for _ in range(6000)]

    def made(number: int) -> tuple[str, Described]:
        section = dice.randrange(12)
        subject = dice.choices(words[section * 80 : section * 80 + 160], k=4)
        title = " ".join([*subject, *dice.choices(words, k=4)])
        url = f"https://h{dice.randrange(60) * 12 + section}.example/{section}/2025/{number}"
        return f"Section {section}", Described(title=title, url=f"{url}-{title.replace(' ', '-')}")

    return made


def _measure_command() -> None:
    """The same through `digest topics assign`, beyond what it takes with learning turned off."""
    made = _maker()

    def issue(number: int) -> list[dict[str, str]]:
        return [
            {"section": section, "title": what.title, "url": what.url}
            for section, what in sorted(
                (made(number * 40 + at) for at in range(40)), key=lambda item: item[0]
            )
        ]

    fresh = [made(10**6 + number)[1] for number in range(2000)]
    new = [{"title": what.title, "url": what.url} for what in fresh]
    with Workspace("[learning]\nenabled = false\n") as workspace:
        for number in range(ISSUES):
            workspace.add(number, issue(number))
        without = [workspace.assign(new)[1], workspace.assign(new[:1])[1]]
        workspace.settings("")
        took = [workspace.assign(new)[1], workspace.assign(new)[1]]
        workspace.add(ISSUES, issue(ISSUES))
        took.append(workspace.assign(new[:1])[1])
    rows = []
    for name, seconds, base, most in (
        ("200 issues read and learned, 2,000 placed", took[0], without[0], 5.0),
        ("the same again", took[1], without[0], 0.8),
        ("one issue more, 1 placed", took[2], without[1], 0.3),
    ):
        rows.append([name, f"{seconds:.2f}", f"{seconds - base:.2f}"])
        kept = "kept" if seconds - base < most else "MISSED"
        print(f"- {kept}: by command, {name}: {seconds - base:.2f} s, promised under {most} s")
    show_table("Time of the command", ["run", "processor s", "without start and reading"], rows)
