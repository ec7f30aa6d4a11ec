"""What is sent by hand is held to the limits that a form keeps: of requests, facts and records alike."""

from typing import Any

import pytest

from channeldesk.hq.database import Database
from channeldesk.model.ids import new_id
from tests.hq.test_approvals import asking, change
from tests.hq.test_moves_by_hand import told
from tests.hq.test_shipping import Case, codes
from tests.support.central import Laptop, Server, id_of, order

LONG = "x" * 50_000


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


def test_requests_say_why_and_not_a_book(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    change(database, "partner", credit_limit=0)
    for because, code in (
        ("", "sync.missing_value"),
        (" \n", "sync.missing_value"),
        (LONG, "field.too_long"),
    ):
        assert codes(east.push(*asking(east, order(east, partner, product), because=because))) == {code}


@pytest.mark.parametrize("field", ["note", "reference"])
def test_an_order_carries_a_note_and_not_a_book(
    east: Laptop, partner: bytes, product: bytes, field: str
) -> None:
    assert codes(east.push(*order(east, partner, product, **{field: LONG}))) == {"field.too_long"}
    assert codes(east.push(*order(east, partner, product, **{field: "x" * 200}))) == set()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"note": LONG}, "field.too_long"),
        ({"carrier": LONG}, "field.too_long"),
        ({"sent_on": "0001-01-01"}, "field.out_of_range"),
    ],
)
def test_shipments(
    east: Laptop, boss: Laptop, database: Database, partner: bytes, product: bytes, said: Any, code: str
) -> None:
    case = Case(database, east, boss, partner, product)
    assert codes(case.ship(1_000, **said)) == {code}
    shipment, _ = case.ship(1_000)
    assert told(case.move(shipment, "arrived", east, receipt=LONG)) == "field.too_long"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"amount": -5}, "field.out_of_range"),
        ({"currency": "XXX"}, "value.unknown_currency"),
        ({"note": LONG}, "field.too_long"),
        ({"made_on": "0001-01-01"}, "field.out_of_range"),
    ],
)
def test_promises_to_pay(east: Laptop, partner: bytes, said: dict[str, Any], code: str) -> None:
    fields = {"partner_id": partner.hex(), "currency": "CNY", "amount": 100}
    fields |= {"made_on": "2026-11-01", "promised_on": "2026-12-01"}
    promise = new_id()
    assert told(east.one("payment_promise", promise, "insert", set=fields)) == "applied"
    assert told(east.one("payment_promise", new_id(), "insert", set=fields | said)) == code
    base = {name: fields.get(name) for name in said}
    assert told(east.one("payment_promise", promise, "patch", set=said, base=base)) == code


def test_nobody_counts_less_than_nothing(east: Laptop, partner: bytes, product: bytes) -> None:
    txn, count = new_id().hex(), new_id()
    head = {"partner_id": partner.hex(), "counted_on": "2026-11-01", "counted_at": 1_762_000_000_000}
    line = {"partner_id": partner.hex(), "stock_count_id": count.hex(), "product_id": product.hex()}
    answers = east.push(
        east.mutation("stock_count", count, "insert", set=head, txn=txn),
        east.mutation("stock_count_line", new_id(), "insert", set={**line, "counted": -5_000}, txn=txn),
    )
    assert codes(answers) == {"field.out_of_range"}


def test_a_document_of_a_sale_is_a_number(east: Laptop, partner: bytes, product: bytes) -> None:
    sale = {"partner_id": partner.hex(), "product_id": product.hex(), "quantity": 1_000}
    sale |= {"first_on": "2026-11-01", "last_on": "2026-11-01", "happened_at": 1_762_000_000_000}
    sale |= {"identity": "any", "report": "r", "source": "entry"}
    assert told(east.one("sell_out", new_id(), "insert", set=sale | {"document": LONG})) == "field.too_long"
    assert told(east.one("sell_out", new_id(), "insert", set=sale | {"document": "D-1"})) == "applied"
