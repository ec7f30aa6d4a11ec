"""What others did at headquarters between two rounds: lines corrected anywhere, orders of the last day."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.headquarters import is_id, stored, url
from benchmarks.network import COLUMNS, DAYS, FIRST_DAY, LINES_PER_ORDER, Row, wire_id

if TYPE_CHECKING:
    from datetime import datetime

ChangeSet = dict[str, list[Row]]
"""Wire rows by entity, complete, in the order of COLUMNS: whoever has the row already replaces it."""

_ORDER, _LINE = COLUMNS["sales_order"], COLUMNS["order_line"]


class Changes:
    """Makes change sets from the rows of a headquarters database, and applies them to it."""

    def __init__(self, database: Path) -> None:
        from channeldesk.hq.database import Database

        self._hq = Database(url(database))
        with self._hq.snapshot() as connection:
            run = connection.exec_driver_sql
            self._lines = int(run("SELECT max(rowid) FROM order_line").scalar_one())
            self._partners = [bytes(one).hex() for one in run("SELECT id FROM partner").scalars()]
            self._products = [(bytes(one).hex(), cost) for one, cost in run("SELECT id, cost FROM product")]
            self._user = bytes(run("SELECT max(created_by) FROM order_line").scalar_one()).hex()

    def close(self) -> None:
        self._hq.close()

    def make(self, count: int, turn: int) -> ChangeSet:
        """``count`` changed rows: half of them lines that were there, the other half new orders with theirs.

        The same ``turn`` makes the same changes, whatever was applied before.
        """
        choose = random.Random(f"changes {turn}")
        orders, lines = self._sold(choose, count - count // 2, turn)
        return {"sales_order": orders, "order_line": [*self._corrected(choose, count // 2, turn), *lines]}

    def apply(self, changes: ChangeSet) -> None:
        """Writes them by plain SQL, as a connector of the company would; they are in the feed afterwards."""
        from channeldesk.hq import sequencer
        from channeldesk.hq.load_bulk import insert_rows

        now = time.time_ns() // 1_000_000
        with self._hq.write() as connection:
            for entity, rows in changes.items():
                columns = COLUMNS[entity]
                sets = ", ".join(f"{name} = ?" for name in columns[1:])
                update = f"UPDATE {entity} SET {sets} WHERE id = ?"
                missing = []
                for row in (stored(columns, one) for one in rows):
                    if not connection.exec_driver_sql(update, (*row[1:], row[0])).rowcount:
                        missing.append(row)
                insert_rows(connection, entity, columns, missing)
            sequencer.drain(connection, now)

    def _corrected(self, choose: random.Random, count: int, turn: int) -> list[Row]:
        """Lines whose quantity was wrong; the order's total is left alone."""
        shown = ", ".join(f"nullif(lower(hex({name})), '')" if is_id(name) else name for name in _LINE)
        query = f"SELECT {shown} FROM order_line WHERE rowid = ?"
        places = sorted(choose.sample(range(1, self._lines + 1), count))
        with self._hq.snapshot() as connection:
            rows = [tuple(connection.exec_driver_sql(query, (place,)).one()) for place in places]
        corrected = []
        for row in rows:
            line = dict(zip(_LINE, row, strict=True))
            line |= _amounts(line["unit_price"], 1000 * choose.randint(61, 90))
            line["updated_at"] = _ms(_last_moment()) + turn
            corrected.append(tuple(line[name] for name in _LINE))
        return corrected

    def _sold(self, choose: random.Random, count: int, turn: int) -> tuple[list[Row], list[Row]]:
        """``count`` rows of new orders, each with some lines."""
        at = _ms(_last_moment()) + turn
        orders: list[Row] = []
        lines: list[Row] = []
        while len(orders) + len(lines) < count:
            partner, order = choose.choice(self._partners), wire_id(at, choose.getrandbits(74))
            system = {"created_at": at, "created_by": self._user, "updated_at": at, "updated_by": self._user}
            some: list[dict[str, object]] = []
            for place in range(1, min(LINES_PER_ORDER, count - len(orders) - len(lines))):
                product, cost = choose.choice(self._products)
                line = {**system, "id": wire_id(at, choose.getrandbits(74)), "order_id": order}
                line |= {"partner_id": partner, "product_id": product, "line_number": place, "tax_rate": 1300}
                line["discount"] = 0
                price = cost * 5 // 4
                line |= {"list_price": price, "unit_price": price}
                some.append(line | _amounts(price, 1000 * choose.randint(1, 60)))
            net = sum(int(str(one["net"])) for one in some)
            day = _last_moment().date().isoformat()
            values = {"id": order, **system, "number": f"SN-{turn}-{len(orders):06}", "partner_id": partner}
            values |= {"source": "load", "order_kind": "order", "status": "accepted", "order_date": day}
            values |= {"placed_at": at, "received_at": at, "currency": "CNY"}
            values |= {"net": net, "tax": net * 13 // 100, "total": net + net * 13 // 100}
            orders.append(tuple(values.get(name) for name in _ORDER))
            lines += [tuple(one.get(name) for name in _LINE) for one in some]
        return orders, lines


def _amounts(price: int, quantity: int) -> dict[str, int]:
    net = quantity * price // 100_000
    return {"quantity": quantity, "net": net, "tax": net * 13 // 100, "cost": net * 4 // 5}


def _last_moment() -> datetime:
    from datetime import timedelta

    return FIRST_DAY + timedelta(days=DAYS)


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
