"""What can be done with the week that is shown: order a day of it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.i18n import t
from ui.widgets.button import Button


class WeekTools(QWidget):
    order_wanted = Signal()

    def __init__(self, may_order: bool) -> None:
        super().__init__()
        self.order = Button(
            t("Order the day"),
            icon="navigation-arrow",
            keys="D",
            tip=t("Proposes the shortest way through the visits of the day under the cursor"),
        )
        self.order.clicked.connect(self.order_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.order)
        if not may_order:
            self.order.hide()
