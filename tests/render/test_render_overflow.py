"""An issue that Gmail would cut: told, shortened, linked on, or split, always in the same way.

The expected outlines are those of a theme of the tests' own, so that ours may change their
looks. DIGEST_UPDATE_GOLDEN=1 writes them anew.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from click.testing import CliRunner
from made_issues import THEMES, make_item, make_settings

from digest.check import check, measure
from digest.cli import root
from digest.config import Settings
from digest.config.schema import Render, Words
from digest.model import LIMIT_BYTES, Issue, Item, Link, Rendered, Section, Text
from digest.render import render, render_again
from digest.render.mergetags import UNSUBSCRIBE, find_left_over
from digest.render.words import languages

EXPECTED = Path(__file__).parent / "overflow"
UPDATE = os.environ.get("DIGEST_UPDATE_GOLDEN") == "1"
BODY = "Officials counted the visits, the trains and the cargo since the signing. " * 5


def long_issue(items: int = 160) -> Issue:
    """Sections of twenty with texts among them, two slots, and a Hold."""
    made = [
        make_item(
            number,
            body=BODY,
            also=(Link(name="Second Paper", url=f"https://example.com/{number}"),),
        )
        for number in range(1, items + 1)
    ]
    sections: list[Section] = []
    for start in range(0, items, 20):
        texts = (Text(markdown="Before the items."), *made[start : start + 20])
        sections.append(Section(heading=f"Topic {start // 20 + 1}", blocks=texts))
        if start in (0, 100):
            slot = Text(markdown=f"**Acme {start}**: buy anvils.")
            attributes = ".slot .sponsor"
            sections.append(
                Section(heading="Ad", kind="slot", attributes=attributes, blocks=(slot,))
            )
    held = Section(heading="Hold", kind="hold", blocks=(make_item(999),))
    return Issue(
        slug="2025-W17",
        title="Eurasia Weekly",
        subject="A treaty, and more",
        preheader="What the week brought.",
        window="2025-04-21T00:00:00+09:00/2025-04-28T00:00:00+09:00",
        timezone="Asia/Seoul",
        language="en",
        introduction="A long week.",
        sections=(*sections, held),
    )


def settings(how: str, **newsletter: str) -> Settings:
    return replace(make_settings(**newsletter), render=Render(overflow=how))  # type: ignore[arg-type]


def mails(rendered: Rendered) -> tuple[Rendered, ...]:
    return rendered.parts or (rendered,)


def outline(rendered: Rendered) -> str:
    """What stands in each mail: its size, and a line for each heading, text and run of items."""
    lines = [rendered.fitted or "nothing done"]
    for mail in mails(rendered):
        lines += ["", f"{mail.subject}: {mail.size:,} bytes"]
        for line in mail.text.splitlines():
            if line.endswith(("whole", "short")):
                form = line.rpartition(" ")[2]
                if lines[-1].endswith(form):
                    lines[-1] = f"{lines[-1].partition('–')[0]}–{line.split()[2]} {form}"
                else:
                    lines.append(f"  {line.split()[2]}– {form}")
            elif line and not line.startswith("http"):
                lines.append(line)
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("how", ["error", "trim", "link", "split"])
def test_issue_that_is_too_long_becomes_what_the_setting_says(how: str) -> None:
    steady = settings(how, theme="steady")
    rendered = render(long_issue(220), steady, EXPECTED / "templates")
    path = EXPECTED / f"{how}.txt"
    if UPDATE:
        path.parent.mkdir(exist_ok=True)
        path.write_text(outline(rendered), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == outline(rendered)
    assert render(long_issue(220), steady, EXPECTED / "templates") == rendered


@pytest.mark.parametrize("how", ["trim", "link", "split"])
def test_what_was_made_to_fit_is_under_the_limit_decoded_and_encoded(how: str) -> None:
    rendered = render(long_issue(), settings(how), None)
    for mail in mails(rendered):
        assert len(mail.html.encode()) <= LIMIT_BYTES
        part = message_from_bytes(mail.message, policy=default).get_body(("html",))
        assert part is not None
        assert len(part.get_payload().encode()) <= LIMIT_BYTES
    codes = {
        finding.code
        for finding in check(rendered, rendered.shown or long_issue(), settings(how))
        if finding.severity == "error"
    }
    assert codes == set()


@pytest.mark.parametrize("how", ["trim", "link"])
def test_readers_copy_with_its_link_for_leaving_has_the_same_items(how: str) -> None:
    rendered = render(long_issue(), settings(how), None)
    assert rendered.shown is not None
    copy = render(rendered.shown, settings(how), None, unsubscribe=UNSUBSCRIBE)
    assert copy.shown is None
    assert copy.size <= LIMIT_BYTES
    assert copy.links[:-1] == rendered.links


@pytest.mark.parametrize("how", ["error", "trim", "link", "split"])
def test_issue_that_fits_is_left_alone(how: str) -> None:
    issue = long_issue(20)
    assert render(issue, settings(how), None) == render(issue, make_settings(), None)


@pytest.mark.parametrize("how", ["trim", "link", "split"])
def test_html_and_text_have_the_same_items_in_the_same_order(how: str) -> None:
    for mail in mails(render(long_issue(), settings(how), None)):
        stories = [link for link in mail.links if "story-" in link]
        assert list(dict.fromkeys(stories)) == [
            line.strip() for line in mail.text.splitlines() if "/story-" in line
        ]


def test_short_forms_are_the_last_items_and_keep_their_links() -> None:
    rendered = render(long_issue(), settings("trim"), None)
    assert rendered.shown is not None
    items = [item for section in rendered.shown.sections[:-1] for item in section.items]
    forms = [item.form for item in items]
    assert forms == sorted(forms)  # headings, then list entries
    assert {"heading", "list"} == set(forms)
    assert [item.url for item in items] == [item.url for item in long_issue().items]
    # One item more in its whole form would have been too much.
    whole = forms.count("heading")
    assert rendered.size > LIMIT_BYTES - 3000, whole


def test_link_says_how_many_stories_more_there_are_in_the_language_of_the_issue() -> None:
    polish = replace(long_issue(), language="pl")
    rendered = render(polish, settings("link"), None)
    assert rendered.shown is not None
    gone = len(long_issue().items) - len(rendered.shown.items)
    assert f"Jeszcze {gone} artykuł" in rendered.text
    assert "https://weekly.example.org/2025-W17/" in rendered.text


def test_without_an_archive_nothing_is_left_out_for_a_link() -> None:
    rendered = render(long_issue(), settings("link", archive_url=""), None)
    assert rendered == render(long_issue(), make_settings(archive_url=""), None)


def test_split_mails_hold_every_item_and_slot_once_in_order() -> None:
    parts = render(long_issue(), settings("split"), None).parts
    assert len(parts) == 2
    stories = [
        line.strip() for part in parts for line in part.text.splitlines() if "/story-" in line
    ]
    assert stories == [item.url for item in long_issue().items]
    texts = "\n".join(part.text for part in parts)
    assert [texts.count(f"Acme {number}:") for number in (0, 100)] == [1, 1]
    assert [texts.count(words) for words in ("A long week.", "goes on in the next mail")] == [1, 1]
    assert texts.count("Before the items.") == 8
    assert [part.subject for part in parts] == [
        "A treaty, and more (part 1 of 2)",
        "A treaty, and more (part 2 of 2)",
    ]
    ids = {message_from_bytes(part.message, policy=default)["Message-ID"] for part in parts}
    assert len(ids) == 2


def test_one_section_of_many_items_is_split_within() -> None:
    items = tuple(make_item(number, body=BODY) for number in range(170))
    issue = replace(long_issue(), sections=(Section(heading="All", blocks=items),))
    parts = render(issue, settings("split"), None).parts
    assert len(parts) == 2
    assert [part.text.count("/story-") for part in parts] == [85, 85]


def test_what_cannot_be_made_to_fit_stays_whole_and_is_an_error_of_check() -> None:
    huge = Item(key="x", url="https://example.org/x", title="X", body="")
    issue = replace(
        long_issue(),
        introduction="word " * 30000,
        sections=(Section(heading="One", blocks=(huge,)),),
    )
    for how in ("trim", "link", "split"):
        rendered = render(issue, settings(how), None)
        assert rendered.shown is None
        assert rendered.parts == ()
        assert "too-large" in {finding.code for finding in check(rendered, issue, settings(how))}


@pytest.mark.parametrize("theme", THEMES)
def test_items_are_numbered_through_all_mails(theme: str) -> None:
    first, second = render(long_issue(), settings("split", theme=theme), None).parts
    (last,) = re.findall(r"^ *(\d+)\. Headline number \1$", first.text, re.MULTILINE)[-1:]
    numbers = re.findall(r"^ *(\d+)\. Headline number (\d+)$", second.text, re.MULTILINE)
    assert numbers
    assert all(number == story for number, story in numbers)
    assert int(numbers[0][0]) == int(last) + 1
    assert numbers[-1] == ("160", "160")
    if theme == "bulletin":
        assert f'start="{int(last) + 1}"' in second.html
        assert 'start="1"' in first.html


@pytest.mark.parametrize("theme", THEMES)
def test_every_mail_of_a_split_says_which_it_is_in_both_its_parts(theme: str) -> None:
    for number, mail in enumerate(
        render(long_issue(), settings("split", theme=theme), None).parts, 1
    ):
        which = f"part {number} of 2"
        assert mail.subject.endswith(f"({which})")
        assert f"· {which}" in mail.html
        assert which in mail.text.partition("In this issue")[0]


def test_mail_that_goes_on_has_a_preheader_of_its_own_and_no_second_introduction() -> None:
    issue = long_issue()
    starred = replace(issue.items[100], title="A \\*star\\* and [its](https://example.org/x) news")
    sections = list(issue.sections)
    at = next(n for n, section in enumerate(sections) if section.heading == "Topic 6")
    blocks = [starred if block == issue.items[100] else block for block in sections[at].blocks]
    sections[at] = replace(sections[at], blocks=tuple(blocks))
    parts = render(replace(issue, sections=tuple(sections)), settings("split"), None).parts
    shown = [mail.shown for mail in parts]
    assert [each.preheader for each in shown if each] == [
        "What the week brought.",
        next(mail.shown.items[0].title for mail in parts[1:] if mail.shown),
    ]
    assert "A long week." not in parts[1].text
    assert parts[0].message.count(b"In-Reply-To") == 0


def test_second_mail_refers_to_the_first_and_answers_nothing() -> None:
    first, second = (
        message_from_bytes(mail.message, policy=default)
        for mail in render(long_issue(), settings("split"), None).parts
    )
    assert first["References"] is None
    assert second["References"] == first["Message-ID"]
    assert second["In-Reply-To"] is None


@pytest.mark.parametrize("language", languages())
def test_subject_says_which_part_in_every_language(language: str) -> None:
    issue = replace(long_issue(), language=language, subject="7")
    subjects = [mail.subject for mail in render(issue, settings("split"), None).parts]
    total = len(set(subjects))  # marks of language and direction weigh in right-to-left issues
    assert 2 <= total == len(subjects)
    for number, subject in enumerate(subjects, 1):
        assert sorted(re.findall(r"\d", subject)) == sorted(f"7{number}{total}")
        assert ("part" in subject) == (language in ("en", "es", "fr", "it", "pt")), subject


def test_newsletter_may_word_its_parts_itself() -> None:
    own = replace(settings("split"), words=Words(part="mail {number}/{total}"))
    parts = render(long_issue(), own, None).parts
    assert [mail.subject for mail in parts] == [
        "A treaty, and more (mail 1/2)",
        "A treaty, and more (mail 2/2)",
    ]
    assert "21–27 April 2025 · mail 2/2" in parts[1].text


@pytest.mark.parametrize("how", ["trim", "link", "split"])
def test_link_may_be_defined_in_what_is_left_out_or_in_another_mail(how: str) -> None:
    issue = long_issue()
    begin = replace(issue.items[0], body="See [the treaty][treaty], and [more][more].")
    end = Text(
        markdown="[treaty]: https://example.org/the-treaty\n\n[more]: <https://example.org/m>"
    )
    first, *others, last, held = issue.sections
    first = replace(first, blocks=(begin, *first.blocks[2:]))
    last = replace(last, blocks=(*last.blocks, end))
    rendered = render(replace(issue, sections=(first, *others, last, held)), settings(how), None)
    for mail in rendered.mails[:1]:
        assert "https://example.org/the-treaty" in mail.links
        assert "https://example.org/m" in [line.strip() for line in mail.text.splitlines()]
    for mail in rendered.mails:
        assert "treaty]" not in mail.text
    assert "A long week." in rendered.mails[0].text


def test_readers_copies_of_a_split_issue_have_the_same_items_and_fit() -> None:
    issue = long_issue()
    rendered = render(issue, settings("split"), None)
    copies = render_again(rendered, issue, settings("split"), None, unsubscribe=UNSUBSCRIBE)
    assert len(copies.parts) == len(rendered.parts)
    assert copies.size <= LIMIT_BYTES
    for copy, mail in zip(copies.parts, rendered.parts, strict=True):
        assert copy.links[:-1] == mail.links
        assert (copy.subject, copy.shown) == (mail.subject, mail.shown)
        assert find_left_over(copy.html.encode()) == [UNSUBSCRIBE]
    assert copies.content_hash != rendered.content_hash


def test_split_issue_has_another_hash_when_its_mails_have() -> None:
    own = replace(settings("split"), words=Words(part="mail {number}/{total}"))
    hashes = {
        render(long_issue(), each, None).content_hash
        for each in (settings("split"), own, settings("error"))
    }
    assert len(hashes) == 3


def test_check_judges_each_mail_of_a_split_issue(tmp_path: Path) -> None:
    """A place to jump to that is in the other mail, and a theme that breaks the second one."""
    issue = long_issue()
    first, *others = issue.sections
    first = replace(first, blocks=(Text(markdown="[To the end](#end)"), *first.blocks[1:]))
    (tmp_path / "classic" / "blocks").mkdir(parents=True)
    (tmp_path / "classic" / "blocks" / "footer.html.j2").write_text(
        '<p id="{{ "end" if not issue.part or "2 of" in issue.part else "middle" }}">End</p>'
        '{% if "2 of" in issue.part %}<form></form>{% endif %}',
        encoding="utf-8",
    )
    issue = replace(issue, sections=(first, *others))
    rendered = render(issue, settings("split"), tmp_path)
    found = {(each.code, str(each.where)) for each in check(rendered, issue, settings("split"))}
    assert ("html-forbidden", "digest-2.eml") in found
    assert "anchor-without-target" in {code for code, _ in found}
    assert "too-large" not in {code for code, _ in found}
    # What the issue as a whole has is told once, and no section is called short for being parted.
    assert "one-item-section" not in {code for code, _ in found}


def test_sizes_of_a_split_issue_are_those_of_its_mails() -> None:
    issue = long_issue()
    rendered = render(issue, settings("split"), None)
    size = measure(rendered, issue)
    assert size["items"] == 160
    assert [mail["file"] for mail in size["mails"]] == ["digest-1.eml", "digest-2.eml"]
    assert size["wire_bytes"] == max(mail["wire_bytes"] for mail in size["mails"]) <= LIMIT_BYTES
    assert sum(mail["items"] for mail in size["mails"]) == 160
    headings = [section["heading"] for section in size["sections"]]
    assert [heading for heading in headings if not heading.endswith("Ad")] == [
        f"Topic {number}" for number in range(1, 9)
    ]


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A newsletter with one issue of 160 items, in the folder that commands run in."""
    from digest.issue.write import write_issue

    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "issues" / "2025-W17"
    folder.mkdir(parents=True)
    (folder / "issue.md").write_text(write_issue(long_issue()), encoding="utf-8")
    return tmp_path


def set_overflow(folder: Path, how: str) -> None:
    settings = f"""[newsletter]
title = "Eurasia Weekly"
sender = "Eurasia Weekly <weekly@example.org>"
address = "1 Example Street"
archive_url = "https://weekly.example.org"

[render]
overflow = "{how}"
"""
    (folder / "digest.toml").write_text(settings, encoding="utf-8")


WEIGHTS = (
    r"1\d\d,\d{3} of 102,400 bytes \(Topic \d [\d,]+, Topic \d [\d,]+, Topic \d [\d,]+, Topic \d"
)


@pytest.mark.parametrize(
    ("how", "said", "files"),
    [
        ("error", "overflow under [render] in digest.toml says what becomes of it", ["digest.eml"]),
        ("trim", "of 160 items are in short form", ["digest.eml"]),
        ("link", "items are left to the web: https://weekly.example.org/", ["digest.eml"]),
        ("split", "the issue is split into 2 mails", ["digest-1.eml", "digest-2.eml"]),
    ],
)
def test_commands_say_what_weighs_what_and_what_becomes_of_it(
    workspace: Path, how: str, said: str, files: list[str]
) -> None:
    set_overflow(workspace, how)
    done = CliRunner().invoke(root, ["render"])
    assert done.exit_code == 0, done.output
    assert said in done.output
    assert re.search(WEIGHTS, done.output)
    folder = workspace / "issues" / "2025-W17"
    assert sorted(path.name for path in folder.glob("*.eml")) == files
    for name in files:
        message = message_from_bytes((folder / name).read_bytes(), policy=default)
        html = message.get_body(("html",))
        assert html is not None
        too_large = len(html.get_payload().encode()) > LIMIT_BYTES
        assert too_large == (how == "error")
        assert (len(html.get_content().encode()) > LIMIT_BYTES) == too_large
    checked = CliRunner().invoke(root, ["check"], standalone_mode=False)
    assert checked.return_value == (1 if how == "error" else 0), checked.output
    if how == "error":
        assert re.search(
            rf"error: issues/2025-W17/issue.md: the HTML has {WEIGHTS}", checked.output
        )
    assert (
        f"so that Gmail shows all of it, the {'issue' if how == 'split' else 'last'}"
        in checked.output
    ) == (how != "error")
    if how == "split":
        assert "of 102,400 bytes in the largest of 2 mails" in checked.output
        assert re.search(r"^digest-2\.eml: [\d,]+ bytes, \d+ items$", checked.output, re.MULTILINE)


def test_mails_that_are_not_due_any_more_are_taken_away_and_their_absence_is_told(
    workspace: Path,
) -> None:
    folder = workspace / "issues" / "2025-W17"
    for how, files in (("split", 2), ("trim", 1), ("split", 2)):
        set_overflow(workspace, how)
        checked = CliRunner().invoke(root, ["check"])
        assert "stale-render" in checked.output
        assert CliRunner().invoke(root, ["render"]).exit_code == 0
        assert len(list(folder.glob("*.eml"))) == files
        assert "stale-render" not in CliRunner().invoke(root, ["check"]).output
    (folder / "digest-2.eml").unlink()
    assert "digest-2.eml" in CliRunner().invoke(root, ["check"]).output
