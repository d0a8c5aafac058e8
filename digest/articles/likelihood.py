"""Which code page a text was written in, by how likely the letters are that it would give.

Each page that decodes the bytes strictly gets a share: how many of its non-ASCII characters
are ones that texts in it are made of, in places where they can stand. For Latin pages the
measure is an alphabet: all letters of one language beat a mixture of several.
"""

from __future__ import annotations

import re

_MARKS = "“”‘’„‚«»–—…•·€£§©®°º¿¡™\xa0´"
_PAGES: dict[str, str] = {
    "cp932": r"[\u3040-\u30ff\u4e00-\u9fff、。「」・（）？！－０-９Ａ-Ｚａ-ｚ\u3000]",
    "euc_jp": r"[\u3040-\u30ff\u4e00-\u9fff、。「」・（）？！－０-９Ａ-Ｚａ-ｚ\u3000]",
    "cp949": r"[가-힣“”‘’·…「」]",
    "gb18030": r"[\u4e00-\u9fff，。、；：？！“”‘’（）《》【】—…·\u3000０-９]",
    "big5": r"[\u4e00-\u9fff，。、；：？！「」『』（）《》—…．\u3000０-９]",
    "cp1251": f"[а-яёіїєА-ЯЁІЇЄ№{_MARKS}]",
    "koi8_r": r"[а-яёА-ЯЁ©°·]",
    "koi8_u": r"[а-яіїєґА-ЯІЇЄҐ©°·]",
    "iso8859_5": r"[а-яёіїєА-ЯЁІЇЄ№§\xa0]",
    "mac_cyrillic": f"[а-яёіїєА-ЯЁІЇЄ№{_MARKS}]",
    "cp1253": f"[α-ωάέήίόύώϊϋΐΰΑ-ΩΆΈΉΊΌΎΏς{_MARKS}]",
    "mac_greek": f"[α-ωάέήίόύώϊϋΐΰΑ-ΩΆΈΉΊΌΎΏς{_MARKS}]",
    "cp1255": f"[א-ת{_MARKS}]",
    "cp1256": f"[ء-ي،؛؟ً-ْپچژگک{_MARKS}]",
    "iso8859_6": "[ء-ي،؛؟ً-ْ\xa0]",
    "cp1252": "",
    "cp1254": "",
    "cp1250": "",
    "cp1257": "",
    "iso8859_2": "",
    "cp850": "",
    "mac_roman": "",
    "cp852": "",
    "mac_latin2": "",
}
_COMMON = {page: re.compile(pattern) for page, pattern in _PAGES.items() if pattern}
_ALPHABETS = {
    "cp1252": (
        "äöüß",
        "àâæçèéêëîïôœùûüÿ",
        "áéíóúüñ",
        "ãõáéíóúâêôàçü",
        "àèéìíîòóùú",
        "äåöéü",
        "æøåéèêòóâô",
        "áæðéíóöúýþ",
        "éëïóöüèáí",
        "äöüõšž",
        "àçéèíïòóúü",
    ),
    "cp1254": ("çğıöşüâîûİ",),
    "cp1250": (
        "ąćęłńóśźż",
        "áčďéěíňóřšťúůýž",
        "áäčďéíĺľňóôŕšťúýž",
        "áéíóöőúüű",
        "ăâîşţșț",
        "čćđšž",
    ),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äöüõšž"),
}
_ALPHABETS["iso8859_2"] = _ALPHABETS["cp1250"]
_ALPHABETS["cp852"] = _ALPHABETS["mac_latin2"] = _ALPHABETS["cp1250"]
# DOS and the old Macintosh; only where Windows' page makes no words.
_ALPHABETS["cp850"] = _ALPHABETS["mac_roman"] = _ALPHABETS["cp1252"][:9]
_PREFERRED = {
    "cp1252": 0.05,
    "cp1254": 0.03,
    "cp1257": 0.015,
    "cp850": 0.0,
    "mac_roman": -0.01,
    "cp852": -0.02,
    "mac_latin2": -0.03,
}
# What sets off words stands in none: there it is a letter of another page.
_MARK_INSIDE = re.compile("(?<=[^\\W\\d_])[‚„“”‘«»…–—•€§©®°º¿¡™´](?=[^\\W\\d_])")
# A capital within a word of small letters.
_LATIN_SWAPPED = re.compile("[a-zß-öø-ÿ][À-ÖØ-Þ][a-z]")
_HIGH = re.compile(r"[^\x00-\x7f]")
_GREEK_SWAPPED = re.compile("[α-ωά-ώ][Α-Ω]|[A-Za-z][α-ωά-ώ]|[α-ωά-ώ][A-Za-z]")
_CYRILLIC_SWAPPED = re.compile("[а-яё][А-ЯЁ]|[A-Za-z][а-яё]|[а-яё][A-Za-z]")
_CYRILLIC_VOWELS = re.compile("[аеёиоуыэюяіїє]", re.IGNORECASE)
_GREEK_VOWELS = re.compile("[αεηιουωάέήίόύώ]", re.IGNORECASE)
_KANA = re.compile("[\u3041-\u309f]")
_HALF_KANA = re.compile("[\uff61-\uff9f]")
# Chinese and Korean pages overlap byte by byte; the everyday characters tell them apart.
_EVERYDAY = {
    "gb18030": re.compile(
        "[的是在了和不一有人这中大为上个国我以要他时来用们生到作地于出就分对成会]"
    ),
    "big5": re.compile("[的是在了和不一有人這中大為上個國我以要他時來用們生到作地於出就分對成會]"),
}
_EASTERN = ("cp932", "euc_jp", "cp949", "gb18030", "big5")
_GREEK = ("cp1253", "mac_greek")
_CYRILLIC = ("cp1251", "koi8_r", "koi8_u", "iso8859_5", "mac_cyrillic")
_WITHIN_LATIN = re.compile("(?<=[A-Za-z])[\u3040-\u9fff가-힣]+(?=[a-z])")
_ENOUGH = 0.85


def likely_page(sample: bytes, pages: tuple[str, ...] = tuple(_PAGES)) -> str:
    """The Python name of the likeliest of some code pages, "" when none is likely."""
    best, best_share = "", _ENOUGH
    for page in pages:
        text = _decoded(sample, page)
        foreign = "".join(_HIGH.findall(text))
        share = _share(text, foreign, page) if foreign else 0.0
        if share > best_share:
            best, best_share = page, share
    return best


def _share(text: str, foreign: str, page: str) -> float:
    """0 to 1.2: how well a page's letters fit; everyday characters of its language add."""
    if page in _ALPHABETS:
        return _latin_share(text, foreign, page)
    if page not in _COMMON:
        return 0.0
    total = len(foreign)
    if page in _EASTERN:
        return _eastern_share(text, foreign, page)
    share = len(_COMMON[page].findall(foreign)) / total
    # Whole words in the script: at least a third of all letters.
    letters = sum(char.isalpha() for char in text)
    share -= 0.0 if total * 3 >= letters else 0.5
    share += 0.05 if page != "mac_greek" else 0.04
    if page in _GREEK:
        share -= 2 * len(_GREEK_SWAPPED.findall(text)) / total
        if len(_GREEK_VOWELS.findall(foreign)) * 3 < total:
            share -= 0.1
    if page in _CYRILLIC:
        share -= 2 * len(_CYRILLIC_SWAPPED.findall(text)) / total
        if len(_CYRILLIC_VOWELS.findall(foreign)) * 4 < total or foreign.isupper():
            share -= 0.1
    return share


def _eastern_share(text: str, foreign: str, page: str) -> float:
    """How well a page's characters fit; none stands within a Latin word."""
    total = len(foreign)
    share = len(_COMMON[page].findall(foreign)) / total
    share -= 2 * len(_WITHIN_LATIN.findall(text)) / total
    if page in ("cp932", "euc_jp"):
        share -= len(_HALF_KANA.findall(foreign)) / total
        share += 0.2 if len(_KANA.findall(foreign)) * 8 >= total else -0.3
    elif page in _EVERYDAY:
        share += min(0.15, len(_EVERYDAY[page].findall(foreign)) / total) - 0.05
    else:
        share += 0.1
    return share


def _latin_share(text: str, foreign: str, page: str) -> float:
    """A Latin text is ASCII for the most part; its other letters are of one alphabet."""
    if len(foreign) * 2 > len(text):
        return 0.0
    lower = foreign.lower().replace("i̇", "i")
    inside = len(_MARK_INSIDE.findall(text)) / len(lower)
    best = 0.0
    for place, alphabet in enumerate(_ALPHABETS[page]):
        fitting = sum(char in alphabet or char in _MARKS or char.isascii() for char in lower)
        best = max(best, fitting / len(lower) - place / 1000)
    # Western first where nothing else decides: "é" alone is in all three pages.
    inside += len(_LATIN_SWAPPED.findall(text)) / len(lower)
    return best - inside + _PREFERRED.get(page, 0.01 if page == "iso8859_2" else 0.02)


def _decoded(sample: bytes, page: str) -> str:
    """The sample in a page, "" when it does not decode; a cut last character is forgiven."""
    for cut in range(3):
        try:
            return sample[: len(sample) - cut].decode(page)
        except UnicodeDecodeError as error:
            if error.start < len(sample) - 3:
                return ""
    return ""
