"""Three-way merge of one row, field by field, by value.

What was changed on a laptop meets what headquarters holds now. No clock is asked: the value the change
started from (base), the value it sets (mine) and the value that stands (current) decide.

- current = mine: nothing to do; current = base: apply; otherwise a conflict under the field's policy.
- Fields of a group (an amount and its currency) are compared and decided as one value.
- Counters carry increments, which always add up.
- Custom fields are fields of their own, named ``custom.key``.

The winner never swallows the loser: each conflict names both, for the inbox.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from channeldesk.model.declare import Policy

Json = Any
"""A value as JSON has it: None, bool, int, float, str, list, dict."""


class Outcome(StrEnum):
    APPLIED = "applied"
    SAME = "same"
    """The value stood there already."""
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Loser:
    """One field of a conflict: what it was, what each side made of it, and which one stands for now."""

    field: str
    base: Json
    mine: Json
    theirs: Json
    base_known: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of one field or group. ``kept_mine`` and ``ask`` mean something only in a conflict:
    with ``ask`` the current value stands until a person decides.
    """

    fields: tuple[str, ...]
    outcome: Outcome
    kept_mine: bool = False
    ask: bool = False
    losers: tuple[Loser, ...] = ()


@dataclass(frozen=True, slots=True)
class Merged:
    """``changes``: what to write into the current row, counters as their new value."""

    changes: Mapping[str, Json]
    decisions: tuple[Decision, ...]

    @property
    def conflicts(self) -> tuple[Decision, ...]:
        return tuple(one for one in self.decisions if one.outcome is Outcome.CONFLICT)

    @property
    def outcome(self) -> Outcome:
        """Of the row: a conflict anywhere counts; SAME only if nothing had to be written at all."""
        if self.conflicts:
            return Outcome.CONFLICT
        return Outcome.APPLIED if self.changes else Outcome.SAME


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of one row: ``set`` field to value, ``inc`` counter to increment, ``base`` the values that the
    set fields, and the other fields of their groups, had before it. A field missing in ``base`` is unknown,
    which is different from null.
    """

    base: Mapping[str, Json] = field(default_factory=dict)
    set: Mapping[str, Json] = field(default_factory=dict)
    inc: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        both = self.set.keys() & self.inc.keys()
        if both:
            raise ValueError(f"fields both set and incremented: {sorted(both)}")


@dataclass(frozen=True, slots=True)
class Plan:
    """How an entity merges: its groups and the policy of each field."""

    groups: tuple[tuple[str, ...], ...] = ()
    policies: Mapping[str, Policy] = field(default_factory=dict)
    default: Policy = Policy.SERVER

    def group_of(self, name: str) -> tuple[str, ...]:
        return next((group for group in self.groups if name in group), (name,))

    def policy_of(self, names: Iterable[str]) -> Policy:
        """Of a group the most careful one: asking, then headquarters, then the laptop."""
        found = {self.policies.get(name, self.default) for name in names}
        return next(policy for policy in (Policy.ASK, Policy.SERVER, Policy.CLIENT) if policy in found)


def merge(edit: Edit, current: Mapping[str, Json], plan: Plan) -> Merged:
    """Merge ``edit`` into the row that stands. A field that ``current`` lacks is null there.

    A group is applied only if the base of all its fields is known and still stands; so the sender gives the
    base of the whole group, also of fields it left alone.
    """
    changes: dict[str, Json] = {}
    decisions: list[Decision] = []
    for fields in _touched(edit.set, plan):
        decision = _decide(fields, edit, current, plan)
        decisions.append(decision)
        if decision.outcome is Outcome.APPLIED or decision.kept_mine:
            mine = _mine(fields, edit)
            changes |= {name: mine[name] for name in mine if not same_value(mine[name], current.get(name))}
    for name, step in edit.inc.items():
        decisions.append(Decision((name,), Outcome.APPLIED if step else Outcome.SAME))
        if step:
            changes[name] = (current.get(name) or 0) + step
    return Merged(changes, tuple(decisions))


def replay(image: Mapping[str, Json], edits: Iterable[Edit]) -> dict[str, Json]:
    """A row as its laptop shows it: the server's image with the pending edits on top, oldest first."""
    row = dict(image)
    for edit in edits:
        row |= edit.set
        row |= {name: (row.get(name) or 0) + step for name, step in edit.inc.items() if step}
    return row


def coalesce(first: Edit, then: Edit) -> Edit:
    """One edit that does what the two do in turn, against the original base.

    What ``then`` knows as base is the value between the two: it tells the original one only where ``first``
    did not set the field.
    """
    between = {name: value for name, value in then.base.items() if name not in first.set}
    before = {name: (value or 0) - first.inc[name] for name, value in between.items() if name in first.inc}
    base = {**between, **before, **first.base}
    merged_set = {**first.set, **then.set}
    inc = {name: step for name, step in first.inc.items() if name not in then.set}
    for name, step in then.inc.items():
        if name in merged_set:
            merged_set[name] = (merged_set[name] or 0) + step
        else:
            inc[name] = inc.get(name, 0) + step
    return Edit(base, merged_set, inc)


def same_value(one: Json, other: Json) -> bool:
    """Equality of JSON values: members of objects in any order, 1 equals 1.0 but not true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return one == other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same_value(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(same_value, one, other))
    return type(one) is type(other) and bool(one == other)


def _touched(names: Iterable[str], plan: Plan) -> Sequence[tuple[str, ...]]:
    """Each group that is touched, once, in the order of the edit."""
    return list(dict.fromkeys(plan.group_of(name) for name in names))


def _mine(fields: tuple[str, ...], edit: Edit) -> dict[str, Json]:
    """What the laptop holds the fields to be after its edit; without those it knows nothing of."""
    known = {name: edit.base[name] for name in fields if name in edit.base}
    return known | {name: edit.set[name] for name in fields if name in edit.set}


def _decide(fields: tuple[str, ...], edit: Edit, current: Mapping[str, Json], plan: Plan) -> Decision:
    base, mine = edit.base, _mine(fields, edit)
    now = {name: current.get(name) for name in fields}
    if all(same_value(mine[name], now[name]) for name in mine):
        return Decision(fields, Outcome.SAME)
    if all(name in base and same_value(base[name], now[name]) for name in fields):
        return Decision(fields, Outcome.APPLIED)
    policy = plan.policy_of(name for name in fields if name in edit.set)
    losers = tuple(
        Loser(name, base.get(name), mine.get(name, now[name]), now[name], name in base) for name in fields
    )
    return Decision(fields, Outcome.CONFLICT, policy is Policy.CLIENT, policy is Policy.ASK, losers)
