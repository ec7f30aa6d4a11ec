"""Whoever takes an order is told when it may have been taken before."""

from dataclasses import replace

from channeldesk.actions import orders
from channeldesk.desk import Desk
from channeldesk.model.notice import Notice
from channeldesk.queries import orders as orders_query
from channeldesk.queries.drafts import OrderDraft
from tests.actions.test_orders import a_draft


def told(desk: Desk, draft: OrderDraft) -> list[Notice]:
    found = desk.act(orders.place, draft)
    kept = [one for one in found.value.warnings if one.code in ("order.nearly_same", "order.same_reference")]
    assert found.undo is not None
    desk.act(found.undo.action)
    return kept


def test_the_same_lines_again_are_told(desk: Desk) -> None:
    draft = a_draft(desk)
    assert told(desk, draft) == []
    first = desk.act(orders.place, draft).value
    (again,) = told(desk, draft)
    assert again.code == "order.nearly_same"
    assert again.params["number"] == first.number
    less = replace(draft, lines=draft.lines[:1])
    assert told(desk, less) == [], "a third of it is another order"
    desk.act(orders.cancel, first.order_id)
    assert told(desk, draft) == [], "what was cancelled comes no second time"


def test_both_orders_show_each_other_until_they_are_shipped(desk: Desk) -> None:
    draft = a_draft(desk)
    first = desk.act(orders.place, replace(draft, reference="PO 7")).value
    second = desk.act(orders.place, replace(draft, lines=draft.lines[:1], reference="po-7")).value
    for one, other in ((first, second), (second, first)):
        found = desk.ask(orders_query.detail, one.order_id)
        assert found is not None
        (alike,) = found.alike
        assert alike.order.id == other.order_id
        assert alike.by_reference
