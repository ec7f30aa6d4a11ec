"""Deciding conflicts and mending rejections, with a real headquarters."""

from typing import Any

import pytest

from channeldesk.actions import contacts, inbox, orders, partners
from channeldesk.desk import Desk
from channeldesk.model.notice import Problem
from channeldesk.queries import drafts, status
from channeldesk.queries import inbox as inbox_query
from channeldesk.queries import orders as orders_query
from channeldesk.queries.drafts import DraftLine, OrderDraft
from tests.support.demo_laptop import one
from tests.support.headquarters import Headquarters


@pytest.fixture
def desk(at_headquarters: Desk) -> Desk:
    return at_headquarters


def line(desk: Desk, sku: str, quantity: int) -> DraftLine:
    return DraftLine(desk.ask(one, "SELECT id FROM product WHERE sku = :sku", sku=sku), quantity)


def partner_of(desk: Desk, code: str = "P1") -> bytes:
    return bytes(desk.ask(one, "SELECT id FROM partner WHERE code = :code", code=code))


def test_a_rejected_order_is_put_right_and_accepted(hq: Headquarters, desk: Desk) -> None:
    draft = OrderDraft(partner_of(desk), (line(desk, "DR-18", 50_000),))
    placed = desk.act(orders.place, draft).value
    assert {warning.code for warning in placed.warnings} == {"credit.exceeded"}
    assert desk.sync(in_process=True).rejected == 1

    found = desk.ask(orders_query.detail, placed.order_id)
    assert found is not None
    assert (found.order.status, found.order.rejected) == ("rejected", True)
    assert [reason.code for reason in found.reasons] == ["credit.exceeded"]
    (item,) = desk.ask(inbox_query.items)
    assert (item.kind, item.title, item.amount) == ("rejection", placed.number, placed.total)
    assert desk.ask(status.status).needs_you == 1

    again = desk.ask(drafts.of_order, placed.order_id)
    assert again is not None
    assert again.lines == draft.lines
    smaller = OrderDraft(again.partner_id, (line(desk, "DR-18", 2_000),), note="less")
    mended = desk.act(orders.revise, placed.order_id, smaller).value
    assert mended.number == placed.number
    assert desk.sync(in_process=True).rejected == 0

    (theirs,) = hq.table("sales_order", id=placed.order_id)
    assert (theirs["status"], theirs["total"], theirs["note"]) == ("accepted", mended.total, "less")
    assert len(hq.table("order_line", order_id=placed.order_id)) == 1
    found = desk.ask(orders_query.detail, placed.order_id)
    assert found is not None
    assert (found.order.status, found.order.provisional, found.inbox_item) == ("accepted", False, None)
    with pytest.raises(Problem) as caught:
        desk.act(orders.revise, placed.order_id, smaller)
    assert caught.value.notice.code == "order.not_rejected"


def test_an_order_that_was_put_right_is_as_rejected_again_until_it_is_sent(
    hq: Headquarters, desk: Desk
) -> None:
    draft = OrderDraft(partner_of(desk), (line(desk, "DR-18", 50_000),), note="all of it")
    order_id = desk.act(orders.place, draft).value.order_id
    desk.sync(in_process=True)
    rejected, items = desk.ask(orders_query.detail, order_id), desk.ask(inbox_query.items)
    right = OrderDraft(draft.partner_id, (line(desk, "DR-18", 2_000),), note="less", revises=order_id)
    right = desk.act(orders.save_draft, right).value

    mended = desk.act(orders.revise, order_id, right)
    assert mended.undo is not None
    back = desk.act(mended.undo.action).value
    assert back == orders.TakenBack(draft.partner_id, right.id)
    assert desk.ask(orders_query.detail, order_id) == rejected
    assert desk.ask(inbox_query.items) == items
    assert desk.ask(status.waiting) == ()
    desk.sync(in_process=True)
    assert hq.table("sales_order") == []

    again = desk.act(orders.revise, order_id, right)
    assert desk.sync(in_process=True).rejected == 0
    (theirs,) = hq.table("sales_order", id=order_id)
    assert (theirs["status"], theirs["note"]) == ("accepted", "less")
    assert len(hq.table("order_line", order_id=order_id)) == 1
    assert again.undo is not None
    with pytest.raises(Problem) as caught:
        desk.act(again.undo.action)
    assert caught.value.notice.code == "undo.too_late"


def test_giving_a_rejected_order_up(hq: Headquarters, desk: Desk) -> None:
    placed = desk.act(orders.place, OrderDraft(partner_of(desk), (line(desk, "DR-18", 50_000),))).value
    desk.sync(in_process=True)
    (item,) = desk.ask(inbox_query.items)
    desk.act(inbox.discard, item.id)
    assert desk.ask(orders_query.detail, placed.order_id) is None
    assert desk.ask(inbox_query.items) == ()
    assert desk.ask(status.status).waiting == 0
    assert hq.table("sales_order") == []


@pytest.mark.parametrize("known", [True, False], ids=["draft headquarters had", "draft of this morning"])
def test_a_rejected_order_does_not_bring_its_draft_back(hq: Headquarters, desk: Desk, known: bool) -> None:
    """The draft is the author's alone: it ends whatever headquarters says about the order."""
    draft = OrderDraft(partner_of(desk), (line(desk, "DR-18", 50_000),))
    draft = desk.act(orders.save_draft, draft).value
    if known:
        desk.sync(in_process=True)
    desk.act(orders.place, draft)
    assert desk.sync(in_process=True).rejected == 1
    assert desk.ask(drafts.drafts, desk.profile.user_id) == ()
    assert hq.table("draft") == []
    (item,) = desk.ask(inbox_query.items)
    desk.act(inbox.discard, item.id)
    assert desk.ask(drafts.drafts, desk.profile.user_id) == ()
    desk.sync(in_process=True)
    assert desk.ask(status.status).waiting == 0
    assert hq.table("draft") == []


def conflict(hq: Headquarters, desk: Desk) -> inbox_query.InboxItem:
    """Both sides changed the delivery note and the stage; the phone only here."""
    desk.act(
        partners.edit, partner_of(desk), {"delivery_note": "Gate 3, early", "stage": "dormant", "phone": "2"}
    )
    hq.execute("UPDATE partner SET delivery_note = 'Gate 5', stage = 'left' WHERE code = 'P1'")
    assert desk.sync(in_process=True).conflicts == 1
    (row,) = desk.ask(inbox_query.items)
    assert set(row.fields) == {"delivery_note", "stage"}
    item = desk.ask(inbox_query.item, row.id)
    assert item is not None
    return item


def test_a_conflict_is_decided_field_by_field(hq: Headquarters, desk: Desk) -> None:
    item = conflict(hq, desk)
    note = next(field for field in item.fields if field.name == "delivery_note")
    assert (note.base, note.mine, note.theirs, note.stands) == ("Gate 3", "Gate 3, early", "Gate 5", "theirs")
    assert item.merged == ("phone",)
    assert item.row.title == "Hengtai"
    with pytest.raises(Problem) as caught:
        desk.act(inbox.decide, item.row.id, {"stage": "mine"})
    assert caught.value.notice.code == "inbox.undecided"

    done = desk.act(
        inbox.decide, item.row.id, {"stage": "theirs", "delivery_note": {"value": "Gate 5, early"}}
    )
    assert desk.ask(inbox_query.items) == ()
    assert done.undo is not None
    desk.act(done.undo.action)
    assert len(desk.ask(inbox_query.items)) == 1
    desk.act(inbox.decide, item.row.id, {"stage": "mine", "delivery_note": "mine"})
    desk.sync(in_process=True)

    (theirs,) = hq.table("partner", code="P1")
    assert (theirs["stage"], theirs["delivery_note"], theirs["phone"]) == ("dormant", "Gate 3, early", "2")
    (decided,) = desk.ask(inbox_query.items, "decided")
    shown: Any = desk.ask(inbox_query.item, decided.id)
    choices = {"stage": "dormant", "delivery_note": "Gate 3, early"}
    assert shown.decision == {"how": "mine", "choices": choices}
    with pytest.raises(Problem):
        desk.act(inbox.decide, item.row.id, {"stage": "mine", "delivery_note": "mine"})


def two_conflicts(hq: Headquarters, desk: Desk) -> list[bytes]:
    """Of two partners: the phone here, and another one there."""
    for code in ("P1", "P2"):
        desk.act(partners.edit, partner_of(desk, code), {"phone": "here"})
    hq.execute("UPDATE partner SET phone = 'there'")
    assert desk.sync(in_process=True).conflicts == 2
    return [row.id for row in desk.ask(inbox_query.items)]


def test_several_are_decided_at_once_and_taken_back_together(hq: Headquarters, desk: Desk) -> None:
    ids = two_conflicts(hq, desk)
    done = desk.act(inbox.keep_mine, ids)
    assert (done.value, desk.ask(status.status).waiting) == (2, 2)
    assert done.undo is not None
    desk.act(done.undo.action)
    assert (len(desk.ask(inbox_query.items)), desk.ask(status.status).waiting) == (2, 0)
    desk.act(inbox.keep_mine, ids)
    hq.execute("UPDATE partner SET deleted = 1 WHERE code = 'P2'")
    assert desk.sync(in_process=True).pushed >= 1, "one that meets a deletion stops no other"
    assert [row["phone"] for row in hq.table("partner", code="P1")] == ["here"]


def test_several_are_taken_back_after_a_part_was_sent(hq: Headquarters, desk: Desk) -> None:
    first, second = two_conflicts(hq, desk)
    desk.act(inbox.keep_mine, [first])
    desk.sync(in_process=True)
    desk.act(inbox.keep_mine, [second])
    desk.act(inbox.take_back, first, second)
    assert len(desk.ask(inbox_query.items)) == 2
    desk.sync(in_process=True)
    assert {row["phone"] for row in hq.table("partner")} >= {"there"}
    assert all(row["phone"] == "there" for row in hq.table("partner") if row["code"] in ("P1", "P2"))


def test_theirs_and_giving_up_are_the_same_for_a_conflict(hq: Headquarters, desk: Desk) -> None:
    first, second = two_conflicts(hq, desk)
    desk.act(inbox.take_theirs, [first])
    desk.act(inbox.discard, second)
    assert desk.ask(inbox_query.items) == ()
    assert desk.ask(status.status).waiting == 0
    assert {row.how for row in desk.ask(inbox_query.inbox).decided} == {"theirs"}


def test_a_value_by_hand_beside_a_side_in_one_group(hq: Headquarters, desk: Desk) -> None:
    desk.act(partners.edit, partner_of(desk), {"city": "here", "address": "Road 1"})
    hq.execute("UPDATE partner SET city = 'there' WHERE code = 'P1'")
    desk.sync(in_process=True)
    (row,) = desk.ask(inbox_query.items)
    item = desk.ask(inbox_query.item, row.id)
    assert item is not None
    choices = {one.name: "mine" for one in item.fields} | {"city": {"value": "both"}}
    desk.act(inbox.decide, row.id, choices)
    desk.sync(in_process=True)
    (theirs,) = hq.table("partner", code="P1")
    assert (theirs["city"], theirs["address"]) == ("both", "Road 1")


def test_a_deletion_is_decided_as_a_whole(hq: Headquarters, desk: Desk) -> None:
    contact = desk.ask(one, "SELECT id FROM contact WHERE name = 'Owner of Hengtai'")
    desk.act(contacts.remove, bytes(contact))
    hq.execute("UPDATE contact SET phone = '7', email = 'x@y.cn' WHERE name = 'Owner of Hengtai'")
    desk.sync(in_process=True)
    (row,) = desk.ask(inbox_query.items)
    with pytest.raises(Problem) as caught:
        desk.act(inbox.decide, row.id, {"phone": "mine", "email": "theirs"})
    assert caught.value.notice.code == "inbox.whole_only"
    desk.act(inbox.keep_mine, [row.id])
    desk.sync(in_process=True)
    assert hq.table("contact", id=contact) == []


def test_a_rejection_takes_no_side_and_a_conflict_is_not_resent(hq: Headquarters, desk: Desk) -> None:
    first, _ = two_conflicts(hq, desk)
    with pytest.raises(Problem) as caught:
        desk.act(inbox.resend, first)
    assert caught.value.notice.code == "inbox.no_rejection"
    desk.act(orders.place, OrderDraft(partner_of(desk), (line(desk, "DR-18", 50_000),)))
    desk.sync(in_process=True)
    rejected = next(row for row in desk.ask(inbox_query.items) if row.kind == "rejection")
    with pytest.raises(Problem) as caught:
        desk.act(inbox.keep_mine, [rejected.id])
    assert caught.value.notice.code == "inbox.no_conflict"
