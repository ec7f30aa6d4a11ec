"""Templates of how prices and the effect of promotions are explained; see ``messages``."""

from __future__ import annotations

from channeldesk.model.marked import N_

PRICES: dict[str, str] = {
    # the way from the list price to what is paid
    "step.list_price": N_("List price"),
    "step.net_short": N_("Net"),
    "step.to_pay": N_("To pay"),
    # the effect of a promotion
    "step.baseline": N_("Same weekdays, mean of the weeks before ({weeks})"),
    "step.at_peers": N_("The same products at partners without it ({partners})"),
    "step.expected": N_("Expected without the promotion"),
    "step.sold_with": N_("Sold meanwhile (partners: {partners}, days: {days})"),
    "step.lift": N_("More than expected"),
    "step.lift_share": N_("Lift"),
    "effect.few_weeks": N_("Whole weeks known before it: {weeks}, too few to say what is usual."),
    "effect.no_beginning": N_(
        "It has no first day, so nothing was before it to compare with. Its last four weeks are shown."
    ),
    "effect.no_baseline": N_(
        "These products were not sold in the weeks before, so there is nothing to compare with."
    ),
    "effect.few_partners": N_("Partners: {partners}. With so few, one large order decides what comes out."),
    "effect.few_peers": N_(
        "Fewer than {least} partners without it bought these products; the comparison leaves them out, and a "
        "season may look like an effect."
    ),
    "effect.peers_without": N_(
        "Partners without it bought none of these products before it or meanwhile; the comparison leaves "
        "them out, and a season may look like an effect."
    ),
    "effect.no_peers": N_(
        "There are no partners without it to compare with; a season may look like an effect."
    ),
    "effect.within_swing": N_(
        "Weeks differ by {swing} anyway (one standard deviation). What was found may be chance."
    ),
    "effect.chosen": N_(
        "Who orders during a promotion was about to order anyway, in part: of the partners that ordered the "
        "lift comes out too high. All that it is for give the fair figure."
    ),
    "effect.peers_chose": N_(
        "Those compared with could have ordered with it and did not; beside them the lift looks larger."
    ),
    "effect.peers_stopped": N_(
        "Those that did not order with it bought hardly any of these products; they say nothing about what "
        "would have been."
    ),
    # a price that stands apart
    "step.channel_net": N_("Net after promotions (lines: {lines})"),
    "step.channel_quantity": N_("Their quantity"),
    "step.channel_price": N_("Price of the channel, weighted by quantity"),
    "step.dearest": N_("Dearest channel"),
    "step.cheapest": N_("Cheapest channel"),
    "step.spread": N_("Apart, of the dearest"),
    "step.allowed": N_("Allowed"),
    "step.apart_money": N_("What channels below the allowed price brought less"),
    "step.floor_money": N_("Missing to the floor price (lines: {lines})"),
    "step.at_stake": N_("At stake: the larger of the two"),
}
