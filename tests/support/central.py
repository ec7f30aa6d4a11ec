"""A small company at headquarters, a server over it, and a laptop that speaks the protocol by hand."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import requests
import sqlalchemy as sa
import uvicorn

from channeldesk.hq import admin, rows, sequencer
from channeldesk.hq.app import Settings, create_app
from channeldesk.hq.database import Database
from channeldesk.model.ids import new_id
from channeldesk.model.tables import hq
from channeldesk.wire import SCHEMA
from channeldesk.wire.stream import read_stream

PASSWORD = "a-good-password"
YEAR = date.today().year  # noqa: DTZ011
"""The fiscal year that is laid out."""


def set_up(url: str) -> None:
    """China with East (East 2 below it) and West; a person per role; a partner in each of the three, with
    people of those in East and West.
    """
    database = admin.init(url, "Acme", "CNY", "Asia/Shanghai", [YEAR])
    try:
        admin.add_territory(database, "CN", "China")
        admin.add_territory(database, "E", "East", parent="CN")
        admin.add_territory(database, "E2", "East 2", parent="E")
        admin.add_territory(database, "W", "West", parent="CN")
        admin.add_user(database, "boss", "Boss", "headquarters", [], PASSWORD)
        admin.add_user(database, "east", "Li Wei", "manager", ["E"], PASSWORD)
        admin.add_user(database, "west", "Wang Fang", "manager", ["W"], PASSWORD)
        admin.add_user(database, "view", "Viewer", "viewer", ["E"], PASSWORD)
        with database.write() as connection:
            territory = {code: find(connection, "territory", code=code)["id"] for code in ("E", "E2", "W")}
            for code, place in (("P-E", "E"), ("P-E2", "E2"), ("P-W", "W")):
                add(
                    connection,
                    "partner",
                    code=code,
                    name=f"Partner {code}",
                    territory_id=territory[place],
                    currency="CNY",
                    credit_limit=1_000_000,
                )
            tax = add(connection, "tax_code", code="VAT", name="VAT 13", rate=1300)
            product = add(connection, "product", sku="SKU-1", name="Pump", tax_code_id=tax, cost=500_000)
            prices = add(connection, "price_list", code="STD", name="Standard", currency="CNY")
            add(
                connection,
                "price_item",
                price_list_id=prices,
                product_id=product,
                price=1_000_000,
                floor=900_000,
            )
            sequencer.drain(connection, admin.now_ms())
        for login, name, code in (("shop", "Shop", "P-E"), ("rival", "Rival", "P-W")):
            admin.add_user(database, login, name, "partner", [], PASSWORD, partner=code)
    finally:
        database.close()


def add(connection: sa.Connection, entity: str, **values: Any) -> bytes:
    """Inserts a row with the defaults of its table."""
    (row_id,) = rows.insert(connection, entity, [values], now=admin.now_ms())
    return row_id


def find(connection: sa.Connection, entity: str, **key: Any) -> dict[str, Any]:
    found = rows.find(connection, entity, **key)
    assert found is not None, (entity, key)
    return found


def id_of(database: Database, entity: str, **key: Any) -> bytes:
    with database.snapshot() as connection:
        return bytes(find(connection, entity, **key)["id"])


def stored(database: Database, entity: str, row_id: bytes) -> dict[str, Any] | None:
    """The row as it stands, a tombstone too."""
    table = hq.tables[entity]
    with database.snapshot() as connection:
        row = connection.execute(sa.select(table).where(table.c.id == row_id)).mappings().one_or_none()
    return None if row is None else dict(row)


def count(database: Database, entity: str, **key: Any) -> int:
    table = hq.tables[entity]
    with database.snapshot() as connection:
        query = sa.select(sa.func.count()).select_from(table).where(*(table.c[n] == key[n] for n in key))
        return int(connection.execute(query).scalar_one())


def by_password(login: str, password: str = PASSWORD, **more: Any) -> dict[str, Any]:
    """What signs in."""
    return {"grant_type": "password", "login": login, "password": password, **more}


@dataclass(frozen=True)
class Server:
    address: str
    url: str

    def get(self, path: str, **options: Any) -> requests.Response:
        return requests.get(self.address + path, timeout=30, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        return requests.post(self.address + path, timeout=30, **options)

    def laptop(self, login: str = "east", device: str | None = None) -> Laptop:
        """Signs in; without a device as a new one."""
        body = by_password(login, device={"id": device, "name": "test"})
        answer = self.post("/auth/v1/token", json=body)
        assert answer.status_code == 200, answer.text
        signed = answer.json()
        return Laptop(
            self,
            {"Authorization": f"Bearer {signed['access_token']}"},
            bytes.fromhex(signed["user"]["id"]),
            signed["device"]["id"],
            signed["device"]["last_mid"],
        )


@contextmanager
def running(url: str, **options: Any) -> Iterator[Server]:
    """A uvicorn server in a thread of its own on a free port."""
    config = uvicorn.Config(create_app(Settings(url, **options)), port=0, log_level="warning", lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="uvicorn")
    thread.start()
    try:
        deadline = time.monotonic() + 20
        while not server.started:
            assert time.monotonic() < deadline
            assert thread.is_alive()
            time.sleep(0.005)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Server(f"http://127.0.0.1:{port}", url)
    finally:
        server.should_exit = True
        thread.join(20)


@dataclass
class Pulled:
    """One answer to a pull: rows by entity and id, ids that are gone, the rest of the messages."""

    rows: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    gone: dict[str, dict[str, int]] = field(default_factory=dict)
    marks: list[str] = field(default_factory=list)
    start: dict[str, Any] = field(default_factory=dict)
    fill: dict[str, list[str]] = field(default_factory=dict)
    drop: dict[str, list[str]] = field(default_factory=dict)
    born: dict[str, list[str]] = field(default_factory=dict)
    filled: bool = False
    more: bool = False
    cursor: str = ""

    @property
    def mode(self) -> str:
        return str(self.start["mode"])


def read(chunks: Sequence[bytes]) -> Pulled:
    pulled, columns = Pulled(), {}
    for message in read_stream(chunks):
        match message["t"]:
            case "start":
                pulled.start = message
            case "columns":
                columns[message["entity"]] = message["columns"]
            case "rows":
                into = pulled.rows.setdefault(message["entity"], {})
                for row in message["rows"]:
                    one = dict(zip(columns[message["entity"]], row, strict=True))
                    into[one["id"]] = one
            case "gone":
                pulled.gone.setdefault(message["entity"], {}).update(dict(message["rows"]))
            case "mark":
                pulled.marks.append(message["cursor"])
            case "scope":
                for name, lists in (("fill", pulled.fill), ("drop", pulled.drop), ("add", pulled.born)):
                    for kind, ids in message.get(name, {}).items():
                        lists.setdefault(kind, []).extend(ids)
            case "end":
                pulled.cursor = message["cursor"]
                pulled.filled, pulled.more = message["filled"], message["more"]
    assert pulled.cursor
    return pulled


@dataclass
class Laptop:
    """A device that counts its mutations."""

    server: Server
    headers: dict[str, str]
    user_id: bytes
    device: str
    last_mid: int = 0
    cursor: str | None = None
    epoch: str = ""
    units: dict[str, set[str]] = field(default_factory=dict)
    keep: list[str] | None = None
    """Territories to which it narrows its copy."""

    def hello(self, witness: str | None = None) -> dict[str, Any]:
        params = {"witness": witness, "cursor": self.cursor}
        params["keep"] = None if self.keep is None else ",".join(self.keep)
        answer = self.server.get("/sync/v1/hello", headers=self.headers, params=params)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def told(self) -> dict[str, Any]:
        """What the laptop says of its units: all of them complete."""
        return {"complete": {kind: sorted(ids) for kind, ids in self.units.items()}, "partial": {}}

    def pull_response(self, cursor: str | None, units: dict[str, Any] | None = None) -> requests.Response:
        body = {"cursor": cursor, "schema": SCHEMA, "units": units, "keep": self.keep}
        return self.server.post("/sync/v1/pull", json=body, headers=self.headers)

    def pull(self, cursor: str | None = None) -> Pulled:
        """From the laptop's own cursor, or another one; tells the units when it is asked for them."""
        response = self.pull_response(cursor or self.cursor)
        assert response.status_code == 200, response.text
        pulled = read([response.content])
        if pulled.mode == "units":
            pulled = read([self.pull_response(pulled.cursor, self.told()).content])
        if pulled.start["fresh"]:
            self.units = {}
        for lists in (pulled.fill, pulled.born):
            for kind, ids in lists.items():
                self.units.setdefault(kind, set()).update(ids)
        for kind, ids in pulled.drop.items():
            self.units[kind] -= set(ids)
        self.cursor = pulled.cursor
        return pulled

    def mutation(self, entity: str, row_id: bytes, op: str, **parts: Any) -> dict[str, Any]:
        """The next mutation; ``set``, ``base``, ``inc``, ``txn``, ``deps`` … as given."""
        self.last_mid += 1
        return {
            "mid": self.last_mid,
            "uuid": new_id().hex(),
            "txn": new_id().hex(),
            "deps": [],
            "entity": entity,
            "id": row_id.hex(),
            "op": op,
            "base_rv": 0,
            "base": {},
            "set": {},
            "inc": {},
            **parts,
        }

    def send(self, *mutations: Mapping[str, Any], **options: Any) -> requests.Response:
        if not self.epoch:
            self.epoch = self.hello()["epoch"]
        body = {"schema": SCHEMA, "epoch": self.epoch, "mutations": list(mutations)}
        return self.server.post("/sync/v1/push", json=body, headers=self.headers, **options)

    def push(self, *mutations: Mapping[str, Any]) -> list[dict[str, Any]]:
        response = self.send(*mutations)
        assert response.status_code == 200, response.text
        return list(response.json()["results"])

    def one(self, entity: str, row_id: bytes, op: str, **parts: Any) -> dict[str, Any]:
        """Pushes a single mutation and gives its result."""
        return self.push(self.mutation(entity, row_id, op, **parts))[0]


_number = itertools.count(1)


def contact(partner_id: bytes, **fields: Any) -> dict[str, Any]:
    """Wire fields of a new contact."""
    return {
        "partner_id": partner_id.hex(),
        "name": f"Contact {next(_number)}",
        "main": 0,
        "consent": 0,
    } | fields


def order(
    laptop: Laptop,
    partner_id: bytes,
    product_id: bytes,
    *,
    quantity: int = 2_000,
    price: int = 1_000_000,
    lines: int = 1,
    day: str | None = None,
    **fields: Any,
) -> list[dict[str, Any]]:
    """The mutations of one order of several equal lines, in one transaction."""
    net = quantity * price // 100_000
    tax = net * 13 // 100
    txn, order_id = new_id().hex(), new_id()
    made = {
        "provisional_number": f"K7-{next(_number):04}",
        "partner_id": partner_id.hex(),
        "status": "placed",
        "order_kind": "order",
        "source": "field",
        "order_date": day or time.strftime("%Y-%m-%d"),
        "currency": "CNY",
        "net": net * lines,
        "tax": tax * lines,
        "total": (net + tax) * lines,
    } | fields
    mutations = [laptop.mutation("sales_order", order_id, "insert", set=made, txn=txn)]
    for number in range(1, lines + 1):
        line = {
            "order_id": order_id.hex(),
            "partner_id": partner_id.hex(),
            "line_number": number,
            "product_id": product_id.hex(),
            "quantity": quantity,
            "list_price": 1_000_000,
            "unit_price": price,
            "tax_rate": 1300,
            "net": net,
            "tax": tax,
        }
        mutations.append(laptop.mutation("order_line", new_id(), "insert", set=line, txn=txn))
    return mutations
