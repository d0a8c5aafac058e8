"""What an issue leaves behind as text, and back: what the database keeps instead of reading the
issue again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from digest.errors import LockError
from digest.issue.lock import block_json, read_window
from digest.issue.past import PastIssue
from digest.issue.propose import HeldItem
from digest.issue.unlock import parse_item
from digest.model import format_instant
from digest.names import Signs

FORMAT = 10
"""Goes up when the same files would be remembered otherwise: what was kept counts no more."""


def write_past(issue: PastIssue) -> str:
    """The issue as one line of JSON."""
    keys = sorted({*issue.issued, *issue.cut, *issue.waiting, *issue.names.values()})
    place = {key: number for number, key in enumerate(keys)}
    content = {
        "slug": issue.slug,
        "window": issue.window.to_json() if issue.window else None,
        "composed_at": format_instant(issue.composed_at) if issue.composed_at else None,
        "keys": keys,
        "issued": sorted(place[key] for key in issue.issued),
        "cut": sorted(place[key] for key in issue.cut),
        "waiting": sorted(place[key] for key in issue.waiting),
        "held": [
            {
                "item": block_json(entry.item),
                "topic": entry.topic,
                "since": entry.since,
                "signs": [signs.to_json() for signs in entry.signs],
            }
            for entry in issue.held
        ],
        "left_out": issue.left_out,
        "complete": issue.complete,
        "read": None if issue.read is None else sorted(issue.read),
        "names": {name: place[key] for name, key in issue.names.items()},
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def read_past(text: str) -> PastIssue:
    """The issue that :func:`write_past` wrote. Raises ValueError for anything else."""
    try:
        return _read(json.loads(text))
    except (KeyError, IndexError, TypeError, AttributeError, LockError) as error:
        raise ValueError("not what write_past writes") from error


def _read(content: Mapping[str, Any]) -> PastIssue:
    window, composed_at = content["window"], content["composed_at"]
    keys: list[str] = content["keys"]
    return PastIssue(
        slug=content["slug"],
        window=read_window(f"{window['start']}/{window['end']}", window["timezone"])
        if window
        else None,
        composed_at=datetime.fromisoformat(composed_at) if composed_at else None,
        issued=frozenset(keys[at] for at in content["issued"]),
        cut=frozenset(keys[at] for at in content["cut"]),
        waiting=frozenset(keys[at] for at in content["waiting"]),
        held=tuple(
            HeldItem(
                item=parse_item(entry["item"]),
                topic=entry["topic"],
                since=entry["since"],
                signs=tuple(Signs.from_json(signs) for signs in entry["signs"]),
            )
            for entry in content["held"]
        ),
        left_out=tuple((key, rule, seen) for key, rule, seen in content["left_out"]),
        complete=content["complete"],
        read=None if content["read"] is None else frozenset(content["read"]),
        names={name: keys[at] for name, at in content["names"].items()},
    )
