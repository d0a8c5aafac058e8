"""The front matter: YAML between two lines of dashes, read as text and changed line by line.

Values are strings as they stand, never dates or numbers: a newsletter called "2025" stays so.
PyYAML is used directly and not through python-frontmatter, for its nodes carry positions:
one value can be replaced and every other byte of the block stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
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
    import yaml

    source, _ = _inside(raw)
    if not source.strip():
        return {}, ()
    known: dict[str, str] = {}
    extra: list[tuple[str, str]] = []
    for key, (name, value) in _entries(source, file).items():
        if key in KNOWN:
            if not isinstance(value, yaml.ScalarNode):
                raise DocumentError(
                    f"{key} is not text",
                    where=Place(file=file, first_line=name.start_mark.line + 2),
                    fix=f'write {key}: "…" on one line',
                )
            known[key] = value.value
        else:
            extra.append((key, _value_text(source, name, value)))
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
            node = entries[key][1]
            start, stop = node.start_mark.index, node.end_mark.index
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


def _entries(source: str, file: str) -> dict[str, tuple[yaml.Node, yaml.Node]]:
    """Each key's own node and its value's, by the key's text."""
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
    entries: dict[str, tuple[yaml.Node, yaml.Node]] = {}
    for name, value in root.value:
        if not isinstance(name, yaml.ScalarNode):
            raise DocumentError(
                "a key of the front matter is not text",
                where=Place(file=file, first_line=name.start_mark.line + 2),
                fix="write one key and its value on each line",
            )
        if name.value in entries:
            raise DocumentError(
                f"{name.value} stands twice in the front matter",
                where=Place(file=file, first_line=name.start_mark.line + 2),
                fix="keep one of the two",
            )
        entries[name.value] = (name, value)
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


def _value_text(source: str, name: yaml.Node, value: yaml.Node) -> str:
    """A value as it stands in the source, with its lines' indentation."""
    start, stop = value.start_mark.index, value.end_mark.index
    if value.start_mark.line > name.end_mark.line:
        start = max(source.rfind("\n", 0, start), source.rfind("\r", 0, start))
    return source[start:stop].rstrip()


def _place_for(key: str, source: str, entries: Mapping[str, tuple[yaml.Node, yaml.Node]]) -> int:
    """Where a new key's line goes: after the known key before it, else at the beginning."""
    lines = split_lines(source)
    starts = {name.start_mark.line for name, _ in entries.values()}
    for before in reversed(KNOWN[: KNOWN.index(key)]):
        if before in entries:
            after = entries[before][0].start_mark.line + 1
            while after < len(lines) and after not in starts and not is_blank(lines[after]):
                after += 1
            return sum(len(line) for line in lines[:after])
    return 0
