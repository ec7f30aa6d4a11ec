"""The people of a partner sign in with the same program: their own company, and what they may do there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from channeldesk.actions import attachments, contacts, orders
from channeldesk.demo import PASSWORD
from channeldesk.desk import Desk
from channeldesk.hq import admin
from channeldesk.model.declare import Unit, replicated
from channeldesk.model.tables import laptop
from channeldesk.queries import partners
from channeldesk.queries.drafts import DraftLine, OrderDraft
from channeldesk.queries.partner_page import own
from channeldesk.rules.rights import ROLES
from channeldesk.trust.keyring_store import MemoryStore
from tests.support.demo_pages import ShowPage, settle
from tests.support.headquarters import Headquarters
from ui.pages import PAGES, pages_for
from ui.pages.orders import OrdersPage
from ui.pages.partner import PartnerPage
from ui.pages.prices import PricesPage
from ui.session import Session
from ui.widgets.button import Button
from ui.widgets.figure import KeyFigure
from ui.widgets.files import words
from ui.widgets.files.edit_dialog import ShareDialog
from ui.widgets.label import Label
from ui.widgets.list_table import ListTable

_BUSY = """
SELECT p.code FROM partner p JOIN sales_order o ON o.partner_id = p.id
WHERE p.id NOT IN (SELECT partner_id FROM credit_block WHERE status = 'blocked')
GROUP BY p.code ORDER BY count(*) DESC
"""


@pytest.fixture
def desk(headquarters: Headquarters, tmp_path: Path) -> Iterator[Desk]:
    """Of somebody who works at a partner with orders."""
    with headquarters.database.snapshot() as connection:
        code = str(connection.execute(sa.text(_BUSY)).scalar())
    admin.add_user(headquarters.database, "zhang", "Zhang Min", "partner", [], PASSWORD, partner=code)
    with Desk.create(
        tmp_path / "dealer", headquarters.address, "zhang", PASSWORD, keyring=MemoryStore()
    ) as opened:
        assert opened.sync(in_process=True).finished
        yield opened


@pytest.fixture
def session(desk: Desk, qtbot: QtBot) -> Iterator[Session]:
    made = Session(desk)
    made.app.set_language("en")
    made.show()
    idle(made, qtbot)
    yield made
    assert made.app.close()
    made.app.deleteLater()
    made.deleteLater()


def idle(session: Session, qtbot: QtBot) -> None:
    for _ in range(3):
        qtbot.wait(30)
        qtbot.waitUntil(lambda: session.app.tasks.idle, timeout=20_000)


def count(desk: Desk, entity: str) -> int:
    table = laptop.tables[entity]
    with desk.database.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_the_laptop_holds_one_company_and_nothing_that_is_not_for_it(desk: Desk) -> None:
    me = desk.ask(own)
    assert me is not None
    assert count(desk, "partner") == 1
    for entity in replicated():
        if not ROLES["partner"].sees(entity):
            assert count(desk, entity.__entity__) == 0, entity.__entity__
        elif entity.unit is Unit.PARTNER and entity.owner != "id":
            owners = f'SELECT DISTINCT partner_id FROM "{entity.__entity__}"'
            with desk.database.read() as connection:
                assert set(connection.scalars(sa.text(owners))) <= {me}, entity.__entity__
    assert count(desk, "sales_order") > 0
    assert count(desk, "price_item") > 0
    with desk.database.read() as connection:
        assert set(connection.scalars(sa.text("SELECT credit_limit FROM partner"))) == {None}
        assert set(connection.scalars(sa.text("SELECT login FROM app_user"))) == {None}
        assert set(connection.scalars(sa.text("SELECT floor FROM price_item"))) == {None}


def test_the_window_offers_what_the_role_can_use(session: Session, qtbot: QtBot) -> None:
    window = session.app.window
    assert list(window.nav.items) == [
        "partner",
        "orders",
        "stock",
        "prices",
        "inbox",
        "rounds",
        "settings",
    ]
    page = window.router.page
    assert isinstance(page, PartnerPage)
    assert page.data is not None
    assert "visits" not in [one[0] for one in page._tabs(page.data)]
    shown = {one.text() for one in page.findChildren(Button) if one.isVisible()}
    assert "New order" in shown
    assert not shown & {"Edit", "Plan visit", "Promise", "Note", "Brief"}
    page.tabs.choose("contacts")
    idle(session, qtbot)
    assert "Add" in {one.text() for one in page.findChildren(Button) if one.isVisible()}
    titles = {hit.title for hit in window._page_hits()}
    assert "My company" in titles
    assert not titles & {"Today", "Visits", "Partners"}
    for keys in ("GT", "GV"):
        QTest.keyClicks(window, keys)
    for page_id in ("today", "visits", "trip", "count", "partners", "performance", "order_lines"):
        assert not window.router.go(page_id)
    assert window.router.here == "partner"


def test_its_prices_and_promotions_without_floors_and_budgets(session: Session, qtbot: QtBot) -> None:
    window = session.app.window
    assert window.router.go("prices")
    idle(session, qtbot)
    page = window.router.page
    assert isinstance(page, PricesPage)
    assert [key for key, _, _ in page.tabs._items] == ["promotions", "prices"]
    assert page.promotions.table.count > 3
    assert "used" not in [one.id for one in page.promotions.table.view.columns]
    pane = page.promotions.pane
    assert pane.detail is not None
    assert pane.gives.text().endswith(".")
    assert not pane.tabs.isVisible()
    assert not pane.budget.isVisible()
    page.tabs.choose("prices")
    idle(session, qtbot)
    assert not page.prices.partner.isVisible()
    assert not page.prices.way.isVisible()
    assert "floor" not in [one.id for one in page.prices.table.view.columns]
    shown = page.prices.pane.priced
    assert shown is not None
    assert shown.row.partner_id == session.desk.ask(own)
    assert (shown.row.floor, page.prices.pane.floor.isVisible()) == (None, False)


@pytest.mark.parametrize("page", ["orders", "stock", "prices", "inbox", "rounds", "settings", "order_entry"])
def test_every_page_it_is_offered_opens(session: Session, qtbot: QtBot, page: str) -> None:
    assert session.app.window.router.go(page)
    idle(session, qtbot)
    assert session.app.window.router.here == page


def test_it_orders_at_its_list_price_and_headquarters_takes_it(
    desk: Desk, headquarters: Headquarters
) -> None:
    me = desk.ask(own)
    assert me is not None
    with desk.database.read() as connection:
        query = "SELECT DISTINCT product_id FROM order_line ORDER BY product_id"
        products = list(connection.scalars(sa.text(query)))
    line = next(
        one
        for one in (DraftLine(product, 1_000) for product in products)
        if desk.ask(orders.assess, OrderDraft(me, (one,)), date.today().isoformat()).sendable  # noqa: DTZ011
    )
    with pytest.raises(orders.NotSendable) as refused:
        desk.act(orders.place, OrderDraft(me, (DraftLine(line.product_id, 1_000, agreed_price=1),)))
    assert refused.value.notice.code == "order.price_below_list"

    placed = desk.act(orders.place, OrderDraft(me, (line,))).value
    desk.act(contacts.add, me, {"name": "Liu Yang", "phone": "1"})
    result = desk.sync(in_process=True)

    assert (result.rejected, result.conflicts) == (0, 0)
    (row,) = headquarters.table("sales_order", id=placed.order_id)
    assert (row["status"], row["source"], row["salesperson_id"]) == ("accepted", "portal", None)
    assert len(headquarters.table("contact", name="Liu Yang")) == 1


def test_it_is_offered_no_return(session: Session, desk: Desk, qtbot: QtBot) -> None:
    """Headquarters takes none from a partner's own people."""
    shipped = "SELECT id FROM sales_order WHERE status IN ('accepted', 'shipped', 'closed') LIMIT 1"
    order = bytes(desk.ask(lambda c: c.exec_driver_sql(shipped).scalar_one()))
    session.app.window.router.go("orders", order)
    idle(session, qtbot)
    page = session.app.window.router.page
    assert isinstance(page, OrdersPage)
    assert page.pane.detail is not None and page.pane.detail.order.id == order
    assert page.pane.repeat.isVisible()
    assert not page.pane.back.isVisible()


def test_it_is_spoken_to_as_the_company_that_it_is(session: Session, desk: Desk, qtbot: QtBot) -> None:
    window = session.app.window
    me = desk.ask(own)
    assert me is not None
    pages = [window.router.pages[one] for one in _opened(session, qtbot, me)]
    said = [one.text() for page in pages for one in page.findChildren(Label) if one.text()]
    figures = [one for page in pages for one in page.findChildren(KeyFigure)]
    said += [text for one in figures for text in (one.accessibleName(), one.accessibleDescription())]
    for other in ("Their number", "no target", "Receivables", "partners", "Partners here", "sales"):
        assert not [text for text in said if other in text]
    assert "Your number" in said
    for page in pages:
        for table in page.findChildren(ListTable):
            ids = [column.id for column in table.view.columns]
            assert "partner" not in ids or table.view.isColumnHidden(ids.index("partner"))


def _opened(session: Session, qtbot: QtBot, me: bytes) -> list[str]:
    for page, subject in (
        ("partner", None),
        ("orders", None),
        ("stock", None),
        ("rounds", None),
        ("order_entry", me),
    ):
        session.app.window.router.go(page, subject)
        idle(session, qtbot)
    return ["partner", "orders", "stock", "rounds", "order_entry"]


def test_a_viewer_has_every_page_that_shows_something() -> None:
    found = {one.id for one in pages_for(ROLES["viewer"])}
    assert {one.id for one in PAGES} - found == {
        "approvals",
        "order_entry",
        "count",
        "sell_report",
        "survey",
        "reference",
    }


def test_staff_has_every_page() -> None:
    assert pages_for(ROLES["headquarters"]) == PAGES
    assert {one.id for one in PAGES} - {one.id for one in pages_for(ROLES["manager"])} == {"reference"}


def test_a_file_is_shared_after_a_question(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "offer.txt"
    path.write_text("an offer")
    partner = demo_desk.ask(partners.rows, demo_desk.ask(partners.keys)[:1])[0].id
    demo_desk.act(attachments.add, partner, demo_desk.files.take_in(path))
    window = show_page("partner", partner)
    page = window.router.page
    assert isinstance(page, PartnerPage)
    page.tabs.choose("files")
    settle(qtbot, window)
    (entry,) = page.files.list.items.entries
    assert not entry.row.shared
    page.files.share(entry)
    (dialog,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, ShareDialog)]
    dialog.main.click()
    settle(qtbot, window)
    (entry,) = page.files.list.items.entries
    assert entry.row.shared
    assert "shared with the partner" in words.second_line(entry, of_visit=False)
    window.messages.undo()
    settle(qtbot, window)
    (entry,) = page.files.list.items.entries
    assert not entry.row.shared, "nobody was given it before it was sent"
    demo_desk.act(attachments.share, entry.row.attachment_id)
    settle(qtbot, window)
    (entry,) = page.files.list.items.entries
    page.files.share(entry)
    open_ones = [one for one in QApplication.topLevelWidgets() if isinstance(one, ShareDialog)]
    assert not any(one.isVisible() for one in open_ones)
