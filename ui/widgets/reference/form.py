"""The form of one row of reference data, built from its declaration."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from channeldesk.actions import reference as actions
from channeldesk.model.changes import Done
from channeldesk.model.declare import Field, Type
from channeldesk.model.notice import Notice, Problem
from channeldesk.queries.reference_data import ReferenceForm, fields
from channeldesk.rules.field_words import entity_name
from ui.context import Context
from ui.i18n import formats, t, tn, today_here
from ui.models.columns import MISSING
from ui.viewmodels.reference_form import Typed
from ui.widgets.check import Check
from ui.widgets.choice import Choice
from ui.widgets.field import FormField
from ui.widgets.form_keeper import FormKeeper
from ui.widgets.partners.dialog import FormDialog
from ui.widgets.pick import Pick
from ui.widgets.reference import words
from ui.widgets.scroll import scrolling

_WIDE = frozenset({"name", "name_local"})


class ReferenceDialog(FormDialog):
    """Adds a row, or changes one; what is wrong stands at its field, and the dialog stays."""

    def __init__(self, parent: QWidget, context: Context, form: ReferenceForm) -> None:
        what = t(entity_name(form.entity))
        title = t("New: {what}", what=what) if form.id is None else t("Edit {name}", name=form.label)
        super().__init__(parent, title, t("Keep as a draft"), 640)
        self._context, self._form = context, form
        self.typed = Typed(form, formats(), today_here(), context.profile.currency)
        self.fields: dict[str, FormField] = {}
        self.say(t("Nobody else sees it until you publish."))
        grid = self._grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        for field in fields(form.entity):
            if not field.stamped:
                self._field(field)
        body = QWidget()
        body.setLayout(grid)
        row = self._place_fields()
        grid.setRowStretch(len(self.fields), 1)
        grid.setContentsMargins(2, 2, 12, 2)
        self.content.addWidget(scrolling(body), 1)
        if form.entity == "app_user":
            told = t(
                "Once it is published, the person signs in as everybody of your company does, or with the "
                "first password that headquarters' IT gives them."
            )
            self.say(f"{self.subtitle.text()} {told}")
        self.confirmed.connect(self._save)
        self.resize(680, min(620, 240 + 62 * (row + 1)))
        first = next(iter(self.fields.values()))
        first.editor.setFocus()
        self._judge()
        of = form.id.hex() if form.id is not None else "new"
        FormKeeper(self, context, f"reference.{form.entity}.{of}", self.fields)

    def _place_fields(self) -> int:
        """Those that are asked, in their order, in two columns; the last row."""
        row, column, unasked = 0, 0, self.typed.unasked
        for name, field in self.fields.items():
            self._grid.removeWidget(field)
            if name in unasked:
                field.hide()
                continue
            wide = name in _WIDE
            if wide and column:
                row, column = row + 1, 0
            self._grid.addWidget(field, row, column, 1, 2 if wide else 1)
            field.show()  # once it has a parent: without one it would be a window
            row, column = (row + 1, 0) if wide or column else (row, 1)
        return row

    def _field(self, field: Field) -> FormField:
        editor = self._editor(field)
        label = words.field(self._form.entity, field.name)
        if field.required and field.type not in (Type.FLAG, Type.CHOICE):
            label = t("{label} *", label=label)
        made = self.fields[field.name] = FormField(
            "" if isinstance(editor, Check) else label, editor, unit=self._unit(field.name)
        )
        if isinstance(editor, Check):
            editor.setText(label)
            editor.setAccessibleName(label)
        return made

    def _unit(self, name: str) -> str:
        return words.unit(self._form.entity, name, self.typed.currency, self._context.profile.currency)

    def _editor(self, field: Field) -> QWidget:
        stored, typed = self._form.values.get(field.name), partial(self._typed, field.name)
        match field.type:
            case Type.FLAG:
                check = Check("")
                check.setChecked(bool(stored))
                check.toggled.connect(lambda on: typed(int(on)))
                return check
            case Type.CHOICE:
                options = [(code, words.choice(field.name, code)) for code in field.choices]
                if self._form.id is None:
                    self.typed.put(field.name, stored or field.choices[0])
                choice = Choice("", options, stored or field.choices[0])
                choice.chosen.connect(typed)
                return choice
            case Type.REF | Type.ID:
                return self._reference(field, stored)
            case _:
                line = QLineEdit(self.typed.text(field.name))
                line.textChanged.connect(typed)
                return line

    def _reference(self, field: Field, stored: Any) -> Pick:
        none = [(None, "" if field.required else MISSING)]
        pick = Pick([*none, *self._form.options[field.name]], stored)
        pick.picked.connect(partial(self._typed, field.name))
        pick.missed.connect(partial(self._refuse, field.name))
        return pick

    def _typed(self, name: str, typed: Any) -> None:
        for judged in self.typed.put(name, typed):
            self.fields[judged].set_unit(self._unit(judged))
            wrong = self.typed.errors.get(judged)
            if wrong is None:
                self.fields[judged].set_error("")
            else:
                self._tell(judged, wrong)
        if any(field.isHidden() == (one not in self.typed.unasked) for one, field in self.fields.items()):
            self._place_fields()
        self._judge()

    def _tell(self, name: str, wrong: Notice) -> None:
        """At the field, which is called what the form calls it."""
        params = {**wrong.params, "field": words.field(self._form.entity, name)}
        self.fields[name].set_error(tn(Notice(wrong.code, params)))

    def _judge(self) -> None:
        self.main.setEnabled(self.typed.ready)

    def _refuse(self, name: str) -> None:
        self.typed.errors[name] = Notice("edit.not_in_list", {"field": name})
        self._tell(name, self.typed.errors[name])
        self._judge()

    def _save(self) -> None:
        if not self.typed.ready:
            return
        form = self._form
        parts = (form.entity, dict(self.typed.changes))
        if form.id is None:
            self.act(self._context.tasks, actions.add, *parts, then=self._saved, failed=self._failed)
        else:
            self.act(
                self._context.tasks,
                actions.edit,
                parts[0],
                form.id,
                parts[1],
                then=self._saved,
                failed=self._failed,
            )

    def _saved(self, _done: Done[Any]) -> None:
        self.accept()

    def _failed(self, error: Exception) -> None:
        """At the field that it is about; whatever else it is, the window says it."""
        name = str(error.notice.params.get("field", "")) if isinstance(error, Problem) else ""
        if isinstance(error, Problem) and name in self.fields:
            self._tell(name, error.notice)
            self.fields[name].editor.setFocus()
        else:
            self._context.fail(error)
