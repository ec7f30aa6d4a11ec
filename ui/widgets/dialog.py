"""What every dialog shares: F1 shows the guide over it, and what was typed below stays as it is."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QWidget


class Dialog(QDialog):
    chapter = ""
    """Of the guide; "" is that of the page below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        QShortcut(QKeySequence("F1"), self, self.show_help)

    def show_help(self) -> None:
        """The window knows the guide; a dialog that stands without one has none."""
        above = self.parentWidget()
        while above is not None:
            show = getattr(above, "show_guide_over", None)
            if show is not None:
                show(self, self.chapter)
                return
            above = above.parentWidget()
