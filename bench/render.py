"""How long a render takes beside premailer alone: `python -m bench render`.

In one warm process, in turns: the whole render of a 50-item issue (HTML, text and message), a bare
premailer transform of the same HTML, css-inline on it where that is installed, and 500 items. Then
`digest render` as a command, beside a Python that only imports jinja2 and premailer.
"""

from __future__ import annotations

import importlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.measure import (
    Contestant,
    alternate,
    median_processor_seconds,
    median_seconds,
    processor_ratio,
    show_goal,
    show_table,
)
from digest.config.schema import Newsletter, Settings
from digest.model import Issue, Item, Link, Section

RUNS = 30
COLD_TIMES = 10
WARM_GOAL = 1.8
COLD_GOAL = 1.8
GROWTH_GOAL = 1.3
BYTES_GOAL = 900
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
    """Milliseconds of the processor for each, taken in turns."""
    times: list[list[float]] = [[] for _ in runs]
    for _ in range(RUNS):
        for run, taken in zip(runs, times, strict=True):
            begun = time.process_time()
            run()
            taken.append(time.process_time() - begun)
    return [statistics.median(taken) * 1000 for taken in times]


def measure() -> None:
    """Prints the table."""
    # One cache of 128 entries serves all that premailer does in a process: two that take turns
    # would throw out each other's, and the bare one be four times as slow as it is alone.
    os.environ["PREMAILER_CACHE_MAXSIZE"] = "4096"
    from premailer import Premailer

    from digest.render import render
    from digest.render.html import fill_template, look_of
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
    look = look_of(settings, None)
    html = fill_template(environment(None), "classic", view, words_for("en"), look)
    render(fifty, settings, None)
    yardstick = _far_yardstick(html)
    whole, bare, large, far = medians(
        lambda: render(fifty, settings, None),
        lambda: Premailer(html, allow_network=False).transform(pretty_print=False),
        lambda: render(many, settings, None),
        yardstick or (lambda: None),
    )
    fifty_bytes, one_bytes = (render(issue(n), settings, None).wire_bytes for n in (50, 1))
    rows = [
        ["bare premailer, 50 items", f"{bare:.1f}", "1.00"],
        ["whole render, 50 items", f"{whole:.1f}", f"{whole / bare:.2f}"],
        ["whole render, 500 items", f"{large:.1f}", f"{large / bare:.2f}"],
    ]
    if yardstick is not None:
        rows.append(["css-inline, 50 items", f"{far:.2f}", f"{far / bare:.2f}"])
    show_table(f"Render, warm, {RUNS} runs in turns", ["program", "processor ms", "of bare"], rows)
    show_goal("whole render against bare premailer", whole / bare, WARM_GOAL)
    show_goal("one more item, of 500 against of 50", large / whole / 10, GROWTH_GOAL)
    each = (fifty_bytes - one_bytes) / 49
    show_goal("bytes on the wire, an item", each, BYTES_GOAL)
    show_goal("bytes on the wire, 50 items", fifty_bytes, 50 * 1024)
    _measure_cold(settings)


def _far_yardstick(html: str) -> Callable[[], object] | None:
    """css-inline, written in Rust, on the same HTML; nothing where it is not installed."""
    try:
        inline = importlib.import_module("css_inline").inline
    except ModuleNotFoundError:
        print("css-inline is not installed here: it is not measured (pip install css-inline)")
        return None
    return lambda: inline(html, keep_at_rules=True, load_remote_stylesheets=False)


def _measure_cold(settings: Settings) -> None:
    from digest.issue.write import write_issue

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "issues" / "2025-W17"
        folder.mkdir(parents=True)
        title = settings.newsletter.title
        toml = f'[newsletter]\ntitle = "{title}"\n'
        (Path(name) / "digest.toml").write_text(toml, encoding="utf-8")
        (folder / "issue.md").write_text(write_issue(issue(50)), encoding="utf-8")
        reference = "import jinja2, premailer"
        contestants = [
            Contestant(name=reference, command=[sys.executable, "-c", reference]),
            Contestant(
                name="digest render",
                command=[sys.executable, "-m", "digest", "render"],
                folder=Path(name),
            ),
        ]
        runs = alternate(contestants, COLD_TIMES)
    show_table(
        f"Render, cold, 50 items, {COLD_TIMES} runs in turns",
        ["program", "median ms", "processor ms", "of the imports"],
        [
            [
                name,
                f"{median_seconds(of_it) * 1000:.0f}",
                f"{median_processor_seconds(of_it) * 1000:.0f}",
                f"{processor_ratio(runs, name, reference):.2f}",
            ]
            for name, of_it in runs.items()
        ],
    )
    cold = processor_ratio(runs, "digest render", reference)
    show_goal("digest render against the imports", cold, COLD_GOAL)


if __name__ == "__main__":
    measure()
