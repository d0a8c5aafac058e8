"""[ranking] and the weight of sources: what is taken, what is refused."""

from __future__ import annotations

import pytest

from digest.config import Ranking
from digest.config.read import parse_settings
from digest.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[ranking]\ncoverage = -1",
            "digest.toml:2: coverage in [ranking]: -1 is not a weight; write a number from 0 to "
            "100",
        ),
        (
            "[ranking]\nhabits = nan",
            "digest.toml:2: habits in [ranking]: nan is not a weight; write a number from 0 to 100",
        ),
        (
            "[ranking]\nmax = 0",
            "digest.toml:2: max in [ranking]: 0 is too small; write a whole number from 1, or "
            "remove it",
        ),
        (
            '[ranking]\norder = "by-size"',
            'digest.toml:2: order in [ranking]: "by-size" is not one of its values; did you mean '
            '"by-score"? allowed: "fixed", "by-score"',
        ),
        (
            "[ranking]\ncoverage = 0\nfreshness = 0\nsource = 0\nkeywords = 0\nhabits = 0\n"
            "length = 0",
            "digest.toml:1: [ranking]: all weights are 0; give one of them a number above 0",
        ),
        (
            '[[sources]]\npath = "a.txt"\nweight = 1000',
            "digest.toml:3: weight in [[sources]]: 1000 is not a weight; write a number from 0 "
            "to 100",
        ),
    ],
)
def test_a_ranking_that_makes_no_sense_is_told(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_settings(text, "digest.toml")
    assert str(caught.value) == message


def test_whole_numbers_are_weights_too() -> None:
    settings = parse_settings(
        '[ranking]\nfreshness = 4\nhabits = 0\n[[sources]]\npath = "a.txt"\nweight = 3', "f"
    )
    assert settings.ranking == Ranking(freshness=4.0, habits=0.0)
    assert settings.sources[0].weight == 3.0
