"""A form field: label above, editor, and what is wrong with it beside or below it, while it is typed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.i18n import t
from ui.widgets.label import Label


class FormField(QWidget):
    """Wraps an editor. ``set_error`` marks it and says why; ``hint`` is shown while nothing is wrong.
    ``unit`` stands behind the editor: what is typed is a number of it.
    """

    def __init__(
        self, label: str, editor: QWidget, hint: str = "", unit: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.editor = editor
        self._hint, self._name = hint, label
        self._label = Label(label, "caption")
        self._label.setBuddy(editor)
        self._message = Label(hint, "hint", wrap=True)
        editor.setAccessibleName(label)
        self._unit = Label("", "body", "secondary")
        self._unit.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._label)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(editor, 1)
        if editor.sizePolicy().horizontalPolicy() is QSizePolicy.Policy.Fixed:
            line.setAlignment(editor, Qt.AlignmentFlag.AlignLeft)
        line.addWidget(self._unit)
        column.addLayout(line)
        column.addWidget(self._message)
        self.set_unit(unit)
        self._message.setVisible(bool(hint))  # not before: without a parent it would be a window of its own
        wrapping = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        wrapping.setHeightForWidth(True)
        for part in (self._label, self._message):
            part.setSizePolicy(wrapping)
        if editor.sizePolicy().verticalPolicy() is not QSizePolicy.Policy.Expanding:
            column.addStretch(1)

    def set_error(self, message: str) -> None:
        """An empty message says that the field is right."""
        wrong = bool(message)
        self._message.setText(message or self._hint)
        self._message.set_tint("bad" if wrong else "tertiary")
        self._message.setVisible(wrong or bool(self._hint))
        self.editor.setAccessibleDescription(message or self._hint)
        if self.editor.property("wrong") != wrong:
            self.editor.setProperty("wrong", wrong)
            self.editor.style().polish(self.editor)
            self.editor.update()

    def set_unit(self, unit: str) -> None:
        """Another unit: what is typed is a number of this one from now on."""
        if unit != self._unit.text():
            self._unit.setText(unit)
            self._unit.setVisible(bool(unit))
            self.editor.setAccessibleName(f"{self._name}, {unit}" if unit else self._name)

    def set_changed(self, changed: bool) -> None:
        """Marks that what stands here is not what is stored."""
        self._label.setText(f"{self._name} •" if changed else self._name)
        self._label.set_tint("accent" if changed else "")
        self._label.setAccessibleDescription(t("Changed, not saved yet") if changed else "")

    def set_hint(self, hint: str) -> None:
        """Another hint; it stands there at once unless something is wrong."""
        self._hint = hint
        if not self.wrong:
            self.set_error("")

    @property
    def wrong(self) -> bool:
        return bool(self.editor.property("wrong"))
