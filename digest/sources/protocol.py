"""What a kind of source is given, and what it gives: the door for foreign kinds.

A package offers a kind by an entry point of the group ``digest.sources`` whose name is the kind
and whose object makes a :class:`Source` when called (docs/plugins.md). ``registry.py`` finds the
kinds, ``foreign.py`` keeps what packages do wrong to their own source.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from digest.config import schema as config
from digest.errors import SourceError
from digest.model.report import SourceStatus

if TYPE_CHECKING:
    from digest.articles.newsletter import ReadItems
    from digest.feeds.shape import Cadence
    from digest.http.client import Client
    from digest.http.probe import Prober
    from digest.http.response import Response
    from digest.model.facts import Facts
    from digest.state.inventories import Inventories, Inventory
    from digest.state.seen import Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Everything that reading sources depends on.

    Relative paths start at ``root``. ``now`` is the run's clock. Without ``client`` no address
    can be read, without ``seen`` every article is first seen now. ``stdin`` is what the path
    ``-`` reads. ``inventories`` has what unchanged documents offer, for runs that are lean.
    ``read_items`` finds a newsletter's items for sources that are split, ``prober``
    asks where links lead for those that say ``resolve``. With ``explain`` readers say what they
    weighed, without ``texts`` articles have none. With ``lean`` they need only be known again: id,
    address, title, guid and dates, for a run that enters them and shows none. ``environment`` is
    where references such as ``env:NAME`` are looked up.
    """

    root: Path
    settings: config.Settings
    now: datetime
    offline: bool = False
    client: Client | None = None
    seen: Seen | None = None
    inventories: Inventories | None = None
    stdin: BinaryIO | None = None
    read_items: ReadItems | None = None
    prober: Prober | None = None
    explain: bool = False
    texts: bool = True
    lean: bool = False
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def timezone(self) -> str:
        """The zone in which times without a zone are read."""
        return self.settings.newsletter.timezone

    def language_of(self, spec: config.Source) -> str:
        """The language to expect of a source's texts: its own, else the newsletter's."""
        return spec.language or self.settings.newsletter.language


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One input, a file or a fetched document, and what it states.

    ``input`` is its path or address as provenance shows it. ``facts`` may be read while they are
    asked for; a SourceError among them is a part that could not be read (one line of a JSON Lines
    file), with its place. ``holds_many`` says that entries are told apart by ``#fragment``.
    ``cadence`` is how often a feed wants to be asked, None for all else. ``left_out`` counts
    entries that are too many to be read.
    ``publisher``, ``home_url`` and ``language`` are what the document says of itself as a whole.
    """

    input: str
    facts: Iterable[Facts | SourceError]
    holds_many: bool = False
    left_out: int = 0
    publisher: str = ""
    home_url: str = ""
    language: str = ""
    cadence: Cadence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a source gave: documents, sources that it lists (OPML), and what to say about it.

    A SourceError among the documents is one that could not be read; the others count.
    ``response`` is the answer that the documents were read from, to be kept for the next run.
    ``read_as`` says on what else the reading rests, b"" where a next run has to read again what has
    not changed; ``inventory`` is what such a document is known to offer, in place of documents.
    """

    documents: Iterable[Document | SourceError] = ()
    listed: tuple[config.Source, ...] = ()
    status: SourceStatus = "ok"
    detail: str = ""
    response: Response | None = None
    read_as: bytes = b""
    inventory: Inventory | None = None


class Source(Protocol):
    """One kind of source."""

    def read(self, spec: config.Source, context: Context) -> Reading | Iterable[Facts]:
        """What the source that ``spec`` describes states about its articles.

        For a spec with an address this runs in a thread of its own, at most
        ``gather.at_once_per_host`` at a time for one host. Raises SourceError.
        """
        ...
