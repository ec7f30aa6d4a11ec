"""The encrypted contents of files: once each, safe before they are named, never dropped while unsent."""

import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from channeldesk.model.attachments import LARGEST_FILE
from channeldesk.model.notice import Problem
from channeldesk.store import intake
from channeldesk.store.files import KEPT_MS, Files
from channeldesk.wire.files import CHUNK
from tests.support.laptop import KEY


class Clock:
    now = 1_795_300_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def files(tmp_path: Path, clock: Clock) -> Iterator[Files]:
    opened = Files(tmp_path / "files.db", KEY, clock)
    yield opened
    opened.close()


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def fill(files: Files, data: bytes) -> str:
    """As fetched from headquarters."""
    files.expect(sha(data), len(data))
    for at in range(0, len(data), CHUNK):
        files.append(sha(data), at, data[at : at + CHUNK])
    assert files.verify(sha(data))
    return sha(data)


def test_a_profile_without_files_has_no_second_file(files: Files) -> None:
    assert files.states(["0" * 64]) == {}
    assert files.ours() == set()
    assert (files.usage().total, files.trim(0), files.pinned(), files.troubles()) == (0, 0, {}, {})
    assert not files.path.exists()


def test_what_is_kept_is_read_again_after_a_restart(files: Files, clock: Clock) -> None:
    data = os.urandom(2 * CHUNK + 77)
    sha256, size = files.keep([data[:5], data[5 : CHUNK + 9], data[CHUNK + 9 :]])
    assert (sha256, size) == (sha(data), len(data))
    files.close()
    again = Files(files.path, KEY, clock)
    try:
        assert b"".join(again.read(sha256)) == data
        for start, length in ((0, 10), (CHUNK - 3, 6), (2 * CHUNK, CHUNK), (7, 2 * CHUNK)):
            assert again.part(sha256, start, length) == data[start : start + length]
        assert again.ours() == {sha256}
    finally:
        again.close()


def test_the_same_content_is_kept_once(files: Files) -> None:
    data = os.urandom(CHUNK + 1)
    for _ in range(3):
        files.keep([data])
    assert files.usage().total == len(data)
    fill(files, b"fetched")
    files.keep([b"fetched"])
    assert sha(b"fetched") in files.ours()


def test_a_file_added_here_takes_the_place_of_a_half_fetched_one(files: Files) -> None:
    data = os.urandom(2 * CHUNK)
    files.expect(sha(data), len(data), pin=True)
    files.append(sha(data), 0, data[:CHUNK])
    files.keep([data])
    held = files.states([sha(data)])[sha(data)]
    assert (held.complete, held.pinned, held.ours) == (True, True, True)
    assert b"".join(files.read(sha(data))) == data


def test_parts_are_taken_in_order_and_only_once(files: Files) -> None:
    data = os.urandom(2 * CHUNK)
    files.expect(sha(data), len(data))
    assert files.append(sha(data), CHUNK, data[CHUNK:]) == 0
    assert files.append(sha(data), 0, data[:CHUNK]) == CHUNK
    assert files.append(sha(data), 0, data[:CHUNK]) == CHUNK
    assert files.append(sha(data), CHUNK, data[CHUNK:] + b"x") == CHUNK
    assert not files.verify(sha(data))
    with pytest.raises(Problem, match="not on this laptop"):
        files.part(sha(data), 0)
    files.append(sha(data), CHUNK, data[CHUNK:])
    assert files.verify(sha(data))
    assert files.append("0" * 64, 0, b"x") == -1


def test_a_content_with_another_hash_is_forgotten(files: Files) -> None:
    files.expect(sha(b"right"), 5)
    files.append(sha(b"right"), 0, b"wrong")
    assert not files.verify(sha(b"right"))
    assert files.states([sha(b"right")]) == {}
    assert files.usage().total == 0


def test_room_is_made_by_what_can_be_fetched_again_the_longest_unused_first(
    files: Files, clock: Clock
) -> None:
    old, young = fill(files, bytes(1000)), None
    clock.now += 1
    pinned = fill(files, b"p" * 1000)
    files.expect(pinned, 1000, pin=True)
    clock.now += 1
    young = fill(files, b"y" * 1000)
    mine, _ = files.keep([b"m" * 1000])
    clock.now += 1
    b"".join(files.read(old))  # used again just now
    assert files.trim(10_000) == 0
    assert files.trim(2_500) == 1000
    assert set(files.states([old, pinned, young, mine])) == {old, pinned, mine}
    assert files.trim(0, spare=[old]) == 0
    assert files.trim(0) == 1000
    assert set(files.states([old, pinned, young, mine])) == {pinned, mine}
    files.sent(mine)
    assert files.trim(0) == 1000


def test_freed_room_goes_back_to_the_disk(files: Files, clock: Clock) -> None:
    fill(files, os.urandom(8 * CHUNK))
    files.trim(0)
    files.close()
    assert files.path.stat().st_size < CHUNK


def test_what_no_row_names_stays_for_a_while(files: Files, clock: Clock) -> None:
    sha256, _ = files.keep([b"undo may want it"])
    files.orphans(set())
    assert files.ours() == {sha256}
    clock.now += KEPT_MS + 1
    files.orphans({sha256})
    assert files.ours() == {sha256}
    files.orphans(set())
    assert files.ours() == set()


def test_a_kill_while_a_file_is_read_in_leaves_nothing_behind(tmp_path: Path, clock: Clock) -> None:
    script = f"""
import os, sys
from pathlib import Path
from channeldesk.store.files import Files
files = Files(Path({str(tmp_path / "files.db")!r}), bytes(range(32)), lambda: 1)
files.keep([b"before"])
def parts():
    yield bytes(3 * 1024 * 1024)
    os._exit(9)
files.keep(parts())
"""
    ended = subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[2], check=False)
    assert ended.returncode == 9
    files = Files(tmp_path / "files.db", KEY, clock)
    try:
        assert files.usage().total == len(b"before")
        assert files.ours() == {sha(b"before")}
    finally:
        files.close()


@pytest.mark.parametrize("damage", ["key", "head", "plain"])
def test_a_file_that_cannot_be_read_is_kept_aside_and_begun_anew(
    files: Files, clock: Clock, damage: str
) -> None:
    files.keep([b"mine"])
    files.close()
    if damage != "key":
        with files.path.open("r+b") as raw:
            raw.write(b"SQLite format 3\0" if damage == "plain" else bytes(4096))
    before = files.path.read_bytes()
    other = Files(files.path, bytes(32) if damage == "key" else KEY, clock)
    try:
        assert other.ours() == set()
        other.keep([b"goes on"])
    finally:
        other.close()
    (aside,) = files.path.parent.glob("files.db.damaged-*")
    assert aside.read_bytes() == before


def test_a_full_disk_costs_nothing_but_the_new_file(files: Files) -> None:
    files.keep([b"before"])
    with files._open() as raw:
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.execute(f"PRAGMA max_page_count = {pages + 300}").fetchone()
    with pytest.raises(Problem) as refused:
        files.keep([os.urandom(3 * CHUNK)])
    assert (refused.value.notice.code, refused.value.remedy) == ("store.disk_full", "remedy.free_space")
    assert files.usage().total == len(b"before")
    assert b"".join(files.read(sha(b"before"))) == b"before"


def test_several_threads_add_and_read(files: Files) -> None:
    contents = [bytes([n]) * (CHUNK + n) for n in range(6)]
    read: list[bool] = []

    def work(data: bytes) -> None:
        sha256, _ = files.keep([data])
        read.append(b"".join(files.read(sha256)) == data)

    threads = [threading.Thread(target=work, args=(data,)) for data in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read == [True] * 6


def test_troubles_are_noted_and_forgotten(files: Files) -> None:
    files.note_trouble(b"a" * 16, "{}", "remedy.try_again")
    assert list(files.troubles()) == [b"a" * 16]
    files.forget_trouble(b"a" * 16)
    assert files.troubles() == {}


def test_a_file_is_taken_in_with_its_name_and_kind(files: Files, tmp_path: Path) -> None:
    path = tmp_path / "货架 照片.JPG"
    path.write_bytes(b"jpeg")
    taken = intake.take_in(files, path)
    assert (taken.file_name, taken.media_type, taken.size) == ("货架 照片.JPG", "image/jpeg", 4)
    assert taken.sha256 == sha(b"jpeg")
    assert intake.take_in_bytes(files, b"x", "../../what").media_type == "application/octet-stream"


def test_what_cannot_be_taken_in_says_why_and_keeps_nothing(files: Files, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with (tmp_path / "huge").open("wb") as huge:
        huge.truncate(LARGEST_FILE + 1)
    (tmp_path / "folder").mkdir()
    found = {}
    for name in ("empty", "huge", "folder", "missing"):
        with pytest.raises(Problem) as refused:
            intake.take_in(files, tmp_path / name)
        found[name] = refused.value.notice.code
    assert found == {
        "empty": "file.empty",
        "huge": "file.too_large",
        "folder": "file.not_a_file",
        "missing": "file.not_found",
    }
    assert files.usage().total == 0


@pytest.mark.skipif(os.name != "posix", reason="rights and pipes as POSIX has them")
def test_rights_and_pipes_are_told_plainly(files: Files, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Problem) as refused:
        intake.take_in(files, tmp_path / "pipe")
    assert refused.value.notice.code == "file.not_a_file"
    if os.geteuid() == 0:
        pytest.skip("the administrator may read everything")
    closed = tmp_path / "closed"
    closed.write_bytes(b"x")
    closed.chmod(0)
    with pytest.raises(Problem) as refused:
        intake.take_in(files, closed)
    assert (refused.value.notice.code, refused.value.remedy) == ("file.unreadable", "remedy.check_rights")


@pytest.mark.parametrize("change", ["grows", "shrinks", "same size"])
def test_a_file_that_changes_while_it_is_read_is_not_kept(files: Files, tmp_path: Path, change: str) -> None:
    path = tmp_path / "log"
    path.write_bytes(bytes(3 * CHUNK))
    os.utime(path, ns=(1, 1))

    def meanwhile(done: int, size: int) -> None:
        if done == CHUNK:
            with path.open("r+b") as file:
                file.seek(0 if change == "same size" else 2 * CHUNK if change == "shrinks" else 3 * CHUNK)
                if change == "shrinks":
                    file.truncate()
                else:
                    file.write(b"more")

    with pytest.raises(Problem) as refused:
        intake.take_in(files, path, progress=meanwhile)
    assert refused.value.notice.code == "file.changed"
    assert files.usage().total == 0


def test_saving_writes_all_or_nothing(files: Files, tmp_path: Path) -> None:
    data = os.urandom(CHUNK + 5)
    sha256, _ = files.keep([data])
    intake.save(files, sha256, tmp_path / "saved.bin")
    assert (tmp_path / "saved.bin").read_bytes() == data
    with pytest.raises(Problem) as refused:
        intake.save(files, sha256, tmp_path / "nowhere" / "saved.bin")
    assert (refused.value.notice.code, refused.value.remedy) == ("file.cannot_write", "remedy.save_elsewhere")
    (tmp_path / "kept").write_bytes(b"old")
    with pytest.raises(Problem):
        intake.save(files, "0" * 64, tmp_path / "kept")
    assert sorted(one.name for one in tmp_path.iterdir() if "files.db" not in one.name) == [
        "kept",
        "saved.bin",
    ]
    assert (tmp_path / "kept").read_bytes() == b"old"
