"""Taking orders: what is written, what is refused, what undo brings back."""

import pytest
import sqlalchemy as sa

from channeldesk.actions import orders
from channeldesk.actions.orders import NotSendable
from channeldesk.desk import Desk
from channeldesk.model.changes import Topic
from channeldesk.model.notice import Problem
from channeldesk.model.values import line_net, tax
from channeldesk.queries import credit, drafts, order_entry, partners, performance, status
from channeldesk.queries import orders as orders_query
from channeldesk.queries.drafts import DraftLine, OrderDraft
from channeldesk.queries.sales import Scope
from channeldesk.queries.views import ListView
from tests.support.demo_laptop import DAY, every, one

GONE = ("sales_order", "order_line", "order_discount", "outbox", "draft")


def a_partner(desk: Desk) -> bytes:
    """An active one with credit left and prices."""
    rows = desk.ask(
        lambda c: partners.rows(
            c, partners.keys(c, ListView({"currency": "CNY", "stage": "active"}), DAY), DAY
        )
    )
    return max((row for row in rows if row.credit_left), key=lambda row: row.credit_left or 0).id


def a_draft(desk: Desk, lines: int = 3) -> OrderDraft:
    partner = a_partner(desk)
    context = desk.ask(order_entry.entry_context, partner, now_ms=desk._now_ms())
    assert context is not None
    offers = [offer for offer in context.offers.values() if offer.active and offer.items][:lines]
    return OrderDraft(partner, tuple(DraftLine(offer.product_id, 3 * offer.pack) for offer in offers))


def counts(desk: Desk) -> dict[str, int]:
    return {table: desk.ask(one, f"SELECT count(*) FROM {table}") for table in GONE}


def test_placing_writes_order_lines_and_outbox_in_one_transaction(desk: Desk) -> None:
    draft = a_draft(desk)
    before = desk.ask(credit.of_partner, draft.partner_id, DAY).position
    sales = desk.ask(performance.against_target, Scope(partner_id=draft.partner_id), 1, DAY).periods[-1]

    done = desk.act(orders.place, draft)

    placed = done.value
    assert placed.number == "K7-0001"
    assert done.changes >= {Topic.ORDERS, Topic.SYNC}
    found = desk.ask(orders_query.detail, placed.order_id)
    assert found is not None
    assert found.order.provisional
    assert found.order.status == "placed"
    assert found.order.date == DAY
    assert not found.sent
    for line in found.lines:
        assert line.net == line_net(line.quantity, line.unit_price, "CNY") - line.discount
        assert line.tax == tax(line.net, line.tax_rate)
    assert found.order.total == placed.total == sum(line.net + line.tax for line in found.lines)
    assert found.order.net == sum(line.net for line in found.lines)
    sent = desk.ask(every, "SELECT entity, op, txn FROM outbox ORDER BY seq")
    given = "SELECT order_line_id, amount FROM order_discount WHERE order_id = :id"
    discounts = desk.ask(every, given, id=placed.order_id)
    assert sum(one.amount for one in discounts) == sum(line.discount for line in found.lines) > 0
    assert {one.order_line_id for one in discounts} == {line.id for line in found.lines if line.discount}
    assert [row.entity for row in sent] == (
        ["sales_order"] + ["order_line"] * len(draft.lines) + ["order_discount"] * len(discounts)
    )
    assert len({row.txn for row in sent}) == 1
    after = desk.ask(credit.of_partner, draft.partner_id, DAY).position
    assert after.pending == before.pending + placed.total
    now = desk.ask(performance.against_target, Scope(partner_id=draft.partner_id), 1, DAY).periods[-1]
    assert (now.net or 0) == (sales.net or 0) + found.order.net
    assert now.pending == sales.pending + found.order.net
    waiting = {one.entity: one for one in desk.ask(status.waiting)}
    assert waiting["sales_order"].amounts == (("CNY", placed.total),)
    assert waiting["sales_order"].lines == len(draft.lines)


def test_a_private_draft_waits_too_until_it_is_an_order(desk: Desk) -> None:
    saved = desk.act(orders.save_draft, a_draft(desk)).value
    (waits,) = desk.ask(status.waiting, drafts=True)
    assert (waits.entity, waits.rows) == ("draft", 1)
    assert desk.ask(status.status).waiting == 1, "the window says one thing everywhere"
    assert desk.ask(status.waiting) == (), "in what headquarters judges a draft has no place"

    desk.act(orders.place, saved)
    assert [(one.entity, one.rows) for one in desk.ask(status.waiting, drafts=True)] == [("sales_order", 1)]
    assert desk.ask(status.status).waiting == 1


def test_undo_of_an_unsent_order_leaves_nothing_behind(desk: Desk) -> None:
    saved = desk.act(orders.save_draft, a_draft(desk)).value
    before = counts(desk)

    done = desk.act(orders.place, saved)
    assert desk.ask(drafts.order_draft, saved.id or b"") is None
    assert done.undo is not None
    desk.act(done.undo.action)

    after = counts(desk)
    rows = ("sales_order", "order_line", "order_discount", "draft")
    assert {table: after[table] for table in rows} == {table: before[table] for table in rows}
    assert desk.ask(every, "SELECT DISTINCT entity FROM outbox") == [("draft",)]
    assert desk.ask(drafts.order_draft, saved.id or b"") == saved
    assert desk.act(orders.place, saved).value.number == "K7-0002", "a number is never given twice"


def test_undo_after_sending_is_refused(desk: Desk) -> None:
    done = desk.act(orders.place, a_draft(desk))
    with desk.database.apply() as connection:
        connection.execute(sa.text("UPDATE outbox SET mid = seq"))

    assert done.undo is not None
    with pytest.raises(Problem) as caught:
        desk.act(done.undo.action)
    assert caught.value.notice.code == "undo.too_late"
    found = desk.ask(orders_query.detail, done.value.order_id)
    assert found is not None
    assert found.sent


def test_a_draft_is_kept_and_read_as_it_was(desk: Desk) -> None:
    draft = OrderDraft(
        a_partner(desk), (DraftLine(bytes(16), 5000, 123_400),), note="gate 3", requested_on="2026-11-16"
    )
    saved = desk.act(orders.save_draft, draft).value
    assert desk.ask(drafts.order_draft, saved.id or b"") == saved
    desk.act(orders.save_draft, saved)
    (row,) = desk.ask(drafts.drafts, desk.profile.user_id, "order")
    assert (row.id, row.lines) == (saved.id, 1)

    done = desk.act(orders.discard_draft, row.id)
    assert desk.ask(drafts.drafts, desk.profile.user_id) == ()
    assert done.undo is not None
    desk.act(done.undo.action)
    assert desk.ask(drafts.order_draft, row.id) == saved


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((), "order.no_lines"),
        ((DraftLine(bytes(16), 1000),), "order.unknown_product"),
    ],
)
def test_what_headquarters_could_not_read_is_not_sent(
    desk: Desk, lines: tuple[DraftLine, ...], code: str
) -> None:
    with pytest.raises(NotSendable) as caught:
        desk.act(orders.place, OrderDraft(a_partner(desk), lines))
    assert code in {reason.code for reason in caught.value.reasons}
    assert desk.ask(one, "SELECT count(*) FROM outbox") == 0


def test_a_product_without_price_needs_an_agreed_one(desk: Desk) -> None:
    draft = a_draft(desk, 1)
    product = draft.lines[0].product_id
    with desk.database.apply() as connection:
        connection.execute(sa.text("DELETE FROM price_item WHERE product_id = :p"), {"p": product})

    with pytest.raises(NotSendable) as caught:
        desk.act(orders.place, draft)
    assert [reason.code for reason in caught.value.reasons] == ["order.no_price"]
    agreed = OrderDraft(draft.partner_id, (DraftLine(product, 1000, 500_000),))
    placed = desk.act(orders.place, agreed).value
    assert "order.no_list_price" in {warning.code for warning in placed.warnings}


def test_what_headquarters_decides_only_warns(desk: Desk) -> None:
    draft = a_draft(desk, 1)
    (line,) = draft.lines
    huge = OrderDraft(draft.partner_id, (DraftLine(line.product_id, line.quantity * 100_000),))
    low = OrderDraft(draft.partner_id, (DraftLine(line.product_id, line.quantity, 1),))

    assert {one.code for one in desk.act(orders.place, huge).value.warnings} == {"credit.exceeded"}
    codes = {one.code for one in desk.act(orders.place, low).value.warnings}
    assert "order.price_below_floor" in codes or not desk.ask(
        one, "SELECT count(*) FROM price_item WHERE floor > 1"
    )


def test_negative_quantities_are_for_returns(desk: Desk) -> None:
    draft = a_draft(desk, 1)
    (line,) = draft.lines
    back = (DraftLine(line.product_id, -line.quantity),)
    with pytest.raises(NotSendable) as caught:
        desk.act(orders.place, OrderDraft(draft.partner_id, back))
    assert caught.value.notice.code == "order.quantity_not_positive"
    placed = desk.act(orders.place, OrderDraft(draft.partner_id, back, kind="return")).value
    assert placed.total < 0


def test_cancelling(desk: Desk) -> None:
    unsent = desk.act(orders.place, a_draft(desk)).value
    done = desk.act(orders.cancel, unsent.order_id)
    assert desk.ask(orders_query.detail, unsent.order_id) is None
    assert desk.ask(one, "SELECT count(*) FROM outbox") == 0
    assert done.undo is not None
    desk.act(done.undo.action)
    again = desk.ask(orders_query.detail, unsent.order_id)
    assert again is not None
    assert again.order.total == unsent.total

    accepted = desk.ask(one, "SELECT id FROM sales_order WHERE status = 'accepted' LIMIT 1")
    with pytest.raises(Problem) as caught:
        desk.act(orders.cancel, accepted)
    assert caught.value.notice.code == "order.move_not_allowed"
    waiting = desk.ask(one, "SELECT id FROM sales_order WHERE status = 'placed' AND rv > 0 LIMIT 1")
    done = desk.act(orders.cancel, waiting)
    assert desk.ask(one, "SELECT status FROM sales_order WHERE id = :id", id=waiting) == "cancelled"
    assert done.undo is not None
    desk.act(done.undo.action)
    assert desk.ask(one, "SELECT status FROM sales_order WHERE id = :id", id=waiting) == "placed"


def test_copying_the_last_order(desk: Desk) -> None:
    partner = a_partner(desk)
    last = desk.ask(order_entry.last_order, partner)
    assert last is not None
    draft = desk.act(orders.copy_last, partner).value
    assert tuple((line.product_id, line.quantity) for line in draft.lines) == last.lines
    assert all(line.agreed_price is None for line in draft.lines)
