"""What the transport makes of servers that cannot be trusted or reached."""

import datetime
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_server
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from channeldesk.model.notice import Problem
from channeldesk.sync.engine import Round
from channeldesk.sync.session import sign_in
from channeldesk.sync.transport import HttpTransport, Offline, Untrusted
from tests.support import laptop


def _own_certificate(folder: Path) -> Path:
    """A certificate that nobody signed but itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "headquarters")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, form, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def impostor(tmp_path: Path) -> Iterator[str]:
    """A TLS server with a certificate of its own making."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_own_certificate(tmp_path))
    with create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            try:
                context.wrap_socket(connection, server_side=True).close()
            except (ssl.SSLError, OSError):
                connection.close()

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


def test_a_server_that_cannot_prove_itself_is_told_from_one_that_is_away(impostor: str) -> None:
    with closing(HttpTransport(impostor, "")) as transport, pytest.raises(Untrusted) as refused:
        transport.hello()
    assert refused.value.notice.code == "sync.certificate"
    assert refused.value.notice.params == {"server": impostor}


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "no such address", "http://["])
def test_a_server_that_is_away_or_misspelt_cannot_be_reached(address: str) -> None:
    with closing(HttpTransport(address, "")) as transport, pytest.raises(Offline) as away:
        transport.hello()
    assert away.value.notice.code == "sync.unreachable"


class _Stranger(BaseHTTPRequestHandler):
    """Answers every request with what the server was given, and notes its headers."""

    def do_GET(self) -> None:
        server: Any = self.server
        server.seen.append(dict(self.headers))
        status, headers, body = server.answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def stranger() -> Iterator[Any]:
    """An HTTP server that is not headquarters; ``answer`` is its status, headers and body."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Stranger)
    server.seen, server.answer = [], (200, {}, b"{}")
    server.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_password_and_a_token_are_never_sent_on(stranger: Any) -> None:
    stranger.answer = (307, {"Location": f"{stranger.address}/elsewhere"}, b"")
    with pytest.raises(Untrusted) as refused:
        sign_in(stranger.address, "bo", "secret")
    assert refused.value.notice.code == "sync.unexpected_answer"
    assert len(stranger.seen) == 1


def test_a_netrc_file_does_not_replace_the_token(
    stranger: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login someone password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for token in ("opaque", ""):
        with closing(HttpTransport(stranger.address, token)) as transport:
            transport.hello()
    assert [headers.get("Authorization") for headers in stranger.seen] == ["Bearer opaque", None]


@pytest.mark.parametrize(
    "body", [b"{}", b'{"protocol": {"min": 1, "max": 1}}', b'{"protocol": 5}', b"<html>"]
)
def test_another_server_at_the_address_changes_nothing(stranger: Any, tmp_path: Path, body: bytes) -> None:
    stranger.answer = (200, {}, body)
    with (
        laptop.opened(tmp_path / "cache.db") as database,
        closing(HttpTransport(stranger.address, "opaque")) as transport,
        pytest.raises(Offline),
    ):
        Round(database, transport).run()


@pytest.mark.parametrize(
    "address", ["headquarters", "127.0.0.1:8420", "ftp://example.com", "http://", "http://["]
)
def test_what_is_no_address_is_said_at_once(address: str) -> None:
    with pytest.raises(Problem) as refused:
        sign_in(address, "bo", "secret")
    assert refused.value.notice.code == "sync.bad_address"
