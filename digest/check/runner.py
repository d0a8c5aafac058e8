"""Runs all checks over one rendered issue."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from digest.check import (
    accessibility,
    clients,
    content,
    contrast,
    headers,
    html,
    links,
    mail,
    size,
    slots,
    stories,
    stylesheets,
    text,
)
from digest.check.subject import NOTHING_KNOWN, Background, Subject
from digest.config import Settings
from digest.model import Finding, Issue, Place, Rendered

Check = Callable[[Subject], Iterable[Finding]]

OF_THE_ISSUE: tuple[Check, ...] = (
    headers.check_head,
    headers.check_preheader,
    headers.check_identity,
    headers.check_targets,
    headers.check_footer,
    content.check_items,
    content.check_sections,
    stories.check_sections,
    stories.check_titles,
    stories.check_dates,
    stories.check_summaries,
    content.check_markdown,
    slots.check_designs,
    slots.check_dates,
    slots.check_bookings,
    links.check_duplicates,
    stylesheets.check_stylesheets,
)
"""What one look at the whole issue tells; the others look at each mail of a split one as well."""

CHECKS: tuple[Check, ...] = (
    headers.check_head,
    headers.check_subject,
    headers.check_preheader,
    headers.check_identity,
    headers.check_targets,
    headers.check_footer,
    content.check_items,
    content.check_sections,
    stories.check_sections,
    stories.check_titles,
    stories.check_dates,
    stories.check_summaries,
    content.check_markdown,
    content.check_leftovers,
    slots.check_designs,
    slots.check_dates,
    slots.check_bookings,
    links.check_targets,
    links.check_duplicates,
    links.check_hosts,
    links.check_texts,
    size.check_size,
    html.check_structure,
    html.check_forbidden,
    html.check_characters,
    stylesheets.check_stylesheets,
    clients.check_clients,
    mail.check_images,
    mail.check_inside,
    mail.check_resources,
    accessibility.check_images,
    accessibility.check_headings,
    accessibility.check_link_texts,
    accessibility.check_tables,
    accessibility.check_order,
    accessibility.check_language,
    contrast.check_contrast,
    text.check_agreement,
    text.check_width,
    headers.check_message,
)


def check(
    rendered: Rendered, issue: Issue, settings: Settings, background: Background = NOTHING_KNOWN
) -> list[Finding]:
    """What is to be said about an issue: errors first, each in the order of the document.

    ``rendered`` is the neutral render, without an unsubscribe token. What ``background`` leaves
    out is not judged. Each mail of a split issue is judged; what holds for the whole already is
    told once. Pure; never raises for what an issue may hold.
    """
    subject = Subject(rendered, issue, settings, background)
    found = [finding for run in CHECKS for finding in run(subject)]
    told = {(finding.code, finding.message) for finding in found}
    for one in rendered.parts:
        part = Subject(one, one.shown or issue, settings, background)
        found += (
            _in_the_mail(finding, one.number)
            for run in CHECKS
            if run not in OF_THE_ISSUE
            for finding in run(part)
            if (finding.code, finding.message) not in told
        )
    return in_order(found)


def _in_the_mail(finding: Finding, number: int) -> Finding:
    """A finding's place in the mail that it was made in: its HTML and text are in no file alone."""
    where = finding.where
    if where is None or where.file not in ("digest.html", "digest.txt", "digest.eml"):
        return finding
    line = where.first_line if where.file == "digest.eml" else 0
    return replace(
        finding, where=Place(file=f"digest-{number}.eml", first_line=line, last_line=line)
    )


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Each finding once, errors first, by file and line."""
    return sorted(dict.fromkeys(findings), key=_order)


def _order(finding: Finding) -> tuple[bool, str, int]:
    where = finding.where
    return (finding.severity != "error", where.file if where else "", _line(finding))


def _line(finding: Finding) -> int:
    return finding.where.first_line if finding.where else 0
