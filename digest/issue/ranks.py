"""How issue.lock tells ranks: ``2 of 9 in Tools`` follows from the proposal, and is not written.

One article more would change that line of every other one. Where it does not follow, as where the
editor cut an item of the section, the whole is written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from digest.issue.inline import plain_words

if TYPE_CHECKING:
    from digest.issue.lock import Reason
    from digest.model import Issue

_RANK = re.compile(r"(?P<place>\d+) of (?P<of>\d+) in ")
_BETWEEN = ": "


def short_ranks(proposal: Issue | None, reasons: Mapping[str, Reason]) -> dict[str, str]:
    """By key, what is to be written of those ranks that :func:`with_whole_ranks` finds again."""
    found: dict[str, str] = {}
    for topic, keys in _sections(proposal):
        ranked = [
            (key, match)
            for key in keys
            if key in reasons and (match := _RANK.match(reasons[key].rank))
        ]
        totals = Counter(int(match["of"]) for _, match in ranked)
        for of in sorted(totals):
            members = [(key, match) for key, match in ranked if int(match["of"]) == of]
            words = {key: reasons[key].rank[match.end() :] for key, match in members}
            if [int(match["place"]) for _, match in members] == list(range(1, of + 1)) and all(
                said == topic or said.startswith(topic + _BETWEEN) for said in words.values()
            ):
                found |= {key: said[len(topic + _BETWEEN) :] for key, said in words.items()}
                break
    return found


def with_whole_ranks(
    proposal: Issue | None, reasons: Mapping[str, Reason], short: Mapping[str, str]
) -> dict[str, Reason]:
    """The reasons, those of ``short`` with the ranks that :func:`short_ranks` shortened so."""
    found = dict(reasons)
    for topic, keys in _sections(proposal):
        ranked = [key for key in keys if key in short and key in reasons]
        for place, key in enumerate(ranked, 1):
            words = f"{_BETWEEN}{short[key]}" if short[key] else ""
            found[key] = replace(reasons[key], rank=f"{place} of {len(ranked)} in {topic}{words}")
    return found


def is_whole(rank: str) -> bool:
    """Whether a rank has its place in it, as locks of old have."""
    return bool(_RANK.match(rank))


def _sections(proposal: Issue | None) -> Iterator[tuple[str, list[str]]]:
    for section in proposal.sections if proposal else ():
        if section.kind == "topic":
            yield plain_words(section.heading, {}), [item.key for item in section.items]
