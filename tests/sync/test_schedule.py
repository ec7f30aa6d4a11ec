"""When rounds run: one at a time, not before headquarters wants to be asked, again by themselves."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from channeldesk.actions import partners
from channeldesk.desk import Desk, RoundResult, Step, SyncStatus
from channeldesk.model.notice import Notice, Problem
from channeldesk.queries import partners as partner_queries
from channeldesk.queries.status import status
from channeldesk.sync.backoff import Backoff
from channeldesk.sync.engine import Round
from channeldesk.sync.errand import Errand, Reason
from channeldesk.sync.schedule import AFTER_WORK, Line, Scheduler
from channeldesk.sync.transport import HttpTransport, Offline
from channeldesk.trust.keyring_store import MemoryStore
from tests.support import laptop as files
from tests.support.headquarters import PASSWORD, Headquarters
from tests.support.rounds import Laptop

Make = Callable[..., Laptop]
Scheduled = Callable[..., Scheduler]
ALONE = ("10.0.0.7",)


@pytest.fixture
def schedule() -> Iterator[Scheduled]:
    made: list[Scheduler] = []

    def start(run: Callable[..., RoundResult], **options: object) -> Scheduler:
        settled = {"on_status": lambda told: None, "network": lambda: ALONE, **options}
        made.append(Scheduler(run, **settled))  # type: ignore[arg-type]
        made[-1].start()
        return made[-1]

    yield start
    for one in made:
        one.stop()


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.005)


@pytest.fixture
def desk(hq: Headquarters, tmp_path: Path) -> Iterator[Desk]:
    with Desk.create(tmp_path / "profile", hq.address, "bo", PASSWORD, keyring=MemoryStore()) as made:
        yield made


def test_case_40_two_triggers_at_once_make_one_run(
    hq: Headquarters, laptop: Make, schedule: Scheduled
) -> None:
    bo = laptop()
    bo.sync()
    bo.act("UPDATE partner SET city = 'Hangzhou' WHERE code = 'P1'")
    held, reached, runs = threading.Event(), threading.Event(), threading.Semaphore(1)

    def run(progress: Callable[[Step], None], cancel: Callable[[], bool], errand: Errand) -> RoundResult:
        assert runs.acquire(blocking=False), "two rounds at once"
        reached.set()
        assert held.wait(20)
        try:
            return bo.round().run(progress, cancel)
        finally:
            runs.release()

    bo.transport.pulls.clear()
    scheduler = schedule(run)
    asking = [threading.Thread(target=scheduler.request) for _ in range(8)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert reached.wait(20)
    joined = [scheduler.wait_for_round() for _ in range(3)]
    scheduler.request(reason=Reason.RECONNECT)
    held.set()
    assert all(one.result(20).finished for one in joined)
    until(lambda: scheduler.due_in() is not None)
    assert (scheduler.due_in() or 0) > 60, "nothing but the usual interval is left"
    assert len(bo.transport.pulls) == 1
    assert len(bo.transport.pushes) == 1
    assert hq.table("partner", code="P1")[0]["city"] == "Hangzhou"


@pytest.mark.parametrize("place", ["greeted", "frozen", "answered", "settled", "pull started", "marked"])
def test_case_40_after_signing_out_in_the_middle_nothing_is_written(
    hq: Headquarters, desk: Desk, place: str
) -> None:
    desk.sync(in_process=True)
    partner = desk.ask(partner_queries.by_code, "P1")
    assert partner is not None
    desk.act(partners.edit, partner, {"city": "Hangzhou"})
    hq.execute("UPDATE partner SET name = 'Hengtai 2' WHERE code = 'P2'")
    reached = threading.Event()

    def watch(told: SyncStatus) -> None:
        if told.step is not None and told.step.name == place:
            reached.set()

    desk.start_sync(watch)
    assert reached.wait(20)
    desk.close()
    there = _everything(hq)
    here = _bytes(desk.folder)
    assert not [one for one in threading.enumerate() if one.name == "sync-schedule"]
    time.sleep(0.3)
    assert (_everything(hq), _bytes(desk.folder)) == (there, here)


def _everything(hq: Headquarters) -> list[object]:
    return [dict(row) for entity in ("partner", "contact") for row in hq.table(entity)]


def _bytes(folder: Path) -> dict[str, str]:
    return {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in folder.glob("cache.db*")}


def test_case_39_local_writes_are_accepted_during_a_first_round(hq: Headquarters, desk: Desk) -> None:
    p1 = hq.id_of("partner", code="P1")
    for at in range(3_000):
        if at % 1_000 == 0:
            rows: list[dict[str, object]] = [
                {"partner_id": p1, "name": f"Person {at + one}"} for one in range(1_000)
            ]
            _insert(hq, "contact", rows)
    written: list[str] = []

    def write(step: Step) -> None:
        with desk.database.write() as connection:
            written.append(f"{len(written)} during {step.name}")
            values = {"id": desk._new_id(), "partner_id": p1, "promised": written[-1], "due_on": "2026-12-01"}
            names = ", ".join(values)
            marks = ", ".join("?" for _ in values)
            connection.exec_driver_sql(
                f"INSERT INTO promise ({names}) VALUES ({marks})", tuple(values.values())
            )

    assert desk.sync(write).finished
    assert {"marked", "indexed", "summarised"} <= {text.split(" during ")[1] for text in written}
    assert desk.ask(status).waiting == len(written)
    assert desk.sync().pushed == len(written)
    assert {row["promised"] for row in hq.table("promise")} == set(written)


def _insert(hq: Headquarters, entity: str, rows: list[dict[str, Any]]) -> None:
    from channeldesk.hq import rows as writing
    from channeldesk.hq import sequencer

    def work(connection: object) -> None:
        writing.insert(connection, entity, rows, now=hq.now_ms())  # type: ignore[arg-type]
        sequencer.drain(connection, hq.now_ms())  # type: ignore[arg-type]

    hq.database.run(work)


@pytest.fixture
def busy_server() -> Iterator[tuple[str, list[str]]]:
    """Answers every request with 503 and a wish to be left alone."""
    knocks: list[str] = []

    class Busy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            knocks.append(self.path)
            self.send_response(503)
            self.send_header("Retry-After", "600")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Busy)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", knocks
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_local_write_does_not_knock_before_headquarters_wants_it(
    busy_server: tuple[str, list[str]], tmp_path: Path, schedule: Scheduled
) -> None:
    from channeldesk.store.database import Database

    server, knocks = busy_server
    database = Database.open(files.make_file(tmp_path / "cache.db"), files.KEY)
    transport = HttpTransport(server, "x")
    told: list[SyncStatus] = []
    scheduler = schedule(
        lambda progress, cancel, errand: Round(database, transport).run(progress, cancel),
        on_status=told.append,
        look_every=0.01,
    )
    scheduler.request(reason=Reason.START)
    until(lambda: bool(told) and told[-1].problem is not None and not told[-1].running)
    assert (told[-1].retry_in or 0) >= 600
    for reason in (Reason.WORK, Reason.RECONNECT, Reason.RESUME, Reason.SLEEP, Reason.INTERVAL):
        scheduler.request(AFTER_WORK, reason)
        assert (scheduler.due_in() or 0) > 500, reason
    assert len(knocks) == 1
    with pytest.raises(Offline):
        scheduler.wait_for_round(reason=Reason.PERSON).result(20)
    assert len(knocks) == 2, "a person may always ask"
    scheduler.stop()
    transport.close()
    database.close()


def test_the_network_is_noticed_when_it_is_back(hq: Headquarters, laptop: Make, schedule: Scheduled) -> None:
    bo = laptop()
    bo.act("UPDATE partner SET city = 'Hangzhou' WHERE code = 'P1'")
    ways: list[tuple[str, ...]] = [()]
    reasons: list[Reason] = []

    def run(progress: Callable[[Step], None], cancel: Callable[[], bool], errand: Errand) -> RoundResult:
        reasons.append(errand.reason)
        if not ways[0]:
            raise Offline(Notice("sync.unreachable", {"server": "x"}))
        return bo.round().run(progress, cancel)

    done = threading.Event()
    scheduler = schedule(
        run,
        on_result=lambda result: done.set(),
        backoff=Backoff(first=10_000, longest=10_000),
        network=lambda: ways[0],
        look_every=0.01,
    )
    scheduler.request(reason=Reason.START)
    until(lambda: scheduler.status.line is Line.OFFLINE)
    scheduler.request(AFTER_WORK, Reason.WORK)
    assert (scheduler.due_in() or 0) > 1_000, "work waits for the next try"
    ways[0] = ALONE
    assert done.wait(20)
    assert reasons == [Reason.START, Reason.RECONNECT]
    assert scheduler.status.line is Line.ONLINE


def test_a_cancelled_round_is_told_and_goes_on_later(
    hq: Headquarters, laptop: Make, schedule: Scheduled
) -> None:
    bo = laptop()
    told: list[SyncStatus] = []

    def watch(status: SyncStatus) -> None:
        told.append(status)
        if status.step is not None and status.step.name == "pull started" and len(bo.transport.pulls) == 1:
            scheduler.cancel()

    scheduler = schedule(lambda progress, cancel, errand: bo.round().run(progress, cancel), on_status=watch)
    scheduler.request()
    until(lambda: bool(told) and told[-1].cancelled)
    assert not told[-1].running
    assert told[-1].problem is None
    until(lambda: (scheduler.due_in() or 0) > 60)
    assert scheduler.wait_for_round().result(20).finished
    assert told[-1].line is Line.ONLINE


def test_who_works_offline_by_choice_is_not_overruled_from_outside(schedule: Scheduled) -> None:
    scheduler = schedule(lambda progress, cancel, errand: RoundResult(finished=True))
    scheduler.work_offline(True)
    with pytest.raises(Problem) as refused:
        scheduler.wait_for_round().result(20)
    assert refused.value.notice.code == "sync.chosen_offline"
    scheduler.work_offline(False)
    assert scheduler.wait_for_round().result(20).finished


def test_jitter_comes_on_top_of_what_headquarters_asked_for() -> None:
    waits = {Backoff().failed(retry_after=40.0) for _ in range(20)}
    assert min(waits) > 40.0
    assert len(waits) == 20
    assert Backoff().failed(retry_after=10.0**9) < 4_000, "an absurd wish is no wish"
