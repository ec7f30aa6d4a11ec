"""Answering a survey with real keys: drafts, what is missing, the score, recording, undo, where it shows."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from channeldesk.desk import Desk
from channeldesk.queries import clock, surveys, timeline, visits
from channeldesk.queries.day_report import day_report
from channeldesk.queries.surveys import SurveyRow
from tests.support.demo_pages import ShowPage, settle
from ui.pages.survey import SurveyPage
from ui.pages.visits import VisitsPage
from ui.shell.window import Window
from ui.viewmodels.survey import SurveyOf
from ui.widgets.visits.survey_question import QuestionField

CONTROL = Qt.KeyboardModifier.ControlModifier


def visit_of(desk: Desk) -> Any:
    today = desk.ask(clock.today)
    return desk.ask(visits.plan, today, today, desk.profile.user_id)[0]


def store_check(desk: Desk, plan_id: bytes) -> SurveyRow:
    return next(row for row in desk.ask(surveys.of_visit, plan_id) if row.kind == "store")


def page_of(window: Window) -> SurveyPage:
    page = window.router.page
    assert isinstance(page, SurveyPage)
    return page


def open_survey(qtbot: QtBot, show_page: ShowPage, desk: Desk) -> tuple[Window, SurveyPage]:
    """As a person does: from the visit."""
    plan = visit_of(desk)
    window = show_page("visits", plan.id)
    page = window.router.page
    assert isinstance(page, VisitsPage)
    line = next(
        one for one in page.pane.surveys.entries.lines if one.entry.key == store_check(desk, plan.id).id
    )
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_Return)
    settle(qtbot, window)
    return window, page_of(window)


def answer(page: SurveyPage) -> None:
    """Everything that is needed, by keyboard: yes, some gaps, 3 metres, no, step 4."""
    for field, key in zip(page.fields, ("1", "2", "3", "2", "4"), strict=False):
        QTest.keyClicks(field.editor, key)


def typed(field: QuestionField) -> str:
    return next((key for key, radio in field.options if radio.isChecked()), "")


def test_a_survey_is_answered_recorded_and_shown(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    window, page = open_survey(qtbot, show_page, demo_desk)
    plan = visit_of(demo_desk)
    assert page.fields[0].editor.hasFocus()
    QTest.keyClick(page.fields[0].editor, Qt.Key.Key_Return, CONTROL)
    settle(qtbot, window)
    assert window.router.here == "survey", "what is missing keeps it here"
    missing = [field.message.text() for field in page.fields if field.message.property("tint") == "bad"]
    assert missing == ["Needs an answer."] * 5
    place = page.pane.record.geometry()
    assert not page.pane.discard.isVisible()
    answer(page)
    qtbot.waitUntil(page.pane.discard.isVisible)
    assert page.pane.record.geometry() == place, "nothing else comes under the mouse"
    assert not [field for field in page.fields if field.message.property("tint") == "bad"]
    assert page.pane.figure.text() == "67%", "(2 x 100 + 50 + 75 + 0 + 75) / 6"
    QTest.keyClick(page.fields[0].editor, Qt.Key.Key_Return, CONTROL)
    settle(qtbot, window)
    assert window.router.here == "visits"
    row = store_check(demo_desk, plan.id)
    assert (row.score, row.begun) == (6_667, 0)
    visits_page = window.router.page
    assert isinstance(visits_page, VisitsPage)
    assert "67%" in [line.entry.amount for line in visits_page.pane.surveys.entries.lines]
    report = demo_desk.ask(day_report, demo_desk.profile.user_id)
    assert [(one.name, one.score) for one in report.surveys] == [("Store check", 6_667)]
    event = demo_desk.ask(timeline.events, plan.partner_id, frozenset({"survey"}))[0]
    assert (event.title, event.count, event.provisional) == ("Store check", 6_667, True)

    window.messages.undo()
    settle(qtbot, window)
    row = store_check(demo_desk, plan.id)
    assert (row.answered, row.begun) == (False, 5)


def test_answers_survive_the_window(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    window, page = open_survey(qtbot, show_page, demo_desk)
    answer(page)
    plan = visit_of(demo_desk)
    qtbot.waitUntil(lambda: store_check(demo_desk, plan.id).begun == 5, timeout=5_000)
    window.close()

    again = show_page("survey", SurveyOf(plan.id, store_check(demo_desk, plan.id).id))
    page = page_of(again)
    assert [typed(field) for field in page.fields[:2]] == ["yes", "Some gaps"]
    assert page.fields[2].line is not None and page.fields[2].line.text() == "3"
    assert page.pane.discard.isVisible()
    page.pane.discard.click()
    settle(qtbot, again)
    assert store_check(demo_desk, plan.id).begun == 0
    again.messages.undo()
    settle(qtbot, again)
    assert store_check(demo_desk, plan.id).begun == 5


def test_a_number_that_is_none_is_told_when_the_field_is_left(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    _, page = open_survey(qtbot, show_page, demo_desk)
    field = page.fields[2]
    field.editor.setFocus()
    QTest.keyClicks(field.editor, "3x")
    assert field.message.property("tint") != "bad"
    QTest.keyClick(field.editor, Qt.Key.Key_Tab)
    assert "3x" in field.message.text() and field.message.property("tint") == "bad"
    assert "3x" in field.editor.accessibleDescription()


def test_answered_again_it_begins_with_what_counts(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    window, page = open_survey(qtbot, show_page, demo_desk)
    answer(page)
    page.record()
    settle(qtbot, window)
    plan = visit_of(demo_desk)
    window.router.go("survey", SurveyOf(plan.id, store_check(demo_desk, plan.id).id))
    settle(qtbot, window)
    page = page_of(window)
    assert page.pane.earlier.isVisible()
    assert typed(page.fields[3]) == "no"
    QTest.keyClicks(page.fields[3].editor, "1")
    QTest.keyClick(page.fields[4].editor, Qt.Key.Key_Delete)
    assert typed(page.fields[4]) == ""
    QTest.keyClicks(page.fields[4].editor, "5")
    page.record()
    settle(qtbot, window)
    assert store_check(demo_desk, plan.id).score == (20_000 + 5_000 + 7_500 + 10_000 + 10_000 + 3) // 6


def test_a_survey_that_is_gone_says_so(qtbot: QtBot, show_page: ShowPage) -> None:
    window = show_page("survey", SurveyOf(bytes(16), bytes(16)))
    page = page_of(window)
    assert page.face.kind == "empty"
    page.face_pressed()
    settle(qtbot, window)
    assert window.router.here == "visits"
