"""Everything about one partner on one page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.model.collation import sort_key
from channeldesk.queries import clock, credit, marks, performance, promises
from channeldesk.queries.partners import STOCK_DAYS, stock_params
from channeldesk.queries.promises import PromiseRow
from channeldesk.queries.receivables import open_items
from channeldesk.queries.sales import Scope
from channeldesk.queries.told_visits import COUNTS


@dataclass(frozen=True)
class Contact:
    id: bytes
    name: str
    job_title: str | None
    phone: str | None
    email: str | None
    main: bool
    consent: bool
    note: str | None
    provisional: bool


@dataclass(frozen=True)
class KeyFigures:
    """The figures under the header; money in the partner's currency.

    ``sales`` is the current period with its target, ``series`` the net of the last twelve periods.
    """

    sales: performance.AgainstTarget
    series: tuple[int | None, ...]
    credit: credit.Credit
    stock_days: int | None
    stock_as_of: int | None
    last_visit: str | None
    next_visit: str | None
    next_visit_minute: int | None


@dataclass(frozen=True)
class PartnerDetail:
    """Header, figures, people, promises. ``pending_fields`` are edits that headquarters has not confirmed,
    with their value there; ``counts`` how much each tab holds; ``today`` the business date it was read for.
    """

    id: bytes
    code: str | None
    name: str
    name_local: str | None
    channel_type: str | None
    channel_type_local: str | None
    mix_group: str | None
    tier: str | None
    tier_local: str | None
    stage: str
    territory: str | None
    territory_id: bytes
    parent: str | None
    currency: str
    phone: str | None
    email: str | None
    address: str | None
    city: str | None
    postal_code: str | None
    country: str | None
    tax_number: str | None
    delivery_note: str | None
    joined_on: str | None
    payment_days: int | None
    credit_limit: int | None
    custom: Mapping[str, Any]
    contacts: tuple[Contact, ...]
    promises: tuple[PromiseRow, ...]
    figures: KeyFigures
    counts: Mapping[str, int]
    provisional: bool
    pending_fields: Mapping[str, Any]
    inbox_items: tuple[bytes, ...]
    today: str
    as_of: int | None


_PARTNER = f"""
SELECT p.id, p.code, p.name, p.name_local, c.name AS channel_type, c.name_local AS channel_type_local,
       c.mix_group, tier.name AS tier, tier.name_local AS tier_local, p.stage, t.name AS territory,
       p.territory_id, above.name AS parent, p.currency, p.phone, p.email, p.address,
       p.city, p.postal_code, p.country, p.tax_number, p.delivery_note, p.joined_on, p.payment_days,
       p.credit_limit, p.custom, {marks.provisional("partner", "p")} AS provisional
FROM partner p
LEFT JOIN channel_type c ON c.id = p.channel_type_id LEFT JOIN tier ON tier.id = p.tier_id
LEFT JOIN territory t ON t.id = p.territory_id LEFT JOIN partner above ON above.id = p.parent_id
WHERE p.id = :id
"""
_CONTACTS = f"""
SELECT c.id, c.name, c.job_title, c.phone, c.email, c.main, c.consent, c.note,
       {marks.provisional("contact", "c")} AS provisional
FROM contact c WHERE c.partner_id = :id ORDER BY c.main DESC, c.name, c.id
"""
_COUNTS = f"""
SELECT (SELECT count(*) FROM sales_order WHERE partner_id = :id) AS orders,
       (SELECT count(*) FROM stock_position WHERE partner_id = :id) AS stock,
       (SELECT count(*) FROM visit v WHERE v.partner_id = :id AND {COUNTS}) AS visits,
       (SELECT count(*) FROM contact WHERE partner_id = :id) AS contacts,
       (SELECT count(*) FROM attachment WHERE partner_id = :id) AS files,
       (SELECT count(*) FROM {open_items("r.partner_id = :id")}) AS receivables
"""
_NEXT = """
SELECT planned_on, start_minute FROM visit_plan
WHERE partner_id = :id AND planned_on >= :today AND state IN ('planned', 'under_way')
ORDER BY planned_on, start_minute LIMIT 1
"""
_STOCK = f"SELECT {STOCK_DAYS} AS days FROM partner p WHERE p.id = :id"
_STOCK_AS_OF = "SELECT max(as_of) FROM stock_position WHERE partner_id = :id AND as_of > 0"
_HANDFUL = 12
"""Nobody is looked up among so few, and loading the readings of Chinese names would hold up the brief."""
_PENDING = "SELECT base FROM outbox WHERE entity = 'partner' AND row_id = :id AND op = 'patch' ORDER BY seq"
_INBOX = "SELECT id FROM inbox WHERE entity = 'partner' AND row_id = :id AND state = 'open'"


def detail(
    connection: sa.Connection, partner_id: bytes, today: str | None = None, language: str = "en"
) -> PartnerDetail | None:
    """One partner, or None when it is no longer here; its people by name, as ``language`` orders
    them where they are many.
    """
    this = {"id": partner_id}
    row = connection.execute(sa.text(_PARTNER), this).first()
    if row is None:
        return None
    day = today or clock.today(connection)
    people = list(connection.execute(sa.text(_CONTACTS), this))
    if len(people) > _HANDFUL:
        people.sort(key=lambda one: (not one.main, sort_key(one.name, language) or ""))
    pending: dict[str, Any] = {}
    for base in connection.execute(sa.text(_PENDING), this).scalars():
        pending = {**json.loads(base), **pending}
    return PartnerDetail(
        **row._asdict() | {"custom": json.loads(row.custom or "{}"), "provisional": bool(row.provisional)},
        contacts=tuple(
            Contact(
                **one._asdict()
                | {name: bool(getattr(one, name)) for name in ("main", "consent", "provisional")}
            )
            for one in people
        ),
        promises=promises.of_partner(connection, partner_id, day),
        figures=_figures(connection, partner_id, day),
        counts=connection.execute(sa.text(_COUNTS), this).one()._asdict(),
        pending_fields=pending,
        inbox_items=tuple(connection.execute(sa.text(_INBOX), this).scalars()),
        today=day,
        as_of=clock.as_of(connection),
    )


def trend(
    connection: sa.Connection, partner_id: bytes, count: int = 24, today: str | None = None
) -> performance.AgainstTarget:
    """Sales of one partner against target; ``analytics.trend`` makes the chart of it."""
    return performance.against_target(connection, Scope(partner_id=partner_id), count, today)


def _figures(connection: sa.Connection, partner_id: bytes, day: str) -> KeyFigures:
    this = {"id": partner_id, "today": day}
    sales = trend(connection, partner_id, performance.MONTHS, day)
    stock = connection.execute(sa.text(_STOCK), {**this, **stock_params(connection, day)}).scalar()
    upcoming = connection.execute(sa.text(_NEXT), this).first()
    return KeyFigures(
        sales=sales,
        series=tuple(one.net for one in sales.periods),
        credit=credit.of_partner(connection, partner_id, day),
        stock_days=stock,
        stock_as_of=connection.execute(sa.text(_STOCK_AS_OF), this).scalar(),
        last_visit=connection.execute(
            sa.text("SELECT max(visited_on) FROM visit WHERE partner_id = :id"), this
        ).scalar(),
        next_visit=upcoming.planned_on if upcoming else None,
        next_visit_minute=upcoming.start_minute if upcoming else None,
    )
