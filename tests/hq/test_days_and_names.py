"""Days that have not come, and who is said to have done it: headquarters believes no laptop."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channeldesk.hq import admin
from channeldesk.hq.database import Database
from channeldesk.model.ids import new_id
from tests.hq.test_blocks import block, row
from tests.hq.test_counts import counted
from tests.hq.test_moves_by_hand import told
from tests.hq.test_payments import paid
from tests.support.central import Laptop, Server, id_of, order

YEARS_MS = 5 * 366 * 86_400_000


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


def in_days(days: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


def test_money_does_not_come_in_next_year(boss: Laptop, partner: bytes) -> None:
    (late,) = boss.push(paid(boss, partner, received_on=in_days(300)))
    assert told(late) == "payment.not_yet"
    (near,) = boss.push(paid(boss, partner, received_on=in_days(1)))
    assert told(near) == "applied", "elsewhere it is tomorrow"


def test_a_promise_is_for_a_day_that_comes(east: Laptop, partner: bytes) -> None:
    fields: dict[str, Any] = {"partner_id": partner.hex(), "currency": "CNY", "amount": 100}
    fields |= {"made_on": "2026-11-10", "promised_on": "2026-11-09"}
    assert told(east.one("payment_promise", new_id(), "insert", set=fields)) == "payment.promised_before"
    promise = new_id()
    good = fields | {"promised_on": "2026-11-20"}
    assert told(east.one("payment_promise", promise, "insert", set=good)) == "applied"
    moved = {"set": {"promised_on": "2026-11-01"}, "base": {"promised_on": "2026-11-20"}}
    assert told(east.one("payment_promise", promise, "patch", **moved)) == "payment.promised_before"


def test_a_partner_is_not_blocked_from_a_day_on_that_has_not_come(
    boss: Laptop, database: Database, partner: bytes
) -> None:
    (made,) = boss.push(block(boss, partner, blocked_on=in_days(400)))
    assert told(made) == "applied"
    assert str(row(database, "credit_block", bytes.fromhex(made["id"]))["blocked_on"]) <= in_days(1)


def test_a_count_by_a_clock_that_is_ahead_is_held_to_now(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    asked = counted(east, partner, product)
    asked[0]["set"] |= {"counted_at": admin.now_ms() + YEARS_MS, "counted_on": in_days(5 * 366)}
    answers = east.push(*asked)
    assert {told(one) for one in answers} == {"applied"}
    stored = row(database, "stock_count", bytes.fromhex(answers[0]["id"]))
    assert stored["counted_at"] <= admin.now_ms()
    assert str(stored["counted_on"]) <= in_days(1)
    assert answers[0]["row"]["counted_at"] == stored["counted_at"], "the laptop hears of it"
    again = dict(asked[0])
    again |= {"mid": east.last_mid + 1, "uuid": new_id().hex(), "txn": new_id().hex()}
    east.last_mid += 1
    assert told(east.push(again)[0]) == "duplicate", "sent again it is the same count"


def test_a_partners_people_order_in_nobody_elses_name(
    server: Server, east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    shop = server.laptop("shop")
    placed, _ = shop.push(*order(shop, partner, product, source="field", salesperson_id=east.user_id.hex()))
    assert told(placed) == "applied"
    stored = row(database, "sales_order", bytes.fromhex(placed["id"]))
    assert (stored["source"], stored["salesperson_id"]) == ("portal", None)
