"""Everything that was written at once: its entries in their order, with headquarters' answers."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.queries import trail_list
from channeldesk.queries.trail_list import TrailChange
from ui.context import Context
from ui.i18n import formats, t
from ui.widgets.button import Button
from ui.widgets.dialog import Dialog
from ui.widgets.label import Elided, Label
from ui.widgets.list_table import ListTable
from ui.widgets.trail import words
from ui.widgets.trail.columns import entry_columns

_EDGE, _SIZE = 24, (920, 520)


class ChangeDialog(Dialog):
    chapter = "settings"

    def __init__(self, parent: QWidget, context: Context, change: TrailChange) -> None:
        super().__init__(parent)
        title = words.title(change.lead)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.table = ListTable(
            context.tasks,
            t("Entries"),
            entry_columns(),
            trail_list.entry_keys,
            trail_list.entry_rows,
            subject=(change.key,),
            filters=False,
            sort="seq",
        )
        self.table.told.connect(context.say)
        close = Button(t("Close"), cap="Esc")
        close.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(_EDGE, 20, _EDGE, 20)
        column.setSpacing(8)
        column.addWidget(Elided(title, "title"))
        column.addWidget(Label(formats().instant_short(change.lead.at), "caption"))
        column.addWidget(self.table, 1)
        column.addLayout(foot)
        self.resize(*_SIZE)
        self.table.reload()
        self.table.setFocus()
