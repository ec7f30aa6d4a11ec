"""Keeps what is typed into a form until it is saved: over a crash, and over closing it by Esc.

It marks what differs from what is stored, and brings back what was typed the last time.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, QTimer, SignalInstance
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from channeldesk.actions import form_drafts as actions
from channeldesk.queries.form_drafts import FormDraft, form_draft
from ui.context import Context
from ui.i18n import formats, t
from ui.widgets.button import LINK, Button
from ui.widgets.choice import Choice
from ui.widgets.field import FormField
from ui.widgets.label import Label
from ui.widgets.partners.dialog import FormDialog

_PAUSE_MS = 400
_Editors = Mapping[str, QWidget]


class FormKeeper(QObject):
    """Made when the form shows what is stored. ``name`` is the form and the row it is about."""

    def __init__(self, dialog: FormDialog, context: Context, name: str, editors: _Editors) -> None:
        """``editors``: each a :class:`FormField`, or an editor by itself."""
        super().__init__(dialog)
        self._dialog, self._context, self._name = dialog, context, name
        self._fields = {one: field for one, field in editors.items() if isinstance(field, FormField)}
        self._editors = {
            one: field.editor if isinstance(field, FormField) else field for one, field in editors.items()
        }
        self._stored = {one: _value(editor) for one, editor in self._editors.items()}
        self._kept: dict[str, str | bool] = {}
        self._asked = False
        self._back = Label("", "caption", "secondary", wrap=True)
        self._anew = Button(t("Start anew"), kind=LINK)
        self._anew.clicked.connect(self.start_anew)
        for part in (self._back, self._anew):
            part.hide()
            dialog.add_note(part)
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._keep)
        for editor in self._editors.values():
            _changed_signal(editor).connect(self._changed)
        dialog.accepted.connect(self._saved)
        dialog.rejected.connect(self._closed)
        context.tasks.ask(self, "draft", form_draft, name, then=self._came)

    def typed(self) -> dict[str, str | bool]:
        """What differs from what is stored."""
        now = {name: _value(editor) for name, editor in self._editors.items()}
        return {name: value for name, value in now.items() if value != self._stored[name]}

    def start_anew(self) -> None:
        """Show what is stored again."""
        for name, editor in self._editors.items():
            _put(editor, self._stored[name])
        for part in (self._back, self._anew):
            part.hide()
        self._keep()

    def _came(self, draft: FormDraft | None) -> None:
        self._asked = True
        if draft is None or self.typed():
            return
        self._kept = dict(draft.typed)
        for name, value in draft.typed.items():
            if name in self._editors:
                _put(self._editors[name], value)
        if self.typed():
            told = t("What you typed on {moment} is back.", moment=formats().instant_short(draft.at))
            self._back.setText(told)
            for part in (self._back, self._anew):
                part.show()

    def _changed(self, *_value_now: object) -> None:
        typed = self.typed()
        for name, field in self._fields.items():
            field.set_changed(name in typed)
        self._dialog.setWindowModified(bool(typed))
        self._pause.start()

    def _keep(self) -> None:
        self._pause.stop()
        typed = self.typed()
        if typed != self._kept:
            self._kept = typed
            self._context.tasks.act(actions.keep, self._name, typed)

    def _saved(self) -> None:
        self._pause.stop()
        self._context.tasks.act(actions.drop, self._name)

    def _closed(self) -> None:
        if self._asked or self.typed():
            self._keep()
        if self.typed():
            self._context.say(t("What you typed is kept: open the form again to go on."), "info")


def _value(editor: QWidget) -> str | bool:
    if isinstance(editor, QPlainTextEdit):
        return editor.toPlainText()
    if isinstance(editor, QCheckBox):
        return editor.isChecked()
    if isinstance(editor, QComboBox):
        return editor.currentText()
    if isinstance(editor, Choice):
        return editor.value_text()
    assert isinstance(editor, QLineEdit)
    return editor.text()


def _put(editor: QWidget, value: str | bool) -> None:
    """As if it were typed; what a list no longer offers stays out."""
    if isinstance(editor, QPlainTextEdit):
        editor.setPlainText(str(value))
    elif isinstance(editor, QCheckBox):
        editor.setChecked(bool(value))
    elif isinstance(editor, QComboBox):
        editor.setCurrentText(str(value))
    elif isinstance(editor, Choice):
        found = [key for key, text in editor.options if text.strip() == value]
        if found:
            editor.choose(found[0])
    elif isinstance(editor, QLineEdit):
        editor.setText(str(value))


def _changed_signal(editor: QWidget) -> SignalInstance:
    if isinstance(editor, QCheckBox):
        return editor.toggled
    if isinstance(editor, QComboBox):
        return editor.currentTextChanged
    if isinstance(editor, Choice):
        return editor.chosen
    assert isinstance(editor, (QLineEdit, QPlainTextEdit))
    return editor.textChanged
