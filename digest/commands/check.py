"""``digest check``."""

from __future__ import annotations

import click

from digest.commands._options import issue_argument, json_option, open_issue, open_settings


@click.command()
@issue_argument
@json_option
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.pass_context
def command(ctx: click.Context, issue: str | None, as_json: bool, strict: bool) -> int:
    """Judge the final bytes of an issue.

    Exits with 1 when there is an error. Every code is explained in docs/checks.md.

    \b
    Examples:
      digest check
      digest check 2025-W17 --json
    """
    from digest.check import LIMIT_BYTES, measure
    from digest.commands._terminal import emit, emit_json
    from digest.commands._words import show_finding
    from digest.press import check_issue, prove

    workspace, settings = open_settings(ctx, required=False)
    folder = open_issue(workspace, issue)
    proof = prove(workspace, settings, folder)
    findings = check_issue(workspace, settings, folder, proof)
    errors = [finding for finding in findings if finding.severity == "error"]
    warnings = [finding for finding in findings if finding.severity == "warning"]
    if as_json:
        emit_json(
            {
                "errors": [finding.to_json() for finding in errors],
                "warnings": [finding.to_json() for finding in warnings],
                "size": measure(proof.rendered, proof.issue),
            }
        )
    else:
        for finding in (*errors, *warnings):
            emit(f"{finding.severity}: {show_finding(finding)}")
        emit(
            f"{folder.slug}: {_count(len(errors), 'error')}, {_count(len(warnings), 'warning')}, "
            f"{proof.rendered.wire_bytes:,} of {LIMIT_BYTES:,} bytes"
        )
    return 1 if errors or (strict and warnings) else 0


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
