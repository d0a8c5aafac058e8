"""How a text says that it writes its dates in figures."""

from __future__ import annotations

import re

from digest.dates.parse import Order

# "DD/MM/YYYY", "TT.MM.JJJJ", "month/day/year".
_STATED = re.compile(
    r"[(\[]?(?<![^\W_])"
    r"(?:(?P<dmy>(?:dd?|tt|jj)[./-]mm?[./-](?:yyyy|jjjj|aaaa|yy)|day[./-]month[./-]year)"
    r"|mm?[./-]dd?[./-](?:yyyy|yy)|month[./-]day[./-]year)(?![^\W_])[)\]]?",
    re.IGNORECASE,
)


# Words that no English text is full of; those of languages that write 24.4.2025.
_FOREIGN = re.compile(
    r"\b(?:der|die|das|und|ist|nicht|von|mit|für|auf|dem|den|ein|eine|hat|im|am|le|les|des|est"
    r"|dans|pour|une|qui|sur|el|los|las|una|que|por|con|para|del|não|os|uma|com|em|il|di|che"
    r"|per|della|sono|het|een|van|niet|op|voor|naar|og|av|och|att|på|som|är|jest|nie|się|na|w"
    r"|bir|ve|için|ja|on|že|se|в|и|на|не|что|по|с|і|у|та|що)\b",
    re.IGNORECASE,
)
_ENGLISH = re.compile(
    r"\b(?:the|of|and|to|in|is|was|that|for|with|it|by|from|has|have|be|are|an)\b", re.IGNORECASE
)
# Every note has one of these.
_SIGN = re.compile(r"[./-](?:[yY][yYeE]|[jJ]{2}|[aA]{2})")
_DOTTED = re.compile(r"\d\.\s?\d{1,2}\.\s?\d{4}")
_ENOUGH = 3
_SAMPLE = 4000


def stated_order(text: str) -> Order:
    """Day or month first, as a note in the text says; "" where none or two say it.

    ``dotted`` where nothing is said, but the text is in a language that writes 24.4.2025.
    """
    found: set[Order] = set()
    if _SIGN.search(text):
        found = {"dmy" if match["dmy"] else "mdy" for match in _STATED.finditer(text)}
    if found:
        return found.pop() if len(found) == 1 else ""
    if _DOTTED.search(text) is None:
        return ""
    sample = text[:_SAMPLE]
    foreign = len(_FOREIGN.findall(sample))
    return "dotted" if foreign >= _ENOUGH and foreign > 2 * len(_ENGLISH.findall(sample)) else ""


def without_order(line: str) -> str:
    """A line without such a note."""
    return _STATED.sub(" ", line).strip() if _SIGN.search(line) and _STATED.search(line) else line
