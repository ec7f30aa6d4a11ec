"""Every operation, every role, every relation: what somebody may not see is in no byte that is answered, what
it may not write stays as it is, and what is not there looks like what is out of sight.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import sqlalchemy as sa

from channeldesk.hq import admin, row_security
from channeldesk.hq.database import Database
from channeldesk.hq.policy import Access
from channeldesk.model.declare import ENTITIES, Entity, Type
from channeldesk.model.ids import new_id
from channeldesk.rules.rights import Role
from tests.support import matrix
from tests.support.central import Laptop, Server
from tests.support.matrix import Planted

ACTORS = ("boss", "east", "view", "shop")
OPEN = {"/health", "/auth/v1/token", "/openapi.json"}
NOWHERE = "0" * 31 + "1"
DATA = ("/sync/", "/api/")

Call = tuple[str, str, dict[str, Any]]


@pytest.fixture
def planted(database: Database) -> Planted:
    return matrix.plant(database)


def operations(server: Server) -> list[tuple[str, str]]:
    """What the running server describes; signing out comes last, or it would hide the rest."""
    paths = server.get("/openapi.json").json()["paths"]
    found = [(method, path) for path, methods in paths.items() for method in methods]
    return sorted(found, key=lambda one: (one[1] == "/auth/v1/sign-out", one))


def calls(laptop: Laptop, method: str, path: str, planted: Planted, login: str) -> Iterator[Call]:
    """Requests of one operation that try to get what is not theirs. The last of each has no hold at all."""
    files = [row_id.hex() for name, row_id in planted.rows if name == "attachment"] + [NOWHERE]
    everywhere = {
        "global": ["0" * 32],
        "private": [row_id.hex() for name, row_id in planted.rows if name == "app_user"],
        "territory": [row_id.hex() for name, row_id in planted.rows if name == "territory"],
        "partner": [row_id.hex() for name, row_id in planted.rows if name == "partner"],
    }
    body: dict[str, Any]
    match method, path:
        case "get", "/sync/v1/hello":
            yield method, path, {"params": {"cursor": laptop.cursor, "schema": 9, "witness": "x.1.00"}}
        case "post", "/sync/v1/pull":
            yield method, path, {"json": {"cursor": None, "schema": 9}}
            for side in ("complete", "partial"):
                units = {"complete": {}, "partial": {}} | {side: everywhere}
                yield method, path, {"json": {"cursor": laptop.cursor, "schema": 9, "units": units}}
        case "post", "/sync/v1/push":
            for some in pushes(laptop, planted, login):
                yield method, path, {"json": {"schema": 2, "epoch": laptop.epoch, "mutations": some}}
        case "post", "/sync/v1/digest":
            yield method, path, {"json": {"cursor": laptop.cursor}}
        case "post", "/auth/v1/token":
            for grant in (
                {"grant_type": "password", "login": "late", "password": "nonsense", "device": {}},
                {"grant_type": "refresh_token", "refresh_token": "nonsense", "request_id": NOWHERE},
            ):
                yield method, path, {"json": grant}
        case _ if "{device_id}" in path:
            body = {"json": {"order": "a.b", "lease": "a.b", "destroyed": 0}} if method == "post" else {}
            for device in [row_id.hex() for name, row_id in planted.rows if name == "device"] + [NOWHERE]:
                yield method, path.replace("{device_id}", device), body
        case _ if "{attachment_id}" in path:
            for one in files:
                body = {}
                if path.endswith("proof"):
                    body = {"json": {"sha256": "0" * 64}}
                elif method == "put":
                    body = {"params": {"offset": 0}, "data": b"x"}
                yield method, path.replace("{attachment_id}", one), body
        case "get", _ if "{" not in path:
            yield method, path, {}
        case _ if not path.startswith(DATA) or path == "/sync/v1/device":
            yield method, path.replace("{", "").replace("}", ""), {"json": {}}
        case _:
            raise AssertionError(f"{method} {path} has no place in the matrix: say here how it is called")


def pushes(laptop: Laptop, planted: Planted, login: str) -> Iterator[list[dict[str, Any]]]:
    """Edits of every planted row, of each field, with a wrong base, so that conflicts tell what stands."""
    made: list[dict[str, Any]] = []
    for name, row_id in sorted(planted.rows):
        if not ENTITIES[name].synced():
            continue
        fields = [
            field.name
            for field in ENTITIES[name].fields.values()
            if field.type is Type.TEXT and not field.stamped
        ]
        for field in fields:
            parts = {"base": {field: "wrong"}, "set": {field: "intruder"}}
            made.append(laptop.mutation(name, row_id, "patch", **parts))
        made.append(laptop.mutation(name, row_id, "insert", set=dict.fromkeys(fields, "intruder")))
        made.append(laptop.mutation(name, row_id, "delete", base=dict.fromkeys(fields, "wrong")))
    for start in range(0, len(made), 400):
        yield made[start : start + 400]


def told(answer: requests.Response) -> str:
    """Everything that was answered: headers, and the body as it is unpacked."""
    head = "".join(f"{name}: {value}\n" for name, value in answer.headers.items())
    return head + answer.content.decode("utf-8", "replace")


def leaks(server: Server, database: Database, planted: Planted, login: str) -> list[str]:
    """What was answered to ``login`` and is not for it, by operation; also changes of what it may not see."""
    laptop = server.laptop(login)
    laptop.epoch = laptop.hello()["epoch"]
    laptop.cursor = laptop.pull().cursor
    before = matrix.states(database, planted, login)
    words = {one.word: one for one in planted.forbidden(login)}
    hidden = matrix.forbidden_rows(planted, login)
    # Price lists and users of partners are everyone's at the company, and name the partner.
    ids = {row_id.hex() for name, row_id in hidden if login == "shop" or name != "partner"}
    found: list[str] = []
    for method, path in operations(server):
        for _, address, body in calls(laptop, method, path, planted, login):
            answer = requests.request(
                method, server.address + address, headers=laptop.headers, timeout=60, **body
            )
            assert answer.status_code < 500, (method, path, answer.text)
            assert answer.status_code != 401 or not path.startswith(DATA), (method, path)
            text = told(answer)
            found += [f"{method} {path}: {words[one]}" for one in words if one in text]
            sent = json.dumps(body, default=str) + address
            found += [f"{method} {path}: the id {one}" for one in ids if one in text and one not in sent]
    after = matrix.states(database, planted, login)
    found += [f"changed: {name}" for (name, row_id), row in after.items() if before[name, row_id] != row]
    return found


@pytest.mark.parametrize("login", ACTORS)
def test_nothing_is_told_that_is_not_theirs(
    server: Server, database: Database, planted: Planted, login: str
) -> None:
    assert leaks(server, database, planted, login) == []


def intrusions(server: Server, database: Database, planted: Planted, login: str) -> tuple[set[Any], set[Any]]:
    """What ``login`` could change of texts, and delete, by pushes with the right base: those raise no
    conflict, so only rights stand between.
    """
    laptop, before = server.laptop(login), matrix.standing(database, planted)
    mutations = []
    for one in planted.canaries:
        field = ENTITIES[one.entity].fields[one.field]
        if ENTITIES[one.entity].synced() and field.type is Type.TEXT:
            base = {one.field: before[one.entity, one.row_id, one.field][0]}
            parts = {"base": base, "set": {one.field: "intruder"}}
            mutations.append(laptop.mutation(one.entity, one.row_id, "patch", **parts))
    for at in range(0, len(mutations), 400):
        laptop.push(*mutations[at : at + 400])
    after = matrix.standing(database, planted)
    changed = {key for key, (value, _) in after.items() if value == "intruder"}
    for name, row_id in planted.rows:
        if ENTITIES[name].synced():
            laptop.push(laptop.mutation(name, row_id, "delete"))
    now = matrix.standing(database, planted)
    return changed, {key[:2] for key, (_, deleted) in now.items() if deleted and not before[key][1]}


@pytest.mark.parametrize("login", ACTORS)
def test_who_guesses_what_stands_there_changes_nothing_that_is_not_theirs(
    server: Server, database: Database, planted: Planted, login: str
) -> None:
    changed, deleted = intrusions(server, database, planted, login)
    theirs = [one for one in planted.canaries if matrix.may_change(login, one)]
    assert changed - {(one.entity, one.row_id, one.field) for one in theirs} == set()
    assert deleted - {(one.entity, one.row_id) for one in theirs} == set()
    assert bool(changed) == bool(theirs), "the guesses were right"


@pytest.mark.parametrize("login", ACTORS)
def test_everything_is_told_that_is_theirs(server: Server, planted: Planted, login: str) -> None:
    """Else the matrix would pass where nothing is answered at all."""
    laptop = server.laptop(login)
    body = {"cursor": None, "schema": 9}
    answer = server.post("/sync/v1/pull", json=body, headers=laptop.headers | {"Accept-Encoding": "gzip"})
    allowed = planted.allowed(login)

    assert len(allowed) > 50
    assert [one for one in allowed if one.word not in answer.text] == []


@pytest.mark.parametrize("login", ["east", "view", "shop"])
def test_what_is_out_of_sight_looks_as_if_it_were_not_there(
    server: Server, planted: Planted, login: str
) -> None:
    laptop = server.laptop(login)
    hidden = [
        (name, row_id) for name, row_id in matrix.forbidden_rows(planted, login) if ENTITIES[name].synced()
    ]
    assert hidden
    mutations = [
        laptop.mutation(name, one, op, **({} if op == "delete" else {"set": {"deleted_": "x"}}))
        for name, row_id in hidden
        for op in ("patch", "delete", "insert")
        for one in (row_id, new_id())
    ]
    results = [one for at in range(0, len(mutations), 400) for one in laptop.push(*mutations[at : at + 400])]
    for there, nowhere in zip(results[::2], results[1::2], strict=True):
        for one in (there, nowhere):
            assert (one["row"], one["rv"]) == (None, 0)
        assert _without_names(there) == _without_names(nowhere)
    for name, row_id in hidden:
        if name == "attachment":
            for method, rest in (("get", ""), ("post", "/upload")):
                answers = [
                    requests.request(
                        method,
                        f"{server.address}/sync/v1/files/{one}{rest}",
                        headers=laptop.headers,
                        timeout=30,
                    )
                    for one in (row_id.hex(), NOWHERE)
                ]
                assert [one.status_code for one in answers] == [404, 404]
                assert answers[0].content == answers[1].content


def _without_names(result: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in result.items() if name not in ("mid", "uuid", "id")}


def test_nobody_gets_in_without_a_living_token(server: Server, database: Database, planted: Planted) -> None:
    """No token, a wrong one, a revoked device, a user who was let go: all are answered alike."""
    keys = {"none": {}, "nonsense": {"Authorization": "Bearer nonsense"}}
    laptops = {login: server.laptop(login) for login in ("east", "west")}
    admin.revoke_device(database, laptops["east"].hello()["device"]["prefix"])
    admin.deactivate_user(database, "west")
    keys |= {login: laptop.headers for login, laptop in laptops.items()}
    laptop = laptops["east"]
    for method, path in operations(server):
        if path in OPEN or not path.startswith(DATA):
            continue
        for _, address, body in list(calls(laptop, method, path, planted, "east"))[:3]:
            answers = {
                name: requests.request(method, server.address + address, headers=headers, timeout=30, **body)
                for name, headers in keys.items()
            }
            assert {one.status_code for one in answers.values()} == {401}, (method, path)
            assert len({one.content for one in answers.values()}) == 1, (method, path)


def _all_fields(role: Role, entity: type[Entity]) -> tuple[str, ...]:
    return tuple(entity.fields)


def _all_rows(access: Access) -> sa.ColumnElement[bool]:
    return sa.true()


@pytest.mark.parametrize(
    ("owner", "name", "broken", "login", "sign"),
    [
        pytest.param(Role, "fields", _all_fields, "view", "credit_limit", id="a field rule"),
        pytest.param(Role, "fields", _all_fields, "shop", "note", id="a field rule of partners"),
        pytest.param(Access, "units", property(_all_rows), "east", "place='W'", id="the unit of a row"),
        pytest.param(Access, "concerned", None, "shop", "price_item", id="what concerns a partner"),
        pytest.param(Role, "sees", lambda role, entity: True, "shop", "the id", id="an entity"),
    ],
)
def test_the_matrix_notices_a_broken_policy(
    server: Server,
    database: Database,
    planted: Planted,
    monkeypatch: pytest.MonkeyPatch,
    owner: type,
    name: str,
    broken: Any,
    login: str,
    sign: str,
) -> None:
    """It could pass for another reason; so one thing is let through at a time, without the second net."""
    monkeypatch.setattr(row_security, "is_on", lambda connection: False)
    monkeypatch.setattr(owner, name, broken)
    found = leaks(server, database, planted, login)
    assert any(sign in one for one in found), found[:5]


@pytest.mark.parametrize(
    ("name", "broken", "login", "entity"),
    [
        pytest.param(
            "writes", lambda role, entity: frozenset(("patch",)), "east", "product", id="operations"
        ),
        pytest.param("fields", _all_fields, "shop", "contact", id="fields"),
    ],
)
def test_the_matrix_notices_a_broken_right_to_write(
    server: Server,
    database: Database,
    planted: Planted,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    broken: Any,
    login: str,
    entity: str,
) -> None:
    monkeypatch.setattr(Role, name, broken)
    changed, _ = intrusions(server, database, planted, login)
    theirs = {
        (one.entity, one.row_id, one.field) for one in planted.canaries if matrix.may_change(login, one)
    }
    assert entity in {key[0] for key in changed - theirs}


def test_the_second_net_holds_what_a_broken_policy_lets_through(
    server: Server, database: Database, planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that a pull would have told; SQLite has no such net."""
    monkeypatch.setattr(Access, "units", property(_all_rows))
    for login in ("east", "shop"):
        body = {"cursor": None, "schema": 9}
        answer = server.post("/sync/v1/pull", json=body, headers=server.laptop(login).headers)
        rows = [one for one in planted.canaries if not matrix.may_see_row(login, one)]
        assert any(one.word in answer.text for one in rows) == (not database.is_postgresql)
