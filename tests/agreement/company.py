"""The demo company with many random promotions, and a manager's laptop that knows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa

from channeldesk.demo import PASSWORD, fill
from channeldesk.desk import Desk
from channeldesk.hq import admin, rows
from channeldesk.model.tables import hq
from channeldesk.rules.promotions.terms import Combination, Mechanic
from channeldesk.trust.keyring_store import MemoryStore
from tests.support.demo import LOGIN, today
from tests.support.headquarters import Headquarters

PROMOTIONS = 40
_PIECE = 1000


@dataclass(frozen=True)
class Company:
    desk: Desk
    headquarters: Headquarters


@contextmanager
def opened(folder: Path, random: Random) -> Iterator[Company]:
    """A real server process and a real encrypted profile, synchronised."""
    url = f"sqlite:///{folder / 'headquarters.db'}"
    database = admin.init(url, "Demo Tools", "CNY", "Asia/Shanghai")
    try:
        with database.write() as connection:
            fill(connection, "small", today=today())
            connection.execute(sa.update(hq.tables["partner"]).values(credit_limit=None))
            _publish(connection, random)
    finally:
        database.close()
    headquarters = Headquarters(url)
    headquarters.start()
    try:
        with Desk.create(
            folder / "profile",
            headquarters.address,
            LOGIN,
            PASSWORD,
            device_name="test",
            keyring=MemoryStore(),
        ) as desk:
            assert desk.sync(in_process=True).finished
            yield Company(desk, headquarters)
    finally:
        headquarters.close()


def _publish(connection: sa.Connection, random: Random) -> None:
    product, partner = hq.tables["product"], hq.tables["partner"]
    products = list(connection.execute(sa.select(product.c.id, product.c.category)))
    partners = list(connection.scalars(sa.select(partner.c.id)))
    tiers = list(connection.scalars(sa.select(hq.tables["tier"].c.id)))
    for number in range(PROMOTIONS):
        own = _one(connection, "promotion", _terms(random, number))
        for _ in range(random.choice((0, 0, 1, 3))):
            buyer = {"tier_id": random.choice(tiers)}
            if random.random() < 0.3:
                buyer = {"partner_id": random.choice(partners)}
            if not rows.find(connection, "promotion_buyer", promotion_id=own, **buyer):
                _one(connection, "promotion_buyer", {"promotion_id": own, **buyer})
        for row in random.sample(products, random.choice((0, 2, 4))):
            named = random.choice(({"product_id": row.id}, {"category": row.category}))
            if not rows.find(connection, "promotion_item", promotion_id=own, **named):
                quantity = random.choice((None, 2 * _PIECE))
                _one(connection, "promotion_item", {"promotion_id": own, "quantity": quantity, **named})


def _terms(random: Random, number: int) -> dict[str, Any]:
    free_for_all = random.random() < 0.8
    return {
        "code": f"R-{number:02}",
        "name": f"Random {number}",
        "mechanic": random.choice(tuple(Mechanic)).value,
        "currency": "CNY",
        "valid_from": None if free_for_all else (today() - timedelta(days=3)).isoformat(),
        "valid_to": None if free_for_all else (today() + timedelta(days=3)).isoformat(),
        "combination": random.choice(tuple(Combination)).value,
        "exclusion": random.choice((None, None, "a", "b")),
        "rate": random.randint(1, 3_000),
        "price_off": random.randint(1, 20_0000),
        "amount_off": random.randint(1, 200_00),
        "least_amount": random.randint(100_00, 20_000_00),
        "buy_quantity": random.randint(2, 10) * _PIECE,
        "free_quantity": random.randint(1, 2) * _PIECE,
        "steps": "500 = 1.25; 2000 = 2.5; 9000 = 4.75",
        "budget": None if random.random() < 0.7 else random.randint(1_000_00, 900_000_00),
    }


def _one(connection: sa.Connection, entity: str, values: dict[str, Any]) -> bytes:
    (row_id,) = rows.insert(connection, entity, [values], now=admin.now_ms())
    return row_id
