"""What happened to an order, the newest first, with what headquarters said."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from channeldesk.queries.orders import OrderDetail, OrderEvent
from ui import paint
from ui.i18n import formats, t, tc, tn
from ui.theme import colour
from ui.theme.fonts import BODY, CAPTION, STRONG, font, metrics
from ui.widgets.orders import words

_TIME = 104
_LINE = 24


class History(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._events: list[tuple[str, str, str]] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_events(self, detail: OrderDetail) -> None:
        """From the order's history, and what is under way now."""
        form = formats()
        found = [(form.instant_short(one.at), *_words(detail, one)) for one in detail.history]
        if detail.order.provisional and not detail.order.rejected:
            now = t("Sent; headquarters has not answered yet") if detail.sent else t("Waits to be sent")
            found.insert(0, (tc("moment", "Now"), now, "provisional"))
        self._events = found
        self.setAccessibleName(t("History"))
        self.setAccessibleDescription("; ".join(f"{at} {text}" for at, text, _ in found))
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return 30 + sum(self._high(text, width) for _, text, _ in self._events)

    def sizeHint(self) -> QSize:
        return QSize(240, self.heightForWidth(self.width() or 240))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.updateGeometry()

    def _high(self, text: str, width: int) -> int:
        room = max(80, width - _TIME - 20)
        box = metrics(BODY).boundingRect(0, 0, room, 1000, Qt.TextFlag.TextWordWrap.value, text)
        return max(_LINE, box.height() + 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            wide = self.width()
            paint.text(painter, QRectF(0, 0, wide, 28), t("History"), weight=STRONG)
            y = 30.0
            for at, (moment, text, tone) in enumerate(self._events):
                high = self._high(text, wide)
                self._paint_dot(painter, y, high, tone, last=at == len(self._events) - 1)
                paint.text(
                    painter,
                    QRectF(20, y, _TIME - 8, _LINE),
                    moment,
                    tint="secondary",
                    size=CAPTION,
                    figures=True,
                )
                painter.setFont(font(BODY))
                painter.setPen(colour(tone if tone in ("bad", "provisional") else "text"))
                room = QRectF(_TIME + 20, y + 3, wide - _TIME - 20, high)
                painter.drawText(room, Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignTop.value, text)
                y += high

    def _paint_dot(self, painter: QPainter, y: float, high: float, tone: str, *, last: bool) -> None:
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        if not last:
            painter.fillRect(QRectF(4.5, y + 17, 1, high - 9), colour("separator"))
        if tone == "provisional":
            paint.provisional(painter, 0, y + 12)
            return
        painter.setPen(QPen(colour("bad_graphic" if tone == "bad" else "outline"), 1.5))
        painter.setBrush(colour("window"))
        painter.drawEllipse(QRectF(2, y + 9, 6, 6))


def _words(detail: OrderDetail, event: OrderEvent) -> tuple[str, str]:
    match event.kind:
        case "recorded":
            who = detail.order.salesperson
            return (t("Taken by {person}", person=who) if who else t("Taken")), "text"
        case "received":
            return _timed(t("Received by headquarters"), event), "text"
        case "accepted":
            return _timed(t("Accepted by headquarters"), event), "text"
        case "sent":
            return _timed(t("Shipment {number} left", number=event.number), event), "text"
        case "arrived":
            return t("Shipment {number} arrived", number=event.number), "text"
        case "shipped":
            return _timed(t("All of it has left"), event), "text"
        case "closed":
            return _timed(t("Closed"), event), "text"
        case "rejected":
            reason = tn(event.notice) if event.notice is not None else t("without a reason")
            return t("Rejected by headquarters: {reason}", reason=reason), "bad"
        case _:
            return t("You decided about the rejection"), "text"


def _timed(text: str, event: OrderEvent) -> str:
    """With the time since the state before, where it is worth telling."""
    time = words.duration(event.took)
    return t("{what}, after {time}", what=text, time=time) if time else text
