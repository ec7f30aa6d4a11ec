"""What was sent to headquarters is not offered to be taken back, unless a change can take it back."""

import pytest
from pytestqt.qtbot import QtBot

from channeldesk.actions import partners as partner_actions
from channeldesk.actions import visits
from channeldesk.queries import partners
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
