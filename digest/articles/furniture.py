"""Left-over page furniture in texts: what a site puts round an article, in many languages."""

from __future__ import annotations

import re
from functools import lru_cache

from digest.articles.labels import label_of
from digest.dates.names import fold

# Whole lines, folded, without punctuation and numbers at their ends.
_LINES = """
post comment|post a comment|post your comment|leave a comment|leave a reply|add a comment
add comment
comment|comments|no comments|be the first to comment|view comments|show comments|write a comment
load more comments|comments are closed|reply|log in to comment|login to comment
join the conversation
share|share this|share this article|share this story|share this post|share via|share on facebook
share on twitter|share on x|share on linkedin|share on whatsapp|facebook|twitter|whatsapp|linkedin
telegram|email|e-mail|print|print this|print article|pinterest|reddit|copy link|link copied
copy url
tweet|like|save|save article|bookmark|listen|listen to this article|font size|text size
gift article
subscribe|subscribe now|subscribe to our newsletter|sign up|sign up now|sign in|log in|register
sign up for our newsletter|newsletter|follow us|get the app|download our app|support us|donate
donate now|advertisement|advertising|ad|ads|sponsored|sponsored content|promoted|promoted content
continue reading|read more|read next|show more|load more|view more|see more|more|next|previous
next article|previous article|next post|previous post|back to top|top|home|menu|search
skip to content
related|related articles|related stories|related posts|related news|related content|related topics
more stories|more from this section|more on this story|more news|you may also like
you might also like
recommended|recommended for you|most read|most popular|trending|trending now|popular|latest news
editors picks|editor's picks|also read|see also|read also|recommended reading|up next
report an error|report a typo|contact us|about us|terms of use|privacy policy|cookie policy
for immediate release|press release
end|ends|more to come|this is a developing story|developing story
accept cookies|accept all|manage cookies|all rights reserved|view in browser|unsubscribe
kommentar schreiben|kommentare|kommentieren|kommentar verfassen|teilen|artikel teilen|drucken
merken
anzeige|werbung|newsletter abonnieren|abonnieren|jetzt abonnieren|mehr zum thema|auch interessant
lesen sie auch|das könnte sie auch interessieren|meistgelesen|nach oben|zur startseite|weiterlesen
alle rechte vorbehalten|artikel drucken|artikel versenden|startseite|impressum|datenschutz
laisser un commentaire|commentaires|commenter|publier un commentaire|ajouter un commentaire
partager
partager cet article|imprimer|s'abonner|abonnez-vous|inscrivez-vous à notre newsletter|publicité
à lire aussi|lire aussi|sur le même sujet|articles liés|les plus lus|tous droits réservés
lire la suite|envoyer par e-mail
publicar comentario|comentarios|comentar|deja un comentario|dejar un comentario|compartir
compartir este artículo|imprimir|suscríbete|suscribirse|publicidad|noticias relacionadas
lee también
te puede interesar|más leídas|lo más leído|todos los derechos reservados|leer más
artículos relacionados
publicar comentário|comentários|deixe um comentário|compartilhar|partilhar|compartilhe|assine
inscreva-se|publicidade|leia também|leia mais|notícias relacionadas|mais lidas
todos os direitos reservados|artigos relacionados|veja também
pubblica commento|commenti|commenta|lascia un commento|condividi|condividi questo articolo|stampa
abbonati|iscriviti|iscriviti alla newsletter|pubblicità|leggi anche|articoli correlati|i più letti
tutti i diritti riservati|riproduzione riservata
plaats een reactie|reacties|reageer|deel dit artikel|delen|afdrukken|abonneer|advertentie|lees ook
lees meer|gerelateerde artikelen|meest gelezen|alle rechten voorbehouden
оставить комментарий|комментарии|комментировать|добавить комментарий|поделиться|распечатать|печать
подписаться|подписывайтесь|подписывайтесь на нас|реклама|читайте также|по теме|материалы по теме
новости по теме|все права защищены|читать далее|самое читаемое|отправить комментарий
댓글|댓글 쓰기|댓글쓰기|댓글 달기|댓글 등록|댓글 보기|공유|공유하기|기사 공유|공유하기 버튼
인쇄|인쇄하기|구독|구독하기
뉴스레터 구독|광고|관련 기사|관련기사|관련 뉴스|많이 본 뉴스|많이 본 기사|추천 기사|좋아요
스크랩|글자크기|맨 위로
무단 전재 및 재배포 금지|무단전재 및 재배포 금지|목록|이전 기사|다음 기사|기사제보
コメント|コメントする|コメントを投稿|コメントを書く|コメントを残す|シェア|シェアする|共有
共有する|印刷|印刷する|購読|購読する
メルマガ登録|広告|関連記事|関連ニュース|おすすめ記事|あわせて読みたい|人気記事|続きを読む
いいね|無断転載禁止|無断転載を禁じます
ページトップへ|ツイート|会員登録|ログイン
发表评论|评论|写评论|我要评论|查看评论|分享|分享到|打印|打印本页|订阅|广告|相关文章|相关新闻
相关阅读|推荐阅读|热门文章|阅读更多
延伸阅读|版权所有|未经授权不得转载|返回顶部|上一篇|下一篇|收藏|点赞|關閉|發表評論|評論|分享至
訂閱|廣告|相關文章|相關新聞|延伸閱讀
推薦閱讀|版權所有|責任編輯
أضف تعليق|أضف تعليقا|اترك تعليقا|التعليقات|تعليقات|تعليق|شارك|مشاركة|شارك المقال|طباعة|اشترك
اشترك الآن
اشترك في النشرة البريدية|إعلان|إعلانات|اقرأ أيضا|مواضيع ذات صلة|أخبار ذات صلة|مقالات ذات صلة
الأكثر قراءة
جميع الحقوق محفوظة|اقرأ المزيد|تابعنا
הוסף תגובה|תגובות|שתף|הדפס|הירשם|פרסומת|כתבות נוספות|כל הזכויות שמורות|קרא עוד
"""

# Lines that begin so and are short; only taken at a text's edges.
_BEGINNINGS = re.compile(
    r"(?:©|\(c\)\s|copyright\b|all rights reserved|share (?:this|on|via|with)\b|follow @"
    r"|follow (?:us|me) on\b|subscribe (?:to|now|for|today)\b|sign up (?:for|to|here|now)\b"
    r"|join (?:our|us)\b|like us on\b|tags?\s?[:：]|related\s?[:：]|see also\s?[:：]"
    r"|(?:read also|also read|recommended)\s?[:：]|more (?:on|from|about) |you (?:may|might) also\b"
    r"|read (?:more|next)\s?[:：]|click here\b|download (?:our|the) |support (?:our|independent) "
    r"|correction\s?[,:]|corrections\s?[,:]|clarification\s?[,:]|editor['’]s note\b"
    r"|note to (?:readers|editors)"
    r"|this article (?:may|must) not|reproduction (?:is )?prohibited|no part of this"
    r"|\d+ (?:comments?|replies|shares?|likes?|views?)\b|image(?: credit)?s?\s?[:：]|credit\s?[:：]"
    r"|(?:photo(?:graph)?|foto|crédit|bild|symbolbild|фото|사진|写真|图片|圖片|图|الصورة|صورة)"
    r"(?: (?:credit|photo))?s?\s?(?:by\b|[:：])|have a tip|got a tip|to contact the"
    r"|contact the (?:author|reporter|editor)|syndicated (?:from|by|via)\b|reporting by\b"
    r"|editing by\b|additional reporting"
    r"|for more information,? (?:visit|see|contact)"
    r"|folgen sie uns|abonnieren sie|teilen (?:auf|sie)|schlagw[oö]rter|mehr zu[mr]? "
    r"|lesen sie (?:auch|mehr)|suivez|abonnez|partage[rz] (?:sur|cet)|inscrivez"
    r"|s[ií]guenos|suscr[ií]b|comparte|compart[ei]r? |siga-nos|assine |seguici|iscriviti"
    r"|condividi su|volg ons|deel op|abonneer|подпи[сш]|поделиться|читайте (?:также|нас)"
    r"|저작권자|ⓒ|무단|＜저작권|<저작권|\[저작권|기사제보|제보는|▶|☞"
    r"|【関連|関連記事|関連\s?[:：]|【あわせて|责任编辑|責任編輯|编辑\s?[:：]|\(责任编辑|（责任编辑"
    r"|相关(?:阅读|新闻|文章|链接|报道)|تابعونا|تابعنا|اشترك|حقوق النشر|#\w)",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"\W{0,3}(?:©|\(c\)\s|copyright\b|ⓒ|저작권자|reproduction|no part of"
    r"|this article (?:may|must) not)",
    re.IGNORECASE,
)
_RELATED = frozenset(
    fold(word)
    for word in """
related|related articles|related stories|related posts|related news|related content|more stories
you may also like|you might also like|recommended|recommended for you|most read|most popular
trending
trending now|latest news|read next|see also|also read|more news|more on this story|up next
read also
mehr zum thema|lesen sie auch|auch interessant|das könnte sie auch interessieren|meistgelesen
à lire aussi|lire aussi|sur le même sujet|articles liés|noticias relacionadas|lee también
te puede interesar|leia também|notícias relacionadas|leggi anche|articoli correlati|lees ook
gerelateerde artikelen|читайте также|по теме|материалы по теме|관련 기사|관련기사|관련 뉴스
많이 본 뉴스
많이 본 기사|추천 기사|関連記事|関連ニュース|おすすめ記事|あわせて読みたい|人気記事|相关文章
相关新闻|相关阅读|推荐阅读|延伸阅读
相關文章|相關新聞|延伸閱讀|推薦閱讀|اقرأ أيضا|مواضيع ذات صلة|أخبار ذات صلة|مقالات ذات صلة|comments
kommentare|commentaires|comentarios|comentários|commenti|reacties|комментарии|댓글|コメント
评论|評論
""".replace("\n", "|").split("|")
    if word
)
# "1 Comment", "Comments (2)", "3 thoughts on “…”", "Bob says:", "Bob wrote on April 29, 2026:"
_COMMENTS = re.compile(
    r"\W{0,3}(?:(?:\d{1,5}|one|no|ein|un|uno|um|een)\s(?:comments?|repl(?:y|ies)|responses?"
    r"|thoughts? on\b.*|kommentare?"
    r"|antwort(?:en)?|commentaires?|réponses?|comentarios?|respuestas?|comentários?|respostas?|commenti?o?"
    r"|rispost[ae]|reacties?|комментари\w*|ответ\w*)"
    r"|(?:all |user |readers?['’]? |leser)?(?:comments?|repl(?:y|ies)|responses?|kommentare"
    r"|leserkommentare|commentaires"
    r"|comentarios|comentários|commenti|reacties|комментарии)\s?[(:]?\s?\d{0,5}\)?"
    r"|(?:댓글|의견|コメント|评论|評論|留言|تعليقات"
    r"|تعليق)\s?[(（:：]?\s?\d{0,5}\s?[건개件条]?[)）]?|discussion|join the discussion"
    r"|(?:leave|post|add) a (?:reply|comment).{0,40}"
    r"|[^\W\d_][^:：.!?]{0,40}\s(?:says|said|writes|wrote|replied|commented|schreibt|schrieb"
    r"|sagt|meint|dit|a écrit|écrit"
    r"|dice|dijo|escribió|diz|disse|escreveu|scrive|ha scritto|zegt|schreef|пишет|написала?"
    r"|говорит)"
    r"\b[^.!?]{0,40}\s?[:：])\W{0,3}",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_](?:.*[^\W\d_])?", re.DOTALL)
_SOCIAL = re.compile(
    r"(?:facebook|twitter|x|whatsapp|linkedin|telegram|e-?mail|print|pinterest|reddit|copy link"
    r"|share|messenger|line|kakaotalk|카카오톡|페이스북|트위터|밴드|instagram|threads|bluesky|mastodon|pocket"
    r"|tweet|youtube|tiktok|rss)(?:[\s|,/·•]+|$)",
    re.IGNORECASE,
)
_CRUMBS = re.compile(
    r"embargo(?:ed)?\b.{0,60}$|syndicated (?:from|by|via)\b.{1,60}$"
    r"|(?:home|startseite|accueil|inicio|home page|홈|ホーム|首页)\s?[>»›/|]",
    re.IGNORECASE,
)
_END_MARK = re.compile(r"\s*(?:-\s?30\s?-|#{3}|\(?(?:끝|完|了)\)?\.?|■|◼)\s*")


def _key(line: str) -> str:
    letters = _LETTERS.search(line)
    return fold(letters[0].replace("’", "'")) if letters else ""


_WHOLE = frozenset(_key(word) for word in _LINES.replace("\n", "|").split("|") if word.strip())


def is_furniture(line: str) -> bool:
    """True for a whole line that is page furniture wherever it stands (``Post Comment``)."""
    return len(line) <= 80 and _is_furniture(line)


# The readers of a text ask for each of its lines several times.
@lru_cache(maxsize=256)
def _is_furniture(line: str) -> bool:
    key = _key(line)
    if key in _WHOLE or _CRUMBS.match(line) or _END_MARK.fullmatch(line):
        return True
    return _only_networks(line)


def is_edge_furniture(line: str) -> bool:
    """True for a line that is furniture at the beginning or end of a text: also
    copyright notices, calls to follow and subscribe, tags and related links."""
    return len(line) <= 300 and _is_edge_furniture(line)


@lru_cache(maxsize=256)
def _is_edge_furniture(line: str) -> bool:
    if is_furniture(line):
        return True
    # Longer lines are sentences of the article that begin by chance like a call to follow.
    if len(line) > 140 and not _NOTICE.match(line):
        return False
    bare = line.strip(" \t*_>-–—•·[](")
    if _BEGINNINGS.match(bare) or (bare != line and _BEGINNINGS.match(line)):
        return True
    label = label_of(line)
    return label is not None and label[0] == "categories"


def opens_related(line: str) -> bool:
    """True for the heading of a list of other articles or of comments."""
    return len(line) <= 60 and _key(line) in _RELATED


def opens_comments(line: str) -> bool:
    """True for the heading of what readers said below a text, and for the first line of a comment.

    A text's own lines may look so: it counts only where nothing but a tail follows.
    """
    return len(line) <= 90 and _COMMENTS.fullmatch(line) is not None


def _only_networks(line: str) -> bool:
    position, count = 0, 0
    line = line.strip()
    while position < len(line):
        match = _SOCIAL.match(line, position)
        if match is None:
            return False
        position = match.end()
        count += 1
    return count > 1
