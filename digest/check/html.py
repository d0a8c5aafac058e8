"""The HTML part as mail clients take it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.check.catalogue import finding
from digest.check.subject import Subject
from digest.model import Finding, Place

DOCTYPE = "<!DOCTYPE html>"
MAX_STYLE_BYTES = 16_384
"""All <style> elements together; Gmail drops what comes after."""

_FORBIDDEN = (
    "script",
    "form",
    "input",
    "button",
    "iframe",
    "frame",
    "object",
    "embed",
    "applet",
    "video",
    "audio",
    "svg",
    "base",
    "link",
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_FILE = Place(file="digest.html")


def check_structure(subject: Subject) -> Iterator[Finding]:
    """html-structure, style-too-large."""
    tree = subject.tree
    missing = [
        name
        for name, found in (
            (f"it does not begin with {DOCTYPE}", subject.rendered.html.startswith(DOCTYPE)),
            ("<html> has no lang", tree.get("lang")),
            ("<html> has no dir", tree.get("dir")),
            ("there is no meta charset utf-8", _charset(subject) == "utf-8"),
            ("there is no meta viewport", tree.xpath("//meta[@name='viewport']")),
            ("the title is empty", (tree.findtext("head/title") or "").strip()),
        )
        if not found
    ]
    for message in missing:
        yield finding("html-structure", message, _FILE)
    size = sum(len((style.text or "").encode()) for style in tree.iter("style"))
    if size > MAX_STYLE_BYTES:
        sheets = subject.background.sheets
        where = Place(file=sheets[0].file) if sheets else _FILE
        yield finding("style-too-large", f"the <style> elements have {size:,} bytes", where)


def check_forbidden(subject: Subject) -> Iterator[Finding]:
    """html-forbidden."""
    for element in subject.tree.iter(*_FORBIDDEN):
        yield finding("html-forbidden", f"there is a <{element.tag}>", subject.stands(element))
    for element in subject.tree.xpath("//*[@*[starts-with(name(), 'on')]]"):
        message = f"a <{element.tag}> has an event handler"
        yield finding("html-forbidden", message, subject.stands(element))
    if any("@import" in (style.text or "").lower() for style in subject.tree.iter("style")):
        yield finding("html-forbidden", "a stylesheet has @import", _FILE)


def check_characters(subject: Subject) -> Iterator[Finding]:
    """control-characters."""
    for name, text in (("HTML", subject.rendered.html), ("text", subject.rendered.text)):
        match = _CONTROL.search(text)
        if match:
            code = f"U+{ord(match[0]):04X}"
            yield finding("control-characters", f"the {name} part holds {code}", _FILE)


def _charset(subject: Subject) -> str:
    found = subject.tree.xpath("//meta/@charset")
    return str(found[0]).lower() if found else ""
