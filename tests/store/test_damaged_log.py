"""The log of a killed process is cut, zeroed or garbled: what came before stands, nothing is torn."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from channeldesk.model import local
from channeldesk.store import integrity, log_tail
from channeldesk.store.database import Database
from tests.support import laptop

Damage = Callable[[bytes, int], bytes]
FRAME, HEAD = 24 + 4096, 32
COMMITS = 30


def _cut(log: bytes, at: int) -> bytes:
    return log[:at]


def _zeroed(log: bytes, at: int) -> bytes:
    return log[:at] + bytes(len(log) - at)


def _garbled(log: bytes, at: int) -> bytes:
    return log[:at] + random.Random(at).randbytes(len(log) - at)


def _flipped(log: bytes, at: int) -> bytes:
    return log[:at] + bytes([log[at] ^ 16]) + log[at + 1 :]


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[int]]:
    """A database with its log as a killed process leaves them, and how long the log was after each commit."""
    folder = tmp_path_factory.mktemp("killed")
    lengths = []
    with laptop.opened(folder / "open.db") as database:
        for number in range(COMMITS):
            with database.write() as connection:
                for part in range(3):
                    row = {"key": f"{number}-{part}", "value": "v" * 900}
                    connection.execute(sa.insert(local.state).values(row))
            lengths.append((folder / "open.db-wal").stat().st_size)
        for end in ("", "-wal"):
            shutil.copyfile(folder / f"open.db{end}", folder / f"cache.db{end}")
    return folder / "cache.db", lengths


def commits(path: Path) -> list[int]:
    """The commits that are there, whole; a torn one fails."""
    with laptop.opened(path) as database, database.read() as connection:
        keys = connection.execute(sa.select(local.state.c.key)).scalars()
        parts = [key.split("-") for key in keys if "-" in key]
    found = sorted({int(number) for number, _ in parts})
    assert len(parts) == 3 * len(found), "a transaction is torn"
    return found


@pytest.mark.parametrize("damage", [_cut, _zeroed, _garbled, _flipped])
def test_what_was_committed_before_the_damage_stands(
    killed: tuple[Path, list[int]], tmp_path: Path, damage: Damage, rng: random.Random
) -> None:
    made, lengths = killed
    path = tmp_path / "cache.db"
    for _ in range(6):
        at = rng.randrange(HEAD + 1, lengths[-1])
        shutil.copyfile(made, path)
        log = made.with_name("cache.db-wal").read_bytes()
        path.with_name("cache.db-wal").write_bytes(damage(log, at))
        torn = log_tail.is_torn(path, laptop.KEY)
        before = [number for number, length in enumerate(lengths) if length <= at]
        assert commits(path) == before, f"{damage.__name__} at {at}"
        if damage is _flipped:
            assert torn or len(before) >= COMMITS - 1, "commits behind the damage are missed"
        assert not torn or len(before) < COMMITS
        assert integrity.check(path, laptop.KEY, structure=True) == integrity.Integrity()
        with laptop.opened(path) as database, database.write() as connection:
            connection.execute(sa.insert(local.state).values(key="after", value="1"))
        path.unlink()


def test_a_whole_log_is_not_torn(killed: tuple[Path, list[int]], tmp_path: Path) -> None:
    """Neither after a kill, nor with a transaction in it that was never committed."""
    made, _ = killed
    path = tmp_path / "cache.db"
    assert not log_tail.is_torn(shutil.copyfile(made, path), laptop.KEY)
    shutil.copyfile(made, path)
    shutil.copyfile(made.with_name("cache.db-wal"), path.with_name("cache.db-wal"))
    assert not log_tail.is_torn(path, laptop.KEY)
    other = tmp_path / "other.db"
    with laptop.opened(path) as database, database.write() as connection:
        connection.exec_driver_sql("PRAGMA cache_size = -200")
        rows = [{"key": f"spill{at}", "value": "v" * 3_000} for at in range(600)]
        connection.execute(sa.insert(local.state), rows)
        for end in ("", "-wal"):
            shutil.copyfile(f"{path}{end}", f"{other}{end}")
    assert other.with_name("other.db-wal").stat().st_size > 1_000_000
    assert not log_tail.is_torn(other, laptop.KEY)


def test_a_log_whose_head_is_gone_leaves_the_file_as_it_was(
    killed: tuple[Path, list[int]], tmp_path: Path
) -> None:
    made, _ = killed
    path = tmp_path / "cache.db"
    shutil.copyfile(made, path)
    log = made.with_name("cache.db-wal").read_bytes()
    path.with_name("cache.db-wal").write_bytes(bytes(HEAD) + log[HEAD:])
    assert commits(path) == []
    with laptop.opened(path) as database:
        assert isinstance(database, Database)
