"""From a judged row to the fields of one of ours."""

from __future__ import annotations

from typing import Any

from channeldesk.exchange.conditions import all_hold
from channeldesk.exchange.mapping import Spec, Target
from channeldesk.exchange.problems import RowProblem
from channeldesk.exchange.specs import Context, Function, Layout, compiled
from channeldesk.model.declare import SYSTEM_FIELDS
from channeldesk.model.entities import ENTITIES

_SYSTEM = {field.name for field in SYSTEM_FIELDS}


class Builder:
    """A target compiled against the layout of its file group."""

    def __init__(self, target: Target, layout: Layout, context: Context) -> None:
        self.target = target
        self._key = compiled(target.key, layout, context)
        self._holds = all_hold(target.when, layout, context)
        self._set, self.sums = _fields(target.set, layout, context)
        self._required = _required(target.entity, {name for name, _ in target.set}, context, set())
        self._same = [(name, layout.place(name, context)) for name in target.same]
        self._line_set: list[tuple[str, Function]] = []
        self._line_required: list[str] = []
        if target.lines is not None:
            lines = target.lines
            self._line_set, _ = _fields(lines.set, layout, context)
            given = {lines.parent, lines.number}
            self._line_required = _required(lines.entity, {name for name, _ in lines.set}, context, given)

    def takes(self, name: str, values: list[Any]) -> bool:
        """Whether rows of this class, and this one, belong to the target."""
        return (not self.target.classes or name in self.target.classes) and self._holds(values)

    def key(self, values: list[Any]) -> str:
        found = self._key(values)
        if found is None:
            raise RowProblem.of("row.no_key", entity=self.target.entity)
        return str(found)

    def fields(self, values: list[Any]) -> dict[str, Any]:
        """The row's own fields; sums over lines are still missing."""
        made = {name: function(values) for name, function in self._set}
        _check(made, self._required)
        return made

    def line(self, values: list[Any]) -> dict[str, Any]:
        made = {name: function(values) for name, function in self._line_set}
        _check(made, self._line_required)
        return made

    def check_same(self, first: list[Any], values: list[Any]) -> None:
        """Rows of one order must agree in what they say about the order."""
        for name, place in self._same:
            if first[place] != values[place]:
                raise RowProblem.of("row.not_same", name, column=name)


def _fields(
    specs: tuple[tuple[str, Spec], ...], layout: Layout, context: Context
) -> tuple[list[tuple[str, Function]], list[tuple[str, str]]]:
    plain, sums = [], []
    for name, spec in specs:
        if isinstance(spec, dict) and "sum" in spec:
            sums.append((name, str(spec["sum"])))
        else:
            plain.append((name, compiled(spec, layout, context)))
    return plain, sums


def _required(entity: str, named: set[str], context: Context, given: set[str]) -> list[str]:
    """Fields that must not be null; one that is neither named nor has a default is the mapping's mistake."""
    fields = [
        field
        for field in ENTITIES[entity].fields.values()
        if field.required and field.name not in _SYSTEM and field.name not in given
    ]
    for field in fields:
        if field.name not in named and field.default is None:
            raise context.problem("mapping.field_not_set", where=f"targets.{entity}", name=field.name)
    return [field.name for field in fields if field.name in named]


def _check(made: dict[str, Any], required: list[str]) -> None:
    for name in required:
        if name in made and made[name] is None:
            raise RowProblem.of("row.field_empty", field=name)
