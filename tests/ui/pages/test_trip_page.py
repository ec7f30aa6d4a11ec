"""The trip pack in the window, with a real headquarters."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from channeldesk.actions import visits as actions
from channeldesk.desk import Desk
from channeldesk.queries import visits
from tests.support import pdf_text
from tests.support.demo_pages import ShowPage, settle
from tests.support.headquarters import Headquarters
from ui.pages.trip import TripPage
from ui.session import Session
from ui.widgets.label import Label


def prepared(session: Session, qtbot: QtBot) -> TripPage:
    """By the button of the page of visits."""
    window = session.app.window
    window.router.go("visits")
    settle(qtbot, window)
    window.router.page.pack()
    page = window.router.page
    assert isinstance(page, TripPage)
    qtbot.waitUntil(lambda: not page.running and page.report is not None, timeout=40_000)
    settle(qtbot, window)
    return page


def told(page: TripPage) -> str:
    return " ".join(label.text() for label in page.notes.findChildren(Label))


def test_one_press_says_that_everything_is_here(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    page = prepared(session, qtbot)
    assert page.report is not None
    assert page.report.fresh
    count = page.report.pack.visits
    assert page.total.text().startswith(f"Ready for {count} visit")
    assert page.total.property("tint") == "good"
    assert "You can leave" in told(page)
    assert page.model.rowCount() == len(page.report.pack.partners)
    page.save_to(tmp_path / "trip.pdf")
    page.export_to(tmp_path / "trip.csv")
    page.briefs_to(str(tmp_path / "briefs.pdf"))
    settle(qtbot, session.app.window)
    assert (tmp_path / "trip.pdf").read_bytes().startswith(b"%PDF")
    paper = "".join(pdf_text.pages((tmp_path / "briefs.pdf").read_bytes())).replace("\t", " ")
    for one in page.report.pack.partners:
        assert one.name in paper, "what to know before every door of the trip"
    lines = (tmp_path / "trip.csv").read_text("utf-8-sig").splitlines()
    assert len(lines) == page.model.rowCount() + 1
    assert lines[0].startswith("Partner,Days,On this laptop")


def test_without_headquarters_it_says_so_and_shows_what_is_here(
    session: Session, headquarters: Headquarters, qtbot: QtBot
) -> None:
    headquarters.stop()
    page = prepared(session, qtbot)
    assert "Headquarters was not asked" in told(page)
    assert "cannot be reached" in told(page)
    assert page.model.rowCount() > 0
    assert page.prepare.isEnabled()


def test_it_can_be_stopped(session: Session, qtbot: QtBot) -> None:
    window = session.app.window
    window.router.go("trip", "now")
    page = window.router.page
    assert isinstance(page, TripPage)
    page.progress.cancelled.emit()
    qtbot.waitUntil(lambda: not page.running and page.report is not None, timeout=40_000)
    assert page.report is not None
    assert page.report.cancelled or page.report.fresh


def test_without_planned_visits_it_leads_to_the_visits(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    for one in demo_desk.ask(visits.plan, "2000-01-01", "2100-01-01", demo_desk.profile.user_id):
        if one.state == "planned":
            demo_desk.act(actions.cancel, one.id)
    window = show_page("trip")
    page = window.router.page
    assert page.face.kind == "empty"
    page.face.pressed.emit()
    settle(qtbot, window)
    assert window.router.here == "visits"


def test_looking_only_asks_nobody(show_page: ShowPage, qtbot: QtBot) -> None:
    window = show_page("trip")
    page = window.router.page
    assert isinstance(page, TripPage)
    assert "Prepare asks headquarters" in told(page)
    page.span.choose("fortnight")
    settle(qtbot, window)
    assert page.report is not None
    assert page.report.pack.visits >= 1
    page.copy()
    assert window.messages.message == "Copied."


def test_a_narrow_window_shows_the_whole_table(qtbot: QtBot, show_page: ShowPage) -> None:
    window = show_page("trip", size=(1024, 700))
    page = window.router.page
    assert isinstance(page, TripPage)
    assert page.model.rowCount() > 0
    assert page.table.horizontalScrollBar().maximum() == 0
    shown = {one.id for at, one in enumerate(page.table.columns) if not page.table.isColumnHidden(at)}
    assert shown == {"partner", "days", "ready", "orders", "promises", "stock", "files"}
    assert page.table.columnWidth(0) > 250, "nothing is to be known, so the names have the room"
    window.resize(1440, 900)
    settle(qtbot, window)
    assert not any(page.table.isColumnHidden(at) for at in range(len(page.table.columns)))
