"""Discounts of orders at headquarters: given where a promotion gives them, within budgets, and told to those
whom a promotion is for.
"""

from typing import Any

import pytest

from channeldesk.hq import sequencer
from channeldesk.hq.database import Database
from channeldesk.model.ids import new_id
from tests.support.central import Laptop, Server, add, find, id_of, order, stored

JUNE = ("2026-06-01", "2026-06-30")


@pytest.fixture
def east(server: Server) -> Laptop:
    return server.laptop("east")


@pytest.fixture
def partner(database: Database) -> bytes:
    return id_of(database, "partner", code="P-E")


@pytest.fixture
def product(database: Database) -> bytes:
    return id_of(database, "product", sku="SKU-1")


def promotion(database: Database, code: str = "TEN", **values: Any) -> bytes:
    with database.write() as connection:
        terms = {"code": code, "name": code, "currency": "CNY", "rate": 1000} | values
        return add(connection, "promotion", **terms)


def discounted(
    laptop: Laptop, partner: bytes, product: bytes, *given: tuple[bytes, int], **more: Any
) -> list[dict[str, Any]]:
    """An order of one line with what each promotion takes off it."""
    header, line = order(laptop, partner, product, **more)
    off = sum(amount for _, amount in given)
    net = line["set"]["net"] - off
    tax = (net * 13 + 50) // 100
    line["set"] |= {"discount": off, "net": net, "tax": tax}
    header["set"] |= {"net": net, "tax": tax, "total": net + tax}
    own = {"order_id": header["id"], "partner_id": partner.hex(), "order_line_id": line["id"]}
    found = [
        laptop.mutation(
            "order_discount",
            new_id(),
            "insert",
            set={**own, "promotion_id": one.hex(), "amount": amount},
            txn=header["txn"],
        )
        for one, amount in given
    ]
    return [header, line, *found]


def test_what_a_promotion_gives_is_taken_off(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    ten = promotion(database)
    results = east.push(*discounted(east, partner, product, (ten, 2_000)))

    assert [one["status"] for one in results] == ["applied"] * 3
    row = results[0]["row"]
    assert (row["status"], row["net"], row["tax"], row["total"]) == ("accepted", 18_000, 2_340, 20_340)
    assert results[2]["row"]["amount"] == 2_000
    assert stored(database, "promotion", ten)["used"] == 0  # type: ignore[index]  # nothing limits it


def test_an_order_without_its_discount_stands_as_it_was_told(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    promotion(database)
    result, _ = east.push(*order(east, partner, product))
    assert (result["status"], result["row"]["net"]) == ("applied", 20_000)


@pytest.mark.parametrize(
    ("terms", "amount", "code"),
    [
        ({}, 2_001, "order.promotion_amount"),
        ({}, 1_999, "order.promotion_amount"),
        ({"valid_from": JUNE[0], "valid_to": JUNE[1]}, 2_000, "order.promotion_not_open"),
        ({"currency": "EUR"}, 2_000, "order.promotion_not_open"),
        ({"mechanic": "tiered", "steps": "1000 = 10"}, 2_000, "promotion.not_reached"),
        ({"budget": 1_999}, 2_000, "promotion.budget_used"),
        ({"mechanic": "threshold"}, 2_000, "order.promotion_not_open"),  # says neither from what nor how much
    ],
)
def test_what_a_promotion_does_not_give_is_refused_with_the_reason(
    east: Laptop,
    database: Database,
    partner: bytes,
    product: bytes,
    terms: dict[str, Any],
    amount: int,
    code: str,
) -> None:
    ten = promotion(database, **terms)
    results = east.push(*discounted(east, partner, product, (ten, amount)))
    assert (results[0]["status"], results[0]["notice"]["code"]) == ("rejected", code)
    assert all(one["status"] in ("rejected", "blocked") for one in results)
    assert "{" not in results[0]["notice"]["text"]
    assert stored(database, "sales_order", bytes.fromhex(results[0]["id"])) is None


def test_a_deleted_promotion_is_a_reason_too(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    ten = promotion(database, deleted=1)
    results = east.push(*discounted(east, partner, product, (ten, 2_000)))
    assert {one["status"] for one in results} <= {"rejected", "blocked"}
    assert "order.promotion_not_open" in {one["notice"]["code"] for one in results if one.get("notice")}


def test_an_agreed_price_is_no_price_of_a_promotion(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    ten = promotion(database)
    results = east.push(*discounted(east, partner, product, (ten, 1_900), price=950_000))
    assert results[0]["notice"]["code"] == "order.promotion_on_agreed_price"


def test_a_discount_that_the_line_does_not_say(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    ten = promotion(database)
    header, line, discount = discounted(east, partner, product, (ten, 2_000))
    line["set"]["discount"] = 0
    results = east.push(header, line, discount)
    assert results[0]["notice"]["code"] in ("order.wrong_amount", "order.discount_apart")
    assert {one["status"] for one in results} <= {"rejected", "blocked"}


def test_a_discount_alone_and_on_a_line_of_another_order(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    ten = promotion(database)
    other, other_line = east.push(*order(east, partner, product))
    header, line, discount = discounted(east, partner, product, (ten, 2_000))
    discount["set"]["order_line_id"] = other_line["id"]
    assert {one["status"] for one in east.push(header, line, discount)} <= {"rejected", "blocked"}
    alone = east.mutation(
        "order_discount",
        new_id(),
        "insert",
        set={**discount["set"], "order_id": other["id"]},
    )
    (result,) = east.push(alone)
    assert (result["status"], result["notice"]["code"]) == ("rejected", "order.lines_come_with_order")


def test_those_that_do_not_go_together(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    one, other = promotion(database, "A"), promotion(database, "B")
    results = east.push(*discounted(east, partner, product, (one, 2_000), (other, 2_000)))
    assert results[0]["notice"]["code"] == "order.promotions_apart"


def test_a_budget_is_used_up_and_given_back(
    server: Server, east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    ten = promotion(database, budget=3_000)
    first, *_ = east.push(*discounted(east, partner, product, (ten, 2_000)))
    assert stored(database, "promotion", ten)["used"] == 2_000  # type: ignore[index]
    told = [one for one in east.pull().rows["promotion"].values() if one["id"] == ten.hex()]
    assert told[0]["used"] == 2_000

    second, *_ = east.push(*discounted(east, partner, product, (ten, 2_000)))
    assert second["notice"]["code"] == "promotion.budget_used"
    assert second["notice"]["params"]["left"]["amount"] == 1_000

    boss = server.laptop("boss")
    order_id = bytes.fromhex(first["id"])
    base = {"status": "accepted"}
    cancelled = boss.one("sales_order", order_id, "patch", set={"status": "cancelled"}, base=base)
    assert cancelled["status"] == "applied"
    assert stored(database, "promotion", ten)["used"] == 0  # type: ignore[index]
    third, *_ = east.push(*discounted(east, partner, product, (ten, 2_000)))
    assert third["status"] == "applied"


def test_two_orders_of_one_push_share_a_budget(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    ten = promotion(database, budget=3_000)
    both = [discounted(east, partner, product, (ten, 2_000)) for _ in range(2)]
    results = east.push(*both[0], *both[1])
    assert [one["status"] for one in results if one["entity"] == "sales_order"] == ["applied", "rejected"]
    assert stored(database, "promotion", ten)["used"] == 2_000  # type: ignore[index]


def test_a_budget_that_comes_later_counts_what_was_given(
    server: Server, east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    ten = promotion(database)
    east.push(*discounted(east, partner, product, (ten, 2_000)))
    boss = server.laptop("boss")
    result = boss.one("promotion", ten, "patch", set={"budget": 5_000, "used": 1}, base={"budget": None})
    assert (result["status"], result["row"]["used"]) == ("merged", 2_000)


def test_lines_with_one_number_do_not_share_a_discount(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    ten = promotion(database)
    header, line, discount = discounted(east, partner, product, (ten, 2_000))
    twin = east.mutation("order_line", new_id(), "insert", set=line["set"], txn=header["txn"])
    header["set"] |= {"net": 36_000, "tax": 4_680, "total": 40_680}
    results = east.push(header, line, discount, twin)
    assert results[0]["notice"]["code"] == "sync.malformed_value"


@pytest.mark.parametrize("login", ["east", "shop"])
def test_what_is_only_being_asked_is_not_cancelled_with_it(
    server: Server, database: Database, partner: bytes, product: bytes, login: str
) -> None:
    laptop = server.laptop(login)
    ten = promotion(database, budget=3_000)
    placed = discounted(laptop, partner, product, (ten, 2_000))
    header = placed[0]
    cancel = {"set": {"status": "cancelled"}, "base": {"status": "placed"}, "txn": header["txn"]}
    order_id = bytes.fromhex(header["id"])
    results = laptop.push(*placed, laptop.mutation("sales_order", order_id, "patch", **cancel))
    assert {one["status"] for one in results} <= {"rejected", "blocked"}
    assert stored(database, "promotion", ten)["used"] == 0  # type: ignore[index]


def test_a_forged_list_price_is_no_price_of_a_promotion(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    ten = promotion(database)
    header, line, discount = discounted(east, partner, product, (ten, 1_900), price=950_000)
    line["set"]["list_price"] = 950_000
    results = east.push(header, line, discount)
    assert results[0]["notice"]["code"] == "order.promotion_on_agreed_price"


def test_partners_are_not_told_what_is_left_of_a_budget(
    server: Server, database: Database, partner: bytes, product: bytes
) -> None:
    shop, ten = server.laptop("shop"), promotion(database, budget=1_234)
    result, *_ = shop.push(*discounted(shop, partner, product, (ten, 2_000)))
    assert result["notice"]["code"] == "promotion.used_up"
    assert "1234" not in str(result["notice"])
    assert "12.34" not in str(result["notice"])


def test_an_order_beyond_all_bounds_is_refused_with_a_sentence(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    ten = promotion(database)
    header, line, discount = discounted(east, partner, product, (ten, 2_000))
    line["set"] |= {"quantity": 10**15, "unit_price": 10**15, "list_price": 10**15}
    results = east.push(header, line, discount)
    assert results[0]["notice"]["code"] == "order.too_large"


def test_staff_names_a_buyer_and_a_product_once(
    server: Server, database: Database, partner: bytes, product: bytes
) -> None:
    boss, ten = server.laptop("boss"), promotion(database)
    for entity, named in (
        ("promotion_item", {"product_id": product.hex()}),
        ("promotion_item", {"category": "Pumps"}),
        ("promotion_buyer", {"partner_id": partner.hex()}),
    ):
        fields = {"promotion_id": ten.hex(), **named}
        first = boss.one(entity, new_id(), "insert", set=fields)
        again = boss.one(entity, new_id(), "insert", set=fields)
        assert first["status"] == "applied"
        assert (again["status"], again["notice"]["code"]) == ("rejected", "sync.key_taken")


@pytest.mark.parametrize("steps", ["", " ", ";"])
def test_a_promotion_of_no_steps_is_refused_and_harmless(
    server: Server, east: Laptop, database: Database, partner: bytes, product: bytes, steps: str
) -> None:
    fields = {"code": "T", "name": "T", "currency": "CNY", "mechanic": "tiered", "steps": steps}
    result = server.laptop("boss").one("promotion", new_id(), "insert", set=fields)
    assert (result["status"], result["notice"]["code"]) == ("rejected", "edit.field_required")
    loaded = promotion(database, mechanic="tiered", rate=None, steps=steps)
    results = east.push(*discounted(east, partner, product, (loaded, 2_000)))
    assert results[0]["notice"]["code"] == "order.promotion_not_open"


def test_people_of_partners_get_what_is_for_them(server: Server, database: Database) -> None:
    """Neither the promotions of others, nor that others are in one of theirs, nor budgets."""
    for_all = promotion(database, "ALL", budget=100)
    for_east, for_west, for_both = (promotion(database, code) for code in ("EAST", "WEST", "BOTH"))
    with database.write() as connection:
        own, other = (find(connection, "partner", code=code)["id"] for code in ("P-E", "P-W"))
        area = find(connection, "territory", code="CN")["id"]
        product = find(connection, "product", sku="SKU-1")["id"]
        add(connection, "promotion_buyer", promotion_id=for_east, territory_id=area)
        add(connection, "promotion_buyer", promotion_id=for_east, partner_id=own)
        add(connection, "promotion_buyer", promotion_id=for_west, territory_id=area)
        add(connection, "promotion_buyer", promotion_id=for_west, partner_id=other)
        for one in (own, other):
            add(connection, "promotion_buyer", promotion_id=for_both, partner_id=one)
        for one in (for_all, for_east, for_west):
            add(connection, "promotion_item", promotion_id=one, product_id=product)

    sequencer.drain_committed(database, 1)
    pulled = server.laptop("shop").pull()

    assert {one["code"] for one in pulled.rows["promotion"].values()} == {"ALL", "EAST", "BOTH"}
    assert all("budget" not in one and "used" not in one for one in pulled.rows["promotion"].values())
    assert {one["promotion_id"] for one in pulled.rows["promotion_item"].values()} == {
        for_all.hex(),
        for_east.hex(),
    }
    partners = {one.get("partner_id") for one in pulled.rows["promotion_buyer"].values()}
    assert partners == {None, own.hex()}
    assert {one["code"] for one in server.laptop("east").pull().rows["promotion"].values()} == {
        "ALL",
        "EAST",
        "WEST",
        "BOTH",
    }
