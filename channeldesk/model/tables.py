"""Core tables of both sides, built from the declarations.

Core tables rather than mapped classes stand on the path to the first usable window: mapping dozens of
classes takes half a second, building their tables a tenth of it. ``mapped`` adds the classes on demand.

| side   | ids                      | foreign keys, unique keys | extra columns |
| ------ | ------------------------ | ------------------------- | ------------- |
| laptop | 16-byte blob             | none: rows arrive in any order, a scope may cut a parent off | ``rv`` |
| hq     | blob on SQLite, ``uuid`` | enforced; keys unique among undeleted rows | ``deleted`` |
"""

from __future__ import annotations

import uuid
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from channeldesk.model.declare import SYSTEM_FIELDS, Entity, Field, Type, Unit
from channeldesk.model.entities import ENTITIES

_SYSTEM = {field.name for field in SYSTEM_FIELDS}


class Id(sa.types.TypeDecorator[bytes]):
    """A UUID: ``bytes`` in Python, 16 bytes on SQLite, ``uuid`` on PostgreSQL."""

    impl = sa.LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(sa.Uuid(as_uuid=True))
        return dialect.type_descriptor(sa.LargeBinary(16))

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        if value is None or dialect.name != "postgresql":
            return value
        return uuid.UUID(bytes=bytes(value))

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> bytes | None:
        if value is None:
            return None
        return value.bytes if isinstance(value, uuid.UUID) else bytes(value)


class Day(sa.types.TypeDecorator[str]):
    """A business date: ISO text in Python and on SQLite, ``date`` on PostgreSQL."""

    impl = sa.String(10)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        return dialect.type_descriptor(sa.Date() if dialect.name == "postgresql" else sa.String(10))

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        if value is None:
            return None
        if dialect.name == "postgresql":
            return value if isinstance(value, date) else date.fromisoformat(value)
        return value.isoformat() if isinstance(value, date) else value

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> str | None:
        return value.isoformat() if isinstance(value, date) else value


def _storage(field: Field) -> sa.types.TypeEngine[Any]:
    match field.type:
        case Type.ID | Type.REF:
            return Id()
        case Type.DAY:
            return Day()
        case Type.TEXT | Type.CHOICE | Type.DOCUMENT:
            return sa.Text()
        case Type.FLAG:
            return sa.SmallInteger()
        case _:
            return sa.BigInteger()


def _column(field: Field, *, foreign: bool, needed: bool) -> sa.Column[Any]:
    extra: list[Any] = []
    if foreign and field.type is Type.REF and field.target != "*" and field.name not in _SYSTEM:
        extra.append(sa.ForeignKey(f"{field.target}.id"))
    default = None if field.default is None else sa.text(_literal(field.default))
    return sa.Column(
        field.name,
        _storage(field),
        *extra,
        primary_key=field.name == "id",
        nullable=not needed,
        server_default=default,
    )


def _literal(value: Any) -> str:
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def _table(entity: type[Entity], metadata: sa.MetaData, *, hq: bool) -> sa.Table:
    name = entity.__entity__
    made = [
        _column(
            f, foreign=hq, needed=f.required and (hq or f.default is not None or not entity.hidden(f.name))
        )
        for f in entity.fields.values()
    ]
    table = sa.Table(name, metadata, *made)
    wanted = [*entity.indexes, *((f.name,) for f in entity.fields.values() if f.indexed)]
    if hq:
        table.append_column(
            sa.Column("deleted", sa.SmallInteger(), nullable=False, server_default=sa.text("0"))
        )
        owner = entity.owner
        if owner not in (None, "id"):
            wanted.append((str(owner), "id"))
        if entity.key:
            _unique(table, entity)
    else:
        table.append_column(sa.Column("rv", sa.BigInteger(), nullable=False, server_default=sa.text("0")))
    for columns in dict.fromkeys(wanted):
        sa.Index(f"ix_{name}_{'_'.join(columns)}", *(table.c[column] for column in columns))
    return table


def _unique(table: sa.Table, entity: type[Entity]) -> None:
    """What is empty equals nothing in an index: where it should, the rest of the key has one of its own."""
    gaps = [name for name in entity.key if entity.exact and not entity.fields[name].required]
    for empty in (some for many in range(len(gaps) + 1) for some in combinations(gaps, many)):
        rest = [table.c[name] for name in entity.key if name not in empty]
        name = "_".join(("uq", table.name, *(("without", *empty) if empty else ())))
        where = sa.text(" AND ".join(("deleted = 0", *(f"{one} IS NULL" for one in empty))))
        sa.Index(name, *rest, unique=True, sqlite_where=where, postgresql_where=where)


def _build(*, hq: bool) -> sa.MetaData:
    metadata = sa.MetaData()
    for entity in ENTITIES.values():
        if hq or entity.unit is not Unit.SERVER:
            _table(entity, metadata, hq=hq)
    return metadata


laptop = _build(hq=False)
if TYPE_CHECKING:
    hq: sa.MetaData


def __getattr__(name: str) -> sa.MetaData:
    """``hq`` is built when first asked for: a laptop never does, and it costs a fifth of its imports."""
    if name != "hq":
        raise AttributeError(name)
    globals()["hq"] = built = _build(hq=True)
    return built
