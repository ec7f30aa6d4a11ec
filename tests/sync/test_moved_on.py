"""Decisions, undo and areas after things moved on: answered, deleted, taken away or refused meanwhile."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import pytest

from channeldesk.actions import contacts, orders, reference
from channeldesk.hq import admin
from channeldesk.model.notice import Problem
from channeldesk.queries.orders import detail
from channeldesk.queries.status import answer
from channeldesk.sync import inbox, local_facts
from channeldesk.sync.session import sign_in
from channeldesk.sync.transport import Offline
from channeldesk.wire.stream import StreamWriter, read_stream
from tests.support.headquarters import PASSWORD, Headquarters
from tests.support.rounds import Laptop, converged
from tests.sync.test_between_steps import in_conflict, rounds
from tests.sync.test_drafts import PRODUCT, does, undo
from tests.sync.test_inbox import OWNER, act, rejected_contact, take_back
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


def test_what_could_not_be_stored_of_an_area_goes_with_it(hq: Headquarters, laptop: Make) -> None:
    bo = laptop("bo")
    bo.sync()
    hq.execute("UPDATE contact SET email = 'new@b.cn' WHERE name = :name", {"name": OWNER})
    right = bo.transport.inner.pull

    def garbled(request: Mapping[str, Any]) -> Iterator[bytes]:
        writer = StreamWriter()
        for message in read_stream(right(request)):
            if message["t"] == "rows" and message["entity"] == "contact":
                message["rows"] = [
                    [7 if one == "new@b.cn" else one for one in row] for row in message["rows"]
                ]
            yield writer.end(message["cursor"]) if message["t"] == "end" else writer.line(message)

    bo.transport.inner.pull = garbled  # type: ignore[method-assign]
    assert bo.sync().set_aside == 1
    bo.transport.inner.pull = right  # type: ignore[method-assign]
    admin.revoke(hq.database, "bo", ["NORTH"])
    rounds(bo)
    assert bo.rows("contact") == []
    with bo.database.read() as connection:
        texts = connection.exec_driver_sql("SELECT mutations FROM inbox").scalars().all()
    assert not any(OWNER in text for text in texts)
