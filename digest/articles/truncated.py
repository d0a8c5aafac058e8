"""Summaries that a feed cut: known by how they end, continued from the page's own text."""

from __future__ import annotations

import re

from digest.excerpt import cut

_MORE = (
    r"(?:read|see|view|learn|find out) (?:more|on|the rest)|(?:continue|keep) reading"
    r"|(?:read )?(?:the )?full (?:story|article|text|post)"
    r"|(?:hier )?weiterlesen|weiter lesen|mehr (?:lesen|erfahren)|den ganzen artikel lesen"
    r"|lire (?:la suite|plus|l['’]article)|en savoir plus|continuer la lecture"
    r"|leer m[áa]s|(?:seguir|continuar|sigue) leyendo|ver m[áa]s"
    r"|le(?:ia|r) mais|continu(?:e|ar) (?:a )?(?:lendo|ler|lei?tura)|saiba mais"
    r"|leggi (?:tutto|di più|l['’]articolo)|continua a leggere|continua la lettura"
    r"|lees (?:meer|verder)|verder lezen|meer lezen"
    r"|читать (?:далее|дальше|полностью|ещё)|подробнее|далее"
    r"|더\s?(?:보기|읽기)|계속\s?읽기|자세히\s?(?:보기|읽기)|전문\s?보기"
    r"|続きを(?:読む|見る)|続きはこちら|もっと(?:読む|見る)|全文を読む"
    r"|(?:阅读|閱讀|查看|浏览)(?:更多|全文)|(?:继续|繼續)(?:阅读|閱讀)"
    r"|(?:اقرأ|قراءة) (?:المزيد|المقال)|(?:أكمل|تابع|متابعة|واصل) القراءة|للمزيد"
)
_DOTS = r"(?:\[\s?(?:…|\.{3})\s?\]|\(\s?(?:…|\.{3})\s?\)|…{1,4}|\.{3,9})"
# "Continue reading “A Ferry Returns” →": the title may follow; a sentence may not.
_TAIL = re.compile(
    rf"(?:\s*{_DOTS})?\s*[\[(]?\b(?:{_MORE})(?:\s[^.!?。\n]{{0,120}})?[\])]?\s*(?:{_DOTS}|[»›→>:]|&gt;)*\s*$"
    rf"|\s*{_DOTS}\s*[»›→>]*\s*$",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.!?。！？؟۔।][\"'”’»)\]]*$")
_LAST = 400
_COLUMNS = 600
_FEWEST = 20


def truncated_stem(summary: str) -> str | None:
    """What stands before the mark of a cut (``[…]``, ``Read more``, in twelve languages).

    None where nothing says that the summary was cut: a whole sentence before ``Read more`` is
    a whole summary, and the words are nobody's; an ellipsis after a sentence cut nothing.
    """
    start = max(0, len(summary) - _LAST)
    found = _TAIL.search(summary, start)
    return summary[: found.start()].rstrip(" ,;:–—-") if found else None


def continue_summary(stem: str, *, summary: str, text: str) -> str:
    """The whole of a summary that begins with ``stem``, "" where the page does not hold it.

    ``summary`` and ``text`` are what the page states: its description, if it goes on where the
    feed stopped; else the paragraph of its text that begins in the same words, to a sentence's
    end within 600 columns.
    """
    wanted = _bare(stem)
    if len(wanted) < _FEWEST:
        return ""
    if _bare(summary).startswith(wanted) and truncated_stem(summary) is None:
        return summary
    for paragraph in text.split("\n"):
        if _bare(paragraph).startswith(wanted):
            shown = cut(paragraph, _COLUMNS)
            return shown if _ENDED.search(shown) else ""
    return ""


def is_whole(stem: str) -> bool:
    """True when nothing is missing but the words "Read more": the stem ends a sentence."""
    return bool(_ENDED.search(stem))


def _bare(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
