"""Edits of existing rows: merged by the shared rules, with what they say turned into answers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from channeldesk.hq.change import Change, Outcome
from channeldesk.hq.check import STAMPS
from channeldesk.hq.policy import Access
from channeldesk.model.declare import Entity, Policy
from channeldesk.model.entities import entity as declaration
from channeldesk.model.notice import Notice
from channeldesk.rules.merge import Decision, Edit, Merged, Plan, merge, same_value
from channeldesk.wire.values import row_to_wire

Values = Mapping[str, Any]


def merged(change: Change, fields: Values, current: Values, access: Access) -> Merged:
    """The merge of the wire ``fields`` into a row. Fields hidden from the user take no part in its groups."""
    base = {name: value for name, value in change.base.items() if not access.hides(name)}
    plan = _plan(access.entity.__entity__, access.fields)
    touched = {name.split(".")[0] for one in (*fields, *change.inc) for name in plan.group_of(one)}
    standing = row_to_wire(access.entity, {name: current[name] for name in touched if name in current})
    return merge(Edit(base, fields, change.inc), standing, plan)


def outcome(change: Change, result: Merged, version: int, access: Access) -> Outcome:
    """How it is answered: nothing to do, as sent, beside others' edits, or with conflicts."""
    if result.conflicts:
        return Outcome("conflict", conflicts=tuple(_told(one, access.entity) for one in result.conflicts))
    if not result.changes:
        return Outcome("duplicate")
    return Outcome("merged" if version > change.base_rv else "applied")


def deleted_meanwhile(change: Change, fields: Values) -> Outcome:
    """An edit of a row that is deleted: the deletion stands, the edit goes to the person."""
    told = {
        "fields": sorted(fields),
        "base": {name: change.base.get(name) for name in sorted(fields)},
        "mine": dict(sorted(fields.items())),
        "theirs": dict.fromkeys(sorted(fields)),
        "policy": Policy.ASK.value,
        "result": "theirs",
    }
    return Outcome("conflict", Notice("sync.row_deleted"), (told,))


def changed_meanwhile(change: Change, current: Values, access: Access) -> Outcome | None:
    """A deletion by somebody who had not seen the newest edits is a conflict; None where nothing differs."""
    now = row_to_wire(access.entity, current)
    names = [
        name
        for name in sorted(now)
        if name.split(".")[0] not in STAMPS | access.entity.stamped
        and not access.hides(name)
        and (name in change.base or "." in name)  # a key of a document that was not there was seen as none
        and not same_value(change.base.get(name), now[name])
    ]
    if not names:
        return None
    told = {
        "fields": names,
        "base": {name: change.base.get(name) for name in names},
        "mine": dict.fromkeys(names),
        "theirs": {name: now[name] for name in names},
        "policy": Policy.ASK.value,
        "result": "theirs",
    }
    return Outcome("conflict", Notice("sync.row_changed"), (told,))


def _told(decision: Decision, entity: type[Entity]) -> dict[str, Any]:
    policy = Policy.ASK if decision.ask else Policy.CLIENT if decision.kept_mine else Policy.SERVER
    return {
        "fields": list(decision.fields),
        "base": {one.field: one.base for one in decision.losers if one.base_known},
        "mine": {one.field: one.mine for one in decision.losers},
        "theirs": {one.field: one.theirs for one in decision.losers},
        "policy": policy.value,
        "result": "mine" if decision.kept_mine else "theirs",
    }


@cache
def _plan(name: str, visible: tuple[str, ...]) -> Plan:
    entity = declaration(name)
    groups = tuple(tuple(one for one in group if one in visible) for group in entity.groups)
    return Plan(tuple(group for group in groups if group), _Policies(entity))


class _Policies(dict[str, Policy]):
    """The policies of an entity, also for ``custom.key``."""

    def __init__(self, entity: type[Entity]) -> None:
        super().__init__(entity.policies)
        self._entity = entity

    def get(self, name: str, default: Any = None) -> Any:
        return self._entity.policy_of(name)
