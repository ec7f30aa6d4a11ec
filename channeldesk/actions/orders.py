"""Taking orders: drafts, placing, cancelling, copying the last one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from channeldesk.actions import order_parts, write
from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Changes, Done, Topic, Undo
from channeldesk.model.local import state
from channeldesk.model.notice import Money, Notice, Problem
from channeldesk.queries import clock, credit, order_entry, prices, resemblance
from channeldesk.queries.drafts import DraftLine, OrderDraft
from channeldesk.queries.promotions import used_up
from channeldesk.queries.quote import Quote, quote
from channeldesk.queries.returns import origins
from channeldesk.rules.orders import Actor, PartnerFacts, Status, refuse_move
from channeldesk.rules.rights import PARTNER
from channeldesk.sync import inbox

COUNTER = "order_counter"
"""Key of ``local_state``: the last provisional number given on this laptop."""

_REJECTION = """
SELECT id FROM inbox
WHERE entity = 'sales_order' AND row_id = :id AND kind = 'rejection' AND state = 'open'
"""
_MOVED: Changes = frozenset({Topic.ORDERS, Topic.STOCK, Topic.RECEIVABLES, Topic.SYNC})


@dataclass(frozen=True)
class OrderPlaced:
    """A placed order, provisional until headquarters confirms; ``warnings`` are what it may object to."""

    order_id: bytes
    number: str
    total: int
    currency: str
    warnings: tuple[Notice, ...]


@dataclass(frozen=True)
class TakenBack:
    """An order that was placed and taken back; ``draft_id`` is the draft that is there again, if any."""

    partner_id: bytes
    draft_id: bytes | None


class NotSendable(Problem):
    """The order cannot be sent as it is; ``reasons`` are all of them."""

    def __init__(self, reasons: tuple[Notice, ...]) -> None:
        super().__init__(reasons[0], "remedy.correct_order")
        self.reasons = reasons


def save_draft(tx: Tx, draft: OrderDraft) -> Done[OrderDraft]:
    """Keep an order for later; saving again replaces it. The value carries the draft's id."""
    before = write.read(tx, "draft", draft.id) if draft.id is not None else None
    if before is None:
        values = {
            "user_id": tx.user_id,
            "draft_kind": "order",
            "partner_id": draft.partner_id,
            "body": draft.body(),
        }
        draft_id = write.insert(tx, "draft", values if draft.id is None else {**values, "id": draft.id})
    else:
        draft_id = before["id"]
        write.patch(tx, "draft", draft_id, {"body": draft.body(), "partner_id": draft.partner_id})
    return Done(replace(draft, id=draft_id), _drafts(), Notice("draft.saved"))


def keep_draft(tx: Tx, draft: OrderDraft) -> Done[OrderDraft]:
    """Saves without a word, while the person keys; a draft that says nothing more is removed."""
    if draft.lines:
        return replace(save_draft(tx, draft), notice=None)
    if draft.id is not None and write.read(tx, "draft", draft.id) is not None:
        write.remove(tx, "draft", draft.id)
    return Done(draft, _drafts())


def discard_draft(tx: Tx, draft_id: bytes) -> Done[None]:
    """Throw a draft away."""
    row = write.remove(tx, "draft", draft_id)

    def back(tx: Tx) -> Done[None]:
        write.restore(tx, "draft", row)
        return Done(None, _drafts())

    return Done(None, _drafts(), Notice("draft.discarded"), Undo(Notice("undo.draft_discarded"), back))


def place(tx: Tx, draft: OrderDraft) -> Done[OrderPlaced]:
    """Place an order or a return: numbered, priced and judged as headquarters will.

    Raises :class:`NotSendable` for what headquarters could not even read; what it decides (credit, floor
    prices) only warns. Order, lines and the end of the draft are one transaction here; the draft, which
    nobody else sees, travels by itself, so that it has ended also where headquarters refuses the order.
    """
    today = tx.today(clock.zone_of(tx.connection, draft.partner_id))
    judged = assess(tx.connection, draft, today)
    if not judged.sendable:
        raise NotSendable(judged.errors)
    order_id, number = tx.new_id(), _next_number(tx)
    sums, own = judged.totals, tx.profile.role == PARTNER
    values = {
        "id": order_id,
        "provisional_number": number,
        "partner_id": draft.partner_id,
        "salesperson_id": None if own else tx.user_id,
        "source": "portal" if own else "field",
        "order_kind": draft.kind,
        "status": Status.PLACED.value,
        "order_date": today,
        "placed_at": tx.now_ms(),
        "requested_on": draft.requested_on,
        "currency": sums.currency,
        "net": sums.net,
        "tax": sums.tax,
        "total": sums.total,
        "reference": draft.reference,
        "note": draft.note,
    }
    write.insert(tx, "sales_order", values)
    parts = order_parts.quoted(tx, judged, order_id, draft)
    order_parts.add(tx, parts)
    saved = write.read(tx, "draft", draft.id) if draft.id is not None else None
    if saved is not None:
        write.remove(tx, "draft", saved["id"])
    placed = OrderPlaced(order_id, number, sums.total, sums.currency, judged.warnings)
    text = Notice("order.placed", {"number": number, "total": Money(sums.total, sums.currency)})
    undo = Undo(
        Notice("undo.order_placed", {"number": number}),
        _unplace(draft.partner_id, order_id, parts, saved),
        unsent=("sales_order", order_id),
    )
    return Done(placed, _MOVED, text, undo)


def revise(tx: Tx, order_id: bytes, draft: OrderDraft) -> Done[OrderPlaced]:
    """Put a rejected order right and send it again, under its provisional number.

    Raises Problem when it was not rejected, :class:`NotSendable` as :func:`place` does.
    """
    order = write.existing(tx, "sales_order", order_id)
    item = tx.connection.execute(sa.text(_REJECTION), {"id": order_id}).scalar()
    if item is None:
        raise Problem.of("order.not_rejected")
    today = tx.today(clock.zone_of(tx.connection, draft.partner_id))
    judged = assess(tx.connection, replace(draft, revises=order_id), today)
    if not judged.sendable:
        raise NotSendable(judged.errors)
    sums = judged.totals
    replaced = order_parts.stored(tx, order_id)
    before = write.stand(tx, {"sales_order": [order], **replaced})
    values = {"order_date": today, "net": sums.net, "tax": sums.tax, "total": sums.total}
    texts = {"requested_on": draft.requested_on, "reference": draft.reference, "note": draft.note}
    write.patch(tx, "sales_order", order_id, {**values, **texts})
    order_parts.remove(tx, replaced)
    parts = order_parts.quoted(tx, judged, order_id, draft)
    order_parts.add(tx, parts)
    inbox.resend(tx.connection, item, tx.now_ms())
    saved = write.read(tx, "draft", draft.id) if draft.id is not None else None
    if saved is not None:
        write.remove(tx, "draft", saved["id"])

    def back(tx: Tx) -> Done[TakenBack]:
        order_parts.take_back(tx, order_id, parts)
        write.stand_again(tx, before)
        inbox.reopen(tx.connection, item)
        restored = write.restore(tx, "draft", saved) if saved is not None else None
        return Done(TakenBack(draft.partner_id, restored), _MOVED | {Topic.INBOX})

    number = order["provisional_number"] or ""
    notice = Notice("order.placed", {"number": number, "total": Money(sums.total, sums.currency)})
    placed = OrderPlaced(order_id, number, sums.total, sums.currency, judged.warnings)
    undo = Undo(Notice("undo.order_revised", {"number": number}), back, unsent=("sales_order", order_id))
    return Done(placed, _MOVED | {Topic.INBOX}, notice, undo)


def assess(connection: sa.Connection, draft: OrderDraft, today: str) -> Quote:
    """Prices and judgement of a draft as it would be placed today. Raises Problem for an unknown partner."""
    day = date.fromisoformat(today)
    facts = _partner(connection, draft.partner_id)
    without = used_up(connection, draft.revises) if draft.revises is not None else ()
    book = prices.book(connection, draft.partner_id, day, without)
    if facts is None or book is None:
        raise Problem.of("order.unknown_partner")
    offers = prices.offers(connection, book, [line.product_id for line in draft.lines])
    standing = credit.of_partner(connection, draft.partner_id, today)
    position = standing.position if standing.visible else None
    own = clock.state(connection, "role") == PARTNER
    named = [line.returned.line_id for line in draft.lines if line.returned is not None]
    known = origins(connection, named)
    return quote(
        draft,
        book,
        offers,
        facts,
        position,
        day,
        by_partner=own,
        origins=known,
        blocked_on=standing.blocked_on,
        taken=resemblance.taken(connection, draft.partner_id, day),
    )


def cancel(tx: Tx, order_id: bytes) -> Done[None]:
    """Cancel an order that headquarters has not accepted. One that was never sent simply goes away again."""
    order = write.existing(tx, "sales_order", order_id)
    parts = order_parts.stored(tx, order_id)
    number = order["number"] or order["provisional_number"] or "–"
    refusal = refuse_move(Status(order["status"]), Status.CANCELLED, Actor.AUTHOR)
    if refusal is not None:
        raise Problem(refusal)
    notice = Notice("order.cancelled", {"number": number})
    label = Notice("undo.order_cancelled", {"number": number})
    if write.unsent(tx, "sales_order", [order_id]):
        order_parts.take_back(tx, order_id, parts)

        def again(tx: Tx) -> Done[None]:
            write.restore(tx, "sales_order", order)
            order_parts.add(tx, parts)
            return Done(None, _MOVED)

        return Done(None, _MOVED, notice, Undo(label, again))
    before = write.patch(tx, "sales_order", order_id, {"status": Status.CANCELLED.value})

    def back(tx: Tx) -> Done[None]:
        write.patch(tx, "sales_order", order_id, before)
        return Done(None, _MOVED)

    return Done(None, _MOVED, notice, Undo(label, back, unsent=("sales_order", order_id)))


def copy_last(tx: Tx, partner_id: bytes) -> Done[OrderDraft]:
    """A saved draft with the lines of the partner's last order, at today's prices."""
    context = order_entry.last_order(tx.connection, partner_id)
    if context is None:
        raise Problem.of("order.none_before")
    draft = OrderDraft(partner_id, tuple(DraftLine(product, quantity) for product, quantity in context.lines))
    return save_draft(tx, draft)


def _partner(connection: sa.Connection, partner_id: bytes) -> PartnerFacts | None:
    row = connection.execute(
        sa.text("SELECT name, currency, stage FROM partner WHERE id = :id"), {"id": partner_id}
    ).first()
    return (
        None
        if row is None
        else PartnerFacts(row.name, row.currency, row.stage in order_entry.ACTIVE_STAGES, partner_id)
    )


def _next_number(tx: Tx) -> str:
    stored = tx.connection.execute(sa.select(state.c.value).where(state.c.key == COUNTER)).scalar()
    counter = int(stored or 0) + 1
    tx.connection.execute(sa.delete(state).where(state.c.key == COUNTER))
    tx.connection.execute(sa.insert(state).values(key=COUNTER, value=str(counter)))
    return order_entry.provisional_number(tx.device_prefix, counter)


def _unplace(
    partner_id: bytes, order_id: bytes, parts: order_parts.Parts, draft: dict[str, Any] | None
) -> Callable[[Tx], Done[TakenBack]]:
    def back(tx: Tx) -> Done[TakenBack]:
        order_parts.take_back(tx, order_id, parts)
        restored = write.restore(tx, "draft", draft) if draft is not None else None
        return Done(TakenBack(partner_id, restored), _MOVED | _drafts())

    return back


def _drafts() -> Changes:
    return frozenset({Topic.ORDERS, Topic.SYNC})
