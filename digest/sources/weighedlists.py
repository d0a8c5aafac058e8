"""What an entry of a sitemap or of bookmarks offers: for ``digest articles --explain``.

Each fact has one field there; what is weighed is which of the days dates the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

from digest.model.candidate import Candidates, Fact
from digest.model.facts import Facts
from digest.model.offer import Offer, settle, shown

_FIELD = "its field in the list"


def weigh_listed(facts: Facts) -> Facts:
    """The facts with their candidates."""
    weighed = Candidates(wanted=True)
    settle(weighed, facts, _offers(facts))
    return replace(facts, candidates=weighed.all())


def _offers(facts: Facts) -> Iterator[Offer]:
    for fact in get_args(Fact):
        when = facts.published if fact == "published" else facts.updated
        basis = when.basis if fact in ("published", "updated") and when is not None else _FIELD
        yield Offer(fact=fact, value=shown(facts, fact), basis=basis, because="stands there")
    if facts.updated is not None:
        yield Offer(
            fact="published",
            value=facts.updated.raw,
            basis=facts.updated.basis,
            refused="when the page was last touched, not when it was published",
        )
    if facts.kept is not None:
        yield Offer(
            fact="published",
            value=facts.kept.isoformat(),
            basis="bookmark",
            refused="when somebody kept the link, not when the page was published",
        )
