"""The trip pack: one press makes sure that everything for the planned visits is on the laptop, and says so.

Subject: "now" begins at once; anything else only looks.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from channeldesk.model.changes import Topic
from ui.context import Context
from ui.i18n import t
from ui.models import plain
from ui.models.table import TableModel
from ui.page import Page, PageHeader
from ui.tasks import Ticket
from ui.widgets.ask_where import ask_where
from ui.widgets.button import MAIN, Button, IconButton
from ui.widgets.choice import Choice
from ui.widgets.label import Label
from ui.widgets.notes import Notes
from ui.widgets.paper import Paper, save_pdf
from ui.widgets.partners.brief import briefs
from ui.widgets.partners.brief_text import Brief
from ui.widgets.partners.brief_text import paper as on_paper
from ui.widgets.progress import Progress
from ui.widgets.rounds import words as round_words
from ui.widgets.table_view import TableView
from ui.widgets.trip import words
from ui.widgets.trip.columns import columns, lines
from ui.widgets.trip.printing import html

if TYPE_CHECKING:
    from channeldesk.desk import Desk
    from channeldesk.sync.trip import TripReport, TripStep


_NARROW = 960
_NARROW_WIDTHS = {"partner": 152, "days": 104, "ready": 104}
_NAME = 256
"""Of a partner's name in a narrow window while there is nothing to know beside it."""


class TripPage(Page):
    topics = frozenset({Topic.VISITS})

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.report: TripReport | None = None
        self._ticket: Ticket | None = None
        self._stop = Event()
        self.prepare = Button(t("Prepare"), icon="briefcase", kind=MAIN, keys="P")
        self.prepare.clicked.connect(self.begin)
        self.span = Choice(t("Days"), words.spans())
        self.span.chosen.connect(self._spanned)
        copy = IconButton("copy", t("Copy as spreadsheet cells"))
        export = IconButton("download-simple", t("Export what is shown, for Excel or as CSV"))
        paper = IconButton("printer", t("Save as PDF, to be printed"))
        notes = IconButton("article", t("Save the briefs of these partners as PDF"), keys="B")
        for button, slot in (
            (copy, self.copy),
            (export, self.export),
            (paper, self.save_pdf),
            (notes, self.save_briefs),
        ):
            button.clicked.connect(slot)
        self._outputs = (copy, export, paper, notes)
        self.header = PageHeader(t("Trip pack"), *self._outputs, self.span, self.prepare)
        self.total, self.lacking = Label("", "name"), Label("", "body", "secondary", wrap=True)
        self.notes = Notes()
        self.progress = Progress()
        self.progress.cancelled.connect(self._cancel)
        self.progress.hide()
        shown = columns()
        self.model = TableModel(shown, parent=self)
        self.table = TableView(shown, t("Partners of the trip"), filters=False)
        self.table.setModel(self.model)
        self.table.opened.connect(self._open)
        self.table.copy_wanted.connect(self.copy)
        head = QWidget()
        head.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column = QVBoxLayout(head)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for part in (self.total, self.lacking, self.progress, self.notes):
            column.addWidget(part)
        row = QHBoxLayout()
        row.addWidget(head, 1)
        self.content.addWidget(self.header)
        self.content.addLayout(row)
        self.content.addWidget(self.table, 1)
        self.setFocusProxy(self.prepare)

    @property
    def running(self) -> bool:
        return self._ticket is not None

    def open(self, subject: Any) -> None:
        self.subject, self.stale = subject, True

    def refresh(self) -> None:
        if self.running:
            return
        if self.subject == "now":
            self.subject = None
            self.begin()
            self._run("look", _look, then=self._looked)
        else:
            self._run("look", _look, then=self._came)

    def begin(self) -> None:
        """Everything for the chosen days: a round, the files, the look."""
        if not self.running:
            self._stop = Event()
            self._ticket = self._run("prepare", _prepare, self._stop, then=self._came, progress=self._moved)
            self._enable(False)
            self.notes.hide()
            self.progress.report(None, t("Connecting"))
            self.progress.show()
            self.show_content()

    def _run(self, name: str, work: Any, *args: Any, **more: Any) -> Ticket:
        tasks, choice = self.context.tasks, str(self.span.key)
        return tasks.run(self, name, work, tasks.desk, choice, *args, failed=self._failed, **more)

    def _enable(self, enabled: bool) -> None:
        self.prepare.setEnabled(enabled)
        self.span.setEnabled(enabled)

    def _moved(self, step: TripStep) -> None:
        share = step.done / step.expected if step.expected else None
        self.progress.report(share, _doing(step))

    def _cancel(self) -> None:
        """The look at what is here follows all the same; what arrived stays."""
        self._stop.set()
        self.progress.report(None, t("Stopping"))

    def _looked(self, report: TripReport) -> None:
        """What is here already stands there while the rest comes."""
        if self.running and report.pack.partners:
            self._fill(report)

    def _fill(self, report: TripReport) -> None:
        self.report = report
        self.total.setText(words.total(report))
        self.total.set_tint("good" if report.ready_visits == report.pack.visits else "warning")
        told = words.missing(report)
        self.lacking.setText(told)
        self.lacking.setVisible(bool(told))
        self.model.set_rows(lines(report))
        self._fit()

    def _came(self, report: TripReport) -> None:
        self._ended()
        self.report = report
        self.set_as_of(report.pack.as_of)
        if not report.pack.partners:
            self.show_empty(
                t("No visits are planned in these days"),
                t("Plan visits first; the trip pack then fetches what they need.")
                if self.context.may("visit_plan")
                else "",
                t("Open Visits"),
                "calendar-dots",
            )
            return
        self.show_content()
        self._fill(report)
        self._tell(report)

    def _tell(self, report: TripReport) -> None:
        told: list[tuple[str, str]] = []
        if report.problem is not None:
            told.append(("cloud-slash", t("Headquarters was not asked: this is what the laptop has.")))
            told += round_words.explained(report.problem)
        elif report.cancelled:
            told.append(("pause", t("Stopped. What arrived stays; Prepare goes on from there.")))
        elif report.fresh and report.ready_visits == report.pack.visits:
            told.append(("check-circle", t("Compared with headquarters just now. You can leave.")))
        elif report.fresh:
            told.append(("info", t("Compared with headquarters just now. See below what is missing.")))
        else:
            told.append(("info", t("This is what the laptop has. Prepare asks headquarters for the rest.")))
        self.notes.fill(told)
        self.notes.show()

    def _ended(self) -> None:
        self._ticket = None
        self.progress.hide()
        self._enable(True)

    def _failed(self, error: Exception) -> None:
        self._ended()
        self.show_error(error)

    def _spanned(self, _key: object) -> None:
        self.refresh()

    def face_pressed(self) -> None:
        if self.face.kind == "empty":
            self.go("visits")
        else:
            super().face_pressed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where it is narrow, columns that say little leave their room to the names."""
        narrow = self.width() < _NARROW
        silent = self.report is None or not any(
            words.lacking(self.report, one) for one in self.report.pack.partners
        )
        hidden = ("contacts", "prices", *(("told",) if silent else ())) if narrow else ()
        widths = (_NARROW_WIDTHS | ({"partner": _NAME} if silent else {})) if narrow else {}
        for at, column in enumerate(self.table.columns):
            self.table.setColumnHidden(at, column.id in hidden)
            self.table.setColumnWidth(at, widths.get(column.id, column.width))
        self.table.stretch()

    def _open(self, index: QModelIndex) -> None:
        row = self.model.row(index.row())
        if row is not None:
            self.go("partner", row.partner.partner_id)

    # outputs

    def copy(self) -> None:
        if self.report is not None:
            QGuiApplication.clipboard().setText(plain.tsv(columns(), lines(self.report)))
            self.context.say(t("Copied."), "info")

    def export(self) -> None:
        ask_where(self, t("Export"), "trip.csv", self._export, kind=plain.kinds(), suffix="csv")

    def save_pdf(self) -> None:
        ask_where(self, t("Save as PDF"), "trip.pdf", self._save, kind="PDF (*.pdf)", suffix="pdf")

    def save_briefs(self) -> None:
        """What to know before each door, to be read where no laptop is opened."""
        if self.report is not None:
            name = f"{t('Briefs')}.pdf"
            ask_where(self, t("Save as PDF"), name, self.briefs_to, kind="PDF (*.pdf)", suffix="pdf")

    def briefs_to(self, path: str) -> None:
        if self.report is not None:
            partners = [one.partner_id for one in self.report.pack.partners]
            self.ask(briefs, partners, then=partial(self._briefs_came, Path(path)), failed=self.context.fail)

    def _briefs_came(self, path: Path, found: list[Brief]) -> None:
        self._write("briefs", path, save_pdf, on_paper(found, self.context.who), path)

    def _export(self, path: str) -> None:
        self.export_to(Path(path))

    def _save(self, path: str) -> None:
        self.save_to(Path(path))

    def export_to(self, path: Path) -> None:
        if self.report is not None:
            self._write("export", path, _write_list, path, columns(), lines(self.report))

    def save_to(self, path: Path) -> None:
        if self.report is not None:
            paper = Paper(t("Trip pack"), html(self.report), self.context.who, across=True)
            self._write("pdf", path, save_pdf, paper, path)

    def _write(self, key: str, path: Path, work: Any, *args: Any) -> None:
        self._written = path.name
        self.context.tasks.run(self, key, work, *args, then=self._saved, failed=self.context.fail)

    def _saved(self, _result: Any) -> None:
        self.context.say(t("Saved as {file}.", file=self._written), "good")


def _look(desk: Desk, choice: str) -> TripReport:
    return desk.trip(choice, fetch=False)


def _prepare(desk: Desk, choice: str, stop: Event, *, progress: Any, cancel: Event) -> TripReport:
    return desk.trip(choice, progress, lambda: stop.is_set() or cancel.is_set())


def _write_list(path: Path, shown: Any, rows: Any) -> None:
    found = partial(_at, rows)
    plain.write(path, shown, range(len(rows)), found, _quiet, Event())


def _at(rows: Any, keys: Any) -> Any:
    return [rows[key] for key in keys]


def _quiet(_share: float) -> None:
    """A short list is written at once."""


def _doing(step: TripStep) -> str:
    match step.phase:
        case "files":
            size = round_words.size_text
            return t(
                "Fetching files: {done} of {expected}", done=size(step.done), expected=size(step.expected)
            )
        case "looking":
            return t("Looking at every partner")
        case _:
            return t("Synchronising")
