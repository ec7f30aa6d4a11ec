"""What the inbox tells: by name, with what waits because of what, also of rows that are not here any more."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from channeldesk.actions import contacts, inbox
from channeldesk.desk import Desk
from channeldesk.model.ids import new_id
from channeldesk.model.notice import Notice, Term
from channeldesk.model.tables import laptop
from channeldesk.queries import inbox as queries
from channeldesk.rules.inbox_advice import spoken
from tests.support.demo_laptop import one
from tests.support.headquarters import Headquarters, serving, synchronised


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Headquarters]:
    with serving("sqlite", tmp_path) as running:
        yield running


@pytest.fixture
def desk(hq: Headquarters, tmp_path: Path) -> Iterator[Desk]:
    with synchronised(hq, tmp_path / "bo") as opened:
        yield opened


def insert(desk: Desk, entity: str, **values: object) -> bytes:
    """A row that no action of this program would write."""
    row_id = new_id()
    with desk.database.write() as connection:
        connection.execute(sa.insert(laptop.tables[entity]).values({"id": row_id, **values}))
    return row_id


def partner(desk: Desk) -> bytes:
    return bytes(desk.ask(one, "SELECT id FROM partner WHERE code = 'P1'"))


def rejected_plan(desk: Desk) -> bytes:
    user = bytes.fromhex(desk.ask(one, "SELECT value FROM local_state WHERE key = 'user_id'"))
    plan = insert(desk, "visit_plan", partner_id=partner(desk), user_id=user, planned_on="2026-13-40")
    assert desk.sync(in_process=True).rejected == 1
    return plan


def test_what_waits_is_told_with_its_names(hq: Headquarters, desk: Desk) -> None:
    plan = rejected_plan(desk)
    user = bytes.fromhex(desk.ask(one, "SELECT value FROM local_state WHERE key = 'user_id'"))
    place = {"partner_id": partner(desk), "user_id": user}
    visit = insert(desk, "visit", **place, plan_id=plan, visited_on="2026-11-20", outcome="met")
    insert(
        desk,
        "promise",
        partner_id=partner(desk),
        visit_id=visit,
        promised="a shelf",
        due_on="2026-12-01",
    )
    insert(desk, "contact", partner_id=partner(desk), name="Nobody's business")
    (row,) = desk.ask(queries.items)
    assert (row.sort, row.waiting, row.partner) == ("rejection", 2, "Hengtai")
    found = desk.ask(queries.item, row.id)
    assert found is not None
    told = [(one.entity, one.title, one.partner, one.rows) for one in found.waiting]
    assert told == [("visit", "2026-11-20", "Hengtai", 1), ("promise", "a shelf", "Hengtai", 1)]


def test_the_reason_names_the_field_as_people_do(hq: Headquarters, desk: Desk) -> None:
    rejected_plan(desk)
    (row,) = desk.ask(queries.items)
    assert row.notice == Notice("sync.malformed_value", {"field": Term("Planned for")})


def test_a_row_that_left_the_laptop_is_named_by_what_was_sent(hq: Headquarters, desk: Desk) -> None:
    contact = insert(desk, "contact", partner_id=partner(desk), name="Xu Lei", main=7)
    desk.sync(in_process=True)
    with desk.database.apply() as connection:
        connection.execute(sa.text("DELETE FROM contact WHERE id = :id"), {"id": contact})
        connection.execute(sa.text("DELETE FROM partner WHERE code = 'P1'"))
    (row,) = desk.ask(queries.items)
    assert (row.title, row.partner, row.partner_id) == ("Xu Lei", None, None)


def test_how_it_was_decided_and_whether_it_can_be_taken_back(hq: Headquarters, desk: Desk) -> None:
    contact = one_contact(desk)
    for where, note in (("here", "mine"), ("there", "theirs")):
        if where == "here":
            desk.act(contacts.edit, contact, {"note": note})
        else:
            hq.execute("UPDATE contact SET note = :note WHERE id = :id", {"note": note, "id": contact})
    desk.sync(in_process=True)
    (row,) = desk.ask(queries.items)
    desk.act(inbox.keep_mine, [row.id])
    (decided,) = desk.ask(queries.inbox).decided
    assert (decided.how, decided.back) == ("mine", "silent")
    desk.sync(in_process=True)
    (decided,) = desk.ask(queries.inbox).decided
    assert (decided.how, decided.back) == ("mine", "edit")
    desk.act(inbox.take_back, row.id)
    assert desk.ask(queries.inbox).decided == ()
    desk.sync(in_process=True)
    assert hq.table("contact", id=contact)[0]["note"] == "theirs"


def one_contact(desk: Desk) -> bytes:
    return bytes(desk.ask(one, "SELECT id FROM contact WHERE name = 'Owner of Hengtai'"))


def test_references_are_told_by_name(hq: Headquarters, desk: Desk) -> None:
    gold = hq.insert("tier", code="G", name="Gold", name_local="金牌", rank_number=1)
    blue = hq.insert("tier", code="B", name="Blue", rank_number=2)
    desk.sync(in_process=True)
    with desk.database.write() as connection:
        connection.execute(sa.text("UPDATE partner SET tier_id = :id WHERE code = 'P1'"), {"id": gold})
    hq.execute("UPDATE partner SET tier_id = :id WHERE code = 'P1'", {"id": blue})
    assert desk.sync(in_process=True).conflicts == 1
    (row,) = desk.ask(queries.items)
    found = desk.ask(queries.item, row.id)
    assert found is not None
    assert found.fields[0].shown == {"mine": "Gold", "theirs": "Blue"}
    assert found.names[gold.hex()] == ("Gold", "金牌")


def test_a_report_loses_nothing(hq: Headquarters, desk: Desk) -> None:
    rejected_plan(desk)
    (row,) = desk.ask(queries.items)
    ((item, raw),) = desk.ask(queries.report, (row.id, b"none"))
    assert item.row == row
    assert raw["mutations"][0]["set"]["planned_on"] == "2026-13-40"
    assert raw["notice"]["code"] == "sync.malformed_value"


@pytest.mark.parametrize(
    ("problem", "code", "params"),
    [
        ("start_minute: 'noon'", "sync.row_set_aside_value", {"field": Term("Start"), "value": "noon"}),
        ("name: None", "sync.row_set_aside_missing", {"field": Term("Name")}),
        ("NOT NULL constraint failed: visit_plan.planned_on", "sync.row_set_aside_missing", {}),
        ("UNIQUE constraint failed: visit_plan.id", "sync.row_set_aside_taken", {}),
        ("3 values for 12 columns", "sync.row_set_aside_torn", {}),
        ("disk I/O error", "sync.row_set_aside", {"problem": "disk I/O error"}),
    ],
)
def test_what_storage_said_is_told_in_peoples_words(problem: str, code: str, params: dict) -> None:
    told = spoken(Notice("sync.row_set_aside", {"entity": "visit_plan", "problem": problem}))
    assert told.code == code
    assert told.params["entity"] == Term("Planned visit")
    assert params.items() <= dict(told.params).items()
