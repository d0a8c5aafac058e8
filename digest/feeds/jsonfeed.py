"""JSON Feed 1.0 and 1.1 to entries."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from digest.errors import FeedError
from digest.feeds.elements import MAX_TEXT, first_date, language_of, title_text, unique
from digest.feeds.shape import FeedHead
from digest.markup import clean_text, plain_text
from digest.model import Facts, Image, When
from digest.urls import join_url

# A text without an end reaches to the end, so that none is looked for again within it.
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*+(?:"|\\?\Z))|,(?=\s*[}\]])', re.DOTALL)


def load_json(text: str) -> tuple[Any, tuple[str, ...]]:
    """The value of a JSON text, and what had to be overlooked. Raises FeedError."""
    try:
        return json.loads(text), ()
    except (ValueError, RecursionError):
        pass
    try:
        value = json.loads(_TRAILING_COMMA.sub(lambda found: found[1] or "", text), strict=False)
    except (ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())[:120]
        raise FeedError(f"broken JSON: {reason}", status="not-a-feed") from None
    return value, ("repaired: it is not valid JSON",)


def is_json_feed(value: Any) -> bool:
    """Whether a JSON value is a JSON Feed, or one that forgot to say so."""
    if not isinstance(value, dict):
        return False
    if "jsonfeed.org" in str(value.get("version", "")):
        return True
    return isinstance(value.get("items"), list) and ("title" in value or "feed_url" in value)


def read_json(
    value: dict[str, Any], url: str, timezone: str, *, whole: bool = True, explain: bool = False
) -> tuple[FeedHead, list[Facts]]:
    """The feed and its entries, in document order; arguments as in ``parse_feed``."""
    base = join_url(url, text_of(value.get("feed_url"))) or url
    head = FeedHead(
        kind="json",
        title=title_text(text_of(value.get("title"))),
        home_url=join_url(base, text_of(value.get("home_page_url"))),
        language=language_of(text_of(value.get("language"))),
        summary=plain_text(text_of(value.get("description"))),
        authors=people_of(value),
        id=text_of(value.get("feed_url")),
    )
    items = value.get("items")
    entries = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    found = [_item(item, head, base, timezone, whole) for item in entries]
    # The format has no date for the feed: it was published last when its latest entry was.
    dated = [entry.published for entry in found if entry.published]
    head = replace(head, published=max(dated, key=_moment, default=None))
    if explain:
        from digest.feeds.weighed import weigh_object

        found = [
            replace(facts, candidates=weigh_object(item, facts, head, base, timezone))
            for item, facts in zip(entries, found, strict=True)
        ]
    return head, found


def _moment(when: When) -> str:
    """A key that sorts dates and times: the instant in UTC, for a day its first."""
    if isinstance(when.value, datetime):
        return when.value.astimezone(UTC).isoformat()
    return when.value.isoformat()


def _item(item: dict[str, Any], head: FeedHead, base: str, timezone: str, whole: bool) -> Facts:
    problems: list[str] = []
    published, doubts = first_date(
        iter([(text_of(item.get("date_published")), "feed:published")]), timezone
    )
    updated, later = first_date(
        iter([(text_of(item.get("date_modified")), "feed:updated")]), timezone
    )
    if published is None:
        published = updated
    problems += doubts or later
    guid = text_of(item.get("id"))
    if guid and not whole:
        return Facts(
            title=title_text(text_of(item.get("title"))),
            url=_url(item, guid, base, problems),
            published=published,
            updated=updated,
            guid=guid,
            problems=tuple(problems),
        )
    text = plain_text(text_of(item.get("content_html")), paragraphs=True)
    return Facts(
        title=title_text(text_of(item.get("title"))),
        summary=plain_text(text_of(item.get("summary"))),
        text=text or lines_of(text_of(item.get("content_text"))),
        url=_url(item, guid, base, problems),
        published=published,
        updated=updated,
        source=head.publisher(base),
        authors=people_of(item) or head.authors,
        language=language_of(text_of(item.get("language"))) or head.language,
        image=next((image for image, _ in pictures_of(item, base)), None),
        categories=unique(clean_text(text_of(tag)) for tag in _list(item.get("tags"))),
        guid=guid or None,
        problems=tuple(problems),
    )


def _url(item: dict[str, Any], guid: str, base: str, problems: list[str]) -> str | None:
    stated = [link for link, _ in links_of(item, guid)]
    for link in stated:
        url = join_url(base, link)
        if url is not None:
            return url
    refused = next((link for link in stated if link), "")
    if refused:
        problems.append(f"the link is no web address: {clean_text(refused)[:80]}")
    return None


def links_of(item: dict[str, Any], guid: str) -> Iterator[tuple[str, str]]:
    """The addresses of an item as written, and their fields, in order of trust."""
    for name in ("url", "external_url"):
        yield text_of(item.get(name)), name
    if guid.lower().startswith(("http://", "https://")):
        yield guid, "id"


def pictures_of(item: dict[str, Any], base: str) -> Iterator[tuple[Image, str]]:
    """The pictures of an item, and their fields, in order of trust."""
    for name in ("image", "banner_image"):
        url = join_url(base, text_of(item.get(name)))
        if url is not None:
            yield Image(url=url), name
    for attachment in _list(item.get("attachments")):
        is_object = isinstance(attachment, dict)
        if is_object and text_of(attachment.get("mime_type")).startswith("image/"):
            url = join_url(base, text_of(attachment.get("url")))
            if url is not None:
                yield Image(url=url), "attachments"


def people_of(owner: dict[str, Any]) -> tuple[str, ...]:
    """The people that a feed or an item names."""

    def names() -> Iterator[str]:
        for author in [*_list(owner.get("authors")), owner.get("author")]:
            if isinstance(author, dict):
                yield clean_text(text_of(author.get("name")) or text_of(author.get("url")))
            else:
                yield clean_text(text_of(author))

    return unique(names())


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def text_of(value: Any) -> str:
    """A string, or a number as one (ids are numbers at times); "" for anything else."""
    if isinstance(value, str):
        return value.strip()[:MAX_TEXT]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)[:100]
    return ""


def lines_of(text: str) -> str:
    """Plain text with its own line ends, cleaned."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n"))
    cleaned = ("\n".join(filter(None, map(clean_text, block.split("\n")))) for block in blocks)
    return "\n\n".join(filter(None, cleaned))
