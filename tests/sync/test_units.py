"""Grants, moves and losses of units: cases 27 to 31, on both databases."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from channeldesk.hq import admin, retention, rows, sequencer
from channeldesk.hq.database import Database
from channeldesk.model.entities import replicated
from channeldesk.model.local import held_unit
from channeldesk.sync.transport import Offline
from channeldesk.wire.stream import IncompleteStream
from tests.support.headquarters import Headquarters
from tests.support.rounds import Laptop, converged
from tests.sync.test_pulling import contacts
from tests.sync.test_waiting import pulled

Make = Callable[..., Laptop]


def move(hq: Headquarters, code: str, territory: str) -> None:
    """At headquarters' console."""
    hq.execute(
        sa.text(
            "UPDATE partner SET territory_id = (SELECT id FROM territory WHERE code = :territory) "
            "WHERE code = :code"
        ),
        {"territory": territory, "code": code},
    )


def codes(one: Laptop) -> list[str]:
    return [row["code"] for row in one.rows("partner")]


def outside(one: Laptop) -> dict[str, int]:
    """Rows of partners that are not on the laptop, by entity."""
    held = {bytes(row["id"]) for row in one.rows("partner")}
    found = {}
    for entity in replicated():
        if entity.unit.value == "partner" and entity.owner not in (None, "id"):
            strays = [row for row in one.rows(entity.__entity__) if row[entity.owner] not in held | {None}]
            if strays:
                found[entity.__entity__] = len(strays)
    return found


def states(one: Laptop) -> set[str]:
    with one.database.read() as connection:
        return set(connection.scalars(sa.select(held_unit.c.state)))


def test_case_27_a_moved_partner_leaves_one_laptop_and_enters_the_other(
    hq: Headquarters, laptop: Make
) -> None:
    north, south, both = laptop("bo"), laptop("cai"), laptop("ann")
    contacts(hq, 40, code="P1")
    for one in (north, south, both):
        one.sync()

    move(hq, "P1", "SOUTH")
    results = [one.sync() for one in (north, south, both)]

    assert codes(north) == ["P2"]
    assert codes(south) == ["P1", "P3"]
    assert codes(both) == ["P1", "P2", "P3"]
    assert len(south.rows("contact")) == 42
    assert len(both.rows("contact")) == 43
    assert outside(north) == outside(south) == outside(both) == {}
    assert results[0].pulled == 0  # dropped as one event, not row by row
    assert results[2].pulled == 1  # one copy: only the partner's own row came again
    converged(north, south, both)


def test_case_27_a_row_moved_to_another_partner_follows_its_unit(hq: Headquarters, laptop: Make) -> None:
    north, south, both = laptop("bo"), laptop("cai"), laptop("ann")
    for one in (north, south, both):
        one.sync()
    hq.execute(
        "UPDATE contact SET partner_id = (SELECT id FROM partner WHERE code = 'P3') "
        "WHERE partner_id = (SELECT id FROM partner WHERE code = 'P1')"
    )
    for one in (north, south, both):
        one.sync()
    assert [len(one.rows("contact")) for one in (north, south, both)] == [1, 2, 3]
    converged(north, south, both)


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9])
def test_case_28_a_late_grant_is_complete_though_its_backfill_was_cut(
    hq: Headquarters, laptop: Make, cut: float
) -> None:
    bo, whole = laptop("bo"), laptop("cai")
    contacts(hq, 12_000, code="P3")
    bo.sync()
    whole.sync()
    length = sum(map(len, whole.transport.received))

    admin.grant(hq.database, "bo", ["SOUTH"])
    bo.transport.cut_after = int(length * cut)
    with pytest.raises((Offline, IncompleteStream)):
        bo.sync()
    before = len(bo.rows("contact"))
    hq.execute("UPDATE contact SET note = 'while cut' WHERE name = 'Owner of Oujiang'")
    hq.execute("DELETE FROM contact WHERE name = 'Contact 7'")
    bo.transport.cut_after = None
    result = bo.sync()

    assert codes(bo) == ["P1", "P2", "P3"]
    assert result.pulled <= 12_010 - (before - 3) + 5
    assert states(bo) == {"complete"}
    converged(bo)
    assert bo.sync().pulled == 0


@pytest.mark.parametrize("revoked", [False, True])
def test_what_enters_while_a_backfill_was_cut_comes_with_its_whole_unit_or_not_at_all(
    hq: Headquarters, laptop: Make, revoked: bool
) -> None:
    bo = laptop("bo")
    contacts(hq, 12_000)
    bo.sync()
    length = sum(map(len, bo.transport.received))
    again = laptop("bo")
    again.transport.cut_after = length // 2
    with pytest.raises((Offline, IncompleteStream)):
        again.sync()
    again.transport.cut_after = None
    assert 0 < len(again.rows("contact")) < 12_000
    move(hq, "P3", "NORTH")
    hq.execute("UPDATE contact SET note = 'moved' WHERE name = 'Owner of Oujiang'")
    for step in again.round().steps():
        if step.name == "marked" and len(again.transport.pulls) > 1:
            with again.database.read() as connection:
                held = set(connection.scalars(sa.select(held_unit.c.id)))
            assert {bytes(row["id"]) for row in again.rows("partner")} <= held
            if revoked:
                move(hq, "P3", "SOUTH")
    again.sync()
    assert codes(again) == (["P1", "P2"] if revoked else ["P1", "P2", "P3"])
    assert (outside(again), states(again)) == ({}, {"complete"})
    converged(again)


def test_a_unit_that_an_answer_brings_back_while_a_backfill_was_cut_is_filled(
    hq: Headquarters, laptop: Make
) -> None:
    """The backfill began without it, and so does not bring its rows."""
    bo = laptop("bo")
    admin.grant(hq.database, "bo", ["SOUTH"])
    contacts(hq, 12_000)
    bo.sync()
    length = sum(map(len, bo.transport.received))
    made = {k: v for k, v in bo.row("partner", code="P3").items() if k != "rv" and v is not None}
    bo.act("DELETE FROM partner WHERE code = 'P3'")
    bo.insert("partner", **made)
    admin.revoke(hq.database, "bo", ["SOUTH"])
    laptop("ann").sync()
    retention.prune(hq.database, hq.now_ms() + 200 * 86_400_000)
    retention.prune(hq.database, hq.now_ms() + 400 * 86_400_000)
    bo.transport.cut_after = length // 2
    with pytest.raises((Offline, IncompleteStream)):
        list(pulled(bo))
    bo.transport.cut_after = None
    admin.grant(hq.database, "bo", ["SOUTH"])
    bo.sync()
    assert codes(bo) == ["P1", "P2", "P3"]
    assert len(bo.rows("contact", name="Owner of Oujiang")) == 1
    assert states(bo) == {"complete"}
    converged(bo)


def test_case_29_a_lost_territory_goes_and_its_edits_stand_in_the_inbox(
    hq: Headquarters, laptop: Make
) -> None:
    bo, ann = laptop("bo"), laptop("ann")
    bo.sync()
    bo.act("UPDATE contact SET phone = '777' WHERE name = 'Owner of Hengtai'")
    order = bo.place_order(code="P2")
    new = bo.insert("contact", partner_id=bo.row("partner", code="P1")["id"], name="Made offline")

    admin.revoke(hq.database, "bo", ["NORTH"])
    bo.sync()

    assert codes(bo) == []
    assert outside(bo) == {}
    assert bo.rows("contact") == []
    assert bo.waiting() == 0
    assert {(item["kind"], item["entity"]) for item in bo.inbox()} == {
        ("rejection", "contact"),
        ("rejection", "sales_order"),
    }
    kept = " ".join(item["mutations"] for item in bo.inbox())
    assert all(one in kept for one in ("777", order.hex(), new.hex(), "Made offline"))
    assert all("sync.out_of_scope" in item["notice"] for item in bo.inbox())
    assert hq.table("sales_order") == []
    ann.sync()
    converged(ann)


def test_case_29_an_edit_made_while_the_loss_arrives_is_answered_in_the_same_round(
    hq: Headquarters, laptop: Make
) -> None:
    bo = laptop("bo")
    bo.sync()
    admin.revoke(hq.database, "bo", ["NORTH"])
    for step in bo.round().steps():
        if step.name == "pull started":
            bo.act("UPDATE contact SET phone = '888' WHERE name = 'Owner of Hengtai'")
    assert bo.rows("contact") == bo.rows("partner") == []
    assert bo.waiting() == 0
    assert [item["kind"] for item in bo.inbox()] == ["rejection"]
    assert "888" in bo.inbox()[0]["mutations"]


def test_case_30_what_came_and_went_between_pulls_leaves_the_final_state(
    hq: Headquarters, laptop: Make
) -> None:
    bo = laptop("bo")
    bo.sync()
    for _ in range(2):
        admin.grant(hq.database, "bo", ["SOUTH"])
        admin.revoke(hq.database, "bo", ["NORTH"])
        hq.execute("UPDATE contact SET note = 'meanwhile' WHERE name = 'Owner of Hengtai'")
        admin.revoke(hq.database, "bo", ["SOUTH"])
        admin.grant(hq.database, "bo", ["NORTH"])
    result = bo.sync()
    assert codes(bo) == ["P1", "P2"]
    assert bo.row("contact", name="Owner of Hengtai")["note"] == "meanwhile"
    assert result.mode == "feed"
    admin.grant(hq.database, "bo", ["SOUTH"])
    bo.sync()
    admin.revoke(hq.database, "bo", ["SOUTH"])
    move(hq, "P3", "NORTH")
    move(hq, "P1", "SOUTH")
    bo.sync()
    assert codes(bo) == ["P2", "P3"]
    assert outside(bo) == {}
    converged(bo)


def test_case_31_an_edit_that_moves_a_partner_out_of_ones_own_area_removes_it(
    hq: Headquarters, laptop: Make
) -> None:
    bo, cai, hana = laptop("bo"), laptop("cai"), laptop("hana")
    for one in (bo, cai, hana):
        one.sync()
    admin.grant(hq.database, "bo", ["SOUTH"])
    bo.sync()
    admin.revoke(hq.database, "bo", ["SOUTH"])
    bo.act(
        "UPDATE partner SET territory_id = (SELECT id FROM territory WHERE code = 'SOUTH') WHERE code = 'P1'"
    )
    hana.act(
        "UPDATE partner SET territory_id = (SELECT id FROM territory WHERE code = 'SOUTH') WHERE code = 'P2'"
    )
    hana.sync()
    bo.sync()
    cai.sync()
    hana.sync()
    at_hq = {row["code"]: row["territory_id"] for row in hq.table("partner")}
    south = hq.id_of("territory", code="SOUTH")
    assert at_hq["P1"] == at_hq["P2"] == south
    assert codes(bo) == []
    assert bo.inbox() == []
    assert outside(bo) == outside(cai) == {}
    assert bo.waiting() == 0
    converged(bo, cai, hana)


def test_case_31_a_row_that_ones_own_edit_gives_to_another_unit_goes(hq: Headquarters, laptop: Make) -> None:
    ann, bo, cai = laptop("ann"), laptop("bo"), laptop("cai")
    for one in (ann, bo, cai):
        one.sync()
    ann.act(
        "UPDATE contact SET partner_id = (SELECT id FROM partner WHERE code = 'P3') "
        "WHERE name = 'Owner of Hengtai'"
    )
    admin.revoke(hq.database, "ann", ["NORTH"])
    for one in (ann, bo, cai):
        one.sync()
    assert codes(ann) == ["P3"]
    assert outside(ann) == {}
    converged(ann, bo, cai)


def test_a_deletion_that_waits_while_its_unit_goes_does_not_bring_the_row_back(
    hq: Headquarters, laptop: Make
) -> None:
    bo = laptop("bo")
    bo.sync()
    bo.act("DELETE FROM contact WHERE name = 'Owner of Hengtai'")
    admin.revoke(hq.database, "bo", ["NORTH"])
    bo.sync()
    assert bo.rows("contact") == []
    assert [item["kind"] for item in bo.inbox()] == ["rejection"]
    assert len(hq.table("contact")) == 3


def test_a_refused_move_leaves_the_row_where_headquarters_has_it(hq: Headquarters, laptop: Make) -> None:
    ann = laptop("ann")
    ann.sync()
    ann.act(
        "UPDATE contact SET partner_id = (SELECT id FROM partner WHERE code = 'P3') "
        "WHERE name = 'Owner of Hengtai'"
    )
    admin.revoke(hq.database, "ann", ["SOUTH"])
    ann.sync()
    assert ann.row("contact", name="Owner of Hengtai")["partner_id"] == ann.row("partner", code="P1")["id"]
    assert [item["kind"] for item in ann.inbox()] == ["rejection"]
    converged(ann)


def test_an_edit_taken_back_in_a_unit_that_went_leaves_nothing(hq: Headquarters, laptop: Make) -> None:
    ann = laptop("ann")
    ann.sync()
    move(hq, "P3", "NORTH")
    admin.revoke(hq.database, "ann", ["NORTH"])
    for step in ann.round().steps():
        if step.name == "pull started":
            ann.act("UPDATE partner SET city = 'x' WHERE code = 'P3'")
        if step.name == "dropped":
            break
    ann.act("UPDATE partner SET city = NULL WHERE code = 'P3'")
    ann.sync()
    assert codes(ann) == []
    assert ann.waiting() == 0


def test_a_partner_made_here_and_lost_before_the_next_pull_goes(hq: Headquarters, laptop: Make) -> None:
    bo = laptop("bo")
    bo.sync()
    territory = bo.row("partner", code="P1")["territory_id"]
    new = bo.insert("partner", code="P9", name="New", territory_id=territory, currency="CNY")
    bo.insert("contact", partner_id=new, name="New owner")
    for step in bo.round().steps():
        if step.name == "settled":
            break
    move(hq, "P9", "SOUTH")
    bo.sync()
    assert codes(bo) == ["P1", "P2"]
    assert outside(bo) == {}
    assert states(bo) == {"complete"}
    move(hq, "P9", "NORTH")
    bo.sync()
    assert codes(bo) == ["P1", "P2", "P9"]
    converged(bo)


def test_an_answer_given_again_does_not_bring_back_what_was_taken_away(
    hq: Headquarters, laptop: Make
) -> None:
    bo = laptop("bo")
    bo.sync()
    bo.act("UPDATE contact SET phone = '5' WHERE name = 'Owner of Hengtai'")
    bo.transport.lose_push_answer = True
    with pytest.raises(Offline):
        bo.sync()
    move(hq, "P1", "SOUTH")
    from tests.sync.test_waiting import pulled

    list(pulled(bo))
    bo.sync()
    assert codes(bo) == ["P2"]
    assert outside(bo) == {}
    assert bo.waiting() == 0
    assert hq.table("contact", name="Owner of Hengtai")[0]["phone"] == "5"


@pytest.mark.parametrize("first", [False, True])
def test_a_partner_made_during_a_pull_that_leaves_before_the_next(
    hq: Headquarters, laptop: Make, monkeypatch: pytest.MonkeyPatch, first: bool
) -> None:
    """It was committed after what was there had got its place in the feed, and before the snapshot."""
    bo, sequence = laptop("bo"), sequencer.drain_committed
    if not first:
        bo.sync()
        hq.execute("UPDATE contact SET phone = '5' WHERE name = 'Owner of Hengtai'")

    def then_one_more(database: Database, now: int) -> None:
        sequence(database, now)
        monkeypatch.setattr(sequencer, "drain_committed", sequence)
        with hq.database.write() as connection:
            (seven,) = rows.insert(
                connection,
                "partner",
                [
                    {
                        "code": "P7",
                        "name": "Seven",
                        "territory_id": hq.id_of("territory", code="NORTH"),
                        "currency": "CNY",
                    }
                ],
                now=now,
            )
            rows.insert(connection, "contact", [{"partner_id": seven, "name": "Owner of Seven"}], now=now)

    monkeypatch.setattr(sequencer, "drain_committed", then_one_more)
    bo.sync()
    move(hq, "P7", "SOUTH")
    bo.sync()
    bo.sync()
    assert codes(bo) == ["P1", "P2"]
    assert bo.rows("contact", name="Owner of Seven") == []
    assert outside(bo) == {}
