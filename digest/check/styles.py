"""CSS taken apart: rules and declarations with their lines, and what is wrong with it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from digest.check.data import known_properties

_GROUPS = frozenset(["media", "supports", "layer", "container"])
_DESCRIPTORS = frozenset(["font-face", "page", "counter-style", "property"])
# What mail clients know and the standard does not.
_VENDOR = re.compile(r"-(?:webkit|moz|ms|o)-[a-z-]+|mso-[a-z-]+|--.+")


@dataclass(frozen=True, slots=True)
class Declaration:
    """One ``name: value`` with the line that it stands on, counted from 1."""

    name: str
    value: str
    important: bool
    line: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A selector with its declarations; ``media`` are the conditions around it, outermost first."""

    selector: str
    declarations: tuple[Declaration, ...]
    media: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in a stylesheet, on which line."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A stylesheet: its rules, the @-rules' names with their conditions, its mistakes, and the
    @-rules that stand in others."""

    rules: tuple[Rule, ...]
    at_rules: tuple[tuple[str, str, int], ...]
    mistakes: tuple[Mistake, ...]
    nested: tuple[Mistake, ...] = ()


@lru_cache(maxsize=64)
def parse_sheet(css: str) -> Sheet:
    """A stylesheet, read as browsers read it: what they skip becomes a mistake."""
    from tinycss2 import parse_stylesheet

    reader = _Reader()
    reader.read(parse_stylesheet(css, skip_comments=True, skip_whitespace=True), ())
    return Sheet(
        tuple(reader.rules), tuple(reader.at_rules), tuple(reader.mistakes), tuple(reader.nested)
    )


@lru_cache(maxsize=4096)
def parse_style(css: str) -> tuple[Declaration, ...]:
    """The declarations of a style attribute; what browsers would skip is left out."""
    declarations, _ = _declarations(css)
    return declarations


def find_unknown(sheet: Sheet) -> Iterator[Mistake]:
    """Properties that CSS does not have, with the nearest one that it has."""
    known = known_properties()
    for rule in sheet.rules:
        if rule.selector.startswith("@"):
            continue
        for declaration in rule.declarations:
            name = declaration.name
            if name in known or _VENDOR.fullmatch(name):
                continue
            near = difflib.get_close_matches(name, known, n=1)
            hint = f", perhaps {near[0]}" if near else ""
            yield Mistake(declaration.line, f"CSS has no property {name}{hint}")


class _Reader:
    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self.at_rules: list[tuple[str, str, int]] = []
        self.mistakes: list[Mistake] = []
        self.nested: list[Mistake] = []

    def read(self, nodes: Sequence[Any], media: tuple[str, ...]) -> None:
        for node in nodes:
            if node.type == "error":
                self.mistakes.append(Mistake(node.source_line, _explain(node.message)))
            elif node.type == "qualified-rule":
                self._rule(node, _text(node.prelude), media)
            elif node.type == "at-rule":
                self._at_rule(node, media)

    def _rule(self, node: Any, selector: str, media: tuple[str, ...]) -> None:
        declarations, mistakes = _declarations(node.content)
        self.mistakes.extend(mistakes)
        if not selector:
            self.mistakes.append(Mistake(node.source_line, "a rule has no selector"))
        elif selector.startswith("}"):
            message = f"one }} too many before {selector[1:].strip()}"
            self.mistakes.append(Mistake(node.source_line, message))
        elif not selector.startswith("@") and not _is_selector(selector):
            self.mistakes.append(Mistake(node.source_line, f"no selector: {selector}"))
        self.rules.append(Rule(selector, declarations, media, node.source_line))

    def _at_rule(self, node: Any, media: tuple[str, ...]) -> None:
        from tinycss2 import parse_rule_list

        name, condition = node.lower_at_keyword, _text(node.prelude)
        self.at_rules.append((name, condition, node.source_line))
        if media:
            self.nested.append(Mistake(node.source_line, f"@{name} stands in another @-rule"))
        if node.content is None:
            return
        if name in _GROUPS:
            inner = parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            self.read(inner, (*media, condition if name == "media" else f"@{name} {condition}"))
        elif name in _DESCRIPTORS:
            self._rule(node, f"@{name}", media)


def _declarations(content: Any) -> tuple[tuple[Declaration, ...], list[Mistake]]:
    from tinycss2 import parse_blocks_contents, serialize

    found, mistakes = [], []
    for node in parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if node.type == "declaration":
            value = serialize(node.value).strip()
            if not value:
                mistakes.append(Mistake(node.source_line, f"{node.name} has no value"))
            elif "{" in value and not node.name.startswith("--"):
                mistakes.append(Mistake(node.source_line, f"a brace in the value of {node.name}"))
            else:
                found.append(Declaration(node.lower_name, value, node.important, node.source_line))
        elif node.type == "error":
            mistakes.append(Mistake(node.source_line, _explain(node.message, inside=True)))
        else:
            mistakes.append(Mistake(node.source_line, "a rule inside a rule"))
    return tuple(found), mistakes


def _explain(message: str, *, inside: bool = False) -> str:
    """The parser's own words in ours, where they are about its work and not about the text."""
    if "reached before {} block" in message:
        return "a declaration without a colon" if inside else "a selector without its braces"
    return message.rstrip(".")


def _text(tokens: Sequence[Any]) -> str:
    from tinycss2 import serialize

    return " ".join(str(serialize(tokens)).split())


@lru_cache(maxsize=1024)
def _is_selector(text: str) -> bool:
    from cssselect import SelectorError, parse

    try:
        parse(text)
    except SelectorError:
        # Newer selectors than the library knows are no mistakes.
        return bool(re.search(r":(?:is|where|has|not)\(|::", text))
    return True
