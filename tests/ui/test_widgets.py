"""Widgets: what they say to screen readers, keys, validation, faces, painting in every state."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.support import looking
from tests.support.own_windows import own_windows
from ui.models.columns import Column, Kind, cell_plain, cell_text
from ui.models.plain import cells
from ui.models.table import TableModel
from ui.widgets.button import Button, IconButton
from ui.widgets.check import Check
from ui.widgets.chip import Chip
from ui.widgets.choice import Choice
from ui.widgets.face import Face
from ui.widgets.field import FormField
from ui.widgets.figure import KeyFigure, KeyFigures
from ui.widgets.flow import Flow
from ui.widgets.label import Elided, Label
from ui.widgets.message_bar import MessageBar
from ui.widgets.progress import Progress
from ui.widgets.scroll import scrolling
from ui.widgets.search import SearchField
from ui.widgets.table_view import TableView
from ui.widgets.tabs import Tabs
from ui.widgets.timeline import Event, Timeline


def show(qtbot: QtBot, widget: QWidget) -> QWidget:
    qtbot.addWidget(widget)
    widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)
    widget.grab()
    return widget


def test_a_key_presses_its_button(qtbot: QtBot) -> None:
    window = QWidget()
    flow = Flow(window)
    button = Button("New order", icon="plus", keys="N", kind="main")
    flow.addWidget(button)
    show(qtbot, window)
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(window, Qt.Key.Key_N)


def test_enter_presses_the_button_under_the_keyboard(qtbot: QtBot) -> None:
    pressed: list[str] = []

    class Row(QWidget):
        def keyPressEvent(self, event: QKeyEvent) -> None:
            pressed.append("row")

    window = Row()
    flow = Flow(window)
    button = Button("Brief")
    button.clicked.connect(lambda: pressed.append("button"))
    flow.addWidget(button)
    show(qtbot, window)
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Return)
    assert pressed == ["button"]


def test_a_key_with_ctrl_is_not_taken_by_a_table(qtbot: QtBot) -> None:
    window = QWidget()
    flow = Flow(window)
    shown = [Column("name", "Partner", lambda row: str(row))]
    button, table = Button("Apply", keys="Ctrl+Return"), TableView(shown, "Lines", filters=False)
    table.setModel(TableModel(shown, parent=table))
    flow.addWidget(button)
    flow.addWidget(table)
    show(qtbot, window)
    table.setFocus()
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(table, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


@pytest.mark.parametrize("kind", ["normal", "main", "quiet", "link", "danger"])
def test_buttons_paint_in_every_state(qtbot: QtBot, kind: str) -> None:
    button = Button("Save", icon="check", keys="Ctrl+S", kind=kind)
    show(qtbot, button)
    button.setDown(True)
    button.grab()
    button.setEnabled(False)
    assert not button.grab().isNull()


def test_every_control_has_a_name(qtbot: QtBot) -> None:
    for widget, name in (
        (Button("Save"), "Save"),
        (IconButton("copy", "Copy as picture"), "Copy as picture"),
        (Check("Done"), "Done"),
        (Chip("Gold"), "Gold"),
        (SearchField("Find a product"), "Find a product"),
        (Tabs([("a", "Overview", None)]), "Overview"),
        (Choice("Territory", [(1, "East")]), "Territory: East"),
    ):
        qtbot.addWidget(widget)
        assert widget.accessibleName() == name
        assert not widget.grab().isNull()


def test_a_field_says_what_is_wrong_beside_it(qtbot: QtBot) -> None:
    editor = QLineEdit()
    field = FormField("Quantity", editor, "In pieces")
    show(qtbot, field)
    field.set_error("“12o” is not a number.")
    assert field.wrong
    assert editor.accessibleDescription() == "“12o” is not a number."
    field.set_error("")
    assert not field.wrong
    assert editor.accessibleDescription() == "In pieces"


def test_a_search_field_waits_for_a_pause(qtbot: QtBot) -> None:
    field = SearchField("Find")
    show(qtbot, field)
    said: list[str] = []
    field.searched.connect(said.append)
    qtbot.keyClicks(field, "drill")
    qtbot.waitUntil(lambda: said == ["drill"])
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert said == ["drill", ""]


def test_tabs_by_arrows_and_numbers(qtbot: QtBot) -> None:
    tabs = Tabs([("a", "Overview", None), ("b", "Orders", 214), ("c", "Stock", 3)], numbered=True)
    show(qtbot, tabs)
    tabs.setFocus()
    with qtbot.waitSignal(tabs.chosen) as chosen:
        qtbot.keyClick(tabs, Qt.Key.Key_Right)
    assert chosen.args == ["b"]
    with qtbot.waitSignal(tabs.chosen) as chosen:
        qtbot.keyClick(tabs, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    assert chosen.args == ["c"]
    part = tabs.property("ringPart")
    assert 100 < part.left() < part.right(), "the focus ring goes around the chosen tab"
    tabs.set_items([("c", "Stock", 4), ("d", "History", None)])
    assert tabs.key == "c"
    assert tabs.property("ringPart").left() < part.left()


def test_the_count_of_a_tab_is_written_like_every_figure(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    tabs = Tabs([("a", "All", 74_534)])
    show(qtbot, tabs)
    with looking.watching(monkeypatch) as painted:
        tabs.grab()
    assert painted.texts - painted.elided == {"All", "74,534"}


def test_faces_say_what_to_do(qtbot: QtBot) -> None:
    face = Face()
    face.resize(600, 400)
    face.empty("No visits planned", "Plan one on a partner's page.", "Plan a visit", "map-pin")
    show(qtbot, face)
    assert face.accessibleName() == "No visits planned"
    with qtbot.waitSignal(face.pressed):
        qtbot.mouseClick(face._button, Qt.MouseButton.LeftButton)
    face.error(ValueError("x"))
    assert face._copy.isVisible()
    face.offline("Needs the network", "Connect and try again.", "Try again")
    face.loading()
    assert face._sign._turning.isActive()
    face.hide()
    assert not face._sign._turning.isActive(), "nothing moves out of sight"


def test_the_message_bar_forgets_good_news_but_not_undo(qtbot: QtBot) -> None:
    bar = MessageBar()
    show(qtbot, bar)
    bar.tell("Saved")
    assert bar._clock.isActive()
    bar.tell("Order placed", undo=list)
    assert not bar._clock.isActive()
    bar.tell("It failed", "bad", details=True)
    assert bar.can_undo
    assert not bar._clock.isActive()


def test_what_is_told_after_a_step_does_not_take_its_undo(qtbot: QtBot) -> None:
    bar, undone = MessageBar(), []
    show(qtbot, bar)
    bar.tell("City changed", undo=lambda: undone.append("city"))
    bar.tell("Exported 20 rows")
    assert not bar._undo_button.isVisible(), "nobody undoes an export"
    bar._clock.timeout.emit()
    assert (bar.message, bar._undo_button.isVisible()) == ("City changed", True), "it stands here again"
    bar.tell("Exported 20 rows")
    bar.undo()
    bar.undo()
    assert undone == ["city"]
    bar.tell("Visit noted", undo=list)
    bar.tell("Exported 20 rows")
    bar.drop_undo()
    assert (bar.message, bar.can_undo) == ("Exported 20 rows", False)


def test_what_is_wrong_with_a_narrow_field_is_not_cut_off(qtbot: QtBot) -> None:
    body, day, other = QWidget(), FormField("Wanted on", QLineEdit()), FormField("Note", QLineEdit())
    pair = QHBoxLayout(body)
    pair.addWidget(day, 1)
    pair.addWidget(other, 1)
    area = scrolling(body)
    area.resize(256, 400)
    show(qtbot, area)
    day.set_error("“yesterday and tomorrow” is not a date that can be read")
    qtbot.wait(1)
    told = day._message
    assert told.height() >= told.heightForWidth(told.width()) > 2 * told.fontMetrics().height()
    assert other.editor.y() == day.editor.y(), "both stand at the top"


@pytest.mark.parametrize("words", [2, 20, 60])
def test_a_message_is_read_as_a_whole_beside_what_holds_for_the_page(qtbot: QtBot, words: int) -> None:
    bar = MessageBar()
    show(qtbot, bar)
    bar.setFixedWidth(824)
    bar.set_page("Figures as of 22 Nov, 12:48", provisional=True)
    bar.tell("territory " * words, undo=list)
    qtbot.wait(1)
    text, as_of = bar._text, bar._as_of
    assert text.height() >= text.heightForWidth(text.width())
    assert as_of.width() >= as_of.sizeHint().width()
    assert bar.rect().contains(as_of.geometry())
    assert bar._undo_button.geometry().left() >= text.geometry().right()
    assert bar._provisional.isVisible() is (words == 2)
    high = bar.height()
    bar.clear()
    assert bar._provisional.isVisible()
    assert bar.height() <= high


def test_a_key_figure_without_data_is_not_zero(qtbot: QtBot) -> None:
    figure = KeyFigure("Sales")
    row = KeyFigures(figure, KeyFigure("Overdue"))
    show(qtbot, row)
    assert figure._figure == "–"
    figure.set("¥1,200", "28 %", line=(1.0, None, 3.0, 2.0), target=2.0, provisional="1 order not confirmed")
    assert figure.toolTip() == "28 %\n1 order not confirmed"
    assert not figure.grab().isNull()


def test_a_figure_with_little_room_is_smaller_and_never_cut(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    figure = KeyFigure("Sales")
    qtbot.addWidget(figure)
    figure.set("¥209.03万", "of the target", provisional="not confirmed")
    figure.show()
    for wide in (120, 150, 300):
        figure.resize(wide, 76)
        with looking.watching(monkeypatch) as painted:
            figure.grab()
        assert "¥209.03万" in painted.texts - painted.elided


def test_a_long_note_takes_a_second_line_in_every_figure_of_the_row(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    sales, late = KeyFigure("Sales"), KeyFigure("Overdue")
    row = KeyFigures(sales, late)
    row.setFixedWidth(316)
    show(qtbot, row)
    sales.set("¥1.97M", "56.8% of ¥3.47M; pace is 61.9%")
    late.set("¥0", "nothing")
    with looking.watching(monkeypatch) as painted:
        row.grab()
    first, second = sales.note_lines()
    assert {first, second} <= painted.texts and not painted.elided
    assert f"{first} {second}" == "56.8% of ¥3.47M; pace is 61.9%"
    assert sales.height() == late.height() > 76
    row.setFixedWidth(700)
    qtbot.waitUntil(lambda: sales.height() == 76)
    with looking.watching(monkeypatch) as painted:
        row.grab()
    assert "56.8% of ¥3.47M; pace is 61.9%" in painted.texts


def test_a_timeline_opens_its_events(qtbot: QtBot) -> None:
    timeline = Timeline("Timeline")
    timeline.resize(600, 200)
    timeline.fill([Event(2**40, "Today", "09:00", "map-pin", "Visit", "plan", "¥45", True)])
    show(qtbot, timeline)
    timeline.setFocus()
    timeline.setCurrentIndex(timeline.model().index(0, 0))
    with qtbot.waitSignal(timeline.opened) as opened:
        qtbot.keyClick(timeline, Qt.Key.Key_Return)
    assert opened.args == [2**40], "keys beyond 2^31 stay whole"


def test_text_from_data_is_never_markup(qtbot: QtBot) -> None:
    label = Label("<b>bold</b>")
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText
    elided = Elided("a long text that does not fit")
    qtbot.addWidget(elided)
    elided.resize(40, 20)
    elided.show()
    assert elided.toolTip() == "a long text that does not fit"


def test_a_row_wraps_where_it_is_narrow(qtbot: QtBot) -> None:
    window = QWidget()
    flow = Flow(window)
    for _ in range(4):
        flow.addWidget(Button("Territory"))
    flow.push(Button("Export"))
    qtbot.addWidget(window)
    assert flow.heightForWidth(2_000) == 28
    assert flow.heightForWidth(200) > 60


def test_progress_can_be_cancelled(qtbot: QtBot) -> None:
    progress = Progress("Exporting")
    show(qtbot, progress)
    progress.report(0.5, "3 s left")
    progress.report(None)
    button = progress.findChild(Button)
    assert button is not None
    with qtbot.waitSignal(progress.cancelled):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("kind", "value", "shown", "plain"),
    [
        (Kind.MONEY, 123456, "1,234.56", "1234.56"),
        (Kind.PRICE, 6420000, "642.00", "642.0000"),
        (Kind.QUANTITY, 12500, "12.5", "12.500"),
        (Kind.INTEGER, 1234, "1,234", "1234"),
        (Kind.PERCENT, 0.402, "40%", "0.402"),
        (Kind.DAY, "2026-11-12", "12 Nov 2026", "2026-11-12"),
        (Kind.INSTANT, 0, "1 Jan 1970", "1970-01-01 00:00"),
        (Kind.LEVEL, (0.61, 0.43), "61%", "0.61"),
        (Kind.TEXT, "=1+1", "=1+1", "'=1+1"),
        (Kind.MONEY, -100, "-1.00", "-1.00"),
        (Kind.TEXT, None, "–", ""),
    ],
)
def test_values_in_cells_and_in_spreadsheets(kind: Kind, value: object, shown: str, plain: str) -> None:
    column = Column("x", "X", lambda row: row, kind, currency="CNY")
    assert cell_text(column, value) == shown
    assert cells([column], value) == [plain]
    assert cell_plain(column, None) == ""


def test_a_face_becomes_narrower_again(qtbot: QtBot) -> None:
    window = QWidget()
    row = QHBoxLayout(window)
    face = Face()
    face.empty("No data yet", "The chart appears with the first figures of this period, and not before.")
    row.addWidget(face)
    window.resize(700, 300)
    show(qtbot, window)
    window.resize(300, 300)
    window.grab()
    assert face.width() < 300
    assert face._text.width() < face.width()


def test_a_hint_is_whole_or_not_there(qtbot: QtBot) -> None:
    hint = Elided("Drop files here, or paste a picture", "hint", whole=True)
    show(qtbot, hint)
    hint.resize(400, 20)
    drawn = hint.grab().toImage()
    hint.resize(60, 20)
    assert hint.grab().toImage() == drawn.copy(drawn.width() - 60, 0, 60, 20), "as empty as the far end"
    assert hint.toolTip()


def test_a_field_with_a_hint_takes_no_window_away_while_it_is_made(qtbot: QtBot) -> None:
    """It was shown by itself for a moment, which took the keyboard from the window."""
    with own_windows() as seen:
        field = FormField("Name", QLineEdit(), "A hint")
    qtbot.addWidget(field)
    assert seen == []
    assert field._message.isVisibleTo(field)
