"""issue.lock: what digest proposed and from what, as JSON that reads well in a diff.

It is the base of the next merge, the answer to ``digest why``, and the record that an issue
left the house. It is written after issue.md: a run that dies between the two leaves a lock
older than the document, which the next merge takes for what it is.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from digest import __version__
from digest.issue.seal import hash_all, seal
from digest.model import Earlier, Issue, Text, Window, article_key, format_instant
from digest.model.issue import Block
from digest.model.rules import BULK, HOLD_EXPIRED
from digest.names import Signs
from digest.urls import canonical_url

if TYPE_CHECKING:
    from digest.model import LeftOut, SourceReport, Story

VERSION = 1
# An article whose headline is edited every hour does not fill the lock.
_MOST_SIGNS = 8
# Left-out articles that a lock names: of those whose reason the issues say themselves, and of
# all others, which only a source that offers thousands for one issue comes near.
NAME_AT_MOST = (200, 10_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an item was proposed; ``article`` and ``also`` are articles as CONTRACT §3 has them,
    ``summary`` what a language model wrote: ``model``, ``of`` (a hash of what it was made from)
    and ``text``; empty where the article has a summary of its own, or none. An item that waited
    in Hold did so in ``held_issues`` issues, the first of them ``held_since``. Of a placement
    that was learned, ``confidence``, the topic that came ``second`` and what spoke ``strongest``
    for it, in words. ``ties`` say of each of ``also`` why it is one story with the others.
    ``score`` is the sum of ``score_parts``, ``rank`` its place in its section, in words; None and
    empty for what was not ranked. ``earlier`` are items of past issues that it follows."""

    reason: str
    article: Mapping[str, Any]
    late: bool = False
    also: tuple[Mapping[str, Any], ...] = ()
    summary: Mapping[str, str] = field(default_factory=dict)
    held_since: str = ""
    held_issues: int = 0
    confidence: float | None = None
    second: str = ""
    strongest: tuple[str, ...] = ()
    ties: tuple[str, ...] = ()
    score: float | None = None
    score_parts: Mapping[str, float] = field(default_factory=dict)
    rank: str = ""
    earlier: tuple[Earlier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """What issue.lock holds.

    ``proposal`` is the base of the next merge, None when digest proposed nothing; ``reasons``
    goes by item key. ``identities`` has, by key, what issued, cut and held articles are known
    by besides; several when one changed while it stood in the issue. ``left_out`` names the
    articles that ``left_out_counts`` counts by rule; of those before the window or issued already,
    some. ``inputs`` is a hash of what was
    composed from, ``input_hashes`` has one for each source; ``newsletter`` is what
    ``[newsletter]`` said, ``appearance`` what other tables say of the mail's looks, ``outputs``
    has a hash of each file that came out. ``hashes`` are those of the lock's own parts as they
    were read; a lock made anew gets its own when it is written. ``composed_with`` is the
    version of digest that composed it. ``deliveries`` are the finished hand-offs, without
    addresses.
    """

    slug: str
    window: Window | None = None
    composed_at: datetime | None = None
    proposal: Issue | None = None
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    identities: Mapping[str, tuple[Signs, ...]] = field(default_factory=dict)
    left_out_counts: Mapping[str, int] = field(default_factory=dict)
    left_out: tuple[Mapping[str, Any], ...] = ()
    sources: tuple[Mapping[str, Any], ...] = ()
    inputs: str = ""
    input_hashes: Mapping[str, str] = field(default_factory=dict)
    newsletter: Mapping[str, str] = field(default_factory=dict)
    appearance: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    hashes: Mapping[str, str] = field(default_factory=dict, compare=False)
    deliveries: tuple[Mapping[str, Any], ...] = ()
    composed_with: str = ""
    version: int = VERSION

    @classmethod
    def for_document(cls, issue: Issue) -> Lock:
        """A lock for a document that digest did not propose, or whose lock is lost."""
        return cls(slug=issue.slug, window=read_window(issue.window, issue.timezone))

    def with_deliveries(self, deliveries: Iterable[Mapping[str, Any]]) -> Lock:
        """The lock with other deliveries."""
        return replace(self, deliveries=tuple(deliveries))


def make_lock(
    base: Issue,
    *,
    window: Window,
    composed_at: datetime,
    stories: Iterable[Story],
    waited: Mapping[str, Reason] | None = None,
    signs: Mapping[str, Signs] | None = None,
    signs_before: Mapping[str, tuple[Signs, ...]] | None = None,
    summaries: Mapping[str, Mapping[str, str]] | None = None,
    left_out: Sequence[LeftOut] = (),
    reports: Iterable[SourceReport] = (),
    input_hashes: Mapping[str, str] | None = None,
    newsletter: Mapping[str, str] | None = None,
    appearance: Mapping[str, Mapping[str, Any]] | None = None,
    outputs: Mapping[str, str] | None = None,
    previous: Lock | None = None,
    name_at_most: tuple[int, int] = NAME_AT_MOST,
) -> Lock:
    """The lock of one compose: ``base`` is what the merge gave as the next one's base.

    ``waited`` are the reasons of what waited in Hold, by key. ``signs`` are what the articles of
    this run are known by, by key; ``signs_before`` what those are that waited in earlier issues;
    ``summaries`` those that a language model wrote, by key as well. Of ``previous`` stay the
    deliveries, and the reasons and identities of items that ``base`` still holds.
    """
    keys = {item.key for section in base.sections for item in section.items}
    old = previous.reasons if previous else {}
    reasons = {key: reason for key, reason in old.items() if key in keys}
    reasons.update((key, reason) for key, reason in (waited or {}).items() if key in keys)
    for story in stories:
        reasons[article_key(story.lead)] = Reason(
            reason=story.reason,
            late=story.late,
            article=story.lead.to_json(),
            also=tuple(article.to_json() for article in story.also),
            summary=(summaries or {}).get(article_key(story.lead), {}),
            confidence=story.confidence,
            second=story.second,
            strongest=story.strongest,
            ties=story.ties,
            score=story.score if story.parts else None,
            score_parts=dict(story.parts),
            rank=story.rank,
            earlier=story.earlier,
        )
    return Lock(
        slug=base.slug,
        window=window,
        composed_at=composed_at,
        proposal=base,
        reasons=reasons,
        identities=_identities(base, reasons, signs or {}, signs_before or {}, previous),
        left_out_counts=dict(sorted(Counter(entry.rule for entry in left_out).items())),
        left_out=tuple(entry.to_json() for entry in _named(left_out, name_at_most)),
        sources=tuple(report.to_json() for report in reports),
        inputs=hash_all(input_hashes or {}),
        input_hashes=dict(input_hashes or {}),
        newsletter=dict(newsletter or {}),
        appearance=dict(appearance or {}),
        outputs=dict(outputs or {}),
        deliveries=previous.deliveries if previous else (),
        composed_with=__version__,
    )


def _named(left_out: Sequence[LeftOut], at_most: tuple[int, int]) -> list[LeftOut]:
    """Those that the lock names, in the order of their keys, whatever order they came in.

    Of the bulk those without a date come first: only their first sight says whose they are. Of
    all others what a later issue must take.
    """
    from digest.window import PUT_OFF  # a lock is read in many places that need no window

    by_key = sorted(left_out, key=lambda entry: (article_key(entry.article), entry.rule))
    taken = {*PUT_OFF, HOLD_EXPIRED}
    bulk = [at for at, entry in enumerate(by_key) if entry.rule in BULK]
    rest = [at for at, entry in enumerate(by_key) if entry.rule not in BULK]
    bulk.sort(key=lambda at: by_key[at].article.published is not None)
    rest.sort(key=lambda at: by_key[at].rule not in taken)
    return [by_key[at] for at in sorted([*bulk[: at_most[0]], *rest[: at_most[1]]])]


def _identities(
    base: Issue,
    reasons: Mapping[str, Reason],
    signs: Mapping[str, Signs],
    signs_before: Mapping[str, tuple[Signs, ...]],
    previous: Lock | None,
) -> dict[str, tuple[Signs, ...]]:
    """What each article that stands in ``base`` is known by, earlier names included."""
    items = [item for section in base.sections for item in section.items]
    keys = {item.key for item in items} | {
        canonical_url(link.url) or link.url for item in items for link in item.also if link.url
    }
    for key, reason in reasons.items():
        if key in keys:
            keys.update(f"digest:{article.get('id')}" for article in reason.also)
    found: dict[str, tuple[Signs, ...]] = {}
    for key in sorted(keys):
        earlier = previous.identities.get(key, ()) if previous else ()
        now = (signs[key],) if key in signs else ()
        known = tuple(dict.fromkeys((*signs_before.get(key, ()), *earlier, *now)))[-_MOST_SIGNS:]
        if known:
            found[key] = known
    return found


def write_lock(lock: Lock) -> str:
    """The lock as JSON: keys sorted, two blanks of indent, each delivery on one line."""
    from digest.issue.ranks import short_ranks

    ranks = short_ranks(lock.proposal, lock.reasons)
    content: dict[str, Any] = {
        "version": lock.version,
        "slug": lock.slug,
        "window": lock.window.to_json() if lock.window else None,
        "composed_at": format_instant(lock.composed_at) if lock.composed_at else None,
        "composed_with": lock.composed_with,
        "proposal": _issue_json(lock.proposal) if lock.proposal else None,
        "reasons": {
            key: {
                "reason": reason.reason,
                "late": reason.late,
                "article": dict(reason.article),
                "also": [dict(article) for article in reason.also],
            }
            | ({"summary": dict(reason.summary)} if reason.summary else {})
            | (
                {"held_since": reason.held_since, "held_issues": reason.held_issues}
                if reason.held_since
                else {}
            )
            | placement_json(reason)
            | ({"rank": ranks[key]} if key in ranks else {})
            for key, reason in lock.reasons.items()
        },
        "identities": {
            key: [signs.to_json() for signs in of_one] for key, of_one in lock.identities.items()
        },
        "left_out_counts": dict(lock.left_out_counts),
        "left_out": [dict(entry) for entry in lock.left_out],
        "sources": [dict(source) for source in lock.sources],
        "inputs": lock.inputs,
        "input_hashes": dict(lock.input_hashes),
        "newsletter": dict(lock.newsletter),
        "outputs": dict(lock.outputs),
    }
    if lock.appearance:
        content["appearance"] = {name: dict(table) for name, table in lock.appearance.items()}
    content["hashes"] = dict(lock.hashes) or seal(content)
    rows = {
        key: json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True).replace("\n", "\n  ")
        for key, value in content.items()
    }
    lines = [
        json.dumps(dict(entry), ensure_ascii=False, sort_keys=True) for entry in lock.deliveries
    ]
    rows["deliveries"] = "[\n    " + ",\n    ".join(lines) + "\n  ]" if lines else "[]"
    return "{\n" + ",\n".join(f'  "{key}": {rows[key]}' for key in sorted(rows)) + "\n}\n"


def placement_json(placed: Reason | Story) -> dict[str, Any]:
    """How surely it was placed, the runner-up and the strongest features, what ties
    it to other reports, how it ranks, what it follows: what there is of it."""
    parts = placed.score_parts if isinstance(placed, Reason) else dict(placed.parts)
    ranked = {"score": placed.score, "score_parts": dict(parts), "rank": placed.rank}
    found = {
        "confidence": placed.confidence,
        "second": placed.second,
        "strongest": list(placed.strongest),
        "ties": list(placed.ties),
        **(ranked if parts else {}),
        "earlier": [each.to_json() for each in placed.earlier],
    }
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def read_window(text: str, timezone: str) -> Window | None:
    """The window that front matter states as ``start/end``; None when it states none."""
    from zoneinfo import ZoneInfo

    start, _, end = text.partition("/")
    try:
        zone = ZoneInfo(timezone or "UTC")
        window = Window(
            start=datetime.fromisoformat(start).astimezone(zone),
            end=datetime.fromisoformat(end).astimezone(zone),
            timezone=timezone or "UTC",
        )
    except (ValueError, KeyError, OSError, OverflowError):
        return None
    has_zones = all(datetime.fromisoformat(part).tzinfo for part in (start, end))
    return window if has_zones and window.start < window.end else None


def _issue_json(issue: Issue) -> dict[str, Any]:
    return {
        "title": issue.title,
        "subject": issue.subject,
        "preheader": issue.preheader,
        "window": issue.window,
        "timezone": issue.timezone,
        "language": issue.language,
        "introduction": issue.introduction,
        "extra": [list(pair) for pair in issue.extra],
        "sections": [
            {
                "heading": section.heading,
                "kind": section.kind,
                "attributes": section.attributes,
                "blocks": [block_json(block) for block in section.blocks],
            }
            for section in issue.sections
        ],
    }


def block_json(block: Block) -> dict[str, Any]:
    """A block as issue.lock has it."""
    if isinstance(block, Text):
        return {"text": block.markdown}
    return {
        "key": block.key,
        "title": block.title,
        "url": block.url,
        "byline": block.byline,
        "body": block.body,
        "also": [link.to_json() for link in block.also],
        **({"earlier": [link.to_json() for link in block.earlier]} if block.earlier else {}),
        "form": block.form,
    }
