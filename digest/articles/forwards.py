"""Forwarded mails: the original's sender, date and subject out of the text.

Mail programs write the original's headers as lines of text, each in its language. The
forwarder's own date never stands in for the original's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from digest.dates.names import fold

_FIELDS = {
    "from": """
        from|von|de|da|van|от|보낸 사람|보낸사람|보낸이|差出人|送信者|发件人|寄件者|من|od|fra|från
        kimden|feladó|gönderen|от кого|від|发信人|發件人|寄件人|送信元|lähettäjä|από|מאת
        de la|expéditeur
    """,
    "date": """
        date|sent|datum|gesendet|envoyé|date d'envoi|enviado|enviado el|enviada em|fecha|data
        inviato|verzonden|дата|отправлено|날짜|보낸 날짜|보낸날짜|일시|日付|送信日時|日時|发送时间
        日期|时间|寄件日期|التاريخ|تاريخ الإرسال|wysłano|sendt|skickat|dato|tarih
        дата и время|надіслано|發送時間|傳送時間|發送日期|发送日期|日期
        lähetetty|päivämäärä|elküldve|dátum|odesláno|trimis|gönderildi|보낸 시간|ημερομηνία|תאריך
    """,
    "subject": """
        subject|betreff|objet|asunto|assunto|oggetto|onderwerp|тема|제목|件名|主题|主旨|الموضوع
        temat|emne|ämne|konu|tárgy|aihe|předmět|subiect|titel|θέμα|נושא|主題|tema
    """,
    "to": """
        to|an|à|a|para|aan|кому|받는 사람|받는사람|받는이|宛先|收件人|إلى|do|til|till|cc|kopie
        copie|копия|참조|抄送|reply-to|antwort an|kime|收件者|收信人|副本
        komu|címzett|către|alıcı|vastaanottaja|προς|אל|destinataire|destinatario|ответить|cci|bcc
    """,
}
_KINDS = {
    fold(word.strip()): kind
    for kind, words in _FIELDS.items()
    for word in words.strip().replace("\n", "|").split("|")
}
_LINE = re.compile(
    r"[>\s]{0,12}[*_]{0,2}([^\W\d][^:：<>@]{0,20}?)[*_]{0,2}\s?[:：][*_]{0,2}\s{0,8}(.*)"
)
_SEPARATOR = re.compile(
    r"[>\s]{0,12}(?:-{2,}\s?[^-\n]{3,60}?\s?-{2,}|_{10,}|Begin forwarded message:?"
    r"|Anfang der weitergeleiteten (?:Nachricht|E-Mail):?"
    r"|Début du message (?:réexpédié|transféré) ?:?|Inicio del mensaje reenviado:?"
    r"|Início da mensagem reencaminhada:?|Inizio messaggio inoltrato:?"
    r"|Begin doorgestuurd bericht:?|Начало переадресованного сообщения:?)\s*",
    re.IGNORECASE,
)
PREFIX = re.compile(
    r"(?:\s*(?:fwd?|wg|tr|rv|enc|i|vb|vl|pd|ilt|továbbítás|weitergeleitet|doorst"
    r"|пересылка|fs|전달|転送|转发|轉寄|إعادة توجيه)"
    r"\s?[:：]\s*)+(?!\s*(?-i:is|are|was|were|means|has|does|ist|war|heißt|est|es|é|è)\s)"
    r"|\s*\[fwd:\s*",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"^(?:>\s?)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The headers of a forwarded mail as its text shows them, and the text below them."""

    sender: str
    date: str
    subject: str
    text: str


def find_original(text: str, *, is_forward: bool) -> Original | None:
    """The mail that a text forwards, the innermost where it was forwarded repeatedly.

    ``is_forward`` says that the subject calls it a forward. Otherwise the block must stand at
    the beginning, behind a greeting at most: further down it is what a reply quotes.
    """
    found: Original | None = None
    for _ in range(5):
        inner = _block(text, anywhere=is_forward or found is not None)
        if inner is None:
            return found
        found = inner
        text = inner.text
    return found


def without_prefix(subject: str) -> str:
    """A subject without ``Fwd:``, ``WG:``, ``[Fwd: …]`` at its beginning."""
    match = PREFIX.match(subject)
    if match is None:
        return subject
    rest = subject[match.end() :].strip()
    return rest.removesuffix("]").strip() if "[" in match[0] else rest


def _block(text: str, *, anywhere: bool) -> Original | None:
    lines = text.split("\n")[:20_000]
    spoken = 0
    for start, line in enumerate(lines):
        separator = bool(_SEPARATOR.fullmatch(line)) if len(line) < 120 else False
        if separator or _kind(line) is not None:
            read = _headers(lines, start + 1 if separator else start)
            if read is not None:
                fields, end = read
                return Original(
                    sender=fields.get("from", ""),
                    date=fields.get("date", ""),
                    subject=fields.get("subject", ""),
                    text=_unquoted(lines[end:]),
                )
        spoken += 0 if separator else len(line.strip())
        if spoken > (8000 if anywhere else 200):
            return None
    return None


def _headers(lines: list[str], start: int) -> tuple[dict[str, str], int] | None:
    """The header lines from a place on, and where they end; a sender and two more at least."""
    fields: dict[str, str] = {}
    place = start
    while place < len(lines) and not lines[place].strip("> \t") and place < start + 3:
        place += 1
    last = ""
    kinds = 0
    in_table = False
    while place < len(lines) and place < start + 40:
        line = lines[place]
        kind = _kind(line)
        if kind is None:
            bare = _QUOTE.sub("", line)
            if last and bare.startswith((" ", "\t")) and bare.strip():
                fields[last] = f"{fields.get(last, '')} {bare.strip()}"  # folded
                place += 1
                continue
            if not bare.strip() and kinds == 1:
                place += 1  # blank lines between, as converted HTML has them
                continue
            if not bare.strip() and place + 1 < len(lines) and _kind(lines[place + 1]) is not None:
                place += 1
                continue
            break
        name, value = kind
        if not value and (below := _value_below(lines, place)) and (kinds == 0 or in_table):
            # A table's cells: the label stands alone, its value below it.
            in_table = True
            place, value = below, lines[below].strip("> \t")
        fields.setdefault(name, value)
        kinds += 1
        last = name
        place += 1
    if "from" not in fields or not fields.keys() & {"date", "subject"} or kinds < 3:
        return None
    return fields, place


def _value_below(lines: list[str], place: int) -> int:
    """The line that holds the value of a label that stands alone, 0 where none does."""
    for below in range(place + 1, min(place + 3, len(lines))):
        if lines[below].strip("> \t"):
            return below if _kind(lines[below]) is None else 0
    return 0


def _kind(line: str) -> tuple[str, str] | None:
    if len(line) > 600:
        return None
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    kind = _KINDS.get(fold(match[1].strip()))
    return (kind, match[2].strip().strip("*_")) if kind else None


def _unquoted(lines: list[str]) -> str:
    start = 0
    while start < len(lines) and not lines[start].strip("> \t"):
        start += 1
    lines = lines[start:]
    filled = [line for line in lines if line.strip()]
    if filled and all(line.startswith(">") for line in filled):
        lines = [_QUOTE.sub("", line) for line in lines]
    return "\n".join(lines).strip("\n")
