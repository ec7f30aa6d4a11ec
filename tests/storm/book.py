"""The plain model: what each person was told is recorded, and what headquarters wrote itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.storm.values import Key

Cell = tuple[str, str, str]
"""Entity, row id, field."""
Row = Mapping[str, Any]


@dataclass(eq=False)
class Edit:
    """One acknowledged change of one row: ``base`` is what changed fields were, ``values`` what the person
    left there, ``shown`` the whole row before it.

    ``deed`` numbers the local transaction. ``given_up``: the person discarded it with a rejected row.
    """

    number: int
    deed: int
    who: str
    key: Key
    op: str
    base: dict[str, Any]
    values: dict[str, Any]
    shown: dict[str, Any] = field(default_factory=dict)
    given_up: bool = False

    def __str__(self) -> str:
        entity, row_id = self.key
        return f"#{self.number} {self.who} {self.op} {entity} {row_id[-6:]} {self.base} -> {self.values}"


@dataclass
class Book:
    """``kin``: profiles that stem from one another; a copy knows and owes what its original did."""

    edits: list[Edit] = field(default_factory=list)
    office: set[tuple[str, str, str, Any]] = field(default_factory=set)
    released: set[tuple[str, str, str, Any]] = field(default_factory=set)
    """What people published themselves of what they had drafted."""
    kin: dict[str, str] = field(default_factory=dict)
    deeds: int = 0
    _rows: dict[tuple[str, Key], list[Edit]] = field(default_factory=lambda: defaultdict(list))
    _cells: dict[Cell, list[Edit]] = field(default_factory=lambda: defaultdict(list))

    def note(self, who: str, before: Mapping[Key, Row | None], after: Mapping[Key, Row | None]) -> list[Edit]:
        """Writes down a committed local transaction from its rows before and after it."""
        self.deeds += 1
        made = []
        for key in before:
            old, new = before[key], after.get(key)
            edit = self._edit(who, key, old, new)
            if edit is not None:
                made.append(edit)
        return made

    def _edit(self, who: str, key: Key, old: Row | None, new: Row | None) -> Edit | None:
        if old is None and new is None:
            return None
        if old is None:
            op, base, values = "insert", {}, dict(new or {})
        elif new is None:
            op, base, values = "delete", dict(old), {}
        else:
            names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
            if not names:
                return None
            op = "patch"
            base, values = {n: old.get(n) for n in names}, {n: new.get(n) for n in names}
        edit = Edit(len(self.edits) + 1, self.deeds, who, key, op, base, values, dict(old or {}))
        self.edits.append(edit)
        self._rows[who, key].append(edit)
        for name in values:
            self._cells[(*key, name)].append(edit)
        return edit

    def of(self, who: str, key: Key) -> list[Edit]:
        """Edits of a row by a person (and the profiles it was copied from), oldest first."""
        return self._rows[who, key]

    def of_cell(self, cell: Cell) -> list[Edit]:
        return self._cells[cell]

    def copy(self, original: str, copied: str) -> None:
        """A profile was copied: from now on both owe what was recorded so far."""
        self.kin[copied] = self.kin.get(original, original)
        for (who, key), edits in list(self._rows.items()):
            if who == original:
                self._rows[copied, key] = list(edits)

    def family(self, who: str) -> set[str]:
        head = self.kin.get(who, who)
        return {head, who, *(one for one, of in self.kin.items() if of == head)}

    def office_wrote(self, entity: str, row_id: str, values: Row) -> None:
        self.office |= {(entity, row_id, name, value) for name, value in values.items()}

    def give_up(self, who: str, keys: Iterable[Key], *, given_up: bool = True) -> None:
        """The person discarded rows with everything that they did to them since they made them, or took that
        back. A row that was deleted and made again had a life before, which was handed in by itself; one that
        was sent again, after it had left with its area, had not.
        """
        for key in keys:
            life: list[Edit] = []
            for edit in self.of(who, key):
                if edit.op == "insert" and any(one.op == "delete" for one in life):
                    life = []
                life.append(edit)
            for edit in life:
                edit.given_up = given_up

    def seen(self, edit: Edit, name: str, value: Any) -> bool:
        """Whether the person knew ``value`` when setting the field: as base, as base of an edit before, or in
        the row as they deleted it before they made it again.
        """
        wanted, found = [edit.shown.get(name)], set()
        earlier = [one for one in self.of(edit.who, edit.key) if one.number < edit.number]
        if any(one.op == "delete" and one.shown.get(name) == value for one in earlier):
            return True
        while wanted:
            base = wanted.pop()
            if base == value:
                return True
            if base in found:
                continue
            found.add(base)
            wanted += [one.shown.get(name) for one in earlier if one.values.get(name, found) == base]
        return False
