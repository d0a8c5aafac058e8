"""``digest topics suggest``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from digest.commands._options import json_option, now_option, open_settings, read_clock

if TYPE_CHECKING:
    from digest.suggesting import Choice, Suggestions
    from digest.topics.suggestions import Evidence, Suggestion, TopicSuggestion
    from digest.workspace import Workspace

_LAST = 20
"""Issues that are asked which rules did nothing."""
_MOST_WAITING = 5
"""Words named that nothing was caught by."""
_ANSWERS = {"y": "yes", "n": "no", "a": "yes to all", "q": "no more"}
Lines = list[tuple[str, str, str]]


@click.command("suggest")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option(
    "--accept", "accepts", is_flag=True, help="Write them into digest.toml: NAMEs, or all."
)
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would change as a diff.")
@click.option(
    "--from",
    "inputs",
    metavar="PATH|URL|-",
    multiple=True,
    help="Look at these articles; `-` is JSON lines on standard input.",
)
@now_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    names: tuple[str, ...],
    accepts: bool,
    dry_run: bool,
    inputs: tuple[str, ...],
    now: str | None,
    as_json: bool,
) -> None:
    """Propose rules for digest.toml, with what speaks for each, and write those you accept.

    From your past issues: hosts, parts of sites, authors and words of which nine in ten items or
    more stand under one section of yours, which you put there by hand, and for which there is no
    rule yet. Without such a past: topics with their hosts, categories of feeds and words, from
    what the sources offered when they were last read (`digest gather` reads them). Also the
    rules of digest.toml that caught nothing of late, or that you contradict.

    On a terminal you are asked for each. NAME is a topic (all its rules), or a rule as it is
    shown (`host: blog.example.org`), or its text alone; `drop RULE` takes a rule out. Without NAME
    all rules are meant, and none is dropped. Comments, order and everything else in digest.toml
    stay as they are.

    \b
    Examples:
      digest topics suggest
      digest topics suggest --dry-run
      digest topics suggest --accept
      digest topics suggest --accept Science "host: blog.example.org"
      digest topics suggest --accept "drop keyword: embassy"
      digest articles --json | jq -c '.[]' | digest topics suggest --from - --json
    """
    from digest.auditing import audit_rules
    from digest.commands._terminal import emit_json, say, warn
    from digest.suggesting import accept, choose, suggest

    workspace, settings = open_settings(ctx)
    found = suggest(
        workspace,
        settings,
        audit_rules(workspace, settings, last=_LAST),
        inputs=inputs,
        stdin=sys.stdin.buffer,
        now=read_clock(now, settings.newsletter.timezone),
    )
    for problem in found.problems:
        warn(problem)
    asks = not (accepts or dry_run or as_json or names or "-" in inputs) and sys.stdin.isatty()
    choice = choose(found, names)
    if as_json:
        written = accepts and not dry_run
        if written:
            accept(workspace, choice)
        emit_json(found.to_json() | {"accepted": choice.names if written else []})
        return
    if dry_run or accepts:
        _write(workspace, choice, dry_run=dry_run)
        return
    _show(found, choice, by_name=bool(names))
    if not found.topics and not found.drops:
        say(f"nothing to propose, {_of(found)}")
    elif asks:
        _write(workspace, _ask(found), dry_run=False)
    else:
        say(f"counted {_of(found)}")
        say("write them into digest.toml: digest topics suggest --accept [NAME]...")


def _of(found: Suggestions) -> str:
    said = [] if found.stories is None else [_many(found.stories, "story", "stories")]
    if found.issues:
        issues = _many(found.issues, "issue", "issues")
        said.append(f"{_many(found.filed, 'item', 'items')} that you filed by hand in {issues}")
    return f"from {' and '.join(said)}" if said else "for there is no past"


def _many(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def _write(workspace: Workspace, choice: Choice, *, dry_run: bool) -> None:
    from digest.commands._terminal import say, show_diff
    from digest.suggesting import accept

    if not choice.names:
        say("nothing to write into digest.toml")
        return
    edited = accept(workspace, choice, dry_run=dry_run)
    shown = workspace.show(edited.path)
    if dry_run:
        show_diff(edited.before, edited.after, shown)
        return
    by_topic: dict[str, int] = {}
    for rule, _ in choice.rules:
        by_topic[rule.topic] = by_topic.get(rule.topic, 0) + 1
    for topic, number in by_topic.items():
        say(f"wrote {_many(number, 'rule', 'rules')} of {topic} into {shown}")
    for rule in choice.drops:
        say(f"dropped {rule} of {rule.topic} from {shown}")


def _show(found: Suggestions, choice: Choice, *, by_name: bool) -> None:
    """What is proposed, all or what was named."""
    from digest.commands._terminal import records

    meant = {rule for rule, _ in choice.rules}
    shown: list[tuple[str, Lines]] = []
    for topic in found.topics:
        rules = [one for one in topic.rules if one.rule in meant]
        if rules:
            shown.append((_heading(topic), _lines(topic, rules)))
    drops = [one for one in found.drops if not by_name or one.rule in choice.drops]
    if drops:
        shown.append(("Rules to drop", [("drop", one.why, "") for one in drops]))
    records(shown)


def _heading(topic: TopicSuggestion) -> str:
    name = f"{topic.topic} (new)" if topic.is_new else topic.topic
    if topic.evidence is None:
        return name
    evidence = topic.evidence
    said = [f"{evidence.right} on it"]
    if evidence.unplaced:
        said.append(f"{evidence.unplaced} on nothing known")
    said += [f"{count} under {section}" for section, count in evidence.elsewhere]
    return f"{name}: catches {_many(evidence.caught, 'story', 'stories')}, {', '.join(said)}"


def _lines(topic: TopicSuggestion, rules: Sequence[Suggestion]) -> Lines:
    lines: Lines = []
    for one in rules:
        if one.basis == "past":
            lines.append((str(one.rule), _counted(one), ""))
            lines += _examples(one.evidence)
    plain = [one for one in rules if one.basis == "articles"]
    for kind in dict.fromkeys(one.rule.kind for one in plain):
        met = [_brief(one) for one in plain if one.rule.kind == kind and one.evidence.caught]
        lines.append((kind, ", ".join(met), ""))
    waiting = [one.rule.text for one in plain if not one.evidence.caught]
    if waiting:
        lines.append(("not met yet", _shortened(waiting), ""))
    if plain:
        lines += _examples(topic.evidence or plain[0].evidence)
    return lines


def _shortened(words: Sequence[str]) -> str:
    said = ", ".join(words[:_MOST_WAITING])
    more = len(words) - _MOST_WAITING
    return f"{said} and {more} more" if more > 0 else said


def _counted(one: Suggestion) -> str:
    evidence = one.evidence
    said = f"{evidence.right} of {evidence.caught} past items under {one.rule.topic}"
    others = [f"{count} under {section}" for section, count in evidence.elsewhere]
    if evidence.unplaced:
        others.append(f"{evidence.unplaced} in no section yet")
    said = ", ".join((said, *others))
    return f"{said}; now a rule of {one.instead_of}" if one.instead_of else said


def _brief(one: Suggestion) -> str:
    elsewhere = sum(count for _, count in one.evidence.elsewhere)
    said = f"{one.rule.text} {one.evidence.right}"
    return f"{said} ({elsewhere} elsewhere)" if elsewhere else said


def _examples(evidence: Evidence) -> Iterator[tuple[str, str, str]]:
    for one in (*evidence.examples, *evidence.wrong):
        title = one.title if one in evidence.examples else f"but {one.section}: {one.title}"
        yield "", title, ""
        if one.url and one.url != one.title:
            yield "", f"  {one.url}", "dim"


def _ask(found: Suggestions) -> Choice:
    """What the editor accepts, asked topic by topic, or rule by rule where each has its own
    evidence."""
    from digest.suggesting import Choice

    questions: list[tuple[str, Choice]] = []
    for topic in found.topics:
        together = [one for one in topic.rules if one.basis == "articles"]
        for one in topic.rules:
            if one.basis == "past":
                text = f"Write {one.rule} under {topic.topic}?"
                questions.append((text, Choice(rules=((one.rule, one.instead_of),))))
        if together:
            number = _many(len(together), "rule", "rules")
            questions.append(
                (
                    f"Write {topic.topic} with {number}?",
                    Choice(rules=tuple((one.rule, one.instead_of) for one in together)),
                )
            )
    chosen = Choice()
    everything = False
    for text, part in questions:
        answer = "y" if everything else _answer(text)
        if answer == "q":
            return chosen
        everything = everything or answer == "a"
        if answer != "n":
            chosen = Choice(rules=(*chosen.rules, *part.rules))
    # What is there already goes only with a word of its own.
    for drop in found.drops:
        answer = _answer(f"Drop {drop.rule} ({drop.rule.topic})?")
        if answer == "q":
            return chosen
        if answer != "n":
            chosen = Choice(rules=chosen.rules, drops=(*chosen.drops, drop.rule))
    return chosen


def _answer(question: str) -> str:
    said = ", ".join(f"{key} {meaning}" for key, meaning in _ANSWERS.items())
    answer = click.prompt(
        f"{question} [{'/'.join(_ANSWERS)}, ?]",
        type=click.Choice([*_ANSWERS, "?"], case_sensitive=False),
        show_choices=False,
        err=True,
    )
    if answer == "?":
        click.echo(said, err=True)
        return _answer(question)
    return str(answer)
