"""Templates of notices about order routing: why goods come from where they do; see ``messages``."""

from __future__ import annotations

from channeldesk.model.marked import N_

ROUTING: dict[str, str] = {
    # why goods come from a site
    "routing.only_site": N_("{site} alone has stock and may serve this order."),
    "routing.only_enough": N_("No other site that may serve this order could send all {quantity}."),
    "routing.cheaper": N_("{amount} cheaper than from {other}, the next best."),
    "routing.earlier": N_("Arrives earlier than from {other}; days gained: {days}."),
    "routing.in_time": N_("From {other} it would cost {amount} less, but come late; days late: {days}."),
    "routing.same_shipment": N_(
        "In one shipment with lines {lines}; one more from {other} would cost {amount} more."
    ),
    "routing.same_cost": N_("From {other} it would cost the same."),
    "routing.stock_wanted": N_(
        "From {other} it would cost {amount} less, but its stock goes to other orders."
    ),
    "routing.too_many_for_cheaper": N_(
        "From {other} it would cost {amount} less, but an order comes from {most} sites at most."
    ),
    "routing.dearer": N_("From {other} it would cost {amount} less."),
    # why goods come from nowhere
    "routing.no_stock": N_("No site has a whole pack in stock."),
    "routing.none_may": N_("Only sites that may not serve this order have stock: {sites}."),
    "routing.others_may_not": N_("Sites that may not serve this order have stock left: {sites}."),
    "routing.not_enough": N_(
        "The sites that may serve this order have {available} in whole packs; {ordered} are ordered."
    ),
    "routing.went_elsewhere": N_("{quantity} at sites that may serve this order go to other orders."),
    "routing.too_many_sites": N_("{site} has {quantity} left, but an order comes from {most} sites at most."),
    "routing.part_pack": N_("{site} has stock left, but sends whole packs of {pack} only."),
    "routing.left_over": N_("{site} has {quantity} left that could be sent."),
    # the search
    "routing.proven": N_("No split costs less."),
    "routing.out_of_time": N_("The search was stopped after {seconds} s."),
    "routing.unproven": N_("Whether another split costs less is not known."),
    "routing.gap": N_("A split that costs less may exist, by {amount} at most."),
    "routing.greedy": N_("The split was made order by order, without looking ahead."),
    "routing.no_solver": N_("The solver is not installed."),
    "routing.solver_failed": N_("The solver failed ({reason})."),
    "routing.inexact": N_("The solver's answer was not exact and is not used."),
    # what is wrong with a split
    "routing.not_for_this_order": N_("{site} may not serve this order."),
    "routing.not_whole_packs": N_("Line {line}: {site} sends whole packs of {pack} only."),
    "routing.more_than_ordered": N_("Line {line}: {quantity} are to be sent, but {ordered} were ordered."),
    "routing.more_than_stock": N_("{site} is to send {quantity}, but has {available}."),
    "routing.more_sites_than_allowed": N_(
        "The order would come from more sites than allowed: {count} instead of {most}."
    ),
    # labels of explanations
    "step.shipments": N_("Shipments: {count}"),
    "step.goods_sent": N_("Picking and sending the goods"),
    "step.days_late": N_("Days late: {days}"),
    "step.cost_of_sending": N_("Cost of sending"),
    "step.unmet": N_("Not sent, as it counts when splits are compared"),
}
