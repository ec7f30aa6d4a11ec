"""Orders beyond their limits wait for a person, whose decision moves them; nobody decides for themselves."""

import json
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.hq.database import Database
from channeldesk.model.ids import new_id
from channeldesk.model.tables import hq
from tests.hq.test_promotions import discounted, promotion
from tests.support.central import YEAR, Laptop, Server, count, id_of, order, stored

NOW_KNOWN = {"status": "asked"}


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


def change(database: Database, entity: str, where: dict[str, Any] | None = None, **values: Any) -> None:
    table = hq.tables[entity]
    with database.write() as connection:
        query = sa.update(table).values(values)
        connection.execute(query.where(*(table.c[name] == one for name, one in (where or {}).items())))


def asking(laptop: Laptop, mutations: list[dict[str, Any]], **more: Any) -> list[dict[str, Any]]:
    """The same order with a request to accept it all the same."""
    header = mutations[0]
    fields = {
        "partner_id": header["set"]["partner_id"],
        "order_id": header["id"],
        "because": "They pay on Friday",
        "approval_kind": "order",
        "status": "asked",
    } | more
    return [*mutations, laptop.mutation("approval", new_id(), "insert", set=fields, txn=header["txn"])]


def test_a_request_names_the_partner_of_its_order(
    server: Server, boss: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    """Who may approve is a matter of the area, and that is the partner's."""
    change(database, "partner", credit_limit=0)
    other = id_of(database, "partner", code="P-W")
    pushed = boss.push(*asking(boss, order(boss, partner, product), partner_id=other.hex()))
    told = {one["notice"]["code"] for one in pushed if one["status"] == "rejected"}
    assert told == {"approval.without_order"}
    assert count(database, "approval") == count(database, "sales_order") == 0


def decide(laptop: Laptop, approval: bytes, status: str, **more: Any) -> dict[str, Any]:
    return laptop.one("approval", approval, "patch", set={"status": status, **more}, base=NOW_KNOWN)


def held(east: Laptop, database: Database, partner: bytes, product: bytes) -> tuple[bytes, bytes]:
    """An order over the credit limit that waits, and the request about it."""
    change(database, "partner", credit_limit=0)
    placed, _, asked = east.push(*asking(east, order(east, partner, product)))
    assert [one["status"] for one in (placed, asked)] == ["applied", "applied"]
    return bytes.fromhex(placed["id"]), bytes.fromhex(asked["id"])


def test_an_order_beyond_its_limit_waits_with_its_reasons(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    order_id, approval = held(east, database, partner, product)
    row, request = stored(database, "sales_order", order_id), stored(database, "approval", approval)
    assert row is not None
    assert request is not None
    assert (row["status"], row["number"]) == ("placed", None)
    assert row["received_at"] is not None
    assert [one["code"] for one in json.loads(request["reasons"])] == ["credit.exceeded"]
    assert request["due_at"] > row["received_at"]


def test_who_approves_makes_it_an_accepted_order_with_a_number(
    east: Laptop, boss: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    order_id, approval = held(east, database, partner, product)
    result = decide(boss, approval, "approved", decision="Once more")
    assert (result["status"], result["row"]["decision"]) == ("applied", "Once more")
    assert result["row"]["decided_by"] == boss.user_id.hex()
    row = stored(database, "sales_order", order_id)
    assert row is not None
    assert (row["status"], row["number"]) == ("accepted", f"SO-{YEAR}-000001")
    told = east.pull().rows
    assert told["sales_order"][order_id.hex()]["number"] == f"SO-{YEAR}-000001"
    assert told["approval"][approval.hex()]["status"] == "approved"

    again = decide(boss, approval, "refused")
    assert (again["status"], again["notice"]["code"]) == ("rejected", "approval.decided_before")


def test_a_refused_order_is_rejected_and_its_budget_free_again(
    east: Laptop, boss: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    change(database, "partner", credit_limit=0)
    ten = promotion(database, budget=2_000)
    placed, *_, asked = east.push(*asking(east, discounted(east, partner, product, (ten, 2_000))))
    assert stored(database, "promotion", ten)["used"] == 2_000  # type: ignore[index]
    decide(boss, bytes.fromhex(asked["id"]), "refused", decision="No")
    row = stored(database, "sales_order", bytes.fromhex(placed["id"]))
    assert row is not None
    assert (row["status"], row["number"]) == ("rejected", None)
    assert stored(database, "promotion", ten)["used"] == 0  # type: ignore[index]


def test_nobody_decides_for_themselves_nor_without_the_right(
    server: Server, east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    order_id, approval = held(east, database, partner, product)
    assert decide(east, approval, "approved")["notice"]["code"] == "approval.own"
    change(database, "scope_grant", territory_id=id_of(database, "territory", code="E"))
    west = server.laptop("west")
    assert decide(west, approval, "approved")["notice"]["code"] == "approval.no_right"
    assert decide(west, approval, "withdrawn")["notice"]["code"] == "approval.not_yours"
    change(database, "app_user", approves=1)
    assert decide(east, approval, "approved")["notice"]["code"] == "approval.own"
    assert decide(west, approval, "approved")["status"] == "applied"
    assert stored(database, "sales_order", order_id)["status"] == "accepted"  # type: ignore[index]


def test_what_lies_in_another_area_is_out_of_reach(
    server: Server, east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    _, approval = held(east, database, partner, product)
    change(database, "app_user", approves=1)
    result = decide(server.laptop("west"), approval, "approved")
    assert (result["status"], result["notice"]["code"]) == ("rejected", "sync.out_of_scope")
    assert "approval" not in server.laptop("shop").pull().rows


def test_who_asked_takes_it_back_and_so_does_cancelling_the_order(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    order_id, approval = held(east, database, partner, product)
    assert decide(east, approval, "withdrawn")["status"] == "applied"
    assert stored(database, "sales_order", order_id)["status"] == "cancelled"  # type: ignore[index]

    order_id, approval = held(east, database, partner, product)
    base = {"status": "placed"}
    east.one("sales_order", order_id, "patch", set={"status": "cancelled"}, base=base)
    assert stored(database, "approval", approval)["status"] == "withdrawn"  # type: ignore[index]


def test_it_is_passed_on_to_somebody_who_may(
    server: Server, east: Laptop, boss: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    _, approval = held(east, database, partner, product)
    west = id_of(database, "app_user", login="west")

    def pass_on(laptop: Laptop) -> dict[str, Any]:
        return laptop.one(
            "approval", approval, "patch", set={"assigned_to": west.hex()}, base={"assigned_to": None}
        )

    assert pass_on(boss)["notice"]["code"] == "approval.no_such_approver"
    assert pass_on(east)["notice"]["code"] == "approval.no_right"
    change(database, "app_user", {"id": west}, approves=1)
    assert pass_on(boss)["notice"]["code"] == "approval.no_such_approver", "the partner is out of its sight"
    top = id_of(database, "territory", code="E")
    change(database, "scope_grant", {"user_id": west}, territory_id=top)
    assert pass_on(boss)["row"]["assigned_to"] == west.hex()


def test_who_asked_is_handed_nothing_back(
    east: Laptop, boss: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    _, approval = held(east, database, partner, product)
    change(database, "app_user", {"login": "east"}, approves=1)
    own = {"assigned_to": east.user_id.hex()}
    answer = boss.one("approval", approval, "patch", set=own, base={"assigned_to": None})
    assert (answer["status"], answer["notice"]["code"]) == ("rejected", "approval.own")


def test_where_nothing_stands_against_it_nobody_is_asked(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    placed, _, asked = east.push(*asking(east, order(east, partner, product)))
    assert placed["row"]["status"] == "accepted"
    assert asked["row"]["status"] == "not_needed"


def test_a_person_is_asked_only_what_a_person_may_decide(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    change(database, "partner", credit_limit=0)
    change(database, "product", active=0)
    results = east.push(*asking(east, order(east, partner, product)))
    assert results[0]["status"] == "rejected"
    assert {one["status"] for one in results} <= {"rejected", "blocked"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"status": "approved"}, "sync.malformed_value"),
        ({"decision": "Yes"}, "sync.malformed_value"),
        ({"because": None}, "sync.malformed_value"),
        ({"approval_kind": "amendment"}, "approval.order_moved_on"),
        ({"reasons": "[]", "decided_by": "0" * 32}, None),
    ],
)
def test_what_may_be_asked(
    east: Laptop, database: Database, partner: bytes, product: bytes, fields: dict[str, Any], code: str | None
) -> None:
    change(database, "partner", credit_limit=0)
    placed, _, asked = east.push(*asking(east, order(east, partner, product), **fields))
    if code is None:
        assert asked["row"]["decided_by"] is None
        assert json.loads(asked["row"]["reasons"])
    else:
        assert asked["notice"]["code"] == code
        assert placed["status"] in ("rejected", "blocked")


def test_a_request_without_its_order_and_about_one_that_is_there(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    placed, _ = east.push(*order(east, partner, product))
    fields = {"partner_id": partner.hex(), "order_id": placed["id"], "because": "x", "status": "asked"}
    result = east.one("approval", new_id(), "insert", set={**fields, "approval_kind": "order"})
    assert result["notice"]["code"] == "approval.without_order"
    first = east.one("approval", new_id(), "insert", set={**fields, "approval_kind": "cancellation"})
    assert first["status"] == "applied"
    second = east.one("approval", new_id(), "insert", set={**fields, "approval_kind": "cancellation"})
    assert second["notice"]["code"] == "approval.asked_before"


def test_an_accepted_order_is_cancelled_by_asking(
    east: Laptop, boss: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    ten = promotion(database, budget=2_000)
    placed, *_ = east.push(*discounted(east, partner, product, (ten, 2_000)))
    fields = {
        "partner_id": partner.hex(),
        "order_id": placed["id"],
        "because": "They changed their minds",
        "approval_kind": "cancellation",
    }
    approval = new_id()
    east.one("approval", approval, "insert", set=fields)
    assert decide(boss, approval, "approved")["status"] == "applied"
    assert stored(database, "sales_order", bytes.fromhex(placed["id"]))["status"] == "cancelled"  # type: ignore[index]
    assert stored(database, "promotion", ten)["used"] == 0  # type: ignore[index]
