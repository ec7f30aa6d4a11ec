"""One declared setting with its options."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QVBoxLayout, QWidget

from channeldesk.model.settings import Setting
from ui.i18n import t
from ui.widgets.label import Label
from ui.widgets.radio import Radio


class Choices(QWidget):
    """``chosen`` carries the setting's code and the new value."""

    chosen = Signal(str, str)

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self._setting = setting
        self._group = QButtonGroup(self)
        self.options: dict[str, Radio] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(Label(t(setting.title), "section"))
        column.addWidget(Label(t(setting.about), "body", "secondary", wrap=True))
        column.addSpacing(4)
        for value, title in setting.options:
            radio = Radio(t(title))
            radio.setAccessibleDescription(t(setting.title))
            self.options[value] = radio
            self._group.addButton(radio)
            column.addWidget(radio)
        self._group.buttonClicked.connect(self._clicked)

    @property
    def now(self) -> QAbstractButton:
        """What is chosen, where the keyboard goes; the first option until that is known."""
        return self._group.checkedButton() or self._group.buttons()[0]

    def show_value(self, value: str) -> None:
        """Tick what is chosen; tells nobody."""
        radio = self.options.get(value)
        if radio is not None:
            radio.setChecked(True)

    def _clicked(self, button: QAbstractButton) -> None:
        value = next(value for value, radio in self.options.items() if radio is button)
        self.chosen.emit(self._setting.code, value)
