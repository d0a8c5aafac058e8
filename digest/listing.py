"""The use case of ``digest list``: one issue at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from digest.desk import read_lock_for, sent_at
from digest.model import Issue, Item
from digest.press import read_issue
from digest.workspace import IssueFolder, Workspace

if TYPE_CHECKING:
    from digest.issue.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An issue's items with their statuses, and what was cut with the heading it was under.

    ``sent_at`` is when it left the house, None when it has not; ``problem`` is what is wrong with
    its lock, so that statuses are unknown.
    """

    issue: Issue
    statuses: tuple[Status, ...]
    cut: tuple[tuple[Item, str], ...]
    sent_at: str | None
    problem: str = ""

    def to_json(self) -> dict[str, Any]:
        """The issue as JSON; sections in their order, empty ones as well."""
        from digest.issue.inline import plain_words

        return {
            "slug": self.issue.slug,
            "title": self.issue.title,
            "subject": self.issue.subject,
            "window": self.issue.window or None,
            "timezone": self.issue.timezone or None,
            "sent": self.sent_at,
            "sections": [
                {
                    "number": number,
                    "heading": plain_words(section.heading, {}),
                    "kind": section.kind,
                    "items": [
                        status.to_json()
                        for status in self.statuses
                        if status.found.section is section
                    ],
                }
                for number, section in enumerate(self.issue.sections, start=1)
            ],
            "cut": [
                {
                    "key": item.key,
                    "title": plain_words(item.title, {}),
                    "url": item.url,
                    "section": heading,
                }
                for item, heading in self.cut
            ],
        }


def list_issue(workspace: Workspace, folder: IssueFolder) -> Listed:
    """What stands in an issue. Raises DocumentError for an issue.md that cannot be read."""
    from digest.issue.status import cut_list, item_statuses

    issue = read_issue(workspace, folder)
    lock, problem = read_lock_for(workspace, folder)
    return Listed(
        issue=issue,
        statuses=tuple(item_statuses(issue, lock)),
        cut=tuple(cut_list(issue, lock)),
        sent_at=sent_at(workspace, folder),
        problem=problem,
    )
