"""What headquarters keeps in memory of what people see: right, and not without end."""

import pytest

from channeldesk.hq import hello, users
from channeldesk.hq.database import Database
from channeldesk.hq.plan import Question
from channeldesk.model.ids import new_id
from channeldesk.wire import SCHEMA
from tests.support.central import Server, id_of


def test_choices_of_a_laptop_without_end_are_not_all_kept(
    server: Server, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hello, "KEPT", 4)
    boss, east = server.laptop("boss"), id_of(database, "territory", code="E")
    with database.write() as connection:
        who = users.principal(connection, boss.user_id, bytes.fromhex(boss.device))
    assert who is not None
    greeter = hello.Greeter(database)
    for _ in range(10):
        choice = frozenset({east, new_id()})
        found = greeter.greet(who, Question(None, SCHEMA, keep=choice), SCHEMA, 1)
        assert [code for _, code, _ in found.territories] == ["E", "E2"]
    assert 0 < len(greeter._views) <= 4
