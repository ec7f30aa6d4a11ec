"""A content and its row that part for a moment: swept while somebody comes to share it, described anew."""

import hashlib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from channeldesk.hq import admin, blobs, retention
from channeldesk.hq.database import Database
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
