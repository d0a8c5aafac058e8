"""The door for foreign kinds: a package that offers an entry point, really on the path."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.config.schema import Settings, Source
from digest.errors import SourceError
from digest.sources import Context, gather
from digest.sources.registry import find_kind

METADATA = "Metadata-Version: 2.1\nName: tides-for-digest\nVersion: 1.0\n"
MODULE = """
from digest.model import Facts

class Tides:
    def read(self, spec, context):
        yield Facts(title=f"Tide at {spec.path}", url="https://tides.example/1")
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed package that offers the kind "tides"."""
    (tmp_path / "tides_for_digest.py").write_text(MODULE)
    metadata = tmp_path / "tides_for_digest-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: tides-for-digest\nVersion: 1.0\n"
    )
    (metadata / "entry_points.txt").write_text("[digest.sources]\ntides = tides_for_digest:Tides\n")
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.usefixtures("package")
def test_foreign_kind_goes_the_same_way_as_ours(tmp_path: Path) -> None:
    spec = Source(path="harbour", kind="tides")  # type: ignore[arg-type]
    context = Context(root=tmp_path, settings=Settings(), now=datetime(2025, 4, 28, tzinfo=UTC))
    gathered = gather([spec], context)
    assert [article.title for article in gathered.articles] == ["Tide at harbour"]
    assert gathered.articles[0].input == "harbour#1"
    assert gathered.reports[0].status == "ok"


@pytest.mark.usefixtures("package")
def test_unknown_kind_names_the_nearest_known_one() -> None:
    with pytest.raises(SourceError, match=r"unknown kind of source: tide; did you mean tides\?"):
        find_kind("tide")


def test_built_in_kinds_need_no_package() -> None:
    for name in ("auto", "feed", "page", "opml"):
        assert find_kind(name)
