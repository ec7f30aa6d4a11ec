"""Needs you: conflicts with their three versions, what headquarters rejected, what could not be stored."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMessageBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from channeldesk.actions import inbox as actions
from channeldesk.model.changes import Topic
from channeldesk.queries import inbox as queries
from channeldesk.queries import orders
from channeldesk.queries.inbox import Inbox, InboxItem, InboxRow
from channeldesk.queries.orders import OrderDetail
from ui.context import Context
from ui.i18n import n, t
from ui.page import Page
from ui.theme.tokens import MARGIN
from ui.viewmodels.inbox_decision import Decision, Side
from ui.viewmodels.order_entry import Wanted
from ui.widgets.button import Button
from ui.widgets.face import Face
from ui.widgets.inbox import words
from ui.widgets.inbox.conflict_pane import ConflictPane
from ui.widgets.inbox.item_list import ItemList
from ui.widgets.inbox.rejection_pane import RejectionPane
from ui.widgets.key_row import KeyRow
from ui.widgets.label import Elided, Label, Line
from ui.widgets.scroll import scrolling

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LIST, _LIST_NARROW, _NARROW = 336, 260, 1_000


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
    topics = frozenset({Topic.INBOX, Topic.ORDERS, Topic.PARTNERS, Topic.CONTACTS})

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._wanted: bytes | None = None
        self.shown: Opened | None = None
        self._make_list()
        self._make_detail()
        self.content.setContentsMargins(0, 0, 0, 0)
        both = QHBoxLayout()
        both.setSpacing(0)
        both.addWidget(self._side)
        both.addWidget(Line(upright=True))
        both.addWidget(self._right, 1)
        self.content.addLayout(both)
        self._make_keys()
        self.setFocusProxy(self.list)

    def _make_list(self) -> None:
        self._side = QWidget()
        self._note = Label("", "caption")
        self.list = ItemList()
        self.list.current.connect(self._chosen)
        keys = KeyRow((("J", t("next")), ("K", t("previous"))))
        column = QVBoxLayout(self._side)
        column.setContentsMargins(0, 16, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(MARGIN, 0, MARGIN, 8)
        head.setSpacing(2)
        head.addWidget(Label(t("Needs you"), "title"))
        head.addWidget(self._note)
        column.addLayout(head)
        rows = QVBoxLayout()
        rows.setContentsMargins(12, 0, 12, 0)
        rows.addWidget(self.list)
        column.addLayout(rows, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(MARGIN, 0, MARGIN, 4)
        foot.addWidget(keys)
        column.addLayout(foot)

    def _make_detail(self) -> None:
        self._path = Label("", "caption")
        self._title, self._second = Elided("", "title"), Elided("", "body", "secondary")
        self._open_row = Button(t("Open"), icon="arrow-right", keys="O")
        self._open_row.clicked.connect(self._open_subject)
        self._again = Button(t("Decide again"), icon="arrow-counter-clockwise")
        self._again.clicked.connect(self._reopen)
        self._intro = Label("", "body", "secondary", wrap=True)
        self.conflict, self.rejection = ConflictPane(), RejectionPane()
        self.conflict.applied.connect(self._apply)
        self.rejection.edit_wanted.connect(self._edit)
        self.rejection.resend_wanted.connect(self._resend)
        self.rejection.discard_wanted.connect(self._discard)
        self._pane: QWidget = self.conflict
        self._detail = QWidget()
        column = QVBoxLayout(self._detail)
        column.setContentsMargins(MARGIN, 16, MARGIN, 16)
        column.setSpacing(4)
        column.addWidget(self._path)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._title)
        row.addWidget(self._second, 1)
        row.addWidget(self._again)
        row.addWidget(self._open_row)
        column.addLayout(row)
        column.addWidget(self._intro)
        column.addSpacing(8)
        for pane in (self.conflict, self.rejection):
            pane.hide()
            column.addWidget(pane)
        column.addStretch(1)
        area = scrolling(self._detail)
        self._nothing = Face()
        self._right = QStackedWidget()
        self._right.addWidget(area)
        self._right.addWidget(self._nothing)
        self._area = area

    def _make_keys(self) -> None:
        for keys, slot in (
            ("J", partial(self.list.step, 1)),
            ("K", partial(self.list.step, -1)),
            ("M", self._mine),
            ("T", self._theirs),
            ("B", self._base),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)

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
        self._note.setText(_summary(found))
        wanted, self._wanted = self._wanted, None
        self.list.fill(found, wanted)

    def _chosen(self, row: InboxRow | None) -> None:
        if row is None:
            self._nothing.empty(t("Everything is decided"), "", icon="check-circle")
            self._right.setCurrentWidget(self._nothing)
            return
        self.ask(opened, row.id, key="item", then=self._show)

    def _show(self, found: Opened | None) -> None:
        if found is None:
            self.refresh()
            return
        again = self.shown is not None and self.shown.item.row.id == found.item.row.id
        focused = QApplication.focusWidget()
        had_focus = focused is not None and self._right.isAncestorOf(focused)
        self.shown = found
        item, row = found.item, found.item.row
        self._path.setText(self._path_text(found))
        name, second = words.names(row)
        self._title.set_text(name)
        self._second.set_text(second)
        self._intro.setText(_intro(item))
        self._open_row.setVisible(row.partner_id is not None)
        self._again.setVisible(row.kind == "conflict" and row.state == "decided")
        if row.kind == "conflict":
            self.conflict.show_item(item)
        else:
            self.rejection.show_item(item, found.order)
        self._pane = self.conflict if row.kind == "conflict" else self.rejection
        self.conflict.setVisible(self._pane is self.conflict)
        self.rejection.setVisible(self._pane is self.rejection)
        self._right.setCurrentWidget(self._area)
        if not again:
            self._area.verticalScrollBar().setValue(0)
        if had_focus:
            self._pane.setFocus(Qt.FocusReason.OtherFocusReason)

    def _path_text(self, found: Opened) -> str:
        item, row = found.item, found.item.row
        rows = [one for one in self.list.items.rows if isinstance(one, InboxRow)]
        same = [one.id for one in rows if (one.kind, one.state) == (row.kind, row.state)]
        place = same.index(row.id) + 1 if row.id in same else 1
        kinds = {
            "conflict": t("Conflict {place} of {count}", place=place, count=len(same)),
            "rejection": t("Rejected {place} of {count}", place=place, count=len(same)),
            "set_aside": t("Set aside {place} of {count}", place=place, count=len(same)),
        }
        kind = t("Decided") if row.state == "decided" else kinds[row.kind]
        return "  ·  ".join(filter(None, (kind, words.entity_title(row.entity), item.code)))

    # deciding

    def _mine(self) -> None:
        self._take(Side.MINE)

    def _theirs(self) -> None:
        self._take(Side.THEIRS)

    def _base(self) -> None:
        self._take(Side.BASE)

    def _take(self, side: Side) -> None:
        shown = self.shown
        if shown is not None and shown.item.row.kind == "conflict" and shown.item.row.state == "open":
            self.conflict.grid.choose(side)

    def _apply(self, decision: Decision) -> None:
        self.act(actions.decide, decision.item.row.id, decision.choices())

    def _reopen(self) -> None:
        if self.shown is not None:
            self._wanted = self.shown.item.row.id
            self.act(actions.reopen, self.shown.item.row.id)

    def _edit(self, item: InboxItem) -> None:
        self.go("order_entry", Wanted(item.row.partner_id, revises=item.row.row_id))

    def _resend(self, item: InboxItem) -> None:
        self.act(actions.resend, item.row.id)

    def _discard(self, item: InboxItem) -> None:
        """A row set aside is only acknowledged; what is given up cannot come back, so it is asked."""
        if item.row.kind == "set_aside":
            self.act(actions.discard, item.row.id)
            return
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(t("Give up"))
        box.setText(t("Give up {title}?", title=words.row_title(item.row)))
        box.setInformativeText(t("What it made on this laptop goes. This cannot be undone."))
        give_up = box.addButton(t("Give up"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(t("Keep"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        give_up.clicked.connect(partial(self._give_up, item.row.id))
        box.open()

    def _give_up(self, item_id: bytes) -> None:
        self.act(actions.discard, item_id)

    def _open_subject(self) -> None:
        if self.shown is None or self.shown.item.row.partner_id is None:
            return
        row = self.shown.item.row
        if row.entity == "sales_order" and self.shown.order is not None:
            self.go("orders", row.row_id)
        else:
            self.go("partner", row.partner_id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._side.setFixedWidth(_LIST_NARROW if self.width() < _NARROW else _LIST)
        super().resizeEvent(event)


def _summary(found: Inbox) -> str:
    kinds = [row.kind for row in found.open]
    parts = (
        (kinds.count("conflict"), n("{count} conflict", "{count} conflicts", kinds.count("conflict"))),
        (kinds.count("rejection"), n("{count} rejected", "{count} rejected", kinds.count("rejection"))),
        (kinds.count("set_aside"), n("{count} set aside", "{count} set aside", kinds.count("set_aside"))),
    )
    return "  ·  ".join(text for count, text in parts if count) or t("everything is decided")


def _intro(item: InboxItem) -> str:
    if item.row.kind == "set_aside":
        return t("Headquarters sent a row that this program could not store.")
    if item.row.kind == "rejection":
        return t("Headquarters judged what you sent and refused it.")
    if item.row.state == "decided":
        return t("This is what you decided; it went to headquarters like any other edit.")
    if item.current is None:
        return t("You changed it here, headquarters deleted it. Both are kept until you decide.")
    if item.changed_by:
        return t(
            "You and {person} both changed this. Both versions are kept: decide field by field or at once.",
            person=item.changed_by,
        )
    return t(
        "You and headquarters both changed this. Both versions are kept: decide field by field or at once."
    )
