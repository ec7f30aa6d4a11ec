"""The history of rounds: what is noted, what becomes one entry, and how a large round leaves the process."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.actions import partners
from channeldesk.desk import Desk
from channeldesk.hq import admin
from channeldesk.model.local import sync_round
from channeldesk.model.notice import Notice
from channeldesk.queries import partners as partner_queries
from channeldesk.queries import rounds as queries
from channeldesk.store.database import Database
from channeldesk.sync import history, rounds, worker
from channeldesk.sync.engine import RoundResult, describe
from channeldesk.sync.errand import Errand, Reason
from channeldesk.sync.transport import Busy, Offline
from channeldesk.trust.keyring_store import MemoryStore
from tests.support import laptop as files
from tests.support.headquarters import PASSWORD, Headquarters


@pytest.fixture
def desk(hq: Headquarters, tmp_path: Path) -> Iterator[Desk]:
    with Desk.create(tmp_path / "profile", hq.address, "bo", PASSWORD, keyring=MemoryStore()) as made:
        yield made


def entries(desk: Desk) -> list[Mapping[str, Any]]:
    return desk.ask(lambda connection: _entries(connection))


def _entries(connection: sa.Connection) -> list[Mapping[str, Any]]:
    return [
        dict(row) for row in connection.execute(sa.select(sync_round).order_by(sync_round.c.id)).mappings()
    ]


def edit(desk: Desk, city: str) -> None:
    partner = desk.ask(partner_queries.by_code, "P1")
    assert partner is not None
    desk.act(partners.edit, partner, {"city": city})


def test_every_round_that_did_something_is_noted_whichever_process_ran_it(
    hq: Headquarters, desk: Desk
) -> None:
    first = desk.sync()
    edit(desk, "Hangzhou")
    desk.sync(errand=Errand(Reason.WORK))
    for _ in range(3):
        desk.sync(errand=Errand(Reason.INTERVAL))
    hq.stop()
    for reason in (Reason.INTERVAL, Reason.RETRY, Reason.RETRY):
        with pytest.raises(Offline):
            desk.sync(errand=Errand(reason))
    filled, sent, quiet, failed = entries(desk)
    assert (filled["mode"], filled["pulled"], filled["outcome"]) == ("backfill", first.pulled, "finished")
    assert filled["bytes_received"] > 500, "counted in the worker"
    assert (sent["reason"], sent["pushed"]) == ("work", 1)
    assert sent["bytes_sent"] > 200
    assert (quiet["reason"], quiet["pushed"], quiet["pulled"]) == ("interval", 0, 0)
    assert quiet["ended_at"] > sent["ended_at"]
    assert failed["outcome"] == "failed"
    assert [one["code"] for one in json.loads(failed["notice"])] == ["sync.unreachable"]
    assert failed["ended_at"] > failed["started_at"]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database.open(files.make_file(tmp_path / "cache.db"), files.KEY)
    yield made
    made.close()


def note(database: Database, at: int, problem: str = "", **did: Any) -> None:
    errand = Errand(
        Reason.INTERVAL, sent=1, received=2, result=RoundResult(**{"finished": not problem, **did})
    )
    history.record(database, errand, at, at + 1, Notice(problem) if problem else None)


def noted(database: Database) -> list[Mapping[str, Any]]:
    with database.read() as connection:
        return _entries(connection)


def test_a_failure_that_repeats_grows_and_another_one_is_its_own(database: Database) -> None:
    for at in (10, 20, 30):
        note(database, at, "sync.unreachable")
    note(database, 40, "sync.busy")
    note(database, 50, "sync.busy", pushed=3)
    note(database, 60, "sync.busy")
    seen = [(row["started_at"], row["ended_at"], row["pushed"]) for row in noted(database)]
    assert seen == [(10, 31, 0), (40, 41, 0), (50, 51, 3), (60, 61, 0)]
    assert noted(database)[0]["bytes_received"] == 6


def test_a_round_that_was_stopped_before_it_did_anything_is_no_entry(database: Database) -> None:
    note(database, 10, finished=False)
    assert noted(database) == []
    note(database, 20, finished=False, pulled=5)
    assert noted(database)[0]["outcome"] == "cancelled"


def test_the_newest_five_hundred_are_kept(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "KEEP", 5)
    for at in range(1, 9):
        note(database, at, pushed=1)
    assert [row["started_at"] for row in noted(database)] == [4, 5, 6, 7, 8]


def test_a_disk_that_takes_no_more_does_not_fail_the_round(database: Database) -> None:
    with database.apply() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    for at in range(100):
        note(database, at, f"{'x' * 1_000}{at}")
    assert 0 < len(noted(database)) < 100


@pytest.mark.parametrize("kept_here", [True, False])
def test_a_round_that_turns_out_large_goes_on_in_a_process_of_its_own(
    hq: Headquarters, desk: Desk, monkeypatch: pytest.MonkeyPatch, kept_here: bool
) -> None:
    desk.sync()
    edit(desk, "Hangzhou")
    admin.grant(hq.database, "bo", ["SOUTH"])
    monkeypatch.setattr(rounds, "BULK", 10_000 if kept_here else 1)
    called: list[Callable[..., Any]] = []
    real = worker.run

    def watched(*args: Any) -> RoundResult:
        called.append(real)
        return real(*args)

    monkeypatch.setattr(worker, "run", watched)
    result = desk.sync()
    assert result.finished
    assert result.pushed == 1, "done here, before the pull turned out large"
    assert bool(called) is not kept_here
    assert len(desk.ask(partner_queries.keys)) == 3
    entry = entries(desk)[-1]
    assert (entry["pushed"], entry["pulled"]) == (1, result.pulled)


def test_what_a_round_put_right_by_itself_is_noted_and_crosses_the_pipe(database: Database) -> None:
    told = Notice("sync.device_renewed", {"prefix": "K8"})
    done = worker.result_of(describe(RoundResult(finished=True, notices=[told])))
    assert done.notices == [told]
    errand = Errand(Reason.INTERVAL, result=done)
    history.record(database, errand, 1, 2)
    with database.read() as connection:
        (row,) = queries.rows(connection, queries.keys(connection))
    assert (row.result, row.notices) == ("finished", (told,))


def test_a_busy_headquarters_tells_the_worker_how_long(tmp_path: Path) -> None:
    problem = worker.problem_of(
        {"kind": "Busy", "problem": Notice("sync.busy").to_wire(), "retry_after": 60.0, "remedy": None}
    )
    assert isinstance(problem, Busy)
    assert problem.retry_after == 60.0
