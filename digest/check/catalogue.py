"""Every finding that there is: its code, how grave it is, why it matters, what to do.

docs/checks.md is written from here; a test keeps the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from digest.model import Finding, Place

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One kind of finding. ``says`` is a sentence on what was found, ``fix`` the remedy."""

    code: str
    severity: Severity
    says: str
    why: str
    fix: str


def _error(code: str, *, says: str, why: str, fix: str) -> Entry:
    return Entry(code=code, severity="error", says=says, why=why, fix=fix)


def _warning(code: str, *, says: str, why: str, fix: str) -> Entry:
    return Entry(code=code, severity="warning", says=says, why=why, fix=fix)


_ENTRIES = (
    _error(
        "no-subject",
        says="The issue has no subject.",
        why="Readers decide by the subject whether to open a mail, and filters suspect mail "
        "without one.",
        fix="write subject: … in the front matter",
    ),
    _error(
        "no-items",
        says="The issue has no item outside Hold.",
        why="An empty issue that went out cannot be called back.",
        fix="compose with a wider window or more sources, or move items out of Hold",
    ),
    _error(
        "item-without-link",
        says="An item, or a heading that looks like one, has no link.",
        why="The headline is how readers reach the article.",
        fix="write the headline as [title](https://…), or make a note of your own a #### heading",
    ),
    _error(
        "item-without-title",
        says="An item's link has no text.",
        why="There is nothing to read and nothing to tap.",
        fix="write the headline between the brackets",
    ),
    _error(
        "broken-markdown",
        says="Markdown signs that readers would see: a link that does not close, an undefined "
        "reference, emphasis that never ends.",
        why="What was meant as a link or emphasis arrives as punctuation.",
        fix="complete the link or emphasis, or write a backslash before the sign",
    ),
    _error(
        "leftover-template",
        says="Template or merge syntax, or a token of ours, that nothing will replace.",
        why="Readers would see the braces, and a provider might run them as its own tags.",
        fix="take it out of the text or the template",
    ),
    _error(
        "unsafe-link",
        says="A link with a scheme that mail clients refuse, such as javascript:.",
        why="The link is taken out when the issue is rendered, and filters punish it.",
        fix="link to an https:// address",
    ),
    _error(
        "relative-link",
        says="A link or an image without a host.",
        why="A mail has no page that the address could be relative to: the link is dead.",
        fix="write the whole address, from https:// on",
    ),
    _warning(
        "duplicate-link",
        says="Two items lead to the same page.",
        why="Readers meet the same story twice.",
        fix="cut one of the two, or name it under “Also covered by”",
    ),
    _warning(
        "empty-section",
        says="A section has nothing in it.",
        why="It is left out of the mail, which may not be what its heading was meant for.",
        fix="move an item there, or delete the heading",
    ),
    _warning(
        "unknown-slot",
        says="A slot names a design that there is not.",
        why="It gets the plain design: an advertisement would not say that it is one.",
        fix="correct the name in the braces, or make templates/slots/NAME.html.j2",
    ),
    _warning(
        "slot-date",
        says="A slot's since= or until= is no date.",
        why="Nobody notices when the slot has expired.",
        fix="write since=2025-04-21 or until=2025-05-31",
    ),
    _warning(
        "slot-expired",
        says="A slot stands in an issue of a day that it is not booked for.",
        why="Readers meet an offer that is over, or one that has not begun.",
        fix="delete the section, or change the dates in its braces or in digest.toml",
    ),
    _warning(
        "slot-double-booked",
        says="Two bookings want the same slot of this issue, or one booking stands in it twice.",
        why="One of two who paid is not printed, or one is printed twice.",
        fix="change the dates or the position of one of them, or delete one of the sections",
    ),
    _error(
        "too-large",
        says="The HTML part is larger than 102,400 bytes, as it travels or decoded.",
        why="Gmail shows the beginning alone and hides the rest, the unsubscribe link included.",
        fix="cut items or shorten summaries in the heaviest sections",
    ),
    _warning(
        "size-near-limit",
        says="The HTML part has more than 80 % of the 102,400 bytes that Gmail shows.",
        why="A few more lines, or a provider's own additions, and Gmail hides the end.",
        fix="cut items or shorten summaries in the heaviest sections",
    ),
    _warning(
        "no-preheader",
        says="The issue has no preheader.",
        why="Mail clients show it after the subject; without one they take what comes first, "
        "the newsletter's own name.",
        fix="write preheader: … in the front matter, 35 to 140 characters",
    ),
    _warning(
        "no-sender",
        says="digest.toml names no sender.",
        why="The message has no From header, and a target needs one of its own.",
        fix='write sender = "Name <name@example.org>" under [newsletter]',
    ),
    _error(
        "bad-sender",
        says="The sender in digest.toml is not a mail address.",
        why="The message has no From header: servers refuse it.",
        fix='write sender = "Name <name@example.org>" under [newsletter]',
    ),
    _warning(
        "no-address",
        says="digest.toml names no postal address.",
        why="The law of many countries asks for it in mail to many (CAN-SPAM, and the imprint "
        "duties of the EU).",
        fix='write address = "…" under [newsletter]',
    ),
    _error(
        "bad-message",
        says="The message is not the MIME that mail servers expect.",
        why="Servers reject or mend it, each in its own way.",
        fix="render the issue again; if the finding stays, it is a bug of digest: report it",
    ),
    _error(
        "html-structure",
        says="The HTML lacks what every client needs: doctype, language, direction, charset, "
        "viewport or title.",
        why="Clients fall into quirks mode, screen readers into the wrong voice.",
        fix="give it back to the theme's issue.html.j2; the built-in classic shows how",
    ),
    _error(
        "html-forbidden",
        says="The HTML holds what mail clients take out or punish: scripts, forms, frames, event "
        "handlers, remote stylesheets.",
        why="The part does not work, and filters score the whole mail for it.",
        fix="take it out of the template",
    ),
    _error(
        "control-characters",
        says="Control characters stand in the HTML or the text.",
        why="Gmail clips a message with them at any size.",
        fix="retype the passage, or paste it as plain text",
    ),
    _warning(
        "style-too-large",
        says="The stylesheets that stay in the head have more than 16 KB together.",
        why="Gmail drops what comes after, and with it small screens and dark mode.",
        fix="shorten the kept parts of the theme's style.css",
    ),
    _warning(
        "missing-alt",
        says="An image has no alternative text.",
        why="Many clients show no images at first, and some readers never see them.",
        fix="describe it between the brackets: ![description](https://…)",
    ),
    _warning(
        "heading-order",
        says="The headings are not one h1 followed by levels that skip none.",
        why="Readers with screen readers move by headings.",
        fix="use the levels of the built-in theme: h1 title, h2 sections, h3 items",
    ),
    _warning(
        "link-without-text",
        says="A link has no text and no image with a description.",
        why="It cannot be seen, tapped or read aloud.",
        fix="write text between the brackets of the link",
    ),
    _error(
        "text-differs",
        says="The text part lacks an item or a link of the HTML, or has them in another order.",
        why="Readers of plain text miss it, and filters take differing parts for a trick.",
        fix="mend the theme's issue.txt.j2",
    ),
    _warning(
        "text-too-wide",
        says="A line of the text part is wider than 76 columns and is no address.",
        why="Clients break it at a place of their own, and replies tear it apart.",
        fix="wrap it: in the theme's issue.txt.j2 with fill, in a code block by hand",
    ),
    _warning(
        "stale-render",
        says="The rendered files are not what issue.md says now.",
        why="What was looked at is not what would be sent.",
        fix="run digest render",
    ),
)

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
