"""Subject and preheader: what an inbox shows of an issue before it is opened.

They follow the items that readers will see, in the editor's order and under the editor's titles,
as long as the editor leaves them as digest wrote them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from digest.config import Newsletter
from digest.excerpt import cut, display_width
from digest.issue.escape import one_line
from digest.issue.inline import plain_words
from digest.issue.words import long_date, subject_for
from digest.issue.write import change_head
from digest.model import Issue, Item, Section, Window
from digest.window import zone_named

if TYPE_CHECKING:
    from digest.issue.merge import Merged

PREHEADER_COLUMNS = 120
_BETWEEN = " · "


def headlines_for(
    sections: Sequence[Section], *, newsletter: Newsletter, window: Window
) -> tuple[str, str]:
    """Subject and preheader for the items of these sections; slots and Hold have no part in it."""
    items = [item for section in sections if section.kind == "topic" for item in section.items]
    titles = [one_line(plain_words(item.title, {})) for item in items]
    if not titles:
        return one_line(newsletter.title), ""
    last_day = (window.end - timedelta(microseconds=1)).astimezone(zone_named(window.timezone))
    dated = f"{newsletter.title}{_BETWEEN}{long_date(last_day.date(), newsletter.language)}"
    subject = subject_for(titles[0], len(titles) - 1, language=newsletter.language, fallback=dated)
    return subject, _preheader(titles[1:], items[0])


def follow_document(merged: Merged, *, newsletter: Newsletter, window: Window) -> Merged:
    """The merge with subject and preheader as the merged document gives them.

    Only those that are still digest's own: what the editor wrote there stays.
    """
    issue, base = follow(merged.issue, merged.base, newsletter=newsletter, window=window)
    return replace(merged, issue=issue, base=base)


def follow(
    issue: Issue, base: Issue, *, newsletter: Newsletter, window: Window
) -> tuple[Issue, Issue]:
    """:func:`follow_document` for a document and the last proposal; gives both."""
    subject, preheader = headlines_for(issue.sections, newsletter=newsletter, window=window)
    if issue.subject == base.subject != subject:
        issue, base = change_head(issue, subject=subject), replace(base, subject=subject)
    if issue.preheader == base.preheader != preheader:
        issue, base = change_head(issue, preheader=preheader), replace(base, preheader=preheader)
    return issue, base


def _preheader(titles: Sequence[str], first: Item) -> str:
    """The next headlines, as many as fit; where there are none, what the first item says."""
    if not titles:
        return cut(one_line(plain_words(first.body, {})), PREHEADER_COLUMNS)
    text = ""
    for title in titles:
        longer = f"{text}{_BETWEEN}{title}" if text else title
        if display_width(longer) > PREHEADER_COLUMNS:
            return text or cut(title, PREHEADER_COLUMNS)
        text = longer
    return text
