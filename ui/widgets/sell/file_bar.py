"""How a file was understood: which column is what, how it writes days and numbers; to be chosen anew."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from channeldesk.queries.sell_file import DAY_ORDERS, ENCODINGS, Preview, read_as, with_notation
from ui.i18n import t
from ui.widgets.choice import Choice
from ui.widgets.flow import Flow
from ui.widgets.sell import words

_NONE = -1


class FileBar(QWidget):
    """``wanted`` carries what is to be read anew: ``file``, ``columns``, ``notation``. ``repeats`` a flag."""

    wanted = Signal(object)
    repeats = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._found: Preview | None = None
        self.flow = Flow(self)
        self.columns = {name: Choice(t(text)) for name, text in words.COLUMNS.items()}
        self.encoding, self.days = Choice(t("Encoding")), Choice(t("Days"))
        self.decimal, self.again = Choice(t("Decimals")), Choice(t("Equal rows"))
        for name, choice in self.columns.items():
            choice.chosen.connect(partial(self._column, name))
            self.flow.addWidget(choice)
        for choice in (self.encoding, self.days, self.decimal, self.again):
            self.flow.addWidget(choice)
        self.encoding.chosen.connect(self._encoding)
        self.days.chosen.connect(self._notation)
        self.decimal.chosen.connect(self._notation)
        self.again.chosen.connect(lambda key: self.repeats.emit(bool(key)))

    def show_preview(self, found: Preview, repeats: bool) -> None:
        self._found = found
        names = [(at, name or str(at + 1)) for at, name in enumerate(found.headings.names)]
        for name, choice in self.columns.items():
            choice.set_options([(_NONE, t("not there")), *names], found.columns.get(name, _NONE))
        self.encoding.setVisible(found.table.is_text)
        known = [(one, one.upper()) for one in ENCODINGS]
        if found.table.encoding not in ENCODINGS:
            known.insert(0, (found.table.encoding, found.table.encoding.upper()))
        self.encoding.set_options(known, found.table.encoding)
        orders = {"ymd": t("year first"), "dmy": t("day, month, year"), "mdy": t("month, day, year")}
        self.days.set_options([(one, orders[one]) for one in DAY_ORDERS], found.notation.days)
        self.decimal.set_options([(".", "1,234.5"), (",", "1.234,5")], found.notation.decimal)
        options = [(False, t("are one sale")), (True, t("are sales of their own"))]
        self.again.set_options(options, repeats)
        self.updateGeometry()

    def _column(self, name: str, place: Any) -> None:
        if self._found is None:
            return
        columns = {one: at for one, at in self._found.columns.items() if one != name and at != place}
        if place != _NONE:
            columns[name] = place
        self.wanted.emit({"file": self._found.table, "columns": columns, "notation": None})

    def _encoding(self, encoding: Any) -> None:
        if self._found is not None:
            self.wanted.emit(
                {"file": read_as(self._found.table, encoding), "columns": None, "notation": None}
            )

    def _notation(self, _key: Any) -> None:
        if self._found is not None:
            notation = with_notation(str(self.days.key), str(self.decimal.key))
            self.wanted.emit(
                {"file": self._found.table, "columns": dict(self._found.columns), "notation": notation}
            )
