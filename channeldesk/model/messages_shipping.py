"""Templates of notices about shipments and what becomes of their orders; see ``messages``."""

from __future__ import annotations

from channeldesk.model.marked import N_

SHIPPING: dict[str, str] = {
    "shipment.no_such_move": N_("A shipment that is “{current}” cannot become “{target}”."),
    "shipment.headquarters_sends": N_(
        "Headquarters' people plan, send and cancel shipments. You can confirm that one arrived."
    ),
    "shipment.order_not_open": N_("The order is “{status}”; nothing more can be shipped for it."),
    "shipment.order_not_ready": N_("Headquarters has not given the order its number yet."),
    "shipment.no_lines": N_("The shipment holds nothing."),
    "shipment.unknown_line": N_("The shipment names a line that the order does not have."),
    "shipment.twice": N_("The shipment names a line twice."),
    "shipment.no_quantity": N_("The quantity of a line must be above zero."),
    "shipment.too_many": N_("Only {left} of a line are still to be shipped, not {quantity}."),
    "shipment.expected_before_sent": N_("It cannot arrive on {expected}: it leaves on {sent}."),
    "shipment.leaves_later": N_("It cannot have left on {sent}: today is {today}. Plan it instead."),
    "shipment.partner_blocked": N_(
        "The partner is blocked since {since}: nothing leaves for it until it is released. It can be planned."
    ),
    "shipment.arrived_before_sent": N_("It cannot have arrived on {arrived}: it left on {sent}."),
    "shipment.arrives_later": N_("It cannot have arrived on {arrived}: today is {today}."),
    "shipment.lines_come_with_it": N_("Lines come together with their shipment only."),
    "shipment.settled": N_("The shipment is “{status}”; it does not change any more."),
    "shipment.sent": N_("A shipment for {number} is recorded."),
    "shipment.planned": N_("A shipment for {number} is planned."),
    "shipment.on_its_way": N_("The shipment {number} is on its way."),
    "shipment.arrived": N_("The shipment {number} has arrived."),
    "shipment.cancelled": N_("The shipment {number} is cancelled."),
    "shipment.changed": N_("The shipment {number} is changed."),
    "undo.shipment_sent": N_("The shipment for {number} is taken back."),
    "undo.shipment_changed": N_("The shipment {number} is as before."),
    "approval.shipped": N_(
        "Shipments, planned ones too, hold {quantity} of a line; fewer than that it cannot be."
    ),
    "order.split_more_than_open": N_("Of a line at most {left} can go into the second order."),
    "order.split_nothing": N_("Say what goes into the second order."),
    "order.split_everything": N_("Everything would go into the second order; something has to stay."),
}
