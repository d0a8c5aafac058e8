"""The use case of ``digest topics suggest``: rules are proposed, and written into digest.toml."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from digest.config import Settings
from digest.config.amend import Edited, amend
from digest.errors import DigestError, UsageError
from digest.model import Article, article_key
from digest.topics.rules import Kind, Rule
from digest.topics.suggestions import Drop, TopicSuggestion, without
from digest.workspace import Workspace

if TYPE_CHECKING:
    from digest.config.edit_topics import Entry
    from digest.model.lesson import PastLesson
    from digest.teaching import Taught
    from digest.topics.audit import Audit

# With so many items filed by hand an editor has sections of his own: his past proposes rules,
# and no subject of ours proposes sections.
_SETTLED = 30
_DROP = "drop "
_KEYS: dict[Kind, str] = {
    "host": "hosts",
    "path": "paths",
    "author": "authors",
    "category": "categories",
    "keyword": "keywords",
    "not": "not",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """What is proposed, and of what it was counted: ``stories`` gathered or given (None where
    they were not looked at), ``filed`` past items that the editor put under a section by hand,
    in so many ``issues``. ``problems`` are sources that could not be looked at."""

    topics: tuple[TopicSuggestion, ...]
    drops: tuple[Drop, ...]
    stories: int | None
    filed: int
    issues: int
    problems: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "stories": self.stories,
            "filed": self.filed,
            "issues": self.issues,
            "topics": [one.to_json() for one in self.topics],
            "drops": [one.to_json() for one in self.drops],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is to be written: rules to add, each with the topic that it is taken from ("" for
    none), and rules to drop."""

    rules: tuple[tuple[Rule, str], ...] = ()
    drops: tuple[Rule, ...] = ()

    @property
    def names(self) -> list[str]:
        """The rules as ``--accept`` takes them."""
        return [*(str(rule) for rule, _ in self.rules), *(f"{_DROP}{rule}" for rule in self.drops)]


def suggest(
    workspace: Workspace,
    settings: Settings,
    audit: Audit,
    *,
    inputs: Sequence[str],
    stdin: BinaryIO,
    now: datetime,
) -> Suggestions:
    """What the editor's filing in past issues bears out, and for a newsletter without a past of
    its own what the articles of ``inputs`` are about, without any those that the sources offered
    when they were last read. ``audit`` says which rules did nothing of late. Nothing is written.

    Raises DigestError where there is nothing to look at.
    """
    from digest.teaching import learn_past
    from digest.topics import section_order
    from digest.topics.filing import Filing
    from digest.topics.opening import open_topics
    from digest.topics.proposals import are_subjects

    taught = learn_past(workspace, keep=False)
    lessons = taught.lessons if taught else ()
    own, name = _sections(taught, settings)
    filing = Filing(lessons, settings, name, section_order(settings, own))
    found = filing.suggest()
    problems: list[str] = []
    stories: int | None = None
    articles: list[Article] = []
    if inputs or (filing.by_hand < _SETTLED and are_subjects(own, settings)):
        articles, problems = _take_in(workspace, settings, inputs, stdin=stdin, now=now)
        if not inputs:
            articles = _with_past(articles, lessons)
        if not articles:
            raise _nothing(workspace, inputs, problems)
        filed = {
            item.key: name(item.heading)
            for lesson in lessons
            for item in lesson.items
            if item.fate in ("moved", "printed")
        }
        opening = open_topics(articles, settings, lambda each: filed.get(article_key(each), ""))
        stories = opening.stories
        known = {one.rule for topic in found for one in topic.rules}
        found = _joined(found, without(opening.topics, known), settings)
    moved = {(one.instead_of, one.rule.text) for topic in found for one in topic.rules}
    return Suggestions(
        topics=tuple(found),
        drops=tuple(_drops(audit, articles, settings, moved)),
        stories=stories,
        filed=filing.by_hand,
        issues=len(lessons),
        problems=tuple(problems),
    )


def choose(found: Suggestions, names: Sequence[str]) -> Choice:
    """The rules that names mean: a topic all of its rules, else a rule as it is shown or its
    text alone; behind ``drop`` a rule to drop. Without names all rules to add, and none to
    drop.

    Raises UsageError for a name that nothing is proposed by.
    """
    rules = [(one.rule, one.instead_of) for topic in found.topics for one in topic.rules]
    if not names:
        return Choice(rules=tuple(rules))
    chosen: dict[Rule, str] = {}
    drops: dict[Rule, None] = {}
    for name in names:
        asked = _plain(name)
        gone = [one.rule for one in found.drops if asked == _plain(f"{_DROP}{one.rule}")]
        meant = [each for each in rules if asked == _plain(each[0].topic)] or [
            each for each in rules if asked in (_plain(str(each[0])), _plain(each[0].text))
        ]
        if not gone and not meant:
            raise _unknown(name, found)
        chosen.update(meant)
        drops.update(dict.fromkeys(gone))
    return Choice(rules=tuple(each for each in rules if each[0] in chosen), drops=tuple(drops))


def accept(workspace: Workspace, choice: Choice, *, dry_run: bool = False) -> Edited:
    """Writes what was chosen into digest.toml; nothing else of it changes.

    Raises DigestError where the file's form does not let this be done; nothing is written then.
    """
    from digest.config.edit_topics import Entry, add_rules, drop_rule

    def entry(rule: Rule, topic: str = "") -> Entry:
        return Entry(topic=topic or rule.topic, key=_KEYS[rule.kind], text=rule.text)

    def change(text: str) -> str:
        for rule in choice.drops:
            text = drop_rule(text, entry(rule))
        for rule, instead_of in choice.rules:
            if instead_of:
                text = drop_rule(text, entry(rule, instead_of))
        return add_rules(text, [entry(rule) for rule, _ in choice.rules])

    return amend(workspace, change, dry_run=dry_run)


def _sections(
    taught: Taught | None, settings: Settings
) -> tuple[Sequence[str], Callable[[str], str]]:
    """The editor's sections that digest.toml does not list, and what gives the section that a
    heading of the past is now."""
    from digest.topics import section_order
    from digest.topics.folding import words_of
    from digest.topics.guide import Guide

    own = Guide(taught.learned, taught.lessons, settings).sections if taught else ()
    last = settings.newsletter.last_section
    names: dict[str, str] = {}
    for each in section_order(settings, own):
        names.setdefault(words_of(each), "" if each == last else each)

    def name(heading: str) -> str:
        return names.get(words_of(taught.learned.latest(heading)), "") if taught else ""

    return own, name


def _take_in(
    workspace: Workspace,
    settings: Settings,
    inputs: Sequence[str],
    *,
    stdin: BinaryIO,
    now: datetime,
) -> tuple[list[Article], list[str]]:
    """The articles of the inputs, else those that the sources offered when they were last read;
    and which of them could not be read."""
    from digest.intake import Intake, pick_sources, take_in

    if not inputs and not settings.sources:
        return [], []
    intake = Intake(
        workspace=workspace,
        settings=settings,
        sources=pick_sources(settings, inputs),
        now=now,
        offline=not inputs,
        keep=False,
        stdin=stdin,
    )
    gathered, _ = take_in(intake)
    problems = [
        f"{report.name}: {report.detail}"
        for report in gathered.reports
        if report.status in ("failed", "blocked", "gone", "not-a-feed")
    ]
    return list(gathered.articles), problems


def _with_past(articles: Sequence[Article], lessons: Sequence[PastLesson]) -> list[Article]:
    """The articles with those of past issues that are not among them, without what was cut."""
    from digest.topics.audit import as_article

    past = {item.key: item for lesson in lessons for item in lesson.items}
    cut = {key for key, item in past.items() if item.fate == "cut"}
    kept = [each for each in articles if article_key(each) not in cut]
    here = {article_key(each) for each in kept}
    return kept + [
        as_article(item) for key, item in past.items() if key not in here and item.fate != "cut"
    ]


def _joined(
    past: Sequence[TopicSuggestion], new: Sequence[TopicSuggestion], settings: Settings
) -> list[TopicSuggestion]:
    """Both, topics of digest.toml first."""
    found = {one.topic: one for one in past}
    for one in new:
        before = found.get(one.topic)
        rules = (*(before.rules if before else ()), *one.rules)
        found[one.topic] = replace(one, rules=rules)
    listed = {topic.name: place for place, topic in enumerate(settings.topics)}
    return sorted(found.values(), key=lambda one: listed.get(one.topic, len(listed)))


def _drops(
    audit: Audit, articles: Sequence[Article], settings: Settings, moved: set[tuple[str, str]]
) -> list[Drop]:
    """The rules that earn no place, but for those that are moved to another topic, that catch
    something of the articles, or that are a subject's words, which wait for their story."""
    from digest.topics.rules import Rules
    from digest.topics.taxonomy import Taxonomy

    faults = [
        (rule, state, why)
        for rule, state, why in audit.faults
        if rule.kind in _KEYS and (rule.topic, rule.text) not in moved
    ]
    if not faults:
        return []
    rules = Rules(settings)
    matched = {rule for each in articles for rule in rules.explicit_rules(each)}
    matched |= {rules.rule_of(hit) for each in articles for hit in rules.hits(each)}
    taxonomy = Taxonomy(settings.newsletter.language)
    for topic in settings.topics:
        words = taxonomy.keywords(topic.name, ("", *(each.language for each in articles)))
        matched |= {Rule(topic=topic.name, kind="keyword", text=word) for word in words}
    return [
        Drop(rule=rule, why=why)
        for rule, state, why in faults
        if state != "never" or rule not in matched
    ]


def _nothing(workspace: Workspace, inputs: Sequence[str], problems: Sequence[str]) -> DigestError:
    if inputs:
        return DigestError(
            problems[0] if problems else "there are no articles in it",
            where="--from",
            fix="name files, folders or feeds with articles",
        )
    assert workspace.settings_path is not None
    return DigestError(
        "there are no articles yet to propose rules from",
        where=workspace.show(workspace.settings_path),
        fix="read the sources first: digest gather; or name articles with --from",
    )


def _plain(name: str) -> str:
    from digest.topics.folding import fold

    return fold(name)


def _unknown(name: str, found: Suggestions) -> UsageError:
    known = [topic.topic for topic in found.topics]
    known += [str(one.rule) for topic in found.topics for one in topic.rules]
    known += [f"{_DROP}{one.rule}" for one in found.drops]
    near = difflib.get_close_matches(name, known, n=1)
    return UsageError(
        f"nothing is proposed by this name: {name}",
        where="digest topics suggest",
        fix=f"did you mean “{near[0]}”?" if near else "`digest topics suggest` shows what is",
    )
