"""Moves that no program of ours asks for: nobody gets around a decision, nothing unreadable is a defect."""

from typing import Any

import pytest

from channeldesk.hq.database import Database
from tests.hq.test_approvals import asking, change, decide, held
from tests.hq.test_blocks import blocked
from tests.hq.test_promotions import discounted, promotion
from tests.hq.test_shipping import Case
from tests.support.central import YEAR, Laptop, Server, add, id_of, order, stored


@pytest.fixture
def east(server: Server) -> Laptop:
    return server.laptop("east")


@pytest.fixture
def boss(server: Server) -> Laptop:
    return server.laptop("boss")


@pytest.fixture
def partner(database: Database) -> bytes:
    return id_of(database, "partner", code="P-E")


@pytest.fixture
def product(database: Database) -> bytes:
    return id_of(database, "product", sku="SKU-1")


def move(laptop: Laptop, order_id: bytes, status: str | None) -> dict[str, Any]:
    return laptop.one("sales_order", order_id, "patch", set={"status": status}, base={"status": "placed"})


def told(result: dict[str, Any]) -> str:
    return str(result["notice"]["code"] if result["notice"] else result["status"])


def state(database: Database, entity: str, row_id: bytes) -> tuple[Any, ...]:
    row = stored(database, entity, row_id)
    assert row is not None
    return (row["status"], row["number"]) if "number" in row else (row["status"],)


def test_staff_does_not_accept_by_hand_what_it_may_not_decide(
    boss: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    change(database, "partner", credit_limit=0)
    placed, _, asked = boss.push(*asking(boss, order(boss, partner, product)))
    order_id, approval = bytes.fromhex(placed["id"]), bytes.fromhex(asked["id"])
    assert told(decide(boss, approval, "approved")) == "approval.own"
    for status in ("accepted", "rejected"):
        assert told(move(boss, order_id, status)) == "approval.waits"
    assert state(database, "sales_order", order_id) == ("placed", None)
    assert state(database, "approval", approval) == ("asked",)
    assert told(move(boss, order_id, "cancelled")) == "applied"
    assert state(database, "approval", approval) == ("withdrawn",)


def test_an_order_that_came_without_a_request_is_accepted_with_a_number(
    boss: Laptop, database: Database, partner: bytes
) -> None:
    loaded = {"partner_id": partner, "currency": "CNY", "order_date": f"{YEAR}-01-05", "status": "placed"}
    with database.write() as connection:
        order_id = add(connection, "sales_order", **loaded)
    assert told(move(boss, order_id, "accepted")) == "applied"
    assert state(database, "sales_order", order_id) == ("accepted", f"SO-{YEAR}-000001")


def test_a_number_that_a_load_brought_stays(boss: Laptop, database: Database, partner: bytes) -> None:
    loaded = {"partner_id": partner, "currency": "CNY", "order_date": f"{YEAR}-01-05", "status": "placed"}
    with database.write() as connection:
        order_id = add(connection, "sales_order", number="ERP-7", **loaded)
    assert told(move(boss, order_id, "accepted")) == "applied"
    assert state(database, "sales_order", order_id) == ("accepted", "ERP-7")


def test_a_refused_order_does_not_come_back_unjudged(
    east: Laptop, boss: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    change(database, "partner", credit_limit=0)
    ten = promotion(database, budget=2_000)
    placed, *_, asked = east.push(*asking(east, discounted(east, partner, product, (ten, 2_000))))
    order_id = bytes.fromhex(placed["id"])
    decide(boss, bytes.fromhex(asked["id"]), "refused")
    for laptop in (east, boss):
        assert told(move(laptop, order_id, "placed")) == "order.no_such_move"
    assert state(database, "sales_order", order_id) == ("rejected", None)
    assert told(move(east, order_id, "cancelled")) == "applied"
    row = stored(database, "promotion", ten)
    assert row is not None
    assert row["used"] == 0, "given back once"


def test_no_status_at_all_is_an_answer_and_no_defect(
    east: Laptop, boss: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    order_id, approval = held(east, database, partner, product)
    change(database, "partner", credit_limit=10**9)
    shipment, _ = Case(database, east, boss, partner, product).ship(1_000)
    block = blocked(boss, partner)
    rows = {"sales_order": order_id, "approval": approval, "credit_block": block}
    rows["shipment"] = bytes.fromhex(shipment["id"])
    for entity, row_id in rows.items():
        before = stored(database, entity, row_id)
        result = boss.one(entity, row_id, "patch", set={"status": None}, base={"status": "placed"})
        assert (told(result), result["notice"]["params"]) == ("sync.malformed_value", {"field": "status"})
        assert stored(database, entity, row_id) == before
