"""The front matter: YAML between two lines of dashes, read as text and changed line by line.

Values are strings as they stand, never dates or numbers: a newsletter called "2025" stays so.
PyYAML is used directly and not through python-frontmatter, for its nodes carry positions:
one value can be replaced and every other byte of the block stays. A block that is as digest
writes it needs no YAML parser, which saves a tenth of the time that a merge takes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digest.errors import DocumentError
from digest.issue.lines import count_lines, each_line, is_blank, line_end, split_lines
from digest.model import Issue, Place

if TYPE_CHECKING:
    import yaml

KNOWN = ("title", "subject", "preheader", "window", "timezone", "language")
"""The keys that digest writes, in their order."""

_MAX_CHARACTERS = 100_000
_FENCE = re.compile(r"---[ \t]*[\r\n]*")
_CLOSING = re.compile(r"(?:---|\.\.\.)[ \t]*[\r\n]*")
_PLAIN_WINDOW = re.compile(r"[\d:T+./Z-]*\d{4}-\d\d-\d\dT[\d:T+./Z-]+/[\d:T+./Z-]+")
_NOT_TEXT = frozenset(["null", "true", "false", "yes", "no", "on", "off", "y", "n"])
_NEVER_PLAIN = re.compile(r"""[\\"\[\]{}]|:\ |\ \#|[:\ ]$""")
_ESCAPED = re.compile(
    '[\x00-\x1f\\\\"\x7f-\x9f\xad\u200e\u200f\u2028-\u202e\ud800-\udfff\ufeff\ufffe\uffff]'
)
_SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


_SIMPLE = re.compile(
    rf'({"|".join(KNOWN)}): (?:"((?:[^"\\\\\r\n])*)"|([^"\r\n][^\r\n]*))(?:\r\n|\n)'
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of the front matter: the line of its name, where its value begins and ends, and the
    text that the value is, None for a list or a mapping. ``is_below`` says that the value begins
    on a later line than the name ends on."""

    line: int
    start: int
    end: int
    text: str | None
    is_below: bool = False


def split_head(text: str, file: str) -> tuple[str, str]:
    """The front matter block with its fences (and a byte order mark), and the rest.

    Raises DocumentError when the block is never closed.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    if not text.startswith("---", len(mark)):
        return mark, text[len(mark) :]
    lines = each_line(text[len(mark) :])
    first = next(lines)
    if not _FENCE.fullmatch(first):
        return mark, text[len(mark) :]
    length = len(mark) + len(first)
    for line in lines:
        length += len(line)
        if _CLOSING.fullmatch(line):
            return text[:length], text[length:]
    raise DocumentError(
        "the front matter is never closed",
        where=Place(file=file, first_line=1),
        fix="write a line of three dashes after it",
    )


def head_lines(raw: str) -> int:
    """How many lines a front matter block takes; a byte order mark alone takes none."""
    return count_lines(raw.removeprefix("\ufeff"))


def read_head(raw: str, file: str) -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """The values of the known keys, and (key, YAML text) of all others in order.

    Raises DocumentError for what is no mapping of keys to text.
    """
    source, _ = _inside(raw)
    if not source.strip():
        return {}, ()
    known: dict[str, str] = {}
    extra: list[tuple[str, str]] = []
    for key, entry in _entries(source, file).items():
        if key in KNOWN:
            if entry.text is None:
                raise DocumentError(
                    f"{key} is not text",
                    where=Place(file=file, first_line=entry.line + 2),
                    fix=f'write {key}: "…" on one line',
                )
            known[key] = entry.text
        else:
            extra.append((key, _value_text(source, entry)))
    return known, tuple(extra)


def write_head(issue: Issue) -> str:
    """The front matter block that says what the issue says; "" when it says nothing."""
    lines = [
        f"{key}: {quote(value)}\n" for key, value in known_values(issue).items() if value != ""
    ]
    for key, value in issue.extra:
        lines.append(
            f"{quote(key)}:{value if value.startswith((chr(10), chr(13))) else ' ' + value}\n"
        )
    return "".join(["---\n", *lines, "---\n"]) if lines else ""


def known_values(issue: Issue) -> dict[str, str]:
    """The front matter's known keys, in the order in which they are written."""
    return {
        "title": issue.title,
        "subject": issue.subject,
        "preheader": issue.preheader,
        "window": issue.window,
        "timezone": issue.timezone,
        "language": issue.language,
    }


def replace_values(raw: str, changes: Mapping[str, str]) -> str:
    """The block with some known values replaced and every other byte as it was."""
    source, at = _inside(raw)
    entries = _entries(source, "") if source.strip() else {}
    edits: list[tuple[int, int, str]] = []
    end = line_end(raw)
    for key, value in changes.items():
        if key in entries:
            start, stop = entries[key].start, entries[key].end
            old = source[start:stop]
            kept = old[len(old.rstrip()) :]
            new = quote(value)
            if start == stop and source[start - 1 : start] in {":", ""}:
                new = f" {new}"
            edits.append((at + start, at + stop, new + kept))
        elif value:
            place = at + _place_for(key, source, entries)
            edits.append((place, place, f"{key}: {quote(value)}{end}"))
    # From the end, so that positions stay true; of two at one place the later key comes last.
    edits.reverse()
    for start, stop, new in sorted(edits, key=lambda edit: edit[0], reverse=True):
        raw = raw[:start] + new + raw[stop:]
    return raw


def quote(value: str) -> str:
    """A string as YAML: plain where nothing could read it as anything else."""
    if _is_plain(value):
        return value
    escaped = _ESCAPED.sub(lambda found: _SHORT.get(found[0]) or f"\\u{ord(found[0]):04x}", value)
    return f'"{escaped}"'


def _is_plain(value: str) -> bool:
    if _PLAIN_WINDOW.fullmatch(value):
        return True
    is_words = value[:1].isalpha() and value.isprintable() and not _NEVER_PLAIN.search(value)
    return is_words and value.casefold() not in _NOT_TEXT


def _inside(raw: str) -> tuple[str, int]:
    """The YAML between the fences, and where in the block it begins."""
    lines = split_lines(raw.removeprefix("\ufeff"))
    if len(lines) < 2:
        return "", len(raw)
    start = len(raw) - len(raw.removeprefix("\ufeff")) + len(lines[0])
    return "".join(lines[1:-1]), start


def _entries(source: str, file: str) -> dict[str, Entry]:
    """Each key of the block."""
    return read_simple(source) or read_yaml(source, file)


def read_simple(source: str) -> dict[str, Entry] | None:
    """The entries of a block in which all lines are as digest writes them; None for any other."""
    entries: dict[str, Entry] = {}
    at = 0
    while at < len(source):
        found = _SIMPLE.match(source, at)
        if found is None or found[1] in entries:
            return None
        quoted, plain = found[2], found[3]
        if plain is not None and not _is_plain(plain):
            return None
        if quoted is not None and not quoted.isprintable():
            return None
        start, end = found.span(3) if quoted is None else (found.start(2) - 1, found.end(2) + 1)
        text = plain if quoted is None else quoted
        entries[found[1]] = Entry(len(entries), start, end, text)
        at = found.end()
    return entries


def read_yaml(source: str, file: str) -> dict[str, Entry]:
    """The entries of any block."""
    import yaml

    root = _compose(source, file)
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        raise DocumentError(
            "the front matter is not a list of `key: value` lines",
            where=Place(file=file, first_line=root.start_mark.line + 2),
            fix="write one key and its value on each line",
        )
    entries: dict[str, Entry] = {}
    for name, value in root.value:
        line = name.start_mark.line
        if not isinstance(name, yaml.ScalarNode):
            raise DocumentError(
                "a key of the front matter is not text",
                where=Place(file=file, first_line=line + 2),
                fix="write one key and its value on each line",
            )
        if name.value in entries:
            raise DocumentError(
                f"{name.value} stands twice in the front matter",
                where=Place(file=file, first_line=line + 2),
                fix="keep one of the two",
            )
        entries[name.value] = Entry(
            line,
            value.start_mark.index,
            value.end_mark.index,
            value.value if isinstance(value, yaml.ScalarNode) else None,
            is_below=value.start_mark.line > name.end_mark.line,
        )
    return entries


def _compose(source: str, file: str) -> yaml.Node | None:
    import yaml

    fix = "put the value in double quotes, or mend the line"
    if len(source) > _MAX_CHARACTERS:
        raise DocumentError(
            f"the front matter is longer than {_MAX_CHARACTERS} characters",
            where=Place(file=file, first_line=1),
            fix="close it with a line of three dashes before the text",
        )
    try:
        return yaml.compose(source, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise DocumentError(
            f"the front matter is not YAML: {error.problem or error.context}",
            where=Place(file=file, first_line=mark.line + 2 if mark else 1),
            fix=fix,
        ) from error
    except yaml.reader.ReaderError as error:
        before = source[: error.position] if isinstance(error.position, int) else ""
        raise DocumentError(
            "the front matter holds a character that YAML forbids",
            where=Place(file=file, first_line=len(split_lines(before)) + 1),
            fix="delete it",
        ) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise DocumentError(
            "the front matter is not YAML",
            where=Place(file=file, first_line=1),
            fix=fix,
        ) from error


def _value_text(source: str, entry: Entry) -> str:
    """A value as it stands in the source, with its lines' indentation."""
    start = entry.start
    if entry.is_below:
        start = max(source.rfind("\n", 0, start), source.rfind("\r", 0, start))
    return source[start : entry.end].rstrip()


def _place_for(key: str, source: str, entries: Mapping[str, Entry]) -> int:
    """Where a new key's line goes: after the known key before it, else at the beginning."""
    lines = split_lines(source)
    starts = {entry.line for entry in entries.values()}
    for before in reversed(KNOWN[: KNOWN.index(key)]):
        if before in entries:
            after = entries[before].line + 1
            while after < len(lines) and after not in starts and not is_blank(lines[after]):
                after += 1
            return sum(len(line) for line in lines[:after])
    return 0
