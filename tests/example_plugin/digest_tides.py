"""Tide tables as a kind of source: ``kind = "tides"``, a ``path`` or a ``url``.

A table has a line for each tide: an ISO time, a blank, the height in metres.
"""

from __future__ import annotations

from collections.abc import Iterable

from digest.config.schema import Source as Spec
from digest.dates import parse_when
from digest.errors import SourceError
from digest.model import Facts
from digest.sources import Context


class Tides:
    """Made anew for each source that says ``kind = "tides"``."""

    def read(self, spec: Spec, context: Context) -> Iterable[Facts]:
        """One article for each line that is a tide."""
        for number, line in enumerate(self._table(spec, context).splitlines(), start=1):
            time, _, height = line.strip().partition(" ")
            if not height:
                continue
            published, problem = parse_when(time, basis="tides:time", timezone=context.timezone)
            yield Facts(
                title=f"High water of {height} m",
                published=published,
                fragment=str(number),
                problems=(problem,) if problem else (),
            )

    def _table(self, spec: Spec, context: Context) -> str:
        if not spec.url:
            try:
                return (context.root / spec.path).read_text("utf-8")
            except OSError as error:
                raise SourceError(f"no tide table: {error.strerror}", spec.label) from error
        if context.client is None:
            raise SourceError("this run reads no addresses", spec.label)
        response = context.client.fetch(spec.url, private=spec.private)
        context.client.accept(response)
        return response.body.decode("utf-8", "replace")
