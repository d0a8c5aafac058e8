"""The wheel works away from the checkout, and renders what the checkout renders."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from digest import __version__

ROOT = Path(__file__).resolve().parents[1]
SLUG = "2025-W17"
NAMES = ("issue.md", "digest.html", "digest.txt", "digest.eml")
ARTICLE = """\
Lighthouse of Lesk Gets Its Second Lamp Back
For twelve years one lamp did the work of two. A watchmaker has repaired the other, in his kitchen.
On April 24, 2025, the second lamp of the lighthouse on Lesk was lit again. It had stood dark since
a storm on October 3, 2013, and the spare part has not been made since 1961.
The watchmaker Otto Merin cut it from brass. He asked for no fee and got a key to the gallery.
Original Source: islandpost.example.org
Post Comment
"""

pytestmark = pytest.mark.packaging


def run(*command: object, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Runs a program away from this checkout's influence."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "DIGEST_", "COV", "VIRTUAL_ENV"))
    }
    return subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=kept,
    )


def build(target: str, folder: Path) -> Path:
    """Builds the wheel or the sdist into a folder, with the backend that pyproject.toml names."""
    result = run(sys.executable, "-m", "hatchling", "build", "-t", target, "-d", folder)
    assert result.returncode == 0, result.stdout + result.stderr
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment outside the checkout that holds the wheel and what it needs; its bin."""
    folder = tmp_path_factory.mktemp("environment")
    made = run(sys.executable, "-m", "venv", folder)
    assert made.returncode == 0, made.stderr
    programs = folder / "bin"
    constraints = ROOT / "constraints.txt"
    installed = run(
        *(programs / "python", "-m", "pip", "install", "--no-input"),
        *("--disable-pip-version-check", "-c", constraints, wheel),
        folder=folder,
    )
    words = installed.stdout + installed.stderr
    unreachable = any(sign in words for sign in ("Retrying (", "NewConnectionError"))
    if installed.returncode and unreachable and not os.environ.get("DIGEST_REQUIRE_PACKAGING"):
        pytest.skip(f"the package index cannot be reached: {words.strip().splitlines()[-1]}")
    assert installed.returncode == 0, words
    return programs


def compose(folder: Path, *program: object) -> dict[str, bytes]:
    """Composes the article in an empty folder; gives the files of its issue."""
    (folder / "articles").mkdir(parents=True)
    (folder / "articles" / "lamp.txt").write_text(ARTICLE, encoding="utf-8")
    result = run(
        *program,
        *("compose", "--from", "articles", "--week", SLUG),
        *("--now", "2025-04-28T07:00:00Z", "--offline"),
        folder=folder,
    )
    assert result.returncode == 0, result.stderr
    return {name: (folder / "issues" / SLUG / name).read_bytes() for name in NAMES}


def test_wheel_carries_every_template(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    ours = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
    assert ours
    for path in ours:
        assert f"digest/templates/{path.relative_to(ROOT / 'templates').as_posix()}" in packed
    assert "digest/py.typed" in packed
    assert not any(name.startswith(("tests/", "bench/", "articles/")) for name in packed)


def test_sdist_carries_the_templates_and_builds_the_same_wheel(
    sdist: Path, wheel: Path, tmp_path: Path
) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    assert (source / "templates" / "classic" / "issue.html.j2").is_file()
    again = tmp_path / "again"
    result = run(
        *(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", again), folder=source
    )
    assert result.returncode == 0, result.stdout + result.stderr
    (rebuilt,) = again.iterdir()
    assert rebuilt.name == wheel.name
    assert zipfile.ZipFile(rebuilt).namelist() == zipfile.ZipFile(wheel).namelist()


def test_installed_wheel_renders_the_bytes_of_the_checkout(
    environment: Path, tmp_path: Path
) -> None:
    where = run(
        *(environment / "python", "-c", "import digest; print(digest.__file__)"), folder=tmp_path
    )
    assert Path(where.stdout.strip()).is_relative_to(environment.parent)
    assert (Path(where.stdout.strip()).parent / "templates" / "classic").is_dir()

    installed = compose(tmp_path / "installed", environment / "digest")
    checkout = compose(tmp_path / "checkout", sys.executable, "-m", "digest")

    assert "Lighthouse of Lesk Gets Its Second Lamp Back" in installed["digest.txt"].decode()
    assert "Post Comment" not in installed["digest.txt"].decode()
    assert installed == checkout


def test_installed_wheel_knows_its_version(environment: Path, tmp_path: Path) -> None:
    said = run(environment / "digest", "--version", folder=tmp_path).stdout
    assert __version__ in said
