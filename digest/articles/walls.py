"""What stands in an article's place: consent and robot walls, lost pages, paywalls, videos.

Told by few words and by what they say, never by the site. An article about cookies, robots or
error 404 has more words than a wall, and its title alone makes none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from digest.articles import jsonld
from digest.articles.declared import Page
from digest.excerpt import count_words
from digest.markup import element_text

_WALL_WORDS = 120
"""A wall has few words; an article about cookies has more."""
_STUB_WORDS = 350
_CAPTION_WORDS = 150

_CONSENT = re.compile(
    r"before you continue|consent(?: is)? required|we value your privacy|cookie consent"
    r"|your (?:privacy choices|privacy, your choice)|accept (?:all )?cookies to continue"
    r"|we (?:and our (?:\d+ )?partners )?(?:use|store) cookies|manage (?:your )?consent"
    r"|zustimmung erforderlich|wir benötigen ihre (?:zustimmung|einwilligung)"
    r"|mit werbung weiterlesen|weiter mit werbung|privatsphäre-einstellungen"
    r"|nous respectons votre vie privée|continuer sans accepter|accepter les cookies"
    r"|tu privacidad es importante|aceptar (?:las |todas las )?cookies|valoramos tu privacidad"
    r"|rispettiamo la tua privacy|accetta (?:i |tutti i )?cookie|valorizamos a sua privacidade"
    r"|aceitar (?:todos os )?cookies|wij respecteren uw privacy|cookies accepteren"
    r"|согласие на использование (?:файлов )?cookie|쿠키 (?:사용에 )?동의|cookieの使用に同意"
    r"|接受(?:所有)?\s?cookie|الموافقة على ملفات تعريف الارتباط"
)
_SCRIPT = re.compile(
    r"(?:enable|activate|turn on|requires?|need(?:s)? (?:to enable )?) ?javascript"
    r"|javascript (?:is|must be) (?:disabled|required|not available|enabled|turned off)"
    r"|without javascript|just a moment|checking (?:your browser|if the site connection)"
    r"|verify(?:ing)? (?:that )?you are (?:a )?human|are you a (?:ro)?bot|attention required"
    r"|access denied|unusual traffic|complete the captcha"
    r"|(?:aktivieren sie|bitte) (?:bitte )?javascript|javascript (?:ist )?(?:de)?aktivier"
    r"|(?:activer|activez) javascript"
    r"|(?:habilit[ae]r?|activ[ae]r?|ativ[ae]r?) (?:o |el )?javascript"
    r"|(?:abilit[ai]|attiva)(?:re)? (?:il )?javascript|(?:schakel )?javascript in(?:schakelen)?\b"
    r"|включите javascript|javascriptを有効|자바스크립트를 (?:활성화|사용)"
    r"|(?:启用|啟用)\s?javascript"
    r"|تفعيل جافا ?سكريبت|تمكين javascript"
)
_LOST = re.compile(
    r"^\W*(?:error |http |fehler |erreur )?(?:404|410|403|500|503)\b(?!\s+\w+\s+\w+\s+\w+\s+\w+)"
    r"|page (?:could |can )?(?:not|n.t) (?:be )?found|^not found$|^oops\b"
    r"|page (?:does not|doesn.t|no longer) exist|(?:is|are) no longer available"
    r"|seite (?:wurde |konnte )?(?:leider )?nicht gefunden|seite existiert nicht"
    r"|nicht mehr verfügbar|page introuvable|page non trouvée|n.existe (?:pas|plus)"
    r"|página no (?:encontrada|existe)|no se ha encontrado la página"
    r"|página não (?:encontrada|existe)"
    r"|pagina (?:non trovata|niet gevonden)|non è stata trovata|bestaat niet meer"
    r"|страница не (?:найдена|существует)|페이지를 찾을 수 없|존재하지 않는 페이지"
    r"|ページが見つかりません|页面不存在|找不到(?:该|該)?(?:页面|頁面)|頁面不存在"
    r"|الصفحة غير موجودة"
)
_PAYWALL = re.compile(
    r"(?:subscribe|sign up|log ?in|register)(?: now| today)? to"
    r" (?:continue|keep|read|unlock|access)"
    r"|to (?:continue|keep) reading|(?:for|to) (?:our )?subscribers(?: only)?\b|subscriber.only"
    r"|already a subscriber|you.ve (?:read|reached) (?:all |your )?(?:free|limit)"
    r"|unlock this article"
    r"|jetzt (?:weiterlesen|abonnieren)|weiterlesen mit|nur für abonnenten"
    r"|mit (?:einem )?abo (?:lesen|weiter)"
    r"|bereits abonnent|réservé aux? abonnés|il vous reste .{2,10} à lire|déjà abonné"
    r"|exclusivo para suscriptores|solo para suscriptores|suscríbete para|contenido exclusivo"
    r"|exclusivo para assinantes|assine para|riservato agli abbonati"
    r"|abbonati per (?:leggere|continuare)"
    r"|alleen voor abonnees|verder lezen\?|только для подписчиков|оформите подписку"
    r"|유료 ?(?:회원|기사|구독)|구독(?:자|하고|하시면)|有料(?:会員|記事)|会員限定|订阅后|訂閱"
    r"|付费阅读"
    r"|للمشتركين فقط"
)
_VIDEO = re.compile(r"(?:^|[/#:])VideoObject$")
_FREE = ("false", "no", "0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """``problem`` is what to say; ``hides`` when the text is not the article's."""

    problem: str
    hides: bool
    in_title: bool = False


def find_wall(page: Page, title: str, body: str, visible: str) -> Wall | None:
    """What stands in the article's place, None where the article stands.

    ``body`` is the main text, ``visible`` all text of the page where the body is short, with
    what the page says to browsers without scripts.
    """
    words = count_words(body)
    if words <= _WALL_WORDS:
        head, shown = title.casefold(), f"{body}\n{visible}".casefold()
        few = count_words(visible) <= _WALL_WORDS
        for problem, pattern in (
            ("a consent wall, not the article", _CONSENT),
            ("a page that wants JavaScript, not the article", _SCRIPT),
            ("an error page, not the article", _LOST),
        ):
            if pattern.search(head) and words <= _WALL_WORDS // 2:
                return Wall(problem=problem, hides=True, in_title=True)
            # A banner on an article's page hides nothing.
            if (few or words < 10) and pattern.search(shown):
                return Wall(problem=problem, hides=True)
    if words <= _STUB_WORDS and (_is_paid(page) or _PAYWALL.search(body[-600:].casefold())):
        return Wall(problem="behind a paywall: the text is only its beginning", hides=False)
    if words <= _CAPTION_WORDS and _is_video(page):
        return Wall(problem="a video page: the text is only its caption", hides=False)
    return None


def visible_text(root: Any) -> str:
    """All text of a page, and what it says to browsers without scripts, in bounds."""
    silent = " ".join(" ".join(element.itertext()) for element in list(root.iter("noscript"))[:5])
    return f"{element_text(root)[:6000]}\n{silent[:500] if '<' not in silent[:500] else ''}"


def _is_paid(page: Page) -> bool:
    for node in (page.article, page.page):
        stated = node.get("isAccessibleForFree") if node else None
        if stated is False or str(stated).lower() in _FREE:
            return True
    return page.said("article:content_tier").lower() in ("locked", "paid", "metered-locked")


def _is_video(page: Page) -> bool:
    if page.article is not None and jsonld.has_type(page.article, _VIDEO):
        return True
    return page.said("og:type").lower().startswith("video") or page.said("medium") == "video"
