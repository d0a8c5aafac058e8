"""A month with an editor: four issues, each composed twice, with twenty edits in between.

What the four issue.md say in the end stands in tests/month/, as a reader expects them.
DIGEST_UPDATE_GOLDEN=1 writes them anew: read the difference before it is committed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "month"
UPDATE = os.environ.get("DIGEST_UPDATE_GOLDEN") == "1"
SETTINGS = """\
[newsletter]
title = "The Tidal Letter"
timezone = "Europe/Lisbon"
last_section = "And also"

[[sources]]
path = "feed.jsonl"

[[topics]]
name = "Harbour"
hosts = ["harbour.example.org"]

[[topics]]
name = "Science"
hosts = ["science.example.org"]

[[topics]]
name = "Food"
hosts = ["food.example.org"]
"""

Edit = Callable[[str], str]


@dataclass
class Desk:
    """The editor's workspace: a feed that grows, issues, and the real command."""

    root: Path

    def offer(self, *articles: dict[str, str]) -> None:
        """What the feed lists from now on, beside what it listed."""
        path = self.root / "feed.jsonl"
        listed = {}
        for line in path.read_text("utf-8").splitlines() if path.exists() else ():
            entry = json.loads(line)
            listed[entry["url"]] = entry
        listed |= {article["url"]: article for article in articles}
        path.write_text(
            "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in listed.values()),
            encoding="utf-8",
        )

    def run(self, *words: str, now: str = "") -> str:
        """What the command says; it must do what it is asked."""
        kept = {name: text for name, text in os.environ.items() if not name.startswith("DIGEST_")}
        result = subprocess.run(
            [sys.executable, "-m", "digest", *words, *(("--now", now) if now else ())],
            cwd=self.root,
            env=kept | {"NO_COLOR": "1", "COLUMNS": "100", "TZ": "Pacific/Apia"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout + result.stderr

    def compose(self, slug: str, hour: int) -> str:
        """Composes the week on the Monday after it; the machine's own clock plays no part."""
        monday = date.fromisocalendar(int(slug[:4]), int(slug[-2:]), 1) + timedelta(days=7)
        return self.run("compose", "--offline", "--week", slug, now=f"{monday}T{hour:02}:00:00Z")

    def document(self, slug: str) -> Path:
        return self.root / "issues" / slug / "issue.md"

    def edit(self, slug: str, *edits: Edit) -> None:
        path = self.document(slug)
        text = path.read_text(encoding="utf-8")
        for change in edits:
            changed = change(text)
            assert changed != text, "an edit that changes nothing tests nothing"
            text = changed
        path.write_text(text, encoding="utf-8", newline="")


def article(place: str, name: str, day: str, title: str, summary: str) -> dict[str, str]:
    return {
        "title": title,
        "url": f"https://{place}.example.org/{name}",
        "published": day,
        "summary": summary,
        "source": f"The {place.title()} Post",
    }


def put(old: str, new: str) -> Edit:
    """The editor replaces words that stand there once."""

    def change(text: str) -> str:
        assert text.count(old) == 1, f"{text.count(old)} times: {old}\n\n{text}"
        return text.replace(old, new)

    return change


def block(text: str, name: str) -> str:
    """An item's lines, from its headline to the next one or section."""
    start = text.rindex("### ", 0, text.index(f"/{name})"))
    ends = [at for mark in ("\n### ", "\n## ") if (at := text.find(mark, start)) >= 0]
    return text[start : min(ends, default=len(text) - 1) + 1]


def cut(name: str) -> Edit:
    return lambda text: text.replace(block(text, name), "")


def move(name: str, before: str) -> Edit:
    """The editor takes an item's lines and puts them before other words."""

    def change(text: str) -> str:
        lines = block(text, name)
        rest = text.replace(lines, "")
        assert rest.count(before) == 1
        return rest.replace(before, lines.rstrip("\n") + "\n\n" + before)

    return change


def section(text: str, heading: str) -> str:
    start = text.index(f"## {heading}\n")
    end = text.find("\n## ", start)
    return text[start : end + 1 if end >= 0 else len(text)]


WEEKS = ("2025-W14", "2025-W15", "2025-W16", "2025-W17")


def first_week(desk: Desk) -> None:
    slug = WEEKS[0]
    desk.offer(
        article("harbour", "crane", "2025-04-01", "The old crane stays", "A vote of nine to two."),
        article("harbour", "ferry", "2025-04-02", "Ferries at night", "Two sailings more."),
        article("harbour", "dredge", "2025-04-03", "Dredging begins", "It takes until June."),
        article("science", "eels", "2025-04-01", "Eels find the weir", "Counted by sonar."),
        article("science", "moon", "2025-04-05", "The spring tide explained", "It is the moon."),
        article("food", "bread", "2025-04-04", "Bread from seaweed", "It tastes of the sea."),
    )
    desk.compose(slug, 7)
    desk.edit(
        slug,
        # 1: retitled  2: summary rewritten  3: cut  4: moved to another section  5: introduction
        put("[The old crane stays]", "[Our crane stays where it is]"),
        put("Two sailings more.", "Two sailings more, *every* night:\n\n- at ten\n- at midnight"),
        cut("dredge"),
        move("moon", "### [Bread from seaweed]"),
        put("## Harbour\n", "Good morning. It rained.\n\n## Harbour\n"),
    )
    desk.offer(
        # Said otherwise at the source: what the editor rewrote stays, what he left follows.
        article("harbour", "ferry", "2025-04-02", "Ferries at night", "Three sailings more."),
        article("science", "eels", "2025-04-01", "Eels find the weir", "Counted by sonar: 412."),
        article("harbour", "pilot", "2025-04-06", "A pilot retires", "Forty years aboard."),
    )
    said = desk.compose(slug, 9)
    assert "added 1, updated 1" in said
    assert "cut 1" in said


def second_week(desk: Desk) -> None:
    slug = WEEKS[1]
    desk.offer(
        article("harbour", "sheds", "2025-04-08", "The sheds are painted", "In a blue of 1912."),
        article("harbour", "ropes", "2025-04-09", "A rope walk opens", "By the last ropemaker."),
        article("science", "gulls", "2025-04-10", "Gulls learn the timetable", "By the bell."),
        article("food", "oysters", "2025-04-11", "Oysters are back", "After nine years."),
        article("food", "soup", "2025-04-12", "Nettle soup", "Pick them young."),
    )
    desk.compose(slug, 7)
    desk.edit(
        slug,
        # 6: summary deleted  7: link corrected  8: held by hand  9: added by hand  10: free text
        put("In a blue of 1912.\n\n", ""),
        put("https://food.example.org/oysters)", "https://food.example.org/oysters-2025)"),
        lambda text: text.replace(block(text, "soup"), "") + "\n## Hold\n\n" + block(text, "soup"),
        put(
            "### [A rope walk opens]",
            "### [The tide mill turns](https://harbour.example.org/mill)\n\n"
            "Seen on Sunday, by your editor.\n\n### [A rope walk opens]",
        ),
        put("## Science\n", "## Science\n\n> Nobody asked the gulls.\n"),
    )
    desk.offer(
        article("harbour", "mill", "2025-04-13", "Tide mill turns again", "Flour in May."),
        article("science", "kelp", "2025-04-13", "Kelp grows by the hour", "Filmed for a year."),
    )
    desk.compose(slug, 9)


def third_week(desk: Desk) -> None:
    slug = WEEKS[2]
    desk.offer(
        article("harbour", "buoy", "2025-04-15", "A buoy drifts off", "Found at the cape."),
        article("harbour", "lamp", "2025-04-16", "The lamp is dimmed", "For the birds."),
        article("harbour", "lamp-2", "2025-04-16", "Lighthouse goes dim", "Birds fly safer."),
        article("science", "salt", "2025-04-17", "How salt a harbour is", "It depends."),
        article("food", "jam", "2025-04-18", "Sea buckthorn jam", "Sour, and good."),
        article("food", "cake", "2025-04-19", "Carrageen cake", "No eggs."),
    )
    desk.compose(slug, 7)
    desk.edit(
        slug,
        # 11: renamed  12: reordered  13: split  14: two items made one  15: a slot
        put("## Harbour\n", "## On the Water\n"),
        lambda text: text.replace(section(text, "Food"), "").replace(
            "## On the Water\n", section(text, "Food") + "\n## On the Water\n"
        ),
        put("### [Carrageen cake]", "## Cakes\n\n### [Carrageen cake]"),
        lambda text: text.replace(block(text, "lamp-2"), "").replace(
            "For the birds.\n",
            "For the birds.\n\n"
            "Also covered by: [Another report](https://harbour.example.org/lamp-2)\n",
        ),
        put(
            "## On the Water\n",
            "## Sponsor {.slot .sponsor}\n\n[Oilskins](https://oil.example.com/), dry since 1881."
            "\n\n## On the Water\n",
        ),
    )
    desk.offer(
        article("harbour", "regatta", "2025-04-20", "Regatta in the fog", "Nobody won."),
        article("food", "pickles", "2025-04-20", "Pickled samphire", "Keep it cold."),
    )
    desk.compose(slug, 9)


def fourth_week(desk: Desk) -> None:
    slug = WEEKS[3]
    desk.offer(
        article("harbour", "pier", "2025-04-22", "The pier is longer", "By a plank."),
        article("harbour", "net", "2025-04-23", "Nets mended at noon", "In public."),
        article("science", "squid", "2025-04-24", "Squid in the lock", "Three of them."),
        article("food", "tea", "2025-04-25", "Tea with brine", "An old habit."),
        article("food", "beans", "2025-04-22", "Beans on the ebb", "Sown on sand."),
        article("food", "plums", "2025-04-26", "Plums in vinegar", "A recipe."),
    )
    desk.compose(slug, 7)
    desk.edit(
        slug,
        # 16: a section cut  17: subject and a key of the editor's own, with a comment
        # 18: byline  19: an item made short  20: order changed
        lambda text: text.replace(section(text, "Science"), ""),
        lambda text: text.replace(
            text[text.index("subject: ") : text.index("preheader: ")],
            "subject: A plank's worth of news # mine\nnumber: 17\n",
        ),
        put("*The Harbour Post · 22 April 2025*", "*From the harbour, on Tuesday*"),
        lambda text: text.replace(
            block(text, "net"),
            "- [Nets mended at noon](https://harbour.example.org/net), in public\n\n",
        ),
        move("beans", "### [Plums in vinegar]"),
    )
    desk.offer(
        article("science", "crabs", "2025-04-27", "Crabs walk uphill", "Not far."),
        # Its day is put right at the source: it is last month's, and leaves untouched.
        article("food", "tea", "2025-03-25", "Tea with brine", "An old habit."),
        article("harbour", "pier", "2025-04-22", "The pier is longer", "By two planks."),
    )
    desk.compose(slug, 9)


PLAYED = (first_week, second_week, third_week, fourth_week)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("month"))
    (desk.root / "digest.toml").write_text(SETTINGS, encoding="utf-8")
    for play in PLAYED:
        play(desk)
    return desk


@pytest.mark.parametrize("slug", WEEKS)
def test_the_month_ends_in_the_documents_that_a_reader_expects(desk: Desk, slug: str) -> None:
    text = desk.document(slug).read_text(encoding="utf-8")
    golden = GOLDEN / f"{slug}.md"
    if UPDATE:
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("slug", WEEKS)
def test_composing_a_third_time_changes_no_byte(desk: Desk, slug: str) -> None:
    before = desk.document(slug).read_bytes()
    desk.compose(slug, 11)
    assert desk.document(slug).read_bytes() == before


def test_every_article_of_the_month_stands_in_one_issue_or_was_cut(desk: Desk) -> None:
    feed = (desk.root / "feed.jsonl").read_text("utf-8").splitlines()
    offered = {json.loads(line)["url"] for line in feed}
    texts = {slug: desk.document(slug).read_text(encoding="utf-8") for slug in WEEKS}
    homes = {
        url: [slug for slug, text in texts.items() if f"({url})" in text.split("## Hold")[0]]
        for url in offered
    }
    cut_by_hand = {
        "https://harbour.example.org/dredge",
        "https://science.example.org/squid",
        "https://food.example.org/tea",  # withdrawn: its day was last month
        "https://food.example.org/oysters",  # its link was corrected by the editor
    }
    assert {url for url, slugs in homes.items() if len(slugs) != 1} == cut_by_hand
    assert homes["https://food.example.org/soup"] == [WEEKS[2]], "held one week, then proposed"
