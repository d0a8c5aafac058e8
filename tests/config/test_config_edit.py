"""Sources put into digest.toml, changed and taken out: everything else stays."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config import Settings
from digest.config.amend import amend
from digest.config.edit import add_sources, change_source, remove_source
from digest.errors import ConfigError, DigestError
from digest.workspace import Workspace

FILE = """\
# My newsletter

[newsletter]
title   =   "Weekly"    # aligned by hand

# The best ones first.
[[sources]]
url = 'https://a.example/feed'   # single quotes
topic = "News"
# between the keys
max = 3

# A folder.
[[sources]]
path = "articles/*.txt"

# In this order.
[[topics]]
name = "News"
keywords = [
  "treaty", # one
  "summit",
]
"""


def sources(text: str) -> list[dict[str, Any]]:
    return list(tomllib.loads(text).get("sources", []))


def test_added_source_stands_behind_the_last_one_and_nothing_else_moves() -> None:
    added = add_sources(FILE, [{"url": "https://b.example/", "name": "B", "private": True}])
    block = '\n[[sources]]\nurl = "https://b.example/"\nname = "B"\nprivate = true\n'
    assert added == FILE.replace('path = "articles/*.txt"\n', f'path = "articles/*.txt"\n{block}')
    assert remove_source(added, 2) == FILE


def test_first_source_is_put_at_the_end() -> None:
    assert add_sources("", [{"url": "https://b.example/"}]) == (
        '[[sources]]\nurl = "https://b.example/"\n'
    )
    text = '[newsletter]\ntitle = "x" # no line end'
    added = add_sources(text, [{"url": "https://b.example/"}])
    assert added == f'{text}\n\n[[sources]]\nurl = "https://b.example/"\n'
    assert remove_source(added, 0) == f"{text}\n"


def test_changed_key_keeps_its_comment_and_its_place() -> None:
    changed = change_source(FILE, 0, {"url": "https://a.example/new", "enabled": False})
    assert changed == FILE.replace(
        "url = 'https://a.example/feed'   # single quotes",
        'url = "https://a.example/new"   # single quotes',
    ).replace("max = 3\n", "max = 3\nenabled = false\n")
    assert change_source(changed, 0, {"enabled": None, "url": "https://a.example/feed"}) == (
        FILE.replace("'https://a.example/feed'", '"https://a.example/feed"')
    )


def test_removed_source_leaves_the_comments_around_it() -> None:
    removed = remove_source(FILE, 0)
    assert "# The best ones first.\n" in removed
    assert "# A folder.\n[[sources]]" in removed
    assert [source.get("path") for source in sources(removed)] == ["articles/*.txt"]
    assert "sources" not in tomllib.loads(remove_source(removed, 0))


def test_line_ends_and_byte_order_mark_stay() -> None:
    text = "\ufeff" + FILE.replace("\n", "\r\n")
    added = add_sources(text, [{"url": "https://b.example/"}])
    changed = change_source(added, 2, {"enabled": False})
    assert changed.startswith("\ufeff#")
    assert "\n" not in changed.replace("\r\n", "")
    assert change_source(changed, 2, {"enabled": None}) == added
    assert remove_source(added, 2) == text


def test_sources_written_as_an_array_are_changed_too() -> None:
    text = (
        'sources = [\n  {url = "https://a.example/"},  # one\n  # two\n]\n'
        '[newsletter]\ntitle = "x"\n'
    )
    added = add_sources(text, [{"url": "https://b.example/", "name": "B"}])
    assert [source["url"] for source in sources(added)] == [
        "https://a.example/",
        "https://b.example/",
    ]
    assert "# one" in added
    assert "# two" in added
    assert sources(change_source(added, 1, {"enabled": False}))[1]["enabled"] is False
    assert [source["url"] for source in sources(remove_source(added, 0))] == ["https://b.example/"]
    assert sources(add_sources("sources = []\n", [{"url": "https://b.example/"}]))


def test_tables_inside_a_source_belong_to_it() -> None:
    text = (
        '[[sources]]\nurl = "https://a.example/"\n\n[sources.headers]\nX-Key = "1"\n\n'
        '[[sources]]\nurl = "https://b.example/"\n\n[window]\nlate = "drop"\n'
    )
    changed = change_source(text, 0, {"enabled": False})
    assert sources(changed)[0] == {
        "url": "https://a.example/",
        "enabled": False,
        "headers": {"X-Key": "1"},
    }
    assert remove_source(text, 0).startswith('[[sources]]\nurl = "https://b.example/"')
    added = add_sources(text, [{"url": "https://c.example/"}])
    assert [source["url"][8] for source in sources(added)] == ["a", "b", "c"]


def test_texts_that_look_like_tables_are_none() -> None:
    text = 'note = """\n[[sources]]\nurl = "x"\n"""\n[[sources]]\nurl = "https://a.example/"\n'
    changed = change_source(text, 0, {"name": '"""\n[[sources]]'})
    assert tomllib.loads(changed)["note"] == tomllib.loads(text)["note"]
    assert sources(changed)[0]["name"] == '"""\n[[sources]]'


def test_what_cannot_be_changed_without_loss_is_refused() -> None:
    # The tables of one source stand apart: there is no one place that is the source.
    text = (
        '[[sources]]\nurl = "https://a.example/"\n[window]\nlate = "drop"\n'
        '[sources.headers]\nX = "1"\n'
    )
    with pytest.raises(DigestError, match="cannot be changed without loss"):
        remove_source(text, 0)


def test_edit_of_another_program_meanwhile_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "digest.toml"
    path.write_text(FILE, encoding="utf-8")
    workspace = Workspace(root=tmp_path, settings_path=path)

    def change(text: str) -> str:
        path.write_text(FILE + "# an editor's line\n", encoding="utf-8")
        return add_sources(text, [{"url": "https://b.example/"}])

    with pytest.raises(DigestError, match="changed by another program"):
        amend(workspace, change)
    assert path.read_text("utf-8") == FILE + "# an editor's line\n"
    with pytest.raises(DigestError, match="changed by another program"):
        amend(workspace, change, numbered=Settings())


def test_change_that_would_make_a_mistake_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "digest.toml"
    path.write_text(FILE, encoding="utf-8")
    workspace = Workspace(root=tmp_path, settings_path=path)
    with pytest.raises(ConfigError, match=r"digest\.toml:18: url in \[\[sources\]\]"):
        amend(workspace, lambda text: add_sources(text, [{"url": "ftp://b.example/"}]))
    assert path.read_text("utf-8") == FILE


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "remove", "disable", "enable", "move"]),
        st.integers(0, 9),
        st.text(st.characters(exclude_categories=["C"]), max_size=12),
    ),
    max_size=12,
)
COMMENTS = st.lists(st.sampled_from(["", "# note", "   # indented", "#[[sources]]"]), max_size=3)


@st.composite
def files(draw: st.DrawFn) -> str:
    """A digest.toml with comments everywhere, and keys that nobody orders so."""
    parts = ["# start", *draw(COMMENTS), "[newsletter]", 'title = "x" # t', *draw(COMMENTS)]
    for number in range(draw(st.integers(0, 4))):
        parts += ["[[sources]]", f"url = 'https://{number}.example/'  # kept", *draw(COMMENTS)]
        if draw(st.booleans()):
            parts += ["max=3", *draw(COMMENTS)]
        if draw(st.booleans()):
            parts += ["[sources.headers]", '"X-Y" = "1"', *draw(COMMENTS)]
    parts += ["[[topics]]", 'name = "N"', *draw(COMMENTS), "# end"]
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return end.join(parts) + draw(st.sampled_from(["", end]))


@given(files(), STEPS)
def test_any_sequence_of_changes_keeps_all_other_lines_and_the_order(
    text: str, steps: list[tuple[str, int, str]]
) -> None:
    wanted = sources(text)
    rest = {key: value for key, value in tomllib.loads(text).items() if key != "sources"}
    outside = outer_lines(text)
    for what, number, word in steps:
        if what == "add":
            table = {"url": f"https://new.example/{word}", "name": word}
            text = add_sources(text, [table])
            wanted.append(table)
        elif wanted:
            number %= len(wanted)
            if what == "remove":
                text = remove_source(text, number)
                del wanted[number]
            elif what == "move":
                text = change_source(text, number, {"url": word})
                wanted[number]["url"] = word
            else:
                text = change_source(
                    text, number, {"enabled": False if what == "disable" else None}
                )
                wanted[number].pop("enabled", None)
                if what == "disable":
                    wanted[number]["enabled"] = False
        assert sources(text) == wanted
        assert {
            key: value for key, value in tomllib.loads(text).items() if key != "sources"
        } == rest
        assert outer_lines(text) == outside


def outer_lines(text: str) -> list[str]:
    """The lines that belong to no source: its header to its last key, and blank lines, left out."""
    kept: list[str] = []
    waiting: list[str] = []
    inside = False
    for line in text.splitlines():
        if re.match(r"\[\[?sources", line):
            # Comments before a table of a source's own stand within it.
            if not inside or line.startswith("[["):
                kept += waiting
            inside, waiting = True, []
        elif line.startswith("["):
            kept += waiting
            inside, waiting = False, []
            kept.append(line)
        elif inside and (not line.strip() or line.lstrip().startswith("#")):
            waiting.append(line)
        elif inside:
            waiting = []
        else:
            kept.append(line)
    return [line for line in kept + waiting if line.strip()]
