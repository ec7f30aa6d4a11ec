"""Who may see and write what: one function, :func:`access`, asked for every query and every write.

Nothing is allowed that is not said here. A row is visible by its unit of replication (the declaration names
it) and the territories granted to the user, a field by its declaration and the role (``rules.rights``). The
people of a partner see their own partner's units and, of the company's, what concerns it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

import sqlalchemy as sa

from channeldesk.hq.tables import GLOBAL_UNIT
from channeldesk.model.declare import Entity, ForPartner, Type, Unit
from channeldesk.model.entities import entity as declaration
from channeldesk.model.tables import hq
from channeldesk.rules import rights
from channeldesk.rules.rights import ADMINISTERED, HEADQUARTERS, PARTNER, STAFFED

_STAMPS = frozenset({"created_by", "updated_by"})

Concerned = Mapping[str, frozenset[bytes]]
"""Ids by entity: what is a partner's own, or is meant for partners like it."""


@dataclass(frozen=True)
class Principal:
    """Who asks: a signed-in user on a device, with what the role allows. ``leaving``: the device is ordered
    to destroy what it has; it may hand in what waits. ``partner_id``: whose people the user is one of, in the
    role of a partner.
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
    partner_id: bytes | None = None

    @property
    def rights(self) -> rights.Role:
        return rights.Role(self.role, self.sees_sensitive, self.writes_reference, self.writes_field)


@dataclass(frozen=True)
class Scope:
    """A principal and the territories granted to it, with everything below them; of a partner's people what
    ``concerns`` that partner. ``narrowed``: to those that the laptop wants to keep; that can only be fewer.
    """

    principal: Principal
    territories: frozenset[bytes]
    narrowed: bool = False
    concerns: Concerned = field(default_factory=dict)

    @property
    def everything(self) -> bool:
        return self.principal.role == HEADQUARTERS and not self.narrowed

    @cached_property
    def own_partners(self) -> sa.ColumnElement[bool]:
        """Of rows of the table of partners, deleted ones too: what is known of them may still arrive."""
        partner = hq.tables["partner"]
        if self.everything:
            return sa.true()
        if self.principal.role == PARTNER:
            return partner.c.id.in_(sorted(self.concerns.get("partner", ())))
        return partner.c.territory_id.in_(sorted(self.territories))

    @cached_property
    def partners(self) -> sa.Select[bytes]:
        """Ids of the partners in scope."""
        return sa.select(hq.tables["partner"].c.id).where(self.own_partners)


@dataclass(frozen=True)
class Access:
    """The answer for one entity. ``fields``: visible, ``id`` first; ``writes``: of insert, patch, delete."""

    scope: Scope
    entity: type[Entity]
    fields: tuple[str, ...]
    writes: frozenset[str]
    sees: bool

    @property
    def units(self) -> sa.ColumnElement[bool]:
        """Rows of the units held, deleted ones too."""
        owner = self.entity.owner
        if owner is None:
            held = self.holds(sa.null())
        elif owner == "id" and self.sees:
            held = self.scope.own_partners
        else:
            held = self.holds(hq.tables[self.entity.__entity__].c[owner])
        return held if self.concerned is None else sa.and_(held, self.concerned)

    @property
    def rows(self) -> sa.ColumnElement[bool]:
        """Rows in sight."""
        return sa.and_(self.units, hq.tables[self.entity.__entity__].c.deleted == 0)

    def holds(self, unit_id: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        """Whether the unit named by a column is held. Headquarters holds all; rows without a unit nobody."""
        scope = self.scope
        match self.entity.unit:
            case _ if not self.sees:
                return sa.false()
            case Unit.GLOBAL:
                return sa.true()
            case Unit.PRIVATE if scope.principal.role == HEADQUARTERS and self.entity.__entity__ in STAFFED:
                return unit_id.is_not(None)
            case Unit.PRIVATE:
                return unit_id == scope.principal.user_id
            case Unit.PARTNER | Unit.TERRITORY if scope.everything:
                return unit_id.is_not(None)
            case Unit.TERRITORY:
                return unit_id.in_(sorted(scope.territories))
            case Unit.PARTNER:
                return unit_id.in_(scope.partners)
            case _:
                return sa.false()

    @cached_property
    def concerned(self) -> sa.ColumnElement[bool] | None:
        """What more a row of a unit held must be; None where nothing more is asked."""
        asked, table = self._asked, hq.tables[self.entity.__entity__]
        if asked is None or not (asked.concerns or asked.flag):
            return None
        parts: list[sa.ColumnElement[bool]] = [] if asked.flag is None else [table.c[asked.flag] == 1]
        for name in asked.concerns:
            own = table.c[name].in_(sorted(self._concerned(name)))
            parts.append(own if name == "id" else sa.or_(table.c[name].is_(None), own))
        return sa.and_(*parts)

    def concerned_by(self, former: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        """Whether a row that was meant for this (as ``hq.triggers`` notes it) was meant for these people."""
        asked = self._asked
        if asked is None:
            return sa.false()
        name = asked.sole_concern if asked.flag is None else self.entity.owner
        return former.in_(sorted((GLOBAL_UNIT, *(self._concerned(name) if name else ()))))

    def admits(self, row: Mapping[str, Any]) -> bool:
        """The same of a row as it would be written."""
        asked = self._asked
        if asked is None:
            return True
        flagged = asked.flag is None or bool(row[asked.flag])
        return flagged and all(
            row[name] in self._concerned(name) or (row[name] is None and name != "id")
            for name in asked.concerns
        )

    def may_change(self, op: str, row: Mapping[str, Any]) -> bool:
        """Whether this row is one that the user may do that to."""
        asked = self._asked
        others = row["created_by"] != self.scope.principal.user_id
        return asked is None or op not in asked.authored or not others

    def may_revive(self, row: Mapping[str, Any]) -> bool:
        """Whether the user may make this deleted row again: a partner's people only what they deleted."""
        return self._asked is None or row["updated_by"] == self.scope.principal.user_id

    def revived(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Of a row made again what is written: who made it first, and what this role does not see, stay."""
        stays = {"created_at", "created_by"} | self.entity.stamped | (self.entity.fields.keys() - self.fields)
        return {name: value for name, value in row.items() if name not in stays}

    def hides(self, field: str) -> bool:
        return field.split(".")[0] not in self.fields

    @property
    def _asked(self) -> ForPartner | None:
        return self.entity.for_partner if self.scope.principal.role == PARTNER else None

    def _concerned(self, name: str) -> frozenset[bytes]:
        target = self.entity.__entity__ if name == "id" else str(self.entity.fields[name].target)
        return self.scope.concerns.get(target, frozenset())


def access(scope: Scope, entity: type[Entity]) -> Access:
    """What ``scope`` may see and write of ``entity``. Nothing, for a role nobody knows."""
    role = scope.principal.rights
    return Access(scope, entity, role.fields(entity), role.writes(entity), role.sees(entity))


def scope_of(connection: sa.Connection, principal: Principal, keep: Collection[bytes] | None = None) -> Scope:
    """The territories granted and all below them, by their paths; of those, with ``keep``, the ones named
    there and all below them. For a partner's people its own.
    """
    if principal.role == PARTNER:
        return Scope(principal, frozenset(), concerns=_concerns(connection, principal.partner_id))
    territory, grant = hq.tables["territory"], hq.tables["scope_grant"]
    query = sa.select(territory.c.id).where(territory.c.deleted == 0)
    if principal.role != HEADQUARTERS:
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


def _concerns(connection: sa.Connection, partner_id: bytes | None) -> Concerned:
    """A partner, its territory with all above it, its tier and type, and the price lists meant for these."""
    partner, territory, lists = (hq.tables[name] for name in ("partner", "territory", "price_list"))
    query = sa.select(partner).where(partner.c.id == partner_id, partner.c.deleted == 0)
    own = connection.execute(query).mappings().one_or_none()
    if own is None:
        return {}
    low = territory.alias("low")
    above = sa.func.substr(low.c.path, 1, sa.func.length(territory.c.path)) == territory.c.path
    path = sa.select(territory.c.id).join(low, above).where(low.c.id == own["territory_id"])
    known = {"tier": own["tier_id"], "channel_type": own["channel_type_id"], "partner": own["id"]}
    found = {name: frozenset(() if one is None else (one,)) for name, one in known.items()}
    found["territory"] = frozenset(connection.scalars(path.where(territory.c.path != "")))
    meant = [
        sa.or_(lists.c[f"{name}_id"].is_(None), lists.c[f"{name}_id"].in_(sorted(ids)))
        for name, ids in found.items()
    ]
    own_lists = frozenset(connection.scalars(sa.select(lists.c.id).where(*meant)))
    return {**found, "price_list": own_lists, "promotion": _promotions(connection, found)}


def _promotions(connection: sa.Connection, own: Concerned) -> frozenset[bytes]:
    """Promotions open to a partner, whatever their dates: of each sort of buyer that they name, one is it."""
    promotion, buyer = hq.tables["promotion"], hq.tables["promotion_buyer"]
    rows = sa.and_(buyer.c.promotion_id == promotion.c.id, buyer.c.deleted == 0)
    meets = []
    for name, ids in own.items():
        named = buyer.c[f"{name}_id"]
        asked = sa.exists().where(rows, named.is_not(None))
        meets.append(sa.or_(~asked, sa.exists().where(rows, named.in_(sorted(ids)))))
    return frozenset(connection.scalars(sa.select(promotion.c.id).where(*meets)))


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


__all__ = ["ADMINISTERED", "STAFFED", "Access", "Principal", "Scope", "access", "references", "scope_of"]
