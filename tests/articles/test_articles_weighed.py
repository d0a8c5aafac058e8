"""What mail and Markdown offer for each fact, and why it won or lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest.articles.mail import read_mail
from digest.articles.markdown import read_markdown
from digest.model.facts import Facts

CASES = Path(__file__).parent / "cases"


def article(name: str) -> Facts:
    text = (CASES / name).read_text(encoding="utf-8").partition("-------- article --------\n")[2]
    if name.endswith(".eml"):
        found = read_mail(text.encode(), name="a.eml", timezone="Asia/Seoul", explain=True)
    else:
        found = read_markdown(text, name="a.md", timezone="Asia/Seoul", explain=True)
    return found[0]


def said(facts: Facts, fact: str) -> list[tuple[bool, str, str]]:
    entries = [entry for entry in facts.candidates if entry.fact == fact]
    return [(entry.won, entry.basis, entry.value) for entry in entries]


def test_forwarders_day_is_shown_as_having_lost() -> None:
    facts = article("mail/forward-thunderbird.eml")
    assert said(facts, "published") == [
        (False, "mail:date", "Mon, 28 Apr 2025 07:00:00 +0900"),
        (True, "mail:date", "Thu, 24 Apr 2025 09:10:00 +0200"),
    ]
    assert said(facts, "title")[1] == (False, "mail:subject", "Fwd: Seals return")


def test_list_wins_as_the_source() -> None:
    facts = article("mail/list-with-a-name.eml")
    assert said(facts, "source") == [(True, "mail:list-id", "Sound Weekly")]


def test_keys_of_front_matter_are_shown_in_their_order() -> None:
    facts = article("markdown/hugo-publish-date-goes-after-date.md")
    assert said(facts, "published") == [
        (True, "front-matter:date", "2025-04-24"),
        (False, "front-matter:publishdate", "2025-05-01"),
    ]
    made = article("markdown/obsidian-properties.md")
    assert (False, "front-matter:created", "2025-05-02") in said(made, "published")


@pytest.mark.parametrize("case", sorted(CASES.glob("ma*/*.*")), ids=lambda path: path.stem)
def test_each_fact_that_an_article_has_was_won_by_one_candidate(case: Path) -> None:
    facts = article(f"{case.parent.name}/{case.name}")
    for fact in ("title", "published", "source"):
        winners = [entry for entry in said(facts, fact) if entry[0]]
        if facts.candidates:
            assert len(winners) == (1 if getattr(facts, fact) else 0)


def test_nothing_is_kept_unless_asked() -> None:
    assert read_mail(b"Subject: x\n\ny", name="a.eml", timezone="UTC")[0].candidates == ()
