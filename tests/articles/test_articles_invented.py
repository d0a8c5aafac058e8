"""Property: no date, headline, source or author is given that does not stand in the input.

Over texts, Markdown, mails, pages and feeds that are put together from dates in twelve languages,
names, labels and prose, and over the files of cases/ with lines lost, doubled, exchanged and cut.
"""

from __future__ import annotations

import html
import re
import tomllib
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.articles.mail import read_mail
from digest.articles.markdown import read_markdown
from digest.articles.page import read_page
from digest.articles.plain import read_plain
from digest.dates.han import han_number
from digest.dates.names import ERAS, MONTHS, fold
from digest.errors import ArticleError
from digest.feeds import parse_feed
from digest.model.article import When
from digest.model.facts import Facts

CASES = Path(__file__).parent / "cases"
RULE = "-------- article --------\n"
END_OF_DAY = re.compile(r"(?<![\d:.,])24:00(?::00(?:[.,]0+)?)?(?![\d:])")
HAN = "〇一二三四五六七八九"


def known_dates(text: str) -> tuple[set[int], set[int]]:
    """The numbers and the months' names of a text, eras and Han numbers read."""
    text = unicodedata.normalize("NFKC", text)
    numbers = {int(digits) for digits in re.findall(r"\d+", text) if len(digits) < 9}
    for digits in re.findall(r"\d{8}", text):
        numbers |= {int(digits[:4]), int(digits[4:6]), int(digits[6:])}
    for han in re.findall(r"[元〇零一二三四五六七八九十]+", text):
        numbers.add(han_number(han[:4]))
    for era, before in ERAS.items():
        if era in text:
            numbers |= {number + before for number in numbers if number < 200}
    words = re.findall(r"[^\W\d_]+(?:\s[^\W\d_]+)?", text) + re.findall(r"[^\W\d_]+", text)
    return numbers, {month for word in words if (month := MONTHS.get(fold(word)))}


def stands_in(value: date, text: str) -> bool:
    numbers, months = known_dates(text)
    return (
        value.year in numbers
        and (value.month in numbers or value.month in months)
        and value.day in numbers
    )


def day_as_written(when: When) -> date:
    """The one day by which a date must stand in a text: its own, but for ISO 8601's end of a day.

    ``24:00`` of a day is 00:00 of the next one. So a midnight whose own words say 24:00 is written
    with the day before, and must be; whatever else a text says of 24:00 moves nothing.
    """
    if not isinstance(when.value, datetime):
        return when.value
    if when.value.time() == time() and END_OF_DAY.search(when.raw):
        return when.value.date() - timedelta(days=1)
    return when.value.date()


def bare(text: str) -> str:
    """Letters and digits alone: blanks, marks and line ends do not matter."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in text if char.isalnum())


def assert_nothing_is_invented(facts: Facts, given_text: str) -> None:
    stated = html.unescape(given_text)
    both = bare(given_text) + "\n" + bare(stated) + "\n" + bare(re.sub(r"<[^<>]*>", " ", stated))
    for when in (facts.published, facts.updated):
        if when is not None:
            day = day_as_written(when)
            assert stands_in(day, stated), (when, given_text)
            if day.isoformat() != when.isoformat()[:10]:
                # The date and its 24:00 are one piece of the text.
                assert stands_in(day, END_OF_DAY.sub(" ", when.raw)), (when, given_text)
                assert bare(when.raw) in both, (when, given_text)
    for name in (facts.title, *facts.authors, facts.origin):
        assert bare(name) in both, (name, given_text)
    if facts.source is not None:
        assert bare(facts.source.name) in both, (facts.source, given_text)


NEXT = datetime(2025, 4, 25, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("2025-04-24T00:00:00Z", "Published: 2025-04-24T00:00:00Z"),  # a day that stands nowhere
        ("2025-04-24", "Published: 2025-04-24. The kiosk is open until 24:00."),
        ("2025-04-24T10:24:00Z", "Published: 2025-04-24T10:24:00Z"),
        ("2025-04-23T24:00Z", "Published: 2025-04-23T24:00Z. Open from 24 April."),
        ("2025-04-24T24:00Z", "Published: 2025-04-24T23:00Z. 2025, 4, 24."),  # not these words
    ],
)
def test_only_the_end_of_the_day_before_may_stand_for_a_midnight(raw: str, text: str) -> None:
    """What the property refuses: else it would prove less than it says."""
    invented = Facts(published=When(value=NEXT, raw=raw, basis="label"))
    with pytest.raises(AssertionError):
        assert_nothing_is_invented(invented, text)


@pytest.mark.parametrize("raw", ["2025-04-24 24:00 +00:00", "2025-04-24T24:00:00.000Z"])
def test_the_end_of_a_day_is_the_midnight_that_it_says(raw: str) -> None:
    facts = readings("plain", f"Seals Return\nPublished: {raw}\n\nThey came back at night.\n")[0]
    assert facts.published is not None
    assert facts.published.value == NEXT
    assert_nothing_is_invented(facts, f"Seals Return Published: {raw} They came back at night.")


def mail_of(text: str) -> bytes:
    head, _, rest = text.partition("\n")
    return f"Subject: {head}\nContent-Type: text/plain; charset=utf-8\n\n{rest}".encode()


def page_of(text: str) -> bytes:
    head, _, rest = text.partition("\n")
    lines = "".join(f"<p>{html.escape(line)}</p>\n" for line in rest.split("\n") if line.strip())
    return (
        f'<html><head><meta charset="utf-8"><title>{html.escape(head)}</title></head>'
        f"<body><article><h1>{html.escape(head)}</h1>{lines}</article></body></html>"
    ).encode()


def feed_of(text: str) -> bytes:
    """A feed whose entry is dated by the second and third line, in the elements of both names."""
    head, *lines = text.split("\n")
    dated = [line for line in lines if line.strip() and not line.strip().isdecimal()][:3]
    names = ("pubDate", "dc:date", "atom:updated")
    dates = "".join(
        f"<{name}>{html.escape(line)}</{name}>" for name, line in zip(names, dated, strict=False)
    )
    return (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"<title>{html.escape(head)}</title><item><title>{html.escape(head)}</title>{dates}"
        f"<description>{html.escape(html.escape(text))}</description></item></channel></rss>"
    ).encode()


READERS: dict[str, Callable[[str], list[Facts]]] = {
    "plain": lambda text: read_plain(text, name="x.txt", timezone="Asia/Seoul"),
    "markdown": lambda text: read_markdown(text, name="x.md", timezone="Asia/Seoul"),
    "mail": lambda text: read_mail(mail_of(text), name="x.eml", timezone="Asia/Seoul"),
    "page": lambda text: read_page(page_of(text), url=None, timezone="Asia/Seoul"),
    "feed": lambda text: list(parse_feed(feed_of(text), url="", timezone="Asia/Seoul").entries),
}


def readings(reader: str, text: str) -> list[Facts]:
    try:
        return READERS[reader](text)
    except ArticleError:
        return []


def indic(day: date) -> str:
    written = f"{day.day} {format_date(day, 'MMMM', locale='ar')} {day.year}"
    return "".join(chr(0x660 + int(char)) if char.isdecimal() else char for char in written)


def han(day: date) -> str:
    tens = ["", "十", "二十", "三十"]
    digits = "".join(HAN[int(char)] for char in str(day.year))
    month, number = (tens[n // 10] + (HAN[n % 10] if n % 10 else "") for n in (day.month, day.day))
    return f"{digits}年{month}月{number}日"


DAYS = st.dates(date(1971, 1, 1), date(2199, 12, 31))
WRITTEN = st.one_of(
    st.builds(
        lambda day, language, width: format_date(day, width, locale=language),
        DAYS,
        st.sampled_from(
            ["en", "en_GB", "de", "fr", "es", "pt", "it", "nl", "ru", "ko", "ja", "zh", "ar"]
        ),
        st.sampled_from(["full", "long", "medium", "short"]),
    ),
    DAYS.map(indic),
    DAYS.map(han),
    DAYS.map(lambda day: f"令和{max(1, day.year - 2018)}年{day.month}月{day.day}日"),
    DAYS.map(date.isoformat),
    DAYS.map(lambda day: f"{day.day:02}/{day.month:02}/{day.year}"),
    DAYS.map(lambda day: f"{day.day}.{day.month}.{day.year}"),
    DAYS.map(lambda day: f"{day.day} {format_date(day, 'MMMM', locale='en')}"),
    DAYS.map(lambda day: f"{format_date(day, 'MMMM', locale='en')} {day.year}"),
)
_MARKS = """
On |Am |Le |El |Em |Il |Op |В |في |SEOUL, |(Reuters) - |Published: |Posted on |Updated: |Date:
입력 |公開日：|发布时间：|تاريخ النشر: |Опубликовано: |Veröffentlicht am |Mis à jour le |Source:
By Anna Lindqvist | | – |, |. |Title: |From |until |© |Deadline: |yesterday |2 hours ago
03/04/2025 |-----|Original Source: a.example|Related|Post Comment|> |<b>|&amp; |令和|年|13–
24 April |2025|https://a.example/2025/04/24/x
"""
OPENINGS = [*_MARKS.replace("\n", "|").split("|"), "\n", "\n\n", "\n", "\n\n"]
PROSE = [
    "The ferry carried two hundred passengers across the sound, and none of them was late.",
    "Die Fähre fuhr am Morgen wieder, sagte der Betreiber, und niemand kam zu spät.",
    "Le bac a repris son service, a dit l’exploitant. Les passagers étaient contents.",
    "Паром снова ходит после недели штормов, сообщил перевозчик.",
    "여객선이 폭풍 뒤에 운항을 재개했다고 운영사가 밝혔다.",
    "島々を結ぶフェリーが運航を再開したと、運営会社が発表した。",
    "عادت العبارة بين الجزر إلى العمل بعد أسبوع من العواصف.",
    "New Ferry Crosses the Sound in Nine Minutes",
]
FRAGMENTS = st.one_of(WRITTEN, st.sampled_from(OPENINGS), st.sampled_from(PROSE), WRITTEN)


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=150)
@given(parts=st.lists(FRAGMENTS, min_size=2, max_size=16))
def test_no_fact_is_given_that_does_not_stand_in_a_text(reader: str, parts: list[str]) -> None:
    text = "".join(parts)
    for facts in readings(reader, text):
        assert_nothing_is_invented(facts, text)


TEXTS = [
    (case.parent.name, case.read_text(encoding="utf-8").partition(RULE)[2])
    for case in sorted(CASES.glob("*/*.*"))
    if "file" not in tomllib.loads(case.read_text(encoding="utf-8").partition(RULE)[0])
]
# What is encoded in a mail does not stand in it for the eye.
OPEN_TEXTS = [
    (kind, text)
    for kind, text in TEXTS
    if kind != "mail" or not re.search(r"=\?|base64|quoted-printable|charset|begin:", text, re.I)
]


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, str]:
    """A case with lines lost, doubled, exchanged, and a cut within it."""
    kind, text = draw(st.sampled_from(OPEN_TEXTS))
    lines = text.split("\n")
    for _ in range(draw(st.integers(1, 4))):
        one, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        change = draw(st.sampled_from(["lose", "double", "exchange", "cut", "join"]))
        if change == "lose" and len(lines) > 2:
            del lines[one]
        elif change == "double":
            lines.insert(other, lines[one])
        elif change == "exchange":
            lines[one], lines[other] = lines[other], lines[one]
        elif change == "cut":
            lines[one] = lines[one][: draw(st.integers(0, max(0, len(lines[one]))))]
        elif one + 1 < len(lines):
            lines[one : one + 2] = [lines[one] + " " + lines[one + 1]]
    return kind, "\n".join(lines)


@settings(max_examples=400)
@given(mutated())
def test_no_fact_is_given_that_does_not_stand_in_a_damaged_file(case: tuple[str, str]) -> None:
    kind, text = case
    try:
        if kind == "mail":
            found = read_mail(text.encode(), name="x.eml", timezone="Asia/Seoul")
        else:
            found = READERS[kind](text) if kind in READERS else []
    except ArticleError:
        return
    for facts in found:
        assert_nothing_is_invented(facts, text)
