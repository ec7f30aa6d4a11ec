"""Reports of sales at headquarters: each once, whoever sends it, and taken back by its opposite."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from channeldesk.hq.database import Database
from channeldesk.model.ids import new_id
from channeldesk.rules.calendar import day_bounds
from tests.support.central import Laptop, Server, add, count, find, id_of

DAY = "2026-01-05"


@pytest.fixture
def east(server: Server) -> Laptop:
    return server.laptop("east")


@pytest.fixture
def shop(server: Server) -> Laptop:
    return server.laptop("shop")


@pytest.fixture
def partner(database: Database) -> bytes:
    return id_of(database, "partner", code="P-E")


@pytest.fixture
def product(database: Database) -> bytes:
    return id_of(database, "product", sku="SKU-1")


def told(partner: bytes, product: bytes, **more: Any) -> dict[str, Any]:
    return {
        "partner_id": partner.hex(),
        "product_id": product.hex(),
        "quantity": 3_000,
        "first_on": DAY,
        "last_on": DAY,
        "happened_at": 1,
        "source": "entry",
        "report": "r",
        "identity": "forged",
        **more,
    }


def send(laptop: Laptop, *rows: dict[str, Any]) -> list[str]:
    made = [laptop.mutation("sell_out", new_id(), "insert", set=row) for row in rows]
    return [one["notice"]["code"] if one["notice"] else one["status"] for one in laptop.push(*made)]


def test_a_sale_counts_once_whoever_reports_it(
    database: Database, east: Laptop, shop: Laptop, partner: bytes, product: bytes
) -> None:
    row = told(partner, product)
    assert send(east, row, told(partner, product, report="s")) == ["applied", "sell_out.twice"]
    assert send(shop, {**row, "source": "partner"}) == ["sell_out.twice"]
    assert send(east, told(partner, product, occurrence=2)) == ["applied"]
    document = {"document": "A-1", "document_line": "1"}
    assert send(shop, told(partner, product, source="partner", **document)) == ["applied"]
    assert send(east, told(partner, product, quantity=7_000, **document)) == ["sell_out.twice"]
    assert count(database, "sell_out") == 3


def test_headquarters_names_and_dates_the_row(
    database: Database, east: Laptop, partner: bytes, product: bytes
) -> None:
    result = east.one("sell_out", new_id(), "insert", set=told(partner, product))
    with database.snapshot() as connection:
        zone = find(connection, "territory", code="E")["time_zone"]
    assert result["row"]["happened_at"] == day_bounds(DAY, zone)[0]
    assert result["row"]["identity"] not in ("forged", "")


def test_two_laptops_at_once_book_it_once(
    database: Database, server: Server, partner: bytes, product: bytes
) -> None:
    laptops = [server.laptop("east") for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda one: send(one, told(partner, product))[0], laptops))
    assert sorted(found) == ["applied", *["sell_out.twice"] * 3]
    assert count(database, "sell_out") == 1


def test_a_push_that_is_sent_again_is_a_duplicate(east: Laptop, partner: bytes, product: bytes) -> None:
    row_id = new_id()
    first = east.one("sell_out", row_id, "insert", set=told(partner, product))
    again = east.one("sell_out", row_id, "insert", set=told(partner, product))
    assert (first["status"], again["status"]) == ("applied", "duplicate")


def test_it_is_taken_back_once_by_its_opposite_and_may_be_reported_again(
    database: Database, east: Laptop, partner: bytes, product: bytes
) -> None:
    row_id, sale = new_id(), told(partner, product, amount=500, currency="CNY")
    assert east.one("sell_out", row_id, "insert", set=sale)["status"] == "applied"
    back = {**sale, "quantity": -3_000, "amount": -500, "reverses_id": row_id.hex()}
    assert send(east, {**back, "quantity": -2_000, "amount": -500}) == ["sell_out.not_opposite"]
    assert send(east, back, back) == ["applied", "sell_out.reversed_before"]
    assert send(east, back) == ["sell_out.reversed_before"]
    assert send(east, sale, sale) == ["applied", "sell_out.twice"]
    assert count(database, "sell_out") == 3


def test_a_sale_and_what_takes_it_back_come_in_one_push(
    database: Database, east: Laptop, partner: bytes, product: bytes
) -> None:
    row_id, sale = new_id(), told(partner, product)
    made = [
        east.mutation("sell_out", row_id, "insert", set=sale),
        east.mutation(
            "sell_out", new_id(), "insert", set={**sale, "quantity": -3_000, "reverses_id": row_id.hex()}
        ),
        east.mutation("sell_out", new_id(), "insert", set=sale),
    ]
    assert [one["status"] for one in east.push(*made)] == ["applied"] * 3
    assert count(database, "sell_out") == 3


def test_nobody_changes_or_deletes_a_report(east: Laptop, partner: bytes, product: bytes) -> None:
    row_id = new_id()
    east.one("sell_out", row_id, "insert", set=told(partner, product))
    changed = east.one("sell_out", row_id, "patch", base={"quantity": 3_000}, set={"quantity": 1})
    assert changed["notice"]["code"] == "sync.final"
    assert east.one("sell_out", row_id, "delete", base={})["notice"]["code"] == "sync.final"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"quantity": 0}, "sell_out.no_quantity"),
        ({"first_on": "2026-01-06"}, "sell_out.ends_before"),
        ({"last_on": "2999-01-01", "first_on": "2999-01-01"}, "sell_out.not_yet"),
        ({"amount": 5}, "sell_out.no_currency"),
        ({"source": "partner"}, "sell_out.source"),
        ({"occurrence": "x"}, "sync.malformed_value"),
        ({"first_on": "5.1.2026"}, "sync.malformed_value"),
    ],
)
def test_what_cannot_be_true_is_refused_for_itself(
    database: Database, east: Laptop, partner: bytes, product: bytes, wrong: dict[str, Any], code: str
) -> None:
    assert send(east, told(partner, product, **wrong), told(partner, product)) == [code, "applied"]
    assert count(database, "sell_out") == 1


def test_only_a_sub_dealer_of_the_seller_is_a_buyer(
    database: Database, east: Laptop, partner: bytes, product: bytes
) -> None:
    with database.write() as connection:
        area = find(connection, "partner", code="P-E")["territory_id"]
        same = {"territory_id": area, "currency": "CNY"}
        below = add(connection, "partner", code="P-S", name="Below", parent_id=partner, **same)
        beside = add(connection, "partner", code="P-B", name="Beside", **same)
    rows = [told(partner, product, buyer_partner_id=one.hex()) for one in (below, beside, partner)]
    assert send(east, *rows) == ["applied", "sell_out.no_sub_dealer", "sell_out.no_sub_dealer"]


def test_a_partners_people_report_for_themselves_only(
    database: Database, server: Server, shop: Laptop, product: bytes, partner: bytes
) -> None:
    west = id_of(database, "partner", code="P-W")
    own = told(partner, product, source="partner")
    assert send(shop, {**own, "partner_id": west.hex()}) == ["sync.out_of_scope"]
    assert send(shop, {**own, "source": "file"}, own) == ["sell_out.source", "applied"]
    rival = server.laptop("rival")
    assert "sell_out" not in rival.pull().rows
    (seen,) = server.laptop("east").pull().rows["sell_out"].values()
    assert seen["source"] == "partner"
