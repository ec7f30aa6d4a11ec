"""The laptop's engine as a whole: a profile, its lock and key, a first round in a process of its own."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from channeldesk.actions import partners
from channeldesk.desk import Desk
from channeldesk.model.changes import Changes, Topic
from channeldesk.model.notice import Problem
from channeldesk.queries import partners as partner_queries
from channeldesk.queries.status import status
from channeldesk.store.integrity import Integrity
from channeldesk.sync import worker
from channeldesk.sync.engine import Step
from channeldesk.sync.transport import HttpTransport, Offline, SignInNeeded
from channeldesk.trust.keyring_store import MemoryStore
from channeldesk.trust.safe import Protection
from tests.support.headquarters import PASSWORD, Headquarters, serving

Open = Callable[..., Desk]


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Headquarters]:
    with serving("sqlite", tmp_path) as running:
        yield running


@pytest.fixture
def keyring() -> MemoryStore:
    return MemoryStore()


def create(hq: Headquarters, folder: Path, keyring: MemoryStore, password: str = PASSWORD) -> Desk:
    return Desk.create(folder, hq.address, "bo", password, device_name="test", keyring=keyring)


def test_a_new_profile_fills_in_its_own_process_and_tells_its_topics(
    hq: Headquarters, tmp_path: Path, keyring: MemoryStore
) -> None:
    moved: list[Changes] = []
    steps: list[Step] = []
    with create(hq, tmp_path / "bo", keyring) as desk:
        desk.subscribe(moved.append)
        result = desk.sync(steps.append)
        assert result.finished
        assert {"greeted", "marked", "indexed", "summarised", "finished"} <= {step.name for step in steps}
        parts = {
            entity: (done, of) for entity, done, of in [s for s in steps if s.name == "marked"][-1].parts
        }
        assert parts["partner"] == (2, 2)
        assert all(done == of for done, of in parts.values())
        assert len(desk.ask(partner_queries.keys)) == 2
        assert Topic.PARTNERS in moved[0]
        again = desk.sync()
        assert (again.finished, again.pulled) == (True, 0)


def test_an_action_is_seen_kept_and_sent(hq: Headquarters, tmp_path: Path, keyring: MemoryStore) -> None:
    folder = tmp_path / "bo"
    with create(hq, folder, keyring) as desk:
        desk.sync()
        partner = desk.ask(partner_queries.by_code, "P1")
        assert partner is not None
        done = desk.act(partners.edit, partner, {"city": "Hangzhou"})
        assert Topic.PARTNERS in done.changes
    with Desk.open(folder, keyring=keyring) as desk:
        assert desk.ask(status).waiting == 1
        desk.sync()
        assert desk.ask(status).waiting == 0
    assert hq.table("partner", code="P1")[0]["city"] == "Hangzhou"


def test_a_profile_is_open_once(hq: Headquarters, tmp_path: Path, keyring: MemoryStore) -> None:
    folder = tmp_path / "bo"
    with create(hq, folder, keyring), pytest.raises(Problem) as refused:
        Desk.open(folder, keyring=keyring)
    assert refused.value.notice.code == "profile.locked"
    Desk.open(folder, keyring=keyring).close()


def test_a_wrong_password_leaves_nothing_behind(
    hq: Headquarters, tmp_path: Path, keyring: MemoryStore
) -> None:
    folder = tmp_path / "bo"
    with pytest.raises(SignInNeeded):
        create(hq, folder, keyring, password="wrong")
    create(hq, folder, keyring).close()


def test_without_headquarters_no_profile_is_made(
    hq: Headquarters, tmp_path: Path, keyring: MemoryStore
) -> None:
    hq.stop()
    with pytest.raises(Offline):
        create(hq, tmp_path / "bo", keyring)


def test_an_ended_session_is_renewed_by_signing_in(
    hq: Headquarters, tmp_path: Path, keyring: MemoryStore
) -> None:
    with create(hq, tmp_path / "bo", keyring) as desk:
        desk.sync()
        for tokens in ("access_token", "refresh_token"):
            hq.execute(f"DELETE FROM {tokens}")
        partner = desk.ask(partner_queries.by_code, "P1")
        assert partner is not None
        desk.act(partners.edit, partner, {"city": "Hangzhou"})
        with pytest.raises(SignInNeeded):
            desk.sync()
        assert desk.ask(status).waiting == 1
        desk.sign_in(PASSWORD)
        assert desk.sync().pushed == 1


def test_rounds_follow_by_themselves_after_work(
    hq: Headquarters, tmp_path: Path, keyring: MemoryStore
) -> None:
    with create(hq, tmp_path / "bo", keyring) as desk:
        desk.sync()
        sent = threading.Event()

        def look(changes: Changes) -> None:
            if desk.ask(status).waiting == 0 and hq.table("partner", code="P1")[0]["city"]:
                sent.set()

        desk.subscribe(look)
        desk.start_sync()
        partner = desk.ask(partner_queries.by_code, "P1")
        assert partner is not None
        desk.act(partners.edit, partner, {"city": "Hangzhou"})
        assert sent.wait(20)


def test_doctor_finds_nothing_on_a_sound_profile_and_mends_what_is_stale(
    hq: Headquarters, tmp_path: Path, keyring: MemoryStore
) -> None:
    with create(hq, tmp_path / "bo", keyring) as desk:
        desk.sync()
        found = desk.doctor()
        assert (found.pages, found.missing_indexes) == (0, [])
        assert not any(found.differences.values())
        with desk.database.apply() as connection:
            connection.exec_driver_sql("DELETE FROM search_entry")
            connection.exec_driver_sql("DROP INDEX ix_partner_name")
        found = desk.doctor()
        assert any(found.differences.values())
        assert found.missing_indexes == ["ix_partner_name"]
        desk.mend()
        found = desk.doctor()
        assert found.missing_indexes == []
        assert not any(found.differences.values())


def test_a_worker_is_cancelled_by_closing_its_input(
    hq: Headquarters, tmp_path: Path, keyring: MemoryStore
) -> None:
    with create(hq, tmp_path / "bo", keyring) as desk:
        result = desk.sync(cancel=lambda: True)
        assert not result.finished
        assert desk.sync().finished


def test_a_worker_is_cancelled_even_when_headquarters_says_nothing(tmp_path: Path) -> None:
    from tests.support import laptop

    path = laptop.make_file(tmp_path / "cache.db")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        order = {"database": str(path), "key": laptop.KEY.hex(), "token": "x"}
        order["server"] = f"http://127.0.0.1:{silent.getsockname()[1]}"
        assert not worker.run(order, cancel=lambda: True).finished


def test_closing_does_not_wait_for_a_silent_headquarters(
    hq: Headquarters, tmp_path: Path, keyring: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody could open the profile meanwhile. The timeout of a read alone would let this test hang."""
    monkeypatch.setitem(HttpTransport.__init__.__kwdefaults__, "read_timeout", 600.0)
    with create(hq, tmp_path / "bo", keyring) as desk, socket.create_server(("127.0.0.1", 0)) as silent:
        desk.sync()
        desk.profile = replace(desk.profile, server=f"http://127.0.0.1:{silent.getsockname()[1]}")
        desk.start_sync()
        connection, _ = silent.accept()
        with connection:
            assert connection.recv(65536).startswith(b"GET /sync/v1/hello")
            desk.close()
            assert connection.recv(65536) == b"", "it hung up"


def test_a_worker_that_cannot_reach_headquarters_says_so(tmp_path: Path) -> None:
    from tests.support import laptop

    path = laptop.make_file(tmp_path / "cache.db")
    order = {"database": str(path), "key": laptop.KEY.hex(), "server": "http://127.0.0.1:9", "token": "x"}
    with pytest.raises(Offline):
        worker.run(order)


def test_the_worker_never_shows_its_key(tmp_path: Path) -> None:
    from tests.support import laptop

    path = laptop.make_file(tmp_path / "cache.db")
    order = {
        "database": str(path),
        "key": laptop.KEY.hex(),
        "server": "http://127.0.0.1:9",
        "token": "secret",
    }
    ended = subprocess.run(
        worker.command(),
        input=json.dumps(order) + "\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    said = ended.stdout + ended.stderr
    assert laptop.KEY.hex() not in said
    assert "secret" not in said
    assert laptop.KEY.hex() not in " ".join(worker.command())
    assert sys.executable == worker.command()[0]


def test_a_passphrase_becomes_a_second_way_in(hq: Headquarters, tmp_path: Path, keyring: MemoryStore) -> None:
    with create(hq, tmp_path / "bo", keyring) as desk:
        assert desk.safe.protection() == Protection("memory", False)
        desk.safe.set_passphrase("a long enough sentence")
        assert desk.safe.protection() == Protection("memory", True)
    with Desk.open(tmp_path / "bo", passphrase="a long enough sentence", keyring=None) as desk:
        assert desk.profile.login == "bo"


@pytest.mark.parametrize("emptied", [True, False])
def test_a_lost_database_is_said_and_not_replaced(
    hq: Headquarters, tmp_path: Path, keyring: MemoryStore, emptied: bool
) -> None:
    folder = tmp_path / "bo"
    create(hq, folder, keyring).close()
    (folder / "cache.db").unlink()
    if emptied:
        (folder / "cache.db").touch()
    with pytest.raises(Problem) as caught:
        Desk.open(folder, keyring=keyring)
    assert caught.value.notice.code == "store.no_database"
    assert (folder / "cache.db").exists() is emptied


def test_a_cut_database_is_told_as_damaged(hq: Headquarters, tmp_path: Path, keyring: MemoryStore) -> None:
    folder = tmp_path / "bo"
    create(hq, folder, keyring).close()
    with (folder / "cache.db").open("r+b") as file:
        file.truncate(40_000)
    with pytest.raises(Problem) as caught:
        Desk.open(folder, keyring=keyring)
    assert caught.value.notice.code == "store.damaged"


def test_the_doctor_tells_of_damage_and_does_not_stumble_over_it(
    hq: Headquarters, tmp_path: Path, keyring: MemoryStore
) -> None:
    folder = tmp_path / "bo"
    with create(hq, folder, keyring) as desk:
        desk.sync(in_process=True)
        page = desk.ask(
            lambda connection: connection.exec_driver_sql(
                "SELECT rootpage FROM sqlite_schema WHERE name = 'sales_by_period'"
            ).scalar_one()
        )
    data = bytearray((folder / "cache.db").read_bytes())
    data[page * 4096 - 1000] ^= 1
    (folder / "cache.db").write_bytes(data)
    with Desk.open(folder, keyring=keyring) as desk:
        found = desk.doctor()
        assert found.pages == 1
        assert found.differences == {}


def test_a_profile_that_could_not_be_made_leaves_nothing_behind(
    hq: Headquarters, tmp_path: Path, keyring: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: object, folder: Path) -> None:
        raise OSError(28, "No space left on device")

    folder = tmp_path / "bo"
    with monkeypatch.context() as patched:
        patched.setattr("channeldesk.store.profile.Profile.save", full)
        with pytest.raises(OSError, match="No space"):
            create(hq, folder, keyring)
    assert [path.name for path in folder.iterdir()] == ["lock"]
    assert keyring.entries == {}
    create(hq, folder, keyring).close()


def test_a_desk_that_is_closed_is_not_read_again(
    hq: Headquarters, tmp_path: Path, keyring: MemoryStore
) -> None:
    """A window that ended before its check began."""
    found: list[Integrity] = []
    desk = create(hq, tmp_path / "bo", keyring)
    desk.close()
    desk.check_integrity(found.append)
    assert not [one for one in threading.enumerate() if one.name == "integrity-check"]
    assert found == []
