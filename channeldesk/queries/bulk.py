"""What an edit of many rows would come to, looked at before anything is kept."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.model.entities import entity as declaration
from channeldesk.model.notice import Notice
from channeldesk.queries import clock, currency
from channeldesk.queries.reference_data import LABELS, NAMED
from channeldesk.rules.bulk.declared import BY_CODE, plan
from channeldesk.rules.bulk.edits import Edit, Facts, Made, Planned, Row, Skipped
from channeldesk.rules.bulk.marks import OVERLAP, difference, marks
from channeldesk.rules.bulk.overlaps import buyers, overlaps

SHOWN = 200
"""Rows of a preview that are listed one by one; the counts are of all."""

_ROWS = {
    "price_item": """
SELECT e.*, l.currency, l.code AS list_code FROM json_each(:keys) k
CROSS JOIN price_item e ON e.rowid = k.value JOIN price_list l ON l.id = e.price_list_id
""",
    "price_list": "SELECT e.* FROM json_each(:keys) k CROSS JOIN price_list e ON e.rowid = k.value",
    "promotion": "SELECT e.* FROM json_each(:keys) k CROSS JOIN promotion e ON e.rowid = k.value",
}
_ITEMS = """
SELECT e.*, l.currency, l.code AS list_code FROM price_item e JOIN price_list l ON l.id = e.price_list_id
WHERE l.id IN (SELECT unhex(value) FROM json_each(:lists))
"""


@dataclass(frozen=True)
class Line:
    """One row of a preview. ``label`` of the row, ``list_code`` of a price; ``before`` and ``after``: the
    fields that move, of a new row those it has. ``by`` in basis points. ``why``: it stays as it is.
    ``notes``: what is to be known of it besides.
    """

    op: str
    entity: str
    label: str
    list_code: str
    currency: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    by: int | None
    marks: tuple[str, ...]
    why: Notice | None = None
    notes: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class Preview:
    """``lines``: the first ones, what needs a look before the rest. ``marked``: how many edits of each mark.
    ``up`` and ``down``: prices that rise and fall; ``least`` and ``most``: by how much, in basis points.
    """

    planned: Planned
    lines: tuple[Line, ...]
    marked: Mapping[str, int]
    up: int = 0
    down: int = 0
    least: int | None = None
    most: int | None = None


def preview(
    connection: sa.Connection, keys: Sequence[int], code: str, asked: Mapping[str, Any], home: str = ""
) -> Preview:
    """``keys`` of the chosen rows, ``code`` of the operation. ``home``: the company's currency, in which
    costs are known; "" for somebody who may not see them.
    """
    operation = BY_CODE[code]
    rows = chosen(connection, operation.kind, keys)
    facts = _facts(connection, operation.needs, rows, asked)
    planned = plan(operation, asked, rows, facts)
    return looked_at(connection, planned, home)


def chosen(connection: sa.Connection, kind: str, keys: Sequence[int]) -> list[Row]:
    found = connection.execute(sa.text(_ROWS[kind]), {"keys": json.dumps(list(keys))})
    return [dict(row) for row in found.mappings()]


def looked_at(connection: sa.Connection, planned: Planned, home: str = "") -> Preview:
    """A plan as a person looks at it, whatever it came from."""
    tellers = _Teller(connection, home, planned)
    marked: Counter[str] = Counter()
    moves: list[int] = []
    lines: list[tuple[int, Line]] = []
    for edit in planned.edits:
        told, by = tellers.judge(edit)
        marked.update(told)
        if by:
            moves.append(by)
        if len(lines) < SHOWN or (told and len(lines) < 2 * SHOWN):
            lines.append((0 if told else 2, tellers.line(edit, told, by)))
    skipped = [(1, tellers.skipped(one)) for one in planned.skipped[:SHOWN]]
    ordered = sorted((*lines, *skipped), key=lambda pair: pair[0])
    return Preview(
        planned,
        tuple(line for _, line in ordered[:SHOWN]),
        marked,
        sum(by > 0 for by in moves),
        sum(by < 0 for by in moves),
        min(moves, default=None),
        max(moves, default=None),
    )


class _Teller:
    """Names of rows, and what is to be said about prices."""

    def __init__(self, connection: sa.Connection, home: str, planned: Planned) -> None:
        self._connection, self._home = connection, home
        lists = [dict(row) for row in connection.execute(sa.text("SELECT * FROM price_list")).mappings()]
        self._lists = {bytes(row["id"]): (row["code"], row["currency"]) for row in lists}
        self._notes = _overlaps(lists, [one for one in planned.edits if one.entity == "price_list"])
        made = [one for one in planned.edits if one.entity == "price_list" and one.op == "insert"]
        self._made = {one.number: (one.values["code"], one.values["currency"]) for one in made if one.values}
        products = connection.execute(sa.text("SELECT id, sku || '  ' || name AS label, cost FROM product"))
        self._products = {bytes(row.id): (row.label, row.cost) for row in products}
        self._items: dict[bytes, Row] = {}
        changed = [one for one in planned.edits if one.entity == "price_item" and one.row_id is not None]
        if changed:
            ids = json.dumps([one.row_id.hex() for one in changed if one.row_id])
            sql = "SELECT e.* FROM json_each(:ids) k CROSS JOIN price_item e ON e.id = unhex(k.value)"
            found = connection.execute(sa.text(sql), {"ids": ids}).mappings()
            self._items = {bytes(row["id"]): dict(row) for row in found}

    def judge(self, edit: Edit) -> tuple[tuple[str, ...], int | None]:
        if self._notes.get(_row(edit)):
            return (OVERLAP,), None
        if edit.entity != "price_item" or edit.values is None:
            return (), None
        row = self._item(edit)
        before = self._items.get(edit.row_id or b"", {}).get("price")
        _, currency = self._list(row)
        cost = self._products.get(row["product_id"], ("", None))[1] if currency == self._home else None
        return marks(before, row["price"], row.get("floor"), cost), difference(before, row["price"])

    def line(self, edit: Edit, told: tuple[str, ...], by: int | None) -> Line:
        code, currency = "", str((edit.values or edit.base).get("currency") or "")
        if edit.entity == "price_item":
            row = self._item(edit)
            code, currency = self._list(row)
            label = self._products.get(row["product_id"], ("", None))[0]
        else:
            label = self._label(edit)
        after = edit.values or {}
        if edit.op == "insert":
            after = self._named(edit)
        notes = self._notes.get(_row(edit), ())
        return Line(edit.op, edit.entity, label, code, currency, edit.base, after, by, told, notes=notes)

    def skipped(self, one: Skipped) -> Line:
        """Of whatever kind the row is: one of them has it."""
        for kind in _ROWS:
            sql = sa.text(f'SELECT {LABELS[kind]} FROM "{kind}" WHERE id = :id')
            label = self._connection.execute(sql, {"id": one.of}).scalar()
            if label is not None:
                break
        return Line("skip", "", str(label or ""), "", "", {}, {}, None, (), one.reason)

    def _named(self, edit: Edit) -> dict[str, Any]:
        """What a new row says, references by what they are called; which row it is a part of is its label."""
        entity = declaration(edit.entity)
        told: dict[str, Any] = {}
        for name, value in (edit.values or {}).items():
            field = entity.fields.get(name)
            if value is None or field is None or isinstance(value, Made) or name == entity.parent:
                continue
            told[name] = value
            if field.type in NAMED and edit.entity != "price_item":
                sql = sa.text(f'SELECT {LABELS[str(field.target)]} FROM "{field.target}" WHERE id = :id')
                told[name] = self._connection.execute(sql, {"id": value}).scalar() or ""
        return told

    def _item(self, edit: Edit) -> Row:
        return {**self._items.get(edit.row_id or b"", {}), **edit.base, **(edit.values or {})}

    def _list(self, row: Row) -> tuple[str, str]:
        of = row["price_list_id"]
        known = self._lists.get(of) if isinstance(of, bytes) else self._made.get(of.number)
        return known or ("", "")

    def _label(self, edit: Edit) -> str:
        if edit.row_id is None and edit.values is not None and "code" in edit.values:
            return f"{edit.values['code']}  {edit.values.get('name', '')}"
        sql = sa.text(
            f"SELECT {LABELS['promotion' if edit.row_id is None else edit.entity]} "
            f'FROM "{"promotion" if edit.row_id is None else edit.entity}" WHERE id = :id'
        )
        return str(self._connection.execute(sql, {"id": edit.row_id or edit.of}).scalar() or "")


def _row(edit: Edit) -> tuple[str, bytes | int]:
    """Which row it is, of new ones too."""
    return edit.entity, edit.row_id or edit.number


def _overlaps(
    lists: Sequence[Row], edits: Sequence[Edit]
) -> Mapping[tuple[str, bytes | int], tuple[Notice, ...]]:
    """Of the lists that are edited, beside all as they would be."""
    if not edits:
        return {}
    would: dict[tuple[str, bytes | int], Row] = {}
    would.update({("price_list", bytes(row["id"])): row for row in lists})
    for one in edits:
        before = would.pop(_row(one), {})
        if one.values is not None:
            would[_row(one)] = {**before, **one.values}
    alike: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in would.values():
        alike[buyers(row)].append(row)
    edited = {_row(one): would[_row(one)] for one in edits if one.values is not None}
    return {key: overlaps(row, alike[buyers(row)]) for key, row in edited.items()}


def _facts(
    connection: sa.Connection, needs: frozenset[str], rows: Sequence[Row], asked: Mapping[str, Any]
) -> Facts:
    lists: dict[bytes, Row] = {}
    items: dict[bytes, dict[tuple[bytes, int], Row]] = defaultdict(dict)
    parts: dict[tuple[str, bytes], list[Row]] = defaultdict(list)
    rates, codes = {}, {}
    if "lists" in needs:
        found = connection.execute(sa.text("SELECT * FROM price_list")).mappings()
        lists = {bytes(row["id"]): dict(row) for row in found}
    if "items" in needs:
        of = [asked["into_list"]] if "into_list" in asked else [row["id"] for row in rows]
        wanted = {"lists": json.dumps([one.hex() for one in of])}
        for row in connection.execute(sa.text(_ITEMS), wanted).mappings():
            items[row["price_list_id"]][row["product_id"], row["min_quantity"]] = dict(row)
    if "rates" in needs and (target := lists.get(asked["into_list"])) is not None:
        factors = currency.rates(connection, str(target["currency"]), clock.today(connection)).factors
        rates = {(name, str(target["currency"])): factor for name, factor in factors.items()}
    if "parts" in needs:
        for entity in ("promotion_buyer", "promotion_item"):
            for row in connection.execute(sa.text(f'SELECT * FROM "{entity}"')).mappings():
                parts[entity, row["promotion_id"]].append(dict(row))
    if "codes" in needs:
        for entity in ("price_list", "promotion"):
            codes[entity] = frozenset(connection.execute(sa.text(f'SELECT code FROM "{entity}"')).scalars())
    return Facts(lists, items, parts, rates, codes)


def options(connection: sa.Connection, targets: Sequence[str]) -> dict[str, tuple[tuple[bytes, str], ...]]:
    """What references of these kinds may point at, as a form lists them."""
    found = {}
    for target in targets:
        sql = f'SELECT id, {LABELS[target]} AS label FROM "{target}" ORDER BY label COLLATE NOCASE'
        rows = connection.execute(sa.text(sql))
        found[target] = tuple((bytes(row.id), str(row.label or "")) for row in rows)
    return found
