"""The second net under ``hq.policy``, on PostgreSQL: a statement that forgot its condition gets no more rows.

Reading for a request happens as a role that owns nothing and may read only what is replicated; row security,
generated from the declarations and forced, shows it the units that the transaction was told of. Who owns the
tables works as before: the sequencer, loads, and the taking in of a push, which has to know what it refuses.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from channeldesk.hq.policy import Scope
from channeldesk.hq.tables import (
    attachment_content,
    blob,
    blob_chunk,
    feed,
    feed_pending,
    feed_position,
    server_state,
)
from channeldesk.model.declare import Entity, Unit
from channeldesk.model.entities import replicated
from channeldesk.rules.rights import HEADQUARTERS, PARTNER, STAFFED

_log = logging.getLogger(__name__)

ROLE = "channeldesk_request"
"""Of the whole PostgreSQL server: several databases share it. It cannot log in."""
_KNOWN = "row_security"
_PLAIN = (feed, feed_pending, feed_position, server_state, blob, blob_chunk, attachment_content)
"""What requests read beside the entities."""
_TOLD = (
    "role",
    "reach",
    "user",
    "area",
    "territory",
    "partner",
    "tier",
    "channel_type",
    "price_list",
    "promotion",
)


def install(connection: sa.Connection) -> None:
    """(Re)makes role, rights and policies; again it changes nothing. Without the right to make the role, the
    net stays away and the log says how to get it.
    """
    if connection.dialect.name != "postgresql":
        return
    if not _has_role(connection):
        _log.warning(
            "row security is off: have an administrator of PostgreSQL run "
            '"CREATE ROLE %s NOLOGIN" and grant it to the owner of the database, then migrate again',
            ROLE,
        )
        return
    for statement in statements():
        connection.exec_driver_sql(statement)


def statements() -> list[str]:
    """What :func:`install` runs once the role is there."""
    plain = [table.name for table in _PLAIN]
    tables = ", ".join(f'"{name}"' for name in [*(one.__entity__ for one in replicated()), *plain])
    made = [f"GRANT USAGE ON SCHEMA public TO {ROLE}", f"GRANT SELECT ON {tables} TO {ROLE}"]
    for entity in replicated():
        name = f'"{entity.__entity__}"'
        made += [
            f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
            f"DROP POLICY IF EXISTS of_the_owner ON {name}",
            f"CREATE POLICY of_the_owner ON {name} TO CURRENT_USER USING (true) WITH CHECK (true)",
            f"DROP POLICY IF EXISTS of_a_request ON {name}",
            f"CREATE POLICY of_a_request ON {name} FOR SELECT TO {ROLE} USING ({condition(entity)})",
        ]
    return made


def condition(entity: type[Entity]) -> str:
    """SQL for the rows in reach of a request, by what :func:`fenced` told the transaction."""
    held = _held(entity)
    asked = entity.for_partner
    if asked is None:
        return f"({held}) AND {_told('role')} <> '{PARTNER}'"
    parts = [] if asked.flag is None else [f"{asked.flag} = 1"]
    for name in asked.concerns:
        own = f"{name} = {_any(entity.__entity__ if name == 'id' else str(entity.fields[name].target))}"
        parts.append(own if name == "id" else f"({name} IS NULL OR {own})")
    if not parts:
        return held
    return f"({held}) AND ({_told('role')} <> '{PARTNER}' OR ({' AND '.join(parts)}))"


def _held(entity: type[Entity]) -> str:
    everything = f"{_told('reach')} = 'everything'"
    match entity.unit:
        case Unit.GLOBAL:
            return f"{_told('role')} IS NOT NULL"
        case Unit.TERRITORY:
            return f"{everything} OR {entity.owner} = {_any('area')}"
        case Unit.PARTNER if entity.owner == "id":
            return f"{everything} OR territory_id = {_any('area')} OR id = {_any('partner')}"
        case Unit.PARTNER:  # the table of partners is behind its own policy
            return (
                f"({everything} AND {entity.owner} IS NOT NULL) OR {entity.owner} IN (SELECT id FROM partner)"
            )
        case Unit.PRIVATE if entity.__entity__ in STAFFED:
            return f"{entity.owner} = {_told('user')}::uuid OR {_told('role')} = '{HEADQUARTERS}'"
        case _:
            return f"{entity.owner} = {_told('user')}::uuid"


def _told(name: str) -> str:
    """Asked once per statement; null where nothing was told, which lets nothing through."""
    return f"(SELECT nullif(current_setting('channeldesk.{name}', true), ''))"


def _any(name: str) -> str:
    return f"ANY ({_told(name)}::uuid[])"


@contextmanager
def fenced(connection: sa.Connection, scope: Scope) -> Iterator[None]:
    """Reads of the block are those of a request within ``scope``, where the net is there."""
    if not is_on(connection):
        yield
        return
    values = {
        "role": scope.principal.role,
        "reach": "everything" if scope.everything else "units",
        "user": scope.principal.user_id.hex(),
        "area": _array(scope.territories),
        **{name: _array(ids) for name, ids in scope.concerns.items()},
    }
    parts = [sa.func.set_config(f"channeldesk.{name}", values.get(name, ""), True) for name in _TOLD]
    connection.execute(sa.select(*parts, sa.func.set_config("role", ROLE, True)))
    yield
    connection.execute(sa.select(sa.func.set_config("role", "none", True)))


def is_on(connection: sa.Connection) -> bool:
    """Whether the net is there; asked once per connection."""
    if connection.dialect.name != "postgresql":
        return False
    if _KNOWN not in connection.info:
        query = (
            "SELECT count(*) FROM pg_class JOIN pg_roles ON rolname = :role "
            "WHERE relname = 'partner' AND relforcerowsecurity AND pg_has_role(pg_roles.oid, 'MEMBER')"
        )
        connection.info[_KNOWN] = bool(connection.execute(sa.text(query), {"role": ROLE}).scalar())
    return bool(connection.info[_KNOWN])


def _array(ids: Collection[bytes]) -> str:
    return "{" + ",".join(sorted(one.hex() for one in ids)) + "}"


def _has_role(connection: sa.Connection) -> bool:
    """Makes the role, and has it granted, where that is allowed."""
    made = (
        f"CREATE ROLE {ROLE} NOLOGIN",
        f"GRANT {ROLE} TO CURRENT_USER",
    )
    for statement in made:
        if _known_role(connection, member=statement.startswith("GRANT")):
            continue
        connection.exec_driver_sql("SAVEPOINT role")
        try:
            connection.exec_driver_sql(statement)
        except sa.exc.DBAPIError:  # not allowed, or another database's migration came first
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT role")
        connection.exec_driver_sql("RELEASE SAVEPOINT role")
    return _known_role(connection, member=True)


def _known_role(connection: sa.Connection, *, member: bool) -> bool:
    asked = " AND pg_has_role(oid, 'MEMBER')" if member else ""
    query = sa.text(f"SELECT count(*) FROM pg_roles WHERE rolname = :role{asked}")
    return bool(connection.execute(query, {"role": ROLE}).scalar())
