"""The trail of this laptop as a list that people sort, filter and search; see ``queries.trail``."""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.queries import inbox_names
from channeldesk.queries.inbox_names import Named
from channeldesk.queries.views import ALL, Column, ColumnType, ListSpec, ListView, ordered_keys, page

OWN = ("insert", "patch", "delete", "published", "discarded", "restored")
"""What the person does; anything else is what headquarters answered."""
_OWN = ", ".join(f"'{one}'" for one in OWN)
WHO = f"CASE WHEN t.action IN ({_OWN}) THEN 'you' ELSE 'headquarters' END"

SPEC = ListSpec(
    key="t.seq",
    source="trail t",
    default_sort="at",
    default_descending=True,
    search="instr(lower(t.diff), {word}) > 0 OR instr(lower(hex(t.row_id)), {word}) > 0",
    columns={
        "at": Column("t.at", ColumnType.INSTANT, required=True),
        "who": Column(WHO, ColumnType.CHOICE, required=True),
        "action": Column("t.action", ColumnType.CHOICE, required=True),
        "entity": Column("t.entity", ColumnType.CHOICE, required=True),
        "row": Column("lower(hex(t.row_id))", required=True),
        "what": Column("t.diff", required=True),
        "seq": Column("t.seq", ColumnType.INTEGER, required=True),
    },
)


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One entry. ``before`` and ``after`` by field, in wire form; ``by`` of counters; ``told``: the code of
    what headquarters said. ``at`` in ms UTC by this laptop's clock.
    """

    key: int
    at: int
    action: str
    entity: str
    row_id: str
    named: Named
    changed: tuple[tuple[str, Any, Any], ...]
    moved: tuple[tuple[str, int], ...]
    told: str | None

    @property
    def own(self) -> bool:
        return self.action in OWN


def keys(connection: sa.Connection, view: ListView = ALL) -> array[int]:
    """The entries to show, newest first unless the view says otherwise."""
    return ordered_keys(connection, SPEC, view)


_ROW = """
SELECT t.seq AS key, t.at, t.action, t.entity, t.row_id, t.diff
FROM json_each(:keys) k CROSS JOIN trail t ON t.seq = k.value
"""


def rows(connection: sa.Connection, keys: Sequence[int]) -> list[TrailRow]:
    return [_row(connection, one._asdict()) for one in page(connection, _ROW, keys)]


def entities(connection: sa.Connection) -> tuple[str, ...]:
    """What there are entries of, to choose from."""
    return tuple(connection.execute(sa.text("SELECT DISTINCT entity FROM trail ORDER BY 1")).scalars())


def _row(connection: sa.Connection, values: dict[str, Any]) -> TrailRow:
    diff: dict[str, Any] = json.loads(values.pop("diff"))
    row_id = bytes(values.pop("row_id"))
    pairs = {name: one for name, one in diff.items() if isinstance(one, list) and len(one) == 2}
    known = {name: pair[1] if pair[1] is not None else pair[0] for name, pair in pairs.items()}
    return TrailRow(
        **values,
        row_id=row_id.hex(),
        named=inbox_names.named(connection, values["entity"], row_id, known),
        changed=tuple((name, pair[0], pair[1]) for name, pair in pairs.items()),
        moved=tuple((name, int(one["by"])) for name, one in diff.items() if isinstance(one, dict)),
        told=str(diff["notice"]) if isinstance(diff.get("notice"), str) else None,
    )
