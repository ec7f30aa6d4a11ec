"""Answering a survey at a visit. Subject: :class:`ui.viewmodels.survey.SurveyOf`.

Every answer saves itself as a draft, so that neither another page nor a crash loses it.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.actions import surveys as actions
from channeldesk.model.changes import Done
from channeldesk.queries import surveys
from channeldesk.queries.clock import now_ms
from channeldesk.queries.surveys import OpenedSurvey
from ui.context import Context
from ui.i18n import formats, own_name, t, tn, two_names
from ui.page import Page, PageHeader
from ui.viewmodels.survey import SurveyForm, SurveyOf
from ui.widgets.crumbs import Crumbs
from ui.widgets.label import Line
from ui.widgets.scroll import scrolling
from ui.widgets.visits.survey_pane import NARROW, WIDTH, SurveyPane
from ui.widgets.visits.survey_question import QuestionField

_SAVE_MS = 300
_NARROW = 1_000


class SurveyPage(Page):
    provisional = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.form: SurveyForm | None = None
        self.fields: list[QuestionField] = []
        self._visited: set[bytes] = set()
        self._recording = False
        self._saving = QTimer(self, interval=_SAVE_MS, singleShot=True)
        self._saving.timeout.connect(self.save)
        self.crumbs = Crumbs()
        self.crumbs.chosen.connect(self._crumb)
        self.header = PageHeader(t("Survey"), crumbs=self.crumbs)
        self.pane = SurveyPane()
        self.pane.record.clicked.connect(self.record)
        self.pane.discard.clicked.connect(self.discard)
        self._body = QWidget()
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(0, 0, 16, 16)
        self._column.setSpacing(16)
        self._column.addStretch(1)
        self.area = scrolling(self._body)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.area, 1)
        row.addWidget(Line(upright=True))
        row.addWidget(self.pane)
        self.content.addWidget(self.header)
        self.content.addLayout(row, 1)

    # what is shown

    def open(self, subject: Any) -> None:
        wanted = subject if isinstance(subject, SurveyOf) else None
        if self.form is not None and wanted == self.subject:
            return
        self._drop()
        self.subject, self.stale = wanted, True

    def refresh(self) -> None:
        if self.subject is None:
            self._nothing(t("No survey chosen"), t("Open one beside the visit that it is about."))
        elif self.form is None:
            self.show_loading()
            self.ask(surveys.opened, self.subject.plan_id, self.subject.survey_id, then=self._opened)

    def _nothing(self, title: str, text: str) -> None:
        self.crumbs.set([("visits", t("Visits")), ("", t("Survey"))])
        self.show_empty(title, text, t("Go to the visits"), "clipboard-text")

    def _opened(self, found: OpenedSurvey | None) -> None:
        if found is None or not found.questions:
            self._nothing(
                t("This survey is no longer here"), t("Headquarters took it back, or the visit is gone.")
            )
            return
        form = formats()
        self.form = SurveyForm(found, form.read_quantity, form.quantity)
        name, partner = own_name(found.name, found.name_local), two_names(found.partner, found.partner_local)
        self.header.title.setText(name)
        self.header.note.set_text(" · ".join(filter(None, partner)))
        self.crumbs.set([("visits", t("Visits")), ("partner", partner[0]), ("", name)])
        for number, asked in enumerate(found.questions, 1):
            field = QuestionField(number, asked, self.form.typed.get(asked.rule.id, ""))
            field.answered.connect(self._answered)
            field.left.connect(self._left)
            self.fields.append(field)
            self._column.insertWidget(number - 1, field)
        self.pane.discard.setVisible(self.form.resumed)
        self.pane.saved.set_text("")
        self._show()
        self.show_content()
        todo = self.form.first_wrong
        first = next((one for one in self.fields if todo is None or one.rule == todo), self.fields[0])
        self.setFocusProxy(first.editor)
        if self.isVisible():
            first.editor.setFocus()
        if self.form.resumed:
            self.context.say(t("Your answers are as you left them."), "info")

    def _show(self) -> None:
        if self.form is not None:
            self.pane.fill(self.form)

    # keeping

    def save(self) -> None:
        """Keep what was answered so far."""
        self._saving.stop()
        if self.form is not None:
            self.act(actions.keep_draft, self.form.draft, then=self._saved)

    def _saved(self, _done: Done[None]) -> None:
        if self.form is not None:
            self.pane.saved.set_text(t("Draft saved {time}", time=formats().time(now_ms())))
            self.pane.discard.setVisible(bool(self.form.typed))

    def may_leave(self) -> bool:
        if self._saving.isActive():
            self.save()
        return True

    def _drop(self) -> None:
        if self._saving.isActive():
            self.save()
        for field in self.fields:
            field.hide()
            self._column.removeWidget(field)
            field.deleteLater()
        self.setFocusProxy(self.pane.record)
        self.form, self.fields, self._visited, self._recording = None, [], set(), False

    def holds_work(self) -> bool:
        return self.form is not None and self._saving.isActive()

    # what the person does

    def _answered(self, question: bytes, text: str) -> None:
        if self.form is None or self._recording:
            return
        self.form.write(question, text)
        self._saving.start()
        if question in self._visited:
            self._judge(question)
        self._show()

    def _left(self, question: bytes) -> None:
        """What cannot be is told at once; that something is missing only when it is to be recorded."""
        if self.form is not None and question in self.form.typed:
            self._visited.add(question)
            self._judge(question)

    def _judge(self, question: bytes) -> None:
        field = next((one for one in self.fields if one.rule.id == question), None)
        if field is not None and self.form is not None:
            wrong = self.form.wrong(field.rule)
            field.set_error(tn(wrong) if wrong is not None else "")

    def record(self) -> None:
        """Record the answers; the message bar takes them back until they are sent."""
        form = self.form
        if form is None or self._recording:
            return
        self._visited = {one.id for one in form.questions}
        for question in form.questions:
            self._judge(question.id)
        wrong = form.first_wrong
        if wrong is not None:
            field = next(one for one in self.fields if one.rule == wrong)
            field.editor.setFocus()
            self.area.ensureWidgetVisible(field)
            return
        self._recording = True
        self.save()
        of = form.opened
        self.act(actions.record, of.plan_id, of.id, form.answers, then=self._recorded, failed=self._refused)

    def _recorded(self, _done: Done[bytes]) -> None:
        self._gone()

    def _refused(self, error: Exception) -> None:
        self._recording = False
        self.context.fail(error)

    def discard(self) -> None:
        """Throw the answers of the draft away."""
        if self.form is not None:
            self._saving.stop()
            self.act(actions.discard, self.form.opened.plan_id, self.form.opened.id)
            self._gone()

    def _gone(self) -> None:
        plan = self.subject.plan_id if self.subject is not None else None
        self._drop()
        self.subject, self.stale = None, True
        self.go("visits", plan)

    def _crumb(self, key: object) -> None:
        of = self.form.opened if self.form is not None else None
        if key == "partner" and of is not None:
            self.go("partner", of.partner_id)
        else:
            self.go("visits", of.plan_id if of is not None else None)

    def face_pressed(self) -> None:
        if self.face.kind == "empty":
            self.go("visits")
        else:
            super().face_pressed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.form is not None:
            self._crumb("visits")
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.pane.setFixedWidth(NARROW if self.width() < _NARROW else WIDTH)
