"""Many rows in one edit: what is to be done, with a preview meanwhile; kept as a batch of drafts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from channeldesk.actions import bulk as actions
from channeldesk.model.changes import Done
from channeldesk.model.declare import Field, Type
from channeldesk.queries import bulk
from channeldesk.queries.bulk import Preview
from channeldesk.rules.bulk.declared import BY_CODE, Operation, of_kind
from channeldesk.rules.field_words import field_name
from ui.context import Context
from ui.i18n import formats, n, t, tn, today_here
from ui.models.columns import MISSING
from ui.viewmodels.bulk_form import Asked
from ui.widgets.choice import Choice
from ui.widgets.field import FormField
from ui.widgets.partners.dialog import FormDialog
from ui.widgets.pick import Pick
from ui.widgets.reference import words
from ui.widgets.reference.preview import PreviewTable

_REST_MS = 250
"""The preview is asked for when typing has come to rest."""
_COLUMNS = 3


class BulkDialog(FormDialog):
    """``keys`` are those of the chosen rows of a kind. Nothing is written before the button."""

    def __init__(self, parent: QWidget, context: Context, kind: str, keys: Sequence[int]) -> None:
        super().__init__(parent, t("Change many: {what}", what=words.kind(kind)), t("Keep as drafts"), 640)
        self._context, self._keys = context, list(keys)
        self._found: Preview | None = None
        self._options: dict[str, tuple[tuple[bytes, str], ...]] = {}
        self.say(
            n(
                "{count} row is chosen. Nobody else sees what becomes of it until you publish.",
                "{count} rows are chosen. Nobody else sees what becomes of them until you publish.",
                len(keys),
            )
        )
        self.operation = Choice("", [(one.code, t(one.name)) for one in of_kind(kind)])
        self.name = QLineEdit()
        self.name.setPlaceholderText(t("For example: spring prices"))
        self.fields: dict[str, FormField] = {}
        self.preview = PreviewTable()
        self._rest = QTimer(self, interval=_REST_MS, singleShot=True)
        self._rest.timeout.connect(self._ask)
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addWidget(FormField(t("What to do"), self.operation))
        line.addWidget(FormField(t("Name of the batch"), self.name), 1)
        self._area = QVBoxLayout()
        self.content.addLayout(line)
        self.content.addLayout(self._area)
        self.content.addWidget(self.preview, 1)
        self.operation.chosen.connect(self._chosen)
        self.confirmed.connect(self._keep)
        self.resize(960, 620)
        self._chosen()
        targets = {str(f.target) for one in of_kind(kind) for f in one.asks if f.target}
        if targets:
            context.tasks.ask(self, "options", bulk.options, sorted(targets), then=self._options_came)
        self.operation.setFocus()

    @property
    def _operation(self) -> Operation:
        return BY_CODE[str(self.operation.key)]

    def _options_came(self, found: dict[str, tuple[tuple[bytes, str], ...]]) -> None:
        """Only the lists are filled: what was typed meanwhile stays."""
        self._options = found
        for field in self._operation.asks:
            pick = self.fields[field.name].editor
            if isinstance(pick, Pick):
                pick.set_options(self._options_of(field))

    def _chosen(self, _key: object = None) -> None:
        """Other fields for another operation."""
        self.asked = Asked(self._operation, formats(), today_here())
        while (item := self._area.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        body, grid = QWidget(), QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        self.fields = {}
        for at, field in enumerate(self._operation.asks):
            made = self.fields[field.name] = self._field(field)
            grid.addWidget(made, at // _COLUMNS, at % _COLUMNS)
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)
        body.setLayout(grid)
        self._area.addWidget(body)
        body.setVisible(bool(self.fields))
        self._soon()

    def _field(self, field: Field) -> FormField:
        label = t(field_name(field.name))
        unit = {Type.RATE: "%", Type.INTEGER: ""}.get(field.type, "")
        if field.required and field.type is not Type.CHOICE:
            label = t("{label} *", label=label)
        return FormField(label, self._editor(field), unit=unit)

    def _editor(self, field: Field) -> QWidget:
        typed = partial(self._typed, field.name)
        match field.type:
            case Type.CHOICE:
                named = [(code, words.choice(field.name, code)) for code in field.choices]
                choice = Choice("", named, field.default)
                choice.chosen.connect(typed)
                return choice
            case Type.REF:
                pick = Pick(self._options_of(field))
                pick.picked.connect(typed)
                return pick
            case _:
                line = QLineEdit(self.asked.text(field.name))
                line.textChanged.connect(typed)
                return line

    def _options_of(self, field: Field) -> list[tuple[object, str]]:
        return [(None, "" if field.required else MISSING), *self._options.get(str(field.target), ())]

    def _typed(self, name: str, value: Any) -> None:
        self.asked.put(name, value)
        for one, field in self.fields.items():
            wrong = self.asked.told(one)
            field.set_error("" if wrong is None else tn(wrong))
        self._soon()

    def _soon(self) -> None:
        self._found = None
        self._judge()
        if self.asked.values is None:
            self._rest.stop()
            self.preview.wait(t("Fill in what is asked for; the preview follows."))
        else:
            self._rest.start()

    def _ask(self) -> None:
        values = self.asked.values
        if values is not None:
            home = self._context.profile.currency if self._context.sees("product", "cost") else ""
            self._context.tasks.ask(
                self,
                "preview",
                bulk.preview,
                self._keys,
                self._operation.code,
                values,
                home,
                then=partial(self._came, self.asked),
                failed=self._context.fail,
            )

    def _came(self, asked: Asked, found: Preview) -> None:
        if asked is not self.asked or self._rest.isActive() or self.asked.values is None:
            return  # something else was typed meanwhile
        self._found = found
        self.preview.show_preview(found)
        self._judge()

    def _judge(self) -> None:
        count = 0 if self._found is None else len(self._found.planned.edits)
        self.main.setEnabled(count > 0)
        self.main.setText(
            n("Keep {count} draft", "Keep {count} drafts", count) if count else t("Keep as drafts")
        )
        self.main.updateGeometry()

    def _keep(self) -> None:
        if self._found is None or not self._found.planned.edits:
            return
        self.main.setEnabled(False)
        name = self.name.text().strip() or t(self._operation.name)
        edits = self._found.planned.edits
        self._context.tasks.act(actions.keep, edits, name, then=self._kept, failed=self._failed)

    def _kept(self, _done: Done[Any]) -> None:
        self.accept()

    def _failed(self, error: Exception) -> None:
        self._context.fail(error)
        self._soon()
