"""One visit: what to know before the door, check in, tasks, surveys, promises, note, and check out with what
came of it.
"""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from channeldesk.queries.clock import now_ms
from channeldesk.queries.told_visits import ToldVisit
from ui.context import Context
from ui.i18n import formats, n, own_name, t, two_names
from ui.viewmodels.files import FilesOf
from ui.viewmodels.visit import OUTCOMES, VisitForm
from ui.viewmodels.visit_week import OpenedVisit
from ui.widgets.button import MAIN, QUIET, Button
from ui.widgets.choice import Choice
from ui.widgets.face import Face
from ui.widgets.files.pane import FilesPane
from ui.widgets.flow import Flow
from ui.widgets.label import Elided, Label, Line
from ui.widgets.partners.promise_list import PromiseList
from ui.widgets.today import words
from ui.widgets.visits.correct import told
from ui.widgets.visits.survey_list import SurveyList
from ui.widgets.visits.task_list import TaskList
from ui.widgets.visits.week_table import STATES

WIDTH, NARROW = 380, 312
_CLOSING = 92
"""Room for the note, also where the pane has to scroll."""
_SAVE_MS = 500
_CLOCK_MS = 15_000


class VisitPane(QWidget):
    """Signals carry what the person wants; the page acts. ``noted``: plan id, note, outcome or None."""

    check_in = Signal(object)
    check_out = Signal(object)
    noted = Signal(object, str, object)
    promised = Signal(object, str, str)
    partner_wanted = Signal(object)
    count_wanted = Signal(object)
    order_wanted = Signal(object)
    move_wanted = Signal(object)
    survey_wanted = Signal(object, object)
    cancel_wanted = Signal(object)
    right_wanted = Signal(object)
    back_wanted = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.form: VisitForm | None = None
        self._writes, self._corrects = context.may("visit_plan"), context.may("visit")
        self.files = FilesPane(context, t("Drop to add to this visit"), compact=True, on=self)
        self._touched = False
        self._to_tasks = False
        self._saving = QTimer(self, interval=_SAVE_MS, singleShot=True)
        self._saving.timeout.connect(self.save)
        self._clock = QTimer(self, interval=_CLOCK_MS)
        self._clock.timeout.connect(self._show_minutes)
        self._make()
        self._lay_out()
        self.clear("")

    def _make(self) -> None:
        self.name, self.second = Elided("", "strong"), Elided("", "caption")
        self.purpose = Label("", "body", wrap=True)
        self.facts = Label("", "caption", wrap=True)
        self.state = Label("", "caption")
        self.enter = Button(t("Check in"), kind=MAIN, keys="I", icon="map-pin")
        self.partner = Button(t("Partner"), keys="B")
        self.shift = Button(t("Move"), keys="M", icon="calendar-dots")
        self.cancel = Button(t("Call off"), kind=QUIET, cap="Del")
        self.back = Button(t("Not checked in"), kind=QUIET, tip=t("You checked in at the wrong visit"))
        self.told = Label("", "body", wrap=True)
        self.right = Button(t("Put right"), keys="E", icon="pencil-simple")
        self.order = Button(t("New order"), keys="O", icon="plus")
        self.count = Button(t("Count stock"), keys="C", icon="barcode")
        self.tasks = TaskList()
        self.surveys = SurveyList()
        self.promises = PromiseList(4)
        if not self._writes:
            self.promises.only_show()
        self.promise = QLineEdit()
        self.promise.setPlaceholderText(t("What do you promise? Enter records it"))
        self.promise.setAccessibleName(t("A promise made"))
        self.due = Choice(t("until"), [])
        self.note = QPlainTextEdit()
        self.note.setPlaceholderText(t("What was said and agreed"))
        self.note.setAccessibleName(t("Note"))
        self.note.setTabChangesFocus(True)
        self.note.setMinimumHeight(56)
        self.note.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.outcome = Choice("", [(code, t(name)) for code, name in OUTCOMES.items()])
        self.outcome.setToolTip(t("Outcome"))
        self.leave = Button(t("Check out"), kind=MAIN, keys="Ctrl+Return", icon="check")
        self.skip = Button(t("Close without check-in"))
        self.happened = Label("", "caption", wrap=True)
        self._tells = {
            self.enter: self.check_in,
            self.partner: self.partner_wanted,
            self.shift: self.move_wanted,
            self.cancel: self.cancel_wanted,
            self.order: self.order_wanted,
            self.count: self.count_wanted,
            self.leave: self.check_out,
            self.skip: self.check_out,
            self.right: self.right_wanted,
            self.back: self.back_wanted,
        }
        for button in self._tells:
            button.clicked.connect(self._pressed)
        self.surveys.opened.connect(self._survey)
        self.promise.returnPressed.connect(self._promise)
        self.note.textChanged.connect(self._typed)
        self.outcome.chosen.connect(self._outcome)

    def _lay_out(self) -> None:
        self.face = Face()
        self.body = QWidget()
        self.body.setObjectName("body")
        column = QVBoxLayout(self.body)
        column.setContentsMargins(20, 0, 0, 0)
        column.setSpacing(6)
        for part in (self.name, self.second, self.purpose, self.facts, self.state, self.told):
            column.addWidget(part)
        column.addSpacing(4)
        column.addWidget(self._make_actions())
        column.addSpacing(6)
        column.addWidget(Line())
        column.addSpacing(4)
        for block in (Label(t("Tasks"), "section"), self.tasks, Label(t("Surveys"), "section"), self.surveys):
            column.addWidget(block)
            column.addSpacing(4)
        column.addWidget(Label(t("Promises"), "section"))
        column.addWidget(self.promises)
        self._promise_row = QWidget()
        line = QHBoxLayout(self._promise_row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.promise, 1)
        line.addWidget(self.due)
        column.addWidget(self._promise_row)
        column.addSpacing(6)
        self._closing = QWidget()
        closing = QVBoxLayout(self._closing)
        closing.setContentsMargins(0, 0, 0, 0)
        closing.setSpacing(6)
        closing.addWidget(Line())
        closing.addWidget(Label(t("Note"), "section"))
        closing.addWidget(self.note, 1)
        self._closing.setMinimumHeight(_CLOSING)
        column.addWidget(self._closing, 1)
        column.addSpacing(6)
        column.addWidget(Line())
        column.addWidget(self.files)
        column.addStretch(0)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.face)
        self.area = QScrollArea()
        self.area.setWidget(self.body)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole.addWidget(self.area)
        whole.addWidget(self._make_foot())

    def _make_foot(self) -> QWidget:
        """What came of it and the way out stay in sight, however long the visit is."""
        self._foot = QWidget()
        last = QWidget()
        way_out = Flow(last, 8)
        way_out.addWidget(self.outcome)
        way_out.push(self.leave)
        way_out.push(self.skip)
        column = QVBoxLayout(self._foot)
        column.setContentsMargins(20, 6, 0, 0)
        column.setSpacing(6)
        column.addWidget(Line())
        column.addWidget(self.happened)
        column.addWidget(last)
        return self._foot

    def _make_actions(self) -> QWidget:
        made = QWidget()
        flow = Flow(made, 8)
        for button in (
            self.enter,
            self.order,
            self.count,
            self.right,
            self.partner,
            self.shift,
            self.cancel,
            self.back,
        ):
            flow.addWidget(button)
        return made

    # what is shown

    def clear(self, title: str, text: str = "") -> None:
        """No visit: say what to do instead."""
        self.save()
        self.form = None
        self.files.show_files(None)
        self.area.hide()
        self._foot.hide()
        self.face.empty(title or t("No visit chosen"), text, icon="calendar-dots")
        self.face.show()
        self._clock.stop()

    def show_visit(self, found: OpenedVisit) -> None:
        """This visit; what was typed for it stays."""
        if self.form is None or self.form.visit.id != found.visit.id:
            self.save()
            note = found.note
            self.form = VisitForm(
                found.visit,
                found.promises,
                note.note if note else "",
                note.outcome if note else None,
                found.happened,
                found.tasks,
                found.surveys,
            )
            self.note.blockSignals(True)
            self.note.setPlainText(self.form.note)
            self.note.blockSignals(False)
            self.promise.clear()
            self._offer_days(date.fromisoformat(found.today))
        else:
            self.form.refresh(found.visit, found.promises, found.happened, found.tasks, found.surveys)
        self._show(self.form, date.fromisoformat(found.today))
        self._show_told(found.told)
        self.face.hide()
        self.area.show()
        if self._to_tasks and self.form.under_way:
            self._to_tasks = False
            self.tasks.take_focus()
        self.files.show_files(FilesOf(found.visit.partner_id, found.visit.id))

    def _show(self, form: VisitForm, today: date) -> None:
        visit = form.visit
        name, second = two_names(visit.partner, visit.partner_local)
        self.name.set_text(name)
        tier = own_name(visit.tier, visit.tier_local)
        self.second.set_text(words.BETWEEN.join(filter(None, (second, visit.city, tier))))
        self.purpose.setText(visit.purpose or t("no purpose noted"))
        self.purpose.set_tint("text" if visit.purpose else "tertiary")
        self.facts.setText(words.visit_facts(visit, None))
        is_open = visit.state in ("planned", "under_way") and self._writes
        for part in (self.enter, self.shift, self.cancel):
            part.setVisible(form.can_check_in and self._writes)
        self.back.setVisible(form.under_way and self._writes)
        for block in (self._closing, self.order, self.count, self._promise_row):
            block.setVisible(is_open)
        self._foot.setVisible(is_open and (form.under_way or visit.day <= today.isoformat()))
        self.leave.setVisible(form.under_way)
        self.skip.setVisible(not form.under_way)
        self.tasks.fill(form.tasks, writes=self._writes, adds=is_open)
        self.surveys.fill(form.surveys, writes=self._writes)
        self.promises.fill(form.promises, today)
        self.outcome.set_options(self.outcome.options, form.outcome)
        self._show_happened(form)
        self._show_minutes()

    def _show_told(self, visit: ToldVisit | None) -> None:
        self.told.setText(told(visit) if visit is not None else "")
        self.told.setVisible(visit is not None)
        self.right.setVisible(visit is not None and visit.mine and self._corrects)

    def _show_happened(self, form: VisitForm) -> None:
        done = form.happened
        facts = [
            n("{count} order taken", "{count} orders taken", done.orders) if done.orders else "",
            n("{count} product counted", "{count} products counted", done.counted) if done.counted else "",
            n("{count} promise made", "{count} promises made", done.promises) if done.promises else "",
            n("{count} promise kept", "{count} promises kept", done.kept) if done.kept else "",
            n("{count} survey answered", "{count} surveys answered", done.surveys) if done.surveys else "",
            words.tasks_done(form.tasks_done, len(form.tasks)) if form.under_way else "",
        ]
        told = words.BETWEEN.join(filter(None, facts))
        self.happened.setText(told)
        self.happened.setVisible(bool(told))

    def _show_minutes(self) -> None:
        form = self.form
        if form is None:
            return
        minutes = form.minutes(now_ms())
        told = t(STATES[form.visit.state])
        if form.under_way and minutes is not None and form.visit.checked_in_at is not None:
            time = formats().time(form.visit.checked_in_at)
            told = t("Checked in at {time}", time=time)
            if minutes:
                told = n(
                    "Checked in at {time}, {count} minute ago",
                    "Checked in at {time}, {count} minutes ago",
                    minutes,
                    time=time,
                )
            self._clock.start()
        else:
            self._clock.stop()
        self.state.setText(told)
        self.state.set_tint(
            "accent" if form.under_way else "good" if form.visit.state == "done" else "secondary"
        )

    def _offer_days(self, today: date) -> None:
        days = [today + timedelta(days=number) for number in (1, 2, 7, 14, 30)]
        self.due.set_options(
            [(day.isoformat(), formats().day_brief(day)) for day in days], days[2].isoformat()
        )

    def focus_tasks(self) -> None:
        """The first task to be done, once the list is here; without any the line for a new one."""
        self._to_tasks = True

    # what the person does

    def _pressed(self) -> None:
        sender = self.sender()
        if self.form is not None and isinstance(sender, Button):
            self.save()
            self._tells[sender].emit(self.form)

    def _survey(self, survey_id: bytes) -> None:
        if self.form is not None:
            self.save()
            self.survey_wanted.emit(self.form, survey_id)

    def _promise(self) -> None:
        if self.form is not None and self.promise.text().strip():
            self.promised.emit(self.form, self.promise.text(), str(self.due.key))
            self.promise.clear()

    def _typed(self) -> None:
        if self.form is not None:
            self.form.note = self.note.toPlainText()
            self._touched = True
            self._saving.start()

    def _outcome(self, code: object) -> None:
        if self.form is not None:
            self.form.choose(str(code))
            self._touched = True
            self._saving.start()

    def save(self) -> None:
        """Keep the note as it stands, if it was touched."""
        self._saving.stop()
        if self._touched and self.form is not None:
            self._touched = False
            self.noted.emit(self.form.visit.id, self.form.note, self.form.chosen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and (above := self.parentWidget()) is not None:
            above.setFocus()
        else:
            super().keyPressEvent(event)
