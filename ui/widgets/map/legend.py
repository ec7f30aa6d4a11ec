"""The legend of the map: each class, its colour, how many there are; pressing one hides or shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from ui import paint
from ui.i18n import formats, t
from ui.theme.fonts import CAPTION
from ui.widgets.flow import Flow
from ui.widgets.map.points import paint_point

_SAMPLE = 14


@dataclass(frozen=True, slots=True)
class ClassEntry:
    """``tint`` as in :class:`ui.widgets.map.shapes.Mark`."""

    tint: str
    text: str
    count: int


class MapLegend(QWidget):
    """``changed`` carries the tints that are hidden."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._row = Flow(self, 10)
        self.items: list[LegendClass] = []

    def fill(self, entries: Sequence[ClassEntry]) -> None:
        """Other classes, all of them shown."""
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.items = []
        for one in entries:
            made = LegendClass(one)
            made.toggled.connect(self._toggled)
            self._row.addWidget(made)
            self.items.append(made)
        self.updateGeometry()

    def _toggled(self, _on: bool) -> None:
        self.changed.emit(frozenset(one.entry.tint for one in self.items if not one.isChecked()))


class LegendClass(QAbstractButton):
    def __init__(self, entry: ClassEntry) -> None:
        super().__init__()
        self.entry = entry
        self._count = formats().integer(entry.count)
        self.setCheckable(True)
        self.setChecked(True)
        self.setText(entry.text)
        self.setAccessibleName(t("Show {series}", series=f"{entry.text} ({self._count})"))
        self.setToolTip(t("Press to hide or show"))

    def sizeHint(self) -> QSize:
        words = paint.width(self.text(), CAPTION) + 6 + paint.width(self._count, CAPTION, figures=True)
        return QSize(_SAMPLE + 6 + words + 4, 20)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setOpacity(1.0 if self.isChecked() else 0.4)
            paint_point(painter, QPointF(_SAMPLE / 2, self.height() / 2), 5, self.entry.tint)
            room = QRectF(_SAMPLE + 6, 0, self.width() - _SAMPLE - 6, self.height())
            taken = paint.text(painter, room, self.text(), tint="secondary", size=CAPTION)
            room = room.adjusted(taken + 6, 0, 0, 0)
            paint.text(painter, room, self._count, tint="tertiary", size=CAPTION, figures=True)
