"""Places in a rendered issue that somebody fills later: opaque tokens, replaced as bytes.

A provider's own tags never enter jinja2 or premailer, which would encode them differently with
every release of lxml (notes/email.md, 2.2 trap 8). The neutral render carries these tokens
instead: an absolute address where a link goes, a plain word where text goes. Both come through
inlining unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from digest.errors import TemplateError

_LINK = "https://digest.invalid/tag/"
_WORD = "DIGEST_TAG_"

_LEFT_OVER = re.compile(rb"https://digest\.invalid/tag/[a-z0-9_-]*|DIGEST_TAG_[a-z0-9]*_?")
_IN_TEXT = re.compile(r"DIGEST_TAG_|digest\.invalid/+tag", re.IGNORECASE)


def link_token(name: str) -> str:
    """The address that stands for a link, such as ``unsubscribe``."""
    return f"{_LINK}{name}"


def word_token(name: str) -> str:
    """The word that stands for a text, such as ``address``."""
    return f"{_WORD}{name}_"


UNSUBSCRIBE = link_token("unsubscribe")
"""What ``render(…, unsubscribe=UNSUBSCRIBE)`` links to, for whoever replaces it per recipient."""


def replace(content: bytes, values: Mapping[str, str]) -> bytes:
    """``content`` with each token of ``values`` replaced, byte for byte.

    The values are written as they are: a provider's tag, or text already fit for the place.
    Raises TemplateError when a token is left.
    """
    for token, value in values.items():
        content = content.replace(token.encode(), value.encode())
    left = find_left_over(content)
    if left:
        raise TemplateError(
            f"a token was never replaced: {left[0]}",
            fix="give it a value, or take it out of the template",
        )
    return content


def find_left_over(content: bytes) -> list[str]:
    """The tokens that stand in ``content``, in order."""
    return [match[0].decode() for match in _LEFT_OVER.finditer(content)]


def disarm(text: str) -> str:
    """An article's text with nothing in it that could pass for a token of ours."""
    if "digest" not in text and "DIGEST" not in text and not _IN_TEXT.search(text):
        return text
    return _IN_TEXT.sub(lambda match: match[0].replace("_", " ").replace("/", "/-"), text)
