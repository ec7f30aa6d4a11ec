"""What happens at headquarters: its staff's edits, a company's own SQL, grants, moves, prices, mistakes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tests.storm import ground, making
from tests.storm.values import Key, plain

if TYPE_CHECKING:
    from tests.storm.world import World

_NEW_PARTNER = """
INSERT INTO partner (id, code, name, territory_id, currency, custom)
VALUES (:id, :code, :name, :territory, 'CNY', '{}')
"""
_NEW_CONTACT = """
INSERT INTO contact (id, partner_id, name, main, consent) VALUES (:id, :partner, :name, 0, 0)
"""
RECORDS = ("contact", "contact", "partner", "partner", "promise", "visit_plan")


def _some(world: World, entity: str, where: str = "1 = 1") -> Key | None:
    found = [
        (entity, plain(row["id"]))
        for row in world.office.rows(f"SELECT id FROM {entity} WHERE deleted = 0 AND {where} ORDER BY id")
    ]
    hot = [key for key in world.hot if key in found]
    if hot and world.rng.random() < 0.6:
        return world.rng.choice(hot)
    return world.rng.choice(found) if found else None


def _id(world: World, row_id: str) -> Any:
    """An id as the database takes it in plain SQL."""
    return row_id if world.office.database.is_postgresql else bytes.fromhex(row_id)


def _set(world: World, key: Key, values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """An UPDATE of plain columns, noted in the book."""
    entity, row_id = key
    world.book.office_wrote(entity, row_id, values)
    columns = ", ".join(f"{name} = :{name}" for name in values)
    return f"UPDATE {entity} SET {columns} WHERE id = :id", {**values, "id": _id(world, row_id)}


def edit(world: World) -> bool:
    key = _some(world, world.rng.choice(RECORDS))
    if key is None:
        return False
    names = [n for n in world.rng.choice(making.EDITED[key[0]]) if "." not in n and n not in making.COUNTERS]
    if not names:
        return custom(world)
    world.touch(key)
    values = {n: making.value(world.rng, n, 7 if world.rng.random() < 0.1 else world.number()) for n in names}
    world.office.execute(_set(world, key, values))
    return True


def custom(world: World) -> bool:
    key = _some(world, "partner")
    if key is None:
        return False
    (row,) = world.office.rows("SELECT custom FROM partner WHERE id = :id", id=_id(world, key[1]))
    name, number = world.rng.choice(("k1", "k2")), world.number()
    text = json.dumps({**json.loads(row["custom"]), name: f"{name} {number}"}, sort_keys=True)
    world.book.office_wrote(*key, {f"custom.{name}": f"{name} {number}"})
    statement = "UPDATE partner SET custom = :custom WHERE id = :id"
    world.office.execute((statement, {"custom": text, "id": _id(world, key[1])}))
    return True


def twins(world: World) -> bool:
    """Two rows in one transaction, which every laptop must see together."""
    value = f"twin {world.number()}"
    partner = world.rng.choice(ground.TWINS)
    found = world.office.rows(
        "SELECT c.id FROM contact c JOIN partner p ON p.id = c.partner_id "
        "WHERE p.code = :code AND c.name LIKE 'Twin%' AND c.deleted = 0 ORDER BY c.id",
        code=partner,
    )
    if len(found) < 2:
        return False
    keys = [("contact", plain(row["id"])) for row in found]
    world.office.execute(*(_set(world, key, {"job_title": value}) for key in keys))
    world.case(8)
    return True


def delete(world: World) -> bool:
    key = _some(world, world.rng.choice(("contact", "promise", "visit_plan", "contact")), "id IS NOT NULL")
    if key is None:
        return False
    world.touch(key)
    world.book.office_wrote(*key, {"deleted": 1})
    world.office.execute((f"UPDATE {key[0]} SET deleted = 1 WHERE id = :id", {"id": _id(world, key[1])}))
    return True


def delete_really(world: World) -> bool:
    """A company's own SQL takes a row away without a tombstone."""
    key = _some(world, world.rng.choice(("contact", "stock_movement")))
    if key is None:
        return False
    world.touch(key)
    world.book.office_wrote(*key, {"deleted": 1})
    world.office.execute((f"DELETE FROM {key[0]} WHERE id = :id", {"id": _id(world, key[1])}))
    return True


def same_key_again(world: World) -> bool:
    """A partner is deleted and its code given to a new one."""
    key = _some(world, "partner", "code NOT IN ('P1', 'P4')")
    if key is None:
        return False
    (row,) = world.office.rows("SELECT * FROM partner WHERE id = :id", id=_id(world, key[1]))
    world.book.office_wrote(*key, {"deleted": 1})
    world.touch(key)
    new, number = world.office_ids(), world.number()
    values = {"id": _id(world, new.hex()), "code": row["code"], "name": f"again {number}"}
    world.office.execute(
        ("UPDATE partner SET deleted = 1 WHERE id = :id", {"id": _id(world, key[1])}),
        (_NEW_PARTNER, {**values, "territory": row["territory_id"]}),
    )
    world.case(25)
    return True


def add(world: World, many: int = 1) -> bool:
    """New contacts; ``many`` of them in one transaction take several pages."""
    key = _some(world, "partner")
    if key is None:
        return False
    rows = [
        {
            "id": _id(world, world.office_ids().hex()),
            "partner": _id(world, key[1]),
            "name": f"new {world.number()}",
        }
        for _ in range(many)
    ]
    world.office.execute(*((_NEW_CONTACT, row) for row in rows))
    return True


def slow(world: World) -> bool:
    """Somebody's transaction stays open over many others, and is committed later."""
    if not world.office.database.is_postgresql:
        return False
    if world.office.finish_slow():
        world.case(1)
        return True
    key = _some(world, "partner")
    if key is None:
        return False
    row = {"id": world.office_ids().hex(), "partner": key[1], "name": f"slow {world.number()}"}
    world.office.begin_slow().execute(sa.text(_NEW_CONTACT), row)
    world.case(2)
    return True


def load(world: World) -> bool:
    done = add(world, 14)
    if done:
        world.case(4)
    return done


def move_partner(world: World) -> bool:
    key = _some(world, "partner")
    territories = world.office.rows("SELECT id FROM territory WHERE code IN ('N', 'N1', 'S') ORDER BY code")
    if key is None:
        return False
    target = plain(world.rng.choice(territories)["id"])
    world.touch(key)
    world.book.office_wrote(*key, {"territory_id": target})
    statement = "UPDATE partner SET territory_id = :target WHERE id = :id"
    world.office.execute((statement, {"target": _id(world, target), "id": _id(world, key[1])}))
    world.case(27)
    return True


def grant(world: World) -> bool:
    from channeldesk.hq import admin

    login = world.rng.choice(("bo", "cai", "dee", "vera"))
    admin.grant(world.office.database, login, [world.rng.choice(("N", "S", "N1"))])
    world.case(28)
    return True


def revoke(world: World) -> bool:
    from channeldesk.hq import admin

    login = world.rng.choice(("bo", "cai", "dee", "vera"))
    admin.revoke(world.office.database, login, [world.rng.choice(("N", "S", "N1"))])
    world.case(29)
    return True


def there_and_back(world: World) -> bool:
    """Grant, revoke, grant between two pulls."""
    from channeldesk.hq import admin

    login, code = world.rng.choice(("bo", "cai")), world.rng.choice(("N", "S"))
    for change in (admin.grant, admin.revoke, admin.grant):
        change(world.office.database, login, [code])
    world.case(30)
    return True


def promote(world: World) -> bool:
    """Another role for a user: other fields in sight, other writes allowed."""
    login = world.rng.choice(("dee", "vera"))
    (row,) = world.office.rows("SELECT id, role_code FROM app_user WHERE login = :login", login=login)
    role = "viewer" if row["role_code"] == "manager" else "manager"
    world.office.execute(
        ("UPDATE app_user SET role_code = :role WHERE id = :id", {"role": role, "id": row["id"]})
    )
    return True


def publish(world: World) -> bool:
    """Products, targets, stock levels: what headquarters alone writes."""
    table, column = world.rng.choice((("product", "name"), ("target", "value"), ("stock_level", "quantity")))
    number = world.number()
    key = _some(world, table)
    if key is None:
        return False
    value = f"product {number}" if column == "name" else 1_000 * number
    world.office.execute(_set(world, key, {column: value}))
    return True


def retire(world: World) -> bool:
    """A product is taken from sale, or put back: orders of it are refused meanwhile."""
    key = _some(world, "product", "sku = 'SAW'")
    if key is None:
        return False
    world.office.execute(
        ("UPDATE product SET active = 1 - active WHERE id = :id", {"id": _id(world, key[1])})
    )
    return True


def spoil(world: World) -> bool:
    """A value that no laptop can store, as a careless import leaves it on SQLite."""
    if world.office.database.is_postgresql:
        return False
    key = _some(world, "visit_plan")
    if key is None:
        return False
    world.book.office_wrote(*key, {"start_minute": "noon"})
    world.office.execute(_set(world, key, {"start_minute": "noon"}))
    world.case(7)
    return True


def mend(world: World) -> bool:
    """Puts all of them right."""
    if world.office.database.is_postgresql:
        return False
    found = world.office.rows("SELECT id FROM visit_plan WHERE typeof(start_minute) = 'text' ORDER BY id")
    for row in found:
        key = ("visit_plan", plain(row["id"]))
        world.office.execute(_set(world, key, {"start_minute": 600}))
    return bool(found)
