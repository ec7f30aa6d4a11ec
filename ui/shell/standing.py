"""A strip over every page while something limits what can be done on this laptop: how long it may still work
without headquarters, or that its clock is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from channeldesk.model.notice import Notice
from ui import icons
from ui.i18n import t, tn
from ui.theme import colour
from ui.theme.tokens import MARGIN
from ui.widgets.button import LINK, Button
from ui.widgets.label import Label

if TYPE_CHECKING:
    from channeldesk.sync.lease import Standing

_LEAST = 32


class StandingStrip(QWidget):
    """``contact_wanted``: the person presses what ends it."""

    contact_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._text = Label("", "body", wrap=True)
        self.contact = Button(t("Synchronise now"), kind=LINK)
        self.contact.clicked.connect(self.contact_wanted)
        self._tone = "warning"
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN + 24, 0, MARGIN, 0)
        row.setSpacing(16)
        row.addWidget(self._text, 1)
        row.addWidget(self.contact)
        self.hide()

    def show_standing(self, standing: Standing | None) -> None:
        notice = standing.notice if standing is not None else None
        self.setVisible(notice is not None)
        if standing is None or notice is None:
            return
        self._tone = "bad" if standing.read_only else "warning"
        by_clock = notice.code == "trust.clock_behind"
        told = (notice, Notice("remedy.set_clock")) if by_clock else (notice,)
        self._text.setText(" ".join(map(tn, told)))
        self.contact.setVisible(not by_clock)
        self.setAccessibleName(self._text.text())
        self._fit()
        self.update()

    def resizeEvent(self, event: object) -> None:
        self._fit()

    def _fit(self) -> None:
        """As high as the text needs at this width."""
        beside = self.contact.sizeHint().width() + 16 if self.contact.isVisibleTo(self) else 0
        wide = max(200, self.width() - 2 * MARGIN - 24 - beside)
        self.setFixedHeight(max(_LEAST, self._text.heightForWidth(wide) + 14))

    def sizeHint(self) -> QSize:
        return QSize(400, _LEAST)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour(f"{self._tone}_fill"))
            icon = "lock" if self._tone == "bad" else "warning"
            icons.paint(painter, MARGIN, (self.height() - 16) // 2, icon, self._tone)
