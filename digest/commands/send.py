"""``digest send``."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from digest.commands._options import (
    issue_argument,
    now_option,
    open_issue,
    open_settings,
    read_clock,
)

if TYPE_CHECKING:
    from digest.deliver.handoff import Plan, Summary
    from digest.model import Delivery


@click.command()
@issue_argument
@click.option("--via", metavar="TARGET", help="The [delivery.TARGET] table to send through.")
@click.option(
    "--to", "file", metavar="FILE|-", help="Recipients: a CSV file, `-` for standard input."
)
@click.option(
    "--test", "tests", metavar="ADDRESS", multiple=True, help="Send a test there instead."
)
@click.option("--dry-run", is_flag=True, help="Show what would be sent, and send nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--allow",
    metavar="CODE",
    multiple=True,
    help="Send in spite of this finding of `digest check`.",
)
@click.option(
    "--retry-unknown",
    is_flag=True,
    help="Send again what may have arrived, at the risk of a second copy.",
)
@click.option(
    "--more",
    is_flag=True,
    help="Send also to those who came to the list after the send had begun.",
)
@now_option
@click.pass_context
def command(
    ctx: click.Context,
    issue: str | None,
    via: str | None,
    file: str | None,
    tests: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    allow: tuple[str, ...],
    retry_unknown: bool,
    more: bool,
    now: str | None,
) -> int:
    """Send an issue through a delivery target.

    Shows recipients, subject, sender and findings, and asks, unless --yes. A send that was
    interrupted goes on where it stopped; an issue is never sent a second time. Of an issue that
    was split into several mails every reader gets all, in order.

    \b
    Examples:
      digest send --test me@example.org
      digest send 2025-W17 --via weekly --to subscribers.csv
    """
    from digest.commands._terminal import confirm, say
    from digest.deliver.recipients import read_recipients, recipients_of
    from digest.deliver.registry import choose_target
    from digest.errors import DeliveryRefused, UsageError
    from digest.handover import finish_line, plan_send, send_issue
    from digest.state.database import open_database
    from digest.state.ledger import Ledger

    if bool(file) == bool(tests):
        raise UsageError(
            "say to whom, one way" if file else "say to whom",
            where="digest send",
            fix="either --to FILE.csv or --test ADDRESS",
        )
    _require_codes(allow)
    workspace, settings = open_settings(ctx)
    folder = open_issue(workspace, issue)
    name, target = choose_target(settings.delivery, via)
    people = recipients_of(tests) if tests else read_recipients(file or "", stdin=sys.stdin.buffer)
    if people.duplicates:
        say(f"named twice or more, sent once: {people.duplicates}")
    with workspace.lock(), open_database(workspace.database) as connection:
        ledger = Ledger(connection)
        if not tests and not dry_run:
            finish_line(workspace, folder, target_name=name, ledger=ledger)
        plan = plan_send(
            workspace,
            settings,
            folder,
            target_name=name,
            target=target,
            recipients=people.recipients,
            ledger=ledger,
            test=bool(tests),
            allowed=allow,
            retry_unknown=retry_unknown,
            more=more,
        )
        _show_plan(plan)
        if dry_run:
            say("nothing sent: this was --dry-run")
            return 0
        if not yes and not confirm(f"Send {folder.slug} to {_to(plan)}?"):
            raise DeliveryRefused("not sent", where=folder.slug, fix="say yes, or pass --yes")
        with _watch(plan) as progress:
            summary = send_issue(
                workspace,
                folder,
                plan,
                ledger=ledger,
                # Two tests within a second are two messages, each with its own Message-ID.
                clock=lambda: read_clock(now, settings.newsletter.timezone, exact=bool(tests)),
                progress=progress,
            )
    _show_summary(summary)
    problem = summary.problem()
    if problem is not None:
        raise problem
    return 0


@contextlib.contextmanager
def _watch(plan: Plan) -> Iterator[Callable[[Delivery], None]]:
    """Counts messages on a terminal; says at Ctrl-C what became of the send."""
    from digest.commands._terminal import say

    done = 0

    def count(delivery: Delivery) -> None:  # noqa: ARG001 (each is in the ledger)
        nonlocal done
        done += 1
        if sys.stderr.isatty():
            click.echo(f"\r{done} of {plan.messages}", err=True, nl=False)

    try:
        yield count
    except KeyboardInterrupt:
        say(
            f"\nstopped after {done} of {plan.messages}; one more may have arrived. The "
            "same command goes on with the rest; nobody gets it twice"
        )
        raise
    if done and sys.stderr.isatty():
        click.echo(err=True)


def _require_codes(codes: tuple[str, ...]) -> None:
    """Raises UsageError for a code that no finding has: it would allow nothing."""
    import difflib

    from digest.check.catalogue import CATALOGUE
    from digest.errors import UsageError

    for code in codes:
        if code not in CATALOGUE:
            near = difflib.get_close_matches(code, CATALOGUE, n=1)
            raise UsageError(
                f"no finding has that code: {code}",
                where="--allow",
                fix=f"did you mean {near[0]}?" if near else "see docs/checks.md for the codes",
            )


def _show_plan(plan: Plan) -> None:
    from digest.commands._terminal import say, warn
    from digest.commands._words import show_finding

    if not plan.target.unsubscribe and not plan.test:
        warn(
            f"delivery.{plan.target_name} has no unsubscribe: readers cannot leave, which mail "
            "providers and laws on bulk mail ask for; see docs/configuration.md"
        )
    for finding in plan.findings:
        warn(show_finding(finding))
    sender = plan.sender
    say(f"issue:      {plan.issue}{' (a test)' if plan.test else ''}")
    if plan.mails[1:]:
        for mail in plan.mails:
            items = len(mail.shown.items) if mail.shown else 0
            told = "1 item" if items == 1 else f"{items} items"
            say(f"mail {mail.number}:     {mail.subject} ({told}, {mail.size:,} bytes)")
    else:
        say(f"subject:    {plan.subject}")
    say(
        f"from:       {sender.name} <{sender.address}>"
        if sender.name
        else f"from:       {sender.address}"
    )
    first = ", ".join(person.address for person in plan.recipients[:3])
    more = f" and {len(plan.recipients) - 3} more" if len(plan.recipients) > 3 else ""
    say(f"to:         {_to(plan)}: {first}{more}")
    if plan.skipped:
        say(f"left alone: {_people(plan.skipped)} who got it, may have got it, or refused it")
    if plan.newcomers:
        say(f"not sent:   {_people(plan.newcomers)} who came to the list later: see --more")
    say(f"through:    {plan.target_name} ({plan.target.provider}, {plan.target.host})")


def _show_summary(summary: Summary) -> None:
    from digest.commands._terminal import say

    told = ", ".join(f"{count} {state}" for state, count in sorted(summary.counts.items()) if count)
    say(f"handed over now: {summary.handed_over}; in all: {told or 'nothing'}", bold=True)
    for answer, count in summary.answers:
        say(f"  {count} x {answer}")


def _to(plan: Plan) -> str:
    """Whom it goes to, and in how many messages where they are more."""
    people = _people(len(plan.recipients))
    return people if plan.messages == len(plan.recipients) else f"{people}, {plan.messages:,} mails"


def _people(count: int) -> str:
    return "1 recipient" if count == 1 else f"{count:,} recipients"
