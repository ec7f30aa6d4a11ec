"""The second reading: a group's rows booked file by file, and every row's fate counted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from channeldesk.exchange.build import Builder
from channeldesk.exchange.mapping import FileGroup
from channeldesk.exchange.pipeline import Judged, Pipeline
from channeldesk.exchange.problems import RowProblem
from channeldesk.exchange.report import DUPLICATE, account_of
from channeldesk.model.notice import notice

if TYPE_CHECKING:
    from channeldesk.exchange.importer import Importer


class GroupStream:
    """All targets of one file group that are not ``once``."""

    def __init__(self, importer: Importer, group: FileGroup) -> None:
        self._importer, self._group = importer, group
        self._pipeline = Pipeline(importer, group)
        builders = [
            Builder(target, self._pipeline.layout, importer.context)
            for target in importer.mapping.targets
            if target.file == group.name and not target.once
        ]
        self._single = [builder for builder in builders if builder.target.lines is None]
        self._grouped = [builder for builder in builders if builder.target.lines is not None]
        self._seen: dict[tuple[int, str], tuple[str, int]] = {}
        self._account = account_of(group, self._pipeline.scale)
        importer.report.groups[group.name] = self._account
        self._differences: Counter[tuple[str, str]] = Counter()
        self._examples: dict[tuple[str, str], tuple[str, int]] = {}

    def run(self) -> None:
        for _, rows in self._pipeline.files():
            self._account.files += 1
            orders: dict[tuple[int, str], list[Judged]] = {}
            for judged in rows:
                self._account.total.add(judged.amount)
                if judged.problem is not None:
                    self._reject(judged, judged.problem)
                else:
                    self._compare(judged)
                    self._take(judged, orders)
            for (number, key), members in orders.items():
                self._book_order(self._grouped[number], key, members)
            self._importer.book.flush()
        for (a, b), count in self._differences.items():
            file, line = self._examples[a, b]
            remark = notice("load.figures_differ", first=a, second=b, rows=count, file=file, line=line)
            self._importer.report.remarks.append(remark)

    def _compare(self, judged: Judged) -> None:
        for a, b, place_a, place_b in self._pipeline.expected:
            if (
                len(judged.values) > max(place_a, place_b)
                and judged.values[place_a] != judged.values[place_b]
            ):
                self._differences[a, b] += 1
                self._examples.setdefault((a, b), (judged.file, judged.row.line))

    def _take(self, judged: Judged, orders: dict[tuple[int, str], list[Judged]]) -> None:
        """Single rows are booked at once; rows of orders wait for the rest of their file."""
        try:
            group = None if judged.name == DUPLICATE else self._order_of(judged)
            if judged.name != DUPLICATE:
                self._book_single(judged)
        except RowProblem as problem:
            self._reject(judged, problem)
            return
        if group is None:
            self._account.count(judged.name, judged.amount)
        else:
            orders.setdefault(group, []).append(judged)

    def _order_of(self, judged: Judged) -> tuple[int, str] | None:
        for number, builder in enumerate(self._grouped):
            if builder.takes(judged.name, judged.values):
                return number, builder.key(judged.values)
        return None

    def _book_single(self, judged: Judged) -> None:
        """All targets of a row, or none of them."""
        made: list[tuple[Builder, str, dict[str, Any]]] = []
        for builder in self._single:
            if builder.takes(judged.name, judged.values):
                key = builder.key(judged.values)
                self._once(builder, key, judged)
                made.append((builder, key, builder.fields(judged.values)))
        for builder, key, fields in made:
            self._importer.book.put(builder.target, key, fields)

    def _once(self, builder: Builder, key: str, judged: Judged) -> None:
        """A key may come once in a load: a second row would silently replace the first."""
        place = self._seen.setdefault((id(builder), key), (judged.file, judged.row.line))
        if place != (judged.file, judged.row.line):
            raise RowProblem.of("row.repeated_key", key=key, file=place[0], line=place[1])

    def _book_order(self, builder: Builder, key: str, members: list[Judged]) -> None:
        """The first row speaks for the order; a row that cannot be used leaves the others in it."""
        try:
            self._once(builder, key, members[0])
            fields = builder.fields(members[0].values)
        except RowProblem as problem:
            for judged in members:
                self._reject(judged, problem)
            return
        lines = []
        for judged in members:
            try:
                builder.check_same(members[0].values, judged.values)
                lines.append(builder.line(judged.values))
            except RowProblem as problem:
                self._reject(judged, problem)
            else:
                self._account.count(judged.name, judged.amount)
        if lines:
            for name, of in builder.sums:
                fields[name] = sum(line[of] for line in lines)
            self._importer.book.put(builder.target, key, fields, lines)

    def _reject(self, judged: Judged, problem: RowProblem) -> None:
        self._importer.reject(self._group, judged.file, judged.row, problem, judged.amount)
