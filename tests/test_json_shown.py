"""JSON on standard output is byte for byte what Python's own writer makes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.commands._terminal import emit_json, emit_json_field, emit_json_list, indented

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=5) | st.integers() | st.none(), inner, max_size=4)
    ),
    max_leaves=12,
)


def by_python(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_any_value_is_written_as_by_python(value: Any) -> None:
    assert indented(value) == by_python(value)


@pytest.mark.parametrize("values", [[], [{}], [{"a": [1, "é\n"]}, [], {"b": {"c": None}}]])
@pytest.mark.parametrize(
    ("shown", "whole"),
    [
        (emit_json, lambda values: values),
        (emit_json_list, lambda values: values),
        (
            lambda values: emit_json_field("sources", iter(values)),
            lambda values: {"sources": values},
        ),
    ],
)
def test_a_list_that_is_made_while_it_is_shown_is_the_same(
    capsys: pytest.CaptureFixture[str],
    values: list[Any],
    shown: Callable[[list[Any]], None],
    whole: Callable[[list[Any]], Any],
) -> None:
    shown(values)
    assert capsys.readouterr().out == by_python(whole(values)) + "\n"
