"""Requests made to hurt: whatever comes in, the answer is a refusal in words and the server lives on."""

import gzip
import socket
import time
from collections.abc import Iterator

import pytest

from channeldesk.hq import body
from tests.support import central
from tests.support.central import PASSWORD, Laptop, Server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """What is tried here never reaches a database, so one does for all."""
    url = f"sqlite:///{tmp_path_factory.mktemp('hostile') / 'hq.db'}"
    central.set_up(url)
    with central.running(url, push_bytes=200_000) as one:
        yield one


@pytest.fixture(scope="module")
def laptop(server: Server) -> Laptop:
    return server.laptop("east")


DEEP = b"[" * 90_000 + b"]" * 90_000
LONG_NUMBER = b'{"schema": ' + b"9" * 100_000 + b"}"


@pytest.mark.parametrize(
    "data",
    [DEEP, b'{"a":' * 30_000, LONG_NUMBER, b'{"schema": NaN}', b"\xff\xfe", b'"' + b"\\ud800" * 9_000 + b'"'],
    ids=["deep", "deep objects", "long number", "no number", "no text", "halves"],
)
@pytest.mark.parametrize("path", ["/sync/v1/push", "/sync/v1/pull", "/auth/v1/token"])
def test_json_that_exhausts_a_parser_is_refused(
    server: Server, laptop: Laptop, path: str, data: bytes
) -> None:
    for sent, packed in ((data, {}), (gzip.compress(data), {"Content-Encoding": "gzip"})):
        headers = {**laptop.headers, "Content-Type": "application/json", **packed}
        answer = server.post(path, data=sent, headers=headers)
        assert answer.status_code in (400, 422), answer.text[:200]
        assert answer.json()["code"] in ("request.malformed", "request.refused")
        assert len(answer.content) < 2_000, "what was sent does not come back"


@pytest.mark.parametrize(
    "value", ["bytes=" + "9" * 5_000 + "-", "bytes=-" + "9" * 5_000, "bytes=٣-٤", "bytes=--", "x" * 9_000]
)
def test_headers_that_no_client_of_ours_sends_are_no_defect(
    server: Server, laptop: Laptop, value: str
) -> None:
    headers = {**laptop.headers, "Range": value.encode()}
    answer = server.get("/sync/v1/files/" + "0" * 32, headers=headers)
    assert answer.status_code == 404
    for token in (value.encode(), b"Bearer " + value.encode(), b"Bearer", b""):
        assert server.get("/sync/v1/hello", headers={"Authorization": token}).status_code == 401


@pytest.mark.parametrize(
    "query", ["cursor=" + "9" * 6_000, "schema=" + "9" * 6_000, "witness=" + "z" * 6_000, "cursor=%00"]
)
def test_a_query_that_no_client_of_ours_asks_is_no_defect(server: Server, laptop: Laptop, query: str) -> None:
    answer = server.get(f"/sync/v1/hello?{query}", headers=laptop.headers)
    assert answer.status_code in (200, 400, 409, 422), answer.text[:200]


def test_what_stands_behind_a_packed_body_is_refused(server: Server, laptop: Laptop) -> None:
    packed = {**laptop.headers, "Content-Encoding": "gzip", "Content-Type": "application/json"}
    twice = gzip.compress(b"{}") + gzip.compress(b" " * 1_000_000)
    assert server.post("/sync/v1/push", data=twice, headers=packed).status_code == 400


def _raw(server: Server, head: bytes) -> socket.socket:
    host, port = server.address.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)), timeout=20)
    connection.sendall(head)
    return connection


HEAD = b"POST /auth/v1/token HTTP/1.1\r\nHost: hq\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize("told", [b"Content-Length: 99999999999999999999\r\n", b"Content-Length: 300000\r\n"])
def test_a_body_that_says_it_is_too_large_is_not_waited_for(server: Server, told: bytes) -> None:
    with _raw(server, HEAD + told + b"\r\n") as connection:
        assert b" 413 " in connection.recv(4_096)


@pytest.mark.allow_log("Invalid HTTP request", reason="it is one")
@pytest.mark.parametrize("told", [b"Content-Length: -1", b"Content-Length: 1e3", b"Content-Length: 5, 6"])
def test_a_length_that_is_none_is_refused(server: Server, told: bytes) -> None:
    with _raw(server, HEAD + told + b"\r\n\r\n") as connection:
        assert b" 400 " in connection.recv(4_096)


def test_a_length_that_lies_does_not_lead_into_the_next_request(server: Server) -> None:
    smuggled = b"GET /sync/v1/hello HTTP/1.1\r\nHost: hq\r\n\r\n"
    both = b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + smuggled
    with _raw(server, HEAD + both) as connection:
        said = b""
        while part := connection.recv(4_096):
            said += part
            if said.count(b"HTTP/1.1") > 1 or b" 400 " in said:
                break
    assert b" 200 " not in said


def test_a_body_that_drips_is_given_up(sqlite_hq: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body.BoundedBody.__init__, "__defaults__", (0.3,))
    with central.running(sqlite_hq) as server:
        with _raw(server, HEAD + b"Content-Length: 100\r\n\r\n") as connection:
            connection.sendall(b"{")
            assert b" 408 " in connection.recv(4_096)
        assert server.get("/health").status_code == 200


def test_a_sender_who_goes_away_leaves_nothing_behind(server: Server, laptop: Laptop) -> None:
    for _ in range(20):
        _raw(server, HEAD + b"Content-Length: 100\r\n\r\n{").close()
    deadline = time.monotonic() + 20
    while server.get("/health").status_code != 200:
        assert time.monotonic() < deadline
    assert laptop.hello()["company"]


def test_a_sign_in_with_a_password_of_a_megabyte_costs_no_hashing(server: Server) -> None:
    sent = {"grant_type": "password", "login": "east", "password": PASSWORD * 10_000, "device": {"name": ""}}
    answer = server.post("/auth/v1/token", json=sent)
    assert (answer.status_code, answer.json()["code"]) == (422, "request.malformed")
