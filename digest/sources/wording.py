"""Words of an article: the language they are in, and a summary that says the title again."""

from __future__ import annotations

import re

from digest.language import contradicts, detect
from digest.model.candidate import Candidates
from digest.model.facts import Facts

_BODY = 600
_JOINT = re.compile(r"\s*(?:[:|–—.!?。！？]+|\s-\s)\s*")
_ENOUGH_LETTERS = 60
"""Fewer do not contradict what a page or feed says of itself: names and borrowed words are many."""
_WIDE = 3
"""A letter of a script without an alphabet says as much as so many others."""


def read_language(
    facts: Facts, *, of_document: str, of_source: str, candidates: Candidates
) -> tuple[str, str]:
    """(language, problem): as the entry says, its document, the source's setting, its words.

    Words that plainly contradict win, with the problem told: pages and feeds whose template was
    never translated are many. "" where nothing says it.
    """
    words = detect(f"{facts.title}\n{facts.summary}\n{facts.text[:_BODY]}")
    said = (
        (facts.language, "the input"),
        (of_document, "its feed"),
        (of_source, "language of the source in digest.toml"),
    )
    stated, basis = next(((text, basis) for text, basis in said if text), ("", ""))
    if stated and contradicts(words, stated) and _has_enough(facts):
        candidates.lost("language", stated, basis, "its words are of another language")
        candidates.won("language", words, "words", "more than enough of them to tell")
        return words, f"says that its language is {stated}, but its words are {words}"
    if stated:
        candidates.won("language", stated, basis)
        if words and words != stated:
            candidates.lost("language", words, "words", "what is stated comes first")
        return stated, ""
    if words:
        candidates.won("language", words, "words", "nothing states it")
    return words, ""


def without_title(summary: str, title: str) -> str:
    """A summary without the title in front of it, as feeds write that render a whole page.

    The title must stand apart, by punctuation or by being said again: a sentence may begin in the
    same words. "" where there is nothing else.
    """
    rest = summary
    while title and rest[: len(title)].casefold() == title.casefold():
        behind = rest[len(title) :]
        joint = _JOINT.match(behind)
        said_again = behind.lstrip()[: len(title)].casefold() == title.casefold()
        if behind.strip(" .:|–—-") and joint is None and not said_again:
            return rest
        rest = behind[joint.end() if joint else 0 :].lstrip()
        if not rest.strip(" .:|–—-"):
            return ""
    return rest


def _has_enough(facts: Facts) -> bool:
    text = f"{facts.title}{facts.summary}{facts.text[:_BODY]}"
    return (
        sum(_WIDE if char > "\u2e80" else 1 for char in text if char.isalpha()) >= _ENOUGH_LETTERS
    )
