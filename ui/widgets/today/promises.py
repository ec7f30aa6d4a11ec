"""Promises that fall due: a box to tick when one is kept, and a way to move it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from channeldesk.queries.promises import PromiseRow
from channeldesk.rules.visits import Due
from ui.i18n import formats, n, t, today_text, two_names
from ui.widgets.button import QUIET, Button
from ui.widgets.check import Check
from ui.widgets.label import Elided
from ui.widgets.partners.promise_work import PromiseKeys

_WIDE = 300
"""Below this the partner's name gives way; it stands in the tooltip."""
_TONES = {Due.OVERDUE: "bad", Due.TODAY: "bad"}


class PromiseLine(QWidget):
    """``kept`` when the box is ticked, ``postponed`` with the new day (ISO), ``changed`` and ``removed``
    when it is to be.
    """

    kept = Signal(object)
    changed = Signal(object)
    removed = Signal(object)
    postponed = Signal(object, str)

    def __init__(self, promise: PromiseRow, today: str, writes: bool = True) -> None:
        super().__init__()
        self.promise, self._today = promise, today
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(28)
        name = two_names(promise.partner, promise.partner_local)[0]
        self.check = Check()
        self.check.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.check.setAccessibleName(t("Kept: {promise}", promise=promise.promised))
        self.check.setToolTip(t("Tick it when it is kept. F2 changes it, Del removes it."))
        self.check.clicked.connect(self._ticked)
        if writes:
            keys = PromiseKeys(self, self.check)
            keys.changed.connect(lambda: self.changed.emit(self.promise))
            keys.removed.connect(lambda: self.removed.emit(self.promise))
        text = Elided(promise.promised)
        self.whose = Elided(name, "caption")
        due = date.fromisoformat(promise.due_on)
        self.later = Button(today_text(due, date.fromisoformat(today)), kind=QUIET, caret=writes)
        self.later.set_tone(_TONES.get(promise.due, ""))
        self.later.setToolTip("\n".join((self._story(), t("Press to move it"))))
        self.later.setAccessibleName(
            t("Due {day}; move: {promise}", day=self.later.text(), promise=promise.promised)
        )
        self.later.clicked.connect(self._open_menu)
        if not writes:
            self.check.hide()
            self.later.setEnabled(False)
            self.later.setToolTip(self._story())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.check)
        row.addWidget(text, 5)
        row.addWidget(self.whose, 3)
        row.addWidget(self.later)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.whose.setVisible(self.width() > _WIDE)

    def _story(self) -> str:
        """The date in full, how often it was moved, and whether headquarters knows."""
        name = two_names(self.promise.partner, self.promise.partner_local)[0]
        told = [name, t("due {day}", day=formats().day(self.promise.due_on))]
        if self.promise.postponed:
            told.append(n("moved {count} time", "moved {count} times", self.promise.postponed))
        if self.promise.provisional:
            told.append(t("headquarters does not know the last change yet"))
        return "\n".join(told)

    def untick(self) -> None:
        self.check.setChecked(False)
        self.check.setEnabled(True)

    def _ticked(self) -> None:
        self.check.setEnabled(False)
        self.kept.emit(self.promise)

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for day in later_days(date.fromisoformat(self._today)):
            action = QAction(
                t(
                    "{relative}, {day}",
                    relative=today_text(day, date.fromisoformat(self._today)),
                    day=formats().day_brief(day),
                ),
                menu,
            )
            action.setData(day.isoformat())
            menu.addAction(action)
        menu.triggered.connect(self._picked)
        menu.popup(self.later.mapToGlobal(QPoint(0, self.later.height() + 4)))

    def _picked(self, action: QAction) -> None:
        self.postponed.emit(self.promise, action.data())


class PromiseList(QWidget):
    """Every promise due, the most pressing first."""

    kept = Signal(object)
    changed = Signal(object)
    removed = Signal(object)
    postponed = Signal(object, str)

    def __init__(self, writes: bool = True) -> None:
        """``writes``: whether the person may tick and move them."""
        super().__init__()
        self._writes = writes
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._lines: list[PromiseLine] = []
        self._given: tuple[object, ...] = ()

    def fill(self, promises: Sequence[PromiseRow], today: str) -> None:
        """Show these; of the same again only the ticks go that came to nothing."""
        given = (tuple(promises), today)
        if given == self._given:
            for line in self._lines:
                line.untick()
            return
        self._given = given
        focused = next((at for at, line in enumerate(self._lines) if line.check.hasFocus()), None)
        for line in self._lines:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = [PromiseLine(one, today, self._writes) for one in promises]
        for line in self._lines:
            line.kept.connect(self.kept)
            line.postponed.connect(self.postponed)
            line.changed.connect(self.changed)
            line.removed.connect(self.removed)
            self._column.addWidget(line)
        if focused is not None and self._lines:
            self._lines[min(focused, len(self._lines) - 1)].check.setFocus()


def later_days(today: date) -> list[date]:
    """Where a promise may be moved to: tomorrow, the end of the week, next week, in two weeks."""
    friday = today + timedelta(days=(4 - today.weekday()) % 7)
    monday = today + timedelta(days=7 - today.weekday())
    days = {today + timedelta(days=1), friday, monday, monday + timedelta(days=7)}
    return sorted(day for day in days if day > today)
