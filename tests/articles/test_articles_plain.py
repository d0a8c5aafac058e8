"""Plain text: what a file of cases/ cannot show (see test_articles_cases.py for the shapes)."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from digest.articles.decode import decode_text
from digest.articles.plain import read_plain
from digest.errors import ArticleError
from digest.model.facts import Facts

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
BODY = (
    "The ferry carried two hundred passengers across the sound, and none of them was late for work."
    " Its captain said that the new timetable had been tested for a month.\n"
    "A second boat follows in the autumn, when the old pier has been repaired and painted."
)
BLOCKS = BODY.replace("\n", "\n\n")


def read(text: str, name: str = "ferry.txt") -> Facts:
    found = read_plain(text, name=name, timezone="Asia/Seoul")
    assert len(found) == 1
    return found[0]


HEAD = "New Ferry Crosses the Sound in Nine Minutes"


def test_seed_document_gives_exactly_what_the_contract_says() -> None:
    files = sorted(SHARED.glob("seed/*.txt"))
    if not files:
        pytest.skip("the shared seed document is not beside this checkout")
    for file in files:
        text, problems = decode_text(file.read_bytes())
        facts = read(text, file.name)
        assert not problems
        assert facts.title == (
            "North Korea- Russia Treaty: A New Era of Peace and Security in Eurasia"
        )
        assert facts.summary == text.split("\n")[1]
        assert facts.published is not None
        assert facts.published.isoformat() == "2025-04-24"
        assert facts.published.basis == "dateline"
        assert facts.source is not None
        assert (facts.source.name, facts.source.url) == ("en.yna.co.kr", "https://en.yna.co.kr/")
        assert facts.url is None
        assert facts.text.startswith("On April 24, 2025, North Korea emphasized")
        assert facts.text.endswith("cooperative era in Eurasia.")
        assert facts.problems == ()


def test_hard_wrapped_lines_become_paragraphs() -> None:
    lines = [*textwrap.wrap(BODY.splitlines()[0], 60), "", *textwrap.wrap(BODY, 60)]
    facts = read(f"{HEAD}\n\n" + "\n".join(lines))
    assert facts.text == f"{BODY.splitlines()[0]}\n\n{' '.join(BODY.split())}"


def test_invisible_characters_do_not_reach_the_headline() -> None:
    facts = read(f"\ufeff\u200b{HEAD}\u00a0\n\nOn April 24, 2025, {BLOCKS}")
    assert facts.title == HEAD
    assert facts.published is not None


@pytest.mark.parametrize("rule", ["---", "***", "* * *", "==========", "_____", "\f", "#####"])
def test_articles_of_one_file_are_parted_at_rules(rule: str) -> None:
    one = f"{HEAD}\n24 April 2025\n\n{BLOCKS}\n\nSource: sound.example.org"
    two = f"Seals Return to the Sound\n23 April 2025\n\n{BLOCKS}"
    found = read_plain(f"{one}\n\n{rule}\n\n{two}\n", name="many.txt", timezone="UTC")
    assert [facts.title for facts in found] == [HEAD, "Seals Return to the Sound"]
    dates = [facts.published.isoformat() for facts in found if facts.published]
    assert dates == ["2025-04-24", "2025-04-23"]
    assert [facts.fragment for facts in found] == ["1", "2"]
    assert found[1].source is None


def test_rule_before_a_footer_parts_nothing() -> None:
    facts = read(f"{HEAD}\n\n{BLOCKS}\n\n---\n\nSource: sound.example.org\n© 2025 Sound Media")
    assert facts.source is not None
    assert facts.source.name == "sound.example.org"


def test_rule_within_a_story_parts_nothing() -> None:
    text = f"{HEAD}\n\n{BLOCKS}\n\n* * *\n\n{BLOCKS}"
    assert "\n\n".join([BLOCKS, BLOCKS]) == read(text).text


def test_underlined_headline_is_one_article() -> None:
    facts = read(f"{HEAD}\n{'=' * 40}\n24 April 2025\n\n{BLOCKS}")
    assert facts.title == HEAD
    assert facts.text == BLOCKS


def test_headline_in_capitals_is_kept_and_noted() -> None:
    facts = read(f"{HEAD.upper()}\n\n{BLOCKS}")
    assert facts.title == HEAD.upper()
    assert "has a headline in capitals" in facts.problems


@pytest.mark.parametrize("text", ["", " \n\n ", "---\n***\n", "\ufeff"])
def test_file_without_text_is_refused_by_name(text: str) -> None:
    with pytest.raises(ArticleError, match=r"empty\.txt: holds no text"):
        read_plain(text, name="empty.txt", timezone="UTC")
