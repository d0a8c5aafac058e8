"""Fuzzing: broken documents into every reader; an input may be refused, and nothing else.

    python -m bench.fuzz --inputs 1000000 [--only feed] [--start 0]

Each input is known by its target and number, and ``python -m bench.fuzz --only feed --start 17
--inputs 1`` does one again. Told are crashes (whatever is no DigestError), inputs that take more
than two seconds of processor or 200 MB beyond what was held before.
"""

from __future__ import annotations

import argparse
import resource
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import FrameType

from bench.fuzz_cases import make, pack
from digest.errors import DigestError

MOST_SECONDS = 2.0
MOST_MEGABYTES = 200.0
_STOP_AFTER_SECONDS = 20
_URL = "https://times.example/feed"
_NOW = datetime(2025, 4, 28, tzinfo=UTC)
_LIMIT = 1_000_000


class TooSlow(Exception):
    """An input that does not end."""


@dataclass(slots=True)
class Outcome:
    """What became of a target's inputs: each failure as (number, what happened)."""

    inputs: int = 0
    refused: int = 0
    slowest_seconds: float = 0.0
    slowest: int = 0
    most_megabytes: float = 0.0
    failures: list[tuple[int, str]] = field(default_factory=list)


def read_feed(number: int) -> None:
    from digest.feeds import looks_like_feed, parse_feed

    data = make("feed", number)
    looks_like_feed(data)
    said = make("header", number).decode("latin-1") if number % 3 == 0 else ""
    parse_feed(data, url=_URL, content_type=said, timezone="Europe/Berlin").cadence.next_visit(_NOW)


def read_document(number: int) -> None:
    from digest.config import Source
    from digest.sources.assemble import assemble
    from digest.sources.documents import find_form
    from digest.sources.documents import read_document as read

    data = make(("feed", "page", "json", "opml")[number % 4], number)
    form = find_form(data, content_type="")
    if form in ("feed", "json", "json-lines"):
        document = read(data, form, shown=_URL, timezone="UTC", max_bytes=_LIMIT, url=_URL)
        for part in assemble(document, spec=Source(url=_URL), now=_NOW):
            repr(part)


def read_json(number: int) -> None:
    from digest.feeds import parse_feed

    parse_feed(make("json", number), url=_URL, timezone="UTC")


def read_opml(number: int) -> None:
    from digest.config import Source
    from digest.sources.opml import expand, looks_like_opml, parse_opml

    data = make("opml", number)
    looks_like_opml(data)
    expand(parse_opml(data, name=_URL), Source(url=_URL))


def read_page(number: int) -> None:
    from digest.articles.page import read_page as read

    read(make("page", number), url=_URL, timezone="UTC")


def refuse_page(number: int) -> None:
    from digest.sources.documents import refuse_page as refuse

    str(refuse(make("page", number), shown=_URL, url=_URL))


def decode(number: int) -> None:
    from digest.articles.decode import decode_text
    from digest.feeds.decode import decode as decode_feed

    data = make("feed" if number % 2 else "date", number)
    decode_feed(data, make("header", number).decode("latin-1"))
    decode_text(data)


def read_date(number: int) -> None:
    from digest.dates import find_dates, parse_when

    text = make("date", number).decode("utf-8", "replace")
    when, _ = parse_when(text, basis="feed:published", timezone="Asia/Seoul")
    if when is not None and not 1971 <= when.value.year <= 2200:
        raise ValueError(f"a year that is none: {when.value}")
    find_dates(text, basis="text", timezone="UTC")


def read_header(number: int) -> None:
    from digest.http.manners import freshness
    from digest.http.response import read_date as read

    one, two = (make("header", 2 * number + more).decode("latin-1") for more in (0, 1))
    freshness({"Cache-Control": one, "Age": two, "Expires": two, "Date": one}, _NOW)
    read(one)


def undo_encoding(number: int) -> None:
    from digest.http.encoding import Decoder, TooLarge, decode_body

    said, body = pack(make("feed", number), number)
    decoder = Decoder(said, _LIMIT)
    step = (1, 7, 4096, 65_536)[number % 4] if len(body) < 5_000 else 4096
    try:
        for start in range(0, len(body), step):
            decoder.feed(body[start : start + step])
        out, _ = decode_body(decoder.finish(), _LIMIT)
    except TooLarge:
        return
    if len(out) > _LIMIT:
        raise ValueError(f"{len(out)} bytes came out, the bound is {_LIMIT}")


# In 100,000 inputs so many: as a second of processor is worth for each.
TARGETS: dict[str, tuple[Callable[[int], None], int]] = {
    "feed": (read_feed, 14_000),
    "document": (read_document, 8_000),
    "json feed": (read_json, 12_000),
    "opml": (read_opml, 12_000),
    "page": (read_page, 1_500),
    "page refused": (refuse_page, 8_500),
    "decode": (decode, 4_000),
    "date": (read_date, 20_000),
    "header": (read_header, 10_000),
    "encoding": (undo_encoding, 10_000),
}
SHARES = 100_000


def run(target: str, numbers: range) -> Outcome:
    """Feeds a target its inputs of these numbers."""
    outcome = Outcome(inputs=len(numbers))
    with _alarm():
        for number in numbers:
            before = peak_megabytes()
            seconds = _read(target, number, outcome)
            if seconds > MOST_SECONDS:
                # The first of its kind may have loaded a library: dateparser alone takes as long.
                seconds = _read(target, number, Outcome())
            if seconds > outcome.slowest_seconds:
                outcome.slowest_seconds, outcome.slowest = seconds, number
            if seconds > MOST_SECONDS:
                outcome.failures.append((number, f"took {seconds:.1f} s of processor\n"))
            more = peak_megabytes() - before
            outcome.most_megabytes = max(outcome.most_megabytes, more)
            if more > MOST_MEGABYTES:
                outcome.failures.append((number, f"took {more:.0f} MB\n"))
    return outcome


def _read(target: str, number: int, outcome: Outcome) -> float:
    """Processor seconds of one input; what became of it goes into ``outcome``."""
    read, _ = TARGETS[target]
    started = time.process_time()
    signal.alarm(_STOP_AFTER_SECONDS)
    try:
        read(number)
    except DigestError:
        outcome.refused += 1
    except Exception:  # noqa: BLE001 - that is what fuzzing is for
        outcome.failures.append((number, traceback.format_exc(limit=-6)))
    signal.alarm(0)
    return time.process_time() - started


def peak_megabytes() -> float:
    """The most memory that this process has held, in megabytes."""
    scale = 1_000_000 if sys.platform == "darwin" else 1_000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale


@contextmanager
def _alarm() -> Iterator[None]:
    def ring(_: int, __: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, ring)
    try:
        yield
    finally:
        signal.signal(signal.SIGALRM, before)


def main() -> None:
    """Runs the targets and prints what became of each; exits with 1 after any failure."""
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz")
    parser.add_argument("--inputs", type=int, default=SHARES)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--only", choices=TARGETS)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    failed = 0
    for target, (_, share) in TARGETS.items():
        if given.only not in (None, target):
            continue
        count = given.inputs if given.only else given.inputs * share // SHARES
        started = time.process_time()
        outcome = run(target, range(given.start, given.start + count))
        print(
            f"{target}: {outcome.inputs:,} inputs, {outcome.refused:,} refused, "
            f"{len(outcome.failures)} failures, {time.process_time() - started:.0f} s, slowest "
            f"{1000 * outcome.slowest_seconds:.0f} ms (input {outcome.slowest}), "
            f"most for one {outcome.most_megabytes:.0f} MB, peak so far {peak_megabytes():.0f} MB",
            flush=True,
        )
        for number, text in outcome.failures[:20]:
            print(f"  {target} {number}: {text}", flush=True)
        failed += len(outcome.failures)
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
