"""The migrated schema equals the models, and a migration that fails leaves everything as it was."""

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlcipher3 import dbapi2 as sqlcipher

from channeldesk.model import local, tables
from channeldesk.model.ids import new_id
from channeldesk.model.notice import Problem
from channeldesk.store import backup, connect, integrity, migrate
from channeldesk.store.database import Database
from migrations import environment
from tests.support import laptop

NEXT = """
from alembic import op
import sqlalchemy as sa

revision, down_revision, branch_labels, depends_on = "{number}", "{before}", None, None


def upgrade():
    with op.batch_alter_table("partner") as batch:
        batch.add_column(sa.Column("nickname", sa.Text))
        batch.drop_column("delivery_note")
    op.execute("UPDATE partner SET nickname = name")
    {then}
"""


def _engine(path: Path) -> sa.Engine:
    return sa.create_engine(
        "sqlite://", module=sqlcipher, creator=lambda: connect.connect(path, laptop.KEY, connect.Use.READ)
    )


def _next_program(tmp_path: Path, then: str = "pass") -> Path:
    """The migrations of a later program: one more revision."""
    folder = tmp_path / "later"
    shutil.copytree(migrate.scripts(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    before = migrate.newest_revision()
    number = f"{int(before) + 1:04d}"
    (folder / "versions" / f"{number}_next.py").write_text(
        NEXT.format(number=number, before=before, then=then)
    )
    return folder


@pytest.fixture
def populated(tmp_path: Path) -> Path:
    """A database with a partner, a line and an edit that waits in the outbox."""
    path = tmp_path / "cache.db"
    with laptop.opened(path) as database:
        partner, line = tables.laptop.tables["partner"], tables.laptop.tables["order_line"]
        with database.apply() as connection:
            row_id = new_id()
            values = {"id": row_id, "rv": 7, "name": "恒泰", "territory_id": new_id(), "currency": "CNY"}
            connection.execute(sa.insert(partner).values(values))
            row = {"id": new_id(), "order_id": new_id(), "partner_id": row_id, "product_id": new_id()}
            row |= {"line_number": 1, "quantity": 1, "unit_price": 1, "net": 1}
            connection.execute(sa.insert(line).values(row))
        with database.write() as connection:
            connection.execute(sa.update(partner).values(phone="138"))
    return path


def _content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    raw = connect.connect(path, laptop.KEY, connect.Use.READ)
    try:
        names = [
            n
            for (n,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
            if not n.startswith(("sqlite", "search_index"))
        ]
        return {name: raw.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
    finally:
        raw.close()


def test_the_models_say_what_the_migrations_made(tmp_path: Path) -> None:
    engine = _engine(laptop.make_file(tmp_path / "cache.db"))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=environment.options(tables.laptop))

        assert compare_metadata(context, tables.laptop) == []
    engine.dispose()


def test_the_migrations_made_what_the_models_say(tmp_path: Path) -> None:
    """The engine's own description of both schemas: types, nulls, defaults, keys, indexes, table options."""
    engine = _engine(laptop.make_file(tmp_path / "cache.db"))
    wanted_engine = sa.create_engine("sqlite://", module=sqlcipher)
    with engine.connect() as migrated, wanted_engine.begin() as modelled:
        tables.laptop.create_all(modelled)

        assert _described(migrated) == _described(modelled)
    engine.dispose()
    wanted_engine.dispose()


def _described(connection: sa.Connection) -> dict[str, object]:
    run = connection.exec_driver_sql
    listed = run("SELECT name, type, ncol, wr FROM pragma_table_list WHERE schema = 'main'").fetchall()
    found: dict[str, object] = {}
    for name, kind, *options in listed:
        if name.startswith(("sqlite_", "search_index", "alembic_version")):
            continue
        indexes = {
            row.name: (row.unique, [tuple(c) for c in run(f'PRAGMA index_xinfo("{row.name}")')])
            for row in run(f'PRAGMA index_list("{name}")')
        }
        columns = [tuple(row) for row in run(f'PRAGMA table_xinfo("{name}")')]
        keys = [tuple(row) for row in run(f'PRAGMA foreign_key_list("{name}")')]
        made = str(run("SELECT sql FROM sqlite_schema WHERE name = ?", (name,)).scalar())
        found[name] = (kind, options, columns, indexes, keys, "AUTOINCREMENT" in made)
    return found


def test_the_newest_revision_is_known_without_alembic() -> None:
    assert ScriptDirectory(str(migrate.scripts())).get_heads() == [migrate.newest_revision()]


def test_an_up_to_date_database_is_left_alone(populated: Path) -> None:
    before = populated.read_bytes()

    assert migrate.upgrade(populated, laptop.KEY) is False
    assert populated.read_bytes() == before
    assert backup.existing(populated) == []


def test_a_populated_database_is_upgraded_after_a_backup(populated: Path, tmp_path: Path) -> None:
    before = _content(populated)

    assert migrate.upgrade(populated, laptop.KEY, folder=_next_program(tmp_path)) is True

    after = _content(populated)
    assert after["outbox"] == before["outbox"] != []
    assert after["order_line"] == before["order_line"] != []
    assert after["partner"][0][-1] == "恒泰"
    [copy] = backup.existing(populated)
    assert _content(copy) == before
    assert not connect.is_plain(copy)
    with laptop.opened(copy) as database, database.read() as connection:
        assert connection.execute(sa.select(local.outbox.c.row_id)).scalar() is not None


@pytest.mark.allow_log("migration from .* failed", reason="it is made to fail")
@pytest.mark.parametrize(
    "then",
    [
        'op.execute("INSERT INTO nowhere VALUES (1)")',
        'op.execute("CREATE TABLE child (p REFERENCES partner)"); op.execute("INSERT INTO child VALUES (1)")',
    ],
)
def test_a_failing_migration_leaves_everything_as_it_was(populated: Path, tmp_path: Path, then: str) -> None:
    before = _content(populated)

    with pytest.raises(Problem) as caught:
        migrate.upgrade(populated, laptop.KEY, folder=_next_program(tmp_path, then))

    assert caught.value.notice.code == "store.migration_failed"
    assert caught.value.notice.params["backup"] == backup.existing(populated)[0].name
    assert _content(populated) == before
    assert migrate.upgrade(populated, laptop.KEY) is False
    with laptop.opened(populated) as database, database.write() as connection:
        connection.execute(sa.update(tables.laptop.tables["partner"]).values(phone="139"))


def test_a_database_of_a_newer_program_is_refused_and_not_touched(populated: Path, tmp_path: Path) -> None:
    migrate.upgrade(populated, laptop.KEY, folder=_next_program(tmp_path))
    before = populated.read_bytes()

    with pytest.raises(Problem) as caught:
        migrate.upgrade(populated, laptop.KEY)

    assert caught.value.notice.code == "store.newer_schema"
    assert caught.value.remedy == "remedy.update_program"
    assert populated.read_bytes() == before


def test_a_damaged_database_is_not_migrated(populated: Path, tmp_path: Path) -> None:
    content = bytearray(populated.read_bytes())
    content[-2000] ^= 1
    populated.write_bytes(content)

    with pytest.raises(Problem) as caught:
        migrate.upgrade(populated, laptop.KEY, folder=_next_program(tmp_path))

    assert caught.value.notice.code in ("store.migration_refused", "store.damaged")  # by the page it hits
    assert populated.read_bytes() == content


def test_two_backups_are_kept(populated: Path) -> None:
    made = [backup.make(populated, laptop.KEY, label="0001") for _ in range(4)]

    assert backup.existing(populated) == made[-2:]
    assert sorted(file.name for file in made[0].parent.iterdir()) == [file.name for file in made[-2:]]


def test_a_backup_holds_what_is_still_in_the_log(populated: Path) -> None:
    with laptop.opened(populated) as database:
        with database.write() as connection:
            connection.execute(sa.insert(local.state).values(key="late", value="1"))
        copy = backup.make(populated, laptop.KEY, label="0001")

    assert ("late", "1") in _content(copy)["local_state"]


def test_a_backup_that_does_not_verify_is_removed(populated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = backup.make(populated, laptop.KEY, label="0001")
    copy = backup._copy

    def damaging(path: Path, target: Path, key: bytes) -> None:
        copy(path, target, key)
        content = bytearray(target.read_bytes())
        content[5000] ^= 1
        target.write_bytes(content)

    monkeypatch.setattr(backup, "_copy", damaging)
    with pytest.raises(Problem) as caught:
        backup.make(populated, laptop.KEY, label="0001")

    assert caught.value.notice.code == "store.backup_failed"
    assert backup.existing(populated) == [good]


def test_each_flipped_bit_is_found(populated: Path, rng: object) -> None:
    content = populated.read_bytes()
    assert integrity.check(populated, laptop.KEY, structure=True) == integrity.Integrity()
    missed = []
    for _ in range(40):
        place = rng.randrange(len(content))  # type: ignore[attr-defined]
        flipped = bytearray(content)
        flipped[place] ^= 1 << rng.randrange(8)  # type: ignore[attr-defined]
        populated.write_bytes(flipped)
        if not integrity.check(populated, laptop.KEY).damaged:
            missed.append(place)

    assert missed == []


def test_the_check_runs_beside_the_work_and_hands_over_its_result(database: Database) -> None:
    results: list[integrity.Integrity] = []

    thread = integrity.check_later(database.path, laptop.KEY, results.append)
    with database.write() as connection:
        connection.execute(sa.insert(local.state).values(key="during", value="1"))
    thread.join(30)

    assert results == [integrity.Integrity()]


def test_a_cut_off_file_is_damaged_and_never_an_exception(populated: Path) -> None:
    content = populated.read_bytes()
    for length in (0, 100, 4096, len(content) - 1000):
        populated.write_bytes(content[:length])
        found = integrity.check(populated, laptop.KEY, structure=True)
        assert found.damaged or length == 0
