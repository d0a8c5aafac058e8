"""What fetching costs at least: the yardstick of `bench gather`.

    python -m bench.gather_minimal ADDRESSES FOLDER

Threads over urllib3, a queue per host, the fullest first, two at once per host, 64 in all, bodies
read decoded and thrown away; no bounds, no manners, no parsing, no state but the validators, which
FOLDER keeps from one pass to the next.
"""

from __future__ import annotations

import heapq
import json
import sys
import threading
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from bench.gather_world import IN_ALL, PER_HOST


def minimal(addresses: Sequence[str], folder: Path) -> None:
    """Fetches everything, conditionally where an earlier pass left validators in ``folder``."""
    import urllib3

    kept = folder / "validators.json"
    tags: dict[str, str] = json.loads(kept.read_text()) if kept.is_file() else {}
    pools = urllib3.PoolManager(num_pools=2 * IN_ALL, maxsize=PER_HOST)
    queues: defaultdict[str, list[str]] = defaultdict(list)
    for url in addresses:
        queues[urlsplit(url).netloc].append(url)
    # Each host stands there twice: as often as it may be asked at once.
    turns = [(-len(of_it), host, place) for host, of_it in queues.items() for place in (0, 1)]
    heapq.heapify(turns)
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                if not turns:
                    return
                _, host, place = heapq.heappop(turns)
                waiting = queues[host]
                if not waiting:
                    continue
                url = waiting.pop()
            asked = {"If-None-Match": tags[url]} if url in tags else {}
            answer = pools.request("GET", url, headers={"Accept-Encoding": "gzip"} | asked)
            if "ETag" in answer.headers:
                tags[url] = answer.headers["ETag"]
            with lock:
                heapq.heappush(turns, (-len(waiting), host, place))

    threads = [threading.Thread(target=work) for _ in range(IN_ALL)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept.write_text(json.dumps(tags))


if __name__ == "__main__":
    minimal(Path(sys.argv[1]).read_text().split(), Path(sys.argv[2]))
