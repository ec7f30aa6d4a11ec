"""The company that the load test works in: territories of some partners each, a few people per territory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from benchmarks.headquarters import is_id
from benchmarks.network import COLUMNS, FIRST_DAY, YEARS, Network, Size

PASSWORD = "channeldesk-load"
PER_TERRITORY = 5
"""People who work in the same territory, so that what one hands in the others receive."""
PARTNERS_PER_TERRITORY = 20
UNLIMITED = 10**14
"""A credit limit, in minor units, that no load test uses up."""


@dataclass(frozen=True)
class Company:
    """How large it is. ``lines``: order lines of two years, all territories together."""

    people: int = 200
    lines: int = 100_000
    products: int = 500

    @property
    def territories(self) -> int:
        return max(1, self.people // PER_TERRITORY)


def login(person: int) -> str:
    return f"person-{person}"


def fill(url: str, company: Company) -> None:
    """Sets up an empty database. Every tenth person works in the next territory as well."""
    from channeldesk.hq import admin, sequencer, users
    from channeldesk.hq.load_bulk import insert_rows
    from channeldesk.model.ids import new_id

    partners = company.territories * PARTNERS_PER_TERRITORY
    network = Network(Size(company.lines, partners, company.products))
    made_at = int(FIRST_DAY.timestamp() * 1000)
    hashed = users.hash_password(PASSWORD)  # one for all: hashing is slow on purpose
    territories = [new_id() for _ in range(company.territories)]
    people = [bytes.fromhex(network.user_id), *(new_id() for _ in range(company.people - 1))]
    hq = admin.init(url, "Load", years=YEARS)

    with hq.write() as connection:

        def insert(entity: str, rows: list[dict[str, Any]]) -> None:
            stamped = [{"id": new_id(), "created_at": made_at, "updated_at": made_at, **row} for row in rows]
            insert_rows(connection, entity, tuple(stamped[0]), [tuple(row.values()) for row in stamped])

        insert(
            "territory",
            [
                {"id": one, "code": f"T{n:03}", "name": f"Territory {n}", "path": f"T{n:03}/"}
                for n, one in enumerate(territories)
            ],
        )
        insert(
            "app_user",
            [
                {"id": one, "login": login(n), "name": f"Person {n}", "role_code": "manager"}
                for n, one in enumerate(people)
            ],
        )
        insert("credential", [{"user_id": one, "password_hash": hashed} for one in people])
        insert(
            "scope_grant",
            [
                {"user_id": one, "territory_id": territories[place % len(territories)]}
                for n, one in enumerate(people)
                for place in ((n, n + 1) if n % 10 == 9 else (n,))
            ],
        )
        for entity, columns in COLUMNS.items():
            insert_rows(connection, entity, columns, _stored(network, entity, territories))
        insert("contact", _contacts([row[0] for row in network.rows["partner"]]))
        lists = new_id()
        insert("price_list", [{"id": lists, "code": "STD", "name": "Standard", "currency": "CNY"}])
        insert("price_item", _prices(network, lists))
        sequencer.drain(connection, made_at)
    with hq.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    hq.close()


def _stored(network: Network, entity: str, territories: list[bytes]) -> list[tuple[Any, ...]]:
    """Rows as headquarters keeps them; partners are dealt out to the territories in turn."""
    columns = COLUMNS[entity]
    rows = []
    for number, row in enumerate(network.rows[entity]):
        stored = {
            name: bytes.fromhex(value) if value is not None and is_id(name) else value
            for name, value in zip(columns, row, strict=True)
        }
        if entity == "partner":
            stored["territory_id"] = territories[number % len(territories)]
            stored["credit_limit"] = UNLIMITED
        rows.append(tuple(stored.values()))
    return rows


def _contacts(partners: list[str]) -> list[dict[str, Any]]:
    return [
        {"partner_id": bytes.fromhex(one), "name": f"Contact {n} of {one[-6:]}", "phone": f"0571-{n:07}"}
        for one in partners
        for n in range(2)
    ]


def _prices(network: Network, lists: bytes) -> list[dict[str, Any]]:
    cost = COLUMNS["product"].index("cost")
    return [
        {"price_list_id": lists, "product_id": bytes.fromhex(row[0]), "price": row[cost] * 5 // 4}
        for row in network.rows["product"]
    ]


def fill_floor(url: str, company: Company) -> None:
    """The floor's tables, and a token for each territory."""
    import psycopg

    from benchmarks.hq_load_floor import TABLES

    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute(TABLES)
        with connection.cursor() as cursor:
            tokens = [(f"floor-{scope}", scope) for scope in range(company.territories + 1)]
            cursor.executemany("INSERT INTO token (token, scope) VALUES (%s, %s)", tokens)


def storage(url: str) -> dict[str, Any]:
    """Megabytes by table with its indexes, the largest first, and rows of the feed: what grows with use."""
    import psycopg

    query = """
    SELECT relname, pg_total_relation_size(oid), reltuples FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC LIMIT 8
    """
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("ANALYZE")
        rows = connection.execute(query).fetchall()
    return {name: {"mb": size / 1e6, "rows": int(count)} for name, size, count in rows}
