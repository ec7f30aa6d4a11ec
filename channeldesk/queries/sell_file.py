"""A file of sales, looked at before anything is booked: what is new, what was told before, what is wrong.

Columns are recognised by their headings and remembered per partner; products by code, barcode or name,
sub-dealers by code or name.
"""

from __future__ import annotations

import json
import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa

from channeldesk.importing import headings, rejected, text
from channeldesk.importing.headings import Headings, Wanted
from channeldesk.importing.lines import Line
from channeldesk.importing.notation import ORDERS, Notation, seen
from channeldesk.importing.table import Table, look
from channeldesk.model.notice import Notice, Problem, notice
from channeldesk.model.values import CURRENCIES, QUANTITY_SCALE, minor_units
from channeldesk.queries import clock, sell_reports
from channeldesk.queries.sell_reports import Sold
from channeldesk.rules import sell_out

COLUMNS = "import.sell_out."
"""Key of ``local_state``, followed by the partner: headings by what they were chosen for."""
_CALLED = {
    "day": "Date, Day, Sold on, Invoice date, Month, Datum, 日期, 销售日期, 單據日期, 月份",
    "until": "Until, To, Last day, Bis, 截止日期, 结束日期",
    "product": "SKU, Code, Article, Item, Product code, Product, Barcode, EAN, Artikel, "
    "货号, 型号, 编码, 产品, 商品, 条码, 料号, 貨號",
    "quantity": "Quantity, Qty, Pieces, Units, Sold, Menge, 数量, 销量, 件数, 數量",
    "buyer": "Buyer, Customer, Sub-dealer, Dealer, Kunde, 客户, 买方, 经销商, 门店, 客戶",
    "amount": "Amount, Net, Value, Revenue, Betrag, Umsatz, 金额, 销售额, 金額",
    "currency": "Currency, Währung, 币种, 幣別",
    "document": "Document, Invoice, Receipt, Number, Beleg, 单据号, 单号, 发票号, 單號",
    "line": "Line, Position, Zeile, 行号",
}
_NEEDED = ("day", "product", "quantity")
WANTED = tuple(Wanted(name, tuple(text.split(", ")), name in _NEEDED) for name, text in _CALLED.items())
ENCODINGS = text.ENCODINGS
DAY_ORDERS = ORDERS
_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?")
_SAMPLE = 500
_EVERY = 2_000
"""Rows between two reports of progress."""


class Standing(StrEnum):
    NEW = "new"
    KNOWN = "known"
    """Reported before."""
    REPEATED = "repeated"
    """Equal to an earlier row of the same file, and without a document that tells them apart."""
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class FileRow:
    """``sold`` is None for a row that is not understood; ``reason`` says why it will not be booked."""

    line: Line
    standing: Standing
    sold: Sold | None
    product: str
    buyer: str
    reason: Notice | None = None


@dataclass(frozen=True)
class Preview:
    """The whole file. ``columns``: what was found, by its place; ``missing`` is needed and not there."""

    table: Table
    headings: Headings
    columns: Mapping[str, int]
    notation: Notation
    rows: tuple[FileRow, ...]
    missing: tuple[str, ...]

    def count(self, standing: Standing) -> int:
        return sum(row.standing is standing for row in self.rows)

    def lines(self, repeated: bool = False) -> tuple[Sold, ...]:
        """What is to be booked; ``repeated``: equal rows are sales of their own."""
        wanted = {Standing.NEW, Standing.REPEATED} if repeated else {Standing.NEW}
        return tuple(row.sold for row in self.rows if row.sold is not None and row.standing in wanted)


def remembered(connection: sa.Connection, partner_id: bytes) -> dict[str, str]:
    """Headings by what they were chosen for, of the partner's last file."""
    found = json.loads(clock.state(connection, COLUMNS + partner_id.hex()) or "{}")
    return {str(name): str(heading) for name, heading in found.items()}


def currency_of(connection: sa.Connection, partner_id: bytes) -> str:
    """What amounts are in where nothing else is said."""
    sql = sa.text("SELECT currency FROM partner WHERE id = :id")
    return str(connection.execute(sql, {"id": partner_id}).scalar_one())


def sub_dealers(connection: sa.Connection, partner_id: bytes) -> tuple[tuple[bytes, str], ...]:
    """Who may be named as a buyer."""
    sql = sa.text("SELECT id, name FROM partner WHERE parent_id = :id ORDER BY name")
    return tuple((row.id, row.name) for row in connection.execute(sql, {"id": partner_id}))


def pasted(cells: str, name: str) -> Table:
    """Cells as a spreadsheet puts them on the clipboard."""
    return Table(Path(name), separator="\t", pasted=cells)


def read_as(table: Table, encoding: str) -> Table:
    """The same file in the encoding that the person says it is in."""
    return table.read_as(encoding, table.separator)


def with_notation(days: str, decimal: str) -> Notation:
    """As the person says that the file writes days and numbers."""
    order = next(one for one in ORDERS if one == days)
    return Notation(order, "," if decimal == "," else ".")


def preview(
    connection: sa.Connection,
    partner_id: bytes,
    file: Table | Path,
    *,
    columns: Mapping[str, int] | None = None,
    notation: Notation | None = None,
    period: tuple[str, str] | None = None,
    progress: Callable[[int], None] = lambda rows: None,
    stop: Callable[[], bool] = lambda: False,
) -> Preview:
    """Reads the whole file; nothing is written. ``columns`` and ``notation`` as the person chose them, else
    as they are recognised. ``period``: of a file without days. Raises Problem for a file that is no table.
    """
    table = look(file) if isinstance(file, Path) else file
    head = table.head(_SAMPLE)
    if not head:
        raise Problem.of("import.empty", file=table.path.name)
    before = remembered(connection, partner_id)
    names = headings.find(head, WANTED, before)
    places = headings.recognise(names.names, WANTED, before) if columns is None else columns
    body = [line for line in head if line.number > names.line]
    seen_as = notation or seen(
        [_cell(line, places, "day") for line in body],
        [_cell(line, places, name) for line in body for name in ("quantity", "amount")],
        table.separator,
    )
    needed = [one.name for one in WANTED if one.required and not (one.name == "day" and period)]
    missing = tuple(name for name in needed if name not in places)
    if missing:
        return Preview(table, names, places, seen_as, (), missing)
    reader = _Reader(connection, partner_id, places, seen_as, period)
    rows: list[FileRow] = []
    for line in table.rows(stop):
        if line.number <= names.line or names.is_again(line, places, WANTED):
            continue
        rows.append(reader.read(line))
        if len(rows) % _EVERY == 0:
            progress(len(rows))
    return Preview(table, names, places, seen_as, tuple(judged(connection, partner_id, rows)), ())


def judged(connection: sa.Connection, partner_id: bytes, rows: Sequence[FileRow]) -> list[FileRow]:
    """The same rows, those that were reported before and those that repeat told as such."""
    at = [place for place, row in enumerate(rows) if row.standing is not Standing.WRONG]
    found = [row.sold for row in rows if row.standing is not Standing.WRONG]
    sales = sell_out.counted_apart(one.sale(partner_id) for one in found if one is not None)
    names = [sell_out.identity(sale) for sale in sales]
    known = sell_reports.standing(connection, partner_id, names)
    made, seen_names = list(rows), set[str]()
    for place, sale, name in zip(at, sales, names, strict=True):
        row = made[place]
        if name in known:
            told = sell_out.twice(sale.quantity, sale.last_on)
            made[place] = replace(row, standing=Standing.KNOWN, reason=told)
        elif sale.occurrence > 1 or name in seen_names:
            made[place] = replace(row, standing=Standing.REPEATED, reason=notice("sell_out.repeated"))
        else:
            made[place] = replace(row, standing=Standing.NEW, reason=None)
        seen_names.add(name)
    return made


def typed(
    connection: sa.Connection, partner_id: bytes, sold: Sequence[Sold], others: Sequence[FileRow] = ()
) -> tuple[FileRow, ...]:
    """Lines keyed by a person, as rows like those of a file; ``others`` are judged together with them."""
    names = _Names(connection, partner_id)
    rows = [names.row(Line(number, ()), one) for number, one in enumerate(sold, start=1)]
    return tuple(judged(connection, partner_id, [*rows, *others]))


def save_rejected(
    path: Path, found: Preview, reason: Callable[[Notice], str], headings_: tuple[str, str]
) -> int:
    """Writes the rows that are not booked with their reasons, to be mended; how many. Raises Problem."""
    rows = ((row.line, reason(row.reason)) for row in found.rows if row.reason is not None)
    try:
        return rejected.save(path, found.headings.names, rows, line=headings_[0], reason=headings_[1])
    except OSError as error:
        raise Problem.of("file.cannot_write", name=path.name, remedy="remedy.save_elsewhere") from error


class _Names:
    """What products and sub-dealers are called, and whether a sale of them can be."""

    def __init__(self, connection: sa.Connection, partner_id: bytes) -> None:
        self._partner = partner_id
        self.products = connection.execute(
            sa.text("SELECT id, sku, barcode, name, name_local FROM product ORDER BY active, id")
        ).all()
        self._labels = {row.id: f"{row.sku}  {row.name}" for row in self.products}
        self.buyers = connection.execute(
            sa.text("SELECT id, code, name, name_local FROM partner WHERE parent_id = :partner"),
            {"partner": partner_id},
        ).all()
        self._names = {row.id: row.name for row in self.buyers}
        self._today = date.fromisoformat(clock.today_of(connection, partner_id))

    def row(self, line: Line, sold: Sold) -> FileRow:
        refused = sell_out.refuse(sold.sale(self._partner), self._today, self._names)
        buyer = "" if sold.buyer_id is None else self._names.get(sold.buyer_id, "")
        standing = Standing.NEW if refused is None else Standing.WRONG
        return FileRow(line, standing, sold, self._labels.get(sold.product_id, ""), buyer, refused)


class _Reader:
    """Knows the products and sub-dealers by every name that they go by."""

    def __init__(
        self,
        connection: sa.Connection,
        partner_id: bytes,
        places: Mapping[str, int],
        notation: Notation,
        period: tuple[str, str] | None,
    ) -> None:
        self._places, self._notation, self._period = places, notation, period
        self._names = _Names(connection, partner_id)
        self._products = _named(
            (row.id, (row.name, row.name_local, row.barcode, row.sku)) for row in self._names.products
        )
        self._buyers = _named((row.id, (row.name, row.name_local, row.code)) for row in self._names.buyers)
        self._currency = currency_of(connection, partner_id)

    def read(self, line: Line) -> FileRow:
        try:
            return self._names.row(line, self._sold(line))
        except Problem as problem:
            product = _cell(line, self._places, "product")
            return FileRow(line, Standing.WRONG, None, product, "", problem.notice)

    def _sold(self, line: Line) -> Sold:
        def cell(name: str) -> str:
            return _cell(line, self._places, name)

        first, last = self._days(cell("day"), cell("until"))
        if not cell("product"):
            raise Problem.of("sell_out.no_product")
        product = self._products.get(headings.simple(cell("product")))
        if product is None:
            raise Problem.of("sell_out.unknown_product", text=cell("product")[:80])
        buyer = self._buyers.get(headings.simple(cell("buyer"))) if cell("buyer") else None
        if cell("buyer") and buyer is None:
            raise Problem.of("sell_out.unknown_buyer", text=cell("buyer")[:80])
        if not cell("quantity"):
            raise Problem.of("sell_out.no_quantity")
        quantity = self._notation.number(cell("quantity"), QUANTITY_SCALE)
        currency = cell("currency").upper() or self._currency
        if currency not in CURRENCIES:
            raise Problem.of("value.unknown_currency", currency=currency[:20])
        amount = self._notation.number(cell("amount"), minor_units(currency)) if cell("amount") else None
        return Sold(
            product,
            quantity,
            first,
            last,
            buyer,
            amount,
            None if amount is None else currency,
            cell("document")[:60] or None,
            cell("line")[:60] or None,
        )

    def _days(self, first: str, last: str) -> tuple[str, str]:
        if not first and self._period is not None:
            return self._period
        month = _MONTH.fullmatch(first)
        if month is not None and not last and 1 <= int(month[2]) <= 12:
            year, number = int(month[1]), int(month[2])
            begins = date(year, number, 1)
            return begins.isoformat(), begins.replace(day=monthrange(year, number)[1]).isoformat()
        day = self._notation.day(first)
        return day, self._notation.day(last) if last else day


def _named(rows: Iterable[tuple[bytes, Sequence[str | None]]]) -> dict[str, bytes]:
    """By every name; what is surer (named later, of those still sold) wins."""
    found: dict[int, dict[str, bytes]] = {}
    for row_id, names in rows:
        for sure, name in enumerate(names):
            if name and headings.simple(name):
                found.setdefault(sure, {})[headings.simple(name)] = row_id
    return {name: row_id for sure in sorted(found) for name, row_id in found[sure].items()}


def _cell(line: Line, places: Mapping[str, int], name: str) -> str:
    place = places.get(name)
    return line.cells[place] if place is not None and place < len(line.cells) else ""
