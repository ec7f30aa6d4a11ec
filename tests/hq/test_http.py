"""Sign-in, errors, limits: what stands around the routes."""

import gzip
import json
import random
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from channeldesk.hq import admin, routes
from channeldesk.hq import database as database_module
from channeldesk.hq.app import Settings, create_app
from channeldesk.hq.auth import Authenticator, SignIn
from channeldesk.hq.database import Database, DatabaseBusy
from channeldesk.hq.errors import Refusal
from channeldesk.hq.sign_in import orders
from channeldesk.hq.sign_in.limits import LOGIN_HERE
from channeldesk.hq.sign_in.tokens import ACCESS_MS
from channeldesk.hq.tables import access_token
from channeldesk.model.ids import new_id
from channeldesk.model.messages import MESSAGES
from channeldesk.model.notice import Problem
from channeldesk.model.tables import hq
from tests.support import central
from tests.support.central import PASSWORD, Server, by_password


class Clock:
    def __init__(self) -> None:
        self.now = 1_795_300_000_000

    def __call__(self) -> int:
        return self.now


def test_signing_in_again_keeps_the_device(server: Server) -> None:
    first = server.laptop("east")
    before = first.hello()["device"]["prefix"]
    second = server.laptop("east", device=first.device)
    other = server.laptop("east")

    assert second.device == first.device != other.device
    assert second.hello()["device"]["prefix"] == before
    assert other.hello()["device"]["prefix"] != before


def test_a_device_of_somebody_else_is_refused(server: Server) -> None:
    device = server.laptop("west").device
    body = by_password("east", device={"id": device})
    answer = server.post("/auth/v1/token", json=body)

    assert (answer.status_code, answer.json()["code"]) == (403, "auth.unknown_device")


@pytest.mark.parametrize(("login", "password"), [("east", "wrong"), ("nobody", "wrong"), ("", "")])
def test_wrong_passwords_and_logins_look_alike(server: Server, login: str, password: str) -> None:
    answer = server.post("/auth/v1/token", json=by_password(login, password))

    assert (answer.status_code, answer.json()["code"]) == (401, "auth.wrong_password")


def test_logins_are_not_case_sensitive(database: Database) -> None:
    admin.add_user(database, "élodie", "Élodie", password=PASSWORD)
    door = Authenticator(database, Clock())
    assert door.sign_in(SignIn(" EAST ", PASSWORD)).principal.login == "east"
    for typed in ("ÉLODIE", "E\u0301lodie"):
        assert door.sign_in(SignIn(typed, PASSWORD)).principal.login == "élodie"


@pytest.mark.parametrize("name", ["a\0b", "\0", "\x1b[31mred\x07", "\u2028", " Li's\tlaptop "])
def test_signs_that_nobody_sees_are_no_part_of_a_name(server: Server, name: str) -> None:
    """PostgreSQL takes no NUL in a text; on a terminal others are commands."""
    codes = server.post("/auth/v1/device_authorization", json={"name": name})
    assert codes.status_code == 200, codes.text
    signed = server.post("/auth/v1/token", json=by_password("east", device={"id": None, "name": name}))
    assert signed.status_code == 200, signed.text
    headers = {"Authorization": f"Bearer {signed.json()['access_token']}"}
    assert server.post("/sync/v1/device", json={"name": name}, headers=headers).status_code == 200
    database = Database(server.url)
    with database.snapshot() as connection:
        names = {one.name for one in orders.devices(connection)}
    database.close()
    assert names == {"".join(sign for sign in name if sign.isprintable()).strip()}
    for login in (name, "east\0"):
        wrong = server.post("/auth/v1/token", json=by_password(login, PASSWORD))
        assert wrong.json()["code"] in ("auth.wrong_password", "auth.too_many_failures"), wrong.text


def test_failures_slow_down_and_success_forgets(database: Database) -> None:
    clock = Clock()
    door = Authenticator(database, clock)
    for _ in range(LOGIN_HERE.free):
        with pytest.raises(Refusal) as refused:
            door.sign_in(SignIn("east", "wrong"))
        assert refused.value.status == 401
    with pytest.raises(Refusal) as refused:
        door.sign_in(SignIn("east", PASSWORD))
    assert (refused.value.status, refused.value.retry_after) == (429, 30)
    door.sign_in(SignIn("west", PASSWORD))
    clock.now += 30_000
    door.sign_in(SignIn("east", PASSWORD))
    with pytest.raises(Refusal) as refused:
        door.sign_in(SignIn("east", "wrong"))
    assert refused.value.status == 401


def test_tokens_expire_and_are_not_kept(database: Database) -> None:
    clock = Clock()
    door = Authenticator(database, clock)
    signed = door.sign_in(SignIn("east", PASSWORD))
    with database.snapshot() as connection:
        kept = connection.execute(sa.select(access_token)).all()
    assert signed.token not in str(kept)

    clock.now += ACCESS_MS - 1
    assert door.identify(signed.token).login == "east"
    clock.now += 1
    with pytest.raises(Refusal):
        door.identify(signed.token)


def test_a_deactivated_user_and_a_new_password_end_sessions(server: Server, database: Database) -> None:
    east, west = server.laptop("east"), server.laptop("west")
    admin.set_password(database, "east", "another-password")
    admin.deactivate_user(database, "west")

    for laptop in (east, west):
        assert server.get("/sync/v1/hello", headers=laptop.headers).status_code == 401
    assert server.post("/auth/v1/token", json=by_password("west")).status_code == 401


@pytest.mark.parametrize("path", ["/", "/nothing", "/sync/v1/pull", "/docs", "/sync"])
def test_everything_else_is_not_found(server: Server, path: str) -> None:
    answer = server.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "request.not_found")


def test_malformed_requests_are_told_what_is_wrong(server: Server) -> None:
    laptop = server.laptop("east")
    for body in (
        {"epoch": "x"},
        {"epoch": 1, "mutations": []},
        [],
        {"epoch": "x", "mutations": [{"mid": 0}]},
    ):
        answer = server.post("/sync/v1/push", json=body, headers=laptop.headers)
        assert answer.status_code == 422
        assert answer.json()["code"] == "request.malformed"
    answer = server.post("/sync/v1/push", data=b"{", headers=laptop.headers)
    assert answer.status_code == 422


def test_numbers_and_characters_nobody_can_store(server: Server) -> None:
    laptop = server.laptop("east")
    for value in (2**70, "\ud800"):
        sent = laptop.mutation("contact", bytes(16), "insert", set={"name": value})
        answer = laptop.send(sent)
        assert (answer.status_code, answer.json()["code"]) == (422, "request.malformed")
        laptop.last_mid -= 1


def test_bodies_are_bounded_as_they_arrive_and_as_they_unpack(hq_url: str) -> None:
    with central.running(hq_url, push_bytes=10_000) as server:
        laptop = server.laptop("east")
        url, headers = server.address + "/sync/v1/push", laptop.headers
        bomb = gzip.compress(b" " * 50_000_000)
        assert len(bomb) > 10_000
        for data, extra in (
            (b" " * 10_001, {}),
            ((b" " * 1_000 for _ in range(11)), {}),  # in chunks, without a length
            (gzip.compress(b" " * 10_001), {"Content-Encoding": "gzip"}),
            (bomb[:9_000], {"Content-Encoding": "gzip"}),
        ):
            answer = central.requests.post(url, data=data, headers={**headers, **extra}, timeout=30)
            assert (answer.status_code, answer.json()["code"]) == (413, "request.too_large")
        for data, extra, status in (
            (b"no gzip", {"Content-Encoding": "gzip"}, 400),
            (gzip.compress(b"{}")[:-4], {"Content-Encoding": "gzip"}, 400),
            (b"{}", {"Content-Encoding": "br"}, 415),
            (gzip.compress(b"{}"), {"Content-Encoding": "gzip"}, 422),
        ):
            answer = central.requests.post(url, data=data, headers={**headers, **extra}, timeout=30)
            assert answer.status_code == status, answer.text
        assert laptop.hello()["limits"]["push_bytes"] == 10_000


def test_a_packed_push_is_taken_in(server: Server) -> None:
    laptop = server.laptop("east")
    body = json.dumps({"schema": 1, "epoch": laptop.hello()["epoch"], "mutations": []}).encode()
    answer = server.post(
        "/sync/v1/push",
        data=gzip.compress(body),
        headers={**laptop.headers, "Content-Encoding": "gzip", "Content-Type": "application/json"},
    )
    assert answer.json() == {"epoch": laptop.hello()["epoch"], "last_mid": 0, "results": []}


def test_a_long_answer_to_a_push_is_packed_where_that_is_accepted(server: Server) -> None:
    laptop = server.laptop("east")
    mutations = [
        {"mid": mid, "uuid": new_id().hex(), "txn": new_id().hex(), "deps": [], "entity": "nothing"}
        | {"id": new_id().hex(), "op": "insert", "base_rv": 0, "base": {}, "set": {}, "inc": {}}
        for mid in range(1, 31)
    ]
    body = {"schema": 1, "epoch": laptop.hello()["epoch"], "mutations": mutations}

    plain, packed = (
        server.post("/sync/v1/push", json=body, headers={**laptop.headers, "Accept-Encoding": accepted})
        for accepted in ("identity", "gzip")
    )

    assert "Content-Encoding" not in plain.headers and packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) * 2 < int(plain.headers["Content-Length"])
    assert [one["uuid"] for one in packed.json()["results"]] == [one["uuid"] for one in mutations]


def test_the_description_names_every_route(server: Server) -> None:
    described = server.get("/openapi.json").json()
    operations = [one for methods in described["paths"].values() for one in methods.values()]

    names = {(method, path) for path, methods in described["paths"].items() for method in methods}
    assert {one for one in names if one[1].startswith("/sync/v1/") and "file" not in one[1]} == {
        ("get", "/sync/v1/hello"),
        ("post", "/sync/v1/pull"),
        ("post", "/sync/v1/push"),
        ("post", "/sync/v1/digest"),
        ("post", "/sync/v1/device"),
        ("get", "/sync/v1/sizes"),
    }
    assert all(one.get("description") for one in operations)
    assert {"PushAnswer", "Hello", "Mutation", "TokenAnswer"} <= set(described["components"]["schemas"])


def test_a_database_that_is_not_set_up_is_refused(tmp_path: object, hq_url: str) -> None:
    with pytest.raises(Problem) as refused:
        create_app(Settings(f"sqlite:///{tmp_path}/empty.db"))
    assert refused.value.notice.code == "hq.schema_not_current"
    with pytest.raises(Problem) as refused:
        admin.init(hq_url, "Again")
    assert refused.value.notice.code == "hq.already_set_up"


def test_codes_of_refusals_have_texts() -> None:
    import re
    from pathlib import Path

    import channeldesk.hq

    folder = Path(next(iter(channeldesk.hq.__path__)))
    texts = "".join(path.read_text() for path in folder.rglob("*.py"))
    codes = set(re.findall(r'"((?:hq|auth|request|sync|order|demo)\.[a-z_]+)"', texts))
    assert codes - MESSAGES.keys() == set()


def test_a_database_that_others_hold_is_told(sqlite_hq: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0.2)
    holder = Database(sqlite_hq)
    with central.running(sqlite_hq) as server:
        laptop = server.laptop("east")
        laptop.epoch = laptop.hello()["epoch"]
        with holder.write():
            answer = laptop.send()
        assert (answer.status_code, answer.json()["code"]) == (503, "hq.busy")
        assert answer.headers["Retry-After"] == "5"
        assert laptop.send().status_code == 200
    holder.close()


def test_a_database_that_is_away_is_told(postgres_hq: str) -> None:
    away = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    with pytest.raises(DatabaseBusy), away.snapshot():
        pass
    away.close()


def test_a_broken_deadlock_is_tried_again(postgres_hq: str) -> None:
    database = Database(postgres_hq)
    meet, tries = threading.Barrier(2), []

    def work(first: str, second: str) -> None:
        def change(connection: sa.Connection) -> None:
            tries.append(first)
            for code in (first, second):
                connection.execute(sa.text("UPDATE partner SET phone = :c WHERE code = :c"), {"c": code})
                if len(tries) <= 2 and code == first:
                    meet.wait(10)

        database.run(change)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work, "P-E", "P-W"), pool.submit(work, "P-W", "P-E")]:
            done.result(30)
    assert len(tries) >= 3
    database.close()


@pytest.mark.allow_log("stopped reading", reason="it does")
@pytest.mark.allow_log("without completing response", reason="the answer is cut")
def test_a_reader_that_stalls_is_given_up(
    hq_url: str, database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(routes, "STALLED_SECONDS", 0.5)
    partner = central.id_of(database, "partner", code="P-E")
    rows = [
        {"id": new_id(), "partner_id": partner, "name": random.randbytes(200).hex()} for _ in range(30_000)
    ]
    with database.write() as connection:
        connection.execute(sa.insert(hq.tables["contact"]), rows)
    with central.running(hq_url) as server:
        laptop = server.laptop("east")
        host, port = server.address.removeprefix("http://").split(":")
        body = b'{"cursor":null,"schema":1}'
        with socket.create_connection((host, int(port))) as raw:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            raw.sendall(
                b"POST /sync/v1/pull HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + f"Authorization: {laptop.headers['Authorization']}\r\n".encode()
                + f"Content-Length: {len(body)}\r\n\r\n".encode()
                + body
            )
            raw.recv(100)
            deadline = time.monotonic() + 20
            while "stopped reading" not in caplog.text:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        assert len(laptop.pull().rows["contact"]) == 30_000
