"""Templates of notices about routes that are proposed, confirmed and changed; see ``messages``."""

from __future__ import annotations

from channeldesk.model.marked import N_

ROUTES: dict[str, str] = {
    "route.no_such_move": N_("A route that is “{current}” cannot become “{target}”."),
    "route.headquarters_decides": N_(
        "Headquarters' people confirm and change routes. You can propose one, and withdraw what you proposed."
    ),
    "route.order_not_open": N_("The order is “{status}”; it needs no route."),
    "route.order_not_ready": N_("Headquarters has not given the order its number yet."),
    "route.sends_nothing": N_("The route sends nothing."),
    "route.order_changed": N_("The route does not hold exactly what is still open of the order."),
    "route.twice": N_("The route names a line from one site twice."),
    "route.may_not_serve": N_("A site of the route does not deliver to this partner."),
    "route.short": N_("{site} is to send {quantity}, but has {available} that are free."),
    "route.stands_already": N_("The order has a route already: “{status}”."),
    "route.lines_come_with_it": N_("Lines come together with their route only."),
    "route.no_successor": N_("What headquarters changes needs another route in its place."),
    "route.settled": N_("A route does not change once it is recorded; another takes its place."),
    "route.proposed": N_("A route for {number} is proposed to headquarters."),
    "route.confirmed": N_("The route of {number} is confirmed."),
    "route.withdrawn": N_("The route of {number} is withdrawn."),
    "route.several": N_("Routes are recorded: {count}."),
    "undo.route": N_("The route of {number} is as before."),
    "undo.routes": N_("Routes are as before: {count}."),
    "remedy.inbox_route": N_(
        "Open the order's routing again: it starts from what is free now. Discard this."
    ),
}
