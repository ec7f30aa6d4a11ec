"""A whole list: view, model, questions, faces, copy and export. A page gives columns and two queries.

``keys(conn, view, *subject)`` orders and filters in SQL; ``rows(conn, keys)`` reads a page of rows.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from channeldesk.model.notice import Problem
from ui.i18n import language, t
from ui.models import plain
from ui.models.columns import Column
from ui.models.table import TableModel
from ui.tasks import Tasks, Ticket
from ui.theme.tokens import ROW
from ui.widgets.ask_where import ask_where
from ui.widgets.counted import rows as rows_counted
from ui.widgets.face import Face
from ui.widgets.figure_row import FigureRow
from ui.widgets.search import SearchField
from ui.widgets.table_tools import TableTools
from ui.widgets.table_view import TableView, tick_column
from ui.widgets.tabs import Tabs

_REST_MS = 80
"""Figures are asked for when ticking has come to rest."""
_FETCH_KEYS = 20_000
"""More rows than this are exported to a file rather than copied."""


class ListTable(QWidget):
    """Signals carry rows (the query's dataclasses)."""

    current = Signal(object)
    """The row under the cursor; None when the list is empty."""
    opened = Signal(object)
    """Enter or a double click."""
    ticked = Signal(int)
    """How many rows are ticked."""
    counted = Signal(object)
    """How many rows the list has after filtering."""
    told = Signal(str, str)
    """A sentence for the message bar and its tone."""

    def __init__(
        self,
        tasks: Tasks,
        name: str,
        columns: Sequence[Column],
        keys: Callable[..., array[int]],
        rows: Callable[..., Sequence[Any]],
        *,
        subject: Sequence[Any] = (),
        ticks: bool = False,
        filters: bool = True,
        sort: str = "",
        descending: bool = False,
        high: int = ROW,
        views: str = "",
        tabs: Tabs | None = None,
        figures: Callable[..., Any] | None = None,
        things: Callable[[int], str] = rows_counted,
        parent: QWidget | None = None,
    ) -> None:
        """``views``: a lasting name of the list, under which the person may save views of it.
        ``tabs``: those above the list, behind which each of them stands.
        ``figures(conn, keys, column ids)``: what columns come to, shown under the rows.
        ``things(count)`` says what the rows are.
        """
        super().__init__(parent)
        self._tasks = tasks
        self._keys, self._rows, self._figures = keys, rows, figures
        self._subject = tuple(subject)
        self._search = ""
        self.field: SearchField | None = None
        """Where its search is typed: emptied together with the filters."""
        self._tabs = tabs
        self._loaded = False
        self._asked: tuple[Any, ...] = ()
        self._beside = False
        """Figures are asked for beside the keys: of the rows that are here, most likely the same again."""
        self._follow = True
        self._empty: Callable[[Face, bool], None] = _usual_empty
        shown = (tick_column(), *columns) if ticks else tuple(columns)
        self.model = TableModel(shown, self._fetch, self)
        self.view = TableView(shown, name, filters=filters, high=high)
        self.view.setModel(self.model)
        self.view.header.set_sort(sort, descending)
        self.face = Face(self.view)
        self.face.hide()
        self.tools = TableTools(self.view)
        if views:
            from ui.widgets.saved_views import SavedViews

            saved = SavedViews(tasks, self, views)
            if tabs is not None:
                saved.stand_among(tabs)
            self.tools.add(saved)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view)
        self.figures: FigureRow | None = None
        if figures is not None:
            self.figures = FigureRow(self.view, things)
            self.figures.changed.connect(self._ask_figures)
            column.addWidget(self.figures)
        self._rest = QTimer(self, interval=_REST_MS, singleShot=True)
        self._rest.timeout.connect(self._ask_figures)
        self.setFocusProxy(self.view)
        self.view.header.sorted.connect(self.reload)
        self.view.header.filtered.connect(self.reload)
        self.view.opened.connect(self._opened)
        self.view.moved.connect(self._moved)
        self.view.copy_wanted.connect(self.copy)
        self.view.selectionModel().selectionChanged.connect(self._ticks_changed)
        self.model.arrived.connect(self._arrived)
        self.face.pressed.connect(self._face_pressed)
        self.tools.copy_wanted.connect(self.copy)
        self.tools.export_wanted.connect(self.export)

    # what is shown

    def view_asked(self) -> Any:
        """The ListView of what the person chose: filters, sort, search."""
        from channeldesk.queries.views import ListView

        header = self.view.header
        return ListView(header.texts(), header.sort_id, header.descending, self._search, language())

    def reload(self) -> None:
        """Ask for the keys again; what is on screen stays until they are here."""
        if not self._loaded:
            self._show_face(self.face.loading)
        asked = (self.view_asked(), self._subject)
        self._beside = self._loaded and asked == self._asked
        self._asked = asked
        self._tasks.ask(
            self,
            "keys",
            self._keys,
            asked[0],
            *self._subject,
            then=self._keys_came,
            failed=self._keys_failed,
        )
        if self._beside:
            self._ask_figures()

    def search(self, text: str) -> None:
        if text != self._search:
            self._search = text
            self.reload()

    def search_with(self, field: SearchField) -> None:
        """What is typed there searches here; without filters it is empty too."""
        self.field = field
        field.searched.connect(self.search)

    def set_subject(self, *subject: Any) -> None:
        """Another partner, another order: further arguments of ``keys``."""
        if subject != self._subject:
            self._subject = subject
            self._loaded = False
        self.reload()

    def set_empty(self, show: Callable[[Face, bool], None]) -> None:
        """``show(face, filtered)`` says what an empty list means here and what to do."""
        self._empty = show

    @property
    def count(self) -> int:
        return len(self.model.keys)

    def state(self) -> dict[str, Any]:
        """What a saved view keeps: columns, sort, filters, figures."""
        state: dict[str, Any] = {
            "columns": self.tools.visible_ids(),
            "sort": self.view.header.sort_id,
            "descending": self.view.header.descending,
            "filters": self.view.header.texts(),
        }
        if self.figures is not None:
            state["figures"] = self.figures.choices()
        return state

    def apply(self, state: Mapping[str, Any]) -> None:
        """Show a saved view; what it does not name stays."""
        if "columns" in state:
            self.tools.show_ids(state["columns"])
        if self.figures is not None and "figures" in state:
            self.figures.choose(state["figures"])
        header = self.view.header
        header.set_sort(state.get("sort", header.sort_id), bool(state.get("descending", header.descending)))
        header.set_texts(dict(state.get("filters", {})))
        self.reload()

    # rows

    def current_row(self) -> Any | None:
        index = self.view.currentIndex()
        return self.model.row(index.row()) if index.isValid() else None

    def ticked_keys(self) -> array[int]:
        """Keys of the ticked rows in their order."""
        found = array("q")
        for places in self.view.ticked_places():
            found += self.model.keys[places.start : places.stop]
        return found

    def show_key(self, key: int) -> bool:
        """Move the cursor to a row; False if the list does not hold it."""
        at = self.model.place(key)
        if at < 0:
            return False
        column = max(self.view.currentIndex().column(), 1 if self.view.can_tick else 0)
        self.view.setCurrentIndex(self.model.index(at, column))
        return True

    def _fetch(self, page: int, keys: array[int]) -> None:
        _Page(self, page, keys)

    def _keys_came(self, keys: array[int]) -> None:
        self._loaded = True
        self.view.header.set_wrong("", "")
        ticked = set(self.ticked_keys()) if self.view.ticked_count() <= _FETCH_KEYS else set()
        index = self.view.currentIndex()
        key = self.model.keys[index.row()] if index.isValid() else None
        scroll = self.view.verticalScrollBar().value()
        changed = keys != self.model.keys
        self.model.set_keys(keys)
        if changed:
            self._restore(key, index.column(), ticked, scroll)
            self._ticks_changed()
        if keys:
            self.face.hide()
        else:
            self._show_face(self._say_empty)
            self.current.emit(None)
        self.counted.emit(len(keys))
        if changed or not self._beside:
            self._ask_figures()

    def _ask_figures(self) -> None:
        """Of the ticked rows where there are several, else of all that are shown."""
        self._rest.stop()
        if self.figures is None or self._figures is None or not self._loaded:
            return
        ticked = self.view.ticked_count()
        self.figures.show_over(ticked, self.count)
        keys = self.ticked_keys() if ticked > 1 else self.model.keys[:]
        self._tasks.ask(
            self, "figures", self._figures, keys, self.figures.ask(), then=self.figures.show_figures
        )

    def _restore(self, key: int | None, column: int, ticked: set[int], scroll: int) -> None:
        if ticked:
            self.view.tick_places([at for at, one in enumerate(self.model.keys) if one in ticked])
        if key is not None and (at := self.model.place(key)) >= 0:
            self.view.setCurrentIndex(self.model.index(at, column))
            self.view.verticalScrollBar().setValue(scroll)
            self.view.scrollTo(self.model.index(at, column))

    def _keys_failed(self, error: Exception) -> None:
        if isinstance(error, Problem) and self._loaded:
            from ui.errors import explain

            self.told.emit(explain(error).happened, "warning")
            return
        self._show_face(self.face.error, error)

    def _say_empty(self) -> None:
        told = self.view.header.told()
        if self._search:
            told.append(t("searched for “{text}”", text=self._search))
        self._empty(self.face, bool(told))
        if told:
            self.face.add(" · ".join(told))

    def _show_face(self, fill: Callable[..., None], *args: Any) -> None:
        fill(*args)
        self._place_face()
        self.face.show()
        self.face.raise_()

    def _place_face(self) -> None:
        self.face.setGeometry(self.view.viewport().geometry())

    def resizeEvent(self, event: object) -> None:
        self._place_face()

    def _face_pressed(self) -> None:
        if self.face.kind == "empty":
            self._search = ""
            if self.field is not None:
                self.field.clear()
            self.view.header.set_texts({})
            if self._tabs is not None:
                self._tabs.choose_first()
        self.reload()

    # signals of the view

    def _moved(self, index: QModelIndex) -> None:
        row = self.model.row(index.row()) if index.isValid() else None
        self._follow = row is None and index.isValid()
        if row is not None:
            self.current.emit(row)

    def _arrived(self, _page: int) -> None:
        row = self.current_row()
        if row is not None:
            self._follow = False
            self.current.emit(row)

    def _opened(self, index: QModelIndex) -> None:
        row = self.model.row(index.row())
        if row is not None:
            self.opened.emit(row)

    def _ticks_changed(self) -> None:
        count = self.view.ticked_count()
        state = Qt.CheckState
        every = count and count == self.count
        self.view.header.set_ticks(
            state.Checked if every else state.PartiallyChecked if count else state.Unchecked
        )
        self.ticked.emit(count)
        self._rest.start()

    # copy and export

    def copy(self) -> None:
        """Ticked rows with headings, or the current cell."""
        keys = self.ticked_keys()
        if not keys:
            index = self.view.currentIndex()
            if index.isValid():
                QGuiApplication.clipboard().setText(str(index.data() or ""))
                self.told.emit(t("Copied the cell"), "info")
        elif len(keys) > _FETCH_KEYS:
            self.told.emit(
                t("{count} rows are too many to copy: export them to a file.", count=len(keys)), "warning"
            )
        else:
            self._tasks.ask(self, "copy", self._rows, keys, then=self._copied)

    def _copied(self, rows: Sequence[Any]) -> None:
        QGuiApplication.clipboard().setText(plain.tsv(self.view.shown_columns(), rows))
        self.told.emit(t("Copied {count} rows", count=len(rows)), "info")

    def export(self) -> None:
        """Ask where, then write what is shown (the ticked rows, if any)."""
        name = f"{self.view.accessibleName()}.csv"
        ask_where(self, t("Export"), name, self.export_to, kind=plain.kinds(), suffix="csv")

    def export_to(self, path: str) -> Ticket:
        """Write CSV, or for Excel by the file's ending, in the background; progress stands in the message
        bar.
        """
        keys = self.ticked_keys() or self.model.keys[:]
        desk, rows = self._tasks.desk, self._rows
        return self._tasks.run(
            self,
            "export",
            plain.write,
            Path(path),
            self.view.shown_columns(),
            keys,
            lambda some: desk.ask(rows, some),
            then=self._exported,
            progress=self._exporting,
        )

    def _exporting(self, share: float) -> None:
        self.told.emit(t("Exporting, {percent}%", percent=int(share * 100)), "info")

    def _exported(self, count: int) -> None:
        self.told.emit(t("Exported {count} rows", count=count), "good")


class _Page:
    """One page under way; remembers which order of keys it belongs to."""

    def __init__(self, table: ListTable, page: int, keys: array[int]) -> None:
        self._model, self._page, self._generation = table.model, page, table.model.generation
        table._tasks.ask(
            table, f"page {page}", table._rows, keys, then=_Held(self.came), failed=_Held(self.failed)
        )
        self._table = table

    def came(self, rows: Sequence[Any]) -> None:
        self._model.deliver(self._generation, self._page, rows)

    def failed(self, error: Exception) -> None:
        self._model.fetch_failed(self._generation, self._page)
        self._table._tasks.failed.emit(error)


class _Held:
    """A callback that keeps its page under way alive until the answer."""

    def __init__(self, call: Callable[[Any], None]) -> None:
        self._call = call

    def __call__(self, result: Any) -> None:
        self._call(result)


def _usual_empty(face: Face, filtered: bool) -> None:
    if filtered:
        face.empty(t("Nothing matches"), t("No row fits these filters."), t("Clear filters"), "funnel")
    else:
        face.empty(t("Nothing here yet"))
