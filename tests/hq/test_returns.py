"""Returns at headquarters: of lines that were sold, at what was charged, no more than is left."""

from typing import Any

import pytest

from channeldesk.hq.database import Database
from channeldesk.model.ids import new_id
from tests.hq.test_promotions import discounted, promotion
from tests.support.central import Laptop, Server, id_of, order


@pytest.fixture
def east(server: Server) -> Laptop:
    return server.laptop("east")


@pytest.fixture
def partner(database: Database) -> bytes:
    return id_of(database, "partner", code="P-E")


@pytest.fixture
def product(database: Database) -> bytes:
    return id_of(database, "product", sku="SKU-1")


def back(
    laptop: Laptop,
    partner: bytes,
    product: bytes,
    line_id: str,
    quantity: int,
    net: int,
    tax: int,
    forged: dict[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """A return of one line; ``quantity`` positive, the amounts as they are credited."""
    header, line = order(laptop, partner, product, order_kind="return")
    gross = -quantity * 1_000_000 // 100_000
    line["set"] |= {
        "quantity": -quantity,
        "net": -net,
        "tax": -tax,
        "discount": gross + net,
        "origin_line_id": line_id,
        "return_reason": "damaged",
        "condition": "damaged",
        "disposition": "scrap",
        "list_price": None,
    } | (forged or {})
    header["set"] |= {"net": -net, "tax": -tax, "total": -net - tax}
    return [header, line]


def test_everything_comes_back_in_three_goes_to_the_cent(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    ten = promotion(database, rate=1234)
    sold = east.push(*discounted(east, partner, product, (ten, 3_702), quantity=3_000))
    assert sold[0]["status"] == "applied"
    line = sold[1]["row"]
    assert (line["net"], line["tax"]) == (26_298, 3_419)
    credited = [(8_766, 1_140), (8_766, 1_139), (8_766, 1_140)]
    for net, tax in credited:
        results = east.push(*back(east, partner, product, sold[1]["id"], 1_000, net, tax))
        assert [one["status"] for one in results] == ["applied"] * 2, results
        assert results[1]["row"]["condition"] == "damaged"
    assert (sum(net for net, _ in credited), sum(tax for _, tax in credited)) == (26_298, 3_419)
    (again, _) = east.push(*back(east, partner, product, sold[1]["id"], 1_000, 8_766, 1_140))
    assert again["notice"]["code"] == "order.return_more_than_left"


@pytest.mark.parametrize(
    "forged", [{"net": -10_001}, {"tax": 0}, {"unit_price": 2_000_000}, {"tax_rate": 600}, {"discount": 5}]
)
def test_what_is_credited_is_headquarters_to_say(
    east: Laptop, partner: bytes, product: bytes, forged: dict[str, Any]
) -> None:
    """A laptop may not know what came back elsewhere: a cent is no reason to refuse goods."""
    _, line = east.push(*order(east, partner, product))
    header, back_line = east.push(*back(east, partner, product, line["id"], 1_000, 10_000, 1_300, forged))
    row = back_line["row"]
    assert (row["unit_price"], row["tax_rate"], row["discount"]) == (1_000_000, 1300, 0)
    assert (row["net"], row["tax"]) == (-10_000, -1_300)
    assert (header["row"]["net"], header["row"]["total"]) == (-10_000, -11_300)


@pytest.mark.parametrize(
    ("forged", "code"),
    [
        ({"quantity": -2_001}, "order.return_more_than_left"),
        ({"quantity": 1_000}, "order.return_not_negative"),
    ],
)
def test_what_cannot_come_back_is_refused(
    east: Laptop, partner: bytes, product: bytes, forged: dict[str, Any], code: str
) -> None:
    _, line = east.push(*order(east, partner, product))
    result, *rest = east.push(*back(east, partner, product, line["id"], 1_000, 10_000, 1_300, forged))
    assert result["status"] == "rejected"
    assert code in {one["notice"]["code"] for one in (result, *rest) if one.get("notice")}


def test_goods_of_what_was_never_sold_or_not_here(
    server: Server, east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    unknown = back(east, partner, product, new_id().hex(), 1_000, 10_000, 1_300)
    assert {one["status"] for one in east.push(*unknown)} <= {"rejected", "blocked"}

    west = server.laptop("west")
    other = id_of(database, "partner", code="P-W")
    _, theirs = west.push(*order(west, other, product))
    foreign = east.push(*back(east, partner, product, theirs["id"], 1_000, 10_000, 1_300))
    assert {one["status"] for one in foreign} <= {"rejected", "blocked"}

    placed, line = east.push(*order(east, partner, product))
    boss, order_id = server.laptop("boss"), bytes.fromhex(placed["id"])
    cancelled = boss.one(
        "sales_order", order_id, "patch", set={"status": "cancelled"}, base={"status": "accepted"}
    )
    assert cancelled["status"] in ("applied", "merged")
    result, _ = east.push(*back(east, partner, product, line["id"], 1_000, 10_000, 1_300))
    assert result["notice"]["code"] == "order.return_not_yet"


def test_an_order_names_no_line_that_it_comes_back_of(east: Laptop, partner: bytes, product: bytes) -> None:
    _, sold = east.push(*order(east, partner, product))
    header, line = order(east, partner, product)
    line["set"]["origin_line_id"] = sold["id"]
    result, _ = east.push(header, line)
    assert (result["status"], result["notice"]["code"]) == ("rejected", "sync.malformed_value")


def test_two_returns_of_one_push_share_what_is_left(east: Laptop, partner: bytes, product: bytes) -> None:
    _, sold = east.push(*order(east, partner, product))
    first = back(east, partner, product, sold["id"], 1_500, 15_000, 1_950)
    second = back(east, partner, product, sold["id"], 1_000, 10_000, 1_300)
    results = [one["status"] for one in east.push(*first, *second) if one["entity"] == "sales_order"]
    assert results == ["applied", "rejected"]
    together = [*back(east, partner, product, sold["id"], 500, 5_000, 650)]
    again = back(east, partner, product, sold["id"], 500, 5_000, 650)
    for one in again:
        one["txn"] = together[0]["txn"]
    statuses = {one["status"] for one in east.push(*together, *again)}
    assert "applied" not in statuses


def test_an_order_of_which_goods_came_back_is_not_cancelled(
    server: Server, east: Laptop, partner: bytes, product: bytes
) -> None:
    placed, line = east.push(*order(east, partner, product))
    east.push(*back(east, partner, product, line["id"], 1_000, 10_000, 1_300))
    boss, order_id = server.laptop("boss"), bytes.fromhex(placed["id"])
    base = {"status": "accepted"}
    result = boss.one("sales_order", order_id, "patch", set={"status": "cancelled"}, base=base)
    assert (result["status"], result["notice"]["code"]) == ("rejected", "order.came_back")


def test_a_return_that_names_the_order_only_counts_too(east: Laptop, partner: bytes, product: bytes) -> None:
    """As older laptops send them."""
    placed, line = east.push(*order(east, partner, product))
    header, one = back(east, partner, product, line["id"], 1_500, 15_000, 1_950)
    del one["set"]["origin_line_id"]
    header["set"]["reference"] = placed["row"]["number"]
    assert east.push(header, one)[0]["status"] == "applied"
    result, *_ = east.push(*back(east, partner, product, line["id"], 1_000, 10_000, 1_300))
    assert result["notice"]["code"] == "order.return_more_than_left"


def test_goods_come_back_in_the_currency_they_were_sold_in(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    _, line = east.push(*order(east, partner, product))
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE partner SET currency = 'JPY' WHERE code = 'P-E'")
    header, one = back(east, partner, product, line["id"], 1_000, 10_000, 1_300)
    header["set"]["currency"] = "JPY"
    result, *_ = east.push(header, one)
    assert result["status"] == "rejected"
