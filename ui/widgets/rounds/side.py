"""Beside the history: what waits to be sent, what needs the person, and what this laptop is."""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from channeldesk.queries.rounds import Standing
from ui.i18n import formats, n, t
from ui.widgets.entries import Entries, Entry
from ui.widgets.label import Elided, Label, Line
from ui.widgets.rounds import words
from ui.widgets.today import words as work

_HOUR_MS = 3_600_000


class SidePane(QWidget):
    """``inbox_wanted`` when what needs the person is opened."""

    inbox_wanted = Signal()

    def __init__(self, profile: Any, *, own: bool) -> None:
        """``own``: for the people of a partner, whose laptop holds no other one."""
        super().__init__()
        self._own = own
        self._profile = profile
        self._waiting_title = Label(t("Waits to be sent"), "section")
        self.waiting = Entries()
        self._sent = Label(t("Everything is sent."), "body", "secondary", wrap=True)
        self.needs = Entries()
        self.needs.opened.connect(self._open)
        self._settled = Label(t("Nothing needs you."), "body", "secondary", wrap=True)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(16)
        self._facts.setVerticalSpacing(6)
        self._facts.setColumnStretch(1, 1)
        self._values: dict[str, Elided] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 0, 0, 0)
        column.setSpacing(8)
        for part in (self._waiting_title, self.waiting, self._sent):
            column.addWidget(part)
        column.addSpacing(8)
        column.addWidget(Line())
        column.addSpacing(8)
        column.addWidget(Label(t("Needs you"), "section"))
        column.addWidget(self.needs)
        column.addWidget(self._settled)
        column.addSpacing(8)
        column.addWidget(Line())
        column.addSpacing(8)
        column.addWidget(Label(t("This laptop"), "section"))
        column.addLayout(self._facts)
        column.addStretch(1)

    def show_standing(self, found: Standing) -> None:
        self.waiting.fill([_waiting(one) for one in found.waiting])
        self.waiting.setVisible(bool(found.waiting))
        self._sent.setVisible(not found.waiting)
        needs = _needs(found)
        self.needs.fill(needs)
        self.needs.setVisible(bool(needs))
        self._settled.setVisible(not needs)
        form, who = formats(), self._profile
        self._fact("person", t("Person"), getattr(who, "user_name", ""))
        self._fact("company", t("Company"), getattr(who, "company", ""))
        self._fact("server", t("Headquarters"), getattr(who, "server", ""))
        self._fact("device", t("Number prefix"), getattr(who, "device_prefix", ""))
        if not self._own:
            self._fact("partners", t("Partners here"), form.integer(found.partners))
        self._fact("size", t("Data, encrypted"), words.size_text(found.size))

    def _fact(self, key: str, title: str, value: str) -> None:
        if key not in self._values:
            row = len(self._values)
            self._values[key] = Elided("")
            self._facts.addWidget(Label(title, "body", "secondary"), row, 0)
            self._facts.addWidget(self._values[key], row, 1)
        self._values[key].set_text(str(value) or "–")

    def _open(self, _key: object) -> None:
        self.inbox_wanted.emit()


def _waiting(one: Any) -> Entry:
    icon, text = work.waiting(one)
    since = t("since {moment}", moment=formats().instant_short(one.oldest)) if one.oldest else ""
    old = one.oldest and time.time() * 1000 - one.oldest > 24 * _HOUR_MS
    return Entry(icon, text, since, tone="warning" if old else "secondary")


def _needs(found: Standing) -> list[Entry]:
    status = found.status
    made = []
    if status.conflicts:
        made.append(
            Entry(
                "git-diff",
                n("{count} conflict", "{count} conflicts", status.conflicts),
                tone="bad",
                key="conflict",
            )
        )
    if status.rejections:
        text = n("{count} rejected by headquarters", "{count} rejected by headquarters", status.rejections)
        made.append(Entry("x-circle", text, tone="bad", key="rejection"))
    if status.set_aside:
        text = n("{count} row set aside", "{count} rows set aside", status.set_aside)
        made.append(Entry("prohibit", text, tone="warning", key="set_aside"))
    return made
