"""`[[slots]]` and `digest slots`: what is booked for which issue, and what is said of it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from made_issues import make_issue, make_item, make_settings

from digest.check import Background, check
from digest.cli import root
from digest.config import Settings, Slot
from digest.config.read import parse_settings
from digest.errors import ConfigError
from digest.model import Section, Text
from digest.render import render
from digest.window.bookings import Days, book, days_of, holds
from digest.workspace import slot_designs, templates_folder

SETTINGS = """
[newsletter]
title = "Weekly"
timezone = "Asia/Seoul"
sender = "Weekly <w@example.org>"
address = "1 Street"

[[sources]]
path = "in.jsonl"

[[slots]]
name = "sponsor"
id = "acme"
heading = "Our sponsor"
text = "**Acme** [anvils](https://acme.example/)."
since = 2025-04-22
until = 2025-04-28

[[slots]]
name = "sponsor"
heading = "Support us"
file = "slots/house.md"

[[slots]]
name = "events"
id = "club"
heading = "Coming up"
text = "Club night."
since = 2025-04-21
every = "2 weeks"
position = "first"
"""


def slot(**fields: object) -> Slot:
    return Slot(**({"name": "sponsor", "heading": "Ad", "text": "x"} | fields))  # type: ignore[arg-type]


def week(day: date) -> Days:
    return Days(after=day - timedelta(days=7), day=day)


MONDAY = date(2025, 4, 28)


@pytest.mark.parametrize(
    ("since", "until", "holding"),
    [
        (None, None, True),
        (date(2025, 4, 28), date(2025, 4, 28), True),
        (date(2025, 4, 29), None, False),
        (None, date(2025, 4, 27), False),
        (date(2025, 4, 1), date(2025, 5, 1), True),
    ],
)
def test_booking_holds_from_its_first_day_to_its_last(
    since: date | None, until: date | None, holding: bool
) -> None:
    assert holds(slot(since=since, until=until), week(MONDAY)) is holding


@pytest.mark.parametrize(
    ("every", "since", "days"),
    [
        ("week", date(2025, 4, 23), [date(2025, 4, 28), date(2025, 5, 5), date(2025, 5, 12)]),
        ("2 weeks", date(2025, 4, 28), [date(2025, 4, 28), date(2025, 5, 12)]),
        ("month", date(2025, 3, 31), [date(2025, 5, 5)]),
        ("FREQ=MONTHLY;BYDAY=1MO", date(2025, 1, 1), [date(2025, 5, 5)]),
        ("FREQ=WEEKLY;UNTIL=20250506", date(2025, 4, 28), [date(2025, 4, 28), date(2025, 5, 5)]),
        ("FREQ=WEEKLY;COUNT=1", date(2025, 4, 28), [date(2025, 4, 28)]),
        ("10 days", date(2025, 4, 27), [date(2025, 4, 28), date(2025, 5, 12)]),
    ],
)
def test_recurring_booking_stands_in_the_first_issue_after_each_occurrence(
    every: str, since: date, days: list[date]
) -> None:
    mondays = [MONDAY + timedelta(weeks=number) for number in range(3)]
    booking = slot(every=every, since=since)
    assert [day for day in mondays if holds(booking, week(day))] == days


@examples(max_examples=100)
@given(
    every=st.sampled_from(("week", "3 weeks", "month", "2 months", "5 days")),
    since=st.dates(date(2024, 1, 1), date(2025, 3, 31)),
    rhythm=st.integers(1, 40),
)
def test_each_occurrence_falls_into_exactly_one_issue(every: str, since: date, rhythm: int) -> None:
    booking = slot(every=every, since=since)
    last = date(2025, 12, 31)
    daily = [
        day
        for day in (since + timedelta(days=n) for n in range((last - since).days))
        if holds(booking, Days(after=day - timedelta(days=1), day=day))
    ]
    assert daily[0] == since
    issues = [since + timedelta(days=n) for n in range(0, 800, rhythm)]
    for after, day in pairwise(issues):
        inside = [one for one in daily if after < one <= day]
        if day <= last - timedelta(days=1):
            assert holds(booking, Days(after=after, day=day)) is bool(inside)


def test_issue_appears_on_the_local_day_of_its_windows_end() -> None:
    start, end = datetime(2025, 4, 20, 15, tzinfo=UTC), datetime(2025, 4, 27, 15, tzinfo=UTC)
    assert days_of(start, end, "Asia/Seoul") == Days(after=date(2025, 4, 21), day=MONDAY)


def test_dated_booking_goes_before_the_default_and_two_dated_ones_are_a_double_booking() -> None:
    house, acme = slot(id="house"), slot(id="acme", until=MONDAY)
    bolt, jobs = slot(id="bolt", since=MONDAY), slot(name="jobs", since=date(2025, 5, 1))
    [sponsor, job] = book([house, acme, bolt, jobs], week(MONDAY))
    assert (sponsor.state, sponsor.booking, sponsor.others) == ("double-booked", acme, (bolt,))
    assert (job.state, job.booking) == ("free", None)
    [sponsor] = book([house, acme], week(date(2025, 5, 5)))
    assert (sponsor.state, sponsor.booking) == ("default", house)
    elsewhere = slot(id="bolt", since=MONDAY, position="first")
    assert [entry.state for entry in book([acme, elsewhere], week(MONDAY))] == ["booked", "booked"]


@pytest.mark.parametrize(
    ("lines", "mistake"),
    [
        ('name = "sponser"', 'name in [[slots]]: "sponser" is the name of no slot\'s design; '
         'write "sponsor", or make a design: templates/slots/sponser.html.j2'),
        ('name = "Ad Space"', 'name in [[slots]]: "Ad Space" cannot name a slot; '
         'write small letters, digits and hyphens: "top-story"'),
        ('heading = "Ad {.x}"', 'heading in [[slots]]: "Ad {.x}" cannot stand as a heading; '
         "write the words alone, without blanks around them and braces after them"),
        ("heading = ''", "heading in [[slots]]: is empty; write what stands above the slot"),
        ('file = "a.md"', "file in [[slots]]: stands beside text; keep one of them"),
        ("since = 2025-13-01", "not valid TOML"),
        ('since = "1 May"', 'since in [[slots]]: expected a date, found "1 May"; '
         "write since = 2025-04-21"),
        ("until = 2025-04-21T09:00:00", "until in [[slots]]: expected a date, found a date or "
         "time; write until = 2025-04-21"),
        ("since = 2025-05-01\nuntil = 2025-04-30", "until in [[slots]]: 2025-04-30 is before "
         "since, 2025-05-01; exchange the two, or mend one"),
        ('every = "week"', "every in [[slots]]: has no day to count from; add since = 2025-04-21"),
        ('since = 2025-05-01\nevery = "fortnight"', "every in [[slots]]: not a recurrence: "
         '\'fortnight\'; write "week", "2 weeks", "month" or an RRULE such as '
         '"FREQ=MONTHLY;BYDAY=1MO"'),
        ('since = 2025-05-01\nevery = "FREQ=FORTNIGHTLY"', "every in [[slots]]: recurrence rule: "
         "FREQ is FORTNIGHTLY; give one of HOURLY, DAILY, WEEKLY, MONTHLY, YEARLY"),
        ('position = "top"', 'position in [[slots]]: "top" is no place in an issue; '
         'write "first", "last", "after:TOPIC" or "before:TOPIC"'),
        ('position = "after:Nws"', 'position in [[slots]]: "Nws" is no topic of this newsletter; '
         'did you mean "News"?'),
        ('id = "a b"', 'id in [[slots]]: "a b" cannot be an id; '
         'write letters, digits and hyphens: "acme-spring"'),
        ('id = "x"\n[[slots]]\nname = "jobs"\nheading = "J"\ntext = "x"\nid = "x"',
         'id in [[slots]]: "x" is the id of slot number 1 already; '
         "give every booking an id of its own"),
    ],
)  # fmt: skip
def test_mistake_in_a_booking_is_told_with_its_remedy(lines: str, mistake: str) -> None:
    given_keys = {line.split(" ")[0] for line in lines.partition("\n[[")[0].splitlines()}
    rest = {"name": '"sponsor"', "heading": '"Ad"', "text": '"x"'}
    table = "\n".join(f"{key} = {value}" for key, value in rest.items() if key not in given_keys)
    text = f'[[topics]]\nname = "News"\n[[slots]]\n{table}\n{lines}\n'
    with pytest.raises(ConfigError) as caught:
        parse_settings(text, "digest.toml", designs=slot_designs(None))
    [line] = str(caught.value).splitlines()
    assert mistake in line


def test_booking_without_text_and_without_file_is_a_mistake() -> None:
    with pytest.raises(ConfigError, match=r"digest.toml:1: \[\[slots\]\]: has neither text nor"):
        parse_settings('[[slots]]\nname = "jobs"\nheading = "Jobs"', "digest.toml")


def test_dates_may_be_written_as_text() -> None:
    text = '[[slots]]\nname = "jobs"\nheading = "J"\ntext = "x"\nsince = "2025-04-21"'
    assert parse_settings(text, "digest.toml").slots[0].since == date(2025, 4, 21)


def found(*sections: Section, slots: tuple[Slot, ...] = ()) -> list[tuple[str, str]]:
    """The findings of an issue of 28 April 2025, told as code and message."""
    topic = Section(heading="Diplomacy", blocks=(make_item(),))
    issue = make_issue(sections=(topic, *sections))
    newsletter = Settings(newsletter=make_settings().newsletter, slots=slots)
    rendered = render(issue, newsletter, None)
    findings = check(rendered, issue, newsletter, Background(designs=slot_designs(None)))
    return [(finding.code, finding.message) for finding in findings]


def section(attributes: str, heading: str = "Ad") -> Section:
    blocks = (Text(markdown="Buy."),)
    return Section(heading=heading, kind="slot", attributes=attributes, blocks=blocks)


@pytest.mark.parametrize(
    ("attributes", "finding"),
    [
        (".slot .sponsor", None),
        (".slot", None),
        (".slot .sponsor since=2025-04-28 until=2025-04-28", None),
        (".slot .sponser", ("unknown-slot", "no design is named 'sponser'")),
        (".slot until=2025-04-27",
         ("slot-expired", "slot 'Ad' ended on 2025-04-27; the issue is that of 2025-04-28")),
        (".slot #a since=2025-04-29",
         ("slot-expired", "slot 'a' begins on 2025-04-29; the issue is that of 2025-04-28")),
        (".slot until=May", ("slot-date", "until of slot 'Ad' is no date: May")),
        (".slot .sponsor #acme",
         ("slot-expired", "slot 'acme' ended on 2025-04-21; the issue is that of 2025-04-28")),
        (".slot .events #club",
         ("slot-expired", "slot 'club' is not booked for the issue of 2025-04-28")),
        (".slot .sponsor #bolt", None),
        (".slot .sponsor #nobody-knows", None),
    ],
)  # fmt: skip
def test_slot_out_of_its_dates_or_without_a_design_is_found(
    attributes: str, finding: tuple[str, str] | None
) -> None:
    slots = (
        slot(id="acme", until=date(2025, 4, 21)),
        slot(id="bolt", since=date(2025, 4, 22), until=date(2025, 5, 5)),
        slot(id="club", name="events", since=date(2025, 4, 14), every="3 weeks"),
    )
    assert found(section(attributes), slots=slots) == ([finding] if finding else [])


def test_booking_without_id_is_known_by_its_heading() -> None:
    slots = (slot(until=date(2025, 4, 21)),)
    assert [code for code, _ in found(section(".slot .sponsor"), slots=slots)] == ["slot-expired"]
    assert found(section(".slot .sponsor", heading="Another"), slots=slots) == []


def test_double_bookings_are_found() -> None:
    twice = found(section(".slot .sponsor #a"), section(".slot .sponsor #a"))
    assert twice == [("slot-double-booked", "slot 'a' stands in the issue twice")]
    slots = (slot(id="a", since=MONDAY), slot(id="b", until=MONDAY), slot(heading="House"))
    assert found(slots=slots) == [
        ("slot-double-booked", "slot sponsor (last) is booked for 2025-04-28 by 'a', 'b'")
    ]


def test_every_slot_has_a_design_for_both_parts() -> None:
    names = {"default", "events", "jobs", "quote", "sponsor", "top-story"}
    assert set(slot_designs(None)) == names
    assert {path.name for path in (templates_folder() / "slots").glob("*.txt.j2")} == {
        f"{name}.txt.j2" for name in names
    }


@pytest.mark.parametrize(
    ("language", "word"), [("en", "Advertisement"), ("de", "Anzeige"), ("ko", "광고")]
)
def test_sponsor_says_that_it_is_an_advertisement_whatever_its_heading(
    language: str, word: str
) -> None:
    for heading in ("Our friends", word):
        issue = make_issue(sections=(section(".slot .sponsor", heading),), language=language)
        rendered = render(issue, make_settings(language=language), None)
        assert rendered.text.count(word) == 1
        assert rendered.html.count(word) == 1


def test_own_design_in_the_workspace_overrides_ours_and_adds_names(tmp_path: Path) -> None:
    slots = tmp_path / "slots"
    slots.mkdir()
    for name in ("sponsor", "weather"):
        (slots / f"{name}.html.j2").write_text(f"<p>own {name}</p>", encoding="utf-8")
    assert "weather" in slot_designs(tmp_path)
    sections = (section(".slot .sponsor"), section(".slot .weather"))
    html = render(make_issue(sections=sections), make_settings(), tmp_path).html
    assert "own sponsor" in html
    assert "own weather" in html


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with an article a day and three bookings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    for name in [name for name in os.environ if name.startswith("DIGEST_")]:
        monkeypatch.delenv(name)
    Path("digest.toml").write_text(SETTINGS, encoding="utf-8")
    Path("slots").mkdir()
    Path("slots/house.md").write_text("Give [here](https://example.org/give).\n", encoding="utf-8")
    articles = [
        {
            "title": f"Report number {day}",
            "url": f"https://example.org/{day}",
            "published": f"2025-04-{day:02}",
        }
        for day in range(10, 31)
    ]
    Path("in.jsonl").write_text("\n".join(map(json.dumps, articles)), encoding="utf-8")
    return tmp_path


def digest(*arguments: str) -> Result:
    result = CliRunner().invoke(root, list(arguments), standalone_mode=False)
    assert result.exception is None, f"{result.exception!r}\n{result.stderr}"
    return result


def listed(*arguments: str) -> dict[str, list[dict[str, str]]]:
    result = digest("slots", "--json", *arguments)
    found: dict[str, list[dict[str, str]]] = json.loads(result.stdout)
    return found


def test_slots_lists_what_is_placed_booked_and_free(here: Path) -> None:
    digest("compose", "--week", "2025-W17", "--now", "2025-04-28T07:00+09:00", "--offline")
    found = listed("--now", "2025-04-28T08:00+09:00", "--coming", "3")
    assert [
        (each["day"], each["issue"], each["name"], each["state"], each["booking"])
        for each in found["issues"]
    ] == [
        ("2025-04-28", "2025-W17", "sponsor", "placed", "acme"),
        ("2025-05-05", None, "sponsor", "default", "Support us"),
        ("2025-05-05", None, "events", "booked", "club"),
        ("2025-05-12", None, "sponsor", "default", "Support us"),
        ("2025-05-12", None, "events", "free", None),
        ("2025-05-19", None, "sponsor", "default", "Support us"),
        ("2025-05-19", None, "events", "booked", "club"),
    ]
    assert [each["state"] for each in found["bookings"]] == ["running", "default", "running"]
    assert found["warnings"] == []


def test_slot_that_was_cut_is_missing_and_old_issues_are_hidden(here: Path) -> None:
    digest("compose", "--week", "2025-W16", "--now", "2025-04-28T07:00+09:00", "--offline")
    digest("compose", "--week", "2025-W17", "--now", "2025-04-28T07:00+09:00", "--offline")
    document = here / "issues/2025-W17/issue.md"
    text = document.read_text(encoding="utf-8")
    start = text.index("## Our sponsor")
    document.write_text(text[:start], encoding="utf-8")
    found = listed("--now", "2025-04-28T08:00+09:00", "--past", "1", "--coming", "0")
    assert [(each["issue"], each["state"]) for each in found["issues"]] == [("2025-W17", "missing")]
    shown = digest("slots", "--now", "2025-04-28T08:00+09:00", "--past", "1")
    assert "1 earlier issues are not shown: --past 2 shows all" in shown.stderr


@pytest.mark.parametrize(
    ("change", "now", "warning"),
    [
        (lambda text: text.replace("2025-04-22", "2025-04-20"), "2025-05-06T08:00+09:00",
         "expired, and no longer printed: acme (2025-04-28)"),
        (lambda text: text.replace("2025-04-28", "2025-05-04").replace("2025-04-22", "2025-04-29"),
         "2025-04-28T08:00+09:00",
         "no issue appears while acme is booked (2025-04-29 to 2025-05-04): change its dates"),
        (lambda text: text.replace("slots/house.md", "slots/hose.md"), "2025-04-28T08:00+09:00",
         "slots/hose.md: slot Support us: cannot be read: No such file or directory; "
         "put the file there, or mend `file` in digest.toml"),
        (lambda text: text + '[[slots]]\nname = "sponsor"\nid = "bolt"\nheading = "B"\n'
         'text = "b"\nuntil = 2025-04-30\n', "2025-04-21T08:00+09:00",
         "double-booked: sponsor (last) for 2025-04-28 by acme, bolt; "
         "the first of digest.toml is printed"),
    ],
)  # fmt: skip
def test_slots_warns_of_what_will_go_wrong(
    here: Path, change: Callable[[str], str], now: str, warning: str
) -> None:
    settings = here / "digest.toml"
    settings.write_text(change(settings.read_text(encoding="utf-8")), encoding="utf-8")
    assert warning in listed("--now", now)["warnings"]
    assert f"warning: {warning}" in digest("slots", "--now", now).stderr


def test_expired_slot_in_an_issue_that_was_not_sent_is_warned_about(here: Path) -> None:
    digest("compose", "--week", "2025-W17", "--now", "2025-04-28T07:00+09:00", "--offline")
    settings = here / "digest.toml"
    text = settings.read_text(encoding="utf-8").replace("2025-04-28", "2025-04-27")
    settings.write_text(text, encoding="utf-8")
    warnings = listed("--now", "2025-04-28T08:00+09:00")["warnings"]
    assert "expired: acme stands in 2025-W17 and ended on 2025-04-27" in warnings
    shown = digest("check", "2025-W17")
    assert "[slot-expired]" in shown.stdout + shown.stderr
    # Composing again takes it out: nobody touched it.
    shown = digest("compose", "--week", "2025-W17", "--now", "2025-04-28T09:00+09:00", "--offline")
    assert "slot, changed in digest.toml: Support us" in shown.stderr
    document = (here / "issues/2025-W17/issue.md").read_text(encoding="utf-8")
    assert "acme" not in document
    assert "Give [here]" in document


def test_dry_run_warns_of_slots_as_the_run_itself_does(here: Path) -> None:
    now = ("--week", "2025-W17", "--now", "2025-04-28T07:00+09:00", "--offline")
    digest("compose", *now)
    settings = here / "digest.toml"
    bolt = (
        '[[slots]]\nname = "sponsor"\nid = "bolt"\nheading = "B"\ntext = "b"\nuntil = 2025-04-30\n'
    )
    settings.write_text(settings.read_text(encoding="utf-8") + bolt, encoding="utf-8")
    document = here / "issues/2025-W17/issue.md"
    text = document.read_text(encoding="utf-8")
    document.write_text(text + "\n## Mine {.slot .sponser}\n\nBuy.\n", encoding="utf-8")
    before = {path: path.read_bytes() for path in here.glob("issues/*/*")}

    def told(*more: str) -> list[str]:
        lines = digest("compose", *now, *more).stderr.splitlines()
        return [line for line in lines if line.startswith("warning: ")]

    foretold = told("--dry-run")
    assert {path: path.read_bytes() for path in here.glob("issues/*/*")} == before
    assert any("booked for 2025-04-28 by 'acme', 'bolt'" in line for line in foretold)
    assert any("[unknown-slot]" in line for line in foretold)
    assert told() == foretold


def test_dry_run_tells_of_a_template_that_is_wrong_and_shows_the_difference(here: Path) -> None:
    template = here / "templates/slots/sponsor.html.j2"
    template.parent.mkdir(parents=True)
    template.write_text("{% if %}", encoding="utf-8")
    now = ("--week", "2025-W17", "--now", "2025-04-28T07:00+09:00", "--offline")
    shown = digest("compose", *now, "--dry-run")
    assert "warning: templates/slots/sponsor.html.j2:1: " in shown.stderr
    assert "+## Our sponsor" in shown.stdout
    assert not (here / "issues").exists()


def test_unreadable_file_of_a_booking_that_is_due_stops_compose_before_it_writes(
    here: Path,
) -> None:
    (here / "slots/house.md").write_bytes(b"\xff\xfe")
    arguments = ("--now", "2025-05-05T07:00+09:00", "--offline")
    digest("compose", "--week", "2025-W17", *arguments)  # acme is booked for it
    result = CliRunner().invoke(root, ["compose", "--week", "2025-W18", *arguments])
    assert isinstance(result.exception, ConfigError)
    assert "slots/house.md: slot Support us: not UTF-8 text; save it as UTF-8" in str(
        result.exception
    )
    assert not (here / "issues/2025-W18").exists()


def test_no_issue_is_written_for_advertisements_alone(here: Path) -> None:
    shown = digest("compose", "--week", "2025-W10", "--now", "2025-05-05T07:00Z", "--offline")
    assert "nothing written" in shown.stderr
    assert not (here / "issues").exists()


def test_issue_rebuilt_from_its_lock_has_its_slots(here: Path) -> None:
    digest("compose", "--week", "2025-W17", "--now", "2025-04-28T07:00+09:00", "--offline")
    document = here / "issues/2025-W17/issue.md"
    before = document.read_bytes()
    document.unlink()
    digest("compose", "--locked", "2025-W17")
    assert document.read_bytes() == before


def test_where_an_advertisement_leads_is_no_issued_article_and_a_top_story_is(here: Path) -> None:
    settings = here / "digest.toml"
    text = settings.read_text(encoding="utf-8")
    text = text.replace(
        '"**Acme** [anvils](https://acme.example/)."', '"### [A](https://example.org/24)"'
    )
    text += (
        '[[slots]]\nname = "top-story"\nheading = "Top"\ntext = "### [B](https://example.org/29)"\n'
    )
    settings.write_text(text, encoding="utf-8")
    digest("compose", "--week", "2025-W16", "--now", "2025-04-21T07:00+09:00", "--offline")
    digest("compose", "--week", "2025-W17", "--now", "2025-04-28T07:00+09:00", "--offline")
    document = (here / "issues/2025-W17/issue.md").read_text(encoding="utf-8")
    assert document.count("https://example.org/24)") == 2
    digest("compose", "--week", "2025-W18", "--now", "2025-05-05T07:00+09:00", "--offline")
    document = (here / "issues/2025-W18/issue.md").read_text(encoding="utf-8")
    assert document.count("https://example.org/29)") == 1, "in its slot, printed before"
    told = digest("why", "https://example.org/29").stdout
    assert "issued in 2025-W16, section Top" in told
    told = digest("why", "https://example.org/24").stdout
    assert "issued in 2025-W17, section Also this week" in told


def test_top_story_that_comes_in_as_an_article_stands_in_its_slot_alone(here: Path) -> None:
    settings = here / "digest.toml"
    text = settings.read_text(encoding="utf-8")
    text += '[[slots]]\nname = "top-story"\nheading = "Top"\n'
    text += 'text = "### [B](https://example.org/24)"\n'
    settings.write_text(text, encoding="utf-8")
    for _ in range(2):
        digest("compose", "--week", "2025-W17", "--now", "2025-04-28T07:00+09:00", "--offline")
        document = (here / "issues/2025-W17/issue.md").read_text(encoding="utf-8")
        assert document.count("https://example.org/24)") == 1
    assert "issued in 2025-W17, section Top" in digest("why", "https://example.org/24").stdout


def test_damaged_issue_is_told_of_and_the_rest_is_listed(here: Path) -> None:
    digest("compose", "--week", "2025-W17", "--now", "2025-04-28T07:00+09:00", "--offline")
    document = here / "issues/2025-W17/issue.md"
    document.write_text("<<<<<<< HEAD\n" + document.read_text(encoding="utf-8"), encoding="utf-8")
    (here / "issues/2025-W17/issue.lock").write_text("{", encoding="utf-8")
    found = listed("--now", "2025-04-28T08:00+09:00", "--coming", "1")
    assert [each["issue_state"] for each in found["issues"]] == ["due"] * 2 + ["open"] * 2
    assert any("this is not JSON" in warning for warning in found["warnings"])
    assert any("merge conflict" in warning for warning in found["warnings"])


def test_newsletter_without_bookings_is_told_how_to_book(here: Path) -> None:
    settings = here / "digest.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text[: text.index("[[slots]]")], encoding="utf-8")
    result = digest("slots", "--now", "2025-04-28T08:00+09:00")
    assert result.stdout == ""
    assert "nothing is booked: [[slots]] in digest.toml books" in result.stderr
