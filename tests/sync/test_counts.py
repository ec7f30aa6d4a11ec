"""A count that differs much, from the shelf to headquarters and back: both sides judge it alike."""

import pytest

from channeldesk.actions import approvals, reference, stock
from channeldesk.actions.stock import Counted
from channeldesk.model.notice import Problem
from channeldesk.queries.stock_detail import stock_detail
from tests.support.headquarters import Headquarters
from tests.support.rounds import Laptop
from tests.sync.test_drafts import Make, does


@pytest.fixture
def hana(hq: Headquarters, laptop: Make) -> Laptop:
    """Of headquarters; it set a limit."""
    one = laptop("hana")
    one.sync()
    does(one, reference.add, "count_limit", {"currency": "CNY", "amount": 100_000})
    does(one, reference.publish)
    one.sync()
    assert (one.inbox(), one.waiting()) == ([], 0)
    return one


def on_hand(one: Laptop, partner: bytes, product: bytes) -> int:
    with one.database.read() as connection:
        found = stock_detail(connection, partner, product)
    assert found is not None
    (position,) = one.rows("stock_position", partner_id=partner, product_id=product)
    assert found.on_hand == position["quantity"] == found.past[-1]
    return found.on_hand


@pytest.mark.parametrize("approve", [True, False])
def test_it_waits_on_both_sides_and_holds_as_was_decided(
    hq: Headquarters, laptop: Make, hana: Laptop, approve: bool
) -> None:
    partner, product = hq.id_of("partner", code="P1"), hq.id_of("product", sku="DR-18")
    hq.insert(
        "stock_level", partner_id=partner, product_id=product, quantity=20_000, as_of=1_000, source="ERP"
    )
    bo = laptop()
    bo.sync()
    with pytest.raises(Problem, match="needs a reason"):
        does(bo, stock.record_count, partner, [Counted(product, 5_000)])
    small = does(bo, stock.record_count, partner, [Counted(product, 19_000)])
    assert not small.value.waits

    done = does(bo, stock.record_count, partner, [Counted(product, 5_000, None, "lost")])
    mine = bo.row("stock_count", id=done.value.count_id)
    assert (done.value.waits, mine["status"]) == (True, "waiting")
    bo.sync()
    (asked,) = hq.table("approval")
    (row,) = hq.table("stock_count", status="waiting")
    assert (row["id"], row["approval_id"]) == (done.value.count_id, asked["id"])
    assert asked["created_by"] == bo.session.user_id
    assert on_hand(bo, partner, product) == 5_000, "it holds meanwhile"

    hana.sync()
    does(hana, approvals.decide, [asked["id"]], approve, "I know")
    hana.sync()
    bo.sync()
    status = "approved" if approve else "refused"
    assert hq.table("stock_count", id=done.value.count_id)[0]["status"] == status
    for one in (bo, hana):
        one.sync()
        assert one.row("approval", id=asked["id"])["decision"] == "I know"
        assert one.row("stock_count", id=done.value.count_id)["status"] == status
        assert on_hand(one, partner, product) == (5_000 if approve else 19_000)
        assert (one.inbox(), one.waiting()) == ([], 0)
