"""A full disk: whatever is written, it is told what to do, nothing is lost, and it works again with room."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from channeldesk.model.ids import new_id
from channeldesk.model.local import outbox
from channeldesk.model.notice import Problem
from channeldesk.model.tables import laptop as tables
from channeldesk.store import backup, derive, images, integrity, migrate, rescue
from channeldesk.store.database import Database
from tests.conftest import ROOT
from tests.support import laptop
from tests.support.small_disk import SmallDisk, small_disk

LATER = """
from alembic import op
import sqlalchemy as sa

revision, down_revision, branch_labels, depends_on = "{number}", "{before}", None, None


def upgrade():
    op.add_column("partner", sa.Column("nickname", sa.Text))
    op.execute("UPDATE partner SET nickname = name || hex(randomblob(2000))")
"""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", 12) as made:
        yield made


@pytest.fixture
def path(disk: SmallDisk) -> Path:
    """300 partners of headquarters, and an edit that waits."""
    made = disk.folder / "cache.db"
    with laptop.opened(made) as database:
        apply_partners(database, 300)
        with database.write() as connection:
            connection.exec_driver_sql("UPDATE partner SET phone = '1' WHERE name = 'Partner 7'")
    return made


def apply_partners(database: Database, count: int, text: str = "") -> None:
    rows = [[new_id().hex(), 5, new_id().hex(), f"Partner {at}", "CNY", text] for at in range(count)]
    applier = images.Applier("partner", ["id", "rv", "territory_id", "name", "currency", "delivery_note"])
    with database.apply() as connection:
        applier.apply(connection, rows, set(), lambda *row: pytest.fail(str(row)))


def facts(path: Path) -> tuple[int, int]:
    """Partners, and what waits."""
    with laptop.opened(path) as database, database.read() as connection:
        counted = (tables.tables["partner"], outbox)
        partners, waiting = (
            connection.execute(sa.select(sa.func.count()).select_from(one)).scalar_one() for one in counted
        )
        return int(partners), int(waiting)


def is_full(caught: pytest.ExceptionInfo[Problem]) -> None:
    assert (caught.value.notice.code, caught.value.remedy) == ("store.disk_full", "remedy.free_space")


def test_what_a_person_writes(disk: SmallDisk, path: Path) -> None:
    with laptop.opened(path) as database:
        disk.fill(leaving=100_000)
        with pytest.raises(Problem) as caught:
            write(database, 20)  # small ones still go through
        is_full(caught)
        before = counted(database)
        with pytest.raises(Problem) as caught:
            write(database)
        is_full(caught)
        assert counted(database) == before
        disk.clear()
        write(database)
        assert counted(database) == before + 1
    assert integrity.check(path, laptop.KEY, structure=True) == integrity.Integrity()


def write(database: Database, times: int = 1) -> None:
    for _ in range(times):
        row = {"id": new_id(), "partner_id": new_id(), "name": "x", "note": "n" * 40_000}
        with database.write() as connection:
            connection.execute(sa.insert(tables.tables["contact"]).values(row))


def counted(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(outbox)).scalar_one())


def test_what_headquarters_sent(disk: SmallDisk, path: Path) -> None:
    with laptop.opened(path) as database:
        disk.fill()
        with pytest.raises(Problem) as caught:
            apply_partners(database, 500, "d" * 4_000)
        is_full(caught)
        disk.clear()
    assert facts(path) == (300, 1)
    with laptop.opened(path) as database:
        apply_partners(database, 100)
    assert facts(path) == (400, 1)


def test_building_the_indexes_and_what_is_derived(disk: SmallDisk, path: Path) -> None:
    with laptop.opened(path) as database:
        with database.apply() as connection:
            derive.drop_secondary_indexes(connection)
        apply_partners(database, 700, "d" * 2_000)
        disk.fill()
        with pytest.raises(Problem) as caught:
            for _ in (*derive.create_secondary_indexes(database), *derive.rebuild(database)):
                pass
        is_full(caught)
        disk.clear()
        for _ in (*derive.create_secondary_indexes(database), *derive.rebuild(database)):
            pass
        with database.read() as connection:
            assert not any(derive.compare(connection).values())
            assert derive.missing_indexes(connection) == []
    assert facts(path) == (1_000, 1)


def later(folder: Path) -> Path:
    """The migrations of a later program."""
    shutil.copytree(migrate.scripts(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    before = migrate.newest_revision()
    number = f"{int(before) + 1:04d}"
    (folder / "versions" / f"{number}_later.py").write_text(LATER.format(number=number, before=before))
    return folder


@pytest.mark.parametrize("backups", [0, 1])
def test_a_migration(disk: SmallDisk, path: Path, tmp_path: Path, backups: int) -> None:
    """Without room for the backup it does not begin; without room for itself it leaves all as it was."""
    scripts = later(tmp_path / "later")
    disk.fill(leaving=backups * (2 * path.stat().st_size + 100_000))
    with pytest.raises(Problem) as caught:
        migrate.upgrade(path, laptop.KEY, folder=scripts)
    is_full(caught)
    assert len(backup.existing(path)) == backups
    disk.clear()
    assert facts(path) == (300, 1)
    assert migrate.upgrade(path, laptop.KEY, folder=scripts)


def test_a_backup(disk: SmallDisk, path: Path) -> None:
    disk.fill()
    with pytest.raises(Problem) as caught:
        backup.make(path, laptop.KEY, label="0001")
    is_full(caught)
    assert backup.existing(path) == []
    disk.clear()
    assert facts(backup.make(path, laptop.KEY, label="0001")) == (300, 1)


def test_a_rescue(disk: SmallDisk, path: Path) -> None:
    before = path.read_bytes()
    disk.fill(leaving=200_000)

    def run() -> rescue.Rescued:
        return rescue.rescue(path, laptop.KEY, facts={}, new_id=new_id, now_ms=lambda: 1)

    with pytest.raises(Problem) as caught:
        run()
    is_full(caught)
    assert path.read_bytes() == before
    assert sorted(one.name for one in disk.folder.iterdir()) == ["cache.db", "filler"]
    disk.clear()
    run()
    assert facts(path) == (1, 1)


LIMITED = """
import resource, signal, sys
from pathlib import Path
from channeldesk.model.notice import Problem
from channeldesk.store.database import Database
from tests.store.test_full_disk import write
from tests.support import laptop

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
database = Database.open(Path(sys.argv[1]), laptop.KEY)
write(database)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
try:
    write(database, 40)
except Problem as problem:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    write(database)
    print(problem.notice.code, problem.remedy)
database.close()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of file sizes")
def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    """The same for whoever may not mount: the system refuses to make files longer."""
    path = tmp_path / "cache.db"
    laptop.make_file(path)
    command = [sys.executable, "-c", LIMITED, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() in (
        ["store.disk_error", "remedy.check_disk"],
        ["store.disk_full", "remedy.free_space"],
    )
    partners, waiting = facts(path)
    assert partners == 0
    assert waiting >= 2
    assert integrity.check(path, laptop.KEY, structure=True) == integrity.Integrity()
