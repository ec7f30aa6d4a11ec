"""What the transport makes of servers that cannot be trusted or reached."""

import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from channeldesk.model.notice import Problem
from channeldesk.sync.engine import Round
from channeldesk.sync.session import sign_in
from channeldesk.sync.transport import Busy, HttpTransport, Offline, Untrusted
from tests.support import laptop


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


@pytest.mark.parametrize(("asked", "seconds"), [("7", 7.0), ("\u00b2", None), ("-1", None), ("soon", None)])
def test_only_a_number_of_seconds_is_waited_for(stranger: Any, asked: str, seconds: float | None) -> None:
    stranger.answer = (503, {"Retry-After": asked}, b"")
    with closing(HttpTransport(stranger.address, "")) as transport, pytest.raises(Busy) as busy:
        transport.hello()
    assert busy.value.retry_after == seconds


@pytest.mark.parametrize(
    "address", ["headquarters", "127.0.0.1:8420", "ftp://example.com", "http://", "http://["]
)
def test_what_is_no_address_is_said_at_once(address: str) -> None:
    with pytest.raises(Problem) as refused:
        sign_in(address, "bo", "secret")
    assert refused.value.notice.code == "sync.bad_address"
