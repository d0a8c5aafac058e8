"""What is shown of thousands of articles is what would be shown were they all held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from digest.commands._long_table import long_table
from digest.commands._terminal import emit, emit_json, emit_json_list, emit_lines, table

HEADS = ["published, basis", "title, summary", "input"]


def rows(count: int) -> Iterator[Sequence[str]]:
    for number in range(count):
        long = " ".join(["a word", "調査" * (number % 9), "x" * (number % 70)])
        yield [f"2025-04-{number:04}\nbasis", f"Title {number}\n{long}", f"{number}.txt\u2028!"]


@pytest.mark.parametrize("columns", [20, 60, 120, 200])
@pytest.mark.parametrize("count", [1, 200, 431])
def test_a_long_table_looks_like_one_whose_rows_are_all_held(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: int, count: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    table("", HEADS, rows(count), to_stdout=True)
    whole = capsys.readouterr().out
    long_table(HEADS, lambda: rows(count))
    assert capsys.readouterr().out == whole


@pytest.mark.parametrize("count", [0, 1, 2, 3_000])
def test_a_list_shown_element_by_element_is_the_list_shown_at_once(
    capsys: pytest.CaptureFixture[str], count: int
) -> None:
    values = [
        {"n": n, "text": "one\ntwo\u2028" * 9, "list": [n, {}], "no": []} for n in range(count)
    ]
    emit_json(values)
    whole = capsys.readouterr().out
    emit_json_list(iter(values))
    assert capsys.readouterr().out == whole
    emit("\n".join(whole.splitlines()))
    whole = capsys.readouterr().out
    emit_lines(iter(whole.splitlines()))
    assert capsys.readouterr().out == whole
