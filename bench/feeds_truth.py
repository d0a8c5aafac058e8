"""How many feeds with known answers digest reads right, by origin and class.

    python bench/feeds_truth.py [--wrong] [--feedparser] [--data FOLDER]

A case is right when every fact that it names is right. Text compares as plain text on both
sides, dates as instants in UTC. ``--wrong`` lists what differs, ``--feedparser`` scores that
library on the same cases in the same run.
"""

from __future__ import annotations

import argparse
import collections
import json
import sys
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from digest.errors import FeedError
from digest.feeds import parse_feed
from digest.markup import plain_text
from digest.urls import join_url

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "feeds"


def load(folder: Path) -> list[dict[str, Any]]:
    """The cases, in the order of the file."""
    lines = (folder / "truth.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def flat(text: object) -> str:
    """Plain text to the last tag, so that both sides compare whatever their escaping was."""
    before, value = "", unicodedata.normalize("NFC", str(text or ""))
    while before != value:
        before, value = value, plain_text(value)
    return value


def digest_facts(case: dict[str, Any], data: bytes) -> dict[str, Any] | None:
    """What digest reads: {"feed": …, "items": […]}, None for "not a feed"."""
    headers = {name.lower(): value for name, value in case["headers"].items()}
    base = case["base_url"] or ""
    # Some cases give a header alone: the address of the server that sent it is understood.
    base = base and (join_url("http://127.0.0.1:8097/", base) or "http://127.0.0.1:8097/")
    try:
        feed = parse_feed(
            data, url=base, content_type=headers.get("content-type", ""), timezone="UTC"
        )
    except FeedError:
        return None
    return {
        "feed": {
            "title": feed.title,
            "link": feed.home_url,
            "id": feed.id,
            "summary": feed.summary,
            "published": instant(feed.published),
            "updated": instant(feed.updated),
            "authors": list(feed.authors),
        },
        "items": [
            {
                "title": entry.title,
                "link": entry.url,
                "id": entry.guid,
                "summary": entry.summary,
                "content": entry.text or entry.summary,
                "published": instant(entry.published),
                "updated": instant(entry.updated),
                "authors": list(entry.authors),
            }
            for entry in feed.entries
        ],
    }


def instant(when: Any) -> str | None:
    """An instant in UTC to the second; a date alone as its midnight in UTC."""
    if when is None:
        return None
    if when.is_date:
        return f"{when.value.isoformat()}T00:00:00Z"
    value = when.value.astimezone(UTC).replace(microsecond=0)
    return value.isoformat().replace("+00:00", "Z")


def feedparser_facts(case: dict[str, Any], data: bytes) -> dict[str, Any] | None:
    """The same facts from feedparser."""
    import calendar

    import feedparser

    headers = {"content-location": case["base_url"] or "", **case["headers"]}
    got = feedparser.parse(data, response_headers=headers)
    if not got.version:
        return None

    def facts(node: Any) -> dict[str, Any]:
        def stamp(name: str) -> str | None:
            value = node.get(f"{name}_parsed")
            if not value:
                return None
            moment = datetime.fromtimestamp(calendar.timegm(value), UTC)
            return moment.isoformat().replace("+00:00", "Z")

        content = node.get("content") or [{}]
        return {
            "title": node.get("title"),
            "link": node.get("link"),
            "id": node.get("id"),
            "summary": node.get("summary") or node.get("subtitle"),
            "content": content[0].get("value") or node.get("summary"),
            "published": stamp("published"),
            "updated": stamp("updated"),
            "authors": [a["name"] for a in node.get("authors", []) if a.get("name")],
        }

    return {"feed": facts(got.feed), "items": [facts(entry) for entry in got.entries]}


def mistakes(case: dict[str, Any], got: dict[str, Any] | None) -> list[tuple[str, Any, Any]]:
    """What is wrong in ``got``: (fact, expected, given)."""
    if case["error"] or got is None:
        return [] if case["error"] and got is None else [("error", case["error"], got is None)]
    wrong: list[tuple[str, Any, Any]] = []
    expect = case["expect"]
    if expect["entries"] is not None and expect["entries"] != len(got["items"]):
        wrong.append(("entries", expect["entries"], len(got["items"])))
    named = [("feed", expect["feed"], got["feed"])]
    for place, facts in expect["items"].items():
        if int(place) >= len(got["items"]):
            wrong.append(("entries", f"#{place}", len(got["items"])))
            continue
        named.append((f"item {place}", facts, got["items"][int(place)]))
    for where, facts, given in named:
        for name, value in facts.items():
            right, shown = judge(name, value, given)
            if not right:
                wrong.append((f"{where} {name}", value, shown))
    return wrong


def judge(name: str, value: Any, given: dict[str, Any]) -> tuple[bool, Any]:
    """Whether one fact is right, and what was given."""
    if name == "no_date":
        return given["published"] is None and given["updated"] is None, given["published"]
    if name == "summary_without":
        return value not in (given["summary"] or ""), given["summary"]
    if name == "title_short":
        return len(given["title"] or "") < 10_000, len(given["title"] or "")
    if name in ("author", "authors"):
        wanted = ", ".join(value) if isinstance(value, list) else value
        shown = ", ".join(given["authors"])
        return flat(wanted) == flat(shown), shown
    if name in ("published", "updated", "created"):
        shown = given.get(name) if name != "created" else given["published"]
        return _same_instant(value, shown), shown
    shown = given.get(name)
    return flat(value) == flat(shown), shown


def _same_instant(one: str | None, other: str | None) -> bool:
    if not one or not other:
        return (one or None) == (other or None)
    first, second = (datetime.fromisoformat(text.replace("Z", "+00:00")) for text in (one, other))
    return first.replace(microsecond=0) == second.replace(microsecond=0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--wrong", action="store_true", help="list what differs")
    parser.add_argument("--feedparser", action="store_true", help="score feedparser as well")
    options = parser.parse_args()
    if not (options.data / "truth.jsonl").is_file():
        print(f"{options.data}: no truth.jsonl there; give --data FOLDER", file=sys.stderr)
        return 1
    readers = {"digest": digest_facts}
    if options.feedparser:
        readers["feedparser"] = feedparser_facts
    for reader, read in readers.items():
        report(reader, read, options.data, options.wrong)
    return 0


def report(reader: str, read: Any, folder: Path, list_wrong: bool) -> None:
    table: dict[tuple[str, str], list[int]] = collections.defaultdict(lambda: [0, 0])
    facts: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0])
    for case in load(folder):
        wrong = mistakes(case, read(case, (folder / case["file"]).read_bytes()))
        others = "feedparser's own" if case["origin"] == "feedparser" else "all others"
        keys = [(case["origin"], case["class"]), (others, "")]
        if case["class"] != "policy":
            keys.append((f"{others}, no policy", ""))
        for key in keys:
            table[key][bool(wrong)] += 1
        names = [name for named in case["expect"]["items"].values() for name in named]
        names += list(case["expect"]["feed"])
        missed = [name.rpartition(" ")[2] for name, _, _ in wrong]
        for name in names:
            facts[name][0] += 1
        for name in missed:
            facts[name][1] += 1
        if list_wrong and wrong:
            print(case["id"], case["class"], case["file"])
            for name, value, given in wrong:
                print(f"    {name}: {str(value)[:110]!r} != {str(given)[:110]!r}")
    print(f"\n{reader}: cases right of all, by origin and class")
    for (origin, kind), (right, wrong_count) in sorted(table.items()):
        total = right + wrong_count
        print(f"  {origin:28} {kind:10} {right:4} of {total:4}  {100 * right / total:5.1f} %")
    print(f"{reader}: facts, wrong of named")
    for name, (named, wrong_count) in sorted(facts.items()):
        print(f"  {name:18} {wrong_count:4} of {named:4}")


if __name__ == "__main__":
    sys.exit(main())
