"""Promotions over the demo profile: what they give, who ordered, the effect, the stock, and drafts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from channeldesk.actions import orders as order_actions
from channeldesk.actions import reference
from channeldesk.desk import Desk
from channeldesk.queries import order_entry, promotion_effect, promotion_orders, promotions
from channeldesk.queries.drafts import DraftLine, OrderDraft
from channeldesk.rules.promotions.terms import Promotion
from tests.support import demo
from tests.support.demo_pages import ShowPage, settle
from ui.i18n import formats
from ui.pages.prices import PricesPage
from ui.shell.window import Window
from ui.viewmodels.prices import PricesView
from ui.widgets.promotions.pane import PromotionPane
from ui.widgets.promotions.part import PromotionsPart


def page_of(window: Window) -> PricesPage:
    page = window.router.page
    assert isinstance(page, PricesPage)
    return page


def of(desk: Desk, code: str) -> Promotion:
    found = desk.ask(
        lambda c: c.execute(sa.text("SELECT id FROM promotion WHERE code = :c"), {"c": code}).scalar()
    )
    made = desk.ask(promotions.declared, found)
    assert made is not None
    return made


def shown(show_page: ShowPage, desk: Desk, code: str) -> tuple[Window, PromotionPane]:
    window = show_page("prices", PricesView(promotion=of(desk, code).id))
    pane = page_of(window).promotions.pane
    assert pane.detail is not None
    assert pane.detail.code == code
    return window, pane


def facts(pane: PromotionPane) -> dict[str, str]:
    return {key: label.text() for key, label in pane._values.items()}


def test_what_ends_first_is_shown_with_what_it_gives(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    window = show_page("prices")
    page = page_of(window)
    pane = page.promotions.pane
    assert pane.detail is not None
    assert pane.detail.code == "CLEAR-OUT"
    assert pane.gives.text() == "¥8.00 off the price of every unit."
    told = facts(pane)
    assert (told["whom"], told["what"]) == ("China", "Measuring")
    assert told["together"] == "With others in the same order, on other lines."
    assert pane.budget.isVisible()
    assert "Budget ¥60,000" in pane.budget.accessibleDescription()
    assert "Figures as of" in page.as_of_text
    assert page.header.note.text() == "9 promotions"
    assert [count for _, _, count in page.promotions.tabs._items] == [9, 7, 1, 1]


def test_views_and_search_narrow_the_list(show_page: ShowPage, qtbot: QtBot) -> None:
    window = show_page("prices")
    part = page_of(window).promotions
    part.tabs.choose("over")
    settle(qtbot, window)
    assert part.table.count == 1
    assert part.pane.detail is not None
    assert part.pane.detail.code == "SEPT-GRIND"
    part.tabs.choose("every")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(part.table.view, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert part.search.hasFocus()
    QTest.keyClicks(part.search, "drill")
    settle(qtbot, window)
    qtbot.waitUntil(lambda: part.table.count == 1)
    assert part.table.model.row(0).code == "DRILL-STEPS"


def test_every_mechanic_is_told_in_a_sentence(show_page: ShowPage, demo_desk: Desk, qtbot: QtBot) -> None:
    sentences = {
        "DRILL-STEPS": "Off every line, by what is ordered: 3% from 20 on, 5% from 60 on and 8% from 120 on.",
        "BLADE-10+1": "Of every 11 units of a product 1 cost nothing.",
        "ORDER-20K": "¥300.00 off, once, when its lines come to ¥20,000.00.",
        "GOLD-1": "1% off every line.",
        "YEAR-END": "Off every line, by what is ordered: 2% from ¥30,000.00 on and 3.5% from ¥80,000.00 on.",
    }
    window = show_page("prices")
    for code, sentence in sentences.items():
        window.router.go("prices", PricesView(promotion=of(demo_desk, code).id))
        settle(qtbot, window)
        assert page_of(window).promotions.pane.gives.text() == sentence
    window.router.go("prices", PricesView(promotion=of(demo_desk, "SITE-SET").id))
    settle(qtbot, window)
    bundle = page_of(window).promotions.pane.gives.text()
    assert bundle.startswith("10% off 2 × ")
    assert bundle.endswith(" ordered together.")


def test_who_ordered_and_who_has_not_lead_to_the_partner(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    window, pane = shown(show_page, demo_desk, "DRILL-STEPS")
    found = demo_desk.ask(promotion_orders.execution, of(demo_desk, "DRILL-STEPS"))
    assert pane.ordered.rows == found.ordered
    assert pane.missing.rows == found.missing
    assert [count for _, _, count in pane.tabs._items][:2] == [len(found.ordered), len(found.missing)]
    assert formats().money(found.given, "CNY") in facts(pane)["so_far"]
    assert formats().money(found.net, "CNY") in facts(pane)["so_far"]
    pane.tabs.choose("missing")
    pane.missing.view.setFocus()
    QTest.keyClick(pane.missing.view, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert window.router.here == "partner"
    assert window.router.subject == found.missing[0].partner_id
    window.router.back()
    settle(qtbot, window)
    assert window.router.here == "prices"


def test_the_effect_is_told_with_chart_steps_and_cautions(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    window, pane = shown(show_page, demo_desk, "SEPT-GRIND")
    pane.tabs.choose("effect")
    settle(qtbot, window)
    part = pane.effect
    found = demo_desk.ask(promotion_effect.measured, of(demo_desk, "SEPT-GRIND"))
    effect = found.effect
    assert effect is not None
    assert effect.share is not None
    share = formats().percent(effect.share / 10_000, 0)
    assert part.lift.text() == (f"+{share}" if effect.share > 0 else share)
    assert part.steps.steps == effect.steps
    assert formats().money(effect.lift, "CNY") in part.steps.accessibleDescription()
    data = part.chart.data
    assert data is not None
    during = [at for at, day in enumerate(data.categories) if day >= effect.first.isoformat()]
    assert sum(data.series[0].values[at] or 0 for at in during) == effect.touched.sold
    part.who.choose("ordered")
    settle(qtbot, window)
    assert part.found is not None
    assert part.found.effect is not None
    assert part.found.effect.touched.partners < effect.touched.partners
    assert any("about to order anyway" in note.text() for note in _labels(part.notes))


def _labels(widget: object) -> list[object]:
    from ui.widgets.label import Label

    return list(widget.findChildren(Label))  # type: ignore[attr-defined]


def test_one_to_come_opens_at_what_partners_lack(show_page: ShowPage, demo_desk: Desk, qtbot: QtBot) -> None:
    window, pane = shown(show_page, demo_desk, "YEAR-END")
    assert pane.tabs.key == "stock"
    part = pane.stock
    assert part.demand is not None
    assert part.demand.check.days == 41
    assert not part._so_far.isVisible()
    assert "warehouses" in " ".join(one.text() for one in _labels(part.notes))  # type: ignore[attr-defined]
    before = sum(need.expected for need in part.demand.check.needs)
    part.uplift.choose(0)
    settle(qtbot, window)
    after = sum(need.expected for need in part.demand.check.needs)
    assert after < before
    pane.tabs.choose("effect")
    settle(qtbot, window)
    assert pane.effect.face.isVisible()
    pane.tabs.choose("ordered")
    settle(qtbot, window)
    assert pane.ordered.face.isVisible()


def test_what_ran_out_leads_to_the_stock_of_the_partner(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    window, pane = shown(show_page, demo_desk, "ORDER-20K")
    pane.tabs.choose("stock")
    settle(qtbot, window)
    found = pane.stock.ran_out
    assert found is not None
    assert found.outs
    assert pane.stock.outs.rows == found.outs
    pane.stock.outs.opened.emit(found.outs[0])
    settle(qtbot, window)
    assert (window.router.here, window.router.subject) == ("stock", found.outs[0].found.partner)


def test_what_an_order_of_this_laptop_uses_of_a_budget_is_told_at_once(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    window, pane = shown(show_page, demo_desk, "CLEAR-OUT")
    assert pane.detail is not None
    assert pane.detail.budget is not None
    before = pane.detail.budget
    assert before.waiting == 0
    buyer = next(iter(demo_desk.ask(promotion_orders.meant_for, of(demo_desk, "CLEAR-OUT"))))
    context = demo_desk.ask(order_entry.entry_context, buyer)
    assert context is not None
    sql = "SELECT id FROM product WHERE category = 'Measuring' AND active = 1 ORDER BY sku LIMIT 1"
    product = demo_desk.ask(lambda c: c.execute(sa.text(sql)).scalar())
    window.tasks.act(order_actions.place, OrderDraft(buyer, (DraftLine(product, 5_000),)))
    settle(qtbot, window)
    assert pane.detail.budget is not None
    assert (pane.detail.budget.waiting, pane.detail.budget.used) == (5 * 8_00, before.used)
    assert "Waits for headquarters ¥40" in pane.budget.accessibleDescription()
    assert "waits for headquarters" in facts(pane)["so_far"]


def test_a_promotion_that_is_not_published_is_marked_for_its_author(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    demo_desk.profile = replace(demo_desk.profile, role="headquarters")
    today = demo.today()
    values = {
        "code": "SPRING",
        "name": "Spring",
        "mechanic": "percent",
        "rate": 500,
        "currency": "CNY",
        "valid_from": (today + timedelta(days=5)).isoformat(),
        "valid_to": (today + timedelta(days=24)).isoformat(),
    }
    demo_desk.act(reference.add, "promotion", values)
    window, pane = shown(show_page, demo_desk, "SPRING")
    chips = [one.accessibleName() for one in _chips(pane)]
    assert chips == ["SPRING", "To come", "Not published"]
    assert facts(pane)["whom"] == "All partners"
    assert facts(pane)["what"] == "All products"
    assert pane.stock.demand is not None
    assert pane.stock.demand.check.days == 20
    assert pane.stock.demand.rows
    assert page_of(window).promotions.counts is not None


def stored(desk: Desk, sql: str, **binds: object) -> None:
    """As headquarters would have sent it."""
    with desk.database.apply() as connection:
        assert connection.execute(sa.text(sql), binds).rowcount == 1


def test_one_that_a_later_program_made_is_shown_as_far_as_it_is_understood(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    known = of(demo_desk, "GOLD-1").id
    sql = "UPDATE promotion SET mechanic = 'lottery', combination = 'twice' WHERE id = :id"
    stored(demo_desk, sql, id=known)
    window = show_page("prices", PricesView(promotion=known))
    part = page_of(window).promotions
    assert part.pane.detail is not None
    assert part.pane.detail.code == "GOLD-1"
    part.table.tools.show_ids(["name", "mechanic"])
    settle(qtbot, window)
    window.grab()
    columns = [column.id for column in part.table.view.columns]
    at = part.table.model.place(next(key for key in part.table.model.keys if _code(part, key) == "GOLD-1"))
    assert part.table.model.index(at, columns.index("mechanic")).data() == "lottery"
    assert facts(part.pane)["together"] == "twice"


def _code(part: PromotionsPart, key: int) -> str:
    return str(part.table.model.row(part.table.model.place(key)).code)


def test_what_an_incomplete_one_came_to_is_not_waited_for(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    """Nor told with the figures of the one before."""
    incomplete = of(demo_desk, "GOLD-1").id
    stored(demo_desk, "UPDATE promotion SET rate = NULL WHERE id = :id", id=incomplete)
    window, pane = shown(show_page, demo_desk, "DRILL-STEPS")
    pane.tabs.choose("effect")
    settle(qtbot, window)
    window.router.go("prices", PricesView(promotion=incomplete))
    settle(qtbot, window)
    assert "not complete" in pane.gives.text()
    assert facts(pane)["so_far"] == "–"
    assert [count for _, _, count in pane.tabs._items][:2] == [None, None]
    for part, face in (
        ("ordered", pane.ordered.face),
        ("missing", pane.missing.face),
        ("effect", pane.effect.face),
        ("stock", pane.stock.needs.face),
        ("stock", pane.stock.outs.face),
    ):
        pane.tabs.choose(part)
        settle(qtbot, window)
        assert face.isVisible()
        assert face.kind == "empty"
        assert face.accessibleName() == "Not complete"
    window.router.go("prices", PricesView(promotion=of(demo_desk, "DRILL-STEPS").id))
    settle(qtbot, window)
    assert pane.execution is not None
    assert pane.ordered.rows == pane.execution.ordered


def test_one_for_partners_that_are_not_here_is_not_for_all(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    sql = """UPDATE promotion_buyer SET tier_id = NULL, partner_id = randomblob(16)
    WHERE promotion_id = (SELECT id FROM promotion WHERE code = 'GOLD-1')"""
    stored(demo_desk, sql)
    _window, pane = shown(show_page, demo_desk, "GOLD-1")
    assert facts(pane)["whom"] == "1 not on this laptop"
    assert pane.execution is not None
    assert pane.execution.meant == len(pane.execution.ordered)


def test_what_is_not_published_is_marked_in_the_list(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    demo_desk.profile = replace(demo_desk.profile, role="headquarters")
    demo_desk.act(reference.edit, "promotion", of(demo_desk, "GOLD-1").id, {"name": "Gold, again"})
    window = show_page("prices")
    part = page_of(window).promotions
    told = {
        row.code: [column.provisional(row) for column in part.table.view.columns if column.provisional]
        for at in range(part.table.count)
        for row in (part.table.model.row(at),)
    }
    assert told.pop("GOLD-1") == ["Not published: only this laptop shows it."]
    assert set(map(tuple, told.values())) == {("",)}


def _chips(pane: PromotionPane) -> list[object]:
    from ui.widgets.chip import Chip

    row = pane._chips
    return [row.itemAt(at).widget() for at in range(row.count()) if isinstance(row.itemAt(at).widget(), Chip)]
