"""Reference data published later: scheduled, moved, withdrawn, taken into drafts again."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from pytestqt.qtbot import QtBot

from channeldesk.desk import Desk
from channeldesk.model.changes import Done
from channeldesk.queries import clock, publications, reference_drafts
from tests.ui.pages.test_reference_bulk import fill, open_bulk, settled
from tests.ui.pages.test_reference_bulk import office as office
from tests.ui.pages.test_reference_bulk import page as page
from ui.i18n import formats, today_here
from ui.widgets.reference.moment import Moment


@pytest.fixture
def drafted(page: Any, qtbot: QtBot) -> Any:
    """Three prices in a batch, and the list of drafts."""
    dialog = open_bulk(qtbot, page, "set_floor", ticked=3)
    fill(qtbot, page, dialog, floor="0.5")
    dialog.name.setText("Autumn")
    dialog.main.click()
    settled(qtbot, page)
    page.publish.click()
    settled(qtbot, page)
    return page.drafts


def scheduled(qtbot: QtBot, page: Any) -> Any:
    page.drafts.when.choose("later")
    page.drafts._when_chosen()
    page.drafts.main.click()
    settled(qtbot, page)
    page.plans.click()
    settled(qtbot, page)
    return page.planned


def test_drafts_wait_for_a_moment(qtbot: QtBot, page: Any, drafted: Any, office: Desk) -> None:
    assert drafted.moment.isHidden()
    drafted.when.choose("later")
    drafted._when_chosen()
    assert drafted.moment.isVisible()
    drafted.moment.day.setText("2020-01-01")
    assert not drafted.main.isEnabled()
    drafted.moment.day.setText((today_here() + timedelta(days=3)).isoformat())
    drafted.moment.time.setText("6.30")
    assert not drafted.main.isEnabled()
    drafted.moment.time.setText("06:30")
    assert "Schedule" in drafted.main.text()
    at = drafted.moment.at
    drafted.main.click()
    settled(qtbot, page)
    (found,) = office.ask(publications.publications)
    assert (found.name, found.rows, found.publish_at, found.waits) == ("Autumn", 3, at, True)
    assert f"{formats().local(at):%H:%M}" == "06:30"
    assert office.ask(reference_drafts.drafts).drafts == ()
    assert page.plans.text().endswith("(1)")

    page.window().messages.undo()
    settled(qtbot, page)
    assert office.ask(publications.publications) == ()
    assert office.ask(reference_drafts.drafts).rows == 3


def test_it_is_moved_withdrawn_and_taken_into_drafts(
    qtbot: QtBot, page: Any, drafted: Any, office: Desk
) -> None:
    planned = scheduled(qtbot, page)
    before = office.ask(publications.publications)[0].publish_at
    assert before is not None
    planned.buttons["move"][0].click()
    planned.mover.moment.day.setText((today_here() + timedelta(days=9)).isoformat())
    planned.mover.main.click()
    settled(qtbot, page)
    moved = office.ask(publications.publications)[0].publish_at
    assert moved is not None
    assert moved - before == 8 * 24 * 3600 * 1000
    planned.buttons["withdraw"][0].click()
    assert not planned.buttons["withdraw"][0].isEnabled(), "until the list is read anew"
    settled(qtbot, page)
    assert planned.buttons["take_up"][0].isEnabled()
    assert planned.buttons.keys() == {"take_up"}
    planned.buttons["take_up"][0].click()
    settled(qtbot, page)
    (draft,) = office.ask(reference_drafts.drafts).drafts
    assert (draft.name, draft.size) == ("Autumn", 3)
    planned.accept()


def test_many_go_as_a_request_at_once(qtbot: QtBot, page: Any, office: Desk) -> None:
    dialog = open_bulk(qtbot, page, "set_floor", ticked=501)
    fill(qtbot, page, dialog, floor="0.5")
    dialog.main.click()
    settled(qtbot, page)
    page.publish.click()
    settled(qtbot, page)
    page.drafts.main.click()
    settled(qtbot, page)
    (found,) = office.ask(publications.publications)
    assert (found.publish_at, found.rows) == (None, 501)


def test_an_empty_list_says_how_one_comes_to_be(qtbot: QtBot, page: Any) -> None:
    page.plans.click()
    settled(qtbot, page)
    assert page.planned.buttons == {}
    page.planned.accept()


def test_a_moment_is_read_in_the_person_s_zone(qtbot: QtBot) -> None:
    moment = Moment()
    qtbot.addWidget(moment)
    assert moment.at is not None
    assert formats().local(moment.at).date() == today_here() + timedelta(days=1)
    moment.day.setText("someday")
    assert moment.at is None
    for day in ("9999-12-31", "0001-01-01", "31.02.2030", ""):
        moment.day.setText(day)
        moment.time.setText("23:59")
        assert moment.at is None, day
    moment.day.setText((today_here() + timedelta(days=3)).isoformat())
    for silly in ("24:00", "6.30", "06:60", "06:30+05:00", "06:30:10", "-1:00", "now", "", "٠٦:٣٠"):
        moment.time.setText(silly)
        assert moment.at is None, silly
    for good in ("6:30", "06:30", " 06：30 ", "０６:３０"):
        moment.time.setText(good)
        assert moment.at is not None, good
        assert f"{formats().local(moment.at):%H:%M}" == "06:30"


def test_one_that_was_published_meanwhile_is_shown_as_it_is(
    qtbot: QtBot, page: Any, drafted: Any, office: Desk
) -> None:
    planned = scheduled(qtbot, page)
    _becomes(office, "published", "")
    planned.buttons["withdraw"][0].click()
    settled(qtbot, page)
    assert planned.buttons == {}
    planned.accept()


def test_one_that_was_refused_is_told_at_the_button(
    qtbot: QtBot, page: Any, drafted: Any, office: Desk
) -> None:
    planned = scheduled(qtbot, page)
    planned.accept()
    _becomes(office, "refused", '[{"code": "publication.no_right", "params": {}}]')
    page.refresh()
    settled(qtbot, page)
    assert page.plans.text() == "Publications · 1 refused"


def _becomes(office: Desk, status: str, reasons: str) -> None:
    """As a round brings it."""
    values = {"status": status, "reasons": reasons or None, "now": clock.now_ms()}
    sql = "UPDATE publication SET status = :status, reasons = :reasons, decided_at = :now"

    def come(tx: Any) -> Done[None]:
        tx.connection.execute(sa.text(sql), values)
        return Done(None)

    office.act(come)
