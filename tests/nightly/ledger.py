"""What the person of :mod:`tests.nightly.person` meant to do and did, against what became of it."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from channeldesk.desk import Desk
from channeldesk.model.local import inbox, outbox
from channeldesk.model.tables import laptop
from channeldesk.store import derive, integrity
from tests.support.headquarters import Headquarters

ENTITIES = ("partner", "contact", "promise", "stock_movement", "sales_order", "order_line")
_LEFT_OUT = ("rv", "deleted", "custom")


class Ledger:
    """The notes of all processes of one profile, in order."""

    def __init__(self, notes: Path) -> None:
        self.meant: dict[str, dict[str, Any]] = {}
        self.done: set[str] = set()
        for line in notes.read_bytes().splitlines() if notes.exists() else ():
            try:
                note = json.loads(line)
            except ValueError:  # the last one, cut by the kill
                continue
            if note["at"] == "meant":
                self.meant[note["number"]] = note
            else:
                self.done.add(note["number"])

    def ops(self, kind: str) -> list[tuple[dict[str, Any], bool]]:
        return [(op, number in self.done) for number, op in self.meant.items() if op["op"] == kind]

    def check_laptop(self, desk: Desk) -> list[str]:
        """After a kill and a restart: all that was acknowledged is there, all of a transaction or nothing."""
        with desk.database.read() as connection:
            ids = {
                name: set(connection.execute(sa.select(laptop.tables[name].c.id)).scalars())
                for name in ("contact", "promise", "sales_order", "order_line")
            }
            partner, promise = laptop.tables["partner"], laptop.tables["promise"]
            phones = {
                row.id: row.phone for row in connection.execute(sa.select(partner.c.id, partner.c.phone))
            }
            moved = {
                one.id: one.postponed
                for one in connection.execute(sa.select(promise.c.id, promise.c.postponed))
            }
        wrong = []
        going = {op["id"]: done for op, done in self.ops("delete")}
        for op, done in self.ops("insert"):
            there = [bytes.fromhex(one) in ids[op["entity"]] for one in op["ids"] if one not in going]
            if there and (not all(there) if done else len(set(there)) > 1):
                wrong.append(f"{'lost' if done else 'torn'}: {op}")
        wrong += [
            f"back again: {row_id}"
            for row_id, done in going.items()
            if done and bytes.fromhex(row_id) in ids["contact"]
        ]
        for op, done in self.ops("order"):
            there = [bytes.fromhex(op["id"]) in ids["sales_order"]]
            there += [bytes.fromhex(one) in ids["order_line"] for one in op["lines"]]
            if not all(there) if done else len(set(there)) > 1:
                wrong.append(f"{'lost' if done else 'torn'}: {op}")
        last: dict[str, set[str]] = {}
        for op, done in self.ops("set"):
            last[op["id"]] = {op["value"]} if done else last.get(op["id"], set()) | {op["value"]}
        wrong += [
            f"lost: phone {row} is {phones.get(bytes.fromhex(row))}, not in {values}"
            for row, values in last.items()
            if self._known(row, values) and phones.get(bytes.fromhex(row)) not in values
        ]
        sums, most = Counter[str](), Counter[str]()
        for op, done in self.ops("count"):
            sums[op["id"]] += done
            most[op["id"]] += 1
        born = {one for op, _ in self.ops("insert") for one in op["ids"]}
        for row, least in sums.items():
            if row not in born:  # of an earlier profile: :func:`totals` tells
                continue
            found = moved.get(bytes.fromhex(row), -1)
            if not least <= found <= most[row]:
                wrong.append(f"counter {row} is {found}, acknowledged {least}, meant {most[row]}")
        return wrong

    def _known(self, row: str, values: set[str]) -> bool:
        """Whether any write of the field was acknowledged: before that it has the value of headquarters."""
        return any(op["id"] == row and done for op, done in self.ops("set"))

    def check_headquarters(self, desk: Desk, hq: Headquarters) -> list[str]:
        """At the end: each acknowledged edit has its effect there once, or stands in the inbox."""
        with desk.database.read() as connection:
            kept = " ".join(connection.execute(sa.select(inbox.c.mutations)).scalars())
            waits = " ".join(
                bytes(one).hex() for one in connection.execute(sa.select(outbox.c.row_id)).scalars()
            )
        there = {
            name: {bytes(row["id"]).hex() for row in hq.table(name)}
            for name in ("contact", "promise", "sales_order", "order_line")
        }
        going = {op["id"] for op, _ in self.ops("delete")}
        wrong = []
        for op, done in self.ops("insert"):
            missing = [one for one in op["ids"] if one not in there[op["entity"]] and one not in going]
            missing = [one for one in missing if one not in kept and one not in waits]
            if done and missing:
                wrong.append(f"never arrived: {op['entity']} {missing}")
        for op, done in self.ops("order"):
            arrived = op["id"] in there["sales_order"], *(one in there["order_line"] for one in op["lines"])
            if len(set(arrived)) > 1:
                wrong.append(f"order torn at headquarters: {op}")
            if done and not arrived[0] and op["id"] not in kept and op["id"] not in waits:
                wrong.append(f"never arrived: {op}")
        wrong += [
            f"deleted, but there: {op['id']}"
            for op, done in self.ops("delete")
            if done and op["id"] in there["contact"]
        ]
        return wrong


def totals(desk: Desk) -> dict[bytes, int]:
    """Counters as the person sees them: a round without others' work changes none of them."""
    promise = laptop.tables["promise"]
    with desk.database.read() as connection:
        found = connection.execute(sa.select(promise.c.id, promise.c.postponed))
        return {bytes(row_id): int(count) for row_id, count in found}


def check_equal(desk: Desk, hq: Headquarters) -> list[str]:
    """Rows here and there are the same; what is derived fits; every page verifies."""
    wrong = []
    with desk.database.read() as connection:
        kept = " ".join(connection.execute(sa.select(inbox.c.mutations)).scalars())
        rows = {
            name: connection.execute(sa.select(laptop.tables[name])).mappings().all() for name in ENTITIES
        }
        waiting = connection.execute(sa.select(outbox)).all()
        wrong += [
            f"{table} differs by {count}" for table, count in derive.compare(connection).items() if count
        ]
        wrong += [f"no index {name}" for name in derive.missing_indexes(connection)]
    held = {bytes(row["id"]) for row in rows["partner"]}
    for name in ENTITIES:
        owner = "id" if name == "partner" else "partner_id"
        theirs = {bytes(row["id"]): _plain(row) for row in hq.table(name) if bytes(row[owner]) in held}
        ours = {
            bytes(row["id"]): _plain(row)
            for row in rows[name]
            if not (row["rv"] == 0 and bytes(row["id"]).hex() in kept)
        }
        if ours != theirs:
            odd = [one.hex() for one in ours.keys() | theirs.keys() if ours.get(one) != theirs.get(one)]
            wrong.append(f"{name}: {len(ours)} here, {len(theirs)} at headquarters; different: {odd[:5]}")
    wrong += [f"still waits: {row}" for row in waiting if row.row_id.hex() not in kept]
    found = integrity.check(desk.database.path, desk._key, structure=True)
    wrong += list(found.findings)
    return wrong


def _plain(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _LEFT_OUT}
