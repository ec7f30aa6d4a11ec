"""How a shortcut is written on a key cap: "Ctrl K", "⌘K", "Enter"."""

from __future__ import annotations

import sys

from PySide6.QtGui import QKeySequence

from ui.i18n import t


def keys_text(keys: str) -> str:
    """A portable sequence ("Ctrl+K", "Return") as the person's keyboard names it."""
    if keys in ("Return", "Enter"):
        return t("Enter")
    if keys == "Space":
        return t("Space")
    native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
    if sys.platform == "darwin":
        return native
    return native.replace("Return", "Enter").replace(", ", " ").replace("+", " ")
