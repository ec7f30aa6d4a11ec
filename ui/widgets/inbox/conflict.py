"""The fields of a conflict side by side: base, mine, theirs and what will stand; one key decides a field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from channeldesk.model.declare import Type
from channeldesk.queries.inbox import ConflictField
from ui import paint
from ui.i18n import t
from ui.paint.text import RIGHT
from ui.theme import colour
from ui.theme.fonts import BODY, CAPTION, MEDIUM, REGULAR, STRONG, metrics
from ui.theme.tokens import RADIUS
from ui.viewmodels.inbox_decision import Decision, Side, marked
from ui.widgets.inbox import words
from ui.widgets.keys import keys_text

ROW = 40
_LETTERS = {Side.BASE: "B", Side.MINE: "M", Side.THEIRS: "T"}
_SIDES = (Side.BASE, Side.MINE, Side.THEIRS)


@dataclass(frozen=True)
class Columns:
    """Where the columns stand in a given width."""

    wide: float

    @property
    def name(self) -> tuple[float, float]:
        return 0, min(148.0, self.wide * 0.2)

    def side(self, side: Side) -> tuple[float, float]:
        left = self.name[1]
        rest = self.wide - left
        shares = {Side.BASE: (0.0, 0.19), Side.MINE: (0.19, 0.27), Side.THEIRS: (0.46, 0.27)}
        start, share = shares[side]
        return left + rest * start, rest * share

    @property
    def result(self) -> tuple[float, float]:
        left = self.name[1]
        rest = self.wide - left
        return left + rest * 0.73 + 8, rest * 0.27 - 8


class GridHeader(QWidget):
    """Who each version is from."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(44)
        self._notes = {Side.BASE: "", Side.MINE: "", Side.THEIRS: ""}

    def set_notes(self, mine: str, theirs: str) -> None:
        self._notes = {Side.BASE: t("what both had"), Side.MINE: mine, Side.THEIRS: theirs}
        self.setToolTip("\n".join(filter(None, (mine, theirs))))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        titles = {Side.BASE: t("Base"), Side.MINE: t("Mine"), Side.THEIRS: t("Theirs")}
        columns = Columns(self.width())
        with QPainter(self) as painter:
            left, wide = columns.name
            paint.text(painter, QRectF(left + 12, 2, wide - 12, 18), t("Field"), weight=MEDIUM)
            for side in _SIDES:
                left, wide = columns.side(side)
                left += 8
                taken = paint.text(painter, QRectF(left, 2, wide, 18), titles[side], weight=MEDIUM)
                cap = keys_text(_LETTERS[side])
                box = QRectF(left + taken + 8, 3, paint.key_cap_width(cap), 16)
                paint.key_cap(painter, box, cap)
                room = QRectF(left, 21, wide - 12, 18)
                paint.text(painter, room, self._notes[side], tint="secondary", size=CAPTION)
            left, wide = columns.result
            paint.text(painter, QRectF(left, 2, wide, 18), t("Result"), weight=MEDIUM)
            painter.fillRect(0, self.height() - 1, self.width(), 1, colour("separator"))


class FieldRow(QWidget):
    """One field. A click on a version takes it; the page's keys mean the row with the focus."""

    decided = Signal(str, object)
    focused = Signal(str)
    moved = Signal(int)

    def __init__(self, decision: Decision, field: ConflictField, place: str) -> None:
        """``place`` in its group: "" alone, else first, middle or last."""
        super().__init__()
        self.decision, self.field, self._place = decision, field, place
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownFocus", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(ROW)
        self.setMouseTracking(True)
        self.title = words.field_title(field.name)
        self.texts = {side: self._text(side) for side in _SIDES}
        self._edit: QLineEdit | None = None
        self.current = False
        self.refresh()

    def _text(self, side: Side) -> str:
        item = self.decision.item
        currency = words.currency_of(item, self.field, side.value)
        value = getattr(self.field, side.value)
        return words.value_text(self.field, value, currency, self.field.shown.get(side.value))

    @property
    def result_text(self) -> str:
        side = self.decision.side(self.field.name)
        if side is None:
            return t("not decided")
        if side is Side.HAND:
            return str(self.decision.value(self.field))
        return self.texts[side]

    def refresh(self) -> None:
        """The choice moved."""
        side = self.decision.side(self.field.name)
        said = t("not decided") if side is None else side_name(side)
        self.setAccessibleName(self.title)
        versions = t(
            "base {base}, mine {mine}, theirs {theirs}",
            base=self.texts[Side.BASE],
            mine=self.texts[Side.MINE],
            theirs=self.texts[Side.THEIRS],
        )
        self.setAccessibleDescription(f"{versions}. {said}")
        self.setToolTip(self._tip())
        self.update()

    def _tip(self) -> str:
        lines = (
            (t("Base"), self.texts[Side.BASE]),
            (t("Mine"), self.texts[Side.MINE]),
            (t("Theirs"), self.texts[Side.THEIRS]),
        )
        return "\n".join(f"{name}: {text}" for name, text in lines)

    # by hand

    @property
    def can_write(self) -> bool:
        return self.field.type == Type.TEXT.value and self.field.name != "currency"

    def start_writing(self) -> None:
        if not self.can_write or self._edit is not None:
            return
        start = self.decision.value(self.field) or self.field.mine or self.field.theirs or ""
        self._edit = QLineEdit(str(start), self)
        self._edit.setAccessibleName(self.title)
        left, wide = Columns(self.width()).result
        self._edit.setGeometry(int(left), 6, int(wide - 4), ROW - 12)
        self._edit.editingFinished.connect(self._written)
        self._edit.show()
        self._edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self._edit.selectAll()

    def _written(self) -> None:
        edit, self._edit = self._edit, None
        if edit is None:
            return
        text = edit.text().strip()
        self.decision.write(self.field.name, text or None)
        edit.hide()
        edit.deleteLater()
        self.decided.emit(self.field.name, Side.HAND)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    # input

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.moved.emit(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        columns = Columns(self.width())
        for side in _SIDES:
            left, wide = columns.side(side)
            if left <= event.position().x() < left + wide:
                self.decided.emit(self.field.name, side)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.focused.emit(self.field.name)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)

    def sizeHint(self) -> QSize:
        return QSize(560, ROW)

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        columns = Columns(self.width())
        side = self.decision.side(self.field.name)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._place in ("", "last"):
                painter.fillRect(0, ROW - 1, self.width(), 1, colour("separator"))
            if self.current and not self.hasFocus() and self.isEnabled():
                painter.fillRect(0, 0, self.width(), ROW - 1, colour("hover"))
            if self.hasFocus():
                painter.setBrush(colour("hover"))
                painter.setPen(QPen(colour("accent"), 2))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
            self._paint_name(painter, columns, decided=side is not None)
            base = self.texts[Side.BASE]
            left, wide = columns.side(Side.BASE)
            room = QRectF(left + 8, 0, wide - 12, ROW)
            tint = "text" if side is Side.BASE else "secondary"
            paint.text(painter, room, base, tint=tint, weight=STRONG if side is Side.BASE else REGULAR)
            for one in (Side.MINE, Side.THEIRS):
                self._paint_version(painter, columns, one, chosen=side is one)
            self._paint_result(painter, columns, side)

    def _paint_name(self, painter: QPainter, columns: Columns, *, decided: bool) -> None:
        left, wide = columns.name
        if self.field.differs:
            tint = "good_graphic" if decided else "warning_graphic"
            painter.fillRect(QRectF(left + 2, 12, 3, ROW - 24), colour(tint))
        room = QRectF(left + 12, 0, wide - (34 if self._place else 14), ROW)
        paint.text(painter, room, self.title, weight=STRONG if not decided else MEDIUM)
        if self._place:
            self._paint_bracket(painter, left + wide - 10)

    def _paint_bracket(self, painter: QPainter, x: float) -> None:
        """The fields of a group are one decision."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(colour("outline"), 1))
        middle = ROW / 2
        if self._place == "first":
            painter.drawLine(QPointF(x - 7, middle), QPointF(x, middle))
            painter.drawLine(QPointF(x, middle), QPointF(x, ROW))
        elif self._place == "last":
            painter.drawLine(QPointF(x - 7, middle), QPointF(x, middle))
            painter.drawLine(QPointF(x, 0), QPointF(x, middle))
        else:
            painter.drawLine(QPointF(x, 0), QPointF(x, ROW))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _paint_version(self, painter: QPainter, columns: Columns, side: Side, *, chosen: bool) -> None:
        left, wide = columns.side(side)
        box = QRectF(left, 4, wide - 8, ROW - 8).adjusted(0.5, 0.5, -0.5, -0.5)
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
        room = QRectF(left + 30, 0, wide - 46, ROW)
        paint_marked(painter, room, marked(self._compared(), self.texts[side]))

    def _compared(self) -> str:
        """Choices and names are compared whole, texts and figures sign by sign."""
        whole = self.field.type in (Type.CHOICE.value, Type.REF.value, Type.FLAG.value)
        base = self.texts[Side.BASE]
        return "" if whole and len({*self.texts.values()}) > 1 else base

    def _paint_result(self, painter: QPainter, columns: Columns, side: Side | None) -> None:
        left, wide = columns.result
        room = QRectF(left, 0, wide - 8, ROW)
        if side is None:
            taken = paint.text(painter, room, t("not decided"), tint="warning", weight=MEDIUM)
            caps = [keys_text(_LETTERS[one]) for one in (Side.MINE, Side.THEIRS, Side.BASE)]
            right = room.right()
            needed = sum(paint.key_cap_width(cap) + 4 for cap in caps)
            if self.current and taken + needed + 12 < room.width():
                for cap in reversed(caps):
                    right -= paint.key_cap(painter, QRectF(left, 0, right - left, ROW), cap) + 4
            return
        said = side_name(side)
        said_wide = paint.width(said, CAPTION) + 4
        if room.width() > 120:
            paint.text(painter, room, said, tint="secondary", size=CAPTION, align=RIGHT)
            room.setWidth(room.width() - said_wide - 8)
        paint.text(painter, room, self.result_text, weight=STRONG)


class ConflictGrid(QWidget):
    """All fields of one conflict. ``changed`` after every choice."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.header = GridHeader()
        self.rows: list[FieldRow] = []
        self._decision: Decision | None = None
        self._current = ""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.header)

    def show_decision(self, decision: Decision, mine: str, theirs: str) -> None:
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._decision = decision
        self.header.set_notes(mine, theirs)
        places = _places(decision.fields)
        self.rows = [
            FieldRow(decision, field, place) for field, place in zip(decision.fields, places, strict=True)
        ]
        for row in self.rows:
            row.decided.connect(self._decided)
            row.focused.connect(self._focused)
            row.moved.connect(self._move)
            self._column.addWidget(row)
        self._point_to(decision.next_open() or (decision.fields[0].name if decision.fields else ""))
        first = self.current
        if first is not None:
            self.setFocusProxy(first)

    def _point_to(self, name: str) -> None:
        """The field that the page's keys mean from now on."""
        self._current = name
        for row in self.rows:
            row.current = row.field.name == name
            row.update()

    def row(self, name: str) -> FieldRow | None:
        return next((row for row in self.rows if row.field.name == name), None)

    @property
    def current(self) -> FieldRow | None:
        """The field that keys mean: the one with the focus, or the next to decide."""
        return self.row(self._current)

    def choose(self, side: Side) -> None:
        """For the current field; then on to the next one that is open."""
        row = self.current
        if row is not None:
            self._decided(row.field.name, side)

    def choose_all(self, side: Side) -> None:
        if self._decision is not None:
            self._decision.choose_all(side)
            self._refresh()

    def _decided(self, name: str, side: Side) -> None:
        assert self._decision is not None
        focused = any(row.hasFocus() for row in self.rows)
        if side is not Side.HAND:
            self._decision.choose(name, side)
        self._refresh()
        there = self._decision.next_open(name)
        if there is not None and there != name:
            self._point_to(there)
            row = self.row(there)
            if row is not None:
                self.setFocusProxy(row)
                if focused:
                    row.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focused(self, name: str) -> None:
        self._point_to(name)
        self.changed.emit()

    def _move(self, step: int) -> None:
        at = next((at for at, row in enumerate(self.rows) if row.hasFocus()), 0)
        self.rows[max(0, min(len(self.rows) - 1, at + step))].setFocus(Qt.FocusReason.TabFocusReason)

    def _refresh(self) -> None:
        for row in self.rows:
            row.refresh()
        self.changed.emit()


def paint_marked(painter: QPainter, room: QRectF, pieces: Sequence[tuple[str, bool]]) -> None:
    """Text with the differing signs on a tinted ground and underlined."""
    left = room.left()
    high = metrics(BODY, REGULAR).height()
    top = room.center().y() - high / 2
    for text, differs in pieces:
        rest = room.right() - left
        if rest < 10:
            return
        weight = STRONG if differs else REGULAR
        wide = min(rest, float(paint.width(text, BODY, weight)))
        if differs:
            ground = QRectF(left, top, wide, high)
            painter.fillRect(ground, colour("warning_fill"))
            painter.fillRect(QRectF(left, ground.bottom() - 1, wide, 1.5), colour("warning_graphic"))
        box = QRectF(left, room.top(), rest, room.height())
        left += paint.text(painter, box, text, weight=weight)


def side_name(side: Side) -> str:
    return {
        Side.BASE: t("base"),
        Side.MINE: t("mine"),
        Side.THEIRS: t("theirs"),
        Side.HAND: t("by hand"),
    }[side]


def _places(fields: Sequence[ConflictField]) -> list[str]:
    """The place of each field in its group: "" alone, else first, middle or last."""
    groups = [field.group for field in fields]
    places = []
    for at, group in enumerate(groups):
        if groups.count(group) == 1:
            places.append("")
        elif at == 0 or groups[at - 1] != group:
            places.append("first")
        elif at == len(groups) - 1 or groups[at + 1] != group:
            places.append("last")
        else:
            places.append("middle")
    return places
