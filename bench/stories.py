"""How well articles on one event are found, and how long that takes.

``python -m bench stories``. Judged are the labelled articles in ``tests/topics/stories`` (its
README says how they were written): B-cubed, so that each article counts once. ``held`` was not
looked at while the algorithm was made. Beside it, in the same run: every item alone, equal
titles, and average link over the words of titles with crude stems at a cosine of .15 and .20.
"""

from __future__ import annotations

import gzip
import json
import math
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.measure import show_goal, show_table
from digest.config import Stories
from digest.model import Article, Link, When
from digest.topics.joining import Joining
from digest.topics.stories import find_stories
from digest.urls import canonical_url

SET = Path(__file__).resolve().parents[1] / "tests" / "topics" / "stories"
PARTS = ("dev", "held")
EDITORS = Path(__file__).resolve().parents[2] / "shared" / "data" / "editors"
GOAL_F1, GOAL_PRECISION = 0.90, 0.97
GOAL_SECONDS, GOAL_GROWTH, GOAL_HOSTILE = 1.5, 15.0, 60.0
Labelled = tuple[str, Article]
Clustering = Callable[[Sequence[Article]], list[Hashable]]

_WORD = re.compile(r"[^\W_]+")


def measure(parts: Sequence[str] = PARTS) -> None:
    """Prints the figures, the goals and the times."""
    sets = {part: load(part) for part in parts}
    sets["all"] = [one for part in parts for one in sets[part]]
    contestants: dict[str, Clustering] = {
        "digest": by_digest,
        "digest, same text only": by_text,
        "every item alone": lambda articles: list(range(len(articles))),
        "equal titles": lambda articles: [article.title.casefold() for article in articles],
        "average link .15": lambda articles: by_titles(articles, 0.15),
        "average link .20": lambda articles: by_titles(articles, 0.20),
    }
    rows, goals = [], {}
    for name, cluster in contestants.items():
        for part, labelled in sets.items():
            groups = cluster([article for _, article in labelled])
            precision, recall, f1 = b_cubed([event for event, _ in labelled], groups)
            by_language = (
                f"{language} {_of_language(labelled, groups, language):.3f}"
                for language in sorted({article.language for _, article in labelled})
            )
            rows.append(
                [name, part, f"{precision:.3f}", f"{recall:.3f}", f"{f1:.3f}", *by_language]
            )
            if name == "digest":
                goals[part] = (precision, f1)
    languages = len(rows[0]) - 5
    head = ["who", "set", "precision", "recall", "F1", "F1 by language", *[""] * (languages - 1)]
    show_table("Articles on one event, B-cubed", head, rows)
    for part, (precision, f1) in goals.items():
        show_goal(f"{part}: F1", 100 * f1, 100 * GOAL_F1, " %", at_least=True)
        show_goal(f"{part}: precision", 100 * precision, 100 * GOAL_PRECISION, " %", at_least=True)
    _measure_issues()
    _measure_time()


def _measure_issues() -> None:
    """How many groups there are in real issues, of titles alone, where they lie beside us: an
    editor prints an event mostly once, so that fewer are better, though none is labelled."""
    for file in sorted(EDITORS.glob("*.jsonl.gz")):
        issues: dict[str, list[Article]] = defaultdict(list)
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                row = json.loads(line)
                if url := canonical_url(row["url"]):
                    moment = datetime.fromisoformat(row["date"]).replace(tzinfo=UTC)
                    named = _made(number, row["title"], "", moment)
                    source = Link(name="")
                    issues[row["issue"]].append(replace(named, url=url, source=source))
        groups = [
            group
            for articles in issues.values()
            for group in find_stories(articles)
            if any(tie.startswith("shares ") for tie in group.ties)
        ]
        items = sum(map(len, issues.values()))
        print(
            f"{file.name}: {items:,} items of {len(issues)} issues, "
            f"{len(groups)} groups over shared words"
        )


def load(part: str) -> list[Labelled]:
    """The articles of one part with their labels, which nothing else is told of."""
    found = []
    with (SET / f"{part}.jsonl").open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            found.append((f"{part}:{row['event']}", _article(f"{part}-{number}", row)))
    return found


def b_cubed(events: Sequence[str], groups: Sequence[Hashable]) -> tuple[float, float, float]:
    """Precision, recall and their harmonic mean, averaged over items."""
    pairs = list(zip(events, groups, strict=True))
    by_event, by_group, both = Counter(events), Counter(groups), Counter(pairs)
    precision = math.fsum(both[pair] / by_group[pair[1]] for pair in pairs) / len(pairs)
    recall = math.fsum(both[pair] / by_event[pair[0]] for pair in pairs) / len(pairs)
    return precision, recall, 2 * precision * recall / (precision + recall)


def by_digest(articles: Sequence[Article]) -> list[Hashable]:
    """For each article the id of its group's lead."""
    return _leads(articles, Stories())


def by_text(articles: Sequence[Article]) -> list[Hashable]:
    """The same with ``join = "same-text"``."""
    return _leads(articles, Stories(join="same-text"))


def by_titles(articles: Sequence[Article], least: float) -> list[Hashable]:
    """Average link over the words of titles, cut to five letters, weighted by idf."""
    words = [{word[:5] for word in _WORD.findall(article.title.casefold())} for article in articles]
    counts = Counter(word for of_one in words for word in of_one)
    idf = {word: math.log((len(words) + 1) / count) for word, count in counts.items()}
    norms = [math.sqrt(sum(idf[word] ** 2 for word in of_one)) or 1.0 for of_one in words]
    holders: dict[str, list[int]] = defaultdict(list)
    near: dict[tuple[int, int], float] = defaultdict(float)
    for at, of_one in enumerate(words):
        for word in sorted(of_one):
            for other in holders[word]:
                near[other, at] += idf[word] ** 2 / (norms[at] * norms[other])
            holders[word].append(at)
    groups: list[Hashable] = [0] * len(articles)
    for number, group in enumerate(Joining(len(words), near, lambda *_: True).join(least)):
        for at in group:
            groups[at] = number
    return groups


def _leads(articles: Sequence[Article], settings: Stories) -> list[Hashable]:
    lead = {
        article.id: group.lead.id
        for group in find_stories(articles, settings)
        for article in group.articles
    }
    return [lead[article.id] for article in articles]


def _of_language(labelled: Sequence[Labelled], groups: list[Hashable], language: str) -> float:
    places = [at for at, (_, article) in enumerate(labelled) if article.language == language]
    return b_cubed([labelled[at][0] for at in places], [groups[at] for at in places])[2]


def _article(name: str, row: dict[str, Any]) -> Article:
    published = row["published"]
    is_day = len(published) == len("2025-04-28")
    value = date.fromisoformat(published) if is_day else datetime.fromisoformat(published)
    return Article(
        id=name,
        input=name,
        title=row["title"],
        url=canonical_url(row["url"]),
        summary=row["summary"],
        text=row["text"],
        published=When(value=value, raw=published, basis="feed:published"),
        first_seen=datetime(2025, 6, 1, tzinfo=UTC),
        source=Link(name=row["source"]),
        authors=tuple(row["authors"]),
        language=row["language"],
    )


def invented(count: int, seed: int = 9) -> list[Article]:
    """A week of articles: words as frequent as words are, a third on events that several
    report, a tenth under standing titles and templates."""
    chance = random.Random(seed)
    syllables = [consonant + vowel for consonant in "bdfghklmnprstvz" for vowel in "aeiou"]
    spellings = {"".join(chance.choices(syllables, k=chance.randint(1, 5))) for _ in range(60_000)}
    vocabulary = sorted(spellings)
    chance.shuffle(vocabulary)
    shares = [1 / (rank + 10) for rank in range(len(vocabulary))]
    bounds = [0.0]
    for share in shares:
        bounds.append(bounds[-1] + share)

    def words(number: int) -> list[str]:
        return chance.choices(vocabulary, cum_weights=bounds[1:], k=number)

    events = [
        (
            [word.capitalize() for word in chance.choices(vocabulary[1_000:], k=4)],
            words(8),
            chance.randrange(6 * 1440),
        )
        for _ in range(count // 10)
    ]
    templates = [words(6) for _ in range(20)]
    found = []
    for number in range(count):
        title, body = words(8), words(60)
        minute = chance.randrange(7 * 1440)
        if number % 3 == 0:
            names, happened, minute = chance.choice(events)
            title = [*chance.sample(names, 2), *chance.sample(happened, 3), *words(3)]
            body[:9] = [*names, *chance.sample(happened, 5)]
            minute += chance.randrange(1440)
        elif number % 10 == 1:
            title = [*chance.choice(templates), str(chance.randrange(100))]
        host = f"paper-{chance.randrange(200)}.example.org"
        moment = datetime(2025, 4, 21, tzinfo=UTC) + timedelta(minutes=minute)
        found.append(_made(number, " ".join(title), host, moment, " ".join(body)))
    return found


def _made(number: int, title: str, host: str, moment: datetime, body: str = "") -> Article:
    return Article(
        id=str(number),
        input="made",
        title=title,
        url=f"https://{host}/{number}",
        summary=body[:160],
        text=body,
        published=When(value=moment, raw="", basis="feed:published"),
        first_seen=moment,
        source=Link(name=host),
        language="en",
    )


def _hostile() -> Iterable[tuple[str, list[Article]]]:
    moment = datetime(2025, 4, 24, tzinfo=UTC)
    yield (
        "50,000 of one word",
        [_made(at, "word", f"h{at % 500}.example", moment, "word") for at in range(50_000)],
    )
    yield (
        "20,000 equal titles",
        [
            _made(at, "Leaders sign treaty after six years", f"h{at % 500}.example", moment)
            for at in range(20_000)
        ],
    )
    long = " ".join(f"word{at}" for at in range(110_000))
    yield "20 titles of 1 MB", [_made(at, long, f"h{at}.example", moment) for at in range(20)]


def _measure_time() -> None:
    seconds = {}
    rows = []
    for count in (2_000, 20_000):
        articles = invented(count)
        seconds[count], groups = _timed(articles)
        rows.append([f"{count:,} of a week", f"{seconds[count]:.2f}", str(groups)])
    worst = 0.0
    for name, articles in _hostile():
        took, groups = _timed(articles)
        worst = max(worst, took)
        rows.append([name, f"{took:.2f}", str(groups)])
    show_table("Time", ["articles", "processor s", "stories"], rows)
    show_goal("2,000 articles", seconds[2_000], GOAL_SECONDS, " s")
    show_goal("20,000 articles against 2,000", seconds[20_000] / seconds[2_000], GOAL_GROWTH)
    show_goal("the worst hostile batch", worst, GOAL_HOSTILE, " s")


def _timed(articles: list[Article]) -> tuple[float, int]:
    before = time.process_time()
    groups = len(find_stories(articles))
    return time.process_time() - before, groups
