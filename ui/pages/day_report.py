"""The day report: what one day brought, with a closing remark, to be kept as PDF, mailed or copied.

Subject: a business date (ISO); without one it is today.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QHideEvent, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from channeldesk.actions import day_report as actions
from channeldesk.model.changes import Topic
from channeldesk.queries.day_report import DayReport, day_report
from ui.context import Context
from ui.i18n import formats, n, t
from ui.outside import is_covered, is_known, open_file
from ui.page import Page, PageHeader
from ui.theme.tokens import MARGIN
from ui.widgets.ask_where import ask_where
from ui.widgets.button import MAIN, Button, IconButton
from ui.widgets.day_report import outputs, words
from ui.widgets.day_report.part import Part
from ui.widgets.face import Face
from ui.widgets.figure import KeyFigure, KeyFigures
from ui.widgets.flow import Flow
from ui.widgets.label import Label, Line
from ui.widgets.paper import Paper, pdf, save_pdf
from ui.widgets.scroll import beside

_SIDE, _SIDE_NARROW, _NARROW = 400, 320, 1_000
_SAVE_MS = 500


class DayReportPage(Page):
    topics = frozenset(
        {Topic.VISITS, Topic.PROMISES, Topic.ORDERS, Topic.STOCK, Topic.FILES, Topic.INBOX, Topic.SYNC}
    )
    provisional = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.report: DayReport | None = None
        self._day: str | None = None
        self._files: Any = getattr(context.tasks.desk, "files", None)
        self._touched = False
        self._saving = QTimer(self, interval=_SAVE_MS, singleShot=True)
        self._saving.timeout.connect(self.save)
        self._make_header()
        self._make_left()
        self._make_right()
        self.content.setContentsMargins(0, 0, 0, 0)
        both, self._side = beside(self._left, self._right)
        self.content.addLayout(both)
        self.setFocusProxy(self.mail)

    def _make_header(self) -> None:
        self.earlier = IconButton("caret-left", t("The day before"), keys=",")
        self.later = IconButton("caret-right", t("The day after"), keys=".")
        self.now = Button(t("Today"), keys="T")
        self.copy = Button(t("Copy as text"), icon="copy", keys="C")
        self.paper = Button(t("Save as PDF"), icon="file-text", keys="P")
        self.mail = Button(
            t("E-mail draft"), icon="envelope", keys="E", kind=MAIN, tip=t("Opens in your mail program")
        )
        for button, slot in (
            (self.earlier, self.go_earlier),
            (self.later, self.go_later),
            (self.now, self.go_today),
            (self.copy, self.copy_text),
            (self.paper, self.save_as_pdf),
            (self.mail, self.open_letter),
        ):
            button.clicked.connect(slot)
        self.header = PageHeader("", self.earlier, self.later, self.now)

    def _make_left(self) -> None:
        self.visits = KeyFigure(t("Visits"))
        self.ordered = KeyFigure(t("Ordered, net"))
        self.counted = KeyFigure(t("Products counted"))
        self.promised = KeyFigure(t("Promises"))
        self.figures = KeyFigures(self.visits, self.ordered, self.counted, self.promised)
        self.none = Face()
        self.none.hide()
        self.work = [Part() for _ in range(5)]
        self._left = QWidget()
        column = QVBoxLayout(self._left)
        column.setContentsMargins(MARGIN, 16, MARGIN, 16)
        column.setSpacing(16)
        column.addWidget(self.header)
        column.addWidget(self.figures)
        column.addWidget(self.none, 1)
        for part in self.work:
            part.opened.connect(self._open)
            column.addWidget(part)
        column.addStretch(1)

    def _make_right(self) -> None:
        self.remark = QPlainTextEdit()
        self.remark.setPlaceholderText(t("What else should be known about this day"))
        self.remark.setAccessibleName(t("Closing remark"))
        self.remark.setTabChangesFocus(True)
        self.remark.setFixedHeight(120)
        self.remark.textChanged.connect(self._typed)
        self.addressee = Label("", "caption", wrap=True)
        self.agreed = [Part() for _ in range(4)]
        self._right = QWidget()
        column = QVBoxLayout(self._right)
        column.setContentsMargins(MARGIN, 20, MARGIN, 16)
        column.setSpacing(8)
        column.addWidget(Label(t("Closing remark"), "section"))
        column.addWidget(self.remark)
        column.addWidget(self.addressee)
        outputs_row = QWidget()
        flow = Flow(outputs_row, 8)
        for button in (self.mail, self.paper, self.copy):
            flow.addWidget(button)
        column.addWidget(outputs_row)
        for part in self.agreed:
            part.opened.connect(self._open)
            column.addSpacing(4)
            column.addWidget(Line())
            column.addSpacing(4)
            column.addWidget(part)
        column.addStretch(1)

    # what is shown

    def open(self, subject: Any) -> None:
        self.save()
        self.subject, self._day, self.stale = subject, subject or None, True

    def refresh(self) -> None:
        self.ask(day_report, self.context.profile.user_id, self._day, then=self._came)

    def _came(self, found: DayReport) -> None:
        other = self.report is None or self.report.day != found.day
        if other:
            self.save()
        self.report = found
        self.set_as_of(found.as_of)
        self.show_content()
        self.header.title.set_texts(formats().day_full(found.day), formats().day_brief(found.day))
        self.header.note.set_text(t("Day report"))
        self.later.setEnabled(found.day < found.today)
        self.now.setEnabled(found.day != found.today)
        untouched = self.context.may("draft") and not self._touched and not self.remark.hasFocus()
        if other or untouched:
            self._show_remark(found.remark.text if found.remark is not None else "")
        self._show_addressee(found)
        self._show_figures(found)
        self.figures.setVisible(not found.is_empty)
        self.none.setVisible(found.is_empty)
        if found.is_empty:
            self.none.empty(
                t("Nothing recorded on this day yet"),
                t("Visits, orders, counts and promises stand here as soon as they are recorded."),
                icon="calendar-dots",
            )
        for part, section in zip(self.work, words.work(found), strict=True):
            part.fill(section)
            part.setVisible(not found.is_empty)
        for part, section in zip(self.agreed, words.agreed(found), strict=True):
            part.fill(section)

    def _show_figures(self, found: DayReport) -> None:
        form, waits = formats(), words.waits()
        self.visits.set(
            form.integer(len(found.visits)),
            n("{count} planned and not done", "{count} planned and not done", len(found.missed))
            if found.missed
            else t("nothing planned is left"),
            provisional=waits if any(one.provisional for one in found.visits) else "",
        )
        self.ordered.set(
            words.net(found),
            words.ordered(found),
            provisional=waits if any(one.provisional and one.counts for one in found.orders) else "",
        )
        products = sum(one.products for one in found.counts)
        differing = sum(one.differing for one in found.counts)
        self.counted.set(
            form.integer(products),
            n("{count} differs from the books", "{count} differ from the books", differing),
            provisional=waits if any(one.provisional for one in found.counts) else "",
        )
        self.promised.set(
            form.integer(len(found.given)),
            n("{count} promise kept", "{count} promises kept", len(found.kept)),
            provisional=waits if any(one.provisional for one in found.given) else "",
        )

    def _show_addressee(self, found: DayReport) -> None:
        if found.reports_to is None:
            told = t("Nobody is named as your manager: the draft has no recipient.")
        elif found.reports_to[1]:
            told = t(
                "The draft goes to {name}, {address}.", name=found.reports_to[0], address=found.reports_to[1]
            )
        else:
            told = t("The draft is for {name}, whose address is not known here.", name=found.reports_to[0])
        self.addressee.setText(told)

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = self.width() < _NARROW
        self._side.setFixedWidth(_SIDE_NARROW if narrow else _SIDE)
        self.promised.setVisible(not narrow)  # they stand at the right
        super().resizeEvent(event)

    # the day

    def go_earlier(self) -> None:
        self._go_by(-1)

    def go_later(self) -> None:
        self._go_by(1)

    def go_today(self) -> None:
        self._show_day(None)

    def _go_by(self, days: int) -> None:
        if self.report is not None:
            day = date.fromisoformat(self.report.day) + timedelta(days=days)
            self._show_day(min(day.isoformat(), self.report.today))

    def _show_day(self, day: str | None) -> None:
        self.save()
        self._day = day
        self.refresh()

    def _open(self, where: object) -> None:
        if isinstance(where, tuple):
            self.go(*where)

    # the remark

    def _show_remark(self, text: str) -> None:
        if text != self.remark.toPlainText():
            self.remark.blockSignals(True)
            self.remark.setPlainText(text)
            self.remark.blockSignals(False)

    def _typed(self) -> None:
        self._touched = True
        self._saving.start()

    def save(self) -> None:
        """Keep the remark as it stands, if it was touched; who may only read has it until the page goes."""
        self._saving.stop()
        if self._touched and self.report is not None:
            self._touched = False
            if self.context.may("draft"):
                self.act(actions.keep_remark, self.report.day, self.remark.toPlainText())

    def hideEvent(self, event: QHideEvent) -> None:
        """Also when another language's window takes the place of this one, or the program ends."""
        self.save()
        super().hideEvent(event)

    def holds_work(self) -> bool:
        return self._touched

    # outputs

    def copy_text(self) -> None:
        if self.report is not None:
            told = outputs.text(self.report, self.context.who, self.remark.toPlainText())
            QGuiApplication.clipboard().setText(told)
            self.context.say(t("Copied."), "info")

    def save_as_pdf(self) -> None:
        if self.report is not None:
            name = outputs.file_name(self.report, "pdf")
            ask_where(self, t("Save as PDF"), name, self._save, kind="PDF (*.pdf)", suffix="pdf")

    def _save(self, path: str) -> None:
        self.save_to(Path(path))

    def save_to(self, path: Path) -> None:
        if self.report is not None:
            then = partial(self._saved, path.name)
            self.context.tasks.run(
                self, "pdf", save_pdf, self._paper(self.report), path, then=then, failed=self.context.fail
            )

    def _saved(self, name: str, _nothing: object) -> None:
        self.context.say(t("Saved as {file}.", file=name), "good")

    def _paper(self, report: DayReport) -> Paper:
        who = self.context.who
        return Paper(words.title(report), outputs.html(report, who, self.remark.toPlainText()), who)

    def open_letter(self) -> None:
        """Made, kept and lent as every file that another program shows; the person sends it, or does not."""
        report = self.report
        if report is not None:
            make = partial(
                outputs.letter,
                report,
                self.context.who,
                self.remark.toPlainText(),
                file_name=outputs.file_name(report, "pdf"),
            )
            self.context.tasks.run(
                self,
                "letter",
                _lend,
                self._files,
                self._paper(report),
                make,
                outputs.file_name(report, "eml"),
                then=self._lent,
                failed=self.context.fail,
            )

    def _lent(self, found: tuple[str, Path, bool]) -> None:
        sha256, path, known = found
        keep = partial(self._ask_where_to_keep, sha256, path.name)
        if is_covered(self):
            self.context.tasks.run(self, "take back", self._files.take_back, then=self._taken_back)
        elif known and open_file(path):
            told = t("This computer was asked to open the draft in its mail program. Nothing was sent.")
            self.context.say(told, "info", way=(t("Save the draft instead"), keep))
        else:
            told = t("No program of this computer opens e-mail drafts: save it instead.")
            self.context.say(told, "warning", way=(t("Copy as text"), self.copy_text))
            keep()

    def _ask_where_to_keep(self, sha256: str, name: str) -> None:
        then = partial(self._keep_letter, sha256)
        ask_where(self, t("Save the e-mail draft"), name, then, kind="E-mail (*.eml)", suffix="eml")

    def _taken_back(self, _nothing: object) -> None:
        self.context.say(t("The data was locked before the draft opened. Open it again."), "warning")

    def _keep_letter(self, sha256: str, path: str) -> None:
        then = partial(self._saved, Path(path).name)
        self.context.tasks.run(
            self, "save", self._files.save, sha256, Path(path), then=then, failed=self.context.fail
        )


def _lend(files: Any, paper: Paper, make: Any, name: str) -> tuple[str, Path, bool]:
    """Kept in the encrypted store, which forgets in time what no row names, and lent from there; and whether
    there is a program for it.
    """
    taken = files.take_in_bytes(make(pdf(paper)), name)
    return taken.sha256, files.lend(taken.sha256, taken.file_name), is_known("message/rfc822")
