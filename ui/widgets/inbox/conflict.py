"""The fields of a conflict side by side: base, mine, theirs and what will stand; one key decides a field."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from channeldesk.queries.inbox import ConflictField
from ui import paint
from ui.i18n import t
from ui.theme import colour
from ui.theme.fonts import CAPTION, MEDIUM
from ui.viewmodels.inbox_decision import ORDER, Decision, Side
from ui.widgets.inbox.editor import Editor, choose_value
from ui.widgets.inbox.fields import KEYS, Columns, FieldRow
from ui.widgets.keys import keys_text


class GridHeader(QWidget):
    """Who each version is from."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(44)
        self._notes = {Side.BASE: "", Side.MINE: "", Side.THEIRS: ""}
        self._sides: Sequence[Side] = ORDER

    def set_notes(self, mine: str, theirs: str, sides: Sequence[Side]) -> None:
        """``sides`` are those with a key."""
        self._notes = {Side.BASE: t("before"), Side.MINE: mine, Side.THEIRS: theirs}
        self._sides = sides
        self.setToolTip("\n".join(filter(None, (mine, theirs))))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        titles = {Side.BASE: t("Base"), Side.MINE: t("Mine"), Side.THEIRS: t("Theirs")}
        columns = Columns(self.width())
        with QPainter(self) as painter:
            left, wide = columns.name
            paint.text(painter, QRectF(left + 12, 2, wide - 12, 18), t("Field"), weight=MEDIUM)
            for side in ORDER:
                left, wide = columns.side(side)
                left += 8
                taken = paint.text(painter, QRectF(left, 2, wide - 36, 18), titles[side], weight=MEDIUM)
                if side in self._sides and self.isEnabled():
                    cap = keys_text(KEYS[side])
                    box = QRectF(left + taken + 8, 3, paint.key_cap_width(cap), 16)
                    paint.key_cap(painter, box, cap)
                room = QRectF(left, 21, wide - 12, 18)
                paint.text(painter, room, self._notes[side], tint="secondary", size=CAPTION)
            left, wide = columns.result
            paint.text(painter, QRectF(left, 2, wide, 18), t("Result"), weight=MEDIUM)
            painter.fillRect(0, self.height() - 1, self.width(), 1, colour("separator"))


class ConflictGrid(QWidget):
    """All fields of one conflict. ``changed`` after every choice; ``refused`` says why a typed value is not
    taken; ``left`` when the person goes back to the list; ``fitted`` when texts
    took another width.
    """

    changed = Signal()
    refused = Signal(object)
    left = Signal()
    fitted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.header = GridHeader()
        self.rows: list[FieldRow] = []
        self.editor: Editor | None = None
        self._decision: Decision | None = None
        self._current = ""
        self._full = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.header)

    def show_decision(self, decision: Decision, mine: str, theirs: str) -> None:
        self._end_writing()
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._decision, self._full = decision, False
        self.header.set_notes(mine, theirs, decision.sides)
        places = _places(decision)
        self.rows = [
            FieldRow(decision, field, place) for field, place in zip(decision.fields, places, strict=True)
        ]
        for row in self.rows:
            row.decided.connect(self._decided)
            row.stepped.connect(self._stepped)
            row.turned.connect(self._turned)
            row.focused.connect(self._focused)
            row.moved.connect(self._move)
            row.write_wanted.connect(self.write)
            row.left.connect(self.left)
            row.fitted.connect(self.fitted)
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

    @property
    def clipped(self) -> bool:
        """Whether a text is longer than what is shown at first."""
        return any(row.clipped for row in self.rows)

    def toggle_full(self) -> None:
        """Long texts whole, or their beginnings again."""
        self._full = not self._full
        for row in self.rows:
            row.show_full(self._full)

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

    def _stepped(self, name: str, by: int) -> None:
        if self._decision is not None:
            self._decision.step(name, by)
            self._refresh()

    def _turned(self, name: str) -> None:
        if self._decision is not None:
            self._decision.turn(name)
            self._refresh()

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

    # by hand

    def write(self) -> None:
        """A value of one's own for the current field."""
        row = self.current
        if row is None or not row.can_write or self._decision is None or not self.isEnabled():
            return
        self._end_writing()
        if row.field.choices:
            choose_value(row, self._chosen_by_hand)
            return
        self.editor = Editor(row, self._decision)
        self.editor.written.connect(self._written)
        self.editor.refused.connect(self.refused)
        self.editor.ended.connect(self._end_writing)
        self.editor.start()

    def finish(self) -> None:
        """What is being typed counts."""
        if self.editor is not None:
            self.editor.take()

    def _chosen_by_hand(self, name: str, value: object) -> None:
        self._written(name, value)

    def _written(self, name: str, value: object) -> None:
        if self._decision is not None:
            self._decision.write(name, value)
        self._end_writing()
        self._decided(name, Side.HAND)

    def _end_writing(self) -> None:
        editor, self.editor = self.editor, None
        if editor is not None:
            row = editor.row
            editor.close_editor()
            row.setFocus(Qt.FocusReason.OtherFocusReason)


def _places(decision: Decision) -> list[str]:
    """The place of each field in its group: "" alone, else first, middle or last."""
    fields: Sequence[ConflictField] = decision.fields
    groups = [field.group for field in fields]
    if decision.item.deleted_there:
        groups = list(range(len(fields)))
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
