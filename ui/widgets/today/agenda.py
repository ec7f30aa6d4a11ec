"""Today's visits in order: the one at hand is open with its actions, the others are two lines each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from channeldesk.queries.promises import PromiseRow
from channeldesk.queries.visits import PlannedVisit, VisitSuggestion
from ui import icons, paint
from ui.i18n import n, own_name, t, two_names
from ui.paint.marks import PROVISIONAL_WIDTH, badge
from ui.paint.text import RIGHT
from ui.theme import colour
from ui.theme.fonts import CAPTION, MEDIUM, REGULAR, STRONG
from ui.theme.tokens import CHIP, RADIUS
from ui.widgets.button import MAIN, NORMAL, QUIET, Button
from ui.widgets.entrance import Entrance
from ui.widgets.today import words

CLOSED, OPEN, PROMISE = 56, 102, 20
_TEXT = 108
_BADGE = 84
_AMOUNT = 128
_NARROW = 560


class VisitRow(QWidget):
    """One visit. ``chosen`` when it is clicked or gets the focus; ``opened`` to the partner."""

    chosen = Signal(object)
    check_in = Signal(object)
    brief = Signal(object)
    opened = Signal(object)

    def __init__(
        self,
        place: int,
        visit: PlannedVisit,
        rank: VisitSuggestion | None,
        partners: int,
        promise: PromiseRow | None,
        today: str,
        writes: bool = True,
    ) -> None:
        super().__init__()
        self._checks_in = writes or visit.state != "planned"
        self.visit, self._place, self._rank, self._promise = visit, place, rank, promise
        self._names = two_names(visit.partner, visit.partner_local)
        self._facts = words.visit_facts(visit, rank)
        self._formula = words.formula(rank, partners) if rank is not None else ""
        self._due = words.promise_due(promise.promised, promise.due_on, today) if promise else ""
        self.open = False
        self.first = self.last = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownFocus", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(
            ", ".join(filter(None, (words.clock(visit.start_minute), self._names[0], visit.purpose)))
        )
        self.setAccessibleDescription(" ".join(filter(None, (self._facts, self._due, self._formula))))
        length = n("{count} min", "{count} min", visit.duration_minutes or 0)
        self._length = length if visit.duration_minutes else ""
        told = (", ".join(filter(None, self._names)), self._length, visit.purpose, self._facts)
        self.setToolTip("\n".join(filter(None, (*told, self._due, self._formula))))
        self._actions = self._make_actions()
        self.set_open(False)

    def _make_actions(self) -> QWidget:
        bar = QWidget(self)
        row = QHBoxLayout(bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        state = self.visit.state
        if state == "done":
            main = Button(t("Visit done"), icon="check", kind=NORMAL, cap="Return")
        elif state == "under_way":
            main = Button(t("Go on with the visit"), icon="map-pin", kind=MAIN, cap="Return")
        else:
            main = Button(t("Check in"), kind=MAIN, cap="Return")
        kind = NORMAL if state != "done" else QUIET
        brief = Button(t("Brief"), cap="Space", kind=kind)
        partner = self._partner = Button(t("Partner"), cap="P", kind=kind)
        main.clicked.connect(self._check_in)
        brief.clicked.connect(self._brief)
        partner.clicked.connect(self._open)
        if not self._checks_in:
            main.hide()
        for button in (main, brief, partner):
            row.addWidget(button)
        row.addStretch(1)
        return bar

    def set_open(self, is_open: bool) -> None:
        self.open = is_open
        self._actions.setVisible(is_open)
        self.setFixedHeight(OPEN + (PROMISE if self._due else 0) + 8 if is_open else CLOSED)
        self._place_actions()
        self.update()

    def resizeEvent(self, event: object) -> None:
        self._place_actions()

    def _place_actions(self) -> None:
        self._partner.setVisible(self.width() >= _NARROW)
        self._actions.setGeometry(_TEXT, self.height() - 42, max(0, self.width() - _TEXT - 12), 34)

    def _check_in(self) -> None:
        (self.check_in if self._checks_in else self.opened).emit(self.visit)

    def _brief(self) -> None:
        self.brief.emit(self.visit)

    def _open(self) -> None:
        self.opened.emit(self.visit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._check_in()
        elif event.key() == Qt.Key.Key_Space:
            self._brief()
        elif event.key() == Qt.Key.Key_P:
            self._open()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.chosen.emit(self)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.chosen.emit(self)
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._open()

    def sizeHint(self) -> QSize:
        return QSize(560, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_ground(painter)
            self._paint_left(painter)
            right = self.width() - 12.0
            self._paint_text(painter, *self._paint_amount(painter, right))

    def _paint_ground(self, painter: QPainter) -> None:
        if not self.open:
            if self.underMouse():
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour("hover"))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(0, 2, 0, -2), RADIUS, RADIUS)
            return
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setBrush(colour("hover"))
        painter.setPen(QPen(colour("accent"), 2) if self.hasFocus() else QPen(colour("border"), 1))
        painter.drawRoundedRect(box, RADIUS, RADIUS)

    def _paint_left(self, painter: QPainter) -> None:
        visit = self.visit
        top = 13
        paint.text(
            painter,
            QRectF(12, top, 56, 18),
            words.clock(visit.start_minute),
            weight=STRONG,
            figures=True,
        )
        if self._length:
            box = QRectF(12, top + 18, 64, 18)
            paint.text(painter, box, self._length, tint="secondary", size=CAPTION)
        painter.setPen(QPen(colour("border"), 1))
        middle = _BADGE + 0.5
        if not self.first:
            painter.drawLine(QPointF(middle, 0), QPointF(middle, top))
        if not self.last:
            painter.drawLine(QPointF(middle, top + 20), QPointF(middle, self.height()))
        circle = QRectF(_BADGE - 9.5, top - 0.5, 20, 20)
        if visit.state == "done":
            painter.setBrush(colour("good_fill"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(circle)
            icons.paint(painter, circle.left() + 3, circle.top() + 3, "check", "good", 14)
        elif self.open:
            badge(painter, circle, str(self._place))
        else:
            painter.setBrush(colour("window"))
            painter.setPen(QPen(colour("outline"), 1.4))
            painter.drawEllipse(circle.adjusted(0.7, 0.7, -0.7, -0.7))
            painter.setFont(painter.font())
            paint.text(
                painter,
                circle,
                str(self._place),
                tint="secondary",
                size=CAPTION,
                weight=STRONG,
                align=Qt.AlignmentFlag.AlignCenter,
            )

    def _paint_amount(self, painter: QPainter, right: float) -> tuple[float, float]:
        """What is at stake, at the right edge; returns where the first and the second line must end."""
        rank = self._rank
        if rank is None or not rank.score.at_risk or self.visit.state == "done":
            return right, right
        box = QRectF(right - _AMOUNT, 12, _AMOUNT, 18)
        text, caption = words.whole_money(rank.score.at_risk, rank.currency), t("at risk")
        paint.text(painter, box, text, weight=STRONG, align=RIGHT, figures=True)
        paint.text(painter, box.translated(0, 18), caption, tint="secondary", size=CAPTION, align=RIGHT)
        if self.width() >= _NARROW:
            return right - _AMOUNT - 12, right - _AMOUNT - 12
        taken = paint.width(text, weight=STRONG, figures=True)
        return right - taken - 12, right - paint.width(caption, CAPTION) - 12

    def _paint_text(self, painter: QPainter, right: float, below: float) -> None:
        visit = self.visit
        done = visit.state == "done"
        left = float(_TEXT)
        if visit.provisional:
            paint.provisional(painter, left, 22)
            left += PROVISIONAL_WIDTH + 2
        name, second = self._names
        left += paint.text(
            painter,
            QRectF(left, 12, right - left, 20),
            name,
            tint="secondary" if done else "text",
            weight=MEDIUM if not self.open else STRONG,
        )
        left = self._paint_beside(painter, left + 10, right, second)
        whole = self.width() - 12.0 - _TEXT
        line = QRectF(_TEXT, 31, below - _TEXT, 18)
        if not self.open:
            told = words.BETWEEN.join(filter(None, (self._state_text(), visit.purpose, self._facts)))
            paint.text(painter, line, told, tint="secondary", size=CAPTION)
            return
        purpose = words.BETWEEN.join(
            filter(None, (self._state_text(), visit.purpose or t("no purpose noted")))
        )
        paint.text(painter, line, purpose, size=CAPTION)
        line = QRectF(_TEXT, 49, whole, 18)
        paint.text(painter, line, self._facts, tint="secondary", size=CAPTION)
        if self._due:
            icons.paint(painter, _TEXT, 69, "handshake", "warning", 14)
            box = QRectF(_TEXT + 20, 67, self.width() - _TEXT - 32, 18)
            paint.text(painter, box, self._due, tint="warning", size=CAPTION, weight=MEDIUM)
        if self._formula and not done:
            wide = self.width() - 24 - self._actions.sizeHint().width() - _TEXT
            box = QRectF(self.width() - 12 - wide, self.height() - 34, wide, 18)
            if paint.width(self._formula, CAPTION) <= wide:  # else the tooltip has it
                paint.text(painter, box, self._formula, tint="tertiary", size=CAPTION, align=RIGHT)

    def _paint_beside(self, painter: QPainter, left: float, right: float, second: str) -> float:
        """The other name and the tier, as far as there is room for the whole of each."""
        tier = own_name(self.visit.tier, self.visit.tier_local)
        chip = paint.chip_width(tier) if tier else 0
        if second and left + paint.width(second, CAPTION, REGULAR) + 10 + chip <= right:
            left += paint.text(
                painter, QRectF(left, 12, right - left, 20), second, tint="secondary", size=CAPTION
            )
            left += 10
        if tier and left + chip <= right:
            paint.chip(painter, QRectF(left, 22 - CHIP / 2, chip, CHIP), tier, "outline")
            left += chip
        return left

    def _state_text(self) -> str:
        if self.visit.state == "done":
            return t("done")
        if self.visit.state == "under_way":
            return t("checked in")
        return ""

    def event(self, event: object) -> bool:
        from PySide6.QtCore import QEvent

        if isinstance(event, QEvent) and event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return bool(super().event(event))  # type: ignore[arg-type]


class Agenda(Entrance):
    """The day's visits; arrow keys move, Enter checks in, Space shows the brief, P opens the partner."""

    check_in = Signal(object)
    brief = Signal(object)
    opened = Signal(object)

    def __init__(self, writes: bool = True) -> None:
        """``writes``: whether the person may check in; else Enter opens the partner."""
        super().__init__()
        self._writes = writes
        self._rows: list[VisitRow] = []
        self._given: tuple[object, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.setAccessibleName(t("Visits, in order"))

    def fill(
        self,
        visits: Sequence[PlannedVisit],
        ranks: Mapping[bytes, VisitSuggestion],
        partners: int,
        promises: Sequence[PromiseRow],
        today: str,
    ) -> None:
        """Show these visits; the open one stays open, at first it is the next to be done. The same again
        change nothing.
        """
        given = (visits, dict(ranks), partners, promises, today)
        if given == self._given:
            return
        self._given = given
        kept = next((row.visit.id for row in self._rows if row.open), None)
        before = self._rows
        due = {one.partner_id: one for one in reversed(promises)}
        self._rows = [
            VisitRow(
                place,
                visit,
                ranks.get(visit.partner_id),
                partners,
                due.get(visit.partner_id),
                today,
                self._writes,
            )
            for place, visit in enumerate(visits, 1)
        ]
        for row in self._rows:
            row.chosen.connect(self._choose)
            row.check_in.connect(self.check_in)
            row.brief.connect(self.brief)
            row.opened.connect(self.opened)
            self._column.addWidget(row)
        if self._rows:
            self._open_one(kept)
            if any(row.hasFocus() for row in before):  # before they go: else it falls to whatever is next
                self._hand_over()
        for row in before:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()

    def _open_one(self, kept: bytes | None) -> None:
        self._rows[0].first = self._rows[-1].last = True
        waiting = [row for row in self._rows if row.visit.state in ("under_way", "planned")]
        under_way = [row for row in waiting if row.visit.state == "under_way"]
        fallback = (under_way or waiting or self._rows)[0]
        chosen = next((row for row in self._rows if row.visit.id == kept), fallback)
        if chosen.visit.state == "done":
            chosen = fallback
        self._choose(chosen)

    def _hand_over(self) -> None:
        for row in self._rows:
            row.show()
            if row.open:
                row.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose(self, chosen: VisitRow) -> None:
        for row in self._rows:
            if row.open != (row is chosen):
                row.set_open(row is chosen)
        self.setFocusProxy(chosen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        at = next((at for at, row in enumerate(self._rows) if row.hasFocus()), None)
        if step is None or at is None:
            super().keyPressEvent(event)
            return
        there = max(0, min(len(self._rows) - 1, at + step))
        self._rows[there].setFocus(Qt.FocusReason.TabFocusReason)
