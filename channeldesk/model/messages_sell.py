"""Templates of notices about sell-in and sell-out; see ``messages``."""

from __future__ import annotations

from channeldesk.model.marked import N_

SELL: dict[str, str] = {
    "sell_out.no_quantity": N_("A sale needs a quantity: above zero, or below it for goods that came back."),
    "sell_out.ends_before": N_("The period ends on {last}, before it begins on {first}."),
    "sell_out.too_long": N_("The period has {days} days; a report may be about {most} at most."),
    "sell_out.not_yet": N_("The sale is dated {last}, and at the partner it is only {today}."),
    "sell_out.no_currency": N_("An amount needs its currency."),
    "sell_out.other_sign": N_(
        "Quantity and amount must have the same sign: of what came back both are below zero."
    ),
    "sell_out.no_sub_dealer": N_(
        "The buyer is not a sub-dealer of this partner. Leave it empty for end customers."
    ),
    "sell_out.twice": N_(
        "This sale of {quantity} on {day} was reported before and counts once. If it is another one, give "
        "the number of its document."
    ),
    "sell_out.reverses_nothing": N_("The sale that is to be taken back is not known here."),
    "sell_out.reverses_reversal": N_("That row takes a sale back already; report the sale anew instead."),
    "sell_out.reversed_before": N_("The sale was taken back before."),
    "sell_out.not_opposite": N_("What takes a sale back must be its exact opposite."),
    "sell_out.source": N_(
        "The partner's own people report as the partner, others as who keyed it or read a file."
    ),
    "sell_out.no_product": N_("The row names no product."),
    "sell_out.unknown_product": N_("No product has the code, barcode or name “{text}”."),
    "sell_out.unknown_buyer": N_("“{text}” is no sub-dealer of this partner by code or name."),
    "sell_out.repeated": N_("The same as an earlier row, and no document tells them apart."),
    "sell_out.all_known": N_("All of this was reported before ({known}); nothing was booked twice."),
    "sell_out.reported": N_("Sales reported: {rows}. Reported before and left alone: {known}."),
    "undo.sell_out_reported": N_("The report was taken back."),
    "sell_out.taken_back": N_("Sales taken back: {rows}."),
    "undo.sell_out_taken_back": N_("The sales stand again."),
    "sell_out.nothing": N_("Nothing was entered that could be reported."),
    # labels of explanations
    "step.sell_opening": N_("First stock that is known, since {day}"),
    "step.sell_no_opening": N_("Stock was never counted or reported here"),
    "step.sell_earlier": N_("What had moved before that stock was known"),
    "step.sell_in": N_("Sell-in: delivered by us"),
    "step.sell_received": N_("Bought from the distributor"),
    "step.sell_passed": N_("Sold to sub-dealers"),
    "step.sell_out": N_("Sell-out: sold to end customers"),
    "step.sell_pipeline": N_("Pipeline stock"),
    "step.sell_change": N_("Change of the stock, as far as it is known"),
    "step.sell_sold": N_("Sold on"),
    "step.sell_stock": N_("Of the opening stock"),
    "step.sell_came": N_("And what came in"),
    "step.sell_through": N_("Sell-through: sold / (opening stock + received)"),
    "step.sell_through_received": N_("Sell-through: sold / received, as no opening stock is known"),
    "sell.more_counted": N_("The count of {day} found {difference} more than the pipeline."),
    "sell.less_counted": N_("The count of {day} found {difference} less than the pipeline."),
}
