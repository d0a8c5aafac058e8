"""Whether a name in Hangul or Han characters is a person's or a paper's."""

from __future__ import annotations

import re

_SURNAMES = (
    "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민진지엄채원천방공"
    "현함변염추도소석선설마길연위표명기반왕금옥육인맹제모탁국여어은편용예봉경사부가복태목형피두감호"
)
_LONG_SURNAMES = ("남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방")
_HOUSE = re.compile(
    r"편지|레터|뉴스|소식|통신|신문|일보|저널|매거진|브리핑|주간|월간|데일리|타임|이야기|연구소|편집|방송"
    r"|잡지|노트|클럽|협회|센터|포스트|다이제스트|리포트|출판|서점|학교|재단|미디어"
    r"|通信|通讯|通訊|新聞|新闻|日報|日报|晚报|晚報|早报|早報|時報|时报|快报|快報|周刊|週刊|周报|週報|月刊"
    r"|雑誌|杂志|雜誌|便り|編集|编辑|編輯|電子報|简报|簡報|協会|协会|協會|学会|學會|研究所|財団|基金会|新聞社"
    r"|書店|书店|電視|电视|放送|出版|委員会|大学|學院|报社|報社|[报報誌刊社]$"
)


def is_eastern_name(text: str) -> bool:
    """True for what can be a person's name in Hangul (a surname, then one or two syllables) or
    in two to four Han characters, and is no paper's."""
    if _HOUSE.search(text):
        return False
    if re.fullmatch(r"[가-힣]{2,4}", text):
        if text.startswith(_LONG_SURNAMES):
            return len(text) > 2
        return text[0] in _SURNAMES and len(text) <= 3
    return re.fullmatch(r"[\u4e00-\u9fff]{2,4}", text) is not None
