"""Choosing the file of certificates that a company gave out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from ui.i18n import t


def certificate_dialog(parent: QWidget) -> QFileDialog:
    """Connect ``fileSelected`` and open it."""
    dialog = QFileDialog(parent, t("Certificate file of your company"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([t("Certificates") + " (*.pem *.crt *.cer *.der)", t("All files") + " (*)"])
    return dialog
