"""What an edit of many rows comes to: rows that change, rows that are made, rows that cannot be changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from channeldesk.model.notice import Notice

Row = Mapping[str, Any]
"""A stored row with its ``id``, and of a price the ``currency`` of its list."""
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Made:
    """Stands for the id of a row that the same edit makes."""

    number: int


@dataclass(frozen=True, slots=True)
class Edit:
    """One row. ``base``: the fields as they were when the edit was looked at, nothing of a new row;
    ``values``: as they would be, None for a row that goes. ``number``: by which others of the edit point at
    a new row. ``of``: the row that it was asked for.
    """

    entity: str
    row_id: bytes | None
    base: Values
    values: Values | None
    of: bytes | None = None
    number: int = 0

    @property
    def op(self) -> str:
        return "delete" if self.values is None else "insert" if self.row_id is None else "patch"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that stays as it is though it was asked for, and why."""

    of: bytes
    reason: Notice


Outcome = Edit | Skipped


@dataclass(frozen=True)
class Facts:
    """What operations look up besides the rows: price lists by id, the prices of a list by product and
    quantity, parts of promotions by entity and promotion, exchange rates by currency pair, and
    codes that are taken by entity.
    """

    lists: Mapping[bytes, Row] = field(default_factory=dict)
    items: Mapping[bytes, Mapping[tuple[bytes, int], Row]] = field(default_factory=dict)
    parts: Mapping[tuple[str, bytes], Sequence[Row]] = field(default_factory=dict)
    rates: Mapping[tuple[str, str], Fraction] = field(default_factory=dict)
    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Planned:
    """``edits`` in the order in which they are written; ``asked``: how many rows were chosen."""

    asked: int
    edits: tuple[Edit, ...]
    skipped: tuple[Skipped, ...]

    @classmethod
    def of(cls, asked: int, outcomes: Iterable[Outcome]) -> Planned:
        edits: list[Edit] = []
        skipped: list[Skipped] = []
        for one in outcomes:
            if isinstance(one, Edit):
                edits.append(one)
            else:
                skipped.append(one)
        return cls(asked, tuple(edits), tuple(skipped))

    @property
    def unchanged(self) -> int:
        """Rows that are already as they would be."""
        touched = {one.of or one.row_id for one in self.edits} | {one.of for one in self.skipped}
        return self.asked - len(touched - {None}) if self.asked else 0

    def count(self, op: str) -> int:
        return sum(one.op == op for one in self.edits)


def patched(entity: str, row: Row, values: Values) -> Iterator[Edit]:
    """The row with these fields, unless it has them already."""
    changed = {name: value for name, value in values.items() if row[name] != value}
    if changed:
        yield Edit(entity, row["id"], {name: row[name] for name in changed}, changed, row["id"])
