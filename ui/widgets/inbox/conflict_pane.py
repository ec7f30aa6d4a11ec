"""One conflict in full: the fields, what merged by itself, what applying does, how it came."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from channeldesk.queries.inbox import InboxItem
from ui.i18n import formats, n, t
from ui.viewmodels.inbox_decision import Decision, Side, merged_fields
from ui.widgets.button import MAIN, NORMAL, QUIET, Button
from ui.widgets.flow import Flow
from ui.widgets.inbox import words
from ui.widgets.inbox.conflict import ConflictGrid
from ui.widgets.inbox.facts import Facts
from ui.widgets.key_row import KeyRow
from ui.widgets.label import Label, Line
from ui.widgets.notes import Notes


class ConflictPane(QWidget):
    """``applied`` carries the decision, field by field; ``mine_wanted``, ``theirs_wanted`` and
    ``recreate_wanted`` the item, which is then decided as a whole.
    """

    applied = Signal(object)
    mine_wanted = Signal(object)
    theirs_wanted = Signal(object)
    recreate_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.decision: Decision | None = None
        self.grid = ConflictGrid()
        self.grid.changed.connect(self._changed)
        self.grid.fitted.connect(self._fitted)
        self._merged_title = Label(t("Merged by themselves, nothing to decide"), "caption")
        self._merged = Facts()
        self.mine = Button(t("Keep mine"), cap="M")
        self.theirs = Button(t("Take theirs"), cap="T")
        self.recreate = Button(t("Make it again"), icon="plus-circle", cap="R", kind=MAIN)
        self.let_go = Button(t("Let it go"), icon="trash", cap="D")
        self.hand = Button(t("Edit by hand"), icon="pencil-simple", cap="F2", kind=QUIET)
        self.full = Button(t("Long texts in full"), icon="text-aa", cap="L", kind=QUIET)
        self._left = Label("", "name", "warning")
        self.apply = Button(t("Apply and next"), icon="check", cap="Ctrl+Return", kind=MAIN)
        self.mine.clicked.connect(self._take_mine)
        self.theirs.clicked.connect(self._take_theirs)
        self.recreate.clicked.connect(self._recreate)
        self.let_go.clicked.connect(self._take_theirs)
        self.hand.clicked.connect(self.grid.write)
        self.full.clicked.connect(self.grid.toggle_full)
        self.apply.clicked.connect(self._apply)
        self.keys = {
            "M": (self.mine, self.recreate),
            "T": (self.theirs, self.let_go),
            "R": (self.recreate,),
            "D": (self.let_go,),
            "F2": (self.hand,),
            "L": (self.full,),
            "Ctrl+Return": (self.apply,),
        }
        bar = QWidget()
        bar.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        row = Flow(bar)
        for button in (self.recreate, self.let_go, self.mine, self.theirs, self.hand, self.full):
            row.addWidget(button)
        end = QWidget()
        last = QHBoxLayout(end)
        last.setContentsMargins(0, 0, 0, 0)
        last.addWidget(self._left)
        last.addWidget(self.apply)
        row.push(end)
        self._bar = bar
        self._field_keys = KeyRow(
            (
                ("Up Down", t("field")),
                ("Left Right", t("version")),
                ("Space", t("mine or theirs")),
                ("Return", t("by hand")),
                ("Esc", t("to the list")),
            )
        )
        self._effects, self._story = Notes(), Notes()
        self._lay_out()
        self.setFocusProxy(self.grid)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.grid)
        column.addSpacing(8)
        column.addWidget(self._merged_title)
        column.addSpacing(2)
        column.addWidget(self._merged)
        column.addSpacing(16)
        column.addWidget(self._bar)
        column.addSpacing(8)
        column.addWidget(self._field_keys)
        column.addSpacing(12)
        self._effects_title = Label(t("What happens when you apply"), "section")
        for title, body in (
            (self._effects_title, self._effects),
            (Label(t("How it came"), "section"), self._story),
        ):
            column.addWidget(Line())
            column.addSpacing(16)
            column.addWidget(title)
            column.addSpacing(6)
            column.addWidget(body)
            column.addSpacing(16)

    def shows(self, item: InboxItem) -> bool:
        """Whether this is shown as it is: what was chosen so far stays then."""
        shown = None if self.decision is None else self.decision.item
        return shown is not None and (shown.row.state, shown.fields) == (item.row.state, item.fields)

    def show_item(self, item: InboxItem) -> None:
        """A decided conflict shows what was chosen and is only read."""
        self.decision = Decision(item)
        _as_decided(self.decision)
        self.grid.setEnabled(item.row.state == "open")
        mine = t("you, on this laptop")
        self.grid.show_decision(self.decision, mine, _whose(item))
        merged = [
            (words.field_title(name), *(_shown(item, name, one) for one in values))
            for name, *values in merged_fields(item)
        ]
        self._merged.fill(("", "", ""), merged, against=0, as_grid=True)
        self._merged_title.setVisible(bool(merged))
        self._merged.setVisible(bool(merged))
        self._story.fill(_story(item))
        self._dress(item)
        self._changed()

    def _dress(self, item: InboxItem) -> None:
        """The words of the buttons for what this conflict is about."""
        gone, whole = item.deleted_there, item.deleted_here
        self.mine.setText(t("Delete it again") if whole else t("Keep mine"))
        self.theirs.setText(t("Keep it") if whole else t("Take theirs"))
        self.let_go.kind = NORMAL if item.can_recreate else MAIN
        for button in (self.mine, self.theirs):
            button.setAccessibleName(button.text())
        is_open = item.row.state == "open"
        self._bar.setVisible(is_open or self.grid.clipped)
        self._field_keys.setVisible(is_open)
        for button, shown in (
            (self.mine, not gone),
            (self.theirs, not gone),
            (self.recreate, gone and item.can_recreate),
            (self.let_go, gone),
            (self.hand, not whole and (not gone or item.can_recreate)),
            (self.apply, not gone),
        ):
            button.setVisible(is_open and shown)

    def _changed(self) -> None:
        decision = self.decision
        assert decision is not None
        item = decision.item
        is_open = item.row.state == "open"
        left = decision.left
        self._left.setText(n("{count} field left to decide", "{count} fields left to decide", left))
        self._left.setVisible(bool(left) and is_open and not item.deleted_here)
        self.apply.setEnabled(not left)
        row = self.grid.current
        self.hand.setEnabled(row is not None and row.can_write)
        self.full.setVisible(self.grid.clipped)
        titles = (t("What each choice does"), t("What happens when you apply"))
        whole = item.deleted_here or item.deleted_there
        self._effects_title.setText(titles[0 if whole else 1] if is_open else t("What was decided"))
        self._effects.fill(_effects(decision))

    def _fitted(self) -> None:
        self.full.setVisible(self.grid.clipped)

    def _take_mine(self) -> None:
        if self.decision is not None:
            self.mine_wanted.emit(self.decision.item)

    def _take_theirs(self) -> None:
        if self.decision is not None:
            self.theirs_wanted.emit(self.decision.item)

    def _recreate(self) -> None:
        """With what the fields show: mine, unless the person chose otherwise."""
        decision = self.decision
        if decision is None:
            return
        if all(decision.side(field.name) is Side.MINE for field in decision.fields):
            self.recreate_wanted.emit(decision.item)
        else:
            self.applied.emit(decision)

    def _apply(self) -> None:
        if self.decision is not None and not self.decision.left:
            self.applied.emit(self.decision)


def _as_decided(decision: Decision) -> None:
    """Shows what stands since the decision."""
    kept = decision.item.decision or {}
    chosen = kept.get("choices") or {}
    if kept.get("how") in ("mine", "theirs", "deleted") and not chosen:
        decision.choose_all(Side.THEIRS if kept["how"] == "theirs" else Side.MINE)
    for field in decision.fields:
        if field.name not in chosen:
            continue
        sides = (Side.THEIRS, Side.MINE, Side.BASE)
        side = next((one for one in sides if getattr(field, one.value) == chosen[field.name]), None)
        if side is None:
            decision.write(field.name, chosen[field.name])
        else:
            decision.choose(field.name, side)


def _shown(item: InboxItem, name: str, value: object) -> str:
    return words.plain(name, words.type_of(item.row.entity, name), value, item.currency or "", item.names)


def _whose(item: InboxItem) -> str:
    if item.deleted_there:
        return t("deleted at headquarters")
    if item.changed_by and item.changed_at:
        moment = formats().instant_short(item.changed_at)
        return t("{person}, {moment}", person=item.changed_by, moment=moment)
    return item.changed_by or t("headquarters")


def _effects(decision: Decision) -> list[tuple[str, str]]:
    item = decision.item
    if item.deleted_here:
        return [
            ("trash", t("Delete it again: it is deleted at headquarters too, with what was changed there.")),
            ("check", t("Keep it: it stays as headquarters has it.")),
            _taking_back(),
        ]
    if item.deleted_there:
        return _of_gone(item)
    effects = decision.effects()
    notes = []
    if effects.sent:
        fields = words.listing(effects.sent)
        notes.append(("paper-plane-tilt", t("Sends to headquarters: {fields}.", fields=fields)))
    if effects.kept:
        fields = words.listing(effects.kept)
        notes.append(("check", t("Stays as headquarters has it: {fields}.", fields=fields)))
    for group in effects.groups:
        names = words.listing(group)
        notes.append(("link", t("Changed together, taking one takes all: {fields}.", fields=names)))
    if decision.left:
        notes.append(("question", t("Nothing is sent before every field is decided.")))
    else:
        notes.append(_taking_back())
    return notes


def _of_gone(item: InboxItem) -> list[tuple[str, str]]:
    if not item.can_recreate:
        return [
            ("info", t("This kind cannot be made again. Export it before you let it go, or enter it anew."))
        ]
    return [
        (
            "plus-circle",
            t(
                "Make it again: it comes back at headquarters as the same row, with your edit. "
                "What pointed at it points at it again."
            ),
        ),
        ("trash", t("Let it go: it stays deleted. Your edit is kept under Decided.")),
        _taking_back(),
    ]


def _taking_back() -> tuple[str, str]:
    return (
        "arrow-counter-clockwise",
        t("Every decision can be taken back, also later under Decided; all versions are kept here."),
    )


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
        how = words.decided_text(item.row)
        notes.append(("check-circle", t("{moment}: {decision}", moment=decided, decision=how)))
    return notes
