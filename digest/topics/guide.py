"""What an editor's past issues say of an article, over the sections that there are now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from digest.config import Settings
from digest.model import Article
from digest.model.lesson import PastLesson
from digest.topics.features import Described
from digest.topics.habits import Habits
from digest.topics.headings import words_of
from digest.topics.learned import Learned, Strength
from digest.topics.likeness import Likeness
from digest.topics.placement import Placement
from digest.topics.rank import section_order

# A section of the editor's that one of so many last issues had is a section still.
_LATELY = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What past issues say: the section, the runner-up ("" for none), and how often such advice
    was right in the editor's past, 0 to 1.

    ``heading`` is the section as past issues call it, ``strongest`` are the features that say
    so. ``is_open`` is false for a section
    that neither digest.toml lists nor recent issues had by the editor's hand.
    """

    topic: str
    second: str
    confidence: float
    heading: str
    strongest: tuple[Strength, ...]
    is_open: bool


class Guide:
    """Past issues, asked where an article belongs. ``habits`` are what they say of publishers,
    ``lessons`` the issues themselves, oldest first."""

    def __init__(self, learned: Learned, lessons: Sequence[PastLesson], settings: Settings) -> None:
        """``lessons`` are what was ``learned``, oldest first."""
        self._learned = learned
        self._least = settings.learning.least_confidence
        self._names: dict[str, str] = {}
        for name in section_order(settings):
            self._names.setdefault(words_of(name), name)
        self.habits = Habits(lessons)
        self.lessons = lessons
        self._likeness = Likeness(lessons, learned.latest)
        self._own: dict[str, str] = {}
        last = words_of(settings.newsletter.last_section)
        by_hand = {learned.latest(heading) for heading in set(_by_hand(lessons))}
        # Where nothing but the lack of a rule led, no rule must yield to what it taught.
        self._unfiled = frozenset([last]) - {words_of(name) for name in by_hand}
        for lesson in reversed(lessons[-_LATELY:]):
            for item in lesson.items:
                name = learned.latest(item.heading)
                if item.fate != "cut" and name in by_hand and words_of(name) not in self._names:
                    self._own.setdefault(words_of(name), name)

    @property
    def sections(self) -> tuple[str, ...]:
        """Sections of past issues that digest.toml does not list and the editor used of late, in
        the order of the last issue that had them."""
        return tuple(self._own.values())

    def advise(self, article: Article) -> Advice | None:
        """What past issues say, sure or not; None where nothing of the article was ever met."""
        guess = self._learned.guess(
            Described(
                title=article.title,
                url=article.url or "",
                text=article.summary,
                source=article.source.name,
                authors=article.authors,
                language=article.language,
            )
        )
        if guess is None:
            return None
        return Advice(
            topic=self._name(guess.topic),
            second=self._name(guess.second) if guess.second else "",
            confidence=round(guess.confidence, 3),
            heading=guess.topic,
            strongest=guess.strongest,
            is_open=words_of(guess.topic) in self._names or words_of(guess.topic) in self._own,
        )

    def is_sure(self, advice: Advice) -> bool:
        """Whether the advice is to be followed where no explicit rule speaks. Never into the last
        section while the editor has filed nothing there by hand."""
        return (
            advice.is_open
            and advice.confidence >= self._least
            and words_of(advice.topic) not in self._unfiled
        )

    def reason(self, advice: Advice) -> str:
        """The advice for people: ``learned: like 7 of 9 past items from example.org``."""
        like = self._likeness.words(advice.strongest, advice.heading)
        strongest = advice.strongest[0].words if advice.strongest else "like past items there"
        return f"learned: {like or strongest}"

    def follow(self, advice: Advice) -> Placement:
        """The placement that sure advice gives."""
        return Placement(
            topic=advice.topic,
            rule="learned",
            reason=self.reason(advice),
            confidence=advice.confidence,
            second=advice.second,
            strongest=tuple(strength.words for strength in advice.strongest),
        )

    def _name(self, heading: str) -> str:
        words = words_of(heading)
        return self._names.get(words) or self._own.get(words) or heading


def mention(advice: Advice, placement: Placement) -> Placement:
    """A placement that no rule made, with the unsure advice in its reason."""
    if advice.topic == placement.topic:
        return placement
    then = f", then {advice.second}" if advice.second else ""
    closed = "" if advice.is_open else ", a section of earlier issues"
    return Placement(
        topic=placement.topic,
        rule=placement.rule,
        reason=f"{placement.reason}; unsure: looks most like {advice.topic}{closed}{then}",
        second=advice.topic,
    )


def _by_hand(lessons: Iterable[PastLesson]) -> Iterable[str]:
    """Headings that the editor wrote, or put something under."""
    for lesson in lessons:
        yield from (new for _, new in lesson.renamed)
        yield from (item.heading for item in lesson.items if item.fate in ("moved", "printed"))
