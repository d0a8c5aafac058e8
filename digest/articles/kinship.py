"""Whether a name and a host belong together, and what else a name tells by its letters."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from digest.articles.jsonld import bare

PARTS = re.compile(r"\s+[|–—·•»«›‹:/-]+\s+|\s*[|｜•»]\s*|:\s+")
"""What stands between a headline, a rubric, a name, and a slogan."""

_SECOND_LEVEL = frozenset(["co", "com", "org", "net", "ac", "gov", "gob", "or", "ne", "edu"])
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,10}")
_ARTICLE = re.compile(
    r"(?:the|der|die|das|le|la|les|el|los|il|lo|o|os|de|het)\s+(?=\S)|l['’](?=\w)", re.IGNORECASE
)
_LEGAL = re.compile(
    r"(?:[\s,]+(?:&\s*co\.?\s*)?(?:inc|ltd|llc|llp|l\.p|plc|corp|corporation|limited|gmbh|ggmbh|ag"
    r"|kg|kgaa|ohg|ug|ev|e\.\s?v|se|s\.?a|s\.?l|s\.?r\.?l|s\.?p\.?a|s\.?a\.?s|b\.?v|n\.?v|oy|ab"
    r"|a/s|aps|d\.o\.o|a\.s|s\.r\.o|sp\. z o\.o|pty|pvt|kk|co)\.?)+\s*$",
    re.IGNORECASE,
)
_SMALL_WORDS = "of the and for in und für der die das de la le et du des y del e do da"
_SMALL = frozenset(_SMALL_WORDS.split())
_GENERAL_WORDS = """
    news home blog blogs magazine sport sports politics business opinion world culture article
    articles archive archives press podcast podcasts video videos forum start startseite aktuell
    aktuelles nachrichten politik wirtschaft kultur meinung welt magazin presse accueil actualités
    actualité politique économie culture monde inicio noticias política economía cultura mundo
    deportes opinión início notícias política home page homepage front page topics latest stories
    rss feed atom menu
"""
_GENERAL = frozenset(_GENERAL_WORDS.split())


@lru_cache(maxsize=256)
def core_of(host: str) -> str:
    """The label that a host is known by: ``post`` of ``news.post.co.uk``."""
    labels = host.split(".")
    if len(labels) > 2 and labels[-2] in _SECOND_LEVEL:
        return labels[-3]
    return labels[-2] if len(labels) > 1 else host


@lru_cache(maxsize=256)
def _host_words(host: str) -> frozenset[str]:
    """The letters of a host as they may stand in a name: without its ending, and its core."""
    return frozenset([bare(core_of(host)), bare(host), bare(host.rpartition(".")[0])])


def spellings(text: str) -> set[str]:
    """The letters of a text, also without accents and with ä written as ae, as hosts have it."""
    whole = bare(text)
    if whole.isascii():
        return {whole} - {""}
    marked = unicodedata.normalize("NFD", whole.replace("ß", "ss"))
    folded = "".join(char for char in marked if not unicodedata.combining(char))
    return {whole, whole.translate(_GERMAN), unicodedata.normalize("NFC", folded)} - {""}


def is_domain(name: str) -> bool:
    """True for a name that is written as a host: ``www.post.example``."""
    return _DOMAIN.fullmatch(name) is not None


def is_general(name: str) -> bool:
    """True for words that head a part of any site: "News"."""
    return name.casefold() in _GENERAL or not any(map(str.isalpha, name))


def without_legal_form(name: str) -> str:
    """ "Post" of "Post Ltd. & Co. KG"; the same name where it has none."""
    found = _LEGAL.search(name) if " " in name or "," in name else None
    return name[: found.start()].rstrip(" ,&") if found and found.start() else name


def is_company(name: str) -> bool:
    """True for a name with a legal form: what a house is called in its contracts."""
    return without_legal_form(name) != name


def without_ending(name: str) -> str:
    """``Post`` of ``www.Post.com``; the same name where it is no host."""
    if not is_domain(name):
        return name
    return name.removeprefix("www.").rpartition(".")[0] or name


def says_same(one: str, other: str) -> bool:
    """Whether two names differ in accents, blanks, an article or a host's ending alone."""
    return bool(_forms(one) & _forms(other))


def is_host_name(name: str, host: str) -> bool:
    """Whether a name is the host's own word, as people write it: ``Die Post`` of ``post.de``."""
    words = _host_words(host)
    return bare(name) in words or not words.isdisjoint(_forms(name))


def is_kin(name: str, host: str) -> bool:
    """Whether a name and a host have to do with each other: words, initials, one in the other."""
    core = bare(core_of(host))
    whole = bare(name)
    if not core or not whole:
        return False
    if core in whole or whole in bare(host):
        return True
    words = [word for word in re.findall(r"\w+", name) if not word.isdigit()]
    initials = bare("".join(word[0] for word in words))
    return (
        (is_domain(name) and bare(without_ending(name)) in bare(host))
        or (len(initials) > 1 and (initials == core or core.startswith(initials)))
        or any(len(word) > 3 and bare(word) in core for word in words)
        or is_host_name(name, host)
    )


def bears_host(name: str, host: str) -> bool:
    """Whether a name holds the host's whole word, or is what the host abbreviates.

    More is asked than of kin: it is to tell a name from a rubric.
    """
    core = bare(core_of(host))
    if len(core) < 3:
        return is_host_name(name, host)
    words = [word for word in re.findall(r"\w+", without_legal_form(name)) if not word.isdigit()]
    known = {letters for word in words for letters in spellings(word)}
    forms = _forms(name)
    initials = {
        bare("".join(word[0] for word in words)),
        bare("".join(word[0] for word in words if word.casefold() not in _SMALL)),
    }
    pieces = [bare(piece) for piece in core_of(host).split("-")]
    return (
        bool(forms & {core, bare(host)})
        or core in known
        or any(form.startswith(core) for form in forms)
        or (len(core.rstrip("0123456789")) > 2 and core.rstrip("0123456789") in initials)
        or (len(pieces) > 1 and set(pieces) <= known)
        or (len(words) > 1 and any(len(form) > 5 and core.startswith(form) for form in forms))
    )


def _forms(name: str) -> set[str]:
    """The spellings of a name, also without its article and without a host's ending."""
    forms = {name, without_ending(name)}
    forms |= {form[found.end() :] for form in forms if (found := _ARTICLE.match(form))}
    return {letters for form in forms for letters in spellings(form)}
