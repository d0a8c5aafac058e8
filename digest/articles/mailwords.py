"""Words that are nobody's content: furniture of mails, sponsors' labels, "Read more"."""

from __future__ import annotations

import re

from digest.articles.furniture import is_edge_furniture

_MOST_CHARACTERS = 400
_FURNITURE = re.compile(
    r"""
      \b(?:view|read|see|open|display)\b.{0,40}\b(?:in|on|with)\s(?:your|a|the|my)?\s?(?:web\s)?(?:browser|online|web)\b
    | \b(?:view|read)\s(?:it\s|this\s(?:e-?mail|issue|newsletter)\s)?online\b
    | \bweb\s?version\b | \bunsubscribe\b | \bopt[- ]out\b
    | \b(?:manage|update|change|edit)\b.{0,30}\b(?:preferences|subscription|settings|profile)\b
    | \bforward(?:ed)?\s(?:this|it|to)\b | \btell\sa\sfriend\b | \bsubscribe\s(?:here|now|to)\b
    | \bsign\sup\s(?:here|now|for)\b | \bshare\s(?:this|on|it)\b | \bfollow\s(?:us|me|@|on)\b
    | \bon\sbehalf\sof\b.{0,60}\bnewsletter\b | \bwas\ssent\sto\b | \bprivacy\spolicy\b
    | \byou(?:'re|’re|\sare)?\s(?:receiv|getting\sthis|subscribed)
    | \badd\sus\sto\syour\saddress\b
    | \b(?:our|postal|mailing)\s(?:mailing\s)?address\b | \ball\srights\sreserved\b
    | ^\s*(?:©|copyright\b)
    | \bpowered\sby\s(?:mailchimp|substack|beehiiv|convertkit|mailerlite|buttondown|ghost)\b
    | \b(?:im|als)\s(?:browser|webseite)\s(?:ansehen|lesen|öffnen|anzeigen)\b
    | \bonline[- ](?:version|ansehen|lesen)\b
    | \babbestell | \babmelden\b | \babonn(?:ieren|ement)\b.{0,30}\b(?:kündigen|verwalten)\b
    | \bweiterempfehlen\b | \beinstellungen\s(?:ändern|verwalten)\b | \bsie\serhalten\sdiese\b
    | \bdésabonn | \bdésinscri | \bvoir\b.{0,30}\bnavigateur\b | \bversion\sen\sligne\b
    | \bdarse\sde\sbaja\b | \bver\b.{0,30}\bnavegador\b | \bcancelar\s(?:la\s)?suscripci
    | \bcancelar\s(?:a\s)?(?:inscrição|assinatura) | \bdisiscri | \bannulla\sl.iscrizione
    | \bvisualizza\b.{0,30}\bbrowser\b
    | \bafmelden\b | \buitschrijven\b | \bbekijk\b.{0,30}\bbrowser\b
    | отписаться | открыть\sв\sбраузере | wypisz\ssię | odhlásit
    | 수신\s?거부 | 구독\s?(?:취소|해지) | 웹에서\s?보기 | 브라우저에서\s?보기
    | 配信停止 | 購読(?:を)?解除 | ブラウザで(?:見る|表示)
    | 退订 | 取消订阅 | 退訂 | 取消訂閱 | 在浏览器中
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NETWORKS = re.compile(
    r"""\W*(?:(?:tweet|share|teilen|forward|facebook|twitter|linkedin|instagram|youtube|mastodon
      |bluesky|threads|rss|website|home\s?page|archiv[eo]?s?|e-?mail|on|us|and|und|et|y)\W*)+""",
    re.VERBOSE | re.IGNORECASE,
)
_FURNITURE_TARGET = re.compile(
    r"""unsubscri | /(?:preferences|optout|opt-out|unsub|profile\?|webversion|forward)\b
      | (?:twitter|x)\.com/(?:intent|share) | facebook\.com/sharer | linkedin\.com/share
      | \bcampaign-archive\d?\.com/ | forward-to-friend | \*\|[A-Z_]+\|\*
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FOOTER = re.compile(
    r"""\bunsubscribe\b | \byou(?:'re|’re|\sare)?\s(?:receiv|subscribed) | ^\s*(?:©|copyright\b)
      | \bmailing\saddress\b | \babbestell | \babmelden\b | \bdésabonn | \bdésinscri
      | \bdarse\sde\sbaja
      | \bdisiscri | \bafmelden\b | \buitschrijven\b | отписаться | 수신\s?거부
      | 구독\s?(?:취소|해지) | 配信停止
      | 購読(?:を)?解除 | 退订 | 取消订阅 | 退訂 | 取消訂閱
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SPONSOR_WORDS = r"""(?:(?:today|this\s(?:week|issue|month))(?:['’]?s)?\s)?
    (?:our\s|a\sword\sfrom\sour\s)?
    (?:sponsor(?:s|ed)?(?:ship)?(?:\s(?:by|content|link|links|post|message))?|advertisements?|advert
    |advertorial|ads?|promoted\s(?:content|posts?|links?)|partner\scontent|in\spartnership\swith|paid\spartnership
    |brought\sto\syou\sby|presented\sby|anzeigen?|werbung|gesponsert(?:\svon)?|publicit[éà]|publicidad
    |publicidade|pubblicità|patrocinad[oa](?:\spor)?|sponsorizzato(?:\sda)?|parrainé\spar|advertentie
    |gesponsord(?:\sdoor)?|реклама|reklama|광고|협찬|広告|スポンサー|广告|廣告|赞助)"""
_SPONSOR_WHOLE = re.compile(rf"\W*{_SPONSOR_WORDS}\W*", re.VERBOSE | re.IGNORECASE)
_SPONSOR_BEGINS = re.compile(
    rf"^\W*{_SPONSOR_WORDS}\s*(?:[:：—–|\]\)]|-\s)", re.VERBOSE | re.IGNORECASE
)
_SPONSOR_HEADING = re.compile(
    rf"^\W*(?:{_SPONSOR_WORDS}\W*$|(?:sponsored\s(?:by|link)|brought\sto\syou\sby|gesponsert\svon)\b)",
    re.VERBOSE | re.IGNORECASE,
)
_SPONSOR_MARK = re.compile(
    r"[\(\[【（](?:sponsor(?:ed)?|ad|advertisement|anzeige|werbung|pr|광고|広告|реклама)[\)\]】）]",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"""\W*(?:
        (?:read|learn|see|find\sout|view|show|watch|listen|get)\s(?:the\s)?(?:more|full|on|it|rest|all|details|here|now)
            (?:\s(?:here|about\sit|article|story|post|text|on\s.{1,40}))?
      | read | more | continue(?:\sreading)? | keep\sreading | full\s(?:story|article|text|post)
      | go\sto\s(?:article|post)
      | here | this | link | links? | url | source | website | web\s?site | via | article | post
      | details | click\shere
      | weiter(?:lesen)? | mehr(?:\s(?:lesen|dazu|erfahren))? | zum\s(?:artikel|beitrag) | hier
      | quelle
      | lire(?:\s(?:la\ssuite|plus|l['’]article))? | en\ssavoir\splus | ici | suite
      | leer(?:\s(?:más|el\sartículo))? | seguir\sleyendo | más(?:\sinformación)? | aquí | fuente
      | leia(?:\smais)? | saiba\smais | continue\slendo | aqui
      | leggi(?:\s(?:tutto|di\spiù|l['’]articolo))? | continua(?:\sa\sleggere)? | qui
      | lees\s(?:meer|verder) | meer | hier | читать(?:\s(?:далее|дальше|полностью))?
      | подробнее | далее | тут | здесь
      | czytaj\s(?:więcej|dalej) | více | 더\s?(?:보기|읽기) | 자세히(?:\s보기)?
      | 기사\s?(?:보기|원문)
      | 원문(?:\s?보기)? | 여기
      | 続きを読む | 詳細(?:を見る|はこちら)? | もっと見る | こちら
      | 阅读(?:全文|更多|原文) | 查看(?:更多|原文) | 閱讀更多 | 更多 | 原文
    )\W*""",
    re.VERBOSE | re.IGNORECASE,
)


def is_furniture(words: str, urls: tuple[str, ...] = ()) -> bool:
    """True for words that come with a mail or a page, whatever the newsletter is about."""
    if urls and all(_FURNITURE_TARGET.search(url) for url in urls):
        return True
    if not words or len(words) > _MOST_CHARACTERS:
        return False
    if _FURNITURE.search(words):
        return True
    return bool(_NETWORKS.fullmatch(words)) if urls else is_edge_furniture(words)


def is_mail_furniture(words: str) -> bool:
    """The same by what only mails say: of a heading, which may well be called "More"."""
    return len(words) <= _MOST_CHARACTERS and bool(_FURNITURE.search(words))


def opens_footer(words: str) -> bool:
    """True where nothing but furniture follows when it stands near the end of a mail."""
    return _FOOTER.search(words[:_MOST_CHARACTERS]) is not None


def is_sponsor_label(words: str) -> bool:
    """True for a label by itself: what follows it is the sponsor's."""
    return len(words) <= 60 and _SPONSOR_WHOLE.fullmatch(words) is not None


def is_sponsor_heading(words: str) -> bool:
    """True for the heading of a sponsor's part."""
    return len(words) <= 90 and _SPONSOR_HEADING.match(words) is not None


def is_sponsored(words: str) -> bool:
    """True for text that says of itself that it is paid for."""
    return bool(_SPONSOR_BEGINS.match(words[:90]) or _SPONSOR_MARK.search(words[:300]))


_ORIGINAL = re.compile(
    r"\W*(?:(?:read |view |see |zum |lire |leer |leia |leggi |lees )?(?:it |the |l['’]|el |o "
    r"|het )?"
    r"(?:original|originale?|originel)(?: (?:article|artikel|post|story|text|source|beitrag"
    r"|quelle))?"
    r"|(?:article|artículo|artigo|articolo) originale?|originalartikel|permalink|оригинал"
    r"|원문|元記事|原文)\W*",
    re.IGNORECASE,
)


def is_original(words: str) -> bool:
    """True for the words of a link to where a text comes from: "Source", "Read the original"."""
    return is_generic(words) or (len(words) <= 60 and _ORIGINAL.fullmatch(words) is not None)


def is_generic(words: str) -> bool:
    """True for a link's words that could stand on any link: "Read more", "here"."""
    return len(words) <= 60 and _GENERIC.fullmatch(words) is not None
