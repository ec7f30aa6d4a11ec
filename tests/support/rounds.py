"""Laptops for tests of synchronisation: real databases, real HTTP, and faults at named places."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from channeldesk.model.local import inbox, outbox
from channeldesk.model.notice import Notice
from channeldesk.model.tables import laptop
from channeldesk.store.database import Database
from channeldesk.sync.engine import Round, RoundResult
from channeldesk.sync.session import sign_in
from channeldesk.sync.transport import Busy, HttpTransport, Offline
from channeldesk.wire import SCHEMA
from tests.support import laptop as files
from tests.support.headquarters import PASSWORD, Headquarters


class Faulty:
    """A transport that fails where it is told to; everything else goes over the wire."""

    def __init__(self, inner: HttpTransport) -> None:
        self.inner = inner
        self.busy = 0
        self.lose_push_answer = False
        self.cut_after: int | None = None
        self.pushes: list[Mapping[str, Any]] = []
        self.pulls: list[Mapping[str, Any]] = []
        self.received: list[bytes] = []
        self.before_push: Callable[[], None] | None = None

    def _serve(self) -> None:
        if self.busy:
            self.busy -= 1
            raise Busy(Notice("sync.busy"))

    @property
    def token(self) -> str:
        return self.inner.token

    @token.setter
    def token(self, token: str) -> None:
        self.inner.token = token

    @property
    def bytes_sent(self) -> int:
        return self.inner.bytes_sent

    @property
    def bytes_received(self) -> int:
        return self.inner.bytes_received

    def hello(
        self,
        cursor: str | None = None,
        schema: int = SCHEMA,
        witness: str | None = None,
        keep: Sequence[str] | None = None,
    ) -> dict[str, Any]:
        self._serve()
        return self.inner.hello(cursor, schema, witness, keep)

    def post(self, path: str, message: Mapping[str, Any]) -> dict[str, Any]:
        self._serve()
        return self.inner.post(path, message)

    def push(self, request: Mapping[str, Any]) -> dict[str, Any]:
        self._serve()
        self.pushes.append(request)
        if self.before_push is not None:
            self.before_push()
        answer = self.inner.push(request)
        if self.lose_push_answer:
            self.lose_push_answer = False
            raise Offline(Notice("sync.connection_lost"))
        return answer

    def pull(self, request: Mapping[str, Any]) -> Iterator[bytes]:
        self._serve()
        self.pulls.append(request)
        self.received = []
        passed = 0
        for chunk in self.inner.pull(request):
            piece = chunk
            if self.cut_after is not None and passed + len(chunk) > self.cut_after:
                piece = chunk[: self.cut_after - passed]
            passed += len(piece)
            self.received.append(piece)
            yield piece
            if len(piece) < len(chunk):
                return

    def close(self) -> None:
        self.inner.close()


class Laptop:
    """One profile of one user."""

    def __init__(
        self, hq: Headquarters, folder: Path, login: str, now_ms: Callable[[], int] | None = None
    ) -> None:
        self.hq, self.login, self.now_ms = hq, login, now_ms
        self.session = sign_in(hq.address, login, PASSWORD, device_name=folder.name)
        self.path = files.make_file(folder / "cache.db")
        self.database = Database.open(self.path, files.KEY, now_ms=now_ms)
        self.transport = Faulty(HttpTransport(hq.address, self.session.token))
        self.rng = random.Random(1)

    def round(self) -> Round:
        clock = {"now_ms": self.now_ms} if self.now_ms else {}
        return Round(self.database, self.transport, rng=self.rng, **clock)

    def sync(self) -> RoundResult:
        return self.round().run()

    def close(self) -> None:
        self.transport.close()
        self.database.close()

    def reopen(self) -> None:
        """As after a restart of the program."""
        self.database.close()
        self.database = Database.open(self.path, files.KEY, now_ms=self.now_ms)

    def act(self, *statements: str, **parameters: Any) -> None:
        """What the person does, in one transaction."""
        with self.database.write() as connection:
            for statement in statements:
                connection.execute(sa.text(statement), parameters)

    def insert(self, entity: str, **values: Any) -> bytes:
        from channeldesk.model.ids import new_id

        row = {"id": new_id(), **values}
        with self.database.write() as connection:
            connection.execute(sa.insert(laptop.tables[entity]).values(row))
        return bytes(row["id"])

    def rows(self, entity: str, **where: Any) -> list[Mapping[str, Any]]:
        table = laptop.tables[entity]
        query = (
            sa.select(table).where(*(table.c[k] == v for k, v in where.items())).order_by(*table.primary_key)
        )
        with self.database.read() as connection:
            return list(connection.execute(query).mappings())

    def row(self, entity: str, **where: Any) -> Mapping[str, Any]:
        (row,) = self.rows(entity, **where)
        return row

    def waiting(self) -> int:
        with self.database.read() as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(outbox)).scalar_one())

    def inbox(self) -> list[Mapping[str, Any]]:
        with self.database.read() as connection:
            query = sa.select(inbox).where(inbox.c.state == "open").order_by(inbox.c.recorded_at, inbox.c.id)
            return list(connection.execute(query).mappings())

    def place_order(
        self, quantity: int = 2_000, price: int = 500_0000, sku: str = "DR-18", code: str = "P1"
    ) -> bytes:
        """An order of one line as the window writes it; quantity at scale 3, price at scale 4."""
        from channeldesk.model.ids import new_id
        from channeldesk.model.values import line_net, tax

        partner = self.row("partner", code=code)
        product = self.row("product", sku=sku)
        net = line_net(quantity, price, "CNY")
        vat = tax(net, 1300)
        order_id = new_id()
        with self.database.write() as connection:
            order = {
                "id": order_id,
                "provisional_number": f"{self.session.device_prefix}-{order_id.hex()[-6:]}",
                "partner_id": partner["id"],
                "salesperson_id": self.session.user_id,
                "order_date": "2026-11-21",
                "currency": "CNY",
                "net": net,
                "tax": vat,
                "total": net + vat,
            }
            connection.execute(sa.insert(laptop.tables["sales_order"]).values(order))
            line = {
                "id": new_id(),
                "order_id": order_id,
                "partner_id": partner["id"],
                "line_number": 1,
                "product_id": product["id"],
                "quantity": quantity,
                "unit_price": price,
                "tax_rate": 1300,
                "net": net,
                "tax": vat,
            }
            connection.execute(sa.insert(laptop.tables["order_line"]).values(line))
        return order_id


def converged(*laptops: Laptop, entities: tuple[str, ...] = ("partner", "contact", "promise")) -> None:
    """Every laptop shows what headquarters has of the partners it holds."""
    for one in laptops:
        held = {bytes(row["id"]) for row in one.rows("partner")}
        for entity in entities:
            owner = "id" if entity == "partner" else "partner_id"
            theirs = {bytes(r["id"]): _plain(r) for r in one.hq.table(entity) if bytes(r[owner]) in held}
            ours = {bytes(r["id"]): _plain(r) for r in one.rows(entity)}
            assert ours == theirs, (one.login, entity)


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("rv", "deleted", "custom")}
