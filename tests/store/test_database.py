"""One writer, many readers, and the settings on which durability rests; all with a real encrypted file."""

import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.model import local, tables
from channeldesk.model.ids import new_id
from channeldesk.model.notice import Problem
from channeldesk.store import connect
from channeldesk.store.database import Database
from tests.support import laptop

state, contact = local.state, tables.laptop.tables["contact"]


def _keys(connection: sa.Connection) -> list[str]:
    return list(connection.execute(sa.select(state.c.key).order_by(state.c.key)).scalars())


def _add(connection: sa.Connection, key: str) -> None:
    connection.execute(sa.insert(state).values(key=key, value=""))


def _contact(connection: sa.Connection) -> bytes:
    row_id = new_id()
    connection.execute(sa.insert(contact).values(id=row_id, partner_id=new_id(), name="张三"))
    return row_id


def _fail(block: Callable[[], Any], work: Callable[[sa.Connection], object]) -> None:
    with block() as connection:
        work(connection)
        raise ZeroDivisionError


def test_nothing_of_the_file_can_be_read_without_the_key(database: Database) -> None:
    with database.write() as connection:
        _contact(connection)
    database.checkpoint()

    files = [file.read_bytes() for file in database.path.parent.iterdir()]

    assert not any(file.startswith(connect.PLAIN_HEADER) for file in files)
    assert not any("张三".encode() in file or b"CREATE TABLE" in file for file in files)
    assert not any(laptop.KEY in file or laptop.KEY.hex().encode() in file for file in files)


def test_another_key_is_refused(database: Database) -> None:
    with pytest.raises(Problem) as caught:
        Database.open(database.path, secrets.token_bytes(32))

    assert caught.value.notice.code == "store.wrong_key"


def test_a_file_that_is_not_encrypted_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plain.db"
    path.write_bytes(connect.PLAIN_HEADER + bytes(4080))

    with pytest.raises(Problem) as caught:
        Database.open(path, laptop.KEY)

    assert caught.value.notice.code == "store.not_encrypted"


def test_a_missing_file_is_not_created(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        Database.open(tmp_path / "cache.db", laptop.KEY)

    assert caught.value.notice.code == "store.no_database"
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("key", [b"", bytes(31), bytes(33), b"0" * 64])
def test_a_key_of_another_length_is_never_taken_as_a_passphrase(key: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        connect.key_pragma(key)


def test_the_key_stands_in_no_text_about_the_database(database: Database) -> None:
    with database.read() as connection, pytest.raises(sa.exc.OperationalError) as caught:
        connection.execute(sa.text("SELECT secret FROM nowhere WHERE a = :a"), {"a": "13800000000"})

    for text in (repr(database), str(vars(database)), str(caught.value), repr(caught.value)):
        assert laptop.KEY.hex() not in text
        assert repr(laptop.KEY) not in text
        assert "13800000000" not in text


@pytest.mark.parametrize(("use", "synchronous", "mib"), [("write", 2, 16), ("apply", 1, 64)])
def test_settings_of_the_writing_connections(
    database: Database, use: str, synchronous: int, mib: int
) -> None:
    expected = {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "temp_store": 2,
        "synchronous": synchronous,
        "cache_size": -1024 * mib,
        "recursive_triggers": 1,
    }

    with getattr(database, use)() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in expected}

    assert found == expected


def test_a_block_commits_or_leaves_nothing(database: Database) -> None:
    for open_block in (database.write, database.apply):
        with pytest.raises(ZeroDivisionError):
            _fail(open_block, lambda connection: _add(connection, "lost"))
        with open_block() as connection:
            _add(connection, open_block.__name__)

    with database.read() as connection:
        assert _keys(connection) == ["apply", "write"]


def test_definitions_roll_back_too(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        _fail(database.write, lambda connection: connection.exec_driver_sql("CREATE TABLE half_done (a)"))

    with database.read() as connection:
        assert not connection.exec_driver_sql("SELECT 1 FROM sqlite_schema WHERE name = 'half_done'").first()


def test_what_a_person_writes_is_captured_and_what_sync_applies_is_not(database: Database) -> None:
    with database.write() as connection:
        mine = _contact(connection)
    with database.apply() as connection:
        _contact(connection)

    with database.read() as connection:
        assert connection.execute(sa.select(local.outbox.c.row_id)).scalars().all() == [mine]


def test_a_reader_writes_nothing(database: Database) -> None:
    with pytest.raises(Problem) as caught, database.read() as connection:
        _add(connection, "no")

    assert caught.value.notice.code == "store.read_only"


def test_a_reader_keeps_its_snapshot_while_others_commit(database: Database) -> None:
    with database.read() as reader:
        assert _keys(reader) == []
        with database.write() as connection:
            _add(connection, "later")
        assert _keys(reader) == []
    with database.read() as reader:
        assert _keys(reader) == ["later"]


def test_readers_do_not_wait_for_the_writer(database: Database) -> None:
    with database.write() as connection:
        _add(connection, "open")
        for _ in range(20):
            with database.read() as reader:
                assert _keys(reader) == []


def test_many_threads_read_and_write_together(database: Database) -> None:
    failures: list[BaseException] = []
    with database.write() as connection:
        _add(connection, "0")

    def read() -> None:
        for _ in range(50):
            with database.read() as connection:
                first = connection.execute(sa.select(sa.func.count()).select_from(state)).scalar()
                second = connection.execute(sa.select(sa.func.count()).select_from(state)).scalar()
                assert first == second

    def write(name: str, open_block: str) -> None:
        for number in range(25):
            with getattr(database, open_block)() as connection:
                _add(connection, f"{name}{number}")

    def guarded(work: object, *arguments: str) -> None:
        try:
            work(*arguments)  # type: ignore[operator]
        except BaseException as error:
            failures.append(error)

    work = [(read,)] * 8 + [(write, "a", "write"), (write, "b", "apply"), (write, "c", "write")]
    threads = [threading.Thread(target=guarded, args=one) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert failures == []
    with database.read() as connection:
        assert len(_keys(connection)) == 76


def test_a_waiting_person_gets_the_lane_next(database: Database) -> None:
    order: list[str] = []
    waiting = threading.Event()

    def person() -> None:
        waiting.set()
        with database.write() as connection:
            order.append("person")
            _add(connection, "person")

    with database.apply() as connection:
        _add(connection, "0")
        thread = threading.Thread(target=person)
        thread.start()
        waiting.wait(5)
        time.sleep(0.3)  # a wait beyond the budget is served like any other
    for number in range(1, 50):
        with database.apply() as connection:
            order.append("sync")
            _add(connection, f"s{number}")
    thread.join(10)

    assert order.index("person") <= 1


def test_a_person_gets_in_between_the_transactions_of_another_process(database: Database) -> None:
    """As the worker writes them in a first synchronisation: one after the other, with hardly a gap."""
    written, ended = threading.Event(), threading.Event()
    with laptop.opened(database.path) as worker:

        def synchronise() -> None:
            while not ended.is_set():
                with worker.apply() as connection:
                    _add(connection, new_id().hex())
                    written.set()
                    time.sleep(0.1)
                time.sleep(0.005)

        thread = threading.Thread(target=synchronise)
        thread.start()
        try:
            written.wait(5)
            for number in range(3):
                with database.write() as connection:
                    _add(connection, f"person {number}")
                    assert connection.in_transaction()
        finally:
            ended.set()
            thread.join(30)

    with database.read() as connection:
        assert [key for key in _keys(connection) if " " in key] == ["person 0", "person 1", "person 2"]


def test_a_transaction_inside_a_transaction_is_reported(database: Database) -> None:
    with database.write(), pytest.raises(RuntimeError, match="already holds"), database.apply():
        pass


def test_a_commit_by_another_process_moves_the_data_version(database: Database) -> None:
    before = database.data_version()
    assert database.data_version() == before
    code = (
        "import sys; from pathlib import Path; from channeldesk.store.database import Database\n"
        "database = Database.open(Path(sys.argv[1]), bytes.fromhex(sys.stdin.read()))\n"
        "with database.apply() as c: c.exec_driver_sql(\"INSERT INTO local_state VALUES ('other', '')\")\n"
        "database.close()"
    )

    subprocess.run(
        [sys.executable, "-c", code, str(database.path)],
        input=laptop.KEY.hex(),
        text=True,
        check=True,
        timeout=60,
    )

    assert database.data_version() != before
    with database.read() as connection:
        assert _keys(connection) == ["other"]


def test_a_commit_of_its_own_moves_the_data_version(database: Database) -> None:
    before = database.data_version()
    with database.write() as connection:
        _add(connection, "mine")

    assert database.data_version() != before


def test_checkpoint_empties_the_log_unless_a_reader_needs_it(database: Database) -> None:
    with database.read() as reader:
        _keys(reader)
        with database.write() as connection:
            _add(connection, "a")
        assert not database.checkpoint()

    assert database.checkpoint()


def test_closing_stops_a_running_query(database: Database) -> None:
    failed: list[type[BaseException]] = []
    started = threading.Event()

    def endless() -> None:
        try:
            with database.read() as connection:
                started.set()
                connection.exec_driver_sql(
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
                )
        except sa.exc.OperationalError as error:
            failed.append(type(error))

    thread = threading.Thread(target=endless)
    thread.start()
    started.wait(5)
    time.sleep(0.1)
    database.close()
    thread.join(10)

    assert failed == [sa.exc.OperationalError]


def test_a_closed_database_says_so(database: Database) -> None:
    database.close()
    database.close()

    for open_block in (database.read, database.write, database.apply):
        with pytest.raises(RuntimeError, match="closed"), open_block():
            pass


def test_a_full_disk_is_a_problem_a_person_can_read_and_nothing_is_half_written(database: Database) -> None:
    with database.write() as connection:
        _add(connection, "before")
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()

    def fill(connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        connection.execute(sa.insert(state), [{"key": f"k{n}", "value": "x" * 4000} for n in range(500)])

    with pytest.raises(Problem) as caught:
        _fail(database.write, fill)

    assert caught.value.notice.code == "store.disk_full"
    assert caught.value.remedy == "remedy.free_space"
    with database.write() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        _add(connection, "after")
    with database.read() as connection:
        assert _keys(connection) == ["after", "before"]


def test_opening_loads_nothing_heavy() -> None:
    code = (
        "import sys; import channeldesk.store.database, channeldesk.store.migrate, channeldesk.store.search\n"
        "import channeldesk.store.integrity, channeldesk.store.profile, channeldesk.store.lock\n"
        "heavy = {'alembic', 'keyring', 'pypinyin', 'pandas', 'numpy', 'cryptography', 'argon2',\n"
        "    'requests', 'channeldesk.model.mapped', 'sqlalchemy.orm'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )

    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert answer.stdout.strip() == "[]"
