"""A user's file that extends ours of the same name: every block, every theme, every mistake."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from made_issues import THEMES, make_issue, make_item, make_settings

from digest.errors import TemplateError
from digest.model import Rendered, Section
from digest.render import render
from digest.workspace import templates_folder

STYLE_BLOCKS = ("inlined", "kept", "small", "dark", "last", "outlook")
PAGE_BLOCKS = ("masthead", "introduction", "contents", "sections", "footer")
BLOCKS = [
    (name, block)
    for name, blocks in (
        ("style.css", STYLE_BLOCKS),
        ("issue.html.j2", PAGE_BLOCKS),
        ("issue.txt.j2", PAGE_BLOCKS),
    )
    for block in blocks
]


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def rendered(folder: Path, theme: str = "classic") -> Rendered:
    sponsor = Section(
        heading="Ad", kind="slot", attributes=".slot .sponsor", blocks=(make_item(3),)
    )
    topic = Section(heading="Diplomacy", blocks=(make_item(1), make_item(2)))
    issue = make_issue(introduction="A quiet week.", sections=(topic, sponsor))
    return render(issue, make_settings(theme=theme), folder)


def test_the_blocks_are_those_that_the_base_has() -> None:
    for name in ("style.css", "issue.html.j2", "issue.txt.j2"):
        source = (templates_folder() / "base" / name).read_text(encoding="utf-8")
        blocks = {block for file, block in BLOCKS if file == name}
        assert set(re.findall(r"{% block (\w+) %}", source)) == blocks


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("name", "block"), BLOCKS)
def test_each_block_of_ours_may_be_added_to_and_replaced(
    tmp_path: Path, theme: str, name: str, block: str
) -> None:
    own = "h1{letter-spacing:3px}" if name == "style.css" else "A line of my own"
    mark = "letter-spacing:3px" if name == "style.css" else own
    extends = f'{{% extends "builtin/{theme}/{name}" %}}{{% block {block} %}}'
    ours = rendered(tmp_path, theme)
    for text in (own, "{{ super() }}" + own):
        write(tmp_path, f"{theme}/{name}", f"{extends}{text}{{% endblock %}}")
        made = rendered(tmp_path, theme)
        mine, other = (made.text, made.html) if name.endswith(".txt.j2") else (made.html, made.text)
        assert mark in mine
        assert other == (ours.html if name.endswith(".txt.j2") else ours.text)


def test_style_block_that_is_kept_holds_a_reader_s_own_rules_byte_for_byte(tmp_path: Path) -> None:
    own = "@media (min-width:900px){h1{font-size:50px!important}}"
    write(
        tmp_path,
        "classic/style.css",
        '{% extends "builtin/classic/style.css" %}\n'
        f"{{% block kept %}}\n{{{{ super() }}}}{own}\n{{% endblock %}}\n",
    )
    html = rendered(tmp_path).html
    kept, last = re.findall(r"<style>\n(.*?)</style>", html, re.DOTALL)
    assert kept.rstrip().endswith(own)
    assert "prefers-color-scheme:dark" in kept
    assert "[data-ogsc]" in last
    assert own not in last


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("classic/style.css", "{{ acent }}", "'acent' is not defined; did you mean accent?"),
        ("classic/style.css", "{{ dark_papre }}", "did you mean dark_paper?"),
        ("classic/style.css", "{% block kep %}{% endblock %}", "did you mean kept?"),
        ("classic/issue.html.j2", "{% block fotter %}{% endblock %}", "did you mean footer?"),
        ("classic/issue.txt.j2", "{% block masthaed %}{% endblock %}", "did you mean masthead?"),
    ],
)
def test_mistake_in_a_file_that_extends_ours_is_named(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    inside = text if "block" in text else "{% block BLOCK %}\n" + text + "{% endblock %}"
    block = "inlined" if name.endswith(".css") else "masthead"
    line = 2 if "block" in text else 3
    write(
        tmp_path,
        name,
        f'{{% extends "builtin/{name}" %}}\n' + inside.replace("BLOCK", block),
    )
    with pytest.raises(TemplateError) as caught:
        rendered(tmp_path)
    told = str(caught.value)
    assert f"{name}:{line}: " in told
    assert told.endswith(message)


@pytest.mark.parametrize(
    ("name", "text", "line", "message"),
    [
        (
            "classic/blocks/item.html.j2",
            "{% macro item(item) %}\n{{ item.titel.html }}{% endmacro %}",
            2,
            "there is no attribute 'titel'; did you mean title?",
        ),
        (
            "classic/blocks/title.html.j2",
            "{% macro title(item) %}\n\n{{ itme.url }}{% endmacro %}",
            3,
            "'itme' is not defined; did you mean item?",
        ),
        (
            "base/blocks/byline.html.j2",
            "{% macro byline(item) %}\n{{ item.source | uppper }}{% endmacro %}",
            2,
            "did you mean upper?",
        ),
        (
            "classic/blocks/footer.html.j2",
            "\n<p>{{ look.acent }}</p>",
            2,
            "there is no attribute 'acent'; did you mean accent?",
        ),
        (
            "classic/blocks/footer.txt.j2",
            "\n{{ words.wyh }}",
            2,
            "there is no attribute 'wyh'; did you mean why?",
        ),
        (
            "slots/sponsor.html.j2",
            "<div>\n{{ section.headin.html }}</div>",
            2,
            "there is no attribute 'headin'; did you mean heading?",
        ),
        (
            "slots/sponsor.txt.j2",
            '{% from theme ~ "/blocks/head.txt.j2" import haed with context %}{{ haed(section) }}',
            1,
            "has no macro 'haed'; did you mean head?",
        ),
        ("classic/blocks/contents.txt.j2", "{{ colums(1) }}", 1, "did you mean columns?"),
    ],
)
def test_mistake_in_a_block_is_named_with_file_line_and_the_nearest_name(
    tmp_path: Path, name: str, text: str, line: int, message: str
) -> None:
    write(tmp_path, name, text)
    with pytest.raises(TemplateError) as caught:
        rendered(tmp_path)
    told = str(caught.value)
    assert f"{name}:{line}: " in told
    assert message in told
