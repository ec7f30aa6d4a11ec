"""A value of one's own: an editor over the result of a field, a menu where there is a choice."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QPlainTextEdit

from channeldesk.model.declare import Type
from channeldesk.model.notice import Problem
from ui.i18n import formats, today_here
from ui.viewmodels import typed
from ui.viewmodels.inbox_decision import Decision, Side
from ui.widgets.inbox import words
from ui.widgets.inbox.fields import Columns, FieldRow

_LONG = 40


class Editor(QObject):
    """Enter takes the value, Esc leaves it; in a long text Shift+Enter begins a line.

    ``written`` carries the field and the value in wire form; ``refused`` a Problem, and the editor stays.
    """

    written = Signal(str, object)
    refused = Signal(object)
    ended = Signal()

    def __init__(self, row: FieldRow, decision: Decision) -> None:
        super().__init__(row)
        self.row = row
        field = row.field
        self._currency = words.currency_of(decision.item, field, Side.MINE.value)
        value = decision.value(field)
        if value is None:
            value = field.mine if field.mine is not None else field.theirs
        start = typed.shown(field, value, self._currency, formats())
        self.edit: QLineEdit | QPlainTextEdit
        if field.type == Type.TEXT and (len(start) > _LONG or "\n" in start):
            self.edit = QPlainTextEdit(start, row)
            self.edit.setTabChangesFocus(True)
        else:
            self.edit = QLineEdit(start, row)
        self.edit.setAccessibleName(row.title)
        self.edit.installEventFilter(self)
        self._ended = False

    def start(self) -> None:
        left, top, wide, high = self.row.result_box()
        if isinstance(self.edit, QPlainTextEdit):
            columns = Columns(self.row.width())
            left = int(columns.side(Side.THEIRS)[0])
            wide, high = self.row.width() - left - 4, max(96, high)
            self.row.setFixedHeight(max(self.row.height(), high + 12))
        else:
            top, high = (self.row.height() - 30) // 2, 30
        self.edit.setGeometry(left, top, wide, high)
        self.edit.show()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edit.selectAll()

    def text(self) -> str:
        return self.edit.toPlainText() if isinstance(self.edit, QPlainTextEdit) else self.edit.text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            new_line = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not new_line:
                self.take()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.ended.emit()
                return True
        if event.type() == QEvent.Type.FocusOut and not self._ended:
            self.take(leaving=True)
        return False

    def take(self, *, leaving: bool = False) -> None:
        """What was typed counts when the person goes elsewhere too; what cannot be right is then left."""
        try:
            value = typed.read(self.row.field, self.text(), self._currency, formats(), today_here())
        except Problem as problem:
            if leaving:
                self.ended.emit()
            else:
                self.refused.emit(problem)
            return
        self.written.emit(self.row.field.name, value)

    def close_editor(self) -> None:
        self._ended = True
        self.edit.hide()
        self.edit.deleteLater()
        self.row.refresh()
        self.deleteLater()


def choose_value(row: FieldRow, then: Callable[[str, object], None]) -> QMenu:
    """A menu of the values a choice may have."""
    menu = QMenu(row)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for code in row.field.choices:
        action = menu.addAction(words.plain(row.field.name, Type.CHOICE.value, code, ""))
        action.triggered.connect(partial(_chosen, then, row.field.name, code))
    left, _, _, _ = row.result_box()
    menu.popup(row.mapToGlobal(QPoint(left, row.height() - 4)))
    return menu


def _chosen(then: Callable[[str, object], None], name: str, code: str, _checked: bool = False) -> None:
    then(name, code)
