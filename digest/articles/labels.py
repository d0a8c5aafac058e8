"""The words before a colon that say what a line of a text is, in many languages.

``label_of`` is the door; the tables below grow by adding a word to a line.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from digest.dates.names import fold

Kind = Literal[
    "title", "summary", "author", "date", "updated", "url", "source", "language", "categories"
]

_LABELS: dict[Kind, str] = {
    "title": """
        title|headline|article title|subject|betreff|objet|asunto|assunto|oggetto|onderwerp|тема
        titel|überschrift|titre|título|titular|manchete|titolo
        заголовок
        제목|タイトル|件名|見出し|标题|標題|题目|主题|主題|العنوان|الموضوع|כותרת|otsikko|rubrik|tytuł|başlık
    """,
    "summary": """
        summary|dek|deck|standfirst|subtitle|sub-title|subhead|subheading|subheadline|description
        abstract|teaser|strapline|untertitel|unterzeile|zusammenfassung|vorspann|chapeau|résumé
        sous-titre|subtítulo|resumen|entradilla|bajada|resumo|linha fina|sommario|occhiello
        sottotitolo|samenvatting|подзаголовок|аннотация|лид|краткое содержание|부제|부제목
        요약|副題
        要約|概要|リード|摘要|副标题|副標題|导语|ملخص|العنوان الفرعي|תקציר|כותרת משנה
    """,
    "author": """
        author|authors|author(s)|from|by|byline|writer|written by|reporter|reporters|journalist
        words by
        text by|words|story|story by|reported by|contributor|journaliste|journalistes|giornalista
        periodista
        jornalista|redakteur|redakteurin|redacteur|redactrice|autor|autorin
        autoren|verfasser|von|text|auteur|auteure|auteurs|par|autora|autores|por|autore|autrice
        autori|di
        door|автор|авторы|корреспондент|журналист|текст|글|기자|작성자|글쓴이|지은이|著者|筆者|執筆者|執筆|記者|文
        作者|记者|記者|撰文|撰稿|文字
        الكاتب|الكاتبة|كاتب|كتب|كتبت|بقلم|المؤلف|מאת|yazar|kirjoittaja
    """,
    "date": """
        date|dateline|published|published on|published at|publish date|publication date
        date published
        pub date
        pubdate|posted|posted on|posted at|date posted|first published|released|release date
        date of publication|issued|datum|veröffentlicht|veröffentlicht am|veröffentlichung
        veröffentlichungsdatum|erstellt|erstellt am|online seit|online since|filed|filed on
        posted online|erschienen|erschienen am
        publiziert|publié|publié le|publication
        date de publication|paru le|mis en ligne le|fecha|publicado|publicado el
        fecha de publicación
        publicado em|publicado a|publicada em|data|data de publicação|data di pubblicazione
        pubblicato|pubblicato il|gepubliceerd|gepubliceerd op|publicatiedatum|geplaatst op|дата
        опубликовано|дата публикации|날짜|입력|등록|등록일|게시일|작성일|발행|승인|게재
        보도일|등록시간|승인시간|발행일|기사입력
        입력일|송고|日付|公開日
        公開|掲載日|掲載|配信|配信日|投稿日|発行日|公開日時|日期|发布|发布时间|发布日期|发表于
        发表时间|發布|發布時間
        發布日期|發表於|时间|時間|التاريخ|تاريخ|تاريخ النشر|نشر|نشر في|نُشر في|פורסם|תאריך|פורסם ב
        dato|tarih|dátum|publikováno|zveřejněno|közzétéve|megjelent|publicat|data publicării
        udgivet
        publicerat|ημερομηνία|δημοσιεύθηκε|päivämäärä|pvm|opublikowano|data publikacji|yayınlandı
        yayımlanma tarihi|дата публікації|опубліковано|publicerad|publisert|offentliggjort
        yayınlanma tarihi|yayın tarihi|julkaistu
    """,
    "updated": """
        updated|updated on|updated at|last updated
        page last updated|page last modified|page updated|article updated
        last modified on|last updated on|last update|last modified
        modified
        modified on|last edited|edited|revised|last reviewed|aktualisiert|aktualisiert am
        zuletzt aktualisiert|letzte aktualisierung|stand|geändert|geändert am|bearbeitet
        mis à jour|mis à jour le|mise à jour|modifié|modifié le|dernière mise à jour|actualizado
        actualizado el|última actualización|modificado|atualizado|atualizado em|última atualização
        aggiornato|aggiornato il|ultimo aggiornamento|bijgewerkt|bijgewerkt op|laatst bijgewerkt
        laatste update|обновлено|обновлен|изменено|дата обновления|수정|수정일|최종수정
        최종 수정|업데이트
        更新|更新日|最終更新|最終更新日|更新日時|更新时间|更新時間|最后更新|تحديث|آخر تحديث
        تم التحديث|עודכן
        zaktualizowano|uppdaterad|oppdatert|opdateret|güncelleme
    """,
    "url": """
        url|link|permalink|web|web address|article url|article link|original url|original link
        original article|source url|full article|full story|full text|canonical|canonical url|lien
        adresse|enlace|collegamento|ссылка|링크|주소|기사 원문|원문 링크|원문보기|リンク
        元記事|記事url|链接
        more|read more|read more here|read on|read it here|read here|read the original
        continue reading
        full version|complete article|original post|more details|more info
        mehr|mehr dazu|weiterlesen|zum artikel|zum original|originalartikel|ganzer artikel
        en savoir plus
        lire la suite|lire l'article|article original|texte intégral|leer más|artículo original|más
        leer el original|leia mais|saiba mais|artigo original|leggi tutto|articolo originale
        lees meer
        lees verder|origineel artikel|подробнее|читать далее|оригинал статьи|원문보기
        원문 보기|기사보기
        기사 보기|자세히 보기|자세히|続きはこちら|続きを読む|続き|記事はこちら|阅读原文
        阅读全文|查看原文|閱讀原文
        連結|网址|網址|原文链接|原文鏈接|原文连结|الرابط|رابط|קישור
    """,
    "source": """
        original source|source|sources|via|publisher|publication name|outlet|published by|site
        website
        originally published|originally published at|originally published by
        originally published in
        originally published on|originally appeared in|originally appeared on|first published at
        first published by|first published in|quelle|quellen|originalquelle|ursprüngliche quelle
        source originale|source d'origine|fuente|fuente original|fonte|fonte original
        fonte originale
        bron|originele bron|oorspronkelijke bron|источник|первоисточник|оригинал
        источник публикации
        출처|원문 출처|원출처|원문|자료|언론사|매체|出典|出所|引用元|転載元|ソース|情報源|提供
        来源|來源|文章来源|资料来源
        消息来源|稿件来源|原文来源|文章來源|出处|المصدر|المصدر الأصلي|مصدر|מקור|źródło|kilde
        källa|kaynak|lähde
    """,
    "language": """
        language|lang|sprache|langue|idioma|lingua|taal|язык|언어|言語|语言|語言|اللغة
    """,
    "categories": """
        category|categories|tags|tag|keywords|topic|topics|section|filed under|labels|kategorie
        kategorien|schlagwörter|schlagworte|stichworte|rubrik|catégorie|catégories|mots-clés
        étiquettes|rubrique|categoría|categorías|etiquetas|palabras clave|sección|categoria
        categorias
        palavras-chave|categorie|etichette|trefwoorden|теги|метки|рубрика|категория|태그
        키워드|분류
        タグ|キーワード|カテゴリ|カテゴリー|标签|標籤|关键词|關鍵字|分类|栏目|الوسوم
        كلمات مفتاحية|التصنيف|תגיות
    """,
}

_NOT_ENGLISH = """
datum veröffentlicht erschienen publiziert aktualisiert stand geändert publié paru fecha publicado
data pubblicato gepubliceerd дата опубликовано обновлено mis actualizado atualizado aggiornato
bijgewerkt geplaatst
"""
# Labels whose language writes numeric dates day first, without exception.
_DAY_FIRST = frozenset(fold(word) for word in _NOT_ENGLISH.split())
_LABEL_LINE = re.compile(
    r"[\s>*_•\-–#]{0,6}([^:：\n]{1,34}?)[*_]{0,3}\s{0,2}[:：][*_]{0,3}(?!//)\s{0,8}(.*)"
)
_DASHED_LINE = re.compile(
    r"[\s>*_•]{0,6}([^:：\n–—]{1,34}?)[*_]{0,3}(?:\s{0,2}[–—]|\s{1,2}--?(?=\s))[*_]{0,3}\s{0,3}(\S.*)"
)

# "Release date (film): …", "Date accessed: …": the label goes on, of something else.
_SAID_OF = re.compile(
    r"\([^()]{1,30}\)\s?[:：]"
    r"|[^\W\d_]{3,20}(?: [^\W\d_]{2,20}){0,2}\s?[:：]\s?\d"
)
# East Asian sites write the word behind the date: 2025/04/24(木) 09:10配信.
_SUFFIX = re.compile(
    r"(.{6,60}?)\s?(配信|公開|掲載|投稿|更新|发布|發布|发表|입력|등록|송고|게시|수정)"
)
_UPDATED_SUFFIXES = frozenset(["更新", "수정"])


def _table() -> dict[str, Kind]:
    return {
        fold(word.strip()): kind
        for kind, words in _LABELS.items()
        for word in words.replace("\n", "|").split("|")
        if word.strip()
    }


_KINDS = _table()
_MOST_WORDS = max(len(label.split()) for label in _KINDS)
_DATE_WORDS = frozenset(
    label.partition(" ")[0] for label, kind in _KINDS.items() if kind in ("date", "updated")
)
"""What labels of dates begin with."""


def label_of(line: str) -> tuple[Kind, str, str] | None:
    """(kind, value, label) of a line such as ``Published: 24 April 2025``, else None."""
    if (":" not in line and "：" not in line) or len(line) > 600:
        return None
    return _label_of(line)


# The readers of a text ask for each of its lines several times.
@lru_cache(maxsize=512)
def _label_of(line: str) -> tuple[Kind, str, str] | None:
    match = _LABEL_LINE.fullmatch(line)
    if match is None:
        return None
    label = fold(" ".join(match[1].split()))
    kind = _KINDS.get(label)
    return (kind, match[2].strip().rstrip("*_"), label) if kind else None


def dashed_label_of(line: str) -> tuple[Kind, str, str] | None:
    """The same for a line whose label a dash parts off: ``Original Source – example.org``."""
    has_dash = "-" in line or "–" in line or "—" in line
    match = _DASHED_LINE.fullmatch(line) if has_dash and len(line) <= 600 else None
    if match is None:
        return None
    label = fold(" ".join(match[1].split()))
    kind = _KINDS.get(label)
    return (kind, match[2].strip().rstrip("*_"), label) if kind else None


def is_label_alone(line: str) -> bool:
    """True for a label whose value stands on the next line: ``Published:``, ``By``."""
    return len(line) <= 34 and _KINDS.get(fold(line.strip(" *_:："))) in (
        "author",
        "date",
        "updated",
        "source",
        "url",
    )


def date_label(text: str) -> tuple[Kind, str, str] | None:
    """The same for date labels that go without a colon: ``Posted on 24 April 2025``."""
    suffix = None if text.isascii() else _SUFFIX.fullmatch(text)
    if suffix is not None:
        return ("updated" if suffix[2] in _UPDATED_SUFFIXES else "date"), suffix[1], suffix[2]
    words = text.split(" ", _MOST_WORDS)
    if fold(words[0]).partition(" ")[0].rstrip(":") not in _DATE_WORDS:
        return None
    # Longest first, so that "published on" is found before "published".
    for count in range(min(len(words) - 1, _MOST_WORDS), 0, -1):
        label = fold(" ".join(words[:count])).rstrip(":：")
        kind = _KINDS.get(label)
        if kind in ("date", "updated") and not _SAID_OF.match(" ".join(words[count:])):
            return kind, " ".join(words[count:]).lstrip(" :："), label
    return None


def is_day_first(label: str) -> bool:
    """True for the labels of languages that write 03.04.2025 for the third of April."""
    return any(word in _DAY_FIRST for word in label.split())
