"""Fixtures that every package's tests may use."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings
from servers import FaultServer, Internet

# The same examples on every machine, so that a red run is red for everybody;
# DIGEST_HYPOTHESIS=search looks for new ones.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("DIGEST_HYPOTHESIS", "steady"))


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """A web server of ours on loopback; each test says how its addresses behave."""
    with FaultServer() as running:
        yield running


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Internet:
    """Names and public addresses that are this machine's in truth."""
    outside = Internet()
    outside.install(monkeypatch)
    return outside
