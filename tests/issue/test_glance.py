"""A quick look at issue.lock says of the past what the whole lock says, or that it is damaged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from made_issues import make_issue, make_item

from digest.errors import LockError
from digest.issue.glance import glance_at_lock
from digest.issue.lock import Lock, Reason, write_lock
from digest.issue.unlock import parse_lock
from digest.model import Link, Section, Text, Window
from digest.names import Signs

ARTICLE = {"id": "0123456789abcdef", "title": "A", "url": "https://example.org/story-1"}
WITHOUT_PAGE = {"id": "fedcba9876543210", "title": "B", "url": None, "authors": ["C"]}
WINDOW = Window(
    start=datetime(2025, 4, 21, tzinfo=UTC), end=datetime(2025, 4, 28, tzinfo=UTC), timezone="UTC"
)


def lock(*also: dict[str, Any]) -> Lock:
    items = (
        make_item(1, also=(Link(name="Post", url="https://post.example/1"), Link(name="Radio"))),
        Text(markdown="A word of the editor."),
        make_item(2, url=None),
    )
    return Lock(
        slug="2025-W17",
        window=WINDOW,
        composed_at=datetime(2025, 4, 28, 7, tzinfo=UTC),
        proposal=make_issue(sections=(Section(heading="Trade", blocks=items),)),
        reasons={
            "https://example.org/story-1": Reason(
                reason='keywords: "treaty",\n  "x"', article=ARTICLE, also=also
            )
        },
        identities={"https://example.org/story-1": (Signs(via="a", title="A", guid="7"),)},
        left_out_counts={"before-the-window": 1},
        left_out=({"article": ARTICLE, "rule": "before-the-window", "reason": "early"},),
        sources=({"name": "a", "status": "ok"},),
        deliveries=({"target": "weekly", "at": "2025-04-28T09:00:00Z"},),
    )


def facts(lock: Lock) -> object:
    """What the memory asks a lock for."""
    sections = lock.proposal.sections if lock.proposal else ()
    return (
        (lock.slug, lock.window, lock.composed_at, lock.identities, lock.left_out_counts),
        (lock.left_out, lock.sources, lock.deliveries),
        [
            (section.kind, section.heading, item.key, item.title, item.url, item.body, item.also)
            for section in sections
            for item in section.items
        ],
        [
            f"{key} {article['id']}"
            for key, reason in lock.reasons.items()
            for article in reason.also
            if article.get("url") is None
        ],
    )


@pytest.mark.parametrize("also", [(), (ARTICLE,), (WITHOUT_PAGE,)], ids=["none", "page", "none-of"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_glance_says_what_the_whole_lock_says(also: tuple[dict[str, Any], ...], ends: str) -> None:
    text = write_lock(lock(*also)).replace("\n", ends)
    assert facts(glance_at_lock(text, "x")) == facts(parse_lock(text, "x"))


def test_layout_does_not_matter() -> None:
    content = json.loads(write_lock(lock(WITHOUT_PAGE)))
    for text in (json.dumps(content), json.dumps(content, indent=4), json.dumps(content, indent=2)):
        assert facts(glance_at_lock(text, "x")) == facts(parse_lock(text, "x"))


def test_merge_conflict_among_what_is_skipped_is_told() -> None:
    lines = write_lock(lock()).split("\n")
    at = next(number for number, line in enumerate(lines) if '"reasons"' in line) + 2
    text = "\n".join([*lines[:at], "<<<<<<< HEAD", *lines[at:]])
    with pytest.raises(LockError, match="merge conflict"):
        glance_at_lock(text, "x")


def test_lock_cut_short_anywhere_is_told() -> None:
    text = write_lock(lock())
    for end in range(0, len(text) - 2, 7):
        with pytest.raises(LockError):
            glance_at_lock(text[:end], "x")


ASKED = {
    *("composed_at", "deliveries", "identities", "left_out", "left_out_counts", "proposal"),
    *("slug", "sources", "version", "window"),
}
# Parts of the proposal that say nothing of the past.
UNASKED = {
    *("title", "subject", "preheader", "window", "timezone", "language", "introduction"),
    *("extra", "attributes", "byline", "form"),
}


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    children = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in list(children):
        yield value, key
        if isinstance(child, dict | list):
            yield from _places(child)


@settings(max_examples=300, deadline=None)
@given(number=st.integers(0, 400), value=st.sampled_from([None, 3, True, "x", [], {}, [1], 1.5]))
def test_part_of_a_wrong_type_is_told_as_the_whole_lock_tells_it(number: int, value: Any) -> None:
    content = json.loads(write_lock(lock()))
    places = list(_places({key: content[key] for key in ASKED}))
    holder, key = places[number % len(places)]
    assume(key not in UNASKED)
    if holder.keys() >= ASKED if isinstance(holder, dict) else False:
        holder = content
    holder[key] = value
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    told = []
    for read in (glance_at_lock, parse_lock):
        try:
            told.append(facts(read(text, "x")))
        except LockError as error:
            told.append(str(error))
    assert told[0] == told[1]
