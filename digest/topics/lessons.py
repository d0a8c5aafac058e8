"""Past items as the learner takes them: what each one weighs, and which are told apart."""

from __future__ import annotations

from digest.model.lesson import PastLesson
from digest.topics.learned import MOVED, PRINTED, UNTOUCHED, Lesson, PastLessons
from digest.topics.likeness import describe

_WEIGHT = {"moved": MOVED, "printed": PRINTED, "untouched": UNTOUCHED}


def as_taught(lesson: PastLesson) -> PastLessons:
    """A past issue for the learner. What was cut says nothing of sections."""
    return PastLessons(
        lessons=tuple(
            Lesson(
                key=item.key,
                section=item.heading,
                what=describe(item),
                weight=_WEIGHT[item.fate],
                ruled=item.ruled,
            )
            for item in lesson.items
            if item.fate in _WEIGHT
        ),
        renamed=dict(lesson.renamed),
    )
