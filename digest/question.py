"""What ``digest why`` is asked: an address, an id, a guid, an input file, or words of a title."""

from __future__ import annotations

import difflib
import heapq
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from digest.names import Signs, page_id, page_name
from digest.urls import canonical_url

_ID = re.compile(r"(?:digest:)?[0-9a-f]{16}")
_BARE_ADDRESS = re.compile(r"[\w-]+(?:\.[\w-]+)+/\S*")
_WEB = re.compile(r"https?://", re.IGNORECASE)
_WORD = re.compile(r"\w+")
# What the name of an entry or a file has, and a word of a title hardly.
_NAME_MARK = re.compile(r"[:/@#?=&.]")
# Letters that casefold to several: what is typed as "ss" may stand as "ß".
_FOLDED = re.compile(r"s{2,}")
_SHORTLIST = 50
_LEAST_LIKENESS = 0.5


def split_questions(asked: Sequence[str], is_known: Callable[[str], bool]) -> list[str]:
    """The questions that the arguments of a command line ask, in their order, each once.

    An address, an id, and the name of a file that is there or of an entry or input that
    ``is_known`` is a question of its own; all other arguments are words of one title. An
    argument alone is one question, whatever it is.
    """
    asked = [text.strip() for text in asked if text.strip()]
    if len(asked) < 2:
        return list(asked)
    own = [_is_name(text, is_known) for text in asked]
    title = " ".join(text for text, is_own in zip(asked, own, strict=True) if not is_own)
    pairs = zip(asked, own, strict=True)
    return list(dict.fromkeys(text if is_own else title for text, is_own in pairs))


def _is_name(text: str, is_known: Callable[[str], bool]) -> bool:
    if _ID.fullmatch(text) or _WEB.match(text) or _BARE_ADDRESS.fullmatch(text):
        return True
    if not _NAME_MARK.search(text):
        return False
    return _is_file(text) or is_known(text) or is_known(text.removeprefix("./"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question, in every way that it may be meant.

    ``page`` is the page's name (:mod:`digest.names`) and ``needle`` a part that every address
    of it has; both are "" for a question that is no address. ``path`` names the input file
    from the workspace's root. ``words`` are casefolded.
    """

    text: str
    url: str | None
    page: str
    needle: str
    path: str
    words: tuple[str, ...]

    @classmethod
    def parse(cls, asked: str, *, root: Path) -> Question:
        """The question that was typed, on the command line of the current folder."""
        text = asked.strip()
        is_file = _is_file(text)
        address = text
        if not is_file and _BARE_ADDRESS.fullmatch(text):
            address = f"https://{text}"
        url = canonical_url(address) if _WEB.match(address) else None
        page = page_name(url) if url else ""
        _, slash, rest = page.partition("/")
        return cls(
            text=text,
            url=url,
            page=page,
            needle=f"{slash}{rest}" if len(rest) > 1 else page,
            path=_from_root(Path(text), root) if is_file else text.removeprefix("./"),
            words=() if url or (is_file and _NAME_MARK.search(text)) else tuple(_split(text)),
        )

    def ids(self) -> list[str]:
        """The ids that it may mean."""
        ids = [self.text.removeprefix("digest:")] if _ID.fullmatch(self.text) else []
        if self.url is not None:
            ids.append(page_id(self.url))
        return ids

    def is_page(self, url: str) -> bool:
        """True for an address of the page that is asked for."""
        return bool(self.page) and page_name(url) == self.page

    def is_title(self, title: str) -> bool:
        """True for a title that holds every word."""
        folded = title.casefold()
        return bool(self.words) and all(word in folded for word in self.words)

    def names(
        self,
        *,
        key: str,
        title: str,
        url: str | None,
        article_id: str,
        source: str,
        signs: Iterable[Signs] = (),
    ) -> bool:
        """True for an article that it may mean; ``source`` is the input that it was read from,
        ``signs`` what else it is known by."""
        if self.text in (key, article_id, source) or source == self.path:
            return True
        for sign in signs:
            if sign.guid == self.text or self.is_page(sign.url) or self.is_title(sign.title):
                return True
        if source.startswith(f"{self.path}#") or source.endswith(f"#{self.text}"):
            return True
        if self.page:
            return any(self.is_page(each) for each in {key, url or key})
        return self.is_title(title)

    def may_be_in(self, names: str) -> bool:
        """False when an issue surely names no article that is meant; ``names`` is what
        :func:`digest.issue.naming.read_names` gives of it."""
        if self.needle and self.needle.casefold() in names:
            return True
        if any(name.casefold() in names for name in {self.text, self.path}):
            return True
        return bool(self.words) and all(word in names for word in self.words)

    def parts(self) -> list[str]:
        """What every title with the words has, folded byte by byte: ASCII, the longest first."""
        parts = [max(_FOLDED.split(word), key=len) for word in self.words if word.isascii()]
        return sorted(parts, key=len, reverse=True)

    def likeness(self, title: str) -> int:
        """0 for the whole title, 1 when its words are whole words of it, else 2."""
        folded = title.casefold()
        if " ".join(folded.split()) == " ".join(self.text.casefold().split()):
            return 0
        return 1 if set(self.words) <= set(_split(title)) else 2

    def nearest(self, titles: Iterable[str], *, at_most: int) -> tuple[str, ...]:
        """The titles that come nearest to it, the nearest first."""
        asked = " ".join(self.words) or self.text.casefold()
        if self.url is not None:
            asked = " ".join(_split(self.url.rstrip("/").rpartition("/")[2]))
        parts = {asked[at : at + 3] for at in range(max(len(asked) - 2, 1))}

        def shared(title: str) -> tuple[int, str]:
            folded = title.casefold()
            return sum(part in folded for part in parts), title

        shortlist = heapq.nlargest(_SHORTLIST, map(shared, titles))
        likely = [(_like(asked.split(), _split(title)), title) for _, title in shortlist]
        likely.sort(key=lambda each: (-each[0], each[1]))
        return tuple(title for ratio, title in likely[:at_most] if ratio >= _LEAST_LIKENESS)


def _like(asked: list[str], title: list[str]) -> float:
    """How near the words asked for come to words of a title, from 0 to 1."""

    def near(word: str) -> float:
        matcher = difflib.SequenceMatcher(b=word, autojunk=False)
        best = 0.0
        for other in title:
            matcher.set_seq1(other)
            best = max(best, matcher.ratio()) if matcher.quick_ratio() > best else best
        return best

    return sum(map(near, asked)) / len(asked) if asked else 0.0


def _split(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _is_file(text: str) -> bool:
    """Whether it names a file or folder that is there, or an entry of one: ``FILE#NUMBER``."""
    return any(map(_exists, {text, text.rpartition("#")[0] or text}))


def _exists(name: str) -> bool:
    try:
        return Path(name).exists()
    except (OSError, ValueError):
        return False


def _from_root(path: Path, root: Path) -> str:
    """The path as sources name their inputs: from the workspace's root where it lies in it."""
    absolute = path.absolute()
    return absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else str(path)
