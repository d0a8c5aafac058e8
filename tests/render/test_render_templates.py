"""A workspace's own templates: found, extended, sandboxed, and named when they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_issues import make_issue, make_settings

from digest.errors import TemplateError
from digest.model import Rendered
from digest.render import render
from digest.workspace import themes


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def rendered(folder: Path) -> Rendered:
    return render(make_issue(), make_settings(), folder)


def mistake(folder: Path) -> str:
    with pytest.raises(TemplateError) as caught:
        rendered(folder)
    return str(caught.value)


def test_workspace_without_templates_uses_ours(tmp_path: Path) -> None:
    assert rendered(tmp_path / "nothing") == render(make_issue(), make_settings(), None)


def test_template_may_extend_the_built_in_one_of_its_name(tmp_path: Path) -> None:
    write(
        tmp_path,
        "classic/issue.html.j2",
        '{% extends "builtin/classic/issue.html.j2" %}'
        "{% block masthead %}<h1>Mine: {{ issue.title }}</h1>{% endblock %}",
    )
    html = rendered(tmp_path).html
    assert ">Mine: Eurasia Weekly</h1>" in html
    assert "Headline number 1" in html


def test_stylesheet_may_set_tokens_alone(tmp_path: Path) -> None:
    write(
        tmp_path,
        "classic/style.css",
        '{% set accent = "#1f4d7a" %}{% extends "builtin/classic/style.css" %}',
    )
    html = rendered(tmp_path).html
    assert "#1f4d7a" in html
    assert "#7a1f1f" not in html


def test_block_may_be_replaced_by_a_file(tmp_path: Path) -> None:
    write(
        tmp_path,
        "classic/blocks/item.html.j2",
        "{% macro item(item) %}<h3>{{ item.title.html }}!</h3>{% endmacro %}",
    )
    assert "Headline number 1!</h3>" in rendered(tmp_path).html


def test_slot_may_have_a_design_of_its_name(tmp_path: Path) -> None:
    from digest.model import Section, Text

    write(tmp_path, "slots/sponsor.html.j2", "<p>OUR SPONSOR {{ section.heading.html }}</p>")
    slot = Section(
        heading="Ad",
        kind="slot",
        attributes=".slot .sponsor",
        blocks=(Text(markdown="x"),),
    )
    issue = make_issue(sections=(slot, *make_issue().sections))
    assert "OUR SPONSOR Ad</p>" in render(issue, make_settings(), tmp_path).html


def test_theme_of_the_workspace_is_found(tmp_path: Path) -> None:
    write(tmp_path, "mine/issue.html.j2", "x")
    assert themes(tmp_path) == ["bulletin", "classic", "magazine", "mine", "plain"]


def test_unknown_theme_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(TemplateError) as caught:
        render(make_issue(), make_settings(theme="clasic"), tmp_path)
    assert str(caught.value) == (
        "digest.toml, newsletter.theme: there is no theme named 'clasic'; did you mean classic?"
    )


@pytest.mark.parametrize("theme", ["", "../classic", "/etc"])
def test_theme_cannot_lead_out_of_the_folders(theme: str, tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="no theme named"):
        render(make_issue(), make_settings(theme=theme), tmp_path)


def test_undefined_name_is_an_error_with_file_line_and_nearest_name(tmp_path: Path) -> None:
    write(tmp_path, "classic/issue.txt.j2", "one\ntwo\n{{ isue.title }}\n")
    assert mistake(tmp_path).endswith(
        "classic/issue.txt.j2:3: 'isue' is not defined; did you mean issue?"
    )


def test_undefined_attribute_is_an_error_with_the_nearest_one(tmp_path: Path) -> None:
    write(tmp_path, "classic/blocks/footer.html.j2", "\n{{ issue.adress }}\n")
    assert mistake(tmp_path).endswith(
        "classic/blocks/footer.html.j2:2: there is no attribute 'adress'; did you mean address?"
    )


def test_syntax_error_is_named_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, "classic/blocks/footer.txt.j2", "a\n{% if %}\n")
    assert "classic/blocks/footer.txt.j2:2: " in mistake(tmp_path)


def test_unknown_filter_is_answered_with_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, "classic/blocks/footer.txt.j2", "{{ issue.title | uper }}")
    assert mistake(tmp_path).endswith("No filter named 'uper'; did you mean upper?")


def test_template_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    write(tmp_path, "classic/blocks/footer.txt.j2", "x")
    (tmp_path / "classic/blocks/footer.txt.j2").write_bytes(b"caf\xe9")
    assert mistake(tmp_path) == (
        "classic/blocks/footer.txt.j2: this template is not UTF-8; save it as UTF-8"
    )


def test_template_that_extends_itself_is_told_how_to_extend_ours(tmp_path: Path) -> None:
    write(tmp_path, "classic/issue.html.j2", '{% extends "classic/issue.html.j2" %}')
    assert mistake(tmp_path).endswith(
        "it extends, includes or calls itself without end; to extend digest's own, write "
        "builtin/ before its name"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ issue.sectoins }}", "there is no attribute 'sectoins'; did you mean sections?"),
        (
            "{% for section in issue.sections %}{{ section.headng }}{% endfor %}",
            "there is no attribute 'headng'; did you mean heading?",
        ),
        (
            "{% for story in issue.numbered %}{{ stroy.url }}{% endfor %}",
            "'stroy' is not defined; did you mean story?",
        ),
        (
            "{% set width_of = 3 %}{{ widht_of }}",
            "'widht_of' is not defined; did you mean width_of?",
        ),
        ("{{ words.unsubscrib }}", "there is no attribute 'unsubscrib'; did you mean unsubscribe?"),
        ("{{ issue.title | uper }}", "No filter named 'uper'; did you mean upper?"),
        ("{% if 3 is devisibleby 3 %}{% endif %}", "did you mean divisibleby?"),
        ("{% fro x in y %}", "did you mean from?"),
        (
            '{% from theme ~ "/blocks/item.txt.j2" import itme with context %}{{ itme(1) }}',
            "has no macro 'itme'; did you mean item?",
        ),
        ('{% extends "builtin/clasic/issue.txt.j2" %}', "did you mean builtin/"),
        ("{{ nothing_like_it_anywhere }}", "see docs/templates.md for the names"),
    ],
)
def test_mistake_is_named_with_file_line_and_the_nearest_name(
    tmp_path: Path, text: str, message: str
) -> None:
    write(tmp_path, "classic/issue.txt.j2", f"\n\n{text}")
    told = mistake(tmp_path)
    assert message in told
    assert "classic/issue.txt.j2:3: " in told


def test_block_that_the_extended_template_lacks_is_told(tmp_path: Path) -> None:
    write(
        tmp_path,
        "classic/issue.html.j2",
        '{% extends "builtin/classic/issue.html.j2" %}\n{% block mastead %}x{% endblock %}',
    )
    told = mistake(tmp_path)
    assert "classic/issue.html.j2:2: " in told
    assert told.endswith(
        "builtin/classic/issue.html.j2 has no block 'mastead' to replace; did you mean masthead?"
    )


def test_block_within_a_block_is_the_templates_own(tmp_path: Path) -> None:
    write(
        tmp_path,
        "classic/issue.html.j2",
        '{% extends "builtin/classic/issue.html.j2" %}'
        "{% block masthead %}<h1>{% block mine %}Mine{% endblock %}</h1>{% endblock %}",
    )
    assert ">Mine</h1>" in rendered(tmp_path).html


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% macro m(n) %}{% if n %}{{ m(n-1) }}{{ m(n-1) }}{% endif %}{% endmacro %}{{ m(50) }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% for a in range(9999999999) %}{% endfor %}",
        '{{ "x" * 10000000000 }}',
        "{{ [1] * 10000000000 }}",
        "{{ 10 ** 1000000000 }}",
        "{% set x = namespace(t='x') %}{% for a in range(60) %}{% set x.t=x.t~x.t %}{% endfor %}",
        "{% set x = namespace(t='x') %}{% for a in range(60) %}{% set x.t=x.t+x.t %}{% endfor %}",
        '{{ "x" | center(1000000000) }}',
        '{{ "%1000000000d" | format(1) }}',
        '{{ "%1000000000d" % 1 }}',
        '{{ "{:>1000000000}".format(1) }}',
        '{{ "x".ljust(1000000000) }}',
    ],
)
def test_template_that_would_not_end_or_fill_the_memory_is_stopped(
    tmp_path: Path, text: str
) -> None:
    write(tmp_path, "classic/issue.txt.j2", f"\n{text}")
    assert "classic/issue.txt.j2:2: " in mistake(tmp_path)


def test_output_has_a_limit(tmp_path: Path) -> None:
    write(
        tmp_path, "classic/issue.txt.j2", '{% for a in range(90000) %}{{ "x" * 999 }}{% endfor %}'
    )
    assert mistake(tmp_path) == (
        "classic/issue.txt.j2: it writes more than 10,000,000 characters; look for a text that "
        "repeats itself"
    )


def test_loops_that_end_are_as_they_were(tmp_path: Path) -> None:
    write(
        tmp_path,
        "classic/issue.txt.j2",
        "{% for n in [1, 2, 3] if n != 2 %}{{ loop.index }}/{{ loop.length }}:{{ n }}"
        "{{ '' if loop.last else ', ' }}{% endfor %}"
        "{% for n in [] %}x{% else %} none{% endfor %} {{ 'a' ~ (1 + 1) }} {{ '%s!' % 'b' }}",
    )
    assert rendered(tmp_path).text == "1/2:1, 2/2:3 none a2 b!\n"


@pytest.mark.parametrize("chance", ["{{ lipsum() }}", "{{ [1, 2] | random }}"])
def test_templates_leave_nothing_to_chance(chance: str, tmp_path: Path) -> None:
    write(tmp_path, "classic/blocks/footer.txt.j2", chance)
    mistake(tmp_path)


def test_missing_include_is_named(tmp_path: Path) -> None:
    write(tmp_path, "classic/blocks/footer.txt.j2", '{% include "classic/blocks/foter.txt.j2" %}')
    message = mistake(tmp_path)
    assert "no template named classic/blocks/foter.txt.j2" in message
    assert "did you mean classic/blocks/footer.txt.j2?" in message


def test_failing_expression_is_named_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, "classic/blocks/footer.txt.j2", "\n\n{{ 1 // 0 }}")
    assert "classic/blocks/footer.txt.j2:3: " in mistake(tmp_path)


@pytest.mark.parametrize(
    "attack",
    [
        "{{ issue.__class__.__mro__ }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{{ fill.__globals__ }}",
        "{{ words.why.format.__self__.__class__ }}",
        "{{ '{0.__class__.__init__}'.format(issue) }}",
        "{{ cycler.__init__.__globals__.os.popen('id') }}",
        "{% set _ = issue.sections.append(1) %}",
    ],
)
def test_template_cannot_leave_the_sandbox(tmp_path: Path, attack: str) -> None:
    write(tmp_path, "classic/blocks/footer.txt.j2", attack)
    mistake(tmp_path)


def test_templates_escape_by_themselves_in_html_but_not_in_text(tmp_path: Path) -> None:
    write(tmp_path, "classic/blocks/footer.html.j2", "{{ issue.address }}")
    write(tmp_path, "classic/blocks/footer.txt.j2", "{{ issue.address }}")
    made = render(make_issue(), make_settings(address="<b> & co"), tmp_path)
    assert "&lt;b&gt; &amp; co" in made.html
    assert made.text.endswith("<b> & co\n")


def test_changed_template_counts_at_once(tmp_path: Path) -> None:
    import os

    name = "classic/blocks/footer.txt.j2"
    write(tmp_path, name, "first")
    assert rendered(tmp_path).text.endswith("first\n")
    write(tmp_path, name, "second")
    os.utime(tmp_path / name, (1, 1))
    assert rendered(tmp_path).text.endswith("second\n")


def test_kept_styles_stay_and_inlined_ones_go() -> None:
    html = render(make_issue(), make_settings(), None).html
    assert html.count("<style>") == 3  # two kept ones, one for Outlook in a comment
    assert "@media (prefers-color-scheme:dark){" in html
    assert "!important" in html
    assert "[data-ogsc] .column" in html
    assert "[data-ogsb] .sheet" in html
    assert "data-premailer" not in html
