"""A new passphrase, typed twice. While it is typed it says in words how hard it is to guess; only what is too
short, or differs, is refused.
"""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout, QLineEdit, QWidget

from channeldesk.rules.passphrases import LEAST, Strength, strength
from ui.i18n import N_, t
from ui.widgets.field import FormField

_STRENGTHS = {
    Strength.SHORT: N_("Too short: at least {least} characters."),
    Strength.WEAK: N_("Weak: easy to guess for a machine. A sentence is best."),
    Strength.FAIR: N_("Fair. A longer one is safer."),
    Strength.STRONG: N_("Strong."),
}


class NewPassphrase(QWidget):
    """``hint`` stands there until something is typed."""

    def __init__(self, label: str, once_more: str, hint: str = "", *, beside: bool = False) -> None:
        super().__init__()
        self.first, self.second = secret(), secret()
        self._hint = hint or t("A sentence is best. Nobody can reset it.")
        self.first_field = FormField(label, self.first, self._hint)
        self.second_field = FormField(once_more, self.second)
        self.first.textChanged.connect(self._typed)
        self.second.textChanged.connect(self._typed_again)
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        row = QBoxLayout(direction, self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16 if beside else 12)
        for field in (self.first_field, self.second_field):
            row.addWidget(field, 1 if beside else 0)

    @property
    def text(self) -> str:
        return self.first.text()

    def is_right(self) -> bool:
        """Says what is wrong at the field it is about."""
        if strength(self.text) is Strength.SHORT:
            self.refuse(t("At least {least} characters are needed.", least=LEAST))
        elif self.text != self.second.text():
            self.second_field.set_error(t("The two passphrases differ."))
            self.second.setFocus()
        else:
            return True
        return False

    def refuse(self, told: str) -> None:
        self.first_field.set_error(told)
        self.first.setFocus()

    def clear(self) -> None:
        self.first.clear()
        self.second.clear()

    def _typed(self, text: str) -> None:
        self.first_field.set_error("")
        self.first_field.set_hint(t(_STRENGTHS[strength(text)], least=LEAST) if text else self._hint)

    def _typed_again(self) -> None:
        self.second_field.set_error("")


def secret() -> QLineEdit:
    edit = QLineEdit()
    edit.setEchoMode(QLineEdit.EchoMode.Password)
    return edit
