"""What partners sold on: to end customers, and to the sub-dealers who buy from them."""

from __future__ import annotations

from channeldesk.model import declare as d
from channeldesk.model.changes import Topic
from channeldesk.model.declare import Entity, ForPartner, Kind, Unit

SOURCES = ("entry", "file", "partner")
LONGEST_DOCUMENT = 60
_NEW = 4
"""The version of the wire's schema that brought this entity."""


class SellOut(
    Entity,
    name="sell_out",
    kind=Kind.FACT,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.STOCK,
    rank=54,
    indexes=(
        ("partner_id", "product_id", "happened_at"),
        ("partner_id", "identity"),
        ("buyer_partner_id", "product_id"),
        ("report",),
        ("reverses_id",),
    ),
    for_partner=ForPartner(writes=("insert",)),
):
    """Goods that a partner sold on a day or in a period, as it was told. Never edited: a row that takes
    another back names it and carries the opposite figures. What a partner bought, orders say.
    """

    partner_id: bytes = d.since(_NEW, d.ref("partner", required=True, about="who sold"))
    buyer_partner_id: bytes | None = d.since(
        _NEW, d.ref("partner", about="the sub-dealer who bought; none: end customers")
    )
    product_id: bytes = d.since(_NEW, d.ref("product", required=True))
    quantity: int = d.since(_NEW, d.quantity(required=True, about="negative: it came back"))
    amount: int | None = d.since(_NEW, d.money(about="what the buyers paid, where it was told"))
    currency: str | None = d.since(_NEW, d.currency())
    first_on: str = d.since(_NEW, d.day(required=True, about="the day, or the first one of the period"))
    last_on: str = d.since(_NEW, d.day(required=True, about="the same day, or the last one of the period"))
    happened_at: int = d.since(
        _NEW,
        d.instant(
            required=True,
            about="when the last day began where the partner is: what is counted later holds it already",
        ),
    )
    source: str = d.since(
        _NEW, d.choice(*SOURCES, about="keyed by the company's people, read from a file, told by the partner")
    )
    reference: str | None = d.since(_NEW, d.text(longest=d.NAME, about="name of the file, or a remark"))
    document: str | None = d.since(
        _NEW, d.text(longest=LONGEST_DOCUMENT, about="the seller's own number of the sale")
    )
    document_line: str | None = d.since(_NEW, d.text(longest=LONGEST_DOCUMENT))
    occurrence: int = d.since(
        _NEW,
        d.integer(
            required=True, default=1, within=(1, 1_000_000), about="of equal sales of one report: 1, 2, 3"
        ),
    )
    report: str = d.since(
        _NEW, d.text(required=True, longest=d.CODE, about="the same for what was reported together")
    )
    identity: str = d.since(
        _NEW, d.text(required=True, longest=d.CODE, about="what two reports of one sale share")
    )
    reverses_id: bytes | None = d.since(_NEW, d.ref("sell_out", about="the row that this one takes back"))
