"""What an article written as JSON offers for each fact: for ``digest articles --explain``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from digest.dates import parse_stamp
from digest.markup import clean_text
from digest.model.candidate import Candidate, Candidates
from digest.model.facts import Facts
from digest.model.offer import Offer, settle, shown
from digest.sources.jsonl import KEYS

_FIRST = "the first field that has a value counts"


def weigh_object(facts: Facts, value: Mapping[str, Any], *, timezone: str) -> tuple[Candidate, ...]:
    """The candidates of an object's facts: its fields by their names, in the reader's order."""
    weighed = Candidates(wanted=True)
    settle(weighed, facts, _offers(facts, value, timezone))
    return weighed.all()


def _offers(facts: Facts, value: Mapping[str, Any], timezone: str) -> Iterator[Offer]:
    known = {key for keys in KEYS.values() for key in keys}
    for fact, keys in KEYS.items():
        first = next((key for key in keys if value.get(key) is not None), None)
        for key in keys:
            if value.get(key) is None:
                continue
            stated = shown(facts, fact)
            words = stated if key == first and stated else _words(value[key])
            yield Offer(
                fact=fact,
                value=words,
                basis=f"json:{key}",
                refused="" if key != first or stated else "cannot be read as this fact",
                because=_FIRST,
                otherwise=f"{first} comes before it",
            )
    for key, said in value.items():
        if key in known or not isinstance(said, str) or "date" not in key.lower():
            continue
        if parse_stamp(said, basis="", timezone=timezone)[0] is not None:
            refused = "no field for the day of publication"
            yield Offer(fact="published", value=said, basis=f"json:{key}", refused=refused)


def _words(value: Any) -> str:
    """A field of any kind in words."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_words, value)))
    if isinstance(value, dict):
        return clean_text(str(value.get("name") or value.get("url") or ""))
    return clean_text(str(value))
