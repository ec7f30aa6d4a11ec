"""Damaged data in the window: it is offered to repair it, and told what was saved."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from channeldesk.actions import partners
from channeldesk.actions.settings import put
from channeldesk.queries import partners as partner_queries
from channeldesk.queries.status import status
from channeldesk.store import salvage
from channeldesk.store.pages import SIZE
from channeldesk.trust import keys
from channeldesk.trust.keyring_store import MemoryStore
from tests.support.demo import DemoProfile
from ui.first_run.start import Run
from ui.session import Session
from ui.shell.repair import RepairOffer, RepairReport

Start = Callable[..., Run]
DAMAGED = pytest.mark.allow_log("the database is damaged|Integrity", reason="the test damages it")


@pytest.fixture
def start(qtbot: QtBot) -> Iterator[Start]:
    made: list[Run] = []

    def begin(folder: Path, keyring: MemoryStore | None) -> Run:
        run = Run(folder, keyring=keyring)
        made.append(run)
        run.start()
        qtbot.waitUntil(lambda: run.gate is not None or run.session is not None, timeout=10_000)
        return run

    yield begin
    for run in made:
        run.finish()
        run.deleteLater()


def damage(profile: DemoProfile, table: str = "") -> None:
    """A bit of the root page of a table, or of the first page."""
    path, page = profile.folder / "cache.db", 1
    if table:
        source = salvage.Salvage(path, keys.unlock(profile.folder, keyring=profile.keyring))
        page = int(source.value(f"SELECT rootpage FROM sqlite_schema WHERE name = '{table}'"))
        source.close()
    content = bytearray(path.read_bytes())
    content[(page - 1) * SIZE + 300] ^= 1
    path.write_bytes(content)


@pytest.fixture
def edited(demo_profile: DemoProfile) -> DemoProfile:
    """With a change that waits to be sent."""
    with demo_profile.open() as desk:
        first = desk.ask(partner_queries.rows, desk.ask(partner_queries.keys)[:1])[0]
        desk.act(partners.edit, first.id, {"city": "Ningbo"})
        desk.act(put, "language", "en")
    return demo_profile


@DAMAGED
def test_damage_that_the_check_finds_is_repaired_from_the_window(
    start: Start, edited: DemoProfile, qtbot: QtBot
) -> None:
    with edited.open() as desk:
        waited = desk.ask(status).waiting
    damage(edited, "stock_movement")
    run = start(edited.folder, edited.keyring)
    qtbot.waitUntil(lambda: run.session is not None, timeout=20_000)
    before = run.session
    assert before is not None

    def offer() -> RepairOffer | None:
        return before.app.window.findChild(RepairOffer)

    qtbot.waitUntil(lambda: offer() is not None, timeout=20_000)
    shown = offer()
    assert shown is not None
    shown.go.click()
    after = repaired(run, before, qtbot)
    report = after.app.window.findChild(RepairReport)
    assert report is not None
    assert [one.code for one in report.notices] == ["rescue.saved", "rescue.all_read", "rescue.next"]
    assert after.desk.ask(status).waiting == waited > 0
    assert report.notices[0].params["changes"] == waited
    assert list(edited.folder.glob("cache-damaged-*.db"))


def repaired(run: Run, before: Session | None, qtbot: QtBot) -> Session:
    def open_again() -> bool:
        session = run.session
        if session is None or session is before:
            return False
        return session.app.window.findChild(RepairReport) is not None

    qtbot.waitUntil(open_again, timeout=30_000)
    assert run.session is not None
    session = run.session
    qtbot.waitUntil(lambda: session.app.tasks.idle, timeout=10_000)
    return session


def test_data_that_cannot_be_opened_is_repaired_before_there_is_a_window(
    start: Start, edited: DemoProfile, qtbot: QtBot
) -> None:
    damage(edited)
    run = start(edited.folder, edited.keyring)
    gate = run.gate
    assert gate is not None
    qtbot.waitUntil(lambda: gate.face.kind == "error", timeout=10_000)
    assert gate.face._button.text() == "Repair now"
    gate.face._button.click()
    after = repaired(run, None, qtbot)
    report = after.app.window.findChild(RepairReport)
    assert report is not None
    assert [one.code for one in report.notices] == ["rescue.nothing_readable", "rescue.next"]


def test_later_leaves_everything_as_it_is(start: Start, edited: DemoProfile, qtbot: QtBot) -> None:
    run = start(edited.folder, edited.keyring)
    qtbot.waitUntil(lambda: run.session is not None, timeout=20_000)
    session = run.session
    assert session is not None
    session._offer_repair()
    offer = session.app.window.findChild(RepairOffer)
    assert offer is not None
    waited = session.desk.ask(status).waiting
    offer.reject()
    session._offer_repair()
    assert session.desk.ask(status).waiting == waited > 0
    assert not list(edited.folder.glob("cache-damaged-*.db"))
