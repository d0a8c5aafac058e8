"""What runs said of articles, in a real database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from digest.model import Article, Link, When, Window
from digest.state.database import open_database
from digest.state.judged import Judged
from digest.state.seen import Seen

NOW = datetime(2025, 4, 28, 7, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=7)
WINDOW = Window(start=NOW - timedelta(days=7), end=NOW, timezone="UTC")
NEXT = Window(start=NOW, end=LATER, timezone="UTC")
ARTICLE = Article(
    id="0" * 15 + "1",
    title="Treaty signed",
    first_seen=NOW,
    source=Link(name="Example"),
    input="in.jsonl#1",
    via="in.jsonl",
    guid="g-1",
    published=When(value=date(2025, 4, 24), raw="", basis="dateline"),
)


@pytest.fixture
def judged() -> Iterator[Judged]:
    with open_database(None) as connection:
        Seen(connection).stamp([ARTICLE], NOW)
        yield Judged(connection)


def test_last_ruling_is_kept_with_its_window(judged: Judged) -> None:
    judged.keep([(ARTICLE, "cap", "over the limit")], slug="2025-W17", window=WINDOW, now=NOW)
    [seen] = judged.find([ARTICLE.id])
    assert seen.last is not None
    assert (seen.last.slug, seen.last.rule, seen.last.reason) == (
        "2025-W17",
        "cap",
        "over the limit",
    )
    assert (seen.last.start, seen.last.end, seen.last.judged_at) == (WINDOW.start, NOW, NOW)
    assert (seen.first_seen, seen.published, seen.basis) == (NOW, "2025-04-24", "dateline")


def test_echo_of_a_later_run_does_not_hide_the_ruling_of_its_own_window(judged: Judged) -> None:
    judged.keep([(ARTICLE, "cap", "over the limit")], slug="2025-W17", window=WINDOW, now=NOW)
    judged.keep([(ARTICLE, "before-the-window", "x")], slug="2025-W18", window=NEXT, now=LATER)
    [seen] = judged.find([ARTICLE.id])
    assert seen.last is not None
    assert seen.own is not None
    assert (seen.last.slug, seen.last.rule) == ("2025-W18", "before-the-window")
    assert (seen.own.slug, seen.own.rule) == ("2025-W17", "cap")


def test_article_that_was_never_judged_is_known_without_a_ruling(judged: Judged) -> None:
    [seen] = judged.find([ARTICLE.id, "never"])
    assert (seen.last, seen.own, seen.title) == (None, None, "Treaty signed")


def test_other_sources_of_an_article_are_kept_once(judged: Judged) -> None:
    for _ in range(2):
        judged.keep(
            [(ARTICLE, "in-window", "in")],
            slug="2025-W17",
            window=WINDOW,
            now=NOW,
            repeats=[(ARTICLE.id, "b.xml"), (ARTICLE.id, "a.xml"), (ARTICLE.id, "b.xml")],
        )
    assert judged.find([ARTICLE.id])[0].via == ("in.jsonl", "a.xml", "b.xml")


def test_articles_are_found_by_guid_by_input_and_by_file(judged: Judged) -> None:
    judged.keep([(ARTICLE, "in-window", "in")], slug="2025-W17", window=WINDOW, now=NOW)
    for name in ("g-1", "in.jsonl#1", "in.jsonl"):
        assert judged.find_called(name) == {ARTICLE.id}
    for name in ("g-", "in.json", "in.jsonl#"):
        assert judged.find_called(name) == set()


def test_changed_title_is_known_beside_the_first_one(judged: Judged) -> None:
    changed = replace(ARTICLE, title="Treaty signed at last")
    judged.keep([(changed, "in-window", "in")], slug="2025-W17", window=WINDOW, now=NOW)
    titles = {title for _, title, _ in judged.titles("treaty")}
    assert titles == {"Treaty signed", "Treaty signed at last"}
    assert [title for _, title, _ in judged.titles("at last")] == ["Treaty signed at last"]


def test_article_that_moved_is_found_under_either_id(judged: Judged) -> None:
    run = {"slug": "2025-W17", "window": WINDOW, "now": NOW}
    judged.keep([(ARTICLE, "in-window", "in")], **run, moved=[("new", ARTICLE.id)])
    assert [seen.id for seen in judged.find(["new"])] == [ARTICLE.id]
    judged.keep([(replace(ARTICLE, id="new"), "in-window", "in")], **run)
    assert judged.find(["new"]) == []


def test_nothing_is_kept_when_a_ruling_cannot_be_read(judged: Judged) -> None:
    def rulings() -> Iterator[tuple[Article, str, str]]:
        yield ARTICLE, "in-window", "in"
        raise ValueError

    with pytest.raises(ValueError):
        judged.keep(rulings(), slug="2025-W17", window=WINDOW, now=NOW)
    assert judged.find([ARTICLE.id])[0].last is None
