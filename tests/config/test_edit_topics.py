"""Rules written into digest.toml, and taken out of it: nothing else moves."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config.edit_topics import Entry, add_rules, drop_rule
from digest.errors import DigestError

JOBS = Entry(topic="Jobs", key="hosts", text="jobs.example.org")

LAYOUTS = [
    "",
    "\ufeff# A mark first.\n",
    '[newsletter]\ntitle = "T"',
    '[[topics]]\nname = "Jobs"',
    '[[topics]]\nname = "Jobs"\nhosts = [] # none yet\n\n[stories]\njoin = "off"\n',
    '[[topics]]\r\nname = "Jobs" # mine\r\nhosts = [\r\n  "a.example",\r\n]\r\n\r\n[stories]\r\n',
    '[[topics]]\nname = "Tools"\n# Below Tools.\n\n[[sources]]\npath = "a.txt"\n',
    'topics = [{name = "Jobs", hosts = ["a.example"]}] # short\n[stories]\n',
    'topics = [{name = "Tools"}]\n',
]


@pytest.mark.parametrize("text", LAYOUTS)
def test_a_rule_comes_to_its_topic_and_goes_again_wherever_it_stands(text: str) -> None:
    before = tomllib.loads(text.removeprefix("\ufeff"))
    after = add_rules(text, [JOBS])
    topics = tomllib.loads(after.removeprefix("\ufeff"))["topics"]
    (jobs,) = (topic for topic in topics if topic["name"] == "Jobs")
    assert jobs["hosts"][-1] == "jobs.example.org"
    for line in text.splitlines():
        comment = line.partition("#")[2]
        assert comment in after
    assert ("\r\n" in after) == ("\r\n" in text)
    assert "\r\n" not in text or after.count("\n") == after.count("\r\n")
    assert add_rules(after, [JOBS]) == after, "nothing twice"
    gone = tomllib.loads(drop_rule(after, JOBS).removeprefix("\ufeff"))
    assert "jobs.example.org" not in str(gone)
    rest = {key: value for key, value in gone.items() if key != "topics"}
    assert rest == {key: value for key, value in before.items() if key != "topics"}


def test_of_a_list_with_comments_one_entry_goes() -> None:
    text = (
        '[[topics]]\nname = "Jobs"\nkeywords = [\n'
        '  "a", # first\n  {word = "b"}, # second\n  "c",\n]\n'
    )
    gone = drop_rule(text, Entry(topic="Jobs", key="keywords", text="b"))
    assert gone == '[[topics]]\nname = "Jobs"\nkeywords = [\n  "a", # first\n  "c",\n]\n'
    assert drop_rule(text, Entry(topic="Jobs", key="keywords", text="z")) == text
    assert drop_rule(text, Entry(topic="None", key="keywords", text="a")) == text


def test_a_new_topic_with_many_words_is_written_several_on_a_line() -> None:
    words = [f"word-{number:02}" for number in range(30)]
    text = add_rules("", [Entry(topic='A "B"', key="keywords", text=word) for word in words])
    assert tomllib.loads(text)["topics"] == [{"name": 'A "B"', "keywords": words}]
    assert 4 < text.count("\n") < 12
    assert max(map(len, text.splitlines())) <= 100


def test_a_list_that_takes_no_words_is_left_as_it_is() -> None:
    text = '[[topics]]\nname = "Jobs"\n[[topics.keywords]]\nword = "a"\n'
    with pytest.raises(DigestError, match="cannot be changed without loss"):
        add_rules(text, [Entry(topic="Jobs", key="keywords", text="b")])


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1)))
def test_any_text_is_written_so_that_it_is_read_again(words: list[str]) -> None:
    kept = list(dict.fromkeys(" ".join(word.split()) for word in words if word.strip()))
    text = '[[topics]]\nname = "Jobs"\n'
    entries = [
        Entry(topic=topic, key="keywords", text=word) for topic in ("Jobs", "New") for word in kept
    ]
    topics = tomllib.loads(add_rules(text, entries))["topics"]
    assert [topic.get("keywords", []) for topic in topics] == [kept] * (2 if kept else 1)
