"""Articles written as JSON."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import ArticleError, SourceError
from digest.model import Facts, Image, Link
from digest.sources.jsonl import read_json, read_lines

GOOD = {"title": "A treaty", "url": "https://times.example/a", "published": "2025-04-24"}


def lines(*given: object, max_bytes: int = 10_000) -> list[Facts | SourceError]:
    text = b"\n".join(
        line if isinstance(line, bytes) else json.dumps(line).encode() for line in given
    )
    found = read_lines(io.BytesIO(text), name="in.jsonl", timezone="UTC", max_bytes=max_bytes)
    return list(found)


def one(**fields: Any) -> Facts:
    (facts,) = lines({**GOOD, **fields})
    assert isinstance(facts, Facts)
    return facts


def errors(found: list[Facts | SourceError]) -> list[str]:
    return [str(error) for error in found if isinstance(error, SourceError)]


def test_fields_of_the_contract_are_read() -> None:
    facts = one(
        summary="Six  years\non.",
        text="On Thursday",
        published="2025-04-24T09:10:00+09:00",
        updated="2025-04-25",
        source={"name": "Example Times", "url": "https://times.example/"},
        authors=["Ann", {"name": "Bob"}],
        language="en",
        image={"url": "https://times.example/a.png", "alt": "A", "width_px": 800},
        categories=["Asia"],
    )
    assert (facts.title, facts.summary, facts.text) == (
        "A treaty",
        "Six years on.",
        "On Thursday",
    )
    assert facts.url == "https://times.example/a"
    assert facts.published is not None and facts.updated is not None
    assert facts.published.isoformat() == "2025-04-24T09:10:00+09:00"
    assert facts.published.basis == "json:published"
    assert facts.updated.isoformat() == "2025-04-25" and facts.updated.is_date
    assert facts.source == Link(name="Example Times", url="https://times.example/")
    assert facts.authors == ("Ann", "Bob") and facts.categories == ("Asia",)
    assert facts.image == Image(url="https://times.example/a.png", alt="A", width_px=800)
    assert facts.language == "en" and facts.fragment == "1" and facts.problems == ()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Example Times", Link(name="Example Times", url="https://times.example/")),
        (
            {"id": None, "name": "Example Times"},
            Link(name="Example Times", url="https://times.example/"),
        ),
        (
            "https://www.times.example/",
            Link(name="times.example", url="https://www.times.example/"),
        ),
        (
            {"url": "https://times.example/"},
            Link(name="times.example", url="https://times.example/"),
        ),
        ({"name": "X", "url": "javascript:alert(1)"}, Link(name="X")),
        (None, None),
        ({}, None),
    ],
)
def test_source_may_be_a_name_an_address_or_both(given: object, expected: Link | None) -> None:
    assert one(source=given).source == expected


def test_source_that_is_a_name_has_no_address_without_a_page() -> None:
    (facts,) = lines({"title": "Six years on", "source": "Example Times"})
    assert isinstance(facts, Facts)
    assert facts.source == Link(name="Example Times")


def test_dates_of_news_services_are_read() -> None:
    (facts,) = lines({"title": "Six years on", "publishedAt": "2025-04-24T09:10:00Z"})
    assert isinstance(facts, Facts) and facts.published is not None
    assert facts.published.isoformat() == "2025-04-24T09:10:00+00:00"


def test_what_digest_itself_decides_is_ignored() -> None:
    assert one(id="mine", first_seen="1999-01-01T00:00:00Z") == one()


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("title", 5, "title left out: not text"),
        ("published", ["2025"], "published left out: not a date such as 2025-04-24"),
        ("published", "soon", "soon"),
        ("source", 5, "source left out"),
        ("authors", [5], "authors left out: not a list of names"),
        ("image", "file:///etc/passwd", "image left out"),
    ],
)
def test_wrong_type_costs_the_field_and_not_the_article(
    field: str, value: object, problem: str
) -> None:
    facts = one(**{field: value})
    assert any(problem in said for said in facts.problems)
    assert facts.url == GOOD["url"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"title": "x",', "in.jsonl:2: not JSON: expecting property name"),
        (b"nonsense", "in.jsonl:2: not JSON: expecting value at column 1; mend or delete it"),
        (b'{"title": "\xff"}', "in.jsonl:2: not UTF-8; save it as UTF-8"),
        (b"5", "in.jsonl:2: not a JSON object"),
        (b"{}", "in.jsonl:2: has no title, url or text; add at least one of them"),
        (b'{"a":' * 5000, "in.jsonl:2: not JSON that can be read"),
        (b'{"a": ' + b"9" * 5000 + b"}", "in.jsonl:2: not JSON that can be read"),
        (b'{"title": "' + b"x" * 60_000 + b'"}', "in.jsonl:2: line larger than 50,000 bytes"),
    ],
)
def test_bad_line_is_named_and_the_rest_goes_on(line: bytes, message: str) -> None:
    found = lines(GOOD, line, {**GOOD, "title": "Another"}, max_bytes=50_000)
    assert [entry.title for entry in found if isinstance(entry, Facts)] == ["A treaty", "Another"]
    assert len(errors(found)) == 1 and errors(found)[0].startswith(message)


def test_lines_after_an_overlong_one_keep_their_numbers() -> None:
    found = lines({"title": "x" * 90_000}, b"nonsense", max_bytes=10_000)
    assert errors(found)[1].startswith("in.jsonl:2:")


def test_many_bad_lines_are_counted_not_listed() -> None:
    found = errors(lines(*[b"nonsense"] * 50))
    assert len(found) == 21
    assert found[-1] == "in.jsonl: 30 more lines could not be read; mend or delete them"


def test_empty_lines_and_byte_order_marks_are_nothing() -> None:
    found = lines(b"\xef\xbb\xbf" + json.dumps(GOOD).encode() + b"\r", b"", b"  ", GOOD)
    assert len(found) == 2 and not errors(found)


def test_list_in_place_of_lines_is_read_whole() -> None:
    text = json.dumps([GOOD, {"title": "Another"}], indent=2).encode()
    found = list(read_lines(io.BytesIO(text), name="-", timezone="UTC", max_bytes=10_000))
    assert [entry.title for entry in found if isinstance(entry, Facts)] == ["A treaty", "Another"]


class TestDocuments:
    def read(self, value: object, max_bytes: int = 10_000) -> list[Facts | SourceError]:
        data = json.dumps(value).encode()
        return list(read_json(data, name="in.json", timezone="UTC", max_bytes=max_bytes))

    @pytest.mark.parametrize("value", [[GOOD], {"articles": [GOOD]}, {"items": [GOOD]}, GOOD])
    def test_list_object_with_a_list_and_single_article_are_read(self, value: object) -> None:
        (facts,) = self.read(value)
        assert isinstance(facts, Facts) and facts.title == "A treaty"

    def test_bad_entry_is_named_by_its_number(self) -> None:
        assert errors(self.read([GOOD, 5]))[0].startswith("in.json#2: not a JSON object")

    @pytest.mark.parametrize("value", [5, "text", None])
    def test_what_holds_no_articles_is_refused(self, value: object) -> None:
        with pytest.raises(ArticleError, match=r"in\.json: holds no list of articles"):
            self.read(value)

    def test_more_than_the_bound_is_refused(self) -> None:
        with pytest.raises(ArticleError, match=r"larger than 10 bytes; raise max_bytes"):
            self.read([GOOD], max_bytes=10)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    [
        *("title", "summary", "text", "url", "published", "updated", "source", "authors"),
        *("language", "image", "categories", "guid", "id", "first_seen"),
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(FIELDS, json_values, max_size=8))
def test_no_object_breaks_the_run(value: dict[str, object]) -> None:
    for entry in lines(value, GOOD, max_bytes=1_000_000):
        assert isinstance(entry, Facts | ArticleError)
        if isinstance(entry, Facts):
            (entry.title + entry.summary + entry.text + (entry.url or "")).encode()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_break_the_run(data: bytes) -> None:
    for name in ("in.jsonl", "in.json"):
        read = read_lines if name == "in.jsonl" else None
        try:
            if read:
                list(read(io.BytesIO(data), name=name, timezone="UTC", max_bytes=100))
            else:
                list(read_json(data, name=name, timezone="UTC", max_bytes=100))
        except SourceError as error:
            assert str(error).startswith("in.json")
