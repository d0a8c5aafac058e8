"""``digest why``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from digest.commands._options import json_option, open_settings

if TYPE_CHECKING:
    from datetime import datetime

    from digest.account import Account, Accounts
    from digest.issue.mentions import Mention

FATES = {
    "issued": "issued in",
    "held": "in the Hold of",
    "cut": "cut from",
    "left-out": "left out of",
}
_LABEL_COLUMNS = 12


@click.command()
@click.argument("asked", metavar="WORDS|URL|GUID|FILE...", nargs=-1, required=True)
@json_option
@click.pass_context
def command(ctx: click.Context, asked: tuple[str, ...], as_json: bool) -> int:
    """Say in which issue an article is, or why not.

    Asks for words of its title, its address, its guid or the file it was read from: when it
    was seen, from which sources, its date and the evidence for it, the windows it was held
    against, the issue and section it is in, or the rule or the editor's cut that keeps it out,
    and what would change that.

    Words belong together, quoted or not: they are one question, for titles that have them all.
    Each address, file, id, and known guid is a question of its own; with several questions
    --json prints a list of answers. Exits with 1 when nothing is known of one of them.

    \b
    Examples:
      digest why treaty summit
      digest why https://example.org/a
      digest why https://example.org/a https://example.org/b
      digest why articles/korea.txt --json
    """
    import gc

    # Ends before there is anything to collect; looking for it costs a tenth of the time.
    gc.set_threshold(200_000, 20, 100)
    from digest.account import explain
    from digest.commands._terminal import emit, emit_json, warn

    workspace, settings = open_settings(ctx, required=False)
    timezone = settings.newsletter.timezone
    answers = explain(workspace, asked, timezone=timezone)
    if as_json:
        objects = [answer.to_json() for answer in answers]
        emit_json(objects if len(objects) > 1 else objects[0])
    for number, answer in enumerate(answers):
        for problem in answer.problems:
            warn(problem)
        if not answer.accounts:
            _tell_nothing(answer)
        elif not as_json:
            if number:
                emit("")
            _show_answer(answer, timezone)
    return 0 if all(answer.accounts for answer in answers) else 1


def _show_answer(answer: Accounts, timezone: str) -> None:
    from digest.commands._terminal import emit

    if len(answer.accounts) == 1:
        emit("\n".join(_tell(answer.accounts[0], timezone)))
    else:
        _list(answer)


def _tell_nothing(answer: Accounts) -> None:
    from digest.commands._terminal import say, warn

    warn(f"nothing is known of {answer.asked!r}")
    for title in answer.nearest:
        say(f"  nearest: {title}")
    say("what digest makes of an input that it has not seen: `digest articles PATH|URL`")


def _list(answer: Accounts) -> None:
    """Several articles, a line each."""
    from digest.commands._terminal import say, table

    rows = [
        [account.title, account.url or account.input or account.key, account.conclusion]
        for account in answer.accounts
    ]
    table("", ["title", "where", "what became of it"], rows, to_stdout=True)
    if answer.total > len(rows):
        say(f"and {answer.total - len(rows)} more")
    say("ask with more words, or by address, for all that is known of one")


def _tell(account: Account, timezone: str) -> Iterator[str]:
    """All that is known of one article, in lines."""
    yield account.title or account.key
    yield f"  {account.conclusion}"
    if account.remedy:
        yield f"  to change it: {account.remedy}"
    yield ""
    basis = f" ({account.published_basis})" if account.published_basis else ""
    published = _show_date(account.published, timezone) if account.published else ""
    for label, text in (
        ("address", account.url or ""),
        ("also at", ", ".join(account.also_at)),
        ("published", f"{published}{basis}" if published else "no date is stated"),
        ("first seen", _show(account.first_seen, timezone)),
        ("publisher", account.source[0]),
        ("sources", ", ".join(account.via)),
        ("input", account.input),
        ("guid", account.guid or ""),
        ("id", account.id if account.id != account.url else ""),
    ):
        if text:
            yield f"  {label:{_LABEL_COLUMNS}}{text}"
    for mention in account.mentions:
        yield ""
        yield from _tell_mention(mention, timezone)
    told = {(mention.slug, mention.rule) for mention in account.mentions if mention.rule}
    for ruling in account.rulings:
        if (ruling.slug, ruling.rule) not in told:
            yield ""
            yield f"  judged for {ruling.slug}, {_span(ruling.start, ruling.end, ruling.timezone)}"
            yield f"    {ruling.reason} [{ruling.rule}]"


def _tell_mention(mention: Mention, timezone: str) -> Iterator[str]:
    window = mention.window
    span = f", {_span(window.start, window.end, window.timezone)}" if window else ""
    yield f"  {FATES[mention.fate]} {mention.slug}{span}"
    if mention.section:
        under = f", among the other reports of “{mention.under}”" if mention.under else ""
        yield f"    section {mention.section}{under}"
    if mention.tie:
        yield f"    one story with it: {mention.tie}"
    if mention.reason:
        late = "; it was late" if mention.late else ""
        rule = f" [{mention.rule}]" if mention.rule else ""
        placed = "" if mention.rule else "placed there: "
        yield f"    {placed}{mention.reason}{late}{rule}"
    yield from _tell_placement(mention)
    if mention.composed_at:
        yield f"    composed {_show(mention.composed_at, timezone)}"
    for line in mention.deliveries:
        source = line.get("imported")
        how = f", imported from {source}" if source else f" by {line.get('target')}"
        yield f"    sent {_show_date(str(line.get('at')), timezone)}{how}"


def _tell_placement(mention: Mention) -> Iterator[str]:
    """How sure a placement was that was learned, what spoke for it, and how it ranks."""
    known = mention.placement
    if "confidence" in known:
        second = f"; the next likeliest was {known['second']}" if known.get("second") else ""
        yield f"    such placements were right in {known['confidence']:.0%} of cases{second}"
    if known.get("strongest"):
        yield f"    what spoke for it: {'; '.join(known['strongest'])}"
    if known.get("rank"):
        parts = known["score_parts"]
        made_of = " + ".join(f"{name} {amount:.2f}" for name, amount in parts.items())
        yield f"    ranked {known['rank']}"
        yield f"    score {known['score']:.2f}: {made_of}"
    for tie in known.get("ties", ()):
        yield f"    one story with another report: {tie}"
    for before in known.get("earlier", ()):
        shared = f": {before['reason']}" if before["reason"] else ""
        yield f"    follows “{before['title']}” in {before['slug']}{shared}"


def _show(moment: datetime | None, timezone: str) -> str:
    from digest.window.moments import show_wall, zone_named

    if moment is None:
        return ""
    return f"{show_wall(moment.astimezone(zone_named(timezone)))} {timezone}"


def _show_date(text: str, timezone: str) -> str:
    """A date in ISO 8601 as the newsletter has it; as it stands where it is none."""
    from datetime import date, datetime

    from digest.window.moments import instant_of, show_day, zone_named

    try:
        if len(text) <= len("2025-04-28"):
            return show_day(date.fromisoformat(text))
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = instant_of(moment, zone_named(timezone))
        return _show(moment, timezone)
    except (ValueError, OverflowError):
        return text


def _span(start: datetime, end: datetime, timezone: str) -> str:
    from digest.model import Window
    from digest.window import describe

    return describe(Window(start=start, end=end, timezone=timezone))
