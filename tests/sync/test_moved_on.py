"""Decisions, undo and areas after things moved on: answered, deleted, taken away or refused meanwhile."""

from contextlib import suppress

import pytest

from channeldesk.actions import contacts, orders, reference
from channeldesk.hq import admin
from channeldesk.model.changes import Topic
from channeldesk.model.ids import new_id
from channeldesk.model.notice import Problem
from channeldesk.queries.orders import detail
from channeldesk.queries.status import answer
from channeldesk.sync import inbox, local_facts
from channeldesk.sync.session import sign_in
from channeldesk.sync.transport import Offline
from tests.support.headquarters import PASSWORD, Headquarters
from tests.support.rounds import Laptop, converged
from tests.sync.test_between_steps import in_conflict, rounds
from tests.sync.test_drafts import PRODUCT, does, undo
from tests.sync.test_inbox import OWNER, act, rejected_contact, take_back
from tests.sync.test_restored import copy_of
from tests.sync.test_units import Make, outside


def signed_in_anew(hq: Headquarters, one: Laptop) -> None:
    """As after the device was signed out at headquarters: a new sign-in, a new device."""
    session = sign_in(hq.address, one.login, PASSWORD, device_name="new")
    with one.database.apply() as connection:
        local_facts.remember(connection, session, 1)
    one.transport.token = session.token
    one.session = session


def answer_lost(one: Laptop) -> None:
    one.transport.lose_push_answer = True
    with pytest.raises(Offline):
        one.sync()


def test_an_order_that_was_sent_is_not_withdrawn_in_silence(hq: Headquarters, laptop: Make) -> None:
    """Headquarters has it, the answer was lost, and the number was taken back with the old device."""
    bo = laptop("bo")
    bo.sync()
    order = bo.place_order()
    answer_lost(bo)
    assert len(hq.table("sales_order", id=order)) == 1
    signed_in_anew(hq, bo)
    with bo.database.read() as connection:
        assert answer(connection, "sales_order", order).sent
        shown = detail(connection, order)
        assert shown is not None and shown.sent
    with suppress(Problem):
        does(bo, orders.cancel, order)
        assert bo.rows("sales_order", id=order)  # not gone as if nobody had ever seen it
    rounds(bo)
    assert bo.waiting() == 0
    (theirs,) = hq.table("sales_order", id=order)
    (ours,) = bo.rows("sales_order", id=order)
    assert ours["status"] == theirs["status"]
    assert theirs["status"] == "cancelled" or bo.inbox()


def test_a_deletion_that_was_not_carried_out_is_not_undone_by_a_second_row(
    hq: Headquarters, laptop: Make
) -> None:
    ann, bo = laptop("ann"), laptop("bo")
    rounds(ann, bo)
    ann.act("UPDATE contact SET phone = 'ann' WHERE name = :name", name=OWNER)
    ann.sync()
    done = does(bo, contacts.remove, bo.row("contact", name=OWNER)["id"])
    bo.sync()
    assert len(bo.rows("contact", name=OWNER)) == 1  # headquarters kept it
    with suppress(Problem):
        undo(bo, done)
    rounds(bo, ann)
    assert len(hq.table("contact", name=OWNER)) == 1
    converged(bo, ann)


def test_taking_back_a_choice_of_fields_does_not_bring_a_deleted_row_back(
    hq: Headquarters, laptop: Make
) -> None:
    ann, bo = laptop("ann"), laptop("bo")
    item = in_conflict(ann, bo)
    act(bo, inbox.decide, item, {"phone": "bo"})
    rounds(bo, ann)
    ann.act("DELETE FROM contact WHERE name = :name", name=OWNER)
    rounds(ann, bo)
    assert bo.rows("contact", name=OWNER) == []
    with suppress(Problem):
        take_back(bo, item)
    rounds(bo, ann)
    assert hq.table("contact", name=OWNER) == []
    converged(bo, ann)


def test_a_deletion_insisted_on_while_the_area_is_away_is_not_forgotten(
    hq: Headquarters, laptop: Make
) -> None:
    ann, bo = laptop("ann"), laptop("bo")
    item = in_conflict(ann, bo, "DELETE FROM contact")
    admin.revoke(hq.database, "bo", ["NORTH"])
    rounds(bo)
    assert bo.rows("contact") == []
    with suppress(Problem):
        act(bo, inbox.delete_again, item)
    rounds(bo)
    admin.grant(hq.database, "bo", ["NORTH"])
    rounds(bo)
    gone = hq.table("contact", name=OWNER) == []
    assert gone or [one["id"] for one in bo.inbox()] == [item["id"]]
    converged(bo)


def test_what_was_given_up_is_taken_back_after_its_area_left(hq: Headquarters, laptop: Make) -> None:
    bo = laptop("bo")
    bo.sync()
    row_id, item = rejected_contact(bo)
    act(bo, inbox.discard, item)
    admin.revoke(hq.database, "bo", ["NORTH"])
    rounds(bo)
    take_back(bo, item)
    rounds(bo)
    assert bo.waiting() == 0
    assert outside(bo) == {}
    admin.grant(hq.database, "bo", ["NORTH"])
    rounds(bo)
    act(bo, inbox.resend, item)
    assert bo.row("contact", id=row_id)["name"] == "Xu Lei"


def test_a_draft_of_a_row_that_was_refused_is_taken_back(hq: Headquarters, laptop: Make) -> None:
    hana = laptop("hana")
    hana.sync()
    product = does(hana, reference.add, "product", PRODUCT).value
    does(hana, reference.publish)
    hq.insert("product", **{**PRODUCT, "name": "Theirs"})
    hana.sync()
    assert [one["kind"] for one in hana.inbox()] == ["rejection"]
    done = does(hana, reference.edit, "product", product, {"sku": "SLIP"})
    undo(hana, done)
    assert hana.row("product", id=product)["sku"] == PRODUCT["sku"]


def test_a_refused_row_does_not_outlive_its_area_in_a_comparison(hq: Headquarters, laptop: Make) -> None:
    bo = laptop("bo")
    bo.sync()
    rejected_contact(bo)
    admin.revoke(hq.database, "bo", ["NORTH"])
    with bo.database.apply() as connection:  # as an epoch, or an old cursor, has it
        connection.exec_driver_sql("DELETE FROM local_state WHERE key = 'cursor'")
    rounds(bo)
    assert outside(bo) == {}
    assert len(bo.inbox()) == 1


def test_the_window_hears_that_a_refused_row_went_in_a_comparison(hq: Headquarters, laptop: Make) -> None:
    bo = laptop("bo")
    bo.sync()
    partner = bo.row("partner", code="P1")["id"]
    bo.insert("promise", partner_id=partner, promised="x", due_on="2026-13-77")
    assert bo.sync().rejected == 1
    admin.revoke(hq.database, "bo", ["NORTH"])
    with bo.database.apply() as connection:
        connection.exec_driver_sql("DELETE FROM local_state WHERE key = 'cursor'")
    told = set()
    for _ in range(2):
        told |= bo.sync().changes
    assert bo.rows("promise") == []
    assert Topic.PROMISES in told


def test_an_order_that_another_copy_sent_is_not_withdrawn_in_silence(hq: Headquarters, laptop: Make) -> None:
    """Both copies hold it; this one was signed in anew, as a profile is whose tokens another copy used."""
    first = laptop("ann")
    first.sync()
    order = first.place_order()
    second = copy_of(first, "second")
    try:
        first.sync()
        assert len(hq.table("sales_order", id=order)) == 1
        signed_in_anew(hq, second)
        with suppress(Problem):
            does(second, orders.cancel, order)
            assert second.rows("sales_order", id=order)
        rounds(second)
        (theirs,) = hq.table("sales_order", id=order)
        (ours,) = second.rows("sales_order", id=order)
        assert ours["status"] == theirs["status"]
        assert theirs["status"] == "cancelled" or second.inbox()
    finally:
        second.database.close()
        second.transport.close()


@pytest.mark.parametrize("first", ["contact", "partner"])
def test_a_refused_partner_and_its_contact_given_up_and_taken_back(
    hq: Headquarters, laptop: Make, first: str
) -> None:
    bo = laptop("bo")
    bo.sync()
    partner, contact = new_id(), new_id()
    made = [
        "INSERT INTO partner (id, code, name, territory_id, currency) VALUES (:p, 'P1', 'Twice', :t, 'CNY')",
        "INSERT INTO contact (id, partner_id, name) VALUES (:c, :p, 'Xu Lei')",
    ]
    north = bo.row("partner", code="P1")["territory_id"]
    bo.act(*(made if first == "partner" else reversed(made)), p=partner, c=contact, t=north)
    assert bo.sync().rejected == 1
    (item,) = bo.inbox()
    act(bo, inbox.discard, item)
    assert bo.rows("contact", id=contact) == []
    take_back(bo, item)
    assert bo.rows("partner", id=partner)
    assert bo.rows("contact", id=contact)


@pytest.mark.parametrize("how", ["deleted", "revoked", "nothing"])
@pytest.mark.parametrize("decided", [False, True])
def test_a_conflict_is_noted_once_though_its_answer_is_told_again(
    hq: Headquarters, laptop: Make, how: str, decided: bool
) -> None:
    ann, bo = laptop("ann"), laptop("bo")
    item = in_conflict(ann, bo)
    if decided:
        act(bo, inbox.decide, item, {"phone": "bo"})
    rounds(bo, ann)
    if how == "deleted":
        ann.act("DELETE FROM contact WHERE name = :name", name=OWNER)
    elif how == "revoked":
        admin.revoke(hq.database, "bo", ["NORTH"])
    rounds(ann, bo)
    before = [one["id"] for one in bo.inbox()]
    restore = hq.backup()
    restore()
    rounds(bo)
    assert [one["id"] for one in bo.inbox()] == before
