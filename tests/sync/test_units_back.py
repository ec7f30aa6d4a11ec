"""Units that are away for a moment and back before the laptop hears of it, on both databases."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
import pytest

from channeldesk.hq import admin, retention
from channeldesk.model.notice import Notice
from channeldesk.sync import inbox
from channeldesk.sync.transport import Offline
from tests.support.headquarters import Headquarters
from tests.support.rounds import converged
from tests.sync.test_units import Make, codes, move, states


def test_an_answer_given_again_does_not_take_away_what_came_back(hq: Headquarters, laptop: Make) -> None:
    bo = laptop("bo")
    bo.sync()
    south = hq.id_of("territory", code="SOUTH")
    bo.act("UPDATE contact SET phone = '5' WHERE name = 'Owner of Hengtai'")
    bo.act("UPDATE partner SET territory_id = :south WHERE code = 'P1'", south=south)
    bo.transport.lose_push_answer = True
    with pytest.raises(Offline):
        bo.sync()
    assert hq.table("contact", name="Owner of Hengtai")[0]["phone"] == "5"
    move(hq, "P1", "NORTH")
    bo.sync()
    bo.sync()
    assert codes(bo) == ["P1", "P2"]
    assert bo.row("contact", name="Owner of Hengtai")["phone"] == "5"
    assert bo.waiting() == 0
    converged(bo)


def test_a_refusal_while_a_unit_was_away_for_a_moment_loses_no_row(hq: Headquarters, laptop: Make) -> None:
    bo = laptop("bo")
    bo.sync()
    bo.act("UPDATE contact SET phone = '1a' WHERE name = 'Owner of Hengtai'")
    admin.revoke(hq.database, "bo", ["NORTH"])
    for step in bo.round().steps():
        if step.name == "settled":
            break
    admin.grant(hq.database, "bo", ["NORTH"])
    bo.sync()
    assert [item["kind"] for item in bo.inbox()] == ["rejection"]
    assert codes(bo) == ["P1", "P2"]
    assert states(bo) == {"complete"}
    converged(bo)


def test_a_conflict_while_a_unit_was_away_for_a_moment_loses_no_row(hq: Headquarters, laptop: Make) -> None:
    """Headquarters' version stands, and is hidden when it answers: no later change tells the row again."""
    bo, hana = laptop("bo"), laptop("hana")
    bo.sync()
    p1 = hq.id_of("partner", code="P1")
    row_id = bo.insert("promise", partner_id=p1, promised="samples", due_on="2026-12-01", postponed=0)
    bo.sync()
    hana.sync()
    hana.act("UPDATE promise SET due_on = '2027-01-01'")
    hana.sync()
    for step in bo.round().steps():
        if step.name == "pull started":
            bo.act("UPDATE promise SET due_on = '2027-02-01'")
    bo.act(
        "UPDATE partner SET territory_id = :south WHERE code = 'P1'",
        south=hq.id_of("territory", code="SOUTH"),
    )
    for step in bo.round().steps():
        if step.name == "settled":
            break
    move(hq, "P1", "NORTH")
    bo.sync()
    hana.sync()
    assert codes(bo) == ["P1", "P2"]
    assert bo.row("promise", id=row_id)["due_on"] == "2027-01-01"
    assert states(bo) == {"complete"}
    converged(bo, hana)


def test_a_unit_that_is_back_before_all_of_it_went_is_whole_again(hq: Headquarters, laptop: Make) -> None:
    ann = laptop("ann")
    ann.sync()
    admin.revoke(hq.database, "ann", ["NORTH"])
    for step in ann.round().steps():
        if step.name == "dropped":
            break
    admin.grant(hq.database, "ann", ["NORTH"])
    ann.sync()
    assert codes(ann) == ["P1", "P2", "P3"]
    assert states(ann) == {"complete"}
    assert len(ann.rows("contact")) == 3
    converged(ann)


def test_a_unit_that_is_back_after_all_of_it_went_is_whole_again(hq: Headquarters, laptop: Make) -> None:
    """The answer that took it away was cut before its first mark, so the cursor is the one with the unit."""
    ann = laptop("ann")
    ann.sync()
    admin.revoke(hq.database, "ann", ["NORTH"])
    pull = ann.transport.pull

    def cut(request: Mapping[str, Any]) -> Iterator[bytes]:
        lines = b"".join(pull(request)).splitlines(keepends=True)
        for line in lines:
            yield line
            if orjson.loads(line).get("drop"):
                raise Offline(Notice("sync.connection_lost"))

    ann.transport.pull = cut  # type: ignore[method-assign]
    with pytest.raises(Offline):
        ann.sync()
    assert codes(ann) == ["P3"]
    ann.transport.pull = pull  # type: ignore[method-assign]
    admin.grant(hq.database, "ann", ["NORTH"])
    ann.sync()
    assert codes(ann) == ["P1", "P2", "P3"]
    assert states(ann) == {"complete"}
    converged(ann)


def test_an_edit_that_waits_while_its_unit_goes_and_its_row_is_deleted_leaves_nothing(
    hq: Headquarters, laptop: Make
) -> None:
    """Headquarters keeps the row, as a contact points at it, but no longer knows its version: it says 0."""
    bo = laptop("bo")
    bo.sync()
    move(hq, "P1", "SOUTH")
    hq.execute("UPDATE partner SET deleted = 1 WHERE code = 'P1'")
    for step in bo.round().steps():
        if step.name == "pull started":
            bo.act("UPDATE partner SET city = 'x' WHERE code = 'P1'")
        if step.name == "dropped":
            retention.prune(hq.database, hq.now_ms() + 1, days=0)
            admin.grant(hq.database, "bo", ["SOUTH"])
    bo.sync()
    assert bo.waiting() == 0
    assert "P1" not in codes(bo)
    assert [item["kind"] for item in bo.inbox()] == ["conflict"]


def test_a_deletion_refused_while_a_field_was_out_of_sight_gives_the_whole_row_back(
    hq: Headquarters, laptop: Make
) -> None:
    """The answer lacks what the role did not see; the next pull finds the same role as the last one."""
    bo = laptop("bo")
    bo.sync()
    hq.execute("UPDATE partner SET credit_limit = 5000 WHERE code = 'P1'")
    bo.sync()
    bo.act("DELETE FROM partner WHERE code = 'P1'")
    hq.execute("UPDATE app_user SET role_code = 'viewer' WHERE login = 'bo'")
    for step in bo.round().steps():
        if step.name == "settled":
            break
    hq.execute("UPDATE app_user SET role_code = 'manager' WHERE login = 'bo'")
    bo.sync()
    assert [item["kind"] for item in bo.inbox()] == ["rejection"]
    assert bo.row("partner", code="P1")["credit_limit"] == 5000
    converged(bo)


def test_a_partner_that_comes_back_after_its_deletion_was_forgotten_comes_whole(
    hq: Headquarters, laptop: Make
) -> None:
    """What belongs to it stayed at headquarters all the time, and no feed after the deletion tells it."""
    bo, cai = laptop("bo"), laptop("cai")
    bo.sync()
    cai.sync()
    before = bo.row("partner", code="P1")
    bo.act("DELETE FROM partner WHERE code = 'P1'")
    bo.sync()
    for days in (200, 400):
        retention.prune(hq.database, hq.now_ms() + days * retention.DAY_MS)
    bo.sync()
    cai.sync()
    kept = {name: before[name] for name in ("id", "code", "name", "stage", "currency")}
    bo.insert("partner", **kept, territory_id=before["territory_id"])
    bo.sync()
    move(hq, "P1", "SOUTH")
    cai.sync()
    assert [row["name"] for row in cai.rows("contact", partner_id=before["id"])] == ["Owner of Hengtai"]
    bo.sync()
    converged(bo, cai)


def test_a_row_that_was_moved_deleted_and_made_again_in_vain_is_back_where_it_was(
    hq: Headquarters, laptop: Make
) -> None:
    """Its insertion asks for a partner that headquarters refused; the row itself was never away there."""
    bo = laptop("bo")
    bo.sync()
    south, before = hq.id_of("territory", code="SOUTH"), bo.row("contact", name="Owner of Hengtai")
    made = bo.insert("partner", code="P9", name="Refused", territory_id=south, stage="active", currency="CNY")
    bo.act("UPDATE contact SET partner_id = :made WHERE name = 'Owner of Hengtai'", made=made)
    bo.act("DELETE FROM contact WHERE name = 'Owner of Hengtai'")
    bo.insert("contact", **{**before, "partner_id": made})
    bo.sync()
    (refused,) = bo.inbox()
    with bo.database.write() as connection:
        inbox.discard(connection, refused["id"], hq.now_ms())
    bo.sync()
    assert bo.waiting() == 0
    assert bo.row("contact", id=before["id"])["partner_id"] == before["partner_id"]
    converged(bo)
