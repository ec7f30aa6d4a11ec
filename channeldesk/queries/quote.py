"""What an order would cost and whether it may be sent: the same answer in the form and when it is placed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from channeldesk.model.notice import Notice
from channeldesk.queries.drafts import DraftLine, OrderDraft
from channeldesk.queries.prices import Offer, PriceBook
from channeldesk.rules.credit import Position
from channeldesk.rules.orders import LineCase, OrderCase, PartnerFacts, judge
from channeldesk.rules.pricing import ListPrice, PricedLine, Totals, price_line, totals

HEADQUARTERS_DECIDES = frozenset(
    {
        "credit.exceeded",
        "order.price_below_floor",
        "order.inactive_partner",
        "order.inactive_product",
        "order.date_too_far",
    }
)
"""Reasons that may no longer hold when headquarters reads the order: a warning here, not a bar."""


@dataclass(frozen=True)
class QuotedLine:
    """A keyed line with its price. ``priced`` is None where there is no price: ``problem`` says why."""

    number: int
    line: DraftLine
    offer: Offer | None
    price: ListPrice | None
    priced: PricedLine | None
    problem: Notice | None = None


@dataclass(frozen=True)
class Quote:
    """``errors`` keep the order from being sent; ``warnings`` are for headquarters to decide."""

    lines: tuple[QuotedLine, ...]
    totals: Totals
    errors: tuple[Notice, ...]
    warnings: tuple[Notice, ...]
    credit: Position | None
    """The position if this order is placed; None for a return, or where the role may not see it."""

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
) -> Quote:
    """Price every line and judge the order as headquarters would. Pure: call it at every keystroke.

    ``by_partner``: its own people order, who agree no prices.
    """
    is_return = draft.kind == "return"
    lines = tuple(
        _line(number, line, offers.get(line.product_id), prices, by_partner)
        for number, line in enumerate(draft.lines, 1)
    )
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
    )
    verdict = judge(case)
    unpriced = [one.problem for one in lines if one.problem is not None]
    no_lines = "order.no_lines" if unpriced else ""
    found = [one for one in verdict.rejections if one.code not in HEADQUARTERS_DECIDES | {no_lines}]
    late = [one for one in verdict.rejections if one.code in HEADQUARTERS_DECIDES]
    after = None if position is None or is_return else position.with_order(sums.total, prices.currency)
    return Quote(lines, sums, (*unpriced, *found), (*late, *verdict.warnings), after)


def _line(
    number: int, line: DraftLine, offer: Offer | None, prices: PriceBook, by_partner: bool
) -> QuotedLine:
    if offer is None:
        return QuotedLine(number, line, None, None, None)
    found = offer.price(prices, line.quantity)
    listed = found if isinstance(found, ListPrice) else None
    if listed is None and line.agreed_price is None:
        code = "order.not_for_sale" if by_partner else "order.no_price"
        problem = Notice(code, {"line": number, "sku": offer.sku})
        return QuotedLine(number, line, offer, None, None, problem)
    priced = price_line(line.quantity, prices.currency, offer.tax_rate, listed, line.agreed_price)
    return QuotedLine(number, line, offer, listed, priced)


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
    )
