"""The brief: one look before going in. Space or Esc closes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from channeldesk.queries import clock, partner, timeline
from ui import icons
from ui.context import Context
from ui.errors import explain
from ui.i18n import t, two_names
from ui.widgets.ask_where import ask_where
from ui.widgets.button import Button
from ui.widgets.dialog import Dialog
from ui.widgets.label import Elided, Label
from ui.widgets.paper import save_pdf
from ui.widgets.partners.brief_text import Brief, Part, as_text, from_today, paper, parts, second_line

_KINDS = frozenset({"visit", "order"})


def brief(connection: Any, partner_id: bytes) -> Brief | None:
    """What the brief is made of, in one snapshot, on the partner's business date; None: it is not here."""
    today = clock.today_of(connection, partner_id)
    detail = partner.detail(connection, partner_id, today)
    return None if detail is None else (detail, timeline.events(connection, partner_id, _KINDS, 30))


def briefs(connection: Any, partner_ids: Sequence[bytes]) -> list[Brief]:
    """Of those that are here, in this order."""
    return [found for one in partner_ids if (found := brief(connection, one)) is not None]


class BriefDialog(Dialog):
    def __init__(self, parent: QWidget, context: Context, partner_id: bytes) -> None:
        super().__init__(parent)
        self.setWindowTitle(t("Brief"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self.text = context, ""
        self._brief: Brief | None = None
        self._name, self._second = Label("", "title", wrap=True), Elided("", "caption")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(14)
        self._grid.setColumnStretch(1, 1)
        body = QWidget()
        body.setObjectName("body")
        inside = QVBoxLayout(body)
        inside.setContentsMargins(0, 0, 8, 0)
        inside.addLayout(self._grid)
        inside.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(body)
        copy = Button(t("Copy"), icon="copy", keys="Ctrl+C")
        close = Button(t("Close"), cap="Space")
        self.paper = Button(t("Save as PDF"), icon="printer", keys="P")
        self.paper.setEnabled(False)
        self.paper.clicked.connect(self._ask_where)
        copy.clicked.connect(self._copy)
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(copy)
        foot.addWidget(self.paper)
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(4)
        column.addWidget(self._name)
        column.addWidget(self._second)
        column.addSpacing(12)
        column.addWidget(area, 1)
        column.addSpacing(8)
        column.addLayout(foot)
        self.resize(560, 600)
        context.tasks.ask(self, "brief", brief, partner_id, then=self._came, failed=self._failed)
        close.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.accept()
        else:
            super().keyPressEvent(event)

    def _came(self, found: Brief | None) -> None:
        if found is None:
            self.reject()
            return
        detail, events = self._brief = found
        self.paper.setEnabled(True)
        name, _ = two_names(detail.name, detail.name_local)
        self._name.setText(name)
        self._second.set_text(second_line(detail))
        told = parts(detail, events, from_today(date.fromisoformat(detail.today)))
        self.text = as_text(name, told)
        for row, one in enumerate(told):
            self._fill(row, one)

    def _fill(self, row: int, one: Part) -> None:
        sign = _Sign(one.icon, one.tone)
        lines = QVBoxLayout()
        lines.setSpacing(2)
        lines.addWidget(Label(one.title, "section"))
        for line in one.lines:
            lines.addWidget(Label(line, "body", wrap=True))
        self._grid.addWidget(sign, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addLayout(lines, row, 1)

    def _failed(self, error: Exception) -> None:
        self._name.setText(explain(error).happened)

    def _ask_where(self) -> None:
        if self._brief is not None:
            name = f"{t('Brief')} {self._brief[0].code}.pdf"
            ask_where(self, t("Save as PDF"), name, self.save_to, kind="PDF (*.pdf)", suffix="pdf")

    def save_to(self, path: str) -> None:
        if self._brief is not None:
            made, target = paper([self._brief], self._context.who), Path(path)
            then = partial(self._saved, target.name)
            self._context.tasks.run(self, "pdf", save_pdf, made, target, then=then, failed=self._context.fail)

    def _saved(self, name: str, _nothing: object) -> None:
        self._context.say(t("Saved as {file}.", file=name), "good")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)
        self._context.say(t("Copied the brief"), "info")


class _Sign(QWidget):
    def __init__(self, icon: str, tone: str) -> None:
        super().__init__()
        self._icon, self._tone = icon, tone
        self.setFixedSize(16, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            icons.paint(painter, 0, 1, self._icon, self._tone)
