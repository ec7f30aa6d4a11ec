"""Certificate authorities and servers with real TLS, and a proxy as companies have them."""

import datetime
import ipaddress
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)
NOW = datetime.datetime.now(datetime.UTC)


class Authority:
    """Issues certificates; ``file`` holds the one that vouches for them."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._key, self._name = folder, ec.generate_private_key(ec.SECP256R1()), _name(name)
        made = _builder(self._name, self._name, self._key, NOW - DAY, NOW + 365 * DAY)
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        own = (
            made.add_extension(x509.BasicConstraints(True, None), True)
            .add_extension(usage, True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), False)
            .sign(self._key, hashes.SHA256())
        )
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(own.public_bytes(serialization.Encoding.PEM))

    def issue(
        self,
        *hosts: str,
        since: datetime.datetime = NOW - DAY,
        until: datetime.datetime = NOW + 30 * DAY,
    ) -> Path:
        """A file with certificate and key of a server."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_name(hosts[0]), self._name, key, since, until)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        made = builder.add_extension(_alternatives(hosts), False).add_extension(issuer, False)
        return _written(self._folder, made.sign(self._key, hashes.SHA256()), key)


def self_signed(folder: Path, *hosts: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_name(hosts[0]), _name(hosts[0]), key, NOW - DAY, NOW + DAY)
    made = builder.add_extension(_alternatives(hosts), False).sign(key, hashes.SHA256())
    return _written(folder, made, key)


def _builder(subject: x509.Name, issuer: x509.Name, key: Any, since: Any, until: Any) -> Any:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _alternatives(hosts: tuple[str, ...]) -> x509.SubjectAlternativeName:
    names: list[x509.GeneralName] = []
    for host in hosts:
        try:
            names.append(x509.IPAddress(ipaddress.ip_address(host)))
        except ValueError:
            names.append(x509.DNSName(host))
    return x509.SubjectAlternativeName(names)


def _written(folder: Path, certificate: x509.Certificate, key: Any) -> Path:
    path = folder / f"{certificate.serial_number:x}.pem"
    form = serialization.PrivateFormat.PKCS8
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, form, serialization.NoEncryption())
    path.write_bytes(secret + certificate.public_bytes(pem))
    return path


@contextmanager
def serving(app: Any, certificate: Path | None) -> Iterator[int]:
    """The port of a uvicorn with this certificate; None: without TLS."""
    named = str(certificate) if certificate is not None else None
    config = uvicorn.Config(app, port=0, log_level="critical", ssl_certfile=named, ssl_keyfile=named)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="tls-server")
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.005)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(20)


class Answers:
    """An application that answers every request with an empty object, and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        self.asked.append(scope["path"])
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"{}"})


class CompanyProxy(socketserver.ThreadingTCPServer):
    """Forwards what CONNECT asks for, to loopback whatever the name; ``tunnels`` are the names."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Tunnel)
        self.tunnels: list[str] = []
        self.address = f"http://127.0.0.1:{self.server_address[1]}"

    @contextmanager
    def running(self) -> Iterator[None]:
        thread = threading.Thread(target=self.serve_forever, args=(0.01,), name="company-proxy")
        thread.start()
        try:
            yield
        finally:
            self.shutdown()
            thread.join()
            self.server_close()


class _Tunnel(socketserver.StreamRequestHandler):
    server: CompanyProxy

    def handle(self) -> None:
        method, target, _ = self.rfile.readline().decode().split(" ")
        while self.rfile.readline() not in (b"\r\n", b""):
            pass
        assert method == "CONNECT"
        self.server.tunnels.append(target)
        with socket.create_connection(("127.0.0.1", int(target.rpartition(":")[2]))) as far:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            back = threading.Thread(target=_pour, args=(far, self.connection))
            back.start()
            _pour(self.connection, far)
            back.join()


def _pour(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
