"""Which class a row belongs to: the first whose conditions all hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from channeldesk.exchange.cells import scale
from channeldesk.exchange.mapping import Condition, RowClass
from channeldesk.exchange.specs import Context, Layout
from channeldesk.model.values import scaled

TESTS = ("is", "in", "empty", "starts", "below", "above")

Holds = Callable[[list[Any]], bool]


def all_hold(conditions: Sequence[Condition], layout: Layout, context: Context) -> Holds:
    """One function for all conditions; without any it always holds."""
    tests = [_test(condition, layout, context) for condition in conditions]
    if not tests:
        return lambda values: True
    if len(tests) == 1:
        return tests[0]
    return lambda values: all(test(values) for test in tests)


def classifier(
    classes: Sequence[RowClass], layout: Layout, context: Context
) -> Callable[[list[Any]], RowClass | None]:
    """The first class that fits, or None; without classes every row is one of class 'row'."""
    if not classes:
        row = RowClass("row", "", ())
        return lambda values: row
    tests = [(all_hold(one.when, layout, context), one) for one in classes]

    def classify(values: list[Any]) -> RowClass | None:
        for holds, one in tests:
            if holds(values):
                return one
        return None

    return classify


def _test(condition: Condition, layout: Layout, context: Context) -> Holds:
    place, value = layout.place(condition.column, context), condition.value
    match condition.test:
        case "is":
            limit = _comparable(condition, layout, context)
            return lambda values: bool(values[place] == limit)
        case "in":
            known = frozenset(value)
            return lambda values: values[place] in known
        case "empty":
            return lambda values: (values[place] is None) == value
        case "starts":
            start = str(value)
            return lambda values: values[place] is not None and str(values[place]).startswith(start)
        case "below":
            limit = _comparable(condition, layout, context)
            return lambda values: values[place] is not None and values[place] < limit
        case "above":
            limit = _comparable(condition, layout, context)
            return lambda values: values[place] is not None and values[place] > limit
    raise context.problem("mapping.unknown_test", where=layout.group.name, test=condition.test)


def _comparable(condition: Condition, layout: Layout, context: Context) -> Any:
    """The value at the column's scale: ``Quantity below 0.5`` is below 500."""
    column = next((one for one in layout.group.columns if one.name == condition.column), None)
    digits = None if column is None else scale(column, context.currency)
    if digits is None:
        return Decimal(str(condition.value)) if column and column.type == "decimal" else condition.value
    return scaled(str(condition.value), digits)
