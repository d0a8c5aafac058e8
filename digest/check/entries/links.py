"""Where links lead."""

from __future__ import annotations

from digest.check.entry import Entry, error, warning

ENTRIES: tuple[Entry, ...] = (
    error(
        "unsafe-link",
        says="A link with a scheme that mail clients refuse, such as javascript:.",
        why="The link is taken out when the issue is rendered, and filters punish it.",
        fix="link to an https:// address",
    ),
    error(
        "relative-link",
        says="A link or an image without a host.",
        why="A mail has no page that the address could be relative to: the link is dead.",
        fix="write the whole address, from https:// on",
    ),
    warning(
        "duplicate-link",
        says="Two items lead to the same page.",
        why="Readers meet the same story twice.",
        fix="cut one of the two, or name it under “Also covered by”",
    ),
    warning(
        "insecure-link",
        says="A link or an image with http: instead of https:.",
        why="Browsers warn before such pages, and clients that load images over https show none.",
        fix="write https:// and look whether the page answers; digest check --links tells",
    ),
    warning(
        "tracking-parameters",
        says="A link carries parameters that follow its reader.",
        why="Readers did not ask for it, and the address is longer than it needs to be.",
        fix="take them out of the address",
    ),
    warning(
        "private-host",
        says="A link leads to a host that is not public: this machine, an intranet, a bare name.",
        why="Outside of that network it opens nothing.",
        fix="link to the public address",
    ),
    error(
        "anchor-without-target",
        says="A link leads to a place inside the mail that is not there.",
        why="Nothing happens when it is tapped.",
        fix="link to a whole address, or give the target an id in the template",
    ),
    warning(
        "misleading-link",
        says="A link's text is an address of one site, and it leads to another.",
        why="That is how phishing looks: clients warn, and filters reject the whole mail.",
        fix="write the address that it leads to, or words instead of an address",
    ),
    warning(
        "shortened-link",
        says="A link goes through a service that shortens addresses.",
        why="Readers cannot see where it leads, and such services stand on block lists.",
        fix="link to the page itself",
    ),
    warning(
        "link-to-number",
        says="A link leads to a host that is a bare IP address.",
        why="Spam filters take it for a sign of fraud.",
        fix="link to a host with a name",
    ),
    error(
        "link-broken",
        says="With --links: the page is not there, or there is no such host.",
        why="Readers who follow the headline find nothing.",
        fix="find the page's new address, or cut the item",
    ),
    error(
        "link-certificate",
        says="With --links: the site's certificate is not valid.",
        why="Browsers show a warning instead of the page.",
        fix="link to another page until the site has mended it",
    ),
    warning(
        "link-unreachable",
        says="With --links: the site did not answer in time, or answered with a fault of its own.",
        why="It may be back by the time readers come, or not.",
        fix="look at the page, and check again before sending",
    ),
    warning(
        "link-not-judged",
        says="With --links: the site turns programs away, is not at a public address, or no host "
        "at all could be found.",
        why="Nobody looked whether the page is there; in a browser it may well be.",
        fix="open it in a browser",
    ),
    warning(
        "link-moved",
        says="With --links: the page has moved for good.",
        why="The old address works for as long as somebody keeps it up.",
        fix="write the new address",
    ),
)
