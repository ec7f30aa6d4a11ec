"""One partner on one page: figures, trend, what happened, orders, receivables, stock, visits, people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QWidget

from channeldesk.actions import contacts as contact_actions
from channeldesk.model.changes import Topic
from channeldesk.queries import partner_edit, partner_page
from channeldesk.queries.partner import Contact
from channeldesk.queries.partner_edit import PartnerForm
from channeldesk.queries.partner_page import PartnerPageData
from channeldesk.queries.timeline import Event
from ui.context import Context
from ui.i18n import language, t
from ui.page import Page
from ui.viewmodels.files import FilesOf
from ui.viewmodels.order_entry import Wanted
from ui.widgets.files.pane import FilesPane
from ui.widgets.label import Label
from ui.widgets.list_table import ListTable
from ui.widgets.partners.cards import SaveCards
from ui.widgets.partners.contacts import ContactsTab
from ui.widgets.partners.figures import PartnerFigures
from ui.widgets.partners.head import PartnerHead
from ui.widgets.partners.lists import invoice_list, order_list, stock_list, visit_list
from ui.widgets.partners.overview import Overview
from ui.widgets.partners.promise_work import PromiseWork
from ui.widgets.tabs import Tabs
from ui.widgets.visits.correct import Correcting

_NOTE = 6
"""The column of a contact's note."""
_LISTS: dict[str, Callable[..., ListTable]] = {
    "orders": order_list,
    "stock": stock_list,
    "visits": visit_list,
}


class PartnerPage(Page):
    topics = frozenset(
        {
            Topic.PARTNERS,
            Topic.CONTACTS,
            Topic.ORDERS,
            Topic.RECEIVABLES,
            Topic.APPROVALS,
            Topic.STOCK,
            Topic.VISITS,
            Topic.PROMISES,
            Topic.FILES,
            Topic.TARGETS,
            Topic.INBOX,
        }
    )
    provisional = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.data: PartnerPageData | None = None
        self.head = PartnerHead()
        self.figures = PartnerFigures(own=context.is_partner)
        self.tabs = Tabs(self._tabs(None), numbered=True)
        self.overview = Overview(context.tasks, own=context.is_partner)
        self.contacts = ContactsTab()
        self.cards = SaveCards(self, context)
        self.correcting = Correcting(self)
        self.files = FilesPane(context, t("Drop to add to this partner"))
        self.lists: dict[str, ListTable] = {}
        self._kinds: frozenset[str] | None = None
        self.stack = QStackedWidget()
        self.stack.addWidget(self.overview)
        self.stack.addWidget(self.contacts)
        self.stack.addWidget(self.files)
        self._tools = QHBoxLayout()
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.tabs, 1)
        line.addLayout(self._tools)
        if context.sees("visit"):
            line.addWidget(Label(t("Alt+1 … Alt+7"), "hint"))
        else:
            line.addWidget(Label(t("Alt+1 … Alt+6"), "hint"))
        self.content.setSpacing(12)
        self.content.addWidget(self.head)
        self.content.addWidget(self.figures)
        self.content.addLayout(line)
        self.content.addWidget(self.stack, 1)
        self._connect()
        self._offer_what_may_be_done()
        self.setFocusProxy(self.tabs)
        self.show_loading()

    def _offer_what_may_be_done(self) -> None:
        self.head.alone = self.context.is_partner
        head, overview, may = self.head, self.overview, self.context.may
        for part, allowed in (
            (head.edit, may("partner", "patch")),
            (head.plan, may("visit_plan")),
            (head.order, may("sales_order")),
            (overview.add_promise, may("promise")),
            (overview.add_note, may("visit")),
            (head.brief, self.context.sees("visit")),
        ):
            if not allowed:
                part.hide()
        if not may("promise", "patch"):
            overview.promises.only_show()
        if not may("contact"):
            self.contacts.only_show()
        if self.context.is_partner:
            self.figures.credit.hide()
        if not self.context.sees("visit"):
            self.figures.visit.hide()
            overview.leave_out("visit", "visit_plan", "promise")
        overview.show_promises(self.context.sees("promise"))
        self.contacts.table.setColumnHidden(_NOTE, not self.context.sees("contact", "note"))

    def _connect(self) -> None:
        self.head.list_wanted.connect(self._to_list)
        self.head.inbox_wanted.connect(self._to_inbox)
        self.head.brief.clicked.connect(self.brief)
        self.head.edit.clicked.connect(self.edit)
        self.head.plan.clicked.connect(self.plan_visit)
        self.head.order.clicked.connect(self.new_order)
        self.tabs.chosen.connect(self.show_tab)
        self.overview.chart.told.connect(self.context.say)
        self.promise_work = PromiseWork(self, self.overview.promises)
        self.overview.add_promise.clicked.connect(self.promise)
        self.overview.add_note.clicked.connect(self.note)
        self.overview.kinds_chosen.connect(self._narrow)
        self.overview.event_opened.connect(self._open_event)
        self.contacts.add_wanted.connect(self.add_contact)
        self.contacts.edit_wanted.connect(self.edit_contact)
        self.contacts.remove_wanted.connect(self.remove_contact)
        self.contacts.cards_wanted.connect(self.save_cards)

    def open(self, subject: Any) -> None:
        """A partner's id. Another one begins with its overview."""
        if subject != self.subject:
            self.data = None
            self.show_loading()
            self.tabs.choose("overview")
            for found in self.lists.values():
                self.stack.removeWidget(found)
                self._tools.removeWidget(found.tools)
                found.tools.deleteLater()
                found.deleteLater()
            self.lists.clear()
            if subject is not None:
                self.files.show_files(FilesOf(subject))
        super().open(subject)

    def refresh(self) -> None:
        if self.subject is None and self.context.is_partner:
            self.ask(partner_page.own, then=self._own)
            return
        if self.subject is None:
            self.show_empty(t("No partner chosen"), t("Open one from the list."), t("Partners"), "storefront")
            return
        self.ask(partner_page.read, self.subject, self._kinds, language(), then=self._came)
        for found in self.lists.values():
            found.reload()
        self.files.reload()

    def _tabs(self, data: PartnerPageData | None) -> list[tuple[object, str, int | None]]:
        return [one for one in _tabs(data) if one[0] != "visits" or self.context.sees("visit")]

    def _own(self, partner_id: bytes | None) -> None:
        """For the people of a partner there is this one alone."""
        if partner_id is None:
            self.show_empty(t("Your company arrives with the next synchronisation"), icon="storefront")
            return
        self.open(partner_id)
        self.refresh()

    def face_pressed(self) -> None:
        if self.face.kind == "empty":
            self._to_list()
        else:
            super().face_pressed()

    def _came(self, data: PartnerPageData | None) -> None:
        if data is None:
            self.show_empty(
                t("This partner is not here"),
                t("It has left your territory, or was removed at headquarters."),
                t("Partners"),
                "storefront",
            )
            return
        first, self.data = self.data is None, data
        self.head.fill(data)
        self.figures.fill(
            data.detail, date.fromisoformat(data.today), limit_waits="credit_limit" in data.theirs
        )
        self.tabs.set_items(self._tabs(data))
        self.overview.fill(data)
        self.contacts.fill(data.detail.contacts)
        self.set_as_of(data.detail.as_of)
        self.show_content()
        if first and self.isVisible():
            self.setFocus()

    # tabs

    def show_tab(self, key: str) -> None:
        fixed = {"overview": self.overview, "contacts": self.contacts, "files": self.files}
        shown: QWidget = fixed.get(key) or self._list(key)
        self.stack.setCurrentWidget(shown)
        if not self.tabs.hasFocus():
            shown.setFocus()
        for name, found in self.lists.items():
            found.tools.setVisible(name == key)

    def _list(self, key: str) -> ListTable:
        """The list of a tab, made when it is first looked at."""
        if key not in self.lists:
            made = self.lists[key] = self._made(key)
            made.told.connect(self.context.say)
            if key == "orders":
                made.opened.connect(self._open_order)
            elif key == "receivables":
                made.opened.connect(self.receivables.open_invoice)
            elif key == "visits":
                self.correcting.button(made)
                made.opened.connect(self._correct)
            self.stack.addWidget(made)
            self._tools.addWidget(made.tools)
            made.reload()
        return self.lists[key]

    def _made(self, key: str) -> ListTable:
        if key != "receivables":
            return _LISTS[key](self.context.tasks, self.subject)
        from ui.widgets.receivables.work import ReceivablesWork

        made = invoice_list(self.context, self.subject)
        self.receivables = ReceivablesWork(self, made, self.subject)
        return made

    def _narrow(self, kind: str) -> None:
        self._kinds = frozenset({kind}) if kind else None
        self.refresh()

    def _open_event(self, event: Event) -> None:
        if event.kind == "order":
            self.go("orders", event.id)
        elif event.kind == "promise":
            self.promise_work.open(event.id)
        elif event.kind in ("visit", "count"):
            self.tabs.choose("visits" if event.kind == "visit" else "stock")

    def _open_order(self, row: Any) -> None:
        self.go("orders", row.id)

    def _correct(self, row: Any) -> None:
        self.correcting.of_visit(row.id)

    # what the person does

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.brief()
        else:
            super().keyPressEvent(event)

    def _to_inbox(self) -> None:
        if self.data is not None and self.data.detail.inbox_items:
            self.go("inbox", self.data.detail.inbox_items[0])

    def _to_list(self) -> None:
        self.go("partners")

    def _open_form(self, form: Callable[..., QDialog], *args: Any) -> None:
        if self.data is not None:
            form(self, self.context, *args).open()

    def brief(self) -> None:
        from ui.widgets.partners.brief import BriefDialog

        self._open_form(BriefDialog, self.subject)

    def plan_visit(self) -> None:
        from ui.widgets.partners.small_forms import PlanVisitDialog

        if self.data is not None:
            self._open_form(PlanVisitDialog, self.subject, date.fromisoformat(self.data.today))

    def promise(self) -> None:
        from ui.widgets.partners.small_forms import PromiseDialog

        if self.data is not None:
            self._open_form(PromiseDialog, self.subject, date.fromisoformat(self.data.today))

    def note(self) -> None:
        from ui.widgets.partners.small_forms import NoteDialog

        self._open_form(NoteDialog, self.subject)

    def new_order(self) -> None:
        if self.subject is not None:
            self.go("order_entry", Wanted(partner_id=self.subject))

    def edit(self) -> None:
        if self.data is not None:
            self.ask(partner_edit.form, self.subject, then=self._form_came, failed=self.context.fail)

    def _form_came(self, form: PartnerForm | None) -> None:
        from ui.widgets.partners.edit_form import EditDialog

        if form is not None:
            self._open_form(EditDialog, form)

    def add_contact(self) -> None:
        from ui.widgets.partners.contacts import ContactDialog

        self._open_form(ContactDialog, self.subject)

    def edit_contact(self, contact: Contact) -> None:
        from ui.widgets.partners.contacts import ContactDialog

        self._open_form(ContactDialog, self.subject, contact)

    def remove_contact(self, contact: Contact) -> None:
        self.act(contact_actions.remove, contact.id)

    def save_cards(self, contacts: Sequence[Contact]) -> None:
        """For the phone or the address book."""
        if self.data is not None:
            self.cards.ask_where(self.data.detail, contacts)


def _tabs(data: PartnerPageData | None) -> list[tuple[object, str, int | None]]:
    counts = data.detail.counts if data is not None else {}
    if data is not None and data.detail.as_of is None:
        counts = {"contacts": counts["contacts"]}  # these come with the partners; the rest is on its way
    return [
        ("overview", t("Overview"), None),
        ("orders", t("Orders"), counts.get("orders")),
        ("receivables", t("Receivables"), counts.get("receivables")),
        ("stock", t("Stock"), counts.get("stock")),
        ("visits", t("Visits"), counts.get("visits")),
        ("contacts", t("Contacts"), counts.get("contacts")),
        ("files", t("Files"), counts.get("files")),
    ]
