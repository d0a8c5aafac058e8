"""What the mail clients of the newsletter's readers make of the HTML, by caniemail's tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from digest.check.catalogue import finding
from digest.check.data import client_data
from digest.check.subject import Subject
from digest.check.support import HARMLESS, Use, find_uses
from digest.model import Finding

TOO_MANY = 0.5
"""From this share of clients on that lack an essential feature, it is an error."""

_NAMED = 4


def check_clients(subject: Subject) -> Iterator[Finding]:
    """client-unsupported, client-partial."""
    clients = chosen(subject.settings.check.clients)
    for use in find_uses(subject.tree):
        code, lacking = judge(use, clients)
        if not code:
            continue
        names = client_data().clients
        named = ", ".join(names[client] for client in lacking[:_NAMED])
        more = f" and {len(lacking) - _NAMED} more" if len(lacking) > _NAMED else ""
        message = (
            f"{use.feature.title} is unknown to {len(lacking)} of {len(clients)} clients: "
            f"{named}{more} ({use.feature.page})"
        )
        yield finding(code, message, subject.styled(use.words))


def chosen(wanted: Iterable[str]) -> tuple[str, ...]:
    """The clients that ``wanted`` names; a family such as ``gmail`` stands for all of its own."""
    known = client_data().clients
    return tuple(
        client for client in known if any(name in (client, client.split(".")[0]) for name in wanted)
    )


def judge(use: Use, clients: Iterable[str]) -> tuple[str, list[str]]:
    """The code of the finding ("" for none) and the clients that lack the feature.

    What stands in a kept <style> alone adds to a mail that is whole without: it counts only
    where most clients lack it. Clients of which nothing is known are not counted.
    """
    known = [client for client in clients if use.feature.support[client] != "u"]
    lacking = [client for client in known if use.feature.support[client] == "n"]
    if not lacking or use.feature.slug in HARMLESS:
        return "", lacking
    most = len(lacking) / len(known) >= TOO_MANY
    if use.essential:
        return "client-unsupported" if most else "client-partial", lacking
    return "client-partial" if most else "", lacking
