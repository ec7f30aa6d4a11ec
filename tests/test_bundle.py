"""A profile in one encrypted file: verified, opened by its keys only, restored without a second effect."""

import base64
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.actions import attachments, contacts, orders, partners
from channeldesk.cli import main
from channeldesk.desk import Desk
from channeldesk.model.notice import Problem
from channeldesk.queries import partners as partner_queries
from channeldesk.queries.drafts import DraftLine, OrderDraft
from channeldesk.store import backup, integrity
from channeldesk.store.outbox import load
from channeldesk.sync import bundle
from channeldesk.trust import keys, sealing
from channeldesk.trust.keyring_store import MemoryStore
from tests.support.headquarters import PASSWORD, Headquarters, serving
from tests.support.small_disk import small_disk

PHRASE, OWN = "a long passphrase", "only for the file"
CONTENT = os.urandom(2_300_000)


@pytest.fixture(params=["sqlite", "postgresql"])
def hq(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Headquarters]:
    with serving(request.param, tmp_path, lambda: request.getfixturevalue("postgres")) as running:
        yield running


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Headquarters]:
    with serving("sqlite", tmp_path) as running:
        yield running


def open_profile(hq: Headquarters, folder: Path) -> Desk:
    desk = Desk.create(folder, hq.address, "bo", PASSWORD, passphrase=PHRASE, keyring=None)
    desk.sync(in_process=True)
    return desk


def works(desk: Desk, city: str, content: bytes | None = None) -> None:
    one = desk.ask(partner_queries.by_code, "P1")
    assert one is not None
    desk.act(partners.edit, one, {"city": city})
    desk.act(contacts.add, one, {"name": f"met in {city}"})
    drill = sa.text("SELECT id FROM product WHERE sku = 'DR-18'")
    product = desk.ask(lambda connection: connection.execute(drill).scalar_one())
    desk.act(orders.place, OrderDraft(one, (DraftLine(product, 1_000),), reference=city))
    if content is not None:
        desk.act(attachments.add, one, desk.files.take_in_bytes(content, "shelf.jpg"))


def sent(desk: Desk) -> None:
    desk.sync(in_process=True)
    desk.files.carry()
    desk.sync(in_process=True)


def found(hq: Headquarters) -> dict[str, Any]:
    names = [row["name"] for row in hq.table("contact") if row["name"].startswith("met in")]
    placed = sorted(row["reference"] for row in hq.table("sales_order"))
    return {"contacts": sorted(names), "orders": placed, "lines": len(hq.table("order_line"))}


def test_a_restored_profile_loses_nothing_and_sends_nothing_twice(hq: Headquarters, tmp_path: Path) -> None:
    """Saved with work that waits; the original sends it and more, then the laptop is lost."""
    file = tmp_path / "desk.backup"
    with open_profile(hq, tmp_path / "first") as desk:
        works(desk, "Ningbo")
        sent(desk)
        works(desk, "Hangzhou", CONTENT)
        told = desk.backup(file, OWN)
        assert (told.path, told.size, told.waiting) == (file, file.stat().st_size, 5)
        works(desk, "Jinan")
        sent(desk)
        device = desk.ask(lambda connection: connection.execute(sa.text(_DEVICE)).scalar_one())
    assert found(hq)["orders"] == ["Hangzhou", "Jinan", "Ningbo"]
    made = Desk.restore(file, tmp_path / "second", passphrase=OWN, keyring=None)
    assert made.login == "bo"
    with Desk.open(tmp_path / "second", passphrase=OWN, keyring=None) as desk:
        assert len(desk.ask(load)) == 5
        assert desk.doctor().sound
        result = desk.sync(in_process=True)
        assert [one.code for one in result.notices] == ["sync.device_renewed"]
        sent(desk)
        assert desk.ask(load) == []
        assert desk.ask(lambda connection: connection.execute(sa.text(_DEVICE)).scalar_one()) != device
        met = desk.ask(lambda c: c.execute(sa.text("SELECT count(*) FROM contact WHERE name LIKE 'met%'")))
        assert met is not None
        works(desk, "Xian")
        sent(desk)
    cities = ["Hangzhou", "Jinan", "Ningbo", "Xian"]
    assert found(hq) == {"contacts": [f"met in {city}" for city in cities], "orders": cities, "lines": 4}
    (attachment,) = hq.table("attachment")
    assert attachment["stored_at"] is not None


_DEVICE = "SELECT value FROM local_state WHERE key = 'device_id'"


def test_what_only_the_backup_has_arrives(hq: Headquarters, tmp_path: Path) -> None:
    """The laptop was lost before it could send: rows and content are in the file alone."""
    file = tmp_path / "desk.backup"
    with open_profile(hq, tmp_path / "first") as desk:
        works(desk, "Hangzhou", CONTENT)
        desk.backup(file)
    shutil.rmtree(tmp_path / "first")
    Desk.restore(file, tmp_path / "second", passphrase=PHRASE, keyring=None)
    with Desk.open(tmp_path / "second", passphrase=PHRASE, keyring=None) as desk:
        sent(desk)
        assert desk.ask(load) == []
    assert found(hq) == {"contacts": ["met in Hangzhou"], "orders": ["Hangzhou"], "lines": 1}
    (attachment,) = hq.table("attachment")
    assert attachment["stored_at"] is not None


def test_both_go_on_and_both_arrive(hq: Headquarters, tmp_path: Path) -> None:
    """Against the advice: the old copy works on too."""
    file = tmp_path / "desk.backup"
    with open_profile(hq, tmp_path / "first") as first:
        works(first, "Hangzhou")
        first.backup(file)
        Desk.restore(file, tmp_path / "second", passphrase=PHRASE, keyring=None)
        with Desk.open(tmp_path / "second", passphrase=PHRASE, keyring=None) as second:
            works(first, "Ningbo")
            works(second, "Jinan")
            for desk in (second, first, second, first):
                sent(desk)
            assert first.ask(load) == second.ask(load) == []
    assert found(hq)["orders"] == ["Hangzhou", "Jinan", "Ningbo"]
    assert found(hq)["contacts"] == ["met in Hangzhou", "met in Jinan", "met in Ningbo"]


@pytest.fixture
def saved(local: Headquarters, tmp_path: Path) -> Path:
    file = tmp_path / "desk.backup"
    with open_profile(local, tmp_path / "first") as desk:
        works(desk, "Hangzhou", CONTENT)
        desk.backup(file, OWN)
    return file


def code_of(call: Any, *args: Any, **options: Any) -> str:
    with pytest.raises(Problem) as refused:
        call(*args, **options)
    return refused.value.notice.code


def test_only_its_ways_in_open_it(saved: Path, tmp_path: Path) -> None:
    key = keys.unlock(tmp_path / "first", passphrase=PHRASE, keyring=None)
    content = saved.read_bytes()
    for secret in (b"Hangzhou", key, key.hex().encode(), base64.b64encode(key)):
        assert secret not in content
    assert code_of(Desk.restore, saved, tmp_path / "x", passphrase="wrong one", keyring=None) == (
        "backup.passphrase_wrong"
    )
    assert code_of(Desk.restore, saved, tmp_path / "x", keyring=None) == "backup.passphrase_needed"
    assert code_of(Desk.restore, saved, tmp_path / "x", keyring=MemoryStore()) == "backup.passphrase_needed"
    assert [one.name for one in (tmp_path / "x").iterdir()] == ["lock"]
    store = MemoryStore()
    store.put(keys.load(tmp_path / "first").entry, key)
    some: list[dict[str, Any]] = [{"passphrase": OWN}, {"passphrase": PHRASE}, {"keyring": store}]
    for number, ways in enumerate([*some, {"passphrase": OWN, "keyring": store}]):
        folder = tmp_path / f"way{number}"
        Desk.restore(saved, folder, **{"keyring": None, **ways})
        with Desk.open(folder, **{"keyring": None, **ways}) as desk:
            assert len(desk.ask(load)) == 5
    entries = {keys.load(tmp_path / f"way{number}").entry for number in range(4)}
    assert len(entries) == 4, "each restored profile has a place of its own in the key store"


def test_a_damaged_or_cut_file_is_refused_and_leaves_nothing(saved: Path, tmp_path: Path) -> None:
    content = saved.read_bytes()
    other, folder = tmp_path / "other.backup", tmp_path / "x"
    length = len(sealing.MAGIC) + 4
    places = [length + 20, len(content) // 3, len(content) - 5]
    broken = [content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :] for at in places]
    part = sealing.PART + 16
    head = length + int.from_bytes(content[len(sealing.MAGIC) : length], "big")
    broken += [content[:-1], content[: head + part], content[:head], content[:5], b"", content + b"x"]
    broken.append(content[:head] + content[head + part : head + 2 * part] + content[head : head + part])
    for one in broken:
        other.write_bytes(one)
        told = code_of(Desk.restore, other, folder, passphrase=OWN, keyring=None)
        assert told in ("backup.damaged", "backup.not_one", "backup.passphrase_wrong")
        assert [left.name for left in folder.iterdir()] == ["lock"]
    Desk.restore(saved, folder, passphrase=OWN, keyring=None)


def test_nothing_is_ever_replaced(saved: Path, tmp_path: Path) -> None:
    first = tmp_path / "first"
    before = (first / "cache.db").read_bytes()
    assert code_of(Desk.restore, saved, first, passphrase=OWN, keyring=None) == "profile.exists"
    (first / "profile.json").rename(tmp_path / "aside")
    assert code_of(Desk.restore, saved, first, passphrase=OWN, keyring=None) == "profile.remains"
    assert (first / "cache.db").read_bytes() == before
    other = tmp_path / "other"
    other.mkdir()
    (other / "files.db").write_bytes(b"x")
    assert code_of(Desk.restore, saved, other, passphrase=OWN, keyring=None) == "profile.not_empty"
    (tmp_path / "aside").rename(first / "profile.json")
    with Desk.open(first, passphrase=PHRASE, keyring=None) as desk:
        assert code_of(desk.backup, saved) == "backup.exists"
        assert code_of(desk.backup, tmp_path / "nowhere" / "x") == "backup.no_folder"
        assert code_of(desk.backup, tmp_path / "y", "short") == "trust.passphrase_short"


def test_network_drives_and_full_disks_are_refused(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Desk.open(tmp_path / "first", passphrase=PHRASE, keyring=None) as desk:
        with monkeypatch.context() as patched:
            patched.setattr(bundle, "is_network_drive", lambda folder: True)
            assert code_of(desk.backup, tmp_path / "x") == "backup.network_drive"
        monkeypatch.setattr("channeldesk.store.profile.is_network_drive", lambda folder: folder.name == "net")
        assert code_of(Desk.restore, saved, tmp_path / "net", passphrase=OWN, keyring=None) == (
            "profile.network_drive"
        )
        with small_disk(tmp_path / "small", 8) as disk:
            disk.fill(leaving=1_000_000)
            assert code_of(desk.backup, disk.folder / "x") == "backup.disk_full"
            monkeypatch.setattr(shutil, "disk_usage", lambda path: (0, 0, 1 << 40))
            usage = type("Usage", (), {"free": 1 << 40})()
            monkeypatch.setattr(bundle.shutil, "disk_usage", lambda path: usage)
            assert code_of(desk.backup, disk.folder / "x") == "store.disk_full"
            assert [one.name for one in disk.folder.iterdir()] == ["filler"]
            assert (
                code_of(Desk.restore, saved, disk.folder / "profile", passphrase=OWN, keyring=None)
                == "store.disk_full"
            )
            assert [one.name for one in (disk.folder / "profile").iterdir()] == ["lock"]
    assert not list((tmp_path / "first" / "backups").iterdir())


def test_a_damaged_profile_is_not_saved(saved: Path, tmp_path: Path) -> None:
    """A repair comes first: a backup that cannot be read would be none."""
    path = tmp_path / "first" / "files.db"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with Desk.open(tmp_path / "first", passphrase=PHRASE, keyring=None) as desk:
        assert code_of(desk.backup, tmp_path / "x") in (
            "store.backup_failed",
            "store.disk_error",
            "store.damaged",
        )
        assert not list(tmp_path.glob("*x*"))
        desk.mend()
        desk.backup(tmp_path / "x")


class Stopped(Exception):
    """The person does not want it any more."""


def stopping(at: int) -> tuple[list[str], Any]:
    """Collects the steps that are told, and stops at one of them; -1: at none."""
    told: list[str] = []

    def progress(step: str, done: int, of: int) -> None:
        assert 0 <= done <= of
        told.append(step)
        if len(told) == at:
            raise Stopped

    return told, progress


def test_it_can_be_stopped_in_the_midst_of_any_step_and_leaves_nothing(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "_PAGES", 16)
    monkeypatch.setattr(integrity, "_STEPS", 500)
    first, new = tmp_path / "first", tmp_path / "new"
    every, progress = stopping(-1)
    with Desk.open(first, passphrase=PHRASE, keyring=None) as desk:
        desk.backup(tmp_path / "whole.backup", None, progress)
        assert every[-1] == ""
        for step in ("copying", "writing", "verifying"):
            told = [at for at, name in enumerate(every, 1) if name == step]
            assert len(told) > 2, "it is told within the step, so it can be stopped within it"
            for at in (told[0], told[len(told) // 2], told[-1]):
                with pytest.raises(Stopped):
                    desk.backup(tmp_path / "half.backup", None, stopping(at)[1])
                assert not list(tmp_path.glob("*half*")) + list((first / "backups").iterdir())
    every, progress = stopping(-1)
    Desk.restore(saved, tmp_path / "whole", passphrase=OWN, keyring=None, progress=progress)
    for at in (every.index("unpacking") + 2, every.index("verifying") + 2, every.index("keeping") + 1):
        with pytest.raises(Stopped):
            Desk.restore(saved, new, passphrase=OWN, keyring=None, progress=stopping(at)[1])
        assert [left.name for left in new.iterdir()] == ["lock"]
    Desk.restore(saved, new, passphrase=OWN, keyring=None)


def test_without_a_passphrase_anywhere_no_file_is_written(local: Headquarters, tmp_path: Path) -> None:
    store = MemoryStore()
    with Desk.create(tmp_path / "a", local.address, "bo", PASSWORD, keyring=store) as desk:
        assert code_of(desk.backup, tmp_path / "file") == "backup.no_passphrase"
        desk.backup(tmp_path / "file", OWN)
    Desk.restore(tmp_path / "file", tmp_path / "b", keyring=store)
    Desk.open(tmp_path / "b", keyring=store).close()


@pytest.mark.parametrize("step", ["unpacking", "verifying", "keeping", "moved"])
def test_a_restore_that_was_killed_is_begun_again(saved: Path, tmp_path: Path, step: str) -> None:
    folder = tmp_path / "x"
    script = f"""
import os, signal
from pathlib import Path
from channeldesk.desk import Desk
from channeldesk.store.profile import Profile
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
if {step!r} == "moved":
    Profile.save = die
Desk.restore(Path({str(saved)!r}), Path({str(folder)!r}), passphrase={OWN!r}, keyring=None,
    progress=lambda name, done, of: die() if name == {step!r} else None)
"""
    done = subprocess.run([sys.executable, "-c", script], timeout=60, check=False)
    assert done.returncode == -9
    Desk.restore(saved, folder, passphrase=OWN, keyring=None)
    with Desk.open(folder, passphrase=OWN, keyring=None) as desk:
        assert len(desk.ask(load)) == 5
    assert not (folder / ".restoring").exists()


def test_a_backup_that_was_killed_leaves_no_file_of_that_name(saved: Path, tmp_path: Path) -> None:
    target = tmp_path / "late.backup"
    script = f"""
import os, signal
from pathlib import Path
from channeldesk.desk import Desk
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
desk = Desk.open(Path({str(tmp_path / "first")!r}), passphrase={PHRASE!r}, keyring=None)
desk.backup(Path({str(target)!r}), progress=lambda name, done, of: die() if name == "verifying" else None)
"""
    assert subprocess.run([sys.executable, "-c", script], timeout=60, check=False).returncode == -9
    assert not target.exists()
    with Desk.open(tmp_path / "first", passphrase=PHRASE, keyring=None) as desk:
        desk.backup(target)
    assert sorted(one.name for one in tmp_path.glob("*backup*")) == ["desk.backup", "late.backup"]
    assert not list(tmp_path.glob(".late*"))


def test_a_copy_made_while_work_goes_on_is_whole(local: Headquarters, tmp_path: Path) -> None:
    from threading import Event, Thread

    with open_profile(local, tmp_path / "first") as desk:
        one = desk.ask(partner_queries.by_code, "P1")
        assert one is not None
        ended = Event()

        def work() -> None:
            for number in range(200):
                if ended.is_set():
                    return
                desk.act(contacts.add, one, {"name": f"met in {number}"})

        worker = Thread(target=work)
        worker.start()
        told = desk.backup(tmp_path / "file")
        ended.set()
        worker.join()
    Desk.restore(tmp_path / "file", tmp_path / "second", passphrase=PHRASE, keyring=None)
    with Desk.open(tmp_path / "second", passphrase=PHRASE, keyring=None) as desk:
        made = sa.text("SELECT count(*) FROM contact WHERE rv = 0")
        rows = desk.ask(lambda connection: connection.execute(made).scalar_one())
        assert rows == told.waiting == len(desk.ask(load))
        assert desk.doctor().sound


def test_from_the_command_line(
    local: Headquarters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_profile(local, tmp_path / "first") as desk:
        works(desk, "Hangzhou")
    file = str(tmp_path / "desk.backup")
    monkeypatch.setenv("CHANNELDESK_PASSPHRASE", PHRASE)
    first, second = ("--profile", str(tmp_path / "first")), ("--profile", str(tmp_path / "second"))
    assert main([*first, "backup", file, "--language", "en"]) == 0
    assert "was verified. Changes in it that wait to be sent: 4." in capsys.readouterr().out
    assert main([*first, "backup", file]) == 1
    assert main([*first, "restore", file]) == 1
    assert main([*second, "restore", file, "--quiet"]) == 0
    assert main([*second, "sync", "--quiet"]) == 0
    assert main([*second, "rekey"]) == 0
    assert main([*second, "doctor", "--quiet"]) == 0
    assert found(local)["orders"] == ["Hangzhou"]
    monkeypatch.setenv("CHANNELDESK_BACKUP_PASSPHRASE", OWN)
    other = str(tmp_path / "other.backup")
    assert main([*second, "backup", other, "--quiet"]) == 0
    assert main(["--profile", str(tmp_path / "third"), "restore", other, "--quiet"]) == 0
    Desk.open(tmp_path / "third", passphrase=OWN, keyring=None).close()
