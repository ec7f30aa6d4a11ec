"""Everything the order form opens with, read in one snapshot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from channeldesk.queries import drafts, order_entry, orders, visits
from channeldesk.queries.drafts import OrderDraft
from channeldesk.queries.order_entry import EntryContext, Suggested
from channeldesk.queries.orders import OrderDetail
from ui.viewmodels.order_entry import Wanted

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True)
class Opened:
    """``draft`` is what was keyed before; ``saved_at`` (ms UTC) says when, if it comes from a saved draft."""

    context: EntryContext
    draft: OrderDraft | None
    explained: dict[bytes, Suggested]
    saved_at: int | None = None
    revised: OrderDetail | None = None
    """The rejected order that is put right."""
    visit: bytes | None = None
    """The plan of the visit during which it is taken."""


def opened(
    connection: Connection, wanted: Wanted, user_id: bytes, also: Iterable[bytes] = ()
) -> Opened | None:
    """None when the partner, draft or order is no longer here. ``also``: products that are on the form."""
    found = _draft(connection, wanted, user_id)
    if found is None and wanted.partner_id is None:
        return None
    draft, saved_at = found or (None, None)
    partner_id = draft.partner_id if draft is not None else wanted.partner_id
    assert partner_id is not None
    lines = draft.lines if draft is not None else ()
    context = order_entry.entry_context(
        connection,
        partner_id,
        wanted=[*(one.product_id for one in lines), *also],
        returned=[one.returned.line_id for one in lines if one.returned is not None],
        revises=draft.revises if draft is not None else None,
    )
    if context is None:
        return None
    products = [context.offers[one.product_id] for one in lines if one.product_id in context.offers]
    explained = order_entry.explained(connection, context.prices, products)
    revised = draft.revises if draft is not None else None
    order = orders.detail(connection, revised) if revised is not None else None
    visit = visits.under_way(connection, partner_id, user_id)
    return Opened(context, draft, explained, saved_at, order, visit)


def _draft(connection: Connection, wanted: Wanted, user_id: bytes) -> tuple[OrderDraft, int | None] | None:
    saved = {one.id: one.saved_at for one in drafts.drafts(connection, user_id, "order")}
    if wanted.revises is not None:
        return _for_order(connection, wanted.revises, saved) or _of_order(connection, wanted.revises)
    if wanted.copies is not None:
        again = drafts.of_order(connection, wanted.copies)
        if again is None:
            return None
        # today's prices: what was agreed then was agreed for then
        lines = tuple(replace(one, agreed_price=None, returned=None) for one in again.lines)
        return replace(again, lines=lines, reference=None, note=None, requested_on=None), None
    if wanted.draft_id is not None:
        draft = drafts.order_draft(connection, wanted.draft_id)
        return None if draft is None else (draft, saved.get(wanted.draft_id))
    if wanted.anew:
        return None
    for draft_id, saved_at in saved.items():
        draft = drafts.order_draft(connection, draft_id)
        if draft is not None and draft.partner_id == wanted.partner_id and draft.revises is None:
            return draft, saved_at
    return None


def _of_order(connection: Connection, order_id: bytes) -> tuple[OrderDraft, int | None] | None:
    order = drafts.of_order(connection, order_id)
    return None if order is None else (replace(order, revises=order_id), None)


def _for_order(
    connection: Connection, order_id: bytes, saved: dict[bytes, int | None]
) -> tuple[OrderDraft, int | None] | None:
    """The correction that was begun before."""
    for draft_id, saved_at in saved.items():
        draft = drafts.order_draft(connection, draft_id)
        if draft is not None and draft.revises == order_id:
            return draft, saved_at
    return None
