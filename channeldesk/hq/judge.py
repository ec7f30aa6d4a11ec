"""New orders are judged with headquarters' own facts, by the rules the laptop used provisionally."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from channeldesk.hq.change import Change, Rejected, reject
from channeldesk.hq.facts import Facts, Row
from channeldesk.hq.policy import Principal
from channeldesk.model.notice import Notice
from channeldesk.rules.approvals import may_be_approved
from channeldesk.rules.credit import Position
from channeldesk.rules.orders import Actor, LineCase, OrderCase, Promoted, Status, judge, refuse_move
from channeldesk.rules.returns import Origin, credit
from channeldesk.rules.rights import PARTNER

Values = dict[str, Any]


@dataclass(frozen=True)
class NewOrder:
    """An order with its lines as they would be stored, and the changes they came with."""

    change: Change
    row: Values
    lines: Sequence[tuple[Change, Values]]
    discounts: Sequence[tuple[Change, Values]] = ()
    """What promotions take off which line."""
    promotions: Sequence[Values] = ()
    """Those that the discounts name, locked, with what this push used of their budgets so far."""
    before: Sequence[Values] = ()
    """Orders of the same transaction that passed and are not written yet: they use up credit too."""
    returned: Mapping[bytes, int] = field(default_factory=dict)
    """By line of an order, what comes back of it by those."""
    partner: Values | None = None
    """As the same transaction makes, edits or deletes it."""


def check(
    facts: Facts, new: NewOrder, principal: Principal, now: int, *, approvable: bool = False
) -> tuple[Notice, ...]:
    """Judges an order and puts its totals right. Raises Rejected with the reasons; those that a person may
    decide are answered instead where somebody is asked (``approvable``).
    """
    order, change = new.row, new.change
    if order["status"] != Status.PLACED:
        raise reject(change, "sync.malformed_value", field="status")
    if any(part["partner_id"] != order["partner_id"] for _, part in (*new.lines, *new.discounts)):
        raise reject(change, "sync.malformed_value", field="partner_id")
    numbers = {line["line_number"] for _, line in new.lines}
    if len(numbers) < len(new.lines):
        raise reject(change, "sync.malformed_value", field="line_number")
    if order["order_kind"] == "order" and any(line["origin_line_id"] for _, line in new.lines):
        raise reject(change, "sync.malformed_value", field="origin_line_id")
    origins = _origins(facts, new)
    if origins:
        _credit_lines(order, new.lines, origins)
    verdict = judge(_case(facts, new, origins, now, by_partner=principal.role == PARTNER))
    asked = approvable and may_be_approved(one.code for one in verdict.rejections)
    if not verdict.accepted and not asked:
        raise _refusal(new, verdict.rejections, principal)
    net = sum(line["net"] for _, line in new.lines)
    tax = sum(line["tax"] for _, line in new.lines)
    order |= {"net": net, "tax": tax, "total": net + tax}
    return verdict.rejections


def accept(order: Values, now: int) -> None:
    """Completes the row of an order that passed, but for its number: status, moment of receipt (ms UTC)."""
    order |= {"number": None, "received_at": now, **accepted(order, now)}


def accepted(order: Mapping[str, Any], now: int) -> Values:
    """What acceptance writes into an order, whoever decided it. ``now`` in ms UTC."""
    due = order["requested_on"] if order["order_kind"] == "order" else None
    return {"status": Status.ACCEPTED.value, "accepted_at": now, "expected_on": due}


def moves(
    change: Change, current: Mapping[str, Any], fields: Mapping[str, Any], principal: Principal
) -> bool:
    """Whether a patch moves the status, as the rules allow. Raises Rejected for anything else: a placed order
    changes only by another request.
    """
    if set(fields) - {"status"} or change.inc:
        raise reject(change, "order.changes_by_request")
    actor = Actor.HEADQUARTERS if principal.role == "headquarters" else Actor.AUTHOR
    target = fields.get("status", current["status"])
    if target == current["status"]:
        return False
    refusal = refuse_move(Status(current["status"]), Status(target), actor)
    if refusal is not None:
        raise Rejected(change, refusal)
    return True


def _origins(facts: Facts, new: NewOrder) -> dict[bytes, Origin]:
    """By the id of a return's line: the line that the goods were sold by, as the lines before leave it."""
    named = {line["origin_line_id"] for _, line in new.lines if line["origin_line_id"] is not None}
    known = facts.origins(named)
    found = {}
    for _, line in sorted(new.lines, key=lambda one: int(one[1]["line_number"])):
        origin = known.get(line["origin_line_id"])
        if origin is not None:
            coming = new.returned.get(origin.line, 0)
            found[line["id"]] = replace(origin, returned=origin.returned + coming)
            known[origin.line] = replace(origin, returned=origin.returned - line["quantity"])
    return found


def _credit_lines(
    order: Values, lines: Sequence[tuple[Change, Values]], origins: Mapping[bytes, Origin]
) -> None:
    """What is credited is headquarters' to say: a laptop may not know what came back elsewhere."""
    for _, line in lines:
        origin = origins.get(line["id"])
        left = 0 if origin is None else origin.quantity - origin.returned
        if origin is not None and 0 < -line["quantity"] <= left and order["currency"] == origin.currency:
            given = credit(origin, -line["quantity"], order["currency"])
            line |= {"unit_price": origin.unit_price, "tax_rate": origin.tax_rate}
            line |= {"net": given.net, "tax": given.tax, "discount": given.discount}
    order["total"] = sum(line["net"] + line["tax"] for _, line in lines)


def _case(
    facts: Facts, new: NewOrder, origins: Mapping[bytes, Origin], now: int, *, by_partner: bool
) -> OrderCase:
    order = new.row
    partner = new.partner or facts.partner(order["partner_id"])
    if partner is not None and partner["deleted"]:
        partner = None
    on = date.fromisoformat(order["order_date"])
    lists = facts.price_lists(partner, on) if partner is not None else ()
    facts.prepare(line["product_id"] for _, line in new.lines)
    lines = []
    for _, line in new.lines:
        product = facts.product(line["product_id"], line["quantity"], lists)
        case = LineCase(
            number=line["line_number"],
            sku=product.sku if product is not None else line["product_id"].hex(),
            product=product,
            quantity=line["quantity"],
            unit_price=line["unit_price"],
            net=line["net"],
            tax_rate=line["tax_rate"],
            tax=line["tax"],
            discount=line["discount"],
            told_price=line["list_price"],
            returns=line["origin_line_id"],
            origin=origins.get(line["id"]),
        )
        lines.append(case)
    return OrderCase(
        partner=facts.partner_facts(partner) if partner is not None else None,
        currency=order["currency"],
        business_date=on,
        received_on=facts.received_on(partner, now) if partner is not None else on,
        lines=tuple(lines),
        total=order["total"],
        is_return=order["order_kind"] == "return",
        credit=_credit(facts, partner, new) if partner is not None else None,
        by_partner=by_partner,
        blocked_on=facts.blocked_on(partner) if partner is not None else None,
        promoted=_promoted(facts, partner, new) if partner is not None else None,
    )


def _promoted(facts: Facts, partner: Row, new: NewOrder) -> Promoted:
    numbers = {line["id"]: line["line_number"] for _, line in new.lines}
    claimed: dict[int, dict[bytes, int]] = {}
    for change, one in new.discounts:
        number = numbers.get(one["order_line_id"])
        if number is None or one["amount"] <= 0 or one["promotion_id"] in claimed.get(number, ()):
            raise reject(change, "sync.malformed_value", field="order_line_id")
        claimed.setdefault(number, {})[one["promotion_id"]] = one["amount"]
    return Promoted(claimed, facts.promotions(new.promotions), facts.buyer(partner))


def _credit(facts: Facts, partner: Row, new: NewOrder) -> Position:
    found = facts.credit(partner)
    for order in new.before:
        if order["partner_id"] == partner["id"]:
            found = found.with_order(order["total"], order["currency"])
    return found


def _plain(one: Notice) -> Notice:
    """Without the figures of the company."""
    if one.code == "credit.exceeded":
        return Notice("order.credit_exceeded")
    if one.code == "promotion.budget_used":
        return Notice("promotion.used_up", {"promotion": one.params["promotion"]})
    return one


def _refusal(new: NewOrder, notices: Sequence[Notice], principal: Principal) -> Rejected:
    """The order carries the first reason, each line the first of its own. Figures that the role may not see
    stay at headquarters.
    """
    if not principal.sees_sensitive:
        notices = [_plain(one) for one in notices]
    by_line: dict[Any, Notice] = {}
    for one in notices:
        by_line.setdefault(one.params.get("line"), one)
    others = {
        change.mid: by_line[line["line_number"]]
        for change, line in new.lines
        if line["line_number"] in by_line
    }
    return Rejected(new.change, notices[0], others)
