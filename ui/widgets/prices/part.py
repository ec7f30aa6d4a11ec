"""Prices: a partner's for every product, or a product's for every partner; the chosen one step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from channeldesk.model.notice import Problem
from channeldesk.queries import partner_page, partner_prices
from channeldesk.queries.find import (
    PartnerHit,
    ProductHit,
    find_partners,
    find_products,
    partner_names,
    product_names,
)
from channeldesk.queries.partner_prices import Asked, OpenLists, Priced, PriceRow
from ui.i18n import formats, own_name, t
from ui.page import Page
from ui.viewmodels.matching import matched
from ui.viewmodels.prices import PricesView
from ui.widgets.choice import Choice
from ui.widgets.entrance import Entrance
from ui.widgets.face import Face
from ui.widgets.find_box import Found
from ui.widgets.find_field import FindField
from ui.widgets.label import Elided, Label, Line
from ui.widgets.list_table import ListTable
from ui.widgets.orders.choose_partner import as_found
from ui.widgets.prices.columns import columns, of_partners
from ui.widgets.prices.way import WayPane
from ui.widgets.search import SearchField

if TYPE_CHECKING:
    from sqlalchemy import Connection

_NARROW = 1000


class _Rows:
    """What a list reads its rows with: for what was asked last."""

    __name__ = "rows"

    def __init__(self) -> None:
        self.asked = Asked()

    def __call__(self, connection: Connection, keys: Sequence[int]) -> list[PriceRow]:
        return partner_prices.rows(connection, keys, self.asked)


class PricesPart(Entrance):
    """``show_view`` takes partner, product and quantity of a :class:`PricesView`."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._own = page.context.is_partner
        self.view_shown = PricesView("prices")
        self._narrow = False
        self._rows = {"partner": _Rows(), "product": _Rows()}
        self.way = Choice(t("Prices of"), [("partner", t("a partner")), ("product", t("a product"))])
        self.partner = FindField(
            page.context.tasks, t("Name, code or initials of the partner"), as_found, icon="storefront"
        )
        self.partner.set_query(find_partners)
        self.product = FindField(
            page.context.tasks, t("Name, SKU or barcode of the product"), _as_found, icon="package"
        )
        self.product.set_query(find_products)
        self.quantity = QLineEdit()
        self.quantity.setPlaceholderText(t("one pack"))
        self.quantity.setAccessibleName(t("Quantity"))
        self.whose = Elided("", "name")
        self.tables = {name: self._table(name) for name in self._rows}
        self.search = SearchField(t("Search this list"), keys="Ctrl+F")
        self.pane = WayPane(page.context.tasks)
        self.pane.setMinimumWidth(320)
        self.pane.chart.told.connect(page.context.say)
        self.face = Face()
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.table if self._own else self.partner)

    def _table(self, name: str) -> ListTable:
        floors = self._page.context.sees("price_item", "floor")
        shown = columns(floors=floors)
        return ListTable(
            self._page.context.tasks,
            t("Prices"),
            shown if name == "partner" else of_partners(shown),
            partner_prices.keys,
            self._rows[name],
            subject=(Asked(),),
            views=f"prices_{name}",
        )

    def _lay_out(self) -> None:
        for field in (self.partner, self.product):
            field.setObjectName("")  # with the usual frame, beside the other fields
            field.setMaximumWidth(340)
        self.quantity.setFixedWidth(90)
        self._bar = QWidget()
        bar = QHBoxLayout(self._bar)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.setSpacing(8)
        bar.addWidget(self.way)
        bar.addWidget(self.partner, 3)
        bar.addWidget(self.product, 3)
        bar.addWidget(Label(t("Quantity"), "caption"))
        bar.addWidget(self.quantity)
        bar.addSpacing(8)
        bar.addWidget(self.whose, 2)
        self.tools = QWidget()
        self._tools = QStackedLayout(self.tools)
        self._tools.setContentsMargins(0, 0, 0, 0)
        left = QWidget()  # before what it holds: a part without a parent would be a window of its own
        self._lists = QStackedLayout(left)
        self._lists.setContentsMargins(0, 0, 16, 0)
        for table in self.tables.values():
            self._tools.addWidget(table.tools)
            self._lists.addWidget(table)
        self.way.setVisible(not self._own)
        self._both = QWidget()
        both = QHBoxLayout(self._both)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(0)
        both.addWidget(left, 2)
        both.addWidget(Line(upright=True))
        both.addWidget(self.pane, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(self._bar)
        whole.addWidget(self._both, 1)
        whole.addWidget(self.face, 1)

    def _connect(self) -> None:
        self.way.chosen.connect(self._way)
        self.partner.chosen.connect(self._partner)
        self.product.chosen.connect(self._product)
        self.quantity.editingFinished.connect(self._quantity)
        self.search.searched.connect(self._search)
        for table in self.tables.values():
            table.field = self.search
            table.current.connect(self._current)
            table.counted.connect(self._counted)
            table.told.connect(self._page.context.say)
            table.set_empty(_empty)

    @property
    def table(self) -> ListTable:
        """The one that is shown."""
        return self.tables["product" if self._by_product else "partner"]

    @property
    def _by_product(self) -> bool:
        return self.way.key == "product"

    def told(self) -> str:
        """For the page's heading."""
        return ""

    def _search(self, text: str) -> None:
        self.table.search(text)

    # what is shown

    def show_view(self, view: PricesView) -> None:
        self.view_shown = view
        self.quantity.setText(formats().quantity(view.quantity) if view.quantity is not None else "")
        if view.partner is not None or view.product is not None:
            self.way.set_options(self.way.options, "partner" if view.partner is not None else "product")
        if self._own and view.partner is None:
            self._page.ask(partner_page.own, then=self._own_came)
            return
        self._arrange()
        by_product = self._by_product
        subject = view.product if by_product else view.partner
        self.face.setVisible(subject is None)
        self._both.setVisible(subject is not None)
        self.whose.set_text("")
        if subject is None:
            self.face.empty(
                t("Which product?") if by_product else t("Whose prices?"),
                t("Find a product above: its price for every partner appears.")
                if by_product
                else t("Find a partner above: what every product costs it appears, step by step."),
                icon="coins",
            )
            return
        asked = (
            Asked(product_id=view.product, quantity=view.quantity)
            if by_product
            else Asked(view.partner, None, view.quantity)
        )
        self._rows["product" if by_product else "partner"].asked = asked
        self.table.set_subject(asked)
        if by_product:
            self.pane.show_lists(None)
            self._page.ask(product_names, view.product, key="named", then=self._named)
        else:
            self._page.ask(partner_prices.open_lists, view.partner, then=self._lists_came)
            self._page.ask(partner_names, view.partner, key="named", then=self._named)

    def _own_came(self, partner: bytes | None) -> None:
        if partner is not None:
            self.show_view(replace(self.view_shown, partner=partner))
        else:
            self._both.hide()
            self.face.show()
            _empty(self.face, False)

    def _arrange(self) -> None:
        shown = self.table
        self._lists.setCurrentWidget(shown)
        self._tools.setCurrentWidget(shown.tools)
        self.partner.setVisible(not self._own and not self._by_product)
        self.product.setVisible(not self._own and self._by_product)
        self.setFocusProxy(shown if self.view_shown.partner or self.view_shown.product else self._field())

    def _field(self) -> FindField:
        return self.product if self._by_product else self.partner

    def _named(self, names: tuple[str, str | None] | None) -> None:
        self.whose.set_text(own_name(*names) if names is not None else "")

    def _lists_came(self, found: OpenLists | None) -> None:
        self.pane.show_lists(found)
        if found is not None:
            self._page.set_as_of(found.as_of)

    def _counted(self, count: int) -> None:
        view = self.table.view
        if count and not view.currentIndex().isValid():
            view.setCurrentIndex(self.table.model.index(0, 0))
        elif not count:
            self.pane.show_priced(None)

    def _current(self, row: PriceRow | None) -> None:
        if row is None:
            self.pane.show_priced(None)
            return
        self._page.ask(
            partner_prices.priced,
            row.partner_id,
            row.product_id,
            self.view_shown.quantity,
            key="priced",
            then=partial(self._priced_came, row),
        )
        if self._by_product:
            self._page.ask(partner_prices.open_lists, row.partner_id, then=self._lists_came)

    def _priced_came(self, of: PriceRow, found: Priced | None) -> None:
        row = self.table.current_row()
        if row is not None and (row.partner_id, row.product_id) == (of.partner_id, of.product_id):
            self.pane.show_priced(found)

    # what is chosen

    def _way(self, _key: object) -> None:
        self.search.clear()
        for table in self.tables.values():
            table.search("")
        self._go(partner=None, product=None)
        self._field().setFocus()

    def _partner(self, hit: PartnerHit, _text: str) -> None:
        self._go(partner=hit.id, product=None)
        self.table.setFocus()

    def _product(self, hit: ProductHit, _text: str) -> None:
        self._go(partner=None, product=hit.id)
        self.table.setFocus()

    def _quantity(self) -> None:
        text = self.quantity.text().strip()
        try:
            quantity = formats().read_quantity(text) if text else None
        except Problem as problem:
            from ui.errors import explain

            self._page.context.say(explain(problem).happened, "warning")
            return
        if quantity is not None and quantity <= 0:
            self._page.context.say(t("A price is asked for a quantity above zero."), "warning")
            return
        if quantity != self.view_shown.quantity:
            self._go(partner=self.view_shown.partner, product=self.view_shown.product, quantity=quantity)

    def _go(self, partner: bytes | None, product: bytes | None, quantity: Any = ...) -> None:
        asked = self.view_shown.quantity if quantity is ... else quantity
        view = replace(self.view_shown, partner=partner, product=product, quantity=asked)
        self._page.go("prices", view)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        if narrow == self._narrow:
            return
        self._narrow = narrow
        for table in self.tables.values():
            for at, column in enumerate(table.view.columns):
                if column.visible and column.id in ("quantity", "price", "sku", "promotion", "floor"):
                    table.view.setColumnHidden(at, narrow)
            table.view.stretch()


def _as_found(hit: ProductHit, text: str) -> Found:
    name = own_name(hit.name, hit.name_local)
    return Found(hit, hit.sku, name, matched(name, text), "", hit.category or "")


def _empty(face: Face, filtered: bool) -> None:
    if filtered:
        face.empty(t("Nothing matches"), t("Nothing fits these filters."), t("Clear filters"), "funnel")
    else:
        face.empty(t("No prices"), t("They come with the next synchronisation."), icon="coins")
