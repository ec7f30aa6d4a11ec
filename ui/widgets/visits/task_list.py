"""The tasks of a visit: tick, word, remove, arrange; new ones are added in the line below."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QSizePolicy, QVBoxLayout, QWidget

from channeldesk.model.survey import LONGEST_TASK
from channeldesk.queries.visit_tasks import TaskRow
from ui.i18n import t
from ui.theme.tokens import ROW
from ui.widgets.check import Check
from ui.widgets.label import Elided, Label
from ui.widgets.partners import words

_MOVES = {"Alt+Up": -1, "Alt+Down": 1}
"""Along the list, by one place."""


class TaskList(QWidget):
    """``ticked`` carries (task, done), ``worded`` (task, text), ``removed`` the task, ``arranged`` the ids in
    their new order, ``added`` the words of a new one.
    """

    ticked = Signal(object, bool)
    worded = Signal(object, str)
    removed = Signal(object)
    arranged = Signal(object)
    added = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tasks: tuple[TaskRow, ...] = ()
        self.rows: list[_TaskLine] = []
        self._writes = self._adds = True
        self._none = Label(t("No tasks"), "caption", "tertiary")
        self.new = QLineEdit()
        self.new.setMaxLength(LONGEST_TASK)
        self.new.setPlaceholderText(t("Another task. Enter adds it"))
        self.new.setAccessibleName(t("Another task"))
        self.new.returnPressed.connect(self._add)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._none)
        self._column.addSpacing(2)
        self._column.addWidget(self.new)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def fill(self, tasks: Sequence[TaskRow], *, writes: bool, adds: bool) -> None:
        """Lines are kept and filled again, so that the keyboard stays where it is. ``adds``: new ones too."""
        self.tasks, self._writes, self._adds = tuple(tasks), writes, adds
        while len(self.rows) < len(tasks):
            line = _TaskLine()
            line.ticked.connect(self.ticked)
            line.worded.connect(self.worded)
            line.key_pressed.connect(self._key)
            line.menu_wanted.connect(self._show_menu)
            self.rows.append(line)
            self._column.insertWidget(len(self.rows) - 1, line)
        here = next((at for at, line in enumerate(self.rows) if line.check.hasFocus()), -1)
        for at, line in enumerate(self.rows):
            line.setVisible(at < len(tasks))
            if at < len(tasks):
                line.fill(tasks[at], writes)
        if here >= len(tasks):
            (self.rows[len(tasks) - 1].check if tasks else self.new if adds else self).setFocus()
        self._none.setVisible(not tasks)
        self.new.setVisible(adds)
        self.updateGeometry()

    def take_focus(self) -> None:
        """The first task that is to be done, else the line for a new one."""
        at = next((at for at, task in enumerate(self.tasks) if not task.done), -1)
        (self.rows[at].check if at >= 0 else self.new).setFocus()

    def _add(self) -> None:
        if self.new.text().strip():
            self.added.emit(self.new.text())
            self.new.clear()

    def _key(self, line: _TaskLine, event: QKeyEvent) -> None:
        at, key = self.rows.index(line), event.key()
        pressed = QKeySequence(event.keyCombination()).toString()
        if pressed not in _MOVES and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._go(at + (1 if key == Qt.Key.Key_Down else -1))
        else:
            self._do(line, pressed)

    def _do(self, line: _TaskLine, keys: str) -> None:
        at = self.rows.index(line)
        if not self._writes or at >= len(self.tasks):
            return
        if keys in _MOVES:
            self._move(at, _MOVES[keys])
        elif keys == "Del":
            self.removed.emit(self.tasks[at])
        elif keys == "F2":
            line.edit()

    def _show_menu(self, line: _TaskLine, place: QPoint) -> None:
        """For the mouse: what the keys do."""
        if not self._writes:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, keys in (
            (t("Other words"), "F2"),
            (t("One place up"), "Alt+Up"),
            (t("One place down"), "Alt+Down"),
            (t("Remove"), "Del"),
        ):
            action = menu.addAction(text)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(partial(self._menu_chosen, line, keys))
        menu.popup(place)

    def _menu_chosen(self, line: _TaskLine, keys: str, _checked: bool = False) -> None:
        self._do(line, keys)

    def _go(self, at: int) -> None:
        if 0 <= at < len(self.tasks):
            self.rows[at].check.setFocus()
        elif at >= len(self.tasks) and self._adds:
            self.new.setFocus()

    def _move(self, at: int, step: int) -> None:
        """One place up or down; the keyboard goes along."""
        to = at + step
        if self._writes and 0 <= to < len(self.tasks):
            order = [task.id for task in self.tasks]
            order[at], order[to] = order[to], order[at]
            self.rows[to].check.setFocus()
            self.arranged.emit(order)


class _TaskLine(QWidget):
    ticked = Signal(object, bool)
    worded = Signal(object, str)
    key_pressed = Signal(object, object)
    menu_wanted = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.task: TaskRow | None = None
        self._writes = True
        self.check = Check()
        self.text = Elided("", "body")
        self.origin = Label("", "caption", "tertiary")
        self.editor = QLineEdit()
        self.editor.setMaxLength(LONGEST_TASK)
        self.editor.setAccessibleName(t("Words of the task"))
        self.editor.hide()
        self.setFixedHeight(ROW)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.check)
        row.addWidget(self.editor, 1)
        row.addWidget(self.text, 1)
        row.addWidget(self.origin)
        self.check.clicked.connect(self._clicked)
        self.check.installEventFilter(self)
        self.editor.installEventFilter(self)
        self.editor.editingFinished.connect(self._edited)

    def fill(self, task: TaskRow, writes: bool) -> None:
        self.task, self._writes = task, writes
        self.check.setChecked(task.done)
        self.check.setEnabled(writes)
        tint = "tertiary" if task.done else "provisional" if task.provisional else "text"
        self.text.set_text(task.task, tint)
        self.origin.setText(t("left over") if task.origin == "carried" else "")
        told = [task.task]
        if task.origin == "carried":
            told.append(t("Left over from the last visit"))
        if task.provisional:
            told.append(words.edited())
        self.setToolTip("\n".join(told))
        self.check.setAccessibleName(task.task)
        self.check.setAccessibleDescription("\n".join(told[1:]))

    def edit(self) -> None:
        """Other words: Enter keeps them, Esc leaves them as they were."""
        if self.task is not None:
            self.editor.setText(self.task.task)
            self.text.hide()
            self.editor.show()
            self.editor.setFocus()
            self.editor.selectAll()

    def _close(self, *, back: bool) -> None:
        self.editor.hide()
        self.text.show()
        if back:
            self.check.setFocus()

    def _edited(self) -> None:
        if self.editor.isHidden() or self.task is None:
            return
        typed, before = self.editor.text(), self.task
        self._close(back=self.editor.hasFocus())
        if typed.strip() and typed.strip() != before.task:
            self.worded.emit(before, typed)

    def _clicked(self) -> None:
        if self.task is not None:
            self.ticked.emit(self.task, self.check.isChecked())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(self, event.globalPos())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The whole line ticks."""
        if (
            event.button() == Qt.MouseButton.LeftButton
            and self._writes
            and self.rect().contains(event.position().toPoint())
        ):
            self.check.click()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if watched is self.editor and event.key() == Qt.Key.Key_Escape:
                self._close(back=True)
                return True
            if watched is self.check and event.key() in _KEYS:
                self.key_pressed.emit(self, event)
                return True
        return False


_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Delete, Qt.Key.Key_F2)
