"""A word or a number of its own in every field of every entity, in every place: what nobody may be told by
accident can be looked for in whatever headquarters answers. Who may see which is written down here once more,
by hand: it is the judge of ``hq.policy`` and takes nothing from it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.hq import admin, rows, sequencer
from channeldesk.hq.database import Database
from channeldesk.model.declare import ENTITIES, SYSTEM_FIELDS, Entity, Type, Unit
from channeldesk.model.tables import hq
from tests.support.central import add, find

PLACES = ("E", "E2", "W", "CN")
"""Territories with a partner each: granted, below it, beside it, above it."""
LOGINS = ("boss", "east", "west", "view", "shop", "rival")
AREA = {"boss": set(PLACES), "east": {"E", "E2"}, "view": {"E", "E2"}, "shop": {"E"}}

SENSITIVE = {
    "partner": {"credit_limit", "payment_days"},
    "app_user": {"email"},
    "product": {"cost"},
    "order_line": {"cost"},
}
SHOP_LACKS: dict[str, set[str]] = {
    "role": set(),
    "app_user": {"login", "email", "language", "approves"},
    "territory": set(),
    "fiscal_period": set(),
    "tax_code": set(),
    "channel_type": {"priority", "plan_share"},
    "tier": set(),
    "partner": {"credit_limit", "payment_days", "custom"},
    "contact": {"note"},
    "product": {"cost"},
    "unit_conversion": set(),
    "warehouse": {"order_cost", "unit_cost"},
    "price_list": set(),
    "price_item": {"floor"},
    "promotion": {"budget", "used"},
    "promotion_buyer": set(),
    "promotion_item": set(),
    "sales_order": set(),
    "order_discount": set(),
    "order_line": {"cost"},
    "credit_block": {"reason", "reasons", "release_note", "released_by"},
    "shipment": set(),
    "shipment_line": set(),
    "receivable": set(),
    "payment": {"note"},
    "payment_allocation": set(),
    "draft": set(),
    "stock_level": set(),
    "stock_movement": set(),
    "stock_count": {"note"},
    "stock_count_line": set(),
    "sell_out": set(),
    "attachment": set(),
}
"""Everything that a partner's people get, with the fields that stay away; nothing else reaches them."""

CHANGES: dict[str, set[str]] = {
    "boss": set(ENTITIES) - {"role", "scope_grant", "visit"},
    "east": {
        "partner",
        "contact",
        "visit_plan",
        "visit_task",
        "promise",
        "payment_promise",
        "attachment",
        "draft",
    },
    "view": set(),
    "shop": {"contact", "draft"},
}
"""Whose rows in sight a login may patch or delete when it knows what stands there. People of partners change
attachments of their own only; none of these is.
"""
FINAL = {
    "sales_order",
    "order_line",
    "order_discount",
    "approval",
    "approval_line",
    "order_route",
    "order_route_line",
    "credit_block",
    "publication",
    "publication_part",
    "payment",
    "payment_allocation",
    "shipment_line",
    "stock_movement",
    "stock_count",
    "stock_count_line",
    "sell_out",
    "survey_response",
    "survey_answer",
}
"""Nobody patches these: an order moves by its status, the rest is added to."""

_NUMBERS = (Type.INTEGER, Type.MONEY, Type.PRICE, Type.QUANTITY, Type.DECIMAL, Type.COUNTER, Type.INSTANT)
_KEPT = {"time_zone", "currency", "path", "sha256", "login"}
"""Fields whose values mean something to the program."""


@dataclass(frozen=True)
class Canary:
    """``place``: a territory's code, "company" for everyone's, "nobody", the login of who owns it, or else a
    name for those whom the row concerns.
    """

    word: str
    entity: str
    field: str
    row_id: bytes
    place: str
    shared: bool = True


@dataclass(frozen=True)
class Planted:
    canaries: tuple[Canary, ...]

    @property
    def rows(self) -> dict[tuple[str, bytes], Canary]:
        return {(one.entity, one.row_id): one for one in self.canaries}

    def forbidden(self, login: str) -> list[Canary]:
        return [one for one in self.canaries if not may_see(login, one)]

    def allowed(self, login: str) -> list[Canary]:
        return [one for one in self.canaries if may_see(login, one)]


def may_see_row(login: str, one: Canary) -> bool:
    if one.place == "nobody" or ENTITIES[one.entity].unit is Unit.SERVER:
        return False
    if one.place in LOGINS and ENTITIES[one.entity].unit is Unit.PRIVATE:
        return one.place == login and (login != "shop" or one.entity in SHOP_LACKS)
    if login == "shop":
        if one.entity not in SHOP_LACKS or not one.shared:
            return False
        above = {"CN"} if one.entity == "territory" else set()
        return one.place in {"company", "E", "area E", "area CN"} | above
    return one.place == "company" or ENTITIES[one.entity].unit is Unit.GLOBAL or one.place in AREA[login]


def may_see(login: str, one: Canary) -> bool:
    if not may_see_row(login, one):
        return False
    if login == "shop":
        return one.field not in SHOP_LACKS[one.entity]
    return login != "view" or one.field not in SENSITIVE.get(one.entity, set())


class _Planter:
    def __init__(self, connection: sa.Connection) -> None:
        self.connection, self.found = connection, list[Canary]()
        self.here: dict[tuple[str, str], bytes] = {}
        """Rows to point at, by entity and place."""
        self._number = itertools.count(1)

    def words(self, entity: type[Entity], place: str) -> dict[str, tuple[str, Any]]:
        """By field: what to look for, what to store."""
        made: dict[str, tuple[str, Any]] = {}
        system = {one.name for one in SYSTEM_FIELDS}
        for name, field in entity.fields.items():
            n = next(self._number)
            if name in system | _KEPT:
                continue
            if field.type in _NUMBERS:
                made[name] = str(917_500_000_000 + n), 917_500_000_000 + n
            elif field.type is Type.TEXT:
                made[name] = f"canary-{n:05}-", f"canary-{n:05}-{entity.__entity__}.{name}@{place}"
            elif field.type is Type.DOCUMENT:
                made[name] = f"canary-{n:05}-", f'{{"secret": "canary-{n:05}-"}}'
        return made

    def note(self, entity: str, row_id: bytes, place: str, words: dict[str, Any], **more: Any) -> bytes:
        self.found += [Canary(word, entity, name, row_id, place, **more) for name, (word, _) in words.items()]
        self.here.setdefault((entity, place), row_id)
        return row_id

    def update(self, name: str, place: str, **key: Any) -> bytes:
        """Fills a row that is there."""
        row = find(self.connection, name, **key)
        kept = {"code", "language"}  # hello tells people their own
        words = {
            field: word for field, word in self.words(ENTITIES[name], place).items() if field not in kept
        }
        table = hq.tables[name]
        values = {field: value for field, (_, value) in words.items()}
        self.connection.execute(sa.update(table).where(table.c.id == row["id"]).values(values))
        return self.note(name, row["id"], place, words)

    def add(self, name: str, place: str, shared: bool = True, **values: Any) -> bytes:
        entity = ENTITIES[name]
        words = {field: one for field, one in self.words(entity, place).items() if field not in values}
        row = {field: value for field, (_, value) in words.items()}
        for field in entity.fields.values():
            if field.name in values:
                continue
            if field.type is Type.DAY and field.required:
                row[field.name] = "2099-01-01"
            elif field.type is Type.CHOICE and field.required:
                row[field.name] = field.default or field.choices[0]
            elif field.type is Type.RATE and field.required:
                row[field.name] = 1300
            elif field.name == "currency":
                row[field.name] = "CNY"
            elif field.name == "sha256":
                row[field.name] = f"{next(self._number):064x}"
            elif field.type is Type.REF and field.required:
                target = str(field.target)
                row[field.name] = self.here.get((target, place)) or self.here[target, "company"]
        row |= values
        (row_id,) = rows.insert(self.connection, name, [row], now=admin.now_ms())
        return self.note(name, row_id, place, words, shared=shared)


def plant(database: Database) -> Planted:
    """In the company of :mod:`tests.support.central`, with one more partner above."""
    with database.write() as connection:
        planter = _Planter(connection)
        _company(planter)
        for place in PLACES:
            _partner(planter, place)
        for login in LOGINS:
            user = find(connection, "app_user", login=login)
            planter.add("draft", login, user_id=user["id"])
        planter.add("credential", "nobody", user_id=planter.add("app_user", "company", login="late"))
        planter.add("device", "nobody", user_id=find(connection, "app_user", login="boss")["id"])
        planter.add("external_key", "nobody", row_id=bytes(16))
        planter.add("stock_movement", "nobody", partner_id=None)
        sequencer.drain(connection, admin.now_ms())
    return Planted(tuple(planter.found))


def _company(planter: _Planter) -> None:
    territory = find(planter.connection, "territory", code="CN")["id"]
    add(planter.connection, "partner", code="P-CN", name="Above", territory_id=territory, currency="CNY")
    for login in LOGINS:
        place = {"shop": "E", "rival": "W"}.get(login, "company")
        planter.update("app_user", place, login=login)
    for name in ("role", "tax_code", "channel_type", "tier", "fiscal_period", "exchange_rate", "product"):
        planter.add(name, "company", **({"ends_on": "2099-01-02"} if name == "fiscal_period" else {}))
    planter.add("unit_conversion", "company")
    planter.add("warehouse", "company")
    planter.add("warehouse_level", "company")
    planter.add("survey", "company")
    planter.add("survey_question", "company")
    planter.add("task_template", "company")
    planter.add("count_limit", "company")
    planter.add("price_list", "company")
    planter.add("price_item", "company")
    planter.add("promotion", "company")
    planter.add("promotion_item", "company")
    tier = planter.add("tier", "company")  # nobody has it
    lists = planter.add("price_list", "other tier", tier_id=tier)
    planter.add("price_item", "other tier", price_list_id=lists)
    _promotion(planter, "other tier", tier_id=tier)


def _partner(planter: _Planter, place: str) -> None:
    territory = planter.update("territory", place, code=place)
    partner = planter.update("partner", place, code=f"P-{place}")
    planter.add("warehouse", place, partner_id=partner)
    prices = planter.add("price_list", place, partner_id=partner)
    planter.add("price_item", place, price_list_id=prices)
    area = planter.add("price_list", f"area {place}", territory_id=territory)
    planter.add("price_item", f"area {place}", price_list_id=area)
    _promotion(planter, place, partner_id=partner)
    _promotion(planter, f"area {place}", territory_id=territory)
    planter.add("target", place, territory_id=territory)
    done = {"partner", "attachment"}
    for name, entity in ENTITIES.items():
        if entity.unit is Unit.PARTNER and name not in done:
            planter.add(name, place, partner_id=partner)
    planter.add("attachment", place, partner_id=partner, shared=False)
    made = planter.add("attachment", place, partner_id=partner)
    table = hq.tables["attachment"]
    planter.connection.execute(sa.update(table).where(table.c.id == made).values(shared=1))


def _promotion(planter: _Planter, place: str, **buyer: bytes) -> None:
    own = planter.add("promotion", place)
    planter.add("promotion_buyer", place, promotion_id=own, **buyer)
    planter.add("promotion_item", place, promotion_id=own)


def states(database: Database, planted: Planted, login: str) -> dict[tuple[str, bytes], Any]:
    """The forbidden rows as they stand, to be compared."""
    found: dict[tuple[str, bytes], Any] = {}
    with database.snapshot() as connection:
        for name, row_id in forbidden_rows(planted, login):
            table = hq.tables[name]
            row = connection.execute(sa.select(table).where(table.c.id == row_id)).one()
            found[name, row_id] = tuple(row)
    return found


def may_change(login: str, one: Canary) -> bool:
    allowed = one.entity in CHANGES[login] - FINAL
    return allowed and may_see(login, one)


def standing(database: Database, planted: Planted) -> dict[tuple[str, bytes, str], Any]:
    """Every planted value as it stands, by entity, row and field."""
    found: dict[tuple[str, bytes, str], Any] = {}
    with database.snapshot() as connection:
        for name, row_id in planted.rows:
            table = hq.tables[name]
            row = connection.execute(sa.select(table).where(table.c.id == row_id)).one()._mapping
            for one in planted.canaries:
                if (one.entity, one.row_id) == (name, row_id):
                    found[name, row_id, one.field] = (row[one.field], row["deleted"])
    return found


def forbidden_rows(planted: Planted, login: str) -> Iterator[tuple[str, bytes]]:
    for key, one in planted.rows.items():
        if not may_see_row(login, one):
            yield key
