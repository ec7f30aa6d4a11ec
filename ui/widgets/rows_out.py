"""A short table whose rows are at hand: copied and exported as they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from ui.i18n import n, t
from ui.models import plain
from ui.models.columns import Column
from ui.models.table import TableModel
from ui.tasks import Tasks
from ui.widgets.ask_where import ask_where
from ui.widgets.entrance import Entrance
from ui.widgets.table_view import TableView


class RowsOut(Entrance):
    """``told`` carries what the message bar says, and its kind."""

    told = Signal(str, str)
    view: TableView
    model: TableModel

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks

    def written_columns(self) -> Sequence[Column]:
        """What is written of each row: the columns that are shown."""
        return self.view.shown_columns()

    def _written(self) -> tuple[Sequence[Column], list[Any]]:
        return self.written_columns(), [self.model.row(at) for at in range(self.model.rowCount())]

    def copy(self) -> None:
        """All rows with headings."""
        columns, rows = self._written()
        QGuiApplication.clipboard().setText(plain.tsv(columns, rows))
        self.told.emit(n("Copied {count} row", "Copied {count} rows", len(rows)), "info")

    def export(self) -> None:
        name = f"{self.view.accessibleName()}.csv"
        ask_where(self, t("Export"), name, self.export_to, kind=plain.kinds(), suffix="csv")

    def export_to(self, path: str) -> None:
        """Write what is shown in the background, as CSV or for Excel by the file's ending."""
        columns, rows = self._written()
        self._tasks.run(
            self,
            "export",
            plain.write,
            Path(path),
            columns,
            range(len(rows)),
            _Taken(rows),
            then=self._exported,
            progress=_ignore,
        )

    def _exported(self, count: int) -> None:
        self.told.emit(n("Exported {count} row", "Exported {count} rows", count), "good")


class _Taken:
    """Rows at hand, as the export asks for them."""

    def __init__(self, rows: list[Any]) -> None:
        self._rows = rows

    def __call__(self, keys: Sequence[int]) -> list[Any]:
        return [self._rows[key] for key in keys]


def _ignore(_share: object) -> None:
    """An export this short shows no progress."""
