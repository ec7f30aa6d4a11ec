"""What limits or protects the laptop is seen in its window."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from channeldesk.actions import partners
from channeldesk.actions.settings import put
from channeldesk.desk import Desk
from channeldesk.hq.sign_in import orders
from channeldesk.queries import partners as partner_queries
from channeldesk.queries.settings import settings
from channeldesk.store import images
from channeldesk.sync import lease
from channeldesk.sync.lease import DAY_MS
from tests.support.demo import DemoProfile
from tests.support.demo_pages import settle
from tests.support.headquarters import Headquarters
from tests.support.locking import PHRASE, locked, type_in
from tests.support.offering import WRITING, offered
from ui.first_run.start import Run
from ui.pages.settings import SettingsPage
from ui.session import Session


def left(desk: Desk, days: float) -> None:
    """So many days of the lease are left."""
    until = desk.database.now_ms() + int(days * DAY_MS)
    with desk.database.apply() as connection:
        images.write_state(connection, {lease.UNTIL: until, lease.DAYS: 30})


def test_nothing_is_said_while_nothing_limits(session: Session, qtbot: QtBot) -> None:
    left(session.desk, 20)
    session.guarding.look()
    settle(qtbot, session.app.window)
    assert not session.app.window.standing.isVisible()


def test_the_end_of_the_lease_is_told_before_and_after(session: Session, qtbot: QtBot) -> None:
    window = session.app.window
    left(session.desk, 2)
    session.guarding.look()
    settle(qtbot, window)
    assert "change nothing" in window.standing.accessibleName()
    left(session.desk, -1)
    session.guarding.look()
    settle(qtbot, window)
    assert "your company lets a laptop work alone for 30 days" in window.standing.accessibleName()
    partner = session.desk.ask(partner_queries.rows, session.desk.ask(partner_queries.keys)[:1])[0]
    session.app.tasks.act(partners.edit, partner.id, {"city": "Ningbo"})
    settle(qtbot, window)
    assert "change nothing" in window.messages.message
    assert "synchronise" in window.messages.message
    session.app.tasks.act(put, "colours", "dark")
    settle(qtbot, window)
    assert session.desk.ask(settings)["colours"] == "dark"
    session.app.set_language("zh_CN")
    settle(qtbot, session.app.window)
    assert "30" in session.app.window.standing.accessibleName()
    assert session.app.window.standing.isVisible(), "another language's window says it too"


@pytest.mark.parametrize("page", ["today", "partners", "partner", "orders", "stock", "visits", "trip"])
def test_after_the_lease_nothing_is_offered_that_would_be_refused(
    session: Session, qtbot: QtBot, page: str
) -> None:
    desk, window = session.desk, session.app.window
    subject = desk.ask(partner_queries.rows, desk.ask(partner_queries.keys)[:1])[0].id
    window.router.go(page, subject if page == "partner" else None)
    settle(qtbot, window)
    before = offered(window) & WRITING
    assert before or page in ("trip", "visits")
    here = window.router.subject

    left(desk, -1)
    session.guarding.look()
    settle(qtbot, window)
    assert not offered(window) & WRITING
    assert (window.router.here, window.router.subject) == (page, here), "the person stays where they are"

    left(desk, 20)
    session.guarding.look()
    settle(qtbot, window)
    assert offered(window) & WRITING == before


def test_what_is_being_typed_outlives_the_lease(session: Session, qtbot: QtBot) -> None:
    desk, window = session.desk, session.app.window
    partner = desk.ask(partner_queries.rows, desk.ask(partner_queries.keys)[:1])[0].id
    window.router.go("order_entry", partner)
    settle(qtbot, window)
    page = window.router.page
    page.form.add_all()
    typed = len(page.entry.lines)
    assert typed
    left(desk, -1)
    session.guarding.look()
    settle(qtbot, window)
    assert window.router.page is page
    assert len(page.entry.lines) == typed
    window.router.go("orders")
    window.router.back()
    settle(qtbot, window)
    assert window.router.page is page
    page.place()
    settle(qtbot, window)
    assert "change nothing" in window.messages.message
    assert len(page.entry.lines) == typed


def test_a_contact_ends_it(headquarters: Headquarters, session: Session, qtbot: QtBot) -> None:
    left(session.desk, -1)
    session.start()
    qtbot.waitUntil(lambda: bool(session.syncing.state.online), timeout=20_000)
    qtbot.waitUntil(lambda: not session.app.window.standing.isVisible(), timeout=20_000)


def test_a_clock_that_is_behind_is_told(session: Session, qtbot: QtBot) -> None:
    left(session.desk, 20)
    with session.desk.database.apply() as connection:
        images.write_state(connection, {lease.SEEN: session.desk.database.now_ms() + 5 * DAY_MS})
    session.guarding.look()
    settle(qtbot, session.app.window)
    strip = session.app.window.standing
    assert "clock" in strip.accessibleName()
    assert not strip.contact.isVisible()


def test_without_a_passphrase_the_lock_says_what_is_missing(session: Session, qtbot: QtBot) -> None:
    session.app.tasks.act(put, "auto_lock", "5")
    qtbot.waitUntil(lambda: "passphrase" in session.app.window.messages.message, timeout=5_000)
    session.lock.begin()
    settle(qtbot, session.app.window)
    assert session.lock.screen is None
    window = session.app.window
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.messages.way.click()
    settle(qtbot, window)
    page = window.router.page
    assert isinstance(page, SettingsPage)
    qtbot.waitUntil(page.passphrase.new.first.hasFocus, timeout=5_000)
    assert not window.messages.message
    session.desk.safe.set_passphrase(PHRASE)
    session.lock.begin()
    type_in(locked(session, qtbot), session, qtbot)


@pytest.fixture
def run(headquarters: Headquarters, demo_profile: DemoProfile, qtbot: QtBot) -> Iterator[Run]:
    with demo_profile.open() as desk:
        desk.act(put, "language", "en")
    one = Run(demo_profile.folder, keyring=demo_profile.keyring)
    one.start()
    qtbot.waitUntil(lambda: one.session is not None, timeout=10_000)
    session = one.session
    assert session is not None
    qtbot.waitUntil(lambda: bool(session.syncing.state.online), timeout=20_000)
    yield one
    one.finish()
    one.deleteLater()


def test_an_order_to_destroy_closes_the_window_and_is_told(
    headquarters: Headquarters, demo_profile: DemoProfile, run: Run, qtbot: QtBot
) -> None:
    assert run.session is not None
    orders.wipe(headquarters.database, run.session.desk.profile.device_prefix, at_once=True, now=1)
    run.session.syncing.sync_now()
    qtbot.waitUntil(lambda: run.gate is not None and run.gate.face.kind == "error", timeout=20_000)
    gate = run.gate
    assert gate is not None
    assert run.session is None
    assert "destroy" in gate.face._title.text()
    assert "Headquarters had every change of yours before." in gate.face._title.text()
    assert not [one for one in gate._promises.promises if one.isVisible()], "nothing is promised beside it"
    assert demo_profile.keyring.entries == {}
    assert not list(demo_profile.folder.glob("*.db"))
    gate.face.pressed.emit()
    qtbot.waitUntil(gate.form.isVisible, timeout=10_000)
