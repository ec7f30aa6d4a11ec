"""Which territories this laptop keeps: a tree with ticks, and how much each is."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QHeaderView,
    QProxyStyle,
    QStyle,
    QStyleOption,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from channeldesk.actions import keeping as actions
from channeldesk.model.changes import Done
from channeldesk.queries import kept
from channeldesk.queries.kept import Keeping, Territory
from ui.context import Context
from ui.errors import log_error
from ui.i18n import formats, t
from ui.models.columns import MISSING
from ui.page import Page
from ui.viewmodels.keeping import KeepTree, Tick
from ui.widgets.check import Check, paint_box
from ui.widgets.partners.dialog import FormDialog

_HIGH = 24


class _Boxes(QProxyStyle):
    """Ticks as everywhere in the window: Qt's own have no edge on a dark ground."""

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        if element != QStyle.PrimitiveElement.PE_IndicatorItemViewItemCheck:
            super().drawPrimitive(element, option, painter, widget)
            return
        on, part = QStyle.StateFlag.State_On, QStyle.StateFlag.State_NoChange
        state: Any = option.state
        check = Qt.CheckState
        shown = check.Checked if state & on else check.PartiallyChecked if state & part else check.Unchecked
        box: QRect = option.rect
        painter.save()
        paint_box(painter, box.x(), box.y() + box.height() / 2, shown)
        painter.restore()


_STATES = {
    Tick.NONE: Qt.CheckState.Unchecked,
    Tick.PART: Qt.CheckState.PartiallyChecked,
    Tick.ALL: Qt.CheckState.Checked,
}


class KeepDialog(FormDialog):
    """Made from what this laptop knows; sizes come from headquarters, if it can be asked, unless they are
    known (``sized``).
    """

    chapter = "reference"

    def __init__(self, parent: QWidget, context: Context, known: Keeping, *, sized: bool = False) -> None:
        super().__init__(parent, t("Keep on this laptop"), t("Keep these"), 600)
        self._context, self._chosen = context, known.chosen
        self.tree_of = KeepTree(known.territories, known.chosen)
        self._filling = False
        self.everything = Check(t("Everything that I may see"))
        self.everything.toggled.connect(self._everything)
        self.tree = QTreeWidget()
        self.tree.setColumnCount(3)
        self.tree.setHeaderLabels([t("Territory"), t("Partners"), t("Rows")])
        self.tree.setAccessibleName(t("Territories to keep"))
        self.tree.setUniformRowHeights(True)
        self._boxes = _Boxes("fusion")
        self._boxes.setParent(self)
        self.tree.setStyle(self._boxes)
        for column in (1, 2):
            self.tree.headerItem().setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.itemChanged.connect(self._ticked)
        self.content.addWidget(self.everything)
        self.content.addWidget(self.tree, 1)
        self.say(
            t(
                "What is not kept is taken off this laptop, not deleted: headquarters has it. Changes that "
                "are not sent yet are sent first."
            )
        )
        self.confirmed.connect(self._keep)
        self.resize(640, 560)
        self._build()
        if not sized:
            context.tasks.run(
                self, "sizes", ask_sizes, context.tasks.desk, then=self._sizes_came, failed=self._no_sizes
            )
        self.tree.setFocus()

    def _build(self) -> None:
        self._filling = True
        self.tree.clear()
        self._items: dict[bytes, QTreeWidgetItem] = {}
        for one in self.tree_of.tops:
            self.tree.addTopLevelItem(self._item(one))
        self.tree.expandToDepth(1)
        self._filling = False
        self._show()

    def _item(self, territory: Territory) -> QTreeWidgetItem:
        item = QTreeWidgetItem([territory.name, "", ""])
        item.setData(0, Qt.ItemDataRole.UserRole, territory.id.hex())
        item.setSizeHint(0, QSize(0, _HIGH))
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        for column in (1, 2):
            item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._items[territory.id] = item
        for one in self.tree_of.below(territory.id):
            item.addChild(self._item(one))
        return item

    def _show(self) -> None:
        """Ticks, sizes and the sum as they stand."""
        self._filling = True
        form = formats()
        for territory, item in self._items.items():
            item.setCheckState(0, _STATES[self.tree_of.state(territory)])
            partners, rows = self.tree_of.sums(territory)
            item.setText(1, form.integer(partners))
            item.setText(2, MISSING if rows is None else form.integer(rows))
        self.everything.setChecked(self.tree_of.everything)
        self._filling = False
        partners, rows = self.tree_of.kept()
        told = t("Kept: {partners} partners", partners=form.integer(partners))
        if rows is not None:
            told = t(
                "Kept: {partners} partners, {rows} rows",
                partners=form.integer(partners),
                rows=form.integer(rows),
            )
        self.hint.setText(told)
        something = any(self.tree_of.state(one) is not Tick.NONE for one in self._items)
        self.main.setEnabled(something or not self._items)
        self.main.setToolTip("" if something else t("Keep one territory at least."))

    def _ticked(self, item: QTreeWidgetItem, column: int) -> None:
        if not self._filling and column == 0:
            territory = bytes.fromhex(item.data(0, Qt.ItemDataRole.UserRole))
            self.tree_of.tick(territory, item.checkState(0) == Qt.CheckState.Checked)
            self._show()

    def _everything(self, on: bool) -> None:
        if not self._filling:
            self.tree_of.tick_all(on)
            self._show()

    def _sizes_came(self, sizes: Any) -> None:
        """Headquarters knows territories that never came here."""
        if sizes is not None and sizes.territories:
            chosen = self.tree_of.chosen
            self.tree_of = KeepTree(sizes.territories, chosen)
            self._build()

    def _no_sizes(self, error: Exception) -> None:
        log_error(error)
        told = t("Headquarters cannot be asked for sizes now; partners are those of this laptop.")
        self.say(f"{self.subtitle.text()} {told}")

    def _keep(self) -> None:
        self.act(self._context.tasks, actions.keep, self.tree_of.chosen, then=self._kept)

    def _kept(self, _done: Done[None]) -> None:
        self.accept()


def choose_kept(page: Page) -> None:
    """Over a page."""

    def came(known: Keeping) -> None:
        KeepDialog(page, page.context, known).open()

    page.ask(kept.keeping, then=came, failed=page.context.fail)


def ask_sizes(desk: Any) -> Any:
    """None for a desk of plain data."""
    asked = getattr(desk, "sizes", None)
    return asked() if asked is not None else None
