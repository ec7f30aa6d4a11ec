"""The button over an order whose menu takes lines from a template, and keeps the order's lines as one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from channeldesk.actions import templates as actions
from channeldesk.model.notice import notice
from channeldesk.queries.prices import Offer, offers
from channeldesk.queries.templates import Template, templates
from ui.i18n import language, n, t
from ui.widgets.button import Button
from ui.widgets.check import Check
from ui.widgets.name_dialog import NameDialog

if TYPE_CHECKING:
    from ui.context import Context
    from ui.widgets.orders.form import EntryForm


class Templates(Button):
    """Works on the form that is shown; hidden while there is none."""

    def __init__(self, context: Context) -> None:
        super().__init__(t("Templates"), icon="stack", keys="F8")
        self.setToolTip(t("Templates"))
        self.setAccessibleName(t("Templates"))
        self.hide_cap()
        self._context = context
        self._form: EntryForm | None = None
        self.clicked.connect(self._ask)
        self.hide()

    def show_form(self, form: EntryForm | None) -> None:
        self._form = form
        self.setVisible(form is not None and form.entry.draft.kind == "order")

    def _ask(self) -> None:
        if self._form is not None:
            partner, mine = self._form.entry.context.partner_id, self._context.profile.user_id
            tasks = self._context.tasks
            tasks.ask(self, "templates", templates, mine, partner, language(), then=self._open)

    def _open(self, found: tuple[Template, ...]) -> None:
        form = self._form
        if form is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for one in found:
            menu.addAction(_named(one), partial(self._take, one))
        if not found:
            menu.addAction(t("No templates yet")).setEnabled(False)
        menu.addSeparator()
        keep = menu.addAction(t("Keep these lines as a template…"), partial(self._name, found))
        keep.setEnabled(not form.entry.empty)
        if found:
            gone = menu.addMenu(t("Remove a template"))
            for one in found:
                gone.addAction(_named(one), partial(self._context.tasks.act, actions.remove, one.id))
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))

    def _take(self, template: Template) -> None:
        if self._form is not None:
            products = [product for product, _ in template.lines]
            then = partial(self._add, self._form, template)
            prices = self._form.entry.context.prices
            self._context.tasks.ask(self, "offers", offers, prices, products, then=then)

    def _add(self, form: EntryForm, template: Template, known: Mapping[bytes, Offer]) -> None:
        if form is self._form:
            form.add_template(template.name, template.lines, known)

    def _name(self, found: tuple[Template, ...]) -> None:
        if self._form is not None:
            dialog = NameTemplate(self, self._form.entry.context.name, found)
            dialog.named.connect(partial(self._save, self._form, dialog))
            dialog.open()

    def _save(self, form: EntryForm, dialog: NameTemplate, name: str) -> None:
        lines = [(one.product_id, one.quantity) for one in form.entry.lines if one.quantity]
        partner, everywhere = form.entry.context.partner_id, dialog.everywhere.isChecked()
        self._context.tasks.act(actions.save, name, partner, lines, everywhere)


class NameTemplate(NameDialog):
    chapter = "orders"

    def __init__(self, parent: QWidget, partner: str, found: tuple[Template, ...]) -> None:
        missing = notice("template.no_name")
        super().__init__(parent, t("Keep as a template"), (), missing, actions.LONGEST_NAME)
        self.say(t("Products and quantities are kept, prices are not. Only you see it, on all your devices."))
        self._found = found
        self.everywhere = Check(t("For every partner, not only for {partner}", partner=partner))
        self.everywhere.toggled.connect(self._whose)
        self.content.addWidget(self.everywhere)
        self._whose()

    def _whose(self) -> None:
        everywhere = self.everywhere.isChecked()
        self.taken = tuple(one.name for one in self._found if (one.partner_id is None) == everywhere)
        self.typed()


def _named(template: Template) -> str:
    count = len(template.lines)
    text = n("{name} ({count} line)", "{name} ({count} lines)", count, name=template.name)
    if template.partner_id is None:
        text = t("{name}, for every partner", name=text)
    return text.replace("&", "&&")
