"""Is what was sent well-formed, and may this user write it? Nothing malformed reaches the database."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import orjson

from channeldesk.hq.change import Change, Rejected, reject
from channeldesk.hq.policy import Access
from channeldesk.model.declare import SYSTEM_FIELDS, Field, Kind, Type
from channeldesk.model.values import LARGEST
from channeldesk.rules.field_limits import refuse_row
from channeldesk.wire.values import field_of, row_from_wire

STAMPS = frozenset(one.name for one in SYSTEM_FIELDS)
"""Fields that headquarters writes itself, whatever a laptop sends."""
LONGEST_TEXT = 100_000
YEAR_10000 = 253_402_300_800_000
"""No instant lies so late, in ms UTC: nobody could show its date."""
_HEX = frozenset("0123456789abcdef")


def may(change: Change, access: Access) -> None:
    """Raises Rejected where the role or the kind of entity does not allow the operation."""
    if change.op in access.writes:
        return
    if access.entity.kind is Kind.FACT and "insert" in access.writes:
        raise reject(change, "sync.final")
    if access.entity.kind is Kind.REQUEST and "insert" in access.writes:
        raise reject(change, "order.changes_by_request")
    raise reject(change, "sync.not_allowed")


def written(change: Change, access: Access) -> dict[str, Any]:
    """The wire fields to write, checked one by one. Raises Rejected, naming the field."""
    kept: dict[str, Any] = {}
    for name, value in change.set.items():
        field = field_of(access.entity, name)
        if field is None:
            raise reject(change, "sync.unknown_field", field=name[:100])
        if field.name in STAMPS or field.stamped:
            continue
        if access.hides(name):
            if value is not None:
                raise reject(change, "sync.not_allowed")
            continue
        if not well_formed(field, name, value) or (change.op == "patch" and field.name == name == "custom"):
            raise reject(change, "sync.malformed_value", field=name)
        taken_away = value is None and field.type is Type.CHOICE and field.default is not None
        if change.op == "patch" and (field.type is Type.COUNTER or taken_away):
            raise reject(change, "sync.malformed_value", field=name)
        kept[name] = value
    for name, step in change.inc.items():
        field = access.entity.fields.get(name)
        counts = field is not None and field.type is Type.COUNTER and change.op == "patch"
        if not counts or name in change.set or abs(step) > LARGEST or access.hides(name):
            raise reject(change, "sync.malformed_value", field=name[:100])
    return kept


def limits(change: Change, fields: dict[str, Any]) -> None:
    """Raises Rejected for a text that is too long, a day, an amount or a quantity that is none."""
    assert change.entity is not None
    known = {name: value for name, value in fields.items() if name in change.entity.fields}
    wrong = refuse_row(change.entity, known, str(fields.get("currency") or ""))
    if wrong is not None:
        raise Rejected(change, wrong)


def new_row(change: Change, access: Access, fields: dict[str, Any], stamps: dict[str, Any]) -> dict[str, Any]:
    """A complete row of storage values for an insert: what was sent, defaults, stamps."""
    sent = row_from_wire(access.entity, fields)
    row: dict[str, Any] = {}
    for name, field in access.entity.fields.items():
        value = sent.get(name)
        row[name] = field.default if value is None else value
        if row[name] is None and field.required and name not in STAMPS:
            raise reject(change, "sync.missing_value", field=name)
    return {**row, **stamps, "id": change.row_id, "deleted": 0}


def well_formed(field: Field, name: str, value: Any) -> bool:
    """Whether a wire value fits its field. ``name`` is ``custom.key`` for a key of a document."""
    if value is None:
        return not field.required or field.default is not None or "." in name
    match field.type:
        case Type.DOCUMENT if "." in name:
            return len(name) <= 200 and _fits(json.dumps(value))
        case Type.DOCUMENT:
            return _is_text(value) and _is_object(value)
        case Type.ID | Type.REF:
            return isinstance(value, str) and len(value) == 32 and _HEX.issuperset(value)
        case Type.TEXT:
            return _is_text(value)
        case Type.CHOICE:
            return value in field.choices
        case Type.DAY:
            return isinstance(value, str) and _is_day(value)
        case Type.FLAG:
            return type(value) is int and value in (0, 1)
        case Type.INSTANT:
            return type(value) is int and 0 <= value < YEAR_10000
        case _:
            return type(value) is int and abs(value) <= LARGEST


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and _fits(value)


def _fits(text: str) -> bool:
    return len(text) <= LONGEST_TEXT and "\0" not in text


def _is_object(text: str) -> bool:
    try:
        found = json.loads(text)
        orjson.dumps(found)  # what an answer cannot carry nobody could merge with
        return isinstance(found, dict)
    except (ValueError, TypeError, RecursionError):
        return False


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
