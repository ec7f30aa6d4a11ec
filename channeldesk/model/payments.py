"""What partners pay, which invoices it is set against, promises to pay, and blocked partners."""

from __future__ import annotations

from channeldesk.model import declare as d
from channeldesk.model.changes import Topic
from channeldesk.model.declare import Entity, ForPartner, Kind, Unit
from channeldesk.model.values import LARGEST

METHODS = ("transfer", "cash", "card", "cheque", "other")
LONGEST_NOTE = 1_000
_NEW = 4
"""The version of the wire's schema that brought these entities."""


class CreditBlock(
    Entity,
    name="credit_block",
    kind=Kind.REQUEST,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.RECEIVABLES,
    rank=42,
    indexes=(("partner_id",),),
    for_partner=ForPartner(hides=("reason", "reasons", "release_note", "released_by")),
):
    """While one is in force, a partner's orders wait for a person. One at a time is in force."""

    partner_id: bytes = d.since(_NEW, d.ref("partner", required=True))
    block_kind: str = d.since(_NEW, d.choice("person", "rule", default="person", about="who blocked"))
    blocked_on: str = d.since(_NEW, d.day(required=True))
    reason: str | None = d.since(
        _NEW, d.text(longest=LONGEST_NOTE, about="why, in the words of who blocked; for the staff")
    )
    status: str = d.since(_NEW, d.choice("blocked", "released", default="blocked"))
    release_note: str | None = d.since(
        _NEW, d.text(longest=LONGEST_NOTE, about="what who released says about it")
    )
    reasons: str | None = d.since(
        _NEW, d.stamped(d.text(about="JSON: why the rule blocked, as headquarters found it"))
    )
    released_at: int | None = d.since(_NEW, d.stamped(d.instant()))
    released_by: bytes | None = d.since(
        _NEW, d.stamped(d.ref("app_user", about="empty while it is blocked, and where the rule released"))
    )


class Payment(
    Entity,
    name="payment",
    kind=Kind.FACT,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.RECEIVABLES,
    rank=61,
    indexes=(("partner_id", "received_on"), ("open_amount",), ("reverses_id",)),
    for_partner=ForPartner(hides=("note",)),
):
    """Money that came in. A counterpart with the negative amount takes back what was recorded wrongly."""

    partner_id: bytes = d.since(_NEW, d.ref("partner", required=True))
    received_on: str = d.since(_NEW, d.day(required=True))
    currency: str = d.since(_NEW, d.currency(required=True))
    amount: int = d.since(_NEW, d.money(required=True))
    open_amount: int = d.since(
        _NEW, d.stamped(d.money(required=True, default=0, about="set against no invoice: on account"))
    )
    method: str = d.since(_NEW, d.choice(*METHODS, default="transfer"))
    reference: str | None = d.since(
        _NEW, d.text(longest=d.NAME, about="what the bank or the payer says: numbers of invoices, perhaps")
    )
    reverses_id: bytes | None = d.since(_NEW, d.ref("payment", about="of a counterpart: what it takes back"))
    note: str | None = d.since(_NEW, d.text(longest=LONGEST_NOTE, about="for the staff"))


class PaymentAllocation(
    Entity,
    name="payment_allocation",
    kind=Kind.FACT,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.RECEIVABLES,
    rank=62,
    parent="payment_id",
    indexes=(("payment_id",), ("receivable_id",), ("partner_id",)),
    for_partner=ForPartner(),
):
    """How much of a payment is set against an invoice; a negative amount takes that back."""

    payment_id: bytes = d.since(_NEW, d.ref("payment", required=True))
    receivable_id: bytes = d.since(_NEW, d.ref("receivable", required=True))
    partner_id: bytes = d.since(_NEW, d.ref("partner", required=True))
    amount: int = d.since(_NEW, d.money(required=True))


class PaymentPromise(
    Entity,
    name="payment_promise",
    kind=Kind.RECORD,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.RECEIVABLES,
    rank=63,
    groups=(("amount", "currency"),),
    indexes=(("partner_id", "promised_on"), ("receivable_id",), ("promised_on",)),
):
    """What a partner says it will pay until when. Whether it did follows from its payments."""

    partner_id: bytes = d.since(_NEW, d.ref("partner", required=True))
    receivable_id: bytes | None = d.since(_NEW, d.ref("receivable", about="empty: of what is owed"))
    currency: str = d.since(_NEW, d.currency(required=True))
    amount: int = d.since(_NEW, d.money(required=True, within=(1, LARGEST)))
    made_on: str = d.since(_NEW, d.day(required=True))
    promised_on: str = d.since(_NEW, d.day(required=True, about="until when"))
    withdrawn_on: str | None = d.since(_NEW, d.day(about="since when it counts no more"))
    note: str | None = d.since(_NEW, d.text(longest=LONGEST_NOTE))
