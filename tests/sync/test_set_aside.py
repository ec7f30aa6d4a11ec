"""Rows that could not be stored: what is kept of them goes with their area."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from channeldesk.hq import admin
from channeldesk.model.changes import Topic
from channeldesk.wire.stream import StreamWriter, read_stream
from tests.support.headquarters import Headquarters
from tests.support.rounds import Laptop
from tests.sync.test_between_steps import rounds
from tests.sync.test_inbox import OWNER
from tests.sync.test_units import Make


def garbled(hq: Headquarters, one: Laptop, value: Any) -> None:
    """One contact comes with a value that no field of it can hold."""
    hq.execute("UPDATE contact SET email = 'new@b.cn' WHERE name = :name", {"name": OWNER})
    right = one.transport.inner.pull

    def pull(request: Mapping[str, Any]) -> Iterator[bytes]:
        writer = StreamWriter()
        for message in read_stream(right(request)):
            if message["t"] == "rows" and message["entity"] == "contact":
                message["rows"] = [[value if v == "new@b.cn" else v for v in row] for row in message["rows"]]
            if message["t"] == "end":
                yield writer.end(message["cursor"], filled=message["filled"], more=message["more"])
            elif message["t"] == "mark":
                yield writer.mark(message["cursor"])
            else:
                yield writer.line(message)

    one.transport.inner.pull = pull  # type: ignore[method-assign]
    assert one.sync().set_aside == 1
    one.transport.inner.pull = right  # type: ignore[method-assign]


def anew(one: Laptop) -> None:
    """As an epoch, or an old cursor, has it: everything is compared."""
    with one.database.apply() as connection:
        connection.exec_driver_sql("DELETE FROM local_state WHERE key = 'cursor'")


def kept(one: Laptop) -> list[str]:
    with one.database.read() as connection:
        return list(connection.exec_driver_sql("SELECT mutations FROM inbox").scalars())


@pytest.mark.parametrize("value", [7, {"a": 1}, [1]])
@pytest.mark.parametrize("compared", [False, True])
def test_it_goes_with_its_area_and_the_window_hears_of_it(
    hq: Headquarters, laptop: Make, value: Any, compared: bool
) -> None:
    bo = laptop("bo")
    bo.sync()
    garbled(hq, bo, value)
    admin.revoke(hq.database, "bo", ["NORTH"])
    if compared:
        anew(bo)
    told = bo.sync().changes | bo.sync().changes
    assert bo.rows("contact") == []
    assert not any(OWNER in text for text in kept(bo))
    assert Topic.INBOX in told


def test_it_stays_where_it_was_set_aside_by_a_comparison(hq: Headquarters, laptop: Make) -> None:
    bo = laptop("bo")
    bo.sync()
    anew(bo)
    garbled(hq, bo, 7)
    rounds(bo)
    assert [one["kind"] for one in bo.inbox()] == ["set_aside"]
