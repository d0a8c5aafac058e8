"""What is said of a workspace's own templates and stylesheets: by the command, and one by one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from made_issues import make_issue, make_settings

from digest.check import Background, Stylesheet, check
from digest.model import Finding
from digest.render import render
from digest.workspace import templates_folder

EXTENDS = '{% extends "builtin/classic/style.css" %}\n{% block inlined %}{{ super() }}\n'


def judge(css: str) -> list[Finding]:
    """The findings on a stylesheet whose third line is ``css``."""
    text = f"{EXTENDS}{css}\n{{% endblock %}}\n"
    background = Background(sheets=(Stylesheet(file="templates/classic/style.css", text=text),))
    issue, settings = make_issue(), make_settings()
    found = check(render(issue, settings, None), issue, settings, background)
    return [finding for finding in found if finding.code.startswith("css-")]


@pytest.mark.parametrize(
    ("css", "code", "words"),
    [
        ("p{color:#12}", "css-bad-value", "#12 is no colour"),
        ("p{border:1px solid #12345}", "css-bad-value", "#12345 is no colour"),
        ("p{background-color:gren}", "css-bad-value", "gren is no colour"),
        ("p{width:10 px}", "css-bad-value", "a blank stands between 10 and its unit"),
        ("p{width:10 %}", "css-bad-value", "a blank stands between 10 and its unit"),
        ("p{margin:0 12}", "css-bad-value", "12 has no unit"),
        ("p{margin:0 !imporant}", "css-bad-value", "what follows the ! is not important"),
        ("p{font-size 14px}", "css-syntax", "a declaration without a colon"),
        ("p{margin:0} }\nh2{margin:0}", "css-syntax", "one } too many before h2"),
        ("{% set acent = '#123456' %}", "css-unused-token", "perhaps accent is meant"),
        ("h2", "css-syntax", "a selector without its braces"),
        ("@media print{@media screen{p{margin:0}}}", "css-nested-rule", "@media stands in"),
        ("@supports (gap:1px){@media screen{p{margin:0}}}", "css-nested-rule", "@media stands in"),
    ],
)
def test_mistake_in_css_is_told_with_its_line(css: str, code: str, words: str) -> None:
    finding = next(finding for finding in judge(css) if finding.code == code)
    assert words in finding.message
    assert str(finding.where).startswith("templates/classic/style.css:")
    assert int(str(finding.where).rpartition(":")[2]) in (3, 4)


@pytest.mark.parametrize(
    "css",
    [
        "p{color:{{ accent }};border:1px solid {{ ink }};background:{{ page }}}",
        "p{color:#abc;background:#ABCDEF80;border-color:red transparent inherit CanvasText}",
        "p{color:rgb(1 2 3 / 50%);color:light-dark(#000,#fff);color:var(--ink)}",
        "p{margin:0 auto;width:100%;line-height:1.5;font:14px/1.5 serif;flex:1 1 0;width:0}",
        "p{--any:10 px;mso-line-height-rule:exactly;width:calc(100% - 10px);color:red!important}",
        "@media (max-width:600px){p{margin:0}}",
        "{% set accent = '#123456' %}{% set mine = '#123456' %}p{color:{{ mine }}}",
        "p{margin:{{ text_size }}px 0 0;background:url(#here)}",
    ],
)
def test_sound_css_is_left_in_peace(css: str) -> None:
    assert judge(css) == []


def workspace(folder: Path, files: dict[str, str]) -> Path:
    (folder / "digest.toml").write_text(
        '[newsletter]\ntitle = "T"\nsender = "T <t@example.org>"\naddress = "1 Street"\n'
    )
    files = {
        "issues/one/issue.md": "---\ntitle: T\nsubject: S\npreheader: P\n---\n## A\n\n"
        "### [a](https://example.org/a)\n\nx\n",
        **files,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, *arguments: str) -> Any:
    return subprocess.run(
        [sys.executable, "-m", "digest", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


CLASSIC = '{% extends "builtin/classic/issue.html.j2" %}\n{% block masthead %}\n'


@pytest.mark.parametrize(
    ("name", "text", "place", "words"),
    [
        (
            "classic/style.css",
            f'{EXTENDS}@import url("https://example.com/x.css");\n{{% endblock %}}',
            "templates/classic/style.css:3",
            "@import",
        ),
        (
            "classic/issue.html.j2",
            f'{CLASSIC}<LINK rel="stylesheet" href="x.css">{{% endblock %}}',
            "templates/classic/issue.html.j2:3",
            "<link>",
        ),
        (
            "classic/issue.html.j2",
            f"{CLASSIC}{{{{ isue.title }}}}{{% endblock %}}",
            "templates/classic/issue.html.j2:3",
            "did you mean issue?",
        ),
        (
            "classic/issue.html.j2",
            CLASSIC.replace("masthead", "mastheda") + "{% endblock %}",
            "templates/classic/issue.html.j2:2",
            "did you mean masthead?",
        ),
        (
            "base/style.css",
            "h1{margin:0}",
            "templates/base/style.css",
            'extend "builtin/base/style.css"',
        ),
        (
            "classic/issue.txt.j2",
            "{{ issue.titel }}",
            "templates/classic/issue.txt.j2:1",
            "did you mean title?",
        ),
    ],
)
def test_mistake_that_keeps_an_issue_from_being_rendered_is_a_finding(
    tmp_path: Path, name: str, text: str, place: str, words: str
) -> None:
    folder = workspace(tmp_path, {f"templates/{name}": text})
    assert run(folder, "render").returncode == 1
    result = run(folder, "check", "--json")
    assert result.returncode == 1
    told = json.loads(result.stdout)
    (error,) = told["errors"]
    assert (error["code"], error["where"]) == ("broken-template", place)
    assert words in f"{error['message']}; {error['fix']}"
    assert told["size"] == {}
    file, _, line = place.partition(":")
    shown = run(folder, "check", "--format", "github").stdout
    at = f",line={line}" if line else ""
    assert shown.startswith(f"::error file={file},title=broken-template{at}::")
    assert "1 error, 0 warnings, and nothing to weigh" in run(folder, "check").stdout


def test_broken_css_stops_no_render_and_is_told(tmp_path: Path) -> None:
    css = (
        f"{EXTENDS}@media print{{@media screen{{p{{margin:0}}}}}}\np{{margin 1px}}{{% endblock %}}"
    )
    folder = workspace(tmp_path, {"templates/classic/style.css": css})
    assert run(folder, "render").returncode == 0
    told = json.loads(run(folder, "check", "--json").stdout)
    codes = {finding["code"] for finding in (*told["errors"], *told["warnings"])}
    assert {"css-nested-rule", "css-syntax"} <= codes


def test_style_element_of_a_template_is_judged_with_its_line(tmp_path: Path) -> None:
    style = '<style type="text/css">\nh1{margin 0}\n</style>{{ super() }}{% endblock %}'
    folder = workspace(tmp_path, {"templates/classic/issue.html.j2": f"{CLASSIC}{style}"})
    (error,) = json.loads(run(folder, "check", "--json").stdout)["errors"]
    assert (error["code"], error["where"]) == ("css-syntax", "templates/classic/issue.html.j2:4")


@pytest.mark.parametrize("theme", ["base", "classic"])
def test_copied_templates_and_stylesheets_have_no_mistake(tmp_path: Path, theme: str) -> None:
    ours = {
        f"templates/{theme}/{path.relative_to(templates_folder() / theme)}": path.read_text("utf-8")
        for path in sorted((templates_folder() / theme).rglob("*"))
        if path.suffix in (".j2", ".css", ".toml")
    }
    told = json.loads(run(workspace(tmp_path, ours), "check", "--json").stdout)
    codes = [finding["code"] for finding in (*told["errors"], *told["warnings"])]
    assert codes == ["stale-render"]


def test_what_a_template_adds_is_placed_in_the_html(tmp_path: Path) -> None:
    added = '<p><a href="">x</a> {{ "{{ name }}" }} <img src="x.png" alt="x"></p><form></form>'
    folder = workspace(
        tmp_path,
        {"templates/classic/issue.html.j2": f"{CLASSIC}{added}{{{{ super() }}}}{{% endblock %}}"},
    )
    told = json.loads(run(folder, "check", "--json").stdout)["errors"]
    places = {finding["code"]: finding["where"] for finding in told}
    assert places.keys() >= {"relative-link", "leftover-template", "html-forbidden"}
    for code, where in places.items():
        assert where.startswith("digest.html"), (code, where)
    assert places["html-forbidden"].partition(":")[2].isdigit()
    assert places["leftover-template"].partition(":")[2].isdigit()


TARGET = """
[delivery.weekly]
provider = "smtp"
host = "127.0.0.1"
unsubscribe = "https://example.org/leave?who={email}"
"""
NO_FOOTER = '{% extends "builtin/classic/issue.html.j2" %}\n{% block footer %}{% endblock %}'


def with_target(folder: Path, template: str) -> Path:
    workspace(folder, {"templates/classic/issue.html.j2": template, "to.csv": "email\na@e.org\n"})
    with (folder / "digest.toml").open("a") as file:
        file.write(TARGET)
    assert run(folder, "render").returncode == 0
    return folder


def test_footer_that_a_template_leaves_out_is_told_and_not_sent(tmp_path: Path) -> None:
    folder = with_target(tmp_path, NO_FOOTER)
    told = json.loads(run(folder, "check", "--json").stdout)
    (error,) = told["errors"]
    assert (error["code"], error["where"]) == ("unsubscribe-not-shown", "digest.html")
    assert "address-not-shown" in {warning["code"] for warning in told["warnings"]}
    send = ("send", "--to", "to.csv", "--via", "weekly", "--dry-run")
    refused = run(folder, *send)
    assert refused.returncode == 3
    assert "(unsubscribe-not-shown)" in refused.stderr
    assert run(folder, *send, "--allow", "unsubscribe-not-shown").returncode == 0


def test_footer_of_ones_own_needs_link_and_address_alone(tmp_path: Path) -> None:
    footer = '<p>{{ issue.address }} <a href="{{ issue.unsubscribe }}">Leave</a></p>'
    folder = with_target(tmp_path, NO_FOOTER.replace("{% endblock %}", f"{footer}{{% endblock %}}"))
    result = run(folder, "check", "--json")
    assert "not-shown" not in result.stdout
    mistaken = NO_FOOTER.replace(
        "{% endblock %}", "{% if issue.unsubscribe %}{{ isue }}{% endif %}{% endblock %}"
    )
    (folder / "templates/classic/issue.html.j2").write_text(mistaken)
    (error,) = json.loads(run(folder, "check", "--json").stdout)["errors"]
    assert (error["code"], error["where"]) == (
        "broken-template",
        "templates/classic/issue.html.j2:2",
    )
