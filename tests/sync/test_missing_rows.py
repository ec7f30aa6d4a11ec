"""Rows that headquarters lacks, or has again, while their edits wait, are given up or answered once more."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from channeldesk.hq import retention, sequencer
from channeldesk.sync import inbox
from channeldesk.sync.transport import Offline
from tests.support.headquarters import Headquarters
from tests.support.rounds import Laptop, converged
from tests.sync.test_restored import delete
from tests.sync.test_waiting import pulled

Make = Callable[..., Laptop]


def test_a_row_made_again_and_unmade_while_a_restored_headquarters_has_it_goes_there_too(
    hq: Headquarters, laptop: Make
) -> None:
    bo = laptop()
    bo.sync()
    restore = hq.backup()
    contact = bo.row("contact", name="Owner of Hengtai")
    bo.act("UPDATE contact SET email = 'mine' WHERE id = :id", id=contact["id"])
    delete(hq, "Owner of Hengtai")
    bo.sync()
    (item,) = bo.inbox()
    with bo.database.write() as connection:
        inbox.decide(connection, bytes(item["id"]), {"email": "mine"}, 1)
    restore()
    one = bo.round()
    for step in one.steps():
        if step.name == "greeted":
            break
    list(pulled(bo))
    assert bo.row("contact", id=contact["id"])["email"] == "mine"
    bo.act("DELETE FROM contact WHERE id = :id", id=contact["id"])
    bo.sync()
    settled = hq.table("contact", name="Owner of Hengtai") == [] or len(bo.inbox()) == 1
    assert settled
    assert bo.waiting() == 0
    converged(bo)


def test_a_row_that_a_restored_headquarters_lacks_goes_when_its_entries_are_given_up(
    hq: Headquarters, laptop: Make
) -> None:
    """Made, sent, deleted and made again by somebody who may no longer write."""
    bo = laptop()
    bo.sync()
    restore = hq.backup()
    draft = bo.insert("draft", user_id=bo.session.user_id, draft_kind="count", body="{}")
    bo.sync()
    columns = bo.row("draft", id=draft)
    bo.act("DELETE FROM draft WHERE id = :id", id=draft)
    bo.insert("draft", **{name: columns[name] for name in ("id", "user_id", "draft_kind", "body")})
    hq.execute("UPDATE app_user SET role_code = 'viewer' WHERE login = 'bo'")
    bo.sync()
    assert [item["kind"] for item in bo.inbox()] == ["rejection", "rejection"]
    restore()
    bo.sync()
    assert len(bo.rows("draft", id=draft)) == 1
    before = bo.waiting()
    items = bo.inbox()
    for item in items:
        with bo.database.write() as connection:
            inbox.discard(connection, bytes(item["id"]), now_ms=0)
    assert (bo.rows("draft", id=draft), bo.waiting(), bo.inbox()) == ([], 0, [])
    with bo.database.write() as connection:
        inbox.take_back(connection, bytes(items[-1]["id"]))
    assert (len(bo.rows("draft", id=draft)), bo.waiting()) == (1, before)
    with bo.database.write() as connection:
        inbox.discard(connection, bytes(items[-1]["id"]), now_ms=0)
    bo.sync()
    assert bo.rows("draft", id=draft) == [] == hq.table("draft")
    converged(bo, entities=("draft", "contact"))


@pytest.mark.parametrize("refused", [False, True])
def test_an_answer_given_again_does_not_bring_back_what_a_comparison_missed(
    hq: Headquarters, laptop: Make, refused: bool
) -> None:
    bo = laptop()
    bo.sync()
    bo.act("UPDATE contact SET phone = '5' WHERE name = 'Owner of Hengtai'")
    role = "UPDATE app_user SET role_code = :role WHERE login = 'bo'"
    if refused:
        hq.execute(role, {"role": "viewer"})
    bo.transport.lose_push_answer = True
    with pytest.raises(Offline):
        bo.sync()
    hq.execute("UPDATE contact SET deleted = 1 WHERE name = 'Owner of Hengtai'")
    laptop("ann").sync()
    retention.prune(hq.database, hq.now_ms() + 200 * 86_400_000)
    retention.prune(hq.database, hq.now_ms() + 400 * 86_400_000)
    list(pulled(bo))
    assert len(bo.rows("contact", name="Owner of Hengtai")) == 1, "its edit waits"
    bo.sync()
    assert bo.rows("contact", name="Owner of Hengtai") == []
    assert (bo.waiting(), len(bo.inbox())) == (0, int(refused))
    converged(bo, entities=("contact", "promise"))  # of the partner a viewer does not see everything


def test_a_row_moved_long_ago_and_deleted_now_is_not_forgotten_yet(hq: Headquarters, laptop: Make) -> None:
    ann = laptop("ann")
    ann.sync()
    move = "UPDATE contact SET partner_id = (SELECT id FROM partner WHERE code = 'P2') WHERE name = :name"
    with hq.database.write() as connection:
        connection.execute(sa.text(move), {"name": "Owner of Hengtai"})
        sequencer.drain(connection, hq.now_ms() - 200 * retention.DAY_MS)
    ann.sync()
    ann.act("DELETE FROM contact WHERE name = 'Owner of Hengtai'")
    ann.sync()
    retention.prune(hq.database, hq.now_ms())
    with hq.database.snapshot() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM contact WHERE deleted = 1").scalar() == 1
