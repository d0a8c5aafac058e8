"""Every key of a TOML text is found on the line where it stands."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.config.lines import Path, find_lines, line_of

TEXT = '''\
# a comment with [brackets] and "quotes"
top = 1

[newsletter] # [not.a.table]
title = "x # y = z" # title = 2
nested.deep."a key" = [1, # one
  "a]b", {x = 1, y.z = [2]},

  3]
long = """first
second " "" \\""" line = 3 """""
raw = \'\'\'a
[b]
\\\'\'\'\'
when = 1979-05-27 07:32:00Z # then
day = 1979-05-27 # then
[[sources]]
url = 'u'
[[ sources ]]
 path = "p\\"q"
 [sources."extra.x"]
 k = true
 [[sources.deep]]
 q = 1
 [[sources.deep]]
 q = {}
[x.'y z'.w]
e = [[], [[1]]]
'''

LINES = {
    ("top",): 2,
    ("newsletter",): 4,
    ("newsletter", "title"): 5,
    ("newsletter", "nested"): 6,
    ("newsletter", "nested", "deep", "a key"): 6,
    ("newsletter", "nested", "deep", "a key", 0): 6,
    ("newsletter", "nested", "deep", "a key", 1): 7,
    ("newsletter", "nested", "deep", "a key", 2, "y", "z", 0): 7,
    ("newsletter", "nested", "deep", "a key", 3): 9,
    ("newsletter", "long"): 10,
    ("newsletter", "raw"): 12,
    ("newsletter", "when"): 15,
    ("newsletter", "day"): 16,
    ("sources",): 17,
    ("sources", 0): 17,
    ("sources", 0, "url"): 18,
    ("sources", 1): 19,
    ("sources", 1, "path"): 20,
    ("sources", 1, "extra.x"): 21,
    ("sources", 1, "extra.x", "k"): 22,
    ("sources", 1, "deep", 0, "q"): 24,
    ("sources", 1, "deep", 1): 25,
    ("sources", 1, "deep", 1, "q"): 26,
    ("x",): 27,
    ("x", "y z"): 27,
    ("x", "y z", "w"): 27,
    ("x", "y z", "w", "e", 1, 0, 0): 28,
}


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    entries = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for name, inner in entries:
        yield (*path, name)
        yield from paths(inner, (*path, name))


def test_every_form_of_toml_has_its_line() -> None:
    found = find_lines(TEXT)
    assert {path: found.get(path) for path in LINES} == LINES
    assert set(found) == set(paths(tomllib.loads(TEXT)))


def test_carriage_returns_do_not_count_twice() -> None:
    assert find_lines(TEXT.replace("\n", "\r\n")) == find_lines(TEXT)


def test_a_key_that_is_not_written_has_the_line_of_its_table() -> None:
    found = find_lines(TEXT)
    assert line_of(found, ("sources", 1, "max")) == 19
    assert line_of(found, ("delivery", "weekly")) == 0


values = st.recursive(
    st.integers() | st.booleans() | st.text() | st.dates() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.text(), values, max_size=5))
def test_every_path_is_found_in_whatever_tomlkit_writes(tables: dict[str, Any]) -> None:
    text = tomlkit.dumps(tables)
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # tomlkit writes some control characters that TOML forbids
    found = find_lines(text)
    assert set(found) == set(paths(read))
    lines = text.split("\n")
    for path, line in found.items():
        if isinstance(path[-1], str) and path[-1].isidentifier() and path[-1].isascii():
            assert path[-1] in lines[line - 1]
