"""The people at a partner: a list, and the form that adds or changes one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from channeldesk.actions import contacts as actions
from channeldesk.model.changes import Done
from channeldesk.queries.partner import Contact
from ui.context import Context
from ui.i18n import formats, t, tc, tn
from ui.models.columns import Column, Kind
from ui.models.table import TableModel
from ui.viewmodels.partner_form import Draft
from ui.widgets.button import Button
from ui.widgets.check import Check
from ui.widgets.entrance import Entrance
from ui.widgets.face import Face
from ui.widgets.field import FormField
from ui.widgets.form_keeper import FormKeeper
from ui.widgets.partners import words
from ui.widgets.partners.dialog import FormDialog
from ui.widgets.table_view import TableView

_ROOM = 900
_NARROW = {"name": 116, "main": 62, "job_title": 92, "phone": 120, "email": 154, "consent": 128}


class ContactsTab(Entrance):
    """``fill`` shows them; the signals ask the page to add, change or remove."""

    add_wanted = Signal()
    edit_wanted = Signal(object)
    remove_wanted = Signal(object)
    cards_wanted = Signal(object)
    """Carries the contacts to save."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._contacts: Sequence[Contact] = ()
        shown = [
            Column("name", tc("person", "Name"), lambda row: row.name, width=140, sortable=False, strong=True,
                   provisional=_reason),
            Column("main", "", _main, Kind.CHIP, 72, sortable=False, tone=_main_tone),
            Column("job_title", t("Job title"), lambda row: row.job_title, width=104, sortable=False),
            Column("phone", t("Phone"), lambda row: row.phone, width=136, sortable=False),
            Column("email", t("E-mail"), lambda row: row.email, width=190, sortable=False),
            Column("consent", t("May be contacted"), _consent, width=130, sortable=False),
            Column("note", t("Note"), lambda row: row.note, width=96, sortable=False, stretch=True),
        ]  # fmt: skip
        self.model = TableModel(shown, parent=self)
        self.table = TableView(shown, t("Contacts"), filters=False)
        self.table.setModel(self.model)
        self.face = Face()
        self.face.empty(
            t("Nobody is known here yet"),
            t("Add the people you meet: the first one stands in the header of the partner."),
            t("Add a contact"),
            "users",
        )
        self._writes = True
        self._add = add = Button(t("Add"), icon="plus", keys="A")
        self._edit = Button(t("Change"), icon="pencil-simple", cap="Return")
        self._remove = Button(t("Remove"), icon="trash", keys="Del")
        self._card = Button(t("Save card"), icon="export", keys="S", tip=t("The card of this person (vCard)"))
        self._cards = Button(t("Save all"), keys="Shift+S", tip=t("The cards of all people here (vCard)"))
        bar = QHBoxLayout()
        bar.setSpacing(8)
        for part in (add, self._edit, self._remove, self._card, self._cards):
            bar.addWidget(part)
        bar.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addLayout(bar)
        column.addWidget(self.table, 1)
        column.addWidget(self.face, 1)
        self.setFocusProxy(self.table)
        add.clicked.connect(self.add_wanted)
        self.face.pressed.connect(self.add_wanted)
        self._edit.clicked.connect(self._edit_current)
        self._remove.clicked.connect(self._remove_current)
        self._card.clicked.connect(self._card_of_current)
        self._cards.clicked.connect(self._cards_of_all)
        self.table.opened.connect(self._opened)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window every column gives way a little, so that none is out of sight."""
        super().resizeEvent(event)
        narrow = self.width() < _ROOM
        for at, column in enumerate(self.table.columns):
            if not column.stretch:
                self.table.setColumnWidth(at, _NARROW[column.id] if narrow else column.width)
        self.table.stretch()

    def only_show(self) -> None:
        """For whoever may not change them."""
        self._writes = False
        for button in (self._add, self._edit, self._remove):
            button.hide()
        self.face.empty(t("Nobody is known here yet"), icon="users")

    def fill(self, contacts: Sequence[Contact]) -> None:
        if contacts == self._contacts and contacts:
            return
        here = self.current()
        self._contacts = contacts
        self.model.set_rows(contacts)
        places = [at for at, one in enumerate(contacts) if here is not None and one.id == here.id]
        if contacts:
            self.table.setCurrentIndex(self.model.index(places[0] if places else 0, 0))
        self.table.setVisible(bool(contacts))
        self.face.setVisible(not contacts)
        for button in (self._edit, self._remove, self._card, self._cards):
            button.setEnabled(bool(contacts))

    def current(self) -> Contact | None:
        at = self.table.currentIndex().row()
        return self._contacts[at] if 0 <= at < len(self._contacts) else None

    def _opened(self, index: QModelIndex) -> None:
        self._edit_current()

    def _edit_current(self) -> None:
        if self._writes and (found := self.current()) is not None:
            self.edit_wanted.emit(found)

    def _card_of_current(self) -> None:
        if (found := self.current()) is not None:
            self.cards_wanted.emit((found,))

    def _cards_of_all(self) -> None:
        self.cards_wanted.emit(tuple(self._contacts))

    def _remove_current(self) -> None:
        if (found := self.current()) is not None:
            self.remove_wanted.emit(found)


class ContactDialog(FormDialog):
    """Without a contact a new one is added at the partner."""

    chapter = "partner"

    def __init__(
        self, parent: QWidget, context: Context, partner_id: bytes, contact: Contact | None = None
    ) -> None:
        title = t("Add a contact") if contact is None else t("Change {name}", name=contact.name)
        super().__init__(parent, title, t("Add") if contact is None else t("Save"))
        self._context, self._partner_id, self._contact = context, partner_id, contact
        labels = {
            "name": tc("person", "Name"),
            "job_title": t("Job title"),
            "phone": t("Phone"),
            "email": t("E-mail"),
            "note": t("Note"),
        }
        stored: dict[str, Any] = {name: getattr(contact, name, None) for name in labels}
        if not context.sees("contact", "note"):
            labels.pop("note")
        self.draft = Draft(stored, "", formats())
        self.fields: dict[str, FormField] = {}
        for name, label in labels.items():
            editor = QLineEdit(self.draft.text(name))
            editor.textChanged.connect(partial(self._typed, name))
            self.fields[name] = FormField(label, editor)
            self.content.addWidget(self.fields[name])
        self.main_person, self.consent = Check(t("First person to call")), Check(t("Agreed to be contacted"))
        self.main_person.setChecked(contact is not None and contact.main)
        self.consent.setChecked(contact is not None and contact.consent)
        for check in (self.main_person, self.consent):
            check.toggled.connect(self._judge)
            self.content.addWidget(check)
        self.confirmed.connect(self._save)
        self.fields["name"].editor.setFocus()
        self._judge()
        row = partner_id if contact is None else contact.id
        editors = {**self.fields, "main": self.main_person, "consent": self.consent}
        FormKeeper(self, context, f"contact.{row.hex()}", editors)

    def _typed(self, name: str, typed: str) -> None:
        wrong = self.draft.put(name, typed)
        self.fields[name].set_error(tn(wrong) if wrong is not None else "")
        self._judge()

    def _flags(self) -> dict[str, int]:
        flags = {"main": self.main_person.isChecked(), "consent": self.consent.isChecked()}
        return {
            name: int(on) for name, on in flags.items() if on != bool(getattr(self._contact, name, False))
        }

    def _judge(self, _on: bool = False) -> None:
        named = self._contact is not None or "name" in self.draft.changes
        changed = bool(self.draft.changes or self._flags())
        self.main.setEnabled(named and changed and not self.draft.errors)

    def _save(self) -> None:
        values = {**self.draft.changes, **self._flags()}
        if self._contact is None:
            self.act(self._context.tasks, actions.add, self._partner_id, values, then=self._saved)
        else:
            self.act(self._context.tasks, actions.edit, self._contact.id, values, then=self._saved)

    def _saved(self, done: Done[Any]) -> None:
        self.accept()


def _reason(row: Contact) -> str:
    return words.edited() if row.provisional else ""


def _main(row: Contact) -> str:
    return t("first") if row.main else ""


def _main_tone(row: Contact) -> str:
    return "accent"


def _consent(row: Contact) -> str:
    return t("yes") if row.consent else t("not asked")
