"""Counts that differ much from the books wait for a person, whichever program sent them."""

import json
from typing import Any

import pytest

from channeldesk.hq import admin
from channeldesk.hq.database import Database
from channeldesk.model.ids import new_id
from tests.hq.test_approvals import change, decide
from tests.support.central import Laptop, Server, add, count, id_of, stored


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
def limit(database: Database) -> bytes:
    """100 CNY: one unit of the product."""
    with database.write() as connection:
        return add(connection, "count_limit", currency="CNY", amount=10_000)


def counted(
    laptop: Laptop,
    partner: bytes,
    product: bytes,
    found: int = 5_000,
    books: int | None = 10_000,
    **more: Any,
) -> list[dict[str, Any]]:
    """A count of one product, in one transaction, as a program of before tells it."""
    txn, count_id = new_id().hex(), new_id().hex()
    own = {"partner_id": partner.hex()}
    head = {**own, "counted_at": admin.now_ms(), "counted_on": "2026-11-02", "note": "Back room"}
    values = {"stock_count_id": count_id, "product_id": product.hex(), "counted": found, "expected": books}
    line = {**own, **values, **more}
    return [
        laptop.mutation("stock_count", bytes.fromhex(count_id), "insert", set=head, txn=txn),
        laptop.mutation("stock_count_line", new_id(), "insert", set=line, txn=txn),
    ]


def recorded(laptop: Laptop, database: Database, *asked: dict[str, Any]) -> dict[str, Any]:
    """The count as headquarters took it."""
    answers = laptop.push(*asked)
    assert {one["status"] for one in answers} == {"applied"}
    row = stored(database, "stock_count", bytes.fromhex(answers[0]["id"]))
    assert row is not None
    return row


def request_of(database: Database, row: dict[str, Any]) -> dict[str, Any]:
    found = stored(database, "approval", row["approval_id"])
    assert found is not None
    return found


def test_without_a_limit_no_count_waits(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    row = recorded(east, database, *counted(east, partner, product, 0))
    assert (row["status"], row["approval_id"]) == ("counted", None)
    with database.write() as connection:
        add(connection, "count_limit", currency="EUR", amount=0)
    assert recorded(east, database, *counted(east, partner, product, 0))["status"] == "counted"


@pytest.mark.usefixtures("limit")
def test_a_large_difference_waits_with_what_stands_against_it(
    east: Laptop, boss: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    small = recorded(east, database, *counted(east, partner, product, 9_000))
    assert (small["status"], small["approval_id"]) == ("counted", None)
    new = recorded(east, database, *counted(east, partner, product, 9_000_000, None))
    assert new["status"] == "counted", "the books knew nothing that it could differ from"

    row = recorded(east, database, *counted(east, partner, product))
    asked = request_of(database, row)
    assert row["status"] == "waiting"
    assert (asked["approval_kind"], asked["status"], asked["because"]) == ("count", "asked", "Back room")
    assert (asked["partner_id"], asked["created_by"]) == (partner, east.user_id)
    assert asked["due_at"] > admin.now_ms()
    against = {one["code"]: one["params"] for one in json.loads(asked["reasons"])}
    assert against["count.above_amount"]["amount"] == {"type": "money", "amount": 50_000, "currency": "CNY"}
    assert against["count.without_reason"] == {"count": 1}

    told = east.pull().rows
    assert told["stock_count"][row["id"].hex()]["status"] == "waiting"
    assert told["approval"][asked["id"].hex()]["approval_kind"] == "count"
    assert boss.pull().rows["stock_count"][row["id"].hex()]["approval_id"] == asked["id"].hex()


@pytest.mark.usefixtures("limit")
@pytest.mark.parametrize("why", [{"reason_code": "damaged"}, {"reason": "broken box"}])
def test_a_reason_of_the_list_or_words_explain_it(
    east: Laptop, database: Database, partner: bytes, product: bytes, why: dict[str, str]
) -> None:
    row = recorded(east, database, *counted(east, partner, product, **why))
    against = json.loads(request_of(database, row)["reasons"])
    assert [one["code"] for one in against] == ["count.above_amount"]


def test_a_share_of_the_books_is_a_limit_too(
    east: Laptop, database: Database, partner: bytes, product: bytes, limit: bytes
) -> None:
    change(database, "count_limit", {"id": limit}, amount=10**9, share=1_000)
    assert recorded(east, database, *counted(east, partner, product, 9_000))["status"] == "counted"
    row = recorded(east, database, *counted(east, partner, product, 8_999))
    assert row["status"] == "waiting"
    against = {one["code"]: one["params"] for one in json.loads(request_of(database, row)["reasons"])}
    at_stake = against["count.above_share"]["amount"]
    assert (at_stake["amount"] > 0, at_stake["currency"]) == (True, "CNY")


@pytest.mark.usefixtures("limit")
@pytest.mark.parametrize(("decision", "status"), [("approved", "approved"), ("refused", "refused")])
def test_who_decides_moves_the_count(
    east: Laptop, boss: Laptop, database: Database, partner: bytes, product: bytes, decision: str, status: str
) -> None:
    row = recorded(east, database, *counted(east, partner, product))
    own = decide(east, row["approval_id"], decision)
    assert (own["status"], own["notice"]["code"]) == ("rejected", "approval.own")

    answer = decide(boss, row["approval_id"], decision, decision="I was there")
    assert (answer["status"], answer["row"]["decision"]) == ("applied", "I was there")
    row = stored(database, "stock_count", row["id"]) or {}
    assert (row["status"], row["updated_by"]) == (status, boss.user_id)
    assert east.pull().rows["stock_count"][row["id"].hex()]["status"] == status
    other = {"approved": "refused", "refused": "approved"}[decision]
    again = decide(boss, row["approval_id"], other)
    assert again["notice"]["code"] == "approval.decided_before"
    assert (stored(database, "stock_count", row["id"]) or {})["status"] == status


@pytest.mark.usefixtures("limit")
def test_who_counted_takes_it_back(east: Laptop, database: Database, partner: bytes, product: bytes) -> None:
    row = recorded(east, database, *counted(east, partner, product))
    assert decide(east, row["approval_id"], "withdrawn")["status"] == "applied"
    assert (stored(database, "stock_count", row["id"]) or {})["status"] == "withdrawn"


@pytest.mark.usefixtures("limit")
def test_sent_again_it_is_one_count_and_one_request(
    east: Laptop, boss: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    asked = counted(east, partner, product)
    row = recorded(east, database, *asked)
    decide(boss, row["approval_id"], "refused")
    again = [
        east.mutation(one["entity"], bytes.fromhex(one["id"]), "insert", set=one["set"], txn=one["txn"])
        for one in asked
    ]
    assert [one["status"] for one in east.push(*again)] == ["duplicate", "duplicate"]
    assert count(database, "approval") == 1
    assert (stored(database, "stock_count", row["id"]) or {})["status"] == "refused"


@pytest.mark.usefixtures("limit")
def test_lines_that_come_later_are_judged_with_the_others(
    east: Laptop, boss: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    """As a rescue may send them, or a program that would stay below the limit."""
    row = recorded(east, database, *counted(east, partner, product, 9_000))
    assert row["status"] == "counted"
    fields = {"partner_id": partner.hex(), "stock_count_id": row["id"].hex(), "product_id": product.hex()}
    late = fields | {"counted": 9_500, "expected": 10_000}
    assert east.one("stock_count_line", new_id(), "insert", set=late)["status"] == "applied"
    row = stored(database, "stock_count", row["id"]) or {}
    assert row["status"] == "waiting"

    decide(boss, row["approval_id"], "approved")
    answer = east.one("stock_count_line", new_id(), "insert", set=late)
    assert (answer["status"], answer["notice"]["code"]) == ("rejected", "sync.final")


def test_nobody_asks_for_it_or_says_how_a_count_stands(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    asked = {"partner_id": partner.hex(), "approval_kind": "count", "because": "Please", "status": "asked"}
    answer = east.one("approval", new_id(), "insert", set=asked)
    assert (answer["status"], answer["notice"]["code"]) == ("rejected", "sync.malformed_value")

    head, line = counted(east, partner, product)
    head["set"] |= {"status": "approved", "approval_id": new_id().hex()}
    row = recorded(east, database, head, line)
    assert (row["status"], row["approval_id"]) == ("counted", None)


def test_a_line_is_of_the_partner_of_its_count(
    boss: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    head, line = counted(boss, partner, product)
    line["set"]["partner_id"] = id_of(database, "partner", code="P-W").hex()
    answers = boss.push(head, line)
    assert [one["status"] for one in answers] == ["blocked", "rejected"]
    assert answers[1]["notice"]["code"] == "sync.malformed_value"


def test_a_count_is_made_in_a_warehouse_of_its_partner(
    boss: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    with database.write() as connection:
        own = {"name": "Store room", "currency": "CNY"}
        theirs = add(connection, "warehouse", code="W-T", partner_id=partner, **own)
        ours = add(connection, "warehouse", code="W-O", **own)
    head, line = counted(boss, partner, product)
    head["set"]["warehouse_id"] = ours.hex()
    answers = boss.push(head, line)
    assert answers[0]["notice"]["code"] == "sync.malformed_value"
    head, line = counted(boss, partner, product)
    head["set"]["warehouse_id"] = theirs.hex()
    assert recorded(boss, database, head, line)["warehouse_id"] == theirs


@pytest.mark.usefixtures("limit")
def test_a_partners_people_see_how_it_stands_and_no_request(
    server: Server, east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    row = recorded(east, database, *counted(east, partner, product))
    told = server.laptop("shop").pull().rows
    seen = told["stock_count"][row["id"].hex()]
    assert seen["status"] == "waiting"
    assert "approval_id" not in seen
    assert not {"approval", "count_limit"} & told.keys()


def test_headquarters_sets_the_limit_and_nobody_else(east: Laptop, boss: Laptop, database: Database) -> None:
    fields = {"currency": "CNY", "amount": 10_000, "share": 500}
    assert east.one("count_limit", new_id(), "insert", set=fields)["notice"]["code"] == "sync.not_allowed"
    assert boss.one("count_limit", new_id(), "insert", set=fields)["status"] == "applied"
    twice = boss.one("count_limit", new_id(), "insert", set=fields)
    assert twice["notice"]["code"] == "sync.key_taken"
    assert count(database, "count_limit") == 1
