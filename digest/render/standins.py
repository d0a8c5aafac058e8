"""Libraries imported without what they would import along and never need here.

Half of what premailer's import takes is an HTTP client. Nobody else sees any of this: other
threads import as ever meanwhile, and ``sys.modules`` never holds a stand-in.
"""

from __future__ import annotations

import builtins
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

# Two that swap the one import function may not come between each other.
_swapping = threading.RLock()


@contextmanager
def standing_in(stand_ins: Mapping[str, object]) -> Iterator[None]:
    """Inside, an import of one of these modules gives its stand-in, in this thread alone.

    A module that was imported before is given itself. ``import a.b`` gives the package ``a``
    without loading ``a.b``.
    """
    thread = threading.get_ident()

    def import_spared(
        name: str,
        globals: Mapping[str, Any] | None = None,  # noqa: A002 (the names are Python's)
        locals: Mapping[str, Any] | None = None,  # noqa: A002
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        def import_all(of: str, names: Sequence[str] | None) -> Any:
            return imported(of, globals, locals, names, level)

        if threading.get_ident() != thread:
            return import_all(name, fromlist)
        whole = name
        if level:
            package = (globals or {}).get("__package__") or ""
            whole = ".".join([*package.split(".")[: 1 - level or None], *([name] if name else [])])
        if _is_spared(whole):
            if fromlist or "." not in whole:
                return stand_ins[whole]
            return import_all(name.partition(".")[0], None)
        spared = [part for part in fromlist or () if _is_spared(f"{whole}.{part}")]
        if not spared:
            return import_all(name, fromlist)
        # With no name at all, the import would give the package above.
        others = [part for part in fromlist or () if part not in spared]
        module = import_all(name, others or ["__name__"])
        parts = {part: stand_ins[f"{whole}.{part}"] for part in spared}
        return SimpleNamespace(**{**vars(module), **parts})

    def _is_spared(module: str) -> bool:
        return module in stand_ins and module not in sys.modules

    with _swapping:
        imported = builtins.__import__
        builtins.__import__ = import_spared
        try:
            yield
        finally:
            builtins.__import__ = imported
