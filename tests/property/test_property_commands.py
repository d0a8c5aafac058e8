"""Whatever an editor does by command, composing again takes none of it back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.cli import root

SETTINGS = """
[newsletter]
title = "Weekly"
timezone = "UTC"
last_section = "Also"

[[sources]]
path = "in.jsonl"

[[topics]]
name = "Trade"
keywords = ["tariff"]

[[topics]]
name = "Energy"
keywords = ["power"]
"""
SUBJECTS = ("Tariff", "Power", "Tariff and power", "Kites", "Ferries", "Lanterns", "Power again")
# Days before, in and at the end of the window.
POOL = [
    {
        "title": f"{subject} number{at}",
        "url": f"https://example.org/p{at}",
        "published": f"2025-04-{(2, 21, 24, 27)[at % 4]:02}",
        "summary": f"About {subject}.",
    }
    for at, subject in enumerate(SUBJECTS)
]
HEADING = re.compile(r"### \[[^\]]*\]\(https://example\.org/(p\d)\)")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["cut", "hold", "move", "add", "compose", "offer", "delete", "retitle"]),
        st.integers(0, 6),
        st.sampled_from(["Trade", "energy", "In short", "Hold"]),
        st.sets(st.integers(0, 6), min_size=1),
    ),
    min_size=3,
    max_size=9,
)


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def digest(*arguments: str) -> None:
    result = CliRunner().invoke(root, list(arguments), standalone_mode=False)
    assert result.exception is None, f"{arguments} {result.exception!r}\n{result.stderr}"
    assert not result.return_value, f"{arguments}\n{result.stderr}"


def compose() -> None:
    now = "2025-04-28T07:00:00Z"
    digest("compose", "--week", "2025-W17", "--now", now, "--offline")


def offer(numbers: set[int]) -> None:
    lines = (json.dumps(POOL[number]) + "\n" for number in sorted(numbers))
    Path("in.jsonl").write_text("".join(lines), encoding="utf-8")


def document() -> Path:
    return Path("issues/2025-W17/issue.md")


def standing() -> dict[str, str]:
    """The section of each item; that none stands twice is checked on the way."""
    return dict(_standing())


def _standing() -> Iterator[tuple[str, str]]:
    section, seen = "", set()
    for line in document().read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            section = line[3:]
        found = HEADING.match(line)
        if found is not None:
            assert found[1] not in seen, f"{found[1]} stands twice"
            seen.add(found[1])
            yield found[1], section


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sets(st.integers(1, 6), min_size=3), STEPS)
def test_what_is_cut_stays_out_what_is_moved_stays_there_and_what_is_added_comes_once(
    here, first, steps
) -> None:
    for path in sorted(here.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    Path("digest.toml").write_text(SETTINGS, encoding="utf-8")
    offer(first | {1})
    compose()
    cut: set[str] = set()
    for step, number, topic, offered in steps:
        before = standing()
        chosen = sorted(before)[number % len(before)] if before else ""
        url = f"https://example.org/{chosen}"
        expected = dict(before)
        if step == "offer":
            offer(offered)
            continue
        if step == "compose":
            compose()
            after = standing()
            assert not cut & after.keys(), "what was cut came back"
            assert {key: after.get(key) for key in before} == before
            once = document().read_bytes()
            compose()
            assert document().read_bytes() == once
            continue
        if step == "add":
            new = f"p{number}"
            if new in before:
                continue
            Path("one.jsonl").write_text(json.dumps(POOL[number]), encoding="utf-8")
            digest("add", "one.jsonl", "--topic", topic)
            cut.discard(new)
            expected[new] = topic.replace("energy", "Energy")
        elif not before:
            continue
        elif step == "cut":
            digest("cut", url)
            cut.add(chosen)
            del expected[chosen]
        elif step in ("hold", "move"):
            digest(step, url, *([topic] if step == "move" else []))
            expected[chosen] = "Hold" if step == "hold" else topic.replace("energy", "Energy")
        else:
            text = document().read_text(encoding="utf-8")
            if step == "retitle":
                text = text.replace(f"]({url})", f", says the editor]({url})")
            else:
                lines = re.compile(rf"### \[[^\n]*\({url}\).*?(?=^##|\Z)", re.S | re.M)
                text = lines.sub("", text)
                cut.add(chosen)
                del expected[chosen]
            document().write_text(text, encoding="utf-8")
        assert standing() == expected
