"""The right side of the order form: total, credit, checks, what else is said about the order, the one key."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from channeldesk.model.notice import Problem
from channeldesk.rules.days_ahead import refuse_day
from ui.errors import explain
from ui.i18n import formats, t
from ui.viewmodels.order_entry import OrderEntry
from ui.widgets.button import MAIN, Button, IconButton
from ui.widgets.field import FormField
from ui.widgets.label import Elided, Line
from ui.widgets.orders.check_list import CheckList
from ui.widgets.orders.checks import checks_of, may_be_asked
from ui.widgets.orders.credit_pane import CreditPane
from ui.widgets.orders.promoted import promotions_of
from ui.widgets.orders.summary import Totals

WIDTH, NARROW = 288, 256


class OrderPane(QWidget):
    """``place_wanted`` and ``discard_wanted`` are the buttons; ``noted`` tells that a text changed."""

    place_wanted = Signal()
    discard_wanted = Signal()
    noted = Signal()

    def __init__(self, entry: OrderEntry) -> None:
        super().__init__()
        self._entry = entry
        self.totals, self.credit = Totals(), CreditPane()
        self.promotions = CheckList(t("Promotions"))
        self.checks = CheckList(t("Checks"), t("as at headquarters"))
        self._promotions_line = Line()
        self._day, self._reference, self._note = QLineEdit(), QLineEdit(), QLineEdit()
        self.day_field = FormField(t("Wanted on"), self._day)
        self._because = QLineEdit()
        self.because_field = FormField(
            t("Ask to accept it all the same, because"),
            self._because,
            hint=t("A person with the right decides. Empty: headquarters refuses it."),
        )
        label = t("Send again") if entry.revises is not None else t("Place order")
        self.place = Button(label, icon="paper-plane-tilt", keys="Ctrl+Return", kind=MAIN)
        self.discard = IconButton("trash", t("Throw this draft away"))
        self.saved = Elided("", "caption")
        self._lay_out()
        self.place.clicked.connect(self.place_wanted)
        self.discard.clicked.connect(self.discard_wanted)
        self._fill_texts()
        self._day.editingFinished.connect(self._day_typed)
        for editor in (self._reference, self._note, self._because):
            editor.textEdited.connect(self._texts_typed)
        self._day_wrong = ""
        self.show_entry(entry)

    def _lay_out(self) -> None:
        body = QWidget()
        body.setObjectName("body")
        column = QVBoxLayout(body)
        column.setContentsMargins(16, 0, 8, 0)
        column.setSpacing(12)
        above = (self.totals, Line(), self.promotions, self._promotions_line, self.credit, Line())
        for part in (*above, self.checks, Line()):
            column.addWidget(part)
        pair = QHBoxLayout()
        pair.setSpacing(8)
        pair.addWidget(self.day_field, 1)
        whose = t("Your number") if self._entry.context.by_partner else t("Their number")
        pair.addWidget(FormField(whose, self._reference), 1)
        column.addLayout(pair)
        column.addWidget(FormField(t("Note to headquarters"), self._note))
        column.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(body)
        asked = QVBoxLayout()
        asked.setContentsMargins(16, 4, 8, 4)
        asked.addWidget(self.because_field)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 0, 8, 0)
        foot.addWidget(self.place)
        foot.addStretch(1)
        told = QHBoxLayout()
        told.setContentsMargins(16, 0, 8, 0)
        told.addWidget(self.saved, 1)
        told.addWidget(self.discard)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addWidget(area, 1)
        whole.addLayout(asked)
        whole.addLayout(foot)
        whole.addLayout(told)

    def show_entry(self, entry: OrderEntry) -> None:
        """After every change."""
        for part in (self.totals, self.credit):
            part.show_entry(entry)
        self.checks.show_found(checks_of(entry))
        promoted = promotions_of(entry)
        self.promotions.show_found(promoted)
        self.promotions.setVisible(bool(promoted))
        asked = not self._entry.context.by_partner and may_be_asked(entry)
        self.because_field.setVisible(asked)
        self._promotions_line.setVisible(bool(promoted))
        self.place.setEnabled(not entry.empty)

    def _fill_texts(self) -> None:
        draft = self._entry.draft
        if draft.requested_on:
            self._day.setText(formats().day(draft.requested_on))
        self._reference.setText(draft.reference or "")
        self._note.setText(draft.note or "")
        self._because.setText(draft.because or "")

    def finish(self) -> str:
        """What is still being typed is taken; if it cannot be, why, with the keyboard there."""
        self._day_typed()
        if self._day_wrong:
            self._day.setFocus(Qt.FocusReason.OtherFocusReason)
        return self._day_wrong

    def _day_typed(self) -> None:
        try:
            wanted = self._day_read()
        except Problem as problem:
            self._day_wrong = explain(problem).happened
            self.day_field.set_error(self._day_wrong)
            return
        self._day_wrong = ""
        self.day_field.set_error("")
        if wanted != self._entry.draft.requested_on:
            self._entry.note(requested_on=wanted)
            self.noted.emit()
        self._day.setText(self._shown_day())

    def _day_read(self) -> str | None:
        """Raises Problem for what nobody can deliver on; a draft's day may have passed meanwhile."""
        text, today = self._day.text().strip(), date.fromisoformat(self._entry.context.today)
        if not text:
            return None
        same = text == self._shown_day() and self._entry.draft.requested_on
        day = date.fromisoformat(same) if same else formats().read_day(text, today)
        if refused := refuse_day(day, today):
            raise Problem(refused)
        return day.isoformat()

    def _shown_day(self) -> str:
        day = self._entry.draft.requested_on
        return formats().day(day) if day else ""

    def _texts_typed(self) -> None:
        self._entry.note(
            reference=self._reference.text().strip() or None,
            note=self._note.text().strip() or None,
            because=self._because.text().strip() or None,
        )
        self.checks.show_found(checks_of(self._entry))
        self.noted.emit()
