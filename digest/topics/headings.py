"""Which headings of past issues are one section: spellings, and new names of an old one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from digest.topics.folding import words_of

__all__ = ["Headings", "words_of"]

# Of the words of two names, how many must be the same for one to be the other's new name.
_ALIKE = 0.6
# A section that all of so many last issues had is missed when it is gone.
_OF_LAST = 5
# Fewer items under a new heading may look like an old section by chance.
_LEAST_ITEMS = 3
# Of more sections, the oldest do not come back: a heading of its own over each item is no burden.
_MOST_GONE = 200


class Headings:
    """The sections of a newsletter, each by its first name; names are followed issue by issue."""

    def __init__(self) -> None:
        self._section: dict[str, str] = {}  # words of a heading -> section
        self._latest: dict[str, str] = {}  # section -> its heading as last written, last met last
        self._recent: list[list[str]] = []  # the sections of the last issues

    def known(self, heading: str) -> str | None:
        """The section that a heading names, None for a new one."""
        return self._section.get(words_of(heading))

    def latest(self, section: str) -> str:
        """The heading that the editor last wrote for a section."""
        return self._latest[section]

    def follow(
        self,
        headings: Sequence[str],
        *,
        renamed: Mapping[str, str],
        like: Mapping[str, tuple[str, ...]],
    ) -> dict[str, str]:
        """The section of each heading of the next issue, and remembers them.

        ``renamed`` goes from a heading that digest proposed to what the editor made of it.
        ``like`` has for a new heading the known sections that its items look like, one an item.
        A new heading continues an old section that this issue lacks: the one it was renamed
        from, else one whose words are nearly the same, else one that most of its items look like
        and that recent issues all had.
        """
        self._part(headings)
        here = {self._section[w] for h in headings if (w := words_of(h)) in self._section}
        before = {new: old for old, new in sorted(renamed.items())}
        found: dict[str, str] = {}
        for heading in sorted(set(headings)):
            words = words_of(heading)
            section = self._section.get(words)
            if section is None:
                gone = set(list(self._latest)[-_MOST_GONE:]) - here
                section = (
                    self._renamed(before.get(heading, ""), gone)
                    or self._alike(words, gone)
                    or self._missed(like.get(heading, ()), gone)
                    or heading
                )
                self._section[words] = section
                here.add(section)
            self._latest.pop(section, None)
            self._latest[section] = heading
            found[heading] = section
        self._recent = [*self._recent, sorted(here)][-_OF_LAST:]
        return found

    def _part(self, headings: Sequence[str]) -> None:
        """Two names in one issue are two sections, though one was taken for the other's."""
        names = {words_of(heading): heading for heading in sorted(set(headings))}
        taken: dict[str, str] = {}
        # A section's own first name has the first right to it.
        for words in sorted(names, key=lambda w: (w != words_of(self._section.get(w, "")), w)):
            section = self._section.get(words)
            if section is None or taken.setdefault(section, words) == words:
                continue
            self._section[words] = names[words]

    def _renamed(self, old: str, gone: Collection[str]) -> str | None:
        section = self._section.get(words_of(old)) if old else None
        return section if section in gone else None

    def _alike(self, words: str, gone: Collection[str]) -> str | None:
        of_it = set(words.split())
        best = (0.0, "")
        for known, section in self._section.items():
            if section in gone:
                others = set(known.split())
                best = max(best, (len(of_it & others) / len(of_it | others), section))
        return best[1] if best[0] > _ALIKE else None

    def _missed(self, like: Sequence[str], gone: Collection[str]) -> str | None:
        if len(like) < _LEAST_ITEMS:
            return None
        best = max(sorted(set(like)), key=like.count)
        always = len(self._recent) == _OF_LAST and all(best in issue for issue in self._recent)
        if best in gone and always and like.count(best) * 5 >= len(like) * 4:
            return best
        return None

    def to_json(self) -> dict[str, Any]:
        """All of it as plain objects."""
        return {"section": self._section, "latest": self._latest, "recent": self._recent}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Headings:
        """What :meth:`to_json` gave. Raises KeyError, TypeError or ValueError for others."""
        headings = cls()
        headings._section = dict(content["section"])
        headings._latest = dict(content["latest"])
        headings._recent = [list(names) for names in content["recent"]]
        return headings
