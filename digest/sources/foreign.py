"""Kinds that other packages offer: loaded late, bounded in time, and not believed.

A package is the work of somebody else. Whatever it does (raise, hang, never end, give what are no
facts) is the failure of the one source that asked for it, and its name is told.
"""

from __future__ import annotations

import contextlib
import dataclasses
import queue
import threading
from collections.abc import Iterable
from datetime import datetime
from importlib.metadata import EntryPoint
from typing import Any

from digest.config import schema as config
from digest.errors import DigestError, SourceError
from digest.model.article import Image, Link, When
from digest.model.facts import Facts
from digest.sources.protocol import Context, Document, Reading

MOST_FACTS = 50_000
_TEXTS = ("title", "summary", "text", "language", "fragment", "origin")
_MAYBE: dict[str, type] = {
    "url": str,
    "guid": str,
    "published": When,
    "updated": When,
    "kept": datetime,
    "source": Link,
    "image": Image,
}
_LISTS = ("authors", "categories", "problems")


class Foreign:
    """A kind from an installed package; ``entry_point`` makes its Source when it is called."""

    def __init__(self, entry_point: EntryPoint) -> None:
        self._entry_point = entry_point

    @property
    def name(self) -> str:
        """The kind and the package that offers it, for messages."""
        package = self._entry_point.dist.name if self._entry_point.dist else "an unnamed package"
        return f'the kind "{self._entry_point.name}" of {package}'

    def read(self, spec: config.Source, context: Context) -> Reading:
        """What the package's kind states, within ``gather.deadline_seconds``.

        Raises SourceError, naming the kind, for everything that it does wrong. A kind that hangs
        is left to itself: its thread ends with the program.
        """
        seconds = context.settings.gather.deadline_seconds
        answer: queue.SimpleQueue[Reading | SourceError] = queue.SimpleQueue()
        threading.Thread(
            target=lambda: answer.put(self._try(spec, context)),
            name=f"kind {self._entry_point.name}",
            daemon=True,
        ).start()
        try:
            found = answer.get(timeout=seconds)
        except queue.Empty:
            raise SourceError(
                f"{self.name} gave nothing within {seconds:g} s",
                spec.label,
                "raise deadline_seconds in [gather], or report it to the package",
            ) from None
        if isinstance(found, SourceError):
            raise found
        return found

    def _try(self, spec: config.Source, context: Context) -> Reading | SourceError:
        # The boundary to code that is not ours: whatever it raises, even SystemExit, is told.
        error: BaseException
        try:
            source = self._entry_point.load()()
            return self._judged(source.read(spec, context), spec)
        except DigestError as told:
            if isinstance(told, SourceError):
                return told
            error = told
        except BaseException as raised:  # noqa: BLE001
            error = raised
        words = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        return SourceError(
            f"{self.name} failed: {words}", spec.label, "report it to the package's author"
        )

    def _judged(self, given: object, spec: config.Source) -> Reading:
        if isinstance(given, Reading):
            return dataclasses.replace(
                given,
                documents=[
                    part
                    if isinstance(part, SourceError)
                    else dataclasses.replace(part, facts=self._facts(part.facts, spec))
                    for part in given.documents
                ],
            )
        document = Document(input=spec.label, facts=self._facts(given, spec), holds_many=True)
        return Reading(documents=(document,))

    def _facts(self, given: object, spec: config.Source) -> list[Facts | SourceError]:
        if not isinstance(given, Iterable) or isinstance(given, str | bytes):
            raise self._nonsense(f"gave {_named(given)} instead of facts", spec)
        taken: list[Facts | SourceError] = []
        for number, entry in enumerate(given, start=1):
            if number > MOST_FACTS:
                raise self._nonsense(f"gives more than {MOST_FACTS:,} entries", spec)
            if not isinstance(entry, SourceError):
                problem = _find_nonsense(entry)
                if problem:
                    raise self._nonsense(f"gave {problem} as entry {number}", spec)
            taken.append(entry)
        return taken

    def _nonsense(self, what: str, spec: config.Source) -> SourceError:
        return SourceError(f"{self.name} {what}", spec.label, "report it to the package's author")


def _find_nonsense(entry: object) -> str:
    """What is wrong with an entry, "" when it is facts through and through."""
    if not isinstance(entry, Facts):
        return _named(entry)
    for name in _TEXTS:
        if not isinstance(getattr(entry, name), str):
            return f"{name} = {_named(getattr(entry, name))}"
    for name, kind in _MAYBE.items():
        value = getattr(entry, name)
        if value is not None and not isinstance(value, kind):
            return f"{name} = {_named(value)}"
    for name in _LISTS:
        value = getattr(entry, name)
        if not isinstance(value, tuple) or not all(isinstance(part, str) for part in value):
            return f"{name} = {_named(value)}"
    for name in ("published", "updated"):
        problem = _find_naive(name, getattr(entry, name))
        if problem:
            return problem
    if entry.kept is not None and entry.kept.tzinfo is None:
        return "kept without a zone"
    return ""


def _find_naive(name: str, when: When | None) -> str:
    """A time without a zone compares with nothing: When promises one."""
    if when is None:
        return ""
    if isinstance(when.value, datetime) and when.value.tzinfo is None:
        return f"{name} without a zone"
    return "" if hasattr(when.value, "isoformat") else f"{name}.value = {_named(when.value)}"


def _named(value: Any) -> str:
    text = "something"
    with contextlib.suppress(Exception):
        text = repr(value)[:60]
    return f"{text} ({type(value).__name__})"
