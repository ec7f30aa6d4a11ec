"""Under the rows of a table: what each column comes to, over the ticked rows or over all that are shown.

The cells are children that follow their column, as the filters over it do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from channeldesk.queries.column_figures import AVERAGE, COUNT, LEAST, MOST, SUM, Measures
from ui import paint
from ui.i18n import formats, n, t
from ui.models import figures
from ui.models.columns import MISSING, Column
from ui.paint.marks import PROVISIONAL_WIDTH
from ui.paint.text import RIGHT
from ui.theme import colour
from ui.theme.fonts import BODY, CAPTION, MEDIUM
from ui.theme.tokens import ROW
from ui.widgets.table_view import TableView

_PAD, _GAP = 8, 4
_SIGNS = {
    SUM: figures.SUM_SIGN,
    AVERAGE: "Ø",
    LEAST: "↓",
    MOST: "↑",
    COUNT: "#",
}
"""The same on every column and every list; the word stands in the tooltip and is read aloud."""


class FigureCell(QAbstractButton):
    """One column's figure; pressed, it offers the others."""

    chosen = Signal(str, str)
    """(column id, what to show)."""

    def __init__(self, column: Column, row: FigureRow) -> None:
        super().__init__(row)
        self.column = column
        self.choice = figures.usual(column)
        self._row = row
        self._found: Measures | None = None
        self._over = self._sure = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownFocus", True)
        self.clicked.connect(self.open_menu)
        self.show_figures(None, "")

    def choose(self, choice: str) -> None:
        """Another figure is not known before it was asked for."""
        if choice != self.choice:
            self.choice = choice
            self.show_figures(None, self._over)

    def show_figures(self, found: Measures | None, over: str) -> None:
        """``found`` None: not known yet; ``over`` says of which rows."""
        self._over = over
        self._found = found
        known = found is not None and self.column.known()
        unsure = sum(one.unsure for one in found.values()) if known and found else 0
        self._sure = n(
            "Headquarters may still change {count} of these values.",
            "Headquarters may still change {count} of these values.",
            unsure,
        ) if unsure else ""  # fmt: skip
        self.setText(self._short() if known else MISSING if self.choice else "")
        lines = figures.told(self.choice, self.column, found) if known and found and self.choice else []
        apart = t("What differs in its currency or unit is not added.") if len(lines) > 1 else ""
        name = figures.name(self.choice, self.column)
        head = t("{figure} of {column}", figure=name, column=self.column.title)
        self.setAccessibleName(": ".join(filter(None, (head, formats().listing(lines) or self.text()))))
        self.setAccessibleDescription(" ".join(filter(None, (over, apart, self._sure))))
        waits = "" if self.column.known() else t("Still arriving")
        self.setToolTip("\n".join(filter(None, (head, over, waits, *lines, apart, self._sure))))
        self.update()

    def _short(self) -> str:
        """The figure, or in how many currencies or units there is one."""
        if not self.choice or self._found is None:
            return ""
        if not self._found:
            return MISSING
        if len(self._found) > 1:
            if self.choice == COUNT:
                return formats().integer(sum(one.count for one in self._found.values()))
            if self.column.currency:
                return n("{count} currency", "{count} currencies", len(self._found))
            return n("{count} unit", "{count} units", len(self._found))
        ((measure, found),) = self._found.items()
        return figures.written(self.choice, self.column, measure, found)

    def _fitting(self, room: float) -> tuple[str, int]:
        """A figure that has no room beside its sign is smaller, then alone, then only dots: cut off it would
        be another figure.
        """
        for size, taken in ((BODY, self._sign_room), (CAPTION, self._sign_room), (CAPTION, 0)):
            if paint.width(self.text(), size, MEDIUM, figures=True) <= room - taken:
                return self.text(), size
        return "…", BODY

    @property
    def _sign_room(self) -> int:
        return paint.width(_SIGNS.get(self.choice, ""), CAPTION) + _GAP

    def open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        for choice in (*figures.choices(self.column), figures.NOTHING):
            action = QAction(figures.name(choice, self.column), group)
            action.setCheckable(True)
            action.setChecked(choice == self.choice)
            action.setData(choice)
            menu.addAction(action)
        group.triggered.connect(self._picked)
        if self._found and self.choice:
            menu.addSeparator()
            for line in figures.told(self.choice, self.column, self._found):
                menu.addAction(line.replace("&", "&&"), self.copy)
            menu.addAction(t("Copy"), self.copy)
        menu.popup(self.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    def _picked(self, action: QAction) -> None:
        self.chosen.emit(self.column.id, action.data())

    def copy(self) -> None:
        if self._found and self.choice:
            QGuiApplication.clipboard().setText(figures.plain(self.choice, self.column, self._found))

    def contextMenuEvent(self, event: object) -> None:
        self.open_menu()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._row.step(self, 1 if key == Qt.Key.Key_Right else -1)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Escape):
            self._row.view.setFocus(Qt.FocusReason.OtherFocusReason)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down, Qt.Key.Key_Menu):
            self.open_menu()
        elif key == Qt.Key.Key_C and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.copy()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            box = QRectF(self.rect())
            if self.underMouse() or self.hasFocus():
                painter.fillRect(box.adjusted(0, 1, 0, 0), colour("hover"))
            room = box.adjusted(_PAD, 1, -_PAD, 0)
            tint = "provisional" if self._sure else "text" if self._found else "tertiary"
            told, size = self._fitting(room.width())
            taken = paint.text(
                painter, room, told, tint=tint, size=size, weight=MEDIUM, align=RIGHT, figures=True
            )
            left = room.width() - taken - self._sign_room
            if left >= 0:
                paint.text(painter, room, _SIGNS.get(self.choice, ""), tint="tertiary", size=CAPTION)
            if self._sure and left >= PROVISIONAL_WIDTH:
                paint.provisional(painter, room.right() - taken - PROVISIONAL_WIDTH, room.center().y())
            if self.hasFocus():
                painter.setPen(QPen(colour("accent"), 2))
                painter.drawRect(box.adjusted(1, 2, -1, -1))


class FigureRow(QWidget):
    """``changed`` when another figure was chosen, or a column with one came into sight."""

    changed = Signal()

    def __init__(self, view: TableView, things: Callable[[int], str]) -> None:
        super().__init__()
        self.view = view
        self._things = things
        self.setFixedHeight(ROW + 2)
        self.cells = {one.id: FigureCell(one, self) for one in view.columns if figures.choices(one)}
        self._over = ""
        self._asked: dict[str, str] = {}
        header = view.header
        for cell in self.cells.values():
            cell.chosen.connect(self._chosen)
        for moved in (header.sectionResized, header.sectionMoved, header.geometriesChanged):
            moved.connect(self._place)
        header.sectionCountChanged.connect(self._place)
        view.horizontalScrollBar().valueChanged.connect(self._place)
        view.figures_wanted.connect(self._take_focus)
        if not self.cells:
            self.hide()

    def wanted(self) -> dict[str, str]:
        """What is to be shown of the columns that are not hidden."""
        return {one.column.id: one.choice for one in self._in_sight() if one.choice}

    def ask(self) -> dict[str, str]:
        """The same, from now on on its way."""
        self._asked = self.wanted()
        return self._asked

    def show_over(self, ticked: int, every: int) -> None:
        """Over which rows the figures go."""
        of_ticked = t("Ticked: {things}", things=self._things(ticked))
        self._over = of_ticked if ticked > 1 else self._things(every)
        self.update()

    def show_figures(self, found: Mapping[str, Measures]) -> None:
        for name, cell in self.cells.items():
            cell.show_figures(found.get(name), self._over)

    def choices(self) -> dict[str, str]:
        return {name: cell.choice for name, cell in self.cells.items()}

    def choose(self, choices: Mapping[str, str]) -> None:
        for name, cell in self.cells.items():
            wanted = choices.get(name, figures.usual(cell.column))
            if wanted == figures.NOTHING or wanted in figures.choices(cell.column):
                cell.choose(wanted)

    def _chosen(self, name: str, choice: str) -> None:
        self.cells[name].choose(choice)
        self.changed.emit()

    def step(self, cell: FigureCell, way: int) -> None:
        shown = self._in_sight()
        at = shown.index(cell) + way
        if 0 <= at < len(shown):
            self._focus(shown[at])

    def _take_focus(self) -> None:
        """To the figure of the current column, or the first."""
        here = self.view.columns[max(0, self.view.currentIndex().column())].id
        shown = self._in_sight()
        cell = next((one for one in shown if one.column.id == here), shown[0] if shown else None)
        if cell is not None:
            self._focus(cell)

    def _focus(self, cell: FigureCell) -> None:
        at = self._at(cell)
        model = self.view.model()
        if model.rowCount():
            self.view.scrollTo(model.index(max(0, self.view.currentIndex().row()), at))
        cell.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _at(self, cell: FigureCell) -> int:
        return next(at for at, one in enumerate(self.view.columns) if one.id == cell.column.id)

    def _in_sight(self) -> list[FigureCell]:
        """Those of columns that are not hidden, from left to right."""
        header = self.view.header
        shown = [(header.visualIndex(self._at(one)), one) for one in self.cells.values()]
        return [one for _, one in sorted(shown, key=_place_of) if not header.isSectionHidden(self._at(one))]

    def _place(self) -> None:
        """A column that is only half in sight has no figure: cut off it would say another number."""
        header, shown = self.view.header, self._in_sight()
        left = self.view.viewport().x()
        for cell in self.cells.values():
            at = self._at(cell)
            x, wide = left + header.sectionViewportPosition(at), header.sectionSize(at)
            cell.setGeometry(x, 0, wide, self.height())
            cell.setVisible(cell in shown and x >= 0 and x + wide <= self.width())
        self.setVisible(bool(shown))
        self.update()
        if self.wanted().items() - self._asked.items():
            self.changed.emit()

    def resizeEvent(self, event: object) -> None:
        self._place()

    def sizeHint(self) -> QSize:
        return QSize(0, ROW + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(QRectF(0, 0, self.width(), 1), colour("border"))
            rights = [one.x() for one in self.cells.values() if not one.isHidden()]
            room = QRectF(_PAD, 1, min(rights, default=self.width()) - 2 * _PAD, self.height() - 1)
            if paint.width(self._over, CAPTION) <= room.width():
                paint.text(painter, room, self._over, tint="secondary", size=CAPTION)


def _place_of(placed: tuple[int, FigureCell]) -> int:
    return placed[0]
