"""Net, tax and total of an order, the total marked while headquarters may change it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from channeldesk.model.notice import Rate
from ui import paint
from ui.i18n import formats, t
from ui.paint.marks import PROVISIONAL_WIDTH, provisional_line
from ui.paint.text import RIGHT
from ui.theme.fonts import REGULAR, STRONG

_LINE = 24


class Sums(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[str, str]] = []
        self._provisional = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_sums(
        self,
        net: int,
        tax: int,
        total: int,
        currency: str,
        reason: str,
        rates: Sequence[Rate] = (),
        promotions: Sequence[tuple[str, int]] = (),
    ) -> None:
        """``reason`` says why the total is provisional; one tax rate is named. ``promotions``: code and what
        each took off, which the net is without.
        """
        form = formats()
        taxed = t("Tax {rate}", rate=rates[0]) if len(rates) == 1 else t("Tax")
        off = sum(amount for _, amount in promotions)
        before = [
            (t("Before promotions"), form.money(net + off, currency)),
            *((code, form.money(-amount, currency)) for code, amount in promotions),
        ]
        self._rows = [
            *(before if promotions else ()),
            (t("Net"), form.money(net, currency)),
            (taxed, form.money(tax, currency)),
            (t("Total"), form.money(total, currency)),
        ]
        self._provisional = bool(reason)
        self.setToolTip(reason)
        self.setAccessibleName(f"{self._rows[-1][0]} {self._rows[-1][1]}")
        self.setAccessibleDescription(
            "; ".join([*(f"{text} {figure}" for text, figure in self._rows), reason])
        )
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, max(3, len(self._rows)) * _LINE)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            for at, (text, figure) in enumerate(self._rows):
                last = at == len(self._rows) - 1
                room = QRectF(8, at * _LINE, self.width() - 16, _LINE)
                weight = STRONG if last else REGULAR
                paint.text(painter, room, text, tint="text" if last else "secondary", weight=weight)
                taken = paint.text(painter, room, figure, align=RIGHT, figures=True, weight=weight)
                if last and self._provisional:
                    left = room.right() - taken
                    paint.provisional(painter, left - PROVISIONAL_WIDTH, room.center().y())
                    provisional_line(painter, left, room.right(), room.center().y() + 9)
