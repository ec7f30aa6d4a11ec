"""Prices through a file: written for a spreadsheet, taken in again, looked at, and kept as a batch of drafts.

Reading never happens in the window's thread, tells how far it is, and can be stopped. What somebody else
changed meanwhile is decided row by row, or for all; until then theirs stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from channeldesk.actions import bulk as actions
from channeldesk.model.changes import Done
from channeldesk.model.notice import Problem
from channeldesk.queries import price_sheet
from channeldesk.queries.bulk import SHOWN, Line
from channeldesk.queries.price_sheet import Held, Read
from channeldesk.rules.bulk.sheet import Conflict
from ui.context import Context
from ui.i18n import formats, n, t, tn
from ui.models import plain
from ui.models.columns import MISSING, Column
from ui.models.table import TableModel
from ui.tasks import Ticket
from ui.widgets.ask_where import ask_where, open_dialog
from ui.widgets.button import Button
from ui.widgets.field import FormField
from ui.widgets.label import Label
from ui.widgets.partners.dialog import FormDialog
from ui.widgets.reference.preview import PreviewTable, summary
from ui.widgets.reference.sheet_columns import columns, write_rejected
from ui.widgets.table_view import TableView


class FileDialog(FormDialog):
    """``keys`` are those of the listed or ticked prices: what an export holds."""

    def __init__(self, parent: QWidget, context: Context, keys: Sequence[int]) -> None:
        super().__init__(parent, t("Prices from a file"), t("Keep as drafts"), 700)
        self._context, self._keys = context, list(keys)
        self._ticket: Ticket | None = None
        self._held: Held | None = None
        self._mine: set[int] = set()
        self.say(
            t(
                "Export prices, edit them in a spreadsheet, and take the file in again. Rows go by price "
                "list, product code and quantity; a file of your own needs these and the price."
            )
        )
        self.export = Button(
            n("Export {count} price…", "Export {count} prices…", len(keys)), icon="download-simple"
        )
        self.choose = Button(t("Choose a file…"), icon="file-text", keys="Ctrl+O")
        self.stop = Button(t("Stop reading"), icon="x")
        self.save = Button(t("Save rows not taken…"), icon="download-simple")
        self.name = QLineEdit()
        self.preview = PreviewTable()
        self.conflicts = Conflicts()
        self.export.clicked.connect(self._export)
        self.choose.clicked.connect(self._choose)
        self.stop.clicked.connect(self._stop)
        self.save.clicked.connect(self._save_rejected)
        self.conflicts.all_mine.clicked.connect(self._all_mine)
        self.conflicts.all_theirs.clicked.connect(self._all_theirs)
        self.conflicts.table.opened.connect(self._turn)
        self.conflicts.turned.connect(self._turn)
        tools = QHBoxLayout()
        tools.setSpacing(8)
        for button in (self.export, self.choose, self.stop):
            tools.addWidget(button)
        tools.addStretch(1)
        tools.addWidget(self.save)
        self.content.addLayout(tools)
        self.content.addWidget(FormField(t("Name of the batch"), self.name))
        self.content.addWidget(self.conflicts)
        self.content.addWidget(self.preview, 1)
        self.confirmed.connect(self._keep)
        self.resize(960, 660)
        self._show(None, t("Nothing was read yet."))
        self.choose.setFocus()

    # writing

    def _export(self) -> None:
        ask_where(self, t("Export"), f"{t('Prices')}.xlsx", self.export_to, kind=plain.kinds(), suffix="xlsx")

    def export_to(self, path: str) -> None:
        desk = self._context.tasks.desk
        self._ticket = self._context.tasks.run(
            self,
            "file",
            plain.write,
            Path(path),
            columns(),
            self._keys,
            lambda some: desk.ask(price_sheet.rows, some),
            then=self._exported,
            failed=self._not_saved,
            progress=self._exporting,
        )
        self.stop.show()

    def _exporting(self, share: float) -> None:
        self.preview.wait(t("Exporting, {percent}%", percent=int(share * 100)))

    def _exported(self, count: int) -> None:
        self._show(self._held, n("{count} price was exported.", "{count} prices were exported.", count))

    def _save_rejected(self) -> None:
        name = f"{t('Not taken')}.xlsx"
        ask_where(self, t("Save rows not taken"), name, self.save_to, kind=plain.kinds(), suffix="xlsx")

    def save_to(self, path: str) -> None:
        if self._held is None:
            return
        self._ticket = self._context.tasks.run(
            self,
            "file",
            write_rejected,
            Path(path),
            self._found.source,
            self._held.bad,
            then=self._saved,
            failed=self._not_saved,
            progress=self._exporting,
        )
        self.stop.show()

    def _not_saved(self, error: Exception) -> None:
        """What was read, and decided, stays."""
        self._context.fail(error)
        self._show(self._held, "" if self._held is not None else t("Nothing was read yet."))

    def _saved(self, count: int) -> None:
        told = n("Saved {count} row with its reason", "Saved {count} rows with their reasons", count)
        self._show(self._held, told)

    # reading

    def _choose(self) -> None:
        dialog = open_dialog(
            self, t("Prices from a file"), [f"{t('Tables')} (*.csv *.txt *.tsv *.xlsx *.xlsm)"]
        )
        dialog.fileSelected.connect(self.read)
        dialog.open()

    def read(self, path: str) -> None:
        if not self.name.text().strip():
            self.name.setText(Path(path).stem)
        self._show(None, t("Reading {file}…", file=Path(path).name))
        self._ticket = self._context.tasks.run(
            self,
            "file",
            price_sheet.read,
            Path(path),
            then=self._read,
            failed=self._failed,
            progress=self._reading,
        )
        self.stop.show()

    def _reading(self, count: int) -> None:
        self.preview.wait(t("{count} rows read…", count=formats().integer(count)))

    def _stop(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
        self._show(self._held, t("Stopped. Nothing was kept."))

    def _read(self, found: Read | None) -> None:
        if found is None:
            self._show(None, t("Stopped. Nothing was kept."))
            return
        self._found, self._mine = found, set()
        self._hold()

    def _hold(self) -> None:
        home = self._context.profile.currency if self._context.sees("product", "cost") else ""
        self._context.tasks.ask(
            self, "hold", price_sheet.hold, self._found, home, then=self._came, failed=self._failed
        )

    def _came(self, held: Held) -> None:
        self._mine &= {one.line for one in held.conflicts}
        self._show(held, "")

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Problem):
            self._show(None, tn(error.notice))
        else:
            self._context.fail(error)
            self._show(None, t("Nothing was read yet."))

    # what is shown

    def _show(self, held: Held | None, told: str) -> None:
        self._held = held
        self.stop.hide()
        self.save.setVisible(held is not None and bool(held.bad))
        self.conflicts.fill(held, self._mine)
        if held is None:
            self.preview.wait(told)
        else:
            bad = [
                Line("skip", "", _told(b.line, b.told), "", "", {}, {}, None, (), b.reason) for b in held.bad
            ]
            marked = [one for one in held.preview.lines if one.marks]
            rest = [one for one in held.preview.lines if not one.marks]
            self.preview.show_lines([*bad[:SHOWN], *marked, *rest], told or _counts(held))
        self._judge()

    def _judge(self) -> None:
        count = 0 if self._held is None else len(price_sheet.edits_of(self._held, self._mine))
        self.main.setEnabled(count > 0)
        self.main.setText(
            n("Keep {count} draft", "Keep {count} drafts", count) if count else t("Keep as drafts")
        )
        self.main.updateGeometry()

    # conflicts

    def _turn(self, _index: object = None) -> None:
        row = self.conflicts.current()
        if row is not None:
            self._mine ^= {row.line}
            self._decided()

    def _all_mine(self) -> None:
        self._mine = {one.line for one in self._held.conflicts} if self._held is not None else set()
        self._decided()

    def _all_theirs(self) -> None:
        self._mine = set()
        self._decided()

    def _decided(self) -> None:
        self.conflicts.fill(self._held, self._mine)
        self._judge()

    # keeping

    def _keep(self) -> None:
        if self._held is None:
            return
        edits = price_sheet.edits_of(self._held, self._mine)
        if edits:
            self.main.setEnabled(False)
            name = self.name.text().strip() or t("Prices from a file")
            self._context.tasks.act(actions.keep, edits, name, then=self._kept, failed=self._refused)

    def _kept(self, _done: Done[Any]) -> None:
        self.accept()

    def _refused(self, error: Exception) -> None:
        """Rows changed since they were looked at: the file is held against them once more."""
        self._context.fail(error)
        self._hold()


class Conflicts(QWidget):
    """What somebody else changed since the file was written; hidden where there is nothing. ``turned``: the
    other side of the current row shall stand.
    """

    turned = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.told = Label("", "strong", wrap=True)
        self.all_mine = Button(t("The file for all"))
        self.all_theirs = Button(t("Theirs for all"))
        self._held: Held | None = None
        self._mine: set[int] = set()
        shown = [
            Column("row", t("Row"), self._row, width=220, sortable=False, stretch=True, tip=self._row),
            Column("base", t("When exported"), self._base, width=120, sortable=False, right=True),
            Column("mine", t("In the file"), self._of_file, width=120, sortable=False, right=True),
            Column("theirs", t("Theirs"), self._theirs, width=120, sortable=False, right=True),
            Column("choice", t("Stands (Space)"), self._choice, width=130, sortable=False, strong=True),
        ]
        self.model = TableModel(shown, parent=self)
        self.table = TableView(shown, t("Changed by somebody else meanwhile"), filters=False)
        self.table.setModel(self.model)
        self.table.setFixedHeight(150)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.told, 1)
        line.addWidget(self.all_mine)
        line.addWidget(self.all_theirs)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(line)
        column.addWidget(self.table, 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.turned.emit()
        else:
            super().keyPressEvent(event)

    def fill(self, held: Held | None, mine: set[int]) -> None:
        again = held is not None and held is self._held
        self._held, self._mine = held, mine
        rows = () if held is None else held.conflicts
        self.setVisible(bool(rows))
        self.told.setText(
            n(
                "{count} row was changed by somebody else since the file was written. Theirs stands unless "
                "you choose the file.",
                "{count} rows were changed by somebody else since the file was written. Theirs stand unless "
                "you choose the file.",
                len(rows),
            )
        )
        if again:
            self.table.viewport().update()
        else:
            self.model.set_rows(rows)

    def current(self) -> Conflict | None:
        index = self.table.currentIndex()
        return self._held.conflicts[index.row()] if self._held is not None and index.isValid() else None

    def _row(self, row: Conflict) -> str:
        return _told(row.line, "" if self._held is None else self._held.labels.get(row.line, ""))

    def _base(self, row: Conflict) -> str:
        return _sides(row.base)

    def _of_file(self, row: Conflict) -> str:
        return _sides(row.mine)

    def _theirs(self, row: Conflict) -> str:
        return t("deleted") if row.theirs is None else _sides(row.theirs)

    def _choice(self, row: Conflict) -> str:
        return t("In the file") if row.line in self._mine else t("Theirs")


def _sides(prices: Any) -> str:
    told = (MISSING if one is None else formats().price(one) for one in prices.values())
    return " / ".join(told)


def _told(line: int, label: str) -> str:
    return t("Line {line}: {what}", line=line, what=label)


def _counts(held: Held) -> str:
    told = [n("{count} row read", "{count} rows read", held.rows)]
    if held.preview.planned.edits:
        told.append(summary(held.preview))
    if held.unchanged:
        told.append(n("{count} row stays as it is", "{count} rows stay as they are", held.unchanged))
    if held.bad:
        told.append(n("{count} was not understood", "{count} were not understood", len(held.bad)))
    return " · ".join(told)
