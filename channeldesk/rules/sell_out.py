"""Reports of what partners sold on: what makes two of them the same one, and what is not taken in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2b

from channeldesk.model.notice import Day, Notice, Quantity, notice
from channeldesk.model.sell_out import SellOut
from channeldesk.rules.field_limits import refuse_value

LONGEST_PERIOD = 366
"""Days that one report may be about."""


@dataclass(frozen=True, slots=True)
class Sale:
    """What is reported. ``quantity`` at scale 3, ``amount`` in minor units, days as ISO text."""

    partner: bytes
    product: bytes
    quantity: int
    first_on: str
    last_on: str
    buyer: bytes | None = None
    amount: int | None = None
    currency: str | None = None
    document: str | None = None
    document_line: str | None = None
    occurrence: int = 1
    reverses: bytes | None = None


def identity(sale: Sale) -> str:
    """What two reports of one sale share, whoever told it and from whichever file: the seller's document and
    its line, or else partner, buyer, product, days and quantity. Amounts do not tell sales apart: one report
    may know them and another not. Equal sales of one report are told apart by ``occurrence``.
    """
    if sale.reverses is not None:
        parts: tuple[object, ...] = ("reverses", sale.reverses.hex())
    elif sale.document and sale.document_line:
        parts = ("line", _code(sale.document), _code(sale.document_line))
    else:
        buyer = sale.buyer.hex() if sale.buyer is not None else ""
        document = _code(sale.document) if sale.document else ""
        what = (sale.product.hex(), sale.first_on, sale.last_on, sale.quantity, sale.occurrence)
        parts = ("sale", document, buyer, *what)
    text = "\x1f".join((sale.partner.hex(), *map(str, parts)))
    return blake2b(text.encode(), digest_size=16).hexdigest()


def counted_apart(sales: Iterable[Sale]) -> list[Sale]:
    """The same sales with equal ones numbered, in order: a report read again numbers them alike."""
    seen: dict[str, int] = {}
    made = []
    for sale in sales:
        key = identity(replace(sale, occurrence=1))
        seen[key] = seen.get(key, 0) + 1
        made.append(replace(sale, occurrence=seen[key]))
    return made


def opposite(sale: Sale, row: bytes) -> Sale:
    """The sale that takes back ``sale``, which stands in the row ``row``."""
    amount = None if sale.amount is None else -sale.amount
    return replace(sale, quantity=-sale.quantity, amount=amount, reverses=row)


def refuse(sale: Sale, today: date, sub_dealers: Iterable[bytes]) -> Notice | None:
    """Why a sale cannot be taken in, whatever was reported before. ``today``: at the partner."""
    first, last = date.fromisoformat(sale.first_on), date.fromisoformat(sale.last_on)
    if sale.quantity == 0:
        return notice("sell_out.no_quantity")
    if first > last:
        return notice("sell_out.ends_before", first=Day(sale.first_on), last=Day(sale.last_on))
    if (last - first).days >= LONGEST_PERIOD:
        return notice("sell_out.too_long", days=(last - first).days + 1, most=LONGEST_PERIOD)
    if last > today:
        return notice("sell_out.not_yet", last=Day(sale.last_on), today=Day(today.isoformat()))
    for name, text in (("document", sale.document), ("document_line", sale.document_line)):
        wrong = refuse_value(SellOut.fields[name], text)
        if wrong is not None:
            return wrong
    if sale.amount is not None and not sale.currency:
        return notice("sell_out.no_currency")
    if sale.amount is not None and sale.amount * sale.quantity < 0:
        return notice("sell_out.other_sign")
    if sale.buyer is not None and sale.buyer not in set(sub_dealers):
        return notice("sell_out.no_sub_dealer")
    return None


def refuse_reversal(sale: Sale, original: Sale | None, reversed_before: bool) -> Notice | None:
    """Why a row cannot take back the one that it names; None of ``original``: there is no such row."""
    if original is None or original.partner != sale.partner:
        return notice("sell_out.reverses_nothing")
    if original.reverses is not None:
        return notice("sell_out.reverses_reversal")
    if reversed_before:
        return notice("sell_out.reversed_before")
    expected = replace(opposite(original, sale.reverses or b""), occurrence=sale.occurrence)
    return None if sale == expected else notice("sell_out.not_opposite")


def twice(quantity: int, last_on: str) -> Notice:
    """The same sale was reported before and counts once."""
    return notice("sell_out.twice", quantity=Quantity(quantity), day=Day(last_on))


def _code(text: str) -> str:
    """As people write one number differently: spaces around it, capitals."""
    return text.strip().casefold()
