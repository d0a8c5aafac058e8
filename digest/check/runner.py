"""Runs all checks over one rendered issue."""

from __future__ import annotations

from collections.abc import Callable, Iterable

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
from digest.model import Finding, Issue, Rendered

Check = Callable[[Subject], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (
    headers.check_head,
    headers.check_subject,
    headers.check_preheader,
    headers.check_identity,
    headers.check_targets,
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
    out is not judged. Pure; never raises for what an issue may hold.
    """
    subject = Subject(rendered, issue, settings, background)
    return in_order(finding for run in CHECKS for finding in run(subject))


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Each finding once, errors first, by file and line."""
    return sorted(dict.fromkeys(findings), key=_order)


def _order(finding: Finding) -> tuple[bool, str, int]:
    where = finding.where
    return (finding.severity != "error", where.file if where else "", _line(finding))


def _line(finding: Finding) -> int:
    return finding.where.first_line if finding.where else 0
