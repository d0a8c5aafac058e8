"""What the browser is given: the viewer's state as JSON, and pages for what went wrong."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from digest.check import LIMIT_BYTES
from digest.errors import ConfigError, DigestError
from digest.model import Finding, Rendered
from digest.preview.live import Snapshot

# For our own pages: scripts and styles from this server only, nothing inline.
VIEWER_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    " frame-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
# For the mail: as a mail client treats it. No script runs, whatever an article holds; the
# viewer may look at its scroll position (allow-same-origin), links open in a page of their own.
MAIL_POLICY = (
    "default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'self';"
    " sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)


def state(snapshot: Snapshot, slugs: Sequence[str]) -> dict[str, Any]:
    """All that the viewer shows around the mail."""
    issue, rendered = snapshot.issue, snapshot.rendered
    newsletter = snapshot.settings.newsletter if snapshot.settings else None
    return {
        "slug": snapshot.slug,
        "slugs": list(slugs),
        "title": (issue.title if issue else "") or (newsletter.title if newsletter else ""),
        "sender": newsletter.sender or newsletter.title if newsletter else "",
        "subject": rendered.subject if rendered else issue.subject if issue else "",
        "preheader": issue.preheader if issue else "",
        "items": len(issue.items) if issue else 0,
        "wire_bytes": rendered.wire_bytes if rendered else 0,
        "clip_bytes": LIMIT_BYTES,
        "content": rendered.content_hash if rendered else "",
        "mails": [_mail(mail) for mail in rendered.parts] if rendered else [],
        "findings": [_finding(finding) for finding in snapshot.findings],
        "mistakes": [_mistake(mistake) for mistake in _mistakes(snapshot.error)],
    }


def error_page(error: DigestError) -> str:
    """A plain page that says what is wrong; it stands where the mail would."""
    mistakes = "".join(f"<li>{html.escape(str(mistake))}</li>" for mistake in _mistakes(error))
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="color-scheme" content="light dark"><title>Not rendered</title></head>'
        f"<body><h1>Not rendered</h1><ul>{mistakes}</ul></body></html>"
    )


def error_text(error: DigestError) -> str:
    """The same in plain text."""
    return "".join(f"{mistake}\n" for mistake in _mistakes(error))


def _mail(mail: Rendered) -> dict[str, Any]:
    """What differs in one mail of a split issue."""
    return {
        "part": mail.number,
        "subject": mail.subject,
        "preheader": mail.shown.preheader if mail.shown else "",
        "items": len(mail.shown.items) if mail.shown else 0,
        "wire_bytes": mail.wire_bytes,
    }


def _mistakes(error: DigestError | None) -> tuple[DigestError, ...]:
    if error is None:
        return ()
    return error.mistakes if isinstance(error, ConfigError) else (error,)


def _mistake(error: DigestError) -> dict[str, str]:
    return {
        "where": "" if error.where is None else str(error.where),
        "message": error.message,
        "fix": error.fix or "",
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {"severity": finding.severity, **finding.to_json()}
