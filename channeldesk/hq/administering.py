"""Reference data that a push would change, looked at as a whole before it counts: the tree of territories,
who runs headquarters, whether a row that goes is still in use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from channeldesk.hq.change import Change, Rejected
from channeldesk.hq.policy import references
from channeldesk.model.declare import Kind
from channeldesk.model.entities import ENTITIES
from channeldesk.model.notice import Notice, Term
from channeldesk.model.tables import hq
from channeldesk.rules.administration import (
    Account,
    Node,
    paths,
    refuse_territory,
    refuse_user,
    refuse_values,
)
from channeldesk.rules.field_limits import refuse_row
from channeldesk.rules.field_words import entity_name

Row = Mapping[str, Any]
Rows = Mapping[tuple[str, bytes], Row]

_MOST_LOOKED_AT = 100
"""Rows of one kind that point at a row that goes: as many may go with it in one transaction."""


class Administration:
    """What stands at headquarters beside the rows of the push itself, locked when it is first asked for."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._read: dict[str, dict[bytes, dict[str, Any]]] = {}

    def check(self, changes: Sequence[Change], before: Rows, after: Rows, actor: bytes) -> None:
        """Raises Rejected for the first change that must not be. ``before``: the rows of the push as they
        were before this transaction; ``after``: as it would leave them.
        """
        for change in changes:
            entity = change.entity
            if entity is None or entity.kind is not Kind.REFERENCE:
                continue
            row = after.get(change.row)
            if row is None:
                continue
            if row["deleted"]:
                self._check_unused(change, after)
            else:
                sent = {name: row[name] for name in change.set if name in row}
                wrong = refuse_row(entity, sent, str(row.get("currency") or ""))
                refused = refuse_values(change.entity_name, row) or self._refusal(
                    change, before, after, actor
                )
                if wrong is None and refused is not None:
                    wrong = refused[1]
                if wrong is None and self._taken(change, row, after):
                    wrong = Notice("sync.key_taken", {"field": ", ".join(entity.key)})
                if wrong is not None:
                    raise Rejected(change, wrong)

    def derived(self, after: Rows) -> list[tuple[Row, str]]:
        """Territories that a changed code or parent gives another path, each with that path."""
        now = self._all("territory", after)
        tree = paths(_tree(now))
        return [(now[one], path) for one, path in tree.items() if now[one]["path"] != path]

    def _refusal(self, change: Change, before: Rows, after: Rows, actor: bytes) -> tuple[str, Notice] | None:
        match change.entity_name:
            case "territory":
                return refuse_territory(change.row_id, _tree(self._all("territory", after)))
            case "app_user":
                own = before.get(change.row)
                others = {one: _account(row) for one, row in self._all("app_user", after).items()}
                mine = others.pop(change.row_id)
                return refuse_user(change.row_id, None if own is None else _account(own), mine, others, actor)
        return None

    def _taken(self, change: Change, row: Row, after: Rows) -> bool:
        """Whether another row has this key, where a part of it is empty: for the database no two such keys
        are alike.
        """
        assert change.entity is not None
        key, name = change.entity.key, change.entity_name
        if not key or all(row[part] is not None for part in key):
            return False
        table = hq.tables[name]
        same = (table.c[part].is_not_distinct_from(row[part]) for part in key)
        there = self._connection.scalars(sa.select(table.c.id).where(table.c.deleted == 0, *same))
        mine = {row_id: one for (entity, row_id), one in after.items() if entity == name}
        alike = {one for one, it in mine.items() if not it["deleted"] and all(it[p] == row[p] for p in key)}
        return bool(({bytes(one) for one in there} - mine.keys() | alike) - {change.row_id})

    def _all(self, entity: str, after: Rows) -> dict[bytes, Row]:
        """Every undeleted row of a small table, as the transaction would leave it."""
        if entity not in self._read:
            table = hq.tables[entity]
            query = sa.select(table).where(table.c.deleted == 0).order_by(table.c.id)
            found = self._connection.execute(query.with_for_update(key_share=True)).mappings()
            self._read[entity] = {row["id"]: dict(row) for row in found}
        mine = {row_id: row for (name, row_id), row in after.items() if name == entity}
        rows: dict[bytes, Row] = {**self._read[entity], **mine}
        return {one: row for one, row in rows.items() if not row["deleted"]}

    def _check_unused(self, change: Change, after: Rows) -> None:
        for entity in ENTITIES.values():
            for field, target in references(entity).items():
                if target == change.entity_name and self._uses(entity.__entity__, field, change, after):
                    by = Term(entity_name(entity.__entity__))
                    raise Rejected(change, Notice("staff.in_use", {"by": by}))

    def _uses(self, entity: str, field: str, change: Change, after: Rows) -> bool:
        table = hq.tables[entity]
        query = sa.select(table.c.id).where(table.c[field] == change.row_id, table.c.deleted == 0)
        found: Iterable[bytes] = self._connection.scalars(query.limit(_MOST_LOOKED_AT))
        there = {bytes(one) for one in found}
        mine = {row_id: row for (name, row_id), row in after.items() if name == entity}
        pointing = {
            one for one, row in mine.items() if not row["deleted"] and row.get(field) == change.row_id
        }
        return bool((there - mine.keys()) | pointing)


def _tree(rows: Mapping[bytes, Row]) -> dict[bytes, Node]:
    return {one: Node(row["code"], row["parent_id"]) for one, row in rows.items()}


def _account(row: Row) -> Account:
    active = bool(row["active"]) and not row["deleted"]
    return Account(row["login"], row["role_code"], active, row["partner_id"] is not None)
