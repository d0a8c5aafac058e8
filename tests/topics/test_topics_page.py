"""docs/topics.md says what the rules do: its examples are tried here."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.config.read import parse_settings
from digest.model import Article, Link
from digest.topics.rules import Rules

PAGE = (Path(__file__).parents[2] / "docs/topics.md").read_text(encoding="utf-8")
EXAMPLE = Article(
    id="1",
    title="",
    first_seen=datetime(2025, 4, 28, tzinfo=UTC),
    source=Link(name="Example"),
    input="a.txt",
    language="en",
)
ROW = re.compile(r"^\| `(?P<rule>(?P<key>\w+) = .+?)` \| (?P<match>.+) \| (?P<not>.*?) ?\|$", re.M)


def article(key: str, example: str) -> Article:
    if key in ("hosts", "paths"):
        return replace(EXAMPLE, url=example)
    if key == "authors":
        return replace(EXAMPLE, authors=("Someone Else", example))
    if key == "categories":
        return replace(EXAMPLE, categories=(example,))
    return replace(EXAMPLE, title=example)


@pytest.mark.parametrize("row", list(ROW.finditer(PAGE)), ids=lambda row: row["rule"])
def test_the_examples_in_the_table_of_rules_are_true(row: re.Match[str]) -> None:
    rules = Rules(parse_settings(f'[[topics]]\nname = "A"\n{row["rule"]}', "digest.toml"))
    for column, topic in (("match", "A"), ("not", "Also this week")):
        examples = re.findall(r"`([^`]+)`", row[column])
        assert examples
        for example in examples:
            assert rules.place(article(row["key"], example)).topic == topic, example


def test_the_table_of_rules_has_every_key_of_a_topic_that_places() -> None:
    keys = {row["key"] for row in ROW.finditer(PAGE)}
    assert keys == {"hosts", "paths", "authors", "categories", "keywords"}


def test_the_settings_of_the_page_are_read() -> None:
    for block in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL):
        assert tomllib.loads(block)
        parse_settings(block, "digest.toml")
