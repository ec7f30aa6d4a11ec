"""Who may see and write what: one function, :func:`access`, asked for every query and every write.

Nothing is allowed that is not said here. A row is visible by its unit of replication (the declaration names
it) and the territories granted to the user; a field by its declaration and the role.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import sqlalchemy as sa

from channeldesk.model.declare import Entity, Kind, Type, Unit
from channeldesk.model.entities import entity as declaration
from channeldesk.model.tables import hq

ADMINISTERED = frozenset({"role", "credential", "device"})
"""Decide rights themselves, so they change through the administration only, never through a push."""
STAFFED = {
    "territory": frozenset({"insert", "patch", "delete"}),
    "app_user": frozenset({"insert", "patch"}),  # history names people: they are deactivated, never deleted
    "scope_grant": frozenset({"insert", "delete"}),
}
"""Decide what others see: headquarters' staff alone writes them, by the rules of ``rules.administration``."""

_FIELD_ROLES = ("manager", "viewer")
_STAMPS = frozenset({"created_by", "updated_by"})


@dataclass(frozen=True)
class Principal:
    """Who asks: a signed-in user on a device, with what the role allows. ``leaving``: the device is ordered
    to destroy what it has; it may hand in what waits.
    """

    user_id: bytes
    device_id: bytes
    login: str
    name: str
    role: str
    language: str | None
    sees_sensitive: bool
    writes_reference: bool
    writes_field: bool
    leaving: bool = False


@dataclass(frozen=True)
class Scope:
    """A principal and the territories granted to it, with everything below them. ``narrowed``: to those that
    the laptop wants to keep; that can only be fewer.
    """

    principal: Principal
    territories: frozenset[bytes]
    narrowed: bool = False

    @property
    def everything(self) -> bool:
        return self.principal.role == "headquarters" and not self.narrowed

    @cached_property
    def partners(self) -> sa.Select[bytes]:
        """Ids of the partners in scope, deleted ones too (what is known of them may still arrive)."""
        partner = hq.tables["partner"]
        return sa.select(partner.c.id).where(partner.c.territory_id.in_(sorted(self.territories)))


@dataclass(frozen=True)
class Access:
    """The answer for one entity. ``fields``: visible, ``id`` first; ``writes``: of insert, patch, delete."""

    scope: Scope
    entity: type[Entity]
    fields: tuple[str, ...]
    writes: frozenset[str]

    @property
    def units(self) -> sa.ColumnElement[bool]:
        """Rows of the units held, deleted ones too."""
        table = hq.tables[self.entity.__entity__]
        if self.entity.owner is None:
            return self.holds(sa.null())
        if self.entity.owner == "id" and not self.scope.everything:
            known = self.scope.principal.role in (
                *_FIELD_ROLES,
                "headquarters",
            )  # the same partners as in Scope.partners
            return table.c.territory_id.in_(sorted(self.scope.territories)) if known else sa.false()
        return self.holds(table.c[self.entity.owner])

    @property
    def rows(self) -> sa.ColumnElement[bool]:
        """Rows in sight."""
        return sa.and_(self.units, hq.tables[self.entity.__entity__].c.deleted == 0)

    def holds(self, unit_id: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        """Whether the unit named by a column is held. Headquarters holds all; rows without a unit nobody."""
        scope, role = self.scope, self.scope.principal.role
        match self.entity.unit:
            case Unit.GLOBAL if role in (*_FIELD_ROLES, "headquarters", "partner"):
                return sa.true()
            case Unit.PRIVATE if role == "headquarters" and self.entity.__entity__ in STAFFED:
                return unit_id.is_not(None)
            case Unit.PRIVATE if role in (*_FIELD_ROLES, "headquarters"):
                return unit_id == scope.principal.user_id
            case Unit.PARTNER | Unit.TERRITORY if scope.everything:
                return unit_id.is_not(None)
            case Unit.TERRITORY if role in (*_FIELD_ROLES, "headquarters"):
                return unit_id.in_(sorted(scope.territories))
            case Unit.PARTNER if role in (*_FIELD_ROLES, "headquarters"):
                return unit_id.in_(scope.partners)
            case _:
                return sa.false()

    def hides(self, field: str) -> bool:
        return field.split(".")[0] not in self.fields


def access(scope: Scope, entity: type[Entity]) -> Access:
    """What ``scope`` may see and write of ``entity``. Nothing, for a role nobody knows."""
    shown = [name for name in entity.fields if scope.principal.sees_sensitive or name not in entity.sensitive]
    return Access(scope, entity, tuple(shown), _writes(scope.principal, entity))


def _writes(principal: Principal, entity: type[Entity]) -> frozenset[str]:
    if entity.__entity__ in ADMINISTERED or principal.role not in ("headquarters", "manager"):
        return frozenset()
    if entity.__entity__ in STAFFED:
        staff = principal.role == "headquarters" and principal.writes_reference
        return STAFFED[entity.__entity__] if staff else frozenset()
    match entity.kind:
        case Kind.REFERENCE if principal.writes_reference:
            return frozenset({"insert", "patch", "delete"})
        case Kind.FACT if principal.writes_field:
            return frozenset({"insert"})
        case Kind.RECORD if principal.writes_field:
            return frozenset({"insert", "patch", "delete"})
        case Kind.REQUEST if principal.writes_field:
            return frozenset({"insert", "patch"})
        case _:
            return frozenset()


def scope_of(connection: sa.Connection, principal: Principal, keep: Collection[bytes] | None = None) -> Scope:
    """The territories granted and all below them, by their paths; of those, with ``keep``, the ones named
    there and all below them.
    """
    territory, grant = hq.tables["territory"], hq.tables["scope_grant"]
    query = sa.select(territory.c.id).where(territory.c.deleted == 0)
    if principal.role != "headquarters":
        top = territory.alias("top")
        below = sa.func.substr(territory.c.path, 1, sa.func.length(top.c.path)) == top.c.path
        query = (
            query.join(top, below)
            .join(grant, grant.c.territory_id == top.c.id)
            .where(grant.c.user_id == principal.user_id, grant.c.deleted == 0)
            .where(top.c.deleted == 0, top.c.path != "")
        )
    if keep is not None:
        kept = territory.alias("kept")
        below_kept = sa.func.substr(territory.c.path, 1, sa.func.length(kept.c.path)) == kept.c.path
        chosen = sa.and_(kept.c.id.in_(sorted(keep)), kept.c.deleted == 0, kept.c.path != "")
        query = query.where(sa.exists().where(chosen, below_kept))
    return Scope(principal, frozenset(connection.scalars(query)), keep is not None)


def references(entity: type[Entity]) -> Mapping[str, str]:
    """Reference fields of an entity and the entity each points at, without the stamps."""
    return _references(entity.__entity__)


@cache
def _references(name: str) -> Mapping[str, str]:
    return {
        field.name: field.target
        for field in declaration(name).fields.values()
        if field.type is Type.REF and field.target not in (None, "*") and field.name not in _STAMPS
    }
