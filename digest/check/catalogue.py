"""Every finding that there is: its code, how grave it is, why it matters, what to do.

docs/checks.md is written from here; a test keeps the two equal.
"""

from __future__ import annotations

from digest.check.entries import issue, links, mail, readers
from digest.model import Finding, Place

_ENTRIES = (*issue.ENTRIES, *links.ENTRIES, *readers.ENTRIES, *mail.ENTRIES)

CATALOGUE = {entry.code: entry for entry in _ENTRIES}
"""All entries by code, errors and warnings in the order of an issue's parts."""


def finding(code: str, message: str, where: Place | None = None, fix: str = "") -> Finding:
    """A finding of a known code; its severity and, unless given, its fix are the catalogue's."""
    entry = CATALOGUE[code]
    return Finding(
        code=code, severity=entry.severity, message=message, where=where, fix=fix or entry.fix
    )


def as_markdown() -> str:
    """docs/checks.md: each finding with what it says, why it matters and what to do."""
    lines = [
        "# What `digest check` finds",
        "",
        "`digest check` judges the final bytes of an issue: HTML, text and message.",
        "An *error* blocks `digest send` unless it is named in `--allow`; a *warning* does not.",
        "Codes never change their meaning. This page is written from `digest/check/catalogue.py`;",
        "after a change there, run `DIGEST_UPDATE_GOLDEN=1 pytest tests/check`.",
    ]
    for severity, title in (("error", "Errors"), ("warning", "Warnings")):
        lines += ["", f"## {title}"]
        for entry in _ENTRIES:
            if entry.severity == severity:
                lines += [
                    "",
                    f"### {entry.code}",
                    "",
                    entry.says,
                    "",
                    f"*Why it matters:* {entry.why}",
                    "",
                    f"*What to do:* {entry.fix}.",
                ]
    return "\n".join(lines) + "\n"
