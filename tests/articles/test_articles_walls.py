"""What stands in an article's place is named, and never passed off as the article."""

from __future__ import annotations

import pytest

from digest.articles.page import read_page
from digest.model import Facts

BODY = "<p>" + "The ferry left the harbour before dawn, and nobody saw it go. " * 12 + "</p>"


def page(head: str, body: str) -> Facts:
    document = f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"
    (facts,) = read_page(
        document.encode(), url="https://www.post.example/ferry", timezone="Asia/Seoul"
    )
    return facts


@pytest.mark.parametrize(
    ("title", "body", "problem"),
    [
        ("Before you continue", "<p>Accept all cookies to continue</p>", "a consent wall"),
        ("Post", "<p>We and our 812 partners store cookies.</p>", "a consent wall"),
        ("Post", "<p>Wir benötigen Ihre Zustimmung</p>", "a consent wall"),
        ("Post", "<p>Nous respectons votre vie privée</p>", "a consent wall"),
        ("Post", "<p>Tu privacidad es importante</p>", "a consent wall"),
        ("Post", "<p>Rispettiamo la tua privacy</p>", "a consent wall"),
        ("Post", "<p>Wij respecteren uw privacy</p>", "a consent wall"),
        ("Post", "<p>Нужно согласие на использование cookie</p>", "a consent wall"),
        ("Post", "<p>쿠키 사용에 동의해 주세요</p>", "a consent wall"),
        ("Post", "<p>Cookieの使用に同意する</p>", "a consent wall"),
        ("Just a moment...", "<p>Checking your browser</p>", "a page that wants JavaScript"),
        (
            "Post",
            "<noscript>You need to enable JavaScript to run this app.</noscript>",
            "a page that wants JavaScript",
        ),
        ("Post", "<p>Bitte aktivieren Sie JavaScript</p>", "a page that wants JavaScript"),
        ("Post", "<p>Veuillez activer JavaScript</p>", "a page that wants JavaScript"),
        ("Post", "<p>Habilite JavaScript</p>", "a page that wants JavaScript"),
        ("Post", "<p>Пожалуйста, включите JavaScript</p>", "a page that wants JavaScript"),
        ("Post", "<p>JavaScriptを有効にしてください</p>", "a page that wants JavaScript"),
        ("Post", "<p>자바스크립트를 활성화해 주세요</p>", "a page that wants JavaScript"),
        ("Post", "<p>请启用 JavaScript</p>", "a page that wants JavaScript"),
        ("Page not found", "<p>Sorry.</p>", "an error page"),
        ("404", "<p>Sorry.</p>", "an error page"),
        ("Post", "<h1>Error 404</h1><p>Seite nicht gefunden</p>", "an error page"),
        ("Page introuvable", "<p>Désolé.</p>", "an error page"),
        ("Página no encontrada", "", "an error page"),
        ("Página não encontrada", "", "an error page"),
        ("Pagina niet gevonden", "", "an error page"),
        ("Страница не найдена", "", "an error page"),
        ("페이지를 찾을 수 없습니다", "", "an error page"),
        ("ページが見つかりません", "", "an error page"),
        ("页面不存在", "", "an error page"),
        ("الصفحة غير موجودة", "", "an error page"),
    ],
)
def test_a_wall_in_place_of_the_article_is_named_and_not_read(
    title: str, body: str, problem: str
) -> None:
    facts = page(
        f'<title>{title}</title><meta name="description" content="All news, every day.">', body
    )
    assert any(note.startswith(problem) for note in facts.problems), facts.problems
    assert facts.text == ""


def test_what_a_wall_says_of_itself_is_no_summary() -> None:
    head = '<title>Page not found</title><meta name="description" content="All news, every day.">'
    assert page(head, "<p>Sorry.</p>").summary == ""


@pytest.mark.parametrize(
    ("head", "last"),
    [
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Ferry",'
            '"isAccessibleForFree":"False"}</script>',
            "",
        ),
        ('<meta property="article:content_tier" content="locked">', ""),
        ("", "Subscribe to continue reading."),
        ("", "Jetzt weiterlesen mit Abo"),
        ("", "Article réservé aux abonnés"),
        ("", "Contenido exclusivo para suscriptores"),
        ("", "Conteúdo exclusivo para assinantes"),
        ("", "Contenuto riservato agli abbonati"),
        ("", "Alleen voor abonnees"),
        ("", "Материал доступен только для подписчиков"),
        ("", "유료회원 전용 기사입니다"),
        ("", "この記事は有料会員限定です"),
        ("", "订阅后阅读全文"),
    ],
)
def test_a_paywall_keeps_what_it_shows_and_says_that_it_is_a_beginning(
    head: str, last: str
) -> None:
    body = f"<article><h1>Ferry</h1>{BODY}<p>{last}</p></article>"
    facts = page(
        '<title>Ferry</title><meta name="description" content="Nobody saw it go.">' + head, body
    )
    assert "behind a paywall: the text is only its beginning" in facts.problems
    assert facts.summary == "Nobody saw it go."
    assert facts.text.startswith("The ferry left")


def test_a_video_page_says_so() -> None:
    head = '<title>Ferry</title><meta property="og:type" content="video.other">'
    facts = page(head, "<h1>Ferry</h1><p>The ferry leaves.</p>")
    assert "a video page: the text is only its caption" in facts.problems


@pytest.mark.parametrize(
    "title",
    [
        "Cookie consent is required, says court",
        "How to enable JavaScript in schools",
        "404 homes to be built on the quay by 2027",
        "Why page not found errors cost millions",
        "Paywalls: subscribe to continue reading?",
    ],
)
def test_an_article_on_such_things_is_an_article(title: str) -> None:
    body = f"<article><h1>{title}</h1>{BODY}{BODY}{BODY}</article>"
    facts = page(f"<title>{title}</title>", body)
    assert "states no date" not in " ".join(facts.problems)
    assert facts.problems == ()
    assert facts.text.startswith("The ferry left")


def test_a_banner_on_a_short_article_hides_nothing() -> None:
    note = "<p>" + "The ferry left the harbour before dawn. " * 6 + "</p>"
    banner = "<div id='banner'>We use cookies. " + "Settings, partners, purposes. " * 30 + "</div>"
    facts = page("<title>Ferry</title>", f"<article><h1>Ferry</h1>{note}</article>{banner}")
    assert facts.text.startswith("The ferry left")
    assert facts.problems == ()
