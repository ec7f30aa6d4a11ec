"""Profiles on disk, and the lock that lets one process own one."""

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from channeldesk.model.messages import MESSAGES
from channeldesk.model.notice import Problem
from channeldesk.store import drives, lock, profile
from channeldesk.store.profile import Profile

MINE = Profile(
    id="0199b6d0a1b2",
    server="https://hq.example.com",
    user_id=bytes(range(16)),
    login="li.wei",
    user_name="李伟",
    role="manager",
    device_id=bytes(16),
    device_prefix="K7",
    created_at=1_795_300_000_000,
    language="zh_CN",
    company="Example",
    currency="CNY",
)

HOLD = """
import sys
from pathlib import Path
from channeldesk.store import lock
held = lock.acquire(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def _code(caught: pytest.ExceptionInfo[Problem]) -> str:
    assert caught.value.notice.code in MESSAGES
    return caught.value.notice.code


def test_a_profile_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    MINE.save(tmp_path)

    assert profile.load(tmp_path) == MINE
    assert [file.name for file in tmp_path.iterdir()] == ["profile.json"]


def test_a_later_program_may_know_more_fields(tmp_path: Path) -> None:
    MINE.save(tmp_path)
    file = tmp_path / "profile.json"
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {"new": 1}), "utf-8")

    assert profile.load(tmp_path) == MINE


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 1, "id": "a"}'])
def test_a_damaged_profile_is_said_to_be_unreadable(tmp_path: Path, text: str) -> None:
    (tmp_path / "profile.json").write_text(text)

    with pytest.raises(Problem) as caught:
        profile.load(tmp_path)

    assert _code(caught) == "profile.unreadable"


def test_no_profile_and_a_newer_profile_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        profile.load(tmp_path)
    assert _code(caught) == "profile.not_found"

    (tmp_path / "profile.json").write_text('{"version": 2}')
    with pytest.raises(Problem) as caught:
        profile.load(tmp_path)
    assert _code(caught) == "profile.newer"


def test_a_folder_is_prepared_for_its_user_only_and_never_twice(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"

    profile.prepare(folder)
    MINE.save(folder)

    assert folder.stat().st_mode & 0o077 == 0
    with pytest.raises(Problem) as caught:
        profile.prepare(folder)
    assert _code(caught) == "profile.exists"


@pytest.mark.parametrize("name", ["key.json", "cache.db"])
def test_the_remains_of_a_profile_are_not_written_over(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"what was not sent")
    with pytest.raises(Problem) as caught:
        profile.prepare(tmp_path)
    assert _code(caught) == "profile.remains"


def test_a_folder_that_cannot_be_made_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(Problem) as caught:
            profile.prepare(folder)
        assert _code(caught) == "profile.no_folder"


def test_a_folder_that_cannot_be_written_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        lock.acquire(tmp_path / "gone")
    assert _code(caught) == "store.read_only"


def test_saving_again_replaces(tmp_path: Path) -> None:
    MINE.save(tmp_path)
    replace(MINE, language="en").save(tmp_path)

    assert profile.load(tmp_path).language == "en"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("36 35 98:0 / /mnt/my\\040files rw,noatime master:1 - nfs4 server:/x rw", ("/mnt/my files", "nfs4")),
        ("22 28 0:20 / /sys rw,nosuid - sysfs sysfs rw", ("/sys", "sysfs")),
        ("nonsense", None),
    ],
)
def test_the_mount_table_of_linux_is_understood(line: str, expected: tuple[str, str] | None) -> None:
    assert drives.parse_mountinfo(line) == (None if expected is None else (Path(expected[0]), expected[1]))


def test_the_mount_table_of_macos_is_understood() -> None:
    assert drives.parse_mount("//me@nas/files on /Volumes/my files (smbfs, nodev)") == (
        Path("/Volumes/my files"),
        "smbfs",
    )
    assert drives.parse_mount("nonsense") is None


def test_a_network_drive_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = [(Path("/"), "ext4"), (tmp_path.resolve(), "ext4"), (tmp_path.resolve() / "nas", "cifs")]
    monkeypatch.setattr(drives, "_linux_mounts", lambda: mounts)
    monkeypatch.setattr(drives, "_macos_mounts", lambda: mounts)

    profile.prepare(tmp_path / "local")
    with pytest.raises(Problem) as caught:
        profile.prepare(tmp_path / "nas" / "profile")

    assert _code(caught) == "profile.network_drive"


def test_a_second_process_is_told_who_holds_the_profile(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout.readline() == "held\n"

        with pytest.raises(Problem) as caught:
            lock.acquire(tmp_path)

        assert _code(caught) == "profile.locked"
        assert caught.value.notice.params["pid"] == str(owner.pid)
        assert str(owner.pid) in str(caught.value)
        assert caught.value.remedy == "remedy.close_other"
        owner.communicate(timeout=30)

    lock.acquire(tmp_path).release()


def test_the_lock_dies_with_its_process(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout.readline() == "held\n"
        owner.send_signal(signal.SIGKILL)
        owner.wait(30)

    with lock.acquire(tmp_path):
        assert lock.holder(tmp_path).pid != owner.pid


def test_one_process_cannot_take_it_twice_and_gives_it_back(tmp_path: Path) -> None:
    with lock.acquire(tmp_path), pytest.raises(Problem):
        lock.acquire(tmp_path)

    assert lock.holder(tmp_path) is None
    held = lock.acquire(tmp_path)
    held.release()
    held.release()
