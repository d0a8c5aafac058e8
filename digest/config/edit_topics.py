"""digest.toml changed rule by rule: what is not meant stays byte for byte.

As in :mod:`digest.config.edit`: a table is found by its lines and changed for itself, and a text
that does not say exactly what was meant is never given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from digest.config.edit import append_block, change_block, find_blocks, proven, read_tables

_KEY = "topics"
_REMEDY = "write each topic as a [[topics]] table of its own, or make the change by hand"
# New rules stand several on a line, as long as the line is no longer than this.
_WIDTH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a topic's list: ``key`` is ``hosts``, ``keywords``, …"""

    topic: str
    key: str
    text: str


def add_rules(text: str, entries: Iterable[Entry]) -> str:
    """``text`` with further entries in the lists of its topics; a topic that is not there yet
    comes behind the others.

    ``text`` is valid TOML. Raises DigestError when the file's form does not let this be done.
    """
    by_topic: dict[str, dict[str, list[str]]] = {}
    for entry in entries:
        by_topic.setdefault(entry.topic, {}).setdefault(entry.key, []).append(entry.text)
    for topic, lists in by_topic.items():
        text = _add_topic(text, topic, lists)
    return text


def drop_rule(text: str, entry: Entry) -> str:
    """``text`` without an entry of a topic's list: the last one of that text. A comment beside
    it goes with it. Raises DigestError as :func:`add_rules` does."""
    wanted = read_tables(text)
    topics = wanted.get(_KEY, [])
    number = _number(topics, entry.topic)
    if number is None or (at := _place(topics[number].get(entry.key, []), entry.text)) is None:
        return text
    del topics[number][entry.key][at]
    return _changed(text, number, lambda table: table[entry.key].pop(at), wanted)


def _add_topic(text: str, topic: str, lists: Mapping[str, list[str]]) -> str:
    wanted = read_tables(text)
    topics = wanted.setdefault(_KEY, [])
    number = _number(topics, topic)
    if number is None:
        table = {"name": topic, **lists}
        topics.append(table)
        blocks = find_blocks(text, _KEY)
        if len(topics) > 1 and not blocks:
            return proven(_in_array(text, table), wanted, _KEY, _REMEDY)
        return proven(append_block(text, _written(table), blocks), wanted, _KEY, _REMEDY)
    news = {
        key: [one for one in texts if _place(topics[number].get(key, []), one) is None]
        for key, texts in lists.items()
    }
    for key, texts in news.items():
        if texts:
            topics[number].setdefault(key, []).extend(texts)

    def extend(table: Any) -> None:
        for key, texts in news.items():
            if key in table:
                for one in texts:
                    table[key].append(one)
            elif texts:
                table.add(key, texts)

    return _changed(text, number, extend, wanted)


def _changed(text: str, number: int, change: Any, wanted: dict[str, Any]) -> str:
    """``text`` after a change to one of its topics."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    blocks = find_blocks(text, _KEY)
    try:
        if blocks:
            given = change_block(text, blocks[number], lambda document: change(document[_KEY][0]))
        else:
            mark = "\ufeff" if text.startswith("\ufeff") else ""
            document: Any = tomlkit.parse(text.removeprefix(mark))
            change(document[_KEY][number])
            given = mark + tomlkit.dumps(document)
    except (TOMLKitError, AttributeError, TypeError, ValueError):
        # A list of tables takes no words: what comes of it says nothing that was wanted.
        given = ""
    return proven(given, wanted, _KEY, _REMEDY)


def _in_array(text: str, table: Mapping[str, Any]) -> str:
    import tomlkit

    mark = "\ufeff" if text.startswith("\ufeff") else ""
    document: Any = tomlkit.parse(text.removeprefix(mark))
    entry = tomlkit.inline_table()
    entry.update(dict(table))
    document[_KEY].append(entry)
    return mark + tomlkit.dumps(document)


def _written(table: Mapping[str, Any]) -> str:
    """A new topic as a text of its own."""
    lines = ["[[topics]]\n"]
    for key, value in table.items():
        lines.append(f"{key} = {_string(value) if isinstance(value, str) else _list(key, value)}\n")
    return "".join(lines)


def _list(key: str, texts: Iterable[str]) -> str:
    """A list on one line, or where it is longer on several that are filled."""
    written = [_string(one) for one in texts]
    if len(line := f"[{', '.join(written)}]") + len(key) + 3 <= _WIDTH:
        return line
    rows = [""]
    for one in written:
        if rows[-1] and len(rows[-1]) + len(one) + 4 > _WIDTH:
            rows.append("")
        rows[-1] += f"{' ' if rows[-1] else '    '}{one},"
    return "[\n" + "".join(f"{row}\n" for row in rows) + "]"


def _string(text: str) -> str:
    import tomlkit

    return tomlkit.string(text).as_string()


def _number(topics: Iterable[Mapping[str, Any]], name: str) -> int | None:
    return next((at for at, topic in enumerate(topics) if topic.get("name") == name), None)


def _place(entries: list[Any], text: str) -> int | None:
    """Where a rule stands last in a list as read: also one that is a table with its weight."""
    words = [" ".join((one["word"] if isinstance(one, dict) else one).split()) for one in entries]
    return next((at for at in reversed(range(len(words))) if words[at] == text), None)
