"""Open promises with a tick: ticking one says that it was kept. F2 changes one, Del removes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from channeldesk.queries.promises import PromiseRow
from channeldesk.rules.visits import Due
from ui.i18n import n, t, today_text
from ui.theme.tokens import ROW
from ui.widgets.check import Check
from ui.widgets.label import Elided, Label
from ui.widgets.partners import words
from ui.widgets.partners.promise_work import PromiseKeys

_TINTS = {Due.OVERDUE: "bad", Due.TODAY: "warning"}


class PromiseList(QWidget):
    """``kept`` carries the promise that was ticked, ``changed`` and ``removed`` one that is to be. At most
    ``most`` are shown, then how many more there are.
    """

    kept = Signal(object)
    changed = Signal(object)
    removed = Signal(object)

    def __init__(self, most: int = 5, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most, self._ticks = most, True
        self.rows: list[_PromiseLine] = []
        self._none = Label(t("No open promises"), "caption", "tertiary")
        self._more = Label("", "caption")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._none)
        self._column.addWidget(self._more)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def only_show(self) -> None:
        """For whoever may not say that a promise was kept."""
        self._ticks = False

    def fill(self, promises: Sequence[PromiseRow], today: date, *, arriving: bool = False) -> None:
        """Lines are kept and filled again, so that the keyboard stays where it is. ``arriving``: there may
        be promises that are not here yet.
        """
        self._none.setText(t("Still arriving") if arriving else t("No open promises"))
        shown = promises[: self._most]
        while len(self.rows) < len(shown):
            line = _PromiseLine(self._ticks)
            line.kept.connect(self.kept)
            line.changed.connect(self.changed)
            line.removed.connect(self.removed)
            self.rows.append(line)
            self._column.insertWidget(len(self.rows) - 1, line)
        for at, line in enumerate(self.rows):
            line.setVisible(at < len(shown))
            if at < len(shown):
                line.fill(shown[at], today)
        more = len(promises) - len(shown)
        self._none.setVisible(not promises)
        self._more.setText(n("and {count} more", "and {count} more", more))
        self._more.setVisible(more > 0)
        self.updateGeometry()


class _PromiseLine(QWidget):
    kept = Signal(object)
    changed = Signal(object)
    removed = Signal(object)

    def __init__(self, ticks: bool) -> None:
        super().__init__()
        self._promise: PromiseRow | None = None
        self._ticks = ticks
        self.check = Check()
        self._text = Elided("", "body")
        self._due = Label("", "caption")
        self.setFixedHeight(ROW)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.check)
        if not ticks:
            self.check.hide()
        row.addWidget(self._text, 1)
        row.addWidget(self._due)
        self.check.clicked.connect(self._ticked)
        if ticks:
            keys = PromiseKeys(self, self.check)
            keys.changed.connect(lambda: self.changed.emit(self._promise))
            keys.removed.connect(lambda: self.removed.emit(self._promise))

    def fill(self, promise: PromiseRow, today: date) -> None:
        self._promise = promise
        self.check.setChecked(False)
        self._text.set_text(promise.promised, "provisional" if promise.provisional else "text")
        due = today_text(date.fromisoformat(promise.due_on), today)
        self._due.setText(due)
        self._due.set_tint(_TINTS.get(promise.due, "secondary"))
        self.check.setAccessibleName(t("Kept: {promise}, due {due}", promise=promise.promised, due=due))
        told = [t("Tick it when the promise is kept. F2 changes it, Del removes it.")] if self._ticks else []
        if promise.provisional:
            told.insert(0, words.edited())
        if promise.postponed:
            told.append(n("Moved {count} time", "Moved {count} times", promise.postponed))
        self.check.setToolTip("\n".join(told))
        self.setToolTip("\n".join(told))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The whole line ticks."""
        left = event.button() == Qt.MouseButton.LeftButton
        if self._ticks and left and self.rect().contains(event.position().toPoint()):
            self.check.click()

    def _ticked(self) -> None:
        if self._promise is not None and self.check.isChecked():
            self.kept.emit(self._promise)
