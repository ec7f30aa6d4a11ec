"""Reporting what a partner sold: keyed line by line, pasted, or from its file. Subject: the partner's id.

What is keyed saves itself; nothing is booked before the person records it, and then all of it.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.actions import form_drafts
from channeldesk.actions import sell_out as actions
from channeldesk.model.changes import Done, Topic
from channeldesk.queries import sell_file
from channeldesk.queries.partner_page import own
from channeldesk.queries.sell_file import FileRow, Preview, Standing
from channeldesk.queries.sell_reports import Sold
from ui.context import Context
from ui.i18n import n, t, tn, two_names
from ui.page import Page, PageHeader
from ui.tasks import Ticket
from ui.viewmodels.order_entry import Wanted
from ui.viewmodels.sell import Rows
from ui.viewmodels.sell_report import FORM, OpenedReport, SellReport, opened, read_file, save_rejected
from ui.widgets.ask_where import ask_where, open_dialog
from ui.widgets.button import MAIN, QUIET, Button
from ui.widgets.crumbs import Crumbs
from ui.widgets.face import Face
from ui.widgets.key_row import KeyRow
from ui.widgets.label import Label
from ui.widgets.list_table import ListTable
from ui.widgets.orders.choose_partner import ChoosePartner
from ui.widgets.progress import Progress
from ui.widgets.sell import columns, words
from ui.widgets.sell.file_bar import FileBar
from ui.widgets.sell.report_form import ReportForm
from ui.widgets.tabs import Tabs

_ALL = "all"


class SellReportPage(Page):
    topics = frozenset({Topic.PARTNERS, Topic.PRODUCTS})
    provisional = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.report: SellReport | None = None
        self.form: ReportForm | None = None
        self._partner: bytes | None = None
        self._reading: Ticket | None = None
        self._judging = False
        self._rows = Rows()
        self.crumbs = Crumbs()
        self.crumbs.chosen.connect(self._crumb)
        self.file = Button(t("Read a file…"), icon="file-text", keys="Ctrl+O")
        self.file.clicked.connect(self.choose_file)
        self.header = PageHeader(t("Report sell-out"), self.file, crumbs=self.crumbs)
        self.choose = ChoosePartner(context.tasks)
        self.choose.chosen.connect(self._chosen)
        self.bar = FileBar()
        self.bar.wanted.connect(self._read_anew)
        self.bar.repeats.connect(self._repeats)
        self.progress = Progress(t("Reading the file"))
        self.progress.cancelled.connect(self.stop_reading)
        self.tabs = Tabs(self._tabs(), numbered=True)
        self.tabs.chosen.connect(self._tab)
        self.table = ListTable(
            context.tasks,
            t("Lines of the report"),
            columns.of_lines(),
            self._rows.keys,
            self._rows.rows,
            filters=False,
        )
        self.table.set_empty(self._empty)
        self.table.told.connect(context.say)
        self.told = Label("", "caption", wrap=True)
        self.record = Button(t("Record"), kind=MAIN, keys="Ctrl+Return")
        self.rejected = Button(t("Save rows not taken…"), icon="download-simple")
        self.discard = Button(t("Discard"), kind=QUIET, icon="trash")
        self.record.clicked.connect(self.book)
        self.rejected.clicked.connect(self.ask_where_to_save)
        self.discard.clicked.connect(self.throw_away)
        self.sheet = QWidget()
        self._lay_out()
        self.setFocusProxy(self.choose)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.tabs, 1)
        line.addWidget(self.table.tools)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.told, 1)
        for button in (self.discard, self.rejected, self.record):
            below.addWidget(button)
        keys = (("Enter", t("adds the line")), ("Del", t("takes it out")), ("Ctrl+V", t("from a sheet")))
        self._form_place = QVBoxLayout(self.sheet)
        self._form_place.setContentsMargins(0, 0, 0, 0)
        self._form_place.setSpacing(8)
        for part in (self.bar, self.progress):
            self._form_place.addWidget(part)
            part.hide()
        self._form_place.addLayout(line)
        self._form_place.addWidget(self.table, 1)
        self._form_place.addLayout(below)
        self._form_place.addWidget(KeyRow((*keys, ("Ctrl+Z", t("undo")))))
        self.content.setSpacing(8)
        self.content.addWidget(self.header)
        self.content.addWidget(self.choose, 1)
        self.content.addWidget(self.sheet, 1)
        self.sheet.hide()

    # what is shown

    def open(self, subject: Any) -> None:
        wanted = subject or None
        if self.report is not None and wanted == self._partner:
            return
        self._drop()
        self._partner, self.subject, self.stale = wanted, subject, True

    def refresh(self) -> None:
        if self._partner is not None:
            if self.report is None:
                self.show_loading()
                self.ask(opened, self._partner, then=self._opened)
        elif self.context.is_partner:
            self.ask(own, then=self._own)
        else:
            self._name(
                t("Report sell-out"), [("sell", t("Sell-in and sell-out")), ("", t("Report sell-out"))]
            )
            self.file.hide()
            self.choose.show()
            self.show_content()

    def _own(self, partner_id: bytes | None) -> None:
        if partner_id is not None:
            self.open(partner_id)
            self.refresh()

    def _opened(self, found: OpenedReport | None) -> None:
        if self._partner is None:
            return  # asked for before the person went elsewhere
        if found is None:
            self.show_empty(
                t("This partner is no longer here"),
                t("It was removed meanwhile, or belongs to another territory now."),
                t("Report for another partner"),
                "storefront",
            )
            return
        self.report = SellReport(found)
        self.form = ReportForm(self.context.tasks, found)
        self.form.added.connect(self._added)
        self.form.told.connect(self.context.say)
        self._form_place.insertWidget(0, self.form)
        name, second = two_names(found.name, found.name_local)
        self._name(name, [("sell", t("Sell-in and sell-out")), ("", t("Report sell-out"))])
        self.header.note.set_text(second or "")
        self.choose.hide()
        self.file.show()
        self.sheet.show()
        self.setFocusProxy(self.form)
        self.show_content()
        if self.isVisible():
            self.form.setFocus()
        self._judge()

    def _name(self, title: str, crumbs: list[tuple[object, str]]) -> None:
        self.header.title.setText(title)
        self.header.note.set_text("")
        self.crumbs.set(crumbs)

    def _judge(self) -> None:
        """What becomes of each line, as the laptop knows it; nothing is recorded before all are judged."""
        self._judging = True
        self.record.setEnabled(False)
        report = self.report
        if report is not None:
            others = () if report.preview is None else report.preview.rows
            partner = report.found.partner_id
            self.ask(sell_file.typed, partner, tuple(report.sold), others, then=self._judged)

    def _judged(self, rows: tuple[FileRow, ...]) -> None:
        self._judging = False
        if self.report is None:
            return
        self.report.rows = self._rows.all = rows
        self.tabs.set_items(self._tabs())
        self.table.reload()
        lines, wrong = len(self.report.lines), self.report.count(Standing.WRONG)
        self.record.setEnabled(lines > 0)
        self.rejected.setVisible(self.report.preview is not None and wrong > 0)
        self.discard.setEnabled(bool(rows))
        said = [n("{count} sale will be booked", "{count} sales will be booked", lines)]
        if known := self.report.count(Standing.KNOWN):
            said.append(n("{count} was reported before", "{count} were reported before", known))
        missing = () if self.report.preview is None else self.report.preview.missing
        if missing:
            names = ", ".join(t(words.COLUMNS[one]) for one in missing)
            said = [t("Choose the columns that the file calls otherwise: {names}", names=names)]
        self.told.setText(" · ".join(said) if rows or missing else "")

    def _tabs(self) -> list[tuple[object, str, int | None]]:
        report = self.report
        counts = {one: report.count(one) if report else 0 for one in Standing}
        names = [(_ALL, t("All"), sum(counts.values()))]
        return [*names, *((one.value, t(words.STANDINGS[one]), counts[one]) for one in Standing)]

    def _tab(self, key: object) -> None:
        self._rows.keep = lambda row: key in (_ALL, row.standing.value)
        self.table.reload()

    def _empty(self, face: Face, _filtered: bool) -> None:
        face.empty(
            t("No lines yet"),
            t("Scan or type a product above, paste from a spreadsheet, or read the partner's file."),
            icon="rows",
        )

    # keying

    def _added(self, sold: Sold) -> None:
        if self.report is not None:
            self.report.add(sold)
            self._changed()

    def _changed(self) -> None:
        if self.report is not None:
            self.act(form_drafts.keep, FORM + self.report.found.partner_id.hex(), self.report.typed())
            self._judge()

    def undo(self) -> None:
        if self.report is not None and self.report.undo():
            self._changed()

    def remove_current(self) -> None:
        """A keyed line goes; those of a file are the file's."""
        row = self.table.current_row()
        if self.report is None or row is None:
            return
        at = next((at for at, one in enumerate(self.report.rows) if one is row), -1)
        if self.report.remove(at):
            self._changed()

    # files

    def choose_file(self) -> None:
        kinds = [t("Tables") + " (*.csv *.txt *.tsv *.xlsx)", t("All files") + " (*)"]
        dialog = open_dialog(self, t("Read a file of sales"), kinds)
        dialog.fileSelected.connect(self.read)
        dialog.open()

    def read(self, path: str) -> None:
        """Looks at the file; nothing is booked."""
        from pathlib import Path

        self._read(Path(path), {})

    def paste(self) -> None:
        """Cells of a spreadsheet; days that they lack are those above."""
        text = QGuiApplication.clipboard().text()
        if text.strip():
            self._read(sell_file.pasted(text, t("Clipboard")), {})

    def _read_anew(self, wanted: dict[str, Any]) -> None:
        self._read(wanted["file"], {"columns": wanted["columns"], "notation": wanted["notation"]})

    def _read(self, file: Any, chosen: dict[str, Any]) -> None:
        if self.report is None or self.form is None:
            return
        self.progress.report(None)
        self.progress.show()
        self.record.setEnabled(False)
        tasks = self.context.tasks
        self._reading = tasks.run(
            self,
            "file",
            read_file,
            tasks.desk,
            self.report.found.partner_id,
            file,
            {**chosen, "period": self.form.period},
            then=self._read_through,
            failed=self._not_read,
            progress=self._stepped,
        )

    def _stepped(self, rows: int) -> None:
        self.progress.report(None, n("{count} row", "{count} rows", rows))

    def _read_through(self, found: Preview | None) -> None:
        self.progress.hide()
        if found is None or self.report is None:
            return
        self.report.preview = found
        self.bar.show_preview(found, self.report.repeats)
        self.bar.show()
        self._judge()

    def _not_read(self, error: Exception) -> None:
        self.progress.hide()
        self.context.fail(error)
        self._judge()

    def stop_reading(self) -> None:
        """What was shown before stays."""
        if self._reading is not None:
            self._reading.cancel()
        self.progress.hide()
        self._judge()

    def _repeats(self, own_sales: bool) -> None:
        if self.report is not None:
            self.report.repeats = own_sales
            if not self._judging:
                self._judged(self.report.rows)

    def ask_where_to_save(self) -> None:
        ask_where(
            self, t("Save rows not taken"), f"{t('Not taken')}.csv", self.save_rejected, kind="CSV (*.csv)"
        )

    def save_rejected(self, path: str) -> None:
        if self.report is not None and self.report.preview is not None:
            self.context.tasks.run(
                self,
                "rejected",
                save_rejected,
                path,
                self.report.preview,
                tn,
                (t("Line"), t("Reason")),
                then=self._saved,
                failed=self.context.fail,
            )

    def _saved(self, count: int) -> None:
        self.context.say(
            n("Saved {count} row with its reason", "Saved {count} rows with their reasons", count), "good"
        )

    # recording

    def book(self) -> None:
        """All of it or nothing; the message bar takes it back until it is sent."""
        report = self.report
        if report is None or not report.lines:
            return
        self.record.setEnabled(False)
        lines = len(report.lines)
        self.told.setText(n("Recording {count} sale…", "Recording {count} sales…", lines))
        partner = report.found.partner_id
        if report.chosen:
            self.act(actions.keep_columns, partner, report.chosen)
        failed = self._refused
        self.act(actions.report, partner, report.lines, file=report.file, then=self._recorded, failed=failed)

    def _recorded(self, done: Done[actions.SellOutReported]) -> None:
        self.act(form_drafts.drop, FORM + done.value.partner_id.hex())
        self._drop()
        self._partner = None
        self.stale = True
        self.go("sell", done.value.partner_id)

    def _refused(self, error: Exception) -> None:
        self._judge()
        self.context.fail(error)

    def throw_away(self) -> None:
        """The lines that are shown; Ctrl+Z brings those that were keyed back."""
        if self.report is None:
            return
        self.report.preview = None
        self.bar.hide()
        if self.report.sold:
            self.report.clear()
            self._changed()
        else:
            self._judge()

    def _drop(self) -> None:
        if self.form is not None:
            self.setFocusProxy(self.choose)
            self.form.hide()
            self._form_place.removeWidget(self.form)
            self.form.deleteLater()
        if self._reading is not None:
            self._reading.cancel()
        self.form, self.report, self._reading = None, None, None
        self._rows.all = ()
        self.bar.hide()
        self.sheet.hide()

    def holds_work(self) -> bool:
        return self.report is not None and bool(self.report.rows)

    def _chosen(self, wanted: Wanted) -> None:
        if wanted.partner_id is not None:
            self.go("sell_report", wanted.partner_id)

    def _crumb(self, _key: object) -> None:
        self.go("sell", self._partner)

    def face_pressed(self) -> None:
        if self.face.kind == "empty":
            self.go("sell_report", "")
        else:
            super().face_pressed()

    # Qt's side: Ctrl+Z is the form's while it has a step to take back

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self._is_undo(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_undo(event):
            self.undo()
        elif event.matches(QKeySequence.StandardKey.Paste) and self.report is not None:
            self.paste()
        elif event.key() == Qt.Key.Key_Delete and self.table.view.hasFocus():
            self.remove_current()
        else:
            super().keyPressEvent(event)

    def _is_undo(self, event: QEvent) -> bool:
        undo = isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Undo)
        return undo and self.report is not None and self.report.can_undo
