"""Fixtures that every package's tests may use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from servers import FaultServer


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """A web server of ours on loopback; each test says how its addresses behave."""
    with FaultServer() as running:
        yield running
