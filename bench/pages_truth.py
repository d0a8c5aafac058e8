"""How many facts of pages with known answers digest reads right.

    python bench/pages_truth.py [--sample N] [--no-address] [--wrong FACT] [--trafilatura]
                                [--basis] [--data FOLDER]

Right, near, wrong and absent in % for title, date, site, summary and author, as the README of
the pages says. ``--no-address`` withholds the address, ``--wrong`` lists one fact's mistakes,
``--basis`` shows how often each evidence of a date or title was right.
"""

from __future__ import annotations

import argparse
import collections
import difflib
import html
import json
import math
import re
import sys
import tarfile
import time
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from digest.articles.page import read_page
from digest.errors import ArticleError
from digest.urls import host_label

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "articles"
FACTS = ("title", "date", "site", "summary", "author")
Reader = Callable[[bytes, str | None], dict[str, Any]]


def cases(folder: Path, sample: int) -> Iterator[tuple[dict[str, Any], bytes]]:
    """(truth, page) in a fixed order; with ``sample`` every n-th, so that about N remain."""
    rows = [json.loads(line) for line in (folder / "truth.jsonl").read_text("utf-8").splitlines()]
    step = max(1, len(rows) // sample) if sample else 1
    chosen = {row["file"]: row for row in rows[::step]}
    with tarfile.open(folder / "pages.tar.xz", "r:xz") as archive:
        for member in archive:
            row = chosen.get(Path(member.name).name)
            data = archive.extractfile(member) if row and member.isfile() else None
            if row is not None and data is not None:
                yield row, data.read()


def read_by_digest(data: bytes, url: str | None) -> dict[str, Any]:
    try:
        facts = read_page(data, url=url, timezone="UTC")[0]
    except ArticleError:
        return {}
    when = facts.published
    return {
        "title": facts.title,
        "date": when.value.isoformat() if when else "",
        "date basis": when.basis if when else "",
        "site": facts.source.name if facts.source else "",
        "summary": facts.summary,
        "author": list(facts.authors),
    }


def read_by_trafilatura(data: bytes, url: str | None) -> dict[str, Any]:
    from trafilatura import bare_extraction

    found = bare_extraction(data, url=url, fast=True, with_metadata=True)
    if found is None:
        return {}
    author = (found.author or "").split("; ") if found.author else []
    return {
        "title": found.title,
        "date": found.date,
        "site": found.sitename,
        "summary": found.description,
        "author": author,
    }


def bare(text: object) -> str:
    """What titles are compared by: NFKC, case, quotes, white space and punctuation aside."""
    text = unicodedata.normalize("NFKC", str(text or "")).casefold()
    return " ".join(re.sub(r"[^\w]+", " ", text).split())


def judge_title(true: str, given: str) -> str:
    one, other = bare(true), bare(given)
    if one == other:
        return "right"
    near = one in other or other in one
    if near or difflib.SequenceMatcher(None, one, other).ratio() >= 0.9:
        return "near"
    return "wrong"


def judge_summary(true: str, given: str) -> str:
    one, other = bare(true).rstrip(" …."), bare(given).rstrip(" ….")
    if one == other or one.startswith(other) or other.startswith(one):
        return "right"
    if one in other or other in one or difflib.SequenceMatcher(None, one, other).ratio() > 0.8:
        return "near"
    return "wrong"


def judge_site(true: str, given: str) -> str:
    def short(text: str) -> str:
        text = re.sub(r"^the\s+|^www\.", "", text.casefold().strip())
        return bare(re.sub(r"\.\w{2,3}$", "", text))

    one, other = short(true), short(given)
    if one == other or one.replace(" ", "") == other.replace(" ", ""):
        return "right"
    return "near" if one in other or other in one else "wrong"


def judge_author(true: str, given: list[str]) -> str:
    def names(text: str) -> set[str]:
        parts = re.split(r"\s*(?:[;,/|]|\band\b|\bund\b|&)\s*", text)
        return {re.sub(r"^(?:by|von) ", "", bare(part)) for part in parts} - {""}

    one, other = names(true), names("; ".join(given))
    if one == other:
        return "right"
    return "near" if one & other else "wrong"


def judge_date(row: dict[str, Any], given: str) -> str:
    """The exact day; a truth in UTC also admits the day in the page's own zone."""
    day = given[:10]
    admitted = set()
    for true in filter(None, (row["truth"].get("date"), row.get("other_date"))):
        if isinstance(true, int | float):  # seconds, or milliseconds, since 1970
            seconds = true / 1000 if true > 1e11 else true
            true = datetime.fromtimestamp(seconds, UTC).isoformat()
        numbers = re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})", true)
        if numbers is not None:
            admitted.add(date(*map(int, numbers.groups())).isoformat())
        if "T" in true and "T" in given:
            instant = datetime.fromisoformat(true.replace("Z", "+00:00"))
            mine = datetime.fromisoformat(given)
            if instant.tzinfo and mine.tzinfo:
                admitted.add(instant.astimezone(mine.tzinfo).date().isoformat())
                if abs(mine - instant.astimezone(UTC)).total_seconds() < 60:
                    return "right"
    return "right" if day in admitted else "wrong"


def judge(fact: str, row: dict[str, Any], given: Any) -> str | None:
    """right, near, wrong, absent, invented; None when nothing is known."""
    true = row["truth"].get(fact)
    if isinstance(true, float) and math.isnan(true):
        true = None
    if isinstance(true, str):
        true = html.unescape(true)  # some annotators copied the source
    if not true:
        known_empty = fact in row["truth"] and row["grade"] == "human"
        return "invented" if known_empty and given and fact == "date" else None
    if not given:
        return "absent"
    if fact == "date":
        return judge_date(row, given)
    if fact == "author":
        return judge_author(true, given)
    judges = {"title": judge_title, "summary": judge_summary, "site": judge_site}
    return judges[fact](true, given)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--sample", type=int, default=0, help="about so many pages")
    parser.add_argument("--no-address", action="store_true")
    parser.add_argument("--wrong", choices=FACTS, help="list this fact's mistakes")
    parser.add_argument("--basis", action="store_true", help="date by evidence")
    parser.add_argument("--trafilatura", action="store_true", help="score it on the same pages")
    options = parser.parse_args()
    if not (options.data / "truth.jsonl").is_file():
        print(f"{options.data}: no truth.jsonl there; give --data FOLDER", file=sys.stderr)
        return 1
    readers: dict[str, Reader] = {"digest": read_by_digest}
    if options.trafilatura:
        readers["trafilatura"] = read_by_trafilatura
    counts: dict[tuple[str, str], collections.Counter[str]] = collections.defaultdict(
        collections.Counter
    )
    by_basis: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    seconds: dict[str, list[float]] = collections.defaultdict(list)
    for row, data in cases(options.data, options.sample):
        url = None if options.no_address else row["url"]
        for name, read in readers.items():
            started = time.perf_counter()
            given = read(data, url)
            seconds[name].append(time.perf_counter() - started)
            for fact in FACTS:
                verdict = judge(fact, row, given.get(fact))
                if verdict is None:
                    continue
                counts[name, fact][verdict] += 1
                if name == "digest" and fact == "date":
                    by_basis[given.get("date basis") or "none"][verdict] += 1
                if name == "digest" and fact == options.wrong and verdict != "right":
                    true = row["truth"].get(fact)
                    print(f"{verdict:7} {row['file']} {host_label(row['url'] or '')}")
                    print(f"        {true!r:.150}\n        {given.get(fact)!r:.150} ", end="")
                    print(given.get("date basis") if fact == "date" else "")
    for name in readers:
        print(f"\n{name}: % right / near / wrong / absent")
        for fact in FACTS:
            tally = counts[name, fact]
            total = sum(tally[word] for word in ("right", "near", "wrong", "absent")) or 1
            shares = (100 * tally[word] / total for word in ("right", "near", "wrong", "absent"))
            print(f"  {fact:8} n {total:4}  " + " / ".join(f"{share:5.1f}" for share in shares))
        times = sorted(seconds[name])
        print(
            f"  ms a page: median {1000 * times[len(times) // 2]:.1f}, "
            f"mean {1000 * sum(times) / len(times):.1f}, most {1000 * times[-1]:.0f}"
        )
    if options.basis:
        print("\ndate by evidence: right of judged")
        for basis, tally in sorted(by_basis.items(), key=lambda pair: -sum(pair[1].values())):
            judged = sum(tally.values())
            print(f"  {basis:32} {tally['right']:4} of {judged:4}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
