"""How a shortcut is written on a key cap: "Ctrl K", "⌘K", "Enter"."""

from __future__ import annotations

import sys

from PySide6.QtGui import QKeySequence

from ui.i18n import t

_CAPS = {"Return": "Enter", "Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}


def keys_text(keys: str) -> str:
    """A portable sequence ("Ctrl+K", "Return") as the person's keyboard names it."""
    if keys in ("Return", "Enter"):
        return t("Enter")
    if keys == "Space":
        return t("Space")
    if keys in ("+", "-"):
        return keys.replace("-", "\N{MINUS SIGN}")
    if sys.platform == "darwin":
        return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
    portable = QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText)
    return " ".join(_cap(key) for key in portable.replace(", ", "+").split("+"))


def _cap(key: str) -> str:
    """One key: Qt would translate "Return" to what no keyboard has printed on it."""
    return t("Space") if key == "Space" else _CAPS.get(key, key)
