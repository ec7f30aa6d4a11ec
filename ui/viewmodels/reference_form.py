"""What is typed into a form of reference data: shown, read, and what it would change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from channeldesk.model.declare import Shape, Type
from channeldesk.model.entities import entity as declaration
from channeldesk.model.formats import Formats
from channeldesk.model.notice import Notice, Problem
from channeldesk.queries.reference_data import ReferenceForm
from channeldesk.rules.administration import unasked
from channeldesk.rules.field_limits import refuse_value
from ui.viewmodels import typed

CHOSEN = frozenset({Type.CHOICE, Type.REF, Type.ID, Type.FLAG})
"""Types whose editor gives the value itself."""


class Typed:
    """A form being filled in. ``errors`` by field; of a new row every value is a change."""

    def __init__(self, stored: ReferenceForm, form: Formats, today: date, home: str) -> None:
        self.stored, self._form, self._today, self._home = stored, form, today, home
        self._fields = declaration(stored.entity).fields
        self._typed: dict[str, Any] = {}
        self.errors: dict[str, Notice] = {}
        self._shown = {
            name: typed.shown(field, stored.values.get(name), self.currency, form)
            for name, field in self._fields.items()
        }
        self._amounts = [
            name for name, field in self._fields.items() if field.type is Type.MONEY and not field.stamped
        ]

    @property
    def currency(self) -> str:
        typed = self._typed.get("currency", self.stored.values.get("currency"))
        return str(typed or self._home).strip().upper()

    def text(self, name: str) -> str:
        """What the field shows at first."""
        return self._shown[name]

    def put(self, name: str, value: Any) -> tuple[str, ...]:
        """Something was typed or chosen; the fields that were judged by it. In another currency the amounts
        that stand there are amounts of that one, so they count as typed.
        """
        self._typed[name] = value
        judged = [name]
        if name == "currency":
            judged += self._amounts
            for amount in self._amounts:
                if self._shown[amount]:
                    self._typed.setdefault(amount, self._shown[amount])
        for one in judged:
            self._judge(one)
        return tuple(judged)

    def _judge(self, name: str) -> None:
        self.errors.pop(name, None)
        if name not in self._typed or (name in self._amounts and "currency" in self.errors):
            return
        try:
            self._value(name)
        except Problem as problem:
            self.errors[name] = problem.notice

    def _value(self, name: str) -> Any:
        field, value = self._fields[name], self._typed[name]
        if field.type in CHOSEN:
            return value
        text = str(value).upper() if field.shape is Shape.CURRENCY else str(value)
        read = typed.read(field, text, self.currency, self._form, self._today)
        if (wrong := refuse_value(field, read, self.currency)) is not None:
            raise Problem(wrong)
        return read

    @property
    def unasked(self) -> frozenset[str]:
        """Fields that mean nothing beside what was chosen so far."""
        chosen = {name: one for name, one in self._typed.items() if self._fields[name].type is Type.CHOICE}
        return unasked(self.stored.entity, {**self.stored.values, **chosen})

    @property
    def changes(self) -> Mapping[str, Any]:
        """The values that differ from what is stored; nothing while something is wrong. What is not asked
        any more stays as it was.
        """
        found: dict[str, Any] = {}
        unasked = self.unasked
        if self.errors.keys() - unasked:
            return found
        moved = self.currency != str(self.stored.values.get("currency") or self._home)
        for name in (one for one in self._typed if one not in unasked):
            untouched = str(self._typed[name]).strip() == self.text(name)
            amount = moved and name in self._amounts
            if self._fields[name].type not in CHOSEN and untouched and not amount:
                continue
            value = self._value(name)
            if value != self.stored.values.get(name):
                found[name] = value
        return found

    @property
    def ready(self) -> bool:
        return bool(self.changes) and not self.errors.keys() - self.unasked
