"""``kind`` and ``selector`` in ``[[sources]]``: what is refused, and what is said to do instead."""

from __future__ import annotations

import pytest

from digest.config.read import parse_settings
from digest.config.schema import SOURCE_KINDS
from digest.errors import ConfigError

SOURCE = '[[sources]]\nurl = "https://times.example/list"\n'


@pytest.mark.parametrize("kind", SOURCE_KINDS)
def test_every_kind_is_accepted_for_addresses_and_files(kind: str) -> None:
    for place in (SOURCE, '[[sources]]\npath = "list.html"\n'):
        (source,) = parse_settings(f'{place}kind = "{kind}"\n', "digest.toml").sources
        assert source.kind == kind


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('kind = "link"', 'did you mean "links"?'),
        ('selector = "ul a"', 'write kind = "links" beside it, or leave it out'),
        ('kind = "links"\nselector = "ul["', "is no CSS selector"),
    ],
)
def test_mistake_is_named_with_what_to_write(lines: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_settings(f"{SOURCE}{lines}\n", "digest.toml")
    assert words in str(caught.value)
