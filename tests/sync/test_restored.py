"""When headquarters or a profile was restored or copied, and when a laptop was away too long."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.hq import retention
from channeldesk.store.database import Database
from channeldesk.sync import inbox
from channeldesk.sync.engine import Round
from channeldesk.wire.stream import StreamWriter, read_stream
from tests.support import laptop as files
from tests.support.headquarters import Headquarters
from tests.support.rounds import Laptop, converged

Make = Callable[..., Laptop]
DAY = 24 * 3600 * 1000


def delete(hq: Headquarters, name: str) -> None:
    hq.execute(sa.text("UPDATE contact SET deleted = 1 WHERE name = :name"), {"name": name})


def test_case_21_a_deletion_stands_and_the_edit_can_be_made_again(hq: Headquarters, laptop: Make) -> None:

    bo, ann = laptop("bo"), laptop("ann")
    bo.sync()
    ann.sync()
    bo.act("UPDATE contact SET phone = '42' WHERE name = 'Owner of Hengtai'")
    delete(hq, "Owner of Hengtai")
    bo.sync()
    assert [row["name"] for row in bo.rows("contact")] == ["Owner of Qianjiang"]
    (item,) = bo.inbox()
    assert (item["kind"], item["entity"]) == ("conflict", "contact")
    assert "sync.row_deleted" in item["notice"]
    assert '"phone":"42"' in item["mutations"]
    with bo.database.write() as connection:
        inbox.decide(connection, item["id"], {"phone": "42"}, 1)
    for one in (bo, ann):
        one.sync()
    (again,) = hq.table("contact", name="Owner of Hengtai")
    assert again["phone"] == "42"
    converged(bo, ann)


def test_case_22_a_deleted_row_that_was_edited_is_a_conflict_and_deleting_twice_is_none(
    hq: Headquarters, laptop: Make
) -> None:
    bo, ann = laptop("bo"), laptop("ann")
    bo.sync()
    ann.sync()
    bo.act("DELETE FROM contact WHERE name = 'Owner of Hengtai'")
    hq.execute("UPDATE contact SET phone = '999' WHERE name = 'Owner of Hengtai'")
    bo.sync()
    assert bo.row("contact", name="Owner of Hengtai")["phone"] == "999"
    assert [item["kind"] for item in bo.inbox()] == ["conflict"]
    assert len(hq.table("contact", name="Owner of Hengtai")) == 1
    for one in (bo, ann):
        one.act("DELETE FROM contact WHERE name = 'Owner of Qianjiang'")
    for one in (bo, ann, bo):
        one.sync()
    assert hq.table("contact", name="Owner of Qianjiang") == []
    assert len(bo.inbox()) == 1
    assert ann.inbox() == []
    converged(bo, ann)


def test_case_25_a_business_key_can_be_used_again_after_a_deletion(hq: Headquarters, laptop: Make) -> None:
    bo, ann = laptop("bo"), laptop("ann")
    bo.sync()
    ann.sync()
    old = bo.row("partner", code="P2")
    bo.act("DELETE FROM contact WHERE partner_id = :id", "DELETE FROM partner WHERE id = :id", id=old["id"])
    new = bo.insert(
        "partner", code="P2", name="Second life", territory_id=old["territory_id"], currency="CNY"
    )
    bo.insert("contact", partner_id=new, name="New owner")
    for one in (bo, ann, bo):
        one.sync()
    assert bo.inbox() == []
    for one in (bo, ann):
        assert (bytes(one.row("partner", code="P2")["id"]), one.row("partner", code="P2")["name"]) == (
            new,
            "Second life",
        )
    assert bytes(hq.table("partner", code="P2")[0]["id"]) == new
    converged(bo, ann)


def test_case_26_away_longer_than_deletions_are_remembered(hq: Headquarters, laptop: Make) -> None:
    bo, ann = laptop("bo"), laptop("ann")
    for name in ("clean", "edited", "kept"):
        hq.insert("contact", partner_id=hq.id_of("partner", code="P1"), name=name, phone="1")
    bo.sync()
    bo.act("UPDATE contact SET phone = '2' WHERE name = 'edited'")
    bo.act("UPDATE contact SET email = 'x@y.cn' WHERE name = 'kept'")
    new = bo.insert("contact", partner_id=bo.row("partner", code="P1")["id"], name="made offline")
    delete(hq, "clean")
    delete(hq, "edited")
    ann.sync()
    pruned = retention.prune(hq.database, hq.now_ms() + 200 * DAY)
    assert (pruned.rows, pruned.oldest) == (2, 0)  # that they are gone is told for another while
    assert retention.prune(hq.database, hq.now_ms() + 400 * DAY).oldest > 0

    result = bo.sync()
    ann.sync()

    assert result.mode == "backfill"
    assert {row["name"] for row in bo.rows("contact")} == {
        "kept",
        "made offline",
        "Owner of Hengtai",
        "Owner of Qianjiang",
    }
    assert bo.waiting() == 0
    (item,) = bo.inbox()
    assert '"phone":"2"' in item["mutations"]
    assert {row["name"] for row in hq.table("contact")} & {"clean", "edited"} == set()
    assert hq.table("contact", name="kept")[0]["email"] == "x@y.cn"
    assert bytes(hq.table("contact", name="made offline")[0]["id"]) == new
    converged(bo, ann)
    assert (bo.sync().pulled, ann.sync().pulled) == (0, 0)


def test_case_33_a_restored_headquarters_gets_back_what_it_lost(hq: Headquarters, laptop: Make) -> None:
    bo, ann = laptop("bo"), laptop("ann")
    bo.sync()
    ann.sync()
    bo.act("UPDATE contact SET phone = 'before' WHERE name = 'Owner of Hengtai'")
    bo.sync()
    restore = hq.backup()
    order = bo.place_order()
    bo.act("UPDATE contact SET phone = 'after' WHERE name = 'Owner of Hengtai'")
    bo.act("UPDATE promise SET postponed = postponed")  # nothing: no row, no mutation
    bo.sync()
    bo.act("DELETE FROM contact WHERE name = 'Owner of Qianjiang'")
    bo.sync()
    ann.sync()
    hq.insert("contact", partner_id=hq.id_of("partner", code="P1"), name="lost with the backup")
    ann.sync()
    ann.act("UPDATE contact SET email = 'waiting' WHERE name = 'Owner of Oujiang'")
    assert len(ann.rows("contact")) == 3

    epoch = restore()
    result = bo.sync()
    ann.sync()
    bo.sync()

    assert [notice.code for notice in result.notices] == ["sync.epoch"]
    (at_hq,) = hq.table("sales_order")
    assert (bytes(at_hq["id"]), at_hq["status"]) == (order, "accepted")
    assert len(hq.table("order_line")) == 1
    assert hq.table("contact", name="Owner of Hengtai")[0]["phone"] == "after"
    assert hq.table("contact", name="Owner of Qianjiang") == []
    assert hq.table("contact", name="Owner of Oujiang")[0]["email"] == "waiting"
    assert [row["name"] for row in ann.rows("contact")] == ["Owner of Hengtai", "Owner of Oujiang"]
    assert bo.inbox() == ann.inbox() == []
    assert bo.waiting() == ann.waiting() == 0
    assert bo.transport.hello()["epoch"] == epoch
    converged(bo, ann, entities=("partner", "contact", "sales_order", "order_line"))
    assert bo.sync().notices == []


def test_case_33_what_of_an_edit_was_taken_is_sent_again_though_the_row_left(
    hq: Headquarters, laptop: Make
) -> None:
    """The edit moved the partner out of its sender's area, and met another's edit of one field."""
    bo = laptop("bo")
    bo.sync()
    hq.execute("UPDATE partner SET payment_days = 30 WHERE code = 'P1'")
    restore = hq.backup()
    south = hq.id_of("territory", code="SOUTH")
    bo.act("UPDATE partner SET territory_id = :south, payment_days = 60 WHERE code = 'P1'", south=south)
    bo.sync()
    (item,) = bo.inbox()
    assert item["kind"] == "conflict"
    assert bytes(hq.table("partner", code="P1")[0]["territory_id"]) == south
    restore()
    bo.sync()
    assert bytes(hq.table("partner", code="P1")[0]["territory_id"]) == south
    assert hq.table("partner", code="P1")[0]["payment_days"] == 30
    assert [one["id"] for one in bo.inbox()] == [item["id"]]
    converged(bo)


def test_case_33_restored_twice_with_an_unanswered_push(hq: Headquarters, laptop: Make) -> None:
    bo = laptop("bo")
    bo.sync()
    restore = hq.backup()
    bo.act("UPDATE contact SET phone = '1a' WHERE name = 'Owner of Hengtai'")
    bo.sync()
    bo.transport.lose_push_answer = True
    bo.act("UPDATE contact SET note = 'lost answer' WHERE name = 'Owner of Hengtai'")
    with pytest.raises(Exception, match=r"connection broke|arrived"):
        bo.sync()
    restore()
    bo.act("UPDATE contact SET email = 'third' WHERE name = 'Owner of Hengtai'")
    bo.sync()
    (row,) = hq.table("contact", name="Owner of Hengtai")
    assert (row["phone"], row["note"], row["email"]) == ("1a", "lost answer", "third")
    assert bo.waiting() == 0
    converged(bo)


def copy_of(one: Laptop, name: str) -> Laptop:
    """Another computer with a copy of the profile's files and the same token."""
    one.database.close()
    twin = object.__new__(Laptop)
    twin.__dict__.update(one.__dict__)
    twin.path = one.path.parent / f"{name}.db"
    shutil.copyfile(one.path, twin.path)
    for suffix in ("-wal", "-shm"):
        beside = one.path.with_name(one.path.name + suffix)
        if beside.exists():
            shutil.copyfile(beside, twin.path.with_name(twin.path.name + suffix))
    one.reopen()
    from channeldesk.sync.transport import HttpTransport
    from tests.support.rounds import Faulty

    twin.database = Database.open(twin.path, files.KEY)
    twin.transport = Faulty(HttpTransport(one.hq.address, one.session.token))
    return twin


def test_case_34_a_copied_profile_is_noticed_and_nothing_is_dropped(hq: Headquarters, laptop: Make) -> None:
    first = laptop("ann")
    first.sync()
    partner = first.row("partner", code="P1")["id"]
    first.insert("promise", partner_id=partner, promised="rack", due_on="2026-12-01")
    first.sync()
    first.act("UPDATE promise SET postponed = postponed + 1")
    first.act("UPDATE contact SET note = 'shared' WHERE name = 'Owner of Hengtai'")
    second = copy_of(first, "second")
    first.act("UPDATE contact SET note = 'shared, then first' WHERE name = 'Owner of Hengtai'")
    first.act("UPDATE contact SET phone = 'first' WHERE name = 'Owner of Qianjiang'")
    second.act("UPDATE contact SET email = 'second' WHERE name = 'Owner of Qianjiang'")
    second.act("UPDATE contact SET email = 'second too' WHERE name = 'Owner of Hengtai'")
    order = second.place_order()
    notices = []
    for _ in range(3):
        for one in (first, second):
            notices += [notice.code for notice in one.sync().notices]
    assert "sync.device_renewed" in notices
    assert len(notices) <= 2
    assert len({one.transport.hello()["device"]["id"] for one in (first, second)}) == 2
    (hengtai,) = hq.table("contact", name="Owner of Hengtai")
    (qianjiang,) = hq.table("contact", name="Owner of Qianjiang")
    assert (qianjiang["phone"], qianjiang["email"]) == ("first", "second")
    assert hengtai["email"] == "second too"
    assert hq.table("promise")[0]["postponed"] == 1
    assert [bytes(row["id"]) for row in hq.table("sales_order")] == [order]
    assert first.waiting() == second.waiting() == 0
    converged(first, second)
    first.act("UPDATE contact SET phone = 'goes on' WHERE name = 'Owner of Hengtai'")
    first.sync()
    second.sync()
    assert second.row("contact", name="Owner of Hengtai")["phone"] == "goes on"
    second.database.close()
    second.transport.close()


def test_a_profile_restored_from_an_older_copy_goes_on_as_another_device(
    hq: Headquarters, laptop: Make
) -> None:
    bo = laptop("bo")
    bo.sync()
    bo.act("UPDATE contact SET phone = 'waits' WHERE name = 'Owner of Hengtai'")
    older = copy_of(bo, "older")
    bo.act("UPDATE contact SET note = 'sent meanwhile' WHERE name = 'Owner of Qianjiang'")
    bo.place_order()
    bo.sync()
    result = older.sync()
    assert [notice.code for notice in result.notices] == ["sync.device_renewed"]
    assert older.waiting() == 0
    assert older.inbox() == []
    assert older.row("contact", name="Owner of Qianjiang")["note"] == "sent meanwhile"
    assert len(hq.table("sales_order")) == 1
    converged(bo, older, entities=("partner", "contact", "sales_order", "order_line"))
    older.database.close()
    older.transport.close()


def test_a_transaction_that_is_too_large_stands_in_the_inbox_and_blocks_nothing(
    hq: Headquarters, laptop: Make
) -> None:
    bo = laptop("bo")
    bo.sync()
    bo.act("UPDATE contact SET note = :note WHERE name = 'Owner of Hengtai'", note="x" * 4_100_000)
    bo.act("UPDATE contact SET phone = 'small' WHERE name = 'Owner of Qianjiang'")
    bo.sync()
    assert hq.table("contact", name="Owner of Qianjiang")[0]["phone"] == "small"
    (item,) = bo.inbox()
    assert "request.too_large" in item["notice"]
    assert len(item["mutations"]) > 4_000_000
    assert bo.waiting() == 0
    assert bo.sync().finished


def test_a_deletion_notices_custom_fields_that_others_added(hq: Headquarters, laptop: Make) -> None:
    bo = laptop("bo")
    bo.sync()
    bo.act("DELETE FROM partner WHERE code = 'P1'")
    hq.execute("""UPDATE partner SET custom = '{"k2":"x"}' WHERE code = 'P1'""")
    bo.sync()
    assert [row["code"] for row in bo.rows("partner")] == ["P1", "P2"]
    assert [item["kind"] for item in bo.inbox()] == ["conflict"]


def test_what_a_restored_headquarters_refuses_is_no_longer_its_row(hq: Headquarters, laptop: Make) -> None:
    bo = laptop("bo")
    bo.sync()
    restore = hq.backup()
    order = bo.place_order()
    bo.sync()
    restore()
    hq.execute("UPDATE product SET active = 0 WHERE sku = 'DR-18'")
    bo.sync()
    assert hq.table("sales_order") == []
    assert [item["kind"] for item in bo.inbox()] == ["rejection"]
    assert bo.row("sales_order", id=order)["rv"] == 0
    restore = hq.backup()
    restore()
    assert Round(bo.database, bo.transport, check=True).run().checked == 0
    bo.sync()
    assert bo.row("sales_order", id=order)["rv"] == 0
    assert len(bo.inbox()) == 1


@pytest.mark.parametrize("edited", [False, True])
def test_what_cannot_be_stored_while_comparing_gives_way_to_the_next_version(
    hq: Headquarters, laptop: Make, edited: bool
) -> None:
    """The laptop's version is newer than any that the restored headquarters will give for long."""
    bo = laptop()
    bo.sync()
    restore = hq.backup()
    for number in range(20):
        hq.execute("UPDATE contact SET phone = :phone", {"phone": str(number)})
        bo.sync()
    restore()
    whole = bo.transport.inner.pull

    def garbled(request: Mapping[str, Any]) -> Iterator[bytes]:
        if edited:  # after the push of this round
            bo.act("UPDATE contact SET email = 'mine' WHERE name = 'Owner of Hengtai'")
        writer = StreamWriter()
        for message in read_stream(whole(request)):
            for row in message["rows"] if message["t"] == "rows" else ():
                row[:] = [7 if value == "Owner of Hengtai" else value for value in row]
            ends = {"mark": writer.mark, "end": partial(writer.end, filled=True)}
            proven = ends.get(message["t"])
            yield proven(message["cursor"]) if proven else writer.line(message)

    bo.transport.inner.pull = garbled  # type: ignore[method-assign]
    assert bo.sync().set_aside == 1
    bo.transport.inner.pull = whole  # type: ignore[method-assign]
    assert len(bo.rows("contact")) == 2
    hq.execute("UPDATE contact SET job_title = 'mended' WHERE name = 'Owner of Hengtai'")
    bo.sync()
    assert bo.row("contact", name="Owner of Hengtai")["job_title"] == "mended"
    assert hq.table("contact", name="Owner of Hengtai")[0]["email"] == ("mine" if edited else "a@b.cn")
    assert bo.inbox() == []
    converged(bo)


@pytest.mark.parametrize("step", ["pull started", "marked"])
def test_an_edit_to_a_partner_made_here_that_is_taken_back_while_comparing_loses_no_row(
    hq: Headquarters, laptop: Make, step: str
) -> None:
    """While the edit stands, the row belongs to a partner that headquarters does not know."""
    bo = laptop()
    bo.sync()
    hq.backup()()
    contact = bo.row("contact", name="Owner of Hengtai")
    move = "UPDATE contact SET partner_id = :partner WHERE id = :id"
    territory, made = bo.row("partner", code="P1")["territory_id"], None
    for one in bo.round().steps():
        if one.name == step and made is None:
            made = bo.insert("partner", code="N1", name="New", territory_id=territory, currency="CNY")
            bo.act(move, partner=made, id=contact["id"])
    assert made is not None
    bo.act(move, partner=contact["partner_id"], id=contact["id"])
    bo.sync()
    assert len(bo.rows("contact")) == 2
    converged(bo)
