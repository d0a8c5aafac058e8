"""How many facts of pages with known answers digest reads right, and what libraries do.

    python -W ignore -m bench.pages_truth [--sample N] [--digest] [--wrong FACT] [--data FOLDER]

Prints one table: title, exact day, site, summary and author, right / near / wrong / absent in %
as the README of the pages says, for digest, trafilatura alone and htmldate alone, with the
address and without, for all pages and for the two halves of their sites. The rules were worked
out on half A; half B was only scored (two rules on site names were narrowed when its score fell,
its pages unseen). Then how often each basis of a date was right.
``--digest`` leaves the libraries out, ``--wrong`` lists one fact's mistakes on half A.
"""

from __future__ import annotations

import argparse
import collections
import difflib
import hashlib
import html
import json
import logging
import math
import re
import sys
import tarfile
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bench.measure import show_table
from digest.articles.page import read_page
from digest.errors import ArticleError
from digest.urls import host_label

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "articles"
FACTS = ("title", "date", "site", "summary", "author")
Reader = Callable[[bytes, str | None], dict[str, Any]]
Tally = dict[tuple[str, str, str, str], collections.Counter[str]]
"""By program, "with" or "without" the address, part of the pages, and fact."""


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

    found: Any = bare_extraction(data, url=url, fast=True, with_metadata=True)
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


def read_by_htmldate(data: bytes, url: str | None) -> dict[str, Any]:
    from htmldate import find_date

    return {"date": find_date(data, url=url, original_date=True)}


READERS: dict[str, Reader] = {
    "digest": read_by_digest,
    "trafilatura": read_by_trafilatura,
    "htmldate": read_by_htmldate,
}


def half_of(row: dict[str, Any]) -> str:
    """A or B, by the page's host, so that no site is in both."""
    host = host_label(row["url"] or "") or row["file"]
    name = ".".join(host.split(".")[-2:])
    return "AB"[hashlib.sha256(name.encode()).digest()[0] & 1]


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


def count(folder: Path, sample: int, readers: dict[str, Reader], wrong: str) -> tuple[Tally, Tally]:
    """The verdicts of all readers, and those on digest's dates by basis."""
    tally: Tally = collections.defaultdict(collections.Counter)
    by_basis: Tally = collections.defaultdict(collections.Counter)
    for row, data in cases(folder, sample):
        half = half_of(row)
        for name, read in readers.items():
            for address, url in (("with", row["url"]), ("without", None)):
                given = read(data, url)
                for fact in FACTS if name != "htmldate" else ("date",):
                    verdict = judge(fact, row, given.get(fact))
                    if verdict is None:
                        continue
                    for part in ("all", half):
                        tally[name, address, part, fact][verdict] += 1
                    if name != "digest" or address != "with":
                        continue
                    if fact == "date":
                        basis = given.get("date basis") or "none"
                        by_basis[name, address, half, basis][verdict] += 1
                    if fact == wrong and half == "A" and verdict != "right":
                        show_mistake(verdict, row, given, fact)
    return tally, by_basis


def show_mistake(verdict: str, row: dict[str, Any], given: dict[str, Any], fact: str) -> None:
    print(f"{verdict:7} {row['file']} {host_label(row['url'] or '')}")
    print(f"        {row['truth'].get(fact)!r:.150}\n        {given.get(fact)!r:.150} ", end="")
    print(given.get("date basis") if fact == "date" else "")


def shares(tally: collections.Counter[str]) -> str:
    """``90.2 / 0.0 / 5.8 / 4.0``: right, near, wrong, absent in %; "-" when nothing was judged."""
    words = ("right", "near", "wrong", "absent")
    total = sum(tally[word] for word in words)
    return " / ".join(f"{100 * tally[word] / total:.1f}" for word in words) if total else "-"


def show(tally: Tally, by_basis: Tally, readers: dict[str, Reader]) -> None:
    head = ["program, address", *FACTS, "days invented"]
    for part, title in (
        ("all", "All pages"),
        ("A", "Half A, on which the rules were worked out"),
        ("B", "Half B, only scored"),
    ):
        rows = []
        for name in readers:
            for address in ("with", "without"):
                cells = [tally[name, address, part, fact] for fact in FACTS]
                invented = tally[name, address, part, "date"]["invented"]
                rows.append([f"{name}, {address}", *map(shares, cells), str(invented)])
        sizes = [sum(tally["digest", "with", part, fact].values()) for fact in FACTS]
        rows.append(["pages judged", *map(str, sizes), ""])
        show_table(f"{title}: right / near / wrong / absent, %", head, rows)
    bases = {key[3] for key in by_basis}
    parts = {basis: [by_basis["digest", "with", half, basis] for half in "AB"] for basis in bases}
    rows = []
    for basis, halves in sorted(parts.items(), key=lambda pair: -sum(map(sum_of, pair[1]))):
        both = halves[0] + halves[1]
        rows.append(
            [
                basis,
                *(f"{half['right']} of {sum_of(half)}" for half in halves),
                f"{100 * both['right'] / sum_of(both):.0f}",
            ]
        )
    show_table("digest's days by basis: right of judged", ["basis", "half A", "half B", "%"], rows)


def sum_of(tally: collections.Counter[str]) -> int:
    return sum(tally.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--sample", type=int, default=0, help="about so many pages")
    parser.add_argument("--digest", action="store_true", help="leave the libraries out")
    parser.add_argument("--wrong", choices=FACTS, default="", help="list this fact's mistakes")
    options = parser.parse_args()
    if not (options.data / "truth.jsonl").is_file():
        print(f"{options.data}: no truth.jsonl there; give --data FOLDER", file=sys.stderr)
        return 1
    logging.disable(logging.CRITICAL)  # the libraries tell of every page
    readers: dict[str, Reader] = {"digest": read_by_digest} if options.digest else READERS
    show(*count(options.data, options.sample, readers, options.wrong), readers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
