"""Prices and promotions: what promotions give and changed, what things cost, where channels stand apart."""

from __future__ import annotations

from typing import Any, TypeVar

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QWidget

from channeldesk.model.changes import Topic
from ui.context import Context
from ui.i18n import t
from ui.page import Page, PageHeader
from ui.viewmodels.prices import PricesView
from ui.widgets.prices.deviations import DeviationsPart
from ui.widgets.prices.part import PricesPart
from ui.widgets.promotions.part import PromotionsPart
from ui.widgets.tabs import Tabs

PricePart = PromotionsPart | PricesPart | DeviationsPart
P = TypeVar("P", PromotionsPart, PricesPart, DeviationsPart)


class PricesPage(Page):
    """Its subject is a :class:`PricesView`, so that Alt+Left goes back to what was seen before."""

    topics = frozenset(
        {Topic.PRICES, Topic.PRODUCTS, Topic.ORDERS, Topic.PARTNERS, Topic.STOCK, Topic.SETTINGS, Topic.SYNC}
    )
    provisional = True
    home = PricesView()

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.subject = PricesView()
        self._shown_promotion: bytes | None = None
        self.tabs = Tabs(_tabs(own=context.is_partner), numbered=True)
        self._parts: dict[str, PricePart] = {}
        self._fields, self._tools, self._beneath = QStackedLayout(), QStackedLayout(), QStackedLayout()
        fields = QWidget()
        fields.setLayout(self._fields)
        self._fields.setContentsMargins(0, 0, 0, 0)
        self.header = PageHeader(t("Prices and promotions"), fields)
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self.tabs, 1)
        bar.addLayout(self._tools)
        self.content.setSpacing(8)
        self.content.addWidget(self.header)
        self.content.addLayout(bar)
        self.content.addLayout(self._beneath, 1)
        self.tabs.chosen.connect(self._tab)
        self._show_part()

    # the parts, each made when it is first shown

    @property
    def promotions(self) -> PromotionsPart:
        return self._made("promotions", PromotionsPart)

    @property
    def prices(self) -> PricesPart:
        return self._made("prices", PricesPart)

    @property
    def deviations(self) -> DeviationsPart:
        return self._made("deviations", DeviationsPart)

    def _made(self, name: str, kind: type[P]) -> P:
        part = self._parts.get(name)
        if not isinstance(part, kind):
            part = self._parts[name] = kind(self)
            part.search.setFixedWidth(220)
            self._fields.addWidget(part.search)
            self._tools.addWidget(part.tools)
            self._beneath.addWidget(part)
        return part

    @property
    def part(self) -> PricePart:
        """The one that is shown."""
        match self.view.part:
            case "promotions":
                return self.promotions
            case "prices":
                return self.prices
            case "deviations":
                return self.deviations

    @property
    def view(self) -> PricesView:
        return self.subject if isinstance(self.subject, PricesView) else PricesView()

    def open(self, subject: Any) -> None:
        super().open(subject)
        self._show_part()

    def _show_part(self) -> None:
        with QSignalBlocker(self.tabs):
            self.tabs.choose(self.view.part)
        part = self.part
        self._fields.setCurrentWidget(part.search)
        self._tools.setCurrentWidget(part.tools)
        self._beneath.setCurrentWidget(part)
        self.setFocusProxy(part)
        self.header.note.set_text(part.told())

    def refresh(self) -> None:
        self.show_content()
        view = self.view
        if view.part == "promotions":
            if view.promotion is not None and view.promotion != self._shown_promotion:
                self.promotions.open(view.promotion)
            self._shown_promotion = view.promotion
            self.promotions.refresh()
        elif view.part == "prices":
            self.prices.show_view(view)
        else:
            self.deviations.show_view(view)

    def set_as_of(self, at_ms: int | None) -> None:
        super().set_as_of(at_ms)
        self.header.note.set_text(self.part.told())

    def _tab(self, key: object) -> None:
        """Another part, with what was chosen there; the one before is a step back."""
        self.go("prices", self.view.at(str(key)))  # type: ignore[arg-type]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.part.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            super().keyPressEvent(event)


def _tabs(*, own: bool) -> list[tuple[object, str, int | None]]:
    """``own``: for the people of a partner, who sell to nobody here."""
    made: list[tuple[object, str, int | None]] = [
        ("promotions", t("Promotions"), None),
        ("prices", t("Prices"), None),
    ]
    return made if own else [*made, ("deviations", t("Deviations"), None)]
