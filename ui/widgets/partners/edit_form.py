"""Editing a partner: every field with what is wrong beside it, and headquarters' value where it differs."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from channeldesk.actions import partners as actions
from channeldesk.model.changes import Done
from channeldesk.queries import partner_edit
from channeldesk.queries.partner_edit import PartnerForm
from ui.context import Context
from ui.i18n import formats, n, own_name, t, tn
from ui.models.columns import MISSING
from ui.viewmodels import partner_form
from ui.viewmodels.partner_form import Draft
from ui.widgets.choice import Choice
from ui.widgets.field import FormField
from ui.widgets.form_keeper import FormKeeper
from ui.widgets.label import Label
from ui.widgets.partners import words
from ui.widgets.partners.columns import choices
from ui.widgets.partners.dialog import FormDialog

_SENSITIVE = frozenset({"credit_limit", "payment_days"})
_WIDE = frozenset({"address", "delivery_note"})


class EditDialog(FormDialog):
    """Made from a :class:`PartnerForm`; writes only what was changed."""

    chapter = "partner"

    def __init__(self, parent: QWidget, context: Context, form: PartnerForm) -> None:
        name = own_name(form.name, form.values["name_local"])
        super().__init__(parent, t("Edit {partner}", partner=name), t("Save"), 680)
        self._context, self._form = context, form
        self.draft = Draft.of_partner(form, formats())
        self.fields: dict[str, FormField] = {}
        self._lists: dict[str, list[tuple[Any, str]]] = {
            "stage": list(words.stages()),
            "tier_id": [(None, MISSING), *choices(form.tiers)],
            "channel_type_id": [(None, MISSING), *choices(form.channel_types)],
        }
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        row, column = 0, 0
        for name in partner_edit.EDITABLE:
            if name in _SENSITIVE and not form.sensitive:
                continue
            wide = name in _WIDE
            if (wide or name == "credit_limit") and column:
                row, column = row + 1, 0
            grid.addWidget(self._field(name), row, column, 1, 2 if wide else 1)
            row, column = (row + 1, 0) if wide or column else (row, 1)
        body = QWidget()
        body.setObjectName("body")
        inside = QVBoxLayout(body)
        inside.setContentsMargins(2, 2, 12, 2)
        inside.addLayout(grid)
        inside.addStretch(1)
        area = QScrollArea()
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidgetResizable(True)
        area.setWidget(body)
        self.content.addWidget(area, 1)
        if form.theirs:
            self.say(t("Values in violet differ from headquarters until it confirms them."))
        self.confirmed.connect(self._save)
        self.resize(720, 640)
        self._judge()
        self.fields["name"].editor.setFocus()
        FormKeeper(self, context, f"partner.{form.id.hex()}", self.fields)

    def _field(self, name: str) -> QWidget:
        editor: QLineEdit | Choice
        if name in self._lists:
            editor = Choice("", self._lists[name], self._form.values[name])
            editor.chosen.connect(partial(self._typed, name))
        else:
            editor = QLineEdit(self.draft.text(name))
            editor.textChanged.connect(partial(self._typed, name))
        unit = {"credit_limit": self._form.currency, "payment_days": t("days")}.get(name, "")
        field = self.fields[name] = FormField(words.field(name), editor, unit=unit)
        if name not in self._form.theirs:
            return field
        held = QWidget()
        column = QVBoxLayout(held)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(field)
        told = t("Headquarters still has: {value}", value=self._words(name, self._form.theirs[name]))
        column.addWidget(Label(told, "caption", "provisional", wrap=True))
        return held

    def _words(self, name: str, value: Any) -> str:
        if name in self._lists:
            return dict(self._lists[name]).get(value, MISSING)
        return partner_form.shown(name, value, self._form.currency, formats()) or MISSING

    def _typed(self, name: str, typed: Any) -> None:
        wrong = self.draft.put(name, typed)
        self.fields[name].set_error(tn(wrong) if wrong is not None else "")
        self._judge()

    def _judge(self) -> None:
        count, wrong = len(self.draft.changes), len(self.draft.errors)
        told = n("{count} field changed", "{count} fields changed", count) if count else ""
        if wrong:
            told = n("{count} field is not right yet", "{count} fields are not right yet", wrong)
        self.hint.setText(told)
        self.main.setEnabled(self.draft.ready)

    def _save(self) -> None:
        self.act(self._context.tasks, actions.edit, self._form.id, self.draft.changes, then=self._saved)

    def _saved(self, done: Done[None]) -> None:
        self.accept()
