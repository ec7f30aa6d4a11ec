"""The preview of an edit of many rows: what each row is and would be, and what needs a look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QVBoxLayout, QWidget

from channeldesk.model.declare import Type
from channeldesk.model.entities import entity as declaration
from channeldesk.model.values import WHOLE
from channeldesk.queries.bulk import SHOWN, Line, Preview
from channeldesk.rules.bulk.marks import BELOW_COST, BELOW_FLOOR, LARGE, OVERLAP
from ui.i18n import N_, formats, n, t, tn
from ui.models.columns import MISSING, Column, Kind
from ui.models.table import TableModel
from ui.widgets.label import Label
from ui.widgets.reference import words
from ui.widgets.table_view import TableView

MARKS = {
    BELOW_FLOOR: N_("below the floor price"),
    BELOW_COST: N_("below cost"),
    LARGE: N_("moves by more than 30 %"),
    OVERLAP: N_("holds together with another list"),
}


class PreviewTable(QWidget):
    """A line of counts over the first rows; those that need a look stand first. Below them what is to be
    said of the current row, whole.
    """

    def __init__(self) -> None:
        super().__init__()
        columns = [
            Column("row", t("Row"), _row, width=260, tip=_row, sortable=False, stretch=True),
            Column("before", t("Now"), _before, width=120, sortable=False, tone=_quiet, right=True),
            Column(
                "after", t("Will be"), _after, width=130, sortable=False, tone=_tone, right=True, tip=_after
            ),
            Column("by", t("Change"), _by, Kind.PERCENT, 84, sortable=False, decimals=1),
            Column("look", t("Look at"), _look, width=190, sortable=False, tone=_look_tone, tip=_look),
        ]
        self.counts = Label("", "body", wrap=True)
        self.counts.setAccessibleName(t("What would change"))
        self.model = TableModel(columns, parent=self)
        self.table = TableView(columns, t("Preview of the changes"), filters=False)
        self.table.setModel(self.model)
        self.table.setMinimumHeight(220)
        self.about = Label("", "body", "secondary", wrap=True)
        self.table.moved.connect(self._tell)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.counts)
        column.addWidget(self.table, 1)
        column.addWidget(self.about)
        self.about.hide()

    def show_preview(self, found: Preview) -> None:
        self.show_lines(found.lines, summary(found))

    def show_lines(self, lines: Sequence[Line], told: str) -> None:
        self.model.set_rows(lines)
        self.counts.setText(told)
        self._tell(self.model.index(0, 0))

    def wait(self, told: str) -> None:
        """Nothing to show yet, and why."""
        self.show_lines((), told)

    def _tell(self, index: QModelIndex) -> None:
        line = self.model.row(index.row()) if index.isValid() else None
        look = "" if line is None else _look(line)
        self.about.setText("" if line is None else t("{what}: {why}", what=_row(line), why=look))
        self.about.setVisible(bool(look))


def summary(found: Preview) -> str:
    """Counts and figures of an edit, in words."""
    planned, told = found.planned, []
    if count := planned.count("patch"):
        told.append(n("{count} row changes", "{count} rows change", count))
    if count := planned.count("insert"):
        told.append(n("{count} row is new", "{count} rows are new", count))
    if count := planned.count("delete"):
        told.append(n("{count} row goes", "{count} rows go", count))
    if planned.unchanged:
        told.append(n("{count} row stays as it is", "{count} rows stay as they are", planned.unchanged))
    if planned.skipped:
        told.append(n("{count} cannot be changed", "{count} cannot be changed", len(planned.skipped)))
    if found.least is not None and found.most is not None:
        least, most = _signed(found.least), _signed(found.most)
        told.append(
            t("prices move by {amount}", amount=least)
            if least == most
            else t("prices move by {least} to {most}", least=least, most=most)
        )
    for mark, name in MARKS.items():
        if count := found.marked.get(mark, 0):
            told.append(t("{what}: {count}", what=t(name), count=formats().integer(count)))
    if len(planned.edits) + len(planned.skipped) > SHOWN:
        told.append(t("the first {count} are listed", count=SHOWN))
    return " · ".join(told) or t("Nothing would change.")


def _signed(basis_points: int) -> str:
    return f"{'+' if basis_points > 0 else ''}{formats().rate(basis_points)}"


def _row(line: Line) -> str:
    parts = [line.list_code, line.label]
    if line.op not in ("skip",) and line.entity not in ("price_item", ""):
        parts.insert(0, words.kind(line.entity))
    return " · ".join(one for one in parts if one)


def _side(line: Line, values: Mapping[str, Any], names: list[str]) -> str:
    fields = declaration(line.entity).fields
    told = []
    for name in names:
        value = values.get(name)
        shown = (
            words.value(fields[name], value, line.currency) if fields[name].type is not Type.REF else value
        )
        told.append(str(shown) if len(names) == 1 else f"{words.field(line.entity, name)} {shown}")
    return ", ".join(told)


def _names(line: Line) -> list[str]:
    if line.entity == "price_item":
        return [name for name in ("price", "floor") if name in line.after]
    return [name for name in line.after if name in declaration(line.entity).fields]


def _before(line: Line) -> str:
    return _side(line, line.before, _names(line)) if line.op == "patch" else MISSING


def _after(line: Line) -> str:
    if line.op == "skip":
        return MISSING
    return t("goes") if line.op == "delete" else _side(line, line.after, _names(line))


def _by(line: Line) -> float | None:
    return None if line.by is None else line.by / WHOLE


def _look(line: Line) -> str:
    if line.why is not None:
        return tn(line.why)
    if line.notes:
        return " ".join(tn(note) for note in line.notes)
    return ", ".join(t(MARKS[mark]) for mark in line.marks)


def _look_tone(line: Line) -> str:
    return "bad" if line.why is not None else "warning"


def _quiet(line: Line) -> str:
    return "secondary"


def _tone(line: Line) -> str:
    return "tertiary" if line.op == "skip" else "accent"
