"""Goods of a blocked partner stay, on the laptop of who ships as at headquarters; offline too."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from channeldesk.actions import approvals, credit_blocks, orders
from channeldesk.actions import shipments as actions
from channeldesk.actions.shipments import Terms
from channeldesk.desk import Desk
from channeldesk.model.notice import Problem
from channeldesk.queries import approvals as query
from channeldesk.queries import credit
from tests.actions.test_orders_judged import drill
from tests.actions.test_shipments import accepted, order, refused, some, synced
from tests.support.headquarters import Headquarters, synchronised


@pytest.fixture
def hana(hq: Headquarters, tmp_path: Path) -> Iterator[Desk]:
    """At headquarters, who ships and blocks."""
    with synchronised(hq, tmp_path / "hana", "hana") as opened:
        yield opened


def refusal(desk: Desk, order_id: bytes, terms: Terms | None = None) -> str:
    with pytest.raises(Problem) as problem:
        desk.act(actions.ship, order_id, some(desk, order_id, 1_000), terms or Terms())
    return refused(problem)


def test_who_ships_hears_of_the_block_before_anything_leaves(at_headquarters: Desk, hana: Desk) -> None:
    order_id = accepted(at_headquarters, hana)
    partner = order(hana, order_id).order.partner_id
    planned = hana.act(actions.ship, order_id, some(hana, order_id, 2_000), Terms(), planned=True).value
    block = hana.act(credit_blocks.block, partner, "Does not pay").value
    assert order(hana, order_id).kept_back is not None
    assert refusal(hana, order_id) == "shipment.partner_blocked"
    with pytest.raises(Problem) as problem:
        hana.act(actions.dispatch, planned)
    assert refused(problem) == "shipment.partner_blocked"
    hana.act(actions.ship, order_id, some(hana, order_id, 1_000), Terms(), planned=True)
    hana.act(credit_blocks.release, block)
    hana.act(actions.dispatch, planned)
    synced(hana)
    assert [each.status for each in order(hana, order_id).shipments] == ["planned", "sent"]


def test_what_was_let_through_leaves_and_a_laptop_that_knows_nothing_is_told(
    at_headquarters: Desk, hana: Desk, hq: Headquarters, tmp_path: Path
) -> None:
    bo = at_headquarters
    earlier = accepted(bo, hana)
    partner = order(hana, earlier).order.partner_id
    with synchronised(hq, tmp_path / "other", "hana") as other:
        hana.act(credit_blocks.block, partner, "Does not pay")
        synced(hana, bo)
        assert bo.ask(credit.of_partner, partner).blocked_on is not None
        other.act(actions.ship, earlier, some(other, earlier, 1_000), Terms())
        synced(other)
        (shipment,) = order(other, earlier).shipments
        assert shipment.rejected
    asked = bo.act(orders.place, replace(drill(bo, 10_000), because="They pay on Friday"))
    synced(bo, hana)
    hana.act(approvals.decide, [one.id for one in hana.ask(query.of_order, asked.value.order_id)], True)
    synced(hana)
    assert order(hana, asked.value.order_id).kept_back is None
    hana.act(actions.ship, asked.value.order_id, some(hana, asked.value.order_id, 1_000), Terms())
    synced(hana)
    (shipment,) = order(hana, asked.value.order_id).shipments
    assert (shipment.status, shipment.rejected, shipment.provisional) == ("sent", False, False)


def test_what_leaves_later_is_planned(at_headquarters: Desk, hana: Desk) -> None:
    order_id = accepted(at_headquarters, hana)
    later = Terms(sent_on=(date.today() + timedelta(days=9)).isoformat())  # noqa: DTZ011
    assert refusal(hana, order_id, later) == "shipment.leaves_later"
    planned = hana.act(actions.ship, order_id, some(hana, order_id, 1_000), later, planned=True).value
    hana.act(actions.dispatch, planned)
    with pytest.raises(Problem) as problem:
        hana.act(actions.correct, planned, later)
    assert refused(problem) == "shipment.leaves_later"
