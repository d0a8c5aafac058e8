"""Runs all checks over one rendered issue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from digest.check import accessibility, content, headers, html, links, size, slots, text
from digest.check.subject import Subject
from digest.config import Settings
from digest.model import Finding, Issue, Rendered

Check = Callable[[Subject], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (
    headers.check_head,
    headers.check_identity,
    content.check_items,
    content.check_sections,
    content.check_markdown,
    content.check_leftovers,
    slots.check_designs,
    slots.check_dates,
    slots.check_bookings,
    links.check_targets,
    links.check_duplicates,
    size.check_size,
    html.check_structure,
    html.check_forbidden,
    html.check_characters,
    accessibility.check_images,
    accessibility.check_headings,
    accessibility.check_link_texts,
    text.check_agreement,
    text.check_width,
    headers.check_message,
)


def check(
    rendered: Rendered, issue: Issue, settings: Settings, *, designs: Sequence[str] = ()
) -> list[Finding]:
    """What is to be said about an issue: errors first, each in the order of the document.

    ``rendered`` is the neutral render, without an unsubscribe token. ``designs`` are those that
    slots may have; without any, their names are not judged. Pure; never raises for what an
    issue may hold.
    """
    subject = Subject(rendered, issue, settings, designs)
    findings = {finding: None for run in CHECKS for finding in run(subject)}
    return sorted(findings, key=_order)


def _order(finding: Finding) -> tuple[bool, str, int]:
    where = finding.where
    return (finding.severity != "error", where.file if where else "", _line(finding))


def _line(finding: Finding) -> int:
    return finding.where.first_line if finding.where else 0
