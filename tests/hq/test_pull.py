"""What a pull brings: everything in scope, nothing else, resumable, never torn."""

import base64
import json

import pytest
import sqlalchemy as sa

from channeldesk.hq import admin
from channeldesk.hq.database import Database
from channeldesk.model.ids import new_id
from channeldesk.model.tables import hq
from channeldesk.wire import SCHEMA
from tests.support.central import Server, add, id_of, read

contact, partner = hq.tables["contact"], hq.tables["partner"]


def names(pulled_rows: dict[str, dict[str, object]]) -> set[object]:
    return {row["name"] for row in pulled_rows.values()}


def test_a_first_pull_brings_the_scope_and_its_units(server: Server, database: Database) -> None:
    laptop = server.laptop("east")

    pulled = laptop.pull()

    assert pulled.mode == "backfill"
    assert {row["code"] for row in pulled.rows["partner"].values()} == {"P-E", "P-E2"}
    assert set(pulled.fill["partner"]) == set(pulled.rows["partner"])
    assert (pulled.start["fresh"], pulled.filled, pulled.more) == (True, True, False)
    assert {row["code"] for row in pulled.rows["territory"].values()} == {"CN", "E", "E2", "W"}
    assert len(pulled.fill["territory"]) == 2
    assert pulled.start["estimate"]["partner"] == 2
    assert laptop.pull().mode == "feed"


def test_rows_carry_the_version_that_a_push_answers(server: Server, database: Database) -> None:
    laptop, row_id = server.laptop("east"), new_id()
    owner = id_of(database, "partner", code="P-E")
    laptop.pull()

    result = laptop.one("contact", row_id, "insert", set={"partner_id": owner.hex(), "name": "Zhang"})
    pulled = laptop.pull()

    assert pulled.mode == "feed"
    assert pulled.rows["contact"][row_id.hex()]["rv"] == result["rv"]
    assert laptop.pull().rows == {}
    assert server.laptop("east").pull().rows["contact"][row_id.hex()]["rv"] == result["rv"]


def test_a_new_partner_comes_with_the_feed(server: Server, database: Database) -> None:
    laptop = server.laptop("east")
    laptop.pull()
    territory = id_of(database, "territory", code="E2")

    with database.write() as connection:
        made = add(connection, "partner", name="New", territory_id=territory, currency="CNY")
        person = add(connection, "contact", partner_id=made, name="New person")
    pulled = laptop.pull()

    assert pulled.mode == "feed"
    assert pulled.born == {"partner": [made.hex()]}
    assert set(pulled.rows["partner"]) == {made.hex()}
    assert set(pulled.rows["contact"]) == {person.hex()}
    assert laptop.pull().mode == "feed"


def test_a_moved_partner_changes_the_scope(server: Server, database: Database) -> None:
    east, west = server.laptop("east"), server.laptop("west")
    moved = id_of(database, "partner", code="P-E")
    with database.write() as connection:
        add(connection, "contact", partner_id=moved, name="Moves along")
    east.pull()
    west.pull()
    before = east.hello()["scope"]

    with database.write() as connection:
        territory = id_of(database, "territory", code="W")
        connection.execute(sa.update(partner).where(partner.c.id == moved).values(territory_id=territory))

    assert east.hello()["scope"] != before
    lost, gained = east.pull(), west.pull()
    assert (lost.mode, gained.mode) == ("feed", "backfill")
    assert (lost.rows, lost.drop) == ({}, {"partner": [moved.hex()]})
    assert gained.fill == {"partner": [moved.hex()]}
    assert names(gained.rows["contact"]) == {"Moves along"}
    assert set(gained.rows) == {"partner", "contact"}
    assert west.pull().rows == east.pull().rows == {}
    assert server.laptop("boss").pull().rows["partner"].keys() >= {moved.hex()}


def test_a_grant_and_its_loss_change_the_scope(server: Server, database: Database) -> None:
    laptop = server.laptop("east")
    laptop.pull()

    admin.grant(database, "east", ["W"])
    gained = laptop.pull()
    admin.revoke(database, "east", ["W", "E"])
    lost = laptop.pull()

    assert gained.mode == "backfill"
    assert len(gained.rows["partner"]) == 1
    assert set(gained.rows["partner"]) == set(gained.fill["partner"])
    assert lost.mode == "feed"
    assert {kind: len(ids) for kind, ids in lost.drop.items()} == {"partner": 3, "territory": 3}
    assert "partner" not in lost.rows
    assert laptop.units == {k: v for k, v in laptop.units.items() if k in ("global", "private") or not v}


def test_a_row_that_moves_within_the_scope_does_not_go(server: Server, database: Database) -> None:
    laptop = server.laptop("east")
    one, other = (id_of(database, "partner", code=code) for code in ("P-E", "P-E2"))
    with database.write() as connection:
        row_id = add(connection, "contact", partner_id=one, name="Moves")
    laptop.pull()

    with database.write() as connection:
        connection.execute(sa.update(contact).where(contact.c.id == row_id).values(partner_id=other))
    pulled = laptop.pull()

    assert pulled.gone == {}
    assert pulled.rows["contact"][row_id.hex()]["partner_id"] == other.hex()


def test_a_row_that_leaves_the_scope_goes(server: Server, database: Database) -> None:
    laptop = server.laptop("east")
    one, other = (id_of(database, "partner", code=code) for code in ("P-E", "P-W"))
    with database.write() as connection:
        moved, deleted = (add(connection, "contact", partner_id=one, name=name) for name in "ab")
    version = laptop.pull().rows["contact"][moved.hex()]["rv"]

    with database.write() as connection:
        connection.execute(sa.update(contact).where(contact.c.id == moved).values(partner_id=other))
        connection.execute(sa.delete(contact).where(contact.c.id == deleted))
    pulled = laptop.pull()

    assert pulled.rows == {}
    assert set(pulled.gone["contact"]) == {moved.hex(), deleted.hex()}
    assert all(rv > version for rv in pulled.gone["contact"].values())


def fill(database: Database, code: str, count: int) -> set[str]:
    """Contacts of one partner, written in one transaction."""
    owner = id_of(database, "partner", code=code)
    made = [{"id": new_id(), "partner_id": owner, "name": f"Person {number}"} for number in range(count)]
    with database.write() as connection:
        connection.execute(sa.insert(contact), made)
    return {row["id"].hex() for row in made}


def test_five_thousand_rows_of_one_transaction(server: Server, database: Database) -> None:
    laptop = server.laptop("east")
    laptop.pull()

    made = fill(database, "P-E", 5_000)
    pulled = laptop.pull()

    assert set(pulled.rows["contact"]) == made
    assert pulled.mode == "feed"
    assert len(pulled.marks) >= 2


def sent_before(content: bytes, mark: str) -> set[str]:
    """Contacts in the lines before a mark."""
    lines = (json.loads(line) for line in content[: content.index(mark.encode())].splitlines()[:-1])
    contacts = (one for one in lines if one["t"] == "rows" and one["entity"] == "contact")
    return {row[0] for one in contacts for row in one["rows"]}


@pytest.mark.parametrize("mode", ["backfill", "feed"])
def test_a_cut_answer_goes_on_from_any_mark(server: Server, database: Database, mode: str) -> None:
    laptop = server.laptop("east")
    if mode == "feed":
        laptop.pull()
    made = fill(database, "P-E", 11_000)
    whole = laptop.pull_response(laptop.cursor)
    full = read([whole.content])

    assert len(full.marks) > 2
    for mark in full.marks:
        kept = sent_before(whole.content, mark)
        rest = read([laptop.pull_response(mark).content])
        assert rest.mode == mode
        assert set(rest.rows.get("contact", {})) == made - kept
        assert rest.filled == (mode == "backfill")


def test_rows_written_while_a_backfill_was_cut_are_not_missed(server: Server, database: Database) -> None:
    laptop = server.laptop("east")
    made = fill(database, "P-E", 6_000)
    first = laptop.pull()
    with database.write() as connection:
        early = min(made)
        connection.execute(
            sa.update(contact).where(contact.c.id == bytes.fromhex(early)).values(name="Changed")
        )
    more = fill(database, "P-E2", 10)

    rest = read([laptop.pull_response(first.marks[0]).content])

    assert rest.mode == "backfill"
    assert rest.rows["contact"][early]["name"] == "Changed"
    assert more <= set(rest.rows["contact"])


def test_pending_rows_of_the_snapshot_are_sent(server: Server, database: Database) -> None:
    """What commits between the sequencer and the snapshot has no place in the feed, and comes too."""
    from channeldesk.hq import policy, users
    from channeldesk.hq.plan import Question
    from channeldesk.hq.pull import Asked, _Answer

    laptop = server.laptop("east")
    laptop.pull()
    owner = id_of(database, "partner", code="P-E")
    with database.write() as connection:
        kept, gone = (add(connection, "contact", partner_id=owner, name=name) for name in "ab")
    laptop.pull()
    with database.write() as connection:
        connection.execute(sa.update(contact).where(contact.c.id == kept).values(name="pending"))
        connection.execute(sa.delete(contact).where(contact.c.id == gone))
        new = add(connection, "contact", partner_id=owner, name="pending too")
    with database.snapshot() as connection:
        who = users.principal(connection, laptop.user_id, bytes.fromhex(laptop.device))
        assert isinstance(who, policy.Principal)
        pulled = read(list(_Answer(connection, Asked(who, Question(laptop.cursor, 1), 1)).lines()))

    assert names(pulled.rows["contact"]) == {"pending", "pending too"}
    assert set(pulled.gone["contact"]) == {gone.hex()}
    again = laptop.pull(pulled.cursor)
    assert set(again.rows["contact"]) == {kept.hex(), new.hex()}
    assert all(
        again.rows["contact"][i]["rv"] >= pulled.rows["contact"][i]["rv"] for i in again.rows["contact"]
    )


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "é",
        "bm90IGpzb24=",
        base64.urlsafe_b64encode(b'["x","v","u",1,1,"",null]').decode(),
        base64.urlsafe_b64encode(b'["x","v","u",1,1,"all",["contact","zz"]]').decode(),
        base64.urlsafe_b64encode(b'["x","v","u",1,1,"dance",["contact",""]]').decode(),
        base64.urlsafe_b64encode(b'{"a":1}').decode(),
        base64.urlsafe_b64encode(b'["x","v","u",99999999999999999999,1,"",["",""]]').decode(),
    ],
)
def test_a_made_up_cursor_starts_again(server: Server, cursor: str) -> None:
    assert server.laptop("east").pull(cursor).mode == "backfill"


def test_the_cursor_of_another_user_or_epoch_starts_again(server: Server, database: Database) -> None:
    east, west = server.laptop("east"), server.laptop("west")
    cursor = east.pull().cursor

    assert west.pull(cursor).mode == "backfill"
    admin.new_epoch(database)
    assert east.pull(cursor).mode == "backfill"


def test_a_packed_answer_is_the_same(server: Server, database: Database) -> None:
    laptop = server.laptop("east")
    fill(database, "P-E", 3_000)
    plain = server.post(
        "/sync/v1/pull",
        json={"cursor": None, "schema": SCHEMA},
        headers={**laptop.headers, "Accept-Encoding": "identity"},
    )
    packed = laptop.pull_response(None)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert read([packed.content]).rows == read([plain.content]).rows


def test_changes_are_found_by_the_feed_and_not_among_all_rows(server: Server, database: Database) -> None:
    """A million lines, of which a thousand changed: walking them all takes half a minute on SQLite."""
    if database.is_postgresql:
        pytest.skip("PostgreSQL plans by its statistics")
    laptop = server.laptop("east")
    laptop.pull()
    owner = id_of(database, "partner", code="P-E")
    with database.write() as connection:
        add(connection, "contact", partner_id=owner, name="Zhang")
    asked: list[tuple[str, object]] = []

    def note(connection: object, cursor: object, statement: str, parameters: object, *rest: object) -> None:
        if "FROM feed AS f" in statement and "contact.name" in statement:
            asked.append((statement, parameters))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    pulled = laptop.pull()
    sa.event.remove(sa.Engine, "before_cursor_execute", note)

    assert names(pulled.rows["contact"]) == {"Zhang"}
    with database.snapshot() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        plans = [raw.execute(f"EXPLAIN QUERY PLAN {text}", values).fetchall() for text, values in asked]
    assert plans and all("ux_feed_seq" in plan[0][3] and "(id=?)" in plan[1][3] for plan in plans)
