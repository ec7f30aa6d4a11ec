"""The trip pack: rows, prices, contacts and files of the planned visits, here before the journey."""

import os
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from channeldesk.actions import attachments, visits
from channeldesk.desk import Desk
from channeldesk.queries import clock, partners, trip
from channeldesk.sync.errand import Reason
from channeldesk.sync.schedule import SyncStatus
from channeldesk.sync.trip import TripReport, TripStep
from channeldesk.trust.keyring_store import MemoryStore
from tests.support.headquarters import PASSWORD, Headquarters
from tests.sync.test_schedule import until

CONTENT = os.urandom(1_500_000)


@pytest.fixture
def desk_of(hq: Headquarters, tmp_path: Path) -> Iterator[Callable[[str], Desk]]:
    made: list[Desk] = []

    def make(login: str) -> Desk:
        folder = tmp_path / f"{login}{len(made)}"
        made.append(Desk.create(folder, hq.address, login, PASSWORD, keyring=MemoryStore()))
        made[-1].sync(in_process=True)
        return made[-1]

    yield make
    for desk in made:
        desk.close()


def planned(desk: Desk, code: str, days: int = 1) -> str:
    partner = desk.ask(partners.by_code, code)
    assert partner is not None
    day = (date.fromisoformat(desk.ask(clock.today)) + timedelta(days=days)).isoformat()
    desk.act(visits.plan, partner, day)
    return day


def with_a_file(desk: Desk, folder: Path, name: str = "contract.pdf") -> None:
    """A colleague adds a file to P1 and sends it."""
    path = folder / name
    path.write_bytes(CONTENT)
    partner = desk.ask(partners.by_code, "P1")
    assert partner is not None
    desk.act(attachments.add, partner, desk.files.take_in(path))
    desk.sync(in_process=True)
    desk.files.carry()


def test_one_step_brings_everything_of_the_planned_visits(
    desk_of: Callable[[str], Desk], tmp_path: Path
) -> None:
    ann, bo = desk_of("ann"), desk_of("bo")
    with_a_file(ann, tmp_path)
    ann.sync()
    first = planned(bo, "P1")
    planned(bo, "P2", 2)
    planned(bo, "P2", 9)
    bo.start_sync()
    steps: list[TripStep] = []
    report = bo.trip("next", steps.append)
    assert (report.pack.first, report.fresh, report.problem, report.cancelled) == (first, True, None, False)
    assert [one.name for one in report.pack.partners] == ["Hengtai", "Qianjiang"], (
        "the day after a week is not"
    )
    assert report.missing == ()
    assert report.ready_visits == report.pack.visits == 2
    hengtai = report.pack.partners[0]
    assert (hengtai.contacts, hengtai.prices, hengtai.complete, hengtai.waiting) == (1, 1, True, 0)
    assert [row.file_name for row in hengtai.files] == ["contract.pdf"]
    phases = [step.phase for step in steps]
    assert phases == sorted(phases, key=["rows", "files", "looking"].index)
    assert {"rows", "looking"} <= set(phases)


def test_without_headquarters_it_says_what_is_here_and_what_is_not(
    hq: Headquarters, desk_of: Callable[[str], Desk], tmp_path: Path
) -> None:
    ann, bo = desk_of("ann"), desk_of("bo")
    with_a_file(ann, tmp_path)
    bo.sync(in_process=True)
    planned(bo, "P1")
    hq.stop()
    bo.start_sync()
    report = bo.trip("next")
    assert (report.fresh, report.problem and report.problem.code) == (False, "sync.unreachable")
    assert [(one.file_name, one.state) for one in report.missing] == [("contract.pdf", "remote")]
    assert (report.ready_visits, report.pack.visits) == (0, 1)
    assert report.pack.partners[0].complete
    assert report.pack.partners[0].waiting == 1, "the plan itself"


def test_a_file_that_nobody_sent_is_told_and_not_waited_for(
    desk_of: Callable[[str], Desk], tmp_path: Path
) -> None:
    ann, bo = desk_of("ann"), desk_of("bo")
    path = tmp_path / "photo.jpg"
    path.write_bytes(CONTENT)
    partner = ann.ask(partners.by_code, "P1")
    assert partner is not None
    ann.act(attachments.add, partner, ann.files.take_in(path))
    ann.sync(in_process=True)
    planned(bo, "P1")
    bo.start_sync()
    report = bo.trip("next")
    assert report.fresh
    assert [(one.file_name, one.state) for one in report.missing] == [("photo.jpg", "awaited")]


def test_a_cancelled_one_says_what_is_here(desk_of: Callable[[str], Desk]) -> None:
    bo = desk_of("bo")
    planned(bo, "P1")
    bo.start_sync()
    report = bo.trip("next", cancel=lambda: True)
    assert report.cancelled
    assert isinstance(report, TripReport)
    assert report.pack.visits == 1


def test_a_partner_that_is_not_complete_is_not_ready(desk_of: Callable[[str], Desk]) -> None:
    bo = desk_of("bo")
    planned(bo, "P1")
    with bo.database.apply() as connection:
        connection.exec_driver_sql("UPDATE held_unit SET state = 'partial' WHERE kind = 'partner'")
    report = bo.trip("next", fetch=False)
    assert report.ready_visits == 0


def test_the_days_of_a_choice(desk_of: Callable[[str], Desk]) -> None:
    bo = desk_of("bo")
    me = bo.profile.user_id

    def span(choice: str) -> tuple[str, str]:
        return bo.ask(trip.span, choice, me, "2026-11-18")  # a Wednesday

    assert span("week") == ("2026-11-18", "2026-11-22")
    assert span("tomorrow") == ("2026-11-19", "2026-11-19")
    assert span("fortnight") == ("2026-11-18", "2026-12-01")
    assert span("next") == ("2026-11-18", "2026-11-24"), "nothing is planned"
    partner = bo.ask(partners.by_code, "P1")
    assert partner is not None
    far = (date.fromisoformat(bo.ask(clock.today)) + timedelta(days=30)).isoformat()
    bo.act(visits.plan, partner, far)
    assert bo.ask(trip.span, "next", me)[0] == far


def test_a_copy_is_compared_with_headquarters_and_mended(desk_of: Callable[[str], Desk]) -> None:
    bo = desk_of("bo")
    told: list[SyncStatus] = []
    scheduler = bo.start_sync(told.append)
    until(lambda: scheduler.due_in() is not None)

    def compared() -> int | None:
        scheduler.request(reason=Reason.CHECK)
        seen = len(told)
        until(lambda: any(one.result is not None and one.reason is Reason.CHECK for one in told[seen:]))
        (found,) = [one.result for one in told[seen:] if one.result and one.reason is Reason.CHECK]
        return found.checked

    assert compared() == 0
    with bo.database.apply() as connection:
        connection.exec_driver_sql("DELETE FROM contact WHERE name = 'Owner of Hengtai'")
    assert compared() == 1
    assert len(bo.ask(lambda c: c.exec_driver_sql("SELECT 1 FROM contact").all())) == 2
    assert compared() == 0
