"""What ``digest check`` says, of which line, with which remedy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_issues import make_issue, make_item, make_settings, parse, read_case

from digest.check import check, measure
from digest.check.size import LIMIT_BYTES, section_bytes
from digest.config import Settings
from digest.model import Finding, Issue, Link, Rendered, Section
from digest.render import render

HEAD = "---\ntitle: T\nsubject: S\npreheader: P\n---\n"


def findings(issue: Issue, newsletter: Settings | None = None, **changes: Any) -> list[Finding]:
    newsletter = newsletter or make_settings()
    rendered = replace(render(issue, newsletter, None), **changes)
    return check(rendered, issue, newsletter)


def codes(issue: Issue, newsletter: Settings | None = None, **changes: Any) -> list[str]:
    return [finding.code for finding in findings(issue, newsletter, **changes)]


def only(code: str, found: list[Finding]) -> Finding:
    matching = [finding for finding in found if finding.code == code]
    assert len(matching) == 1, found
    return matching[0]


def from_markdown(body: str) -> list[Finding]:
    return findings(parse(f"{HEAD}{body}"))


@pytest.mark.parametrize(
    "case", ["sample", "slots", "one-item", "sixty-items", "arabic", "hebrew", "korean"]
)
def test_sound_issue_has_no_findings(case: str) -> None:
    issue, newsletter = read_case(case)
    found = check(render(issue, newsletter, None), issue, newsletter)
    # The sixty are made of a dozen headlines.
    allowed = {"duplicate-title"} if case == "sixty-items" else set()
    assert [finding for finding in found if finding.code not in allowed] == []


def test_missing_subject_and_preheader_point_at_the_front_matter() -> None:
    text = "---\ntitle: T\nsubject:\n---\n## A\n\n### [a](https://e.org/a)\n"
    found = findings(parse(text))
    subject = only("no-subject", found)
    assert (subject.severity, str(subject.where)) == ("error", "issue.md:3")
    assert subject.fix == "write subject: … in the front matter"
    preheader = only("no-preheader", found)
    assert (preheader.severity, str(preheader.where)) == ("warning", "issue.md:1")


def test_issue_with_items_in_hold_alone_has_none() -> None:
    found = from_markdown("## Hold\n\n### [a](https://e.org/a)\n")
    assert only("no-items", found).severity == "error"


def test_heading_without_a_link_is_an_item_without_a_link() -> None:
    found = from_markdown("## A\n\n### [a](https://e.org/a)\n\n### Forgotten\n\ntext\n")
    finding = only("item-without-link", found)
    assert str(finding.where) == "issue.md:10"
    assert finding.message == "item has no link: Forgotten"
    assert "[title](https://…)" in finding.fix


def test_item_without_a_page_needs_its_source() -> None:
    assert "item-without-link" in codes(make_issue(make_item(url=None)))


def test_item_without_title() -> None:
    assert "item-without-title" in codes(make_issue(make_item(title="")))


@pytest.mark.parametrize(
    "markdown",
    [
        "a [link](https://e.org/with blank) b",
        "a [link](https://e.org/never-closed",
        "a [link][nowhere] b",
        "a [link][] b",
        "a **strong that never ends",
        "an *emphasis that never ends",
        "an open [bracket",
        "a __strong that never ends",
    ],
)
def test_broken_markdown_is_named_with_its_line(markdown: str) -> None:
    found = from_markdown(f"## A\n\n### [a](https://e.org/a)\n\nFirst line.\n\n{markdown}\n")
    assert str(only("broken-markdown", found).where) == "issue.md:12"


@pytest.mark.parametrize(
    "markdown",
    [
        r"escaped \*\*kwargs and \[x\](y) and \__init__",
        "`**kwargs` and `[x](y`",
        "```\n[x](y **\n```",
        "2 * 3 * 4, snake_case, a_b_c, [sic], price*, x[0]",
        "[fine][r] and **strong** and *em*\n\n[r]: https://e.org/r",
        "stars *** and *",
    ],
)
def test_sound_markdown_is_left_in_peace(markdown: str) -> None:
    found = from_markdown(f"## A\n\n### [a](https://e.org/a)\n\n{markdown}\n")
    assert [finding for finding in found if finding.code == "broken-markdown"] == []


def test_reference_may_be_defined_in_another_section() -> None:
    found = from_markdown(
        "## A\n\n### [a](https://e.org/a)\n\n[see][r]\n\n## B\n\n### [b](https://e.org/b)\n\n"
        "text\n\n[r]: https://e.org/r\n"
    )
    assert found == []


@pytest.mark.parametrize(
    "left_over",
    [
        *("{{ name }}", "{{{ name }}}", "{% if x %}", "<%= x %>", "%recipient.name%", "${name}"),
        *("%%name%%", "*|FNAME|*", "*|IF:FNAME|*", "{$name}", "#{name}", "%FIRSTNAME%"),
        *("[[data:name]]", "[unsubscribe]", "[webversion]", "[FNAME, fallback=reader]"),
    ],
)
def test_template_syntax_is_named_with_its_line(left_over: str) -> None:
    escaped = left_over.replace("<", "\\<")
    found = from_markdown(f"## A\n\n### [a](https://e.org/a)\n\nHello {escaped} there.\n")
    finding = only("leftover-template", found)
    assert finding.message == f"left over: {left_over}"
    assert finding.severity == "error"


@pytest.mark.parametrize(
    "text",
    [
        *("`{$name}` and `[[x]]`", "5%-10% of them, 20%OFF%", "[a note]", "if [[ -f x ]]"),
        *("C#{sharp", "a|b|c * d|e", "\\*|not meant|\\*".replace("\\*|", "|")),
    ],
)
def test_what_only_looks_like_a_merge_tag_is_left_in_peace(text: str) -> None:
    found = from_markdown(f"## A\n\n### [a](https://e.org/a)\n\nHello {text} there.\n")
    assert [finding for finding in found if finding.code == "leftover-template"] == []


def test_merge_tag_in_the_subject_is_found() -> None:
    assert "leftover-template" in codes(make_issue(subject="Hello *|FNAME|*"))


def test_token_that_nobody_replaced_is_found() -> None:
    issue, newsletter = make_issue(), make_settings()
    rendered = render(issue, newsletter, None, unsubscribe="https://digest.invalid/tag/unsubscribe")
    assert "leftover-template" in [found.code for found in check(rendered, issue, newsletter)]


@pytest.mark.parametrize(
    ("markdown", "code"),
    [
        ("[x](javascript:alert(1))", "unsafe-link"),
        ('<a href="data:text/html,x">x</a>', "unsafe-link"),
        ("[x](/path)", "relative-link"),
        ("[x](page.html)", "relative-link"),
        ("[x](#top)", "anchor-without-target"),
        ("![x](picture.png)", "relative-link"),
        ("[x][r]\n\n[r]: ../up", "relative-link"),
    ],
)
def test_links_that_cannot_work_in_a_mail(markdown: str, code: str) -> None:
    found = from_markdown(f"## A\n\n### [a](https://e.org/a)\n\n{markdown}\n")
    finding = next(finding for finding in found if finding.code == code)
    assert finding.where is not None
    assert finding.where.first_line in (8, 10, 12)


@pytest.mark.parametrize(
    "markdown",
    [
        "The statement \\[[https://example.org/full](https://example.org/full)\\](bar).",
        "A list \\[of parties\\](draft).",
        "```\nvalue = rows[0](x)\n<a href='x'>\n```",
        "    value = rows[0](x)",
        "`rows[0](x)` and ``a ` [b](c)``",
        "A claim[^1].\n\n[^1]: the footnote says so",
    ],
)
def test_what_only_looks_like_a_link_is_none(markdown: str) -> None:
    found = from_markdown(f"## A\n\n### [a](https://e.org/a)\n\n{markdown}\n")
    assert "relative-link" not in {finding.code for finding in found}


def test_item_that_leads_nowhere() -> None:
    assert "unsafe-link" in codes(make_issue(make_item(url="javascript:void(0)")))
    assert "relative-link" in codes(make_issue(make_item(url="/news")))
    also = (Link(name="Second", url="ftp://example.org/a"),)
    assert "unsafe-link" in codes(make_issue(make_item(also=also)))


def test_two_items_with_one_page_are_told_at_the_second() -> None:
    found = from_markdown(
        "## A\n\n### [a](https://e.org/a)\n\n- [b](https://e.org/a?utm_source=x) — *P*\n"
    )
    finding = only("duplicate-link", found)
    assert (finding.severity, str(finding.where)) == ("warning", "issue.md:10")


def test_articles_without_pages_may_share_their_source() -> None:
    items = [make_item(n, key=f"digest:{n}", url="https://e.org/") for n in (1, 2)]
    assert codes(make_issue(*items)) == []


def test_empty_section_is_told() -> None:
    found = from_markdown("## A\n\n### [a](https://e.org/a)\n\n## Empty\n\n## Hold\n")
    finding = only("empty-section", found)
    assert (finding.severity, str(finding.where)) == ("warning", "issue.md:10")


def heavy(kilobytes: int) -> Issue:
    items = [make_item(number, body="word " * 200) for number in range(kilobytes)]
    return make_issue(
        sections=(
            Section(heading="Small & light", blocks=(make_item(1000),)),
            Section(heading="Heavy", blocks=tuple(items)),
        )
    )


def test_size_over_gmails_limit_is_an_error_with_the_heaviest_sections() -> None:
    finding = only("too-large", findings(heavy(110)))
    assert finding.severity == "error"
    assert "of 102,400 bytes (Heavy " in finding.message


def test_size_over_four_fifths_is_a_warning() -> None:
    finding = only("size-near-limit", findings(heavy(64)))
    assert finding.severity == "warning"
    assert "Small & light" in finding.message


def test_sections_weigh_what_the_mail_weighs_but_for_its_head() -> None:
    rendered = render(heavy(20), make_settings(), None)
    weights = section_bytes(rendered)
    assert [heading for heading, _ in weights] == ["Small & light", "Heavy"]
    assert 0 < rendered.wire_bytes - sum(size for _, size in weights) < 6_000


def test_measure_gives_the_sizes_in_bytes() -> None:
    issue = make_issue()
    rendered = render(issue, make_settings(), None)
    assert measure(rendered, issue) == {
        "items": 1,
        "html_bytes": len(rendered.html.encode()),
        "wire_bytes": rendered.wire_bytes,
        "text_bytes": len(rendered.text.encode()),
        "message_bytes": len(rendered.message),
        "limit": LIMIT_BYTES,
        "sections": [{"heading": "Diplomacy", "bytes": section_bytes(rendered)[0][1]}],
    }


def test_sender_and_address_belong_in_the_settings() -> None:
    found = findings(make_issue(), make_settings(sender="", address=""))
    assert [str(finding.where) for finding in found] == ["digest.toml", "digest.toml"]
    assert {finding.code for finding in found} == {"no-sender", "no-address"}
    assert {finding.severity for finding in found} == {"warning"}
    assert "bad-sender" in codes(make_issue(), make_settings(sender="Nobody"))


def test_image_without_description_is_told_with_its_line() -> None:
    found = from_markdown("## A\n\n### [a](https://e.org/a)\n\n![](https://e.org/i.png)\n")
    finding = only("missing-alt", found)
    assert (finding.severity, str(finding.where)) == ("warning", "issue.md:10")


def broken(old: str, new: str) -> list[str]:
    rendered = render(make_issue(), make_settings(), None)
    assert old in rendered.html
    return codes(make_issue(), html=rendered.html.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<!DOCTYPE html>", "<!doctype html>", "html-structure"),
        (' lang="en" dir="ltr">\n<head>', ">\n<head>", "html-structure"),
        ('<meta charset="utf-8">', "", "html-structure"),
        ("<title>A treaty, and more</title>", "<title></title>", "html-structure"),
        ("</body>", "<script>x()</script></body>", "html-forbidden"),
        ("<h1 ", '<h1 onclick="x()" ', "html-forbidden"),
        ("</head>", '<link rel="stylesheet" href="https://e.org/x.css"></head>', "html-forbidden"),
        ("</h1>", "\x92</h1>", "control-characters"),
        ("<style>\n:root", "<style>\n" + "p{margin:0}" * 1600 + ":root", "style-too-large"),
        ("<h2 ", "<h4 ", "heading-order"),
        ("</h1>", "</h1><h1>again</h1>", "heading-order"),
        ("</h1>", '</h1><a href="https://e.org/x"></a>', "link-without-text"),
        ("</h1>", '</h1><a href="x.html">x</a>', "text-differs"),
        ("</h1>", '</h1><h3><a href="https://e.org/x">Missing</a></h3>', "text-differs"),
        ("</h1>", '</h1><img src="i.png" alt="x">', "relative-link"),
    ],
)
def test_theme_that_breaks_the_html_is_told(old: str, new: str, code: str) -> None:
    assert code in broken(old, new)


def test_items_in_another_order_are_told() -> None:
    issue = make_issue(make_item(1), make_item(2), make_item(3))
    other = render(make_issue(make_item(3), make_item(2), make_item(1)), make_settings(), None)
    assert "text-differs" in codes(issue, text=other.text)


def test_wide_line_of_the_text_is_told_with_its_line() -> None:
    rendered = render(make_issue(), make_settings(), None)
    found = findings(make_issue(), text=f"{'word ' * 20}\n{rendered.text}")
    assert str(only("text-too-wide", found).where) == "digest.txt:1"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"multipart/alternative", b"multipart/mixed"),
        (b"\r\n\r\n--", b"\r\nX: " + b"y" * 1000 + b"\r\n\r\n--"),
    ],
)
def test_message_that_servers_would_reject_is_told(old: bytes, new: bytes) -> None:
    message = render(make_issue(), make_settings(), None).message
    assert "bad-message" in codes(make_issue(), message=message.replace(old, new, 1))


def test_errors_come_first() -> None:
    issue, newsletter = read_case("hostile")
    found = check(render(issue, newsletter, None), issue, newsletter)
    severities = [finding.severity for finding in found]
    assert severities == sorted(severities)
    assert {"error", "warning"} == set(severities)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120), st.text(max_size=300), st.text(max_size=60))
def test_no_text_makes_render_or_check_fail(title: str, body: str, byline: str) -> None:
    item = make_item(title=title, body=body, byline=byline, url="https://e.org/" + title)
    issue = make_issue(item, title=title, introduction=body, subject=byline)
    rendered: Rendered = render(issue, make_settings(), None)
    assert rendered.html.startswith("<!DOCTYPE html>")
    codes_found = {finding.code for finding in check(rendered, issue, make_settings())}
    assert not codes_found & {"control-characters", "html-structure", "html-forbidden"}
    assert not codes_found & {"bad-message", "text-differs"}
