"""What is said of mail clients and of stylesheets, and the data that it rests on."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from made_issues import CASES, THEMES, make_issue, make_settings, read_case

from digest.check import Background, Stylesheet, check
from digest.check.clients import chosen
from digest.check.data import client_data, known_properties
from digest.check.support import HARMLESS
from digest.config import Check
from digest.config.clients import MAIL_CLIENTS
from digest.config.read import parse_settings
from digest.errors import ConfigError
from digest.model import Finding
from digest.render import render
from digest.workspace import templates_folder

SHEET = """{# ours #}
{% set accent = "#1f4d7a" %}{% extends "builtin/classic/style.css" %}
{% block inlined %}{{ super() }}
p{colour:{{ ink }};margin:0}
h1{margin 0}
h2{font-size:}
a{color:{{ accent }}
.x{padding:0}
{% endblock %}
"""


def findings(html_change: tuple[str, str], *clients: str) -> list[Finding]:
    settings = make_settings()
    if clients:
        settings = replace(settings, check=Check(clients=clients))
    rendered = render(make_issue(), settings, None)
    assert html_change[0] in rendered.html
    html = rendered.html.replace(*html_change, 1)
    found = check(replace(rendered, html=html), make_issue(), settings)
    return [finding for finding in found if finding.code.startswith("client-")]


@pytest.mark.parametrize(
    ("part", "code", "feature"),
    [
        ('<p style="display:grid">x</p>', "client-partial", "css-display-grid"),
        ('<p style="color:var(--ink)">x</p>', "client-unsupported", "css-variables"),
        ('<p style="gap:4px">x</p>', "client-partial", "css-gap"),
        ("<details><summary>x</summary></details>", "client-partial", "html-semantics"),
        ('<img src="https://e.org/i.avif" alt="x">', "client-partial", "image-avif"),
    ],
)
def test_feature_that_clients_lack_is_told_with_their_names(
    part: str, code: str, feature: str
) -> None:
    found = findings(("</h1>", f"</h1>{part}"))
    kind, _, name = feature.partition("-")
    (finding,) = [one for one in found if f"/features/{kind}-{name}/" in one.message]
    assert finding.code == code
    assert re.search(r"is unknown to \d+ of 15 clients: \w+", finding.message)
    assert str(finding.where).startswith("digest.html:")


def test_what_only_adds_to_a_whole_mail_counts_less() -> None:
    inline = findings(("</h1>", '</h1><p style="width:var(--w)">x</p>'))
    kept = findings(("</head>", "<style>.x{width:var(--w)}</style></head>"))
    assert [finding.code for finding in inline] == ["client-unsupported"]
    assert [finding.code for finding in kept] == ["client-partial"]


def test_clients_that_the_newsletter_does_not_name_are_not_counted() -> None:
    change = ("</h1>", '</h1><p style="gap:4px">x</p>')
    assert findings(change, "apple-mail") == []
    assert "Outlook (Windows)" in findings(change, "outlook.windows")[0].message


def test_family_stands_for_all_of_its_programs() -> None:
    assert chosen(["gmail"]) == tuple(c for c in MAIL_CLIENTS if c.startswith("gmail."))
    assert len(chosen(Check().clients)) == 15


def test_mistaken_client_is_named_with_its_line_and_the_nearest() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_settings('[check]\nclients = ["gmail", "outlok"]\n', "digest.toml")
    (mistake,) = caught.value.mistakes
    assert (str(mistake.where), mistake.fix) == ("digest.toml:2", 'did you mean "outlook"?')


def test_packaged_facts_are_whole_dated_and_licensed() -> None:
    data = client_data()
    assert tuple(data.clients) == MAIL_CLIENTS
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", data.date)
    assert "MIT" in data.licence
    assert len(data.features) > 250
    assert set(HARMLESS) <= set(data.features)
    assert all(set(feature.support.values()) <= set("yanu") for feature in data.features.values())
    assert {"color", "grid-template-areas", "text-wrap"} <= known_properties()


def test_mistakes_in_the_workspaces_stylesheet_are_told_with_their_lines() -> None:
    issue, settings = make_issue(), make_settings()
    background = Background(sheets=(Stylesheet(file="templates/classic/style.css", text=SHEET),))
    found = check(render(issue, settings, None), issue, settings, background)
    told = [(finding.code, str(finding.where).rpartition(":")[2]) for finding in found]
    assert ("css-unknown-property", "4") in told
    assert ("css-syntax", "5") in told
    assert ("css-syntax", "6") in told
    assert any(code == "css-syntax" and line in "78" for code, line in told)
    colour = next(finding for finding in found if finding.code == "css-unknown-property")
    assert colour.message == "CSS has no property colour, perhaps color"


def test_our_own_stylesheets_have_no_mistake() -> None:
    issue, settings = make_issue(), make_settings()
    paths = sorted(templates_folder().rglob("*.css"))
    assert paths
    for path in paths:
        sheet = Stylesheet(file=path.name, text=Path(path).read_text(encoding="utf-8"))
        found = check(render(issue, settings, None), issue, settings, Background(sheets=(sheet,)))
        assert [finding for finding in found if finding.code.startswith("css-")] == [], path


OF_THE_THEME = re.compile(
    r"client-|css-|html-|low-contrast|heading-|table-|bad-message|reading-|text-differs|-not-shown"
    r"|style-too-large|control-|remote-resource|wrong-language|too-large"
)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("case", CASES)
def test_nothing_is_said_of_our_themes_whatever_an_issue_holds(case: str, theme: str) -> None:
    issue, settings = read_case(case, theme)
    found = check(render(issue, settings, None), issue, settings)
    assert [finding for finding in found if OF_THE_THEME.match(finding.code)] == []
