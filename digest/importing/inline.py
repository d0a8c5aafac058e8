"""A stretch of inline Markdown as runs: words, and the links among them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.importing.pieces import Run, join_runs, safe_label, write_target
from digest.issue.inline import MAX_INLINE, Env, read_link

_MOST_BRACKETS = 400
_MARK = re.compile(
    r"""\\. | `+ | !\[ | \[ | <!--.*?--> | <a\s[^<>]{0,2000}> | <(?=https?://)
      | (?<![\w/.@-])https?://[^\s<>\[\]"'`{}|\\^]+
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_ANCHOR = re.compile(
    r"""<a\s[^<>]*?\bhref\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)'|([^\s"'<>]+))[^<>]*>(.{0,1000}?)</a\s*>""",
    re.DOTALL | re.IGNORECASE,
)
_TAG = re.compile(r"</?(?:b|strong|i|em|u|span|font|small|big|br)\b[^<>]{0,300}/?>", re.IGNORECASE)
# {:target="_blank"} after a link, {: .class} after a paragraph (kramdown).
_KRAMDOWN = re.compile(r"\{:[^{}\n]{0,300}\}")
_HARD_BREAK = re.compile(r"(?: {2,}|\\)\n")
_END_MARKS = ".,;:!?'*_"


def read_runs(content: str, env: Env) -> tuple[Run, ...] | None:
    """The runs of a paragraph, heading or cell; None for one that no person wrote.

    Links in every form that CommonMark has, bare addresses and HTML anchors among them.
    """
    if len(content) > MAX_INLINE or content.count("[") > _MOST_BRACKETS:
        return None
    content = _HARD_BREAK.sub("\n", _KRAMDOWN.sub("", content))
    return tuple(join_runs(_runs(content, env)))


def _runs(content: str, env: Env) -> Iterator[Run]:
    at = start = 0
    while True:
        mark = _MARK.search(content, at)
        if mark is None:
            break
        kind = mark[0]
        link: tuple[str, str, int] | None = None
        if kind[0] == "`":
            closing = content.find(kind, mark.end())
            at = closing + len(kind) if closing >= 0 else mark.end()
            continue
        if kind == "![":
            found = read_link(content, mark.end() - 1, env)
            at = mark.end()
            if found is not None:
                # Its definition, if it has one, does not come along.
                yield Run(_TAG.sub(_tag, content[start : mark.start()]))
                yield Run(f"![{safe_label(found.label)}]({write_target(found.url)})")
                at = start = found.end
            continue
        if kind.startswith("<!--"):
            link = ("", "", mark.end())
        elif kind == "[" or kind == "<":
            found = read_link(content, mark.start(), env)
            link = (found.label, found.url, found.end) if found else None
        elif kind[:2].lower() == "<a":
            anchor = _ANCHOR.match(content, mark.start())
            if anchor is not None:
                label = _TAG.sub("", anchor[4])
                link = (label, anchor[1] or anchor[2] or anchor[3] or "", anchor.end())
        elif kind[:4].lower() == "http":
            url = _without_end(kind)
            link = (url, url, mark.start() + len(url))
        if link is None:
            at = mark.end()
            continue
        if mark.start() > start:
            yield Run(_TAG.sub(_tag, content[start : mark.start()]))
        if link[1]:
            yield Run(link[0], link[1])
        at = start = link[2]
    if start < len(content):
        yield Run(_TAG.sub(_tag, content[start:]))


def _tag(found: re.Match[str]) -> str:
    return "\n" if found[0].lower().startswith("<br") else ""


def _without_end(url: str) -> str:
    """A bare address without the punctuation of the sentence that it ends."""
    while url[-1] in _END_MARKS or (url[-1] == ")" and url.count("(") < url.count(")")):
        url = url[:-1]
    return url
