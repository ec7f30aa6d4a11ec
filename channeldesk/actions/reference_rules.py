"""What this laptop knows that decides about a change of reference data, before headquarters is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from channeldesk.actions.tx import Tx
from channeldesk.model.declare import Type, replicated
from channeldesk.model.entities import entity as declaration
from channeldesk.model.notice import Notice, Problem, Term
from channeldesk.model.tables import laptop
from channeldesk.rules.administration import Account, Node, refuse_territory, refuse_user, refuse_values
from channeldesk.rules.field_words import entity_name


def judge(tx: Tx, entity: str, row_id: bytes, row: Mapping[str, Any]) -> None:
    """Raises Problem, with the field at fault among its parameters, for what headquarters would refuse."""
    refused = (
        refuse_values(entity, row) or _of_kind(tx, entity, row_id, row) or _taken(tx, entity, row_id, row)
    )
    if refused is not None:
        field, notice = refused
        raise Problem(Notice(notice.code, {**notice.params, "field": field}))


def _of_kind(tx: Tx, entity: str, row_id: bytes, row: Mapping[str, Any]) -> tuple[str, Notice] | None:
    if entity == "territory":
        tree = {one: Node(it["code"], it["parent_id"]) for one, it in _all(tx, "territory").items()}
        return refuse_territory(row_id, {**tree, row_id: Node(row["code"], row["parent_id"])})
    if entity == "app_user":
        people = {one: _account(it) for one, it in _all(tx, "app_user").items()}
        before = people.pop(row_id, None)
        return refuse_user(row_id, before, _account(row), people, tx.user_id)
    return None


def _all(tx: Tx, entity: str) -> dict[bytes, Mapping[str, Any]]:
    found = tx.connection.execute(sa.select(laptop.tables[entity])).mappings()
    return {bytes(row["id"]): dict(row) for row in found}


def _account(row: Mapping[str, Any]) -> Account:
    active, partner = bool(row["active"]), row.get("partner_id") is not None
    return Account(row["login"], row["role_code"], active, partner)


def _taken(tx: Tx, entity: str, row_id: bytes, row: Mapping[str, Any]) -> tuple[str, Notice] | None:
    """Two rows with one business key; nulls in it count as a value."""
    key, table = declaration(entity).key, laptop.tables[entity]
    if not key:
        return None
    same = (table.c[name].is_(None) if row.get(name) is None else table.c[name] == row[name] for name in key)
    if tx.connection.execute(sa.select(table.c.id).where(table.c.id != row_id, *same)).first() is None:
        return None
    return key[-1] if len(key) > 1 else key[0], Notice("sync.key_taken", {"field": ", ".join(key)})


def children(entity: str) -> Iterator[tuple[str, str]]:
    """Entities whose rows are only a part of a row of this one, and the field that says of which."""
    for one in replicated():
        if one.parent is not None and one.fields[one.parent].target == entity:
            yield one.__entity__, one.parent


def refuse_deletion(tx: Tx, entity: str, row_id: bytes) -> None:
    """Raises Problem while a row of this laptop points at the one that would go."""
    parts = set(children(entity))
    for other in replicated():
        for field in other.fields.values():
            if (
                field.type is not Type.REF
                or field.target != entity
                or (other.__entity__, field.name) in parts
            ):
                continue
            table = laptop.tables[other.__entity__]
            if tx.connection.execute(sa.select(table.c.id).where(table.c[field.name] == row_id)).first():
                raise Problem.of("staff.in_use", by=Term(entity_name(other.__entity__)))
