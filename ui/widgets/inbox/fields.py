"""One field of a conflict: base, mine, theirs and what will stand, as high as its longest version."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from channeldesk.model.declare import Type
from channeldesk.queries.inbox import ConflictField
from ui import paint
from ui.i18n import t
from ui.paint.text import LEFT, RIGHT
from ui.theme import colour
from ui.theme.fonts import CAPTION, MEDIUM, REGULAR, STRONG
from ui.theme.tokens import RADIUS
from ui.viewmodels.inbox_decision import ORDER, Decision, Side, can_write
from ui.viewmodels.inbox_marks import marked, removed
from ui.widgets.inbox import words
from ui.widgets.inbox.cell import Cell
from ui.widgets.keys import keys_text

ROW = 40
_PAD = 10
_RADIO = 26
_LONG = 48
KEYS = {Side.BASE: "0", Side.MINE: "1", Side.THEIRS: "2"}
_BY_KEY = {Qt.Key.Key_0: Side.BASE, Qt.Key.Key_1: Side.MINE, Qt.Key.Key_2: Side.THEIRS}


@dataclass(frozen=True)
class Columns:
    """Where the columns stand in a given width."""

    wide: float

    @property
    def name(self) -> tuple[float, float]:
        return 0, min(148.0, self.wide * 0.185)

    def side(self, side: Side) -> tuple[float, float]:
        left = self.name[1]
        rest = self.wide - left
        shares = {Side.BASE: (0.0, 0.2), Side.MINE: (0.2, 0.28), Side.THEIRS: (0.48, 0.28)}
        start, share = shares[side]
        return left + rest * start, rest * share

    @property
    def gap(self) -> float:
        """Between base and mine, where there is room for one."""
        return 8 if self.wide > 640 else 0

    @property
    def result(self) -> tuple[float, float]:
        left = self.name[1]
        rest = self.wide - left
        return left + rest * 0.76 + 4, rest * 0.24 - 4


class FieldRow(QWidget):
    """A click on a version takes it, as do 0, 1 and 2; left and right move the choice, blank turns it."""

    decided = Signal(str, object)
    focused = Signal(str)
    moved = Signal(int)
    stepped = Signal(str, int)
    turned = Signal(str)
    write_wanted = Signal()
    fitted = Signal()
    left = Signal()

    def __init__(self, decision: Decision, field: ConflictField, place: str) -> None:
        """``place`` in its group: "" alone, else first, middle or last."""
        super().__init__()
        self.decision, self.field, self._place = decision, field, place
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownFocus", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(ROW)
        self.title = words.field_title(field.name)
        self.texts = {side: words.version_text(decision.item, field, side.value) for side in ORDER}
        self.current = False
        self.full = False
        self._below = False
        self._make_cells()
        self.refresh()

    def _make_cells(self) -> None:
        mine, theirs = (marked(self._compared(), self.texts[one]) for one in (Side.MINE, Side.THEIRS))
        base = self.texts[Side.BASE]
        gone = removed(base, self.texts[Side.MINE], self.texts[Side.THEIRS])
        if (
            self._whole
            or len(base) <= _LONG
            or self.decision.item.deleted_there
            or self.decision.item.deleted_here
        ):
            gone = [(base, False)]
        self.cells = {
            Side.BASE: Cell(gone, tint="secondary", struck=True),
            Side.MINE: Cell(mine),
            Side.THEIRS: Cell(theirs),
        }
        self.result = Cell([("", False)])
        self.name = Cell([(self.title, False)], weight=STRONG)

    @property
    def _whole(self) -> bool:
        """Choices and names are compared whole, texts and figures part by part."""
        return self.field.type in (Type.CHOICE.value, Type.REF.value, Type.FLAG.value)

    def _compared(self) -> str:
        return "" if self._whole and len({*self.texts.values()}) > 1 else self.texts[Side.BASE]

    @property
    def result_text(self) -> str:
        side = self.decision.side(self.field.name)
        if side is None:
            return t("not decided")
        if side is Side.HAND:
            value = self.decision.value(self.field)
            return words.value_text(self.decision.item, self.field, value, Side.MINE.value)
        return self.texts[side]

    def refresh(self) -> None:
        """The choice moved."""
        side = self.decision.side(self.field.name)
        undecided = side is None
        self.result = Cell(
            [(self.result_text, False)],
            tint="warning" if undecided else "text",
            weight=MEDIUM if undecided else STRONG if len(self.result_text) <= _LONG else REGULAR,
        )
        self._fit()
        said = t("not decided") if side is None else t("result: {side}", side=side_name(side))
        self.setAccessibleName(self.title)
        versions = t(
            "base {base}, mine {mine}, theirs {theirs}",
            base=self.texts[Side.BASE],
            mine=self.texts[Side.MINE],
            theirs=self.texts[Side.THEIRS],
        )
        self.setAccessibleDescription(f"{versions}. {said}")
        self.update()

    def show_full(self, full: bool) -> None:
        self.full = full
        self._fit()
        self.update()

    @property
    def clipped(self) -> bool:
        return self.full or any(cell.clipped for cell in (*self.cells.values(), self.result))

    def _fit(self) -> None:
        columns = Columns(max(320, self.width()))
        highest = self.name.fit(columns.name[1] - (34 if self._place else 14))
        for side, cell in self.cells.items():
            room = columns.side(side)[1] - (8 + columns.gap if side is Side.BASE else _RADIO + 12)
            highest = max(highest, cell.fit(room, full=self.full))
        chosen, room = self.decision.side(self.field.name), columns.result[1] - 8
        said = 0 if chosen is None else paint.width(side_name(chosen), CAPTION) + 12
        high = self.result.fit(room - said, full=self.full)
        self._below = bool(said) and self.result.lines > 1
        if self._below:
            high = self.result.fit(room, full=self.full) + 15
        highest = max(highest, high)
        self.setFixedHeight(max(ROW, int(highest + 2 * _PAD)))
        self.fitted.emit()

    @property
    def can_write(self) -> bool:
        return can_write(self.decision.item, self.field)

    def result_box(self) -> tuple[int, int, int, int]:
        """Where an editor of the result stands."""
        left, wide = Columns(self.width()).result
        return int(left) - 4, 6, int(wide), self.height() - 12

    # input

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.moved.emit(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.stepped.emit(self.field.name, 1 if key == Qt.Key.Key_Right else -1)
        elif key == Qt.Key.Key_Space:
            self.turned.emit(self.field.name)
        elif key in _BY_KEY:
            self.decided.emit(self.field.name, _BY_KEY[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.write_wanted.emit()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        columns = Columns(self.width())
        for side in self.decision.sides:
            left, wide = columns.side(side)
            if left <= event.position().x() < left + wide:
                self.decided.emit(self.field.name, side)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.position().x() >= Columns(self.width()).result[0]:
            self.write_wanted.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.focused.emit(self.field.name)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        """Marks carry the colours of the theme they were laid out in."""
        if event.type() == QEvent.Type.PaletteChange:
            self._fit()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self._fit()

    def sizeHint(self) -> QSize:
        return QSize(560, self.height())

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        columns = Columns(self.width())
        side = self.decision.side(self.field.name)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._place in ("", "last"):
                painter.fillRect(0, self.height() - 1, self.width(), 1, colour("separator"))
            if self.current and not self.hasFocus() and self.isEnabled():
                painter.fillRect(0, 0, self.width(), self.height() - 1, colour("hover"))
            if self.hasFocus():
                painter.setBrush(colour("hover"))
                painter.setPen(QPen(colour("accent"), 2))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
            self._paint_name(painter, columns, decided=side is not None)
            left, _ = columns.side(Side.BASE)
            base = self.cells[Side.BASE]
            base.tint = "text" if side is Side.BASE else "secondary"
            base.paint(painter, left + 8, self._top(base))
            for one in (Side.MINE, Side.THEIRS):
                self._paint_version(painter, columns, one, chosen=side is one)
            self._paint_result(painter, columns, side)

    def _top(self, cell: Cell) -> float:
        """One line stands in the middle of a low row; longer ones begin at the top, so that they compare."""
        return (ROW - cell.high) / 2 if self.height() == ROW else _PAD

    def _paint_name(self, painter: QPainter, columns: Columns, *, decided: bool) -> None:
        left, wide = columns.name
        if self.field.differs:
            tint = "good_graphic" if decided else "warning_graphic"
            painter.fillRect(QRectF(left + 2, 12, 3, self.height() - 24), colour(tint))
        self.name.paint(painter, left + 12, self._top(self.name))
        if self._place:
            self._paint_bracket(painter, left + wide - 10)

    def _paint_bracket(self, painter: QPainter, x: float) -> None:
        """The fields of a group are one decision."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(colour("outline"), 1))
        middle = ROW / 2
        if self._place != "middle":
            painter.drawLine(QPointF(x - 7, middle), QPointF(x, middle))
        top = middle if self._place == "first" else 0.0
        bottom = middle if self._place == "last" else float(self.height())
        painter.drawLine(QPointF(x, top), QPointF(x, bottom))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _paint_version(self, painter: QPainter, columns: Columns, side: Side, *, chosen: bool) -> None:
        left, wide = columns.side(side)
        box = QRectF(left, 4, wide - 8, self.height() - 8).adjusted(0.5, 0.5, -0.5, -0.5)
        choosable = side in self.decision.sides
        if choosable:
            painter.setBrush(colour("selection" if chosen else "raised"))
            painter.setPen(QPen(colour("accent" if chosen else "border"), 1))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
            circle = QRectF(left + 8, ROW / 2 - 7, 14, 14)
            painter.setPen(QPen(colour("accent" if chosen else "outline"), 1.4))
            painter.setBrush(colour("raised"))
            painter.drawEllipse(circle.adjusted(0.7, 0.7, -0.7, -0.7))
            if chosen:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour("accent"))
                painter.drawEllipse(circle.adjusted(3.5, 3.5, -3.5, -3.5))
        cell = self.cells[side]
        cell.paint(painter, left + _RADIO, self._top(cell))

    def _paint_result(self, painter: QPainter, columns: Columns, side: Side | None) -> None:
        left, wide = columns.result
        if side is None:
            self.result.paint(painter, left, self._top(self.result))
            self._paint_caps(painter, QRectF(left, 0, wide - 8, ROW))
            return
        top = self._top(self.result)
        self.result.paint(painter, left, top)
        room = QRectF(left, top, wide - 8, self.result.high)
        if self._below:
            room = QRectF(left, top + self.result.high, wide - 8, 15)
        align = LEFT if self._below else RIGHT
        paint.text(painter, room, side_name(side), tint="secondary", size=CAPTION, align=align)

    def _paint_caps(self, painter: QPainter, room: QRectF) -> None:
        """The keys that decide the field which keys mean, as far as there is room."""
        if not self.current:
            return
        caps = [keys_text(KEYS[one]) for one in self.decision.sides]
        taken = paint.width(self.result_text, weight=MEDIUM) + 12
        if taken + sum(paint.key_cap_width(cap) + 4 for cap in caps) > room.width():
            return
        right = room.right()
        for cap in reversed(caps):
            right -= paint.key_cap(painter, QRectF(room.left(), 0, right - room.left(), ROW), cap) + 4


def side_name(side: Side) -> str:
    return {
        Side.BASE: t("base"),
        Side.MINE: t("mine"),
        Side.THEIRS: t("theirs"),
        Side.HAND: t("by hand"),
    }[side]
