"""Headquarters renewed process by process: a laptop is answered by an older one between two newer."""

from dataclasses import replace

import pytest

from channeldesk.hq import pull, selecting, users
from channeldesk.hq.database import Database
from channeldesk.hq.plan import Question
from channeldesk.model.entities import ENTITIES
from channeldesk.wire import SCHEMA
from tests.support import central
from tests.support.central import Server, add, id_of


def test_new_fields_come_though_an_older_process_answered_in_between(
    server: Server, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newer one's answer was cut, and the older one is asked to go on with it."""
    monkeypatch.setattr(pull, "BACKFILL_MARK", 1)
    monkeypatch.setattr(selecting, "LINE", 1)
    monkeypatch.setattr(selecting.batches, "__defaults__", (1,))
    east = server.laptop("east")
    partner = id_of(database, "partner", code="P-E")
    with database.write() as connection:
        made = {
            add(connection, "contact", partner_id=partner, name=f"C{n}", email="a@b.cn").hex()
            for n in range(4)
        }
        who = users.principal(connection, east.user_id, bytes.fromhex(east.device))
    assert who is not None
    fields, newer = ENTITIES["contact"].fields, replace(ENTITIES["contact"].fields["email"], since=SCHEMA + 1)

    def answer(cursor: str | None, ours: int) -> central.Pulled:
        with monkeypatch.context() as renewed:
            if ours > SCHEMA:
                renewed.setitem(fields, "email", newer)
            asked = pull.Asked(who, Question(cursor, SCHEMA + 1), 1, ours)
            return central.read(list(pull.pull(database, asked)))

    first = answer(None, SCHEMA)
    second = answer(first.cursor, SCHEMA + 1)
    assert second.mode == "backfill"
    got = set(list(second.rows["contact"])[:1])
    cursor = answer(second.marks[0], SCHEMA).cursor
    for _ in range(3):
        pulled = answer(cursor, SCHEMA + 1)
        got |= set(pulled.rows.get("contact", {}))
        cursor = pulled.cursor
    assert made <= got
