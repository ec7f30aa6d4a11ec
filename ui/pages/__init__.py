"""Every page of the window: one file, one line here. A page's code is imported when it is first opened."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from channeldesk.rules.rights import PARTNER, Role
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
    sees: str = ""
    """An entity that the role must receive, else the page is not there; ``writes``: one that it must be able
    to add.
    """
    writes: str = ""

    def load(self) -> type[Page]:
        """The page's class, imported now."""
        from importlib import import_module

        module, name = self.code.split(":")
        found: type[Page] = getattr(import_module(module), name)
        return found

    @property
    def chapter(self) -> str:
        """The chapter of the user guide about this page: its own, or that of the page above it."""
        from channeldesk.model.guide import CHAPTERS

        return self.id if self.id in CHAPTERS else self.parent

    def is_for(self, role: Role) -> bool:
        from channeldesk.model.entities import ENTITIES

        seen = not self.sees or role.sees(ENTITIES[self.sees])
        return seen and (not self.writes or "insert" in role.writes(ENTITIES[self.writes]))


PAGES: tuple[Entry, ...] = (
    Entry(
        "today",
        N_("Today"),
        "sun-horizon",
        "ui.pages.today:TodayPage",
        group=1,
        keys="G, T",
        sees="visit_plan",
    ),
    Entry("partners", N_("Partners"), "storefront", "ui.pages.partners:PartnersPage", group=1, keys="G, P"),
    Entry("partner", N_("Partner"), "storefront", "ui.pages.partner:PartnerPage", parent="partners"),
    Entry("orders", N_("Orders"), "article", "ui.pages.orders:OrdersPage", group=1, keys="G, O"),
    Entry("order", N_("Order"), "article", "ui.pages.order:OrderPage", parent="orders"),
    Entry(
        "order_entry",
        N_("New order"),
        "article",
        "ui.pages.order_entry:OrderEntryPage",
        parent="orders",
        writes="sales_order",
    ),
    Entry(
        "routing",
        N_("Order routing"),
        "git-branch",
        "ui.pages.routing:RoutingPage",
        keys="G, U",
        parent="orders",
        sees="order_route",
    ),
    Entry(
        "approvals",
        N_("Approvals"),
        "check-square",
        "ui.pages.approvals:ApprovalsPage",
        group=1,
        keys="G, A",
        writes="approval",
    ),
    Entry("stock", N_("Stock"), "package", "ui.pages.stock:StockPage", group=1, keys="G, S"),
    Entry(
        "count",
        N_("Stock count"),
        "barcode",
        "ui.pages.count:CountPage",
        parent="stock",
        writes="stock_count",
    ),
    Entry(
        "sell",
        N_("Sell-in and sell-out"),
        "arrows-down-up",
        "ui.pages.sell:SellPage",
        keys="G, L",
        parent="stock",
        sees="sell_out",
    ),
    Entry(
        "sell_report",
        N_("Report sell-out"),
        "upload-simple",
        "ui.pages.sell_report:SellReportPage",
        parent="sell",
        writes="sell_out",
    ),
    Entry(
        "visits",
        N_("Visits"),
        "map-pin",
        "ui.pages.visits:VisitsPage",
        group=1,
        keys="G, V",
        sees="visit_plan",
    ),
    Entry(
        "survey",
        N_("Survey"),
        "clipboard-text",
        "ui.pages.survey:SurveyPage",
        parent="visits",
        writes="survey_response",
    ),
    Entry("trip", N_("Trip pack"), "briefcase", "ui.pages.trip:TripPage", parent="visits", sees="visit_plan"),
    Entry(
        "day_report",
        N_("Day report"),
        "file-text",
        "ui.pages.day_report:DayReportPage",
        keys="G, D",
        parent="visits",
        sees="visit_plan",
    ),
    Entry(
        "prices",
        N_("Prices and promotions"),
        "tag",
        "ui.pages.prices:PricesPage",
        group=2,
        keys="G, M",
        sees="promotion",
    ),
    Entry(
        "performance",
        N_("Performance"),
        "chart-line-up",
        "ui.pages.performance:PerformancePage",
        group=3,
        keys="G, F",
        sees="target",
    ),
    Entry(
        "order_lines",
        N_("Order lines"),
        "rows",
        "ui.pages.order_lines:OrderLinesPage",
        parent="performance",
        sees="target",
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
        writes="territory",
    ),
    Entry("settings", N_("Settings"), "gear", "ui.pages.settings:SettingsPage", group=4, keys="G, E"),
    Entry("help", N_("Help"), "question", "ui.pages.help:HelpPage"),
)


FIRST_SYNC = Entry(
    "first_sync", N_("First synchronisation"), "cloud-arrow-down", "ui.first_run.first_sync:FirstSyncPage"
)
GALLERY = Entry("gallery", "Gallery", "rows", "ui.pages.gallery:GalleryPage", group=4)
DEVELOPER = "CHANNELDESK_DEVELOPER"
"""Set to anything, it adds what only those need who build pages."""


def pages_for(role: Role, pages: Sequence[Entry] = PAGES) -> tuple[Entry, ...]:
    """What a role can use. The people of a partner have their own company in place of a list of partners."""
    found = [one for one in pages if one.is_for(role)]
    if role.code == PARTNER:
        found = [_company(one) for one in found if one.id != "partners"]
    return (*found, GALLERY) if os.environ.get(DEVELOPER) else tuple(found)


def _company(entry: Entry) -> Entry:
    if entry.id != "partner":
        return entry
    return replace(entry, title=N_("My company"), group=1, keys="G, P", parent="")
