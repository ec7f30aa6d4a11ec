"""Credit beside an order: the limit as a bar, what is owed, and what is not confirmed hatched."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from channeldesk.queries.credit import Credit
from channeldesk.rules.credit import Position
from ui import icons, paint
from ui.i18n import formats, n, t, tn
from ui.paint.marks import PROVISIONAL_WIDTH, provisional_line
from ui.paint.text import RIGHT
from ui.theme import colour
from ui.theme.fonts import CAPTION, STRONG
from ui.viewmodels.order_entry import OrderEntry

_LINE = 22
_BAR = 12


class CreditPane(QWidget):
    """Painted as one; its words are in the accessible description."""

    def __init__(self) -> None:
        super().__init__()
        self._credit: Credit | None = None
        self._after: Position | None = None
        self._own = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_entry(self, entry: OrderEntry) -> None:
        self._credit = entry.context.credit
        arriving = self._credit.as_of is None
        before = self._credit.position if self._credit.visible and not arriving else None
        self._after = None if arriving else entry.quote.credit or before
        self._own = (self._after.pending - before.pending) if self._after is not None and before else 0
        self.setAccessibleName(t("Credit"))
        self.setAccessibleDescription("; ".join(f"{text} {figure}" for _, text, figure in self._parts()))
        words = [*self._headline()[:2], *(text for _, text, _ in self._parts()), self._warning()]
        self.setToolTip("\n".join(filter(None, words)))
        self.updateGeometry()
        self.update()

    # words

    def _headline(self) -> tuple[str, str, str]:
        """Text, figure and its tone."""
        after = self._after
        if after is None and self._credit is not None and self._credit.as_of is None:
            return t("Credit left: still arriving"), "", "secondary"
        if after is None:
            return t("Headquarters decides about credit"), "", "secondary"
        if after.limit is None:
            return t("No limit agreed"), "", "secondary"
        limit = t("Limit {amount}", amount=_whole(after.limit, after.currency))
        if after.exceeded_by:
            return limit, t("{amount} over", amount=_whole(after.exceeded_by, after.currency)), "bad"
        tight = (after.left or 0) * 10 < after.limit
        left = t("{amount} left", amount=_whole(after.left or 0, after.currency))
        return limit, left, "warning" if tight else "good"

    def _parts(self) -> list[tuple[str, str, str]]:
        """Colour of the key, text, figure."""
        after, credit = self._after, self._credit
        if after is None or credit is None:
            return []
        late = next((one for one in credit.overdue if one.currency == after.currency), None)
        owed = t("Owed")
        if late is not None:
            owed = t("Owed, {amount} overdue", amount=_whole(late.amount, late.currency))
        parts = [("neutral", owed, _whole(after.receivables, after.currency))]
        if after.accepted:
            parts.append(("outline", t("Accepted, not invoiced"), _whole(after.accepted, after.currency)))
        waiting = t("This order") if after.pending == self._own else t("Not confirmed, with this order")
        if after.pending:
            parts.append(("provisional", waiting, _whole(after.pending, after.currency)))
        return parts

    def _warning(self) -> str:
        credit, after = self._credit, self._after
        if credit is None or after is None:
            return ""
        if after.not_comparable:
            return tn(after.notices()[-1])
        late = credit.overdue[0] if credit.overdue else None
        if late is None:
            return ""
        return n(
            "{count} day overdue: payment first",
            "{count} days overdue: payment first",
            late.days,
        )

    # painting

    def sizeHint(self) -> QSize:
        high = 28 + 26 + len(self._parts()) * _LINE
        if self._has_bar():
            high += _BAR + 12
        return QSize(240, high + (26 if self._warning() else 0))

    def _has_bar(self) -> bool:
        return self._after is not None and self._after.limit is not None

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            wide = float(self.width())
            self._paint_title(painter, wide)
            y = 28.0 + self._paint_headline(painter, QRectF(0, 28, wide, 26))
            if self._has_bar() and self._after is not None:
                self._paint_bar(painter, QRectF(0, y + 2, wide, _BAR), self._after)
                y += _BAR + 12
            for tint, text, figure in self._parts():
                room = QRectF(0, y, wide, _LINE)
                box = QRectF(0, room.center().y() - 5, 10, 10)
                if tint == "provisional":
                    paint.hatched(painter, box)
                else:
                    painter.fillRect(box, colour(tint))
                taken = paint.text(painter, room, figure, align=RIGHT, figures=True, size=CAPTION)
                paint.text(painter, room.adjusted(18, 0, -taken - 8, 0), text, tint="secondary", size=CAPTION)
                y += _LINE
            warning = self._warning()
            if warning:
                room = QRectF(0, y + 3, wide, _LINE)
                icons.paint(painter, 0, room.center().y() - 8, "warning", "warning")
                paint.text(painter, room.adjusted(24, 0, 0, 0), warning, tint="warning", size=CAPTION)

    def _paint_title(self, painter: QPainter, wide: float) -> None:
        room = QRectF(0, 0, wide, 28)
        taken = paint.text(painter, room, t("Credit"), weight=STRONG)
        as_of = self._credit.as_of if self._credit is not None else None
        if as_of is not None:
            text = t("as of {moment}", moment=formats().instant_short(as_of))
            paint.text(painter, room.adjusted(taken + 8, 0, 0, 0), text, tint="secondary", size=CAPTION)

    def _paint_headline(self, painter: QPainter, room: QRectF) -> float:
        text, figure, tone = self._headline()
        taken = paint.text(painter, room, figure, tint=tone, weight=STRONG, align=RIGHT, figures=True)
        if figure and self._after is not None and self._after.pending:
            left = room.right() - taken
            paint.provisional(painter, left - PROVISIONAL_WIDTH - 2, room.center().y())
            provisional_line(painter, left, room.right(), room.center().y() + 10)
        paint.text(painter, room.adjusted(0, 0, -taken - 24, 0), text)
        return room.height()

    def _paint_bar(self, painter: QPainter, box: QRectF, after: Position) -> None:
        """The limit is a line across; what goes beyond it is still drawn to scale."""
        limit = after.limit or 0
        whole = max(limit, after.used, 1)
        painter.fillRect(box, colour("hover"))
        x = box.left()
        for amount, tint in ((after.receivables, "neutral"), (after.accepted, "outline")):
            wide = box.width() * max(0, amount) / whole
            painter.fillRect(QRectF(x, box.top(), wide, box.height()), colour(tint))
            x += wide
        pending = box.width() * after.pending / whole
        if pending:
            paint.hatched(painter, QRectF(x, box.top(), pending, box.height()))
        mark = box.left() + box.width() * limit / whole
        line = QRectF(min(mark, box.right() - 2), box.top() - 3, 2, box.height() + 6)
        painter.fillRect(line, colour("text"))


def _whole(amount: int, currency: str) -> str:
    """Without decimals: the bar is about size, not about cents."""
    return formats().money(amount, currency, whole=True)
