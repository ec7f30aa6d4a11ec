"""Needs you: conflicts with their three versions, what headquarters rejected, what could not be stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMessageBox, QStackedWidget, QVBoxLayout, QWidget

from channeldesk.actions import inbox as actions
from channeldesk.model.changes import Topic
from channeldesk.model.notice import Problem
from channeldesk.queries import inbox as queries
from channeldesk.queries import orders
from channeldesk.queries.inbox import Inbox, InboxItem, InboxRow
from channeldesk.queries.orders import OrderDetail
from ui.context import Context
from ui.i18n import n, t, tn
from ui.page import Page
from ui.theme.tokens import MARGIN
from ui.viewmodels.inbox_decision import Decision, Side
from ui.viewmodels.order_entry import Wanted
from ui.widgets.face import Face
from ui.widgets.inbox import words
from ui.widgets.inbox.conflict_pane import ConflictPane
from ui.widgets.inbox.export import Export
from ui.widgets.inbox.item_head import ItemHead
from ui.widgets.inbox.list_pane import ListPane
from ui.widgets.inbox.rejection_pane import RejectionPane
from ui.widgets.inbox.several_pane import SeveralPane
from ui.widgets.label import Label, Line
from ui.widgets.scroll import scrolling

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LIST, _LIST_NARROW, _NARROW = 336, 260, 1_000
_KEYS = ("M", "T", "R", "D", "S", "P", "F", "L", "U", "O", "E", "F2", "Ctrl+Return")
"""Keys of the buttons; each part answers those it shows a button for."""
_SIDES = {"0": Side.BASE, "1": Side.MINE, "2": Side.THEIRS}


@dataclass(frozen=True)
class Opened:
    """One item with everything its pane shows."""

    item: InboxItem
    order: OrderDetail | None


def opened(connection: Connection, item_id: bytes) -> Opened | None:
    """An item, and the order if it is one."""
    item = queries.item(connection, item_id)
    if item is None:
        return None
    order = orders.detail(connection, item.row.row_id) if item.row.entity == "sales_order" else None
    return Opened(item, order)


class InboxPage(Page):
    topics = frozenset({Topic.INBOX, Topic.SYNC, Topic.ORDERS, Topic.PARTNERS, Topic.CONTACTS})

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._wanted: bytes | None = None
        self.shown: Opened | None = None
        self.export = Export(self, context)
        self.side = ListPane()
        self.list = self.side.list
        self.list.current.connect(self._chosen)
        self.list.several.connect(self._several_chosen)
        self.list.opened.connect(self._enter)
        self._make_detail()
        self.content.setContentsMargins(0, 0, 0, 0)
        both = QHBoxLayout()
        both.setSpacing(0)
        both.addWidget(self.side)
        both.addWidget(Line(upright=True))
        both.addWidget(self._right, 1)
        self.content.addLayout(both)
        self._make_keys()
        self.setFocusProxy(self.list)
        if context.only_reads():
            self._only_show()

    def _make_detail(self) -> None:
        self.head = ItemHead()
        self.head.open_wanted.connect(self._open_subject)
        self.head.export_wanted.connect(self._export)
        self.head.again_wanted.connect(self._reopen)
        self.head.back_wanted.connect(self._take_back)
        self._intro = Label("", "body", "secondary", wrap=True)
        self.conflict, self.rejection, self.several = ConflictPane(), RejectionPane(), SeveralPane()
        self._connect()
        self._pane: QWidget = self.conflict
        self._one = QWidget()
        single = QVBoxLayout(self._one)
        single.setContentsMargins(0, 0, 0, 0)
        single.setSpacing(4)
        single.addWidget(self.head)
        single.addWidget(self._intro)
        single.addSpacing(8)
        self._detail = QWidget()
        self._column = column = QVBoxLayout(self._detail)
        column.setContentsMargins(MARGIN, 16, MARGIN, 16)
        column.setSpacing(4)
        column.addWidget(self._one)
        for pane in (self.conflict, self.rejection, self.several):
            pane.hide()
            column.addWidget(pane)
        column.addStretch(1)
        self._area = scrolling(self._detail)
        self._nothing = Face()
        self._right = QStackedWidget()
        self._right.addWidget(self._area)
        self._right.addWidget(self._nothing)

    def _connect(self) -> None:
        self.conflict.applied.connect(self._apply)
        self.conflict.mine_wanted.connect(self._keep_mine)
        self.conflict.theirs_wanted.connect(self._take_theirs)
        self.conflict.recreate_wanted.connect(self._recreate)
        self.conflict.grid.left.connect(self.list.setFocus)
        self.conflict.grid.refused.connect(self._refused)
        self.rejection.edit_wanted.connect(self._edit)
        self.rejection.resend_wanted.connect(self._resend)
        self.rejection.discard_wanted.connect(self._discard)
        self.rejection.fetch_wanted.connect(self._fetch)
        self.rejection.partner_wanted.connect(self._to_partner)
        self.several.mine_wanted.connect(self._keep_all)
        self.several.theirs_wanted.connect(self._take_all)
        self.several.resend_wanted.connect(self._resend_all)
        self.several.discard_wanted.connect(self._discard_all)
        self.several.back_wanted.connect(self._take_all_back)
        self.several.export_wanted.connect(self._export)

    def _make_keys(self) -> None:
        pressed: list[tuple[str, Callable[[], object]]]
        pressed = [(key, partial(self._press, key)) for key in _KEYS]
        pressed += [(key, partial(self._choose_side, side)) for key, side in _SIDES.items()]
        pressed += [
            ("J", partial(self.list.step, 1)),
            ("K", partial(self.list.step, -1)),
            ("A", self.list.choose_section),
            ("/", self.side.search.setFocus),
        ]
        for keys, slot in pressed:
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)

    def _press(self, key: str) -> None:
        """The button that shows this key, of what is open now."""
        self.conflict.grid.finish()
        parts = (self.several,) if self._pane is self.several else (self.head, self._pane)
        for part in parts:
            for button in getattr(part, "keys", {}).get(key, ()):
                if button.isVisible() and button.isEnabled():
                    button.click()
                    return

    def _choose_side(self, side: Side) -> None:
        shown = self.shown
        if (
            self._pane is self.conflict
            and self.conflict.isEnabled()
            and shown is not None
            and shown.item.row.state == "open"
        ):
            self.conflict.grid.choose(side)

    def _only_show(self) -> None:
        """Nothing can be decided; everything can be read and exported."""
        several = self.several
        buttons = (several.mine, several.theirs, several.resend, several.discard, several.back)
        for part in (self.conflict, self.rejection, *buttons, self.head.again, self.head.back):
            part.setEnabled(False)
            part.setToolTip(self.context.why_not)

    # showing

    def open(self, subject: Any) -> None:
        if isinstance(subject, bytes):
            self._wanted, self.stale = subject, True

    def refresh(self) -> None:
        self.ask(queries.inbox, then=self._came)

    def _came(self, found: Inbox) -> None:
        self.set_as_of(found.as_of)
        if not found.open and not found.decided:
            self.show_empty(
                t("Nothing needs you"),
                t("Conflicts and what headquarters rejects appear here, with everything to decide them."),
                icon="check-circle",
            )
            return
        self.show_content()
        wanted, self._wanted = self._wanted, None
        self.side.fill(found, wanted)

    def _chosen(self, row: InboxRow | None) -> None:
        if row is None:
            self.shown = None
            if self.side.shows_decided:
                self._nothing.empty(t("Nothing was decided yet"), "", icon="clock-counter-clockwise")
            else:
                self._nothing.empty(t("Nothing is left here"), "", icon="check-circle")
            self._right.setCurrentWidget(self._nothing)
            return
        self.ask(opened, row.id, key="item", then=self._show)

    def _several_chosen(self, rows: Sequence[InboxRow]) -> None:
        self.several.show_rows(rows)
        self._turn_to(self.several)

    def _show(self, found: Opened | None) -> None:
        if found is None:
            self.refresh()
            return
        if len(self.list.chosen_rows()) > 1:
            return
        again = self.shown is not None and self.shown.item.row.id == found.item.row.id
        if again and found == self.shown and self._pane is not self.several:
            self.head.show_item(found.item, *self._place(found.item.row))
            return
        focused = QApplication.focusWidget()
        had_focus = focused is not None and self._right.isAncestorOf(focused)
        self.shown = found
        item, row = found.item, found.item.row
        self.head.show_item(item, *self._place(row))
        self._intro.setText(_intro(item))
        if row.kind == "conflict":
            if not (again and self.conflict.shows(item)):
                self.conflict.show_item(item)
        else:
            self.rejection.show_item(item, found.order)
        self._turn_to(self.conflict if row.kind == "conflict" else self.rejection)
        if not again:
            self._area.verticalScrollBar().setValue(0)
        if had_focus:
            self._pane.setFocus(Qt.FocusReason.OtherFocusReason)

    def _turn_to(self, pane: QWidget) -> None:
        self._pane = pane
        self._one.setVisible(pane is not self.several)
        for one in (self.conflict, self.rejection, self.several):
            one.setVisible(one is pane)
        self._right.setCurrentWidget(self._area)

    def _place(self, row: InboxRow) -> tuple[int, int]:
        """Which of how many it is, as the list stands."""
        ids = [one.id for one in self.list.items.rows if isinstance(one, InboxRow)]
        return (ids.index(row.id) + 1 if row.id in ids else 1), max(1, len(ids))

    def _enter(self) -> None:
        self._pane.setFocus(Qt.FocusReason.TabFocusReason)

    # deciding

    def _apply(self, decision: Decision) -> None:
        self.act(actions.decide, decision.item.row.id, decision.choices())

    def _keep_mine(self, item: InboxItem) -> None:
        self.act(actions.keep_mine, [item.row.id])

    def _take_theirs(self, item: InboxItem) -> None:
        self.act(actions.take_theirs, [item.row.id])

    def _recreate(self, item: InboxItem) -> None:
        self.act(actions.recreate, item.row.id)

    def _reopen(self, item: InboxItem) -> None:
        self._wanted = item.row.id
        self.act(actions.reopen, item.row.id)

    def _take_back(self, item: InboxItem) -> None:
        self._wanted = item.row.id
        self.act(actions.take_back, item.row.id)

    def _edit(self, item: InboxItem) -> None:
        self.go("order_entry", Wanted(item.row.partner_id, revises=item.row.row_id))

    def _resend(self, item: InboxItem) -> None:
        self.act(actions.resend, item.row.id)

    def _fetch(self, item: InboxItem) -> None:
        self.act(actions.fetch_again, item.row.id, then=self._fetching)

    def _fetching(self, _done: object) -> None:
        if self.context.sync is not None:
            self.context.sync.sync_now()

    def _discard(self, item: InboxItem) -> None:
        """Everything can be taken back; only what else waits for it has to be asked."""
        if item.waiting:
            titles = [words.waiting_title(one) for one in item.waiting]
            self._ask_waiting([item.row.id], words.row_title(item.row), titles, len(titles))
        else:
            self.act(actions.discard, item.row.id)

    def _discard_all(self, rows: Sequence[InboxRow]) -> None:
        ids = [row.id for row in rows]
        waiting = sum(row.waiting for row in rows)
        if waiting:
            named = [words.row_title(row) for row in rows if row.waiting]
            title = n("{count} rejected change", "{count} rejected changes", len(rows))
            self._ask_waiting(ids, title, named, waiting)
        else:
            self.act(actions.discard, *ids)

    def _ask_waiting(self, ids: list[bytes], title: str, named: Sequence[str], count: int) -> None:
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(t("Give up"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(t("Give up {title}?", title=title))
        waits = n(
            "{count} change waits for it. Alone, it would be sent and rejected.",
            "{count} changes wait for it. Alone, they would be sent and rejected.",
            count,
        )
        box.setInformativeText("\n".join((waits, *named[:6])))
        all_of_it = box.addButton(t("Give up all of it"), QMessageBox.ButtonRole.DestructiveRole)
        only = box.addButton(t("Only this"), QMessageBox.ButtonRole.ActionRole)
        keep = box.addButton(t("Keep"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        all_of_it.clicked.connect(partial(self._give_up, ids, True))
        only.clicked.connect(partial(self._give_up, ids, False))
        box.open()

    def _give_up(self, ids: list[bytes], waiting_too: bool) -> None:
        self.act(actions.discard, *ids, waiting_too=waiting_too)

    def _keep_all(self, rows: Sequence[InboxRow]) -> None:
        self.act(actions.keep_mine, [row.id for row in rows])

    def _take_all(self, rows: Sequence[InboxRow]) -> None:
        self.act(actions.take_theirs, [row.id for row in rows])

    def _resend_all(self, rows: Sequence[InboxRow]) -> None:
        self.act(actions.resend, *(row.id for row in rows))

    def _take_all_back(self, rows: Sequence[InboxRow]) -> None:
        """As they were decided one after the other, the latest stands first in the list."""
        self.act(actions.take_back, *(row.id for row in reversed(rows)))

    def _refused(self, problem: Problem) -> None:
        self.context.say(tn(problem.notice), "bad")

    def _export(self, *_: object) -> None:
        rows = self.list.chosen_rows()
        if rows:
            name = words.row_title(rows[0]) if len(rows) == 1 else t("Needs you")
            self.export.ask_where(tuple(row.id for row in rows), name)

    # going elsewhere

    def _to_partner(self, partner_id: bytes) -> None:
        self.go("partner", partner_id)

    def _open_subject(self, item: InboxItem) -> None:
        row = item.row
        if row.entity == "sales_order" and self.shown is not None and self.shown.order is not None:
            self.go("orders", row.row_id)
        elif row.partner_id is not None:
            self.go("partner", row.partner_id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = self.width() < _NARROW
        self.side.setFixedWidth(_LIST_NARROW if narrow else _LIST)
        margin = MARGIN // 2 if narrow else MARGIN
        self._column.setContentsMargins(margin, 16, margin, 16)
        super().resizeEvent(event)


def _intro(item: InboxItem) -> str:
    if item.row.kind == "set_aside":
        return t("Headquarters sent something that this program could not store.")
    if item.row.kind == "rejection":
        return t("Headquarters judged what you sent and refused it.")
    if item.row.state == "decided":
        return t("This is what you decided. All versions are kept here.")
    if item.deleted_there:
        return t("You changed it here, headquarters deleted it. Both are kept until you decide.")
    if item.deleted_here:
        return t("You deleted it here, headquarters changed it meanwhile. Nothing was deleted yet.")
    if item.changed_by:
        return t(
            "You and {person} both changed this. Both versions are kept: decide field by field or at once.",
            person=item.changed_by,
        )
    return t(
        "You and headquarters both changed this. Both versions are kept: decide field by field or at once."
    )
