"""Who a mail is from: a person writes, a house or a list publishes."""

from __future__ import annotations

import re
from email.message import Message
from email.utils import parseaddr
from urllib.parse import urlsplit

from digest.articles.bylines import is_agency, is_house, is_name
from digest.articles.easternnames import is_eastern_name
from digest.articles.mailparts import decode_words, header, raw_header
from digest.articles.sitename import is_kin
from digest.markup import clean_text
from digest.model.article import Link
from digest.urls import join_url

_LIST_HEADERS = ("list-id", "list-unsubscribe", "list-post", "precedence", "feedback-id")
_HOST = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_][\w-]{1,61}")
# Where anybody has an address: these hosts publish nothing.
_POST_OFFICE_NAMES = """
gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com aol.com
icloud.com me.com mac.com proton.me protonmail.com pm.me gmx.de gmx.net gmx.at gmx.ch gmx.com
web.de t-online.de freenet.de posteo.de mailbox.org fastmail.com zoho.com hey.com tutanota.com
orange.fr free.fr laposte.net wanadoo.fr libero.it virgilio.it naver.com daum.net hanmail.net
kakao.com nate.com qq.com 163.com 126.com sina.com foxmail.com docomo.ne.jp mail.ru yandex.ru
bk.ru list.ru rambler.ru ya.ru uol.com.br terra.com.br yahoo.co.jp yahoo.co.uk yahoo.fr yahoo.de
hotmail.fr hotmail.co.uk outlook.fr outlook.de comcast.net verizon.net att.net
"""
_POST_OFFICES = frozenset(_POST_OFFICE_NAMES.split())
_ROLE_NAMES = """
news newsletter newsletters letter letters notes note team info hello hi contact editor editors
editorial office mail post press redaktion redaction redazione noreply no-reply digest weekly daily
updates update bulletin briefing admin service support subscriptions list mailing
"""
_ROLES = frozenset(_ROLE_NAMES.split())
_MAILTO = re.compile(r"\s*[\[<(]\s?mailto:[^\]>)]*[\]>)]", re.IGNORECASE)
_ADDRESS = re.compile(r"\s*[<\[(]\s*([^\s<>\[\]()]+@[^\s<>\[\]()]+)\s*[>\])]?\s*\Z")
_BEHALF = re.compile(r".*\b(?:on behalf of|im auftrag von|de la part de)\s+(?=\S)", re.IGNORECASE)
# "Anna Lindqvist via Sound Weekly", "… | The Sound", "… (Sound Times)".
_VIA = re.compile(
    r"(.{2,60}?)(?:\s+(?:via|from|on behalf of|[|@–—-])\s+|\s*\()(\S.{1,60}?)\)?", re.IGNORECASE
)
# "Anna Lee at Sound Weekly", "Anna Lee, Sound Weekly", "Sound Weekly by Anna Lee".
_BESIDE = re.compile(r"(\S.{1,58}?)(?:\s+(?:at|of|bei|chez)\s+|,\s+)(\S.{1,60})")
_WRITTEN_BY = re.compile(r"(\S.{1,58}?)\s+(?:by|von|par|por|door|w/|with|mit)\s+(\S+\s.{1,60})")
# Machines' names of lists: "6c5d2ef1 mc list", "owner-x", addresses.
_NO_LIST_NAME = re.compile(r"[0-9a-f]{8,}|\bmc list\b|@|^[\w.-]+$|^list\b", re.IGNORECASE)
_MOST_LIST_NAME = 60
_ARTICLE = re.compile(
    r"(?:the|la|le|les|el|los|las|il|lo|gli|der|die|das|het)\s[^\W\d_]+$", re.IGNORECASE
)
_TAG = re.compile(r"\s*\[([^\[\]]{2,60})\]\s*(?=\S)")


def read_sender(
    written: str, *, is_list: bool, house: str = ""
) -> tuple[tuple[str, ...], Link | None]:
    """(authors, source) of a From header or line; ``house`` is what the mail's list is called."""
    listed = Link(name=house) if house else None
    if not written:
        return (), listed
    name, address = _parts(written)
    if not name:
        host = _host(address)
        named = _HOST.fullmatch(host) is not None and (is_list or host not in _POST_OFFICES)
        return (), listed or (Link(name=host) if named else None)
    if is_agency(name):
        return (), Link(name=name)
    written_by = _WRITTEN_BY.fullmatch(name)
    if written_by is not None and is_name(written_by[2]) and not is_house(written_by[2]):
        return (written_by[2],), Link(name=written_by[1])
    beside = _BESIDE.fullmatch(name)
    if beside is not None and is_name(beside[1]) and not is_house(beside[1]):
        kin = is_kin(beside[2], f"https://{_host(address)}/")
        if (is_house(beside[2]) or kin) and " " in beside[1]:
            return (beside[1],), Link(name=beside[2])
    through = _VIA.fullmatch(name)
    if through is not None and is_name(through[1]) and not is_house(through[1]):
        full = " " in through[1] or not through[1].isascii()
        return (through[1],) if full else (), Link(name=through[2])
    if is_list and not house:
        return (), Link(name=name)
    if is_name(name) and len(name.split()) > 1 and not _is_house(name, address):
        return (name,), listed
    if is_eastern_name(name):
        return (name,), listed
    return (), Link(name=name)


def sender_host(written: str) -> str:
    """The host that a sender's address is at, "" for post offices where anybody has one."""
    host = _host(_parts(written)[1]) if written else ""
    return "" if host in _POST_OFFICES or not _HOST.fullmatch(host) else host


def is_list(message: Message) -> bool:
    """True for a mail that was sent to many."""
    return any(raw_header(message, name) for name in _LIST_HEADERS)


def list_name(message: Message) -> str:
    """What the mail's list is called (RFC 2919), "" where only machines call it so."""
    name = header(message, "list-id").partition("<")[0].strip("\"' ")
    return "" if len(name) > _MOST_LIST_NAME or _NO_LIST_NAME.search(name) else name


def without_tag(subject: str, message: Message) -> str:
    """A subject without the list's name in brackets before it, where the List-Id proves that it
    is that: ``[Sound] Seals return`` of ``<sound.lists.example.org>``."""
    found = _TAG.match(subject)
    if found is None:
        return subject
    name, _, address = header(message, "list-id").partition("<")
    known = {_letters(name), _letters(address.partition(".")[0])}
    return subject[found.end() :] if _letters(found[1]) in known - {""} else subject


def own_page(message: Message) -> str | None:
    """The mail's own page: Archived-At (RFC 5064), or the page that List-Post leads to where a
    newsletter's platform names its post there instead of an address for answers."""
    written = raw_header(message, "archived-at").strip("<> ")
    if not _is_web(written):
        written = raw_header(message, "list-post").partition(",")[0].strip("<> ")
        try:
            steps = [step for step in urlsplit(written).path.split("/") if step]
        except ValueError:
            return None
        if len(steps) < 2:
            return None
    return join_url("", written) if _is_web(written) else None


def _is_web(written: str) -> bool:
    return written.lower().startswith(("http://", "https://"))


def _parts(written: str) -> tuple[str, str]:
    """(name, address) of a sender as headers and as forwarded texts show one."""
    written = _BEHALF.sub("", _MAILTO.sub("", written))
    found = _ADDRESS.search(written)
    if found is not None:
        name, address = written[: found.start()], found[1]
    else:
        name, address = parseaddr(written)
        if not name and "@" not in written:
            name = written
    name = clean_text(decode_words(name)).strip("\"'<> ").replace("\\", "").replace('"', "")
    if "@" in name:
        name = ""
    last, comma, first = name.partition(", ")
    if comma and " " not in last and "," not in first and is_name(last) and is_name(first):
        name = f"{first} {last}"  # as address books sort them
    return name, address


def _is_house(name: str, address: str) -> bool:
    """True for a name that says so, or that its address bears: "Tide Book <letter@tidebook…>",
    where no part of the name stands before the sign."""
    if is_house(name) or _ARTICLE.match(name):
        return True
    local, _, host = address.lower().partition("@")
    if not host or _host(address) in _POST_OFFICES:
        return False
    words = [word.lower() for word in re.findall(r"[^\W\d_]+", name)]
    if any(len(word) > 1 and word in local for word in words) and local not in _ROLES:
        return False
    letters = "".join(words)
    labels = [re.sub(r"[\W_]", "", label) for label in host.split(".")[:-1]]
    return any(len(label) > 3 and label in (letters, *words) for label in labels)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()


def _host(address: str) -> str:
    return address.rpartition("@")[2].lower().removeprefix("www.")
