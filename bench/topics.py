"""How far digest places articles as an editor does who is known by past issues alone.

``python -m bench topics``. Read are past issues that lie beside the repository
(``../shared/data/editors``; they belong to their publishers). At each place of an archive, what
is learned from the 200 issues before it is tried on the next 30: title and address only, only
addresses that are new. The same is asked of the real command, in a folder of issues. Headings
that are spellings or new names of one another count as one; sections with fewer than 10 items on
either side are left out, for there nobody can know.
Features were chosen on all places but the last two.

Beside it: the commonest section, and TF-IDF of words and pairs with the host and logistic
regression, where scikit-learn can be imported (it is no dependency; put it on PYTHONPATH).
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import random
import re
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.measure import show_table
from bench.topics_sure import show_again, show_sure
from bench.topics_time import measure_time
from bench.topics_workspace import assign_by_command
from digest.topics.features import Described
from digest.topics.learned import Learned, Lesson, PastLessons
from digest.urls import canonical_url, host_label

EDITORS = Path(__file__).resolve().parents[2] / "shared" / "data" / "editors"
TRAIN, TEST, FEW = 200, 30, 20
SHORT = (5, 10, FEW)
LEAST = 10
# Shares of the archive; the last two were only scored.
PLACES = (0.345, 0.456, 0.594, 0.691, 0.774, 0.856)
SCORED_ONLY = (0.917, 0.959)
GOALS = {"accuracy": 0.90, "macro-F1": 0.70, "first two": 0.94}

_WORD = re.compile(r"[^\W_]+")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place of an archive: the issues before it, the new items after it, and their section.

    ``test`` are those of ``new`` whose section had enough items to be known. ``again`` counts the
    items whose address was printed before, and those of them that stand in the same section.
    """

    name: str
    train: list[list[Row]]
    new: list[Row]
    test: list[Row]
    again: tuple[int, int]
    gold: Mapping[str, str]
    scored_only: bool

    def answers(self) -> list[str]:
        return [self.gold[row["section"]] for row in self.test]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a learner said: by item its first and second section, and processor seconds.

    ``sure``: of all new items how sure it was, and whether it was right.
    """

    first: list[str]
    second: list[str]
    seconds: float
    sure: list[tuple[float, bool]]


def measure() -> None:
    """Prints the tables, place by place and on the mean."""
    files = sorted(EDITORS.glob("*.jsonl.gz"))
    if not files:
        sys.exit(f"bench topics: no past issues in {EDITORS}")
    for file in files:
        _measure_archive(file)
    measure_time()


def _measure_archive(file: Path) -> None:
    places = _places(_issues(file))
    learners = {
        "digest": _digest,
        "digest, by command": _digest_by_command,
        f"digest, {FEW} issues": _digest_of_few,
        "commonest": _commonest,
    }
    if importlib.util.find_spec("sklearn"):
        learners["TF-IDF + LR"] = _regression
    said = {name: [learn(place) for place in places] for name, learn in learners.items()}
    rows = []
    for name, answers in said.items():
        for place, given in zip(places, answers, strict=True):
            figures = _figures(place, given)
            note = "scored only" if place.scored_only else ""
            rows.append([name, place.name, *_shown(figures), f"{given.seconds:.1f}", note])
        for label, chosen in (("mean of all", True), ("mean, scored only", False)):
            of_them = [
                _figures(place, given)
                for place, given in zip(places, answers, strict=True)
                if chosen or place.scored_only
            ]
            rows.append([name, label, *_shown(_means(of_them)), "", ""])
    head = ["learner", "first issue", "items", "accuracy", "macro-F1", "first two", "s", ""]
    show_table(f"Past issues of {file.name.partition('.')[0]}", head, rows)
    means = _means([_figures(p, a) for p, a in zip(places, said["digest"], strict=True)])
    for name, goal in GOALS.items():
        kept = "kept" if means[name] >= goal else "MISSED"
        print(f"- {kept}: {name} {means[name]:.3f}, promised at least {goal}")
    few = _means(
        [_figures(p, a) for p, a in zip(places, said[f"digest, {FEW} issues"], strict=True)]
    )
    differing = sum(
        one != other
        for direct, command in zip(said["digest"], said["digest, by command"], strict=True)
        for one, other in zip(direct.first, command.first, strict=True)
    )
    kept = "MISSED" if differing else "kept"
    print(f"- {kept}: the command and the learner differ in {differing} items, promised in none")
    share = few["accuracy"] / means["accuracy"]
    print(f"- {'kept' if share >= 0.95 else 'MISSED'}: with {FEW} issues {share:.3f} of it, 0.95")
    if "TF-IDF + LR" in said:
        low, mid, high = _interval(places, said["digest"], said["TF-IDF + LR"])
        kept = "kept" if mid >= 0.03 and low > 0 else "MISSED"
        print(f"- {kept}: above TF-IDF + LR by {mid:.3f} (95 %: {low:.3f} to {high:.3f}), 0.03")
    show_again([(place.name, *place.again) for place in places])
    by_past = {n: [_digest(place, n) for place in places] for n in SHORT} | {TRAIN: said["digest"]}
    show_sure({n: [one for each in given for one in each.sure] for n, given in by_past.items()})


def _issues(file: Path) -> list[list[Row]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        found: dict[str, list[Row]] = {}
        for line in lines:
            row = json.loads(line)
            found.setdefault(row["issue"], []).append(row)
    return list(found.values())


def _places(issues: list[list[Row]]) -> list[Place]:
    places = []
    for share in (*PLACES, *SCORED_ONLY):
        at = round(share * len(issues))
        train, after = issues[at - TRAIN : at], issues[at : at + TEST]
        gold = _sections([*train, *after])
        known = {row["url"]: gold[row["section"]] for issue in train for row in issue}
        again = [row for issue in after for row in issue if row["url"] in known]
        same = sum(known[row["url"]] == gold[row["section"]] for row in again)
        new: dict[str, Row] = {}
        for row in (row for issue in after for row in issue):
            if row["url"] not in known:
                new.setdefault(row["url"], row)
        taught = Counter(gold[row["section"]] for issue in train for row in issue)
        asked = Counter(gold[row["section"]] for row in new.values())
        fair = {name for name in asked if asked[name] >= LEAST and taught[name] >= LEAST}
        test = [row for row in new.values() if gold[row["section"]] in fair]
        name = after[0][0]["issue"]
        places.append(
            Place(
                name=name,
                train=train,
                new=list(new.values()),
                test=test,
                again=(len(again), same),
                gold=gold,
                scored_only=share in SCORED_ONLY,
            )
        )
    return places


def _sections(issues: Sequence[Sequence[Row]]) -> dict[str, str]:
    """Heading -> section: names with the same words, or nearly so and never in one issue."""
    inside: dict[frozenset[str], set[int]] = defaultdict(set)
    often: Counter[frozenset[str]] = Counter()
    for number, issue in enumerate(issues):
        for row in issue:
            words = _heading_words(row["section"])
            inside[words].add(number)
            often[words] += 1
    ordered = sorted(inside, key=lambda words: (-often[words], sorted(words)))
    section: dict[frozenset[str], frozenset[str]] = {}
    for words in ordered:
        section[words] = next(
            (
                other
                for other in ordered
                if section.get(other) == other
                and len(words & other) > 0.6 * len(words | other)
                and len(inside[words] & inside[other]) * 10
                <= min(map(len, (inside[words], inside[other])))
            ),
            words,
        )
    return {
        row["section"]: " ".join(sorted(section[_heading_words(row["section"])]))
        for issue in issues
        for row in issue
    }


def _heading_words(heading: str) -> frozenset[str]:
    words = [
        word for word in _WORD.findall(heading.casefold()) if not re.fullmatch(r"20\d\d", word)
    ]
    words = [word for word in words if word not in ("the", "a", "and", "of", "with", "by")] or words
    return frozenset(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in words)


def _digest(place: Place, issues: int = TRAIN) -> Answers:
    started = time.process_time()
    learned = Learned()
    learned.learn(
        PastLessons(
            lessons=tuple(
                Lesson(key=key, section=row["section"], what=_described(row))
                for key, row in _once_each(issue).items()
            )
        )
        for issue in place.train[-issues:]
    )
    guesses = {row["url"]: learned.guess(_described(row)) for row in place.new}
    worked = time.process_time() - started
    asked = [guesses[row["url"]] for row in place.test]
    return Answers(
        first=[place.gold[guess.topic] if guess else "" for guess in asked],
        second=[place.gold.get(guess.second, "") if guess else "" for guess in asked],
        seconds=worked,
        sure=[
            (guess.confidence, place.gold[guess.topic] == place.gold[row["section"]])
            for row in place.new
            if (guess := guesses[row["url"]])
        ],
    )


def _digest_of_few(place: Place) -> Answers:
    return _digest(place, FEW)


def _digest_by_command(place: Place) -> Answers:
    said, seconds = assign_by_command(place.train, place.test)
    return Answers(
        first=[place.gold.get(one["topic"], "") for one in said],
        second=[place.gold.get(one["second"], "") for one in said],
        seconds=seconds,
        sure=[],
    )


def _described(row: Row) -> Described:
    return Described(title=row["title"], url=_address(row))


def _once_each(issue: Sequence[Row]) -> dict[str, Row]:
    """The items of an issue by their addresses, each where it stands first."""
    return {_address(row): row for row in reversed(issue)}


def _address(row: Row) -> str:
    """The address as digest knows it: without tracking parameters."""
    return canonical_url(row["url"]) or str(row["url"])


def _commonest(place: Place) -> Answers:
    counts = Counter(place.gold[row["section"]] for issue in place.train for row in issue)
    (one, _), (two, _) = counts.most_common(2)
    n = len(place.test)
    return Answers(first=[one] * n, second=[two] * n, seconds=0.0, sure=[])


def _regression(place: Place) -> Answers:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    def host(row: Row) -> list[str]:
        return [host_label(row["url"])]

    def title(row: Row) -> str:
        return str(row["title"])

    started = time.process_time()
    model = make_pipeline(
        make_union(
            TfidfVectorizer(preprocessor=title, ngram_range=(1, 2), sublinear_tf=True),
            TfidfVectorizer(analyzer=host),
        ),
        LogisticRegression(C=10, max_iter=1000),
    )
    rows = [row for issue in place.train for row in issue]
    model.fit(rows, [place.gold[row["section"]] for row in rows])
    ranked = model.predict_proba(place.test).argsort(axis=1)
    worked = time.process_time() - started
    names = list(model.classes_)
    return Answers(
        first=[names[row[-1]] for row in ranked],
        second=[names[row[-2]] for row in ranked],
        seconds=worked,
        sure=[],
    )


def _figures(place: Place, given: Answers) -> dict[str, float]:
    gold = place.answers()
    right = sum(one == other for one, other in zip(gold, given.first, strict=True))
    two = sum(
        one in pair
        for one, pair in zip(gold, zip(given.first, given.second, strict=True), strict=True)
    )
    scores = []
    for name in set(gold):
        hits = sum(a == name == b for a, b in zip(gold, given.first, strict=True))
        scores.append(2 * hits / (gold.count(name) + given.first.count(name)))
    return {
        "items": len(gold),
        "accuracy": right / len(gold),
        "macro-F1": statistics.fmean(scores),
        "first two": two / len(gold),
    }


def _means(figures: Sequence[Mapping[str, float]]) -> dict[str, float]:
    means = {name: statistics.fmean(each[name] for each in figures) for name in figures[0]}
    return means | {"items": sum(each["items"] for each in figures)}


def _shown(figures: Mapping[str, float]) -> Iterable[str]:
    yield f"{figures['items']:.0f}"
    yield from (f"{figures[name]:.3f}" for name in GOALS)


def _interval(
    places: Sequence[Place], ours: Sequence[Answers], theirs: Sequence[Answers]
) -> tuple[float, float, float]:
    """The difference of mean accuracies, with the 95 % interval of items drawn again in pairs."""
    dice = random.Random(9)
    better = [
        [
            (a == g) - (b == g)
            for g, a, b in zip(place.answers(), one.first, other.first, strict=True)
        ]
        for place, one, other in zip(places, ours, theirs, strict=True)
    ]
    drawn = sorted(
        statistics.fmean(statistics.fmean(dice.choices(of, k=len(of))) for of in better)
        for _ in range(1000)
    )
    return drawn[25], statistics.fmean(statistics.fmean(of) for of in better), drawn[974]


if __name__ == "__main__":
    measure()
