"""What an order would cost and whether it may be sent: the same answer in the form and when it is placed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from channeldesk.model.notice import Notice
from channeldesk.queries.drafts import DraftLine, OrderDraft
from channeldesk.queries.prices import Offer, PriceBook
from channeldesk.rules.credit import Position
from channeldesk.rules.orders import LineCase, OrderCase, PartnerFacts, judge, promotion_line
from channeldesk.rules.pricing import (
    ListPrice,
    PricedLine,
    Totals,
    credited_line,
    discounted,
    price_line,
    totals,
)
from channeldesk.rules.promotions import Considered, Discount, Outcome, best
from channeldesk.rules.promotions.offers import Line
from channeldesk.rules.resemblance import Taken, alike
from channeldesk.rules.returns import Origin

_NONE: Mapping[bytes, Origin] = {}
HEADQUARTERS_DECIDES = frozenset(
    {
        "credit.exceeded",
        "credit.blocked",
        "order.own_blocked",
        "order.price_below_floor",
        "order.inactive_partner",
        "order.inactive_product",
        "order.date_too_far",
    }
)
"""Reasons that may no longer hold when headquarters reads the order: a warning here, not a bar."""


@dataclass(frozen=True)
class QuotedLine:
    """A keyed line with its price. ``priced`` is None where there is no price: ``problem`` says why.
    ``discounts``: what promotions take off it.
    """

    number: int
    line: DraftLine
    offer: Offer | None
    price: ListPrice | None
    priced: PricedLine | None
    problem: Notice | None = None
    discounts: tuple[Discount, ...] = ()
    origin: Origin | None = None
    """The line that goods come back of."""


@dataclass(frozen=True)
class Quote:
    """``errors`` keep the order from being sent; ``warnings`` are for headquarters to decide."""

    lines: tuple[QuotedLine, ...]
    totals: Totals
    errors: tuple[Notice, ...]
    warnings: tuple[Notice, ...]
    credit: Position | None
    """The position if this order is placed; None for a return, or where the role may not see it."""
    promotions: tuple[Considered, ...] = ()
    """Those that concern the order: what each gives, or why nothing."""

    @property
    def sendable(self) -> bool:
        return not self.errors


def quote(
    draft: OrderDraft,
    prices: PriceBook,
    offers: Mapping[bytes, Offer],
    partner: PartnerFacts | None,
    position: Position | None,
    today: date,
    *,
    by_partner: bool = False,
    origins: Mapping[bytes, Origin] = _NONE,
    blocked_on: date | None = None,
    taken: Iterable[Taken] = (),
) -> Quote:
    """Price every line and judge the order as headquarters would. Pure: call it at every keystroke.

    ``by_partner``: its own people order, who agree no prices. ``origins``: the lines that goods come back of.
    ``taken``: orders of the partner that this one may repeat.
    """
    is_return = draft.kind == "return"
    lines = tuple(
        _line(number, line, offers.get(line.product_id), prices, by_partner, _origin(line, origins))
        for number, line in enumerate(draft.lines, 1)
    )
    outcome = best(prices.promotions, prices.buyer, prices.on, prices.currency, _promoted(lines, prices))
    lines = tuple(_discounted(one, outcome, prices.currency) for one in lines)
    priced = [one.priced for one in lines if one.priced is not None]
    sums = totals(priced, prices.currency)
    case = OrderCase(
        partner=partner,
        currency=prices.currency,
        business_date=prices.on,
        received_on=today,
        lines=tuple(_case(one, prices) for one in lines if one.priced is not None or one.offer is None),
        total=sums.total,
        is_return=is_return,
        credit=position,
        by_partner=by_partner,
        blocked_on=blocked_on,
    )
    verdict = judge(case)
    unpriced = [one.problem for one in lines if one.problem is not None]
    no_lines = "order.no_lines" if unpriced else ""
    found = [one for one in verdict.rejections if one.code not in HEADQUARTERS_DECIDES | {no_lines}]
    late = [one for one in verdict.rejections if one.code in HEADQUARTERS_DECIDES]
    after = None if position is None or is_return else position.with_order(sums.total, prices.currency)
    twice = () if is_return else alike(_as_taken(draft, prices.on), taken)
    errors = (*unpriced, *found)
    warnings = (*late, *verdict.warnings, *(one.notice for one in twice))
    return Quote(lines, sums, errors, warnings, after, outcome.considered)


def _line(
    number: int,
    line: DraftLine,
    offer: Offer | None,
    prices: PriceBook,
    by_partner: bool,
    origin: Origin | None,
) -> QuotedLine:
    if offer is None:
        return QuotedLine(number, line, None, None, None)
    if origin is not None and 0 < -line.quantity <= origin.quantity - origin.returned:
        credited = credited_line(-line.quantity, origin, prices.currency)
        return QuotedLine(number, line, offer, None, credited, origin=origin)
    found = offer.price(prices, line.quantity)
    listed = found if isinstance(found, ListPrice) else None
    if listed is None and line.agreed_price is None:
        code = "order.not_for_sale" if by_partner else "order.no_price"
        problem = Notice(code, {"line": number, "sku": offer.sku})
        return QuotedLine(number, line, offer, None, None, problem)
    priced = price_line(line.quantity, prices.currency, offer.tax_rate, listed, line.agreed_price)
    return QuotedLine(number, line, offer, listed, priced, origin=origin)


def _as_taken(draft: OrderDraft, on: date) -> Taken:
    quantities: dict[bytes, int] = {}
    for line in draft.lines:
        quantities[line.product_id] = quantities.get(line.product_id, 0) + line.quantity
    return Taken(draft.revises or b"", "", on, draft.reference, quantities)


def _origin(line: DraftLine, origins: Mapping[bytes, Origin]) -> Origin | None:
    return None if line.returned is None else origins.get(line.returned.line_id)


def _promoted(lines: Iterable[QuotedLine], prices: PriceBook) -> list[Line]:
    """Lines that promotions may hold: ordered at the list's price."""
    return [
        promotion_line(
            one.number,
            one.offer.facts(prices, one.line.quantity),
            one.line.quantity,
            one.priced.unit_price,
            prices.currency,
        )
        for one in lines
        if one.offer is not None
        and one.priced is not None
        and one.line.quantity > 0
        and one.priced.unit_price == one.priced.list_price
    ]


def _discounted(one: QuotedLine, outcome: Outcome, currency: str) -> QuotedLine:
    found = outcome.discounts.get(one.number, ())
    if not found or one.priced is None:
        return one
    taken = [(discount.promotion.code, discount.amount) for discount in found]
    return replace(one, priced=discounted(one.priced, currency, taken), discounts=found)


def _case(one: QuotedLine, prices: PriceBook) -> LineCase:
    if one.offer is None or one.priced is None:
        return LineCase(one.number, one.line.product_id.hex(), None, one.line.quantity, 0, 0)
    return LineCase(
        number=one.number,
        sku=one.offer.sku,
        product=one.offer.facts(prices, one.line.quantity),
        quantity=one.line.quantity,
        unit_price=one.priced.unit_price,
        net=one.priced.net,
        tax_rate=one.priced.tax_rate,
        tax=one.priced.tax,
        discount=one.priced.discount,
        returns=None if one.line.returned is None else one.line.returned.line_id,
        origin=one.origin,
    )
