"""The reasons for a difference, each with a key: a digit chooses."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from channeldesk.model.stock import REASONS
from channeldesk.rules.words import COUNT_REASONS
from ui.i18n import t
from ui.viewmodels.stock_count import CountRow

WORDS = "words"
"""Chosen to write words beside the reason."""


class ReasonMenu(QMenu):
    """``chosen`` carries the reason's code, :data:`WORDS`, or "" for none."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget, current: str | None) -> None:
        super().__init__(parent)
        for key, code in enumerate(REASONS, 1):
            self._offer(str(key), t(COUNT_REASONS[code]), code, code == current)
        self.addSeparator()
        self._offer("8", t("In words…"), WORDS)
        self._offer("0", t("No reason"), "")

    def _offer(self, key: str, text: str, code: str, current: bool = False) -> None:
        action = self.addAction(f"&{key}   {text}")
        action.setCheckable(current)
        action.setChecked(current)
        action.triggered.connect(partial(self._chosen, code))

    def _chosen(self, code: str, _checked: bool = False) -> None:
        self.chosen.emit(code)


def reason_menu(parent: QWidget, row: CountRow | None) -> ReasonMenu:
    """For a row of the sheet; it goes when it is closed."""
    menu = ReasonMenu(parent, row.reason_code if row is not None else None)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu
