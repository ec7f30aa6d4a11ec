"""An order of headquarters destroys a laptop's data, key first; nobody else's word does, no kill stops it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.actions import attachments, contacts
from channeldesk.desk import Desk
from channeldesk.hq import admin
from channeldesk.hq.sign_in import orders
from channeldesk.hq.tables import audit_entry
from channeldesk.model.notice import Notice, Problem
from channeldesk.queries import partners
from channeldesk.store import images, outbox
from channeldesk.sync import lease, wiping
from channeldesk.sync.transport import HttpTransport, Offline, Refused, SignInNeeded
from channeldesk.trust import signing
from channeldesk.trust.keyring_store import MemoryStore
from tests.support.headquarters import PASSWORD, Headquarters
from tests.support.stubborn import Stubborn

PHRASE = "a long passphrase"


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With something in it that is not the program's."""
    place = tmp_path / "desk"
    place.mkdir()
    (place / "files of mine.txt").write_text("mine")
    (place / "letters").mkdir()
    return place


@pytest.fixture
def desk(hq: Headquarters, folder: Path, store: MemoryStore) -> Iterator[Desk]:
    with Desk.create(folder, hq.address, "bo", PASSWORD, passphrase=PHRASE, keyring=store) as one:
        one.sync(in_process=True)
        partner = one.ask(partners.by_code, "P1")
        assert partner is not None
        one.act(contacts.add, partner, {"name": "Waits"})
        one.act(attachments.add, partner, one.files.take_in_bytes(b"content", "shelf.jpg"))
        yield one


def order(hq: Headquarters, desk: Desk, *, at_once: bool = False) -> None:
    orders.wipe(hq.database, desk.profile.device_prefix, at_once=at_once, now=admin.now_ms())


def told(hq: Headquarters) -> list[Any]:
    with hq.database.snapshot() as connection:
        query = sa.select(audit_entry.c.diff).where(audit_entry.c.action == "device_wiped")
        return [json.loads(one) for one in connection.scalars(query)]


def is_gone(folder: Path, store: MemoryStore) -> None:
    assert store.entries == {}
    assert sorted(one.name for one in folder.iterdir()) == ["files of mine.txt", "letters", "lock"]
    with pytest.raises(Problem) as refused:
        Desk.open(folder, keyring=store)
    assert refused.value.notice.code == "profile.not_found"


def is_whole(desk: Desk, store: MemoryStore) -> None:
    assert len(store.entries) == 1
    assert (desk.folder / "key.json").exists()
    assert desk.ask(outbox.count) == 2
    assert not wiping.is_begun(desk.folder)


@pytest.mark.parametrize("in_process", [True, False])
def test_what_waits_is_handed_in_before_all_is_destroyed(
    hq: Headquarters, desk: Desk, folder: Path, store: MemoryStore, in_process: bool
) -> None:
    order(hq, desk)
    with pytest.raises(Problem) as said:
        desk.sync(in_process=in_process)
    assert (said.value.notice.code, said.value.notice.params) == ("trust.wiped", {"count": 0})
    assert store.entries == {}, "the key goes first"
    assert not (folder / "key.json").exists()
    with pytest.raises(Problem) as again:
        desk.sync(in_process=True)
    assert again.value is said.value
    desk.close()
    is_gone(folder, store)
    assert [one["name"] for one in hq.table("contact", name="Waits")] == ["Waits"]
    (file,) = hq.table("attachment")
    assert file["stored_at"], "the content of files too"
    assert told(hq) == [{"destroyed": 0}]


def test_what_waits_for_a_decision_is_lost_too(hq: Headquarters, desk: Desk) -> None:
    """Headquarters did not take it, so it is said."""
    desk.sync(in_process=True)
    hq.execute("UPDATE partner SET credit_limit = 7 WHERE code = 'P1'")
    with desk.database.write() as connection:
        connection.exec_driver_sql("UPDATE partner SET credit_limit = 5 WHERE code = 'P1'")
    order(hq, desk)
    with pytest.raises(Problem) as said:
        desk.sync(in_process=True)
    assert said.value.notice.params == {"count": 1}
    assert told(hq) == []
    desk.close()
    assert told(hq) == [{"destroyed": 1}]


def test_at_once_destroys_what_waits_and_the_trail_says_how_much(
    hq: Headquarters, desk: Desk, folder: Path, store: MemoryStore
) -> None:
    order(hq, desk, at_once=True)
    with pytest.raises(Problem) as said:
        desk.sync(in_process=True)
    assert said.value.notice.params == {"count": 3}
    desk.close()
    is_gone(folder, store)
    assert hq.table("contact", name="Waits") == []
    assert told(hq) == [{"destroyed": 3}]


def test_who_lost_every_token_hears_of_it_too(
    hq: Headquarters, desk: Desk, folder: Path, store: MemoryStore
) -> None:
    """The usual answer to a theft: another password, and the order."""
    order(hq, desk, at_once=True)
    admin.set_password(hq.database, "bo", "another password")
    with pytest.raises(Problem) as said:
        desk.sign_in("another password")
    assert said.value.notice.code == "trust.wiped"
    desk.close()
    is_gone(folder, store)


def test_unsent_work_is_kept_until_somebody_can_hand_it_in(
    hq: Headquarters, desk: Desk, folder: Path, store: MemoryStore
) -> None:
    """Without a session headquarters takes nothing, so the order waits for the next one."""
    order(hq, desk)
    admin.set_password(hq.database, "bo", "another password")
    with pytest.raises(SignInNeeded):
        desk.sync(in_process=True)
    is_whole(desk, store)
    desk.sign_in("another password")
    with pytest.raises(Problem) as said:
        desk.sync(in_process=True)
    assert (said.value.notice.code, said.value.notice.params) == ("trust.wiped", {"count": 0})
    desk.close()
    is_gone(folder, store)
    assert len(hq.table("contact", name="Waits")) == 1


def test_without_a_session_and_with_nothing_unsent_there_is_nothing_to_wait_for(
    hq: Headquarters, desk: Desk, folder: Path, store: MemoryStore
) -> None:
    desk.sync(in_process=True)
    desk.files.carry()
    order(hq, desk)
    admin.set_password(hq.database, "bo", "another password")
    with pytest.raises(Problem) as said:
        desk.sync(in_process=True)
    assert said.value.notice.code == "trust.wiped"
    desk.close()
    is_gone(folder, store)


def test_a_file_that_was_cut_on_its_way_is_sent_again_first(
    hq: Headquarters, desk: Desk, folder: Path, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    order(hq, desk)
    put, cut = HttpTransport.put_bytes, [True]

    def once(self: HttpTransport, path: str, data: bytes) -> dict[str, Any]:
        if cut.pop() if cut else False:
            raise Offline(Notice("sync.connection_lost"))
        return put(self, path, data)

    monkeypatch.setattr(HttpTransport, "put_bytes", once)
    with pytest.raises(Offline):
        desk.sync(in_process=True)
    assert (desk.wiped, len(store.entries)) == (None, 1)
    with pytest.raises(Problem) as said:
        desk.sync(in_process=True)
    assert said.value.notice.params == {"count": 0}
    desk.close()
    is_gone(folder, store)
    assert hq.table("attachment")[0]["stored_at"]


def test_who_is_not_listened_to_keeps_its_work(
    hq: Headquarters, desk: Desk, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole push is refused: by a proxy, a defect, or a headquarters that is newer."""
    order(hq, desk)

    def refused(self: HttpTransport, request: Any) -> dict[str, Any]:
        raise Refused(Notice("sync.upgrade_needed", {"oldest": 99}))

    monkeypatch.setattr(HttpTransport, "push", refused)
    with pytest.raises(Refused):
        desk.sync(in_process=True)
    is_whole(desk, store)


def test_a_refusal_alone_destroys_nothing(hq: Headquarters, desk: Desk, store: MemoryStore) -> None:
    admin.revoke_device(hq.database, desk.profile.device_prefix)
    with pytest.raises(SignInNeeded):
        desk.sync(in_process=True)
    is_whole(desk, store)


Forge = Callable[[bytes, bytes], Any]
FORGED: dict[str, Forge] = {
    "nothing": lambda device, pinned: None,
    "garbage": lambda device, pinned: "wipe.now",
    "another key": lambda device, pinned: signing.signed(bytes(32), signing.WIPE, device, at_once=True),
    "another device": lambda device, pinned: signing.signed(pinned, signing.WIPE, bytes(16), at_once=True),
    "a lease": lambda device, pinned: signing.signed(pinned, signing.LEASE, device, issued_at=1, ends_at=2),
}


@pytest.mark.parametrize("forged", FORGED)
def test_whoever_else_answers_destroys_nothing(
    hq: Headquarters, desk: Desk, store: MemoryStore, forged: str
) -> None:
    """An impostor at headquarters' address: it refuses everything, and orders what it likes."""
    with hq.database.snapshot() as connection:
        query = sa.text("SELECT value FROM server_state WHERE key = 'signing_key'")
        seed = bytes.fromhex(connection.execute(query).scalar_one())
    statement = FORGED[forged](desk.profile.device_id, seed)
    with impostor(statement) as address:
        object.__setattr__(desk.profile, "server", address)
        with pytest.raises(SignInNeeded):
            desk.sync(in_process=True)
        with pytest.raises(Problem):
            desk.sign_in(PASSWORD)
    is_whole(desk, store)


def test_without_a_pinned_key_nobody_can_order(hq: Headquarters, desk: Desk, store: MemoryStore) -> None:
    with desk.database.apply() as connection:
        images.write_state(connection, {lease.KEY: None})
    order(hq, desk, at_once=True)
    with pytest.raises(SignInNeeded):
        desk.sync(in_process=True)
    is_whole(desk, store)


class Killed(BaseException):
    pass


STEPS = ("marked", "key destroyed", "files removed", "reported")


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_ends_in_the_same(
    hq: Headquarters, desk: Desk, folder: Path, store: MemoryStore, step: str
) -> None:
    def kill(name: str) -> None:
        if name == step:
            raise Killed

    order(hq, desk, at_once=True)
    with pytest.raises(wiping.WipeOrdered) as ordered:
        wiping.look(desk.database, hq.address)

    def obey_and_finish() -> None:
        wiping.obey(ordered.value, desk.database, hq.address, store, lambda: None, kill)
        desk.close()
        wiping.finish(folder, store, kill)

    with pytest.raises(Killed):
        obey_and_finish()
    desk.close()
    with pytest.raises(Problem) as said:
        Desk.open(folder, passphrase=PHRASE, keyring=store)
    assert (said.value.notice.code, said.value.notice.params) == ("trust.wiped", {"count": 3})
    is_gone(folder, store)
    assert told(hq) == [{"destroyed": 3}]


def test_a_key_store_that_is_locked_saves_nothing_else(
    hq: Headquarters, desk: Desk, folder: Path, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(entry: str) -> None:
        raise Problem.of("trust.keyring_locked")

    monkeypatch.setattr(store, "remove", locked)
    order(hq, desk, at_once=True)
    with pytest.raises(Problem):
        desk.sync(in_process=True)
    assert not (folder / "key.json").exists()
    desk.close()
    assert not list(folder.glob("*.db*"))


class Impostor(BaseHTTPRequestHandler):
    statement: Any = None

    def do_GET(self) -> None:
        is_order = self.path.endswith("/order")
        self.answer(200 if is_order else 401, {"order": self.statement})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(401, {})

    def answer(self, status: int, message: dict[str, Any]) -> None:
        refusal = {"code": "auth.sign_in_needed", "params": {}, "text": "", "order": self.statement}
        body = json.dumps(refusal | message).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def impostor(statement: Any) -> Iterator[str]:
    """The address of a server that is not headquarters."""
    server = HTTPServer(("127.0.0.1", 0), type("Handler", (Impostor,), {"statement": statement}))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_key_store_that_keeps_the_key_saves_nothing_else_and_is_told(
    hq: Headquarters, folder: Path
) -> None:
    store = Stubborn()
    desk = Desk.create(folder, hq.address, "bo", PASSWORD, passphrase=PHRASE, keyring=store)
    desk.sync(in_process=True)
    order(hq, desk, at_once=True)
    with pytest.raises(Problem) as said:
        desk.sync(in_process=True)
    assert said.value.notice.code == "trust.wiped"
    assert not (folder / "key.json").exists()
    desk.close()
    assert sorted(one.name for one in folder.iterdir()) == ["files of mine.txt", "letters", "lock"]
    told = Desk.still_left(folder)
    assert told is not None and told.notice.code == "trust.key_left_behind"
    store.gives_up = True
    with pytest.raises(Problem):
        Desk.open(folder, keyring=store)
    is_gone(folder, store)
    assert Desk.still_left(folder) is None
