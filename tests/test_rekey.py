"""A new key: both are kept until the new one is proven, and whatever kills it leaves a profile that opens."""

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from channeldesk.actions import attachments, contacts
from channeldesk.desk import Desk
from channeldesk.model.notice import Problem
from channeldesk.queries import partners as partner_queries
from channeldesk.store import backup, pages, rescue
from channeldesk.store.outbox import load
from channeldesk.sync import rekeying
from channeldesk.trust import keys, left, sealing
from channeldesk.trust.keyring_store import MemoryStore
from tests.support.headquarters import PASSWORD, Headquarters, serving
from tests.support.stubborn import Stubborn

PHRASE = "a long passphrase"
CONTENT = os.urandom(1_500_000)
STEPS = (
    "begun", "noted", "kept", "copied cache", "copied files", "verified", "aside cache", "swapped cache",
    "aside files", "swapped files", "opened", "committed", "backups", "removed", "cleaned",
)  # fmt: skip


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Headquarters]:
    with serving("sqlite", tmp_path) as running:
        yield running


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def folder(hq: Headquarters, tmp_path: Path, store: MemoryStore) -> Path:
    """With rows, a file and edits that wait, a backup, a passphrase and a place in the key store; closed."""
    place = tmp_path / "bo"
    with Desk.create(place, hq.address, "bo", PASSWORD, passphrase=PHRASE, keyring=store) as desk:
        desk.sync(in_process=True)
        one = desk.ask(partner_queries.by_code, "P1")
        assert one is not None
        desk.act(contacts.add, one, {"name": "Waits"})
        desk.act(attachments.add, one, desk.files.take_in_bytes(CONTENT, "shelf.jpg"))
    backup.make(place / "cache.db", key_of(place), label="0008")
    return place


def key_of(folder: Path) -> bytes:
    return keys.unlock(folder, passphrase=PHRASE, keyring=None)


def is_whole(folder: Path, **ways: Any) -> None:
    """It opens; rows, content and what waits are there."""
    with Desk.open(folder, **{"keyring": None, **ways}) as desk:
        assert [one.entity for one in desk.ask(load)] == ["contact", "attachment"]
        (sha256,) = desk.database.files.ours()
        assert b"".join(desk.database.files.read(sha256)) == CONTENT
        assert desk.doctor().sound


def is_clean(folder: Path) -> None:
    """One key, and nothing that another one opens."""
    key, wraps = key_of(folder), keys.load(folder)
    assert (wraps.coming, wraps.former, wraps.leaving) == (None, (), None)
    databases = [folder / "cache.db", folder / "files.db", *(folder / "backups").glob("*.db")]
    assert len(databases) == 3
    assert all(pages.key_fits(one, key) for one in databases)
    left = {one.name for one in folder.iterdir()} - {"cache.db", "files.db", "backups", "key.json", "lock"}
    assert left <= {"profile.json", "cache.db-wal", "cache.db-shm", "files.db-wal", "files.db-shm"}


def test_everything_is_under_the_new_key(folder: Path, store: MemoryStore) -> None:
    before, entries = key_of(folder), dict(store.entries)
    steps: list[str] = []
    Desk.rekey(folder, passphrase=PHRASE, keyring=store, step=steps.append)
    assert tuple(steps) == STEPS
    assert key_of(folder) != before
    assert list(store.entries.values()) == [key_of(folder)]
    assert not store.entries.keys() & entries.keys()
    is_clean(folder)
    for name in ("cache.db", "files.db"):
        assert not pages.key_fits(folder / name, before)
    is_whole(folder, passphrase=PHRASE)
    is_whole(folder, keyring=store)


def test_an_old_key_that_the_key_store_keeps_is_noted(folder: Path, store: MemoryStore) -> None:
    """And taken out at the next start; meanwhile the new one counts."""
    stubborn = Stubborn(store.entries)
    (old,) = stubborn.entries
    Desk.rekey(folder, passphrase=PHRASE, keyring=stubborn)
    assert list(left.read(folder)) == [old]
    is_clean(folder)
    stubborn.gives_up = True
    is_whole(folder, keyring=stubborn)
    assert left.read(folder) == {}
    assert old not in stubborn.entries


class Stopped(BaseException):
    """As a kill: nothing behind it runs but what the system itself does."""


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step_it_opens(folder: Path, step: str) -> None:
    script = f"""
import os, signal
from pathlib import Path
from channeldesk.desk import Desk
Desk.rekey(Path({str(folder)!r}), passphrase={PHRASE!r}, keyring=None,
    step=lambda name: os.kill(os.getpid(), signal.SIGKILL) if name == {step!r} else None)
"""
    keys.save(folder, keys.Wraps(keys.load(folder).entry, None, keys.load(folder).sealed))
    before = key_of(folder)
    done = subprocess.run([sys.executable, "-c", script], timeout=60, check=False)
    assert done.returncode == -9
    is_whole(folder, passphrase=PHRASE)
    is_clean(folder)
    late = STEPS.index(step) >= STEPS.index("verified")
    assert (key_of(folder) != before) is late, "undone before the copies are verified, completed after"
    Desk.rekey(folder, passphrase=PHRASE, keyring=None)
    is_whole(folder, passphrase=PHRASE)
    is_clean(folder)


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step_it_opens_by_the_key_store(folder: Path, store: MemoryStore, step: str) -> None:
    """The key store is in this process, so the kill is an exception that nothing handles."""
    copied = MemoryStore()

    def stop(name: str) -> None:
        if name == step:
            copied.entries.update(store.entries)
            raise Stopped

    with pytest.raises(Stopped):
        Desk.rekey(folder, passphrase=PHRASE, keyring=store, step=stop)
    is_whole(folder, keyring=copied)
    is_clean(folder)
    assert list(copied.entries.values()) == [key_of(folder)]


def test_killed_again_while_it_is_completed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, store: MemoryStore
) -> None:
    """At every rename, at the rekey and at each start after it."""
    real, calls = os.replace, itertools.count(1)

    def stop(name: str) -> None:
        if name == "verified":
            raise Stopped

    with pytest.raises(Stopped):
        Desk.rekey(folder, passphrase=PHRASE, keyring=store, step=stop)

    def replace(*names: Any) -> None:
        if next(calls) % 2 == 0:
            raise Stopped
        real(*names)

    monkeypatch.setattr(rekeying.os, "replace", replace)
    for _ in range(20):
        try:
            Desk.open(folder, keyring=store).close()
            break
        except Stopped:
            continue
    monkeypatch.undo()
    is_whole(folder, keyring=store)
    is_clean(folder)


def test_what_cannot_be_done_leaves_the_old_key(
    folder: Path, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, entries = key_of(folder), dict(store.entries)

    def refused(**ways: Any) -> str:
        with pytest.raises(Problem) as told:
            Desk.rekey(folder, **ways)
        assert key_of(folder) == before
        is_clean(folder)
        assert store.entries == entries
        return told.value.notice.code

    assert refused(keyring=store) == "trust.passphrase_needed"
    assert refused(keyring=store, passphrase="a wrong one") == "trust.passphrase_wrong"
    assert refused(keyring=None, passphrase=PHRASE) == "trust.keyring_absent"
    with monkeypatch.context() as patched:
        usage = type("Usage", (), {"free": 1000})()
        patched.setattr(backup.shutil, "disk_usage", lambda path: usage)
        assert refused(keyring=store, passphrase=PHRASE) == "store.disk_full"
    with monkeypatch.context() as patched:
        patched.setattr(store, "put", _locked)
        assert refused(keyring=store, passphrase=PHRASE) == "trust.keyring_locked"
    with Desk.open(folder, keyring=store):
        assert refused(keyring=store, passphrase=PHRASE) == "profile.locked"
    is_whole(folder, keyring=store)


def _locked(entry: str, key: bytes) -> None:
    raise Problem.of("trust.keyring_locked", remedy="remedy.unlock_keyring")


def test_a_damaged_database_is_not_copied(folder: Path, store: MemoryStore) -> None:
    path, before = folder / "files.db", key_of(folder)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(Problem):
        Desk.rekey(folder, passphrase=PHRASE, keyring=store)
    assert key_of(folder) == before
    assert path.read_bytes() == bytes(content)
    assert not (folder / "files.rekeyed.db").exists()


def test_a_copy_that_does_not_verify_in_place_is_taken_back(folder: Path, store: MemoryStore) -> None:
    before = key_of(folder)

    def spoil(name: str) -> None:
        if name == "swapped files":
            content = bytearray((folder / "files.db").read_bytes())
            content[len(content) // 2] ^= 1
            (folder / "files.db").write_bytes(content)

    with pytest.raises(Problem) as told:
        Desk.rekey(folder, passphrase=PHRASE, keyring=store, step=spoil)
    assert told.value.notice.code == "rekey.failed"
    assert key_of(folder) == before
    is_whole(folder, keyring=store)
    is_clean(folder)


def test_a_damaged_file_that_was_set_aside_keeps_its_key(folder: Path, store: MemoryStore) -> None:
    before = key_of(folder)
    told = Desk.repair(folder, passphrase=PHRASE, keyring=store, anyway=True)
    assert told is not None
    for _ in range(2):
        Desk.rekey(folder, passphrase=PHRASE, keyring=store)
    wraps, key = keys.load(folder), key_of(folder)
    middle = sealing.open_key(wraps.former[-1], key)
    assert middle is not None
    chain = [sealing.open_key(one, by) for one, by in zip(reversed(wraps.former), (key, middle), strict=True)]
    assert before in chain
    assert pages.key_fits(folder / told.kept, before)


# what deletes a database


def test_every_place_that_removes_files_is_known() -> None:
    """Where something is removed from a profile, a test here or beside it shows that nothing unsent is."""
    from tests.support.project import ROOT

    known = {
        "channeldesk/desk.py": "a profile that could not be made: it is not older than the call",
        "channeldesk/importing/rejected.py": "a half written list of rows that were not taken",
        "channeldesk/store/backup.py": "copies beyond the newest two",
        "channeldesk/store/files_rescue.py": "a new file of an earlier rescue that was killed",
        "channeldesk/store/intake.py": "a half written copy outside",
        "channeldesk/store/rescue.py": "a new file of an earlier rescue that was killed",
        "channeldesk/store/swap.py": "the index of a log",
        "channeldesk/sync/bundle.py": "half of a backup or of a restore",
        "channeldesk/sync/certificates.py": "the company's certificates, which the person put there",
        "channeldesk/sync/door.py": "the door's address",
        "channeldesk/sync/file_desk.py": "readable copies that were lent",
        "channeldesk/sync/rekeying.py": "copies under the key that does not count",
        "channeldesk/sync/wiping.py": "everything, when headquarters orders it by its signature",
        "channeldesk/trust/files.py": "a temporary name",
        "channeldesk/trust/keys.py": "the wraps, by destroy",
        "channeldesk/trust/left.py": "a note of keys that did not go, when they have gone",
    }
    found = set()
    for path in sorted((ROOT / "channeldesk").rglob("*.py")):
        text = path.read_text("utf-8")
        if any(word in text for word in (".unlink(", "rmtree(", "os.remove(", ".rmdir(")):
            found.add(path.relative_to(ROOT).as_posix())
    ours = {one for one in found if one.split("/")[1] not in ("hq", "demo", "exchange")}
    assert ours <= known.keys(), "say why it removes nothing that waits to be sent, and test it"


def test_a_profile_with_unsent_work_is_never_made_anew(folder: Path, hq: Headquarters) -> None:
    """Signing in over it is refused whichever of its files are left, and nothing of it changes."""
    content = (folder / "cache.db").read_bytes()
    for gone in ("", "profile.json", "key.json"):
        if gone:
            (folder / gone).unlink()
        with pytest.raises(Problem) as told:
            Desk.create(folder, hq.address, "bo", PASSWORD, passphrase=PHRASE, keyring=None)
        assert told.value.notice.code in ("profile.exists", "profile.remains")
        assert (folder / "cache.db").read_bytes() == content


def test_a_rescue_removes_no_database(folder: Path) -> None:
    key = key_of(folder)
    before = (folder / "cache.db").read_bytes()
    for number in range(3):
        now = 1_795_000_000_000 + number * 60_000
        rescue.rescue(folder / "cache.db", key, facts={}, new_id=lambda: os.urandom(16), now_ms=lambda: now)  # noqa: B023
    kept = sorted(folder.glob("cache-damaged-*.db"))
    assert len(kept) == 3
    assert kept[0].read_bytes() == before
