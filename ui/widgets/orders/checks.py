"""The checks beside an order: the same rules as at headquarters, each with what it found."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import icons, paint
from ui.i18n import t, tn
from ui.paint.text import RIGHT
from ui.theme import colour
from ui.theme.fonts import BODY, CAPTION, STRONG, font, metrics
from ui.viewmodels.order_entry import OrderEntry
from ui.widgets.orders import words

_LINE = 26
_ICONS = {
    "good": "check-circle",
    "warning": "warning",
    "bad": "x-circle",
    "open": "circle-dashed",
}


@dataclass(frozen=True)
class Check:
    """``tone`` good, warning (headquarters decides), bad (cannot be sent), open (not known here)."""

    tone: str
    text: str
    figure: str = ""


def checks_of(entry: OrderEntry) -> list[Check]:
    """Everything headquarters will look at, faults first."""
    judged = entry.quote
    lines = [one for one in entry.lines if one.quantity]
    found = [Check("bad", tn(one)) for one in judged.errors if one.code != "order.no_lines"]
    found += [Check("warning", tn(one)) for one in judged.warnings]
    codes = {one.code for one in (*judged.errors, *judged.warnings)}
    if lines:
        priced = sum(one.quoted.priced is not None for one in lines)
        if priced == len(lines):
            found.append(Check("good", t("Every line has a price"), f"{priced} / {len(lines)}"))
        floors = sum(one.quoted.price is not None and one.quoted.price.floor is not None for one in lines)
        if "order.price_below_floor" not in codes:
            figure = f"{floors} / {floors}" if floors else ""
            found.append(Check("good", t("No price below the floor"), figure))
        if judged.credit is not None and judged.credit.limit is not None and "credit.exceeded" not in codes:
            found.append(Check("good", t("Within the credit limit")))
    below = entry.below_suggestion()
    for one in below[:2]:
        name = words.two_names(one.offer.name, one.offer.name_local)[0] if one.offer else one.sku
        figure = f"{words.amount(one.quantity)} / {words.amount(one.suggestion or 0)}"
        found.append(Check("warning", t("{product}: less than suggested", product=name), figure))
    if len(below) > 2:
        found.append(Check("warning", t("{count} more below the suggestion", count=len(below) - 2)))
    found.append(Check("open", t("Stock at headquarters is not checked"), ""))
    return found


class Checks(QWidget):
    """Painted as one list; each text wraps to at most three lines."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Check] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_entry(self, entry: OrderEntry) -> None:
        self.found = checks_of(entry)
        self.setAccessibleName(t("Checks"))
        self.setAccessibleDescription("; ".join(f"{one.text} {one.figure}" for one in self.found))
        self.updateGeometry()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return 30 + sum(self._high(one, width) for one in self.found)

    def sizeHint(self) -> QSize:
        return QSize(240, self.heightForWidth(self.width() or 240))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.heightForWidth(self.width() or 240))

    def _room(self, one: Check, width: int) -> int:
        return width - 24 - (paint.width(one.figure, CAPTION) + 8 if one.figure else 0)

    def _high(self, one: Check, width: int) -> int:
        return max(_LINE, self._text_high(one, width) + 8)

    def _text_high(self, one: Check, width: int) -> int:
        flags = Qt.TextFlag.TextWordWrap.value
        return metrics(BODY).boundingRect(0, 0, self._room(one, width), 1000, flags, one.text).height()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            wide = self.width()
            room = QRectF(0, 0, wide, 28)
            taken = paint.text(painter, room, t("Checks"), weight=STRONG)
            note = t("as at headquarters")
            paint.text(painter, room.adjusted(taken + 8, 0, 0, 0), note, tint="secondary", size=CAPTION)
            y = 30.0
            for one in self.found:
                high = self._high(one, wide)
                self._paint_one(painter, QRectF(0, y, wide, high), one)
                y += high

    def _paint_one(self, painter: QPainter, box: QRectF, one: Check) -> None:
        tint = "provisional" if one.tone == "open" else one.tone
        icons.paint(painter, 0, box.top() + 5, _ICONS[one.tone], tint)
        figure = QRectF(box.left(), box.top(), box.width(), _LINE)
        paint.text(painter, figure, one.figure, tint="secondary", size=CAPTION, align=RIGHT, figures=True)
        painter.setFont(font(BODY))
        painter.setPen(colour(one.tone if one.tone in ("bad", "warning") else "text"))
        room = QRectF(24, box.top() + 4, self._room(one, int(box.width())), box.height() - 6)
        painter.drawText(room, Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignTop.value, one.text)
