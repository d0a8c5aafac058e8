"""``digest check``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from digest.commands._options import (
    issue_argument,
    json_option,
    now_option,
    open_issue,
    open_settings,
    read_clock,
)

if TYPE_CHECKING:
    from digest.config import Settings
    from digest.model import Finding
    from digest.press import Proof
    from digest.workspace import IssueFolder, Workspace

FORMATS = ("text", "json", "github")


@click.command()
@issue_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    help="text; json; or github: annotations in a GitHub workflow.",
)
@json_option
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option(
    "--links", is_flag=True, help="Ask for each linked page: status, redirects, certificate."
)
@click.option("--spam", is_flag=True, help="Ask SpamAssassin, where it is installed.")
@click.option("--private", is_flag=True, help="With --links: ask at addresses not public as well.")
@now_option
@click.pass_context
def command(
    ctx: click.Context,
    issue: str | None,
    form: str,
    as_json: bool,
    strict: bool,
    links: bool,
    spam: bool,
    private: bool,
    now: str | None,
) -> int:
    """Judge the final bytes of an issue.

    Exits with 1 when there is an error. Every code is explained in docs/checks.md. Nothing is
    asked of the network without --links.

    \b
    Examples:
      digest check
      digest check 2025-W17 --json
      digest check --links --spam
      digest check --strict --format github
    """
    from digest.check import in_order, measure
    from digest.commands._terminal import emit, emit_json
    from digest.errors import TemplateError
    from digest.press import check_issue, explain_failure, prove

    workspace, settings = open_settings(ctx, required=False)
    folder = open_issue(workspace, issue)
    proof: Proof | None = None
    try:
        proof = prove(workspace, settings, folder)
        findings = check_issue(workspace, settings, folder, proof)
    except TemplateError as error:  # it may lie where only a sent issue comes to
        proof, findings = None, explain_failure(workspace, settings, folder, error)
    if links and proof:
        findings = in_order([*findings, *_visit(proof, workspace, settings, now, private=private)])
    if spam and proof:
        from digest.check.spam import ask_spamassassin

        for mail in proof.rendered.mails:
            findings = in_order([*findings, *ask_spamassassin(mail)])
    errors = [finding for finding in findings if finding.severity == "error"]
    warnings = [finding for finding in findings if finding.severity == "warning"]
    size = measure(proof.rendered, proof.issue) if proof else {}
    if as_json or form == "json":
        emit_json(
            {
                "errors": [finding.to_json() for finding in errors],
                "warnings": [finding.to_json() for finding in warnings],
                "size": size,
            }
        )
    elif form == "github":
        _annotate(workspace, folder, [*errors, *warnings])
    else:
        if proof and proof.rendered.fitted:
            emit(f"{folder.slug}: so that Gmail shows all of it, {proof.rendered.fitted}")
        _tell(folder, errors, warnings, size)
    return 1 if errors or (strict and warnings) else 0


def _visit(
    proof: Proof, workspace: Workspace, settings: Settings, now: str | None, *, private: bool
) -> list[Finding]:
    """What the linked pages answer."""
    from digest.check.visit import bounds, visit
    from digest.commands._terminal import say
    from digest.http import user_agent
    from digest.http.probe import Probe, Prober

    authorities = settings.gather.authorities
    prober = Prober(
        bounds(settings),
        None,
        now=read_clock(now, settings.newsletter.timezone),
        user_agent=user_agent(settings.newsletter),
        authorities=workspace.root / authorities if authorities else None,
    )

    def ask(url: str) -> Probe:
        return prober.probe(url, private=private)

    say("asking for the pages behind the links")
    try:
        return visit(proof.rendered, proof.issue, settings, ask)
    finally:
        prober.close()


def _tell(
    folder: IssueFolder, errors: list[Finding], warnings: list[Finding], size: dict[str, Any]
) -> None:
    from digest.check import LIMIT_BYTES
    from digest.commands._terminal import emit
    from digest.commands._words import show_finding

    for finding in (*errors, *warnings):
        emit(f"{finding.severity}: {show_finding(finding)}")
    if not size:
        counted = f"{_count(len(errors), 'error')}, {_count(len(warnings), 'warning')}"
        emit(f"{folder.slug}: {counted}, and nothing to weigh")
        return
    mails = size.get("mails", [])
    among = f" in the largest of {len(mails)} mails" if mails else ""
    emit(
        f"{folder.slug}: {_count(len(errors), 'error')}, {_count(len(warnings), 'warning')}, "
        f"{size['wire_bytes']:,} of {LIMIT_BYTES:,} bytes{among}"
    )
    if size["wire_bytes"] > LIMIT_BYTES // 2:
        for mail in mails or [size]:
            if mails:
                emit(f"{mail['file']}: {mail['wire_bytes']:,} bytes, {mail['items']} items")
            for section in sorted(mail["sections"], key=lambda section: -section["bytes"]):
                emit(f"  {section['bytes']:>7,} {section['heading']}")


def _annotate(workspace: Workspace, folder: IssueFolder, findings: list[Finding]) -> None:
    """Lines that GitHub puts beside the files of a pull request."""
    from digest.commands._terminal import emit

    rendered = (folder.html, folder.text, folder.message, *folder.parts())
    beside = {path.name: workspace.show(path) for path in rendered}
    if workspace.settings_path is not None:
        beside[workspace.settings_path.name] = workspace.show(workspace.settings_path)
    for finding in findings:
        where = finding.where
        properties = {"title": finding.code}
        if where is not None:
            properties = {"file": beside.get(where.file, where.file), **properties}
            if where.first_line:
                properties["line"] = str(where.first_line)
        listed = ",".join(f"{key}={_escape(value, ':,')}" for key, value in properties.items())
        message = f"{finding.message}; {finding.fix}" if finding.fix else finding.message
        emit(f"::{finding.severity} {listed}::{_escape(message)}")


def _escape(text: str, also: str = "") -> str:
    """As workflow commands want it: no ``%`` and line end, in properties no ``:`` and ``,``."""
    for sign in ("%", "\r", "\n", *also):
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
