"""The life of an order, and the judgement of a new one.

The same :func:`judge` answers provisionally on the laptop and finally at headquarters. Loaded history is
booked as fact and never judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from channeldesk.model import values
from channeldesk.model.notice import Day, Money, Notice, Price, Quantity, Rate, Term, notice
from channeldesk.rules import credit, credit_blocks
from channeldesk.rules.pricing import Buyer
from channeldesk.rules.promotions.checking import Claimed, refuse_discounts
from channeldesk.rules.promotions.offers import Line
from channeldesk.rules.promotions.terms import Promotion
from channeldesk.rules.returns import Origin, refuse_return
from channeldesk.rules.returns import credit as credit_of
from channeldesk.rules.words import STATUS_NAMES

PRICE_DATE_DISTANCE = 30
"""Days by which an order's business date may lie before or after its receipt at headquarters."""


class Status(StrEnum):
    DRAFT = "draft"
    PLACED = "placed"
    ACCEPTED = "accepted"
    PARTLY_SHIPPED = "partly_shipped"
    SHIPPED = "shipped"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


class Actor(StrEnum):
    AUTHOR = "author"
    """Who took the order: a manager, or a partner for itself."""
    HEADQUARTERS = "headquarters"
    SHIPMENTS = "shipments"
    """What left and arrived decides, and nobody by hand (``rules.shipping.progress``)."""


_A, _H, _S = frozenset({Actor.AUTHOR}), frozenset({Actor.HEADQUARTERS}), frozenset({Actor.SHIPMENTS})
TRANSITIONS: dict[tuple[Status, Status], frozenset[Actor]] = {
    (Status.DRAFT, Status.PLACED): _A,
    (Status.DRAFT, Status.CANCELLED): _A,
    (Status.PLACED, Status.ACCEPTED): _H,
    (Status.PLACED, Status.REJECTED): _H,
    (Status.PLACED, Status.CANCELLED): _A | _H,
    (Status.REJECTED, Status.CANCELLED): _A | _H,  # what is put right is judged anew, as another order
    (Status.ACCEPTED, Status.CANCELLED): _H,  # afterwards the author asks by another request
    (Status.ACCEPTED, Status.PARTLY_SHIPPED): _S,
    (Status.ACCEPTED, Status.SHIPPED): _S,
    (Status.PARTLY_SHIPPED, Status.SHIPPED): _S,
    (Status.PARTLY_SHIPPED, Status.CLOSED): _S,  # all that left arrived, and the rest was let go
    (Status.PARTLY_SHIPPED, Status.ACCEPTED): _S,  # a shipment was cancelled
    (Status.SHIPPED, Status.CLOSED): _S,
    (Status.SHIPPED, Status.PARTLY_SHIPPED): _S,
    (Status.SHIPPED, Status.ACCEPTED): _S,
}
"""Every allowed change of status and who may make it."""

OPEN = frozenset({Status.PLACED, Status.ACCEPTED, Status.PARTLY_SHIPPED})
"""Statuses in which goods are still to come."""


def refuse_move(current: Status, target: Status, actor: Actor) -> Notice | None:
    """Why ``actor`` may not move an order from ``current`` to ``target``; None if it may."""
    actors = TRANSITIONS.get((current, target))
    if actors is None:
        return notice(
            "order.no_such_move",
            current=Term(STATUS_NAMES[current]),
            target=Term(STATUS_NAMES[target]),
        )
    if actor not in actors:
        return notice(
            "order.move_not_allowed",
            current=Term(STATUS_NAMES[current]),
            target=Term(STATUS_NAMES[target]),
        )
    return None


def moves(current: Status, actor: Actor) -> tuple[Status, ...]:
    """The statuses to which ``actor`` may move an order now."""
    return tuple(
        target for (start, target), actors in TRANSITIONS.items() if start is current and actor in actors
    )


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What the judge knows of a product; ``floor`` is the lowest allowed unit price, None if there is none.

    ``tax_rate`` None leaves the line's rate unchecked.
    """

    sku: str
    active: bool = True
    list_price: int | None = None
    floor: int | None = None
    tax_rate: int | None = None
    id: bytes = b""
    category: str | None = None


@dataclass(frozen=True, slots=True)
class PartnerFacts:
    """``name`` as the person who reads the answer knows it."""

    name: str
    currency: str
    active: bool = True
    id: bytes = b""


@dataclass(frozen=True, slots=True)
class LineCase:
    """A line as it was sent. ``product`` is None if its id is unknown; ``sku`` is then whatever names it."""

    number: int
    sku: str
    product: ProductFacts | None
    quantity: int
    unit_price: int
    net: int
    tax_rate: int = 0
    tax: int = 0
    discount: int = 0
    """What promotions take off: it is out of ``net``."""
    told_price: int | None = None
    """The list price that was told; a line at another price stands for itself, promotions leave it alone."""
    returns: bytes | None = None
    """The line that the goods were sold by, where a return names it."""
    origin: Origin | None = None
    """That line, as far as it is known."""


@dataclass(frozen=True, slots=True)
class Promoted:
    """What decides about discounts: the promotions that an order names, and what it says each takes off."""

    claimed: Claimed
    promotions: tuple[Promotion, ...]
    buyer: Buyer


@dataclass(frozen=True, slots=True)
class OrderCase:
    """A new order or return with all that decides about it.

    ``credit`` is the partner's position without this order, None where the role may not see it (the laptop
    of such a role leaves credit to headquarters). ``received_on`` is the date of receipt in the partner's
    territory; on the laptop, today. ``by_partner``: the partner's own people order, at the list's prices.
    ``promoted`` None: the discounts were just worked out and are not asked.
    """

    partner: PartnerFacts | None
    currency: str
    business_date: date
    received_on: date
    lines: tuple[LineCase, ...]
    total: int
    is_return: bool = False
    credit: credit.Position | None = None
    distance: int = PRICE_DATE_DISTANCE
    by_partner: bool = False
    promoted: Promoted | None = None
    blocked_on: date | None = None
    """Since when the partner is blocked; None: it is not."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``rejections`` in the order of the lines, order-wide ones first; ``warnings`` do not reject."""

    rejections: tuple[Notice, ...] = ()
    warnings: tuple[Notice, ...] = ()

    @property
    def accepted(self) -> bool:
        return not self.rejections


def judge(case: OrderCase) -> Verdict:
    """Accept or reject a new order, with every reason and not only the first."""
    if case.currency in values.CURRENCIES and _too_large(case):
        return Verdict((notice("order.too_large", most=Money(values.LARGEST, case.currency)),))
    rejections = list(_order_faults(case))
    for line in case.lines:
        rejections += _line_faults(line, case)
    if case.promoted is not None:
        rejections += _discount_faults(case, case.promoted)
    if case.blocked_on is not None and not case.is_return:
        rejections.append(credit_blocks.blocked(case.blocked_on, own=case.by_partner))
    warnings: list[Notice] = []
    if case.credit is not None and not case.is_return:
        after = case.credit.with_order(case.total, case.currency)
        if after.exceeded_by:
            rejections.append(credit.exceeded(after))
        warnings += [notice("credit.not_comparable", amount=amount) for amount in after.not_comparable]
    warnings += [
        notice("order.no_list_price", line=line.number, sku=line.sku)
        for line in case.lines
        if line.product is not None and line.product.list_price is None
    ]
    return Verdict(tuple(rejections), tuple(warnings))


def _order_faults(case: OrderCase) -> Iterator[Notice]:
    if case.partner is None:
        yield notice("order.unknown_partner")
    else:
        if not case.partner.active:
            yield notice("order.inactive_partner", partner=case.partner.name)
        if case.currency != case.partner.currency:
            yield notice(
                "order.currency_mismatch", currency=case.currency, partner_currency=case.partner.currency
            )
    if case.by_partner and case.is_return:
        yield notice("order.no_return")
    days = abs((case.received_on - case.business_date).days)
    if days > case.distance:
        yield notice(
            "order.date_too_far",
            date=Day(case.business_date.isoformat()),
            received=Day(case.received_on.isoformat()),
            days=days,
            allowed=case.distance,
        )
    if not case.lines:
        yield notice("order.no_lines")
    elif case.currency in values.CURRENCIES:
        total = sum(line.net + line.tax for line in case.lines)
        if total != case.total:
            yield notice(
                "order.wrong_total", sent=Money(case.total, case.currency), right=Money(total, case.currency)
            )
    if case.currency not in values.CURRENCIES:
        yield notice("value.unknown_currency", currency=case.currency)


def _too_large(case: OrderCase) -> bool:
    """As it was sent or as it is, whichever is more: then nobody could name the figures."""
    whole = 0
    for line in case.lines:
        net = values.line_net(line.quantity, line.unit_price, case.currency)
        whole += max(abs(line.net) + abs(line.tax), abs(net) + abs(values.tax(net, line.tax_rate)))
    return whole > values.LARGEST


def _line_faults(line: LineCase, case: OrderCase) -> Iterator[Notice]:
    number, sku, currency = line.number, line.sku, case.currency
    if line.product is None:
        yield notice("order.unknown_product", line=number, sku=sku)
    elif not line.product.active and not case.is_return:
        yield notice("order.inactive_product", line=number, sku=sku)
    if line.quantity <= 0 and not case.is_return:
        yield notice("order.quantity_not_positive", line=number, sku=sku, quantity=Quantity(line.quantity))
    if line.quantity >= 0 and case.is_return:
        yield notice("order.return_not_negative", line=number, sku=sku, quantity=Quantity(line.quantity))
    if line.returns is not None and case.is_return and case.partner is not None:
        origin = line.origin
        product = line.product.id if line.product is not None else b""
        refused = refuse_return(number, sku, origin, case.partner.id, product, -line.quantity, currency)
        if refused is not None:
            yield refused
        elif origin is not None and line.quantity < 0 and currency in values.CURRENCIES:
            yield from _credit_faults(line, origin, currency)
        return
    if line.unit_price < 0:
        yield notice("order.negative_price", line=number, sku=sku, price=Price(line.unit_price, currency))
    if line.product is not None:
        yield from _product_faults(line, line.product, case)
    if currency in values.CURRENCIES:
        net = values.line_net(line.quantity, line.unit_price, currency) - line.discount
        tax = values.tax(net, line.tax_rate)
        if (line.net, line.tax) != (net, tax):
            yield notice(
                "order.wrong_amount",
                line=number,
                sku=sku,
                sent=Money(line.net + line.tax, currency),
                right=Money(net + tax, currency),
            )


def _credit_faults(line: LineCase, origin: Origin, currency: str) -> Iterator[Notice]:
    right = credit_of(origin, -line.quantity, currency)
    told = (line.unit_price, line.tax_rate, line.net, line.tax, line.discount)
    if told != (origin.unit_price, origin.tax_rate, right.net, right.tax, right.discount):
        yield notice(
            "order.wrong_amount",
            line=line.number,
            sku=line.sku,
            sent=Money(line.net + line.tax, currency),
            right=Money(right.net + right.tax, currency),
        )


def _discount_faults(case: OrderCase, promoted: Promoted) -> Iterator[Notice]:
    for line in case.lines:
        claimed = promoted.claimed.get(line.number, {})
        if line.returns is not None:
            continue  # what came off it then is not given again
        listed = line.product.list_price if line.product is not None else None
        if claimed and (line.told_price != line.unit_price or line.unit_price < (listed or 0)):
            yield notice("order.promotion_on_agreed_price", line=line.number, sku=line.sku)
        elif line.discount != sum(claimed.values()):
            yield notice(
                "order.discount_apart",
                line=line.number,
                sku=line.sku,
                sent=Money(line.discount, case.currency),
                right=Money(sum(claimed.values()), case.currency),
            )
    open_lines = [
        promotion_line(line.number, line.product, line.quantity, line.unit_price, case.currency)
        for line in case.lines
        if line.product is not None and line.quantity > 0 and line.told_price == line.unit_price
    ]
    if case.currency in values.CURRENCIES:
        yield from refuse_discounts(
            promoted.claimed,
            promoted.promotions,
            promoted.buyer,
            case.business_date,
            case.currency,
            open_lines,
        )


def promotion_line(number: int, product: ProductFacts, quantity: int, price: int, currency: str) -> Line:
    """An order line as promotions look at it."""
    net = values.line_net(quantity, price, currency)
    return Line(number, product.id, product.category, quantity, price, net)


def _product_faults(line: LineCase, product: ProductFacts, case: OrderCase) -> Iterator[Notice]:
    if product.floor is not None and line.unit_price < product.floor and not case.is_return:
        yield notice(
            "order.price_below_floor",
            line=line.number,
            sku=line.sku,
            price=Price(line.unit_price, case.currency),
            floor=Price(product.floor, case.currency),
        )
    if case.by_partner and product.list_price is None:
        yield notice("order.not_for_sale", line=line.number, sku=line.sku)
    elif case.by_partner and line.unit_price < (product.list_price or 0):
        yield notice(
            "order.price_below_list",
            line=line.number,
            sku=line.sku,
            price=Price(line.unit_price, case.currency),
            list_price=Price(product.list_price or 0, case.currency),
        )
    if product.tax_rate is not None and product.tax_rate != line.tax_rate:
        yield notice(
            "order.wrong_tax_rate",
            line=line.number,
            sku=line.sku,
            sent=Rate(line.tax_rate),
            right=Rate(product.tax_rate),
        )
