"""Setting one field of several partners, with a preview of every change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from channeldesk.actions import partners as actions
from channeldesk.model.changes import Done
from channeldesk.model.notice import Problem
from channeldesk.queries import partner_edit, reference
from channeldesk.queries.partner_edit import PreviewRow
from channeldesk.queries.reference import Choice as Entry
from ui.context import Context
from ui.i18n import formats, n, t, tn, two_names
from ui.models.columns import MISSING, Column
from ui.models.table import TableModel
from ui.viewmodels import partner_form
from ui.widgets.choice import Choice
from ui.widgets.field import FormField
from ui.widgets.partners import words
from ui.widgets.partners.columns import choices
from ui.widgets.partners.dialog import FormDialog
from ui.widgets.table_view import TableView

FIELDS = ("stage", "tier_id", "channel_type_id", "payment_days", "city", "delivery_note")
_NOTHING = object()
"""Until a value is chosen: what stands first is no wish."""


class SetFieldDialog(FormDialog):
    """``keys`` are those of the ticked partners. Nothing is written before the button."""

    def __init__(self, parent: QWidget, context: Context, keys: Sequence[int]) -> None:
        super().__init__(parent, t("Set a field"), t("Set"), 640)
        self._context, self._keys = context, list(keys)
        self._rows: Sequence[PreviewRow] = ()
        self._lists: dict[str, list[tuple[Any, str]]] = {"stage": list(words.stages())}
        self._value: Any = None
        self._wrong = True
        self.field = Choice("", [(name, words.field(name)) for name in FIELDS])
        self.value = Choice("")
        self.typed = QLineEdit()
        self._typed_box = FormField(t("New value"), self.typed, t("Empty clears the field."))
        self._value_box = FormField(t("New value"), self.value)
        shown = [
            Column("name", t("Partner"), _name, width=240, sortable=False, stretch=True),
            Column("before", t("Now"), self._before, width=150, sortable=False, tone=_quiet),
            Column("after", t("Will be"), self._after, width=150, sortable=False, tone=self._tone),
        ]
        self.model = TableModel(shown, parent=self)
        self.table = TableView(shown, t("Preview of the changes"), filters=False)
        self.table.setModel(self.model)
        self.table.setMinimumHeight(240)
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addWidget(FormField(t("Field"), self.field))
        line.addWidget(self._value_box)
        line.addWidget(self._typed_box, 1)
        line.addStretch(1)
        self.content.addLayout(line)
        self.content.addWidget(self.table, 1)
        self.field.chosen.connect(self._field_chosen)
        self.value.chosen.connect(self._judge)
        self.typed.textChanged.connect(self._judge)
        self.confirmed.connect(self._set)
        self.resize(680, 520)
        context.tasks.ask(self, "tiers", reference.tiers, then=self._tiers_came)
        context.tasks.ask(self, "types", reference.channel_types, then=self._types_came)
        self._field_chosen()
        self.field.setFocus()

    def _tiers_came(self, found: Sequence[Entry]) -> None:
        self._lists["tier_id"] = list(choices(found))
        self._fill_values()

    def _types_came(self, found: Sequence[Entry]) -> None:
        self._lists["channel_type_id"] = list(choices(found))
        self._fill_values()

    @property
    def _field_name(self) -> str:
        return str(self.field.key)

    def _field_chosen(self, _key: object = None) -> None:
        listed = self._field_name in partner_form.CHOICES
        self._value_box.setVisible(listed)
        self._typed_box.setVisible(not listed)
        self._rows = ()
        self.typed.clear()
        self.value.set_options([(_NOTHING, t("Choose a value"))])
        self._fill_values()
        self._context.tasks.ask(
            self, "preview", partner_edit.preview, self._keys, self._field_name, then=self._rows_came
        )

    def _fill_values(self) -> None:
        listed = self._lists.get(self._field_name, [])
        self.value.set_options([(_NOTHING, t("Choose a value")), *listed], self.value.key)
        self._judge()

    def _rows_came(self, rows: Sequence[PreviewRow]) -> None:
        self._rows = rows
        self._judge()

    def _judge(self, _typed: object = None) -> None:
        """Read the value and show what it would do."""
        self._wrong = False
        told = ""
        listed = self._field_name in partner_form.CHOICES
        try:
            typed = self.value.key if listed else self.typed.text()
            self._value = partner_form.read(self._field_name, typed, "", formats())
        except Problem as problem:
            self._wrong, told = True, tn(problem.notice)
        self._wrong = self._wrong or (listed and typed is _NOTHING)
        self._typed_box.set_error(told)
        self.model.set_rows(self._rows)
        count = 0 if self._wrong else sum(one.value != self._value for one in self._rows)
        self.main.setEnabled(count > 0)
        self.main.setText(n("Set for {count} partner", "Set for {count} partners", count))
        self.main.updateGeometry()
        same = len(self._rows) - count
        self.hint.setText(n("{count} stays as it is", "{count} stay as they are", same) if same else "")

    def _words(self, value: Any) -> str:
        if value is None:
            return MISSING
        if self._field_name in partner_form.CHOICES:
            return dict(self._lists.get(self._field_name, ())).get(value, MISSING)
        return partner_form.shown(self._field_name, value, "", formats())

    def _before(self, row: PreviewRow) -> str:
        return self._words(row.value)

    def _after(self, row: PreviewRow) -> str:
        return MISSING if self._wrong else self._words(self._value)

    def _tone(self, row: PreviewRow) -> str:
        return "tertiary" if self._wrong or row.value == self._value else "accent"

    def _set(self) -> None:
        changed = [one.id for one in self._rows if one.value != self._value]
        self.act(
            self._context.tasks, actions.edit_many, changed, {self._field_name: self._value}, then=self._done
        )

    def _done(self, done: Done[None]) -> None:
        self.accept()


def _name(row: PreviewRow) -> str:
    return two_names(row.name, row.name_local)[0]


def _quiet(row: PreviewRow) -> str:
    return "secondary"
