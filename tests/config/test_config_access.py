"""What a source's server is shown: mistakes are told with their line, and no value with them."""

from __future__ import annotations

import tomllib

import pytest

from digest.config import Settings
from digest.config.quick import structure_plain
from digest.config.read import parse_settings, structure_strictly
from digest.errors import ConfigError

WHOLE = """\
[gather]
authorities = "ours.pem"
user_agent = "Weekly/1"

[[sources]]
url = "https://members.example/feed"
user_agent = "Weekly/2 (+https://weekly.example)"
username = "ann"
password = "env:PASSWORD"
cookie = "consent=yes"
certificate = "keys/ann.pem"

[sources.headers]
X-Api-Key = "keyring:news"
Accept-Language = "ko"

[[sources]]
url = "https://api.example/feed"
token = "file:secrets/token"
"""


def told(more: str) -> str:
    text = f'[[sources]]\nurl = "https://e.example/feed"\n{more}'
    with pytest.raises(ConfigError) as wrong:
        parse_settings(text, "digest.toml")
    return str(wrong.value)


def test_every_key_is_read_alike_by_both_readers() -> None:
    found = parse_settings(WHOLE, "digest.toml")
    first, second = found.sources
    assert first.headers == {"X-Api-Key": "keyring:news", "Accept-Language": "ko"}
    assert (first.username, first.password) == ("ann", "env:PASSWORD")
    assert (first.cookie, first.certificate) == ("consent=yes", "keys/ann.pem")
    assert (second.token, found.gather.authorities) == ("file:secrets/token", "ours.pem")
    tables = tomllib.loads(WHOLE)
    assert structure_plain(tables, Settings) == structure_strictly(tables)[0] == found


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('token = "hunter2"', "3: token in [[sources]]: a secret must not stand in digest.toml; "
         'write a reference: "env:NAME", "keyring:NAME" or "file:PATH"'),
        ('username = "a"\npassword = "hunter2"', "4: password in [[sources]]: a secret must not"),
        ('username = "a"', '3: username in [[sources]]: stands without password; write password = '
         '"env:NAME" beside it, or leave it out'),
        ('password = "env:A"', "3: password in [[sources]]: stands without username; write "
         'username = "…" beside it, or leave it out'),
        ('username = "a"\npassword = "env:A"\ntoken = "env:B"', "5: token in [[sources]]: stands "
         "beside a password; keep one of them"),
        ('cookie = "a=b\\r\\nX: hunter2"', "3: cookie in [[sources]]: holds what no header can "
         "carry; write it in letters, digits and signs of ASCII, on one line"),
        ('user_agent = "Wöchentlich"', "3: user_agent in [[sources]]: holds what no header can"),
        ('headers = { "X Key" = "hunter2" }', "3: headers.X Key in [[sources]]: is not the name "
         "of a header; write letters, digits and hyphens, such as X-Api-Key"),
        ('headers = { Cookie = "hunter2" }', "3: headers.Cookie in [[sources]]: has a key of its "
         'own; write cookie = "…" instead'),
        ('headers = { Host = "hunter2" }', "3: headers.Host in [[sources]]: is digest's own to "
         "send; remove it"),
        ('headers = { Authorization = "Basic hunter2" }', "3: headers.Authorization in "
         "[[sources]]: a secret must not stand in digest.toml"),
        ('token = "env:A"\nheaders = { Authorization = "env:B" }', "4: headers.Authorization in "
         "[[sources]]: stands beside token or password; keep one of them"),
        ('headers = { X-Key = "a", x-key = "b" }', "3: headers.x-key in [[sources]]: stands there "
         "already; keep one of them"),
        ('headers = { X-Key = 5 }', "3: headers.X-Key in [[sources]]: expected text, found a "
         "whole number"),
        ('headers = "X-Key: hunter2"', "3: headers in [[sources]]: expected a table, found text; "
         "write [sources.headers] above its keys"),
        ('tokn = "env:A"', "3: tokn in [[sources]]: unknown key; did you mean token in"),
        ('certificate = "a\\nb"', "3: certificate in [[sources]]: holds a line break"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_and_remedy_and_never_its_value(
    more: str, words: str
) -> None:
    message = told(more)
    assert words in message
    assert message.startswith("digest.toml:")
    assert "hunter2" not in message


@pytest.mark.parametrize(
    "more", ['token = "env:A"', 'cookie = "a=b"', 'user_agent = "a"', 'headers = { A = "b" }']
)
def test_a_file_has_no_server_to_show_anything_to(more: str) -> None:
    with pytest.raises(ConfigError, match="is for the server of an address; write it beside url"):
        parse_settings(f'[[sources]]\npath = "articles"\n{more}', "digest.toml")


@pytest.mark.parametrize("key", ["user_agent", "authorities"])
def test_what_gather_holds_of_them_is_one_line(key: str) -> None:
    with pytest.raises(ConfigError, match=rf"2: {key} in \[gather\]: holds"):
        parse_settings(f'[gather]\n{key} = "a\\u0007b"', "digest.toml")


def test_settings_that_are_printed_show_no_value() -> None:
    shown = repr(parse_settings(WHOLE.replace("consent=yes", "hunter2"), "digest.toml"))
    assert "hunter2" not in shown and "ann'" not in shown
