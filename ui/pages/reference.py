"""Reference data, for headquarters' staff: every kind as a list, edited as drafts and published together."""

from __future__ import annotations

from array import array
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from channeldesk.actions import reference as actions
from channeldesk.model.changes import Topic
from channeldesk.queries import publications, reference_data, reference_drafts
from channeldesk.queries.publications import Publication, Standing
from channeldesk.queries.reference_data import ReferenceForm, ReferenceRow
from channeldesk.queries.reference_drafts import Drafts
from channeldesk.rules.administration import KINDS
from channeldesk.rules.bulk import declared as bulk
from ui.context import Context
from ui.i18n import n, t
from ui.page import Page, PageHeader
from ui.shell.nav import NavItem
from ui.theme.tokens import MARGIN
from ui.widgets.button import MAIN, Button
from ui.widgets.face import Face
from ui.widgets.flow import Flow
from ui.widgets.list_table import ListTable
from ui.widgets.reference import words
from ui.widgets.reference.columns import columns
from ui.widgets.scroll import scrolling
from ui.widgets.search import SearchField

_SIDE, _SEARCH = 224, 200
_GAP, _NOTE = 8, 80
"""In the header: between two parts, and what the quiet line needs at least."""


class ReferencePage(Page):
    topics = frozenset(
        {Topic.ORGANISATION, Topic.PRODUCTS, Topic.PRICES, Topic.TARGETS, Topic.SYNC, Topic.PARTNERS}
    )

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.entity = KINDS[0]
        self.tables: dict[str, ListTable] = {}
        self.publish = Button(t("Nothing to publish"), icon="paper-plane-tilt", kind=MAIN, keys="Ctrl+P")
        self.publish.setEnabled(False)
        self.publish.clicked.connect(self._ask_drafts)
        self.keep = Button(t("Keep on this laptop…"), icon="laptop")
        self.keep.clicked.connect(self._choose_kept)
        self.plans = Button(t("Publications"), icon="calendar")
        self.plans.clicked.connect(self._ask_publications)
        self._named = {self.keep: t("Keep on this laptop…"), self.plans: t("Publications")}
        self.header = PageHeader(t("Reference data"), self.keep, self.plans, self.publish)
        self.kinds: dict[str, NavItem] = {}
        self.search = SearchField(t("Find in this list"), keys="Ctrl+F")
        self.search.setFixedWidth(_SEARCH)
        self.search.searched.connect(self._search)
        self.add = Button(t("Add"), icon="plus", keys="N")
        self.edit = Button(t("Edit"), icon="pencil-simple", cap="Enter")
        self.remove = Button(t("Delete"), icon="trash", cap="Del")
        self.add.clicked.connect(self._add)
        self.edit.clicked.connect(self._edit_current)
        self.remove.clicked.connect(self._remove_current)
        self.many = Button(t("Change many…"), icon="list-checks", keys="M")
        self.many.clicked.connect(self._change_many)
        self.file = Button(t("From a file…"), icon="file-text", keys="F")
        self.file.clicked.connect(self._from_file)
        self.stack = QStackedWidget()
        for button in (self.add, self.edit, self.remove, self.many, self.file):
            button.setToolTip(context.why_not)
        self._lay_out()
        QShortcut("Ctrl+F", self, self.search.setFocus)
        QShortcut(
            Qt.Key.Key_Delete,
            self.stack,
            self._remove_current,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )
        self.show_kind(self.entity)
        self.setFocusProxy(self.stack)

    def _lay_out(self) -> None:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for kind, title in words.kinds():
            item = self.kinds[kind] = NavItem(title, words.ICONS[kind])
            item.clicked.connect(partial(self.show_kind, kind))
            column.addWidget(item)
        column.addStretch(1)
        right = QWidget()
        lists = QVBoxLayout(right)
        lists.setContentsMargins(0, 0, 0, 0)
        lists.setSpacing(12)
        tools = Flow()
        tools.addWidget(self.search)
        for button in (self.many, self.file, self.add, self.edit, self.remove):
            tools.push(button)
        lists.addLayout(tools)
        lists.addWidget(self.stack, 1)
        row = QHBoxLayout()
        row.setSpacing(16)
        kinds = scrolling(side)
        kinds.setFixedWidth(_SIDE)
        row.addWidget(kinds)
        row.addWidget(right, 1)
        self.content.addWidget(self.header)
        self.content.addLayout(row, 1)

    # what is shown

    def show_kind(self, entity: str) -> None:
        """The list of another kind; each is made when it is first looked at."""
        self.entity = entity
        for kind, item in self.kinds.items():
            item.set_here(kind == entity)
        if entity not in self.tables:
            self.tables[entity] = self._table(entity)
            self.stack.addWidget(self.tables[entity])
            if not self.stale:
                self.tables[entity].reload()
        table = self.tables[entity]
        self.stack.setCurrentWidget(table)
        self.stack.setFocusProxy(table)
        table.search(self.search.text().strip())
        self._follow(table.current_row())
        self._counted(self.entity, table.count)

    def _table(self, entity: str) -> ListTable:
        spec = reference_data.spec(entity)
        table = ListTable(
            self.context.tasks,
            words.kind(entity),
            columns(entity),
            reference_data.keys,
            partial(reference_data.rows, entity),
            subject=(entity,),
            sort=spec.default_sort,
            ticks=True,
            views=f"reference.{entity}",
            figures=partial(reference_data.figures, entity),
        )
        table.current.connect(self._follow)
        table.opened.connect(self._edit)
        table.counted.connect(partial(self._counted, entity))
        table.told.connect(self.context.say)
        table.set_empty(partial(_empty, words.kind(entity)))
        table.field = self.search
        return table

    def refresh(self) -> None:
        for table in self.tables.values():
            table.reload()
        self.ask(reference_drafts.drafts, then=self._drafts_came)
        self.ask(publications.standing, then=self._standing_came)
        self.show_content()

    def _drafts_came(self, found: Drafts) -> None:
        count, by_entity = len(found.drafts), found.by_entity
        for kind, item in self.kinds.items():
            item.set_count(by_entity.get(kind, 0))
        self.publish.setEnabled(bool(count))
        self.publish.setText(t("Publish ({count})", count=count) if count else t("Nothing to publish"))
        self._fit_header()

    def _standing_came(self, found: Standing) -> None:
        told = t("Publications ({count})", count=found.scheduled) if found.scheduled else t("Publications")
        if found.refused:
            told += " · " + n("{count} refused", "{count} refused", found.refused)
        self._named[self.plans] = told
        self._fit_header()

    def _counted(self, entity: str, count: int) -> None:
        if entity != self.entity:
            return
        table = self.tables[entity]
        if count and not table.view.currentIndex().isValid():
            table.view.setCurrentIndex(table.model.index(0, 1))
        told = n("{count} row", "{count} rows", count)
        self.header.note.set_text(f"{words.kind(self.entity)} · {told}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_header()
        super().resizeEvent(event)

    def _fit_header(self) -> None:
        """Where the window is narrow, buttons of the header show their icon only, one after the other."""
        room = self.width() - 2 * MARGIN
        for button, name in self._named.items():
            button.setText(name)
            button.setToolTip(name)
            button.setAccessibleName(name)
        parts = (self.header.title, *self._named, self.publish)
        for button in self._named:
            if sum(part.sizeHint().width() + _GAP for part in parts) + _NOTE > room:
                button.setText("")

    def _follow(self, row: ReferenceRow | None) -> None:
        self.add.setEnabled(self._may("insert"))
        self.edit.setEnabled(row is not None and self._may("patch"))
        self.remove.setEnabled(row is not None and self._may("delete"))
        self.many.setVisible(self.entity in bulk.KINDS)
        self.many.setEnabled(row is not None and self._may("patch"))
        self.file.setVisible(self.entity == "price_item")
        self.file.setEnabled(self._may("insert") and self._may("patch"))

    def _may(self, operation: str) -> bool:
        return self.context.may(self.entity, operation)

    def _search(self, text: str) -> None:
        self.tables[self.entity].search(text)

    # what is done

    def _add(self) -> None:
        if self._may("insert"):
            self.ask(reference_data.form, self.entity, None, then=self._form_came, failed=self.context.fail)

    def _edit_current(self) -> None:
        self._edit(self.tables[self.entity].current_row())

    def _edit(self, row: Any) -> None:
        if row is not None and self._may("patch"):
            self.ask(reference_data.form, self.entity, row.id, then=self._form_came, failed=self.context.fail)

    def _form_came(self, form: ReferenceForm | None) -> None:
        from ui.widgets.reference.form import ReferenceDialog

        if form is None:
            self.context.say(t("This row is gone."), "info")
            return
        self.dialog = ReferenceDialog(self, self.context, form)
        self.dialog.open()

    def _remove_current(self) -> None:
        row = self.tables[self.entity].current_row()
        if row is not None and self._may("delete"):
            self.act(actions.remove, self.entity, row.id)

    def _change_many(self) -> None:
        """The ticked rows, or all that are listed as they are filtered now."""
        from ui.widgets.reference.bulk_dialog import BulkDialog

        if self.entity in bulk.KINDS and self._may("patch"):
            keys = self._chosen()
            if keys:
                self.bulk = BulkDialog(self, self.context, self.entity, keys)
                self.bulk.open()

    def _chosen(self) -> array[int]:
        table = self.tables[self.entity]
        return table.ticked_keys() or table.model.keys[:]

    def _from_file(self) -> None:
        from ui.widgets.reference.file_dialog import FileDialog

        if self.entity == "price_item" and self._may("patch"):
            self.sheet = FileDialog(self, self.context, self._chosen())
            self.sheet.open()

    def _ask_drafts(self) -> None:
        self.ask(reference_drafts.drafts, key="publish", then=self._publish, failed=self.context.fail)

    def _publish(self, found: Drafts) -> None:
        from ui.widgets.reference.drafts_dialog import DraftsDialog

        if found.drafts:
            self.drafts = DraftsDialog(self, self.context, found)
            self.drafts.open()

    def _ask_publications(self) -> None:
        self.ask(
            publications.publications, key="plans", then=self._show_publications, failed=self.context.fail
        )

    def _show_publications(self, found: tuple[Publication, ...]) -> None:
        from ui.widgets.reference.publications_dialog import PublicationsDialog

        self.planned = PublicationsDialog(self, self.context, found)
        self.planned.open()

    def _choose_kept(self) -> None:
        from ui.widgets.reference.keep_dialog import choose_kept

        choose_kept(self)


def _empty(kind: str, face: Face, filtered: bool) -> None:
    if filtered:
        face.empty(t("Nothing matches"), t("No row fits these filters."), t("Clear filters"), "funnel")
    else:
        face.empty(
            t("{kind}: none yet", kind=kind), t("Press N to add the first one as a draft."), "", "database"
        )
