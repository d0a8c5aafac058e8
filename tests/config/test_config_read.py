"""A right digest.toml becomes settings; a wrong one is told all its mistakes at once."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.config import Delivery, Schedule, Settings, Source, Topic
from digest.config.quick import NotPlain, structure_plain
from digest.config.read import parse_settings, read_settings, structure_strictly
from digest.errors import ConfigError

CONTRACT = """\
[newsletter]
title = "Eurasia Weekly"
language = "en"                  # BCP 47
timezone = "Asia/Seoul"
sender = "Eurasia Weekly <weekly@example.org>"
address = "1 Example Street, Seoul"
archive_url = "https://weekly.example.org"
theme = "classic"

[schedule]
every = "week"
starts = "monday 00:00"

[window]
undated = "first-seen"
late = "rescue"
future = "hold"

[[sources]]
url = "https://example.org/feed.xml"
topic = "Diplomacy"
max = 10

[[sources]]
path = "articles/*.txt"

[[topics]]
name = "Diplomacy"
keywords = ["treaty", "summit"]
hosts = ["example.org"]
max = 12

[delivery.weekly]
provider = "smtp"
host = "127.0.0.1"
port = 2525
timeout_seconds = 5
"""


def mistakes(text: str) -> list[str]:
    with pytest.raises(ConfigError) as wrong:
        parse_settings(text, "digest.toml")
    assert wrong.value.exit_status == 2
    return str(wrong.value).splitlines()


def test_the_example_of_the_contract_is_read() -> None:
    found = parse_settings(CONTRACT, "digest.toml")
    assert found.newsletter.timezone == "Asia/Seoul"
    assert found.schedule == Schedule(every="week", starts="monday 00:00")
    assert found.sources == (
        Source(url="https://example.org/feed.xml", topic="Diplomacy", max=10),
        Source(path="articles/*.txt"),
    )
    assert found.topics == (
        Topic(name="Diplomacy", keywords=("treaty", "summit"), hosts=("example.org",), max=12),
    )
    assert found.delivery == {"weekly": Delivery(host="127.0.0.1", port=2525, timeout_seconds=5.0)}


def test_an_empty_file_means_the_documented_defaults() -> None:
    assert parse_settings("", "digest.toml") == Settings()


def test_a_wrong_file_lists_all_its_mistakes_with_lines_and_remedies() -> None:
    text = """\
[newsletter]
tilte = "Eurasia Weekly"
timezone = "Asia/Soul"

[schedule]
every = "fortnight"

[window]
undated = "frist-seen"

[[sources]]
url = "https://example.org/feed.xml"
path = "articles"
max = 0

[[topics]]
name = "Diplomacy"
keywords = "treaty"

[[topics]]
name = "diplomacy"

[delivery.weekly]
password = "hunter2"
port = 70000
"""
    assert mistakes(text) == [
        "digest.toml:2: tilte in [newsletter]: unknown key; did you mean title in [newsletter]?",
        "digest.toml:3: timezone in [newsletter]: not an IANA time zone: 'Asia/Soul'; "
        "did you mean Asia/Seoul?",
        "digest.toml:6: every in [schedule]: not a schedule: 'fortnight'; "
        "write day, week, month or an RRULE such as FREQ=WEEKLY;INTERVAL=2",
        'digest.toml:9: undated in [window]: "frist-seen" is not one of its values; '
        'did you mean "first-seen"? allowed: "first-seen", "hold", "drop"',
        "digest.toml:13: path in [[sources]]: stands beside url; keep one of them",
        "digest.toml:14: max in [[sources]]: 0 is too small; "
        "write a whole number from 1, or remove it",
        "digest.toml:18: keywords in [[topics]]: expected an array, found text; "
        'write keywords = ["…", "…"]',
        'digest.toml:21: name in [[topics]]: "diplomacy" is the name of topic number 1 already; '
        "join the two, or rename one",
        "digest.toml:24: password in [delivery.weekly]: a secret must not stand in digest.toml; "
        'write a reference: "env:NAME", "keyring:NAME" or "file:PATH"',
        "digest.toml:25: port in [delivery.weekly]: 70000 is not a port; "
        "write a number from 1 to 65535",
    ]


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("[shedule]", "1: shedule: unknown; did you mean [schedule]?"),
        ("[source]\nurl = 1", "1: source: unknown; did you mean [[sources]]?"),
        ('[sources]\nurl = "https://example.org"', "1: [sources]: expected an array of tables, "
         "found a table; write [[sources]], in two brackets, above each"),
        ("[[newsletter]]", "1: [newsletter]: expected a table, found an array; "
         "write [newsletter] above its keys"),
        ('[newsletter]\nevery = "day"', "2: every in [newsletter]: unknown key; "
         "it belongs in [schedule] or [[slots]]"),
        ('[theme]\nname = "plain"', "2: name in [theme]: unknown key; "
         "write theme = … in [newsletter]"),
        ("[newsletter]\ntitle = 5", "2: title in [newsletter]: expected text, "
         'found a whole number; write it in quotes: title = "…"'),
        ("[newsletter]\ntitle = 2025-04-24", "2: title in [newsletter]: expected text, "
         'found a date or time; write it in quotes: title = "…"'),
        ('[newsletter]\ntitle = """a\nb"""', "2: title in [newsletter]: holds a line break or a "
         "control character; write it on one line"),
        ('[newsletter]\nlanguage = "english"', '2: language in [newsletter]: "english" is not a '
         'language tag (BCP 47); write a tag such as "en", "de-AT" or "zh-Hant"'),
        ('[newsletter]\nlanguage = "en_US"', '2: language in [newsletter]: "en_US" is not a '
         'language tag (BCP 47); write "en-US"'),
        ('[newsletter]\nsender = "weekly"', '2: sender in [newsletter]: "weekly" is not a mail '
         'address; write "Name <name@example.org>"'),
        ('[newsletter]\nlast_section = "Hold"', "2: last_section in [newsletter]: Hold is the "
         "section that is never sent; choose another name"),
        ('[schedule]\nstarts = "noon"', "2: starts in [schedule]: not a start for this schedule: "
         "'noon'; write \"monday 00:00\""),
        ("[[sources]]\nmax = 3", "1: [[sources]]: has neither url nor path; "
         'write url = "https://…" or path = "articles/*.txt"'),
        ('[[sources]]\npath = "mail"\nresolve = true', "3: resolve in [[sources]]: asks where the "
         "links of newsletters in files lead; write path = … and split = true beside it, "
         "or leave it out"),
        ('[[sources]]\nurl = "articles/a.txt"', '2: url in [[sources]]: "articles/a.txt" is not a '
         'web address; write "https://…"; for a file write path = …'),
        ('[[sources]]\nurl = "https://e.example:99999/"', '2: url in [[sources]]: '
         '"https://e.example:99999/" is not a web address; write "https://…"; for a file write '
         'path = …'),
        ('[[sources]]\nurl = "https://ann:secret@e.example/feed"', "2: url in [[sources]]: holds a "
         "user name or password, which digest does not send; write the address without them"),
        ('[[sources]]\npath = "a\\u0000b"', "2: path in [[sources]]: holds a line break or a "
         "control character; write it on one line"),
        ('[[sources]]\npath = "a"\nenabled = "yes"', "3: enabled in [[sources]]: expected true or "
         "false, found text; write enabled = true or enabled = false, without quotes"),
        ('[[sources]]\npath = "a"\nmax = true', "3: max in [[sources]]: expected a whole number, "
         "found true or false; write digits without quotes: max = 10"),
        ('sources = [\n  {path = "a"},\n  {path = "b", mx = 3},\n]', "3: mx in [[sources]]: "
         "unknown key; did you mean max in [[sources]]?"),
        ('[[sources]]\npath = "a"\n[[sources]]\npath = "a"', '4: path in [[sources]]: "a" stands '
         "in source number 1 already; remove one of the two"),
        ("[[topics]]\nmax = 2", '1: name in [[topics]]: is missing; write name = "…"'),
        ('[[topics]]\nname = "A"\nkeywords = ["a",\n "b",\n 3]', "5: keywords (entry 3) in "
         "[[topics]]: expected text, found a whole number; write text in its place"),
        ('[[topics]]\nname = "A"\nhosts = ["https://example.org/x"]', "3: hosts (entry 1) in "
         '[[topics]]: "https://example.org/x" is not a host name; write "example.org"'),
        ('[[topics]]\nname = "A"\nkeywords = [{word = "a", wieght = 2}]', "3: keywords.wieght "
         "(entry 1) in [[topics]]: unknown key; did you mean keywords.weight (entry 1) in "
         "[[topics]]?"),
        ('[[topics]]\nname = "A"\nkeywords = ["b", {weight = 2}]', "3: keywords.word (entry 2) "
         'in [[topics]]: is missing; write word = "…"'),
        ('[[topics]]\nname = "A"\nkeywords = [{word = "a", weight = 0}]', "3: keywords.weight "
         "(entry 1) in [[topics]]: 0 is not a weight; write a number above 0 (1 is that of a plain "
         "keyword)"),
        ('[[topics]]\nname = "A"\nkeywords = [{word = "a", in = "body"}]', "3: keywords.in (entry "
         '1) in [[topics]]: "body" is not one of its values; write one of "anywhere", "title"'),
        ('[[topics]]\nname = "A"\nkeywords = ["="]', "3: keywords (entry 1) in [[topics]]: holds "
         "no letter or digit; remove it, or write a word or phrase"),
        ('[[topics]]\nname = "A"\nnot = [{word = "a", weight = 2}]', "3: not.weight (entry 1) in "
         "[[topics]]: weighs a word that only excludes; leave it out"),
        ('[[topics]]\nname = "A"\nnot_ = ["a"]', "3: not_ in [[topics]]: unknown key; did you mean "
         "not in [[topics]]?"),
        ('[[topics]]\nname = "A"\nhosts = ["example.org/blog"]', "3: hosts (entry 1) in "
         '[[topics]]: "example.org/blog" is not a host name; write "example.org", or paths = '
         '["example.org/blog"] for a part of the site'),
        ('[[topics]]\nname = "A"\npaths = ["https://example.org/blog?x"]', "3: paths (entry 1) in "
         '[[topics]]: "https://example.org/blog?x" is not a host with a path; write '
         '"example.org/blog"'),
        ('[[topics]]\nname = "A"\npaths = ["example.org/"]', "3: paths (entry 1) in [[topics]]: "
         '"example.org/" is a host without a path; write hosts = ["example.org"]'),
        ('[[topics]]\nname = "A"\nauthors = [" "]', "3: authors (entry 1) in [[topics]]: is empty; "
         "remove it, or write a name"),
        ('[[topics]]\nname = "A"\ncategories = ["a\\nb"]', "3: categories (entry 1) in [[topics]]: "
         "holds a line break or a control character; write it on one line"),
        ("[delivery]\nweekly = 5", "2: [delivery.weekly]: expected a table, found a whole number; "
         "write [delivery.weekly] above its keys"),
        ("[delivery.weekly]\nprovider = 'smpt'", '2: provider in [delivery.weekly]: "smpt" is not '
         'one of its values; did you mean "smtp"? allowed: "smtp"'),
        ("[gather]\nat_once = 1.5", "2: at_once in [gather]: expected a whole number, found a "
         "number with a point; write digits without quotes: at_once = 10"),
        ("[gather]\ndeadline_seconds = nan", "2: deadline_seconds in [gather]: nan is not a span "
         "of time; write seconds above 0"),
    ],
)  # fmt: skip
def test_one_mistake_is_one_line(text: str, mistake: str) -> None:
    assert mistakes(text) == [f"digest.toml:{mistake}"]


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("[newsletter]\ntitle = Eurasia", "digest.toml:2", "invalid value"),
        ("a = 1\na = 2\n", "digest.toml:2", "cannot overwrite a value"),
        ("[newsletter\n", "digest.toml:1", "expected ']'"),
        ("a = [1,\n2\n", "digest.toml:2", "unclosed array"),
    ],
)
def test_broken_toml_is_named_with_its_line(text: str, where: str, what: str) -> None:
    (line,) = mistakes(text)
    assert line.startswith(f"{where}: not valid TOML, ")
    assert what in line


def test_a_secret_is_never_repeated() -> None:
    for wrong in ('"hunter2"', "['hunter2']", "{hunter2 = 1}", '"hunter2"\nprovider = 5'):
        text = f"[delivery.weekly]\npassword = {wrong}\n"
        assert "hunter2" not in "\n".join(mistakes(text))


@pytest.mark.parametrize("reference", ["env:SMTP_PASSWORD", "keyring:weekly", "file:secret.txt"])
def test_a_reference_to_a_secret_is_allowed(reference: str) -> None:
    found = parse_settings(f'[delivery.weekly]\npassword = "{reference}"', "digest.toml")
    assert found.delivery["weekly"].password == reference


def test_a_source_may_name_a_topic_that_has_no_table() -> None:
    text = CONTRACT.replace('topic = "Diplomacy"', 'topic = "Trade"')
    assert parse_settings(text, "digest.toml").sources[0].topic == "Trade"


def test_a_file_is_read_with_byte_order_mark_and_carriage_returns(tmp_path: Path) -> None:
    file = tmp_path / "digest.toml"
    file.write_bytes(b"\xef\xbb\xbf" + CONTRACT.replace("\n", "\r\n").encode())
    assert read_settings(file) == parse_settings(CONTRACT, "digest.toml")


def test_a_file_that_is_not_utf8_or_not_there_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "digest.toml"
    with pytest.raises(ConfigError, match=r"^digest\.toml: cannot be read: No such file"):
        read_settings(file)
    file.write_bytes("[newsletter]\ntitle = 'Köln'".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"^digest\.toml:2: is not UTF-8 text; save"):
        read_settings(file)


words = st.sampled_from(
    (
        *("newsletter", "schedule", "window", "sources", "topics", "delivery", "gather"),
        *("title", "timezone", "url", "path", "max", "name", "keywords", "hosts", "weekly"),
        *("password", "port", "nonsense"),
    )
)
trees = st.dictionaries(
    words,
    st.recursive(
        st.integers() | st.booleans() | st.just("text") | st.floats(),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(words, inner, max_size=3),
        max_leaves=8,
    ),
    max_size=4,
)


@settings(max_examples=200, deadline=None)
@given(trees)
def test_whatever_toml_says_it_is_read_or_refused_with_lines(tables: dict[str, object]) -> None:
    import tomlkit

    text = tomlkit.dumps(tables)
    tomllib.loads(text)
    try:
        parse_settings(text, "digest.toml")
    except ConfigError as error:
        assert error.mistakes
        for mistake in error.mistakes:
            assert str(mistake.where).startswith("digest.toml:")
            assert mistake.fix


def test_spans_of_the_window_and_of_sources_are_checked() -> None:
    text = '[window]\nmin_age = "2"\n[[sources]]\npath = "a"\nrescue_max_age = "a week"\n'
    with pytest.raises(ConfigError) as caught:
        parse_settings(text, "digest.toml")
    assert str(caught.value).splitlines() == [
        "digest.toml:2: min_age in [window]: not a span: '2'; "
        'write "30min", "2h", "14d" or "2w", or "" for none',
        "digest.toml:5: rescue_max_age in [[sources]]: not a span: 'a week'; "
        'write "30min", "2h", "14d" or "2w", or "" for none',
    ]


EVERY_KIND = (
    CONTRACT
    + """
[theme]
accent = "#7a1f1f"
text_size = 16

[gather]
deadline_seconds = 5
max_bytes = 1_000_000

[check]
clients = ["gmail", "apple-mail"]

[words]
stories = { one = "{count} tale", other = "{count} tales" }

[render]
overflow = "trim"

[[topics]]
name = "Diplomacy"
keywords = ["treaty", { word = "summit", weight = 3, in = "title" }]
not = ["climbing", { word = "=Everest", in = "title" }]
paths = ["example.org/blog"]
authors = ["N. N."]
categories = ["World"]

[[slots]]
name = "sponsor"
heading = "Sponsor"
text = "Buy."
since = 2025-04-21
"""
)


def test_the_short_way_and_the_strict_one_give_the_same_settings() -> None:
    for text in ("", CONTRACT, EVERY_KIND):
        tables = tomllib.loads(text)
        assert (structure_plain(tables, Settings), []) == structure_strictly(tables)


@pytest.mark.parametrize(
    "text",
    [
        "[newsletter]\ntitle = 5",
        "[newsletter]\ntitel = 'a'",
        "newsletter = 'a'",
        "[[newsletter]]",
        "[sources]\nurl = 'https://example.org'",
        "[[sources]]\nurl = 'https://example.org'\nmax = true",
        "[[sources]]\nurl = 'https://example.org'\nmax = 1.0",
        "[[topics]]\nkeywords = ['a']",
        "[[topics]]\nname = 'a'\nkeywords = 'abc'",
        "[[topics]]\nname = 'a'\nkeywords = [1]",
        "[[topics]]\nname = 'a'\nkeywords = [{word = 'a', weight = 'b'}]",
        "[[topics]]\nname = 'a'\nnot_ = ['a']",
        "[window]\nlate = 'never'",
        "[gather]\nat_once = '5'",
        "[gather]\ndeadline_seconds = true",
        "[words.stories]\none = 1",
        "[[slots]]\nname = 'a'\nheading = 'b'\nsince = 2025-04-21T00:00:00",
        "delivery = []",
        "[delivery]\nweekly = 1",
    ],
)
def test_whatever_may_be_a_mistake_is_left_to_the_strict_way(text: str) -> None:
    with pytest.raises(NotPlain):
        structure_plain(tomllib.loads(text), Settings)
    assert structure_strictly(tomllib.loads(text))[1]
