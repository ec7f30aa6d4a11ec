"""Templates about stock at risk: what may be lost, what is tied up, how old it is; about counts."""

from __future__ import annotations

from channeldesk.model.marked import N_

STOCK: dict[str, str] = {
    "step.sold_a_day": N_("Sold a day, over the last {days} days"),
    "step.demand_until_delivery": N_("Expected demand until a delivery arrives ({days} days)"),
    "step.chance_of_running_out": N_("Chance that demand is more than that"),
    "step.expected_short": N_("Missing on average, over all outcomes"),
    "step.lost_sales": N_("Sales expected to be lost"),
    "step.demand_of_days": N_("Expected demand of {days} days"),
    "step.above_need": N_("Above need"),
    "step.price": N_("List price"),
    "step.tied_up": N_("Money tied up above need"),
    "step.layer": N_("Received on {day}"),
    "step.layer_older": N_("Older than what is known of receipts"),
    "count.above_amount": N_(
        "The differences come to {amount} at list price; up to {most} nobody has to approve."
    ),
    "count.above_share": N_(
        "That is {share} of what the books expected; up to {most} nobody has to approve."
    ),
    "count.without_reason": N_("Products that differ without a reason: {count}"),
    "count.without_price": N_("Products that differ and have no list price: {count}"),
    "count.reason_needed": N_(
        "The count differs so much that each product which differs needs a reason. Without one: {count}. "
        "Nothing was recorded."
    ),
}
