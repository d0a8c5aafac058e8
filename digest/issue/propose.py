"""Stories as a proposed issue: what the editor finds in issue.md before touching it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from digest.config import Settings
from digest.excerpt import cut, reading_minutes
from digest.issue.escape import (
    escape_heading,
    escape_inline,
    escape_paragraphs,
    escape_unlinked,
    one_line,
)
from digest.issue.headlines import headlines_for
from digest.issue.words import long_date, minutes_to_read
from digest.model import (
    Article,
    Earlier,
    Issue,
    Item,
    Link,
    Section,
    Story,
    When,
    Window,
    article_key,
)
from digest.names import Signs
from digest.window import published_instant, zone_named

HOLD = "Hold"
LINK_COLUMNS = 80
_BETWEEN = " · "


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldItem:
    """An item that waits in an earlier issue's Hold, as the editor has it there.

    ``topic`` is the heading it was first proposed under, "" when that is not known; ``since``
    the slug of the issue that it has waited from, ``issues`` in how many Holds it stood, and
    ``last`` the slug of the last of them. ``signs`` are what its article is known by, the latest
    last.
    """

    item: Item
    topic: str
    since: str
    signs: tuple[Signs, ...] = ()
    issues: int = 1
    last: str = ""


def propose(
    stories: Sequence[Story],
    *,
    slug: str,
    window: Window,
    settings: Settings,
    held: Sequence[Article] = (),
    carried: Sequence[HeldItem] = (),
    waiting: Sequence[HeldItem] = (),
    cut: Collection[str] = (),
    summaries: Mapping[str, str] | None = None,
) -> Issue:
    """The issue that digest proposes for its stories, in their order.

    ``held`` articles go to the section Hold, at the end. ``carried`` items, which waited in an
    earlier issue's Hold, come first in their sections; ``waiting`` ones, whose time has not
    come yet, stay in Hold. Stories whose first report is in
    ``cut``, keys that the editor took out of this issue, are not proposed again, so that the
    subject does not name them. Text of articles is escaped: it shows as it is, whatever it
    holds. ``summaries`` are those to print, by key, for articles that came without one.
    """
    newsletter = settings.newsletter
    carried = [entry for entry in carried if entry.item.key not in cut]
    waiting = [entry for entry in waiting if entry.item.key not in cut]
    done = {*cut, *(entry.item.key for entry in (*carried, *waiting))}
    stories = [story for story in stories if article_key(story.lead) not in done]
    if summaries:
        stories = [_with_summary(story, summaries) for story in stories]
    kept = [entry.item for entry in waiting]
    kept += [propose_item(article, settings=settings) for article in held]
    sections = _sections(stories, kept, carried, settings)
    subject, preheader = headlines_for(sections, newsletter=newsletter, window=window)
    return Issue(
        slug=slug,
        title=one_line(newsletter.title),
        subject=subject,
        preheader=preheader,
        window=f"{window.start.isoformat()}/{window.end.isoformat()}",
        timezone=window.timezone,
        language=newsletter.language,
        sections=sections,
    )


def _with_summary(story: Story, summaries: Mapping[str, str]) -> Story:
    """The story with the summary that its article lacks, where there is one."""
    lead = story.lead
    summary = "" if lead.summary else summaries.get(article_key(lead), "")
    return replace(story, lead=replace(lead, summary=summary)) if summary else story


def propose_item(
    lead: Article,
    also: Iterable[Article] = (),
    *,
    settings: Settings,
    earlier: Iterable[Earlier] = (),
) -> Item:
    """One story as an item in its heading form."""
    title = lead.title or _link_words(lead)
    url = lead.url or lead.source.url
    told = not lead.title and title == one_line(lead.summary)
    return Item(
        key=article_key(lead),
        title=escape_inline(title) if url else escape_unlinked(title),
        url=url,
        byline=escape_inline(_byline(lead, settings)),
        # Of a note that fits into its link nothing is left to say.
        body=escape_paragraphs("" if told else lead.summary),
        also=_also(also),
        earlier=tuple(Link(name=one_line(each.title), url=each.url) for each in earlier),
    )


def _link_words(article: Article) -> str:
    """What to click on where the article has no title (notes, toots): its beginning or address.

    It is the link's text in the document, for the editor to better; no title is claimed.
    """
    words = one_line(article.summary) or one_line(article.text)
    return cut(words, LINK_COLUMNS) or article.url or article.source.name or article.input


def _sections(
    stories: Sequence[Story],
    held: Sequence[Item],
    carried: Sequence[HeldItem],
    settings: Settings,
) -> tuple[Section, ...]:
    by_heading: dict[str, list[Item]] = {}
    last = escape_heading(settings.newsletter.last_section)
    # What waited comes first in its section.
    for topic in (escape_heading(story.topic) or last for story in stories):
        by_heading.setdefault(topic, [])
    for entry in carried:
        by_heading.setdefault(entry.topic or last, []).append(entry.item)
    for story in stories:
        item = propose_item(story.lead, story.also, settings=settings, earlier=story.earlier)
        by_heading[escape_heading(story.topic) or last].append(item)
    order = _section_order(by_heading, settings)
    sections = [
        Section(heading=heading, blocks=_once(by_heading[heading]))
        for heading in sorted(by_heading, key=order.__getitem__)
    ]
    if held:
        sections.append(Section(heading=HOLD, kind="hold", blocks=_once(held)))
    return tuple(sections)


def _section_order(headings: Iterable[str], settings: Settings) -> dict[str, tuple[int, int]]:
    """The place of each heading: topics as digest.toml has them, others, the last section.

    Where sections go by score, as they come, and the last section last.
    """
    fixed = settings.ranking.order == "fixed"
    topics = [escape_heading(topic.name) for topic in settings.topics if fixed]
    last = escape_heading(settings.newsletter.last_section)
    return {
        heading: (
            (0, topics.index(heading))
            if heading in topics
            else (2 if heading == last else 1, number)
        )
        for number, heading in enumerate(headings)
    }


def _once(items: Sequence[Item]) -> tuple[Item, ...]:
    """The items without a second one of the same article."""
    return tuple({item.key: item for item in reversed(items)}.values())[::-1]


def _byline(article: Article, settings: Settings) -> str:
    newsletter = settings.newsletter
    parts = (
        article.source.name,
        _day(article.published, newsletter.timezone, newsletter.language),
        minutes_to_read(reading_minutes(article.words), newsletter.language),
    )
    return _BETWEEN.join(part for part in parts if part)


def _day(published: When | None, timezone: str, language: str) -> str:
    """The day that it is in the newsletter's zone; a date alone is that date everywhere."""
    if published is None:
        return ""
    if published.is_date:
        return long_date(published.value, language)
    zone = zone_named(timezone)
    return long_date(published_instant(published, zone).astimezone(zone).date(), language)


def _also(articles: Iterable[Article]) -> tuple[Link, ...]:
    """Other reports on the same event, under their sources' names."""
    links = (
        Link(
            name=one_line(article.source.name or article.title),
            url=article.url or article.source.url,
        )
        for article in articles
    )
    return tuple(dict.fromkeys(link for link in links if link.name))
