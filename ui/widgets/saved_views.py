"""The views of a list that the person saved: a button whose menu shows, saves and removes them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget

from channeldesk.actions import saved_views as actions
from channeldesk.model.notice import notice
from channeldesk.queries.saved_views import saved_views
from ui.i18n import language, t, tn
from ui.widgets.button import IconButton
from ui.widgets.field import FormField
from ui.widgets.partners.dialog import FormDialog

if TYPE_CHECKING:
    from ui.tasks import Tasks
    from ui.widgets.list_table import ListTable


class SavedViews(IconButton):
    """``of`` names the list, for good: the views are kept under it."""

    shown = Signal(str)
    """The name of the view that the list shows now."""

    def __init__(self, tasks: Tasks, table: ListTable, of: str) -> None:
        super().__init__("eye", t("Saved views"))
        self._tasks, self._table, self._of = tasks, table, of
        self.clicked.connect(self._ask)

    def _ask(self) -> None:
        self._tasks.ask(self, "views", saved_views, self._of, language(), then=self._open)

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
        self.shown.emit(name)

    def _name(self, taken: tuple[str, ...]) -> None:
        dialog = NameView(self._table, taken)
        dialog.named.connect(partial(self._save, self._table.state()))
        dialog.open()

    def _save(self, view: dict[str, Any], name: str) -> None:
        self._tasks.act(actions.save, self._of, name, view)
        self.shown.emit(" ".join(name.split()))

    def _remove(self, name: str) -> None:
        self._tasks.act(actions.remove, self._of, name)


class NameView(FormDialog):
    """Asks for the name; one that is taken is replaced, and the button says so before."""

    chapter = "partners"

    named = Signal(str)

    def __init__(self, parent: QWidget, taken: tuple[str, ...]) -> None:
        super().__init__(parent, t("Save this view"), t("Save"), 400)
        self.say(t("Columns, order and filters come back as they are now. A view stays on this laptop."))
        self._taken = taken
        self.name = QLineEdit(maxLength=actions.LONGEST_NAME)
        self.box = FormField(t("Name"), self.name)
        self.content.addWidget(self.box)
        self.name.textEdited.connect(self._typed)
        self.name.returnPressed.connect(self._confirm)
        self.confirmed.connect(self._confirm)
        self.name.setFocus()

    def _typed(self, text: str) -> None:
        self.box.set_error("")
        self.main.setText(t("Replace") if " ".join(text.split()) in self._taken else t("Save"))

    def _confirm(self) -> None:
        if not self.name.text().strip():
            self.box.set_error(tn(notice("view.no_name")))
            return
        self.named.emit(self.name.text())
        self.accept()
