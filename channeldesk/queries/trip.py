"""What a journey needs on the laptop: for every partner of the planned visits, whether all of it is here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from channeldesk.queries import attachments, clock, prices, visits
from channeldesk.queries.attachments import FileRow
from channeldesk.rules.orders import OPEN

SPANS = {"next": 7, "tomorrow": 2, "week": 7, "fortnight": 14}
"""Days from today on, by the name of the choice; ``week`` ends with Sunday."""


@dataclass(frozen=True)
class TripPartner:
    """One partner of the journey. ``complete``: all rows that headquarters has of it are here.

    ``days`` are the planned ones, ISO; ``waiting``: things done and not sent; ``prices``: of how many
    products the partner's lists hold a price; ``files`` all that headquarters and this laptop know of.
    """

    partner_id: bytes
    name: str
    name_local: str | None
    city: str | None
    days: tuple[str, ...]
    visits: int
    complete: bool
    contacts: int
    open_orders: int
    promises: int
    prices: int
    stock: int
    waiting: int
    files: tuple[FileRow, ...]


@dataclass(frozen=True)
class TripPack:
    """The journey from ``first`` to ``last`` (ISO, both included), by the day of the first visit."""

    first: str
    last: str
    partners: tuple[TripPartner, ...]
    as_of: int | None

    @property
    def visits(self) -> int:
        return sum(one.visits for one in self.partners)


def span(connection: sa.Connection, choice: str, user_id: bytes, today: str | None = None) -> tuple[str, str]:
    """First and last day of a choice. ``next``: a week from the next planned visit on, today or later."""
    day = date.fromisoformat(today or clock.today(connection))
    if choice == "week":
        return day.isoformat(), (day + timedelta(days=6 - day.weekday())).isoformat()
    if choice == "tomorrow":
        tomorrow = (day + timedelta(days=1)).isoformat()
        return tomorrow, tomorrow
    if choice == "next":
        found = connection.execute(sa.text(_NEXT), {"user": user_id, "today": day.isoformat()}).scalar()
        day = date.fromisoformat(found) if found else day
    return day.isoformat(), (day + timedelta(days=SPANS[choice] - 1)).isoformat()


_NEXT = """
SELECT min(planned_on) FROM visit_plan
WHERE user_id = :user AND planned_on >= :today AND state IN ('planned', 'under_way')
"""
_HELD = "SELECT state FROM held_unit WHERE kind = 'partner' AND id = :partner"
_FACTS = f"""
SELECT (SELECT count(*) FROM contact WHERE partner_id = :partner) AS contacts,
 (SELECT count(*) FROM sales_order WHERE partner_id = :partner
  AND status IN ({", ".join(f"'{one}'" for one in sorted(OPEN))})) AS open_orders,
 (SELECT count(*) FROM promise WHERE partner_id = :partner AND done_on IS NULL) AS promises,
 (SELECT count(*) FROM stock_position WHERE partner_id = :partner) AS stock,
 (SELECT count(DISTINCT o.txn) FROM outbox o WHERE o.row_id = :partner
  OR json_extract(o.changes, '$.partner_id') = lower(hex(:partner))) AS waiting
"""
_PRICED = """
SELECT count(DISTINCT product_id) FROM price_item
WHERE price_list_id IN (SELECT unhex(value) FROM json_each(:lists))
"""


def pack(
    connection: sa.Connection, first: str, last: str, user_id: bytes, today: str | None = None
) -> TripPack:
    """Every partner with a visit that is planned and not done between the two days."""
    day = today or clock.today(connection)
    planned: dict[bytes, list[visits.PlannedVisit]] = {}
    for visit in visits.plan(connection, first, last, user_id, day):
        if visit.state in ("planned", "under_way"):
            planned.setdefault(visit.partner_id, []).append(visit)
    as_of = clock.as_of(connection)
    whole = as_of is not None and clock.state(connection, "derived_stale") is None
    by_unit = bool(connection.execute(sa.text("SELECT 1 FROM held_unit LIMIT 1")).first())
    partners = []
    for partner_id, found in planned.items():
        held = connection.execute(sa.text(_HELD), {"partner": partner_id}).scalar()
        here = bool(found[0].partner)
        partners.append(
            TripPartner(
                partner_id=partner_id,
                name=found[0].partner,
                name_local=found[0].partner_local,
                city=found[0].city,
                days=tuple(dict.fromkeys(one.day for one in found)),
                visits=len(found),
                complete=here and (held == "complete" if by_unit else whole),
                prices=_priced(connection, partner_id, found[0].day),
                files=attachments.of_partner(connection, partner_id, user_id),
                **connection.execute(sa.text(_FACTS), {"partner": partner_id}).one()._asdict(),
            )
        )
    return TripPack(first, last, tuple(partners), as_of)


def _priced(connection: sa.Connection, partner_id: bytes, day: str) -> int:
    book = prices.book(connection, partner_id, date.fromisoformat(day))
    if book is None:
        return 0
    lists = json.dumps([one.id.hex() for one in book.lists])
    return int(connection.execute(sa.text(_PRICED), {"lists": lists}).scalar_one())
