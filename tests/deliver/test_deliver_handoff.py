from __future__ import annotations

import email
from collections.abc import Sequence
from dataclasses import replace
from email import policy
from email.header import decode_header, make_header
from email.utils import parseaddr
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
from mail_server import NOW, MailServer, make_rendered, make_surroundings, make_target

from digest.config.schema import Delivery as Target
from digest.deliver.handoff import Plan, Summary, prepare_send, send
from digest.deliver.protocol import Audience, Capabilities, Personalise, Prepared
from digest.deliver.smtp import SmtpProvider
from digest.errors import (
    ConfigError,
    DeliveryRefused,
    DeliveryUnknown,
    DigestError,
    UsageError,
)
from digest.mailbox import Mailbox
from digest.model import Delivery, Finding, Part, Place, Rendered
from digest.state.database import open_database
from digest.state.ledger import Ledger

SLUG = "2025-W17"
EVERYONE = tuple(Mailbox(address=f"{name}@example.org") for name in "abcde")


class PowerCut(BaseException):
    """The process dies here, as far as the code under test can tell."""


def plan_send(rendered: Rendered, ledger: Ledger, port: int = 25, **changes: Any) -> Plan:
    target = changes.pop("target", None) or make_target(port)
    values: dict[str, Any] = {"slug": SLUG, "target_name": "weekly", "target": target}
    values |= {"recipients": EVERYONE, "ledger": ledger}
    return prepare_send(rendered, **{**values, **changes})


def carry_out(
    plan: Plan,
    ledger: Ledger,
    progress: Any = None,
    personalise: Personalise | None = None,
) -> Summary:
    provider = SmtpProvider(plan.target_name, plan.target, make_surroundings(Path()))
    return send(plan, provider, ledger, lambda: NOW, progress, personalise)


def send_all(rendered: Rendered, ledger: Ledger, server: MailServer, **changes: Any) -> Summary:
    return carry_out(plan_send(rendered, ledger, server.port, **changes), ledger)


def finding(severity: Any = "error", code: str = "no-items") -> Finding:
    place = Place(file="issues/2025-W17/issue.md", first_line=3)
    return Finding(code=code, severity=severity, message="the issue has no items", where=place)


def addresses(people: Sequence[Mailbox]) -> list[str]:
    return [person.address for person in people]


def test_everyone_gets_one_message_of_their_own(
    server: MailServer, rendered: Rendered, ledger: Ledger
) -> None:
    plan = plan_send(rendered, ledger, server.port)
    assert (plan.subject, plan.sender.address, plan.skipped, plan.resumed) == (
        "Six years on: a treaty",
        "weekly@example.org",
        0,
        False,
    )
    heard: list[Delivery] = []
    summary = carry_out(plan, ledger, heard.append)
    assert server.inbox.recipients == addresses(EVERYONE)
    assert len({email.message_from_bytes(e.content)["Message-ID"] for e in server.inbox.taken}) == 5
    assert [delivery.state for delivery in heard] == ["accepted"] * 5
    assert (summary.finished, summary.problem(), summary.handed_over) == (True, None, 5)
    assert summary.lock_line() == {
        "target": "weekly",
        "content_hash": "c0ffee",
        "at": "2025-04-28T07:00:00Z",
        "finished": True,
        "accepted": 5,
    }


def test_planning_changes_nothing(rendered: Rendered, ledger: Ledger) -> None:
    plan_send(rendered, ledger)
    assert ledger.deliveries(SLUG) == []


def test_no_address_is_in_the_database(
    server: MailServer, rendered: Rendered, ledger: Ledger, ledger_path: Path
) -> None:
    people = [Mailbox(address=f"{name}@readers.example.net") for name in ("ann", "bo")]
    server.inbox.rcpt = {people[1].address: f"550 <{people[1].address}>: {people[1]!r} is unknown"}
    send_all(rendered, ledger, server, recipients=people)
    for path in ledger_path.parent.iterdir():
        content = path.read_bytes()
        assert b"readers.example" not in content
    assert b"is unknown" in b"".join(p.read_bytes() for p in ledger_path.parent.iterdir())


@pytest.mark.parametrize("dies_after", [1, 2, 3, 4])
def test_a_run_that_dies_between_two_readers_is_resumed_exactly_once_each(
    server: MailServer, rendered: Rendered, ledger_path: Path, dies_after: int
) -> None:
    def die(_: Delivery) -> None:
        nonlocal dies_after
        dies_after -= 1
        if dies_after == 0:
            raise PowerCut

    with open_database(ledger_path) as connection, pytest.raises(PowerCut):
        ledger = Ledger(connection)
        carry_out(plan_send(rendered, ledger, server.port), ledger, die)
    with open_database(ledger_path) as connection:
        ledger = Ledger(connection)
        plan = plan_send(rendered, ledger, server.port)
        assert plan.resumed
        assert plan.skipped + len(plan.recipients) == 5
        summary = carry_out(plan, ledger)
    assert server.inbox.recipients == addresses(EVERYONE)
    assert summary.lock_line()["accepted"] == 5


class DiesInTheMiddle(SmtpProvider):
    """Hands the message over, and never hears of it."""

    def hand_over(self, prepared: Prepared) -> Delivery:
        super().hand_over(prepared)
        raise PowerCut


def test_a_message_in_the_middle_of_which_the_run_died_is_never_repeated_by_itself(
    server: MailServer, rendered: Rendered, ledger: Ledger
) -> None:
    plan = plan_send(rendered, ledger, server.port)
    with pytest.raises(PowerCut):
        send(
            plan,
            DiesInTheMiddle("weekly", plan.target, make_surroundings(Path())),
            ledger,
            lambda: NOW,
        )
    summary = send_all(rendered, ledger, server)
    assert server.inbox.recipients == addresses(EVERYONE)
    problem = summary.problem()
    assert isinstance(problem, DeliveryUnknown)
    assert problem.exit_status == 5
    assert "1 message may or may not have arrived" in str(problem)
    assert "--retry-unknown" in str(problem)
    assert summary.finished
    assert summary.lock_line()["unknown"] == 1

    with pytest.raises(DeliveryUnknown, match="1 message of an earlier run"):
        plan_send(rendered, ledger, server.port)
    newcomer = (*EVERYONE, Mailbox(address="new@example.org"))
    again = plan_send(rendered, ledger, server.port, retry_unknown=True, recipients=newcomer)
    assert addresses(again.recipients) == ["a@example.org"]
    summary = carry_out(again, ledger)
    assert summary.problem() is None
    assert server.inbox.recipients == [*addresses(EVERYONE), "a@example.org"]
    first, *_, last = server.inbox.taken
    ids = [email.message_from_bytes(envelope.content)["Message-ID"] for envelope in (first, last)]
    assert ids[0] == ids[1]


def test_two_runs_at_once_send_each_message_once(
    server: MailServer, rendered: Rendered, ledger: Ledger
) -> None:
    first = plan_send(rendered, ledger, server.port)
    second = plan_send(rendered, ledger, server.port)

    def other_run(_: Delivery) -> None:
        if len(server.inbox.taken) == 1:
            carry_out(second, ledger)

    carry_out(first, ledger, other_run)
    assert sorted(server.inbox.recipients) == addresses(EVERYONE)


def test_a_second_send_is_refused_whatever_the_content(
    server: MailServer, rendered: Rendered, ledger: Ledger
) -> None:
    send_all(rendered, ledger, server)
    for content in (rendered, make_rendered(content_hash="beef")):
        with pytest.raises(DeliveryRefused, match="already sent, to 5 recipients") as caught:
            plan_send(content, ledger)
        assert caught.value.exit_status == 3


def test_a_fresh_clone_refuses_a_second_send(
    server: MailServer, rendered: Rendered, ledger: Ledger
) -> None:
    line = send_all(rendered, ledger, server).lock_line()
    with open_database(None) as connection:
        elsewhere = Ledger(connection)
        with pytest.raises(DeliveryRefused, match="already sent at 2025-04-28T07:00:00Z"):
            plan_send(rendered, elsewhere, lock_deliveries=[line])
        with pytest.raises(DeliveryRefused, match="already sent in part"):
            plan_send(rendered, elsewhere, lock_deliveries=[{**line, "finished": False}])
        japan = [{**line, "target": "japan"}]
        with pytest.raises(DeliveryRefused, match="already sent through japan"):
            plan_send(rendered, elsewhere, lock_deliveries=japan)
        plan = plan_send(rendered, elsewhere, lock_deliveries=japan, more=True)
        assert len(plan.recipients) == len(EVERYONE)
    # Where the ledger knows who has it through another target, it keeps them apart by itself.
    with pytest.raises(DeliveryRefused, match="nobody on the list is waiting"):
        plan_send(rendered, ledger, target_name="japan", lock_deliveries=[line])


def test_what_the_server_puts_off_is_sent_by_the_next_run(
    server: MailServer, rendered: Rendered, ledger: Ledger
) -> None:
    server.inbox.rcpt = {"b@example.org": "451 try later", "c@example.org": "550 no such user"}
    summary = send_all(rendered, ledger, server)
    assert not summary.finished
    assert "1 message put off by the server" in str(summary.problem())
    assert dict(summary.answers) == {"451 try later": 1, "550 no such user": 1}
    server.inbox.rcpt = {}
    line = summary.lock_line()
    assert line["finished"] is False
    summary = send_all(rendered, ledger, server, lock_deliveries=[line])
    assert sorted(server.inbox.recipients) == addresses((*EVERYONE[:2], *EVERYONE[3:]))
    assert (summary.finished, summary.problem()) == (True, None)
    assert dict(summary.counts) == {"accepted": 4, "refused": 1}


def test_who_came_to_the_list_later_gets_it_only_on_request(
    server: MailServer, rendered: Rendered, ledger: Ledger
) -> None:
    server.inbox.rcpt = {"b@example.org": "451 try later"}
    send_all(rendered, ledger, server)
    server.inbox.rcpt = {}
    late = Mailbox(address="late@example.org")
    with pytest.raises(DeliveryRefused, match="--more sends it to the 1 who came to the list"):
        plan_send(rendered, ledger, recipients=(late,))
    plan = plan_send(rendered, ledger, recipients=(*EVERYONE, late))
    assert ([person.address for person in plan.recipients], plan.newcomers) == (
        ["b@example.org"],
        1,
    )
    summary = send_all(rendered, ledger, server, recipients=(late,), more=True)
    assert not summary.finished, "b is still waiting, whatever other list was sent meanwhile"
    summary = send_all(rendered, ledger, server)
    assert (summary.finished, summary.handed_over) == (True, 1)
    with pytest.raises(DeliveryRefused, match="already sent"):
        plan_send(rendered, ledger, recipients=(*EVERYONE, late), more=False)
    with pytest.raises(DeliveryRefused, match="nobody on the list is waiting"):
        plan_send(rendered, ledger, recipients=(*EVERYONE, late), more=True)
    assert sorted(server.inbox.recipients) == addresses((*EVERYONE, late))


def test_a_send_that_changed_in_the_middle_is_refused(
    server: MailServer, rendered: Rendered, ledger: Ledger
) -> None:
    server.inbox.rcpt = {"b@example.org": "451 try later"}
    send_all(rendered, ledger, server)
    with pytest.raises(DeliveryRefused, match="changed since its send began"):
        plan_send(make_rendered(content_hash="beef"), ledger)


def test_a_send_that_reached_nobody_may_begin_anew_with_other_content(
    server: MailServer, rendered: Rendered, ledger: Ledger
) -> None:
    server.inbox.data = {person.address: "554 looks like spam" for person in EVERYONE}
    summary = send_all(rendered, ledger, server)
    assert not summary.left_the_house
    assert "refused every recipient; 554 looks like spam" in str(summary.problem())
    server.inbox.data = {}
    summary = send_all(make_rendered(content_hash="beef"), ledger, server)
    assert summary.problem() is None
    assert server.inbox.recipients == addresses(EVERYONE)


def split(count: int = 2) -> Rendered:
    """An issue in several mails."""
    mails = tuple(
        replace(
            make_rendered(subject=f"A treaty ({number})", content_hash=f"c{number}"),
            part=Part(number=number, total=count),
        )
        for number in range(1, count + 1)
    )
    return replace(make_rendered(), parts=mails, content_hash="c0ffee")


def mails_taken(server: MailServer) -> list[tuple[str, str]]:
    return [
        (envelope.rcpt_tos[0][0], email.message_from_bytes(envelope.content)["Subject"][-2])
        for envelope in server.inbox.taken
    ]


def test_all_mails_of_a_split_issue_go_to_a_reader_before_the_next_one_s(
    server: MailServer, ledger: Ledger
) -> None:
    plan = plan_send(split(3), ledger, server.port, recipients=EVERYONE[:2])
    assert (plan.subject, plan.messages) == ("A treaty (1)", 6)
    heard: list[Delivery] = []
    summary = carry_out(plan, ledger, heard.append)
    assert mails_taken(server) == [(reader, part) for reader in "ab" for part in "123"]
    assert [(each.part, each.content_hash) for each in heard[:3]] == [
        (1, "c1"),
        (2, "c2"),
        (3, "c3"),
    ]
    assert (summary.handed_over, summary.finished) == (6, True)
    assert summary.lock_line() == {
        "target": "weekly",
        "content_hash": "c0ffee",
        "at": "2025-04-28T07:00:00Z",
        "finished": True,
        "mails": 3,
        "accepted": 2,
    }
    first, second, third = (email.message_from_bytes(e.content) for e in server.inbox.taken[:3])
    assert third["References"].split() == [first["Message-ID"], second["Message-ID"]]
    with pytest.raises(DeliveryRefused, match="already sent, to 2 recipients"):
        plan_send(split(3), ledger, recipients=EVERYONE[:2])


def test_who_came_later_gets_all_mails_of_a_split_issue_on_request(
    server: MailServer, ledger: Ledger
) -> None:
    send_all(split(), ledger, server, recipients=EVERYONE[:1])
    plan = plan_send(split(), ledger, server.port, recipients=EVERYONE[:2], more=True)
    assert (addresses(plan.recipients), plan.messages) == (["b@example.org"], 2)
    carry_out(plan, ledger)
    assert mails_taken(server) == [(reader, part) for reader in "ab" for part in "12"]


def test_second_mail_without_an_answer_is_repeated_alone_and_only_on_request(
    server: MailServer, ledger: Ledger
) -> None:
    def drop_the_second(delivery: Delivery) -> None:
        server.inbox.data = {} if delivery.part == 2 else {EVERYONE[0].address: "drop"}

    plan = plan_send(split(), ledger, server.port, recipients=EVERYONE[:2])
    summary = carry_out(plan, ledger, drop_the_second)
    assert mails_taken(server) == [("a", "1"), ("b", "1"), ("b", "2")]
    assert summary.counts == {"accepted": 3, "unknown": 1}
    assert summary.readers == {"accepted": 1, "unknown": 1}
    with pytest.raises(DeliveryUnknown, match="1 message of an earlier run"):
        plan_send(split(), ledger, server.port, recipients=EVERYONE[:2])
    server.inbox.data = {}
    again = plan_send(split(), ledger, server.port, recipients=EVERYONE[:2], retry_unknown=True)
    assert (addresses(again.recipients), again.messages) == (["a@example.org"], 1)
    carry_out(again, ledger)
    assert mails_taken(server)[3:] == [("a", "2")]


def test_first_mail_without_an_answer_does_not_keep_the_second_back(
    server: MailServer, ledger: Ledger
) -> None:
    """It may well have arrived; half an issue would be worse."""

    def answer_again(_: Delivery) -> None:
        server.inbox.data = {}

    server.inbox.data = {EVERYONE[0].address: "drop"}
    plan = plan_send(split(), ledger, server.port, recipients=EVERYONE[:1])
    summary = carry_out(plan, ledger, answer_again)
    assert mails_taken(server) == [("a", "2")]
    assert summary.counts == {"accepted": 1, "unknown": 1}


def test_a_server_that_goes_away_leaves_the_rest_queued(
    server: MailServer, rendered: Rendered, ledger: Ledger
) -> None:
    def hang_up(_: Delivery) -> None:
        if len(server.inbox.taken) == 2:
            server.close()

    summary = carry_out(plan_send(rendered, ledger, server.port), ledger, hang_up)
    assert summary.stopped is not None
    assert summary.problem() is summary.stopped
    assert dict(summary.counts) == {"accepted": 2, "queued": 3}


def test_no_connection_at_the_start_writes_nothing_down(
    server: MailServer, rendered: Rendered, ledger: Ledger
) -> None:
    server.close()
    with pytest.raises(DigestError, match="cannot connect"):
        send_all(rendered, ledger, server)
    assert ledger.deliveries(SLUG) == []


def test_nobody_gets_the_issue_again_through_another_target(
    server: MailServer, rendered: Rendered, ledger: Ledger
) -> None:
    send_all(rendered, ledger, server, recipients=EVERYONE[:2])
    plan = plan_send(rendered, ledger, server.port, target_name="backup")
    assert plan.skipped == 2
    carry_out(plan, ledger)
    assert server.inbox.recipients == addresses(EVERYONE)
    with pytest.raises(DeliveryRefused, match="nobody on the list is waiting"):
        plan_send(rendered, ledger, target_name="third")


def test_a_test_goes_out_whatever_was_found_and_leaves_no_trace(
    server: MailServer, rendered: Rendered, ledger: Ledger
) -> None:
    for _ in range(2):
        plan = plan_send(
            rendered, ledger, server.port, test=True, findings=[finding()], recipients=EVERYONE[:1]
        )
        assert plan.subject == "[Test] Six years on: a treaty"
        summary = carry_out(plan, ledger)
        assert (summary.test, summary.problem(), summary.counts["accepted"]) == (True, None, 1)
    assert ledger.deliveries(SLUG) == []
    subjects = [email.message_from_bytes(e.content)["Subject"] for e in server.inbox.taken]
    assert subjects == ["[Test] Six years on: a treaty"] * 2
    assert send_all(rendered, ledger, server).counts["accepted"] == 5


def test_errors_of_check_stand_in_the_way_unless_they_are_allowed(
    rendered: Rendered, ledger: Ledger
) -> None:
    with pytest.raises(DeliveryRefused) as caught:
        plan_send(rendered, ledger, findings=[finding(), finding("warning", "long-line")])
    assert "issues/2025-W17/issue.md:3: the issue has no items (no-items)" in str(caught.value)
    assert "long-line" not in str(caught.value)
    plan = plan_send(rendered, ledger, findings=[finding()], allowed={"no-items"})
    assert len(plan.findings) == 1


def test_settings_that_cannot_make_a_message_are_told_together(
    rendered: Rendered, ledger: Ledger
) -> None:
    target = Target(
        sender="Weekly <weekly@example.org>\nBcc: x@example.org",
        envelope_sender="nobody",
        unsubscribe="https://example.org/leave?who={address}",
    )
    with pytest.raises(ConfigError) as caught:
        plan_send(rendered, ledger, target=target)
    lines = str(caught.value).splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "delivery.weekly.sender",
        "delivery.weekly.envelope_sender",
        "delivery.weekly.unsubscribe",
    ]


def test_an_issue_without_sender_is_refused(ledger: Ledger) -> None:
    bare = make_rendered()
    message = bare.message.replace(b"From: Eurasia Weekly <weekly@example.org>\r\n", b"")
    nameless = Rendered(
        html=bare.html,
        text=bare.text,
        message=message,
        subject=bare.subject,
        content_hash=bare.content_hash,
        wire_bytes=bare.wire_bytes,
        links=(),
    )
    with pytest.raises(DeliveryRefused, match=r"no sender; set sender in \[newsletter\]"):
        plan_send(nameless, ledger)
    assert plan_send(nameless, ledger, target=Target(sender="w@example.org")).sender.address


def test_each_reader_can_leave_with_one_click(
    server: MailServer, rendered: Rendered, ledger: Ledger
) -> None:
    target = make_target(server.port, unsubscribe="https://example.org/leave?who={email}&l=1")
    seen: list[tuple[str, str]] = []

    def fill(content: bytes, content_type: str, address: str) -> bytes:
        seen.append((content_type, address))
        leave = f"https://example.org/{address}?" + "y" * 90
        return content.replace(b"DIGEST_TAG_leave_", leave.encode()).replace(
            b"https://digest.invalid/tag/leave", leave.encode()
        )

    people = (Mailbox(address="a+b@example.org"),)
    plan = plan_send(rendered, ledger, target=target, recipients=people)
    carry_out(plan, ledger, personalise=fill)
    [envelope] = server.inbox.taken
    message = email.message_from_bytes(envelope.content, policy=policy.SMTP)
    assert message["List-Unsubscribe"] == "<https://example.org/leave?who=a%2Bb%40example.org&l=1>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "<weekly.example.org>"
    assert seen == [("text/plain", "a+b@example.org"), ("text/html", "a+b@example.org")]
    leave = f"https://example.org/a+b@example.org?{'y' * 90}"
    for part, neutral in zip(message.iter_parts(), (rendered.text, rendered.html), strict=True):
        expected = neutral.replace("DIGEST_TAG_leave_", leave).replace(
            "https://digest.invalid/tag/leave", leave
        )
        assert part.get_content().replace("\r\n", "\n") == expected
    assert max(len(line) for line in envelope.content.split(b"\r\n")) <= 78


def test_names_cannot_break_out_of_their_header(
    server: MailServer, rendered: Rendered, ledger: Ledger
) -> None:
    people = (
        Mailbox(address="a@example.org", name='Doe, "Jane" <x@example.com>, y@example.com'),
        Mailbox(address="b@example.org", name="Zoë Großmann-Ωmega " * 8),
    )
    send_all(rendered, ledger, server, recipients=people)
    for person, envelope in zip(people, server.inbox.taken, strict=True):
        message = email.message_from_bytes(envelope.content, policy=policy.SMTP)
        assert [address.addr_spec for address in message["To"].addresses] == [person.address]
        raw = email.message_from_bytes(envelope.content)["To"]
        name, _ = parseaddr(str(make_header(decode_header(raw))))
        assert name == person.name.strip()


def test_a_long_subject_beyond_ascii_keeps_its_words_in_a_test(
    server: MailServer, ledger: Ledger
) -> None:
    subject = (
        "Sechs Jahre später: ein Vertrag über Flüsse, Grenzübergänge und Straßenzölle – und elf"
    )
    rendered = make_rendered(subject=subject)
    send_all(rendered, ledger, server, test=True)
    raw = email.message_from_bytes(server.inbox.taken[0].content)["Subject"]
    assert str(make_header(decode_header(raw))) == "[Test] " + subject


class DraftsOnly:
    """A provider that keeps its audience itself."""

    capabilities = Capabilities(broadcast=True)

    def __enter__(self) -> Self:
        raise AssertionError

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    def prepare(self, rendered: Rendered, audience: Audience) -> Prepared:
        raise AssertionError

    def hand_over(self, prepared: Prepared) -> Delivery:
        raise AssertionError


def test_what_a_provider_cannot_do_is_an_error(rendered: Rendered, ledger: Ledger) -> None:
    plan = plan_send(rendered, ledger, target=Target(reply_to="editor@example.org"))
    with pytest.raises(UsageError, match="cannot do: a list of recipients, reply_to"):
        send(plan, DraftsOnly(), ledger, lambda: NOW)
