"""Promotions in the window: beside an order, in its explanation, and as headquarters' staff writes them."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from channeldesk.actions import orders as actions
from channeldesk.desk import Desk
from channeldesk.queries import order_entry, orders, partners, reference_data
from channeldesk.queries.drafts import DraftLine, OrderDraft
from channeldesk.queries.views import ListView
from tests.support.demo import DemoProfile
from tests.support.demo_pages import ShowPage, settle
from ui.i18n import formats
from ui.shell.window import Window
from ui.viewmodels.order_entry import Wanted
from ui.widgets.orders.pane import OrderPane


def drills(desk: Desk) -> OrderDraft:
    """Sixty drills, of which promotions take something off, and a saw blade short of a free one."""
    keys = desk.ask(partners.keys, ListView(sort="name"))
    buyer = next(row.id for row in desk.ask(partners.rows, keys) if row.name.startswith("Hengtai"))
    context = desk.ask(order_entry.entry_context, buyer)
    assert context is not None

    def first(text: str, category: str) -> bytes:
        found = desk.ask(order_entry.find_products, text, context.prices, limit=40)
        return next(one.product_id for one in found if one.category == category and one.items)

    drill, blade = first("drill", "Drills"), first("saw blade", "Saw blades")
    return OrderDraft(buyer, (DraftLine(drill, 20_000), DraftLine(blade, 9_000)))


def pane_texts(pane: OrderPane) -> list[str]:
    return [f"{one.tone}: {one.text} {one.figure}".strip() for one in pane.promotions.found]


def test_an_order_shows_what_promotions_take_off_and_what_is_missing(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    saved = demo_desk.act(actions.save_draft, drills(demo_desk)).value
    window = show_page("order_entry", Wanted(draft_id=saved.id))
    form = window.router.page.form
    grid, pane = form.grid, form.pane
    line, blades = form.entry.lines
    assert line.quoted.priced is not None and line.quoted.priced.discount > 0
    assert not grid.isColumnHidden(grid.column("discount"))
    told = "\n".join(pane_texts(pane))
    steps = next(one for one in line.quoted.discounts if one.promotion.code == "DRILL-STEPS")
    assert f"good: DRILL-STEPS {formats().money(-steps.amount, 'CNY')}" in told
    assert "BLADE-10+1: order 2 more" in told

    form.why.toggle()
    grid.setCurrentIndex(grid.rows.index(0, grid.column("quantity")))
    explained = form.why.accessibleDescription()
    assert "Promotion DRILL-STEPS" in explained
    assert "Net after promotions" in explained

    before = sum(
        one.quoted.priced.net + one.quoted.priced.discount for one in form.entry.lines if one.quoted.priced
    )
    assert formats().amount(before, "CNY") in pane.totals.accessibleDescription()
    assert blades.quoted.priced is not None


def test_without_promotions_nothing_is_said_of_them(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    draft = drills(demo_desk)
    agreed = replace(draft, lines=tuple(replace(one, agreed_price=90_0000) for one in draft.lines))
    saved = demo_desk.act(actions.save_draft, agreed).value
    window = show_page("order_entry", Wanted(draft_id=saved.id))
    form = window.router.page.form
    assert form.grid.isColumnHidden(form.grid.column("discount"))
    assert not form.pane.promotions.isVisible()


def test_headquarters_takes_off_the_same(demo_profile: DemoProfile) -> None:
    with demo_profile.serving(), demo_profile.open() as desk:
        placed = desk.act(actions.place, drills(desk)).value
        mine = desk.ask(orders.detail, placed.order_id)
        desk.sync(in_process=True)
        theirs = desk.ask(orders.detail, placed.order_id)
    assert mine is not None
    assert theirs is not None
    assert (theirs.order.status, theirs.order.total) == ("accepted", placed.total)
    assert theirs.promotions == mine.promotions
    assert dict(theirs.promotions)["DRILL-STEPS"] > 0
    assert [(one.discount, one.net, one.tax) for one in theirs.lines] == [
        (one.discount, one.net, one.tax) for one in mine.lines
    ]
    assert sum(amount for _, amount in theirs.promotions) == sum(one.discount for one in theirs.lines)


def test_an_order_that_was_placed_says_what_came_off(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    placed = demo_desk.act(actions.place, drills(demo_desk)).value
    window = show_page("order", placed.order_id)
    pane: Any = window.router.page.pane
    assert "DRILL-STEPS" in pane.sums.accessibleDescription()
    assert not pane.lines.isColumnHidden(
        next(n for n, c in enumerate(pane.lines.columns) if c.id == "discount")
    )


@pytest.fixture
def office(demo_desk: Desk) -> Desk:
    demo_desk.profile = replace(demo_desk.profile, role="headquarters")
    return demo_desk


def test_the_form_of_a_promotion_asks_what_its_kind_needs(
    qtbot: QtBot, show_page: ShowPage, office: Desk
) -> None:
    window: Window = show_page("reference", desk=office)
    page: Any = window.router.page
    page.show_kind("promotion")
    settle(qtbot, window)
    page.add.click()
    settle(qtbot, window)
    fields = page.dialog.fields
    shown = {name for name, field in fields.items() if not field.isHidden()}
    assert "rate" in shown
    assert not shown & {"steps", "price_off", "amount_off", "least_amount", "buy_quantity", "used"}
    fields["rate"].editor.setText("a lot")  # what is not asked any more is in nobody's way
    fields["mechanic"].editor.choose("threshold")
    shown = {name for name, field in fields.items() if not field.isHidden()}
    assert {"amount_off", "least_amount"} <= shown
    assert not shown & {"rate", "steps", "steps_in"}
    for name, text in {"code": "BIG", "name": "Big orders", "currency": "CNY", "amount_off": "100"}.items():
        fields[name].editor.setText(text)
    page.dialog.main.click()
    settle(qtbot, window)
    assert page.dialog.isVisible()
    assert fields["least_amount"].editor.accessibleDescription()
    fields["least_amount"].editor.setText("5000")
    page.dialog.main.click()
    settle(qtbot, window)
    keys = office.ask(reference_data.keys, entity="promotion")
    rows = {row.values["code"]: row for row in office.ask(partial(reference_data.rows, "promotion"), keys)}
    assert (rows["BIG"].values["amount_off"], rows["BIG"].mark) == (100_00, "new")
