"""Rules of a stylesheet that no element of its document can match, left out before they cost.

premailer parses each rule with cssutils, spells it out again and looks for its elements, and then
drops what matched nothing: for an issue without slots, quotes and tables that is half of the
rules. Only what is plain is judged; any doubt keeps a rule, or the whole stylesheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

_COMMENT_OR_SHEET = re.compile(r"<!--.*?-->|<style>(.*?)</style>", re.DOTALL)
_TAG = re.compile(r"<([a-zA-Z][^\s/>]*)")
# Looks ahead only: what a text says of classes must not swallow those of the next element.
_CLASSES = re.compile(r"""\bclass\s*=\s*(?="([^"]*)"|'([^']*)'|([^\s>]*))""", re.IGNORECASE)
# The parser of HTML puts them in by itself.
_ALWAYS = frozenset(["html", "head", "body", "p"])

# A rule without comments, escapes, nesting, or braces in strings and brackets.
_RULE = re.compile(
    r"""\s*((?: [^{}@;"'\\/<()\[\]] | \[[^{}"'\\/()\[\]]*\] | \([^{}"'\\/()\[\]]*\) )++)
    \{((?: [^{}"'\\/<()\[\]] | /(?!\*) | "[^"\\\n{}]*" | '[^'\\\n{}]*' | \([^(){}"'\\]*\) )*+)\}""",
    re.VERBOSE,
)
_PLAIN = re.compile(r"[\w\s.>+~*-]+")
_NAME = re.compile(r"\.?[\w-]+")


def without_idle_rules(html: str) -> str:
    """``html`` whose ``<style>`` elements lack the rules that match nothing in it.

    A ``<style>`` with attributes, and one in a conditional comment, is kept byte for byte.
    """
    there = _names(html)

    def thinned(found: re.Match[str]) -> str:
        if not found[1]:
            return found[0]
        rules = _rules(found[1])
        if rules is None:
            return found[0]
        return f"<style>{''.join(_needed(rules, there))}</style>"

    return _COMMENT_OR_SHEET.sub(thinned, html)


def is_plain(css: str) -> bool:
    """True for a stylesheet of rules alone, without at-rules, comments, escapes and nesting."""
    return _rules(css) is not None


def _names(html: str) -> set[str]:
    """Every element's name and, after a dot, every class; rather too many than too few."""
    names = {name.lower() for name in _TAG.findall(html)}
    for values in set(_CLASSES.findall(html)):
        names.update(f".{name}" for value in values for name in unescape(value).split())
    return names | _ALWAYS


def _rules(css: str) -> list[tuple[str, str]] | None:
    """Selectors and declarations; None for a stylesheet with anything else in it."""
    rules, at = [], 0
    for found in _RULE.finditer(css):
        if found.start() != at:
            return None
        at = found.end()
        rules.append((found[1], found[2]))
    return None if css[at:].strip() else rules


def _needed(rules: list[tuple[str, str]], there: set[str]) -> Iterator[str]:
    for selectors, declarations in rules:
        # A comma between brackets parts no selectors.
        listed = [selectors] if "(" in selectors else selectors.split(",")
        kept = [one for one in listed if _may_match(one, there)]
        if kept:
            yield f"{','.join(kept)}{{{declarations}}}\n"


def _may_match(selector: str, there: set[str]) -> bool:
    if not _PLAIN.fullmatch(selector):
        return True
    names = _NAME.findall(selector)
    return all((name if name[0] == "." else name.lower()) in there for name in names)
