"""Whether a date is that of what a text tells: of history, or of an event to come."""

from __future__ import annotations

import re
from datetime import date

from digest.dates.prose import standing_dates

_PLUPERFECT = re.compile(
    r"\s*,?\s*(?:[^\W\d_]+\s+){0,5}"
    r"(?:had|hatte|hatten|avait|avaient|había|habían|havia|aveva|avevano)\b",
    re.IGNORECASE,
)
_EVENT = re.compile(
    r"\s*,?\s*(?:[\w:.]{1,20}[\s,]+){0,9}?(?:will|shall|is set to|is to|are to|is due to"
    r"|is scheduled|are scheduled|is expected|takes? place|invites?|wird|werden|soll|sollen"
    r"|beginnt|startet|lädt|findet\b.{0,80}\bstatt|finden\b.{0,80}\bstatt|va|vont|a lieu|aura"
    r"|se celebra|va a|tem lugar"
    r"|acontece|si terrà|si tiene|zal|zullen|vindt\b.{0,80}\bplaats|begint)\b",
    re.IGNORECASE,
)
# Futures that are one word: French, Spanish, Portuguese, Italian, Russian; East Asian and Arabic.
_FUTURE = re.compile(
    r"\b(?:organise|accueille|ouvri|célèbre|présente|débute|commence|inaugure|lance|recev|propose"
    r"|tiend|viend|reviend|au|se|fe|i|pour|devr|deviend|prend|rend|entre|démarre|fête|donne|joue"
    r"|partici[pe]{1,2}|réuni|mett|fini|dure|arrive|parti)r(?:a|ont)\b|\b(?:sera|aura|ira|seront)\b"
    r"|(?<![^\W\d_])[^\W\d_]{1,14}[aei](?:rá|rán|rão)(?!\w)(?<!verão)"
    r"|(?<![^\W\d_])[^\W\d_]{1,14}(?:[aei]rà|[aei]ranno)(?!\w)"
    r"|\b(?:будет|будут|пройд[её]т|пройдут|состоится|состоятся|откроется|откроются|начн[её]тся"
    r"|начнутся|планируется|ожидается|соберутся|приедут|выступит|выступят|запланирован\w*)\b"
    r"|예정|열린다|열릴|개최한다|개최된다|시작한다|시작된다|予定|開催される|開催する|行われる|開かれる"
    r"|将|將|预计|預計|ست?قام|سيقام|سيعقد|ستعقد|ستنطلق|سينطلق|سوف|ستبدأ|سيبدأ|سيفتتح|ستفتتح"
    r"|المقرر"
)
# What each of them has: an ending, or a letter that is neither ASCII nor typography.
_FUTURE_SIGN = re.compile(r"[r\x80-\u200f\u203b-\U0010ffff](?:(?<!r)|(?<=r)(?:a|ont|anno)\b)")
_SPEECH = re.compile(
    r"\b(?:said|says|announced|announces|declared|told|stated|confirmed|emphasi[sz]ed|reported"
    r"|warned|signed|launched|released|unveiled|agreed|decided|approved|promised|sagte|erklärte"
    r"|teilte|kündigte|beschloss|a annoncé|a déclaré|a décidé|a confirmé|anunció|dijo|confirmó"
    r"|informó|anunciou|disse|informou|ha annunciato|ha detto|ha dichiarato|kondigde|meldde|zei"
    r"|заявил\w*|сообщил\w*|объявил\w*)\b"
    r"|밝혔다|발표했다|말했다|전했다|発表した|述べた|明らかにした|表示|宣布|公布|表示|أعلن|أعلنت|قال|قالت",
    re.IGNORECASE,
)
_COMING = re.compile(
    r"\b(?:will|would|shall|until|till|by|before|due|deadline|scheduled|planned|plans?|set for"
    r"|expected|expires?|next|upcoming|target|from|through|to be"
    r"|is to|are to|was to|were to|starting|beginning|ahead of"
    r"|follows?|hosts|begins?|starts?|opens|returns|continues|ends|resumes|takes? place|may|can"
    r"|must|should|could|slated|hopes?|aims?|intends?|votes|meets|holds"
    r"|close[sd]?|bis|wird|werden|soll|sollen|geplant|ab|folgt|beginnt|startet|jusqu|prévu|prévue"
    r"|hasta|previsto|prevista|até|fino|entro|tot|zal|gepland|volgt|до)\b"
    r"|까지|계획|부터|まで|から|计划|حتى",
    re.IGNORECASE,
)
_YEAR = re.compile(r"[12](?<=\s.)(?:(?<=1)9|(?<=2)[01])\d\d\b(?![-–/.,]?\d)")
_IN = re.compile(r"\b(?:in|since|during|im Jahr|seit|en|nel|em|в)\s$")
_LONGEST_IN = 9
# What the announcement of an event goes on with.
_TICKETS = re.compile(
    r"\b(?:tickets (?:cost|are|can|from)|admission is|entry is|karten kosten"
    r"|eintritt (?:ist|frei|kostet)"
    r"|der eintritt|les billets|entrée libre|l['’]entrée est|las entradas|entrada libre"
    r"|la entrada es"
    r"|i biglietti|ingresso libero|os bilhetes|entrada livre|kaarten kosten|toegang is|билеты стоят"
    r"|вход свободный)\b|입장료|入場料|入场券|门票",
    re.IGNORECASE,
)
_SOME_TICKETS = """
ticket admission entry karten eintritt billets entrada biglietti ingresso bilhetes kaarten toegang
"""
_TICKET_WORDS = _SOME_TICKETS.split()
_AS_FAR = 12_000
_PRESENT = re.compile(r"\b(?:is|are|ist|sind|est|sont|es|son|é|são|è|sono)\b", re.IGNORECASE)
_PAST = re.compile(
    r"\b(?:was|were|did|had|came|went|began|[a-z]{3,}ed|wurden?|waren?|hatten?|fut|furent|fue"
    r"|fueron|foi|foram|fu|furono|werd|werden)\b",
    re.IGNORECASE,
)
_LATER_ON = re.compile(
    r"[.!?。]\s[^.!?,]{0,25}(?:\b(?:years?|decades?) (?:later|on)\b|\bJahre später\b"
    r"|\bans plus tard\b|\baños (?:después|más tarde)\b|\banos depois,|\banni dopo,"
    r"|\bjaar later\b|\bлет спустя\b)"
    r"|年後、|年后，|년 뒤|년 후",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?。！？](?=\s|$|[”\"’»])|(?<=[。！？])")


def told_as_event(day: date, rest: str, following: str) -> str:
    """Why a date at the beginning is an event's, "" when nothing speaks against it."""
    sentence = _SENTENCE_END.split(rest, maxsplit=1)[0]
    if _speaks_of_future(sentence):
        return "is that of an event to come"
    if _sells_tickets(rest[:300]):
        return "is that of an event to come"
    earlier = _PLUPERFECT.match(sentence)
    if earlier and not _SPEECH.search(earlier[0]):
        return "is told of an earlier event"
    near = f"{rest} {following}"[:_AS_FAR]
    for found in standing_dates(near):
        if found.day is not None and found.day > day and not _is_coming(near, found.start):
            return f"is told of a past event: the text goes on to {found.day.isoformat()}"
    if _LATER_ON.search(near, 0, 600):
        return "is told of a past event: the text goes on to years later"
    for year in _YEAR.finditer(near):
        before = _IN.search(near, max(0, year.start() - _LONGEST_IN), year.start())
        if before and int(year[0]) > day.year and not _is_coming(near, before.start()):
            return f"is told of a past event: the text goes on to {year[0]}"
    return ""


def _sells_tickets(text: str) -> bool:
    if text.isascii():  # soon said
        lower = text.lower()
        if not any(word in lower for word in _TICKET_WORDS):
            return False
    return _TICKETS.search(text) is not None


def _speaks_of_future(sentence: str) -> bool:
    """True when the verb soon after a date is in the future, and nobody says it."""
    verb = _EVENT.match(sentence) or _find_future(sentence, 0, 160)
    return verb is not None and not _SPEECH.search(sentence[: verb.end()])


def _find_future(text: str, start: int, stop: int) -> re.Match[str] | None:
    if _FUTURE_SIGN.search(text, start, stop) is None:
        return None
    return _FUTURE.search(text, start, stop)


def _is_coming(text: str, place: int) -> bool:
    """True when the sentence round a date speaks of the future."""
    start = max(
        (end.end() for end in _SENTENCE_END.finditer(text, max(0, place - 300), place)),
        default=max(0, place - 300),
    )
    end = _SENTENCE_END.search(text, place)
    stop = end.start() if end else len(text)
    stop = min(stop, place + 200)
    if _COMING.search(text, start, stop) or _find_future(text, start, stop):
        return True
    return _PRESENT.search(text, start, stop) is not None and not _PAST.search(text, start, stop)
