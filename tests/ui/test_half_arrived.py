"""The window while the first synchronisation has brought the partners only, and once it is complete."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from channeldesk.demo import PASSWORD
from channeldesk.desk import Desk
from channeldesk.queries import partners
from channeldesk.trust.keyring_store import MemoryStore
from tests.support.cutting import CuttingProxy
from tests.support.demo import LOGIN, DemoProfile
from ui.page import Page
from ui.pages.partner import PartnerPage
from ui.pages.partners import PartnersPage
from ui.pages.today import TodayPage
from ui.session import Session
from ui.viewmodels.order_entry import Wanted
from ui.widgets.figure import KeyFigure
from ui.widgets.orders.credit_pane import CreditPane

_PART = 500_000
"""Bytes after which the line goes down: the partners are here, most orders and all sums are not."""


@pytest.fixture
def half(demo_profile: DemoProfile, tmp_path: Path, qtbot: QtBot) -> Iterator[Session]:
    """Its first round was cut; nothing goes on until ``work_offline(False)``."""
    with demo_profile.serving() as headquarters, CuttingProxy(headquarters.address) as line:
        folder = tmp_path / "new"
        with Desk.create(
            folder, line.address, LOGIN, PASSWORD, device_name="new", keyring=MemoryStore()
        ) as desk:
            line.cut_down = line.down + _PART
            made = Session(desk)
            made.app.set_language("en")
            made.show()
            made.start()
            qtbot.waitUntil(lambda: made.syncing.status.problem is not None, timeout=30_000)
            made.syncing.work_offline(True)
            qtbot.waitUntil(lambda: not made.syncing.status.running, timeout=20_000)
            yield made
            assert made.app.close()
            made.app.deleteLater()
            made.deleteLater()


def opened(session: Session, qtbot: QtBot, page: str, subject: object = None) -> Page | None:
    session.app.window.router.go(page, subject)
    settled(session, qtbot)
    return session.app.window.router.page


def settled(session: Session, qtbot: QtBot) -> None:
    for _ in range(2):
        qtbot.wait(60)
        qtbot.waitUntil(lambda: session.app.tasks.idle, timeout=20_000)


def told(page: PartnerPage) -> list[str]:
    return [one.accessibleName().partition(": ")[2] for one in page.figures.findChildren(KeyFigure)]


def finish(session: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignal(session.syncing.finished, timeout=60_000):
        session.syncing.work_offline(False)
    settled(session, qtbot)


def some_partner(session: Session) -> bytes:
    desk = session.desk
    rows = desk.ask(partners.rows, desk.ask(partners.keys))
    return next(row.id for row in rows if row.code == "P-10001")


def test_no_figure_of_a_partner_is_told_before_it_is_known(half: Session, qtbot: QtBot) -> None:
    page = opened(half, qtbot, "partner", some_partner(half))
    assert isinstance(page, PartnerPage)
    assert told(page) == ["–"] * 5
    for figure in page.figures.findChildren(KeyFigure):
        assert "when everything has arrived" in figure.toolTip()
    counts = {key: count for key, _, count in page.tabs._items}
    assert counts["contacts"], "contacts come with the partners"
    assert not any(counts[key] is not None for key in ("orders", "stock", "visits", "files"))
    assert not any("0 lines" in one.text for one in page.overview.timeline.model().events)  # type: ignore[attr-defined]
    finish(half, qtbot)
    half.app.window.router.go("partner", page.subject)
    settled(half, qtbot)
    assert "–" not in told(page)[:4], told(page)
    assert {key: count for key, _, count in page.tabs._items}["orders"]


def test_the_list_of_partners_shows_no_false_zero(half: Session, qtbot: QtBot) -> None:
    page = opened(half, qtbot, "partners")
    assert isinstance(page, PartnersPage)
    at = next(place for place, one in enumerate(page.table.view.columns) if one.id == "sales")
    cell = page.table.model.index(0, at)
    assert cell.data() == "–"
    assert [count is None for _, _, count in page.tabs._items] == [False, True, True, True]
    assert page.pane._facts.accessibleName().count("still arriving") == 5
    finish(half, qtbot)
    half.app.window.router.go("partners")
    settled(half, qtbot)
    assert page.table.model.index(0, at).data() != "–"
    assert page.tabs._items[1][2] is not None
    assert "still arriving" not in page.pane._facts.accessibleName()


def test_credit_left_is_not_promised_before_it_is_known(half: Session, qtbot: QtBot) -> None:
    page = opened(half, qtbot, "order_entry", Wanted(partner_id=some_partner(half)))
    pane = page.findChild(CreditPane)
    assert pane is not None
    assert pane.toolTip() == "Credit left: still arriving"


def test_who_looks_at_today_all_the_same_reads_nothing_false(half: Session, qtbot: QtBot) -> None:
    page = opened(half, qtbot, "today")
    assert isinstance(page, TodayPage)
    half.app.window.arriving.cover.look.click()
    settled(half, qtbot)
    assert page._no_visits.text() == "Still arriving"
    assert not page.next.isVisible(), "a rank without the totals"
    assert page._due_title._note.text() == "still arriving"
    assert page.month._stand.text() == "Still arriving"
