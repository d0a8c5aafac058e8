"""The labelled articles of ``tests/topics/stories``: the promised figures are floors."""

from __future__ import annotations

import pytest

from bench.stories import GOAL_F1, GOAL_PRECISION, b_cubed, by_digest, load


@pytest.mark.parametrize("parts", [("dev",), ("dev", "held")])
def test_the_promised_figures_are_kept(parts: tuple[str, ...]) -> None:
    labelled = [one for part in parts for one in load(part)]
    groups = by_digest([article for _, article in labelled])
    precision, _, f1 = b_cubed([event for event, _ in labelled], groups)
    assert precision >= GOAL_PRECISION
    assert f1 >= GOAL_F1


def test_half_of_the_set_has_no_other_figure_than_all_of_it() -> None:
    labelled = load("dev")
    events = sorted({event for event, _ in labelled})
    for half in (set(events[::2]), set(events[1::2])):
        chosen = [one for one in labelled if one[0] in half]
        groups = by_digest([article for _, article in chosen])
        precision, _, f1 = b_cubed([event for event, _ in chosen], groups)
        assert precision >= GOAL_PRECISION
        assert f1 >= 0.85
