"""Blocked partners: what they order waits, who releases them, and the rule that blocks and releases."""

import json
import time
from datetime import date, timedelta
from typing import Any

import pytest

from channeldesk.hq import admin, blocks
from channeldesk.hq.database import Database
from channeldesk.model.ids import new_id
from channeldesk.model.notice import Problem
from tests.hq.test_approvals import asking, decide
from tests.hq.test_payments import answers, invoice, paid, part
from tests.support.central import Laptop, Server, count, find, id_of, order, stored

TODAY = date.fromisoformat(time.strftime("%Y-%m-%d"))
DAY_MS = 24 * 3_600_000


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


def block(laptop: Laptop, partner: bytes, **more: Any) -> dict[str, Any]:
    fields = {"partner_id": partner.hex(), "blocked_on": "2026-11-02", "reason": "Does not pay"} | more
    return laptop.mutation("credit_block", new_id(), "insert", set=fields)


def blocked(boss: Laptop, partner: bytes) -> bytes:
    (result,) = boss.push(block(boss, partner))
    assert result["status"] == "applied"
    return bytes.fromhex(result["id"])


def release(laptop: Laptop, block_id: bytes, **more: Any) -> dict[str, Any]:
    return laptop.one(
        "credit_block", block_id, "patch", set={"status": "released", **more}, base={"status": "blocked"}
    )


def ask(laptop: Laptop, partner: bytes, held: bytes, **more: Any) -> dict[str, Any]:
    fields = {
        "partner_id": partner.hex(),
        "approval_kind": "release",
        "block_id": held.hex(),
        "because": "They pay on Friday",
        "status": "asked",
    } | more
    return laptop.mutation("approval", new_id(), "insert", set=fields)


def row(database: Database, entity: str, row_id: bytes) -> dict[str, Any]:
    found = stored(database, entity, row_id)
    assert found is not None
    return found


def days_ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def test_orders_of_a_blocked_partner_are_refused_and_its_returns_and_others_are_not(
    east: Laptop, boss: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    blocked(boss, partner)
    assert answers(east.push(*order(east, partner, product))) == ["credit.blocked", "blocked"]
    refused = east.push(*order(east, partner, product))[0]["notice"]
    assert "2026-11-02" in str(refused["params"]["since"])
    back = order(east, partner, product, quantity=-2_000, order_kind="return")
    assert answers(east.push(*back)) == ["applied", "applied"]
    other = id_of(database, "partner", code="P-E2")
    assert answers(east.push(*order(east, other, product))) == ["applied", "applied"]


def test_an_order_that_asks_waits_for_a_person(
    east: Laptop, boss: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    blocked(boss, partner)
    placed, _, asked = east.push(*asking(east, order(east, partner, product)))
    request = row(database, "approval", bytes.fromhex(asked["id"]))
    assert [one["code"] for one in json.loads(request["reasons"])] == ["credit.blocked"]
    assert decide(boss, bytes.fromhex(asked["id"]), "approved")["status"] == "applied"
    assert row(database, "sales_order", bytes.fromhex(placed["id"]))["status"] == "accepted"
    assert answers(east.push(*order(east, partner, product))) == ["credit.blocked", "blocked"]


def test_a_partners_own_people_hear_that_it_is_blocked_and_not_why(
    server: Server, boss: Laptop, partner: bytes, product: bytes
) -> None:
    blocked(boss, partner)
    shop = server.laptop("shop")
    placed = shop.push(*order(shop, partner, product, salesperson_id=None, source="portal"))
    assert answers(placed) == ["order.own_blocked", "blocked"], "it releases nobody and asks for nothing"
    assert "2026-11-02" in str(placed[0]["notice"]["params"])
    assert "Does not pay" not in str(placed)


def test_headquarters_people_block_once_with_a_reason_and_release(
    server: Server, boss: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    assert answers(boss.push(block(boss, partner, reason=" "))) == ["credit.no_reason"]
    assert answers(boss.push(block(boss, partner, block_kind="rule"))) == ["sync.malformed_value"]
    for login in ("east", "view", "shop"):
        laptop = server.laptop(login)
        assert answers(laptop.push(block(laptop, partner))) == ["sync.not_allowed"]
    first = blocked(boss, partner)
    assert answers(boss.push(block(boss, partner))) == ["credit.blocked_before"]
    east = server.laptop("east")
    assert release(east, first)["notice"]["code"] == "sync.not_allowed"
    wrong = boss.one("credit_block", first, "patch", set={"reason": "Other"}, base={"reason": "Does not pay"})
    assert wrong["notice"]["code"] == "order.changes_by_request"
    assert release(boss, first, release_note="Paid")["status"] == "applied"
    found = row(database, "credit_block", first)
    assert (found["status"], found["release_note"], found["released_by"]) == (
        "released",
        "Paid",
        boss.user_id,
    )
    assert found["released_at"] is not None
    assert release(boss, first)["notice"]["code"] == "credit.released_before"
    assert answers(east.push(*order(east, partner, product))) == ["applied", "applied"]
    blocked(boss, partner)


def test_two_blocks_in_one_push_are_one_too_many(boss: Laptop, partner: bytes) -> None:
    assert answers(boss.push(block(boss, partner), block(boss, partner))) == [
        "applied",
        "credit.blocked_before",
    ]


def test_a_manager_asks_for_the_release_and_another_person_decides(
    east: Laptop, boss: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    held = blocked(boss, partner)
    (asked,) = east.push(ask(east, partner, held))
    assert asked["status"] == "applied"
    approval = bytes.fromhex(asked["id"])
    assert row(database, "approval", approval)["due_at"] is not None
    assert answers(east.push(ask(east, partner, held))) == ["payment.release_asked_before"]
    assert decide(east, approval, "approved")["notice"]["code"] == "approval.own"
    assert decide(boss, approval, "approved", decision="Once more")["status"] == "applied"
    found = row(database, "credit_block", held)
    assert (found["status"], found["release_note"], found["released_by"]) == (
        "released",
        "Once more",
        boss.user_id,
    )
    assert answers(east.push(*order(east, partner, product))) == ["applied", "applied"]


def test_refusing_and_taking_back_leave_the_partner_blocked(
    east: Laptop, boss: Laptop, database: Database, partner: bytes
) -> None:
    held = blocked(boss, partner)
    for status, who in (("refused", boss), ("withdrawn", east)):
        (asked,) = east.push(ask(east, partner, held))
        assert decide(who, bytes.fromhex(asked["id"]), status)["status"] == "applied"
        assert row(database, "credit_block", held)["status"] == "blocked"


def test_a_release_by_hand_makes_the_request_unneeded(
    east: Laptop, boss: Laptop, database: Database, partner: bytes
) -> None:
    held = blocked(boss, partner)
    (asked,) = east.push(ask(east, partner, held))
    release(boss, held)
    assert row(database, "approval", bytes.fromhex(asked["id"]))["status"] == "not_needed"
    assert answers(east.push(ask(east, partner, held))) == ["payment.no_such_block"]


def test_what_cannot_be_asked(
    server: Server, east: Laptop, boss: Laptop, database: Database, partner: bytes
) -> None:
    held = blocked(boss, partner)
    other = id_of(database, "partner", code="P-E2")
    assert answers(east.push(ask(east, other, held))) == ["payment.no_such_block"]
    assert answers(east.push(ask(east, partner, held, block_id=None))) == ["sync.missing_value"]
    assert answers(east.push(ask(east, partner, held, approval_kind="order"))) == ["sync.missing_value"]
    shop = server.laptop("shop")
    assert answers(shop.push(ask(shop, partner, held))) == ["sync.not_allowed"]


def follow(database: Database, later: int = 0) -> int:
    now = admin.now_ms() + later * DAY_MS
    with database.write() as connection:
        return blocks.follow(connection, now)


def by_rule(database: Database, partner: bytes) -> dict[str, Any]:
    with database.snapshot() as connection:
        return find(connection, "credit_block", partner_id=partner, status="blocked", block_kind="rule")


def test_the_rule_is_off_until_it_is_set_and_then_blocks_and_says_why(
    database: Database, partner: bytes
) -> None:
    invoice(database, partner, 500, days_ago(40), number="INV-7")
    assert follow(database) == 0
    with pytest.raises(Problem, match="0 to"):
        blocks.set_rule(database, -1, admin.now_ms())
    blocks.set_rule(database, 60, admin.now_ms())
    assert count(database, "credit_block") == 0
    blocks.set_rule(database, 30, admin.now_ms())
    found = by_rule(database, partner)
    (reason,) = json.loads(found["reasons"])
    assert reason["code"] == "credit.overdue_too_long"
    assert (reason["params"]["number"], reason["params"]["allowed"]) == ("INV-7", 30)
    assert found["released_by"] is found["reason"] is None
    assert follow(database) == 0
    blocks.set_rule(database, None, admin.now_ms())
    assert row(database, "credit_block", found["id"])["status"] == "released"


def test_a_payment_releases_what_the_rule_blocked_at_once(
    server: Server, east: Laptop, boss: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    late = invoice(database, partner, 500, days_ago(40))
    blocks.set_rule(database, 30, admin.now_ms())
    held = by_rule(database, partner)["id"]
    (asked,) = east.push(ask(east, partner, held))
    money = paid(boss, partner, 400)
    boss.push(money, part(boss, money, late, 400))
    assert row(database, "credit_block", held)["status"] == "blocked"
    boss.push(paid(boss, partner, 100))  # on account, which covers the rest
    found = row(database, "credit_block", held)
    assert (found["status"], found["released_by"]) == ("released", None)
    assert row(database, "approval", bytes.fromhex(asked["id"]))["status"] == "not_needed"
    assert east.pull().rows["credit_block"][held.hex()]["status"] == "released"
    assert answers(east.push(*order(east, partner, product))) == ["applied", "applied"]


def test_what_a_person_released_the_rule_does_not_block_for_the_same_again(
    boss: Laptop, database: Database, partner: bytes
) -> None:
    invoice(database, partner, 500, days_ago(40))
    invoice(database, partner, 300, days_ago(29), number="INV-NEXT")
    blocks.set_rule(database, 30, admin.now_ms())
    release(boss, by_rule(database, partner)["id"], release_note="Agreed")
    assert follow(database) == 0
    assert follow(database, later=3) == 1
    (reason,) = json.loads(by_rule(database, partner)["reasons"])
    assert reason["params"]["number"] == "INV-NEXT"


def test_a_persons_block_stays_whatever_is_paid(boss: Laptop, database: Database, partner: bytes) -> None:
    held = blocked(boss, partner)
    blocks.set_rule(database, 30, admin.now_ms())
    boss.push(paid(boss, partner, 500))
    assert row(database, "credit_block", held)["status"] == "blocked"


def test_it_is_followed_once_an_hour(database: Database, partner: bytes) -> None:
    now = admin.now_ms()
    blocks.set_rule(database, 30, now)
    invoice(database, partner, 500, days_ago(40))
    assert blocks.follow_if_due(database, now) == 1
    assert blocks.follow_if_due(database, now + 60_000) is None
    assert blocks.follow_if_due(database, now + 3_600_000) == 0
