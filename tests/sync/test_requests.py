"""What is asked of headquarters travels step by step: asked for first, then taken back."""

from collections.abc import Callable

import pytest

from channeldesk.actions import approvals, credit_blocks, shipments
from channeldesk.actions.shipments import Terms
from channeldesk.rules.shipping import Item
from tests.support.headquarters import Headquarters
from tests.support.rounds import Laptop, converged
from tests.sync.test_bulk import hana as hana
from tests.sync.test_drafts import does
from tests.sync.test_restored import copy_of

Make = Callable[..., Laptop]


@pytest.fixture
def block(hq: Headquarters) -> bytes:
    partner = hq.id_of("partner", code="P1")
    return hq.insert(
        "credit_block", partner_id=partner, block_kind="person", status="blocked", blocked_on="2026-11-01"
    )


def ask(one: Laptop, block: bytes) -> bytes:
    return bytes(does(one, credit_blocks.ask_release, block, "they paid").value)


def test_a_request_taken_back_before_it_was_sent_is_taken_back_at_headquarters(
    hq: Headquarters, laptop: Make, block: bytes
) -> None:
    one = laptop("ann")
    one.sync()
    asked = ask(one, block)
    does(one, approvals.withdraw, asked)
    one.sync()
    assert one.inbox() == []
    assert [row["status"] for row in hq.table("approval", id=asked)] == ["withdrawn"]
    converged(one)


def test_what_left_and_arrived_offline_is_booked(hq: Headquarters, hana: Laptop) -> None:
    partner, product = hq.id_of("partner", code="P1"), hq.table("product")[0]["id"]
    own = {"partner_id": partner, "net": 100, "tax": 0}
    order = hq.insert(
        "sales_order", **own, number="SO-1", provisional_number="x", order_kind="order", status="accepted",
        order_date="2026-11-20", currency="CNY", total=100, source="field", placed_at=1, received_at=1,
    )  # fmt: skip
    line = hq.insert(
        "order_line", **own, order_id=order, line_number=1, product_id=product, quantity=1_000, unit_price=1,
        tax_rate=0,
    )  # fmt: skip
    hana.sync()
    item = Item(line, product, 1_000)
    planned = does(hana, lambda tx: shipments.ship(tx, order, [item], Terms(), planned=True)).value
    does(hana, shipments.dispatch, planned)
    does(hana, shipments.confirm_arrival, planned)
    hana.sync()
    assert hana.inbox() == []
    assert [row["status"] for row in hq.table("shipment")] == ["arrived"]
    assert [row["status"] for row in hq.table("sales_order", id=order)] == ["closed"]
    assert [row["quantity"] for row in hq.table("stock_movement")] == [1_000]
    converged(hana)


def test_a_copy_of_the_profile_takes_back_what_the_other_had_sent(
    hq: Headquarters, laptop: Make, block: bytes
) -> None:
    first = laptop("ann")
    first.sync()
    asked = ask(first, block)
    second = copy_of(first, "second")
    first.sync()
    does(second, approvals.withdraw, asked)
    for _ in range(2):
        second.sync()
        first.sync()
    assert [row["status"] for row in hq.table("approval", id=asked)] == ["withdrawn"]
    assert first.inbox() == second.inbox() == []
    converged(first, second)
    second.database.close()
    second.transport.close()
