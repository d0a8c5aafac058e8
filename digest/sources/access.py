"""What a source's own server is shown: its settings, with their references resolved."""

from __future__ import annotations

import hashlib
import json
import re
from urllib.parse import urlsplit

from digest.config import schema as config
from digest.errors import CredentialMissing, DigestError, SourceError
from digest.http.access import OPEN, Access, basic, bearer, may_know
from digest.http.addresses import is_plainly_private
from digest.secrets import Secret, resolve_secret, resolve_text
from digest.sources.protocol import Context

_REFERENCE = re.compile(r"(?:env|keyring|file):\s*\S")
_SECRET_NAMES = re.compile(r"auth|key|token|secret|session|passw", re.IGNORECASE)
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


def find_exposed(spec: config.Source) -> str:
    """What whoever stands in between could read of a source's credentials, in words without them;
    "" where nothing is exposed.

    That is what plain http takes to a public host. A host that is plainly not public, or that the
    source calls ``private``, is the user's own network.
    """
    if spec.private or not (spec.password or spec.token or spec.cookie or spec.headers):
        return ""
    try:
        parts = urlsplit(spec.url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme.lower() != "http" or is_plainly_private(host):
        return ""
    keys = [key for key in ("password", "token", "cookie") if getattr(spec, key)]
    keys += [f"headers.{name}" for name, text in spec.headers.items() if _is_secret(name, text)]
    if not keys or not spec.enabled:
        return ""
    *others, last = keys
    named = f"{', '.join(others)} and {last}" if others else last
    return f"{named} can be read by anybody on the way to {host}: its address is plain http"


EXPOSED_FIX = "write https:// into its url, or private = true if the host is in your own network"


def _is_secret(name: str, text: str) -> bool:
    """Whether a header is a credential: a reference is one, and what is named as such."""
    return bool(_REFERENCE.match(text) or _SECRET_NAMES.search(name))


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
