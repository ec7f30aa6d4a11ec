"""The views of a list that the person saved: a button whose menu shows, saves and removes them, and a tab for
each where the list has tabs above it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QMenu, QWidget

from channeldesk.actions import saved_views as actions
from channeldesk.model.changes import Changes, Done, Topic
from channeldesk.model.notice import notice
from channeldesk.queries.saved_views import saved_views
from ui.i18n import language, t
from ui.widgets.button import IconButton
from ui.widgets.name_dialog import NameDialog

if TYPE_CHECKING:
    from ui.tasks import Tasks
    from ui.widgets.list_table import ListTable
    from ui.widgets.tabs import Tabs


class SavedViews(IconButton):
    """``of`` names the list, for good: the views are kept under it."""

    def __init__(self, tasks: Tasks, table: ListTable, of: str) -> None:
        super().__init__("eye", t("Saved views"))
        self._tasks, self._table, self._of = tasks, table, of
        self._tabs: Tabs | None = None
        self.clicked.connect(self._ask)

    def stand_among(self, tabs: Tabs) -> None:
        """Every view has a tab of its own behind these, from now on and after a restart."""
        self._tabs = tabs
        tabs.added_chosen.connect(self._show_named)
        tabs.removal_wanted.connect(self._remove)
        self._tasks.changed.connect(self._changed)

    def showEvent(self, event: QShowEvent) -> None:
        self._changed(frozenset({Topic.SETTINGS}))
        super().showEvent(event)

    def _changed(self, changes: Changes) -> None:
        if self._tabs is not None and Topic.SETTINGS in changes:
            self._tasks.ask(self, "tabs", saved_views, self._of, language(), then=self._known)

    def _known(self, views: dict[str, dict[str, Any]]) -> None:
        if self._tabs is not None:
            self._tabs.set_added(list(views))

    def _ask(self) -> None:
        self._tasks.ask(self, "views", saved_views, self._of, language(), then=self._open)

    def _show_named(self, name: str) -> None:
        then = partial(self._show_of, name)
        self._tasks.ask(self, "shown", saved_views, self._of, language(), then=then)

    def _show_of(self, name: str, views: dict[str, dict[str, Any]]) -> None:
        if name in views:
            self._show(name, views[name])

    def _open(self, views: dict[str, dict[str, Any]]) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name, view in views.items():
            menu.addAction(name.replace("&", "&&"), partial(self._show, name, view))
        if views:
            menu.addSeparator()
        menu.addAction(t("Save this view…"), partial(self._name, tuple(views)))
        if views:
            gone = menu.addMenu(t("Remove a view"))
            for name in views:
                gone.addAction(name.replace("&", "&&"), partial(self._remove, name))
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))

    def _show(self, name: str, view: dict[str, Any]) -> None:
        self._table.apply(view)
        self._now(name)

    def _now(self, name: str) -> None:
        """The list shows this view."""
        if self._tabs is not None:
            self._tabs.show_added(name)

    def _name(self, taken: tuple[str, ...]) -> None:
        dialog = NameView(self._table, taken)
        dialog.named.connect(partial(self._save, self._table.state()))
        dialog.open()

    def _save(self, view: dict[str, Any], name: str) -> None:
        self._tasks.act(actions.save, self._of, name, view, then=self._saved)

    def _saved(self, done: Done[str]) -> None:
        self._now(done.value)

    def _remove(self, name: str) -> None:
        self._tasks.act(actions.remove, self._of, name)


class NameView(NameDialog):
    chapter = "partners"

    def __init__(self, parent: QWidget, taken: tuple[str, ...]) -> None:
        super().__init__(parent, t("Save this view"), taken, notice("view.no_name"), actions.LONGEST_NAME)
        self.say(t("Columns, order and filters come back as they are now. A view stays on this laptop."))
