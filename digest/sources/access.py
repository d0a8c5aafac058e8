"""What a source's own server is shown: its settings, with their references resolved."""

from __future__ import annotations

import hashlib
import json
import re
from urllib.parse import urlsplit

from digest.config import schema as config
from digest.errors import CredentialMissing, DigestError, SourceError
from digest.http.access import OPEN, Access, basic, bearer, may_know
from digest.secrets import Secret, resolve_secret, resolve_text
from digest.sources.protocol import Context

_SENDABLE = re.compile(r"[\x20-\x7e]*")


def scope_of(spec: config.Source) -> str:
    """A word for whom answers to this source are meant; "" where they are everybody's.

    It is made of the settings as they stand, references and not what they name: a password
    could be guessed from a hash of it.
    """
    if not (spec.headers or spec.password or spec.token or spec.cookie or spec.certificate):
        return ""
    told = (spec.headers, spec.username, spec.password, spec.token, spec.cookie, spec.certificate)
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def access_of(spec: config.Source, context: Context) -> Access:
    """What the server of ``spec`` may be shown, secrets resolved just now.

    Raises SourceError, naming the key, when one is missing or cannot be sent; no message holds
    a secret.
    """
    scope = scope_of(spec)
    if not scope:
        return Access(user_agent=spec.user_agent) if spec.user_agent else OPEN
    headers = {
        name: _sendable(f"headers.{name}", _plain(f"headers.{name}", value, spec, context), spec)
        for name, value in spec.headers.items()
    }
    if spec.cookie:
        headers["Cookie"] = _sendable("cookie", _plain("cookie", spec.cookie, spec, context), spec)
    if spec.token:
        token = _secret("token", spec.token, spec, context)
        headers["Authorization"] = bearer(_sendable("token", token, spec))
    elif spec.password:
        name = _plain("username", spec.username, spec, context)
        headers["Authorization"] = basic(name, _secret("password", spec.password, spec, context))
    return Access(
        user_agent=spec.user_agent,
        headers=headers,
        certificate=context.root / spec.certificate if spec.certificate else None,
        scope=scope,
    )


def access_to_page(page: str, spec: config.Source, access: Access) -> tuple[bool, Access]:
    """(private, access) for a page that an entry of ``spec`` links to.

    The source's own host is the one that the user trusts with both; any other page is asked
    for as by a stranger.
    """
    try:
        same_host = urlsplit(page).hostname == urlsplit(spec.url).hostname
    except ValueError:
        return False, OPEN
    return spec.private and same_host, access if may_know(page, spec.url) else OPEN


def _plain(key: str, text: str, spec: config.Source, context: Context) -> str:
    where = f"{key} in [[sources]]"
    try:
        found = resolve_text(text, where=where, root=context.root, environment=context.environment)
    except DigestError as error:
        raise _missing(error, spec) from error
    return found.reveal() if isinstance(found, Secret) else found


def _secret(key: str, reference: str, spec: config.Source, context: Context) -> str:
    where = f"{key} in [[sources]]"
    try:
        return resolve_secret(
            reference, where=where, root=context.root, environment=context.environment
        ).reveal()
    except CredentialMissing as error:
        raise _missing(error, spec) from error


def _missing(error: DigestError, spec: config.Source) -> SourceError:
    return SourceError(f"{error.where}: {error.message}", spec.label, error.fix)


def _sendable(key: str, value: str, spec: config.Source) -> str:
    if not _SENDABLE.fullmatch(value):
        raise SourceError(
            f"{key} in [[sources]]: its value holds what no header can carry",
            spec.label,
            "store it as one line of ASCII",
        )
    return value
