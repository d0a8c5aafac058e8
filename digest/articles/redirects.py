"""Where a link of a newsletter leads: senders' redirects undone where they say it.

Senders of mail put every link through an address of theirs, to count clicks. Some carry the
page's address in theirs; others are opaque, and only the sender's server knows.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from digest.urls import canonical_url

_MOST_LAYERS = 4
_CARRIED = re.compile(r"https?(?::|%3a)(?:/|%2f){1,2}[^/%?&\s]", re.IGNORECASE)
# Parameters that carry a page's address, in addresses of hosts that only lead on.
_PARAMETERS = frozenset(
    [
        "url",
        "u",
        "q",
        "target",
        "to",
        "dest",
        "destination",
        "redirect",
        "redirect_url",
        "link",
        "r",
    ]
)
_LEADS_ON = re.compile(
    r"""(?:^|[./])(?:
        safelinks\.protection\.outlook\.com | google\.[a-z.]{2,6}/url | l\.facebook\.com/l\.php
      | lm\.facebook\.com/l\.php | out\.reddit\.com | youtube\.com/redirect | slack-redir\.net
      | linkedin\.com/(?:safety/go|redir) | urldefense\.com | t\.umblr\.com | vk\.com/away\.php
    )
    | ^(?:click|clicks|link|links|track|tracking|email|trk|go|r|e|url\d*|newsletter)\. [^/]+ /
    | /(?:track|click|redirect|redir|away|out|link|links|ls/click|cl0|l0)(?:[/?.]|$)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_OPAQUE = re.compile(
    r"""(?:^|\.)(?:
        list-manage\d?\.com/track | mailchi\.mp/ | sendgrid\.net/ | mailgun\.(?:net|org)/c/
      | substack\.com/redirect/ | hubspotlinks\.com/
      | rs6\.net/ | cmail\d+\.com/ | createsend\d*\.com/
      | convertkit-mail\d?\.com/ | beehiiv\.com/(?:ss/)?c/ | mjt\.lu/ | sibforms\.com/
      | mlsend\.com/
      | mailerlite\.com/link/ | klclick\d?\.com/ | bounceme\.net/ | awstrack\.me/
      | (?:t\.co|bit\.ly|buff\.ly|ow\.ly|goo\.gl|tinyurl\.com|lnkd\.in|is\.gd|dlvr\.it
         |trib\.al|fb\.me)/
    )
    | /(?:ls/click|wf/click|track/click|e3t/[a-z]tc|trk/click)\b
    | ^(?:click|clicks|trk|tracking|track|links?|lnk)\. [^/]+ /
    """,
    re.VERBOSE | re.IGNORECASE,
)


def clean_address(url: str) -> str | None:
    """The page's address as it is written into the issue; None for what is no page.

    Redirects that carry the page's address are undone and tracking parameters are gone; a
    place within the page (``#part``) stays.
    """
    for _ in range(_MOST_LAYERS):
        carried = _carried(url)
        if carried is None:
            break
        url = carried
    canonical = canonical_url(url)
    if canonical is None:
        return None
    fragment = url.partition("#")[2].strip()
    if fragment and "#" not in canonical and re.fullmatch(r"[\w.~-]{1,80}", fragment, re.ASCII):
        return f"{canonical}#{fragment}"
    return canonical


def is_opaque(url: str) -> bool:
    """True for an address that leads on and does not say where."""
    return _OPAQUE.search(url.partition("://")[2]) is not None


def _carried(url: str) -> str | None:
    """The address that another one carries and leads on to; None where it carries none."""
    rest = url.partition("://")[2]
    if not _CARRIED.search(rest) or not _LEADS_ON.search(rest):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    for name, value in parse_qsl(parts.query):
        if name.lower() in _PARAMETERS and _CARRIED.match(value):
            return value
    # https://tracking.example.net/CL0/https:%2F%2Fexample.org%2Fa/1/0100…
    inside = re.search(r"/(https?(?::|%3a)(?:/|%2f)[^/]*(?:/[^/%]*)?)", parts.path, re.IGNORECASE)
    if inside is None:
        return None
    carried = unquote(inside[1].partition("/")[0] if "%2f" in inside[1].lower() else inside[1])
    carried = re.sub(r"^(https?):/+", r"\1://", carried)
    return carried if canonical_url(carried) else None
