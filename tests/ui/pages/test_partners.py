"""The list of partners over the real encrypted demo profile, with real events."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit
from pytestqt.qtbot import QtBot

from channeldesk.actions import promises
from channeldesk.desk import Desk
from channeldesk.queries import partners
from channeldesk.queries.partners import PartnerRow
from channeldesk.queries.views import ListView
from tests.support import demo
from tests.support.demo import DemoProfile
from tests.support.demo_pages import ShowPage, press, settle
from ui.models.columns import cell_text, tooltip
from ui.pages.partners import PartnersPage
from ui.shell.window import Window
from ui.widgets.partners.brief import BriefDialog
from ui.widgets.partners.plan_visits import PlanVisitsDialog
from ui.widgets.partners.set_field import SetFieldDialog

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(show_page: ShowPage) -> Window:
    return show_page("partners")


def page_of(window: Window) -> PartnersPage:
    page = window.router.page
    assert isinstance(page, PartnersPage)
    return page


def dialog_of(window: Window, kind: type[QDialog]) -> QDialog:
    found = window.findChildren(kind)
    assert len(found) == 1, kind
    return found[0]


def undo(qtbot: QtBot, window: Window) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Key.Key_Z, CONTROL)
    settle(qtbot, window)


def every(desk: Desk) -> list[PartnerRow]:
    return desk.ask(lambda c: partners.rows(c, partners.keys(c)))


def test_every_partner_is_there_with_its_figures(window: Window, demo_desk: Desk) -> None:
    page = page_of(window)
    rows = every(demo_desk)

    assert page.table.count == len(rows)
    assert f"{len(rows)} of {len(rows)} partners" in page.header.note.text()
    assert page.table.current_row() == rows[0]
    assert page.as_of_text.startswith("Figures as of")


def test_the_pane_follows_the_cursor(qtbot: QtBot, window: Window, demo_desk: Desk) -> None:
    page = page_of(window)
    rows = every(demo_desk)

    press(qtbot, window, *[Key.Key_Down] * 3)
    qtbot.waitUntil(lambda: page.pane.promises.isVisible(), timeout=5_000)

    assert page.pane.partner_id == rows[3].id
    assert page.pane._name.text() == rows[3].name


def test_the_views_filter_and_sort(qtbot: QtBot, window: Window, demo_desk: Desk) -> None:
    page = page_of(window)
    rows = every(demo_desk)

    press_tab(qtbot, window, 2)
    overdue = [one.overdue for one in rows if one.overdue]
    assert page.table.count == len(overdue) > 0
    keys = page.table.model.keys
    assert [one.overdue for one in demo_desk.ask(partners.rows, keys)] == sorted(overdue, reverse=True)

    press_tab(qtbot, window, 3)
    late = [one for one in rows if one.visit_days is None or one.visit_days > 45]
    assert page.table.count == len(late) > 0
    assert "visit_days" in page.table.tools.visible_ids()

    press_tab(qtbot, window, 4)
    assert page.table.count == 0
    assert page.table.face.isVisible()

    press_tab(qtbot, window, 1)
    assert page.table.count == len(rows)


def press_tab(qtbot: QtBot, window: Window, number: int) -> None:
    QTest.keyClick(window, Key(Key.Key_0 + number), Qt.KeyboardModifier.AltModifier)
    settle(qtbot, window)


def test_a_filter_is_typed_into_the_header(qtbot: QtBot, window: Window, demo_desk: Desk) -> None:
    page = page_of(window)
    press(qtbot, window, Key.Key_Slash)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, "tool")
    press(qtbot, window, Key.Key_Return)

    expected = len(demo_desk.ask(partners.keys, ListView({"name": "tool"})))
    assert 0 < page.table.count == expected < len(every(demo_desk))


def test_a_field_is_set_for_the_ticked_partners_and_taken_back(
    qtbot: QtBot, window: Window, demo_desk: Desk
) -> None:
    before = {one.id: one.stage for one in every(demo_desk)}
    press(qtbot, window, Key.Key_Space, Key.Key_Down, Key.Key_Space)
    ticked = [one.id for one in every(demo_desk)][:2]
    page = page_of(window)
    assert page.bar.isVisible()

    press(qtbot, window, Key.Key_E)
    dialog = dialog_of(window, SetFieldDialog)
    assert isinstance(dialog, SetFieldDialog)
    settle(qtbot, window)
    assert not dialog.main.isEnabled(), "nothing is chosen until somebody does"
    dialog.value.choose("dormant")
    settle(qtbot, window)
    assert dialog.model.rowCount() == 2
    assert dialog.model.index(0, 2).data() == "Dormant"
    assert {one.id: one.stage for one in every(demo_desk)} == before, "a preview writes nothing"
    QTest.keyClick(dialog, Key.Key_Return, CONTROL)
    settle(qtbot, window)

    after = {one.id: one for one in every(demo_desk)}
    assert [after[one].stage for one in ticked] == ["dormant", "dormant"]
    assert all(after[one].provisional for one in ticked)
    assert window.messages.can_undo

    undo(qtbot, window)
    assert {one.id: one.stage for one in every(demo_desk)} == before


def test_a_value_that_cannot_be_right_is_told_beside_its_field(qtbot: QtBot, window: Window) -> None:
    press(qtbot, window, Key.Key_Space, Key.Key_E)
    dialog = dialog_of(window, SetFieldDialog)
    assert isinstance(dialog, SetFieldDialog)
    dialog.field.choose("payment_days")
    settle(qtbot, window)
    QTest.keyClicks(dialog.typed, "900")
    settle(qtbot, window)

    assert dialog._typed_box.wrong
    assert not dialog.main.isEnabled()
    dialog.reject()


def test_visits_are_planned_for_the_ticked_partners_and_taken_back(
    qtbot: QtBot, window: Window, demo_desk: Desk
) -> None:
    count = "SELECT count(*) FROM visit_plan"
    before = number(demo_desk, count)
    QTest.keyClick(page_of(window).table.view, Key.Key_A, CONTROL)
    press(qtbot, window, Key.Key_V)
    dialog = dialog_of(window, PlanVisitsDialog)
    assert isinstance(dialog, PlanVisitsDialog)
    dialog.leave_out.setChecked(False)
    dialog.first.setText("2031-01-03")
    dialog.per_day.choose(2)
    settle(qtbot, window)
    days = [dialog._day(row) for row in dialog._rows]
    assert days[:5] == ["2031-01-03", "2031-01-03", "2031-01-06", "2031-01-06", "2031-01-07"]
    QTest.keyClick(dialog, Key.Key_Return, CONTROL)
    settle(qtbot, window)
    assert number(demo_desk, count) == before + len(days)

    undo(qtbot, window)
    assert number(demo_desk, count) == before


def number(desk: Desk, sql: str) -> int:
    return int(desk.ask(lambda c: c.exec_driver_sql(sql).scalar_one()))


def test_a_promise_is_kept_in_the_pane(qtbot: QtBot, window: Window, demo_desk: Desk) -> None:
    page = page_of(window)
    row = page.table.current_row()
    assert row is not None
    made = demo_desk.act(promises.make, row.id, "Display rack", demo.today().isoformat())
    settle(qtbot, window)
    qtbot.waitUntil(lambda: bool(page.pane.promises.rows), timeout=5_000)
    settle(qtbot, window)
    line = next(one for one in page.pane.promises.rows if one._promise and one._promise.id == made.value)
    QTest.mouseClick(line.check, Qt.MouseButton.LeftButton)
    settle(qtbot, window)

    kept = demo_desk.ask(
        lambda c: c.exec_driver_sql("SELECT done_on FROM promise WHERE id = ?", (made.value,)).scalar_one()
    )
    assert date.fromisoformat(kept) <= demo.today()


def test_enter_opens_and_b_briefs(qtbot: QtBot, window: Window, demo_desk: Desk) -> None:
    press(qtbot, window, Key.Key_B)
    brief = dialog_of(window, BriefDialog)
    assert isinstance(brief, BriefDialog)
    row = every(demo_desk)[0]
    assert row.name in brief.text
    QTest.keyClick(brief, Key.Key_Space)
    settle(qtbot, window)

    QTest.keyClick(page_of(window).table.view, Key.Key_Return)
    settle(qtbot, window)
    assert (window.router.here, window.router.subject) == ("partner", row.id)


def test_copy_and_export_what_is_shown(qtbot: QtBot, window: Window, demo_desk: Desk, tmp_path: Path) -> None:
    page = page_of(window)
    press(qtbot, window, Key.Key_Space, Key.Key_Down, Key.Key_Space)
    QTest.keyClick(page.table.view, Key.Key_C, CONTROL)
    settle(qtbot, window)
    assert QApplication.clipboard().text().count("\n") == 2

    page.table.view.clearSelection()
    page.table.export_to(str(tmp_path / "partners.csv"))
    settle(qtbot, window)
    with (tmp_path / "partners.csv").open(encoding="utf-8-sig") as file:
        assert len(list(csv.reader(file))) == len(every(demo_desk)) + 1


def test_a_small_window_shows_the_list_alone(show_page: ShowPage, qtbot: QtBot) -> None:
    window = show_page("partners", size=(1024, 700))
    page = page_of(window)
    assert not page.pane.isVisible()
    press(qtbot, window, Key.Key_D)
    assert page.pane.isVisible()


@pytest.fixture
def empty_desk(empty_profile: DemoProfile) -> Iterator[Desk]:
    with empty_profile.open() as desk:
        yield desk


def test_without_partners_the_page_says_what_to_do(empty_desk: Desk, show_page: ShowPage) -> None:
    page = page_of(show_page("partners", desk=empty_desk))
    assert (page.face.kind, page.face.isVisible()) == ("empty", True)
    assert page.as_of_text == "Not yet synchronised"


def test_ticks_that_a_filter_hides_are_gone(qtbot: QtBot, window: Window) -> None:
    page = page_of(window)
    page.table.view.tick_places([0])
    settle(qtbot, window)
    assert page.bar.isVisible()
    page.table.apply({"filters": {"name": "no such partner"}})
    settle(qtbot, window)
    assert page.table.count == 0
    assert not page.bar.isVisible()


def test_every_stage_is_said_and_a_decision_marks_it(show_page: ShowPage, demo_desk: Desk) -> None:
    partner = every(demo_desk)[0]
    assert partner.stage == "active"
    page = page_of(show_page("partners"))
    column = next(one for one in page.table.view.columns if one.id == "stage")
    assert column.title == "Stage", "as in the form"
    assert column.icon is not None
    for waits, icon in ((False, ""), (True, "warning-circle")):
        row = replace(partner, needs_decision=waits)
        assert (cell_text(column, row), column.icon(row)) == ("Active", icon)
        assert bool(tooltip(column, row)) == waits
