"""A content and its row that part for a moment: swept while somebody comes to share it, described anew."""

import hashlib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from channeldesk.hq import admin, blobs, retention
from channeldesk.hq.database import Database
from channeldesk.hq.tables import blob
from channeldesk.model.ids import new_id
from channeldesk.model.tables import hq
from tests.hq.test_files import CONTENT, Sender
from tests.hq.test_people_of_partners import CONTENT as FILE
from tests.support import central
from tests.support.central import Server, stored

OTHER = b"other" * 100
SAID = {"sha256": hashlib.sha256(OTHER).hexdigest(), "size": len(OTHER)}


@pytest.fixture
def writers(postgres_hq: str) -> Iterator[Database]:
    database = Database(postgres_hq)
    yield database
    database.close()


@pytest.fixture
def sender(postgres_hq: str, writers: Database) -> Iterator[Sender]:
    """On PostgreSQL, where a sweep and a sharing are truly at once; on SQLite one waits for the other."""
    with central.running(postgres_hq) as server:
        yield Sender(server, writers)


def left_and_coming(sender: Sender) -> bytes:
    """A content that no attachment needs any more, and an attachment of the same content."""
    old = sender.add()
    sender.send(old)
    sender.laptop.one("attachment", old, "delete")
    return sender.add()


def test_who_comes_while_it_is_swept_sends_it_again(sender: Sender, writers: Database) -> None:
    new = left_and_coming(sender)
    with ThreadPoolExecutor(1) as pool:
        with writers.write() as connection:
            assert blobs.sweep(connection, admin.now_ms() + retention.DAY_MS) == 1
            begun = pool.submit(sender.begin, new)
            time.sleep(1)
        told = begun.result(20)
    if not told["complete"]:
        sender.send(new)
    assert sender.ask("GET", new).content == CONTENT


def test_what_somebody_came_to_share_is_not_swept(
    sender: Sender, writers: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = left_and_coming(sender)
    emptied, empty = [], blobs._empty

    def meanwhile(connection: sa.Connection, blob_id: bytes) -> None:
        if not emptied:
            emptied.append(pool.submit(sender.begin, new))
            time.sleep(1)
        empty(connection, blob_id)

    monkeypatch.setattr(blobs, "_empty", meanwhile)
    with ThreadPoolExecutor(1) as pool:
        with writers.write() as connection:
            blobs.sweep(connection, admin.now_ms() + retention.DAY_MS)
        told = emptied[0].result(20)
    if not told["complete"]:
        sender.send(new)
    assert sender.ask("GET", new).content == CONTENT


def test_a_content_described_anew_is_told_when_it_is_there(server: Server, database: Database) -> None:
    east, boss = Sender(server, database), server.laptop("boss")
    row_id = east.add()
    east.send(row_id)
    first = boss.pull().rows["attachment"][row_id.hex()]
    assert first["stored_at"] is not None
    base = {name: first[name] for name in ("sha256", "size", "media_type")}
    east.laptop.one("attachment", row_id, "patch", base=base, set=SAID)
    assert boss.pull().rows["attachment"][row_id.hex()]["stored_at"] is None
    east.send(row_id, OTHER)
    assert boss.pull().rows["attachment"][row_id.hex()]["stored_at"] is not None


def test_a_file_made_again_with_another_content_waits_for_it(server: Server, database: Database) -> None:
    east = Sender(server, database)
    row_id = east.add()
    east.send(row_id)
    east.laptop.one("attachment", row_id, "delete")
    row = stored(database, "attachment", row_id)
    said = FILE | SAID | {"partner_id": row["partner_id"].hex()}
    back = east.laptop.one("attachment", row_id, "insert", set=said)
    assert (back["status"], back["row"]["stored_at"]) == ("applied", None)


def test_many_contents_are_swept_at_once(database: Database) -> None:
    made = [
        {"id": new_id(), "sha256": f"{n:064x}", "size": 1, "received": 1, "complete": 1, "started_at": 1}
        for n in range(70_000)
    ]
    with database.write() as connection:
        connection.execute(sa.insert(blob), made)
    with database.write() as connection:
        assert blobs.sweep(connection, admin.now_ms()) == 70_000


def test_a_file_undeleted_while_it_is_swept_keeps_its_content(sender: Sender, writers: Database) -> None:
    """Deleted long ago, still pointed at, and made again at this moment."""
    row_id, attachment = sender.add(), hq.tables["attachment"]
    sender.send(row_id)
    sender.laptop.one("attachment", row_id, "delete")
    own, later = attachment.c.id == row_id, admin.now_ms() + retention.DAY_MS
    with ThreadPoolExecutor(1) as pool:
        with writers.write() as connection:  # as a push does that undoes the deletion
            locked = sa.select(attachment).where(own).with_for_update(key_share=True)
            now = dict(connection.execute(locked).mappings().one())
            values = {"deleted": 0, "updated_at": admin.now_ms()}
            values |= blobs.described(connection, now, {"deleted": 0})
            connection.execute(sa.update(attachment).where(own).values(values))
            swept = pool.submit(writers.run, lambda other: blobs.sweep(other, later))
            time.sleep(1)
        swept.result(20)
    again = stored(writers, "attachment", row_id)
    assert again["deleted"] == 0
    assert again["stored_at"] is None or sender.ask("GET", row_id).content == CONTENT


def test_another_media_type_is_the_same_content(server: Server, database: Database) -> None:
    east = Sender(server, database)
    row_id = east.add()
    east.send(row_id)
    said = {"base": {"media_type": "image/jpeg"}, "set": {"media_type": "image/png"}}
    assert east.laptop.one("attachment", row_id, "patch", **said)["row"]["stored_at"] is not None
