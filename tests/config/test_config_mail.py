"""[render] and [words]: what is refused, and what is said to do instead."""

from __future__ import annotations

import dataclasses

import pytest

from digest.config import schema
from digest.config.read import parse_settings
from digest.errors import ConfigError
from digest.render.words import Words, words_for


def mistake(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        parse_settings(text, "digest.toml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[render]\noverflow = "trimm"',
            'digest.toml:2: overflow in [render]: "trimm" is not one of its values; did you mean '
            '"trim"? allowed: "error", "trim", "link", "split"',
        ),
        (
            '[render]\noverflow = "link"',
            'digest.toml:2: overflow in [render]: "link" has nowhere to lead; set archive_url '
            'under [newsletter], or write "trim" or "split"',
        ),
        (
            '[words]\nunsubscibe = "Leave"',
            "digest.toml:2: unsubscibe in [words]: unknown key; did you mean unsubscribe in "
            "[words]?",
        ),
        (
            '[words]\nwhy = "You asked for it."',
            "digest.toml:2: why in [words]: lacks {title}; write {title} where it goes",
        ),
        (
            '[words]\nwhy = "You asked for {name}."',
            "digest.toml:2: why in [words]: has a brace that is no place of its own; the only "
            "place is {title}; write {{ and }} for braces that readers see",
        ),
        (
            '[words]\nwhy = "{title.__class__}"',
            "digest.toml:2: why in [words]: has a brace that is no place of its own; the only "
            "place is {title}; write {{ and }} for braces that readers see",
        ),
        (
            '[words.stories]\none = "one story"\nothers = "{count} stories"',
            "digest.toml:1: stories in [words]: has no form other; write other = "
            '"{count} …", for all the rest',
        ),
        (
            '[words.stories]\nmanny = "{count}"\nother = "{count} stories"',
            "digest.toml:2: stories.manny in [words]: is no plural form; did you mean many? the "
            "forms are zero, one, two, few, many, other",
        ),
        (
            '[words.stories]\nother = "stories"',
            "digest.toml:2: stories.other in [words]: lacks {count}; write {count} where it goes",
        ),
        (
            '[words]\nunsubscribe = "Leave\\nnow"',
            "digest.toml:2: unsubscribe in [words]: holds a line break or a control character; "
            "write it on one line",
        ),
    ],
)
def test_mistake_is_named_with_its_line_and_remedy(text: str, message: str) -> None:
    assert mistake(text).splitlines()[0] == message


def test_words_of_the_newsletter_go_before_those_of_the_language() -> None:
    text = (
        '[words]\nunsubscribe = "Abmelden"\n'
        '[words.more_stories]\none = "eine mehr"\nother = "{count} mehr"\n'
    )
    words = words_for("de", parse_settings(text, "digest.toml").words)
    assert words.unsubscribe == "Abmelden"
    assert [words.more_stories(count) for count in (1, 2)] == ["eine mehr", "2 mehr"]
    assert words.in_this_issue == words_for("de").in_this_issue
    assert words.stories(1) == words_for("de").stories(1)


def test_every_word_can_be_changed() -> None:
    assert [field.name for field in dataclasses.fields(schema.Words)] == [
        field.name for field in dataclasses.fields(Words)
    ]
