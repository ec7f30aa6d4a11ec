"""A laptop process for the kills: a person who writes without pause, and rounds beside it.

Run as ``python -m tests.nightly.person ORDER`` with ORDER a JSON object: ``folder`` of the profile, ``notes``
(file for what was intended and done), ``seed``, ``place`` (where to die, see :class:`Doom`), ``server`` (its
process). It ends when its standard input is closed.
"""

import json
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from channeldesk.desk import Desk
from channeldesk.model.ids import new_id
from channeldesk.model.notice import Problem
from channeldesk.model.tables import laptop
from channeldesk.store.database import Database
from channeldesk.sync.engine import Step
from tests.support.processes import PHRASE


class Doom:
    """Dies, or kills the server, at a place: ``step:NAME:N`` (the N-th such step), ``server:NAME:N``,
    ``write:N`` and ``apply:N`` (inside the N-th transaction, before its commit), ``written:N`` and
    ``applied:N`` (right after it).
    """

    def __init__(self, place: str, server: int) -> None:
        self.kind, _, rest = place.partition(":")
        name, _, number = rest.rpartition(":")
        self.name, self.number, self.server = name, int(number or 0), server
        self.seen: Counter[str] = Counter()

    def at(self, kind: str, name: str = "") -> None:
        if kind != self.kind or name != self.name:
            return
        self.seen[kind] += 1
        if self.seen[kind] == self.number:
            os.kill(self.server if kind == "server" else os.getpid(), signal.SIGKILL)

    def step(self, step: Step) -> None:
        self.at("step", step.name)
        self.at("server", step.name)

    def watch(self, name: str, done: str) -> None:
        """Looks at every transaction of ``Database.write`` or ``Database.apply``."""
        plain: Callable[[Database], Any] = getattr(Database, name)

        @contextmanager
        def watched(database: Database) -> Iterator[sa.Connection]:
            with plain(database) as connection:
                yield connection
                self.at(name)
            self.at(done)

        setattr(Database, name, watched)


class Person:
    """Writes through the person's connection; notes every intention before and every success after it."""

    def __init__(self, desk: Desk, notes: Path, seed: str) -> None:
        self.desk, self.rng = desk, random.Random(seed)
        self.notes = os.open(notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        with desk.database.read() as connection:
            found = connection.exec_driver_sql("SELECT code, id FROM partner WHERE code IN ('P1', 'P2')")
            self.partners = {str(code): bytes(row_id) for code, row_id in found}
            self.products = {
                str(sku): bytes(one) for sku, one in connection.exec_driver_sql("SELECT sku, id FROM product")
            }

    def note(self, **values: Any) -> None:
        os.write(self.notes, json.dumps(values).encode() + b"\n")

    def act(self) -> None:
        chosen = self.rng.choices(
            [self.phone, self.contact, self.contacts, self.gone, self.promise, self.postpone, self.order],
            [4, 3, 1, 1, 1, 4, 2],
        )[0]
        with self.desk.database.read() as connection:
            own = [
                bytes(one)
                for one in connection.exec_driver_sql(
                    "SELECT id FROM contact WHERE name LIKE 'k-%'"
                ).scalars()
            ]
            promises = [bytes(one) for one in connection.exec_driver_sql("SELECT id FROM promise").scalars()]
        plan = chosen(own, promises)
        if plan is None:
            return
        op, statements = plan
        number = new_id().hex()
        self.note(at="meant", number=number, **op)
        with self.desk.database.write() as connection:
            for statement, values in statements:
                connection.execute(statement, values)
        self.note(at="done", number=number)

    def phone(self, own: list[bytes], promises: list[bytes]) -> Any:
        partner, value = self.rng.choice(list(self.partners.values())), new_id().hex()
        statement = sa.text("UPDATE partner SET phone = :phone WHERE id = :id")
        return {"op": "set", "id": partner.hex(), "value": value}, [
            (statement, {"phone": value, "id": partner})
        ]

    def contact(self, own: list[bytes], promises: list[bytes]) -> Any:
        return self.contacts(own, promises, 1)

    def contacts(self, own: list[bytes], promises: list[bytes], count: int = 30) -> Any:
        partner = self.rng.choice(list(self.partners.values()))
        ids = [new_id() for _ in range(count)]
        rows = [{"id": one, "partner_id": partner, "name": f"k-{one.hex()}"} for one in ids]
        op = {"op": "insert", "entity": "contact", "ids": [one.hex() for one in ids]}
        return op, [(sa.insert(laptop.tables["contact"]), rows)]

    def gone(self, own: list[bytes], promises: list[bytes]) -> Any:
        if not own:
            return None
        row_id = self.rng.choice(own)
        statement = sa.text("DELETE FROM contact WHERE id = :id")
        return {"op": "delete", "entity": "contact", "id": row_id.hex()}, [(statement, {"id": row_id})]

    def promise(self, own: list[bytes], promises: list[bytes]) -> Any:
        row = {"id": new_id(), "partner_id": self.rng.choice(list(self.partners.values()))}
        row |= {"promised": "k", "due_on": "2026-12-01"}
        op = {"op": "insert", "entity": "promise", "ids": [row["id"].hex()]}
        return op, [(sa.insert(laptop.tables["promise"]), row)]

    def postpone(self, own: list[bytes], promises: list[bytes]) -> Any:
        if not promises:
            return None
        row_id = self.rng.choice(promises)
        statement = sa.text("UPDATE promise SET postponed = postponed + 1 WHERE id = :id")
        return {"op": "count", "id": row_id.hex()}, [(statement, {"id": row_id})]

    def order(self, own: list[bytes], promises: list[bytes]) -> Any:
        from channeldesk.model.values import line_net, tax

        order_id, partner = new_id(), self.rng.choice(list(self.partners.values()))
        count = self.rng.randint(1, 3)
        net = line_net(2_000, 500_0000, "CNY")
        vat = tax(net, 1300)
        order = {
            "id": order_id,
            "provisional_number": f"{self.desk.profile.device_prefix}-{order_id.hex()[-9:]}",
            "partner_id": partner,
            "salesperson_id": self.desk.profile.user_id,
            "order_date": time.strftime("%Y-%m-%d", time.gmtime()),
            "currency": "CNY",
            "net": net * count,
            "tax": vat * count,
            "total": (net + vat) * count,
        }
        line = {"order_id": order_id, "partner_id": partner, "product_id": self.products["DR-18"]}
        line |= {"quantity": 2_000, "unit_price": 500_0000, "tax_rate": 1300, "net": net, "tax": vat}
        lines = [{"id": new_id(), "line_number": at + 1, **line} for at in range(count)]
        op = {"op": "order", "id": order_id.hex(), "lines": [one["id"].hex() for one in lines]}
        return op, [
            (sa.insert(laptop.tables["sales_order"]), order),
            (sa.insert(laptop.tables["order_line"]), lines),
        ]


def rounds(desk: Desk, doom: Doom, ended: threading.Event, counted: Counter[str]) -> None:
    while not ended.is_set():
        try:
            result = desk.sync(doom.step, ended.is_set)
            counted["finished" if result.finished else "cut"] += 1
        except Problem as problem:
            counted[problem.notice.code] += 1
            ended.wait(0.05)
        ended.wait(0.02)


def main(order: dict[str, Any]) -> None:
    doom = Doom(order["place"], order["server"])
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    counted: Counter[str] = Counter()
    with Desk.open(Path(order["folder"]), passphrase=PHRASE, keyring=None) as desk:
        if order["first"]:  # a first round has nothing to write about yet
            while not ended.is_set() and not counted["finished"]:
                try:
                    counted["finished"] += desk.sync(doom.step, ended.is_set).finished
                except Problem as problem:
                    counted[problem.notice.code] += 1
                    ended.wait(0.05)
        doom.watch("write", "written")
        doom.watch("apply", "applied")
        print(json.dumps({"ready": True}), flush=True)
        beside = threading.Thread(target=rounds, args=(desk, doom, ended, counted))
        beside.start()
        person = Person(desk, Path(order["notes"]), order["seed"]) if not ended.is_set() else None
        while person is not None and not ended.wait(person.rng.random() * 0.02):
            person.act()
        beside.join()
    print(json.dumps(counted), flush=True)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
