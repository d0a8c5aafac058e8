"""What all that is known of an article comes to, and what would change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from digest.issue.mentions import Mention
from digest.model.rules import ECHOES, HOLD_EXPIRED, INSIDE
from digest.window import zone_named

State = Literal["issued", "held", "cut", "left-out", "gone", "seen"]

_SETTINGS = {
    "undated-dropped": (
        'set undated to "first-seen" or "hold" in [window], or give the input a date'
    ),
    "late-dropped": 'set late to "rescue" in [window], or for its source, before the next compose',
    "late-too-old": "raise rescue_max_age in [window], or for its source, before the next compose",
    "too-young": "nothing: a later window takes it; a smaller min_age in [window] takes it sooner",
    "future-dropped": 'set future to "hold" in [window], or correct the date at its source',
    "already-issued": "print it once more: digest compose --again",
    "cut-before": "write it back into the issue.md that it was cut from",
    "held-over": "move it out of Hold in the issue.md that it waits in",
    "hold-expired": "add it by hand (digest add URL), or raise hold_issues in [window] and compose "
    "{slug} again",
    "dropped-before": "add it by hand: digest add URL",
    "cap": "raise max of the topic or source that is named here, for the issue that in [ranking], "
    "and compose {slug} again",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """``state`` in a word and ``conclusion`` in a sentence; ``slug`` is the issue that decided
    it, ``rule`` by what rule, ``remedy`` what would change it.

    ``gone`` is an article that was taken for an issue which does not name it any more; ``seen``
    one that no compose has kept a verdict on.
    """

    state: State
    conclusion: str
    slug: str = ""
    rule: str = ""
    remedy: str = ""


def conclude(
    mentions: Sequence[Mention],
    rulings: Sequence[tuple[str, str, str]],
    *,
    published: str | None,
    timezone: str,
) -> Outcome:
    """Printed, else waiting in a Hold, else cut, else left out.

    ``mentions`` are in the order of their windows, as are ``rulings``: (rule, reason, slug) of
    what runs said. ``published`` is the article's date in ISO 8601, ``timezone`` the newsletter's.
    """
    for fate in ("issued", "held", "cut"):
        standing = [mention for mention in mentions if mention.fate == fate]
        if standing and not (fate == "held" and _was_dropped(mentions)):
            mention = standing[0] if fate == "issued" else standing[-1]
            return Outcome(
                state=mention.fate,
                slug=mention.slug,
                rule=mention.rule,
                conclusion=_standing(mention),
                remedy=_remedy_for_fate(fate, mention.slug, sent=bool(mention.deliveries)),
            )
    said = [
        (mention.rule, mention.reason, mention.slug)
        for mention in mentions
        if mention.fate == "left-out"
    ]
    # That it was proposed once, before it waited, says nothing of what became of it.
    expired = [each for each in said if each[0] == HOLD_EXPIRED]
    said = expired or [*said, *rulings]
    if not said:
        return Outcome(
            state="seen",
            conclusion="seen, but no compose has kept what it made of it",
            remedy="see what it would become: digest compose --dry-run",
        )
    # The last that is no mere echo of an earlier decision; else the last.
    rule, reason, slug = max(enumerate(said), key=lambda each: (each[1][0] not in ECHOES, each))[1]
    if rule in INSIDE:
        return Outcome(
            state="gone",
            slug=slug,
            rule=rule,
            conclusion=f"proposed for {slug} ({reason}), and no issue names it now",
            remedy=f"compose {slug} again, or write it into an issue.md yourself",
        )
    return Outcome(
        state="left-out",
        slug=slug,
        rule=rule,
        conclusion=f"left out of {slug}: {reason}",
        remedy=_remedy_for_rule(rule, slug, _day(published, timezone)),
    )


def _was_dropped(mentions: Sequence[Mention]) -> bool:
    """True when an issue dropped it from Hold, and none held it after that."""
    last = [
        mention
        for mention in mentions
        if mention.fate == "held" or (mention.fate == "left-out" and mention.rule == HOLD_EXPIRED)
    ][-1]
    return last.fate == "left-out"


def _standing(mention: Mention) -> str:
    if mention.fate == "cut":
        return f"cut: the editor took it out of {mention.slug}"
    if mention.fate == "held":
        return f"waits in the Hold of {mention.slug}"
    section = f", section {mention.section}" if mention.section else ""
    under = f", among the other reports of “{mention.under}”" if mention.under else ""
    return f"issued in {mention.slug}{section}{under}"


def _remedy_for_fate(fate: str, slug: str, *, sent: bool) -> str:
    """What an editor can do about an article that stands in an issue, or was cut from it."""
    document = f"issues/{slug}/issue.md"
    if fate == "issued":
        if sent:
            return f"nothing: {slug} was sent (digest compose --again prints it once more)"
        return f"take it out of {document}: it then stays out of later issues too"
    if fate == "held":
        if sent:
            return "nothing: the next issue proposes it first"
        return f"move it from Hold to another section of {document}; the next issue proposes it"
    if sent:
        return "write it into the next issue.md: digest proposes it no more"
    return f"write it back into {document}, or `digest add` it: digest proposes it no more"


def _remedy_for_rule(rule: str, slug: str, day: date | None) -> str:
    """What would bring in an article that a rule left out; "" when nothing is known to."""
    if rule in ("before-the-window", "after-the-window"):
        by_hand = f"write it into issues/{slug}/issue.md yourself"
        if day is None:
            return by_hand
        if rule == "after-the-window":
            return f"nothing: the issue whose window holds {day} takes it; or {by_hand}"
        return (
            f"compose a window that holds its date (digest compose --since {day} --until {day}), "
            f"or {by_hand}"
        )
    return _SETTINGS.get(rule, "").format(slug=slug)


def _day(published: str | None, timezone: str) -> date | None:
    """The day of the newsletter's calendar that an article is dated."""
    try:
        if published is None or len(published) <= 10:
            return date.fromisoformat(published) if published else None
        return datetime.fromisoformat(published).astimezone(zone_named(timezone)).date()
    except (ValueError, OverflowError):
        return None
