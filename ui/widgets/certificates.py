"""Choosing the file of certificates that a company gave out."""

from __future__ import annotations

from PySide6.QtWidgets import QFileDialog, QWidget

from ui.i18n import t
from ui.widgets.ask_where import open_dialog


def certificate_dialog(parent: QWidget) -> QFileDialog:
    """Connect ``fileSelected`` and open it."""
    kinds = [t("Certificates") + " (*.pem *.crt *.cer *.der)", t("All files") + " (*)"]
    return open_dialog(parent, t("Certificate file of your company"), kinds)
