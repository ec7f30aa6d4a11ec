"""Deciding one conflict: which side each field takes, what is left, what applying will do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from channeldesk.model.declare import Type
from channeldesk.queries.inbox import ConflictField, InboxItem


class Side(StrEnum):
    BASE = "base"
    MINE = "mine"
    THEIRS = "theirs"
    HAND = "hand"


ORDER = (Side.BASE, Side.MINE, Side.THEIRS)
"""As the columns stand."""


@dataclass(frozen=True)
class Effects:
    """What applying will do: fields sent to headquarters, fields that stay as they are there, groups."""

    sent: tuple[str, ...]
    kept: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]


class Decision:
    """Choices for one conflict. Fields of a group are chosen together, a deletion as a whole."""

    def __init__(self, item: InboxItem) -> None:
        self.item = item
        self._chosen: dict[str, Side] = {}
        self._typed: dict[str, Any] = {}
        for field in item.fields:
            if item.deleted_there:
                self._chosen[field.name] = Side.MINE
            elif field.policy != "ask":
                self._chosen[field.name] = Side.MINE if field.stands == "mine" else Side.THEIRS

    @property
    def fields(self) -> tuple[ConflictField, ...]:
        return self.item.fields

    @property
    def sides(self) -> tuple[Side, ...]:
        """What may be chosen: of a row that is deleted there only what it may be made again with."""
        if self.item.deleted_there:
            return (Side.BASE, Side.MINE)
        return (Side.MINE, Side.THEIRS) if self.item.deleted_here else ORDER

    def side(self, name: str) -> Side | None:
        return self._chosen.get(name)

    def group_of(self, name: str) -> list[str]:
        """The fields decided together with this one, itself among them."""
        if self.item.deleted_here:
            return [field.name for field in self.fields]
        number = next(field.group for field in self.fields if field.name == name)
        if self.item.deleted_there:
            return [name]
        return [field.name for field in self.fields if field.group == number]

    def choose(self, name: str, side: Side) -> None:
        if side not in self.sides:
            return
        for one in self.group_of(name):
            self._chosen[one] = side
            self._typed.pop(one, None)

    def choose_all(self, side: Side) -> None:
        for field in self.fields:
            self.choose(field.name, side)

    def step(self, name: str, by: int) -> None:
        """To the version right or left of the chosen one; from nothing to theirs or mine."""
        side = self._chosen.get(name)
        if side in self.sides:
            at = self.sides.index(side) + by
            self.choose(name, self.sides[max(0, min(len(self.sides) - 1, at))])
        else:
            self.choose(name, self.sides[-1] if by > 0 else Side.MINE)

    def turn(self, name: str) -> None:
        """Mine, then theirs, then mine again."""
        both = [side for side in self.sides if side is not Side.BASE] or [Side.MINE]
        other = both[-1] if self._chosen.get(name) is Side.MINE else Side.MINE
        self.choose(name, other)

    def write(self, name: str, value: Any) -> None:
        """A value of one's own; the others of its group keep their side, mine if they had none."""
        for one in self.group_of(name):
            self._chosen.setdefault(one, Side.MINE)
        self._chosen[name] = Side.HAND
        self._typed[name] = value

    def value(self, field: ConflictField) -> Any:
        """What would stand; None also where nothing is chosen."""
        side = self._chosen.get(field.name)
        if side is Side.HAND:
            return self._typed[field.name]
        return None if side is None else getattr(field, side.value)

    @property
    def left(self) -> int:
        """How many decisions are missing; a group counts once."""
        return len({field.group for field in self.fields if field.name not in self._chosen})

    def next_open(self, after: str = "") -> str | None:
        """The next field without a choice, beginning behind ``after``, from the top again at the end."""
        names = [field.name for field in self.fields]
        start = names.index(after) + 1 if after in names else 0
        return next((name for name in names[start:] + names[:start] if name not in self._chosen), None)

    def choices(self) -> dict[str, str | dict[str, Any]]:
        """For the action: side by field, or the value written by hand."""
        return {
            name: {"value": self._typed[name]} if side is Side.HAND else side.value
            for name, side in self._chosen.items()
        }

    def effects(self) -> Effects:
        """A field that ends as headquarters has it needs no sending."""
        sent: list[str] = []
        kept: list[str] = []
        for field in self.fields:
            if field.name in self._chosen:
                stands = field.mine if field.stands == "mine" else field.theirs
                (kept if self.value(field) == stands else sent).append(field.name)
        groups: dict[int, list[str]] = {}
        for field in self.fields:
            groups.setdefault(field.group, []).append(field.name)
        one = self.item.deleted_here or self.item.deleted_there
        several = () if one else tuple(tuple(names) for names in groups.values() if len(names) > 1)
        return Effects(tuple(sent), tuple(kept), several)


_TYPED = {Type.TEXT, Type.MONEY, Type.PRICE, Type.QUANTITY, Type.RATE, Type.INTEGER, Type.DAY}


def can_write(item: InboxItem, field: ConflictField) -> bool:
    """Whether a value of one's own makes sense: not for names of other rows, currencies and counters."""
    if item.deleted_here or field.name in ("currency", "country_code"):
        return False
    return field.type in _TYPED or (field.type == Type.CHOICE and bool(field.choices))


def merged_fields(item: InboxItem) -> Sequence[tuple[str, Any, Any, Any]]:
    """Fields of the same edit that merged by themselves: name, base, mine, and what stands now."""
    base: dict[str, Any] = {}
    mine: dict[str, Any] = {}
    for one in item.mutations:
        base |= one.base
        mine |= one.changes
    now: Mapping[str, Any] = item.current or {}
    return [(name, base.get(name), mine.get(name), now_of(now, name, mine.get(name))) for name in item.merged]


def now_of(row: Mapping[str, Any], name: str, otherwise: Any = None) -> Any:
    """A field of the row as it is here, in wire form; of a document's key what was sent is shown."""
    if "." in name:
        return otherwise
    value = row.get(name)
    return value.hex() if isinstance(value, bytes) else value
