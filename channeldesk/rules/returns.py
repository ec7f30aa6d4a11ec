"""Goods that come back: at what they were sold for, in which condition, and what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass

from channeldesk.model import values
from channeldesk.model.notice import Notice, Quantity, Term, notice
from channeldesk.rules.words import STATUS_NAMES

RETURNABLE = ("accepted", "partly_shipped", "shipped", "closed")
"""Statuses of an order of which goods come back: it is headquarters' own."""
SUGGESTED = {
    "unopened": "restock",
    "opened": "second_choice",
    "damaged": "scrap",
    "defective": "repair",
}
"""By the condition of goods, what usually becomes of them."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The line that goods were sold by. ``returned``: what of ``quantity`` came back before; ``net`` and
    ``tax`` are the whole line's, after promotions.
    """

    line: bytes
    order_number: str
    status: str
    partner: bytes
    product: bytes
    quantity: int
    unit_price: int
    tax_rate: int
    net: int
    tax: int
    returned: int = 0
    credited: int = 0
    """Of ``net`` what was credited for that, and of ``tax``."""
    credited_tax: int = 0
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Credited:
    """Amounts of a return's line, negative. ``discount``: what of the price promotions had taken off."""

    net: int
    tax: int
    discount: int


def credit(origin: Origin, quantity: int, currency: str) -> Credited:
    """What is credited for ``quantity`` (positive): what all that came back is worth, less what was credited
    before. So everything together comes to what was charged, in however many returns, some of them cancelled.
    Raises ValueError for more than is left.
    """
    back = origin.returned + quantity
    if quantity < 0 or back > origin.quantity:
        raise ValueError("no more comes back than is left")
    net = min(0, origin.credited - values.round_half_up(origin.net * back, origin.quantity))
    tax = min(0, origin.credited_tax - values.round_half_up(origin.tax * back, origin.quantity))
    return Credited(net, tax, values.line_net(-quantity, origin.unit_price, currency) - net)


def refuse_return(
    line: int,
    sku: str,
    origin: Origin | None,
    partner: bytes,
    product: bytes,
    quantity: int,
    currency: str,
) -> Notice | None:
    """Why ``quantity`` (positive) of a product cannot come back of a line that is named for it."""
    if origin is None or (origin.partner, origin.product) != (partner, product):
        return notice("order.return_of_nothing", line=line, sku=sku)
    if origin.currency != currency:
        return notice("order.return_currency", line=line, sku=sku, sold=origin.currency, currency=currency)
    if origin.status not in RETURNABLE:
        return notice(
            "order.return_not_yet",
            line=line,
            sku=sku,
            number=origin.order_number,
            status=Term(STATUS_NAMES.get(origin.status, origin.status)),
        )
    if quantity > origin.quantity - origin.returned:
        return notice(
            "order.return_more_than_left",
            line=line,
            sku=sku,
            number=origin.order_number,
            left=Quantity(max(0, origin.quantity - origin.returned)),
            ordered=Quantity(origin.quantity),
        )
    return None
