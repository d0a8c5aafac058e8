"""The mail clients that ``[check] clients`` may name.

The names are those of the data in digest/check/data, which stands above this layer; a test keeps
the two equal.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from digest.config.mistakes import Mistake, show_value

MAIL_CLIENTS = (
    "aol.android",
    "aol.desktop-webmail",
    "aol.ios",
    "apple-mail.ios",
    "apple-mail.macos",
    "fastmail.desktop-webmail",
    "free-fr.desktop-webmail",
    "gmail.android",
    "gmail.desktop-webmail",
    "gmail.ios",
    "gmail.mobile-webmail",
    "gmx.android",
    "gmx.desktop-webmail",
    "gmx.ios",
    "hey.desktop-webmail",
    "ionos-1and1.android",
    "ionos-1and1.desktop-webmail",
    "laposte.android",
    "laposte.desktop-webmail",
    "laposte.ios",
    "mail-ru.desktop-webmail",
    "orange.android",
    "orange.desktop-webmail",
    "orange.ios",
    "outlook.android",
    "outlook.ios",
    "outlook.macos",
    "outlook.outlook-com",
    "outlook.windows",
    "outlook.windows-mail",
    "protonmail.android",
    "protonmail.desktop-webmail",
    "protonmail.ios",
    "rainloop.desktop-webmail",
    "samsung-email.android",
    "sfr.android",
    "sfr.desktop-webmail",
    "sfr.ios",
    "t-online-de.desktop-webmail",
    "thunderbird.macos",
    "thunderbird.windows",
    "web-de.android",
    "web-de.desktop-webmail",
    "web-de.ios",
    "wp-pl.desktop-webmail",
    "yahoo.android",
    "yahoo.desktop-webmail",
    "yahoo.ios",
)


def find_client_mistakes(tables: dict[str, Any]) -> Iterator[Mistake]:
    """Names in ``[check] clients`` that are no mail client's, nor a family's."""
    table = tables.get("check")
    names = table.get("clients") if isinstance(table, dict) else None
    if not isinstance(names, list):
        return
    families = sorted({client.partition(".")[0] for client in MAIL_CLIENTS})
    known = (*families, *MAIL_CLIENTS)
    if not names:
        yield Mistake(
            path=("check", "clients"), message="names no mail client", fix="remove the line"
        )
    for number, name in enumerate(names):
        if isinstance(name, str) and name not in known:
            path = ("check", "clients", number)
            near = difflib.get_close_matches(name, known, n=1)
            yield Mistake(
                path=path,
                message=f"{show_value(path, name)} is no mail client",
                fix=f'did you mean "{near[0]}"?' if near else f"choose from {', '.join(families)}",
            )
