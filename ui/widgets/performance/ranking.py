"""The ranking: the parts of what is shown, one level below; a click on a name goes down, on an amount to its
order lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.queries.drill import Level
from ui.i18n import formats, language, t
from ui.models.columns import Column
from ui.models.table import TableModel
from ui.tasks import Tasks
from ui.theme.tokens import ROW
from ui.viewmodels.performance import Answer, Part, ordered
from ui.widgets.choice import Choice
from ui.widgets.face import Face
from ui.widgets.label import Elided, Label
from ui.widgets.performance import words
from ui.widgets.performance.columns import LINK_COLUMNS, columns, written
from ui.widgets.rows_out import RowsOut
from ui.widgets.table_tools import TableTools
from ui.widgets.table_view import TableView

_LEAST_ROWS = 9


class RankingTable(TableView):
    """Names and amounts are links: one click opens; the second click of a double click opens nothing more."""

    link = Signal(QModelIndex)

    def __init__(self, shown: Sequence[Column], name: str) -> None:
        super().__init__(shown, name, filters=False)
        self.setMouseTracking(True)
        self._pressed = QPersistentModelIndex()

    def is_link(self, index: QModelIndex) -> bool:
        return index.isValid() and self.columns[index.column()].id in LINK_COLUMNS

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        left = event.button() == Qt.MouseButton.LeftButton
        self._pressed = QPersistentModelIndex(index if left and self.is_link(index) else QModelIndex())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if self._pressed.isValid() and index == self._pressed:
            self._pressed = QPersistentModelIndex()
            self.link.emit(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.is_link(self.indexAt(event.position().toPoint())):
            return
        super().mouseDoubleClickEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        over = self.is_link(self.indexAt(event.position().toPoint()))
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)


class Ranking(RowsOut):
    """``opened`` and ``lines_wanted`` carry a part, ``level_chosen`` the cut the person asks for."""

    opened = Signal(object)
    lines_wanted = Signal(object)
    level_chosen = Signal(object)

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(tasks, parent)
        self._answer: Answer | None = None
        self._titles = _Titles(columns(self._shown))
        self.view = RankingTable(self._titles.columns, t("Ranking"))
        self.model = _Model(self._titles, parent=self.view)
        self.view.setModel(self.model)
        self.face = Face(self.view)
        self.face.hide()
        self._title, self._note = Label(t("Ranking"), "section"), Elided("", "caption")
        self.level = Choice("")
        self.tools = TableTools(self.view)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addWidget(self._note, 1)
        head.addWidget(self.level)
        head.addWidget(self.tools)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        self.view.setMinimumHeight(_LEAST_ROWS * ROW)
        self.setFocusProxy(self.view)
        self.level.chosen.connect(self.level_chosen)
        self.view.link.connect(self._linked)
        self.view.opened.connect(self._opened)
        self.view.header.sorted.connect(self._sorted)
        self.view.copy_wanted.connect(self.copy)
        self.tools.copy_wanted.connect(self.copy)
        self.tools.export_wanted.connect(self.export)

    def show_answer(self, answer: Answer) -> None:
        before = self._answer
        if answer == before:
            return
        same = before is not None and (before.scope, before.level) == (answer.scope, answer.level)
        place = self.view.currentIndex()
        self._answer = answer
        self._titles.level = answer.level
        if not same:
            self.view.header.set_sort("", False)
            self._hide_columns(answer)
        self.level.set_options([(one, t(words.LEVELS[one])) for one in answer.levels], answer.level)
        self.level.setVisible(len(answer.levels) > 1)
        self._note.set_text(self._note_text(answer))
        self._fill()
        if answer.parts:
            at = place.row() if same and 0 <= place.row() < len(answer.parts) else 0
            self.view.setCurrentIndex(self.model.index(at, max(1, place.column() if same else 1)))
            self.face.hide()
        else:
            self.face.empty(
                t("Nothing sold here in this period"),
                t("Choose another period or channel, or go up one level."),
                "",
                "chart-bar",
            )
            self._place_face()
            self.face.show()

    def current(self) -> Part | None:
        index = self.view.currentIndex()
        return self.model.row(index.row()) if index.isValid() else None

    def sort_by(self, column: str) -> None:
        """Largest first."""
        self.view.header.set_sort(column, True)
        self._fill()

    def _shown(self) -> Answer | None:
        return self._answer

    def _fill(self) -> None:
        if self._answer is not None:
            header = self.view.header
            parts = self._answer.parts
            self.model.set_rows(ordered(parts, header.sort_id, header.descending, language()))

    def _sorted(self, *_sort: object) -> None:
        self._fill()

    def _hide_columns(self, answer: Answer) -> None:
        parts, compare = answer.parts, answer.view.compare
        hidden: set[str] = set()
        hidden |= {"share"} if answer.level == "partner" else {"channel", "overdue"}
        if not any(one.target is not None for one in parts) or compare in ("last_year", "none"):
            hidden.add("attainment")
        if compare in ("target", "none"):
            hidden.add("growth")
        self.tools.show_ids([one.id for one in self._titles.columns if one.id not in hidden])

    def _note_text(self, answer: Answer) -> str:
        facts = [words.how_many(answer.level, len(answer.parts))]
        if answer.view.compare not in ("target", "none") and (months := words.compared(answer)):
            facts.append(t("growth: {months}", months=months))
        if answer.sales.running and any(one.target is not None for one in answer.parts):
            pace = formats().percent(answer.pace / 10_000)
            facts.append(t("mark: pace {pace}", pace=pace))
        return words.BETWEEN.join(facts)

    def _linked(self, index: QModelIndex) -> None:
        part = self.model.row(index.row())
        if part is not None:
            amount = self.view.columns[index.column()].id == "net"
            (self.lines_wanted if amount else self.opened).emit(part)

    def _opened(self, index: QModelIndex) -> None:
        part = self.model.row(index.row())
        if part is not None:
            self.opened.emit(part)

    def _place_face(self) -> None:
        self.face.setGeometry(self.view.viewport().geometry())

    def resizeEvent(self, event: object) -> None:
        self._place_face()

    def written_columns(self) -> Sequence[Column]:
        visible = set(self.tools.visible_ids())
        return written([self._titles.titled(one) for one in self._titles.columns if one.id in visible])


class _Titles:
    """The columns, and what the first one is called at the level shown."""

    def __init__(self, shown: list[Column]) -> None:
        self.columns = tuple(shown)
        self.level: Level = "partner"

    def titled(self, column: Column) -> Column:
        return replace(column, title=t(words.ONE_OF[self.level])) if column.id == "name" else column


class _Model(TableModel):
    def __init__(self, titles: _Titles, parent: QWidget) -> None:
        super().__init__(titles.columns, parent=parent)
        self._titles = titles

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            return self._titles.titled(self.columns[section]).title
        return super().headerData(section, orientation, role)
