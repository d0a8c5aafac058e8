"""``python -m bench [NAME…]``: the benches in BENCHES, all of them when none is named.

``python -m bench gallery`` measures nothing: it draws the pictures of docs/gallery anew.
``python -m bench scoreboard`` fetches other people's templates, and sets ours beside them.
``python -m bench topics`` reads past issues that lie beside the repository.
"""

from __future__ import annotations

import importlib
import platform
import sys

BENCHES = {
    "start": "bench.start",
    "compose": "bench.compose",
    "ledger": "bench.ledger",
    "import": "bench.importing",  # `import` is no name for a module
    "merge": "bench.merge",
    "render": "bench.render",
    "parsing": "bench.parsing",
    "gather": "bench.gather",
    "reading": "bench.reading",
}
BY_NAME = {
    "gallery": "bench.gallery",
    "scoreboard": "bench.scoreboard",
    "topics": "bench.topics",
    "stories": "bench.stories",
    "followups": "bench.followups",
}


def main(names: list[str]) -> None:
    """Runs the benches in the order given and prints their tables."""
    known = BENCHES | BY_NAME
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.exit(f"bench: no such bench: {unknown[0]}; known: {', '.join(known)}")
    machine = f"{platform.system()} {platform.machine()}"
    print(f"Python {platform.python_version()} on {machine}")
    for name in names or BENCHES:
        importlib.import_module(known[name]).measure()


if __name__ == "__main__":
    main(sys.argv[1:])
