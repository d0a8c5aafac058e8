"""``python -m bench [NAME…]``: the benches in BENCHES, all of them when none is named."""

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
}


def main(names: list[str]) -> None:
    """Runs the benches in the order given and prints their tables."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        sys.exit(f"bench: no such bench: {unknown[0]}; known: {', '.join(BENCHES)}")
    machine = f"{platform.system()} {platform.machine()}"
    print(f"Python {platform.python_version()} on {machine}")
    for name in names or BENCHES:
        importlib.import_module(BENCHES[name]).measure()


if __name__ == "__main__":
    main(sys.argv[1:])
