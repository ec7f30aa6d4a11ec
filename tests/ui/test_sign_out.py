"""Signing out of the window, in each of its ways."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from channeldesk.actions import partners
from channeldesk.actions.settings import put
from channeldesk.demo import PASSWORD
from channeldesk.queries import partners as partner_queries
from channeldesk.queries.status import status
from tests.support.browsing import Visitor
from tests.support.demo import LOGIN, DemoProfile
from tests.support.demo_pages import ShowPage
from tests.support.headquarters import Headquarters
from ui.first_run.start import Run
from ui.shell.sign_out import KEEP, REMOVE, SignOut
from ui.widgets.label import Label


@pytest.fixture
def run(headquarters: Headquarters, demo_profile: DemoProfile, qtbot: QtBot) -> Iterator[Run]:
    with demo_profile.open() as desk:
        desk.act(put, "language", "en")
        desk.act(put, "work_offline", "yes")
        first = desk.ask(partner_queries.rows, desk.ask(partner_queries.keys)[:1])[0]
        desk.act(partners.edit, first.id, {"city": "Ningbo"})
    visitor = Visitor(LOGIN, PASSWORD)
    one = Run(demo_profile.folder, keyring=demo_profile.keyring, open_page=visitor.open)
    one.start()
    qtbot.waitUntil(lambda: one.session is not None and one.session.syncing.started, timeout=20_000)
    yield one
    one.finish()
    one.deleteLater()
    visitor.leave()


def dialog_of(run: Run, qtbot: QtBot) -> SignOut:
    assert run.session is not None
    window = run.session.app.window
    window.top.sign_out_wanted.emit()
    qtbot.waitUntil(lambda: window.findChild(SignOut) is not None, timeout=10_000)
    dialog = window.findChild(SignOut)
    assert dialog is not None
    return dialog


def test_signing_in_again_finds_everything_as_it_was(run: Run, qtbot: QtBot) -> None:
    dialog = dialog_of(run, qtbot)
    assert dialog.ways[KEEP].isChecked()
    dialog.go.click()
    qtbot.waitUntil(lambda: run.gate is not None and run.gate.face.kind == "error", timeout=20_000)
    gate = run.gate
    assert gate is not None
    assert "signed out" in gate.face._title.text()
    gate.face.pressed.emit()
    qtbot.waitUntil(lambda: run.session is not None, timeout=20_000)
    assert run.session is not None
    desk = run.session.desk
    assert desk.ask(status).waiting == 1
    assert desk.sync(in_process=True).pushed == 1


def test_what_waits_keeps_the_data_from_being_removed(run: Run, qtbot: QtBot) -> None:
    dialog = dialog_of(run, qtbot)
    dialog.ways[REMOVE].setChecked(True)
    dialog.go.click()
    qtbot.waitUntil(dialog._problem.isVisible, timeout=10_000)
    assert "Nothing was removed" in dialog._problem.text()
    dialog.reject()
    assert run.session is not None
    window = run.session.app.window
    qtbot.waitUntil(lambda: window.findChild(SignOut) is None, timeout=10_000)
    run.session.desk.sync(in_process=True)
    again = dialog_of(run, qtbot)
    again.ways[REMOVE].setChecked(True)
    again.go.click()
    qtbot.waitUntil(lambda: run.gate is not None and run.gate.form.isVisible(), timeout=20_000)


@pytest.mark.parametrize(
    ("waiting", "said"),
    [(0, "Nothing waits to be sent."), (1, "the 1 change that"), (3, "the 3 changes that")],
)
def test_it_says_what_waits(show_page: ShowPage, waiting: int, said: str) -> None:
    window = show_page("settings")
    dialog = SignOut(window, window.tasks, waiting)
    assert any(said in one.text() for one in dialog.findChildren(Label))
    dialog.reject()
