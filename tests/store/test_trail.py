"""Who changed what when on this laptop: one chain, appended with the change, whole also when it is pruned."""

import hashlib
import json
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.model.ids import new_id
from channeldesk.model.local import trail as table
from channeldesk.model.notice import Notice
from channeldesk.model.tables import laptop
from channeldesk.queries import trail as query
from channeldesk.queries.audit_words import Span
from channeldesk.queries.trail import TrailChecked, Wanted
from channeldesk.store import trail
from channeldesk.store.database import Database

DAY = 24 * 3600 * 1000
contact = laptop.tables["contact"]


def add(database: Database, name: str, *more: str) -> bytes:
    ids = [new_id() for _ in (name, *more)]
    with database.write() as connection:
        for row_id, one in zip(ids, (name, *more), strict=True):
            connection.execute(
                sa.insert(contact).values(id=row_id, partner_id=bytes(16), name=one, phone="1")
            )
    return ids[0]


def checked(database: Database) -> TrailChecked:
    with database.read() as connection:
        return query.check(connection)


def found(database: Database, **wanted: Any) -> list[query.TrailEntry]:
    with database.read() as connection:
        return query.newest(connection, Wanted(**wanted), 0)


def test_every_change_of_a_person_is_in_the_chain(database: Database) -> None:
    row_id = add(database, "Chen", "Wu")
    with database.write() as connection:
        connection.execute(sa.update(contact).where(contact.c.id == row_id).values(phone="2"))
    with database.write() as connection:
        connection.execute(sa.delete(contact).where(contact.c.id == row_id))
    with database.write() as connection:
        connection.execute(sa.select(contact))

    entries = found(database)[::-1]
    assert [(one.seq, one.action) for one in entries] == [
        (1, "insert"),
        (2, "insert"),
        (3, "patch"),
        (4, "delete"),
    ]
    diffs = [json.loads(one.diff) for one in entries]
    assert diffs[0]["name"] == [None, "Chen"]
    assert "job_title" not in diffs[0]
    assert diffs[2] == {"phone": ["1", "2"]}
    assert diffs[3]["phone"] == ["2", None]
    assert entries[0].txn == entries[1].txn != entries[2].txn
    assert checked(database) == TrailChecked(4, 0, None)


def test_what_is_rolled_back_and_what_came_from_headquarters_are_not(database: Database) -> None:
    with suppress(KeyError), database.write() as connection:
        connection.execute(sa.insert(contact).values(id=new_id(), partner_id=bytes(16), name="x"))
        raise KeyError
    with database.apply() as connection:
        connection.execute(sa.insert(contact).values(id=new_id(), partner_id=bytes(16), name="x", rv=1))
    assert found(database) == []
    assert checked(database) == TrailChecked(0, 0, None)


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE trail SET diff = '{}' WHERE seq = 3", Notice("audit.changed", {"seq": 3})),
        ("UPDATE trail SET at = at + 1 WHERE seq = 1", Notice("audit.changed", {"seq": 1})),
        ("UPDATE trail SET hash = zeroblob(32) WHERE seq = 5", Notice("audit.changed", {"seq": 5})),
        ("DELETE FROM trail WHERE seq = 1", Notice("audit.missing", {"first": 1, "last": 1})),
        ("DELETE FROM trail WHERE seq IN (3, 4)", Notice("audit.missing", {"first": 3, "last": 4})),
    ],
)
def test_what_was_done_to_it_is_named(database: Database, statement: str, broken: Notice) -> None:
    add(database, "a", "b", "c", "d", "e")
    with database.apply() as connection:
        connection.exec_driver_sql(statement)
    assert checked(database).broken == broken


def test_old_entries_go_and_the_rest_still_holds(database: Database) -> None:
    for name in "abcdef":
        add(database, name)
    whole = found(database)[::-1]
    with database.apply() as connection:
        trail.prune(connection, whole[0].at, most=4)
    assert checked(database) == TrailChecked(4, 2, None)
    assert found(database)[-1].previous == whole[1].hash
    with database.apply() as connection:
        trail.prune(connection, whole[-1].at)
        trail.prune(connection, whole[-1].at + trail.KEPT_MS)
    assert checked(database).start < 6
    with database.apply() as connection:
        trail.prune(connection, whole[-1].at + trail.KEPT_MS + 1)
    assert checked(database) == TrailChecked(1, 5, None)  # the newest one stays: the next builds on it
    add(database, "g")
    assert checked(database) == TrailChecked(2, 5, None)

    with database.apply() as connection:
        connection.execute(sa.delete(table).where(table.c.seq == 6))
    assert checked(database).broken == Notice("audit.missing", {"first": 6, "last": 6})


def test_a_clock_that_was_wrong_costs_nothing_newer(database: Database) -> None:
    """An entry of long ago behind a new one stays until the new one goes."""
    add(database, "a", "b", "c")
    with database.apply() as connection:
        connection.exec_driver_sql("UPDATE trail SET at = 0 WHERE seq IN (1, 3)")
        trail.prune(connection, found(database)[1].at)
    assert [one.seq for one in found(database)] == [3, 2]


def test_every_filter_finds_its_own(database: Database) -> None:
    row_id = add(database, 'Chen "李"', "Wu")
    at = found(database)[0].at
    assert len(found(database, action="insert", entity="contact")) == 2
    assert found(database, action="patch") == found(database, entity="partner") == []
    assert [one.row_id for one in found(database, row=row_id.hex())] == [row_id]
    assert [one.row_id for one in found(database, text='chen "李')] == [row_id]
    day = "2001-01-01"
    assert found(database, span=Span(until=day)) == []
    assert len(found(database, span=Span(since=day))) == 2
    assert at > 0
    with database.read() as connection:
        assert len(query.newest(connection, Wanted(), 1)) == 1


def test_others_can_verify_it(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "_PAGE", 2)
    add(database, "a", "b", "c", "d", "李")

    def field(value: Any) -> bytes:
        return b"%d:%b," % (len(str(value).encode()), str(value).encode())

    previous = "0" * 64
    with database.read() as connection:
        entries = [one.told() for one in query.oldest(connection, Wanted())]
    for one in entries:
        names = ("seq", "at", "action", "entity", "row_id", "txn", "diff")
        content = b"".join(field(one[name]) for name in names)
        assert hashlib.sha256(bytes.fromhex(previous) + content).hexdigest() == one["hash"]
        assert one["previous"] == previous
        previous = str(one["hash"])
    assert len(entries) == 5
