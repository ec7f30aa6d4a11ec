"""What was sent to headquarters is not offered to be taken back, unless a change can take it back."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from channeldesk.actions import partners as partner_actions
from channeldesk.actions import visits
from channeldesk.desk import Desk
from channeldesk.queries import partners
from tests.support.demo_pages import ShowPage, settle
from ui.pages.partners import PartnersPage
from ui.session import Session


@pytest.mark.parametrize("sent_for_good", [True, False])
def test_an_undo_goes_when_its_change_was_sent(qtbot: QtBot, session: Session, sent_for_good: bool) -> None:
    app, desk = session.app, session.desk
    partner = desk.ask(lambda c: partners.rows(c, partners.keys(c)))[0].id
    if sent_for_good:
        app.tasks.act(visits.note, partner, "Called about the new price list")
    else:
        app.tasks.act(partner_actions.edit, partner, {"delivery_note": "Gate 3"})
    qtbot.waitUntil(lambda: app.window.messages.can_undo)
    told = app.window.messages.message
    session.syncing.sync_now()
    qtbot.waitUntil(lambda: session.syncing.state.waiting == 0 and app.tasks.idle, timeout=20_000)
    qtbot.waitUntil(lambda: app.window.messages.can_undo is not sent_for_good)
    assert app.window.messages.message == told


def test_an_export_does_not_take_the_undo_of_the_edit_before_it(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, tmp_path: Path
) -> None:
    def city() -> str | None:
        return demo_desk.ask(lambda c: partners.rows(c, partners.keys(c)))[0].city

    window = show_page("partners")
    page = window.router.page
    assert isinstance(page, PartnersPage)
    before, partner = city(), demo_desk.ask(lambda c: partners.rows(c, partners.keys(c)))[0].id
    window.tasks.act(partner_actions.edit, partner, {"city": "Taizhou"})
    settle(qtbot, window)
    assert city() == "Taizhou"
    page.table.export_to(str(tmp_path / "partners.csv"))
    settle(qtbot, window)
    assert window.messages.message.startswith("Exported")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(page.table.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    assert city() == before
