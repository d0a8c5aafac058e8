"""Which articles report one event, in the words of several outlets; what keeps others apart."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.config import Stories
from digest.model import Article, Link, When
from digest.topics.stories import Group, find_stories

TEXT = (
    "At least twelve people died on Tuesday when a passenger ferry and a freighter collided in fog "
    "off Kestrel Bay, the coast guard said. The Tern Princess was carrying 143 passengers and 11 "
    "crew from Port Ellery to Saint Orrin. The freighter stayed afloat and took on board sixty."
)


def article(name: str, title: str, **changes: Any) -> Article:
    """An article of the outlet ``name`` (before a dot), of 24 April 2025."""
    outlet = name.partition(".")[0]
    day = changes.pop("day", 24)
    known: dict[str, Any] = {
        "title": title,
        "url": f"https://{outlet}.example/{name}",
        "source": Link(name=outlet.capitalize()),
        "published": When(value=date(2025, 4, day), raw="", basis="jsonld"),
        "language": "en",
    }
    return Article(
        id=name, input=name, first_seen=datetime(2025, 4, 28, tzinfo=UTC), **(known | changes)
    )


def groups(*articles: Article, **changes: Any) -> list[Group]:
    return find_stories(articles, Stories(**changes))


def ids(*articles: Article, **changes: Any) -> list[list[str]]:
    """The groups as ids, singles left out; each group and all of them sorted."""
    found = [sorted(one.id for one in group.articles) for group in groups(*articles, **changes)]
    return sorted(group for group in found if len(group) > 1)


# Other news of the week, so that a batch knows which words are common.
OTHERS = [
    article("daily.a", "Council approves new budget for schools", day=22),
    article("daily.b", "The museum of maps opens its doors after long repairs", day=23),
    article("daily.c", "Farmers hope for rain as the dry spring goes on", day=24),
    article("evening.a", "Trains will run later on weekends from May", day=24),
    article("evening.b", "New bridge over the Alder to open in June", day=25),
    article("evening.c", "Orchestra names its first woman as conductor", day=26),
]


def test_one_event_in_other_words_is_one_story_and_says_what_is_shared() -> None:
    one = article(
        "first",
        "Halvorsen Motors recalls 310,000 cars over seat belt fault",
        summary="A spring in the buckle can break, says the maker of the Fjell.",
    )
    other = article("second", "Belt buckles of 310,000 Halvorsen cars may break", day=25)
    assert ids(one, other, *OTHERS) == [["first", "second"]]
    [group] = [group for group in groups(one, other, *OTHERS) if group.also]
    assert group.lead.id == "first"
    assert group.ties == ("shares “Halvorsen”, “310,000”, “Belt” with First",)


def test_two_events_at_one_company_stay_apart() -> None:
    recall = article("first", "Halvorsen Motors recalls 310,000 cars over seat belt fault")
    results = article("second", "Halvorsen Motors first-quarter profit falls on weak demand")
    assert ids(recall, results, *OTHERS) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Port Ellery Rovers 2-1 Ashdown: late header wins", "Port Ellery Rovers 0-0 Ashdown"),
        ("Callow Retail profit rises 9%, sales up", "Brightwell profit rises 6%, sales up"),
        ("Blaze guts warehouse in Dunmore overnight", "Blaze guts warehouse in Eastlock overnight"),
        ("Writing a scheduler, part 3: run queues", "Writing a scheduler, part 4: preemption"),
        ("Lumenbase 2.1 released with vector search", "Lumenbase 2.2 released with vector search"),
        ("Magnitude 6.3 quake strikes Marrow Valley", "Magnitude 6.1 quake strikes Sollan Islands"),
        ("Letters to the editor", "Letters to the editor"),
        ("The week in pictures", "The week in pictures"),
    ],
)  # fmt: skip
def test_headlines_made_alike_that_differ_in_a_score_name_or_number_stay_apart(
    one: str, other: str
) -> None:
    assert ids(article("first", one), article("second", other), *OTHERS) == []
    assert ids(article("first.a", one), article("first.b", other), *OTHERS) == []


def test_a_toll_that_grows_does_not_part_them() -> None:
    one = article(
        "first", "At least 12 dead after ferry and freighter collide in Kestrel Bay", text=TEXT
    )
    other = article(
        "second",
        "Death toll of Kestrel Bay ferry collision rises to 17",
        text="Divers found five bodies in the Tern Princess, which a freighter had hit in fog.",
        day=25,
    )
    assert ids(one, other, *OTHERS) == [["first", "second"]]


def test_the_same_report_a_week_later_is_another_event() -> None:
    one = article("first", "Halvorsen Motors recalls 310,000 Fjell cars over seat belt", day=14)
    other = article("second", "Belt buckles of 310,000 Halvorsen Fjell cars may break", day=18)
    assert ids(one, other, *OTHERS) == []


def test_the_same_text_under_another_headline_is_one_story_and_says_so() -> None:
    one = article("first", "Ferry disaster off the coast", text=TEXT)
    other = article("second", "Dozens missing in the fog", text=f"KESTREL BAY - {TEXT[:200]}")
    for join in ("same-event", "same-text"):
        assert ids(one, other, join=join) == [["first", "second"]]
    [group] = groups(one, other)
    assert group.ties == ("same text as First",)


def test_one_outlets_summaries_that_are_all_alike_do_not_join_its_articles() -> None:
    said = "Every day at noon our hosts talk with guests about what moves the town and its people."
    one = article("first.a", "Beekeeping on the roofs", summary=said)
    other = article("first.b", "How locks are picked", summary=said)
    assert ids(one, other, *OTHERS) == []


def test_amp_and_mobile_addresses_are_the_same_page_and_the_plain_one_leads() -> None:
    url = "https://www.first.example/2025/smoke"
    plain = article("first.a", "Smoke over Dunmore", url=url)
    amp = article("first.b", "Smoke over Dunmore", url="https://m.first.example/2025/smoke/amp")
    [group] = groups(amp, plain)
    assert [one.id for one in group.articles] == ["first.a", "first.b"]
    assert group.ties == ("same address as First",)


def test_an_aggregators_copy_comes_after_the_original_and_a_preferred_host_before_all() -> None:
    title = "Seventeen confirmed dead in ferry sinking"
    own = article("ledger", title)
    copy = article("hopper", f"{title} - Ledger", summary="A longer dek than the original has.")
    third = article("third", title)
    assert [group.lead.id for group in groups(own, copy, third)] == ["ledger"]
    assert [group.lead.id for group in groups(own, copy, third, prefer=("third.example",))] == [
        "third"
    ]


def test_an_agencys_own_report_comes_before_a_paper_that_prints_it() -> None:
    wire = article("wire", "Ferry disaster off the coast", text=TEXT)
    paper = article("paper", "Dozens missing", text=TEXT, summary="A dek.", origin="Wire")
    assert [group.lead.id for group in groups(wire, paper)] == ["wire"]


def test_off_joins_only_what_has_one_address() -> None:
    title = "Seventeen confirmed dead in ferry sinking"
    assert ids(article("a", title), article("b", title), join="off") == []
    url = "https://a.example/x"
    assert ids(article("a", title, url=url), article("b", "Else", url=url), join="off") == [
        ["a", "b"]
    ]


def test_one_event_in_two_languages_is_two_stories() -> None:
    english = article("first", "Auralis unveils Corvid-3 language model, 40% cheaper")
    german = article("second", "Auralis stellt Corvid-3 vor, 40% billiger", language="de")
    assert ids(english, german, *OTHERS) == []


SCRIPTS = {
    "fr": (
        "Un séisme de magnitude 6,3 secoue la vallée de Marrow",
        "Vallée de Marrow : le séisme a fait 14 morts à Aldera",
        "Marrow : la fête des moissons attire la foule à Aldera",
    ),
    "ru": (
        "В Кестреле столкнулись паром и сухогруз, погибли 12 человек",
        "Паром затонул у Кестреля после столкновения с сухогрузом",
        "Открыта выставка картин Левитана в музее Кестреля",
    ),
    "ar": (
        "مقتل 12 شخصا في تصادم عبارة وسفينة شحن قرب خليج كسترل",
        "غرق العبارة بعد تصادم مع سفينة شحن في خليج كسترل",
        "افتتاح معرض للكتاب في مدينة كسترل",
    ),
    "ja": (
        "ハルボルセン社、シートベルト不具合で31万台リコール",
        "シートベルトに不具合 ハルボルセンがリコール届け出",
        "ハルボルセン社、新社長にリンドクビスト氏",
    ),
    "de": (
        "Fähre sinkt vor Kestrel Bay nach Zusammenstoß mit Frachter",
        "Schiffsunglück vor Kestrel Bay: Frachter rammt Fähre",
        "Kestrel Bay feiert sein Hafenfest mit tausend Laternen",
    ),
}


@pytest.mark.parametrize("language", SCRIPTS)
def test_it_holds_in_other_languages_and_scripts(language: str) -> None:
    one, other, apart = (
        article(f"outlet{number}", title, language=language)
        for number, title in enumerate(SCRIPTS[language])
    )
    assert ids(one, other, apart) == [["outlet0", "outlet1"]]


def test_two_japanese_reports_made_alike_stay_apart() -> None:
    one = article("a", "山川市の倉庫で火災、消防車20台が出動", language="ja")
    other = article("b", "海野市の工場で火災、消防車35台が出動", language="ja")
    assert ids(one, other) == []


def test_small_words_alone_join_nothing_in_a_small_batch() -> None:
    one = article("first", "What comes after the summer")
    other = article("second", "Home after a year away from the sea")
    third = article("third", "Over the hills")
    assert ids(one, other, third) == []


# A week of a newsletter on one thing: few titles, no texts, one word in every third.
CLAY = [
    "Throwing tall vases with soft clay",
    "Clay for beginners: a shopping list",
    "Porcelain is no clay for beginners",
    "Raku firing in a dustbin",
    "What my grandmother knew about ash glazes",
    "Mid-level potter wanted in Seville",
    "The kiln that heats a village",
    "Studio visit: Marta Olvido",
    "How to wedge clay without a sore back",
    "Slip casting at home",
    "Studio lease ends in Porto",
    "Reclaiming clay after the winter",
    "Two books on Korean celadon",
    "A potter throws away his wheel",
    "Cones, and when they fall",
    "Which glaze crawled this time",
    "Lead is back in cheap mugs",
    "A museum buys broken plates",
    "Clay from the riverbank, tested",
    "Pit firing with seaweed",
    "Teapots that do not drip",
    "Letters about last week's spout",
]


def test_what_a_whole_small_issue_is_about_joins_none_of_its_items() -> None:
    week = [article(f"h{at}.{at}", title, day=20 + at % 4) for at, title in enumerate(CLAY)]
    assert ids(*week) == []


def test_one_event_among_them_is_found() -> None:
    week = [article(f"h{at}.{at}", title, day=22) for at, title in enumerate(CLAY)]
    one = article("first", "Olvido wins the Alder clay prize for a cracked bowl", day=22)
    other = article("second", "Alder prize goes to Olvido and her cracked clay bowl", day=23)
    assert ids(one, other, *week) == [["first", "second"]]


WORDS = [
    "ferry",
    "freighter",
    "recall",
    "strike",
    "quake",
    "Halvorsen",
    "Kestrel",
    "Auralis",
    "profit",
    "310,000",
    "bay",
    "the",
    "in",
]


@st.composite
def batches(draw: st.DrawFn) -> list[Article]:
    found = []
    for number in range(draw(st.integers(2, 9))):
        title = " ".join(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=7)))
        outlet = draw(st.sampled_from("abc"))
        found.append(
            article(
                f"{outlet}.{number}",
                title,
                day=draw(st.integers(20, 26)),
                text=draw(st.sampled_from(["", TEXT, TEXT[:150]])),
            )
        )
    return found


@given(batches(), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_order_and_repetitions_change_nothing_and_nothing_is_lost(
    batch: list[Article], chance: random.Random
) -> None:
    told = find_stories(batch)
    again = [*batch, *chance.sample(batch, k=len(batch) // 2)]
    chance.shuffle(again)
    assert sorted(map(repr, find_stories(again))) == sorted(map(repr, told))
    assert sorted(one.id for group in told for one in group.articles) == sorted(
        one.id for one in batch
    )
    for group in told:
        assert len(group.ties) == len(group.also)
        days = [one.published.value for one in group.articles if one.published]
        assert (max(days) - min(days)).days <= 3


def test_the_hash_seed_changes_nothing() -> None:
    program = (
        "from bench.stories import load;from digest.topics.stories import find_stories\n"
        "for group in find_stories([one for _, one in load('dev')]):\n"
        "    print([one.id for one in group.articles], group.ties)"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1


def test_ten_thousand_of_one_word_and_a_title_of_a_megabyte_end() -> None:
    word = [article(f"h{at % 300}.{at}", "word", text="word") for at in range(10_000)]
    long = " ".join(f"word{at}" for at in range(110_000))
    huge = [replace(article(f"h{at}", ""), title=long) for at in range(3)]
    assert len(find_stories([*word, *huge])) == 10_001
