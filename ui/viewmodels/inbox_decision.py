"""Deciding one conflict: which side each field takes, what is left, what applying will do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from channeldesk.queries.inbox import ConflictField, InboxItem

_ALIKE = 0.45
"""Texts less alike than this are marked whole: scattered marks would say nothing."""
_SHORTEST = 3
"""Equal signs between two differences that are worth showing as equal."""


class Side(StrEnum):
    BASE = "base"
    MINE = "mine"
    THEIRS = "theirs"
    HAND = "hand"


@dataclass(frozen=True)
class Effects:
    """What applying will do: fields sent to headquarters, fields that stay as they are there, groups."""

    sent: tuple[str, ...]
    kept: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]


class Decision:
    """Choices for one conflict. Fields of a group are chosen together."""

    def __init__(self, item: InboxItem) -> None:
        self.item = item
        self._chosen: dict[str, Side] = {}
        self._typed: dict[str, Any] = {}
        for field in item.fields:
            if field.policy != "ask":
                self._chosen[field.name] = Side.MINE if field.stands == "mine" else Side.THEIRS

    @property
    def fields(self) -> tuple[ConflictField, ...]:
        return self.item.fields

    def side(self, name: str) -> Side | None:
        return self._chosen.get(name)

    def group_of(self, name: str) -> list[str]:
        """The fields decided together with this one, itself among them."""
        number = next(field.group for field in self.fields if field.name == name)
        return [field.name for field in self.fields if field.group == number]

    def choose(self, name: str, side: Side) -> None:
        for one in self.group_of(name):
            self._chosen[one] = side
            self._typed.pop(one, None)

    def choose_all(self, side: Side) -> None:
        for field in self.fields:
            self.choose(field.name, side)

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
        several = tuple(tuple(names) for names in groups.values() if len(names) > 1)
        return Effects(tuple(sent), tuple(kept), several)


def marked(base: str, text: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it differs from ``base``."""
    if not text:
        return []
    if text == base:
        return [(text, False)]
    matcher = SequenceMatcher(None, base, text, autojunk=False)
    if not base or matcher.ratio() < _ALIKE:
        return [(text, True)]
    codes = [one for one in matcher.get_opcodes() if one[3] < one[4]]
    pieces: list[tuple[str, bool]] = []
    for at, (code, _, _, start, end) in enumerate(codes):
        between = 0 < at < len(codes) - 1 and end - start < _SHORTEST
        differs = code != "equal" or between
        if pieces and pieces[-1][1] == differs:
            pieces[-1] = (pieces[-1][0] + text[start:end], differs)
        else:
            pieces.append((text[start:end], differs))
    return pieces


def merged_fields(item: InboxItem) -> Sequence[tuple[str, Any, Any, Any]]:
    """Fields of the same edit that merged by themselves: name, base, mine, and what stands now."""
    base: dict[str, Any] = {}
    mine: dict[str, Any] = {}
    for one in item.mutations:
        base |= one.base
        mine |= one.changes
    now: Mapping[str, Any] = item.current or {}
    return [(name, base.get(name), mine.get(name), _now(now, name)) for name in item.merged]


def _now(row: Mapping[str, Any], name: str) -> Any:
    value = row.get(name)
    return value.hex() if isinstance(value, bytes) else value
