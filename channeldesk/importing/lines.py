"""A row of a table from outside."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """``number``: the line on which it begins, or the row of the sheet, from 1. Cells are stripped."""

    number: int
    cells: tuple[str, ...]

    @property
    def empty(self) -> bool:
        return not any(self.cells)
