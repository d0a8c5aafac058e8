"""The feeds that `bench gather` asks for: their hosts, manners and bytes, the same every time.

Every host is a loopback address of its own (127.x.y.z), as many as are wanted, so that a client
meets hundreds of hosts on one machine. Host sizes fall off as in subscription lists: a few hosts
have many feeds, most have one. Latencies are log-normal.
"""

from __future__ import annotations

import functools
import gzip
import random
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bench.parsing import feeds

SEED = 20250424
PER_HOST = 2
IN_ALL = 64
"""What politeness allows at once: the settings' own."""

_BUSIEST = 40
_LATENCY_MEDIAN = 0.12
_LATENCY_SIGMA = 0.8
_LATENCY_MOST = 2.0
_BOMB_MEGABYTES = 300
_RESTING_SIZE = 2

# How many of a hostile world's feeds behave how; the rest are feeds like others.
HOSTILE = {
    "drip-body": 8,
    "drip-head": 6,
    "huge": 4,
    "bomb": 4,
    "late": 6,
    "rest-short": 4,
    "rest-long": 4,
    "gone": 8,
    "moved": 6,
    "found": 6,
    "loop": 3,
    "missing": 6,
    "page": 6,
    "broken-off": 6,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One feed: where it is, how long its answer takes in seconds, and how it behaves."""

    number: int
    host: str
    seconds: float
    entries: int
    behaviour: str = "feed"

    @property
    def path(self) -> str:
        return f"/feed/{self.number}.xml"

    def body(self) -> bytes:
        """The document: its addresses are its own, its words those of few templates."""
        head, entries, tail = _templates()[self.number % len(_templates())]
        text = head + b"".join(entries[: self.entries]) + tail
        return text.replace(b"example.org", b"n%d.example" % self.number)

    @property
    def packed(self) -> bool:
        """Whether it is served as gzip, as three of four are."""
        return self.number % 4 > 0


def world(count: int, hosts: int, *, entries: int = 9, hostile: bool = False) -> list[Offer]:
    """``count`` feeds on ``hosts`` hosts with ``entries`` entries in the middle. Hostile ones are
    alone on their hosts, but for those that ask for rest: they are the first of several."""
    choose = random.Random(SEED)
    sizes = _sizes(count, hosts)
    of_host = [host for host, size in enumerate(sizes) for _ in range(size)]
    behaviours = ["feed"] * count
    if hostile:
        wanted = [name for name, times in HOSTILE.items() for _ in range(times)]
        alone = [name for name in wanted if not is_rest(name)]
        resting = [name for name in wanted if is_rest(name)]
        behaviours[count - len(alone) :] = alone
        shared = [host for host, size in enumerate(sizes) if size > _RESTING_SIZE]
        for behaviour, host in zip(resting, reversed(shared), strict=False):
            behaviours[of_host.index(host)] = behaviour
    return [
        Offer(
            number=number,
            host=address(host),
            seconds=min(choose.lognormvariate(0, _LATENCY_SIGMA) * _LATENCY_MEDIAN, _LATENCY_MOST),
            entries=max(1, min(25, round(choose.lognormvariate(0, 0.5) * entries))),
            behaviour=behaviour,
        )
        for number, (host, behaviour) in enumerate(zip(of_host, behaviours, strict=True))
    ]


def is_rest(behaviour: str) -> bool:
    """Whether it asks for rest with ``Retry-After``."""
    return behaviour.startswith("rest-")


def address(host: int) -> str:
    """The loopback address of a host."""
    return f"127.{1 + host // 62_500}.{host // 250 % 250}.{1 + host % 250}"


def floor_seconds(offers: Sequence[Offer]) -> float:
    """What politeness allows at best: no schedule is shorter than its busiest host's, nor than all
    waiting shared by all connections."""
    waits: defaultdict[str, list[float]] = defaultdict(list)
    for offer in offers:
        waits[offer.host].append(offer.seconds)
    hosts = max(max(sum(of_it) / PER_HOST, max(of_it)) for of_it in waits.values())
    return max(hosts, sum(offer.seconds for offer in offers) / IN_ALL)


@functools.cache
def bomb() -> bytes:
    """A gzip body of about 300 kB that becomes 300 MB."""
    packer = zlib.compressobj(9, wbits=31)
    megabyte = b" " * 1_000_000
    parts = [packer.compress(b"<rss><channel><title>")]
    parts += [packer.compress(megabyte) for _ in range(_BOMB_MEGABYTES)]
    return b"".join([*parts, packer.flush()])


def packed(body: bytes) -> bytes:
    """A body as gzip, without a time."""
    return gzip.compress(body, 6, mtime=0)


def _sizes(count: int, hosts: int) -> list[int]:
    """Feeds per host, the fullest first: as of Zipf, at least one and at most _BUSIEST each."""
    sizes = [1] * hosts
    left = count - hosts
    rank = 0
    while left > 0:
        more = min(left, max(1, round((_BUSIEST - 1) / (rank + 1) ** 0.7)))
        sizes[rank % hosts] += more
        left -= more
        rank += 1
    return sizes


@functools.cache
def _templates() -> list[tuple[bytes, list[bytes], bytes]]:
    """The feeds of the bench of parsing, each as (head, entries, tail)."""
    parted = []
    for document in feeds():
        mark = b"<item>" if b"<item>" in document else b"<entry>"
        head, *entries = document.split(mark)
        end = mark.replace(b"<", b"</")
        last, _, tail = entries[-1].partition(end)
        entries[-1] = last + end
        parted.append((head, [mark + entry for entry in entries], tail))
    return parted
