"""Editing partners and contacts: values are checked, headquarters' fields are not touched, undo restores."""

import json
from typing import Any

import pytest

from channeldesk.actions import contacts, partners
from channeldesk.desk import Desk
from channeldesk.model.changes import Done
from channeldesk.model.notice import Problem
from channeldesk.queries import partner as partner_query
from tests.support.demo_laptop import DAY, every, one


def undo(desk: Desk, done: Done[Any]) -> None:
    assert done.undo is not None
    desk.act(done.undo.action)


@pytest.fixture
def partner(desk: Desk) -> bytes:
    return bytes(desk.ask(one, "SELECT partner_id FROM contact GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"))


def test_an_edit_is_marked_with_what_headquarters_has(desk: Desk, partner: bytes) -> None:
    before = desk.ask(partner_query.detail, partner, DAY)
    assert before is not None
    assert not before.provisional

    done = desk.act(partners.edit, partner, {"phone": " 0571 1 ", "delivery_note": ""})

    after = desk.ask(partner_query.detail, partner, DAY)
    assert after is not None
    assert (after.phone, after.delivery_note, after.provisional) == ("0571 1", None, True)
    assert after.pending_fields["phone"] == before.phone
    (row,) = desk.ask(every, "SELECT op, changes FROM outbox")
    assert row.op == "patch"
    assert json.loads(row.changes)["phone"] == "0571 1"
    undo(desk, done)
    assert desk.ask(partner_query.detail, partner, DAY).phone == before.phone  # type: ignore[union-attr]


def test_the_same_edit_of_many_is_undone_at_once(desk: Desk) -> None:
    ids = [bytes(row[0]) for row in desk.ask(every, "SELECT id FROM partner WHERE stage = 'active' LIMIT 5")]
    done = desk.act(partners.edit_many, ids, {"stage": "dormant"})
    assert done.notice is not None
    assert done.notice.params["count"] == 5
    assert desk.ask(one, "SELECT count(*) FROM outbox") == 5
    undo(desk, done)
    assert {desk.ask(one, "SELECT stage FROM partner WHERE id = :id", id=one_id) for one_id in ids} == {
        "active"
    }


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"code": "X"}, "edit.field_is_fixed"),
        ({"rv": 1}, None),
        ({"name": "  "}, "edit.field_required"),
        ({"stage": "asleep"}, "edit.not_a_choice"),
        ({"currency": "XXX"}, "value.unknown_currency"),
        ({"id": b"x"}, "edit.field_is_fixed"),
    ],
)
def test_values_are_checked_at_the_door(
    desk: Desk, partner: bytes, values: dict[str, Any], code: str | None
) -> None:
    with pytest.raises(Problem if code else KeyError) as caught:
        desk.act(partners.edit, partner, values)
    if isinstance(caught.value, Problem):
        assert caught.value.notice.code == code
    assert desk.ask(one, "SELECT count(*) FROM outbox") == 0


def test_a_partner_that_is_gone(desk: Desk) -> None:
    with pytest.raises(Problem) as caught:
        desk.act(partners.edit, bytes(16), {"phone": "1"})
    assert caught.value.notice.code == "action.gone"


def test_contacts(desk: Desk, partner: bytes) -> None:
    def mains() -> list[str]:
        found = desk.ask(partner_query.detail, partner, DAY)
        assert found is not None
        return [contact.name for contact in found.contacts if contact.main]

    before = mains()
    added = desk.act(contacts.add, partner, {"name": "Chen Li", "main": True, "phone": "139"})
    assert mains() == ["Chen Li"]
    undo(desk, added)
    assert mains() == before

    contact = desk.act(contacts.add, partner, {"name": "Chen Li"}).value
    edited = desk.act(contacts.edit, contact, {"name": "Chen Lihua", "main": True})
    assert mains() == ["Chen Lihua"]
    undo(desk, edited)
    assert mains() == before
    with pytest.raises(Problem):
        desk.act(contacts.add, partner, {"phone": "1"})


def test_removing_a_known_contact_and_bringing_it_back(desk: Desk, partner: bytes) -> None:
    known = desk.ask(one, "SELECT id FROM contact WHERE partner_id = :p AND rv > 0", p=partner)
    count = desk.ask(one, "SELECT count(*) FROM contact")

    undo(desk, desk.act(contacts.remove, known))
    assert desk.ask(one, "SELECT rv FROM contact WHERE id = :id", id=known) == 1, "not told yet: the same row"

    done = desk.act(contacts.remove, known)
    with desk.database.apply() as connection:
        connection.exec_driver_sql("DELETE FROM outbox")  # headquarters has answered
    undo(desk, done)
    assert desk.ask(one, "SELECT count(*) FROM contact") == count
    assert desk.ask(one, "SELECT count(*) FROM contact WHERE id = :id", id=known) == 0, (
        "the old id stays dead"
    )
