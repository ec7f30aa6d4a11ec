"""The map with its tools: what colours the points, nearer and further, table, copy, export, legend. What
pages use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.charts.framed import Framed
from ui.i18n import t
from ui.models.columns import Column, Row
from ui.tasks import Tasks
from ui.theme import theme
from ui.widgets.button import IconButton
from ui.widgets.choice import Choice
from ui.widgets.map import outlines
from ui.widgets.map.legend import ClassEntry, MapLegend
from ui.widgets.map.shapes import Mark
from ui.widgets.map.view import MapView


@dataclass(frozen=True)
class MapData:
    """One map, free of pixels: the points, the table, copy and export all read it. ``colours`` are the
    figures to choose from as (key, name), ``colour`` the one that is shown.
    """

    title: str
    unit: str
    colours: Sequence[tuple[object, str]]
    colour: object
    marks: Sequence[Mark]
    classes: Sequence[ClassEntry]
    columns: Sequence[Column]
    rows: Sequence[Row]
    note: str = ""


class MapFrame(Framed):
    """``chosen`` and ``opened`` carry the key of a point, ``coloured`` the key of another figure."""

    chosen = Signal(object)
    opened = Signal(object)
    coloured = Signal(object)

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(tasks, MapLegend(), parent)
        self.data: MapData | None = None
        self._asked = False
        self.view = MapView()
        self.choice = Choice(t("Colour"))
        self._nearer = IconButton("plus", t("Nearer"), keys="+")
        self._further = IconButton("minus", t("Further away"), keys="-")
        self._all = IconButton("arrows-out", t("Show all"), keys="0")
        self._title.hide()
        self._tools.insertWidget(0, self.choice)
        for at, button in enumerate((self._nearer, self._further, self._all), 3):
            self._tools.insertWidget(at, button)
        self._stack.addWidget(self.view)
        self._nearer.clicked.connect(self.view.nearer)
        self._further.clicked.connect(self.view.further)
        self._all.clicked.connect(self.view.fit)
        self.view.chosen.connect(self.chosen)
        self.view.opened.connect(self.opened)
        self.choice.chosen.connect(self.coloured)
        self.legend.changed.connect(self.view.hide_tints)
        theme.changed.connect(self.view.update)
        self._tools_on(False)
        order = (
            *(self.choice, self._nearer, self._further, self._all),
            *(self._table_button, self._copy_button, self._export_button, self.view),
        )
        for one, other in pairwise(order):
            self.setTabOrder(one, other)
        self.setFocusProxy(self.view)

    def _tools_on(self, on: bool) -> None:
        super()._tools_on(on)
        self._note.setVisible(on)
        if hasattr(self, "_nearer"):
            for one in (self._nearer, self._further, self._all, self.choice):
                one.setVisible(on)

    def show_map(self, data: MapData) -> None:
        """Draw it; without any point the face says so, and the table has them all the same."""
        self.data = data
        self.plot = self.view
        self._title.setText(data.title)
        self.choice.set_options(data.colours, data.colour)
        source = t("Coasts, lakes and rivers: Natural Earth. No borders are drawn.")
        self._note.setText(" ".join(filter(None, (data.note, source))))
        self._note.show()
        self.legend.fill(data.classes)
        self.view.hide_tints(frozenset())
        self.view.setAccessibleName(data.title)
        self.view.show_marks(data.marks)
        self._tools_on(True)
        self._show_table(self._table_button.isChecked())
        if not self._asked:
            self._asked = True
            self._tasks.run(self, "outlines", outlines.read, then=self._outlines_came)

    def _outlines_came(self, levels: Sequence[outlines.Level]) -> None:
        self.view.show_levels(levels)

    def _show_table(self, on: bool) -> None:
        super()._show_table(on)
        for one in (self._nearer, self._further, self._all):
            one.setEnabled(not on)

    @property
    def ready(self) -> bool:
        return self.data is not None

    def table_content(self) -> tuple[Sequence[Column], Sequence[Row]]:
        assert self.data is not None
        return self.data.columns, self.data.rows

    def unit_text(self, table: bool) -> str:
        return self.data.unit if self.data is not None else ""

    def copied_text(self) -> str:
        return t("Copied the map")
