from __future__ import annotations

import pickle
from pathlib import Path

import keyring
import keyring.backend
import pytest

from digest.errors import CredentialMissing, DigestError
from digest.secrets import Secret, resolve_secret, resolve_text

WHERE = "delivery.weekly.password"


def resolve(reference: str, root: Path, **environment: str) -> str:
    return resolve_secret(reference, where=WHERE, root=root, environment=environment).reveal()


def test_a_secret_comes_from_the_environment(tmp_path: Path) -> None:
    assert resolve("env:SMTP_PASSWORD", tmp_path, SMTP_PASSWORD="hunter2") == "hunter2"


def test_a_secret_comes_from_the_first_line_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "smtp").write_bytes(b"\xef\xbb\xbfhunter2 \r\nsecond line\n")
    assert resolve("file:secrets/smtp", tmp_path) == "hunter2 "
    assert resolve(f"file:{tmp_path}/secrets/smtp", Path("/")) == "hunter2 "


def test_a_secret_comes_from_the_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Ring(keyring.backend.KeyringBackend):
        priority = 1  # type: ignore[assignment]

        def get_password(self, service: str, username: str) -> str | None:
            return {"weekly": "hunter2"}.get(username) if service == "digest" else None

        def set_password(self, service: str, username: str, password: str) -> None:
            raise AssertionError

        def delete_password(self, service: str, username: str) -> None:
            raise AssertionError

    before = keyring.get_keyring()
    keyring.set_keyring(Ring())
    try:
        assert resolve("keyring:weekly", tmp_path) == "hunter2"
        with pytest.raises(CredentialMissing, match="keyring set digest other"):
            resolve("keyring:other", tmp_path)
    finally:
        keyring.set_keyring(before)


def test_a_missing_secret_names_its_reference_and_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for reference in ("env:NONE", "file:none", "file:empty", "file:binary", "file:."):
        with pytest.raises(CredentialMissing) as caught:
            resolve(reference, tmp_path)
        assert reference in str(caught.value)
        assert str(caught.value).startswith(WHERE)
        assert caught.value.exit_status == 4


def test_a_password_that_is_no_reference_is_never_repeated(tmp_path: Path) -> None:
    for text in ("hunter2", "vault:hunter2", "env:"):
        with pytest.raises(DigestError) as caught:
            resolve(text, tmp_path)
        assert "hunter2" not in str(caught.value)


def test_a_user_name_may_stand_in_plain_text(tmp_path: Path) -> None:
    found = resolve_text("weekly", where=WHERE, root=tmp_path, environment={})
    assert found == "weekly"
    hidden = resolve_text("env:WHO", where=WHERE, root=tmp_path, environment={"WHO": "weekly"})
    assert isinstance(hidden, Secret)
    assert hidden.reveal() == "weekly"


def test_a_secret_shows_itself_nowhere() -> None:
    secret = Secret("hunter2", "env:X")
    for shown in (repr(secret), str(secret), f"{secret}", f"{[secret]}"):
        assert "hunter2" not in shown
        assert "env:X" in shown
    with pytest.raises(TypeError):
        pickle.dumps(secret)
