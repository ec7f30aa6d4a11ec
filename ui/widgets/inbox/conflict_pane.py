"""One conflict in full: the fields, what merged by itself, what applying does, how it came."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from channeldesk.queries.inbox import InboxItem
from ui import paint
from ui.i18n import formats, n, t
from ui.paint.text import RIGHT
from ui.theme import colour
from ui.theme.fonts import CAPTION
from ui.viewmodels.inbox_decision import Decision, Side, merged_fields
from ui.widgets.button import MAIN, QUIET, Button
from ui.widgets.flow import Flow
from ui.widgets.inbox import words
from ui.widgets.inbox.conflict import Columns, ConflictGrid
from ui.widgets.label import Label, Line
from ui.widgets.notes import Notes

_QUIET = 32


class ConflictPane(QWidget):
    """``applied`` carries the decision when the person applies it."""

    applied = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.decision: Decision | None = None
        self.grid = ConflictGrid()
        self.grid.changed.connect(self._changed)
        self._merged_title = Label(t("Merged by themselves, nothing to decide"), "caption")
        self._merged = QuietRows()
        self._all_mine = Button(t("All mine"), keys="Shift+M")
        self._all_theirs = Button(t("All theirs"), keys="Shift+T")
        self._hand = Button(t("Edit by hand"), icon="pencil-simple", keys="E", kind=QUIET)
        self._left = Label("", "name", "warning")
        self.apply = Button(t("Apply and next"), icon="check", keys="Ctrl+Return", kind=MAIN)
        self._all_mine.clicked.connect(self._take_mine)
        self._all_theirs.clicked.connect(self._take_theirs)
        self._hand.clicked.connect(self._write)
        self.apply.clicked.connect(self._apply)
        bar = QWidget()
        bar.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        row = Flow(bar)
        for button in (self._all_mine, self._all_theirs, self._hand):
            row.addWidget(button)
        row.push(self._left)
        row.addWidget(self.apply)
        self._effects, self._story = Notes(), Notes()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.grid)
        column.addSpacing(8)
        column.addWidget(self._merged_title)
        column.addSpacing(2)
        column.addWidget(self._merged)
        column.addSpacing(16)
        column.addWidget(bar)
        column.addSpacing(16)
        for title, body in (
            (t("What happens when you apply"), self._effects),
            (t("How it came"), self._story),
        ):
            column.addWidget(Line())
            column.addSpacing(16)
            column.addWidget(Label(title, "section"))
            column.addSpacing(6)
            column.addWidget(body)
            column.addSpacing(16)
        self.setFocusProxy(self.grid)

    def show_item(self, item: InboxItem) -> None:
        """A decided conflict shows what was chosen and is only read."""
        self.decision = Decision(item)
        chosen = (item.decision or {}).get("choices") or {}
        for field in item.fields:
            for side in (Side.THEIRS, Side.MINE, Side.BASE):
                if field.name in chosen and getattr(field, side.value) == chosen[field.name]:
                    self.decision.choose(field.name, side)
                    break
        self.grid.setEnabled(item.row.state == "open")
        self.grid.show_decision(self.decision, t("you, on this laptop"), _whose(item))
        merged = merged_fields(item)
        self._merged.fill(item, merged)
        self._merged_title.setVisible(bool(merged))
        self._merged.setVisible(bool(merged))
        self._story.fill(_story(item))
        self._changed()

    def _changed(self) -> None:
        decision = self.decision
        assert decision is not None
        is_open = decision.item.row.state == "open"
        left = decision.left
        self._left.setText(n("{count} field left to decide", "{count} fields left to decide", left))
        self._left.setVisible(bool(left) and is_open)
        for button in (self._all_mine, self._all_theirs, self._hand, self.apply):
            button.setVisible(is_open)
        self.apply.setEnabled(not left)
        row = self.grid.current
        self._hand.setEnabled(row is not None and row.can_write)
        self._effects.fill(_effects(decision))

    def _take_mine(self) -> None:
        self.grid.choose_all(Side.MINE)

    def _take_theirs(self) -> None:
        self.grid.choose_all(Side.THEIRS)

    def _write(self) -> None:
        row = self.grid.current
        if row is not None:
            row.start_writing()

    def _apply(self) -> None:
        if self.decision is not None and not self.decision.left:
            self.applied.emit(self.decision)


class QuietRows(QWidget):
    """Fields that need no decision: what they were, what I set, what stands."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[str, str, str, str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def fill(self, item: InboxItem, merged: Sequence[tuple[str, object, object, object]]) -> None:
        self._rows = []
        for name, *values in merged:
            kind = words.type_of(item.row.entity, name)
            base, mine, now = (words.plain(name, kind, one, item.currency or "") for one in values)
            self._rows.append((words.field_title(name), base, mine, now))
        self.setFixedHeight(_QUIET * len(self._rows))
        self.setAccessibleName("; ".join(f"{name}: {now}" for name, _, _, now in self._rows))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        columns = Columns(self.width())
        with QPainter(self) as painter:
            for at, (name, base, mine, now) in enumerate(self._rows):
                top = at * _QUIET
                left, wide = columns.name
                room = QRectF(left + 12, top, wide - 14, _QUIET)
                paint.text(painter, room, name, tint="secondary")
                for side, text in ((Side.BASE, base), (Side.MINE, mine)):
                    left, wide = columns.side(side)
                    room = QRectF(left + 8, top, wide - 16, _QUIET)
                    paint.text(painter, room, text, tint="secondary")
                left, wide = columns.result
                room = QRectF(left, top, wide - 8, _QUIET)
                said = t("mine") if now == mine else t("theirs")
                paint.text(painter, room, said, tint="secondary", size=CAPTION, align=RIGHT)
                room.setWidth(room.width() - paint.width(said, CAPTION) - 12)
                paint.text(painter, room, now)
                painter.fillRect(0, top + _QUIET - 1, self.width(), 1, colour("separator"))


def _whose(item: InboxItem) -> str:
    if item.current is None:
        return t("deleted at headquarters")
    if item.changed_by and item.changed_at:
        moment = formats().instant_short(item.changed_at)
        return t("{person}, {moment}", person=item.changed_by, moment=moment)
    return item.changed_by or t("headquarters")


def _effects(decision: Decision) -> list[tuple[str, str]]:
    effects = decision.effects()
    notes = []
    if effects.sent:
        notes.append(
            ("paper-plane-tilt", t("Sends to headquarters: {fields}.", fields=words.listing(effects.sent)))
        )
    if effects.kept:
        notes.append(
            ("check", t("Stays as headquarters has it: {fields}.", fields=words.listing(effects.kept)))
        )
    for group in effects.groups:
        names = words.listing(group)
        notes.append(("link", t("Changed together, taking one takes all: {fields}.", fields=names)))
    if decision.item.current is None:
        notes.append(("plus-circle", t("Headquarters deleted it. Taking your version makes it again.")))
    if decision.left:
        notes.append(("question", t("Nothing is sent before every field is decided.")))
    else:
        notes.append(
            ("arrow-counter-clockwise", t("Undo takes the decision back; all three versions are kept here."))
        )
    return notes


def _story(item: InboxItem) -> list[tuple[str, str]]:
    form = formats()
    notes = []
    if item.changed_by and item.changed_at:
        told = t(
            "{moment}: {person} changed it at headquarters",
            moment=form.instant_short(item.changed_at),
            person=item.changed_by,
        )
        notes.append(("user", told))
    met = form.instant_short(item.row.recorded_at)
    notes.append(("arrows-clockwise", t("{moment}: synchronisation met both versions", moment=met)))
    if item.row.decided_at:
        decided = form.instant_short(item.row.decided_at)
        notes.append(("check-circle", t("{moment}: you decided", moment=decided)))
    return notes
