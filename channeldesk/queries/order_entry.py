"""What the form for a new order needs: prices, credit, the last order, suggestions, products as one types."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import sqlalchemy as sa

from channeldesk.model.values import QUANTITY_SCALE
from channeldesk.queries import clock, credit, demand, marks, promotions, resemblance, shipments
from channeldesk.queries.buyers import ACTIVE_STAGES as ACTIVE_STAGES
from channeldesk.queries.prices import Offer, PriceBook, book, offers
from channeldesk.queries.returns import origins
from channeldesk.queries.search import search
from channeldesk.rules.calendar import business_date
from channeldesk.rules.orders import PartnerFacts
from channeldesk.rules.promotions.boost import boost
from channeldesk.rules.promotions.terms import Promotion
from channeldesk.rules.resemblance import Taken
from channeldesk.rules.returns import Origin
from channeldesk.rules.rights import PARTNER
from channeldesk.rules.stock import Risk, days_of_cover, risk
from channeldesk.rules.suggest import Need, Suggestion, safety_stock, suggest

LEAD_DAYS = 7
"""Days from an order to its arrival, where nothing better is known."""
REVIEW_DAYS = 7
"""Days until the partner is asked again."""
_URGENCY = (Risk.OUT, Risk.LOW, Risk.UNKNOWN, Risk.OK, Risk.OVER)


@dataclass(frozen=True)
class Suggested:
    """A product with its suggested quantity, why, and how its stock stands."""

    offer: Offer
    suggestion: Suggestion
    cover: int | None
    risk: Risk


@dataclass(frozen=True)
class LastOrder:
    id: bytes
    number: str
    date: str
    lines: tuple[tuple[bytes, int], ...]
    """(product, quantity) in their order."""


@dataclass(frozen=True)
class EntryContext:
    """Everything fixed while one order is keyed; products are added through :func:`find_products`.

    ``today`` is the business date in the partner's territory, ``number`` the provisional number the order
    will most likely get.
    """

    partner_id: bytes
    code: str | None
    name: str
    name_local: str | None
    tier: str | None
    tier_local: str | None
    channel_type: str | None
    channel_type_local: str | None
    facts: PartnerFacts
    prices: PriceBook
    credit: credit.Credit
    today: str
    number: str
    payment_days: int | None
    last_order: LastOrder | None
    suggestions: tuple[Suggested, ...]
    offers: Mapping[bytes, Offer]
    """Of the suggested products and those of the last order."""
    as_of: int | None
    by_partner: bool = False
    """The partner's own people order, at the list's prices."""
    origins: Mapping[bytes, Origin] = field(default_factory=dict)
    """Of a return that is put right: the lines that the goods were sold by."""
    taken: tuple[Taken, ...] = ()
    """Orders that this one may repeat."""


_PARTNER = """
SELECT p.code, p.name, p.name_local, p.stage, p.currency, tier.name AS tier,
       tier.name_local AS tier_local, channel_type.name AS channel_type,
       channel_type.name_local AS channel_type_local
FROM partner p LEFT JOIN tier ON tier.id = p.tier_id
LEFT JOIN channel_type ON channel_type.id = p.channel_type_id WHERE p.id = :partner
"""
_LAST = """
SELECT id, coalesce(number, provisional_number, '') AS number, order_date FROM sales_order
WHERE partner_id = :partner AND order_kind = 'order' AND status NOT IN ('draft', 'cancelled', 'rejected')
ORDER BY order_date DESC, rowid DESC LIMIT 1
"""
_LAST_LINES = "SELECT product_id, quantity FROM order_line WHERE order_id = :order ORDER BY line_number"
_COMING = f"""
SELECT l.product_id, sum(max(0, l.quantity - coalesce(gone.quantity, 0))) AS quantity FROM sales_order s
CROSS JOIN order_line l ON l.order_id = s.id
LEFT JOIN ({shipments.LEFT}) gone ON gone.order_line_id = l.id
WHERE s.partner_id = :partner AND s.status IN ('placed', 'accepted', 'partly_shipped')
  AND s.order_date > :first AND s.order_kind = 'order'
  AND NOT {marks.rejected("sales_order", "s")} GROUP BY 1
"""


def entry_context(
    connection: sa.Connection,
    partner_id: bytes,
    now_ms: int | None = None,
    wanted: Iterable[bytes] = (),
    returned: Iterable[bytes] = (),
    revises: bytes | None = None,
) -> EntryContext | None:
    """The form's facts, or None for a partner that is not here. ``wanted`` adds products (of a draft),
    ``returned``: lines that its goods come back of; ``revises``: the order that is put right.
    """
    partner = connection.execute(sa.text(_PARTNER), {"partner": partner_id}).first()
    if partner is None:
        return None
    zone = clock.zone_of(connection, partner_id)
    day = business_date(now_ms if now_ms is not None else clock.now_ms(), zone)
    without = promotions.used_up(connection, revises) if revises is not None else ()
    prices = book(connection, partner_id, day, without)
    assert prices is not None
    last = last_order(connection, partner_id)
    sold = demand.of_partner(connection, partner_id, day.isoformat())
    before = [product for product, _ in last.lines] if last is not None else []
    products = [*sold, *before, *wanted]
    known = offers(connection, prices, products)
    standing = credit.of_partner(connection, partner_id, day.isoformat())
    return EntryContext(
        partner_id=partner_id,
        code=partner.code,
        name=partner.name,
        name_local=partner.name_local,
        tier=partner.tier,
        tier_local=partner.tier_local,
        channel_type=partner.channel_type,
        channel_type_local=partner.channel_type_local,
        facts=PartnerFacts(partner.name, partner.currency, partner.stage in ACTIVE_STAGES, partner_id),
        prices=prices,
        credit=standing,
        today=day.isoformat(),
        number=next_number(connection),
        payment_days=standing.payment_days,
        last_order=last,
        suggestions=_suggestions(connection, prices, sold, known),
        offers=known,
        as_of=clock.as_of(connection),
        by_partner=clock.state(connection, "role") == PARTNER,
        origins=origins(connection, list(returned)),
        taken=resemblance.taken(connection, partner_id, day),
    )


def find_products(
    connection: sa.Connection, text: str, prices: PriceBook, limit: int = 8
) -> tuple[Offer, ...]:
    """Products found by SKU, barcode, name or pinyin initials, best first, with price and stock."""
    hits = [hit.row_id for hit in search(connection, text, limit=25 * limit) if hit.entity == "product"]
    found = offers(connection, prices, hits[: 3 * limit])
    return tuple(sorted(found.values(), key=lambda one: not one.active)[:limit])


def explained(
    connection: sa.Connection, prices: PriceBook, wanted: Iterable[Offer]
) -> dict[bytes, Suggested]:
    """Suggestions by product for those that the context did not bring, also where nothing is missing."""
    sold = demand.of_partner(connection, prices.partner_id, prices.on.isoformat())
    coming = _coming(connection, prices)
    return {one.product_id: _suggested(one, sold.get(one.product_id, 0), coming) for one in wanted}


def next_number(connection: sa.Connection) -> str:
    """The provisional number that the next order on this laptop gets: device prefix and counter."""
    prefix = clock.state(connection, "device_prefix") or "L"
    return provisional_number(prefix, int(clock.state(connection, "order_counter") or 0) + 1)


def provisional_number(prefix: str, counter: int) -> str:
    return f"{prefix}-{counter:04d}"


def last_order(connection: sa.Connection, partner_id: bytes) -> LastOrder | None:
    """The newest order that counts, by date."""
    row = connection.execute(sa.text(_LAST), {"partner": partner_id}).first()
    if row is None:
        return None
    lines = connection.execute(sa.text(_LAST_LINES), {"order": row.id})
    return LastOrder(
        row.id, row.number, row.order_date, tuple((one.product_id, one.quantity) for one in lines)
    )


def _suggestions(
    connection: sa.Connection,
    prices: PriceBook,
    sold: Mapping[bytes, int],
    known: Mapping[bytes, Offer],
) -> tuple[Suggested, ...]:
    """Products worth ordering now, the most urgent first."""
    coming = _coming(connection, prices)
    found = [
        _suggested(known[product], quantity, coming)
        for product, quantity in sold.items()
        if product in known and known[product].active
    ]
    kept = [one for one in found if one.suggestion.quantity]
    return tuple(sorted(kept, key=lambda one: (_URGENCY.index(one.risk), one.cover or 0, one.offer.sku)))


@dataclass(frozen=True)
class _Coming:
    """By product: on its way, and ordered but not on its way yet; and the promotions of the ``days`` that an
    order has to last, from ``first`` on.
    """

    in_transit: Mapping[bytes, int]
    ordered: Mapping[bytes, int]
    promotions: tuple[Promotion, ...]
    first: date
    days: int = LEAD_DAYS + REVIEW_DAYS


def _coming(connection: sa.Connection, prices: PriceBook) -> _Coming:
    since = (prices.on - timedelta(days=demand.DAYS)).isoformat()
    rows = connection.execute(sa.text(_COMING), {"partner": prices.partner_id, "first": since})
    ordered = {row.product_id: row.quantity for row in rows}
    last = prices.on + timedelta(days=LEAD_DAYS + REVIEW_DAYS - 1)
    planned = promotions.planned(connection, prices.buyer, prices.on, last, prices.currency)
    return _Coming(shipments.in_transit(connection, prices.partner_id), ordered, planned, prices.on)


def _suggested(offer: Offer, sold: int, coming: _Coming) -> Suggested:
    unit = 10**QUANTITY_SCALE
    per_day = sold / unit / demand.DAYS
    safety = safety_stock(per_day, math.sqrt(per_day), LEAD_DAYS)
    need = Need(
        sold,
        demand.DAYS,
        LEAD_DAYS,
        REVIEW_DAYS,
        safety,
        offer.stock,
        coming.in_transit.get(offer.product_id, 0),
        coming.ordered.get(offer.product_id, 0),
        max(1, offer.pack),
        boost(
            coming.promotions,
            offer.product_id,
            offer.category,
            sold,
            demand.DAYS,
            coming.first,
            coming.days,
        ),
    )
    daily = sold // demand.DAYS
    cover = None if offer.stock is None else days_of_cover(offer.stock, daily)
    return Suggested(offer, suggest(need), cover, risk(offer.stock, daily, LEAD_DAYS, safety))
