"""Facts that others gathered, in a small form of ours; bench/client_data.py renews them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A part of HTML or CSS. ``kind`` and ``names`` say how it is found in a document,
    ``support`` has y, a (in part), n or u (unknown) for each client."""

    slug: str
    title: str
    kind: str
    names: tuple[str, ...]
    support: dict[str, str]

    @property
    def page(self) -> str:
        """Where the details are told."""
        kind, _, name = self.slug.partition("-")
        return f"https://www.caniemail.com/features/{kind}-{name}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientData:
    """What is known of mail clients, as of ``date``; ``clients`` are their names by id."""

    source: str
    date: str
    licence: str
    clients: dict[str, str]
    features: dict[str, Feature]


@lru_cache(maxsize=1)
def client_data() -> ClientData:
    """The packaged facts on mail clients."""
    told = _read("clients.json")
    clients: dict[str, str] = told["clients"]
    features = {
        slug: Feature(
            slug=slug,
            title=entry["title"],
            kind=entry["match"][0],
            names=tuple(entry["match"][1:]),
            support=dict(zip(clients, entry["support"], strict=True)),
        )
        for slug, entry in told["features"].items()
    }
    return ClientData(
        source=told["source"],
        date=told["date"],
        licence=told["licence"],
        clients=clients,
        features=features,
    )


@lru_cache(maxsize=1)
def known_properties() -> frozenset[str]:
    """The names of all CSS properties."""
    return frozenset(_read("properties.json")["properties"])


def _read(name: str) -> Any:
    return json.loads(files(__name__).joinpath(name).read_text(encoding="utf-8"))
