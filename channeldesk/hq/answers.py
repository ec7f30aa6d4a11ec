"""The answer to each change: its row as it stands at the end of the push, as far as the user may see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from channeldesk.hq import bulk, row_security
from channeldesk.hq.change import Change, Outcome
from channeldesk.hq.policy import Scope, access
from channeldesk.hq.selecting import usual
from channeldesk.model.declare import Entity
from channeldesk.model.tables import hq


class Answers:
    """Reads the rows when it is made, so that little is left to do under the sequencer's lock."""

    def __init__(self, connection: sa.Connection, scope: Scope, changes: Sequence[Change]) -> None:
        self._changes = changes
        self._ids: dict[type[Entity], set[bytes]] = defaultdict(set)
        for change in changes:
            if change.entity is not None:
                self._ids[change.entity].add(change.row_id)
        self._rows: dict[tuple[str, bytes], dict[str, Any]] = {}
        with row_security.fenced(connection, scope):
            self._read(connection, scope)

    def _read(self, connection: sa.Connection, scope: Scope) -> None:
        for entity, ids in self._ids.items():
            allowed, table = access(scope, entity), hq.tables[entity.__entity__]
            query = sa.select(*(table.c[name] for name in allowed.fields))
            wanted = bulk.among(connection, table.c.id, ids)
            names = [name for name in allowed.fields if name != "id"]
            for row_id, *values in connection.execute(query.where(wanted, usual(allowed.rows))).all():
                self._rows[entity.__entity__, row_id] = {
                    name: value.hex() if isinstance(value, bytes) else value
                    for name, value in zip(names, values, strict=True)
                }

    @property
    def ids(self) -> dict[str, set[bytes]]:
        """Of the rows answered for, by entity."""
        return {entity.__entity__: ids for entity, ids in self._ids.items()}

    def of(
        self,
        outcomes: Mapping[int, Outcome],
        versions: Mapping[tuple[str, bytes], int],
        numbers: Mapping[bytes, str],
    ) -> dict[int, dict[str, Any]]:
        """By ``mid``, in wire form. ``versions`` as the sequencer left them; ``numbers`` of accepted orders,
        given after the rows were read.
        """
        for row_id, number in numbers.items():
            row = self._rows.get(("sales_order", row_id))
            if row is not None and "number" in row:
                row["number"] = number
        return {one.mid: self._of(one, outcomes[one.mid], versions.get(one.row, 0)) for one in self._changes}

    def _of(self, change: Change, outcome: Outcome, rv: int) -> dict[str, Any]:
        row = self._rows.get(change.row)
        never_there = outcome.status == "blocked" or (change.op == "insert" and not outcome.good)
        return {
            "mid": change.mid,
            "uuid": change.uuid.hex(),
            "status": outcome.status,
            "entity": change.entity_name,
            "id": change.row_id.hex(),
            "rv": rv if row is not None or outcome.good else 0,
            "deleted": row is None and not never_there,
            "row": row,
            "notice": None if outcome.notice is None else outcome.notice.to_wire(),
            "conflicts": list(outcome.conflicts),
            "repeated": False,
        }
