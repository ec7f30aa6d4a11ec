"""Another process asks the owner of a profile for a round."""

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from channeldesk.actions import partners
from channeldesk.desk import Desk
from channeldesk.queries import partners as partner_queries
from channeldesk.sync.door import FILE, ask_owner
from channeldesk.sync.engine import Step
from channeldesk.sync.transport import Offline
from channeldesk.trust.keyring_store import MemoryStore
from tests.support.headquarters import PASSWORD, Headquarters
from tests.sync.test_schedule import until


@pytest.fixture
def desk(hq: Headquarters, tmp_path: Path) -> Iterator[Desk]:
    with Desk.create(tmp_path / "profile", hq.address, "bo", PASSWORD, keyring=MemoryStore()) as made:
        made.sync(in_process=True)
        yield made


def knock(desk: Desk, message: bytes) -> bytes:
    port = json.loads((desk.folder / FILE).read_text("utf-8"))["port"]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as door:
        door.sendall(message)
        door.shutdown(socket.SHUT_WR)
        return door.makefile("rb").read()


def test_the_owner_does_the_round_and_tells_how_far_it_is(hq: Headquarters, desk: Desk) -> None:
    assert ask_owner(desk.folder) is None, "nobody answers yet"
    scheduler = desk.start_sync()
    until(lambda: (desk.folder / FILE).exists() and scheduler.due_in() is not None)
    partner = desk.ask(partner_queries.by_code, "P1")
    assert partner is not None
    scheduler.work_offline(True)
    desk.act(partners.edit, partner, {"city": "Hangzhou"})
    with pytest.raises(Offline) as refused:
        ask_owner(desk.folder)
    assert refused.value.remedy == "remedy.work_online"
    scheduler.work_offline(False)
    steps: list[Step] = []
    result = ask_owner(desk.folder, steps.append)
    assert result is not None
    assert result.finished
    assert steps[-1].name == "finished"
    assert hq.table("partner", code="P1")[0]["city"] == "Hangzhou"
    hq.stop()
    with pytest.raises(Offline):
        ask_owner(desk.folder)
    desk.close()
    assert not (desk.folder / FILE).exists()
    assert ask_owner(desk.folder) is None


def test_whoever_does_not_know_the_secret_gets_no_answer(desk: Desk) -> None:
    desk.start_sync()
    until((desk.folder / FILE).exists)
    secret = json.loads((desk.folder / FILE).read_text("utf-8"))["secret"]
    for message in (
        b'{"ask": "sync", "secret": "guessed"}\n',
        b'{"ask": "sync"}\n',
        b"GET / HTTP/1.1\r\n\r\n",
        b"",
        b"[]\n",
        b"x" * 100_000,
        json.dumps({"ask": "key", "secret": secret}).encode() + b"\n",
    ):
        with suppress(OSError):  # closed before all of it was read
            assert knock(desk, message) == b""
    assert ask_owner(desk.folder) is not None, "it still answers"


def test_what_a_killed_owner_left_behind_is_not_asked(desk: Desk) -> None:
    told = {"port": 9, "pid": 1, "secret": "x"}
    (desk.folder / FILE).write_text(json.dumps(told), "utf-8")
    assert ask_owner(desk.folder) is None
    (desk.folder / FILE).write_text("{", "utf-8")
    assert ask_owner(desk.folder) is None
