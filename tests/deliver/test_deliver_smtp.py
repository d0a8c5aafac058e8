from __future__ import annotations

import email
import ssl
from collections.abc import Callable
from email import policy
from pathlib import Path

import pytest
from mail_server import NOW, MailServer, authenticator, make_surroundings, make_target

from digest.config.schema import Delivery as Target
from digest.deliver.protocol import Audience
from digest.deliver.registry import choose_target, open_provider, provider_names
from digest.deliver.smtp import SmtpProvider
from digest.errors import ConfigError, CredentialMissing, DigestError, UsageError
from digest.mailbox import Mailbox
from digest.model import Delivery, Rendered
from digest.state.ledger import recipient_hash

StartServer = Callable[..., MailServer]


def audience(address: str = "jane@example.org", **changes: object) -> Audience:
    values: dict[str, object] = {
        "issue": "2025-W17",
        "target": "weekly",
        "recipient": Mailbox(address=address, name="Jane Doe"),
        "recipient_hash": recipient_hash("2025-W17", address),
        "sender": Mailbox(address="weekly@example.org", name="Eurasia Weekly"),
        "envelope_sender": "bounces@example.org",
        "message_id": "<1@example.org>",
        "at": NOW,
    }
    return Audience(**{**values, **changes})  # type: ignore[arg-type]


def provider(target: Target, root: Path = Path(), **environment: str) -> SmtpProvider:
    return SmtpProvider("weekly", target, make_surroundings(root, **environment))


def hand_over(smtp: SmtpProvider, rendered: Rendered, *audiences: Audience) -> list[Delivery]:
    with smtp:
        return [smtp.hand_over(smtp.prepare(rendered, one)) for one in audiences]


def states(deliveries: list[Delivery]) -> list[str]:
    return [delivery.state for delivery in deliveries]


@pytest.fixture(params=[False, True], ids=["one by one", "pipelining"])
def any_server(request: pytest.FixtureRequest, start_server: StartServer) -> MailServer:
    return start_server(pipelining=request.param)


def test_a_message_arrives_with_its_headers_and_the_rendered_body(
    any_server: MailServer, rendered: Rendered
) -> None:
    [delivery] = hand_over(
        provider(make_target(any_server.port)),
        rendered,
        audience(reply_to=Mailbox(address="editor@example.org"), list_id="weekly.example.org"),
    )
    [envelope] = any_server.inbox.taken
    message = email.message_from_bytes(envelope.content, policy=policy.SMTP)
    assert envelope.mail_from == "bounces@example.org"
    assert envelope.rcpt_tos == ["jane@example.org"]
    assert message["To"] == "Jane Doe <jane@example.org>"
    assert message["From"] == "Eurasia Weekly <weekly@example.org>"
    assert message["Reply-To"] == "editor@example.org"
    assert message["Subject"] == "Six years on: a treaty"
    assert message["Message-ID"] == "<1@example.org>"
    assert message["Date"].datetime == NOW
    assert message["List-Id"] == "<weekly.example.org>"
    assert message.defects == []
    assert envelope.content.partition(b"\r\n\r\n")[2] == rendered.message.partition(b"\r\n\r\n")[2]
    assert (delivery.state, delivery.at, delivery.message_id) == (
        "accepted",
        NOW,
        "<1@example.org>",
    )


def test_encoded_word_in_a_readers_name_begins_no_header(
    server: MailServer, rendered: Rendered
) -> None:
    reader = Mailbox(address="jane@example.org", name="=?utf-8?q?a=0D=0ABcc:_x=40example.org?=")
    for prefix in ("", "[Test] "):
        hand_over(
            provider(make_target(server.port)),
            rendered,
            audience(recipient=reader, subject_prefix=prefix),
        )
    for envelope in server.inbox.taken:
        message = email.message_from_bytes(envelope.content, policy=policy.SMTP)
        assert message["Bcc"] is None
        assert [one.addr_spec for one in message["To"].addresses] == ["jane@example.org"]


def test_one_connection_serves_all_and_answers_decide_one_by_one(
    any_server: MailServer, rendered: Rendered
) -> None:
    inbox = any_server.inbox
    inbox.rcpt = {"full@example.org": "452 mailbox full", "gone@example.org": "550 no such user"}
    inbox.data = {"late@example.org": "451 later", "spam@example.org": "554 looks like spam"}
    names = ["a", "full", "gone", "late", "spam", "z"]
    deliveries = hand_over(
        provider(make_target(any_server.port)),
        rendered,
        *(audience(f"{name}@example.org") for name in names),
    )
    assert states(deliveries) == [
        "accepted",
        "deferred",
        "refused",
        "deferred",
        "refused",
        "accepted",
    ]
    assert deliveries[2].answer == "550 no such user"
    assert inbox.recipients == ["a@example.org", "z@example.org"]
    assert inbox.connections == 1


def test_a_connection_lost_after_the_end_of_the_message_is_unknown_and_not_repeated(
    any_server: MailServer, rendered: Rendered
) -> None:
    any_server.inbox.data = {"lost@example.org": "drop"}
    deliveries = hand_over(
        provider(make_target(any_server.port)),
        rendered,
        *(audience(f"{name}@example.org") for name in ("a", "lost", "z")),
    )
    assert states(deliveries) == ["accepted", "unknown", "accepted"]
    assert any_server.inbox.connections == 2


def test_a_connection_lost_before_the_message_is_made_again_once(
    any_server: MailServer, rendered: Rendered
) -> None:
    any_server.inbox.rcpt = {"poison@example.org": "drop"}
    deliveries = hand_over(
        provider(make_target(any_server.port)),
        rendered,
        *(audience(f"{name}@example.org") for name in ("a", "poison", "z")),
    )
    assert states(deliveries) == ["accepted", "deferred", "accepted"]
    assert any_server.inbox.recipients == ["a@example.org", "z@example.org"]


def test_a_connection_lost_in_the_middle_of_a_message_never_counts_as_accepted(
    any_server: MailServer, rendered: Rendered
) -> None:
    any_server.inbox.data = {"lost@example.org": "drop early"}
    [delivery] = hand_over(
        provider(make_target(any_server.port)), rendered, audience("lost@example.org")
    )
    # Whether the last line was still sent before the loss was noticed is up to the network.
    assert delivery.state in ("unknown", "deferred")


def test_a_server_that_always_hangs_up_is_left_alone(
    any_server: MailServer, rendered: Rendered
) -> None:
    names = ["a", "b", "c", "d"]
    any_server.inbox.rcpt = {f"{name}@example.org": "421 too many" for name in names}
    smtp = provider(make_target(any_server.port))
    with pytest.raises(DigestError, match="keeps closing the connection: too many"):
        hand_over(smtp, rendered, *(audience(f"{name}@example.org") for name in names))


def test_a_refused_sender_ends_the_run(any_server: MailServer, rendered: Rendered) -> None:
    any_server.inbox.mail = "553 sender address rejected"
    with pytest.raises(DigestError, match=r"bounces@example\.org: 553 sender address rejected"):
        hand_over(provider(make_target(any_server.port)), rendered, audience())


def test_a_server_that_is_not_there_is_named_with_its_port(server: MailServer) -> None:
    port = server.port
    server.close()
    with pytest.raises(DigestError, match=rf"127\.0\.0\.1:{port}: cannot connect"):
        provider(make_target(port)).__enter__()


def test_a_line_that_is_only_a_period_does_not_end_the_message(
    any_server: MailServer, rendered: Rendered
) -> None:
    hand_over(provider(make_target(any_server.port)), rendered, audience())
    content = any_server.inbox.taken[0].content
    assert b"\r\n.a line that begins with a period\r\n" in content


def test_an_address_beyond_ascii_goes_to_a_server_that_takes_it(
    start_server: StartServer, rendered: Rendered
) -> None:
    server = start_server(enable_SMTPUTF8=True)
    [delivery] = hand_over(
        provider(make_target(server.port)), rendered, audience("jürgen@xn--bcher-kva.example")
    )
    assert delivery.state == "accepted"
    [envelope] = server.inbox.taken
    assert "SMTPUTF8" in envelope.mail_options
    assert "To: Jane Doe <jürgen@xn--bcher-kva.example>".encode() in envelope.content


def test_an_address_beyond_ascii_is_refused_where_the_server_lacks_it(
    server: MailServer, rendered: Rendered
) -> None:
    [delivery] = hand_over(
        provider(make_target(server.port)), rendered, audience("jürgen@example.org")
    )
    assert (delivery.state, server.inbox.taken) == ("refused", [])
    assert "beyond ASCII" in delivery.answer


def test_starttls_and_a_password_from_the_environment(
    start_server: StartServer, rendered: Rendered, certificate: tuple[Path, ssl.SSLContext]
) -> None:
    chain, context = certificate
    server = start_server(
        tls_context=context, require_starttls=True, authenticator=authenticator, auth_required=True
    )
    target = make_target(
        server.port,
        security="starttls",
        ca_file=str(chain),
        username="weekly",
        password="env:SMTP_PASSWORD",
    )
    [delivery] = hand_over(provider(target, SMTP_PASSWORD="correct horse"), rendered, audience())
    assert delivery.state == "accepted"

    with pytest.raises(DigestError, match=r"refused username and password.*env:SMTP_PASSWORD") as e:
        hand_over(provider(target, SMTP_PASSWORD="battery staple"), rendered, audience())
    assert "battery staple" not in str(e.value)

    with pytest.raises(CredentialMissing, match="env:SMTP_PASSWORD"):
        hand_over(provider(target), rendered, audience())

    with pytest.raises(DigestError, match="beyond ASCII"):
        hand_over(provider(target, SMTP_PASSWORD="pässword"), rendered, audience())
    assert len(server.inbox.taken) == 1


def test_tls_from_the_first_byte(
    start_server: StartServer, rendered: Rendered, certificate: tuple[Path, ssl.SSLContext]
) -> None:
    chain, context = certificate
    server = start_server(wrap=context)
    target = make_target(server.port, security="tls", ca_file=chain.name)
    [delivery] = hand_over(provider(target, chain.parent), rendered, audience())
    assert delivery.state == "accepted"


def test_a_certificate_that_nobody_vouches_for_is_refused(
    start_server: StartServer, rendered: Rendered, certificate: tuple[Path, ssl.SSLContext]
) -> None:
    server = start_server(tls_context=certificate[1])
    with pytest.raises(DigestError, match="certificate is not to be trusted: self-signed"):
        hand_over(provider(make_target(server.port, security="starttls")), rendered, audience())
    assert server.inbox.taken == []


def test_encryption_that_was_asked_for_is_never_given_up(
    server: MailServer, rendered: Rendered
) -> None:
    with pytest.raises(DigestError, match="STARTTLS extension not supported"):
        hand_over(provider(make_target(server.port, security="starttls")), rendered, audience())
    assert server.inbox.taken == []


def test_a_password_never_travels_in_the_clear_to_another_machine() -> None:
    target = Target(
        host="mail.example.org", security="none", username="weekly", password="env:SMTP_PASSWORD"
    )
    with pytest.raises(ConfigError, match=r"delivery\.weekly\.security: a password would travel"):
        provider(target)
    with pytest.raises(ConfigError, match=r"delivery\.weekly\.username: no username"):
        provider(Target(host="127.0.0.1", password="env:SMTP_PASSWORD"))


def test_a_missing_ca_file_is_named(server: MailServer, tmp_path: Path) -> None:
    target = make_target(server.port, security="starttls", ca_file="none.pem")
    with pytest.raises(DigestError, match=r"delivery\.weekly\.ca_file: cannot use .*none\.pem"):
        provider(target, tmp_path).__enter__()


def test_providers_and_targets_are_found_by_name(tmp_path: Path) -> None:
    assert "smtp" in provider_names()
    surroundings = make_surroundings(tmp_path)
    assert isinstance(open_provider("weekly", Target(), surroundings), SmtpProvider)
    with pytest.raises(ConfigError, match="did you mean smtp"):
        open_provider("weekly", Target(provider="smpt"), surroundings)  # type: ignore[arg-type]
    targets = {"weekly": Target(), "japan": Target()}
    assert choose_target(targets, "japan") == ("japan", targets["japan"])
    assert choose_target({"weekly": Target()}, None)[0] == "weekly"
    for name, words in ((None, "choose one with --via: japan, weekly"), ("weekl", "mean weekly")):
        with pytest.raises(UsageError, match=words):
            choose_target(targets, name)
    with pytest.raises(UsageError, match="no delivery target"):
        choose_target({}, None)
