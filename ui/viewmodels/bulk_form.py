"""What is filled in for an edit of many rows: read, judged, and what it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from channeldesk.model.formats import Formats
from channeldesk.model.notice import Notice, Problem
from channeldesk.rules.bulk.declared import Operation, refuse_asked
from ui.viewmodels import typed
from ui.viewmodels.reference_form import CHOSEN


class Asked:
    """A form being filled in. ``errors`` by field."""

    def __init__(self, operation: Operation, form: Formats, today: date) -> None:
        self.operation, self._form, self._today = operation, form, today
        self._fields = {field.name: field for field in operation.asks}
        self._values: dict[str, Any] = {field.name: field.default for field in operation.asks}
        self._touched: set[str] = set()
        self._unread: dict[str, Notice] = {}
        self.errors: dict[str, Notice] = {}
        self._judge()

    def text(self, name: str) -> str:
        """What the field shows at first."""
        return typed.shown(self._fields[name], self._values[name], "", self._form)

    def put(self, name: str, value: Any) -> None:
        """Something was typed or chosen."""
        field = self._fields[name]
        self._touched.add(name)
        self._unread.pop(name, None)
        try:
            chosen = field.type in CHOSEN
            self._values[name] = value if chosen else self._read(name, str(value))
        except Problem as problem:
            self._values[name] = None
            self._unread[name] = problem.notice
        self._judge()

    def _read(self, name: str, text: str) -> Any:
        field = self._fields[name]
        if not text.strip():
            return None
        return typed.read(field, text, "", self._form, self._today)

    def _judge(self) -> None:
        """What cannot be read stays wrong, whatever is typed into the fields beside it."""
        wrong = refuse_asked(self.operation, self._values)
        self.errors = {**({} if wrong is None else {wrong[0]: wrong[1]}), **self._unread}

    def told(self, name: str) -> Notice | None:
        """What is wrong with a field, once somebody has been there."""
        return self.errors.get(name) if name in self._touched else None

    @property
    def values(self) -> Mapping[str, Any] | None:
        """None while something is missing or wrong."""
        return None if self.errors else dict(self._values)
