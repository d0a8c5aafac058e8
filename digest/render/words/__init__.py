"""The templates' fixed words and dates, by language: one TOML file each."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

from digest.config.schema import Words as OwnWords
from digest.render.standins import standing_in

if TYPE_CHECKING:
    from babel import Locale

_FOLDER = Path(__file__).parent
_DEFAULT = "en"
_SHORT_MONTH = re.compile(r"(?<!M)MMM(?!M)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plural:
    """Words for a number of something: called with the number, they are written as the
    language does, by CLDR's plural rules. ``forms`` has one for ``other`` at least."""

    language: str
    forms: tuple[tuple[str, str], ...]

    def __call__(self, count: int) -> str:
        """``1 story``, ``2 stories``."""
        from babel.numbers import format_decimal

        locale = _locale(self.language)
        forms = dict(self.forms)
        form = forms.get(locale.plural_form(count)) or forms["other"]
        return form.format(count=format_decimal(count, locale=locale))


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the templates say by themselves.

    ``why`` has a place for ``{title}``. ``next_mail`` ends the first of two mails that an issue
    was split into; ``part``, with places for ``{number}`` and ``{total}``, says which of them
    a mail is, in its subject and beside its date. ``colon`` and ``comma`` are the language's own,
    with the blanks that belong to them. ``stories`` and ``more_stories`` take a number.
    """

    in_this_issue: str
    also_covered_by: str
    earlier: str
    why: str
    unsubscribe: str
    view_in_browser: str
    advertisement: str
    next_mail: str
    part: str
    colon: str
    comma: str
    stories: Plural
    more_stories: Plural


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The languages that there are words for."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def words_for(language: str, own: OwnWords | None = None) -> Words:
    """The words of a BCP 47 language, English where there are none; ``own`` go before them."""
    name = language.replace("_", "-").partition("-")[0].lower()
    spoken = name if name in languages() else _DEFAULT
    chosen = {
        field.name: value
        for field in fields(own or OwnWords())
        if (value := getattr(own, field.name, None))
    }
    table = _read(spoken) | chosen
    # Plural forms of the newsletter's own follow the rules of its language, ours those of the
    # language that they are written in.
    filled: dict[str, Any] = {
        key: _plural(value, language if key in chosen else spoken)
        if isinstance(value, dict)
        else value
        for key, value in table.items()
    }
    return Words(**filled)


def _plural(forms: dict[str, str], language: str) -> Plural:
    return Plural(language=language, forms=tuple(forms.items()))


@lru_cache(maxsize=64)
def _read(name: str) -> dict[str, Any]:
    with (_FOLDER / f"{name}.toml").open("rb") as file:
        table = tomllib.load(file)
    return {field.name: table[field.name] for field in fields(Words)}


def days(start: datetime, end: datetime, language: str) -> str:
    """The days of ``[start, end)`` as the language writes them: ``21–27 April 2025``.

    The days are those on the instants' own wall clocks.
    """
    format_date = _dates().format_date
    first = start.date()
    last = (end - timedelta(microseconds=1)).date()
    locale = _locale(language)
    if last <= first:
        text = format_date(first, "long", locale=locale)
    else:
        text = _interval(first, last, locale)
    same_month = (first.year, first.month) == (last.year, last.month)
    return " ".join(text.replace("\u2009", "" if same_month else " ").split())


@lru_cache(maxsize=1)
def _dates() -> ModuleType:
    """babel.dates, which would first find out where the machine is: 9 ms for what no issue may
    depend on."""
    with standing_in({"babel.localtime": SimpleNamespace(LOCALTZ=UTC)}):
        import babel.dates

    return babel.dates


def _interval(first: date, last: date, locale: Locale) -> str:
    """Two days in CLDR's own pattern, the month in full (CLDR has only the short one)."""
    format_date, parse_pattern = _dates().format_date, _dates().parse_pattern
    largest = "y" if first.year != last.year else "M" if first.month != last.month else "d"
    formats = locale.interval_formats
    patterns = (formats.get("yMMMMd") or formats.get("yMMMd") or {}).get(largest)
    if not patterns or len(patterns) != 2:
        return " – ".join(format_date(day, "long", locale=locale) for day in (first, last))
    whole = (_SHORT_MONTH.sub("MMMM", pattern) for pattern in patterns)
    return "".join(
        parse_pattern(pattern).apply(day, locale)
        for pattern, day in zip(whole, (first, last), strict=True)
    )


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    """A locale that writes dates; plain ``en`` is read as world English, day before month."""
    from babel import Locale, UnknownLocaleError

    name = language.replace("-", "_")
    for candidate in ("en_001" if name.lower() == "en" else name, name.partition("_")[0]):
        try:
            return Locale.parse(candidate)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en_001")
