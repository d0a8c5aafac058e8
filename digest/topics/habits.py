"""An editor's habits: what was kept and what was cut of each publisher's items before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from digest.model import Article
from digest.model.lesson import PastLesson
from digest.topics.folding import fold
from digest.urls import host_label

# Fewer items of a publisher are no habit.
LEAST_ITEMS = 5
# What happened so many issues ago counts no more; each issue counts a little less than the next.
_LATELY, _FADES = 50, 0.97
# So many items as the editor usually treats them are added to a publisher's own, so that one
# more cut never moves much.
_PRIOR = 10.0

_Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """Of the last items of a publisher, ``kept`` of ``of`` were kept.

    ``liking`` runs from 0 to 1: a half is what the editor does with any publisher's items.
    """

    kept: int
    of: int
    liking: float


class Habits:
    """What past issues say of publishers; ``lessons`` are theirs, oldest first."""

    def __init__(self, lessons: Sequence[PastLesson]) -> None:
        counted: dict[_Key, list[float]] = {}
        all_kept = all_of = 0.0
        for age, lesson in enumerate(reversed(lessons[-_LATELY:])):
            weight = _FADES**age
            for item in lesson.items:
                kept = item.fate != "cut"
                all_kept += weight * kept
                all_of += weight
                for key in _keys(item.source, item.url):
                    counts = counted.setdefault(key, [0, 0, 0.0, 0.0])
                    counts[0] += kept
                    counts[1] += 1
                    counts[2] += weight * kept
                    counts[3] += weight
        usual = all_kept / all_of if all_of else 0.0
        self._known: dict[_Key, Habit] = {}
        for key, (kept_of, of, weighed, total) in counted.items():
            if of >= LEAST_ITEMS:
                share = (weighed + _PRIOR * usual) / (total + _PRIOR)
                self._known[key] = Habit(
                    kept=int(kept_of), of=int(of), liking=(1 + share - usual) / 2
                )

    def of(self, article: Article) -> Habit | None:
        """What is known of an article's publisher, by its name, else by its host; None where
        too few of its items were proposed or printed lately."""
        keys = _keys(article.source.name, article.url or article.source.url or "")
        return next((self._known[key] for key in keys if key in self._known), None)


def _keys(name: str, url: str) -> Iterable[_Key]:
    if name:
        yield "name", fold(name)
    if host := host_label(url):
        yield "host", host
