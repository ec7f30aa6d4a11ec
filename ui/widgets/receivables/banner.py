"""Over a blocked partner's invoices: since when, why, by whom, and the way out."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.queries.payments import BlockRow
from ui.i18n import formats, t, tn
from ui.theme import colour
from ui.widgets.button import Button
from ui.widgets.label import Label


class BlockBanner(QWidget):
    """Hidden while nothing holds the partner. ``block`` is what the buttons are about."""

    ask_wanted = Signal()
    release_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.block: BlockRow | None = None
        self.title = Label("", "body", "bad", wrap=True)
        self.why = Label("", "caption", wrap=True)
        self.ask = Button(t("Ask for release…"), icon="paper-plane-tilt")
        self.release = Button(t("Release…"), icon="check")
        self.ask.clicked.connect(self.ask_wanted)
        self.release.clicked.connect(self.release_wanted)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.why)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 12, 8)
        row.setSpacing(8)
        row.addLayout(words, 1)
        row.addWidget(self.ask)
        row.addWidget(self.release)
        self.hide()

    def show_block(self, block: BlockRow | None, *, staff: bool, asks: bool) -> None:
        """``staff`` releases, others (``asks``) ask for it, once."""
        self.block = block
        self.setVisible(block is not None)
        if block is None:
            return
        day = formats().day(block.since)
        by = t("by the rule") if block.kind == "rule" else t("by {person}", person=block.by or "–")
        waits = t("Orders wait for a person.")
        self.title.setText(t("Blocked since {day}, {by}. {waits}", day=day, by=by, waits=waits))
        told = [block.reason or "", *(tn(one) for one in block.reasons)]
        if block.asked is not None:
            told.append(t("The release is asked for; somebody has to decide."))
        if block.provisional:
            told.append(t("Headquarters has not heard of this yet."))
        self.why.setText("\n".join(filter(None, told)))
        self.why.setVisible(bool(self.why.text()))
        self.ask.setVisible(asks and not staff and block.asked is None)
        self.release.setVisible(staff)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(QRectF(self.rect()), colour("hover"))
            painter.fillRect(QRectF(0, 0, 4, self.height()), colour("bad_graphic"))
