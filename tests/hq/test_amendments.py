"""Accepted orders are changed by asking: what is wanted, who decides, what the order then is."""

from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.hq.database import Database
from channeldesk.model.ids import new_id
from channeldesk.model.tables import hq
from tests.hq.test_approvals import change, decide
from tests.hq.test_promotions import discounted, promotion
from tests.hq.test_returns import back
from tests.support.central import Laptop, Server, add, find, id_of, order, stored


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


def wanting(
    laptop: Laptop, partner: bytes, order_id: str, *lines: dict[str, Any], **more: Any
) -> list[dict[str, Any]]:
    """A request to change an order; ``lines`` name order lines, products and quantities."""
    approval, txn = new_id(), new_id().hex()
    fields = {
        "partner_id": partner.hex(),
        "order_id": order_id,
        "because": "They need fewer",
        "approval_kind": "amendment",
    } | more
    made = [laptop.mutation("approval", approval, "insert", set=fields, txn=txn)]
    for line in lines:
        own = {"approval_id": approval.hex(), "partner_id": partner.hex(), **line}
        made.append(laptop.mutation("approval_line", new_id(), "insert", set=own, txn=txn))
    return made


def one(line: dict[str, Any], product: bytes, quantity: int) -> dict[str, Any]:
    return {"order_line_id": line["id"], "product_id": product.hex(), "quantity": quantity}


def lines_of(database: Database, order_id: str) -> list[dict[str, Any]]:
    table = hq.tables["order_line"]
    query = sa.select(table).where(table.c.order_id == bytes.fromhex(order_id), table.c.deleted == 0)
    with database.snapshot() as connection:
        return [dict(row) for row in connection.execute(query.order_by(table.c.line_number)).mappings()]


def test_an_approved_change_rewrites_lines_discounts_and_totals(
    east: Laptop, boss: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    ten = promotion(database, budget=10_000)
    placed, line, discount = east.push(*discounted(east, partner, product, (ten, 2_000)))
    with database.write() as connection:
        lists = find(connection, "price_list", code="STD")["id"]
        other = add(connection, "product", sku="SKU-2", name="Hose")
        add(connection, "price_item", price_list_id=lists, product_id=other, price=50_0000)

    asked, *rest = east.push(
        *wanting(
            east,
            partner,
            placed["id"],
            one(line, product, 1_000),
            {"product_id": other.hex(), "quantity": 3_000},
            requested_on="2026-12-24",
        )
    )
    assert [each["status"] for each in (asked, *rest)] == ["applied"] * 3
    assert [row["quantity"] for row in lines_of(database, placed["id"])] == [2_000], "nothing happens yet"
    assert decide(boss, bytes.fromhex(asked["id"]), "approved")["status"] == "applied"

    first, second = lines_of(database, placed["id"])
    assert (first["quantity"], first["discount"], first["net"], first["tax"]) == (1_000, 1_000, 9_000, 1_170)
    assert (second["quantity"], second["net"], second["tax"], second["line_number"]) == (3_000, 15_000, 0, 2)
    row = stored(database, "sales_order", bytes.fromhex(placed["id"]))
    assert row is not None
    assert (row["net"], row["tax"], row["total"]) == (24_000, 1_170, 25_170)
    assert row["requested_on"] == "2026-12-24"
    assert stored(database, "order_discount", bytes.fromhex(discount["id"]))["amount"] == 1_000  # type: ignore[index]
    assert stored(database, "promotion", ten)["used"] == 1_000  # type: ignore[index]
    told = east.pull().rows
    assert told["sales_order"][placed["id"]]["total"] == 25_170
    assert {each["quantity"] for each in told["order_line"].values()} == {1_000, 3_000}


def test_a_line_that_goes_takes_its_discounts_with_it(
    east: Laptop, boss: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    ten = promotion(database, budget=10_000)
    header, line, discount = discounted(east, partner, product, (ten, 2_000))
    further = east.mutation(
        "order_line",
        new_id(),
        "insert",
        set={**line["set"], "line_number": 2, "discount": 0, "net": 20_000, "tax": 2_600},
        txn=header["txn"],
    )
    header["set"] |= {"net": 38_000, "tax": 4_940, "total": 42_940}
    placed, first, *_ = east.push(header, line, discount, further)
    assert placed["status"] == "applied", placed
    asked, _ = east.push(*wanting(east, partner, placed["id"], one(first, product, 0)))
    decide(boss, bytes.fromhex(asked["id"]), "approved")
    (left,) = lines_of(database, placed["id"])
    assert left["line_number"] == 2
    assert stored(database, "order_discount", bytes.fromhex(discount["id"]))["deleted"] == 1  # type: ignore[index]
    assert stored(database, "promotion", ten)["used"] == 0  # type: ignore[index]
    assert stored(database, "sales_order", bytes.fromhex(placed["id"]))["total"] == 22_600  # type: ignore[index]


def test_a_refused_change_leaves_the_order(
    east: Laptop, boss: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    placed, line = east.push(*order(east, partner, product))
    asked, _ = east.push(*wanting(east, partner, placed["id"], one(line, product, 1_000)))
    assert decide(boss, bytes.fromhex(asked["id"]), "refused")["status"] == "applied"
    assert [row["quantity"] for row in lines_of(database, placed["id"])] == [2_000]
    assert stored(database, "sales_order", bytes.fromhex(placed["id"]))["status"] == "accepted"  # type: ignore[index]


def test_what_cannot_be_wanted(east: Laptop, database: Database, partner: bytes, product: bytes) -> None:
    placed, line = east.push(*order(east, partner, product))
    _, other = east.push(*order(east, partner, product))

    def code(*lines: dict[str, Any], **more: Any) -> str:
        result, *_ = east.push(*wanting(east, partner, placed["id"], *lines, **more))
        return str(result["notice"]["code"]) if result["status"] == "rejected" else str(result["status"])

    assert code(one(line, product, 2_000)) == "approval.changes_nothing"
    assert code() == "approval.changes_nothing"
    assert code(one(line, product, 0)) == "approval.nothing_left"
    assert code(one(other, product, 1_000)) == "approval.unknown_line"
    assert code(one(line, product, 1_000), one(line, product, 500)) == "approval.twice"
    returned = east.push(*back(east, partner, product, line["id"], 1_500, 15_000, 1_950))
    assert returned[0]["status"] == "applied"
    assert code(one(line, product, 1_000)) == "approval.came_back"
    change(database, "sales_order", {"id": bytes.fromhex(placed["id"])}, status="shipped")
    assert code(one(line, product, 1_900)) == "approval.order_moved_on"


def test_what_became_impossible_meanwhile_is_not_written(
    east: Laptop, boss: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    placed, line = east.push(*order(east, partner, product))
    asked, _ = east.push(*wanting(east, partner, placed["id"], one(line, product, 500)))
    east.push(*back(east, partner, product, line["id"], 1_000, 10_000, 1_300))
    result = decide(boss, bytes.fromhex(asked["id"]), "approved")
    assert (result["status"], result["notice"]["code"]) == ("rejected", "approval.came_back")
    assert stored(database, "approval", bytes.fromhex(asked["id"]))["status"] == "asked"  # type: ignore[index]


def test_a_further_product_without_a_price(
    east: Laptop, boss: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    placed, _ = east.push(*order(east, partner, product))
    with database.write() as connection:
        other = add(connection, "product", sku="SKU-2", name="Hose")
    wanted = {"product_id": other.hex(), "quantity": 1_000}
    asked, _ = east.push(*wanting(east, partner, placed["id"], wanted))
    result = decide(boss, bytes.fromhex(asked["id"]), "approved")
    assert (result["status"], result["notice"]["code"]) == ("rejected", "approval.no_price")


def test_lines_of_a_change_come_with_it(east: Laptop, partner: bytes, product: bytes) -> None:
    placed, line = east.push(*order(east, partner, product))
    asked, _ = east.push(*wanting(east, partner, placed["id"], one(line, product, 1_000)))
    late = {"approval_id": asked["id"], "partner_id": partner.hex(), **one(line, product, 500)}
    result = east.one("approval_line", new_id(), "insert", set=late)
    assert (result["status"], result["notice"]["code"]) == ("rejected", "approval.without_order")
