"""Beside the sheet: how far the count is, what differs, a note, and the one key that records it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from channeldesk.rules.counts import Verdict
from ui.i18n import formats, n, t, tn, two_names
from ui.viewmodels.stock_count import CountRow, StockCount
from ui.widgets.button import MAIN, QUIET, Button
from ui.widgets.field import FormField
from ui.widgets.label import Elided, Label, Line
from ui.widgets.progress import Bar
from ui.widgets.stock import words

WIDTH, NARROW = 300, 248
_SHOWN, _FEW = 8, 3
"""Differences that are listed; few where there is more to tell below them."""


class CountPane(QWidget):
    """``noted`` with the note, ``difference_chosen`` with a product's id."""

    noted = Signal(str)
    difference_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.figure = Label("", "title", wrap=True)
        self.left = Label("", "caption", wrap=True)
        self.bar = Bar(6)
        self.bar.setAccessibleName(t("Products counted"))
        self._title = Label(t("Differences"), "section")
        self._none = Label("", "caption", wrap=True)
        self._lines = [_Difference() for _ in range(_SHOWN)]
        self._more = Label("", "caption")
        self.amount = Label("", "caption", wrap=True)
        self.limit = Label("", "caption", "warning", wrap=True)
        self.note = QLineEdit()
        self.note.setPlaceholderText(t("What headquarters should know"))
        self.note.editingFinished.connect(self._noted)
        self.saved = Elided("", "caption")
        self.record = Button(t("Record count"), kind=MAIN, keys="Ctrl+Return")
        self.record.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.discard = Button(t("Discard"), kind=QUIET, icon="trash")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 0, 0, 0)
        column.setSpacing(6)
        for part in (self.figure, self.bar, self.left):
            column.addWidget(part)
        column.addSpacing(12)
        column.addWidget(self._title)
        column.addWidget(self._none)
        for line in self._lines:
            column.addWidget(line)
        column.addWidget(self._more)
        column.addWidget(self.amount)
        column.addWidget(self.limit)
        column.addStretch(1)
        column.addWidget(FormField(t("Note"), self.note))
        column.addSpacing(4)
        column.addWidget(Line())
        column.addSpacing(4)
        column.addWidget(self.record)
        foot = QHBoxLayout()
        foot.addWidget(self.saved, 1)
        foot.addWidget(self.discard)
        column.addLayout(foot)

    def show_count(self, count: StockCount) -> None:
        rows = count.rows
        self.figure.setText(t("{counted} of {all} counted", counted=count.counted, all=len(rows)))
        self.bar.set_share(count.counted / len(rows) if rows else 0.0)
        left = len(count.left)
        self.left.setText(
            n(
                "{count} product not counted keeps its level",
                "{count} products not counted keep their level",
                left,
            )
            if left
            else t("Every product is counted")
        )
        found = count.verdict
        self._show_differences(count.differing, count.counted, _FEW if found.waits else _SHOWN)
        self._show_verdict(found, count.currency)
        self.record.setEnabled(bool(count.counted))
        if not self.note.hasFocus():
            self.note.setText(count.draft.note or "")

    def _show_differences(self, rows: Sequence[CountRow], counted: int, most: int) -> None:
        self._none.setVisible(not rows)
        self._none.setText(t("All as the books say") if counted else t("Nothing is counted yet"))
        for line, row in zip(self._lines, [*rows[:most], *[None] * _SHOWN], strict=False):
            line.setVisible(row is not None)
            if row is not None:
                line.fill(row)
        more = len(rows) - most
        self._more.setVisible(more > 0)
        self._more.setText(n("and {count} more", "and {count} more", max(0, more)))

    def _show_verdict(self, found: Verdict, currency: str) -> None:
        """What the differences come to; above the limit, what that asks for."""
        amount = formats().money(found.amount, currency) if found.amount else ""
        self.amount.setText(t("At list price: {amount}", amount=amount) if amount and not found.waits else "")
        self.amount.setVisible(bool(self.amount.text()))
        told = [tn(one) for one in found.told]
        if found.waits:
            told.append(
                t("Each product that differs needs a reason (F6), and somebody has to approve the count.")
            )
        self.limit.setText("\n".join(told))
        self.limit.setVisible(bool(told) and found.waits)

    def _noted(self) -> None:
        self.noted.emit(self.note.text())


class _Difference(QWidget):
    """One product that differs, and by how much."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(24)
        self._name = Elided("")
        self._difference = Label("", "strong")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._name, 1)
        row.addWidget(self._difference, 0, Qt.AlignmentFlag.AlignRight)

    def fill(self, row: CountRow) -> None:
        found = row.variance
        difference = found.difference if found is not None else 0
        self._name.set_text(two_names(row.line.name, row.line.name_local)[0])
        self._difference.setText(words.signed(difference))
        self._difference.set_tint("bad" if difference < 0 else "warning")
        reason = words.reason(row.reason_code, row.reason) or t("no reason given")
        self.setToolTip("\n".join((row.line.sku, reason)))
