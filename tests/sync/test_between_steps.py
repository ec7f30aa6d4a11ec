"""What a person or headquarters does between two steps of a round loses no row and leaves none behind."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.hq import admin, retention
from channeldesk.model.notice import Notice
from channeldesk.store import units
from channeldesk.sync import inbox, local_facts
from channeldesk.sync.session import sign_in
from channeldesk.sync.transport import Offline
from tests.support.headquarters import PASSWORD, Headquarters
from tests.support.rounds import Laptop, converged
from tests.sync.test_inbox import OWNER, act, take_back
from tests.sync.test_units import Make, codes, move, outside
from tests.sync.test_waiting import pulled

P1 = "(SELECT id FROM partner WHERE code = 'P1')"


def lost(one: Laptop) -> None:
    """A round whose push never reaches headquarters: what waits is frozen."""

    def away() -> None:
        raise Offline(Notice("sync.connection_lost"))

    one.transport.before_push = away
    with pytest.raises(Offline):
        one.sync()
    one.transport.before_push = None


def until(one: Laptop, name: str) -> None:
    for step in one.round().steps():
        if step.name == name:
            break


def settled_out_of_sight(hq: Headquarters, one: Laptop) -> None:
    """The area is away while headquarters answers, and back before the laptop hears of it."""
    admin.revoke(hq.database, "bo", ["NORTH"])
    until(one, "settled")
    admin.grant(hq.database, "bo", ["NORTH"])


def rounds(*laptops: Laptop) -> None:
    for _ in range(2):
        for one in laptops:
            one.sync()


def discard_rejections(one: Laptop) -> None:
    for item in one.inbox():
        if item["kind"] == "rejection":
            act(one, inbox.discard, item)


def in_conflict(ann: Laptop, bo: Laptop, edit: str = "UPDATE contact SET phone = 'bo'") -> Mapping[str, Any]:
    """Ann sets the phone of a contact; the item of bo, whose edit of it came second."""
    rounds(ann, bo)
    ann.act("UPDATE contact SET phone = 'ann' WHERE name = :name", name=OWNER)
    bo.act(f"{edit} WHERE name = :name", name=OWNER)
    ann.sync()
    bo.sync()
    (item,) = bo.inbox()
    return item


@pytest.mark.parametrize(("entity", "where"), [("contact", {"name": OWNER}), ("partner", {"code": "P1"})])
def test_a_row_made_again_and_refused_out_of_sight_is_still_there(
    hq: Headquarters, laptop: Make, entity: str, where: dict[str, Any]
) -> None:
    bo = laptop("bo")
    bo.sync()
    before = bo.row(entity, **where)
    bo.act(f"DELETE FROM {entity} WHERE id = :id", id=before["id"])
    lost(bo)
    bo.insert(entity, **{**before, "rv": 0})
    settled_out_of_sight(hq, bo)
    bo.sync()
    discard_rejections(bo)
    rounds(bo)
    assert bo.waiting() == 0
    assert len(bo.rows(entity, id=before["id"])) == 1
    converged(bo)


def test_a_deletion_insisted_on_and_taken_back_out_of_sight(hq: Headquarters, laptop: Make) -> None:
    ann, bo = laptop("ann"), laptop("bo")
    item = in_conflict(ann, bo, "DELETE FROM contact")
    act(bo, inbox.delete_again, item)
    lost(bo)
    take_back(bo, item)
    settled_out_of_sight(hq, bo)
    bo.sync()
    discard_rejections(bo)
    rounds(bo)
    assert bo.waiting() == 0
    assert len(bo.rows("contact", name=OWNER)) == 1
    converged(bo)


def test_a_row_moved_into_a_unit_that_is_filled_again_is_not_missed_there(
    hq: Headquarters, laptop: Make
) -> None:
    bo = laptop("bo")
    bo.sync()
    p1, p2 = bo.row("partner", code="P1")["id"], bo.row("partner", code="P2")["id"]
    with bo.database.apply() as connection:
        units.note(connection, {"partner": [bytes(p2).hex()]}, units.DAMAGED)
    for step in bo.round().steps():
        if step.name == "pull started":
            bo.act("UPDATE contact SET partner_id = :p2 WHERE name = :name", p2=p2, name=OWNER)
    bo.act("UPDATE contact SET partner_id = :p1 WHERE name = :name", p1=p1, name=OWNER)
    rounds(bo)
    assert bo.waiting() == 0
    assert len(bo.rows("contact", name=OWNER)) == 1
    converged(bo)


def test_a_move_given_up_after_its_unit_was_doubtful(hq: Headquarters, laptop: Make) -> None:
    """The move waits with a creation that was refused, and is given up with it."""
    bo = laptop("bo")
    bo.sync()
    south = hq.id_of("territory", code="SOUTH")
    p1, p2 = bo.row("partner", code="P1")["id"], bo.row("partner", code="P2")["id"]
    made = bo.insert("partner", code="P9", name="No", territory_id=south, stage="active", currency="CNY")
    bo.sync()
    (item,) = bo.inbox()
    other = bo.insert("contact", partner_id=p1, name="Other")
    bo.sync()
    bo.act(
        f"UPDATE contact SET partner_id = :p2 WHERE name = '{OWNER}'",
        "UPDATE contact SET partner_id = :made WHERE id = :other",
        p2=p2,
        made=made,
        other=other,
    )
    bo.sync()
    assert bo.waiting() == 2
    bo.act("UPDATE contact SET phone = '1a' WHERE name = 'Owner of Qianjiang'")
    move(hq, "P2", "SOUTH")
    until(bo, "settled")
    move(hq, "P2", "NORTH")
    bo.sync()
    assert codes(bo) == ["P1", "P2", "P9"]
    act(bo, inbox.discard, item, waiting_too=True)
    rounds(bo)
    assert len(bo.rows("contact", name=OWNER)) == 1
    discard_rejections(bo)
    bo.sync()
    converged(bo)


def test_a_decision_taken_back_while_its_unit_goes_leaves_no_row(hq: Headquarters, laptop: Make) -> None:
    ann, bo = laptop("ann"), laptop("bo")
    item = in_conflict(ann, bo)
    admin.revoke(hq.database, "bo", ["NORTH"])
    decided = back = False
    for step in bo.round().steps():
        if step.name == "pull started" and not decided:
            act(bo, inbox.decide, item, {"phone": "bo"})
            decided = True
        if step.name == "dropped" and not back and not bo.rows("partner"):
            take_back(bo, item)
            back = True
    assert back
    rounds(bo)
    assert bo.waiting() == 0
    assert outside(bo) == {}
    assert bo.rows("contact") == []


def test_a_decision_taken_back_while_others_are_swept_leaves_no_row(hq: Headquarters, laptop: Make) -> None:
    ann, bo = laptop("ann"), laptop("bo")
    p1 = hq.id_of("partner", code="P1")
    for number in range(3):
        hq.insert("contact", partner_id=p1, name=f"Extra {number}")
    item = in_conflict(ann, bo)
    hq.execute(f"UPDATE contact SET deleted = 1 WHERE partner_id = {P1}")
    ann.sync()
    for days in (200, 400):
        retention.prune(hq.database, hq.now_ms() + days * retention.DAY_MS)
    decided = back = False
    for step in bo.round().steps():
        if step.name == "pull started" and not decided:
            act(bo, inbox.decide, item, {"phone": "bo"})
            decided = True
        if step.name == "swept" and not back:
            take_back(bo, item)
            back = True
    assert back
    rounds(bo)
    assert bo.waiting() == 0
    assert bo.rows("contact", name=OWNER) == []
    converged(bo)


def test_a_deletion_answered_again_when_the_row_is_back(hq: Headquarters, laptop: Make) -> None:
    ann, bo = laptop("ann"), laptop("bo")
    rounds(ann, bo)
    before = ann.row("contact", name=OWNER)
    bo.act("DELETE FROM contact WHERE name = :name", name=OWNER)
    bo.transport.lose_push_answer = True
    with pytest.raises(Offline):
        bo.sync()
    ann.sync()
    ann.insert("contact", **{**before, "rv": 0})
    ann.sync()
    list(pulled(bo))
    settled_out_of_sight(hq, bo)
    rounds(bo)
    assert bo.waiting() == 0
    assert len(bo.rows("contact", name=OWNER)) == 1
    converged(bo)


def as_a_partner_for_a_moment(hq: Headquarters, hana: Laptop) -> None:
    """Price lists of other partners are out of sight while headquarters answers."""
    hq.execute(f"UPDATE app_user SET role_code = 'partner', partner_id = {P1} WHERE login = 'hana'")
    until(hana, "settled")
    hq.execute("UPDATE app_user SET role_code = 'headquarters', partner_id = NULL WHERE login = 'hana'")


@pytest.mark.parametrize("again", [False, True])
def test_what_belongs_to_everybody_is_not_lost_out_of_sight(
    hq: Headquarters, laptop: Make, again: bool
) -> None:
    hana = laptop("hana")
    own = hq.insert(
        "price_list", code="OWN", name="Own", currency="CNY", partner_id=hq.id_of("partner", code="P2")
    )
    hana.sync()
    before = hana.row("price_list", id=own)
    if again:
        hana.act("DELETE FROM price_list WHERE id = :id", id=own)
        lost(hana)
        hana.insert("price_list", **{**before, "rv": 0})
    else:
        hana.act("UPDATE price_list SET name = 'x' WHERE id = :id", id=own)
    as_a_partner_for_a_moment(hq, hana)
    hana.sync()
    discard_rejections(hana)
    rounds(hana)
    assert hana.row("price_list", id=own)["name"] == "Own"


def test_a_counter_decided_after_its_row_is_back_goes_on_from_there(hq: Headquarters, laptop: Make) -> None:
    """The conflict met a deleted row, so it tells the counter by its step."""
    bo, hana = laptop("bo"), laptop("hana")
    bo.sync()
    p1 = hq.id_of("partner", code="P1")
    row_id = bo.insert("promise", partner_id=p1, promised="samples", due_on="2026-12-01", postponed=5)
    rounds(bo, hana)
    kept = hana.row("promise", id=row_id)
    hana.act("DELETE FROM promise")
    hana.sync()
    bo.act("UPDATE promise SET due_on = '2027-01-01', postponed = postponed + 1")
    bo.sync()
    (item,) = bo.inbox()
    hana.insert("promise", **{**kept, "rv": 0})
    hana.sync()
    bo.sync()
    choices = {"due_on": "2027-01-01", "postponed": 1}
    act(bo, inbox.decide, item, choices, how="mine")
    rounds(bo, hana)
    found = hq.table("promise", id=row_id)[0]
    assert (found["due_on"], found["postponed"]) == ("2027-01-01", 6)
    converged(bo, hana)


@pytest.mark.parametrize("deletion", ["given up", "given up, then done by hand", "sent again"])
def test_an_insertion_sent_again_of_a_row_that_headquarters_has(
    hq: Headquarters, laptop: Make, deletion: str
) -> None:
    """The deletion before it was refused as well. A deletion made after both stands."""
    ann = laptop("ann")
    ann.sync()
    p3, before = ann.row("partner", code="P3")["id"], ann.row("contact", name=OWNER)
    ann.act(
        "DELETE FROM contact WHERE name = :name",
        "UPDATE partner SET city = 'a' WHERE code = 'P3'",
        name=OWNER,
    )
    with ann.database.write() as connection:
        values = {**before, "partner_id": p3, "phone": "mine", "rv": 0}
        named = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        connection.execute(sa.text(f"INSERT INTO contact ({named}) VALUES ({marks})"), values)
        connection.execute(sa.text("UPDATE partner SET city = 'b' WHERE code = 'P3'"))
    admin.revoke(hq.database, "ann", ["SOUTH"])
    ann.sync()
    admin.grant(hq.database, "ann", ["SOUTH"])
    ann.sync()
    first, second = sorted(ann.inbox(), key=lambda item: '"op":"insert"' in item["mutations"])
    act(ann, inbox.resend if deletion == "sent again" else inbox.discard, first)
    by_hand = deletion == "given up, then done by hand"
    if by_hand:
        ann.act("DELETE FROM contact WHERE id = :id", id=before["id"])
    act(ann, inbox.resend, second)
    rounds(ann)
    converged(ann)
    assert [row["phone"] for row in hq.table("contact", id=before["id"])] == ([] if by_hand else ["mine"])


def test_what_left_with_its_area_stays_when_the_rest_is_sent_again(hq: Headquarters, laptop: Make) -> None:
    ann = laptop("ann")
    ann.sync()
    ann.act(
        f"UPDATE contact SET phone = 'x' WHERE name = '{OWNER}'",
        "UPDATE contact SET phone = 'x' WHERE name = 'Owner of Oujiang'",
    )
    admin.revoke(hq.database, "ann", ["SOUTH"])
    ann.sync()
    (item,) = ann.inbox()
    act(ann, inbox.resend, item)
    (rest,) = ann.inbox()
    assert rest["id"] != item["id"]
    take_back(ann, item)
    (again,) = ann.inbox()
    assert again["id"] == item["id"]
    act(ann, inbox.resend, item)
    ann.sync()
    assert hq.table("contact", name=OWNER)[0]["phone"] == "x"
    admin.grant(hq.database, "ann", ["SOUTH"])
    ann.sync()
    (rest,) = ann.inbox()
    act(ann, inbox.resend, rest)
    ann.sync()
    assert ann.inbox() == []
    assert hq.table("contact", name="Owner of Oujiang")[0]["phone"] == "x"
    converged(ann)


def test_a_refused_transaction_sent_again_by_another_device_stays_refused_as_a_whole(
    hq: Headquarters, laptop: Make
) -> None:
    bo = laptop("bo")
    bo.sync()
    before = hq.table("contact", name=OWNER)[0]["phone"]
    bo.act(
        "UPDATE partner SET code = 'P2' WHERE code = 'P1'",
        f"UPDATE contact SET phone = 'half' WHERE name = '{OWNER}'",
    )
    bo.transport.lose_push_answer = True
    with pytest.raises(Offline):
        bo.sync()
    session = sign_in(hq.address, "bo", PASSWORD, device_name="new")
    with bo.database.apply() as connection:
        local_facts.remember(connection, session, 1)
    bo.transport.token = session.token
    rounds(bo)
    (item,) = bo.inbox()
    assert "half" in item["mutations"]
    assert hq.table("contact", name=OWNER)[0]["phone"] == before
    converged(bo)


def test_an_answer_of_before_a_restore_does_not_settle_what_is_to_be_sent_again(
    hq: Headquarters, laptop: Make
) -> None:
    bo = laptop("bo")
    bo.sync()
    restore = hq.backup()
    bo.act(f"UPDATE contact SET phone = 'once' WHERE name = '{OWNER}'")
    late, other = bo.round().steps(), bo.round().steps()
    while next(late).name != "answered":
        pass
    restore()
    while next(other).name != "greeted":
        pass
    with pytest.raises(Offline, match="restored"):
        list(late)
    with suppress(Offline):
        list(other)
    rounds(bo)
    assert hq.table("contact", name=OWNER)[0]["phone"] == "once"
    converged(bo)
