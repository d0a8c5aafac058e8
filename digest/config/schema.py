"""The settings that digest.toml may hold, with their defaults.

The field names are the keys; one that Python keeps for itself ends in an underscore here
(``not_``). A default here is the documented default. Everything is frozen.
"""

from __future__ import annotations

from dataclasses import Field, dataclass, field
from datetime import date
from typing import Any, Literal

SOURCE_KINDS = ("auto", "feed", "page", "opml", "sitemap", "h-feed", "links", "bookmarks")
PROVIDERS = ("smtp",)
TOP_STORY = "top-story"
HOLD = "Hold"
"""The section that is never sent, in any case of letters: no topic may have its name."""


def key_of(setting: Field[Any]) -> str:
    """What a field is called in digest.toml."""
    return setting.name.removesuffix("_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsletter:
    """``[newsletter]``: what the newsletter is called and where it lives.

    ``language`` is BCP 47, ``timezone`` an IANA name. ``last_section`` names the section for
    articles that no topic claims.
    """

    title: str = "Digest"
    language: str = "en"
    timezone: str = "UTC"
    sender: str = ""
    address: str = ""
    archive_url: str = ""
    theme: str = "classic"
    last_section: str = "Also this week"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """``[theme]``: what the newsletter changes in the looks of its theme; "" and None change
    nothing. Colours are ``#rrggbb``, sizes are pixels of CSS.

    ``accent`` is the colour of links, ``ink`` of text, ``soft`` of bylines and footer, ``title``
    of the masthead; ``page`` lies around the column, ``paper`` under it, ``tint`` under slots.
    Fonts are lists that end in a generic family.
    """

    accent: str = ""
    ink: str = ""
    soft: str = ""
    title: str = ""
    page: str = ""
    paper: str = ""
    tint: str = ""
    hairline: str = ""
    underline: str = ""
    dark_accent: str = ""
    dark_ink: str = ""
    dark_soft: str = ""
    dark_title: str = ""
    dark_page: str = ""
    dark_paper: str = ""
    dark_tint: str = ""
    dark_hairline: str = ""
    dark_underline: str = ""
    font: str = ""
    heading_font: str = ""
    text_size: int | None = None
    width: int | None = None
    logo: str = ""
    logo_dark: str = ""
    logo_alt: str = ""
    logo_width: int | None = None
    logo_height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """``[schedule]``: how often an issue appears; ``every`` may be an RFC 5545 RRULE."""

    every: str = "week"
    starts: str = "monday 00:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowPolicy:
    """``[window]``: which clock counts, and what becomes of articles whose date is missing,
    vague, late or ahead. Ages are spans such as ``2h`` or ``14d``, "" for none, both measured
    at the window's end. ``hold_issues`` is the number of issues in whose Hold an item may
    stand before it is dropped, 0 for any number."""

    undated: Literal["first-seen", "hold", "drop"] = "first-seen"
    late: Literal["rescue", "drop"] = "rescue"
    future: Literal["hold", "drop"] = "hold"
    clock: Literal["published", "first-seen"] = "published"
    date_only: Literal["start", "end"] = "start"
    unknown_zone: Literal["newsletter", "undated"] = "newsletter"
    min_age: str = ""
    rescue_max_age: str = ""
    hold_issues: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One ``[[sources]]`` table: exactly one of ``url`` and ``path``.

    ``selector`` (CSS) names the links of a page of the kind ``links``.
    ``max`` bounds the source's items per issue, ``weight`` ranks them: 1 is any source's.
    ``private`` allows addresses that are not public (loopback, intranet). ``split`` takes
    newsletters apart into their items, ``resolve`` asks the servers of links that do not say
    where they lead. ``complete`` reads what entries of a feed lack from their pages.
    ``user_agent``, ``headers``, ``username`` and ``password``, ``token``, ``cookie`` and
    ``certificate`` (a PEM file relative to digest.toml) are for the source's own server; values
    may be references (``env:NAME``, ``keyring:NAME``, ``file:PATH``), passwords and tokens must
    be. Keys of ``[window]`` hold for this source's articles alone; None means: as there.
    """

    url: str = ""
    path: str = ""
    name: str = ""
    kind: str = "auto"
    selector: str = ""
    topic: str = ""
    max: int | None = None
    weight: float = 1.0
    language: str = ""
    enabled: bool = True
    private: bool = False
    split: bool = False
    resolve: bool = False
    complete: bool = False
    user_agent: str = ""
    headers: dict[str, str] = field(default_factory=dict, repr=False, hash=False)
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    cookie: str = field(default="", repr=False)
    certificate: str = ""
    undated: Literal["first-seen", "hold", "drop"] | None = None
    late: Literal["rescue", "drop"] | None = None
    future: Literal["hold", "drop"] | None = None
    clock: Literal["published", "first-seen"] | None = None
    date_only: Literal["start", "end"] | None = None
    unknown_zone: Literal["newsletter", "undated"] | None = None
    min_age: str | None = None
    rescue_max_age: str | None = None

    @property
    def label(self) -> str:
        """What reports call this source."""
        return self.name or self.url or self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyword:
    """A keyword or phrase that is more than its words: ``{word = "summit", weight = 3}``.

    ``weight`` is above 0; ``in`` says where it counts.
    """

    word: str
    weight: float = 1.0
    in_: Literal["anywhere", "title"] = "anywhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One ``[[topics]]`` table; the order of the tables is the order of the sections.

    Keywords are found as whole words and in their other forms, as written after ``=``; a word
    of ``not`` in an article makes the topic's keywords say nothing. ``paths`` are hosts with
    the beginning of a path (``example.org/blog``), ``categories`` those that feeds give.
    """

    name: str
    keywords: tuple[str | Keyword, ...] = ()
    not_: tuple[str | Keyword, ...] = ()
    hosts: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    max: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """``[learning]``: whether past issues place what no rule of yours does, and how sure they
    have to be: ``least_confidence`` is the share of such placements that was right, 0 to 1.
    ``propose_sections`` is whether there are sections where nothing says any yet."""

    enabled: bool = True
    least_confidence: float = 0.5
    propose_sections: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Stories:
    """``[stories]``: what makes articles one item, and whose article then leads: that of the
    first of the hosts in ``prefer``. What one of the last ``earlier_issues`` issues printed is
    mentioned by what follows it; 0 mentions nothing."""

    join: Literal["same-event", "same-text", "off"] = "same-event"
    prefer: tuple[str, ...] = ()
    earlier_issues: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """``[ranking]``: what decides the order of items, and of sections.

    ``max`` bounds the items of an issue. With ``spread`` no third item of one outlet follows two
    where another outlet's is near. The others are the weights of what a score is made of; their
    sum is a score of 1.
    """

    order: Literal["fixed", "by-score"] = "fixed"
    max: int | None = None
    spread: bool = True
    coverage: float = 6.0
    freshness: float = 2.0
    source: float = 2.0
    keywords: float = 0.25
    habits: float = 2.0
    length: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One ``[[slots]]`` table: a booking of a slot, or what stands in it by default.

    ``name`` is that of the slot's design, ``text`` Markdown, ``file`` a Markdown file relative
    to digest.toml; exactly one of the two. ``since`` and ``until`` are days, both included.
    ``every`` counts from ``since``.
    """

    name: str
    heading: str
    id: str = ""
    text: str = ""
    file: str = ""
    since: date | None = None
    until: date | None = None
    every: str = ""
    position: str = ""

    @property
    def place(self) -> str:
        """Where in the issue: ``first``, ``last``, ``after:TOPIC`` or ``before:TOPIC``."""
        return self.position or ("first" if self.name == TOP_STORY else "last")

    @property
    def label(self) -> str:
        """What reports call this booking."""
        return self.id or self.heading


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One ``[delivery.NAME]`` table. ``username`` and ``password`` may be references
    (``env:NAME``, ``keyring:NAME``, ``file:PATH``); a password must be one."""

    provider: str = "smtp"
    host: str = "localhost"
    port: int | None = None
    security: Literal["none", "starttls", "tls"] | None = None
    username: str = ""
    password: str = ""
    sender: str = ""
    envelope_sender: str = ""
    reply_to: str = ""
    unsubscribe: str = ""
    timeout_seconds: float = 30.0
    ca_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gather:
    """``[gather]``: bounds for fetching. Times are seconds, sizes decoded bytes.

    ``authorities`` is a PEM file, relative to digest.toml, of certificates to trust beside the
    system's.
    """

    user_agent: str = ""
    at_once: int = 64
    at_once_per_host: int = 2
    connect_timeout_seconds: float = 5.0
    idle_timeout_seconds: float = 10.0
    deadline_seconds: float = 20.0
    run_deadline_seconds: float = 600.0
    max_bytes: int = 10_000_000
    authorities: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summaries:
    """``[summaries]``: which language model writes those that are missing, "" for none.

    ``model`` is an id or alias of the ``llm`` library's, ``columns`` how long a summary may be
    (a wide character counts two), ``style`` what the newsletter asks of its summaries.
    """

    model: str = ""
    columns: int = 300
    style: str = ""
    timeout_seconds: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Render:
    """``[render]``: what becomes of a mail that would be cut, and of the issue's own pictures."""

    overflow: Literal["error", "trim", "link", "split"] = "error"
    images: Literal["link", "inline"] = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """``[words]``: the mail's fixed words where they are not to be the language's own.

    "" and an empty table mean those of the language. The tables are plural forms by CLDR's
    categories (zero, one, two, few, many, other).
    """

    in_this_issue: str = ""
    also_covered_by: str = ""
    earlier: str = ""
    why: str = ""
    unsubscribe: str = ""
    view_in_browser: str = ""
    advertisement: str = ""
    next_mail: str = ""
    part: str = ""
    colon: str = ""
    comma: str = ""
    stories: dict[str, str] = field(default_factory=dict)
    more_stories: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """``[check]``: for whose mail clients ``digest check`` judges; a family such as ``gmail``
    stands for all of its own."""

    clients: tuple[str, ...] = (
        "apple-mail",
        "gmail.android",
        "gmail.desktop-webmail",
        "gmail.ios",
        "outlook.android",
        "outlook.ios",
        "outlook.macos",
        "outlook.outlook-com",
        "outlook.windows",
        "samsung-email",
        "thunderbird.macos",
        "yahoo",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of digest.toml. ``Settings()`` are the documented defaults without a workspace."""

    newsletter: Newsletter = field(default_factory=Newsletter)
    theme: Theme = field(default_factory=Theme)
    schedule: Schedule = field(default_factory=Schedule)
    window: WindowPolicy = field(default_factory=WindowPolicy)
    sources: tuple[Source, ...] = ()
    topics: tuple[Topic, ...] = ()
    learning: Learning = field(default_factory=Learning)
    stories: Stories = field(default_factory=Stories)
    ranking: Ranking = field(default_factory=Ranking)
    slots: tuple[Slot, ...] = ()
    delivery: dict[str, Delivery] = field(default_factory=dict)
    gather: Gather = field(default_factory=Gather)
    summaries: Summaries = field(default_factory=Summaries)
    check: Check = field(default_factory=Check)
    render: Render = field(default_factory=Render)
    words: Words = field(default_factory=Words)
