"""What an order comes to: items, net, tax by rate, and the total that headquarters may still change."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from channeldesk.model.notice import Rate
from ui import paint
from ui.i18n import formats, n, t
from ui.paint.marks import PROVISIONAL_WIDTH, provisional_line
from ui.paint.text import RIGHT
from ui.theme import colour
from ui.theme.fonts import CAPTION, DISPLAY, STRONG
from ui.viewmodels.order_entry import OrderEntry

_LINE = 26


class Totals(QWidget):
    """Painted as one: rows of text and figure, then the total."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[str, str]] = []
        self._total, self._currency = "–", ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_entry(self, entry: OrderEntry) -> None:
        sums, form = entry.quote.totals, formats()
        lines = [one for one in entry.lines if one.quantity]
        self._currency = entry.currency
        off = sum(one.quoted.priced.discount for one in lines if one.quoted.priced is not None)
        counted = n("{count} line, net", "{count} lines, net", len(lines))
        before = [
            (counted, form.amount(sums.net + off, sums.currency)),
            (t("Promotions"), form.amount(-off, sums.currency)),
        ]
        self._rows = [
            *(before if off else ()),
            (t("Net") if off else counted, form.amount(sums.net, sums.currency)),
            *(
                (t("Tax {rate}", rate=Rate(one.rate)), form.amount(one.tax, sums.currency))
                for one in sums.taxes
            ),
        ]
        self._total = form.money(sums.total, sums.currency)
        rule = t("Computed here by the same rules as at headquarters, which confirms or rejects.")
        words = (t("Headquarters confirms the total"), *(text for text, _ in self._rows), rule)
        self.setToolTip("\n".join(words))
        self.setAccessibleName(t("Total {amount}", amount=self._total))
        self.setAccessibleDescription("; ".join(f"{text} {figure}" for text, figure in self._rows))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, 28 + len(self._rows) * _LINE + 72)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            wide, y = self.width(), 0.0
            room = QRectF(0, y, wide, 28)
            taken = paint.text(painter, room, t("Total"), weight=STRONG)
            paint.text(
                painter, room.adjusted(taken + 8, 0, 0, 0), self._currency, tint="secondary", size=CAPTION
            )
            y += 28
            for text, figure in self._rows:
                room = QRectF(0, y, wide, _LINE)
                paint.text(painter, room, text, tint="secondary")
                paint.text(painter, room, figure, align=RIGHT, figures=True)
                y += _LINE
            painter.fillRect(QRectF(0, y + 5, wide, 1), colour("separator"))
            room = QRectF(0, y + 12, wide, 32)
            paint.text(painter, room, t("To pay"), weight=STRONG)
            taken = paint.text(
                painter, room, self._total, size=DISPLAY, weight=STRONG, align=RIGHT, figures=True
            )
            left = wide - taken
            paint.provisional(painter, left - PROVISIONAL_WIDTH - 4, room.center().y())
            provisional_line(painter, left, wide, room.bottom() - 1)
            paint.text(
                painter,
                QRectF(0, room.bottom() + 4, wide, 20),
                t("Headquarters confirms the total"),
                tint="secondary",
                size=CAPTION,
                align=RIGHT,
            )
