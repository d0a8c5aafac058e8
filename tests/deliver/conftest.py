from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from mail_server import MailServer, make_rendered

from digest.model import Rendered
from digest.state.database import open_database
from digest.state.ledger import Ledger


@pytest.fixture
def start_server() -> Iterator[Callable[..., MailServer]]:
    servers: list[MailServer] = []

    def start(**options: object) -> MailServer:
        servers.append(MailServer(**options))  # type: ignore[arg-type]
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def server(start_server: Callable[..., MailServer]) -> MailServer:
    return start_server()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A self-made certificate for 127.0.0.1, and a server context that uses it."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed: TLS is NOT tested")
    folder = tmp_path_factory.mktemp("certificate")
    chain, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(chain)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    return chain, context


@pytest.fixture
def rendered() -> Rendered:
    return make_rendered()


@pytest.fixture
def ledger_path(tmp_path: Path) -> Path:
    return tmp_path / ".digest" / "digest.db"


@pytest.fixture
def ledger(ledger_path: Path) -> Iterator[Ledger]:
    with open_database(ledger_path) as connection:
        yield Ledger(connection)
