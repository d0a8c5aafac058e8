"""An issue that Gmail would cut: told, shortened, linked on, or split, always in the same way.

The expected outlines are those of a theme of the tests' own, so that ours may change their
looks. DIGEST_UPDATE_GOLDEN=1 writes them anew.
"""

from __future__ import annotations

import os
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from click.testing import CliRunner
from made_issues import make_item, make_settings

from digest.check import check
from digest.cli import root
from digest.config import Settings
from digest.config.schema import Render
from digest.model import LIMIT_BYTES, Issue, Item, Link, Rendered, Section, Text
from digest.render import render
from digest.render.mergetags import UNSUBSCRIBE

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
        "A treaty, and more (1/2)",
        "A treaty, and more (2/2)",
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


def test_render_writes_the_mails_of_a_split_and_takes_away_those_that_are_not_due(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from digest.issue.write import write_issue

    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "issues" / "2025-W17"
    folder.mkdir(parents=True)
    (folder / "issue.md").write_text(write_issue(long_issue()), encoding="utf-8")
    toml = '[newsletter]\ntitle = "W"\nsender = "a@b.example"\naddress = "x"\n[render]\n'
    names = []
    for how in ("error", "split", "trim"):
        (tmp_path / "digest.toml").write_text(f'{toml}overflow = "{how}"\n', encoding="utf-8")
        done = CliRunner().invoke(root, ["render"])
        assert done.exit_code == 0, done.output
        names.append(sorted(path.name for path in folder.glob("*.eml")))
        assert ("Gmail cuts it after 102,400" in done.output) == (how == "error")
        checked = CliRunner().invoke(root, ["check"], standalone_mode=False)
        assert checked.return_value == (1 if how == "error" else 0)
        if how == "split":
            assert "the issue is split into 2 mails" in done.output
            send = ["send", "--test", "me@example.org", "--yes"]
            delivery = '\n[delivery.a]\nhost = "localhost"\nport = 9\n'
            with (tmp_path / "digest.toml").open("a", encoding="utf-8") as file:
                file.write(delivery)
            sent = CliRunner().invoke(root, send)
            assert sent.exception is not None
            assert "hands over one mail for each reader" in str(sent.exception) + sent.output
    assert names == [["digest.eml"], ["digest-1.eml", "digest-2.eml"], ["digest.eml"]]
