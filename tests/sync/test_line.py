"""The connection that rounds which follow each other closely share."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from channeldesk.model.notice import Notice
from channeldesk.sync import line
from channeldesk.sync.line import KEPT_SECONDS, Line
from channeldesk.sync.transport import Offline


class Server(ThreadingHTTPServer):
    """Answers every request with an empty object; ``calls`` counts connections."""

    calls, hangs_up = 0, False

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.hung_up = threading.Event()

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self.hung_up.set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def setup(self) -> None:
        self.server.calls += 1
        super().setup()

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")
        self.close_connection = self.server.hangs_up

    def log_message(self, *arguments: object) -> None:
        """Nothing is logged: unexpected records fail a test."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), _Handler) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def kept() -> Iterator[Line]:
    made = Line()
    yield made
    made.close()


def _call(one: Line, address: str) -> None:
    with one.to(address, "token") as transport:
        assert transport.bytes_received == 0
        assert transport.hello() == {}
        assert transport.bytes_received == 2


def test_rounds_that_follow_each_other_share_a_connection(server: Server, kept: Line) -> None:
    for _ in range(3):
        _call(kept, server.address)
    assert server.calls == 1
    kept.close()
    _call(kept, server.address)
    assert server.calls == 2


@pytest.mark.parametrize(
    "change", [(KEPT_SECONDS, 1.0, "a"), (1.0, 3600.0, "a"), (1.0, -60.0, "a"), (1.0, 1.0, "b")]
)
def test_a_connection_is_not_trusted_after_a_while_a_sleep_or_on_another_network(
    server: Server, kept: Line, monkeypatch: pytest.MonkeyPatch, change: tuple[float, float, str]
) -> None:
    monkeypatch.setattr(line, "_now", lambda: (0.0, 0.0, ("a",)))
    _call(kept, server.address)
    monkeypatch.setattr(line, "_now", lambda: (change[0], change[1], (change[2],)))
    _call(kept, server.address)
    assert server.calls == 2


def test_a_server_that_hung_up_meanwhile_is_called_again(server: Server, kept: Line) -> None:
    server.hangs_up = True
    for _ in range(3):
        server.hung_up.clear()
        _call(kept, server.address)
        assert server.hung_up.wait(10)
    assert server.calls == 3


def test_a_call_that_failed_leaves_no_connection(server: Server, kept: Line) -> None:
    def fail() -> None:
        with kept.to(server.address, "token") as transport:
            transport.hello()
            raise Offline(Notice("sync.connection_lost"))

    with pytest.raises(Offline):
        fail()
    _call(kept, server.address)
    assert server.calls == 2
