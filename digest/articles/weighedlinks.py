"""What a page of links offers for the articles that it links to: ``digest articles --explain``."""

from __future__ import annotations

from dataclasses import replace

from digest.model import Candidates, Facts


def weigh_link(facts: Facts, titles: list[str]) -> Facts:
    """The facts with what was weighed: the words of all links to the page, and the day."""
    weighed = Candidates(wanted=True)
    weighed.won("title", facts.title, "words of the link", "in a heading, or the most of them")
    for title in titles:
        if title != facts.title:
            weighed.lost("title", title, "words of another link", "to the same page; says less")
    weighed.won("url", facts.url or "", "href", "where the link leads")
    if facts.published is not None:
        why = "the one date in the part of the page that is this link's"
        weighed.won("published", facts.published.raw, facts.published.basis, why)
    for problem in facts.problems:
        if facts.published is None:
            weighed.lost("published", problem.partition(": ")[2] or problem, "links:text", problem)
    return replace(facts, candidates=weighed.all())
