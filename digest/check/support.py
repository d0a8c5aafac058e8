"""Which parts of HTML and CSS a document uses, and what ignoring each of them would do."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from digest.check.data import Feature, client_data
from digest.check.styles import Declaration, parse_sheet, parse_style

_URL = re.compile(r"url\(\s*[\"']?([^\"')]*)", re.IGNORECASE)
_ENDING = re.compile(r"\.([a-z0-9]{2,5})$", re.IGNORECASE)
_UNIT = re.compile(r"(?<![\w#.-])[+-]?(?:\d+\.?\d*|\.\d+)(%|[a-z]+)\b|(?<=\d)(%)", re.IGNORECASE)

_ORNAMENT = "an ornament: without it the text reads the same"
_LIGHT = "a client without it shows the light colours, which are complete"
_POINTER = "an answer to the pointer, which says nothing new"
_SPOKEN = "help for screen readers; the words themselves stand in the text"

HARMLESS = {
    **dict.fromkeys(
        (
            *("css-text-wrap", "css-text-decoration-color", "css-text-decoration-thickness"),
            *("css-text-decoration-style", "css-text-underline-offset", "css-border-radius"),
            *("css-text-underline-position", "css-text-decoration-skip-ink", "css-font-kerning"),
            *("css-box-shadow", "css-text-shadow", "css-transition", "css-animation"),
            *("css-at-keyframes", "css-hyphens", "css-orphans", "css-widows", "css-tab-size"),
            *("css-outline", "css-outline-offset", "css-cursor", "css-letter-spacing"),
            *("css-text-transform", "css-list-style", "css-list-style-type"),
            *("css-list-style-position", "css-border-spacing", "css-background-clip"),
            "css-empty-cells",
        ),
        _ORNAMENT,
    ),
    **dict.fromkeys(
        (
            *("css-color-scheme", "html-meta-color-scheme", "css-selector-attribute"),
            *("css-at-media-prefers-color-scheme", "css-function-light-dark"),
        ),
        _LIGHT,
    ),
    **dict.fromkeys(
        (
            *("css-pseudo-class-hover", "css-pseudo-class-focus", "css-pseudo-class-active"),
            *("css-pseudo-class-visited", "css-pseudo-class-focus-visible"),
            *("css-at-media-hover", "css-at-media-prefers-reduced-motion"),
        ),
        _POINTER,
    ),
    **dict.fromkeys(
        (
            *("html-role", "html-lang", "html-aria-label", "html-aria-labelledby"),
            *("html-aria-describedby", "html-aria-hidden", "html-aria-live", "html-abbr"),
        ),
        _SPOKEN,
    ),
    "css-overflow-wrap": "word-break stands beside it, and long words carry places to break",
    "css-word-break": "long words carry places to break of their own (<wbr>)",
    "html-wbr": "a place to break, no more: the word stays whole without it",
    "css-at-media": "the mail is whole without its <style>: small screens get the same text",
    "css-important": "only what stays in <style> needs it, and that is an extra",
    "css-max-width": "a table of 600 px stands around the column for Outlook on Windows",
    "css-white-space": "lines of code keep their ends in <pre>; it only wraps the long ones",
    "css-min-height": "room for a finger; where it is dropped, there is a pointer",
    "css-height": "where it is dropped, the image's own attributes hold",
    "html-anchor-links": "a contents list reads well without: its entries name what follows",
    "html-bdi": "the words stay; at worst a full stop changes sides beside another script",
    "css-sytem-ui": "one name in a list of fonts: the next one is taken",
    "css-unit-initial": "the value of the client itself comes back, which is meant",
}
"""Features whose absence no reader would notice, each with the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A feature that a document uses. ``essential`` is false when it stands in a kept <style>
    alone, which only adds to what every client shows. ``words`` lead to its place."""

    feature: Feature
    essential: bool
    words: str


def find_uses(tree: Any) -> list[Use]:
    """The features of a document, each once, in the order of the packaged list."""
    finder = _Finder()
    for element in tree.iter():
        if isinstance(element.tag, str):
            finder.element(element)
    return finder.uses()


class _Finder:
    def __init__(self) -> None:
        self._found: dict[str, tuple[bool, str]] = {}
        self._seen: set[tuple[str, bool]] = set()

    def uses(self) -> list[Use]:
        features = client_data().features
        return [
            Use(feature=features[slug], essential=found[0], words=found[1])
            for slug, found in sorted(self._found.items())
        ]

    def element(self, element: Any) -> None:
        tag = element.tag.lower()
        self._note("element", tag, True, f"<{tag}")
        for name, value in element.attrib.items():
            self._attribute(tag, name.lower(), value)
        if tag == "style":
            self._sheet(element.text or "")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        self._note("attribute", name, True, f"{name}=")
        if name == "style":
            if (value, True) not in self._seen:
                self._seen.add((value, True))
                for declaration in parse_style(value):
                    self._declaration(declaration, True)
        elif name == "href" and value.startswith("#"):
            self._note("anchor", "", True, value)
        elif name == "href" and value.startswith("mailto:"):
            self._note("mailto", "", True, value)
        elif name == "name" and tag == "meta":
            self._note("meta", value, True, value)
        elif name in ("src", "background"):
            self._image(value, True)

    def _sheet(self, css: str) -> None:
        sheet = parse_sheet(css)
        for name, condition, _ in sheet.at_rules:
            self._note("at", name, False, f"@{name}")
            for word in re.findall(r"\(\s*([a-z-]+)", condition):
                self._note("at", f"{name} {word}", False, condition)
        for rule in sheet.rules:
            for pseudo in re.findall(r"::?[a-z-]+", rule.selector):
                self._note("pseudo", pseudo, False, rule.selector)
            for feature in _by_kind()["selector"]:
                if re.search(feature.names[0], rule.selector):
                    self._add(feature, False, rule.selector)
            for declaration in rule.declarations:
                self._declaration(declaration, False)

    def _declaration(self, declaration: Declaration, essential: bool) -> None:
        name, value = declaration.name, declaration.value
        # premailer writes no blank after the colon; kept rules are written so as well.
        words = f"{name}:{value}"
        self._note("property", name, essential, words)
        self._note("pair", f"{name}:{value.lower()}", essential, words)
        if declaration.important:
            self._note("important", "", essential, words)
        for function in re.findall(r"([a-z-]+)\(", value.lower()):
            self._note("function", function, essential, words)
        for word in re.findall(r"(?<![\w-])[a-z][a-z-]+(?![\w(-])", value.lower()):
            self._note("word", word, essential, words)
        for unit in _UNIT.findall(value):
            self._note("unit", (unit[0] or unit[1]).lower(), essential, words)
        for address in _URL.findall(value):
            self._image(address, essential)

    def _image(self, address: str, essential: bool) -> None:
        if address.startswith("data:"):
            self._note("data", "", essential, address[:30])
            return
        ending = _ENDING.search(address.partition("?")[0].partition("#")[0])
        if ending:
            self._note("image", ending[1].lower(), essential, address)

    def _note(self, kind: str, name: str, essential: bool, words: str) -> None:
        for feature in _index().get((kind, name), ()):
            self._add(feature, essential, words)

    def _add(self, feature: Feature, essential: bool, words: str) -> None:
        before = self._found.get(feature.slug)
        if before is None or (essential and not before[0]):
            self._found[feature.slug] = (essential, words)


@lru_cache(maxsize=1)
def _index() -> dict[tuple[str, str], tuple[Feature, ...]]:
    """The features by kind and name."""
    found: defaultdict[tuple[str, str], list[Feature]] = defaultdict(list)
    for feature in client_data().features.values():
        for name in feature.names or ("",):
            key = re.sub(r":\s+", ":", name) if feature.kind == "pair" else name
            found[feature.kind, key].append(feature)
    return {key: tuple(features) for key, features in found.items()}


@lru_cache(maxsize=1)
def _by_kind() -> dict[str, tuple[Feature, ...]]:
    found: defaultdict[str, list[Feature]] = defaultdict(list)
    for feature in client_data().features.values():
        found[feature.kind].append(feature)
    return {kind: tuple(features) for kind, features in found.items()}
