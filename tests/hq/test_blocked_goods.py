"""Nothing leaves for a blocked partner, unless a person let this very order through; planning goes on."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channeldesk.hq.database import Database
from channeldesk.model.ids import new_id
from tests.hq.test_approvals import asking, decide
from tests.hq.test_blocks import blocked, release
from tests.hq.test_moves_by_hand import told
from tests.hq.test_shipping import Case, codes
from tests.support.central import Laptop, Server, id_of, order


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


@pytest.fixture
def case(database: Database, east: Laptop, boss: Laptop, partner: bytes, product: bytes) -> Case:
    return Case(database, east, boss, partner, product)


def in_days(days: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


def test_goods_stay_until_the_partner_is_released(case: Case, boss: Laptop) -> None:
    on_its_way, _ = case.ship(1_000)
    planned, _ = case.ship(2_000, status="planned")
    block = blocked(boss, case.partner)
    refused = case.ship(3_000)
    assert codes(refused) == {"shipment.partner_blocked"}
    assert "2026-11-02" in str(refused[0]["notice"]["params"])
    assert told(case.move(planned, "sent")) == "shipment.partner_blocked"
    assert codes(case.ship(3_000, status="planned")) == set(), "nothing leaves by planning"
    assert told(case.move(on_its_way, "arrived", case.east)) == "applied", "what left is there"
    release(boss, block)
    assert told(case.move(planned, "sent")) == "applied"
    assert codes(case.ship(4_000)) == set()


def test_an_order_that_a_person_let_through_leaves(
    case: Case, east: Laptop, boss: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    blocked(boss, partner)
    placed, line, asked = east.push(*asking(east, order(east, partner, product, quantity=10_000)))
    assert told(decide(boss, bytes.fromhex(asked["id"]), "approved")) == "applied"
    assert codes(case.ship(1_000)) == {"shipment.partner_blocked"}, "the other order was not asked about"
    case.order_id, case.line = placed["id"], line
    assert codes(case.ship(1_000)) == set()

    moved: dict[str, Any] = {"order_line_id": line["id"], "product_id": product.hex(), "quantity": 4_000}
    assert {told(one) for one in case.ask(boss, "split", moved)} == {"applied"}
    rows = boss.pull().rows
    (second,) = [one for one in rows["sales_order"].values() if one["split_from_id"] == placed["id"]]
    (its,) = [one for one in rows["order_line"].values() if one["order_id"] == second["id"]]
    case.order_id, case.line = second["id"], its
    assert codes(case.ship(1_000)) == set(), "what is split off was let through with it"


def test_a_later_block_holds_what_was_let_through_before(
    case: Case, east: Laptop, boss: Laptop, partner: bytes, product: bytes
) -> None:
    first = blocked(boss, partner)
    placed, line, asked = east.push(*asking(east, order(east, partner, product, quantity=10_000)))
    decide(boss, bytes.fromhex(asked["id"]), "approved")
    release(boss, first)
    fields = {"partner_id": partner.hex(), "blocked_on": "2026-11-20", "reason": "Again"}
    assert told(boss.one("credit_block", new_id(), "insert", set=fields)) == "applied"
    case.order_id, case.line = placed["id"], line
    assert codes(case.ship(1_000)) == {"shipment.partner_blocked"}


def test_what_left_did_so_by_today(case: Case) -> None:
    assert codes(case.ship(1_000, sent_on=in_days(9))) == {"shipment.leaves_later"}
    planned, _ = case.ship(1_000, status="planned", sent_on=in_days(9), expected_on=in_days(12))
    assert told(case.move(planned, "sent")) == "shipment.leaves_later"
    assert told(case.move(planned, "sent", sent_on=in_days(1))) == "applied", "elsewhere it is tomorrow"
    corrected = case.boss.one(
        "shipment",
        bytes.fromhex(planned["id"]),
        "patch",
        set={"sent_on": in_days(9)},
        base={"sent_on": in_days(1)},
    )
    assert told(corrected) == "shipment.leaves_later"
