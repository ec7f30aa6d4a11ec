"""The inbox where areas come and go, and what could not be stored is fetched again."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.hq import admin
from channeldesk.model.ids import new_id
from channeldesk.model.local import inbox as items
from channeldesk.model.notice import Notice, Problem
from channeldesk.sync import inbox
from channeldesk.wire.stream import StreamWriter, read_stream
from tests.support.headquarters import Headquarters
from tests.support.rounds import Laptop, converged
from tests.sync.test_inbox import OWNER, act, conflict, state, take_back

Make = Callable[..., Laptop]


def test_work_of_a_revoked_area_is_sent_again_once_the_area_is_back(hq: Headquarters, laptop: Make) -> None:
    bo = laptop()
    bo.sync()
    order = bo.place_order(code="P2")
    contact = bo.insert("contact", partner_id=bo.row("partner", code="P1")["id"], name="Made offline")
    bo.act("UPDATE contact SET phone = '777' WHERE name = :name", name=OWNER)
    admin.revoke(hq.database, "bo", ["NORTH"])
    bo.sync()
    assert bo.rows("contact") == bo.rows("sales_order") == []
    kept = bo.inbox()
    before = state(bo)
    for item in kept:
        act(bo, inbox.discard, item)
    for item in kept:
        take_back(bo, item)
    assert state(bo) == before

    admin.grant(hq.database, "bo", ["NORTH"])
    bo.sync()
    for item in kept:
        act(bo, inbox.resend, item)
    bo.sync()
    assert bo.inbox() == []
    assert hq.table("sales_order", id=order)[0]["status"] == "accepted"
    assert len(hq.table("order_line", order_id=order)) == 1
    assert hq.table("contact", id=contact)[0]["name"] == "Made offline"
    assert hq.table("contact", name=OWNER)[0]["phone"] == "777"
    converged(bo, entities=("partner", "contact", "sales_order", "order_line"))


def test_sent_again_too_early_it_is_in_the_inbox_once_more(hq: Headquarters, laptop: Make) -> None:
    bo = laptop()
    bo.sync()
    contact = bo.insert("contact", partner_id=bo.row("partner", code="P1")["id"], name="Made offline")
    admin.revoke(hq.database, "bo", ["NORTH"])
    bo.sync()
    (item,) = bo.inbox()
    act(bo, inbox.resend, item)
    bo.sync()
    (again,) = bo.inbox()
    assert json.loads(again["mutations"])[0]["set"]["name"] == "Made offline"
    assert bo.rows("contact", id=contact) == []
    assert bo.waiting() == 0


def test_what_could_not_be_stored_is_fetched_again_on_demand(hq: Headquarters, laptop: Make) -> None:
    bo = laptop()
    bo.sync()
    hq.execute("UPDATE contact SET email = 'new@b.cn' WHERE name = :name", {"name": OWNER})
    right = bo.transport.inner.pull

    def garbled(request: Mapping[str, Any]) -> Iterator[bytes]:
        """The address becomes a number on its way, as a defect would have it."""
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
    bo.sync()
    (item,) = bo.inbox()
    with bo.database.write() as connection:
        inbox.fetch_again(connection, bytes(item["id"]))
    bo.sync()
    assert bo.inbox() == []
    assert bo.row("contact", name=OWNER)["email"] == "new@b.cn"
    converged(bo)


def test_a_conflict_of_a_row_that_left_is_closed_with_theirs(hq: Headquarters, laptop: Make) -> None:
    ann, bo = laptop("ann"), laptop("bo")
    item = conflict(ann, bo)
    admin.revoke(hq.database, "bo", ["NORTH"])
    bo.sync()
    with pytest.raises(Problem) as caught:
        act(bo, inbox.decide, item, {"phone": "bo"}, how="mine")
    assert caught.value.notice.code == "inbox.not_recreated"
    act(bo, inbox.decide, item, {"phone": "ann"}, how="theirs")
    assert bo.inbox() == []
    assert bo.waiting() == 0
    take_back(bo, item)
    assert len(bo.inbox()) == 1


def test_giving_up_what_headquarters_has_all_the_same_shows_its_version(
    hq: Headquarters, laptop: Make
) -> None:
    """A row made twice: the second time was refused, the first one stands, edits of it waited."""
    bo = laptop()
    bo.sync()
    contact = bytes(bo.row("contact", name=OWNER)["id"])
    sent = {"entity": "contact", "id": contact.hex(), "op": "insert", "base": {}, "set": {"name": OWNER}}
    values = {
        "id": new_id(),
        "kind": "rejection",
        "state": "open",
        "entity": "contact",
        "row_id": contact,
        "notice": json.dumps(Notice("sync.not_allowed").to_wire()),
        "fields": "[]",
        "mutations": json.dumps([sent]),
        "recorded_at": 1,
    }
    with bo.database.apply() as connection:
        connection.execute(sa.insert(items).values(values))
    bo.act("UPDATE contact SET phone = 'later' WHERE id = :id", id=contact)
    (item,) = bo.inbox()
    before = state(bo)
    act(bo, inbox.discard, item)
    assert bo.row("contact", id=contact)["phone"] == "1"
    assert (bo.waiting(), state(bo)["shadow"]) == (0, [])
    take_back(bo, item)
    assert state(bo) == before


def test_giving_up_edits_of_a_unit_that_went_meanwhile_leaves_nothing(hq: Headquarters, laptop: Make) -> None:
    """The edit waited behind a rejected partner while its own partner's territory was taken away."""
    ann = laptop("ann")
    ann.sync()
    territory = ann.row("territory", code="SOUTH")["id"]
    new = ann.insert("partner", code="P1", name="Taken", territory_id=territory, currency="CNY")
    ann.sync()
    (item,) = ann.inbox()
    ann.act("UPDATE contact SET partner_id = :new, phone = 'mine' WHERE name = :name", new=new, name=OWNER)
    admin.revoke(hq.database, "ann", ["NORTH"])
    ann.sync()
    assert ann.row("contact", name=OWNER)["phone"] == "mine"
    act(ann, inbox.discard, item, waiting_too=True)
    assert ann.rows("contact", name=OWNER) == []
    assert ann.waiting() == 0
    ann.sync()
    converged(ann)
    take_back(ann, item)
    assert ann.waiting() == 1
    act(ann, inbox.discard, item)  # without what waits behind it: that is sent, and refused by itself
    ann.sync()
    (left,) = ann.inbox()
    assert '"phone":"mine"' in left["mutations"]
    assert ann.waiting() == 0
    converged(ann)
