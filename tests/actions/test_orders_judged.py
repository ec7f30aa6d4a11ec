"""Orders and returns that headquarters saw otherwise: put right, sent again, counted once."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from channeldesk.actions import orders
from channeldesk.desk import Desk
from channeldesk.hq import admin
from channeldesk.hq.app import Settings, create_app
from channeldesk.hq.skew import Skew
from channeldesk.queries import drafts
from channeldesk.queries import orders as query
from channeldesk.queries.drafts import DraftLine, OrderDraft, Return
from channeldesk.queries.orders import OrderDetail
from tests.support.demo_laptop import one
from tests.support.headquarters import PASSWORD, Headquarters, synchronised
from ui.viewmodels.order_entry import OrderEntry, Wanted
from ui.viewmodels.order_loading import opened


def partner(desk: Desk) -> bytes:
    return bytes(desk.ask(one, "SELECT id FROM partner WHERE code = 'P1'"))


def drill(desk: Desk, quantity: int = 2_000) -> OrderDraft:
    product = desk.ask(one, "SELECT id FROM product WHERE sku = 'DR-18'")
    return OrderDraft(partner(desk), (DraftLine(product, quantity),))


def promotion(hq: Headquarters, **terms: Any) -> bytes:
    return hq.insert("promotion", **{"code": "TEN", "name": "Ten", "currency": "CNY", "rate": 1000, **terms})


def detail(desk: Desk, order_id: bytes) -> OrderDetail:
    found = desk.ask(query.detail, order_id)
    assert found is not None
    return found


def placed(desk: Desk, draft: OrderDraft) -> OrderDetail:
    """Sent, and as headquarters answered."""
    order_id = desk.act(orders.place, draft).value.order_id
    desk.sync(in_process=True)
    return detail(desk, order_id)


def put_right(desk: Desk, order_id: bytes) -> OrderDetail:
    again = desk.ask(drafts.of_order, order_id)
    assert again is not None
    desk.act(orders.revise, order_id, replace(again, revises=order_id))
    desk.sync(in_process=True)
    return detail(desk, order_id)


def back(order: OrderDetail, quantity: int) -> OrderDraft:
    (line,) = order.lines
    returned = Return(line.id, "recall", "opened", "scrap")
    lines = (DraftLine(line.product_id, -quantity, line.unit_price, returned),)
    return OrderDraft(order.order.partner_id, lines, "return", reference=order.order.number)


def test_an_order_that_is_refused_twice_is_put_right_twice(hq: Headquarters, at_headquarters: Desk) -> None:
    desk = at_headquarters
    hq.execute("UPDATE partner SET stage = 'left'")
    found = placed(desk, drill(desk))
    assert found.order.status == "rejected"
    found = put_right(desk, found.order.id)
    assert found.order.status == "rejected"
    hq.execute("UPDATE partner SET stage = 'active'")
    assert put_right(desk, found.order.id).order.status == "accepted"


def test_who_does_not_see_budgets_orders_without_what_is_used_up(hq: Headquarters, tmp_path: Path) -> None:
    promotion(hq, budget=10)
    admin.add_user(hq.database, "shop", "Shop", "partner", [], PASSWORD, partner="P1")
    with synchronised(hq, tmp_path / "shop", "shop") as desk:
        found = placed(desk, drill(desk))
        assert [one.code for one in found.reasons] == ["promotion.used_up"]
        form = desk.ask(opened, Wanted(revises=found.order.id), desk.profile.user_id)
        assert form is not None
        assert not OrderEntry(form.context, form.draft, explained=form.explained).quote.promotions
        found = put_right(desk, found.order.id)
        assert (found.order.status, found.promotions) == ("accepted", ())


def test_the_form_credits_a_return_as_it_is_sent(hq: Headquarters, at_headquarters: Desk) -> None:
    desk = at_headquarters
    promotion(hq)
    desk.sync(in_process=True)
    sold = placed(desk, drill(desk))
    hq.execute("UPDATE partner SET stage = 'left'")
    found = placed(desk, back(sold, 2_000))
    assert found.order.status == "rejected"
    form = desk.ask(opened, Wanted(revises=found.order.id), desk.profile.user_id)
    assert form is not None
    entry = OrderEntry(form.context, form.draft, explained=form.explained)
    sent = desk.ask(orders.assess, entry.to_place, form.context.today)
    assert (entry.quote.totals, entry.quote.errors) == (sent.totals, sent.errors)
    assert entry.quote.totals.total == -sold.order.total


def test_what_two_laptops_take_back_comes_to_what_was_charged(
    hq: Headquarters, at_headquarters: Desk, tmp_path: Path
) -> None:
    """Neither knows of the other: headquarters sets right the cent."""
    desk = at_headquarters
    hq.execute("UPDATE price_item SET price = 166650, floor = 1")
    desk.sync(in_process=True)
    sold = placed(desk, drill(desk))
    assert sold.lines[0].net % 2 == 1
    with synchronised(hq, tmp_path / "ann", "ann") as other:
        first = desk.act(orders.place, back(sold, 1_000)).value
        second = placed(other, back(detail(other, sold.order.id), 1_000))
        desk.sync(in_process=True)
        one = detail(desk, first.order_id)
        assert (one.order.status, second.order.status) == ("accepted", "accepted")
        assert one.order.net + second.order.net == -sold.order.net


def test_a_return_that_names_the_order_only_counts_here_too(at_headquarters: Desk) -> None:
    desk = at_headquarters
    sold = placed(desk, drill(desk))
    older = back(sold, 1_500)
    lines = tuple(replace(one, returned=None) for one in older.lines)
    desk.act(orders.place, replace(older, lines=lines))
    assert detail(desk, sold.order.id).lines[0].returned == 1_500


def test_what_a_later_headquarters_publishes_is_in_nobodys_way(
    hq: Headquarters, at_headquarters: Desk
) -> None:
    desk = at_headquarters
    promotion(hq, mechanic="gift_card")
    desk.sync(in_process=True)
    assert placed(desk, drill(desk)).order.status == "accepted"


def test_an_older_headquarters_takes_orders_without_promotions(
    hq: Headquarters, at_headquarters: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = at_headquarters
    hq.stop()
    made: Callable[[Settings], Any] = create_app

    def older(settings: Settings) -> Any:
        return made(replace(settings, skew=Skew(schema=3)))

    monkeypatch.setattr("tests.support.headquarters.create_app", older)
    hq.start()
    assert placed(desk, drill(desk)).order.status == "accepted"
