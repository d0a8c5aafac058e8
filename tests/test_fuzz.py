"""More than a hundred thousand broken documents: each is read or refused, soon and within bounds.

The same inputs as ``python -m bench.fuzz``, which also runs a million of them.
"""

from __future__ import annotations

import warnings

import pytest

from bench.fuzz import SHARES, TARGETS, run


@pytest.mark.parametrize("target", TARGETS)
def test_broken_input_is_read_or_refused_and_nothing_else(target: str) -> None:
    _, share = TARGETS[target]
    with warnings.catch_warnings():
        # Libraries warn of what they are given, which readers of it need not hear.
        warnings.simplefilter("ignore")
        outcome = run(target, range(share))
    assert outcome.failures == []
    assert outcome.refused < outcome.inputs


def test_a_hundred_thousand_inputs_are_tried() -> None:
    assert sum(share for _, share in TARGETS.values()) == SHARES == 122_000
