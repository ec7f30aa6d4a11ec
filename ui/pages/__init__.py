"""Every page of the window: one file, one line here. A page's code is imported when it is first opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ui.i18n import N_ as N_

if TYPE_CHECKING:
    from ui.page import Page


@dataclass(frozen=True)
class Entry:
    """One page. ``code`` is "module:Class".

    ``group`` is its place in the navigation (1 to 4, divided by gaps); 0 keeps it out, for a page of one
    subject (a partner, an order), which stands under its ``parent`` there. ``keys`` go to it from anywhere.
    """

    id: str
    title: str
    icon: str
    code: str
    group: int = 0
    keys: str = ""
    parent: str = ""
    role: str = ""
    """Whose page it is; "" for everybody's. What is done on it is judged where it is done all the same."""

    def is_for(self, role: str) -> bool:
        return self.role in ("", role)

    def load(self) -> type[Page]:
        """The page's class, imported now."""
        from importlib import import_module

        module, name = self.code.split(":")
        found: type[Page] = getattr(import_module(module), name)
        return found


PAGES: tuple[Entry, ...] = (
    Entry("today", N_("Today"), "sun-horizon", "ui.pages.today:TodayPage", group=1, keys="G, T"),
    Entry("partners", N_("Partners"), "storefront", "ui.pages.partners:PartnersPage", group=1, keys="G, P"),
    Entry("partner", N_("Partner"), "storefront", "ui.pages.partner:PartnerPage", parent="partners"),
    Entry("orders", N_("Orders"), "article", "ui.pages.orders:OrdersPage", group=1, keys="G, O"),
    Entry("order", N_("Order"), "article", "ui.pages.order:OrderPage", parent="orders"),
    Entry("order_entry", N_("New order"), "article", "ui.pages.order_entry:OrderEntryPage", parent="orders"),
    Entry("stock", N_("Stock"), "package", "ui.pages.stock:StockPage", group=1, keys="G, S"),
    Entry("count", N_("Stock count"), "barcode", "ui.pages.count:CountPage", parent="stock"),
    Entry("visits", N_("Visits"), "map-pin", "ui.pages.visits:VisitsPage", group=1, keys="G, V"),
    Entry("trip", N_("Trip pack"), "briefcase", "ui.pages.trip:TripPage", parent="visits"),
    Entry(
        "performance",
        N_("Performance"),
        "chart-line-up",
        "ui.pages.performance:PerformancePage",
        group=3,
        keys="G, F",
    ),
    Entry(
        "order_lines",
        N_("Order lines"),
        "rows",
        "ui.pages.order_lines:OrderLinesPage",
        parent="performance",
    ),
    Entry("inbox", N_("Needs you"), "tray", "ui.pages.inbox:InboxPage", group=3, keys="G, I"),
    Entry("rounds", N_("Synchronisation"), "cloud-check", "ui.pages.rounds:RoundsPage", group=4, keys="G, Y"),
    Entry("trail", N_("Audit trail"), "list-checks", "ui.pages.trail:TrailPage", parent="settings"),
    Entry(
        "reference",
        N_("Reference data"),
        "database",
        "ui.pages.reference:ReferencePage",
        group=4,
        keys="G, R",
        role="headquarters",
    ),
    Entry("settings", N_("Settings"), "gear", "ui.pages.settings:SettingsPage", group=4, keys="G, E"),
)
