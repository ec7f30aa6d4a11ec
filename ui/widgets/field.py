"""A form field: label above, editor, and what is wrong with it beside or below it, while it is typed."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.widgets.label import Label


class FormField(QWidget):
    """Wraps an editor. ``set_error`` marks it and says why; ``hint`` is shown while nothing is wrong."""

    def __init__(self, label: str, editor: QWidget, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self._hint = hint
        self._label = Label(label, "caption")
        self._label.setBuddy(editor)
        self._message = Label(hint, "hint", wrap=True)
        editor.setAccessibleName(label)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self._label, editor, self._message):
            column.addWidget(part)
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

    def set_hint(self, hint: str) -> None:
        """Another hint; it stands there at once unless something is wrong."""
        self._hint = hint
        if not self.wrong:
            self.set_error("")

    @property
    def wrong(self) -> bool:
        return bool(self.editor.property("wrong"))
