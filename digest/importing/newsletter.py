"""A newsletter that came by mail as items in plain words, found as those of past issues are."""

from __future__ import annotations

import re
from dataclasses import replace

from digest.articles.newsletter import NewsItem
from digest.importing.arrange import arrange
from digest.importing.markdown import MAX_CHARACTERS, read_markdown
from digest.importing.page import read_pieces
from digest.importing.pieces import Document
from digest.importing.textletter import read_text_items
from digest.issue.inline import plain_words
from digest.model import Item

_MOST_ITEMS = 500
_MARKDOWN = re.compile(r"\]\(\s?<?https?://", re.IGNORECASE)


def read_items(html: str, text: str) -> list[NewsItem]:
    """The items of a mail, in its order, at most 500; without HTML those of its text.

    What belongs to the mail (view in browser, unsubscribe, share) or to a sponsor is none.
    """
    if html.strip():
        document = read_pieces(html)
    elif not _MARKDOWN.search(text):
        return read_text_items(text)[:_MOST_ITEMS]
    else:
        pieces, left = read_markdown(text[:MAX_CHARACTERS])
        document = Document(pieces=tuple(pieces), left=tuple(left))
    # The title of a mail's page is the subject, which no section is called.
    issue, _ = arrange(replace(document, title=""), unsectioned="", from_mail=True)
    return [_in_plain_words(item) for item in issue.items[:_MOST_ITEMS]]


def _in_plain_words(item: Item) -> NewsItem:
    blocks = re.split(r"\n[ \t]*\n", item.body)
    words = [plain_words(re.sub(r"^[ \t]*[-*+] ", "", block), {}) for block in blocks]
    return NewsItem(
        title=plain_words(item.title, {}),
        url=item.url or "",
        text="\n\n".join(word for word in words if word),
        byline=plain_words(item.byline, {}) if item.byline else "",
    )
