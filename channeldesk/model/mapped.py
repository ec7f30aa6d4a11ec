"""Mapped classes over the Core tables, for code that wants objects: ``mapped.laptop("partner")``.

Nothing on the path to the first window imports this: mapping all entities costs several tenths of a second.
Each side has classes of its own, because a declaration has one table per side.
"""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import orm

from channeldesk.model import ids, tables
from channeldesk.model.declare import SYSTEM_FIELDS, Entity, Type
from channeldesk.model.entities import ENTITIES

_SYSTEM = {field.name for field in SYSTEM_FIELDS}


class Row:
    """Base of every mapped class. A new row makes its own id unless one is given."""

    entity: ClassVar[type[Entity]]

    def __init__(self, **values: Any) -> None:
        for name in values:
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no field {name}")
        for name, value in ({"id": ids.new_id()} | values).items():
            setattr(self, name, value)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {vars(self).get('id', b'').hex()}>"


def laptop(entity: str) -> type[Any]:
    """The class over the laptop's table of ``entity``."""
    return _classes("laptop")[entity]


def hq(entity: str) -> type[Any]:
    """The class over headquarters' table of ``entity``."""
    return _classes("hq")[entity]


@cache
def _classes(side: str) -> dict[str, type[Row]]:
    metadata = tables.laptop if side == "laptop" else tables.hq
    registry = orm.registry(metadata=metadata)
    classes = {
        name: type(entity.__name__, (Row,), {"entity": entity, "__doc__": entity.__doc__})
        for name, entity in ENTITIES.items()
        if name in metadata.tables
    }
    for name, mapped in classes.items():
        table = metadata.tables[name]
        registry.map_imperatively(mapped, table, properties=_parents(ENTITIES[name], table, classes))
    registry.configure()
    return classes


def _parents(
    entity: type[Entity], table: sa.Table, classes: dict[str, type[Row]]
) -> dict[str, orm.RelationshipProperty[Any]]:
    """``order_line.order`` for ``order_id`` and so on: they make the session write parents first."""
    found: dict[str, orm.RelationshipProperty[Any]] = {}
    for field in entity.fields.values():
        target = classes.get(field.target or "")
        name = field.name.removesuffix("_id")
        if field.type is not Type.REF or target is None or field.name in _SYSTEM or name in entity.fields:
            continue
        parent = table.metadata.tables[str(field.target)]
        found[name] = orm.relationship(
            target,
            primaryjoin=orm.foreign(table.c[field.name]) == orm.remote(parent.c.id),
            remote_side=[parent.c.id],
        )
    return found
