"""Orders are judged with headquarters' facts, numbered, and change afterwards only by the rules."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.hq.database import Database
from channeldesk.model.ids import new_id
from channeldesk.model.tables import hq
from tests.support.central import YEAR, Laptop, Server, add, id_of, order, stored

Edit = Callable[[list[dict[str, Any]]], None]


@pytest.fixture
def east(server: Server) -> Laptop:
    return server.laptop("east")


@pytest.fixture
def partner(database: Database) -> bytes:
    return id_of(database, "partner", code="P-E")


@pytest.fixture
def product(database: Database) -> bytes:
    return id_of(database, "product", sku="SKU-1")


def change(database: Database, entity: str, **values: Any) -> None:
    with database.write() as connection:
        connection.execute(sa.update(hq.tables[entity]).values(values))


def test_an_accepted_order(east: Laptop, database: Database, partner: bytes, product: bytes) -> None:
    result, *lines = east.push(*order(east, partner, product, lines=3))
    row = result["row"]

    assert (row["status"], row["number"]) == ("accepted", f"SO-{YEAR}-000001")
    assert (row["net"], row["tax"], row["total"]) == (60_000, 7_800, 67_800)
    assert row["received_at"] == row["updated_at"]
    assert [line["row"]["line_number"] for line in lines] == [1, 2, 3]
    assert east.server.get("/api/v1/totals", headers=east.headers).json()["sales"] == [
        {
            "year": YEAR,
            "period": f"{YEAR}-P{date.today().month:02}",  # noqa: DTZ011
            "currency": "CNY",
            "orders": 1,
            "lines": 3,
            "quantity": 6_000,
            "net": 60_000,
        }
    ]


@pytest.mark.parametrize(
    ("entity", "values", "code"),
    [
        ("product", {"active": 0}, "order.inactive_product"),
        ("product", {"deleted": 1}, "order.unknown_product"),
        ("partner", {"stage": "left"}, "order.inactive_partner"),
        ("partner", {"deleted": 1}, "order.unknown_partner"),
        ("partner", {"credit_limit": 22_599}, "credit.exceeded"),
        ("partner", {"credit_limit": 0}, "credit.exceeded"),
        ("partner", {"currency": "EUR"}, "order.currency_mismatch"),
        ("price_item", {"floor": 1_000_001}, "order.price_below_floor"),
        ("tax_code", {"rate": 900}, "order.wrong_tax_rate"),
    ],
)
def test_what_headquarters_knows_decides(
    east: Laptop,
    database: Database,
    partner: bytes,
    product: bytes,
    entity: str,
    values: dict[str, Any],
    code: str,
) -> None:
    change(database, entity, **values)
    result, line = east.push(*order(east, partner, product))

    assert (result["status"], result["notice"]["code"]) == ("rejected", code)
    assert line["status"] in ("rejected", "blocked")
    assert "{" not in result["notice"]["text"]
    assert stored(database, "sales_order", bytes.fromhex(result["id"])) is None


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"total": 1}, "order.wrong_total"),
        ({"status": "accepted"}, "sync.malformed_value"),
        ({"status": "nonsense"}, "sync.malformed_value"),
        ({"order_date": (date.today() - timedelta(90)).isoformat()}, "order.date_too_far"),  # noqa: DTZ011
    ],
)
def test_what_was_sent_decides(
    east: Laptop, partner: bytes, product: bytes, fields: dict[str, Any], code: str
) -> None:
    result, _ = east.push(*order(east, partner, product, **fields))
    assert (result["status"], result["notice"]["code"]) == ("rejected", code)


def test_a_forged_number_and_receipt_are_overwritten(east: Laptop, partner: bytes, product: bytes) -> None:
    result, _ = east.push(*order(east, partner, product, number="SO-1999-000001", received_at=1))
    assert result["row"]["number"] == f"SO-{YEAR}-000001"
    assert result["row"]["received_at"] > 1


def test_an_order_without_lines_and_lines_without_an_order(
    east: Laptop, partner: bytes, product: bytes
) -> None:
    header, line = order(east, partner, product)
    line["txn"] = new_id().hex()
    results = east.push(header, line)
    assert [one["notice"]["code"] for one in results] == ["order.no_lines", "sync.missing_reference"]

    good = order(east, partner, product)
    east.push(*good)
    late = east.mutation(
        "order_line", new_id(), "insert", set={**good[1]["set"], "line_number": 2}, deps=[good[0]["uuid"]]
    )
    assert east.push(late)[0]["notice"]["code"] == "order.lines_come_with_order"


def test_a_line_of_another_partner(east: Laptop, database: Database, partner: bytes, product: bytes) -> None:
    mutations = order(east, partner, product)
    mutations[1]["set"]["partner_id"] = id_of(database, "partner", code="P-E2").hex()
    assert [one["status"] for one in east.push(*mutations)] == ["rejected", "blocked"]


def test_returns(east: Laptop, database: Database, partner: bytes, product: bytes) -> None:
    result, _ = east.push(*order(east, partner, product, quantity=-2_000, order_kind="return"))
    assert (result["row"]["number"], result["row"]["total"]) == (f"RT-{YEAR}-000001", -22_600)
    refused, _ = east.push(*order(east, partner, product, quantity=-2_000))
    assert refused["notice"]["code"] == "order.quantity_not_positive"


def test_credit_counts_what_is_owed_and_what_was_accepted(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    """The limit is 10,000.00: an order of 2,260.00 fits four times; an invoice takes its order's place."""
    for _ in range(4):
        assert east.push(*order(east, partner, product, quantity=20_000))[0]["status"] == "applied"
    assert east.push(*order(east, partner, product, quantity=20_000))[0]["status"] == "rejected"
    table = hq.tables["sales_order"]
    with database.write() as connection:
        first = connection.execute(sa.select(table.c.id).limit(1)).scalar_one()
        values = {"partner_id": partner, "issued_on": "2026-11-01", "due_on": "2026-12-01"}
        values |= {"currency": "CNY"}
        add(connection, "receivable", number="I-1", order_id=first, amount=226_000, open_amount=0, **values)
    assert east.push(*order(east, partner, product, quantity=20_000))[0]["status"] == "applied"
    with database.write() as connection:
        add(connection, "receivable", number="I-2", amount=90_000, open_amount=90_000, **values)
    assert east.push(*order(east, partner, product, quantity=1_000))[0]["status"] == "rejected"


def test_two_orders_of_one_transaction_share_the_credit(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    both = order(east, partner, product, quantity=50_000) + order(east, partner, product, quantity=50_000)
    for mutation in both:
        mutation["txn"] = both[0]["txn"]
    results = east.push(*both)
    assert [one["status"] for one in results] == ["blocked", "blocked", "rejected", "blocked"]
    assert results[2]["notice"]["code"] == "credit.exceeded"
    assert east.push(*order(east, partner, product))[0]["row"]["number"] == f"SO-{YEAR}-000001"


def test_numbers_go_on_after_loaded_ones(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    with database.write() as connection:
        for number in (f"SO-{YEAR}-000001", f"SO-{YEAR}-000041", f"SO-{YEAR}-X", f"SO-{YEAR - 1}-000999"):
            add(
                connection,
                "sales_order",
                number=number,
                partner_id=partner,
                order_date="2026-01-01",
                currency="CNY",
            )
    numbers = [east.push(*order(east, partner, product))[0]["row"]["number"] for _ in range(2)]
    assert numbers == [f"SO-{YEAR}-000042", f"SO-{YEAR}-000043"]


def test_a_placed_order_changes_only_by_the_rules(
    server: Server, east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    header, line = order(east, partner, product)
    east.push(header, line)
    order_id, line_id = bytes.fromhex(header["id"]), bytes.fromhex(line["id"])
    boss = server.laptop("boss")
    cancel = {"base": {"status": "accepted"}, "set": {"status": "cancelled"}}

    def code(laptop: Laptop, entity: str, row_id: bytes, op: str, **parts: Any) -> str | None:
        result = laptop.one(entity, row_id, op, **parts)
        return result["notice"]["code"] if result["notice"] else None

    assert code(east, "sales_order", order_id, "patch", set={"note": "x"}) == "order.changes_by_request"
    assert code(east, "order_line", line_id, "patch", set={"quantity": 1}) == "order.changes_by_request"
    assert code(east, "sales_order", order_id, "delete") == "order.changes_by_request"
    assert code(east, "order_line", line_id, "delete") == "order.changes_by_request"
    assert code(east, "sales_order", order_id, "patch", **cancel) == "order.move_not_allowed"
    assert code(boss, "sales_order", order_id, "patch", set={"status": "closed"}) == "order.no_such_move"
    assert code(boss, "sales_order", order_id, "patch", **cancel) is None
    assert boss.one("sales_order", order_id, "patch", **cancel)["status"] == "duplicate"
    row = stored(database, "sales_order", order_id)
    assert row is not None
    assert row["status"] == "cancelled"
    assert east.pull().rows["sales_order"][order_id.hex()]["status"] == "cancelled"
    assert server.get("/api/v1/totals", headers=east.headers).json()["sales"] == []


def test_a_product_published_in_the_same_push_can_be_ordered(
    server: Server, database: Database, partner: bytes
) -> None:
    boss, product = server.laptop("boss"), new_id()
    fields = {"sku": "NEW", "name": "New", "base_unit": "pc", "pack_quantity": 1000, "active": 1}
    fields |= {"tax_code_id": id_of(database, "tax_code", code="VAT").hex()}
    publish = boss.mutation("product", product, "insert", set=fields)
    results = boss.push(publish, *order(boss, partner, product))

    assert [one["status"] for one in results] == ["applied"] * 3


def test_totals_are_those_of_the_scope(server: Server, database: Database, product: bytes) -> None:
    for code, login in (("P-E", "east"), ("P-E2", "east"), ("P-W", "west")):
        laptop = server.laptop(login)
        laptop.push(*order(laptop, id_of(database, "partner", code=code), product))
    found = {
        login: sum(
            one["net"]
            for one in server.get("/api/v1/totals", headers=server.laptop(login).headers).json()["sales"]
        )
        for login in ("boss", "east", "west", "view", "shop")
    }
    assert found == {"boss": 60_000, "east": 40_000, "west": 20_000, "view": 40_000, "shop": 20_000}


@pytest.mark.parametrize("objection", [False, True])
def test_an_order_is_judged_by_the_price_that_came_before_it_in_the_same_push(
    server: Server, database: Database, partner: bytes, product: bytes, objection: bool
) -> None:
    """Also where the database objects to another transaction, and all are taken one by one."""
    boss, item = server.laptop("boss"), id_of(database, "price_item", product_id=product)
    early = order(boss, partner, product)
    dearer = boss.mutation(
        "price_item",
        item,
        "patch",
        base={"price": 1_000_000, "floor": 900_000},
        set={"price": 2_000_000, "floor": 1_900_000},
    )
    sent = [*early, dearer, *(late := order(boss, partner, product))]
    if objection:
        sent.append(boss.mutation("partner", partner, "patch", base={"code": "P-E"}, set={"code": "P-W"}))
    status = {one["mid"]: one["status"] for one in boss.push(*sent)}
    assert [status[one["mid"]] for one in (early[0], late[0])] == ["applied", "rejected"]
