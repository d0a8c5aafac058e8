"""How large the mail is, as Gmail counts."""

from __future__ import annotations

import binascii
import html as entities
import re
from collections.abc import Iterator
from typing import Any

from digest.check.catalogue import finding
from digest.check.subject import Subject
from digest.model import LIMIT_BYTES, Finding, Issue, Place, Rendered

NEAR = 0.8
_NAMED_SECTIONS = 4

_HEADING = re.compile(r"<h2\b[^>]*>(.*?)</h2>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def measure(rendered: Rendered, issue: Issue) -> dict[str, Any]:
    """The sizes in bytes that ``digest check --json`` gives as ``size``.

    ``wire_bytes`` is the HTML as it travels, ``limit`` what it must stay under, ``sections``
    what each section weighs of it. Of an issue that was split, the sizes are those of the largest
    mail, and ``mails`` has those of each.
    """
    if not rendered.parts:
        return _sizes(rendered, issue)
    mails = [
        {"file": f"digest-{mail.number}.eml", **_sizes(mail, mail.shown or issue)}
        for mail in rendered.parts
    ]
    largest = max(rendered.parts, key=lambda mail: mail.size)
    return {
        **_sizes(largest, issue),
        "sections": [section for mail in mails for section in mail["sections"]],
        "mails": mails,
    }


def _sizes(mail: Rendered, issue: Issue) -> dict[str, Any]:
    return {
        "items": len(issue.items),
        "html_bytes": len(mail.html.encode()),
        "wire_bytes": mail.wire_bytes,
        "text_bytes": len(mail.text.encode()),
        "message_bytes": len(mail.message),
        "limit": LIMIT_BYTES,
        "sections": [{"heading": heading, "bytes": size} for heading, size in section_bytes(mail)],
    }


def section_bytes(rendered: Rendered) -> list[tuple[str, int]]:
    """Each section's heading and its size on the wire, in the order of the mail."""
    html = rendered.html
    heads = list(_HEADING.finditer(html))
    if not heads:
        return []
    ends = [*(head.start() for head in heads[1:]), len(html)]
    # In base64 the sizes are others than in quoted-printable, and their shares nearly the same.
    share = rendered.wire_bytes / max(1, len(_wire(html)))
    return [
        (_plain(head[1]), round(len(_wire(html[head.start() : end])) * share))
        for head, end in zip(heads, ends, strict=True)
    ]


def weigh(rendered: Rendered) -> str:
    """The size, with the heaviest sections: ``96,000 of 102,400 bytes (Diplomacy 31,000, …)``."""
    heaviest = sorted(section_bytes(rendered), key=lambda entry: -entry[1])[:_NAMED_SECTIONS]
    weights = ", ".join(f"{heading} {number:,}" for heading, number in heaviest)
    told = f" ({weights})" if weights else ""
    size = max(rendered.wire_bytes, len(rendered.html.encode()))
    return f"{size:,} of {LIMIT_BYTES:,} bytes{told}"


def check_size(subject: Subject) -> Iterator[Finding]:
    """too-large, size-near-limit."""
    rendered = subject.rendered
    if rendered.parts:
        return  # never travels whole; each of its mails is judged
    size = rendered.size
    if size <= LIMIT_BYTES * NEAR:
        return
    whose = f"the HTML of mail {rendered.number}" if rendered.part else "the HTML"
    message = f"{whose} has {weigh(rendered)}"
    code = "too-large" if size > LIMIT_BYTES else "size-near-limit"
    yield finding(code, message, Place(file=subject.file))


def _plain(html: str) -> str:
    return " ".join(entities.unescape(_TAG.sub("", html)).split())


def _wire(html: str) -> bytes:
    return binascii.b2a_qp(html.encode(), istext=True).replace(b"\n", b"\r\n")
