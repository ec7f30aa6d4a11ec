"""A file of prices held against what stands: new, changed, the same, not understood, or changed by somebody
else meanwhile. Every row that the program wrote carries what price and floor were then, so that base, mine
and theirs are known without keeping the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from channeldesk.model.entities import entity as declaration
from channeldesk.model.notice import Notice, notice
from channeldesk.rules.bulk.edits import Edit, Row, Values
from channeldesk.rules.bulk.prices import ITEM
from channeldesk.rules.field_limits import refuse_row

FIELDS = ("price", "floor")
_STAMP = re.compile(r"p(\d+)f(\d*)")

Prices = Mapping[str, int | None]


def stamp(price: int, floor: int | None) -> str:
    """How a row carries what it was: price and floor at scale 4."""
    return f"p{price}f{'' if floor is None else floor}"


def read_stamp(text: str) -> Prices | None:
    """None for what is no stamp."""
    found = _STAMP.fullmatch(text)
    if found is None:
        return None
    return {"price": int(found[1]), "floor": int(found[2]) if found[2] else None}


@dataclass(frozen=True, slots=True)
class Asked:
    """One row of a file, read. ``floor`` stays as it is where the file has no such column. ``base``: what the
    row was when it was written; None for a row of somebody's own.
    """

    line: int
    list_code: str
    sku: str
    min_quantity: int
    mine: Prices
    base: Prices | None = None


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that was not understood: which one, how it begins, and why."""

    line: int
    told: str
    reason: Notice


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else changed what the file changes. ``theirs`` None: the row is gone."""

    line: int
    row: Row | None
    key: Values
    base: Prices
    mine: Prices
    theirs: Prices | None


@dataclass
class Compared:
    """What the rows of a file come to."""

    asked: int = 0
    edits: list[Edit] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)

    @property
    def unchanged(self) -> int:
        return self.asked - len(self.edits) - len(self.conflicts) - len(self.bad)


@dataclass(frozen=True)
class Standing:
    """What stands now: lists by code, ids of products by code, prices by list, product and quantity."""

    lists: Mapping[str, Row]
    products: Mapping[str, bytes]
    items: Mapping[tuple[bytes, bytes, int], Row]


def compare(rows: Iterable[Asked | Bad], standing: Standing) -> Compared:
    """Each row of the file in exactly one class."""
    found = Compared()
    seen: dict[tuple[bytes, bytes, int], int] = {}
    for one in rows:
        found.asked += 1
        if isinstance(one, Bad):
            found.bad.append(one)
            continue
        wrong = _unknown(one, standing)
        if wrong is not None:
            found.bad.append(_bad(one, wrong))
            continue
        listed = standing.lists[one.list_code]
        key = (listed["id"], standing.products[one.sku], one.min_quantity)
        if key in seen:
            found.bad.append(_bad(one, notice("sheet.twice", line=seen[key])))
            continue
        seen[key] = one.line
        wrong = refuse_row(declaration(ITEM), {**one.mine, "min_quantity": one.min_quantity})
        if wrong is not None:
            found.bad.append(_bad(one, wrong))
            continue
        _class(found, one, key, standing.items.get(key))
    return found


def _unknown(one: Asked, standing: Standing) -> Notice | None:
    if one.list_code not in standing.lists:
        return notice("sheet.no_such_list", code=one.list_code)
    if one.sku not in standing.products:
        return notice("sheet.no_such_product", code=one.sku)
    return None


def _bad(one: Asked, reason: Notice) -> Bad:
    return Bad(one.line, f"{one.list_code} · {one.sku}", reason)


def _class(found: Compared, one: Asked, key: tuple[bytes, bytes, int], row: Row | None) -> None:
    names = dict(zip(("price_list_id", "product_id", "min_quantity"), key, strict=True))
    changes = {n: v for n, v in one.mine.items() if one.base is None or v != one.base[n]}
    if not changes and one.base is not None:
        return  # as it was written: whatever became of it meanwhile stays
    if row is None and one.base is not None:
        found.conflicts.append(Conflict(one.line, None, names, one.base, one.mine, None))
    elif row is None:
        found.edits.append(Edit(ITEM, None, {}, {**names, **one.mine}))
    else:
        theirs = {name: row[name] for name in FIELDS}
        wanted = {name: value for name, value in changes.items() if value != theirs[name]}
        if one.base is not None and any(theirs[name] != one.base[name] for name in wanted):
            found.conflicts.append(Conflict(one.line, row, names, one.base, one.mine, theirs))
        elif wanted:
            found.edits.append(_patch(row, wanted))


def mine(conflict: Conflict) -> Edit:
    """The edit by which the file's row stands in spite of theirs."""
    if conflict.row is None:
        return Edit(ITEM, None, {}, {**conflict.key, **conflict.mine})
    told = conflict.mine.items()
    return _patch(conflict.row, {name: v for name, v in told if v != conflict.base[name]})


def _patch(row: Row, values: Values) -> Edit:
    return Edit(ITEM, row["id"], {name: row[name] for name in values}, values, row["id"])
