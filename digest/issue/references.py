"""Reference links: a part of a document is made to stand by itself."""

from __future__ import annotations

import re

from digest.issue.inline import Env

_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.){1,999})\]", re.DOTALL)
_DEFINED = re.compile(r"^ {0,3}\[((?:[^\[\]\\]|\\.){1,999})\]:", re.MULTILINE)


def with_definitions(markdown: str, env: Env) -> str:
    """The Markdown, followed by the definitions it refers to that stand elsewhere.

    Whoever renders one item by itself then sees the same links as in the whole document.
    """
    references = env.get("references")
    if not references or "[" not in markdown:
        return markdown
    from markdown_it.common.utils import normalizeReference

    here = {normalizeReference(found[1]) for found in _DEFINED.finditer(markdown)}
    wanted: dict[str, str] = {}
    for found in _LABEL.finditer(markdown):
        label = normalizeReference(found[1])
        if label in references and label not in here:
            wanted.setdefault(label, _definition(found[1], references[label]))
    return "\n\n".join([markdown, "\n".join(wanted.values())]) if wanted else markdown


def _definition(label: str, reference: dict[str, str]) -> str:
    title = " ".join(reference["title"].split()).replace("\\", "\\\\").replace('"', '\\"')
    target = reference["href"].replace("\\", "\\\\").replace("<", "\\<").replace(">", "\\>")
    return f"[{' '.join(label.split())}]: <{target}>" + (f' "{title}"' if title else "")
