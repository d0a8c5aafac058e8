"""The use case of ``digest add``: articles that the editor puts into an issue by hand.

They come in as the sources of a compose do, and the issue's lock notes them: recognised when a
feed brings them later, cut for good when they are cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from digest.desk import (
    Change,
    Desk,
    Done,
    Mistake,
    Outcome,
    Unanswered,
    change_issue,
    choose_section,
    made_section,
)
from digest.errors import DocumentError, UsageError
from digest.intake import Intake, Progress, take_in
from digest.memory import remember_issues
from digest.model import Article, Gathered, Issue, Item, Section, SourceReport, article_key
from digest.names import Signs, signs_of
from digest.question import Question
from digest.urls import canonical_url
from digest.workspace import IssueFolder

if TYPE_CHECKING:
    from digest.config import Source
    from digest.issue.past import PastIssue

CHOICES = 20
"""So many articles of a feed are listed to choose from."""
_Read = Sequence[Article] | Mistake


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be added and where. ``intake`` has the settings, the clock and whether the run
    leaves a trace; its sources are not read. ``inputs`` are addresses and paths as typed.

    ``topic`` is the section's name, None for what the rules of digest.toml say; ``new`` makes
    one whose name is like another's. ``note`` is the editor's Markdown. With ``again`` comes
    in what an issue has already.
    """

    intake: Intake
    folder: IssueFolder
    inputs: tuple[str, ...]
    topic: str | None = None
    note: str = ""
    new: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """An item to put in and the topic to put it under.

    ``article`` is None for one that comes back as digest had proposed it; ``typed`` is what
    stood for it. ``was_cut`` says that it had been taken out.
    """

    item: Item
    topic: str
    article: Article | None = None
    typed: str = ""
    was_cut: bool = False
    notes: tuple[str, ...] = ()


def add(request: Request, progress: Progress | None = None) -> Outcome:
    """Puts articles into an issue, each at the end of its section, and renders it.

    Raises Unanswered when one of them cannot be read, is no single article, or has been in an
    issue already; then nothing is written.
    """
    intake = request.intake
    inputs = tuple(dict.fromkeys(text.strip() for text in request.inputs if text.strip()))
    if not inputs:
        raise UsageError("nothing is named", where="digest add", fix="give an address or a file")
    if request.note.strip() and len(inputs) > 1:
        raise UsageError(
            "goes with one article, not with several", where="--note", fix="add them one by one"
        )
    read: dict[str, _Read] = {}

    def work(desk: Desk) -> Change:
        adding = _Adding(request, desk)
        found: list[_Entry | Mistake] = []
        known = {text: adding.know(text) for text in inputs}
        wanted = [text for text in inputs if known[text] is None and text not in read]
        read.update(_read(intake, wanted, progress))
        for text in inputs:
            given = known[text] or read[text]
            if isinstance(given, _Entry | Mistake):
                found.append(given)
            else:
                found += [adding.judge(article, text) for article in given]
        mistakes = [one for one in found if isinstance(one, Mistake)]
        if mistakes:
            raise Unanswered(mistakes)
        return adding.put_in([one for one in found if isinstance(one, _Entry)])

    return change_issue(
        intake.workspace,
        intake.settings,
        request.folder,
        work,
        by="add",
        now=intake.now,
        keep=intake.keep,
    )


class _Adding:
    """An issue on the desk and what all issues remember, asked about one article at a time."""

    def __init__(self, request: Request, desk: Desk) -> None:
        from digest.issue.past import PastIssue
        from digest.topics.leaning import LeaningPlacer

        intake = request.intake
        self._request = request
        self._desk = desk
        memory = remember_issues(intake.workspace, keep=intake.keep)
        slug = desk.folder.slug
        nothing = PastIssue(
            slug=slug, window=None, composed_at=None, issued=frozenset(), cut=frozenset()
        )
        self._here: PastIssue = next((one for one in memory.issues if one.slug == slug), nothing)
        self._past = memory.past_without(slug)
        guide = None
        others = any(one.slug != slug for one in memory.issues)
        if others and request.topic is None and intake.settings.learning.enabled:
            from digest.teaching import find_guide

            guide = find_guide(
                intake.workspace,
                intake.settings,
                slug=slug,
                until=self._here.window.end if self._here.window else None,
                keep=intake.keep,
            )
        headings = [each.heading for each in desk.issue.sections if each.kind == "topic"]
        self._placer = LeaningPlacer(intake.settings, guide, headings)

    def know(self, text: str) -> _Entry | Mistake | None:
        """What an address names that need not be fetched: what was cut from this issue comes
        back, and what an issue has is refused."""
        from digest.issue.find import number_items

        question = Question.parse(text, root=self._desk.workspace.root)
        if question.url is None:
            return None
        here, past = self._here, self._past
        if key := _key_of(question, here.cut, here.names):
            return self._as_proposed(key)
        key = _key_of(question, here.issued | here.waiting, here.names)
        titles = {found.item.key: found.title for found in number_items(self._desk.issue)}
        title = titles.get(key) or text
        return self._refuse(key, _key_of(question, past.issued.keys(), past.names), title, text)

    def _refuse(self, key: str, before: str, title: str, address: str) -> Mistake | None:
        """Why an article is not to be added that goes by ``key`` in this issue and by ``before``
        in others; None where it may be, or with ``again``."""
        here, past, slug = self._here, self._past, self._desk.folder.slug
        again = "--again adds it once more"
        if self._request.again:
            return None
        if key in here.issued:
            where = f"is in {slug} already, {self._place(key)}; {again}"
        elif key in here.waiting:
            where = f"waits in the Hold of {slug}; `digest move {address} TOPIC` takes it out"
        elif before in past.issued:
            where = f"was in {past.issued[before]} already; {again}"
        else:
            return None
        return Mistake(message=f"“{title}” {where}", status=3)

    def judge(self, article: Article, typed: str) -> _Entry | Mistake:
        """The item that an article becomes, or why it is not to be added."""
        from digest.issue.propose import propose_item

        here, past = self._here, self._past
        title = article.title or article.input
        names = _names(article, typed)
        key = _key_among(article, names, here.issued | here.waiting | here.cut, here.names)
        if key in here.cut and (entry := self._as_proposed(key)):
            return entry
        notes = [f"“{title}”: {problem}" for problem in article.problems]
        before = _key_among(article, names, past.issued.keys() | past.cut.keys(), past.names)
        mistake = self._refuse(key, before, title, article.url or article.input)
        if mistake is not None:
            return mistake
        if before in past.cut and before not in past.issued:
            notes.append(f"“{title}” had been cut from {past.cut[before]}")
        placement = self._placer.place(article)
        if self._request.topic is None and placement.rule == "none":
            notes.append(f"no rule of digest.toml places “{title}”: --topic or `digest move` does")
        return _Entry(
            item=propose_item(article, settings=self._desk.settings),
            topic=placement.topic,
            typed=typed,
            article=article,
            was_cut=key in here.cut,
            notes=(*notes, *self._outside(article, title)),
        )

    def put_in(self, entries: Sequence[_Entry]) -> Change:
        """The change that puts them all in, each article once."""
        from digest.issue.by_hand import note_added
        from digest.issue.edit import insert_items
        from digest.issue.inline import plain_words

        issue, lock = self._desk.issue, self._desk.lock_to_note_in()
        done: list[Done] = []
        notes: list[str] = []
        for entry in {entry.item.key: entry for entry in entries}.values():
            topic = self._request.topic or entry.topic
            if not self._request.new:
                topic = self._desk.heading_now(topic)
            # A topic that the settings or the issue name is no slip of the editor's.
            new = self._request.new or self._request.topic is None
            issue, number, made = choose_section(issue, topic, self._desk.settings, new=new)
            if made:
                notes.append(made_section(issue, number))
            section = issue.sections[number]
            item = self._with_note(entry.item, section)
            issue = insert_items(issue, [item], number)
            if lock is not None and entry.article is not None:
                lock = note_added(lock, entry.article, _signs(entry.article, entry.typed), section)
            act = "brought back" if entry.was_cut else "added"
            title = plain_words(item.title, {}) or item.key
            done.append(Done(act=act, title=title, to=plain_words(section.heading, {})))
            notes += entry.notes
        issue, lock = self._desk.follow(issue, lock)
        return Change(issue=issue, lock=lock, done=tuple(done), notes=tuple(notes))

    def _as_proposed(self, key: str) -> _Entry | None:
        """An item that was cut as digest had proposed it; None where it never had."""
        from digest.issue.by_hand import is_bare
        from digest.issue.inline import plain_words

        lock = self._desk.lock
        if lock is None or lock.proposal is None:
            return None
        for section in lock.proposal.sections:
            for item in section.items:
                if item.key == key and not is_bare(item):
                    topic = plain_words(section.heading, {})
                    return _Entry(item=item, topic=topic, was_cut=True)
        return None

    def _with_note(self, item: Item, section: Section) -> Item:
        """The item with the editor's note after its own text. Raises UsageError for a note that
        would be read as anything else."""
        from digest.issue.edit import settle
        from digest.issue.ending import never_closes

        note = self._request.note.strip()
        if not note:
            return item
        noted = replace(item, body="\n\n".join(part for part in (item.body, note) if part))
        alone = Issue(slug="note", sections=(replace(section, blocks=(noted,), raw=None),))
        try:
            if not never_closes(note) and not settle(alone, file="--note").drawn_in:
                return noted
        except DocumentError:
            pass
        raise UsageError(
            "it would not be read as the item's text (a heading, a list of links, a fence that "
            "is not closed?)",
            where="--note",
            fix="write plain paragraphs, or write it into issue.md: `digest edit`",
        )

    def _place(self, key: str) -> str:
        """Where an article stands in this issue, in words."""
        from digest.issue.find import number_items
        from digest.issue.inline import plain_words
        from digest.issue.match import also_keys

        for found in number_items(self._desk.issue):
            if found.item.key == key:
                return f"section {plain_words(found.section.heading, {})}"
        for found in number_items(self._desk.issue):
            if key in also_keys([found.item]):
                return f"among the other reports of “{found.title}”"
        return "under another address"

    def _outside(self, article: Article, title: str) -> Iterator[str]:
        """A word on an article that the issue's window does not hold."""
        from digest.issue.lock import read_window
        from digest.window import published_instant, zone_named

        window = read_window(self._desk.issue.window, self._desk.issue.timezone)
        if window is None or article.published is None:
            return
        moment = published_instant(article.published, zone_named(window.timezone))
        if not window.start <= moment < window.end:
            day = article.published.isoformat()[:10]
            yield f"“{title}” is dated {day}, outside the window of {self._desk.folder.slug}"


def _names(article: Article, typed: str) -> list[str]:
    """What the article is known by; the address that was typed is a name of its page, too."""
    return [name for signs in _signs(article, typed) for name in signs.names()]


def _signs(article: Article, typed: str) -> list[Signs]:
    url = canonical_url(typed)
    own = signs_of(article)
    return [own] if url in (None, own.url) else [own, Signs(url=url or "")]


def _key_among(
    article: Article, names: Sequence[str], keys: Set[str], known: Mapping[str, str]
) -> str:
    """The key that an article goes by among these, its own where it is none of them."""
    key = article_key(article)
    if key in keys:
        return key
    others = (known[name] for name in names if name in known)
    return next((each for each in others if each in keys), key)


def _key_of(question: Question, keys: Set[str], known: Mapping[str, str]) -> str:
    """The key among these of what an address names; "" for none."""
    names = (question.url or "", known.get(question.page, ""))
    return next((name for name in names if name in keys), "")


def _read(
    intake: Intake, inputs: Sequence[str], progress: Progress | None
) -> Iterator[tuple[str, _Read]]:
    """Each input with its articles, or with why there is nothing to add.

    Addresses are fetched side by side; a path may hold several articles, an address one.
    """
    from digest.sources import source_from_argument

    sources: dict[str, Source] = {}
    for text in inputs:
        try:
            sources[text] = source_from_argument(_as_address(text, intake.workspace.root))
        except UsageError as error:
            yield text, Mistake(message=f"{error.message}; {error.fix}", status=2)
    pages = {text: source for text, source in sources.items() if source.url}
    files = {text: source for text, source in sources.items() if not source.url}
    if pages:
        gathered, _ = take_in(replace(intake, sources=tuple(pages.values())), progress)
        for text, source in pages.items():
            yield text, _page(text, source, gathered)
    for text, source in files.items():
        gathered, _ = take_in(replace(intake, sources=(source,)), progress)
        yield text, _articles(text, gathered.articles, gathered.reports)


def _as_address(text: str, root: Path) -> str:
    """What was typed, with the scheme that an address lacks."""
    if "://" in text or Question.parse(text, root=root).url is None:
        return text
    return f"https://{text}"


def _page(text: str, source: Source, gathered: Gathered) -> _Read:
    """The one article of an address."""
    if any(each.listed_by == source.label for each in gathered.listed):
        return Mistake(message=f"{text} is a list of feeds, not an article", status=2)
    # Of an article that two inputs offer, the first has it and the others are noted.
    ids = {number for number, via in gathered.repeats if via == source.label}
    found = [one for one in gathered.articles if one.via == source.label or one.id in ids]
    if len(found) > 1:
        choices = [f"{one.title}  {one.url or one.input}" for one in found[:CHOICES]]
        if len(found) > CHOICES:
            choices.append(f"and {len(found) - CHOICES} more")
        message = f"{text} is a feed of {len(found)} articles: give the address of one"
        return Mistake(message=message, choices=tuple(choices), status=2)
    reports = [each for each in gathered.reports if each.name == source.label]
    return _articles(text, found, reports)


def _articles(text: str, found: Sequence[Article], reports: Sequence[SourceReport]) -> _Read:
    failed = [report for report in reports if report.failed]
    if failed:
        return Mistake(message="; ".join(str(report) for report in failed))
    if not found:
        details = [report.detail for report in reports if report.detail]
        return Mistake(message=f"no article in {text}" + "".join(f" ({d})" for d in details))
    return found
