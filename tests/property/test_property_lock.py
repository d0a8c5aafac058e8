"""A lock that somebody changed is read as it is now or refused with the line; nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.config import Settings
from digest.errors import LockError
from digest.issue.lock import make_lock, write_lock
from digest.issue.mentions import find_mentions
from digest.issue.past import read_past_issue
from digest.issue.propose import propose
from digest.issue.seal import require_seal
from digest.issue.unlock import find_deliveries, parse_lock
from digest.issue.write import write_issue
from digest.model import Article, LeftOut, Link, SourceReport, Story, Window
from digest.names import signs_of

WINDOW = Window(
    start=datetime(2025, 4, 21, tzinfo=UTC), end=datetime(2025, 4, 28, tzinfo=UTC), timezone="UTC"
)
SOURCE = Link(name="Example", url="https://example.org/")
PIECES = st.sampled_from(
    (
        *'"{}[],:\\\n\0\ud800',
        *("null", "-1", "true", '"x"', "9" * 5000, "1e999", '"\\ud800"', '"2025-04-28"', "[]"),
        *('"deliveries": [],', "<<<<<<< a\n"),
    )
)
VALUES = st.sampled_from(
    [None, 1, -1, 1.5, True, "", "x", [], {}, [[]], [1], {"a": 1}, 10**30, "2025-04-28T00:00:00"]
)


def article(name: str, **more: Any) -> Article:
    facts = {"title": f"Title of {name}", "url": f"https://example.org/{name}", "guid": name}
    return Article(
        id=f"id{name}", first_seen=WINDOW.end, source=SOURCE, input="x", **(facts | more)
    )


@cache
def files() -> tuple[str, str]:
    """issue.md and issue.lock of an issue that has a bit of everything."""
    articles = [article("a"), article("b", url=None), article("c", text="Words.")]
    stories = [Story(lead=articles[0], also=(articles[1],), topic="One"), Story(lead=articles[2])]
    issue = propose(
        stories, slug="2025-W17", window=WINDOW, settings=Settings(), held=[article("h")]
    )
    lock = make_lock(
        issue,
        window=WINDOW,
        composed_at=WINDOW.end,
        stories=stories,
        signs={each.url or "": signs_of(each) for each in articles},
        left_out=[LeftOut(article=article("z"), rule="before-the-window", reason="before")],
        reports=[SourceReport(name="Example", url="https://example.org/", status="ok", articles=4)],
        input_hashes={"Example": "abc"},
        newsletter={"title": "Weekly"},
        outputs={"issue.md": "def"},
    ).with_deliveries([{"target": "weekly", "at": "2025-04-28T07:00:00Z"}])
    return write_issue(issue), write_lock(lock)


def look(text: str) -> None:
    """Reads a lock in every way there is; what cannot be read is refused with the place."""
    document, _ = files()
    try:
        parse_lock(text, "issue.lock")
        require_seal(text, "issue.lock")
    except LockError as error:
        assert str(error).startswith("issue.lock:")
    _, problems = read_past_issue("2025-W17", document, text)
    assert all("issue.lock" in problem for problem in problems)
    find_mentions("2025-W17", document, text, lambda named: True)
    find_deliveries(text)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_text_that_was_changed_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    text = files()[1]
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = start + data.draw(st.sampled_from([0, 1, 5, 40, 400]))
        text = text[:start] + data.draw(PIECES) + text[end:]
    look(text)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_value_of_another_kind_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    content = json.loads(files()[1])
    place, key = content, data.draw(st.sampled_from(sorted(content)))
    while isinstance(place[key], dict | list) and place[key] and data.draw(st.booleans()):
        place = place[key]
        keys = sorted(place) if isinstance(place, dict) else range(len(place))
        key = data.draw(st.sampled_from(keys))
    before, place[key] = place[key], data.draw(VALUES)
    text = json.dumps(content, indent=2, ensure_ascii=data.draw(st.booleans()))
    look(text)
    top_is_sealed = content["deliveries"] == json.loads(files()[1])["deliveries"]
    if top_is_sealed and json.dumps(before) != json.dumps(place[key]):
        try:
            parse_lock(text, "issue.lock")
            require_seal(text, "issue.lock")
        except LockError:
            return
        raise AssertionError(f"taken as digest wrote it: {key}")
