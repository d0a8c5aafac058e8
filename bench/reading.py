"""How long the facts of a page take, against trafilatura on the same pages in the same run.

The pages are real ones with known facts (pages_truth.py says where they lie); without them
there is nothing to measure. Each page is read by all programs in turns, in one process, after
a round that is thrown away; processor time counts.
"""

from __future__ import annotations

import statistics
import time
import warnings
from collections.abc import Callable

from bench.measure import show_goal, show_table
from bench.pages_truth import DATA, cases
from digest.articles.page import read_facts, read_page

GOAL_FACTS = 0.6
GOAL_TEXT = 1.2
GOAL_SECONDS = 1.0
PAGES = 220

Program = Callable[[bytes, str | None], object]


def facts_by_digest(data: bytes, url: str | None) -> object:
    return read_facts(data, url=url, timezone="UTC")


def page_by_digest(data: bytes, url: str | None) -> object:
    return read_page(data, url=url, timezone="UTC")


def facts_by_trafilatura(data: bytes, url: str | None) -> object:
    from trafilatura import extract_metadata

    return extract_metadata(data, default_url=url)


def page_by_trafilatura(data: bytes, url: str | None) -> object:
    from trafilatura import bare_extraction

    return bare_extraction(data, url=url, fast=True, with_metadata=True)


PROGRAMS: dict[str, Program] = {
    "trafilatura, metadata only": facts_by_trafilatura,
    "digest, facts only": facts_by_digest,
    "trafilatura, fast=True": page_by_trafilatura,
    "digest, with the text": page_by_digest,
}
REFERENCES = {
    "digest, facts only": "trafilatura, metadata only",
    "digest, with the text": "trafilatura, fast=True",
}


def measure(pages: int = PAGES) -> None:
    """Prints the table and whether the promises of issue 7 are kept."""
    if not (DATA / "truth.jsonl").is_file():
        print(f"\nreading: {DATA} is not there, nothing measured")
        return
    warnings.simplefilter("ignore")  # the libraries warn of old names, which is not measured
    chosen = [(data, row["url"]) for row, data in cases(DATA, pages)]
    for program in PROGRAMS.values():
        for data, url in chosen[:10]:
            program(data, url)
    seconds: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for data, url in chosen:
        for name, program in PROGRAMS.items():
            started = time.process_time()
            program(data, url)
            seconds[name].append(time.process_time() - started)
    rows = []
    for name, times in seconds.items():
        reference = seconds[REFERENCES.get(name, name)]
        pairs = [mine / theirs for mine, theirs in zip(times, reference, strict=True)]
        rows.append(
            [
                name,
                f"{1000 * statistics.mean(times):.1f}",
                f"{1000 * statistics.median(times):.1f}",
                f"{1000 * max(times):.0f}",
                f"{sum(times) / sum(reference):.2f}",
                f"{statistics.median(pairs):.2f}",
            ]
        )
    show_table(
        f"Pages, {len(chosen)} of them, each read by all in turns, ms of processor",
        ["program", "mean", "median", "most", "of all time", "of a page, median"],
        rows,
    )
    print()
    by_name = {row[0]: row for row in rows}
    for name, goal in (("digest, facts only", GOAL_FACTS), ("digest, with the text", GOAL_TEXT)):
        show_goal(f"{name} against {REFERENCES[name]}, all time", float(by_name[name][4]), goal)
        show_goal(f"{name} against {REFERENCES[name]}, of a page", float(by_name[name][5]), goal)
    most = max(seconds["digest, with the text"])
    show_goal("the slowest page", most, GOAL_SECONDS, " s")


if __name__ == "__main__":
    measure()
