"""issue.lock, and the memory that issues keep of themselves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from digest.config import Settings
from digest.errors import LockError
from digest.issue.lock import Lock, make_lock, read_window, write_lock
from digest.issue.past import Memory, remember
from digest.issue.propose import propose
from digest.issue.unlock import parse_lock
from digest.issue.write import write_issue
from digest.model import Article, Issue, LeftOut, Link, SourceReport, Story, When, Window

NOW = datetime(2025, 4, 28, 7, tzinfo=UTC)


def article(name: str, **changes: object) -> Article:
    facts: dict[str, object] = {
        "id": f"id{name}",
        "title": f"Title {name}",
        "first_seen": NOW,
        "source": Link(name="Example Times", url="https://example.org/"),
        "input": "feed",
        "url": f"https://example.org/{name}",
        "published": When(value=date(2025, 4, 24), raw="", basis="feed:published"),
    }
    return Article(**{**facts, **changes})  # type: ignore[arg-type]


def week(number: int) -> Window:
    start = datetime.fromisocalendar(2025, number, 1).replace(tzinfo=UTC)
    end = datetime.fromisocalendar(2025, number + 1, 1).replace(tzinfo=UTC)
    return Window(start=start, end=end, timezone="UTC")


def composed(number: int, names: str, **options: object) -> tuple[Issue, Lock]:
    stories = [Story(lead=article(name), topic="Diplomacy", reason="r") for name in names]
    issue = propose(
        stories,
        slug=f"2025-W{number}",
        window=week(number),
        settings=Settings(),
        **options,  # type: ignore[arg-type]
    )
    lock = make_lock(issue, window=week(number), composed_at=week(number).end, stories=stories)
    return issue, lock


def documents(*issues: tuple[Issue, Lock], **texts: str) -> list[tuple[str, str, str | None]]:
    return [
        (issue.slug, texts.get(issue.slug.replace("-", "_"), write_issue(issue)), write_lock(lock))
        for issue, lock in issues
    ]


def memory_of(*issues: tuple[Issue, Lock], **texts: str) -> Memory:
    return remember(documents(*issues, **texts))


# ---- the lock


def test_a_lock_is_readable_and_comes_back() -> None:
    issue, _ = composed(17, "ab")
    story = Story(lead=article("a"), also=(article("x"),), reason="keywords: treaty", late=True)
    lock = make_lock(
        issue,
        window=week(17),
        composed_at=NOW,
        stories=[story],
        left_out=[LeftOut(article=article("z"), rule="before-the-window", reason="before")] * 3,
        reports=[SourceReport(name="Example", url="https://example.org/", status="ok", articles=2)],
        input_hashes={"Example": "abc"},
        newsletter={"title": "Weekly"},
        outputs={"issue.md": "def"},
        name_at_most=(2, 5),
    ).with_deliveries([{"target": "weekly", "at": "2025-04-28T07:00:00Z", "accepted": 12}])
    text = write_lock(lock)
    assert parse_lock(text, "issue.lock") == lock
    assert '    {"accepted": 12, "at": "2025-04-28T07:00:00Z", "target": "weekly"}\n' in text
    content = json.loads(text)
    assert list(content) == sorted(content)
    assert content["left_out_counts"] == {"before-the-window": 3}
    assert len(content["left_out"]) == 2
    assert content["reasons"]["https://example.org/a"]["also"][0]["id"] == "idx"
    assert text.endswith("\n}\n")


def ranked(names: str) -> list[Story]:
    return [
        Story(
            lead=article(name),
            topic="R&D #1",
            reason="r",
            score=0.5,
            parts=(("freshness", 0.5),),
            rank=f"{place} of {len(names)} in R&D #1{': fresh' if name in 'ac' else ''}",
        )
        for place, name in enumerate(names, 1)
    ]


def ranked_lock(stories: list[Story], standing: Sequence[Story]) -> Lock:
    issue = propose(standing, slug="2025-W17", window=week(17), settings=Settings())
    return make_lock(issue, window=week(17), composed_at=NOW, stories=stories)


def written_ranks(lock: Lock) -> dict[str, str]:
    reasons = json.loads(write_lock(lock))["reasons"]
    return {key[-1]: entry["rank"] for key, entry in reasons.items()}


def test_a_place_that_the_proposal_tells_is_not_written_and_comes_back() -> None:
    lock = ranked_lock(ranked("cab"), ranked("cab"))
    assert written_ranks(lock) == {"a": "fresh", "b": "", "c": "fresh"}
    assert parse_lock(write_lock(lock), "issue.lock") == lock
    more = ranked_lock(ranked("dcab"), ranked("dcab"))
    assert written_ranks(more) == {"d": "", **written_ranks(lock)}


def test_a_place_that_the_proposal_does_not_tell_is_written() -> None:
    for standing in (ranked("cab")[1:], ranked("cab")[::-1]):
        lock = ranked_lock(ranked("cab"), standing)
        assert written_ranks(lock)["c"] == "1 of 3 in R&D #1: fresh"
        assert parse_lock(write_lock(lock), "issue.lock") == lock


def test_how_surely_an_item_was_placed_comes_back_and_leaves_no_trace_where_a_rule_placed_it() -> (
    None
):
    issue, _ = composed(17, "ab")
    learned = Story(
        lead=article("a"),
        reason="learned: like 7 of 9 past items from example.org",
        confidence=0.875,
        second="Trade",
        strongest=("host example.org", "word “treaty” in the title"),
    )
    by_rule = Story(lead=article("b"), reason="keywords: treaty")
    lock = make_lock(issue, window=week(17), composed_at=NOW, stories=[learned, by_rule])
    text = write_lock(lock)
    assert parse_lock(text, "issue.lock") == lock
    reasons = json.loads(text)["reasons"]
    assert reasons["https://example.org/a"]["confidence"] == 0.875
    assert list(reasons["https://example.org/b"]) == ["also", "article", "late", "reason"]


def test_reasons_and_deliveries_stay_for_what_goes_on() -> None:
    issue, first = composed(17, "ab")
    first = first.with_deliveries([{"target": "weekly"}])
    lock = make_lock(issue, window=week(17), composed_at=NOW, stories=[], previous=first)
    assert set(lock.reasons) == {"https://example.org/a", "https://example.org/b"}
    assert lock.deliveries == ({"target": "weekly"},)


def test_a_lock_for_a_document_of_ones_own_proposes_nothing() -> None:
    issue, _ = composed(17, "a")
    lock = Lock.for_document(issue)
    assert (lock.proposal, lock.window) == (None, week(17))
    assert parse_lock(write_lock(lock), "l") == lock


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "issue.lock:1: this is not JSON"),
        ('{\n  "version": 1,\n  "sl', "issue.lock:3: this is not JSON"),
        ('{\n<<<<<<< HEAD\n"a": 1\n=======\n', "issue.lock:2: git left a merge conflict here"),
        ("[]", "issue.lock:1: the lock is not an object"),
        ("[" * 100_000, "issue.lock:1: this is not a lock of digest"),
        ('{"version": 0}', "issue.lock:1: version 0 is not one that digest ever wrote"),
        ('{"version": true}', "issue.lock:1: version is not a number"),
        ('{"version": 1}', "issue.lock:1: slug is not text"),
        (
            '{"version": 1, "slug": "s", "composed_at": "x"}',
            "issue.lock:1: composed_at is not a date",
        ),
        (
            '{"version": 1, "slug": "s", "composed_at": "2025-04-28"}',
            "issue.lock:1: composed_at is not a time",
        ),
        (
            '{"version": 1, "slug": "s", "deliveries": [1]}',
            "issue.lock:1: deliveries[0] is not an object",
        ),
        (
            '{"version": 1, "slug": "s", "proposal": {"sections": '
            '[{"heading": "A", "blocks": [{}]}]}}',
            "issue.lock:1: proposal.sections[0].blocks[0].key is not text",
        ),
        (
            '{"version": 1, "slug": "s",\n"proposal": {\n"sections": [{}, {"heading": "A",\n'
            '"blocks": [],\n"kind": "x"}]}}',
            "issue.lock:3: proposal.sections[0].heading is not text",
        ),
        (
            '{"version": 1, "slug": "s",\n"reasons": {"https://a.example/[x].y": {"reason": "",\n'
            '"article": {},\n"late": 1}}}',
            "issue.lock:4: reasons['https://a.example/[x].y'].late is not yes or no",
        ),
        (
            '{"version": 1, "slug": "s",\n"reasons": {"k": {"reason": "",\n"article": {},\n'
            '"confidence": 2}}}',
            "issue.lock:4: reasons['k'].confidence is not a number from 0 to 1",
        ),
        (
            '{"version": 1, "slug": "s", "window": {"start": "2025-04-28T00:00:00Z", "end": '
            '"2025-04-21T00:00:00Z", "timezone": "UTC"}}',
            "issue.lock:1: window is not",
        ),
    ],
)
def test_a_damaged_lock_is_refused_with_its_place_and_the_remedy(text: str, message: str) -> None:
    with pytest.raises(LockError) as caught:
        parse_lock(text, "issue.lock")
    assert str(caught.value).startswith(message)
    assert "delete the file" in str(caught.value)


@pytest.mark.parametrize("text", ["", "x/y", "2025-04-21/2025-04-28", "2025-04-21T00:00:00Z/", "/"])
def test_front_matter_that_states_no_window_gives_none(text: str) -> None:
    assert read_window(text, "UTC") is None
    assert read_window("2025-04-21T00:00:00Z/2025-04-28T00:00:00Z", "No/Where") is None


# ---- the memory


def test_what_stands_in_an_issue_was_issued_and_what_does_not_was_cut() -> None:
    issue, lock = composed(17, "abc")
    text = write_issue(issue).replace("### [Title b](https://example.org/b)", "### Title b")
    past = memory_of((issue, lock), **{"2025_W17": text}).past_without("")
    assert past.issued == {
        "https://example.org/a": "2025-W17",
        "https://example.org/c": "2025-W17",
    }
    assert past.cut == {"https://example.org/b": "2025-W17"}
    assert [(w.slug, w.start, w.composed_at) for w in past.windows] == [
        ("2025-W17", week(17).start, week(17).end)
    ]


def test_the_issue_being_composed_is_left_out_of_its_own_past() -> None:
    memory = memory_of(composed(16, "a"), composed(17, "b"))
    assert memory.past_without("2025-W17").issued == {"https://example.org/a": "2025-W16"}
    assert memory.last_end == week(17).end
    assert memory.last_end_without("2025-W17") == week(16).end


def test_issues_are_ordered_by_their_windows_and_not_by_their_names() -> None:
    memory = memory_of(composed(17, "a"), composed(9, "b"))
    assert [issue.slug for issue in memory.issues] == ["2025-W9", "2025-W17"]


def test_other_reports_of_an_issued_story_were_issued_with_it() -> None:
    story = Story(lead=article("a"), also=(article("b"), article("c", url=None)), topic="Diplomacy")
    issue = propose([story], slug="2025-W17", window=week(17), settings=Settings())
    lock = make_lock(issue, window=week(17), composed_at=NOW, stories=[story])
    past = memory_of((issue, lock)).past_without("")
    assert {"https://example.org/a", "https://example.org/b", "digest:idc"} <= set(past.issued)


def test_a_corrected_link_leaves_both_addresses_issued() -> None:
    issue, lock = composed(17, "a")
    text = write_issue(issue).replace("(https://example.org/a)", "(https://example.org/better)")
    past = memory_of((issue, lock), **{"2025_W17": text}).past_without("")
    assert set(past.issued) == {"https://example.org/a", "https://example.org/better"}
    assert not past.cut


def test_what_was_put_on_hold_waits_for_the_next_issue_under_its_topic() -> None:
    issue, lock = composed(17, "ab")
    text = write_issue(issue).replace("### [Title b]", "## Hold\n\n### [My title]")
    memory = memory_of((issue, lock), **{"2025_W17": text})
    (held,) = memory.held_before("2025-W18")
    assert (held.item.title, held.topic, held.since) == ("My title", "Diplomacy", "2025-W17")
    past = memory.past_without("2025-W18")
    assert past.held == {"https://example.org/b"}
    assert "https://example.org/b" not in {**past.issued, **past.cut}
    assert memory.held_before("2025-W17") == ()


def test_what_waited_waits_no_longer_once_it_was_issued_or_cut() -> None:
    issue, lock = composed(17, "abc")
    text = write_issue(issue).replace("### [Title b]", "## Hold\n\n### [Title b]")
    first = memory_of((issue, lock), **{"2025_W17": text})
    following, next_lock = composed(18, "x", carried=first.held_before("2025-W18"))
    cut = write_issue(following).replace("### [Title c](https://example.org/c)\n", "")
    memory = memory_of((issue, lock), (following, next_lock), **{"2025_W17": text, "2025_W18": cut})
    assert memory.held_before("2025-W19") == ()
    past = memory.past_without("2025-W19")
    assert past.issued["https://example.org/b"] == "2025-W18"
    assert past.cut["https://example.org/c"] == "2025-W18"
    assert past.held == frozenset()


def test_what_is_held_again_has_waited_since_the_first_time() -> None:
    issue, lock = composed(17, "ab")
    text = write_issue(issue).replace("### [Title b]", "## Hold\n\n### [Title b]")
    first = memory_of((issue, lock), **{"2025_W17": text})
    following, next_lock = composed(18, "", carried=first.held_before("2025-W18"))
    again = write_issue(following).replace("## Diplomacy", "## Hold")
    memory = memory_of(
        (issue, lock), (following, next_lock), **{"2025_W17": text, "2025_W18": again}
    )
    (held,) = memory.held_before("2025-W19")
    assert (held.since, held.topic) == ("2025-W17", "Diplomacy")


def test_an_issue_without_a_lock_is_remembered_by_its_document() -> None:
    issue, _ = composed(17, "a")
    past = remember([("2025-W17", write_issue(issue), None)]).past_without("")
    assert past.issued == {"https://example.org/a": "2025-W17"}
    assert past.windows[0].end == week(17).end


def test_damaged_files_are_reported_and_end_nothing() -> None:
    good, bad = composed(16, "a"), composed(17, "b")
    text = "---\nnever closed\n"
    memory = remember(
        [
            ("2025-W16", write_issue(good[0]), "{"),
            ("2025-W17", text, write_lock(bad[1])),
        ],
        folder="weekly/issues",
    )
    past = memory.past_without("")
    assert set(past.issued) == {"https://example.org/a", "https://example.org/b"}
    assert [problem.split(": ")[0] for problem in memory.problems] == [
        "weekly/issues/2025-W16/issue.lock:1",
        "weekly/issues/2025-W17/issue.md:1",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "## S\n\n```\n### [No](https://example.org/no)\n```\n\n### [A](https://example.org/a)\n",
        "S\n---\n\n### [A][1]\n\n[1]: https://example.org/a\n",
        "## S\n\n<!--\n### [No](https://example.org/no)\n-->\n\n- [A](https://example.org/a)\n",
        "## S\n\n1. [A](https://example.org/a)\n2. plain\n   - [No](https://example.org/no)\n",
        "## S\r\n\r\n### [A](https://example.org/a)\r\n",
    ],
)
def test_documents_in_any_markdown_are_remembered_rightly(text: str) -> None:
    assert set(remember([("s", text, None)]).past_without("").issued) == {"https://example.org/a"}


def test_a_conflict_in_a_past_document_is_reported() -> None:
    memory = remember([("s", "## S\n\n<<<<<<< HEAD\n", None)])
    assert memory.problems == (
        "issues/s/issue.md:3: git left a merge conflict here; choose the lines to keep and "
        "delete the marker lines",
    )


def test_a_lock_of_deliveries_alone_cuts_nothing() -> None:
    issue, _ = composed(17, "a")
    lock = replace(Lock.for_document(issue), deliveries=({"target": "weekly"},))
    past = memory_of((issue, lock)).past_without("")
    assert set(past.issued) == {"https://example.org/a"}
    assert not past.cut
