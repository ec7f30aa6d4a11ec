"""How long orders take from one state to the next."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.queries import order_times
from channeldesk.queries.order_times import Times
from ui.context import Context
from ui.i18n import formats, n, t
from ui.widgets.button import MAIN, Button
from ui.widgets.choice import Choice
from ui.widgets.dialog import Dialog
from ui.widgets.label import Label
from ui.widgets.orders import words


class TimesDialog(Dialog):
    """Of all territories, or of one with all below it."""

    def __init__(self, parent: QWidget, context: Context) -> None:
        super().__init__(parent)
        self.setWindowTitle(t("Times of orders"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(560)
        self._context = context
        self.area = Choice(t("Territory"), [(None, t("All"))])
        self.area.chosen.connect(self._ask)
        self._body = QWidget()
        done = Button(t("Close"), kind=MAIN, cap="Esc")
        done.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(done)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(24, 20, 24, 20)
        self._column.setSpacing(12)
        self._column.addWidget(Label(t("Times of orders"), "title"))
        days = n("Orders of the last {count} day", "Orders of the last {count} days", order_times.DAYS)
        self._column.addWidget(Label(days, "caption"))
        self._column.addWidget(self.area, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addWidget(self._body)
        self._column.addLayout(foot)
        self._ask(None)

    def _ask(self, area: object) -> None:
        self._context.tasks.ask(self, "times", order_times.times, area, then=self._came)

    def _came(self, found: Times) -> None:
        if self.area.key is None:
            self.area.set_options([(None, t("All")), *found.areas])
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        for at, head in enumerate(("", t("Half of them"), t("Nine in ten"), t("Orders"))):
            grid.addWidget(Label(head, "caption"), 0, at, Qt.AlignmentFlag.AlignRight)
        texts = {
            "accepted": t("Until it is accepted"),
            "sent": t("Until the first goods leave"),
            "shipped": t("Until all of it has left"),
            "arrived": t("Until all of it has arrived"),
            "whole": t("From the order to the last arrival"),
        }
        for row, leg in enumerate(found.legs, start=1):
            grid.addWidget(Label(texts[leg.name]), row, 0)
            count = formats().integer(leg.orders)
            for at, text in enumerate((_time(leg.median), _time(leg.most), count), start=1):
                grid.addWidget(Label(text), row, at, Qt.AlignmentFlag.AlignRight)
        self._column.replaceWidget(self._body, made)
        self._body.hide()
        self._body.deleteLater()
        self._body = made


def _time(took: int | None) -> str:
    return "–" if took is None else words.duration(took) or t("under a minute")
