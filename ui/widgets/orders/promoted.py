"""Promotions beside an order: what each takes off, and what is missing for those that do not."""

from __future__ import annotations

from channeldesk.rules.promotions import Considered
from ui.i18n import formats, n, tn
from ui.viewmodels.order_entry import OrderEntry
from ui.widgets.orders.check_list import Check

_SHOWN = 4
"""Of those that take nothing off: the ones that are within reach first."""
_NEARNESS = ("promotion.add_free", "promotion.not_reached", "promotion.budget_used", "promotion.beaten")


def promotions_of(entry: OrderEntry) -> list[Check]:
    """Those that concern the order, what is given first."""
    considered = entry.quote.promotions
    given = sorted((one for one in considered if one.amount), key=lambda one: -one.amount)
    others = sorted((one for one in considered if not one.amount), key=_nearness)
    found = [Check("good", one.promotion.code, formats().money(-one.amount, entry.currency)) for one in given]
    found += [Check("open", tn(one.why_not)) for one in others[:_SHOWN] if one.why_not is not None]
    if len(others) > _SHOWN:
        more = len(others) - _SHOWN
        found.append(Check("open", n("{count} more promotion", "{count} more promotions", more)))
    return found


def _nearness(one: Considered) -> tuple[int, str]:
    code = one.why_not.code if one.why_not is not None else ""
    return (_NEARNESS.index(code) if code in _NEARNESS else len(_NEARNESS)), one.promotion.code
