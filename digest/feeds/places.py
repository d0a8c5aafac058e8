"""Sites whose feeds follow from a page's address: video channels, forums, code hosts, blogs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

from digest.feeds.discovery import Offer

_CHANNEL = re.compile(r"UC[\w-]{22}")
_CHANNEL_IN_PAGE = re.compile(
    r"(?:\"(?:externalId|channelId|browseId)\"\s*:\s*\"|itemprop=\"(?:identifier|channelId)\""
    r" content=\"|youtube\.com/channel/)(UC[\w-]{22})"
)
_GITHUB_OWN = re.compile(
    r"about|apps|collections|customer-stories|enterprise|events|explore|features|issues|join|login"
    r"|marketplace|new|notifications|orgs|organizations|pricing|pulls|search|security|settings"
    r"|site|sponsors|topics|trending|users",
    re.IGNORECASE,
)
_HOW = "by the form of the address"
_PROFILE = re.compile(r"/(?:@|users/)([\w.-]+)(?:@[\w.-]+)?/?")
_TAG = re.compile(r"/tags/([^/]+)/?")


def offers_for(url: str) -> tuple[Offer, ...]:
    """The feeds of a page of a known site, the best first; () for all other addresses, and for
    what already is a feed's address. The scheme stays as it is."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return ()
    segments = [segment for segment in parts.path.split("/") if segment]
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    for hosts, find in _SITES:
        if any(host == each or host.endswith(f".{each}") for each in hosts):
            found = find(_At(host, segments, query))
            break
    else:
        return ()
    return tuple(
        Offer(url=f"{parts.scheme}://{address}", title=title, how=_HOW) for address, title in found
    )


def guesses_for(url: str) -> tuple[Offer, ...]:
    """Feeds that a page would have if its site were what the address looks like: a profile or
    tag of Mastodon, a category of WordPress. They have to be tried."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    if _PROFILE.fullmatch(parts.path) or _TAG.fullmatch(parts.path):
        return (Offer(url=f"{origin}{parts.path.rstrip('/')}.rss", how=_HOW),)
    if re.match(r"/(?:\w+/)?(?:category|tag|author)/[^/]+", parts.path):
        return (Offer(url=f"{origin}{parts.path.rstrip('/')}/feed/", how=_HOW),)
    return ()


def offers_in_page(data: bytes, url: str) -> tuple[Offer, ...]:
    """The feed of a video channel whose address names it only by a handle: its page tells."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if host != "youtube.com" and not host.endswith(".youtube.com"):
        return ()
    found = _CHANNEL_IN_PAGE.search(data[:3_000_000].decode("utf-8", "replace"))
    if found is None:
        return ()
    address = f"{parts.scheme}://www.youtube.com/feeds/videos.xml?channel_id={found[1]}"
    return (Offer(url=address, how="by the channel that the page names"),)


@dataclass(frozen=True, slots=True)
class _At:
    """An address of a known site: the path's segments, the query's first values by name."""

    host: str
    path: list[str]
    query: dict[str, str]


# (address without its scheme, what it is the feed of)
_Found = list[tuple[str, str]]


def _youtube(at: _At) -> _Found:
    feeds = "www.youtube.com/feeds/videos.xml"
    if at.path[:1] == ["feeds"]:
        return []
    if at.query.get("list", "").startswith(("PL", "UU", "FL", "OL")):
        return [(f"{feeds}?playlist_id={quote(at.query['list'])}", "playlist")]
    if at.path[:1] == ["channel"] and len(at.path) > 1 and _CHANNEL.fullmatch(at.path[1]):
        return [(f"{feeds}?channel_id={at.path[1]}", "channel")]
    if at.path[:1] == ["user"] and len(at.path) > 1:
        return [(f"{feeds}?user={quote(at.path[1])}", "channel")]
    return []


def _reddit(at: _At) -> _Found:
    if not at.path or at.path[-1].endswith(".rss"):
        return [] if at.path else [("www.reddit.com/.rss", "front page")]
    if at.path[0] in ("r", "user", "u", "domain") and len(at.path) > 1:
        words = ["user" if at.path[0] == "u" else at.path[0], *at.path[1:]]
        return [(f"www.reddit.com/{'/'.join(words)}/.rss", "/".join(at.path[:2]))]
    return []


def _github(at: _At) -> _Found:
    if (
        at.host not in ("github.com", "www.github.com")
        or not at.path
        or at.path[-1].endswith(".atom")
    ):
        return []
    if _GITHUB_OWN.fullmatch(at.path[0]):
        return []
    if len(at.path) == 1:
        return [(f"github.com/{at.path[0]}.atom", "activity")]
    repository = f"github.com/{at.path[0]}/{at.path[1].removesuffix('.git')}"
    releases = (f"{repository}/releases.atom", "releases")
    tags = (f"{repository}/tags.atom", "tags")
    rest = at.path[2:]
    if not rest:
        return [releases, tags, (f"{repository}/commits.atom", "commits")]
    if rest[0] in ("releases", "tags"):
        return [releases if rest[0] == "releases" else tags]
    if rest[0] in ("commits", "tree", "blob"):
        branch = "/".join(rest[1:])
        return [(f"{repository}/commits{f'/{branch}' if branch else ''}.atom", "commits")]
    if rest[0] in ("wiki", "discussions"):
        return [(f"{repository}/{rest[0]}.atom", rest[0])]
    return []


def _gitlab(at: _At) -> _Found:
    path = at.path[: at.path.index("-")] if "-" in at.path else at.path
    is_feed = at.path[-1:] and at.path[-1].endswith(".atom")
    if len(path) < 2 or is_feed or at.query.get("format") == "atom":
        return []
    project = f"gitlab.com/{'/'.join(path)}"
    return [
        (f"{project}/-/releases.atom", "releases"),
        (f"{project}/-/tags?format=atom", "tags"),
        (f"{project}.atom", "activity"),
    ]


def _codeberg(at: _At) -> _Found:
    if len(at.path) < 2 or at.path[-1].endswith((".rss", ".atom")):
        return []
    project = f"codeberg.org/{at.path[0]}/{at.path[1]}"
    return [
        (f"{project}/releases.rss", "releases"),
        (f"{project}/tags.rss", "tags"),
        (f"{project}.rss", "activity"),
    ]


def _substack(at: _At) -> _Found:
    if at.host == "open.substack.com" and at.path[:1] == ["pub"] and len(at.path) > 1:
        return [(f"{at.path[1].lower()}.substack.com/feed", "")]
    if at.host in ("substack.com", "www.substack.com", "open.substack.com") or at.path[:1] == [
        "feed"
    ]:
        return []
    return [(f"{at.host}/feed", "")]


def _wordpress(at: _At) -> _Found:
    if at.host in ("wordpress.com", "www.wordpress.com") or "feed" in at.path:
        return []
    if at.path[:1] in (["category"], ["tag"], ["author"]) and len(at.path) > 1:
        return [(f"{at.host}/{'/'.join(at.path)}/feed/", at.path[1])]
    return [(f"{at.host}/feed/", "")]


def _medium(at: _At) -> _Found:
    if at.path[:1] == ["feed"]:
        return []
    if at.host not in ("medium.com", "www.medium.com"):
        return [(f"{at.host}/feed", "")]
    if not at.path or at.path[0] in ("m", "me", "search", "about", "p"):
        return []
    if at.path[0] in ("tag", "tagged"):
        return [(f"medium.com/feed/tag/{at.path[1]}", at.path[1])] if len(at.path) > 1 else []
    return [(f"medium.com/feed/{at.path[0]}", at.path[0])]


def _bluesky(at: _At) -> _Found:
    if at.path[:1] == ["profile"] and len(at.path) > 1 and at.path[-1] != "rss":
        return [(f"bsky.app/profile/{at.path[1]}/rss", at.path[1])]
    return []


def _tumblr(at: _At) -> _Found:
    if at.host in ("tumblr.com", "www.tumblr.com"):
        named = at.path[0] if at.path and re.fullmatch(r"[\w-]+", at.path[0]) else ""
        return [(f"{named}.tumblr.com/rss", "")] if named not in ("", "explore", "login") else []
    return [] if at.path[-1:] == ["rss"] else [(f"{at.host}/rss", "")]


def _blogger(at: _At) -> _Found:
    is_feed = at.path[:1] == ["feeds"] or at.path[-1:] in (["rss.xml"], ["atom.xml"])
    return [] if is_feed else [(f"{at.host}/feeds/posts/default", "")]


def _dev(at: _At) -> _Found:
    if not at.path or at.path[0] == "feed":
        return [] if at.path else [("dev.to/feed", "")]
    tag = at.path[0] == "t" and len(at.path) > 1
    return [
        (
            f"dev.to/feed/{'tag/' + at.path[1] if tag else at.path[0]}",
            at.path[1] if tag else at.path[0],
        )
    ]


def _vimeo(at: _At) -> _Found:
    if len(at.path) == 1 and not at.path[0].isdigit():
        return [(f"vimeo.com/{at.path[0]}/videos/rss", at.path[0])]
    return []


def _arxiv(at: _At) -> _Found:
    if at.path[:1] == ["list"] and len(at.path) > 1:
        return [(f"rss.arxiv.org/rss/{at.path[1]}", at.path[1])]
    return []


_SITES: tuple[tuple[tuple[str, ...], Callable[[_At], _Found]], ...] = (
    (("youtube.com",), _youtube),
    (("reddit.com",), _reddit),
    (("github.com",), _github),
    (("gitlab.com",), _gitlab),
    (("codeberg.org",), _codeberg),
    (("substack.com",), _substack),
    (("wordpress.com",), _wordpress),
    (("medium.com",), _medium),
    (("bsky.app",), _bluesky),
    (("tumblr.com",), _tumblr),
    (("blogspot.com",), _blogger),
    (("dev.to",), _dev),
    (("vimeo.com",), _vimeo),
    (("arxiv.org",), _arxiv),
)
