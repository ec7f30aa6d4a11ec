"""Synchronisation: how it stands now, what waits, what needs the person, and the history of rounds."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.actions.settings import put
from channeldesk.model.changes import Topic
from channeldesk.queries import rounds
from channeldesk.queries.rounds import RoundRow, Standing
from ui.context import Context
from ui.i18n import n, t
from ui.page import Page, PageHeader, section
from ui.syncing import Syncing
from ui.widgets.button import MAIN, Button
from ui.widgets.face import Face
from ui.widgets.label import Line
from ui.widgets.list_table import ListTable
from ui.widgets.notes import Notes
from ui.widgets.rounds import words
from ui.widgets.rounds.columns import columns
from ui.widgets.rounds.side import SidePane
from ui.widgets.rounds.state import StatePanel
from ui.widgets.scroll import scrolling

_SIDE, _SIDE_NARROW, _NARROW = 320, 248, 1_000


class RoundsPage(Page):
    topics = frozenset({Topic.SYNC, Topic.INBOX})

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.sync: Syncing | None = context.sync
        self._standing: Standing | None = None
        self.now = Button("", icon="arrows-clockwise", kind=MAIN)
        self.offline = Button("", icon="cloud-slash")
        self.compare = Button(
            t("Compare with headquarters"),
            icon="shield-check",
            tip=t("Looks for silent damage in this laptop's copy and repairs it"),
        )
        self.compare.clicked.connect(self._compare)
        self.now.clicked.connect(self._now)
        self.offline.clicked.connect(self._toggle)
        self.header = PageHeader(t("Synchronisation"), self.compare, self.offline, self.now)
        self.state = StatePanel()
        self.state.cancelled.connect(self._cancel)
        self.table = ListTable(
            context.tasks, t("History"), columns(), rounds.keys, rounds.rows, sort="ended", descending=True
        )
        self.table.current.connect(self._follow)
        self.table.told.connect(context.say)
        self.table.set_empty(_empty)
        self.why = Notes()
        self.why.hide()
        self.side = SidePane(context.profile, own=context.is_partner)
        self.side.inbox_wanted.connect(self._inbox)
        self._area = scrolling(self.side)
        self._ticking = QTimer(self, interval=1_000)
        self._ticking.timeout.connect(self._show)
        self._lay_out()
        self.setFocusProxy(self.now)
        if self.sync is not None:
            self.sync.changed.connect(self._show)
            self.sync.compared.connect(self._compared)

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 16, 0)
        column.setSpacing(12)
        column.addWidget(self.state)
        column.addWidget(Line())
        column.addWidget(section(t("History"), "", self.table.tools))
        column.addWidget(self.table, 1)
        column.addWidget(self.why)
        both = QHBoxLayout()
        both.setSpacing(0)
        both.addWidget(left, 1)
        both.addWidget(Line(upright=True))
        both.addWidget(self._area)
        self.content.addWidget(self.header)
        self.content.addLayout(both, 1)

    def refresh(self) -> None:
        self.ask(rounds.standing, then=self._came)
        self.table.reload()

    def _came(self, found: Standing) -> None:
        self._standing = found
        self.set_as_of(found.as_of)
        self.show_content()
        self.side.show_standing(found)
        self._show()

    def _show(self) -> None:
        if not self.isVisible():
            return
        sync, found = self.sync, self._standing
        self.state.show_state(sync, found.as_of if found is not None else None)
        chosen = sync is not None and sync.offline
        again = sync is not None and sync.needs_sign_in
        self._label(self.now, t("Sign in again") if again else t("Synchronise now"))
        self.now.set_icon("sign-in" if again else "arrows-clockwise")
        self.now.setEnabled(sync is not None and not sync.status.running)
        self.now.setVisible(not chosen)
        self._label(self.offline, t("Work online") if chosen else t("Work offline"))
        self.offline.set_icon("cloud-check" if chosen else "cloud-slash")
        self.offline.setEnabled(sync is not None)
        self.compare.setEnabled(self.now.isEnabled() and not again and not chosen)

    @staticmethod
    def _label(button: Button, text: str) -> None:
        if button.text() != text:
            button.setText(text)
            button.setAccessibleName(text)

    def _now(self) -> None:
        """As F9 does: a round, or the sign-in where headquarters wants one."""
        top = getattr(self.window(), "top", None)
        if top is not None:
            top.sync.sync_wanted.emit()

    def _compare(self) -> None:
        if self.sync is not None:
            self.sync.compare()
            told = t("Comparing this laptop's copy with headquarters'. It runs beside your work.")
            self.context.say(told, "info")

    def _compared(self, differed: int | None) -> None:
        if differed is None:
            told = t("It was too early to compare: edits wait, or headquarters has news.")
            self.context.say(told, "warning")
        elif differed:
            told = n(
                "{count} part differed and was fetched again.",
                "{count} parts differed and were fetched again.",
                differed,
            )
            self.context.say(told, "warning")
        else:
            self.context.say(t("This laptop's copy equals headquarters'."), "good")

    def _toggle(self) -> None:
        if self.sync is not None:
            self.act(put, "work_offline", "no" if self.sync.offline else "yes")

    def _cancel(self) -> None:
        if self.sync is not None:
            self.sync.cancel()
            self.context.say(t("Stopping after this step. What arrived stays; it goes on later."), "info")

    def _inbox(self) -> None:
        self.go("inbox")

    def _follow(self, row: RoundRow | None) -> None:
        told = words.consequences(row) if row is not None else []
        self.why.fill(told)
        self.why.setVisible(bool(told))

    def showEvent(self, event: QShowEvent) -> None:
        self._ticking.start()
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        self._ticking.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._area.setFixedWidth(_SIDE_NARROW if self.width() < _NARROW else _SIDE)


def _empty(face: Face, filtered: bool) -> None:
    if filtered:
        face.empty(t("Nothing matches"), t("No round fits these filters."), t("Clear filters"), "funnel")
    else:
        face.empty(
            t("No rounds yet"),
            t("Every synchronisation that does something is noted here."),
            icon="cloud-check",
        )
