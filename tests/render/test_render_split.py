"""How an issue is divided, whatever stands in it: nothing lost, nothing twice, all in order."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from made_issues import make_issue, make_item

from digest.model import Issue, Item, Part, Rendered, Section, Text
from digest.render.overflow import MOST_MAILS, fit
from digest.render.words import words_for

HEAD = 100
"""What a mail weighs before anything stands in it."""


def weigh(issue: Issue, part: Part | None = None) -> Rendered:
    """A render that only weighs: each item what its body says, each text one."""
    size = HEAD
    for section in issue.sections:
        for block in section.blocks if section.kind != "hold" else ():
            size += int(block.body or 0) if isinstance(block, Item) else 1
    html = "x" * size
    return Rendered(
        html=html,
        text="",
        message=b"",
        subject=issue.subject,
        content_hash=f"{issue.subject} {size}",
        wire_bytes=0,
        links=(),
        part=part,
    )


blocks = st.lists(
    st.one_of(st.integers(1, 400), st.just("text")),  # an item of that weight, or a text
    max_size=8,
)
shapes = st.lists(st.tuples(st.sampled_from(["topic", "slot", "hold"]), blocks), max_size=7)


def built(shape: list[tuple[str, list[int | str]]]) -> Issue:
    number = 0
    sections = []
    for kind, inside in shape:
        made: list[Item | Text] = []
        for block in inside:
            number += 1
            if isinstance(block, int):
                made.append(make_item(number, body=str(block)))
            else:
                made.append(Text(markdown=f"text {number}"))
        heading = "Hold" if kind == "hold" else f"Section {len(sections)}"
        section = Section(heading=heading, kind=kind, blocks=tuple(made))  # type: ignore[arg-type]
        sections.append(section)
    return make_issue(sections=tuple(sections))


def standing(issue: Issue) -> list[str]:
    """Every item and text that readers see, in order; without the line that points on."""
    return [
        block.title if isinstance(block, Item) else block.markdown
        for section in issue.sections
        if section.kind != "hold"
        for block in section.blocks
        if isinstance(block, Item) or block.markdown.startswith("text")
    ]


@settings(max_examples=300, deadline=None)
@given(shapes, st.integers(150, 2500))
def test_every_block_stands_in_exactly_one_mail_in_the_order_of_the_issue(
    shape: list[tuple[str, list[int | str]]], limit: int
) -> None:
    issue = built(shape)
    whole = weigh(issue)
    made = fit(issue, whole, "split", proof=weigh, limit=limit, words=words_for("en"), url="")
    if not made.parts:
        assert made == whole
        return
    assert 2 <= len(made.parts) <= MOST_MAILS
    shown = [mail.shown for mail in made.parts if mail.shown is not None]
    assert [text for each in shown for text in standing(each)] == standing(issue)
    before = 0
    for number, (mail, each) in enumerate(zip(made.parts, shown, strict=True), 1):
        assert mail.size <= limit
        assert mail.part == Part(
            number=number,
            total=len(made.parts),
            before=before,
            after=tuple(earlier.content_hash for earlier in made.parts[: number - 1]),
        )
        numbered = [s for s in each.sections if s.kind == "topic"]
        assert any(section.items for section in numbered), "a mail without an item"
        before += sum(len(section.items) for section in numbered)
        assert mail.subject == f"A treaty, and more (part {number} of {len(made.parts)})"
    assert (
        fit(issue, whole, "split", proof=weigh, limit=limit, words=words_for("en"), url="") == made
    )


@settings(max_examples=200, deadline=None)
@given(shapes, st.integers(150, 2500))
def test_what_is_shortened_or_left_out_is_the_end_alone(
    shape: list[tuple[str, list[int | str]]], limit: int
) -> None:
    issue = built(shape)
    whole = weigh(issue)
    words = words_for("en")
    url = "https://weekly.example.org/2025-W17/"
    linked = fit(issue, whole, "link", proof=weigh, limit=limit, words=words, url=url)
    if linked.shown is not None:
        kept = [item.title for section in linked.shown.sections for item in section.items]
        slots_and_hold = {
            item.title for s in issue.sections if s.kind != "topic" for item in s.items
        }
        topical = [item.title for s in issue.sections if s.kind == "topic" for item in s.items]
        left = [title for title in kept if title not in slots_and_hold]
        assert left == topical[: len(left)]
        assert linked.size <= limit
        assert linked.whole == whole
        assert f"{len(topical) - len(left)} of {len(topical)} items are left" in linked.fitted
    trimmed = fit(issue, whole, "trim", proof=weigh, limit=limit, words=words, url=url)
    if trimmed.shown is not None:
        assert [item.title for item in trimmed.shown.items] == [item.title for item in issue.items]
        bodies = [
            bool(item.body)
            for section in trimmed.shown.sections
            if section.kind == "topic"
            for item in section.items
        ]
        assert bodies == sorted(bodies, reverse=True)
        assert trimmed.size <= limit
        assert replace(trimmed, shown=None, whole=None, fitted="") == weigh(trimmed.shown)
