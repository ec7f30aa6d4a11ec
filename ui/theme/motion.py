"""Whether things in the window move by themselves: as the computer is set, never, or always.

Few things do: an arc while something loads, a bar whose end is not known, the caret, Qt's menus. Whoever
moves something asks ``motion.reduced``, follows ``motion.changed``, and has a form that stands still.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

SYSTEM_MOTION, REDUCED_MOTION, FULL_MOTION = "", "reduced", "full"
_EFFECTS = (
    Qt.UIEffect.UI_AnimateMenu,
    Qt.UIEffect.UI_FadeMenu,
    Qt.UIEffect.UI_AnimateCombo,
    Qt.UIEffect.UI_AnimateTooltip,
    Qt.UIEffect.UI_FadeTooltip,
    Qt.UIEffect.UI_AnimateToolBox,
)


class Motion(QObject):
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.reduced = False
        self._choice = SYSTEM_MOTION
        self._system_reduces = False
        self._usual: tuple[int, dict[Qt.UIEffect, bool]] | None = None

    def choose(self, choice: str) -> None:
        self._choice = choice
        self._apply()

    def system_says(self, reduces: bool) -> None:
        """What the computer is set to, as soon as that is known and whenever it changes."""
        self._system_reduces = reduces
        self._apply()

    def _apply(self) -> None:
        reduced = self._choice == REDUCED_MOTION or (self._choice == SYSTEM_MOTION and self._system_reduces)
        if reduced == self.reduced:
            return
        self.reduced = reduced
        if self._usual is None:
            effects = {one: QApplication.isEffectEnabled(one) for one in _EFFECTS}
            self._usual = (QApplication.cursorFlashTime(), effects)
        flash, effects = self._usual
        QApplication.setCursorFlashTime(0 if reduced else flash)
        for effect, usual in effects.items():
            QApplication.setEffectEnabled(effect, usual and not reduced)
        self.changed.emit()


motion = Motion()
