"""An answer that is told again: as things stand now, and as far as they are in sight."""

from collections.abc import Iterator
from typing import Any

import pytest

from channeldesk.hq import admin, sequencer
from channeldesk.hq.database import Database
from channeldesk.model.ids import new_id
from tests.support import central
from tests.support.central import Server, contact, id_of


@pytest.fixture
def writers(postgres_hq: str) -> Iterator[Database]:
    database = Database(postgres_hq)
    yield database
    database.close()


@pytest.fixture
def pg_server(postgres_hq: str) -> Iterator[Server]:
    with central.running(postgres_hq) as server:
        yield server


def test_it_tells_nothing_that_is_out_of_sight_now(server: Server, database: Database) -> None:
    east, boss, partner = server.laptop("east"), server.laptop("boss"), id_of(database, "partner", code="P-E")
    base = {"credit_limit": 1_000_000, "currency": "CNY"}
    boss.one("partner", partner, "patch", base=base, set={"credit_limit": 777_777})
    sent = east.mutation("partner", partner, "patch", base=base, set={"credit_limit": 5})
    assert "777777" in east.send(sent).text
    admin.revoke(database, "east", ["E"])
    again = east.send(sent)
    assert again.json()["results"][0]["repeated"]
    assert "777777" not in again.text


def test_the_version_is_not_newer_than_its_row(
    pg_server: Server, writers: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another's edit falls between two statements of the answer: only PostgreSQL lets it."""
    east, boss, row_id = pg_server.laptop("east"), pg_server.laptop("boss"), new_id()
    sent = east.mutation("contact", row_id, "insert", set=contact(id_of(writers, "partner", code="P-E")))
    east.push(sent)
    newest, edited = sequencer.newest, []

    def meanwhile(*asked: Any) -> Any:
        if not edited:
            edited.append(None)
            edited[0] = boss.one("contact", row_id, "patch", base={"phone": None}, set={"phone": "1"})
        return newest(*asked)

    boss.hello()
    monkeypatch.setattr(sequencer, "newest", meanwhile)
    (told,) = east.push(sent)
    assert edited[0]["status"] in ("applied", "merged")
    assert told["row"]["phone"] == "1" or told["rv"] < edited[0]["rv"]
