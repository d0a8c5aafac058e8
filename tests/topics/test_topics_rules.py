"""Where the editor's rules place an article, and what they say of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from digest.config import Newsletter, Settings, Source, Topic
from digest.model import Article, Link
from digest.topics.rules import Rules


def article(
    title: str = "",
    *,
    summary: str = "",
    text: str = "",
    url: str | None = None,
    source_url: str | None = None,
    via: str = "articles",
) -> Article:
    return Article(
        id=title or "a",
        title=title,
        summary=summary,
        text=text,
        url=url,
        first_seen=datetime(2025, 4, 28, tzinfo=UTC),
        source=Link(name="Example", url=source_url),
        input="a.txt",
        via=via,
    )


def place(found: Article, *topics: Topic, sources: tuple[Source, ...] = ()) -> tuple[str, str]:
    placement = Rules(Settings(topics=topics, sources=sources)).place(found)
    return placement.topic, placement.reason


DIPLOMACY = Topic(name="Diplomacy", keywords=("treaty", "summit"), hosts=("example.org",))
TRADE = Topic(name="Trade", keywords=("tariff", "trade talks"), hosts=("trade.example.org",))


def test_a_source_with_a_topic_comes_before_hosts_and_keywords() -> None:
    sources = (Source(url="https://example.org/feed.xml", name="Feed", topic="Science"),)
    found = article("Treaty signed", url="https://example.org/a", via="Feed")
    assert place(found, DIPLOMACY, sources=sources) == ("Science", "source: Feed")


def test_a_host_comes_before_keywords() -> None:
    found = article("New tariff", url="https://www.example.org/a")
    assert place(found, DIPLOMACY, TRADE) == ("Diplomacy", "host: example.org")


def test_the_longest_host_wins_whatever_the_order_of_topics() -> None:
    found = article("A", url="https://news.trade.example.org/a")
    assert place(found, DIPLOMACY, TRADE) == ("Trade", "host: trade.example.org")


@pytest.mark.parametrize("url", ["https://badexample.org/", "https://example.org.evil.example/"])
def test_a_host_matches_whole_labels_only(url: str) -> None:
    assert place(article("A", url=url), DIPLOMACY) == ("Also this week", "no rule matched")


def test_an_article_without_a_page_has_its_sources_host() -> None:
    found = article("A", source_url="https://example.org/")
    assert place(found, DIPLOMACY) == ("Diplomacy", "host: example.org")


def test_a_host_in_unicode_is_the_same_as_in_punycode() -> None:
    found = article("A", url="https://xn--bcher-kva.example/a")
    assert place(found, Topic(name="Books", hosts=("bücher.example",)))[0] == "Books"


def test_keywords_are_named_in_the_order_of_their_weight() -> None:
    found = article("A summit", text="The treaty was signed.")
    assert place(found, DIPLOMACY, TRADE) == ("Diplomacy", "keywords: summit, treaty")


def test_the_title_weighs_more_than_the_summary_and_that_more_than_the_text() -> None:
    in_title = article("Tariff rises", summary="A treaty", text="The summit")
    assert place(in_title, DIPLOMACY, TRADE) == ("Trade", "keywords: tariff")
    in_summary = article("News", summary="A tariff", text="The treaty")
    assert place(in_summary, DIPLOMACY, TRADE)[0] == "Trade"


def test_equal_weights_go_to_the_earlier_topic() -> None:
    found = article("Tariff treaty")
    assert place(found, DIPLOMACY, TRADE)[0] == "Diplomacy"
    assert place(found, TRADE, DIPLOMACY)[0] == "Trade"


def test_what_matches_nothing_goes_to_the_last_section_by_its_name() -> None:
    settings = Settings(newsletter=Newsletter(last_section="Rest"), topics=(TRADE,))
    placement = Rules(settings).place(article("Weather"))
    assert (placement.topic, placement.reason) == ("Rest", "no rule matched")


@pytest.mark.parametrize(
    ("keyword", "title", "matches"),
    [
        ("treaty", "TREATY signed", True),
        ("=treaty", "Treaties signed", False),
        ("art", "Start of a party", False),
        ("trade talks", "Trade  talks resume", True),
        ("trade talks", "Trade and talks", False),
        ("C++", "C++ 26 is out", True),
        ("C", "C++ 26 is out", True),
        ("C++", "ABC++", False),
        (".NET", "A new .NET", True),
        ("AT&T", "AT&T and others", True),
        ("today's", "Today’s news", True),
        ("straße", "STRASSE gesperrt", True),
        ("istanbul", "İSTANBUL", True),
        ("café", "Cafe\u0301 opens", True),
        ("cafe", "Cafe\u0301 opens", False),
        ("договор", "Подписан ДОГОВОР", True),
        ("договор", "Подписаны договоры", False),
        ("معاهدة", "توقيع معاهدة السلام", True),
        ("हिन्दी", "आज हिन्दी में", True),
        ("हिन", "आज हिन्दी में", False),
        ("条約", "平和条約を調印", True),
        ("조약", "평화조약을 체결", True),
        ("AI", "中国AI企業", True),
        ("AI", "Said nothing", False),
        ("AI技術", "新AI技術", True),
        ("สันติภาพ", "ข้อตกลงสันติภาพใหม่", True),
    ],
)
def test_keywords_match_whole_words_and_anywhere_in_scripts_without_blanks(
    keyword: str, title: str, matches: bool
) -> None:
    topic, _ = place(article(title), Topic(name="Found", keywords=(keyword,)))
    assert (topic == "Found") is matches


def test_a_word_is_found_after_a_longer_one_that_holds_it() -> None:
    found = article("Bestreaty, then a treaty")
    assert place(found, DIPLOMACY)[0] == "Diplomacy"
