"""What a role may see and write of an entity, whatever the row: the declarations and the role say it.

Headquarters asks for every request, the laptop for what it offers. Which rows, ``hq.policy`` adds.
"""

from __future__ import annotations

from dataclasses import dataclass

from channeldesk.model.declare import Entity, Kind

HEADQUARTERS, MANAGER, VIEWER, PARTNER = "headquarters", "manager", "viewer", "partner"

ADMINISTERED = frozenset({"role", "credential", "device"})
"""Decide rights themselves, so they change through the administration only, never through a push."""
STAFFED = {
    "territory": frozenset({"insert", "patch", "delete"}),
    "app_user": frozenset({"insert", "patch"}),  # history names people: they are deactivated, never deleted
    "scope_grant": frozenset({"insert", "delete"}),
    "publication": frozenset({"insert", "patch"}),
    "publication_part": frozenset({"insert"}),
    "payment": frozenset({"insert"}),
    "payment_allocation": frozenset({"insert"}),
    "credit_block": frozenset({"insert", "patch"}),
}
"""What headquarters' staff alone writes: what others see, by the rules of ``rules.administration``; the
company's money.
"""

_NOTHING = frozenset[str]()


@dataclass(frozen=True)
class Role:
    """A role with what the company set for it."""

    code: str
    sees_sensitive: bool = False
    writes_reference: bool = False
    writes_field: bool = False

    def sees(self, entity: type[Entity]) -> bool:
        """Whether rows of the entity reach this role at all. Nothing does that is not said here."""
        if not entity.synced():
            return False
        if self.code == PARTNER:
            return entity.for_partner is not None
        return self.code in (HEADQUARTERS, MANAGER, VIEWER)

    def fields(self, entity: type[Entity]) -> tuple[str, ...]:
        """The fields it gets, ``id`` first."""
        hides: set[str] = set() if self.sees_sensitive else set(entity.sensitive)
        if self.code == PARTNER:
            hides |= entity.sensitive
            hides |= set(entity.for_partner.hides) if entity.for_partner else set(entity.fields) - {"id"}
        return tuple(name for name in entity.fields if name not in hides)

    def writes(self, entity: type[Entity]) -> frozenset[str]:
        """Of insert, patch, delete."""
        if entity.__entity__ in ADMINISTERED or not self.sees(entity):
            return _NOTHING
        if self.code == PARTNER:
            return frozenset(entity.for_partner.writes) if entity.for_partner else _NOTHING
        if self.code == VIEWER:
            return _NOTHING
        if entity.__entity__ in STAFFED:
            staff = self.code == HEADQUARTERS and self.writes_reference
            return STAFFED[entity.__entity__] if staff else _NOTHING
        match entity.kind:
            case Kind.REFERENCE if self.writes_reference:
                return frozenset({"insert", "patch", "delete"})
            case Kind.FACT if self.writes_field:
                return frozenset({"insert"})
            case Kind.RECORD if self.writes_field:
                return frozenset({"insert", "patch", "delete"})
            case Kind.REQUEST if self.writes_field:
                return frozenset({"insert", "patch"})
            case _:
                return _NOTHING


ROLES = {
    one.code: one
    for one in (
        Role(HEADQUARTERS, sees_sensitive=True, writes_reference=True, writes_field=True),
        Role(MANAGER, sees_sensitive=True, writes_field=True),
        Role(VIEWER),
        Role(PARTNER),
    )
}
"""As every company begins with them."""
