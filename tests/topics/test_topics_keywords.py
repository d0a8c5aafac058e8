"""Keywords in their forms, as written, with weights, and those that exclude; in many scripts."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.config import Keyword, Newsletter, Settings, Topic
from digest.model import Article, Link
from digest.topics import keywords as module
from digest.topics.folding import WORD, goes_on
from digest.topics.keywords import KeywordIndex, Phrase
from digest.topics.placement import Placement
from digest.topics.rules import Rules
from digest.topics.stems import LANGUAGES, stems_of


def article(title: str, *, language: str = "", summary: str = "", text: str = "") -> Article:
    return Article(
        id=title[:40],
        title=title,
        summary=summary,
        text=text,
        language=language,
        first_seen=datetime(2025, 4, 28, tzinfo=UTC),
        source=Link(name="Example"),
        input="a.txt",
    )


def place(found: Article, *topics: Topic, language: str = "en") -> Placement:
    return Rules(Settings(newsletter=Newsletter(language=language), topics=topics)).place(found)


def said(keyword: str | Keyword, title: str, language: str) -> str:
    topic = Topic(name="Found", keywords=(keyword,))
    return place(article(title, language=language), topic).reason


NOTHING = "no rule matched"


@pytest.mark.parametrize(
    ("language", "keyword", "title", "form"),
    [
        ("en", "treaty", "Treaties signed", "treaties"),
        ("en", "negotiate", "They negotiated all night", "negotiated"),
        ("en", "run", "Running late", "running"),
        ("en", "city", "Cities of the river", "cities"),
        ("de", "Vertrag", "Verträge unterzeichnet", "verträge"),
        ("de-AT", "Haus", "Zwei Häuser am See", "häuser"),
        ("de", "Regierung", "Die Regierungen beraten", "regierungen"),
        ("fr", "traité", "Les traités signés", "traités"),
        ("fr", "cheval", "Des chevaux au port", "chevaux"),
        ("es", "elección", "Las elecciones de mayo", "elecciones"),
        ("it", "trattato", "I trattati di pace", "trattati"),
        ("ru", "договор", "Подписаны договоры", "договоры"),
        ("ru", "выборы", "На выборах", "выборах"),
        ("pl", "wybory", "Po wyborach", "wyborach"),
        ("tr", "anlaşma", "Yeni anlaşmalar", "anlaşmalar"),
        ("fi", "talo", "Taloissamme on tilaa", "taloissamme"),
        ("hr", "ugovor", "Ugovori potpisani", "ugovori"),
        ("el", "συνθήκη", "Οι συνθήκες", "συνθήκες"),
        ("el", "συνθήκη", "ΝΕΕΣ ΣΥΝΘΗΚΕΣ", "συνθηκες"),
        ("ar", "معاهدة", "توقيع المعاهدة", "المعاهدة"),
        ("ar", "معاهدة", "مُعَاهَدَة السلام", "مُعَاهَدَة"),
        ("hi", "चुनाव", "चुनावों में", "चुनावों"),
        ("hi", "लड़का", "दो लड़के", "लड़के"),
        ("hy", "պայմանագիր", "Նոր պայմանագրերը", None),
        ("en", "organ", "A new organization", None),
        ("en", "universe", "The university opens", None),
        ("en", "past", "Paste it here", None),
        ("en", "news", "A new car", None),
        ("en", "policy", "Police arrive", None),
        ("de", "Organ", "Eine Organisation", None),
        ("ko", "조약", "조약을 체결", ""),
        ("zh", "条约", "和平条约签署", ""),
        ("ja", "条約", "平和条約を調印", ""),
        ("th", "สันติภาพ", "ข้อตกลงสันติภาพใหม่", ""),
        ("he", "אמנה", "האמנות", None),
        ("xx", "treaty", "Treaties signed", None),
    ],
)
def test_a_keyword_is_found_in_the_forms_of_its_language_and_no_further(
    language: str, keyword: str, title: str, form: str | None
) -> None:
    reason = NOTHING if form is None else f"keywords: {keyword}" + (f" ({form})" if form else "")
    assert said(keyword, title, language) == reason


def test_the_articles_language_decides_and_the_newsletters_where_it_states_none() -> None:
    topic = Topic(name="Found", keywords=("Vertrag",))
    assert place(article("Verträge", language="de"), topic, language="en").topic == "Found"
    assert place(article("Verträge", language="en"), topic, language="de").topic != "Found"
    assert place(article("Verträge"), topic, language="de").topic == "Found"


@pytest.mark.parametrize(
    ("keyword", "title", "form"),
    [
        ("trade talk", "Trade talks resume", "trade talks"),
        ("trade talks", "The trade talk of the day", "trade talk"),
        ("C++ compiler", "Two C++ compilers compared", "c++ compilers"),
        ("AT&T merger", "AT&T mergers", "at&t mergers"),
        ("trade talk", "Trade, talks", None),
        ("trade talk", "Trade and talks", None),
        ("wind farm", "Farms in the wind", None),
        (".NET tool", "ASP.NET tools", None),
    ],
)
def test_phrases_are_found_word_by_word_in_their_order(
    keyword: str, title: str, form: str | None
) -> None:
    reason = NOTHING if form is None else f"keywords: {keyword} ({form})"
    assert said(keyword, title, "en") == reason


@pytest.mark.parametrize(
    ("keyword", "title", "found"),
    [
        ("=Apple", "Apple presents", True),
        ("=Apple", "An apple a day", False),
        ("=Apple", "Apples ripen", False),
        ("=apple", "Apple presents", True),
        ("=apple", "APPLE PRESENTS", True),
        ("=apple", "Apples ripen", False),
        ("=US", "Tell us", False),
        ("=US", "The US votes", True),
        ("=US", "STATUS", False),
        ("=Élysée", "L'E\u0301lyse\u0301e", True),
        ("= Wind Farm", "The Wind Farm opens", True),
        ("=AI技術", "新AI技術", True),
        ("=AI技術", "新ai技術", False),
        ("==", "a == b", False),
    ],
)
def test_a_keyword_after_an_equals_sign_is_found_as_written(
    keyword: str, title: str, found: bool
) -> None:
    expected = f"keywords: {keyword[1:].strip()}" if found else NOTHING
    assert said(keyword, title, "en") == expected


def test_a_weight_multiplies_what_a_place_weighs() -> None:
    first = Topic(name="First", keywords=("tariff",))
    second = Topic(name="Second", keywords=(Keyword(word="treaty", weight=3),))
    found = article("Tariff news", summary="A treaty")
    assert place(found, first, second).topic == "Second"
    light = Topic(name="Second", keywords=(Keyword(word="treaty", weight=1.5),))
    assert place(found, first, light).topic == "First"


def test_a_keyword_of_the_title_alone_is_not_found_elsewhere() -> None:
    topic = Topic(name="Found", keywords=(Keyword(word="summit", in_="title"), "treaty"))
    placed = place(article("Summits and a treaty"), topic)
    assert placed.reason == "keywords: summit (summits) in the title, treaty"
    assert place(article("News", summary="A summit", text="A summit"), topic).reason == NOTHING


def test_a_word_of_not_silences_the_keywords_of_its_topic_alone() -> None:
    climbs = Topic(name="Diplomacy", keywords=("summit",), not_=("climb", "=Everest"))
    other = Topic(name="Outdoors", keywords=("summit",))
    assert place(article("Summit of ministers"), climbs, other).topic == "Diplomacy"
    assert place(article("Summit", text="They climbed it."), climbs, other).topic == "Outdoors"
    assert place(article("Summit of Everest"), climbs, other).topic == "Outdoors"
    in_title = Topic(
        name="Diplomacy", keywords=("summit",), not_=(Keyword(word="climb", in_="title"),)
    )
    assert place(article("Summit", text="They climbed it."), in_title).topic == "Diplomacy"
    hosts = Topic(name="Diplomacy", hosts=("example.org",), not_=("climb",))
    here = Article(
        id="1",
        title="A climb",
        url="https://example.org/1",
        first_seen=datetime(2025, 4, 28, tzinfo=UTC),
        source=Link(name="Example"),
        input="a.txt",
    )
    assert place(here, hosts).topic == "Diplomacy"


def test_a_reason_names_the_heaviest_keywords_and_counts_the_others() -> None:
    words = tuple(f"word{letter}" for letter in "abcdefghijk")
    reason = place(article(" ".join(words)), Topic(name="Found", keywords=words)).reason
    assert reason == f"keywords: {', '.join(words[:8])} and 3 more"


def test_every_language_that_is_named_has_stems() -> None:
    for language in LANGUAGES:
        stems = stems_of(language)
        assert stems is not None and stems.of("abcdefgh")
    assert stems_of("ja") is stems_of("th") is stems_of("zh") is stems_of("ko") is None


def test_the_page_on_topics_names_these_languages() -> None:
    page = Path(__file__).parents[2].joinpath("docs/topics.md").read_text(encoding="utf-8")
    assert ", ".join(LANGUAGES) in " ".join(page.split())


def test_words_end_where_letters_and_marks_end() -> None:
    letters = (chr(number) for number in (*range(0x21, 0x700), *range(0x900, 0xE00)))
    for letter in letters:
        assert goes_on(letter) or not WORD.fullmatch(letter), hex(ord(letter))


def test_a_stemmer_is_loaded_only_for_keywords_of_a_language_that_has_one() -> None:
    code = """
import sys
from datetime import UTC, datetime
from digest.config import Newsletter, Settings, Topic
from digest.model import Article, Link
from digest.topics.rules import Rules
language, keyword = sys.argv[1:]
article = Article(id="1", title="Words", first_seen=datetime(2025, 4, 28, tzinfo=UTC),
                  source=Link(name="Example"), input="a.txt")
topics = (Topic(name="A", keywords=(keyword,) if keyword else (), hosts=("example.org",)),)
Rules(Settings(newsletter=Newsletter(language=language), topics=topics)).place(article)
print(sorted(name for name in sys.modules if name.endswith("_stemmer")))
"""
    for language, keyword, loaded in (
        ("en", "", []),
        ("en", "=Treaty", []),
        ("en", "条約", []),
        ("ko", "treaty", []),
        ("xx", "treaty", []),
        ("en", "treaty", ["snowballstemmer.english_stemmer"]),
    ):
        program = [sys.executable, "-c", code, language, keyword]
        # Where PyStemmer is missing, the package loads all its modules by itself.
        printed = subprocess.run(program, capture_output=True, text=True, check=True).stdout
        assert bool(eval(printed)) is bool(loaded), (language, keyword)
        assert set(loaded) <= set(eval(printed))


class Counting:
    """A stemmer that counts what it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def stemWord(self, word: str) -> str:  # noqa: N802
        self.asked += 1
        return word


def test_a_word_is_stemmed_once_and_only_where_a_keyword_begins_like_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counting = Counting()
    monkeypatch.setattr(module, "stems_of", lambda _: module.Stems("en", counting))
    index = KeywordIndex([Phrase("treaty", topic=0, place=0)], "en")
    for _ in range(50_000):
        index.find(article("trees"))
    assert counting.asked == 2  # the keyword's, and this word's
    index.find(article("other words that begin otherwise"))
    assert counting.asked == 2


def test_ten_thousand_keywords_cost_an_article_no_look_at_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at: list[str] = []
    stands_in = module._stands_in

    def counting(text: str, wanted: str, *, anywhere: bool) -> bool:
        looked_at.append(wanted)
        return stands_in(text, wanted, anywhere=anywhere)

    monkeypatch.setattr(module, "_stands_in", counting)
    latin = [f"word{number:05}" for number in range(10_000)]
    han = [chr(0x4E00 + number // 100) + chr(0x5E00 + number % 100) for number in range(10_000)]
    phrases = [f"{word} treaty" for word in latin]
    keywords = tuple(latin + han + phrases)
    rules = Rules(Settings(topics=(Topic(name="Found", keywords=keywords),)))
    assert rules.place(article(f"A word00042 and {han[42]} there")).topic == "Found"
    assert sorted(set(looked_at)) == sorted([latin[42], f"{latin[42]} treaty", han[42]])


def test_a_title_of_a_megabyte_and_text_of_one_word_end() -> None:
    topics = (
        Topic(name="One", keywords=("treaty", "aa", "trade talk", "条約"), not_=("aaa bbb",)),
        Topic(name="Two", keywords=tuple(f"talk word{n}" for n in range(2_000))),
    )
    rules = Rules(Settings(topics=topics))
    for text in (
        "a" * 1_000_000,
        "aa" + " aaa" * 250_000,
        "trade talks " * 90_000,
        "talking " * 130_000,
        "条" * 1_000_000,
        "\u0301" * 1_000_000,
        "talk\u0301" * 200_000,
    ):
        for language in ("en", "ar", "fi", "ja"):
            rules.place(article(text, summary=text, text=text, language=language))


WORDS = st.sampled_from(
    ["treaty", "treaties", "talks", "talk", "trade", "Apple", "=Apple", "条約", "चुनाव", "C++"]
)


@settings(max_examples=60, deadline=None)
@given(
    keywords=st.lists(st.lists(WORDS, min_size=1, max_size=3).map(" ".join), max_size=5),
    title=st.lists(WORDS, max_size=8).map(" ".join),
    language=st.sampled_from(["en", "de", "ar", "hi", "", "zz"]),
)
def test_what_articles_came_before_changes_no_placement(
    keywords: list[str], title: str, language: str
) -> None:
    given = Settings(topics=(Topic(name="A", keywords=tuple(keywords)), Topic(name="B")))
    used, fresh = Rules(given), Rules(given)
    for before in ("treaties talks", "Trade talk", "apples 条約", title.upper()):
        used.place(article(before, language=language))
    asked = article(title, language=language)
    assert used.place(asked) == used.place(asked) == fresh.place(asked)
