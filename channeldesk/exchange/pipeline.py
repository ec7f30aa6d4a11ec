"""What happens to every row before it becomes one of ours: computed columns, duplicates, class, amount."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from channeldesk.exchange.cells import scale
from channeldesk.exchange.conditions import classifier
from channeldesk.exchange.mapping import FileGroup
from channeldesk.exchange.problems import RowProblem
from channeldesk.exchange.reader import Row
from channeldesk.exchange.report import DUPLICATE
from channeldesk.exchange.specs import Context, Function, Layout, compiled

if TYPE_CHECKING:
    from channeldesk.exchange.importer import Importer


class Judged(NamedTuple):
    """A row with its class, or the reason why it has none. ``amount`` is exact, at the group's scale."""

    file: str
    row: Row
    values: list[Any]
    name: str
    amount: int
    problem: RowProblem | None


class Pipeline:
    """Compiled once per file group; reads its files as often as needed, with the same outcome each time."""

    def __init__(self, importer: Importer, group: FileGroup) -> None:
        self.importer, self.group = importer, group
        self.layout = Layout(group)
        context = importer.context
        self._compute = _computed(group, context)
        self._classify = classifier(group.classes, self.layout, context)
        self.amount_places, self.scale = _amount(group, self.layout, context)
        self.expected = [
            (a, b, self.layout.place(a, context), self.layout.place(b, context))
            for a, b in group.expect_equal
        ]

    def files(self) -> Iterator[tuple[str, Iterator[Judged]]]:
        for file, rows in self.importer.files(self.group):
            yield file, self._judged(file, rows)

    def _judged(self, file: str, rows: Iterator[Row]) -> Iterator[Judged]:
        seen: set[tuple[str, ...]] = set()
        watch = bool(self.group.duplicates)
        number = 0
        for row in rows:
            number += 1
            if row.problem is not None:
                yield Judged(file, row, [], "", 0, row.problem)
                continue
            values, amount = row.values, self.amount(row.values)
            if watch:
                if row.cells in seen:
                    yield Judged(file, row, values, DUPLICATE, amount, None)
                    continue
                seen.add(row.cells)
            try:
                for function in self._compute:
                    values.append(function(values))
            except RowProblem as problem:
                yield Judged(file, row, values, "", amount, problem)
                continue
            yield self._classified(file, row, values, amount)
        self.importer.tell(file, number)

    def amount(self, values: list[Any]) -> int:
        """The exact amount of a row; a missing factor makes it 0."""
        if not self.amount_places:
            return 0
        result = 1
        for place in self.amount_places:
            result *= values[place] or 0
        return result

    def _classified(self, file: str, row: Row, values: list[Any], amount: int) -> Judged:
        found = self._classify(values)
        if found is None:
            return Judged(file, row, values, "", amount, RowProblem.of("row.no_class"))
        if found.reject:
            return Judged(file, row, values, "", amount, RowProblem.of("row.declared", reason=found.reject))
        return Judged(file, row, values, found.name, amount, None)


def _computed(group: FileGroup, context: Context) -> list[Function]:
    """Each computed column sees the file's columns and the ones computed before it."""
    return [
        compiled(spec, Layout(replace(group, compute=group.compute[:number])), context)
        for number, (_, spec) in enumerate(group.compute)
    ]


def _amount(group: FileGroup, layout: Layout, context: Context) -> tuple[list[int], int | None]:
    if not group.amount:
        return [], None
    digits = 0
    for name in group.amount:
        column = next((one for one in group.columns if one.name == name), None)
        part = None if column is None else scale(column, context.currency)
        if part is None:
            raise context.problem("mapping.not_a_number", where=f"files.{group.name}.amount", name=name)
        digits += part
    return [layout.place(name, context) for name in group.amount], digits
