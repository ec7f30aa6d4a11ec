"""What is typed into a form of reference data: shown, read, and what it would change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from channeldesk.model.declare import Field, Type
from channeldesk.model.entities import entity as declaration
from channeldesk.model.formats import Formats
from channeldesk.model.notice import Notice, Problem
from channeldesk.model.values import CURRENCIES
from channeldesk.queries.reference_data import ReferenceForm

CHOSEN = frozenset({Type.CHOICE, Type.REF, Type.ID, Type.FLAG})
"""Types whose editor gives the value itself."""


def shown(field: Field, value: Any, currency: str, form: Formats) -> str:
    """A stored value as people read and type it."""
    if value is None:
        return ""
    match field.type:
        case Type.INTEGER:
            return str(value)
        case Type.MONEY:
            return form.amount(value, currency) if currency in CURRENCIES else str(value)
        case Type.PRICE:
            return form.price(value)
        case Type.QUANTITY:
            return form.quantity(value)
        case Type.RATE:
            return form.rate(value)
        case Type.DECIMAL:
            return form.scaled(value, 6)
        case Type.DAY:
            return str(value)
        case _:
            return str(value)


def read(field: Field, typed: Any, currency: str, form: Formats, today: date) -> Any:
    """The value to store; raises Problem when it cannot be right."""
    if field.type in CHOSEN:
        return typed
    text = str(typed).strip()
    if not text:
        if field.required:
            raise Problem.of("edit.field_required", field=field.name)
        return None
    match field.type:
        case Type.INTEGER:
            return form.read(text, 0)
        case Type.MONEY:
            if currency not in CURRENCIES:
                raise Problem.of("value.unknown_currency", currency=currency or "?")
            return form.read_money(text, currency)
        case Type.PRICE:
            return form.read_price(text)
        case Type.QUANTITY:
            return form.read_quantity(text)
        case Type.RATE:
            return form.read_rate(text)
        case Type.DECIMAL:
            return form.read(text, 6)
        case Type.DAY:
            return form.read_day(text, today).isoformat()
        case _:
            return text


class Typed:
    """A form being filled in. ``errors`` by field; of a new row every value is a change."""

    def __init__(self, stored: ReferenceForm, form: Formats, today: date, home: str) -> None:
        self.stored, self._form, self._today, self._home = stored, form, today, home
        self._fields = declaration(stored.entity).fields
        self._typed: dict[str, Any] = {}
        self.errors: dict[str, Notice] = {}

    @property
    def currency(self) -> str:
        typed = self._typed.get("currency", self.stored.values.get("currency"))
        return str(typed or self._home).strip().upper()

    def text(self, name: str) -> str:
        """What the field shows at first."""
        return shown(self._fields[name], self.stored.values.get(name), self.currency, self._form)

    def put(self, name: str, typed: Any) -> Notice | None:
        """Something was typed or chosen; returns what is wrong with it."""
        self._typed[name] = typed
        self.errors.pop(name, None)
        try:
            self._value(name)
        except Problem as problem:
            self.errors[name] = problem.notice
            return problem.notice
        return None

    def _value(self, name: str) -> Any:
        return read(self._fields[name], self._typed[name], self.currency, self._form, self._today)

    @property
    def changes(self) -> Mapping[str, Any]:
        """The values that differ from what is stored; nothing while something is wrong."""
        found = {}
        for name in self._typed:
            if name in self.errors:
                continue
            field = self._fields[name]
            if field.type not in CHOSEN and str(self._typed[name]).strip() == self.text(name):
                continue
            value = self._value(name)
            if value != self.stored.values.get(name):
                found[name] = value
        return found

    @property
    def ready(self) -> bool:
        return bool(self.changes) and not self.errors
