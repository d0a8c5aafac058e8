"""Stories become the issue that the editor finds."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from markdown_it import MarkdownIt

from digest.config import Newsletter, Settings
from digest.issue.parse import parse_issue
from digest.issue.propose import HeldItem, propose, propose_item
from digest.issue.slug import slug_for
from digest.issue.words import subject_for
from digest.issue.write import write_issue
from digest.model import Article, Issue, Item, Link, Story, When, Window
from digest.model.attributes import Attributes, parse_attributes, split_attributes
from digest.window import parse_moment

SETTINGS = Settings(newsletter=Newsletter(title="Eurasia Weekly", timezone="Asia/Seoul"))


def window(start: str, end: str, timezone: str = "Asia/Seoul") -> Window:
    return Window(
        start=parse_moment(start, timezone=timezone),
        end=parse_moment(end, timezone=timezone),
        timezone=timezone,
    )


WEEK = window("2025-04-21", "2025-04-28")


def article(name: str = "a", **changes: object) -> Article:
    facts: dict[str, object] = {
        "id": f"id{name}",
        "title": f"Title {name}",
        "first_seen": datetime(2025, 4, 25, tzinfo=UTC),
        "source": Link(name="Example Times", url="https://example.org/"),
        "input": "feed",
        "summary": f"Summary {name}.",
        "url": f"https://example.org/{name}",
        "published": When(value=date(2025, 4, 24), raw="", basis="feed:published"),
        "words": 600,
    }
    return Article(**{**facts, **changes})  # type: ignore[arg-type]


def story(name: str = "a", topic: str = "Diplomacy", **changes: object) -> Story:
    return Story(lead=article(name, **changes), topic=topic, reason="hosts: example.org")


def proposal(*stories: Story, settings: Settings = SETTINGS, **options: object) -> Issue:
    return propose(stories, slug="2025-W17", window=WEEK, settings=settings, **options)  # type: ignore[arg-type]


def test_a_proposal_is_written_as_the_contract_shows() -> None:
    first = Story(
        lead=article("a", title="Six years on: a treaty"),
        also=(article("b", source=Link(name="Second Paper")),),
        topic="Diplomacy",
    )
    assert write_issue(proposal(first, story("c", "Trade"))) == (
        "---\n"
        "title: Eurasia Weekly\n"
        'subject: "Six years on: a treaty, and one more story"\n'
        "preheader: Title c\n"
        "window: 2025-04-21T00:00:00+09:00/2025-04-28T00:00:00+09:00\n"
        "timezone: Asia/Seoul\n"
        "language: en\n"
        "---\n\n"
        "## Diplomacy\n\n"
        "### [Six years on: a treaty](https://example.org/a)\n\n"
        "*Example Times · 24 April 2025 · 3 min read*\n\n"
        "Summary a.\n\n"
        "Also covered by: [Second Paper](https://example.org/b)\n\n"
        "## Trade\n\n"
        "### [Title c](https://example.org/c)\n\n"
        "*Example Times · 24 April 2025 · 3 min read*\n\n"
        "Summary c.\n"
    )


def test_a_proposal_is_read_back_to_itself() -> None:
    issue = proposal(story("a"), story("b", url=None), story("c", "", summary=""))
    assert parse_issue(write_issue(issue), slug="2025-W17", file="f") == issue


def test_an_article_without_a_page_links_to_its_source_and_keeps_its_identity() -> None:
    text = write_issue(proposal(story("a", url=None)))
    assert "### [Title a](https://example.org/) <!-- digest:ida -->" in text


def test_an_article_without_page_and_source_is_an_item_without_link() -> None:
    issue = proposal(story("a", url=None, source=Link(name="")))
    assert "### Title a <!-- digest:ida -->" in write_issue(issue)
    item = parse_issue(write_issue(issue), slug="s", file="f").items[0]
    assert (item.key, item.url, item.byline) == ("digest:ida", None, "24 April 2025 · 3 min read")


@pytest.mark.parametrize(
    ("changes", "byline"),
    [
        ({"published": None}, "Example Times · 3 min read"),
        ({"words": 0}, "Example Times · 24 April 2025"),
        ({"source": Link(name=""), "published": None, "words": 0}, ""),
        ({"source": Link(name="*The* [Post]")}, r"\*The\* \[Post\] · 24 April 2025 · 3 min read"),
    ],
)
def test_the_byline_says_what_is_known_and_no_more(changes: dict[str, object], byline: str) -> None:
    assert propose_item(article(**changes), settings=SETTINGS).byline == byline  # type: ignore[arg-type]


def test_the_day_is_the_day_in_the_newsletters_zone() -> None:
    late = When(value=datetime(2025, 4, 24, 20, tzinfo=UTC), raw="", basis="feed:published")
    assert "25 April 2025" in propose_item(article(published=late), settings=SETTINGS).byline


@pytest.mark.parametrize(
    ("language", "byline", "subject"),
    [
        ("en", "24 April 2025 · 3 min read", "Title a"),
        ("en-US", "April 24, 2025 · 3 min read", "Title a"),
        ("de", "24. April 2025 · 3 Min.", "Eurasia Weekly · 27. April 2025"),
        ("fr", "24 avril 2025 · 3 min", "Eurasia Weekly · 27 avril 2025"),
        ("ja", "2025年4月24日 · 3 分", "Eurasia Weekly · 2025年4月27日"),
        ("tlh", "2025-04-24", "Eurasia Weekly · 2025-04-27"),
    ],
)
def test_dates_and_minutes_are_in_the_newsletters_language(
    language: str, byline: str, subject: str
) -> None:
    settings = replace(SETTINGS, newsletter=replace(SETTINGS.newsletter, language=language))
    issue = proposal(story("a"), settings=settings)
    # CLDR joins some words with no-break spaces.
    assert re.sub("[\xa0\u202f]", " ", issue.items[0].byline) == f"Example Times · {byline}"
    assert issue.subject == subject


@pytest.mark.parametrize(
    ("lead", "others", "subject"),
    [
        ("A treaty", 0, "A treaty"),
        ("A treaty", 1, "A treaty, and one more story"),
        ("A treaty.", 11, "A treaty, and eleven more stories"),
        ("A treaty?", 2, "A treaty? And two more stories"),
        ("A treaty", 13, "A treaty, and 13 more stories"),
    ],
)
def test_the_subject_names_the_first_story_and_counts_the_rest(
    lead: str, others: int, subject: str
) -> None:
    assert subject_for(lead, others, language="en", fallback="") == subject


def test_a_long_headline_leaves_room_for_the_count() -> None:
    subject = subject_for(
        "A treaty that took " + "very " * 40 + "long", 3, language="en", fallback=""
    )
    assert len(subject) <= 90
    assert subject.endswith("… and three more stories")


def test_an_issue_without_stories_is_called_like_the_newsletter() -> None:
    issue = proposal()
    assert (issue.subject, issue.preheader, issue.sections) == ("Eurasia Weekly", "", ())


def test_the_preheader_holds_the_next_headlines_that_fit() -> None:
    issue = proposal(*(story(str(n), title=f"Headline {n} " + "x" * 40) for n in range(6)))
    assert issue.preheader == f"Headline 1 {'x' * 40} · Headline 2 {'x' * 40}"


def test_stories_without_topic_stand_in_the_last_section() -> None:
    issue = proposal(story("a"), story("b", ""))
    assert [section.heading for section in issue.sections] == ["Diplomacy", "Also this week"]


def test_what_the_editor_cut_is_not_in_the_subject_either() -> None:
    issue = proposal(story("a"), story("b"), story("c"), cut={"https://example.org/a"})
    assert issue.subject == "Title b, and one more story"
    assert [item.title for item in issue.items] == ["Title b", "Title c"]


def test_held_articles_stand_in_hold_at_the_end() -> None:
    issue = proposal(story("a"), held=[article("x")])
    assert [(s.heading, s.kind) for s in issue.sections] == [
        ("Diplomacy", "topic"),
        ("Hold", "hold"),
    ]
    assert [item.title for item in issue.items] == ["Title a"]


def test_what_waited_in_hold_comes_first_in_its_section_as_the_editor_has_it() -> None:
    def held(name: str, topic: str) -> HeldItem:
        item = Item(
            key=f"https://example.org/{name}", title="*Mine*", url=f"https://example.org/{name}"
        )
        return HeldItem(item=item, topic=topic, since="2025-W16")

    issue = proposal(
        story("a"),
        story("b", "Trade"),
        story("x", "Trade"),
        carried=[held("x", "Trade"), held("y", "Art"), held("z", "Art")],
    )
    assert [(s.heading, [i.title for i in s.items]) for s in issue.sections] == [
        ("Diplomacy", ["Title a"]),
        ("Trade", ["*Mine*", "Title b"]),
        ("Art", ["*Mine*", "*Mine*"]),
    ]
    assert issue.subject == "Title a, and four more stories"


HOSTILE = [
    "# not a heading",
    "- not a list",
    "+ nor this",
    "1. nor this",
    "12) nor that",
    "> not a quote",
    "--- not a rule",
    "***",
    "===",
    "```code```",
    "~~~",
    "~~not struck~~",
    "a *b* _c_ **d** `e` snake_case",
    "[link](https://evil.example/) and [ref][1] and ![image](x)",
    "<script>alert(1)</script> <https://evil.example/> a < b",
    "&amp; &copy; &#65; AT&T",
    "{{ template }} {% if %} {.slot}",
    "a | b | c",
    "|---|---|",
    "back\\slash \\* \\",
    "Also covered by: [A](https://evil.example/), B",
    "<!-- digest:evil -->",
    "    indented",
    "C#",
    "tail #",
    "https://example.org/bare and mail@example.org",
    "line one\nline two",
    "[1]: https://evil.example/",
    ":: $math$ ^sup^ ==mark==",
    "word",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_articles_shows_as_it_is_and_does_nothing(text: str) -> None:
    def words(html: str) -> str:
        import html as entities

        return " ".join(entities.unescape(re.sub(r"<[^>]*>", " ", html)).split())

    wanted = " ".join(text.split())
    settings = replace(SETTINGS, newsletter=replace(SETTINGS.newsletter, last_section=text))
    lead = article(title=text, summary=text, source=Link(name=text, url="https://example.org/"))
    also = article("b", source=Link(name=text, url="https://example.org/"))
    issue = propose([Story(lead=lead, also=(also,))], slug="s", window=WEEK, settings=settings)
    again = parse_issue(write_issue(issue), slug="s", file="f")
    assert again == issue
    (item,) = again.sections[0].items
    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    assert words(markdown.renderInline(item.title)) == wanted
    assert words(markdown.render(item.body)) == wanted
    assert words(markdown.renderInline(item.byline)) == f"{wanted} · 24 April 2025 · 3 min read"
    assert words(markdown.renderInline(again.sections[0].heading)) == wanted
    assert item.also == (Link(name=wanted, url="https://example.org/b"),)
    bare = propose_item(article(title=text, url=None, source=Link(name="")), settings=SETTINGS)
    for form in ("heading", "list"):
        section = replace(again.sections[0], blocks=(replace(bare, form=form),), raw=None)  # type: ignore[arg-type]
        (read,) = parse_issue(
            write_issue(replace(issue, sections=(section,))), slug="s", file="f"
        ).items
        assert words(markdown.renderInline(read.title)) == wanted
    for part in (item.title, item.body, item.byline):
        assert "<a " not in markdown.render(part)
        assert "<script" not in markdown.render(part)


@pytest.mark.parametrize(
    ("start", "end", "timezone", "slug"),
    [
        ("2025-04-21", "2025-04-28", "Asia/Seoul", "2025-W17"),
        ("2025-04-21", "2025-04-27", "Asia/Seoul", "2025-04-21"),
        ("2025-04-22", "2025-04-29", "Asia/Seoul", "2025-04-22"),
        ("2025-04-21T08:00", "2025-04-28T08:00", "Asia/Seoul", "2025-04-21"),
        ("2025-03-24", "2025-03-31", "Europe/Berlin", "2025-W13"),
        ("2024-12-30", "2025-01-06", "UTC", "2025-W01"),
        ("2021-01-01", "2021-02-01", "UTC", "2021-01-01"),
        # In Beirut midnight of 27 March 2022 did not exist; the week before ends as it jumps.
        ("2022-03-21", "2022-03-28", "Asia/Beirut", "2022-W12"),
    ],
)
def test_the_slug_is_the_iso_week_or_the_first_date(
    start: str, end: str, timezone: str, slug: str
) -> None:
    assert slug_for(window(start, end, timezone)) == slug


def test_the_slug_counts_days_in_the_windows_zone() -> None:
    week = Window(
        start=datetime(2025, 4, 20, 15, tzinfo=UTC),
        end=datetime(2025, 4, 27, 15, tzinfo=UTC),
        timezone="Asia/Seoul",
    )
    assert slug_for(week) == "2025-W17"


def test_attributes_are_classes_an_id_and_pairs() -> None:
    assert parse_attributes('.slot .wide #winter until=2025-05-01 by="Two words"') == Attributes(
        classes=("slot", "wide"), id="winter", pairs=(("until", "2025-05-01"), ("by", "Two words"))
    )


@pytest.mark.parametrize("text", ["", " ", "words", ". slot", "a=", "=b", ".a,.b", "{.a}", 'a="b'])
def test_other_text_in_braces_is_no_attributes(text: str) -> None:
    assert parse_attributes(text) is None


@pytest.mark.parametrize(
    ("heading", "parts"),
    [
        ("Sponsor {.slot}", ("Sponsor", ".slot")),
        ("Sponsor{ .slot } ", ("Sponsor", ".slot")),
        ("{.slot}", ("", ".slot")),
        ("Sponsor \\{.slot}", ("Sponsor \\{.slot}", "")),
        ("Sponsor {{ x }}", ("Sponsor {{ x }}", "")),
        ("Sponsor {words}", ("Sponsor {words}", "")),
        ("a {b} {.c}", ("a {b}", ".c")),
        ("plain", ("plain", "")),
    ],
)
def test_attributes_stand_at_the_end_of_a_heading(heading: str, parts: tuple[str, str]) -> None:
    assert split_attributes(heading) == parts
