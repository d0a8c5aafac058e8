"""What digest.toml books for an issue, with the Markdown of its files read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from digest.errors import ConfigError, DigestError
from digest.model import Section, Window
from digest.workspace import SETTINGS_NAME, Workspace

if TYPE_CHECKING:
    from digest.config import Settings, Slot

MAX_SLOT_BYTES = 256 * 1024


def book_slots(
    workspace: Workspace, settings: Settings, window: Window
) -> tuple[tuple[Slot, Section], ...]:
    """The bookings that hold on the issue's day, each as the section to propose.

    Raises ConfigError for one whose Markdown cannot be read or does not stay in its section.
    """
    if not settings.slots:
        return ()
    from digest.window.bookings import book, days_of

    days = days_of(window.start, window.end, settings.newsletter.timezone)
    booked = (entry.booking for entry in book(settings.slots, days))
    return tuple((slot, read_slot(workspace, slot)) for slot in booked if slot is not None)


def find_unreadable(workspace: Workspace, slots: Iterable[Slot]) -> list[str]:
    """What is wrong with the Markdown of bookings, one line each."""
    problems = []
    for slot in slots:
        try:
            read_slot(workspace, slot)
        except ConfigError as error:
            problems.append(str(error))
    return problems


def read_slot(workspace: Workspace, slot: Slot) -> Section:
    """The section that a booking proposes. Raises ConfigError."""
    from digest.issue.slots import slot_section

    if not slot.file:
        shown = workspace.show(workspace.settings_path or workspace.root / SETTINGS_NAME)
        return slot_section(slot, slot.text, where=shown)
    path = workspace.root / slot.file
    where = workspace.show(path)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_SLOT_BYTES + 1)
    except OSError as error:
        fix = f"put the file there, or mend `file` in {SETTINGS_NAME}"
        raise _wrong(slot, f"cannot be read: {error.strerror}", where, fix) from error
    if len(content) > MAX_SLOT_BYTES:
        raise _wrong(slot, "larger than 256 KiB", where, "is this a slot's text? shorten it")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _wrong(slot, "not UTF-8 text", where, "save it as UTF-8") from error
    return slot_section(slot, text, where=where)


def _wrong(slot: Slot, problem: str, where: str, fix: str) -> ConfigError:
    return ConfigError((DigestError(f"slot {slot.label}: {problem}", where=where, fix=fix),))
