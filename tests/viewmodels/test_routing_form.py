"""The form of routing: whatever is proposed or typed, nothing is lost and what is sent is there."""

import random

from hypothesis import given
from hypothesis import strategies as st

from channeldesk.queries.routing import OrderLine, RoutedOrder, Routing
from channeldesk.queries.sites import Warehouse
from channeldesk.rules import routing as rules
from channeldesk.rules.order_routes import Open, refuse_route, without
from channeldesk.rules.routing.terms import Order, Request
from tests.support.routing import larger, requests
from ui.viewmodels.routing import Loaded, RoutingForm, arrives


def order(one: Order) -> RoutedOrder:
    lines = tuple(
        OrderLine(
            b"%s-%d" % (one.id, line.number),
            line.number,
            line.product,
            "SKU",
            "Product",
            None,
            "pc",
            line.quantity,
            line.quantity,
            line.net,
        )
        for line in one.lines
    )
    return RoutedOrder(
        one.id, "SO-1", b"partner", "Partner", None, "accepted", "CNY", None, "2026-11-23", lines, None
    )


def form_of(request: Request) -> RoutingForm:
    sites = {
        one.id: Warehouse(one.id, one.code, one.name, None, None, "", False, "CNY", 0, 0, 0)
        for one in request.sites
    }
    orders = tuple(order(one) for one in request.orders)
    routing = Routing(orders, request, sites, {}, (), False, None)
    return RoutingForm(Loaded(routing, rules.first(request), None))


def holds(form: RoutingForm) -> None:
    request = form.routing.request
    available = {
        (site.id, product): max(0, stock.available)
        for site in request.sites
        for product, stock in site.stock.items()
    }
    for draft in form.drafts():
        (asked,) = (one for one in form.routing.orders if one.id == draft.order_id)
        names = {site.id: site.name for site in request.sites if site.lane_to(draft.order_id) is not None}
        lines = {line.id: Open(line.product_id, line.open) for line in asked.lines}
        parts = [one.part for one in draft.parts]
        assert refuse_route("accepted", lines, parts, names, available) is None
        available = without(available, parts)
    assert all(much >= 0 for much in available.values())


@given(requests())
def test_what_is_proposed_is_a_route(request: Request) -> None:
    holds(form_of(request))


@given(requests(), st.data())
def test_what_is_typed_is_a_route_or_is_refused_with_a_reason(request: Request, data: st.DataObject) -> None:
    form = form_of(request)
    one = data.draw(st.sampled_from(form.routing.orders))
    rows = [row for rows in form.rows(one).values() for row in rows]
    typed = {(row.line.number, row.site): data.draw(st.integers(0, 8).map(lambda n: n * 500)) for row in rows}
    before = form.shown
    form.put(one.id, typed)
    if form.wrong:
        assert form.shown == before, "what was shown stays"
    else:
        shown = {key[1:]: much for key, much in form.shown.split.items() if key[0] == one.id}
        assert shown == {key: much for key, much in typed.items() if much}
    holds(form)
    form.take_proposal()
    assert not form.is_changed
    assert not form.wrong


def test_a_search_does_not_take_away_what_was_typed() -> None:
    form = form_of(larger(random.Random(1), 2, 2))
    first = form.proposal
    assert form.found(rules.first(form.routing.request))
    sent = next(one for one in form.shown.orders if one.allocations)
    form.put(sent.order, {})
    assert form.is_changed
    assert not form.found(first)
    assert form.routed(sent.order) != sent
    assert form.routed(sent.order, form.proposal) == sent


def test_a_day_of_arrival() -> None:
    one = order(Order(b"o", ()))
    assert arrives(one, 8) == "2026-12-01"
