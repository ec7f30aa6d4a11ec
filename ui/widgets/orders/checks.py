"""The checks beside an order: the same rules as at headquarters, each with what it found."""

from __future__ import annotations

from channeldesk.rules.approvals import APPROVABLE
from ui.i18n import t, tn
from ui.viewmodels.order_entry import OrderEntry
from ui.widgets.orders import words
from ui.widgets.orders.check_list import Check


def may_be_asked(entry: OrderEntry) -> bool:
    """Whether headquarters would refuse the order only for what a person may accept all the same."""
    return any(one.code in APPROVABLE for one in entry.quote.warnings)


def checks_of(entry: OrderEntry) -> list[Check]:
    """Everything headquarters will look at, faults first."""
    judged = entry.quote
    lines = [one for one in entry.lines if one.quantity]
    found = [Check("bad", tn(one)) for one in judged.errors if one.code != "order.no_lines"]
    found += [Check("warning", tn(one)) for one in judged.warnings]
    codes = {one.code for one in (*judged.errors, *judged.warnings)}
    if lines:
        priced = sum(one.quoted.priced is not None for one in lines)
        if priced == len(lines):
            found.append(Check("good", t("Every line has a price"), f"{priced} / {len(lines)}"))
        floors = sum(one.quoted.price is not None and one.quoted.price.floor is not None for one in lines)
        if "order.price_below_floor" not in codes:
            figure = f"{floors} / {floors}" if floors else ""
            found.append(Check("good", t("No price below the floor"), figure))
        if judged.credit is not None and judged.credit.limit is not None and "credit.exceeded" not in codes:
            found.append(Check("good", t("Within the credit limit")))
    below = entry.below_suggestion()
    for one in below[:2]:
        name = words.two_names(one.offer.name, one.offer.name_local)[0] if one.offer else one.sku
        figure = f"{words.amount(one.quantity)} / {words.amount(one.suggestion or 0)}"
        found.append(Check("warning", t("{product}: less than suggested", product=name), figure))
    if len(below) > 2:
        found.append(Check("warning", t("{count} more below the suggestion", count=len(below) - 2)))
    found.append(Check("open", t("Stock at headquarters is not checked"), ""))
    return found
