"""Units of replication: which ones a user holds now, which ones a laptop says it has, and the difference.

The laptop tells; nothing about it is remembered here. So a grant that came and went, a partner that moved
twice, a laptop that was copied or restored all end in the same two lists: what to fill and what to drop.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import sqlalchemy as sa

from channeldesk.hq import policy
from channeldesk.hq.policy import Scope
from channeldesk.hq.tables import GLOBAL_UNIT, feed, feed_pending
from channeldesk.hq.triggers import UNIT_KINDS
from channeldesk.model.declare import Unit
from channeldesk.model.entities import entity as declaration
from channeldesk.model.tables import hq

KINDS = (Unit.GLOBAL, Unit.PRIVATE, Unit.TERRITORY, Unit.PARTNER)
MAKERS = {Unit.PARTNER: "partner", Unit.TERRITORY: "territory", Unit.PRIVATE: "app_user"}
"""The entity whose rows make the units of a kind."""
_MODULUS = 1 << 128

Units = Mapping[Unit, frozenset[bytes]]
"""Ids of units by kind."""


@dataclass(frozen=True)
class Told:
    """What a laptop says of its copy: units it has completely, and units it is being filled with."""

    complete: Units = field(default_factory=dict)
    partial: Units = field(default_factory=dict)


def held(connection: sa.Connection, scope: Scope) -> dict[Unit, frozenset[bytes]]:
    """Everything the user may see now. Deleted partners count: what is known of them may still arrive."""
    access = policy.access(scope, declaration("partner"))
    partners = connection.scalars(sa.select(hq.tables["partner"].c.id).where(access.units))
    people = policy.access(scope, declaration("scope_grant")).holds(hq.tables["app_user"].c.id)
    return {
        Unit.GLOBAL: frozenset((GLOBAL_UNIT,)),
        Unit.PRIVATE: frozenset(
            (
                scope.principal.user_id,
                *connection.scalars(sa.select(hq.tables["app_user"].c.id).where(people)),
            )
        ),
        Unit.TERRITORY: scope.territories,
        Unit.PARTNER: frozenset(partners),
    }


def minus(one: Units, *others: Units) -> dict[Unit, frozenset[bytes]]:
    """Of ``one`` what stands in none of the others."""
    rest = {kind: one.get(kind, frozenset()) for kind in KINDS}
    for other in others:
        rest = {kind: ids - other.get(kind, frozenset()) for kind, ids in rest.items()}
    return rest


def plus(one: Units, other: Units) -> dict[Unit, frozenset[bytes]]:
    return {kind: one.get(kind, frozenset()) | other.get(kind, frozenset()) for kind in KINDS}


def common(one: Units, other: Units) -> dict[Unit, frozenset[bytes]]:
    return {kind: one.get(kind, frozenset()) & other.get(kind, frozenset()) for kind in KINDS}


def size(units: Units) -> int:
    return sum(map(len, units.values()))


def to_wire(units: Units) -> dict[str, list[str]]:
    """Kinds with no units are left out."""
    return {kind.value: sorted(one.hex() for one in units[kind]) for kind in KINDS if units.get(kind)}


def from_wire(lists: Mapping[str, Sequence[str]]) -> dict[Unit, frozenset[bytes]]:
    return {kind: frozenset(map(bytes.fromhex, lists.get(kind.value, ()))) for kind in KINDS}


def born(connection: sa.Connection, scope: Scope, after: int, until: int) -> dict[Unit, frozenset[bytes]]:
    """Units held now that entered the feed in (after, until]: the feed from there has everything of them."""
    found = {kind: frozenset[bytes]() for kind in KINDS}
    if after < until:
        others = (Unit.PRIVATE,) if scope.principal.role == "headquarters" else ()
        for kind in (*others, Unit.TERRITORY, Unit.PARTNER):
            query = _with_entry(scope, kind).where(feed.c.first_seq > after, feed.c.first_seq <= until)
            found[kind] = frozenset(connection.scalars(query))
    return found


def unborn(connection: sa.Connection) -> dict[Unit, frozenset[bytes]]:
    """Units that have no place in the feed yet: no cursor can tell that a laptop has them."""
    found = {}
    for kind in (Unit.TERRITORY, Unit.PARTNER):
        made = feed_pending.c.entity == MAKERS[kind]
        placed = sa.exists().where(feed.c.entity == MAKERS[kind], feed.c.row_id == feed_pending.c.row_id)
        found[kind] = frozenset(connection.scalars(sa.select(feed_pending.c.row_id).where(made, ~placed)))
    return found


def viewer(scope: Scope) -> str:
    """A short name of who asks and what the role may see of a row: another one asks for everything anew.

    So do a partner's people when something else concerns it: another tier, a price list of its own.
    """
    who = scope.principal
    concerns = [b"".join(sorted(ids)) for _, ids in sorted(scope.concerns.items())]
    parts = (b"who", who.user_id, who.role.encode(), b"%d" % who.sees_sensitive, *concerns)
    return f"{_hash(*parts):032x}"[:16]


def fingerprint(connection: sa.Connection, scope: Scope, position: int) -> str:
    """A short name of the units held now that had entered the feed at ``position``, 32 hex digits.

    It is a sum of one hash per unit, so units that were born after a cursor can be taken out of it: a new
    partner comes with the feed, and only one that moved, or another grant, changes the name.
    """
    total = _hash(b"narrowed") if scope.narrowed else 0  # to nothing is not the same as everything
    if not scope.everything:
        for kind in (Unit.TERRITORY, Unit.PARTNER):
            for unit_id in connection.scalars(_with_entry(scope, kind).where(feed.c.first_seq <= position)):
                total += _hash(kind.value.encode(), unit_id)
    return f"{total % _MODULUS:032x}"


def _with_entry(scope: Scope, kind: Unit) -> sa.Select[bytes]:
    """Held units of a kind, joined with the feed's entry of the row that makes the unit."""
    name = MAKERS[kind]
    letter = UNIT_KINDS[declaration(name).unit]
    table = hq.tables[name]
    match kind:
        case Unit.PARTNER:
            mine = policy.access(scope, declaration("partner")).units
        case Unit.TERRITORY:
            mine = table.c.id.in_(sorted(scope.territories))
        case _:
            mine = policy.access(scope, declaration("scope_grant")).holds(table.c.id)
    entry = sa.and_(feed.c.entity == name, feed.c.row_id == table.c.id, feed.c.unit_kind == letter)
    return sa.select(table.c.id).join(feed, entry).where(mine)


def _hash(*parts: bytes) -> int:
    return int.from_bytes(blake2b(b"\0".join(parts), digest_size=16).digest(), "big")
