"""Editing partners, one or many at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from channeldesk.actions import write
from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Changes, Done, Topic, Undo
from channeldesk.model.declare import SYSTEM_FIELDS, Field, Type
from channeldesk.model.entities import entity
from channeldesk.model.notice import Notice, Problem
from channeldesk.rules.field_limits import refuse_value

_MOVED: Changes = frozenset({Topic.PARTNERS, Topic.SYNC})
_FIXED = {field.name for field in SYSTEM_FIELDS} | {"code", "territory_id"}
"""What headquarters alone gives."""


@dataclass(frozen=True)
class FieldChange:
    """One field of one partner in a bulk edit: what it is, and what it would become."""

    partner_id: bytes
    name: str
    before: Any
    after: Any


def edit(tx: Tx, partner_id: bytes, values: Mapping[str, Any]) -> Done[None]:
    """Change fields of a partner. Raises Problem for a field nobody may change here, or a bad value."""
    return edit_many(tx, [partner_id], values)


def edit_many(tx: Tx, partner_ids: Sequence[bytes], values: Mapping[str, Any]) -> Done[None]:
    """Set the same fields of several partners; one undo takes all of it back."""
    checked = check("partner", values, _FIXED)
    before = {one: write.patch(tx, "partner", one, checked) for one in partner_ids}
    changed = {one: fields for one, fields in before.items() if fields}

    def back(tx: Tx) -> Done[None]:
        for one, fields in changed.items():
            write.patch(tx, "partner", one, fields)
        return Done(None, _MOVED)

    notice = Notice("partner.edited", {"count": len(changed)})
    return Done(None, _MOVED, notice, Undo(Notice("undo.partner_edited", {"count": len(changed)}), back))


def check(name: str, values: Mapping[str, Any], fixed: set[str]) -> dict[str, Any]:
    """Values fit for storage: empty text becomes null, choices are known, flags are 0 or 1, and each is what
    its field may be.
    """
    fields = entity(name).fields
    result: dict[str, Any] = {}
    for field_name, value in values.items():
        field = fields[field_name]
        if field_name in fixed:
            raise Problem.of("edit.field_is_fixed", field=field_name)
        result[field_name] = _checked(field, value.strip() if isinstance(value, str) else value)
        if (wrong := refuse_value(field, result[field_name], str(values.get("currency") or ""))) is not None:
            raise Problem(Notice(wrong.code, {**wrong.params, "field": field_name}))
    return result


def _checked(field: Field, value: Any) -> Any:
    if value == "" and field.type is not Type.DOCUMENT:
        value = None
    if value is None and field.required:
        raise Problem.of("edit.field_required", field=field.name)
    if value is not None and field.type is Type.CHOICE and value not in field.choices:
        raise Problem.of("edit.not_a_choice", field=field.name, value=str(value))
    return int(value) if field.type is Type.FLAG else value
