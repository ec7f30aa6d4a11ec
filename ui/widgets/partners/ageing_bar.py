"""What a partner owes by age: one bar in bands, each with its amount."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from channeldesk.queries.receivables import Owed
from channeldesk.rules.ageing import LAST_DAYS, Ageing
from ui import paint
from ui.i18n import formats, t
from ui.paint.text import RIGHT
from ui.theme import colour
from ui.theme.fonts import CAPTION, STRONG

_HIGH, _BAR, _GAP = 78, 12, 2


class AgeingBar(QWidget):
    """Painted as one; its words are in the accessible description. Other currencies stand in its tip."""

    def __init__(self) -> None:
        super().__init__()
        self._owed: Owed | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(t("What is owed, by age"))

    def show_owed(self, owed: Owed) -> None:
        self._owed = owed
        words = [f"{_total(one)}: " + "; ".join(f"{a} {b}" for _, a, b in _bands(one)) for one in owed.ageing]
        self.setAccessibleDescription("\n".join(words) or self._nothing())
        self.setToolTip("\n".join(words))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, _HIGH)

    def _nothing(self) -> str:
        if self._owed is None or self._owed.as_of is None:
            return t("Receivables are still arriving.")
        return t("Nothing is open.")

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            title = QRectF(0, 0, self.width(), 26)
            taken = paint.text(painter, title, t("Owed"), weight=STRONG)
            if self._owed is None or not self._owed.ageing:
                rest = title.adjusted(taken + 8, 0, 0, 0)
                paint.text(painter, rest, self._nothing(), tint="secondary", size=CAPTION)
                return
            first, *others = self._owed.ageing
            paint.text(painter, title, _total(first), weight=STRONG, align=RIGHT, figures=True)
            if others:
                also = t("and {amounts}", amounts=", ".join(_total(one) for one in others))
                paint.text(
                    painter, title.adjusted(taken + 8, 0, -160, 0), also, tint="secondary", size=CAPTION
                )
            self._paint_bar(painter, QRectF(0, 30, self.width(), _BAR), first)
            self._paint_words(painter, QRectF(0, 48, self.width(), 22), first)

    @staticmethod
    def _paint_bar(painter: QPainter, box: QRectF, one: Ageing) -> None:
        whole, x = sum(one.bands), box.left()
        painter.fillRect(box, colour("hover"))
        for at, amount in enumerate(one.bands):
            wide = box.width() * amount / whole if whole else 0.0
            if wide:
                painter.fillRect(QRectF(x, box.top(), max(1.0, wide - _GAP), box.height()), _tint(at))
            x += wide

    @staticmethod
    def _paint_words(painter: QPainter, room: QRectF, one: Ageing) -> None:
        x = room.left()
        for tint, text, figure in _bands(one):
            taken = 16 + paint.width(text, CAPTION) + 6 + paint.width(figure, CAPTION, figures=True)
            if x + taken > room.right():
                return  # all of it is in the tip
            painter.fillRect(QRectF(x, room.center().y() - 5, 10, 10), tint)
            here = QRectF(x + 16, room.top(), taken, room.height())
            here.setLeft(here.left() + paint.text(painter, here, text, tint="secondary", size=CAPTION) + 6)
            paint.text(painter, here, figure, size=CAPTION, figures=True)
            x += taken + 24


def _bands(one: Ageing) -> Iterator[tuple[QColor, str, str]]:
    """Colour, name and amount of each band that holds something."""
    names = [
        t("Not due"),
        *(_days(at) for at in range(1, len(LAST_DAYS))),
        t("Over {days} d", days=LAST_DAYS[-1]),
    ]
    for at, (name, amount) in enumerate(zip(names, one.bands, strict=True)):
        if amount:
            yield _tint(at), name, formats().money(amount, one.currency, whole=True)
    if one.credits:
        yield colour("outline"), t("Credit notes"), formats().money(one.credits, one.currency, whole=True)


def _days(at: int) -> str:
    return t("{first} to {last} d", first=LAST_DAYS[at - 1] + 1, last=LAST_DAYS[at])


def _tint(at: int) -> QColor:
    """Grey where nothing is late, then from the warning's colour to the bad one's."""
    if at == 0:
        return colour("neutral")
    share = (at - 1) / (len(LAST_DAYS) - 1)
    low, high = colour("warning_graphic"), colour("bad_graphic")
    red, green, blue = (
        round(a + (b - a) * share)
        for a, b in ((low.red(), high.red()), (low.green(), high.green()), (low.blue(), high.blue()))
    )
    return QColor(red, green, blue)


def _total(one: Ageing) -> str:
    return formats().money(one.owed, one.currency)
