"""The lines of an order with a quantity to type for each: what leaves, or goes into another order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from channeldesk.model.notice import Problem, Quantity
from channeldesk.queries.orders import OrderLine
from ui.i18n import formats, t
from ui.theme.tokens import ROW
from ui.widgets.label import Elided, Label
from ui.widgets.orders import words
from ui.widgets.scroll import scrolling

_SHOWN = 8
"""Lines without scrolling."""
_EDITOR = 96


class LineQuantities(QWidget):
    """``most``: how many of a line there may be; with ``filled`` they stand there from the start."""

    changed = Signal()

    def __init__(
        self, lines: Sequence[OrderLine], most: Callable[[OrderLine], int], spoken: str, *, filled: bool
    ) -> None:
        """``spoken``: the name of an editor to those who hear it; {product} is filled in."""
        super().__init__()
        self._lines, self._most = lines, most
        self.editors = [QLineEdit(formats().quantity(most(line)) if filled else "") for line in lines]
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        for at, (line, editor) in enumerate(zip(lines, self.editors, strict=True)):
            name = words.two_names(line.name, line.name_local)[0]
            editor.setFixedWidth(_EDITOR)
            editor.setAccessibleName(spoken.replace("{product}", name))
            editor.textChanged.connect(self.changed)
            grid.addWidget(Elided(name), at, 0)
            grid.addWidget(editor, at, 1)
            grid.addWidget(Label(t("of {quantity}", quantity=words.amount(most(line), line.unit))), at, 2)
        grid.setRowStretch(len(lines), 1)
        area = scrolling(body)
        area.setMinimumHeight((ROW + 6) * min(max(1, len(lines)), _SHOWN))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area, 1)

    def read(self) -> list[tuple[OrderLine, int]]:
        """Lines with more than nothing. Raises Problem for what is no quantity, or too much."""
        found = []
        for line, editor in zip(self._lines, self.editors, strict=True):
            text = editor.text().strip()
            quantity = formats().read_quantity(text) if text else 0
            left = self._most(line)
            if quantity < 0:
                raise Problem.of("shipment.no_quantity")
            if quantity > left:
                raise Problem.of("shipment.too_many", quantity=Quantity(quantity), left=Quantity(left))
            if quantity:
                found.append((line, quantity))
        return found

    def fill(self, quantities: Mapping[bytes, int]) -> None:
        """By line, how many; none of the others."""
        for line, editor in zip(self._lines, self.editors, strict=True):
            quantity = quantities.get(line.id, 0)
            editor.setText(formats().quantity(quantity) if quantity else "")

    def focus(self) -> None:
        if self.editors:
            self.editors[0].setFocus()
            self.editors[0].selectAll()
