"""What to tell a person about an item of the inbox beside its own sentence: what it means, what to do.

Codes of :mod:`channeldesk.model.messages_inbox`; a test holds this against what headquarters may answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from channeldesk.model.notice import Notice, Param, Term
from channeldesk.rules.field_words import entity_name, field_name


@dataclass(frozen=True)
class Advice:
    """``means`` for the person's data; ``remedy``: the way out."""

    means: Notice
    remedy: Notice


_REMEDIES = {
    "lines": (
        "order.no_lines",
        "order.unknown_product",
        "order.inactive_product",
        "order.quantity_not_positive",
        "order.return_not_negative",
        "order.return_of_nothing",
        "order.return_not_yet",
        "order.return_currency",
        "order.return_more_than_left",
        "order.negative_price",
        "order.too_large",
    ),
    "compute": (
        "order.currency_mismatch",
        "order.wrong_total",
        "order.wrong_amount",
        "order.wrong_tax_rate",
        "order.discount_apart",
        "order.promotions_apart",
        "order.promotion_amount",
        "order.promotion_not_open",
        "order.promotion_on_agreed_price",
        "promotion.not_reached",
        "promotion.add_free",
        "promotion.budget_used",
        "promotion.used_up",
        "value.unknown_currency",
    ),
    "date": ("order.date_too_far",),
    "floor": ("order.price_below_floor",),
    "list_price": ("order.price_below_list", "order.not_for_sale", "order.no_return"),
    "credit": ("credit.exceeded", "credit.not_comparable", "order.credit_exceeded"),
    "blocked": ("credit.blocked",),
    "own_blocked": ("order.own_blocked",),
    "payment": (
        "payment.nothing",
        "payment.not_yet",
        "payment.more_than_left",
        "payment.more_than_open",
        "payment.takes_back_more",
        "payment.reversed_before",
        "payment.still_allocated",
        "payment.other_currency",
        "payment.promised_before",
        "credit.blocked_before",
        "credit.released_before",
        "credit.no_reason",
    ),
    "partner": ("order.unknown_partner", "order.inactive_partner"),
    "moved_on": ("order.no_such_move", "order.move_not_allowed"),
    "by_request": ("order.changes_by_request", "order.lines_come_with_order"),
    "decided": (
        "approval.decided_before",
        "approval.order_moved_on",
        "approval.asked_before",
        "approval.waits",
        "approval.without_order",
        "approval.twice",
        "approval.unknown_line",
        "approval.no_quantity",
        "approval.changes_nothing",
        "approval.nothing_left",
        "approval.no_price",
        "approval.came_back",
        "approval.shipped",
        "order.split_more_than_open",
        "order.split_nothing",
        "order.split_everything",
        "order.came_back",
        "payment.no_such_block",
        "payment.release_asked_before",
        "publication.over",
    ),
    "shipment": (
        "shipment.no_such_move",
        "shipment.order_not_open",
        "shipment.order_not_ready",
        "shipment.no_lines",
        "shipment.unknown_line",
        "shipment.twice",
        "shipment.no_quantity",
        "shipment.too_many",
        "shipment.expected_before_sent",
        "shipment.arrived_before_sent",
        "shipment.leaves_later",
        "shipment.partner_blocked",
        "shipment.arrives_later",
        "shipment.lines_come_with_it",
        "shipment.settled",
    ),
    "route": (
        "route.no_such_move",
        "route.order_not_open",
        "route.order_not_ready",
        "route.sends_nothing",
        "route.order_changed",
        "route.twice",
        "route.may_not_serve",
        "route.short",
        "route.stands_already",
        "route.lines_come_with_it",
        "route.no_successor",
        "route.settled",
    ),
    "approver": ("approval.own", "approval.not_yours", "approval.no_right", "approval.no_such_approver"),
    "sale": (
        "sell_out.no_quantity",
        "sell_out.ends_before",
        "sell_out.too_long",
        "sell_out.not_yet",
        "sell_out.no_currency",
        "sell_out.other_sign",
        "sell_out.no_sub_dealer",
        "sell_out.reverses_reversal",
        "sell_out.not_opposite",
        "sell_out.source",
    ),
    "reported": ("sell_out.twice", "sell_out.reversed_before", "sell_out.reverses_nothing"),
    "final": ("sync.final", "sync.stays_shared"),
    "not_allowed": ("sync.not_allowed", "shipment.headquarters_sends", "route.headquarters_decides"),
    "out_of_scope": ("sync.out_of_scope",),
    "program": ("sync.unknown_entity", "sync.unknown_field"),
    "correct": ("sync.malformed_value", "sync.missing_value"),
    "reference": ("sync.missing_reference",),
    "key": ("sync.key_taken",),
    "gone": ("sync.row_deleted",),
    "parts": ("request.too_large", "inbox.too_large"),
    "ask": ("sync.rejected", "sync.refused_by_database", "request.malformed", "inbox.unreadable"),
    "file": ("file.bad_description", "file.not_yours"),
}
REMEDY: Mapping[str, str] = {
    code: f"remedy.inbox_{name}" for name, codes in _REMEDIES.items() for code in codes
}
"""Of rejections, by the code of their notice."""

_WHOLE = {"request.too_large": "inbox.too_large", "request.malformed": "inbox.unreadable"}
"""What was refused as a request, told as what the person did."""

_CONFLICTS = {"sync.row_deleted": "deleted", "sync.row_changed": "changed"}


def advice(kind: str, notice: Notice) -> Advice:
    """For an item of this kind (conflict, rejection, set_aside) with this notice."""
    if kind == "conflict":
        name = _CONFLICTS.get(notice.code, "conflict")
        return _advice(f"inbox.means_{name}", f"remedy.inbox_{name}")
    if kind == "set_aside":
        return _advice("inbox.means_aside", "remedy.inbox_aside")
    out = notice.code == "sync.out_of_scope"
    means = "inbox.means_out_of_scope" if out else "inbox.means_rejected"
    return _advice(means, REMEDY.get(notice.code, "remedy.inbox_ask"))


def _advice(means: str, remedy: str) -> Advice:
    return Advice(Notice(means), Notice(remedy))


def spoken(notice: Notice) -> Notice:
    """The notice with the names of fields and entities as people know them."""
    if notice.code == "sync.row_set_aside":
        return _trouble(notice)
    if notice.code in _WHOLE:
        return Notice(_WHOLE[notice.code])
    params = dict(notice.params)
    field, entity = params.get("field"), params.get("entity")
    if isinstance(field, str):
        params["field"] = Term(field_name(field.split(", ")[0]))
    if isinstance(entity, str):
        params["entity"] = Term(entity_name(entity))
    return Notice(notice.code, params, notice.fallback)


def _trouble(notice: Notice) -> Notice:
    """What storage said about a row, in people's words where it is one of the usual troubles."""
    entity, problem = str(notice.params.get("entity", "")), str(notice.params.get("problem", ""))
    named = Term(entity_name(entity))
    head, _, rest = problem.partition(": ")
    column = rest.split(", ")[0].rpartition(".")[2]
    match head:
        case "NOT NULL constraint failed":
            return Notice("sync.row_set_aside_missing", {"entity": named, "field": Term(field_name(column))})
        case "UNIQUE constraint failed":
            return Notice("sync.row_set_aside_taken", {"entity": named, "field": Term(field_name(column))})
    if problem.endswith(" columns"):
        return Notice("sync.row_set_aside_torn", {"entity": named})
    if rest == "None":
        return Notice("sync.row_set_aside_missing", {"entity": named, "field": Term(field_name(head))})
    if rest and head.isidentifier():
        value = rest.strip("'\"")
        told: dict[str, Param] = {"entity": named, "field": Term(field_name(head)), "value": value}
        return Notice("sync.row_set_aside_value", told)
    return Notice(notice.code, {"entity": named, "problem": problem}, notice.fallback)
