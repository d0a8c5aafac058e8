"""Proposals, and an editor at work over them: hypothesis strategies for the law of the merge.

The editor's page knows of every character whether it was typed: whatever digest wrote and the
editor moved is digest's, what the editor wrote is marked. So a property can ask for each byte.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from hypothesis import strategies as st

from digest.model import Issue, Item, Link, Section

_T = TypeVar("_T")

NUMBERS = 15
"""How many articles there are in the world."""

HEADINGS = ("Diplomacy", "Trade", "Culture", "Science")

_BODIES = (
    "Summary {n}, version {v}.",
    "",
    "Summary {n}, version {v}.\n\nA second paragraph of {n}.",
    "Summary {n}, version {v}: a [link](https://example.org/in-{n}) and *emphasis*.",
    "- a list of {n}\n  - nested\n\n> quoted {n} of {v}",
    "~~~\n## code {n} of {v}\n~~~",
)


def proposed(
    number: int, version: int, also: tuple[int, ...] = (), earlier: tuple[int, ...] = ()
) -> Item:
    """An article as one of two proposals has it; some have no page of their own."""
    key = url = f"https://example.org/{number}"
    if number % 7 == 3:  # no page of its own
        key = f"digest:{number:04x}"
    return Item(
        key=key,
        title=f"Headline {number} of version {version}",
        url="https://example.org/" if number == 3 else None if number == 10 else url,
        byline=f"Example Times · {version} min read" if number % 5 else "",
        body=_BODIES[number % len(_BODIES)].format(n=number, v=version),
        also=tuple(Link(name=f"Paper {n}", url=f"https://example.org/{n}") for n in also),
        earlier=tuple(
            Link(name=f"Before, {n}", url=f"https://example.org/before/{n}") for n in earlier
        ),
    )


@st.composite
def proposals(draw: st.DrawFn) -> Issue:
    """What a compose may propose: articles in sections, some in Hold, some under others."""
    numbers = draw(st.lists(st.integers(0, NUMBERS - 1), unique=True, max_size=9))
    headings = draw(st.lists(st.sampled_from(HEADINGS), unique=True, min_size=1, max_size=3))
    rooms: dict[str, list[Item]] = {heading: [] for heading in (*headings, "Hold")}
    free = [n for n in range(NUMBERS) if n not in numbers and n % 7 != 3]
    for number in numbers:
        seed = draw(st.integers(0, 255))
        taken = tuple(free.pop() for _ in range((0, 0, 1, 2)[seed % 4]) if free)
        target = (*headings, *headings, "Hold")[(seed // 8) % (2 * len(headings) + 1)]
        earlier = ((), (), (1,), (2, 1))[seed // 64]
        rooms[target].append(proposed(number, 1 + seed // 4 % 2, taken, earlier))
    return Issue(
        slug="s",
        title="Weekly",
        subject=f"Subject {draw(st.integers(1, 3))}: more",
        preheader=draw(st.sampled_from(["", "Pre 1", "Pre 2"])),
        window="w",
        timezone="UTC",
        language="en",
        sections=tuple(
            Section(
                heading=heading, kind="hold" if heading == "Hold" else "topic", blocks=tuple(items)
            )
            for heading, items in rooms.items()
            if items
        ),
    )


class Page:
    """A document under an editor's hands; ``typed`` has a ``t`` for every character typed."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.typed = "." * len(text)

    def __repr__(self) -> str:
        """The text with what was typed between angles."""
        text = self.text
        for run in reversed(list(re.finditer("t+", self.typed))):
            text = f"{text[: run.start()]}«{text[slice(*run.span())]}»{text[run.end() :]}"
        return text.replace("\r", "<CR>")

    def replace(self, start: int, end: int, text: str, typed: str | None = None) -> None:
        """Puts text in place of other text; typed by the editor, unless it says otherwise."""
        typed = "t" * len(text) if typed is None else typed
        self.text = self.text[:start] + text + self.text[end:]
        self.typed = self.typed[:start] + typed + self.typed[end:]

    def take(self, start: int, end: int) -> tuple[str, str]:
        """Cuts text out, with its marks."""
        taken = self.text[start:end], self.typed[start:end]
        self.replace(start, end, "", "")
        return taken

    @property
    def body(self) -> int:
        """Where the text after the front matter begins."""
        found = re.match(r"---\n.*?^---\n", self.text, re.DOTALL | re.MULTILINE)
        return found.end() if found else 0

    def lines(self) -> list[int]:
        """Where each line after the front matter begins, and where the text ends."""
        starts = [found.end() for found in re.finditer("^", self.text, re.MULTILINE)]
        return [at for at in starts if at >= self.body] + [len(self.text)]

    def items(self) -> list[tuple[int, int]]:
        """Where each item in its heading form begins and ends."""
        found = re.finditer(r"^### .*\n(?:(?!#).*(?:\n|\Z))*", self.text, re.MULTILINE)
        return [each.span() for each in found]

    def sections(self) -> list[tuple[int, int]]:
        """Where each section begins and ends."""
        starts = [found.start() for found in re.finditer(r"^## ", self.text, re.MULTILINE)]
        return list(zip(starts, [*starts[1:], len(self.text)], strict=False))


BLOCKS = (
    "word T{t}",
    "Two lines T{t}\nof a paragraph  \nwith a break",
    "### [T{t} typed](https://example.org/typed-{t})\n\n*T{t} mine*\n\nMy words T{t}.",
    "### [T{t} reported](https://example.org/{m})",
    "### [T{t} reported](https://example.org/{m})\n\n*T{t} mine*\n\nWords T{t}.\n\n> more T{t}",
    "## Section T{t}",
    "## Trade",
    "## Culture ##",
    "Setext T{t}\n---",
    "## Sponsor {{.slot}}\n\nBuy T{t}.",
    "## Sponsor {{.slot}}\n\n### [Buy T{t}](https://example.org/{m})",
    "## Hold",
    "## Hold\n\n### [T{t} waits](https://example.org/{m})",
    "# First level T{t}",
    "- [Entry T{t}](https://example.org/entry-{t}) words",
    "- [Entry T{t}](https://example.org/{m})",
    "1. [Entry T{t}](https://example.org/{m}): words\n   - nested T{t}",
    "- plain T{t}\n  - nested T{t}\n\n    deep T{t}",
    "### Headline T{t} without link",
    "### T{t} <!-- digest:000a -->",
    "[ref{t}]: https://example.org/ref",
    "See [ref{t}] and [this](https://example.org/{m}).\n\n[ref{t}]: https://example.org/{m}",
    "> quote T{t}\n> ## in it T{t}",
    "```\n## code T{t}\n```",
    "```",
    "~~~ T{t}\nnever closed",
    "<!-- comment T{t}",
    "<!-- comment T{t} -->",
    "<div>\n\nT{t}\n\n</div>",
    "| T{t} | b |\n|---|---|\n| 1 | 2 |",
    "*Emphasis T{t}*",
    "Also covered by: [Someone T{t}](https://example.org/{m})",
    "Also covered by: [Someone T{t}](https://example.org/{m}) and words",
    "    indented T{t}",
    "\tindented T{t}",
    "---",
    "![image T{t}](https://example.org/i.png)",
    "A note[^T{t}].\n\n[^T{t}]: of T{t}",
    "עברית T{t} \u2028 \x0c 🗞",
)

SPLINTERS = (
    "T{t}",
    " T{t} ",
    "!",
    "*",
    "`",
    "\\",
    "  ",
    "T{t}\n\nT{t}",
    "\nT{t}",
    " ###",
    "<b>",
    "_",
)


class Dice:
    """The small numbers that one edit needs, from one draw of bytes."""

    def __init__(self, content: bytes) -> None:
        self._content = list(content)

    def below(self, limit: int) -> int:
        """A number below ``limit``; 0 when the bytes are used up."""
        number = self._content.pop(0) if self._content else 0
        if limit > 256:
            number = number * 256 + (self._content.pop(0) if self._content else 0)
        return number % limit if limit else 0

    def of(self, choices: Sequence[_T]) -> _T:
        """One of several."""
        return choices[self.below(len(choices))]


_Edit = Callable[[Page, Dice, int], None]


def _fill(text: str, dice: Dice, t: int) -> str:
    return text.format(t=t, m=dice.below(NUMBERS)) if "{" in text else text


def _type_block(page: Page, dice: Dice, t: int) -> None:
    at = dice.of(page.lines())
    text = _fill(dice.of(BLOCKS), dice, t)
    tight = dice.below(4) == 0
    if at and page.text[at - 1] != "\n":
        text = f"\n{text}"
    page.replace(at, at, f"{text}\n" if tight else f"\n{text}\n\n")


def _type_inside(page: Page, dice: Dice, t: int) -> None:
    at = page.body + dice.below(len(page.text) - page.body + 1)
    page.replace(at, at, _fill(dice.of(SPLINTERS), dice, t))


def _delete_inside(page: Page, dice: Dice, t: int) -> None:
    at = page.body + dice.below(len(page.text) - page.body + 1)
    end = page.text.find("\n", at)
    end = len(page.text) if end < 0 else end
    page.take(at, min(end, at + 1 + dice.below(12)))


def _delete_lines(page: Page, dice: Dice, t: int) -> None:
    lines = page.lines()
    at = dice.below(len(lines))
    page.take(lines[at], lines[min(len(lines) - 1, at + 1 + dice.below(3))])


def _replace_words(page: Page, dice: Dice, t: int) -> None:
    """Other words for a title, a byline, a link, a summary or a heading."""
    found = list(
        re.finditer(
            r"(?<=^### \[)[^\]\n]+|(?<=^\*)[^*\n]+(?=\*$)|(?<=\]\()[^)\s]+(?=\))"
            r"|^Summary.*|(?<=^## )(?!Hold).*",
            page.text,
            re.MULTILINE,
        )
    )
    if found:
        spot = dice.of(found)
        page.replace(*spot.span(), f"https://example.org/T{t}" if "://" in spot[0] else f"Of T{t}")


def _cut_item(page: Page, dice: Dice, t: int) -> None:
    if page.items():
        page.take(*dice.of(page.items()))


def _cut_section(page: Page, dice: Dice, t: int) -> None:
    if page.sections():
        page.take(*dice.of(page.sections()))


def _put_between(page: Page, dice: Dice, piece: tuple[str, str]) -> None:
    places = [start for start, _ in (*page.items(), *page.sections())] + [len(page.text)]
    at = dice.of(places)
    if at and page.text[at - 1] != "\n":
        page.replace(at, at, "\n", ".")
        at += 1
    page.replace(at, at, piece[0] + "\n", piece[1] + ".")


def _move_item(page: Page, dice: Dice, t: int) -> None:
    if page.items():
        _put_between(page, dice, page.take(*dice.of(page.items())))


def _move_section(page: Page, dice: Dice, t: int) -> None:
    if page.sections():
        piece = page.take(*dice.of(page.sections()))
        starts = [start for start, _ in page.sections()] + [len(page.text)]
        at = dice.of(starts)
        page.replace(at, at, piece[0] + "\n", piece[1] + ".")


def _copy_item(page: Page, dice: Dice, t: int) -> None:
    if page.items():
        start, end = dice.of(page.items())
        _put_between(page, dice, (page.text[start:end], page.typed[start:end]))


def _split_section(page: Page, dice: Dice, t: int) -> None:
    if page.items():
        at = dice.of(page.items())[0]
        page.replace(at, at, f"## Split T{t}\n\n")


def _join_sections(page: Page, dice: Dice, t: int) -> None:
    if page.sections():
        start, _ = dice.of(page.sections())
        end = page.text.find("\n", start)
        page.take(start, len(page.text) if end < 0 else end + 1)


def _set_aside(page: Page, dice: Dice, t: int) -> None:
    """An item goes into Hold or into a slot of its own, at the end."""
    if page.items():
        piece = page.take(*dice.of(page.items()))
        heading = dice.of(["## Hold", f"## Slot T{t} {{.slot}}"])
        gap = "" if page.text.endswith("\n") else "\n"
        page.replace(len(page.text), len(page.text), f"{gap}\n{heading}\n\n")
        page.replace(len(page.text), len(page.text), *piece)


def _make_one(page: Page, dice: Dice, t: int) -> None:
    """Two items become one: the second's text under the first, its link among the reports."""
    items = page.items()
    if len(items) < 2:
        return
    at = dice.below(len(items) - 1)
    start, end = items[at + 1]
    found = re.match(r"### \[.*?\]\((.*?)\).*\n", page.text[start:end])
    piece = page.take(start, end)
    if not found:
        return
    rest, marks = piece[0][found.end() :], piece[1][found.end() :]
    end = items[at][1]
    words = dice.of(
        [
            "Also covered by: [T{t} paper]({url})",
            "See [T{t} as well]({url}).",
            "- [T{t} nested]({url})",
            "",
        ]
    ).format(t=t, url=found[1])
    page.replace(end, end, f"\n{words}\n")
    page.replace(end, end, rest, marks)


def _make_entry(page: Page, dice: Dice, t: int) -> None:
    """An item in its heading form becomes a list entry, with or without other words."""
    items = page.items()
    if not items:
        return
    start, end = dice.of(items)
    first = re.match(r"### (\[.*?\]\(.*?\).*)\n", page.text[start:end])
    if first:
        words = dice.of(["", f" — T{t}", f": T{t}\n  and more T{t}"])
        at = start + first.end(1)
        page.replace(at, end, f"{words}\n\n")
        page.replace(start, start + len("### "), dice.of(["- ", "* ", "1. "]))


def _change_reports(page: Page, dice: Dice, t: int) -> None:
    """A report fewer, one more, or another name for one."""
    found = list(re.finditer(r"\[(Paper \d+)\]\(\S+?\)(?:, )?", page.text))
    if not found:
        return
    spot = dice.of(found)
    kind = dice.below(3)
    if kind == 0:
        page.take(*spot.span())
    elif kind == 1:
        text = f"[T{t}](https://example.org/{dice.below(NUMBERS)}), "
        page.replace(spot.start(), spot.start(), text)
    else:
        page.replace(*spot.span(1), f"T{t} Paper")


def _mark(page: Page, dice: Dice, t: int) -> None:
    """Marks that change no word: other emphasis, a closed heading, a note beside a headline."""
    heads = list(re.finditer(r"^##.*", page.text, re.MULTILINE))
    byline = re.search(r"^\*([^*\n]+)\*$", page.text, re.MULTILINE)
    kind = dice.below(3)
    if kind == 0 and byline is not None:
        page.replace(byline.end() - 1, byline.end(), "_")
        page.replace(byline.start(), byline.start() + 1, "_")
    elif heads:
        end = dice.of(heads).end()
        page.replace(end, end, " ##" if kind == 1 else f" <!-- T{t} -->")


def _white_space(page: Page, dice: Dice, t: int) -> None:
    """White space that changes nothing, or joins what stood apart."""
    at = dice.of(page.lines())
    kind = dice.below(4)
    if kind == 0 and page.text[at - 1 : at] == "\n":
        page.replace(at - 1, at - 1, "  ")
    elif kind == 1:
        page.replace(at, at, " \n\n")
    elif kind == 2:
        page.take(len(page.text.rstrip()), len(page.text))
    else:
        blank = [found.start() for found in re.finditer("\n\n", page.text[page.body :])]
        if blank:
            place = page.body + dice.of(blank)
            page.take(place, place + 1)


def _change_head(page: Page, dice: Dice, t: int) -> None:
    """The front matter: another value, a comment, a key, a key fewer, none at all."""
    end = page.body
    if not end:
        page.replace(0, 0, f"---\nsubject: T{t}\n---\n")
        return
    kind = dice.below(6)
    lines = [found.start() for found in re.finditer("^", page.text[:end], re.MULTILINE)][1:-2]
    if kind == 0:
        page.take(0, end)
    elif not lines:
        return
    elif kind == 1:
        at = dice.of(lines)
        page.replace(at, at, f"# a comment T{t}\n")
    elif kind == 2:
        at = dice.of(lines)
        page.replace(at, at, f"tag{t}{dice.below(99)}:\n  - T{t}\n\n")
    elif kind == 3:
        at = dice.of(lines)
        page.take(at, page.text.index("\n", at) + 1)
    else:
        found = re.search(r"^(?:subject|title|preheader): ?(.*)", page.text[:end], re.MULTILINE)
        if found is not None and kind == 4:
            page.replace(*found.span(1), f"Of T{t}")
        elif found is not None:
            page.replace(found.end(), found.end(), f" # T{t}")


_EDITS: tuple[_Edit, ...] = (
    *(_type_block, _type_block, _type_block, _type_inside, _type_inside),
    *(_delete_inside, _delete_lines, _replace_words, _replace_words),
    *(_cut_item, _cut_item, _cut_section, _move_item, _move_section, _copy_item),
    *(_split_section, _join_sections, _set_aside, _make_one, _make_entry),
    *(_change_reports, _mark, _white_space, _change_head),
)


@st.composite
def edited(draw: st.DrawFn, text: str, most: int = 6) -> Page:
    """The document after an editor's work, of one session or of several."""
    text = re.sub("\r\n?", "\n", text)
    page = Page(text)
    for number, content in enumerate(
        draw(st.lists(st.binary(min_size=9, max_size=9), max_size=most))
    ):
        dice = Dice(content)
        dice.of(_EDITS)(page, dice, number)
    ends = draw(st.sampled_from(["", "", "", "crlf", "mixed", "cr"]))
    if ends:
        _change_ends(page, ends)
    return page


def _change_ends(page: Page, ends: str) -> None:
    """Another program's line ends; nobody typed them."""
    pieces = re.split("(\n)", page.text)
    at, text, typed = 0, [], []
    for number, piece in enumerate(pieces):
        marks = page.typed[at : at + len(piece)]
        at += len(piece)
        if piece == "\n" and (ends != "mixed" or number % 4 == 1):
            piece, marks = ("\r", ".") if ends == "cr" else ("\r\n", "..")
        text.append(piece)
        typed.append(marks)
    page.text, page.typed = "".join(text), "".join(typed)
