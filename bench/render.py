"""How long a render takes beside premailer alone: `python -m bench render`.

Medians of alternating runs in one warm process: the whole render of a 50-item issue (HTML, text
and message) beside a bare premailer transform of the same HTML, then a 500-item issue.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from digest.config.schema import Newsletter, Settings
from digest.model import Issue, Item, Link, Section

RUNS = 30
WORDS = (
    "talks",
    "border",
    "railway",
    "ministers",
    "grain",
    "corridor",
    "election",
    "summit",
    "harvest",
    "port",
    "refinery",
    "treaty",
    "market",
    "river",
    "parliament",
    "harbour",
    "budget",
    "museum",
    "energy",
    "pipeline",
    "water",
    "students",
    "tariff",
    "satellite",
)


def words(seed: int, count: int) -> str:
    return " ".join(WORDS[(seed * 7 + at * 5) % len(WORDS)] for at in range(count)).capitalize()


def item(number: int) -> Item:
    slug = words(number, 5).lower().replace(" ", "-")
    url = f"https://www.example{number % 17}.org/2025/04/{slug}-{number}.html"
    also = Link(name="Second Paper", url=f"https://example.com/story/{number}")
    return Item(
        key=url,
        url=url,
        title=words(number, 8),
        byline=f"Example Times {number % 17} · {21 + number % 7} April 2025 · 3 min read",
        body=f"{words(number, 14)}. {words(number + 1, 10)}.",
        also=(also,) if number % 5 == 0 else (),
    )


def issue(count: int) -> Issue:
    """An issue of ``count`` items in sections of ten."""
    items = [item(number) for number in range(count)]
    return Issue(
        slug="2025-W17",
        title="Eurasia Weekly",
        subject="A treaty, and many more stories",
        preheader="The line that mail clients show after the subject.",
        window="2025-04-21T00:00:00+09:00/2025-04-28T00:00:00+09:00",
        timezone="Asia/Seoul",
        language="en",
        introduction="What the week brought, in short.",
        sections=tuple(
            Section(heading=f"Topic {start // 10 + 1}", blocks=tuple(items[start : start + 10]))
            for start in range(0, count, 10)
        ),
    )


def medians(*runs: Callable[[], object]) -> list[float]:
    """Milliseconds of each, taken in turns."""
    times: list[list[float]] = [[] for _ in runs]
    for _ in range(RUNS):
        for run, taken in zip(runs, times, strict=True):
            begun = time.perf_counter()
            run()
            taken.append(time.perf_counter() - begun)
    return [statistics.median(taken) * 1000 for taken in times]


def measure() -> None:
    """Prints the table."""
    from premailer import Premailer

    from digest.render import render
    from digest.render.html import fill_template
    from digest.render.templates import environment
    from digest.render.view import view_of
    from digest.render.words import words_for

    settings = Settings(
        newsletter=Newsletter(
            title="Eurasia Weekly",
            sender="Eurasia Weekly <weekly@example.org>",
            archive_url="https://weekly.example.org",
        )
    )
    fifty, many = issue(50), issue(500)
    view = view_of(fifty, settings, unsubscribe="")
    html = fill_template(environment(None), "classic", view, words_for("en"))
    render(fifty, settings, None)
    whole, bare = medians(
        lambda: render(fifty, settings, None),
        lambda: Premailer(html, allow_network=False).transform(pretty_print=False),
    )
    begun = time.perf_counter()
    rendered = render(many, settings, None)
    large = (time.perf_counter() - begun) * 1000
    print(f"50 items   {whole:7.1f} ms whole render, {bare:.1f} ms bare premailer on the same HTML")
    print(f"           {whole / bare:7.2f} times (at most 2)")
    print(f"500 items  {large:7.1f} ms (under 1500), {rendered.wire_bytes:,} bytes")
    fifty_bytes = render(fifty, settings, None).wire_bytes
    one_bytes = render(issue(1), settings, None).wire_bytes
    print(f"bytes      {fifty_bytes:7,} for 50 items, {(fifty_bytes - one_bytes) / 49:.0f} an item")


if __name__ == "__main__":
    measure()
