from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.model import Delivery
from digest.model.outgoing import DeliveryState
from digest.state.database import open_database
from digest.state.ledger import Ledger, by_reader, normalise_address, recipient_hash

AT = datetime(2025, 4, 28, 7, 0, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_database(tmp_path / "digest.db") as connection:
        yield Ledger(connection)


def row(name: str, state: DeliveryState, **changes: object) -> Delivery:
    values: dict[str, object] = {"issue": "w17", "target": "weekly", "content_hash": "c1"}
    values |= {"recipient_hash": name, "state": state, "at": AT}
    return Delivery(**{**values, **changes})  # type: ignore[arg-type]


def begin(ledger: Ledger, *names: str, content: str = "c1", retry_unknown: bool = False) -> None:
    ledger.begin("w17", "weekly", names, [content], at=AT, retry_unknown=retry_unknown)


def states(ledger: Ledger, target: str = "weekly") -> dict[str, DeliveryState]:
    """By recipient, of an issue that is one mail."""
    return {name: state for (name, _), state in ledger.states("w17", target).items()}


def test_everyone_is_queued_at_the_start(ledger: Ledger) -> None:
    begin(ledger, "a", "b", "a")
    assert states(ledger, "weekly") == {"a": "queued", "b": "queued"}
    assert states(ledger, "other") == {}


def test_a_queued_message_is_claimed_once(ledger: Ledger) -> None:
    begin(ledger, "a")
    assert ledger.claim(row("a", "sending"))
    assert not ledger.claim(row("a", "sending"))
    assert not ledger.claim(row("stranger", "sending"))


def test_what_was_being_sent_when_the_run_died_is_unknown(ledger: Ledger) -> None:
    begin(ledger, "a", "b")
    ledger.claim(row("a", "sending"))
    assert states(ledger, "weekly")["a"] == "unknown"
    begin(ledger, "a", "b")
    assert states(ledger, "weekly") == {"a": "unknown", "b": "queued"}
    assert not ledger.claim(row("a", "sending"))


def test_an_unknown_one_is_queued_again_only_on_request(ledger: Ledger) -> None:
    begin(ledger, "a", "b")
    ledger.mark(row("a", "unknown"))
    ledger.mark(row("b", "accepted"))
    begin(ledger, "a", "b", retry_unknown=True)
    assert states(ledger, "weekly") == {"a": "queued", "b": "accepted"}


def test_whoever_waits_goes_on_waiting_when_another_list_is_sent(ledger: Ledger) -> None:
    begin(ledger, "left", "deferred", "done")
    ledger.mark(row("done", "accepted"))
    ledger.mark(row("deferred", "deferred", retry_at=AT + timedelta(hours=1), answer="later"))
    begin(ledger, "deferred", "new")
    assert states(ledger, "weekly") == {
        "deferred": "queued",
        "done": "accepted",
        "left": "queued",
        "new": "queued",
    }


def test_a_send_of_which_nothing_left_the_house_starts_anew(ledger: Ledger) -> None:
    begin(ledger, "a", "b")
    ledger.mark(row("a", "refused"))
    begin(ledger, "a", content="c2")
    assert states(ledger, "weekly") == {"a": "queued"}
    assert ledger.deliveries("w17")[0].content_hash == "c2"


def test_contents_that_left_the_house_are_remembered(ledger: Ledger) -> None:
    begin(ledger, "a", "b", "c")
    assert ledger.content_hashes("w17", "weekly") == frozenset()
    ledger.mark(row("a", "accepted"))
    ledger.claim(row("b", "sending", content_hash="c1"))
    assert ledger.content_hashes("w17", "weekly") == {"c1"}
    assert ledger.elsewhere("w17", "other") == {"a", "b"}
    assert ledger.elsewhere("w17", "weekly") == frozenset()
    assert states(ledger) == {"a": "accepted", "b": "unknown", "c": "queued"}


def test_mails_of_a_split_issue_are_claimed_and_marked_one_by_one(ledger: Ledger) -> None:
    ledger.begin("w17", "weekly", ["a"], ["c1", "c2"], at=AT)
    assert ledger.claim(row("a", "sending", part=1))
    ledger.mark(row("a", "accepted", part=1))
    assert ledger.states("w17", "weekly") == {("a", 1): "accepted", ("a", 2): "queued"}
    assert by_reader(ledger.states("w17", "weekly")) == {"a": "queued"}
    assert ledger.claim(row("a", "sending", part=2, content_hash="c2"))
    assert not ledger.claim(row("a", "sending", part=1))
    assert by_reader(ledger.states("w17", "weekly")) == {"a": "unknown"}
    ledger.mark(row("a", "accepted", part=2, content_hash="c2"))
    assert by_reader(ledger.states("w17", "weekly")) == {"a": "accepted"}
    assert ledger.content_hashes("w17", "weekly") == {"c1", "c2"}
    assert [(each.part, each.content_hash) for each in ledger.deliveries("w17")] == [
        (1, "c1"),
        (2, "c2"),
    ]


def test_with_a_mail_that_is_refused_go_those_that_follow_it(ledger: Ledger) -> None:
    ledger.begin("w17", "weekly", ["a", "b"], ["c1", "c2", "c3"], at=AT)
    ledger.mark(row("a", "accepted", part=1))
    ledger.mark(row("a", "refused", part=2))
    assert [each.state for each in ledger.deliveries("w17")] == [
        *("accepted", "refused", "refused"),
        *("queued", "queued", "queued"),
    ]
    assert ledger.deliveries("w17")[2].answer == "part 2 was refused"
    assert by_reader(ledger.states("w17", "weekly")) == {"a": "refused", "b": "queued"}


def test_what_an_older_digest_sent_is_known_as_one_mail() -> None:
    from digest.state.migrations import MIGRATIONS

    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for migrate in MIGRATIONS[:10]:
            migrate(connection)
        connection.execute(
            "INSERT INTO delivery VALUES ('w17', 'weekly', 'a', 'c1', 'accepted', ?, NULL, '<1@x>',"
            " '')",
            (AT.isoformat(),),
        )
        MIGRATIONS[10](connection)
        ledger = Ledger(connection)
        assert ledger.deliveries("w17") == [row("a", "accepted", message_id="<1@x>")]
        assert not ledger.claim(row("a", "sending"))


def test_a_delivery_reads_back_as_it_was_written(ledger: Ledger) -> None:
    delivery = row(
        "a", "deferred", message_id="<1@x>", answer="451 later", retry_at=AT + timedelta(hours=1)
    )
    ledger.mark(delivery)
    assert ledger.deliveries("w17") == [delivery]


def test_an_answer_is_kept_short_and_without_addresses(ledger: Ledger) -> None:
    ledger.mark(row("a", "refused", answer="550 <jane@example.org>:\r\nno such user " + "x" * 999))
    answer = ledger.deliveries("w17")[0].answer
    assert answer.startswith("550 <(address)>: no such user xxx")
    assert len(answer) <= 300


def test_a_reader_has_another_name_in_every_issue() -> None:
    assert recipient_hash("w17", "jane@example.org") != recipient_hash("w18", "jane@example.org")
    assert recipient_hash("w17", " Jane@Example.ORG ") == recipient_hash("w17", "jane@example.org")
    assert normalise_address("JOSE\u0301@x.org") == normalise_address("josé@x.org")
