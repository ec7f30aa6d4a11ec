"""Orders to destroy: who hears of them, what a device may still do, what the trail says."""

from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.hq import admin
from channeldesk.hq.database import Database
from channeldesk.hq.sign_in import orders
from channeldesk.hq.sign_in.notary import Notary
from channeldesk.hq.tables import audit_entry
from channeldesk.model.ids import new_id
from channeldesk.model.notice import Problem
from channeldesk.trust import signing
from tests.support.central import Laptop, Server, by_password, contact, id_of

NOW = 1_795_300_000_000


def prefix(laptop: Laptop) -> str:
    return str(laptop.hello()["device"]["prefix"])


def told(server: Server, device: str) -> Any:
    answer = server.get(f"/auth/v1/devices/{device}/order")
    assert answer.status_code == 200
    return answer.json()["order"]


def obeyed(server: Server, laptop: Laptop, lease: str, **said: Any) -> Any:
    """What headquarters answers to a device that says it; with its order, unless ``said`` otherwise."""
    known = {"order": told(server, laptop.device), "lease": lease, "destroyed": 0}
    answer = server.post(f"/auth/v1/devices/{laptop.device}/obeyed", json=known | said)
    assert answer.status_code == 200, answer.text
    return answer.json()["noted"]


def trail(database: Database, action: str) -> list[str]:
    with database.snapshot() as connection:
        query = sa.select(audit_entry.c.diff).where(audit_entry.c.action == action)
        return list(connection.scalars(query.order_by(audit_entry.c.seq)))


def test_a_device_that_is_to_hand_in_may_do_that_and_nothing_else(server: Server, database: Database) -> None:
    east = server.laptop("east")
    partner = id_of(database, "partner", code="P-E")
    assert east.hello()["order"] is None
    orders.wipe(database, prefix(east), at_once=False, now=NOW)

    said = east.hello()["order"]
    assert said == told(server, east.device)
    read = signing.read(
        said, bytes.fromhex(Notary(database).public), signing.WIPE, bytes.fromhex(east.device)
    )
    assert read is not None
    assert read["at_once"] is False
    assert east.one("contact", new_id(), "insert", set=contact(partner))["status"] == "applied"
    for method, path in (
        ("post", "/sync/v1/pull"),
        ("post", "/sync/v1/digest"),
        ("post", "/sync/v1/device"),
        ("get", f"/sync/v1/files/{new_id().hex()}"),
        ("get", "/api/v1/totals"),
    ):
        options = {} if method == "get" else {"json": {"cursor": None, "name": None}}
        answer = getattr(server, method)(path, headers=east.headers, **options)
        assert answer.status_code == 401, path
    assert trail(database, "wipe_ordered") == ['{"at_once":false}']


def test_at_once_takes_nothing_more(server: Server, database: Database) -> None:
    east = server.laptop("east")
    orders.wipe(database, prefix(east), at_once=True, now=NOW)
    assert server.get("/sync/v1/hello", headers=east.headers).status_code == 401
    again = by_password("east", device={"id": east.device})
    assert server.post("/auth/v1/token", json=again).json()["code"] == "auth.unknown_device"
    assert told(server, east.device)


def test_what_was_obeyed_is_noted_once(server: Server, database: Database) -> None:
    east = server.laptop("east")
    orders.wipe(database, prefix(east), at_once=False, now=NOW)
    order, lease = told(server, east.device), east.hello()["lease"]
    for false in (order[:-1], "", order + "A"):
        assert not obeyed(server, east, lease, order=false, destroyed=10**30)
    assert trail(database, "device_wiped") == []
    for _ in range(2):
        assert obeyed(server, east, lease, destroyed=3)
    assert trail(database, "device_wiped") == ['{"destroyed":3}']
    assert server.get("/sync/v1/hello", headers=east.headers).status_code == 401
    assert told(server, east.device) == order, "a copy of the profile may turn up"
    with database.snapshot() as connection:
        (one,) = orders.devices(connection)
    assert (one.login, one.revoked, one.destroyed) == ("east", True, 3)
    assert one.wiped_at


def test_nobody_else_says_that_a_device_obeyed(server: Server, database: Database) -> None:
    """Its id lies in clear beside its database, and its order is told to whoever asks for the id."""
    east, other = server.laptop("east"), server.laptop("west")
    orders.wipe(database, prefix(east), at_once=False, now=NOW)
    key = bytes(range(32))
    forged = signing.signed(key, signing.LEASE, bytes.fromhex(east.device), issued_at=NOW, ends_at=NOW + 1)
    for lease in ("", forged, other.hello()["lease"], told(server, east.device)):
        assert not obeyed(server, east, lease)
    assert trail(database, "device_wiped") == []


def test_a_device_that_nobody_knows_has_no_order(server: Server) -> None:
    device = new_id().hex()
    assert told(server, device) is None
    said = {"order": "a.b", "lease": "a.b", "destroyed": 0}
    assert server.post(f"/auth/v1/devices/{device}/obeyed", json=said).json() == {"noted": False}
    assert server.get("/auth/v1/devices/zz/order").status_code == 422


def test_an_order_can_be_withdrawn_until_it_is_obeyed(server: Server, database: Database) -> None:
    east = server.laptop("east")
    name = prefix(east)
    with pytest.raises(Problem) as refused:
        orders.withdraw(database, name, NOW)
    assert refused.value.notice.code == "hq.no_order"
    orders.wipe(database, name, at_once=False, now=NOW)
    orders.withdraw(database, name, NOW)
    assert east.hello()["order"] is None
    assert east.pull().filled
    lease = east.hello()["lease"]
    orders.wipe(database, name, at_once=False, now=NOW)
    orders.wipe(database, name, at_once=True, now=NOW)
    said = orders.Said(told(server, east.device), lease, 0)
    assert orders.obeyed(database, bytes.fromhex(east.device), said, NOW)
    with pytest.raises(Problem):
        orders.withdraw(database, name, NOW)
    with pytest.raises(Problem) as refused:
        orders.wipe(database, "??", at_once=False, now=admin.now_ms())
    assert refused.value.notice.code == "hq.unknown_device"


def test_a_count_that_nobody_can_store_is_cut(server: Server, database: Database) -> None:
    east = server.laptop("east")
    orders.wipe(database, prefix(east), at_once=False, now=NOW)
    assert obeyed(server, east, east.hello()["lease"], destroyed=10**30)
    assert trail(database, "device_wiped") == ['{"destroyed":2147483647}']
