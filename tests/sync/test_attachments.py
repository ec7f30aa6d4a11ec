"""Files between laptops: after the rows, part by part, once, and never in their way."""

import hashlib
import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.actions import attachments
from channeldesk.desk import Transaction
from channeldesk.hq.tables import blob, blob_chunk
from channeldesk.model.changes import Done
from channeldesk.model.ids import new_id
from channeldesk.queries.attachments import of_partner
from channeldesk.store import intake
from channeldesk.store.database import Database
from channeldesk.store.intake import Taken
from channeldesk.store.profile import Profile
from channeldesk.sync import files, local_facts
from channeldesk.sync.backoff import Backoff
from channeldesk.sync.file_desk import FileDesk, State
from channeldesk.sync.files import FileStep
from channeldesk.sync.transport import HttpTransport, Offline
from channeldesk.wire.files import CHUNK
from tests.support import laptop as profiles
from tests.support.cutting import CuttingProxy
from tests.support.headquarters import Headquarters
from tests.support.rounds import Laptop

Make = Callable[..., Laptop]
TWENTY = 20 * 1024 * 1024
HEADERS = 128 * 1024
"""More than the bytes of all requests beside their parts."""


@pytest.fixture
def proxy(hq: Headquarters) -> Iterator[CuttingProxy]:
    with CuttingProxy(hq.address) as cutting:
        yield cutting


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("files") / "shelf.jpg"
    path.write_bytes(random.Random(38).randbytes(TWENTY))
    return path


def act(one: Laptop, action: Callable[..., Done[Any]], *args: Any, **kw: Any) -> Done[Any]:
    profile = Profile(
        "p", "", one.session.user_id, one.login, "", "manager", b"", one.session.device_prefix, 0
    )
    with one.database.write() as connection:
        tx = Transaction(connection, profile, one.database.now_ms, new_id)
        return action(tx, *args, **kw)


def add(one: Laptop, path: Path, code: str = "P1", **more: Any) -> bytes:
    """As the window does it: the content first, then the row."""
    taken = intake.take_in(one.database.files, path)
    return bytes(act(one, attachments.add, one.row("partner", code=code)["id"], taken, **more).value)


def carry(one: Laptop, address: str | None = None) -> list[FileStep]:
    """One pass of the files' queue over HTTP."""
    transport = HttpTransport(address or one.hq.address, one.session.token)
    try:
        return list(files.transfer(one.database, transport))
    finally:
        transport.close()


def fetch(one: Laptop, row_id: bytes, address: str | None = None) -> list[FileStep]:
    transport = HttpTransport(address or one.hq.address, one.session.token)
    with one.database.read() as connection:
        (job,) = [
            job
            for job in files.of_partners(connection, [one.row("attachment", id=row_id)["partner_id"]])
            if job.attachment_id == row_id
        ]
    try:
        return list(files.download(one.database, transport, job))
    finally:
        transport.close()


def content(database: Database, sha256: str) -> bytes:
    return b"".join(database.files.read(sha256))


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def at_headquarters(hq: Headquarters, table: sa.Table) -> int:
    with hq.database.snapshot() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_case_38_a_cut_file_resumes_is_stored_once_and_rows_do_not_wait(
    hq: Headquarters, laptop: Make, proxy: CuttingProxy, photo: Path
) -> None:
    bo, ann = laptop("bo"), laptop("ann")
    bo.sync()
    row_id = add(bo, photo)
    bo.sync()

    proxy.cut_up = TWENTY // 2
    with pytest.raises(Offline):
        carry(bo, proxy.address)
    before = hq.table("attachment", id=row_id)[0]
    assert before["stored_at"] is None
    with hq.database.snapshot() as connection:
        received = connection.execute(sa.select(blob.c.received)).scalar_one()
    assert TWENTY // 2 - 2 * CHUNK <= received <= TWENTY // 2

    contact = bo.insert("contact", partner_id=bo.row("partner", code="P1")["id"], name="Meanwhile")
    bo.sync()  # rows do not wait for the file
    assert hq.table("contact", id=contact)
    ann.sync()
    assert ann.row("attachment", id=row_id)["stored_at"] is None

    spent = proxy.up
    proxy.reset()
    assert carry(bo, proxy.address)[-1].state == "sent"
    assert proxy.up <= TWENTY - received + HEADERS
    assert spent + proxy.up <= TWENTY + CHUNK + HEADERS  # one part at most was sent again
    assert hq.table("attachment", id=row_id)[0]["stored_at"] is not None
    assert carry(bo) == []

    ann.sync()
    assert not ann.database.files.states([sha(photo)])  # nothing is fetched before somebody asks
    proxy.reset()
    proxy.cut_down = TWENTY // 2
    with pytest.raises(Offline):
        fetch(ann, row_id, proxy.address)
    here = ann.database.files.states([sha(photo)])[sha(photo)]
    assert not here.complete
    assert TWENTY // 2 - 2 * CHUNK <= here.have <= TWENTY // 2
    ann.reopen()
    spent = proxy.down
    proxy.reset()
    fetch(ann, row_id, proxy.address)
    assert spent + proxy.down <= TWENTY + CHUNK + HEADERS
    assert content(ann.database, sha(photo)) == photo.read_bytes()

    again = add(ann, photo, code="P3", note="the same picture")
    ann.sync()
    proxy.reset()
    carry(ann, proxy.address)
    assert proxy.up < 64 * 1024
    assert hq.table("attachment", id=again)[0]["stored_at"] is not None
    assert (at_headquarters(hq, blob), at_headquarters(hq, blob_chunk)) == (1, TWENTY // CHUNK)
    assert ann.database.files.usage().total == TWENTY


def test_a_file_of_somebody_elses_partner_cannot_be_fetched(
    hq: Headquarters, laptop: Make, tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"North's own")
    bo, cai = laptop("bo"), laptop("cai")
    bo.sync()
    add(bo, path)
    bo.sync()
    carry(bo)
    cai.sync()
    assert cai.rows("attachment") == []


def test_the_same_content_needs_no_second_upload_by_another_person(
    hq: Headquarters, laptop: Make, proxy: CuttingProxy, tmp_path: Path
) -> None:
    path = tmp_path / "list.pdf"
    path.write_bytes(random.Random(2).randbytes(3 * CHUNK))
    bo, cai = laptop("bo"), laptop("cai")
    for one, code in ((bo, "P1"), (cai, "P3")):
        one.sync()
        add(one, path, code=code)
        one.sync()
    carry(bo)
    carry(cai, proxy.address)
    assert proxy.up < CHUNK
    assert at_headquarters(hq, blob) == 1
    assert all(row["stored_at"] for row in hq.table("attachment"))


def test_a_file_that_fails_holds_up_neither_rows_nor_other_files(
    hq: Headquarters, laptop: Make, tmp_path: Path
) -> None:
    bo = laptop("bo")
    bo.sync()
    partner = bo.row("partner", code="P1")["id"]
    lost = act(bo, attachments.add, partner, Taken("lost.pdf", "application/pdf", 9, "0" * 64)).value
    path = tmp_path / "good.txt"
    path.write_bytes(b"good")
    good = add(bo, path)
    bo.sync()
    assert [
        (step.job.attachment_id, step.state) for step in carry(bo) if step.state in ("sent", "failed")
    ] == [
        (lost, "failed"),
        (good, "sent"),
    ]
    assert carry(bo) == []  # not again and again
    desk = FileDesk(bo.database, lambda: hq.address, lambda changes: None)
    with bo.database.read() as connection:
        rows = of_partner(connection, partner, bo.session.user_id)
    found = desk.standings(rows)
    assert found[good].state is State.HERE
    assert (found[lost].state, found[lost].remedy) == (State.FAILED, "remedy.add_again")
    assert found[lost].notice is not None
    assert found[lost].notice.code == "file.lost"
    desk.retry(lost)
    assert desk.standings(rows)[lost].state is State.LOST


def test_a_damaged_answer_is_not_taken_for_the_file(hq: Headquarters, laptop: Make, tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(2 * CHUNK))
    bo, ann = laptop("bo"), laptop("ann")
    bo.sync()
    row_id = add(bo, path)
    bo.sync()
    carry(bo)
    ann.sync()
    hq.execute(sa.update(blob_chunk).where(blob_chunk.c.position == CHUNK).values(data=b"x" * CHUNK))
    with pytest.raises(Exception, match="damaged"):
        fetch(ann, row_id)
    assert not ann.database.files.states([sha(path)])
    hq.execute(sa.update(blob_chunk).where(blob_chunk.c.position == CHUNK).values(data=bytes(CHUNK)))
    fetch(ann, row_id)
    assert content(ann.database, sha(path)) == path.read_bytes()


def test_a_row_taken_back_before_it_was_sent_leaves_nothing_at_headquarters(
    hq: Headquarters, laptop: Make, tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"not for long")
    bo = laptop("bo")
    bo.sync()
    row_id = add(bo, path)
    removed = act(bo, attachments.remove, row_id)
    bo.sync()
    assert carry(bo) == []
    assert hq.table("attachment") == []
    assert removed.undo is not None
    act(bo, removed.undo.action)
    bo.sync()
    assert carry(bo)[-1].state == "sent"


def test_a_removal_that_was_told_comes_back_with_its_content(
    hq: Headquarters, laptop: Make, tmp_path: Path
) -> None:
    """Also on a laptop that never had the content."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"comes back")
    bo, ann = laptop("bo"), laptop("ann")
    bo.sync()
    row_id = add(bo, path)
    bo.sync()
    carry(bo)
    ann.sync()
    removed = act(ann, attachments.remove, row_id)
    ann.sync()
    assert hq.table("attachment") == []
    assert removed.undo is not None
    act(ann, removed.undo.action)
    ann.sync()
    ann.sync()
    carry(ann)
    (row,) = hq.table("attachment")
    assert row["stored_at"] is not None
    ann.sync()
    fetch(ann, bytes(row["id"]))
    assert content(ann.database, sha(path)) == b"comes back"


def test_what_is_wanted_for_a_journey_is_fetched_and_stays(
    hq: Headquarters, laptop: Make, tmp_path: Path
) -> None:
    bo, ann = laptop("bo"), laptop("ann")
    bo.sync()
    for number in range(3):
        path = tmp_path / f"{number}.bin"
        path.write_bytes(bytes([number]) * 1000)
        add(bo, path)
    bo.sync()
    carry(bo)
    ann.sync()
    desk = FileDesk(ann.database, lambda: hq.address, lambda changes: None)
    partner = ann.row("partner", code="P1")["id"]
    wanted = desk.want([partner])
    assert (wanted.files, wanted.missing, wanted.missing_size) == (3, 3, 3000)
    assert [step.state for step in carry(ann)].count("fetched") == 3
    assert desk.want([partner]).missing == 0
    assert ann.database.files.trim(0) == 0
    desk.let_go([partner])
    assert ann.database.files.trim(0) == 3000


def test_the_desk_carries_by_itself(hq: Headquarters, laptop: Make, tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(3 * CHUNK))
    bo = laptop("bo")
    bo.sync()
    add(bo, path)
    bo.sync()
    with bo.database.apply() as connection:
        local_facts.remember(connection, bo.session, 0)
    desk = FileDesk(bo.database, lambda: hq.address, lambda changes: None)
    sent = threading.Event()
    desk.watch(lambda step: sent.set() if step.state == "sent" else None)
    desk.start()
    desk.kick()
    try:
        assert sent.wait(60)
    finally:
        desk.stop()
    assert hq.table("attachment")[0]["stored_at"] is not None


@pytest.mark.parametrize("steps", range(1, 8))
def test_a_transfer_may_be_dropped_between_any_two_steps(
    hq: Headquarters, laptop: Make, tmp_path: Path, steps: int
) -> None:
    paths = [tmp_path / name for name in ("a.bin", "b.bin")]
    for number, path in enumerate(paths):
        path.write_bytes(random.Random(number).randbytes(2 * CHUNK + 5))
    bo = laptop("bo")
    bo.sync()
    for path in paths:
        add(bo, path)
    bo.sync()
    transport = HttpTransport(hq.address, bo.session.token)
    try:
        transfer = files.transfer(bo.database, transport)
        for _ in range(steps):
            next(transfer)
        transfer.close()
    finally:
        transport.close()
    bo.reopen()
    carry(bo)
    assert all(row["stored_at"] for row in hq.table("attachment"))
    assert carry(bo) == []


def test_a_lost_answer_costs_no_part(
    hq: Headquarters, laptop: Make, proxy: CuttingProxy, tmp_path: Path
) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(random.Random(9).randbytes(3 * CHUNK))
    bo = laptop("bo")
    bo.sync()
    add(bo, path)
    bo.sync()
    transport = HttpTransport(proxy.address, bo.session.token)
    try:
        transfer = files.transfer(bo.database, transport)
        while next(transfer).done < CHUNK:
            pass
        proxy.reset()
        proxy.cut_down = 10  # the part arrives, its answer does not
        with pytest.raises(Offline):
            next(transfer)
    finally:
        transport.close()
    proxy.reset()
    carry(bo, proxy.address)
    assert proxy.up < CHUNK + HEADERS
    assert hq.table("attachment")[0]["stored_at"] is not None


def test_what_a_person_may_no_longer_see_leaves_the_laptop_with_its_row(
    hq: Headquarters, laptop: Make, tmp_path: Path
) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"secret of a partner")
    bo, ann = laptop("bo"), laptop("ann")
    bo.sync()
    row_id = add(bo, path)
    bo.sync()
    carry(bo)
    ann.sync()
    fetch(ann, row_id)
    files.tidy(ann.database)
    assert sha(path) in ann.database.files.states([sha(path)])
    with ann.database.apply() as connection:  # as a round does when the partner leaves the person's scope
        connection.execute(sa.text("DELETE FROM attachment"))
    files.tidy(ann.database)
    assert ann.database.files.states([sha(path)]) == {}
    with bo.database.apply() as connection:
        connection.execute(sa.text("DELETE FROM local_state WHERE key = 'cursor'"))
        connection.execute(sa.text("DELETE FROM attachment"))
    files.tidy(bo.database)  # rows are being fetched anew: nothing is decided meanwhile
    assert sha(path) in bo.database.files.states([sha(path)])


def test_the_desk_tries_again_by_itself(hq: Headquarters, laptop: Make, tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(CHUNK + 1))
    bo = laptop("bo")
    bo.sync()
    add(bo, path)
    bo.sync()
    with bo.database.apply() as connection:
        local_facts.remember(connection, bo.session, 0)
    failed, sent = threading.Event(), threading.Event()

    class Noticed(Backoff):
        def failed(self, retry_after: float | None = None) -> float:
            failed.set()
            return super().failed(retry_after)

    desk = FileDesk(
        bo.database, lambda: hq.address, lambda changes: None, backoff=Noticed(first=0.02, longest=0.1)
    )
    desk.watch(lambda step: sent.set() if step.state == "sent" else None)
    hq.stop()
    desk.start()
    desk.kick()
    try:
        assert failed.wait(60)
        hq.start()
        assert sent.wait(60)
    finally:
        desk.stop()


def test_profiles_keep_files_under_their_own_key(tmp_path: Path) -> None:
    with profiles.opened(tmp_path / "one" / "cache.db") as database:
        database.files.keep([b"secret words in a file"])
    raw = (tmp_path / "one" / "files.db").read_bytes()
    assert b"secret words" not in raw
    assert b"SQLite format" not in raw
