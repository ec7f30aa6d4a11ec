"""The company that every storm begins with: the same ids in every process, so that seeds replay anywhere."""

from __future__ import annotations

import sqlalchemy as sa

from channeldesk.hq import admin, sequencer, state
from channeldesk.hq.database import Database
from tests.storm import business, chance, history
from tests.storm.business import id_of, put

PEOPLE = (
    # login, role, territories
    ("ann", "manager", ["CN"]),
    ("bo", "manager", ["N"]),
    ("cai", "manager", ["S"]),
    ("dee", "manager", ["N", "S"]),
    ("hana", "headquarters", []),
    ("vera", "viewer", ["N"]),
)
TERRITORIES = (("CN", None), ("N", "CN"), ("N1", "N"), ("S", "CN"))
PARTNERS = (("P1", "N"), ("P2", "N"), ("P3", "N1"), ("P4", "S"), ("P5", "S"), ("P6", "S"))
DEVICES = 6
"""Of each person: as many profiles may come and go in one storm."""
TWINS = ("P1", "P4")
"""Partners with two contacts that headquarters always edits together."""


def prepare(url: str) -> None:
    """Lays out the company in an empty database."""
    clock = chance.Clock(chance.Time())
    with chance.headquarters_chance(clock, 0):
        database = admin.init(url, "Storm Tools", "CNY", "Asia/Shanghai", years=())
        try:
            _furnish(database, clock())
            with database.write() as connection:
                state.write(connection, {"epoch": "e" * 32})
                history.install(connection)
            if not database.is_postgresql:
                with database.engine.connect() as connection:
                    connection.exec_driver_sql("ROLLBACK")
                    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            database.close()


def _furnish(database: Database, now: int) -> None:
    for code, parent in TERRITORIES:
        admin.add_territory(database, code, code, parent=parent, time_zone="Asia/Shanghai", currency="CNY")
    for login, role, territories in PEOPLE:
        admin.add_user(database, login, login.title(), role, territories)

    def work(connection: sa.Connection) -> None:
        _devices(connection, now)
        _catalogue(connection, now)
        _partners(connection, now)
        business.furnish(connection, now, [code for code, _ in PARTNERS])
        sequencer.drain(connection, now)

    database.run(work)


def _devices(connection: sa.Connection, now: int) -> None:
    for place, (login, *_) in enumerate(PEOPLE):
        user = id_of(connection, "app_user", login=login)
        for number in range(DEVICES):
            prefix = f"{login[0].upper()}{place}{number}"
            put(connection, "device", now, user_id=user, prefix=prefix, name=f"{login} {number}")


def _catalogue(connection: sa.Connection, now: int) -> None:
    period = put(
        connection,
        "fiscal_period",
        now,
        code="2026-P11",
        name="November",
        year=2026,
        number=11,
        quarter=4,
        starts_on="2026-11-01",
        ends_on="2026-11-30",
        trading_days=21,
    )
    tax = put(connection, "tax_code", now, code="VAT", name="VAT 13 %", rate=1300)
    prices = put(connection, "price_list", now, code="STD", name="Standard", currency="CNY")
    for sku, price in (("DRILL", 500_0000), ("SAW", 200_0000)):
        product = put(
            connection, "product", now, sku=sku, name=sku.title(), category="Tools", tax_code_id=tax
        )
        put(
            connection,
            "price_item",
            now,
            price_list_id=prices,
            product_id=product,
            price=price,
            floor=price * 9 // 10,
        )
    for code, terms in (
        ("TEN", {"rate": 1000, "budget": 20_000_00, "combination": "adds_up"}),
        ("BIG", {"mechanic": "threshold", "amount_off": 100_00, "least_amount": 5_000_00}),
        ("N-ONLY", {"mechanic": "tiered", "steps": "2 = 1.5; 30 = 4", "steps_in": "quantity"}),
    ):
        promotion = put(connection, "promotion", now, code=code, name=code, currency="CNY", **terms)
        if code == "N-ONLY":
            north = id_of(connection, "territory", code="N")
            put(connection, "promotion_buyer", now, promotion_id=promotion, territory_id=north)
            put(connection, "promotion_item", now, promotion_id=promotion, category="Tools")
    for code in ("N", "S"):
        put(
            connection,
            "target",
            now,
            territory_id=id_of(connection, "territory", code=code),
            period_id=period,
            currency="CNY",
            value=1_000_000,
        )


def _partners(connection: sa.Connection, now: int) -> None:
    drill = id_of(connection, "product", sku="DRILL")
    ann = id_of(connection, "app_user", login="ann")
    for code, territory in PARTNERS:
        partner = put(
            connection,
            "partner",
            now,
            code=code,
            name=f"Partner {code}",
            territory_id=id_of(connection, "territory", code=territory),
            currency="CNY",
            credit_limit=50_000_00,
            phone="0571",
            delivery_note="Gate 3",
            custom='{"k1":"one"}',
        )
        for number in range(2):
            put(
                connection,
                "contact",
                now,
                partner_id=partner,
                name=f"{code} {number}",
                phone="1",
                note="calm",
            )
        put(connection, "promise", now, partner_id=partner, promised="samples", due_on="2026-12-01")
        put(connection, "visit_plan", now, partner_id=partner, user_id=ann, planned_on="2026-11-25")
        if code in TWINS:
            for name in ("Twin A", "Twin B"):
                put(connection, "contact", now, partner_id=partner, name=name, job_title="twin 0")
            put(
                connection,
                "stock_level",
                now,
                partner_id=partner,
                product_id=drill,
                quantity=7_000,
                as_of=now - chance.HOUR,
                source="count",
            )
    for login in ("ann", "bo"):
        user = id_of(connection, "app_user", login=login)
        put(connection, "draft", now, user_id=user, draft_kind="order", body='{"n":0}')
