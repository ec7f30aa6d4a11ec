"""From a damaged profile to one that works: doctor, repair, sync."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from channeldesk.cli import main
from channeldesk.desk import Desk
from channeldesk.store import salvage
from channeldesk.store.pages import SIZE
from tests.support.headquarters import PASSWORD, Headquarters, serving

PHRASE = "a long passphrase"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Headquarters]:
    with serving("sqlite", tmp_path) as running:
        yield running


@pytest.fixture
def profile(server: Headquarters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Signed in and synchronised, with an order that waits; closed."""
    folder = tmp_path / "profile"
    monkeypatch.setenv("CHANNELDESK_PASSPHRASE", PHRASE)
    monkeypatch.setenv("CHANNELDESK_PASSWORD", PASSWORD)
    monkeypatch.setenv("CHANNELDESK_PROFILE", str(folder))
    with Desk.create(folder, server.address, "bo", PASSWORD, passphrase=PHRASE, keyring=None) as desk:
        desk.sync(in_process=True)
    assert main(["order", "--partner", "p1", "--line", "dr-18=2"]) == 0
    return folder


def root_of(folder: Path, table: str) -> int:
    from channeldesk.trust import keys

    key = keys.unlock(folder, passphrase=PHRASE, keyring=None)
    source = salvage.Salvage(folder / "cache.db", key)
    root = source.value(f"SELECT rootpage FROM sqlite_schema WHERE name = '{table}'")
    source.close()
    return int(root)


def damage(folder: Path, page: int) -> bytes:
    before = (folder / "cache.db").read_bytes()
    content = bytearray(before)
    content[(page - 1) * SIZE + 500] ^= 1
    (folder / "cache.db").write_bytes(content)
    return bytes(content)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = main([*arguments, "--json", "--language", "en"])
    return code, json.loads(capsys.readouterr().out.splitlines()[-1])


def test_a_damaged_profile_is_repaired_and_goes_on(
    profile: Path, server: Headquarters, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = damage(profile, root_of(profile, "outbox"))
    assert run(capsys, "doctor")[0] == 3
    code, told = run(capsys, "repair", "--quiet")
    assert (code, told["repaired"], told["made_again"]) == (3, True, 2)
    assert told["saved"]["outbox"] == 2
    assert (profile / told["kept"]).read_bytes() == damaged
    assert run(capsys, "doctor")[1]["waiting"] == 2
    code, told = run(capsys, "sync", "--quiet")
    assert (code, told["pushed"], told["waiting"]) == (0, 2, 0)
    assert [row["status"] for row in server.table("sales_order")] == ["accepted"]
    assert len(server.table("order_line")) == 1
    assert run(capsys, "doctor")[0] == 0


def test_what_was_sent_already_has_no_second_effect(
    profile: Path, server: Headquarters, capsys: pytest.CaptureFixture[str]
) -> None:
    """A restored profile in the eyes of headquarters: another device, the same changes."""
    assert run(capsys, "sync", "--quiet")[1]["pushed"] == 2
    assert main(["order", "--partner", "p1", "--line", "dr-18=3"]) == 0
    damage(profile, root_of(profile, "shadow"))
    code, told = run(capsys, "repair", "--quiet")
    assert (code, told["saved"]["outbox"]) == (0, 2)
    code, told = run(capsys, "sync", "--quiet")
    assert (code, told["pushed"], told["waiting"]) == (0, 2, 0)
    assert len(server.table("sales_order")) == 2
    assert run(capsys, "doctor")[0] == 0


def test_a_sound_profile_is_left_alone(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (profile / "cache.db").read_bytes()
    assert run(capsys, "repair", "--quiet") == (0, {"repaired": False})
    assert (profile / "cache.db").read_bytes() == before
    code, told = run(capsys, "repair", "--quiet", "--anyway")
    assert (code, told["saved"]["outbox"], told["lost"]) == (0, 2, {})


def test_a_database_that_cannot_be_opened_is_told_from_a_wrong_key(
    profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(profile, 1)
    code, told = run(capsys, "status")
    assert (code, told["error"]["code"]) == (1, "store.damaged")
    code, told = run(capsys, "repair")
    assert (code, told["opened"], told["backup"]) == (3, False, None)
    assert run(capsys, "status")[1]["waiting"] == 0


def test_a_log_that_lost_its_end_is_told(
    profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other"
    with Desk.open(profile, passphrase=PHRASE, keyring=None) as desk:
        for number in range(8):
            with desk.database.write() as connection:
                connection.exec_driver_sql("UPDATE partner SET phone = ?", (str(number),))
        shutil.copytree(profile, other)  # as a killed process leaves it
    log = other / "cache.db-wal"
    content = bytearray(log.read_bytes())
    content[len(content) // 2] ^= 1
    log.write_bytes(content)
    monkeypatch.setenv("CHANNELDESK_PROFILE", str(other))
    capsys.readouterr()
    assert main(["status", "--language", "en"]) == 0
    assert "it may be missing" in capsys.readouterr().err
    assert main(["status", "--language", "en"]) == 0
    assert "it may be missing" not in capsys.readouterr().err
