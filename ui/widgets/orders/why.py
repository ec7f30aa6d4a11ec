"""The line below the grid: why a quantity is suggested, or where a price comes from, step by step."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from channeldesk.rules.explain import Step
from ui import paint
from ui.i18n import formats, t, tn
from ui.theme import colour
from ui.theme.fonts import BODY, CAPTION, REGULAR, STRONG
from ui.viewmodels.order_entry import EntryLine
from ui.widgets.orders import words
from ui.widgets.steps import value_text

_SIGNS = {"+": "+ ", "-": "− ", "*": "× ", "=": "= ", "": ""}
_LINE = 22
Piece = tuple[str, str, QFont.Weight, int]


class Why(QWidget):
    """``show_line`` follows the cursor; ``prices`` turns from suggestion to price and back."""

    def __init__(self) -> None:
        super().__init__()
        self.prices = False
        self._line: EntryLine | None = None
        self._title = ""
        self._steps: Sequence[Step] = ()
        self._more: list[tuple[str, str]] = []
        """Text and its tint, behind the steps."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_line(self, line: EntryLine | None) -> None:
        self._line = line
        self._title, self._steps, self._more = self._content(line)
        self.setAccessibleName(self._title)
        steps = [f"{_SIGNS[one.sign]}{tn(one.label)} {value_text(one.value)}" for one in self._steps]
        more = [text for text, _ in self._more]
        self.setAccessibleDescription("; ".join([*steps, *more]))
        self.setToolTip("\n".join([*steps, *more]))
        self.update()

    def toggle(self) -> None:
        """From the suggestion to the price, and back."""
        self.prices = not self.prices
        self.show_line(self._line)

    def _content(self, line: EntryLine | None) -> tuple[str, Sequence[Step], list[tuple[str, str]]]:
        if line is None or line.offer is None:
            return "", (), []
        name = words.two_names(line.offer.name, line.offer.name_local)[0]
        if self.prices:
            priced = line.quoted.priced
            title = t("{product}: where the price comes from", product=name)
            problem = [(tn(line.quoted.problem), "bad")] if line.quoted.problem is not None else []
            return title, priced.steps if priced is not None else (), problem
        if line.suggested is None:
            return t("{product}: nothing is known about its sales here", product=name), (), []
        suggestion = line.suggested.suggestion
        more = [(tn(one), "warning") for one in suggestion.cautions]
        if line.offer.stock_as_of is not None:
            day = formats().day_short(formats().local(line.offer.stock_as_of).date())
            more.insert(0, (t("counted {day}", day=day), "tertiary"))
        if not suggestion.quantity:
            return t("{product}: nothing needed now", product=name), suggestion.steps, more
        shown = words.amount(suggestion.quantity, line.offer.unit)
        title = t("{product}: why {quantity} are suggested", product=name, quantity=shown)
        return title, suggestion.steps, more

    def sizeHint(self) -> QSize:
        return QSize(300, 3 * _LINE + 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            wide = float(self.width())
            painter.fillRect(QRectF(0, 0, wide, 1), colour("separator"))
            paint.text(painter, QRectF(0, 8, wide, _LINE), self._title, weight=STRONG)
            x, y = 0.0, 8.0 + _LINE
            for step in self._steps:
                pieces = _pieces(step)
                need = sum(paint.width(text, size, weight) + 6 for text, _, weight, size in pieces)
                if x and x + need > wide:
                    if y > 8 + _LINE:
                        break
                    x, y = 0.0, y + _LINE
                for text, tint, weight, size in pieces:
                    room = QRectF(x, y, wide - x, _LINE)
                    x += paint.text(painter, room, text, tint=tint, weight=weight, size=size) + 6
                x += 12
            for text, tint in self._more:
                if x and x + paint.width(text, CAPTION) > wide:
                    x, y = 0.0, y + _LINE
                room = QRectF(x, y, wide - x, _LINE)
                x += paint.text(painter, room, text, tint=tint, size=CAPTION) + 12


def _pieces(step: Step) -> list[Piece]:
    result = step.sign == "="
    return [
        (_SIGNS[step.sign] + tn(step.label), "secondary", REGULAR, CAPTION),
        (value_text(step.value), "accent" if result else "text", STRONG, BODY),
    ]
