"""Who wrote it: bylines, and the agencies that stand in the place of people."""

from __future__ import annotations

import re

from digest.dates.names import fold

_AGENCIES = """
Reuters|AP|Associated Press|The Associated Press|AFP|Agence France-Presse|Yonhap|Yonhap News
Yonhap News Agency|dpa|TASS|ITAR-TASS|Interfax|Xinhua|Kyodo|Kyodo News|ANSA|EFE|Bloomberg
Bloomberg News|UPI|PTI|ANI|IANS|Jiji|Jiji Press|Ritzau|NTB|ANP|Belga|APA|SDA|Keystone-SDA|PAP|CNA
KCNA|IRNA|WAM|SPA|AAP|PA|PA Media|Press Association|Lusa|MTI|Anadolu|Anadolu Agency
RIA Novosti|Canadian Press|The Canadian Press|Dow Jones|Agencies|ТАСС|РИА Новости|Интерфакс
Agence France Presse|Deutsche Presse-Agentur|dpa-AFX|Agencia EFE|Europa Press|Adnkronos|AGI
Ukrinform|Interfax-Ukraine|Tanjug|Hina|BTA|TT|STT|ČTK|CTK|TASR|Agerpres|Bernama|Antara|VNA|UNI|AA|KUNA|Petra
MENA|SANA|BNS|ELTA|LETA|Tasnim|Mehr|Fars|Agência Brasil|Notimex|Télam|Andina|Prensa Latina|ATS
Belta|БЕЛТА|УНИАН|Укринформ|Kazinform|Xinhua News Agency|Jiji Press News|NHK World
連合ニュース|共同社|時事通信社|ロイター|中新网|中国新闻网|人民网|法新社|路透社|美联社|德新社
وفا|د ب أ|الأناضول|بترا|قنا|كونا|فرانس برس|أسوشيتد برس
연합뉴스|뉴시스|뉴스1
共同|共同通信|時事|時事通信
新华社|新華社|中新社|中央社|رويترز|أ ف ب|وكالات|سانا|واس|وام|קהילה
"""
AGENCIES = frozenset(fold(name) for name in _AGENCIES.replace("\n", "|").split("|") if name)
_MARKS = " .()[]/*"
_TOKEN_END = re.compile(r"[\s-]")
_FIRST_TOKENS = frozenset(_TOKEN_END.split(name, maxsplit=1)[0] for name in AGENCIES)
_HOUSE_WORDS = """
staff redaktion redazione redacción redação redactie rédaction редакция editor editors editorial
admin newsroom agencies agentur desk team correspondents wire
"""
_HOUSE = frozenset(fold(word) for word in _HOUSE_WORDS.split())
_BY = re.compile(
    r"[\s*_—–-]{0,4}(?:by|posted by|published by|added by|words by|text by|story by|report by"
    r"|written by|reported by|(?:an? )?(?:text|story|report|feature|essay|column|dispatch) by"
    r"|(?:eine? )?(?:beitrag|bericht|artikel|text|reportage|meldung|kommentar|kolumne|essay) von"
    r"|(?:une? )?(?:article|texte|reportage|récit|enquête|chronique) de"
    r"|(?:una? |uma? )?(?:artículo|texto|reportaje|crónica|artigo|reportagem|crônica) de"
    r"|(?:un )?(?:testo|articolo|servizio|reportage) di|(?:een )?(?:tekst|artikel|verhaal"
    r"|reportage) (?:van|door)"
    r"|von|par|por|door|di|av|af|od"
    r"|автор|текст|بقلم|كتب|מאת|文／|文/|文＝|文=|記者|记者|본보|글)"
    r"(?:\s?[:：]\s?|\s+|(?<=[／/＝=]))(?P<names>\S.{0,200})",
    re.IGNORECASE,
)
_KOREAN = re.compile(
    r"(?:\([^()]{2,20}\)\s?)?(?P<names>[가-힣]{2,4}(?:[·,]\s?[가-힣]{2,4}){0,3})\s?(?:선임|수석|인턴)?\s?(?:기자|특파원|논설위원)(?:\s?=)?(?:\s?[(<]?[\w.-]{1,40}@[\w.-]{1,40}[)>]?)?"
)
_JAPANESE = re.compile(
    r"[（(【\[]?(?:.{0,10}(?:記者|記者：|記者:)\s?)(?P<names>[\u4e00-\u9fff\u3040-\u30ff]{2,8})[）)】\]]?"
)
_CHINESE = re.compile(
    r"[（(]?(?:[本報报社]{0,4}(?:记者|記者|撰文))\s?[:：]?\s?"
    r"(?P<names>[\u4e00-\u9fff·、 ]{2,20})(?:[／/].{2,8}(?:報導|报道|報道))?[）)]?"
)
_BETWEEN = re.compile(
    r"\s*(?:,|;|/|、|·|\s(?:and|und|et|y|e|en|i|og|och|и|with|mit)\s|&)\s*", re.IGNORECASE
)
_WITH_AGENCY = re.compile(
    r"\s*\(?\b(?:with|avec|mit|con|com|met)\s([^()]{2,30})\)?\s*$", re.IGNORECASE
)
_EASTERN = re.compile(r"[가-힣\u3040-\u9fff]")
_EASTERN_PAPER = re.compile(
    r"[가-힣\u3040-\u9fff]{1,8}(?:新聞|新闻|日報|日报|晨報|晨报|晚報|晚报|時報|时报|周報|周报|週報|일보|신문|뉴스)"
)
_HANDLE = re.compile(r"\s@\w{2,30}")
_PARTICLE_WORDS = """
de da do dos das del della di du van von der den ten ter le la el al bin ibn abu zu zur af av y e
"""
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_TOKEN = re.compile(r"[^\W\d_][^\W\d_'’.\-]*(?:['’.\-]+[^\W\d_]*)*\.?")
_ROLE = re.compile(
    r"\b(?:staff|writer|correspondent|reporter|editor|columnist|contributor|special to|in [A-Z]\w+"
    r"|bureau|desk|redakteur(?:in)?|korrespondent(?:in)?|journaliste|envoyée? spéciale?"
    r"|corresponsal|correspondente|inviato|corrispondente|verslaggever|news service|news)\b",
    re.IGNORECASE,
)


_HOUSE_NAME = re.compile(
    r"\b(?:news|times|post|herald|daily|weekly|review|journal|press|media|newsletter|digest|bulletin"
    r"|institute|university|ministry|office|team|agency|foundation|group|association|society"
    r"|broadcasting|network|observer|sentinel|monitor|telegraph|guardian|independent|chronicle"
    r"|examiner|dispatch|advertiser|correspondents?|reporters?|staff|letter|company|corporation|blatt"
    r"|anzeiger|nachrichten|rundschau|kurier|presse|diario|jornal|giornale|corriere|gazzetta|dagblad"
    r"|krant|газета|вестник|новости"
    r"|council|museum|library|observatory|center|centre|zeitung|redaktion|verlag|editor|service"
    r"|argus|ledger|clarion|bugle|beacon|inquirer|mercury|echo|brief|briefing|notes|wire|watch|messenger"
    r"|almanac|lettre|gazeta|matin|havenblad|post|zeitschrift|revista|revue|rivista|tijdschrift"
    r"|project|blog|magazine|tribune|gazette|courier|radio|tv|inc|ltd|gmbh|llc|club|desk|the)\b"
    r"|[&.\d]$",
    re.IGNORECASE,
)
_POST = re.compile(
    r"\s*(?:\([^()]*\)|<[^<>]*>|\S*@\S+)|\s+(?:in|for|at|from|aus|für|à)\s+[^\W\d_a-z].*$"
)


_PLACE_BEHIND = re.compile(
    r"\s\([^\W\d_a-z][^()\d]{1,30}\)(?=,?\s(?:and|und|et|y|e|en|и|&)\s|$)|,\s(?:à|in|en|aus|from)\s[^\W\d_a-z][\w-]{1,20}$"
)


def is_house(text: str) -> bool:
    """True for a name that a publisher, an office or a newsletter has, not a person."""
    return _HOUSE_NAME.search(text) is not None


_NO_PERSON = re.compile(
    r"(?:Santa|Santo|Las|Puerto|Monte|Villa|Mount|Lake|Fort|Bad|Ciudad|Costa|Salt|Grand|Nova|Novo|Den"
    r"|New|San|Los|Saint|St|North|South|East|West|El|La|Port|Cape|Great|United|Hong|Sri|Abu|Tel"
    r"|Rio|Buenos|Kuala|Staff|Special|Breaking|Top|Latest)\b"
    r"|.*\b(?:City|Town|Beach|Island|Islands|Bay|Harbour|Harbor|Springs|Falls|Valley|County|Park|Hills"
    r"|Creek|River|Point|Bridge|Heights|Aires|Kong|Lumpur|Janeiro|College|Edition|Desk)$"
)
_PAPER = re.compile(
    r"(?:\b(?:news|times|post|herald|daily|weekly|journal|gazette|tribune|courier|observer|sentinel"
    r"|monitor|telegraph|chronicle|examiner|dispatch|advertiser|record|mail|express|press|review"
    r"|bulletin|magazine|independent|guardian|diario|gazzetta)|zeitung|anzeiger|nachrichten|rundschau"
    r"|kurier|presse|blatt|bote|dagblad)$",
    re.IGNORECASE,
)
_ROLE_LINE = re.compile(
    r"@\w{2,30}|(?:[^\W\d_][\w&’'-]*\s){0,4}(?:editor|writer|correspondent|reporter|columnist"
    r"|contributor|journalist|redakteur(?:in)?|korrespondent(?:in)?|journaliste|corresponsal"
    r"|correspondente|corrispondente|verslaggever|корреспондент)"
    r"|(?:from|by) (?:our|the|a) [\w ]{2,40}"
    r"|(?:staff|wire|agency|news)(?: and (?:staff|wire|agency|agencies))?"
    r" (?:reports?|writers?|reporters?)"
    r"|(?:agencies|newsroom|news desk|redaktion|redazione|redacción|redação|redactie|rédaction"
    r"|редакция)"
    r"(?: \w{2,20})?|(?:la|die) (?:redazione|rédaction|redacción|redaktion)",
    re.IGNORECASE,
)


_OF_AGENCY = re.compile(
    r"(?:\s?-\s?|\s)(?:meldung(?:en)?|infocom|bericht|text|news|news agency|news wire|newswire|wire"
    r"|staff|agency|agence|agentur|agenzia|agencia|agência|service|reports?|dispatch|dépêche"
    r"|(?:[a-z]{3,12} )?(?:writers?|reporters?|correspondents?))$",
    re.IGNORECASE,
)
_SOME_AGENCY = re.compile(
    r"agentur(?:meldung|bericht|text)(?:en|e)?|wire (?:reports?|services?|stories)"
    r"|(?:news )?agencies"
    r"|dépêche d['’]agence|teletipo|nota de agencia|agenzie|통신사 종합",
    re.IGNORECASE,
)


def agency_in(text: str) -> str:
    """The agency of ``dpa``, ``dpa/lby``, ``AP, Reuters``, "" where none is named."""
    if is_agency(text):
        return text.strip(" .()[]/*")
    parts = re.split(r"[/,;-]|\s(?:and|und|et|y)\s", text)
    return next((part.strip() for part in parts if is_agency(part)), "")


def agency_line(line: str) -> str | None:
    """The agency that a line names and nothing else, None for any other line.

    ``dpa-Meldung``, ``AP Business Writer``, ``[AP]``; "" where it is not said which agency.
    """
    if len(line) > 60:
        return None
    bare = line.strip(" +*_-–—=[]()<>.:")
    if _SOME_AGENCY.fullmatch(bare):
        return ""
    if is_agency(bare):
        return bare
    first = _TOKEN_END.split(bare.strip(_MARKS), maxsplit=1)[0]
    if fold(first.strip(_MARKS)) not in _FIRST_TOKENS:
        return None
    name = _OF_AGENCY.sub("", bare)
    return name if is_agency(name) else None


def is_paper(text: str) -> bool:
    """True for the name of a paper, as it stands at the top of a page: ``The Isles Gazette``,
    ``毎朝新聞``."""
    words = text.split()
    return _EASTERN_PAPER.fullmatch(text) is not None or (
        2 <= len(words) <= 6
        and all(word[0].isupper() or word in ("of", "the", "and", "&", "für") for word in words)
        and _PAPER.search(text) is not None
    )


def is_role(text: str) -> bool:
    """True for a line that says what somebody is, or that nobody is named: ``Arts Editor``,
    ``From our staff and agencies``, ``Redazione ANSA``, ``@handle``."""
    text = text.strip(" ()[]*_")
    if not 3 <= len(text) <= 60 or text.endswith((".", "!", "?", ":")) or len(text.split()) > 6:
        return False
    return _ROLE_LINE.fullmatch(text) is not None


def is_author_line(line: str) -> bool:
    """True for a line that can only be a name, as it stands above a date: ``Anna Lindqvist``."""
    words = line.split()
    return (
        2 <= len(words) <= 3
        and is_name(line)
        and not is_house(line)
        and not _NO_PERSON.match(line)
        and not line.isupper()
    )


def is_agency(text: str) -> bool:
    """True for the name of a news agency."""
    return fold(text.strip(_MARKS)) in AGENCIES


def is_name(text: str) -> bool:
    """True for what can be a person's name: one to five capitalised words."""
    if not 2 <= len(text) <= 60 or is_agency(text):
        return False
    if not text.isascii():
        if re.fullmatch(r"[가-힣]{2,4}|[\u4e00-\u9fff\u3040-\u30ff·]{2,8}", text):
            return True
        if _EASTERN.search(text):
            return False
    words = text.split()
    if not 1 <= len(words) <= 5:
        return False
    if text[0].isalpha() and text[0].lower() == text[0].upper() and text.endswith("."):
        return False  # a sentence in a script without capitals
    capital = 0
    for word in words:
        if word.lower() in _PARTICLES:
            continue
        if not _TOKEN.fullmatch(word) or fold(word.strip(".")) in _HOUSE:
            return False
        if word[0].isupper() or not (word[0].islower() or word[0].isupper()):
            capital += 1
        else:
            return False
    return capital > 0


def _unbracketed(text: str) -> str:
    text = text.strip(" .*_[]")
    return text if ")" in text and "(" in text else text.strip("() ")


def read_names(text: str) -> tuple[tuple[str, ...], str]:
    """The people that a list of names holds, and the agency among them ("" without one)."""
    names: list[str] = []
    agency = ""
    with_agency = _WITH_AGENCY.search(text)
    if with_agency is not None and is_agency(with_agency[1]):
        agency, text = with_agency[1], text[: with_agency.start()]
    for part in _BETWEEN.split(_unbracketed(text)):
        part = _POST.sub("", _HANDLE.sub("", part)).strip(" .*_")
        if part and not part.isascii():
            part = re.sub(r"\s?(?:기자|특파원|記者|记者)$", "", part)
        if is_agency(part):
            agency = agency or part
        elif part and not _ROLE.search(part) and not is_house(part) and is_name(part):
            names.append(part)
    if any(" " in name for name in names):  # "Anna Lindqvist, Lesk": a place
        names = [name for name in names if " " in name or _EASTERN.search(name)]
    return tuple(dict.fromkeys(names)), agency


def read_byline(line: str) -> tuple[tuple[str, ...], str] | None:
    """(people, agency) of a line that is a byline and nothing else, else None.

    Every part must be a name, an agency or a role: "By midnight the fire was out" is prose.
    """
    if len(line) > 160:
        return None
    stripped = line.strip()
    for pattern in (_BY,) if stripped.isascii() else (_KOREAN, _CHINESE, _JAPANESE, _BY):
        match = pattern.fullmatch(stripped)
        if match is None:
            continue
        value = _HANDLE.sub("", match["names"]).strip(" .*_")
        if pattern is _BY:  # "Anna Lee (Lesk) and Tom Hart", "Luce Arnaud, à Lesk"
            value = _PLACE_BEHIND.sub("", value)
        bare = _WITH_AGENCY.sub("", value)
        parts = [part.strip(" .*_()[]") for part in _BETWEEN.split(bare)]
        parts = [bare for part in parts if (bare := _POST.sub("", part).strip())]
        if pattern is not _BY or (
            parts
            and all(is_agency(part) or is_name(part) or _ROLE.search(part) for part in parts)
            and (len(parts[0].split()) > 1 or len(line) < 30)
        ):
            people, agency = read_names(value)
            if people or agency or all(_ROLE.search(part) for part in parts):
                return people, agency
    return None
