"""How well items of past issues are found that a story follows ("Earlier: …").

``python -m bench followups``. Judged are the invented articles in ``tests/topics/followups`` (its
README says how they were written): each ``now`` article may lead to ``before`` ones of its affair
alone. They stand among the articles of ``tests/topics/stories/dev.jsonl``, which no one follows.
Thresholds were chosen on the half ``choose``. Beside it, in the same run: the two past items that
share most words of the titles, at a cosine of .2 and .35.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.measure import show_goal, show_table
from bench.stories import load as load_stories
from digest.model import Article, Link, Story
from digest.model.lesson import PastItem, PastLesson
from digest.topics.followups import MOST_EARLIER, find_followups
from digest.topics.tokens import tokens

SET = Path(__file__).resolve().parents[1] / "tests" / "topics" / "followups" / "pairs.jsonl"
HALVES = ("choose", "held")
GOAL_PRECISION = 0.95
_MOST_LETTERS = 300


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article, the affair that it belongs to, and the kind of trap it is part of."""

    article: Article
    affair: str
    kind: str


@dataclass(frozen=True, slots=True)
class Half:
    """What is judged at once: the stories, and what past issues printed."""

    now: list[Labelled]
    before: list[Labelled]


Finder = Callable[[Half], Iterator[tuple[Labelled, Labelled]]]


def measure() -> None:
    """Prints the figures and whether the promise is kept."""
    halves = {name: load(name) for name in HALVES}
    contestants: dict[str, Finder] = {
        "digest": by_digest,
        "title words .20": lambda half: by_titles(half, 0.20),
        "title words .35": lambda half: by_titles(half, 0.35),
    }
    rows = []
    for name, find in contestants.items():
        for part, half in halves.items():
            right, wrong, missed = judge(half, find)
            precision, recall = right / max(right + wrong, 1), right / max(right + missed, 1)
            rows.append([name, part, *map(str, (right, wrong, missed))])
            rows[-1] += [f"{precision:.3f}", f"{recall:.3f}"]
            if name == "digest":
                print(f"{part}: {', '.join(wrong_kinds(half)) or 'no wrong link'}")
    head = ["who", "half", "right", "wrong", "missed", "precision", "recall"]
    show_table("What follows an item of a past issue", head, rows)
    for row in rows[: len(HALVES)]:
        what = f"{row[1]}: precision"
        show_goal(what, 100 * float(row[5]), 100 * GOAL_PRECISION, " %", at_least=True)


def load(name: str) -> Half:
    """One half, with the articles of other events before it."""
    found: dict[str, list[Labelled]] = {"now": [], "before": []}
    with SET.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            if row["half"] == name:
                article = Article(
                    id=str(number),
                    input="made",
                    title=row["title"],
                    url=f"https://{_host(row['source'])}/{number}",
                    summary=row["summary"],
                    first_seen=datetime(2025, 6, 1, tzinfo=UTC),
                    source=Link(name=row["source"]),
                    language=row["language"],
                )
                found[row["when"]].append(Labelled(article, row["affair"], row["kind"]))
    others = [Labelled(article, event, "another event") for event, article in load_stories("dev")]
    return Half(now=found["now"], before=found["before"] + others)


def judge(half: Half, find: Finder) -> tuple[int, int, int]:
    """How many links are right, how many wrong, and how many stories lack theirs."""
    links = list(find(half))
    right = sum(now.affair == before.affair for now, before in links)
    affairs = {before.affair for before in half.before}
    wanted = sum(now.affair in affairs for now in half.now)
    return right, len(links) - right, wanted - right


def by_digest(half: Half) -> Iterator[tuple[Labelled, Labelled]]:
    """What digest would print."""
    by_url = {each.article.url: each for each in (*half.now, *half.before)}
    found = find_followups(
        [Story(lead=each.article) for each in half.now],
        [PastLesson(slug="before", items=tuple(_past(each.article) for each in half.before))],
    )
    for key, followed in found.items():
        for each in followed:
            yield by_url[key], by_url[each.url]


def by_titles(half: Half, least: float) -> Iterator[tuple[Labelled, Labelled]]:
    """The nearest by the words of the titles, weighted by idf."""
    every = [*half.now, *half.before]
    words = {
        id(each): set(tokens(each.article.title, most_letters=_MOST_LETTERS)) for each in every
    }
    counts = Counter(word for of_one in words.values() for word in of_one)
    idf = {word: math.log((len(every) + 1) / count) for word, count in counts.items()}

    def cosine(one: Labelled, other: Labelled) -> float:
        ours, theirs = words[id(one)], words[id(other)]
        squares = [math.fsum(idf[word] ** 2 for word in of_one) for of_one in (ours, theirs)]
        return math.fsum(idf[w] ** 2 for w in ours & theirs) / math.sqrt(squares[0] * squares[1])

    for now in half.now:
        near = sorted(((cosine(now, before), at) for at, before in enumerate(half.before)))[::-1]
        for value, at in near[:MOST_EARLIER]:
            if value >= least:
                yield now, half.before[at]


def wrong_kinds(half: Half) -> list[str]:
    """What kinds of trap digest fell into."""
    links = by_digest(half)
    return [
        f"{now.kind}: {now.article.title} <- {before.article.title}"
        for now, before in links
        if now.affair != before.affair
    ]


def _host(source: str) -> str:
    letters = "".join(letter for letter in source.casefold() if letter.isalnum())
    return f"{letters.encode('idna').decode()}.example"


def _past(article: Article) -> PastItem:
    return PastItem(
        key=article.url or article.id,
        heading="News",
        fate="untouched",
        title=article.title,
        url=article.url or "",
        summary=article.summary,
        source=article.source.name,
        language=article.language,
    )
