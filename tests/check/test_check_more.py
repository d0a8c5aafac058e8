"""Findings on the subject, on items beside their articles, on links, images and readers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from made_issues import make_issue, make_item, make_settings, parse

from digest.check import Background, Source, check
from digest.config import Delivery, Settings, WindowPolicy
from digest.model import Finding, Issue, Section
from digest.render import render

HEAD = "---\ntitle: T\nsubject: A subject\npreheader: P\n---\n## A\n\n### [a](https://e.org/a)\n\n"


def findings(
    issue: Issue,
    settings: Settings | None = None,
    background: Background | None = None,
    **html: Any,
) -> list[Finding]:
    settings = settings or make_settings()
    rendered = replace(render(issue, settings, None), **html)
    return check(rendered, issue, settings, background or Background())


def codes(issue: Issue, *arguments: Any) -> set[str]:
    return {finding.code for finding in findings(issue, *arguments)}


def body(markdown: str) -> list[Finding]:
    return findings(parse(f"{HEAD}{markdown}\n"))


def with_html(old: str, new: str) -> set[str]:
    html = render(make_issue(), make_settings(), None).html
    assert old in html
    return {found.code for found in findings(make_issue(), html=html.replace(old, new, 1))}


@pytest.mark.parametrize(
    ("subject", "code"),
    [
        ("A treaty " * 12, "subject-too-long"),
        ("조약 " * 25, "subject-too-long"),
        ("THE TREATY IS SIGNED", "subject-capitals"),
        ("TODO", "subject-placeholder"),
        ("[Your subject here]", "subject-placeholder"),
        ("Issue 12: TODO write this", "subject-placeholder"),
        ("Lorem ipsum dolor", "subject-placeholder"),
        ("Re: what you asked", "subject-spam-prone"),
        ("A treaty!!!", "subject-spam-prone"),
    ],
)
def test_subject_that_harms_the_mail_is_told_with_its_line(subject: str, code: str) -> None:
    issue = parse(
        f'---\ntitle: T\nsubject: "{subject}"\npreheader: P\n---\n## A\n\n### [a](https://e.org/a)\n'
    )
    found = next(finding for finding in findings(issue) if finding.code == code)
    assert str(found.where) == "issue.md:3"


@pytest.mark.parametrize(
    "subject",
    [
        "NATO",
        "EU, USA, UN",
        "Was ist neu? Sechs Antworten",
        "Todo lists are back",
        "조약이 서명되다",
    ],
)
def test_ordinary_subject_is_left_in_peace(subject: str) -> None:
    assert codes(make_issue(subject=subject)) == set()


def test_subject_of_the_last_issue_is_told() -> None:
    background = Background(last_subject="a Treaty, and more")
    assert codes(make_issue(), None, background) == {"subject-repeated"}
    assert codes(make_issue(), None, Background(last_subject="Another")) == set()


def test_preheader_that_wastes_its_line_is_told() -> None:
    assert codes(make_issue(preheader="word " * 40)) == {"preheader-too-long"}
    assert codes(make_issue(preheader="A treaty, and more")) == {"preheader-repeats"}


def long_issue(*more: Section) -> Issue:
    items = tuple(make_item(number) for number in range(11))
    return make_issue(sections=(Section(heading="Many", blocks=items), *more))


def test_section_of_one_item_is_told_in_a_long_issue_alone() -> None:
    one = Section(heading="One", blocks=(make_item(99),))
    assert codes(long_issue(one)) == {"one-item-section"}
    assert codes(long_issue(replace(one, heading="Also this week"))) == set()
    assert codes(make_issue(sections=(one,))) == set()


def test_two_items_with_one_headline_are_told() -> None:
    issue = make_issue(make_item(1, title="The same"), make_item(2, title="the  Same"))
    assert codes(issue) == {"duplicate-title"}


def dated(published: str | None, *, late: bool = False, summary: str = "") -> Background:
    source = Source(published=published, late=late, summary=summary)
    return Background(sources={make_item().key: source})


@pytest.mark.parametrize(
    ("published", "code"),
    [
        ("2025-04-20", {"outside-window"}),
        ("2025-04-21", set()),
        ("2025-04-20T23:59:59+09:00", {"outside-window"}),
        ("2025-04-20T15:00:00Z", set()),
        ("2025-04-28T00:00:00+09:00", {"outside-window"}),
        (None, {"undated-item"}),
    ],
)
def test_item_is_measured_by_its_articles_date(published: str | None, code: set[str]) -> None:
    assert codes(make_issue(), None, dated(published)) == code


def test_rescued_item_and_a_newsletter_that_goes_by_first_seen_are_left_in_peace() -> None:
    assert codes(make_issue(), None, dated("2025-04-01", late=True)) == set()
    by_arrival = replace(make_settings(), window=WindowPolicy(clock="first-seen"))
    assert codes(make_issue(), by_arrival, dated("2025-04-01")) == set()


def test_item_that_the_editor_wrote_is_not_measured_by_any_date() -> None:
    assert codes(make_issue(make_item(7)), None, dated(None)) == set()


@pytest.mark.parametrize(
    ("text", "whole", "cut"),
    [
        ("The ministers agreed on a sum…", "", True),
        ("The ministers agreed on a sum...", "", True),
        ("The ministers agreed on a [...]", "", True),
        ("The ministers agreed on a sum", "The ministers agreed on a summit.", True),
        ("The ministers agreed", "The ministers agreed on a summit.", False),
        ("The ministers agreed on a summit.", "", False),
        ("조약이 서명되었다", "", False),
        ("And then … nothing.", "", False),
    ],
)
def test_summary_that_breaks_off_is_told(text: str, whole: str, cut: bool) -> None:
    issue = make_issue(make_item(body=text))
    assert codes(issue, None, dated("2025-04-24", summary=whole)) == (
        {"summary-cut"} if cut else set()
    )


@pytest.mark.parametrize(
    ("markdown", "code"),
    [
        ("[a page](http://e.org/)", "insecure-link"),
        ("[a page](https://e.org/?utm_source=x&id=4)", "tracking-parameters"),
        ("[a page](https://localhost:8000/)", "private-host"),
        ("[a page](https://192.168.1.4/)", "private-host"),
        ("[a page](https://wiki/)", "private-host"),
        ("[a page](https://build.internal/)", "private-host"),
        ("[a page](https://93.184.216.34/)", "link-to-number"),
        ("[a page](https://bit.ly/xyz)", "shortened-link"),
        ("[https://bank.example.com](https://example.net/login)", "misleading-link"),
        ("[www.example.com/x](https://example.net/x)", "misleading-link"),
        ("[https://e.org/report](https://e.org/report)", "bare-address"),
        ("[here](https://e.org/report)", "vague-link"),
        ("[Read more…](https://e.org/report)", "vague-link"),
        ("[hier](https://e.org/report)", "vague-link"),
        ("[더 보기](https://e.org/report)", "vague-link"),
        ("![IMG_4711.jpg](https://e.org/i.jpg)", "alt-is-file-name"),
    ],
)
def test_link_or_image_is_told_with_its_line(markdown: str, code: str) -> None:
    found = [finding for finding in body(f"Words, then {markdown}.") if finding.code == code]
    assert [str(finding.where) for finding in found] == ["issue.md:10"]


@pytest.mark.parametrize(
    "markdown",
    [
        "[the report](https://e.org/?id=4)",
        "[example.com](https://www.example.com/x)",
        "[www.example.com](https://news.www.example.com/x)",
        "[the 2.0 report](https://e.org/2)",
        "[here is the report](https://e.org/)",
    ],
)
def test_ordinary_link_is_left_in_peace(markdown: str) -> None:
    assert body(f"Words, then {markdown}.") == []


def test_place_inside_the_mail_may_be_linked_where_it_exists() -> None:
    link = '</h1><a href="#s1">Diplomacy and more</a>'
    assert "anchor-without-target" in with_html("</h1>", link)
    assert "anchor-without-target" not in with_html("</h1>", f'{link}<b id="s1">x</b>')


def test_target_without_unsubscribe_is_told() -> None:
    settings = replace(make_settings(), delivery={"weekly": Delivery(host="mail.example.org")})
    (found,) = findings(make_issue(), settings)
    assert (found.code, found.message) == (
        "no-unsubscribe",
        "delivery.weekly has no unsubscribe",
    )
    leave = Delivery(host="mail.example.org", unsubscribe="https://e.org/leave?who={email}")
    assert codes(make_issue(), replace(settings, delivery={"weekly": leave})) == set()


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ('</h1><img src="https://e.org/i.png" alt="A map">', "image-without-size"),
        ('</h1><img src="https://e.org/i.png" alt="x" width="1" height="1">', "remote-resource"),
        ('</h1><p style="background:url(https://e.org/b.png)">x</p>', "remote-resource"),
        ("</h1><table><tr><td>x</td></tr></table>", "table-without-role"),
        ('</h1><p tabindex="2">x</p>', "reading-order"),
        ('</h1><p style="color:#aaaaaa">faint words</p>', "low-contrast"),
        ('</h1><p style="color:red;background:#ff0000">faint words</p>', "low-contrast"),
    ],
)
def test_theme_that_shuts_readers_out_is_told(new: str, code: str) -> None:
    assert code in with_html("</h1>", new)


def test_many_images_and_few_words_are_told() -> None:
    image = '<img src="https://e.org/i.png" alt="A map" width="9" height="9">'
    assert "few-words" in with_html("</h1>", f"</h1>{image * 9}")


def test_table_of_data_needs_no_role() -> None:
    table = "</h1><table><tr><th>Year</th></tr><tr><td>2025</td></tr></table>"
    assert "table-without-role" not in with_html("</h1>", table)


def test_items_in_another_order_than_the_issues_are_told() -> None:
    issue = make_issue(make_item(1), make_item(2), make_item(3))
    other = render(make_issue(make_item(2), make_item(1), make_item(3)), make_settings(), None)
    assert "reading-order" in {found.code for found in findings(issue, html=other.html)}


def test_contrast_is_told_in_each_light_with_its_ratio() -> None:
    html = render(make_issue(), make_settings(), None).html

    def told(css: str) -> list[str]:
        changed = html.replace("</head>", f"<style>{css}</style></head>")
        found = findings(make_issue(), html=changed)
        return [finding.message for finding in found if finding.code == "low-contrast"]

    night = "@media (prefers-color-scheme:dark){p{color:#333333!important}}"
    assert any("in dark mode" in message for message in told(night))
    assert any("1.4:1" in message for message in told(night))
    assert any("Outlook" in message for message in told("[data-ogsc] p{color:#222222!important}"))
    assert told("@media print{p{color:#fffffe!important}}") == []
    assert told("p:hover{color:#fffffe!important}") == []


def test_headlines_that_run_against_the_language_of_the_mail_are_told() -> None:
    item = make_item(title="معاهدة جديدة بين البلدين")
    assert "wrong-language" in codes(make_issue(item))
    assert "wrong-language" not in codes(make_issue(item, language="ar"))
