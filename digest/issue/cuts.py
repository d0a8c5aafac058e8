"""What of a proposal the editor had cut, apart from everything else that it says."""

from __future__ import annotations

from dataclasses import replace

from digest.issue.escape import escape_inline
from digest.issue.match import all_items, also_keys, link_key
from digest.issue.merge import cut_keys
from digest.model import Issue, Item


def only_cut(base: Issue, document: Issue) -> Issue:
    """The proposal with nothing in it but what was cut from the document.

    As the base of a merge it takes nothing that stands in any document for cut, and still keeps
    out what was cut: it stands in issue.lock while issue.md goes from one state to another.
    """
    cut = cut_keys(base, document)
    standing = {key for _, item in all_items(document) for key in (item.key, *also_keys([item]))}
    sections = []
    for section in base.sections:
        blocks: list[Item] = []
        for item in section.items:
            if item.key in cut:
                blocks.append(item)
                continue
            blocks += [
                Item(key=link_key(link), title=escape_inline(link.name), url=link.url)
                for link in item.also
                if link_key(link) not in standing
            ]
        if blocks:
            sections.append(replace(section, blocks=tuple(blocks)))
    return replace(base, sections=tuple(sections))
