"""Every file under cases/: the facts that must come of it in TOML, a rule, the article itself.

A new case is a new file. What the facts do not name must be absent: no date, no source, no
author, no summary may be made up. ``problem`` is part of a problem that must be noted, ``absent``
are words that must not reach the text, ``file`` is the name that the reader is told.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from digest.articles.mail import read_mail
from digest.articles.markdown import read_markdown
from digest.articles.plain import read_plain
from digest.model.facts import Facts

CASES = Path(__file__).parent / "cases"
RULE = "-------- article --------\n"


def read_article(kind: str, text: str, name: str) -> list[Facts]:
    if kind == "mail":
        return read_mail(text.encode(), name=name, timezone="Asia/Seoul")
    reader = read_markdown if kind == "markdown" else read_plain
    return reader(text, name=name, timezone="Asia/Seoul")


@pytest.mark.parametrize(
    "case",
    sorted(CASES.glob("*/*.*")),
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_article_has_exactly_the_facts_that_it_states(case: Path) -> None:
    head, _, text = case.read_text(encoding="utf-8").partition(RULE)
    wanted = tomllib.loads(head)
    default = {"plain": "ferry.txt", "markdown": "ferry.md", "mail": "ferry.eml"}
    kind = case.parent.name
    found = read_article(kind, text, wanted.get("file", default[kind]))
    assert len(found) == 1
    facts = found[0]
    assert {
        "title": facts.title,
        "summary": facts.summary,
        "published": facts.published.isoformat() if facts.published else None,
        "basis": facts.published.basis if facts.published else None,
        "updated": facts.updated.isoformat() if facts.updated else None,
        "source": facts.source.name if facts.source else None,
        "source_url": facts.source.url if facts.source else None,
        "url": facts.url,
        "origin": facts.origin,
        "authors": list(facts.authors),
        "language": facts.language,
        "categories": list(facts.categories),
    } == {
        "title": wanted["title"],
        "summary": wanted.get("summary", ""),
        "published": wanted.get("published"),
        "basis": wanted.get("basis"),
        "updated": wanted.get("updated"),
        "source": wanted.get("source"),
        "source_url": wanted.get("source_url"),
        "url": wanted.get("url"),
        "origin": wanted.get("origin", ""),
        "authors": wanted.get("authors", []),
        "language": wanted.get("language", ""),
        "categories": wanted.get("categories", []),
    }
    if "problem" in wanted:
        assert wanted["problem"] in " · ".join(facts.problems)
    else:
        assert not [p for p in facts.problems if p != "states no date of publication"]
    for words in wanted.get("absent", []):
        assert words not in facts.text
    if "begins" in wanted:
        assert facts.text.startswith(wanted["begins"])
