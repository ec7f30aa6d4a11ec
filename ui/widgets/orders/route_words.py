"""How routes of orders are spoken of: which order, where the search stands, what another split would cost."""

from __future__ import annotations

from channeldesk.queries.routes import Route
from channeldesk.queries.routing import RoutedOrder
from channeldesk.rules.words import ROUTE_NAMES
from ui.i18n import formats, n, own_name, t
from ui.viewmodels import routing as view
from ui.viewmodels.routing import RoutingForm
from ui.widgets.today.words import BETWEEN

TONES = {"proposed": "accent", "confirmed": "good", "changed": "plain", "withdrawn": "plain"}


def status(code: str) -> str:
    return t(ROUTE_NAMES[code])


def order_text(order: RoutedOrder) -> str:
    wanted = t("wanted {day}", day=formats().day(order.requested_on)) if order.requested_on else ""
    return BETWEEN.join(filter(None, (order.number, own_name(order.partner, order.partner_local), wanted)))


def who(route: Route) -> str:
    """Who decided it, or proposed it, and when."""
    at = route.decided_at or route.created_at
    day = formats().instant_short(at) if at else ""
    return BETWEEN.join(filter(None, (route.decider or route.author, day)))


def state(form: RoutingForm, *, searching: bool) -> str:
    """What is shown, and whether a better one is still looked for."""
    kept = view.standing(form.routing.orders)
    if form.is_changed:
        told = t("Your split.")
    elif form.loaded.kept is not None and kept is not None:
        told = t("The route as it stands: {status}, {who}.", status=status(kept.status), who=who(kept))
    else:
        told = t("The split that is proposed.")
    left_out = ", ".join(form.routing.left_out)
    parts = [told]
    if searching:
        parts.append(t("The search for a cheaper one goes on."))
    if left_out:
        parts.append(t("Without {sites}: their costs cannot be converted.", sites=left_out))
    return " ".join(parts)


def compared(form: RoutingForm) -> str:
    """The cost and what is left unmet, against the program's own split."""
    ours, theirs = form.shown.costs, form.proposal.costs
    if not form.is_changed:
        return ""
    currency = form.routing.request.terms.currency
    more, unmet = ours.sending - theirs.sending, _unmet(form, shown=True) - _unmet(form, shown=False)
    money = formats().money(abs(more), currency)
    told = t("As cheap as the proposal.")
    if more:
        told = (
            t("{amount} dearer than the proposal.", amount=money)
            if more > 0
            else t("{amount} cheaper than the proposal.", amount=money)
        )
    if unmet > 0:
        told += " " + t("It leaves more undelivered.")
    elif unmet < 0:
        told += " " + t("It leaves less undelivered.")
    return told


def unmet(form: RoutingForm) -> str:
    """How many lines are not sent whole, over all orders."""
    count = sum(len(one.unmet) for one in form.shown.orders)
    return n("{count} line is not sent whole.", "{count} lines are not sent whole.", count) if count else ""


def _unmet(form: RoutingForm, *, shown: bool) -> int:
    proposal = form.shown if shown else form.proposal
    return sum(rest.quantity for one in proposal.orders for rest in one.unmet)
