"""Secrets: references in digest.toml, resolved at the moment of use, never shown."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from digest.errors import CredentialMissing, DigestError

_SCHEMES = ("env", "keyring", "file")
_KEYRING_SERVICE = "digest"
_MAX_BYTES = 65_536


class Secret:
    """A value that no repr, str, format or traceback of this object shows."""

    __slots__ = ("_value", "reference")

    def __init__(self, value: str, reference: str) -> None:
        self._value = value
        self.reference = reference

    def reveal(self) -> str:
        """The value itself, for the one call that needs it."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({self.reference!r})"

    def __reduce__(self) -> str:
        raise TypeError("a secret is not to be pickled")


def is_reference(text: str) -> bool:
    """True for ``env:NAME``, ``keyring:NAME`` and ``file:PATH``."""
    scheme, colon, name = text.partition(":")
    return bool(colon and name.strip()) and scheme in _SCHEMES


def resolve_secret(
    reference: str, *, where: str, root: Path, environment: Mapping[str, str]
) -> Secret:
    """The secret that a reference names.

    ``where`` is the key in digest.toml, for messages; ``file:`` paths are relative to
    ``root``. Raises CredentialMissing when there is nothing to find, and DigestError when
    the text is no reference: its text is then not repeated, for it may be the secret.
    """
    if not is_reference(reference):
        raise DigestError(
            "a secret must not stand in digest.toml",
            where=where,
            fix="write env:NAME, keyring:NAME or file:PATH",
        )
    scheme, _, name = reference.partition(":")
    name = name.strip()
    if scheme == "env":
        value = environment.get(name)
        fix = f"set the environment variable {name}"
    elif scheme == "keyring":
        value = _from_keyring(name, where=where, reference=reference)
        fix = f"store it with: keyring set {_KEYRING_SERVICE} {name}"
    else:
        value = _from_file(root / Path(name).expanduser(), where=where, reference=reference)
        fix = "write the secret on the file's first line"
    if not value:
        raise CredentialMissing(f"nothing found for {reference}", where=where, fix=fix)
    return Secret(value, reference)


def resolve_text(
    text: str, *, where: str, root: Path, environment: Mapping[str, str]
) -> str | Secret:
    """A setting that may be plain or a reference, such as a user name."""
    if not is_reference(text):
        return text
    return resolve_secret(text, where=where, root=root, environment=environment)


def _from_keyring(name: str, *, where: str, reference: str) -> str | None:
    try:
        import keyring
        import keyring.errors
    except ImportError:
        raise CredentialMissing(
            f"{reference} needs the keyring library, which is not installed",
            where=where,
            fix='run: pip install "newsletter-digest[keyring]"',
        ) from None
    try:
        value: str | None = keyring.get_password(_KEYRING_SERVICE, name)
    except keyring.errors.KeyringError as error:
        raise CredentialMissing(
            f"the keyring gave no answer for {reference}: {error or type(error).__name__}",
            where=where,
            fix="unlock or configure the keyring, or use env:NAME or file:PATH",
        ) from None
    return value


def _from_file(path: Path, *, where: str, reference: str) -> str:
    """The first line of a file, without its line end."""
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES)
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise CredentialMissing(
            f"cannot read {reference}: {error.strerror}", where=where, fix=f"create {path}"
        ) from None
    except UnicodeDecodeError:
        raise CredentialMissing(
            f"{reference} is not UTF-8 text", where=where, fix=f"rewrite {path}"
        ) from None
    lines = text.splitlines()
    return lines[0] if lines else ""
