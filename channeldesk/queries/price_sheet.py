"""Files of prices: written for a spreadsheet, read again, and held against what stands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import sqlalchemy as sa

from channeldesk.importing.headings import Headings, Wanted, find, recognise
from channeldesk.importing.lines import Line
from channeldesk.importing.notation import Notation, seen
from channeldesk.importing.table import Table, look
from channeldesk.model.notice import Problem, notice
from channeldesk.queries.bulk import Preview, looked_at
from channeldesk.queries.sheet_rejected import DAYS, SCALES, Source
from channeldesk.queries.views import page
from channeldesk.rules.bulk.edits import Edit, Planned
from channeldesk.rules.bulk.sheet import Asked, Bad, Conflict, Standing, compare, mine, read_stamp, stamp

MOST = 100_000
"""Rows that are read of one file."""
_TOLD_EVERY = 2_000
_NOTATION_FROM = 500
"""Rows by which the notation of numbers and days is seen."""

WANTED = (
    Wanted("list", ("Price list", "List code", "List", "价目表", "价目表编码", "價目表", "價目表代碼"), True),
    Wanted("sku", ("Product code", "SKU", "Item code", "Product", "产品编码", "商品编码", "產品代碼"), True),
    Wanted("price", ("Price", "Unit price", "单价", "价格", "單價", "價格"), True),
    Wanted("min_quantity", ("From quantity", "Min quantity", "起订数量", "起訂數量")),
    Wanted("floor", ("Floor price", "Floor", "最低限价", "底价", "最低限價", "底價")),
    Wanted("valid_from", ("List valid from", "Valid from", "价目表生效日", "價目表生效日", "生效日期")),
    Wanted("valid_to", ("List valid to", "Valid to", "价目表失效日", "價目表失效日", "失效日期")),
    Wanted("stamp", ("Version (leave as it is)", "Version", "版本（请勿改动）", "版本（請勿改動）", "版本")),
)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One price as a file carries it. Price and floor at scale 4, quantity at scale 3."""

    list_code: str
    currency: str
    sku: str
    name: str
    min_quantity: int
    price: int
    floor: int | None
    valid_from: str | None
    valid_to: str | None

    @property
    def stamp(self) -> str:
        return stamp(self.price, self.floor)


_ROWS = """
SELECT l.code AS list_code, l.currency, p.sku, p.name, e.min_quantity, e.price, e.floor,
       l.valid_from, l.valid_to
FROM json_each(:keys) k CROSS JOIN price_item e ON e.rowid = k.value
JOIN price_list l ON l.id = e.price_list_id JOIN product p ON p.id = e.product_id
"""


def rows(connection: sa.Connection, keys: Sequence[int]) -> list[SheetRow]:
    """For a file, in the order of the keys."""
    return [SheetRow(**row._asdict()) for row in page(connection, _ROWS, keys)]


@dataclass(frozen=True)
class Read:
    """A file as it was read. ``lists`` with their validity as rows say it, where they do; ``source``: its
    cells, for rows that are handed back.
    """

    rows: tuple[Asked | Bad, ...]
    stamped: bool
    lists: Mapping[str, tuple[int, str | None, str | None]]
    source: Source


def read(path: Path, progress: Callable[[Any], None], cancel: Event) -> Read | None:
    """Every row of a file, off the window's thread; None where the person cancelled. Raises Problem for a
    file that is no table of prices, naming what is missing; reports how many rows were read.
    """
    table = look(path)
    head = table.head(_NOTATION_FROM)
    headings = find(head, WANTED)
    columns = recognise(headings.names, WANTED) if headings.line else {}
    missing = [one.called[0] for one in WANTED if one.required and one.name not in columns]
    if missing:
        raise Problem.of("sheet.missing_columns", file=path.name, columns=", ".join(missing))
    reader = _Reader(table, headings, columns, head)
    found: list[Asked | Bad] = []
    cells: dict[int, tuple[str, ...]] = {}
    same: dict[str, str] = {}
    for line in table.rows(cancel.is_set):
        if line.number <= headings.line or headings.is_again(line, columns, WANTED):
            continue
        if len(found) >= MOST:
            raise Problem.of("import.too_many", file=path.name, most=MOST)
        found.append(reader.row(line))
        cells[line.number] = tuple(same.setdefault(cell, cell) for cell in line.cells)
        if len(found) % _TOLD_EVERY == 0:
            progress(len(found))
    if cancel.is_set():
        return None
    if not found:
        raise Problem.of("sheet.no_rows", file=path.name)
    source = Source(headings.names, columns, reader.notation, cells)
    return Read(tuple(found), "stamp" in columns, reader.lists, source)


class _Reader:
    """Cells to values, in the notation of the file."""

    def __init__(
        self, table: Table, headings: Headings, columns: Mapping[str, int], head: Sequence[Line]
    ) -> None:
        self._columns = columns
        self.lists: dict[str, tuple[int, str | None, str | None]] = {}
        below = [line for line in head if line.number > headings.line]
        days, numbers = self._all(below, DAYS), self._all(below, SCALES)
        self.notation: Notation = seen(days, numbers, table.separator)

    def _all(self, lines: Sequence[Line], names: Collection[str]) -> list[str]:
        return [text for line in lines for name in names if (text := self._cell(line, name))]

    def _cell(self, line: Line, name: str) -> str:
        place = self._columns.get(name)
        text = line.cells[place] if place is not None and place < len(line.cells) else ""
        return text.strip().removeprefix("'")

    def row(self, line: Line) -> Asked | Bad:
        listed, sku = self._cell(line, "list"), self._cell(line, "sku")
        told = " · ".join(one for one in (listed, sku) if one) or ", ".join(line.cells)[:80]
        try:
            for one in WANTED:
                if one.required and not self._cell(line, one.name):
                    raise Problem.of("sheet.empty_cell", column=one.called[0])
            values: dict[str, int | None] = {"price": self._number(line, "price")}
            if "floor" in self._columns:
                values["floor"] = self._number(line, "floor")
            quantity = self._number(line, "min_quantity") or 0
            self._validity(line, listed)
            base = self._base(line)
        except Problem as problem:
            return Bad(line.number, told, problem.notice)
        return Asked(line.number, listed, sku, quantity, values, base)

    def _number(self, line: Line, name: str) -> int | None:
        text = self._cell(line, name)
        return self.notation.number(text, SCALES[name]) if text else None

    def _base(self, line: Line) -> Mapping[str, int | None] | None:
        text = self._cell(line, "stamp")
        if not text:
            return None
        base = read_stamp(text)
        if base is None:
            raise Problem.of("sheet.bad_version", text=text[:40])
        return base

    def _validity(self, line: Line, listed: str) -> None:
        days = [self._cell(line, name) for name in DAYS]
        if not any(days):
            return
        first, last = (self.notation.day(text) if text else None for text in days)
        if first is not None and last is not None and last < first:
            raise Problem.of("staff.ends_before_it_begins")
        known = self.lists.setdefault(listed, (line.number, first, last))
        if known[1:] != (first, last):
            raise Problem.of("sheet.two_validities", line=known[0])


@dataclass(frozen=True)
class Held:
    """A file held against what stands. ``preview`` of the edits without conflicts."""

    preview: Preview
    conflicts: tuple[Conflict, ...]
    labels: Mapping[int, str]
    """Of conflicts, by line."""
    bad: tuple[Bad, ...]
    unchanged: int
    rows: int


def hold(connection: sa.Connection, found: Read, home: str = "") -> Held:
    """``home``: the company's currency, "" for somebody who may not see costs."""
    standing, names = _standing(connection)
    compared = compare(_of_their_lists(found, standing), standing)
    planned = Planned(0, tuple(compared.edits), ())
    labels = {
        one.line: f"{names[one.key['price_list_id']]} · {names[one.key['product_id']]}"
        for one in compared.conflicts
    }
    return Held(
        looked_at(connection, planned, home),
        tuple(compared.conflicts),
        labels,
        tuple(compared.bad),
        compared.unchanged,
        compared.asked,
    )


def _of_their_lists(found: Read, standing: Standing) -> Iterator[Asked | Bad]:
    """A price is valid when its list is: rows that say otherwise are not understood."""
    for one in found.rows:
        listed = standing.lists.get(one.list_code) if isinstance(one, Asked) else None
        told = found.lists.get(one.list_code) if isinstance(one, Asked) else None
        if listed is not None and told is not None:
            validity = listed["valid_from"], listed["valid_to"]
            if told[1:] != validity:
                reason = notice("sheet.validity_of_the_list", code=str(listed["code"]))
                yield Bad(one.line, f"{listed['code']} · {one.sku}" if isinstance(one, Asked) else "", reason)
                continue
        yield one


def _standing(connection: sa.Connection) -> tuple[Standing, dict[bytes, str]]:
    lists = {
        row["code"]: dict(row) for row in connection.execute(sa.text("SELECT * FROM price_list")).mappings()
    }
    products = connection.execute(sa.text("SELECT id, sku, name FROM product")).all()
    items = connection.execute(sa.text("SELECT * FROM price_item")).mappings()
    by_key = {(bytes(i["price_list_id"]), bytes(i["product_id"]), i["min_quantity"]): dict(i) for i in items}
    names = {bytes(row["id"]): str(row["code"]) for row in lists.values()}
    names |= {bytes(row.id): f"{row.sku}  {row.name}" for row in products}
    return Standing(lists, {row.sku: bytes(row.id) for row in products}, by_key), names


def edits_of(held: Held, chosen: Collection[int]) -> tuple[Edit, ...]:
    """What the file comes to; ``chosen``: lines of conflicts in which the file's row shall stand."""
    kept = tuple(mine(one) for one in held.conflicts if one.line in chosen)
    return (*held.preview.planned.edits, *kept)
