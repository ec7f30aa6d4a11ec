"""What a person decides reaches headquarters and the other laptops, and every decision can be taken back."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.hq import admin
from channeldesk.model.local import inbox as items
from channeldesk.model.local import outbox, shadow
from channeldesk.model.notice import Problem
from channeldesk.store import images
from channeldesk.sync import inbox, inbox_trail
from tests.support.headquarters import Headquarters
from tests.support.rounds import Laptop, converged

Make = Callable[..., Laptop]
OWNER = "Owner of Hengtai"


def state(laptop: Laptop) -> dict[str, Any]:
    """Everything a decision may touch."""
    tables = ("partner", "contact", "promise", "visit_plan", "sales_order", "order_line")
    found: dict[str, Any] = {name: [dict(row) for row in laptop.rows(name)] for name in tables}
    with laptop.database.read() as connection:
        found["outbox"] = [dict(row) for row in connection.execute(sa.select(outbox)).mappings()]
        kept = sa.select(items).order_by(items.c.id)
        found["inbox"] = [dict(row) for row in connection.execute(kept).mappings()]
        found["shadow"] = [dict(row) for row in connection.execute(sa.select(shadow)).mappings()]
    return found


def act(laptop: Laptop, decision: Callable[..., Any], item: Mapping[str, Any], *args: Any, **kw: Any) -> None:
    with laptop.database.write() as connection:
        decision(connection, bytes(item["id"]), *args, now_ms=1, **kw)


def take_back(laptop: Laptop, item: Mapping[str, Any]) -> None:
    with laptop.database.write() as connection:
        inbox.take_back(connection, bytes(item["id"]))


def conflict(ann: Laptop, bo: Laptop) -> Mapping[str, Any]:
    """Of Bo: he and Ann called the same number differently."""
    ann.sync(), bo.sync()
    ann.act("UPDATE partner SET phone = 'ann' WHERE code = 'P1'")
    bo.act("UPDATE partner SET phone = 'bo', city = 'Ningbo' WHERE code = 'P1'")
    ann.sync()
    assert bo.sync().conflicts == 1
    (item,) = bo.inbox()
    return item


def deleted(hq: Headquarters, ann: Laptop, bo: Laptop) -> Mapping[str, Any]:
    """Of Bo: he edited a contact that Ann deleted."""
    ann.sync(), bo.sync()
    ann.act("DELETE FROM contact WHERE name = :name", name=OWNER)
    bo.act("UPDATE contact SET phone = '2' WHERE name = :name", name=OWNER)
    ann.sync()
    assert bo.sync().conflicts == 1
    assert bo.rows("contact", name=OWNER) == []
    (item,) = bo.inbox()
    return item


def rejected_contact(laptop: Laptop, **more: Any) -> tuple[bytes, Mapping[str, Any]]:
    """A contact that headquarters refuses, for want of a whole value."""
    partner = laptop.row("partner", code="P1")["id"]
    row_id = laptop.insert("contact", partner_id=partner, name="Xu Lei", main=7, **more)
    assert laptop.sync().rejected == 1
    (item,) = laptop.inbox()
    return row_id, item


@pytest.mark.parametrize("value", ["bo", "ann", "by hand"])
def test_a_decided_conflict_reaches_everyone(hq: Headquarters, laptop: Make, value: str) -> None:
    ann, bo = laptop("ann"), laptop("bo")
    item = conflict(ann, bo)
    act(bo, inbox.decide, item, {"phone": value})
    bo.sync(), ann.sync()
    assert hq.table("partner", code="P1")[0]["phone"] == value
    assert ann.row("partner", code="P1")["phone"] == value
    assert bo.inbox() == ann.inbox() == []
    converged(ann, bo)


def test_an_unsent_decision_leaves_no_trace(hq: Headquarters, laptop: Make) -> None:
    ann, bo = laptop("ann"), laptop("bo")
    item = conflict(ann, bo)
    before = state(bo)
    act(bo, inbox.decide, item, {"phone": "bo"})
    assert bo.row("partner", code="P1")["phone"] == "bo"
    take_back(bo, item)
    assert state(bo) == before
    bo.sync(), ann.sync()
    assert hq.table("partner", code="P1")[0]["phone"] == "ann"
    converged(ann, bo)


def test_a_decision_that_was_sent_is_taken_back_by_an_edit(hq: Headquarters, laptop: Make) -> None:
    ann, bo = laptop("ann"), laptop("bo")
    item = conflict(ann, bo)
    act(bo, inbox.decide, item, {"phone": "bo"})
    bo.sync()
    take_back(bo, item)
    assert [one["id"] for one in bo.inbox()] == [item["id"]]
    bo.sync(), ann.sync()
    assert hq.table("partner", code="P1")[0]["phone"] == "ann"
    converged(ann, bo)


def test_a_newer_version_from_headquarters_survives_taking_back(hq: Headquarters, laptop: Make) -> None:
    ann, bo = laptop("ann"), laptop("bo")
    item = conflict(ann, bo)
    act(bo, inbox.decide, item, {"phone": "bo"})
    partner = bytes(bo.row("partner", code="P1")["id"])
    with bo.database.apply() as connection:  # as a pull does while the decision waits
        kept = inbox_trail.stored(connection, "partner", partner)
        assert kept is not None
        newer = {**kept["fields"], "phone": "ann", "email": "new@b.cn"}
        images.set_image(connection, "partner", partner, kept["rv"] + 1, newer)
        images.rebase(connection, "partner", partner)
    assert bo.row("partner", code="P1")["phone"] == "bo"
    take_back(bo, item)
    assert bo.waiting() == 0
    assert bo.row("partner", code="P1")["email"] == "new@b.cn"
    assert bo.row("partner", code="P1")["phone"] == "ann"


def test_an_edit_after_the_decision_keeps_it_from_being_taken_back(hq: Headquarters, laptop: Make) -> None:
    ann, bo = laptop("ann"), laptop("bo")
    item = conflict(ann, bo)
    act(bo, inbox.decide, item, {"phone": "bo"})
    bo.act("UPDATE partner SET phone = 'later' WHERE code = 'P1'")
    before = state(bo)
    with pytest.raises(Problem) as caught:
        take_back(bo, item)
    assert caught.value.notice.code == "inbox.edited_since"
    assert state(bo) == before
    bo.sync()
    with pytest.raises(Problem) as caught:
        take_back(bo, item)
    assert caught.value.notice.code == "inbox.edited_since"
    assert hq.table("partner", code="P1")[0]["phone"] == "later"


def test_what_headquarters_deleted_is_made_again_as_the_same_row(hq: Headquarters, laptop: Make) -> None:
    ann, bo = laptop("ann"), laptop("bo")
    contact = bo.sync() and bo.row("contact", name=OWNER)["id"]
    item = deleted(hq, ann, bo)
    before = state(bo)
    act(bo, inbox.decide, item, {"phone": "2"})
    take_back(bo, item)
    assert state(bo) == before
    act(bo, inbox.decide, item, {"phone": "2"})
    bo.sync(), ann.sync()
    (row,) = hq.table("contact", name=OWNER)
    assert bytes(row["id"]) == bytes(contact), "what points at it points at it again"
    assert (row["phone"], row["email"], row["note"]) == ("2", "a@b.cn", "calm"), "whole, not the edit alone"
    converged(ann, bo)
    take_back(bo, item)
    bo.sync(), ann.sync()
    assert hq.table("contact", name=OWNER) == ann.rows("contact", name=OWNER) == []
    converged(ann, bo)


def test_a_deletion_at_headquarters_is_let_stand(hq: Headquarters, laptop: Make) -> None:
    ann, bo = laptop("ann"), laptop("bo")
    item = deleted(hq, ann, bo)
    act(bo, inbox.decide, item, {}, how="theirs")
    bo.sync()
    assert hq.table("contact", name=OWNER) == []
    assert bo.inbox() == []
    take_back(bo, item)
    assert len(bo.inbox()) == 1


@pytest.mark.parametrize("sent", [False, True])
def test_a_deletion_is_insisted_on(hq: Headquarters, laptop: Make, sent: bool) -> None:
    ann, bo = laptop("ann"), laptop("bo")
    ann.sync(), bo.sync()
    ann.act("UPDATE contact SET phone = '9' WHERE name = :name", name=OWNER)
    bo.act("DELETE FROM contact WHERE name = :name", name=OWNER)
    ann.sync()
    assert bo.sync().conflicts == 1
    assert bo.row("contact", name=OWNER)["phone"] == "9", "what changed is seen before it goes"
    (item,) = bo.inbox()
    before = state(bo)
    act(bo, inbox.delete_again, item)
    if sent:
        bo.sync(), ann.sync()
        assert hq.table("contact", name=OWNER) == ann.rows("contact", name=OWNER) == []
    take_back(bo, item)
    assert sent or state(bo) == before
    bo.sync(), ann.sync()
    assert hq.table("contact", name=OWNER)[0]["phone"] == "9"
    converged(ann, bo)


def test_a_rejection_is_given_up_and_taken_back(hq: Headquarters, laptop: Make) -> None:
    bo = laptop()
    bo.sync()
    contact, item = rejected_contact(bo)
    bo.act("UPDATE contact SET phone = 'later' WHERE id = :id", id=contact)
    before = state(bo)
    act(bo, inbox.discard, item)
    assert bo.rows("contact", id=contact) == []
    assert bo.waiting() == 0
    bo.sync()
    take_back(bo, item)
    assert state(bo) == before
    bo.act("UPDATE contact SET main = 1 WHERE id = :id", id=contact)
    act(bo, inbox.resend, item)
    bo.sync()
    assert hq.table("contact", id=contact)[0]["phone"] == "later"


def test_a_rejected_edit_is_given_up_sent_again_and_taken_back(hq: Headquarters, laptop: Make) -> None:
    bo = laptop()
    bo.sync()
    bo.act("UPDATE contact SET main = 7, phone = '5' WHERE name = :name", name=OWNER)
    assert bo.sync().rejected == 1
    assert bo.row("contact", name=OWNER)["phone"] == "1", "headquarters' version stands"
    (item,) = bo.inbox()
    before = state(bo)
    act(bo, inbox.resend, item)
    assert bo.row("contact", name=OWNER)["phone"] == "5"
    take_back(bo, item)
    assert state(bo) == before
    act(bo, inbox.discard, item)
    take_back(bo, item)
    assert state(bo) == before


def test_what_was_sent_again_and_judged_cannot_be_taken_back(hq: Headquarters, laptop: Make) -> None:
    bo = laptop()
    bo.sync()
    contact, item = rejected_contact(bo)
    before = state(bo)
    act(bo, inbox.resend, item)
    assert bo.waiting() == 1
    take_back(bo, item)
    assert state(bo) == before
    bo.act("UPDATE contact SET main = 1 WHERE id = :id", id=contact)
    act(bo, inbox.resend, item)
    bo.sync()
    assert len(hq.table("contact", id=contact)) == 1
    with pytest.raises(Problem) as caught:
        take_back(bo, item)
    assert caught.value.notice.code == "undo.too_late"


def test_rows_that_left_the_laptop_are_made_again_when_they_are_sent_again(
    hq: Headquarters, laptop: Make
) -> None:
    bo = laptop()
    bo.sync()
    contact, item = rejected_contact(bo)
    bo.act("UPDATE contact SET main = 1, phone = '8' WHERE id = :id", id=contact)
    with bo.database.apply() as connection:  # as when their area is revoked
        connection.execute(sa.text("DELETE FROM contact WHERE id = :id"), {"id": contact})
    before = state(bo)
    act(bo, inbox.resend, item)
    assert bo.row("contact", id=contact)["phone"] == "8", "with the edits that waited"
    take_back(bo, item)
    assert state(bo) == before
    act(bo, inbox.resend, item)
    bo.sync()
    (row,) = hq.table("contact", id=contact)
    assert (row["name"], row["main"], row["phone"]) == ("Xu Lei", 1, "8")
    converged(bo)


def test_what_the_person_deleted_is_not_made_again(hq: Headquarters, laptop: Make) -> None:
    bo = laptop()
    bo.sync()
    contact, item = rejected_contact(bo)
    bo.act("DELETE FROM contact WHERE id = :id", id=contact)
    with pytest.raises(Problem) as caught:
        act(bo, inbox.resend, item)
    assert caught.value.notice.code == "inbox.nothing_left"
    act(bo, inbox.discard, item)
    bo.sync()
    assert hq.table("contact", id=contact) == []
    assert bo.waiting() == 0


def visit_of(laptop: Laptop) -> tuple[bytes, bytes, Mapping[str, Any]]:
    """A rejected visit plan, a visit that closed it, and a promise made in that visit."""
    partner, user = laptop.row("partner", code="P1")["id"], laptop.session.user_id
    plan = laptop.insert(
        "visit_plan", partner_id=partner, user_id=user, planned_on="someday", state="under_way"
    )
    assert laptop.sync().rejected == 1
    (item,) = laptop.inbox()
    visit = laptop.insert(
        "visit", partner_id=partner, user_id=user, plan_id=plan, visited_on="2026-11-21", outcome="met"
    )
    promise = laptop.insert(
        "promise", partner_id=partner, visit_id=visit, promised="rack", due_on="2026-12-01"
    )
    laptop.act("UPDATE partner SET phone = 'moved' WHERE code = 'P1'")
    return visit, promise, item


def test_what_waits_is_given_up_too_and_taken_back(hq: Headquarters, laptop: Make) -> None:
    bo = laptop()
    bo.sync()
    visit, promise, item = visit_of(bo)
    with bo.database.read() as connection:
        plan = {bytes(item["row_id"])}
        assert len(inbox_trail.dependents(connection, plan)) == 2, "the visit, and the promise made in it"
    before = state(bo)
    act(bo, inbox.discard, item, waiting_too=True)
    assert bo.rows("visit", id=visit) == bo.rows("promise", id=promise) == []
    assert bo.waiting() == 1, "what does not depend on it stays"
    take_back(bo, item)
    assert state(bo) == before
    act(bo, inbox.discard, item, waiting_too=True)
    bo.sync()
    assert hq.table("visit") == hq.table("promise") == []
    assert hq.table("partner", code="P1")[0]["phone"] == "moved"
    assert bo.inbox() == []


def test_edits_of_known_rows_that_wait_are_undone_and_taken_back(hq: Headquarters, laptop: Make) -> None:
    bo = laptop()
    bo.sync()
    contact, item = rejected_contact(bo)
    plan_of = {"partner_id": bo.row("partner", code="P1")["id"], "user_id": bo.session.user_id}
    bo.act(
        "INSERT INTO visit_plan (id, partner_id, user_id, planned_on, state) "
        "VALUES (randomblob(16), :partner_id, :user_id, '2026-12-01', 'planned')",
        "UPDATE contact SET name = 'Xu' WHERE id = :contact",
        "UPDATE partner SET phone = 'same edit' WHERE code = 'P1'",
        contact=contact,
        **plan_of,
    )
    before = state(bo)
    act(bo, inbox.discard, item, waiting_too=True)
    assert bo.row("partner", code="P1")["phone"] == "0571"
    assert bo.waiting() == 0
    hq.execute("UPDATE partner SET email = 'new@b.cn' WHERE code = 'P1'")
    bo.sync()
    take_back(bo, item)
    after = state(bo)
    assert after["outbox"] == before["outbox"]
    assert after["visit_plan"] == before["visit_plan"]
    partner = bo.row("partner", code="P1")
    assert (partner["phone"], partner["email"]) == ("same edit", "new@b.cn")


def test_a_rejected_order_with_its_lines_is_given_up_and_taken_back(hq: Headquarters, laptop: Make) -> None:
    bo = laptop()
    bo.sync()
    bo.place_order(price=400_0000)
    assert bo.sync().rejected == 1
    (item,) = bo.inbox()
    before = state(bo)
    act(bo, inbox.discard, item)
    assert bo.rows("sales_order") == bo.rows("order_line") == []
    take_back(bo, item)
    assert state(bo) == before


def test_the_decision_is_kept_for_the_history(hq: Headquarters, laptop: Make) -> None:
    ann, bo = laptop("ann"), laptop("bo")
    item = conflict(ann, bo)
    act(bo, inbox.decide, item, {"phone": "bo"}, how="mine")
    kept = json.loads(next(one for one in state(bo)["inbox"] if one["id"] == item["id"])["decision"])
    assert (kept["how"], kept["choices"]) == ("mine", {"phone": "bo"})


@pytest.mark.parametrize("edit", ["UPDATE contact SET phone = 'gone'", "DELETE FROM contact"])
def test_an_edit_whose_row_left_is_not_dropped_when_the_rest_is_sent_again(
    hq: Headquarters, laptop: Make, edit: str
) -> None:
    ann = laptop("ann")
    ann.sync()
    ann.act(
        "UPDATE contact SET phone = 'stays' WHERE name = 'Owner of Oujiang'", f"{edit} WHERE name = '{OWNER}'"
    )
    admin.revoke(hq.database, "ann", ["NORTH"])
    ann.sync()
    (item,) = ann.inbox()
    act(ann, inbox.resend, item)
    (rest,) = ann.inbox()
    assert "stays" not in rest["mutations"]
    take_back(ann, item)
    assert [one["id"] for one in ann.inbox()] == [item["id"]]
    act(ann, inbox.resend, item)
    ann.sync()
    assert hq.table("contact", name="Owner of Oujiang")[0]["phone"] == "stays"
    admin.grant(hq.database, "ann", ["NORTH"])
    ann.sync()
    (rest,) = ann.inbox()
    act(ann, inbox.resend, rest)
    ann.sync()
    assert [row["phone"] for row in hq.table("contact", name=OWNER)] == ([] if "DELETE" in edit else ["gone"])
    assert ann.inbox() == []
    converged(ann)
