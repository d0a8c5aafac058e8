"""The kind of a source, and the keys that only some kinds have: mistakes in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from digest.config.lines import Path
from digest.config.mistakes import Mistake


def selector_mistakes(table: dict[str, Any], at: Path) -> Iterator[Mistake]:
    """What is wrong with ``selector``: its place, or its form."""
    selector = table.get("selector")
    if not selector or not isinstance(selector, str):
        return
    if table.get("kind") != "links":
        yield Mistake(
            path=(*at, "selector"),
            message="names the links of a page that is a list of them",
            fix='write kind = "links" beside it, or leave it out',
        )
        return
    from cssselect import HTMLTranslator, SelectorError

    try:
        HTMLTranslator().css_to_xpath(selector)
    except (SelectorError, ValueError) as error:
        yield Mistake(
            path=(*at, "selector"),
            message=f"is no CSS selector: {' '.join(str(error).split())}",
            fix='write one such as "main h2 a" or "ul.news"',
        )
