"""Kinds of source from other packages: really installed, used by the real command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from servers import FaultServer, answer

EXAMPLE = Path(__file__).resolve().parents[1] / "example_plugin"
FEED = """<rss version="2.0"><channel><title>Times</title><item><title>A treaty</title>
<link>https://times.example/treaty</link></item></channel></rss>"""

# What packages do wrong, by the name of the kind.
BAD = """
import sys, time
from datetime import datetime
from digest.model import Facts, When

class Raises:
    def read(self, spec, context):
        raise ValueError("no boat today")

class RaisesLate:
    def read(self, spec, context):
        yield Facts(title="First")
        raise KeyError("height")

class Exits:
    def read(self, spec, context):
        sys.exit(3)

class Hangs:
    def read(self, spec, context):
        while True:
            time.sleep(60)

class NeverEnds:
    def read(self, spec, context):
        while True:
            yield Facts(title="Again")

class GivesText:
    def read(self, spec, context):
        return "articles"

class GivesNothing:
    def read(self, spec, context):
        return None

class GivesDicts:
    def read(self, spec, context):
        return [{"title": "A tide"}]

class GivesWrongTypes:
    def read(self, spec, context):
        return [Facts(title="A tide", published="2025-04-24")]

class GivesNaive:
    def read(self, spec, context):
        return [Facts(title="A tide", published=When(
            value=datetime(2025, 4, 24, 9), raw="", basis="x"))]

class HasNoRead:
    pass

def cannot_be_made():
    raise RuntimeError("no licence")
"""
KINDS = {
    "raises": "Raises",
    "raises-late": "RaisesLate",
    "exits": "Exits",
    "hangs": "Hangs",
    "never-ends": "NeverEnds",
    "text": "GivesText",
    "nothing": "GivesNothing",
    "dicts": "GivesDicts",
    "wrong-types": "GivesWrongTypes",
    "naive": "GivesNaive",
    "no-read": "HasNoRead",
    "cannot-be-made": "cannot_be_made",
    "gone": "Absent",
}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that pip has installed the example package into."""
    folder = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    result = subprocess.run(
        [*pip, "--no-build-isolation", "--disable-pip-version-check", "--target", folder, EXAMPLE],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return folder


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a package of kinds that fail, each in its way."""
    folder = tmp_path_factory.mktemp("bad")
    (folder / "bad_kinds.py").write_text(BAD)
    metadata = folder / "bad_kinds-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: bad-kinds\nVersion: 1.0\n")
    lines = [f"{kind} = bad_kinds:{name}" for kind, name in KINDS.items()]
    (metadata / "entry_points.txt").write_text("\n".join(["[digest.sources]", *lines, ""]))
    return folder


def compose(site: Path, workspace: Path, sources: str) -> tuple[dict[str, Any], str, int]:
    (workspace / "digest.toml").write_text(
        f'[newsletter]\ntitle = "T"\n[gather]\ndeadline_seconds = 1.5\n{sources}'
    )
    result = subprocess.run(
        [
            *(sys.executable, "-m", "digest", "compose", "--week", "2025-W17", "--json"),
            *("--dry-run", "--now", "2025-04-28T07:00:00Z"),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=workspace,
        env={**os.environ, "PYTHONPATH": str(site)},
        timeout=60,
    )
    shown = json.loads(result.stdout) if result.stdout else {}
    return shown, result.stderr, result.returncode


def test_installed_package_offers_a_kind_to_the_real_command(
    installed: Path, tmp_path: Path, server: FaultServer
) -> None:
    table = b"2025-04-24T09:10:00+09:00 3.4\nquiet\n2025-04-25T10:00:00+09:00 3.1\n"
    url = server.put("/tides.txt", answer(table, content_type="text/plain"))
    (tmp_path / "tides.txt").write_bytes(b"2025-04-26T11:00:00+09:00 2.9\n")
    shown, told, status = compose(
        installed,
        tmp_path,
        f'[[sources]]\nurl = "{url}"\nkind = "tides"\nprivate = true\nname = "Harbour"\n'
        '[[sources]]\npath = "tides.txt"\nkind = "tides"\n',
    )
    assert status == 0, told
    assert [(source["status"], source["articles"]) for source in shown["sources"]] == [
        ("ok", 2),
        ("ok", 1),
    ]
    articles = [item["article"] for part in shown["sections"] for item in part["items"]]
    assert {(article["title"], article["published_basis"]) for article in articles} == {
        ("High water of 3.4 m", "tides:time"),
        ("High water of 3.1 m", "tides:time"),
        ("High water of 2.9 m", "tides:time"),
    }
    assert {article["input"] for article in articles} == {
        "Harbour#1",
        "Harbour#3",
        "tides.txt#1",
    }


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("raises", "failed: ValueError: no boat today"),
        ("raises-late", "failed: KeyError: 'height'"),
        ("exits", "failed: SystemExit: 3"),
        ("hangs", "gave nothing within 1.5 s"),
        ("never-ends", "gives more than 50,000 entries"),
        ("text", "gave 'articles' (str) instead of facts"),
        ("nothing", "gave None (NoneType) instead of facts"),
        ("dicts", "gave {'title': 'A tide'} (dict) as entry 1"),
        ("wrong-types", "gave published = '2025-04-24' (str) as entry 1"),
        ("naive", "gave published without a zone as entry 1"),
        ("no-read", "failed: AttributeError"),
        ("cannot-be-made", "failed: RuntimeError: no licence"),
        ("gone", "failed: AttributeError"),
    ],
)
def test_kind_that_goes_wrong_is_the_failure_of_its_source_alone(
    kind: str, words: str, bad: Path, tmp_path: Path
) -> None:
    (tmp_path / "feed.xml").write_text(FEED)
    shown, told, status = compose(
        bad,
        tmp_path,
        f'[[sources]]\npath = "harbour"\nkind = "{kind}"\n[[sources]]\npath = "feed.xml"\n',
    )
    assert status == 0, told
    failed, fine = shown["sources"]
    assert failed["status"] == "failed" and fine["status"] == "ok"
    assert f'the kind "{kind}" of bad-kinds {words}' in failed["detail"]
    assert "Traceback" not in told


def test_kind_that_no_package_offers_is_named_with_the_nearest(bad: Path, tmp_path: Path) -> None:
    _, told, status = compose(bad, tmp_path, '[[sources]]\npath = "x"\nkind = "hang"\n')
    assert status == 2
    assert 'did you mean "hangs"?' in told
