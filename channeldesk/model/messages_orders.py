"""Templates of notices about orders: how they are judged, promotions, approvals; see ``messages``."""

from __future__ import annotations

from channeldesk.model.marked import N_

ORDERS: dict[str, str] = {
    # judgement of orders
    "order.unknown_partner": N_("The partner is not known at headquarters."),
    "order.inactive_partner": N_("{partner} is not an active partner; orders are not accepted."),
    "order.currency_mismatch": N_("The order is in {currency}, but the partner buys in {partner_currency}."),
    "order.date_too_far": N_(
        "The order's date {date} is {days} days from its receipt on {received}; at most {allowed} are "
        "allowed, because the date decides the prices."
    ),
    "order.no_lines": N_("The order has no lines."),
    "order.wrong_total": N_("The order's total is {right}, but {sent} was sent."),
    "order.too_large": N_("The order is larger than {most}. Check its quantities and prices."),
    "order.unknown_product": N_("Line {line}: product {sku} is not known."),
    "order.inactive_product": N_("Line {line}: product {sku} is no longer sold."),
    "order.quantity_not_positive": N_(
        "Line {line}: the quantity of {sku} is {quantity}; it must be above zero."
    ),
    "order.return_not_negative": N_(
        "Line {line}: the quantity of {sku} is {quantity}; in a return it must be below zero."
    ),
    "order.negative_price": N_("Line {line}: the price of {sku} is {price}; it must not be negative."),
    "order.price_below_floor": N_("Line {line}: {price} for {sku} is below the floor price of {floor}."),
    "order.wrong_tax_rate": N_("Line {line}: {sku} is taxed at {right}, but {sent} was sent."),
    "order.wrong_amount": N_("Line {line}: {sku} comes to {right} with tax, but {sent} was sent."),
    "order.price_below_list": N_("Line {line}: {price} for {sku} is below your price of {list_price}."),
    "order.not_for_sale": N_(
        "Line {line}: there is no price for {sku} yet. Ask your contact at headquarters."
    ),
    "order.no_return": N_("A return is agreed with your contact at headquarters; it cannot be placed here."),
    "order.same_reference": N_("Order {number} of {day} bears the same number of theirs: {reference}."),
    "order.nearly_same": N_("Order {number} of {day} has nearly the same lines ({share})."),
    "template.saved": N_("Template “{name}” saved."),
    "template.removed": N_("Template “{name}” removed."),
    "template.no_name": N_("A template needs a name."),
    "order.no_list_price": N_("Line {line}: no price list holds {sku}; the agreed price is used."),
    "order.promotion_not_open": N_(
        "The promotion {promotion} is not for this partner on this date, or was taken back. Open the order "
        "again: it is priced anew."
    ),
    "order.promotions_apart": N_("The promotions {promotions} do not go together in this way."),
    "order.promotion_amount": N_(
        "Line {line}: {promotion} takes off {right}, but {sent} was sent. Open the order again: it is priced "
        "anew."
    ),
    "order.promotion_on_agreed_price": N_(
        "Line {line}: {sku} has an agreed price; no promotion is taken off that."
    ),
    "order.discount_apart": N_(
        "Line {line}: its promotions take {right} off {sku}, but the line says {sent}."
    ),
    "order.return_of_nothing": N_(
        "Line {line}: the order line that {sku} is to come back of is not known at headquarters."
    ),
    "order.return_currency": N_("Line {line}: {sku} was sold in {sold}; it cannot come back in {currency}."),
    "order.came_back": N_("Goods of this order came back already, so it cannot be cancelled."),
    "order.return_not_yet": N_("Line {line}: {sku} cannot come back yet: the order {number} is “{status}”."),
    "order.return_more_than_left": N_(
        "Line {line}: of {sku} at most {left} can come back; {ordered} were ordered by {number}."
    ),
    "order.no_such_move": N_("An order that is “{current}” cannot become “{target}”."),
    "order.move_not_allowed": N_("Only others may move this order from “{current}” to “{target}”."),
    # promotions
    "promotion.not_reached": N_("{promotion}: order {missing} more."),
    "promotion.add_free": N_("{promotion}: {quantity} free are earned; order them as well."),
    "promotion.budget_used": N_("{promotion}: its budget is used up; {left} are left of {needed} needed."),
    "promotion.used_up": N_("{promotion}: it is used up. Open the order again: it is priced anew."),
    "promotion.beaten": N_("{promotion}: more is taken off by {by}, which it does not go together with."),
    "promotion.bad_step": N_(
        "“{step}” is not a step. It looks like 1000 = 2: from 1000 on, 2 % off; each start stands there once."
    ),
    "promotion.one_buyer": N_("Choose one of partner, tier, channel type and territory; each row names one."),
    "promotion.one_item": N_("Choose a product or enter a category; each row names one."),
    # approvals
    "approval.own": N_("Nobody decides what they asked for themselves. Another person has to."),
    "approval.not_yours": N_("Only who asked may take the request back."),
    "approval.no_right": N_("You do not have the right to decide requests, or this one is decided."),
    "approval.no_such_approver": N_(
        "This person does not have the right to decide requests, or the partner is not in its area."
    ),
    "approval.decided_before": N_("The request is decided already: {status}."),
    "approval.order_moved_on": N_("The order is “{status}”; it cannot be changed by asking."),
    "approval.waits": N_("A request about this order waits for a decision. Decide that; the order follows."),
    "approval.asked_before": N_("A request about this order waits already. Wait for it, or take it back."),
    "approval.twice": N_("The change names a line or a product twice."),
    "approval.unknown_line": N_("The change names a line that the order does not have."),
    "approval.below_zero": N_("A quantity cannot be below zero; none takes the line out."),
    "approval.no_quantity": N_("A further product needs a quantity above zero."),
    "approval.came_back": N_("Of a line {quantity} came back already; fewer than that it cannot be."),
    "approval.changes_nothing": N_("The change leaves the order as it is."),
    "approval.nothing_left": N_("The change would leave no line. Ask for the cancellation of the order."),
    "approval.no_price": N_("{sku} has no price for this partner, so it cannot be added."),
    "approval.without_order": N_("The request names an order that did not come with it."),
}
