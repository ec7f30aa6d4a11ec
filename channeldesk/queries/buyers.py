"""Partners as prices and promotions look at them: what decides which of these are open to them."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.queries.once import once
from channeldesk.rules.pricing import Buyer

ACTIVE_STAGES = ("onboarding", "active")
"""Stages in which a partner may order."""

_PARTNERS = "SELECT id, currency, tier_id, channel_type_id, territory_id, stage FROM partner"
_TERRITORIES = "SELECT id, path, time_zone FROM territory"


@dataclass(frozen=True, slots=True)
class Buying:
    """A partner that buys in ``currency``. ``zone``: IANA time zone of its territory, None where that is not
    here.
    """

    buyer: Buyer
    currency: str
    trading: bool
    zone: str | None


@dataclass(frozen=True, slots=True)
class _Territory:
    """``line``: itself and those above it that are here, the nearest first."""

    line: tuple[bytes, ...] = ()
    zone: str | None = None


@once
def buyers(connection: sa.Connection) -> tuple[Buying, ...]:
    """All partners on this laptop."""
    territories = _territories(connection)
    return tuple(_buying(row, territories) for row in connection.execute(sa.text(_PARTNERS)))


def buyer_of(connection: sa.Connection, partner_id: bytes) -> Buying | None:
    """One of them; None for a partner that is not here."""
    row = connection.execute(sa.text(f"{_PARTNERS} WHERE id = :partner"), {"partner": partner_id}).first()
    return None if row is None else _buying(row, _territories(connection))


@once
def _territories(connection: sa.Connection) -> dict[bytes, _Territory]:
    """Those that are here."""
    rows = connection.execute(sa.text(_TERRITORIES)).all()
    by_path = {row.path: row.id for row in rows}
    found = {}
    for one, path, zone in rows:
        codes = path.split("/")[:-1]
        paths = ("/".join(codes[:depth]) + "/" for depth in range(len(codes), 0, -1))
        found[one] = _Territory(tuple(by_path[above] for above in paths if above in by_path), zone)
    return found


def _buying(row: sa.Row[tuple[object, ...]], territories: dict[bytes, _Territory]) -> Buying:
    own = territories.get(row.territory_id, _Territory())
    buyer = Buyer(row.id, row.tier_id, row.channel_type_id, own.line)
    return Buying(buyer, row.currency, row.stage in ACTIVE_STAGES, own.zone)
