"""Places at hosts and at what hosts belong to: how many requests go there at once."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator


class Turns:
    """Lets ``per_host`` in at a host and ``per_domain`` at its domain, from all threads.

    Both places are taken together, so none wait in a ring; of hosts where nobody is, nothing is
    kept.
    """

    def __init__(self, *, per_host: int, per_domain: int) -> None:
        self._per_host = per_host
        self._per_domain = per_domain
        self._changed = threading.Condition()
        self._at_host: dict[str, int] = {}
        self._at_domain: dict[str, int] = {}
        self._waiting = 0

    @contextlib.contextmanager
    def turn(self, host: str, domain: str) -> Iterator[float]:
        """Waits for a place; gives the seconds waited."""
        waited = 0.0
        with self._changed:
            if not self._is_free(host, domain):
                start = time.monotonic()
                self._waiting += 1
                try:
                    self._changed.wait_for(lambda: self._is_free(host, domain))
                finally:
                    self._waiting -= 1
                waited = time.monotonic() - start
            self._at_host[host] = self._at_host.get(host, 0) + 1
            self._at_domain[domain] = self._at_domain.get(domain, 0) + 1
        try:
            yield waited
        finally:
            with self._changed:
                _leave(self._at_host, host)
                _leave(self._at_domain, domain)
                if self._waiting:
                    self._changed.notify_all()

    def _is_free(self, host: str, domain: str) -> bool:
        return (
            self._at_host.get(host, 0) < self._per_host
            and self._at_domain.get(domain, 0) < self._per_domain
        )


def _leave(taken: dict[str, int], name: str) -> None:
    taken[name] -= 1
    if not taken[name]:
        del taken[name]
