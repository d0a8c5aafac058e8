"""Words of titles and summaries that stand in one section and hardly in any other.

They become keywords, so they are words as readers write them: whole words where blanks part
them; in Chinese and Japanese stretches of two to four Han characters and whole words in
katakana; of Korean words the beginning, which their particles follow. Of scripts that part no
words and have no such stretches (Thai, Khmer, …) nothing is taken.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from digest.model import Article
from digest.topics.folding import WORD, fold, tidy
from digest.topics.stems import stems_of

_HAN = re.compile("[\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff]{2,}")
_HANGUL = re.compile("[\uac00-\ud7a3]+")
_LONGEST_STRETCH, _SHORTEST_WORD, _LONGEST_WORD = 4, 3, 40
_TITLE_LETTERS, _SUMMARY_LETTERS = 500, 1_000
# A look before the exact count, which also knows forms: a little less is asked for.
_LIKELY = 0.8
# Of two stretches one in the other, the longer is the word when it is nearly as frequent.
_NEARLY = 0.8


def telling_words(
    items: Sequence[Sequence[Article]], sections: Sequence[str], *, language: str, least: int
) -> list[str]:
    """Words that may tell a section, as keywords, in a fixed order: each stands in ``least`` items
    or more, most of them of one section.

    ``sections`` has the section of each item, "" for none, ``language`` is that of articles that
    state none.
    """
    found: dict[str, Counter[str]] = {}
    written: dict[str, Counter[str]] = {}
    for item, section in zip(items, sections, strict=True):
        met = {pair for article in item for pair in _met(article, language)}
        for key in {key for key, _ in met}:
            found.setdefault(key, Counter())[section] += 1
        for key, form in sorted(met):
            written.setdefault(key, Counter())[form] += 1
    likely = {}
    for key, counted in found.items():
        section, count = min(counted.items(), key=lambda entry: (-entry[1], entry[0]))
        if section and count >= least and count >= counted.total() * _LIKELY:
            likely[key] = count
    parts = _parts(likely)
    return [_best(written[key]) for key in sorted(likely) if key not in parts]


def _met(article: Article, language: str) -> Iterator[tuple[str, str]]:
    """The words of an article, each as what its forms share, and as it is written."""
    code = (article.language or language).replace("_", "-").partition("-")[0].lower()
    stems = stems_of(code)
    for text, most in ((article.title, _TITLE_LETTERS), (article.summary, _SUMMARY_LETTERS)):
        cut = text[:most]
        tidied = tidy(cut.lower() if cut.isupper() else cut)
        for match in WORD.finditer(tidied):
            word = match[0]
            folded = fold(word)
            if _SHORTEST_WORD <= len(word) <= _LONGEST_WORD and not any(map(str.isdecimal, word)):
                yield (stems.of(folded) if stems else "") or folded, word
            elif len(word) == _SHORTEST_WORD - 1 and word.isupper():
                yield folded, word  # EU, UN
        for stretch in _stretches(tidied):
            yield stretch, stretch


def _stretches(text: str) -> Iterator[str]:
    for match in _HAN.finditer(text):
        run = match[0]
        for start in range(len(run)):
            for end in range(start + 2, min(start + _LONGEST_STRETCH, len(run)) + 1):
                yield run[start:end]
    for match in _KATAKANA.finditer(text):
        yield match[0]
    for match in _HANGUL.finditer(text):
        for end in range(2, min(_LONGEST_STRETCH, len(match[0])) + 1):
            yield match[0][:end]


def _parts(likely: dict[str, int]) -> set[str]:
    """The stretches that are parts of a longer one that is nearly as frequent."""
    return {
        part
        for key, count in likely.items()
        if _HAN.fullmatch(key) or _HANGUL.fullmatch(key)
        for part in (key[:-1], key[1:])
        if part in likely and count >= likely[part] * _NEARLY
    }


def _best(forms: Counter[str]) -> str:
    """How a word is best written: without a capital where it has none somewhere; exactly, when
    all its letters are capitals everywhere."""
    if all(form.isupper() for form in forms) and len(forms) == 1:
        return f"={next(iter(forms))}"
    plain = {form: count for form, count in forms.items() if form == form.lower()} or forms
    return min(plain.items(), key=lambda entry: (-entry[1], entry[0]))[0]
