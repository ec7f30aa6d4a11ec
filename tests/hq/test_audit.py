"""The audit trail is one chain, whoever writes; whatever is done to it afterwards is found and named."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channeldesk.hq import admin, audit, audit_check, rows, sequencer
from channeldesk.hq.audit_check import Broken
from channeldesk.hq.database import Database
from channeldesk.hq.migrate import _config, migrate
from channeldesk.hq.tables import audit_entry
from channeldesk.model.ids import new_id
from tests.conftest import ROOT
from tests.support import central, tampering
from tests.support.central import Server, contact, id_of
from tests.support.tampering import Rows


def checked(database: Database) -> audit_check.Checked:
    with database.snapshot() as connection:
        return audit_check.check(connection)


def count(database: Database) -> int:
    with database.snapshot() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(audit_entry)).scalar_one())


def test_what_was_set_up_is_a_chain_without_gaps(database: Database) -> None:
    found = checked(database)
    assert found.broken is None
    assert found.entries == found.head.seq == count(database) > 20
    with database.snapshot() as connection:
        assert [row["seq"] for row in tampering.trail(connection)] == list(range(1, found.entries + 1))


def test_what_is_rolled_back_leaves_no_gap(database: Database) -> None:
    before = checked(database).head
    with tampering.undone(database) as connection:
        rows.insert(connection, "tax_code", [{"code": "X", "name": "X", "rate": 0}], now=1)
    assert checked(database).head == before
    admin.add_territory(database, "X", "X")
    after = checked(database)
    assert (after.broken, after.head.seq) == (None, before.seq + 1)


def test_entries_of_one_transaction_stand_together_in_their_order(database: Database) -> None:
    first, second = (rows_of(code) for code in ("A", "B"))
    with database.write() as connection:
        rows.insert(connection, "tax_code", first, now=1)
        rows.insert(connection, "tax_code", second, now=2)
    with database.snapshot() as connection:
        newest = tampering.trail(connection)[-4:]
    assert [row["row_id"] for row in newest] == [row["id"] for row in (*first, *second)]
    assert [row["at"] for row in newest] == [1, 1, 2, 2]


def rows_of(code: str) -> list[dict[str, Any]]:
    return [{"id": new_id(), "code": f"{code}{n}", "name": code, "rate": 0} for n in range(2)]


def test_nothing_is_recorded_where_it_could_be_taken_back(database: Database) -> None:
    with database.write() as connection, connection.begin_nested(), pytest.raises(AssertionError):
        audit.record(connection, audit.CONSOLE, [audit.Entry("x")], 1)


def test_who_recorded_holds_nobody_up_before_its_commit_postgresql(postgres_hq: str) -> None:
    """The sequencer's lock is the last one taken: an administrator who is slow does not stop the pushes."""
    with central.running(postgres_hq) as server:
        laptop = server.laptop("east")
        database = Database(postgres_hq)
        partner = id_of(database, "partner", code="P-E")
        with database.write() as slow:
            rows.insert(slow, "tax_code", rows_of("slow"), now=1)
            answer = laptop.one("contact", new_id(), "insert", set=contact(partner))
            assert answer["status"] == "applied"
        assert checked(database).broken is None
        database.close()


def test_the_chain_holds_under_many_writers(server: Server, database: Database) -> None:
    """Pushes of four laptops, sign-ins, the operator and a plain reader at once."""
    partner, turns = id_of(database, "partner", code="P-E"), range(6)
    before = checked(database).entries

    def push(laptop: central.Laptop) -> None:
        for _ in turns:
            sent = [laptop.mutation("contact", new_id(), "insert", set=contact(partner)) for _ in range(5)]
            assert {one["status"] for one in laptop.push(*sent)} == {"applied"}

    def operate(who: int) -> None:
        for turn in turns:
            admin.add_territory(database, f"T{who}-{turn}", "T")
            admin.grant(database, "west", [f"T{who}-{turn}"])

    def check(_: int) -> None:
        for _ in turns:
            assert checked(database).broken is None

    laptops = [server.laptop(login) for login in ("east", "boss", "east", "boss")]
    signed = checked(database).entries
    with ThreadPoolExecutor(9) as pool:
        jobs = [pool.submit(push, one) for one in laptops]
        jobs += [pool.submit(operate, who) for who in range(2)]
        jobs += [pool.submit(lambda: [server.laptop("view") for _ in range(3)]), pool.submit(check, 0)]
        for job in jobs:
            job.result(60)

    found = checked(database)
    assert found.broken is None
    assert signed - before == 4
    assert found.entries == signed + 4 * 6 * 5 + 2 * 6 * 2 + 3
    assert count(database) == found.entries


WRITER = """
import sys
from channeldesk.hq import admin
from channeldesk.hq.database import Database
database = Database(sys.argv[1])
for turn in range(15):
    admin.add_territory(database, f"{sys.argv[2]}{turn}", "T")
    admin.grant(database, "west", [f"{sys.argv[2]}{turn}"])
database.close()
"""


def test_the_chain_holds_under_two_processes(hq_url: str, database: Database) -> None:
    before = checked(database).entries
    command = [sys.executable, "-W", "error", "-c", WRITER, hq_url]
    writers = [subprocess.Popen([*command, name], cwd=ROOT) for name in ("A", "B")]
    for turn in range(15):
        admin.add_territory(database, f"C{turn}", "T")
    assert [one.wait(60) for one in writers] == [0, 0]

    found = checked(database)
    assert found.broken is None
    assert found.entries == before + 2 * 15 * 2 + 15


def test_a_transaction_that_waits_for_the_head_builds_on_the_one_before(
    postgres_hq: str,
) -> None:
    """The second reads the head only after the first has committed."""
    database = Database(postgres_hq)
    with database.write() as first:
        sequencer.lock(first)
        waiting = threading.Thread(target=admin.add_territory, args=(database, "SECOND", "T"))
        waiting.start()
        rows.insert(first, "tax_code", rows_of("first"), now=1)
    waiting.join(30)
    found = checked(database)
    with database.snapshot() as connection:
        newest = tampering.trail(connection)[-1]
    assert found.broken is None
    assert newest["entity"] == "territory"
    database.close()


def test_an_old_trail_becomes_a_chain(database_url: str) -> None:
    """Numbers that a rollback had skipped close up; the order stays."""
    database = Database(database_url)
    config = _config()
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
        for seq, user in ((3, None), (4, new_id()), (9, None)):
            values = {"seq": seq, "at": seq, "user_id": user, "device_id": None, "row_id": new_id()}
            old = sa.table("audit_entry", *(sa.column(name, audit_entry.c[name].type) for name in OLD))
            connection.execute(sa.insert(old).values(**values, action="a", entity="partner", diff='{"名":1}'))
    migrate(database)
    found = checked(database)
    with database.snapshot() as connection:
        kept = tampering.trail(connection)
    assert (found.broken, found.entries) == (None, 3)
    assert [(row["seq"], row["at"]) for row in kept] == [(1, 3), (2, 4), (3, 9)]
    database.close()


OLD = ("seq", *audit.FIELDS)


# What is done to the trail, and what the check has to say of it.


@dataclass(frozen=True)
class Deed:
    """``at``: the place in the list, from 0; ``forged``: with a hash that fits the entry before it."""

    kind: str
    at: int
    other: int = 0
    field: str = "diff"
    forged: bool = False

    def done(self, trail: Rows) -> tuple[Rows, Broken]:
        return getattr(self, f"_{self.kind}")([dict(row) for row in trail])

    def _change(self, trail: Rows) -> tuple[Rows, Broken]:
        row = trail[self.at]
        other = {
            "at": row["at"] + 1,
            "action": "delete",
            "entity": None,
            "diff": '{"a":[1,2]}',
            "hash": bytes(32),
        }
        row[self.field] = other.get(self.field, b"\1" * 16 if row[self.field] is None else None)
        return trail, Broken(self.at + 1, "changed")

    def _remove(self, trail: Rows) -> tuple[Rows, Broken]:
        last = min(self.at + self.other, len(trail) - 1)
        return trail[: self.at] + trail[last + 1 :], Broken(self.at + 1, "missing", last - self.at + 1)

    def _close_up(self, trail: Rows) -> tuple[Rows, Broken]:
        left, broken = self._remove(trail)
        return numbered(left), broken

    def _insert(self, trail: Rows) -> tuple[Rows, Broken]:
        strangers = [{**trail[0], "at": 7, "diff": f'{{"n":{n}}}'} for n in range(self.other % 3 + 1)]
        made = trail[: self.at] + strangers
        if self.forged:
            forged = tampering.rehashed(made)[self.at :]
        else:
            forged = [{**row, "hash": bytes([n + 1] * 32)} for n, row in enumerate(strangers)]
        broken = Broken(self.at + 1, "inserted", len(strangers))
        return numbered(trail[: self.at] + forged + trail[self.at :]), broken

    def _swap(self, trail: Rows) -> tuple[Rows, Broken]:
        first, second = sorted((self.at, self.other))
        trail[first], trail[second] = trail[second], trail[first]
        return numbered(trail), Broken(first + 1, "order", 1, second + 1)

    def _move(self, trail: Rows) -> tuple[Rows, Broken]:
        trail.insert(self.other, trail.pop(self.at))
        first = min(self.at, self.other)
        found = self.other + 1 if self.at < self.other else first + 2
        return numbered(trail), Broken(first + 1, "order", 1, found)


def numbered(trail: Rows) -> Rows:
    return [{**row, "seq": seq} for seq, row in enumerate(trail, start=1)]


MOST = 14
places = st.integers(0, MOST - 1)
deeds = st.one_of(
    st.builds(Deed, st.just("change"), places, field=st.sampled_from((*audit.FIELDS, "hash"))),
    st.builds(Deed, st.sampled_from(("remove", "close_up")), places, st.integers(0, 4)),
    st.builds(Deed, st.just("insert"), places, st.integers(0, 2), forged=st.booleans()),
    st.builds(Deed, st.sampled_from(("swap", "move")), places, places).filter(
        lambda one: one.at != one.other
    ),
)


@pytest.fixture(scope="module")
def short(module_database_url: str) -> Any:
    """A trail of fourteen entries that all differ."""
    database = Database(module_database_url)
    migrate(database)
    with database.write() as connection:
        for n in range(MOST):
            actor = audit.Actor(new_id(), new_id()) if n % 3 else audit.CONSOLE
            entry = audit.Entry("patch", "partner", new_id(), {"name": [f"山 {n}", "x"]})
            audit.record(connection, actor, [entry], 1000 + n)
    yield database
    database.close()


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deed=deeds)
def test_what_was_done_to_the_trail_is_named(short: Database, deed: Deed) -> None:
    with tampering.undone(short) as connection:
        rows, expected = deed.done(tampering.trail(connection))
        tampering.put(connection, rows)
        found = audit_check.check(connection)
    assert found.broken == expected
    assert found.entries == expected.seq - 1
    assert found.broken is not None
    assert found.broken.notice().english()
    assert checked(short).broken is None


def test_an_entry_put_behind_the_head_is_found(short: Database) -> None:
    with tampering.undone(short) as connection:
        trail = tampering.trail(connection)
        tampering.put(connection, tampering.rehashed([*trail, trail[0]]))
        assert audit_check.check(connection).broken == Broken(MOST + 1, "inserted")


def test_a_last_entry_that_was_changed_with_its_hash_is_not_the_head(short: Database) -> None:
    with tampering.undone(short) as connection:
        trail = tampering.trail(connection)
        trail[-1]["diff"] = "{}"
        tampering.put(connection, tampering.rehashed(trail))
        assert audit_check.check(connection).broken == Broken(MOST, "changed")


def test_an_empty_trail_with_a_head_lacks_everything(short: Database) -> None:
    with tampering.undone(short) as connection:
        tampering.put(connection, [])
        assert audit_check.check(connection).broken == Broken(1, "missing", MOST)


def test_a_long_trail_is_read_page_by_page(short: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with short.snapshot() as connection:
        last = tampering.trail(connection)[-1]["hash"]
    monkeypatch.setattr(audit_check, "PAGE", 3)
    assert checked(short) == audit_check.Checked(audit.Head(MOST, last), None)
