"""What people do on their laptops. A deed is one local transaction and says whether there was any to do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from channeldesk.actions import keeping, write
from channeldesk.model.declare import Type
from channeldesk.model.entities import ENTITIES
from channeldesk.model.tables import laptop
from channeldesk.sync import drafts
from tests.storm import making
from tests.storm.acting import Hand
from tests.storm.profile import Profile
from tests.storm.values import Key

if TYPE_CHECKING:
    from tests.storm.world import World

RECORDS = (
    *("contact", "contact", "contact", "partner", "partner", "promise", "promise", "visit_plan", "draft"),
    "payment_promise",
)


def insert(connection: sa.Connection, entity: str, row_id: bytes, values: Mapping[str, Any]) -> None:
    connection.execute(sa.insert(laptop.tables[entity]).values(id=row_id, **values))


def update(connection: sa.Connection, key: Key, values: Mapping[str, Any]) -> None:
    """Writes wire fields; keys of ``custom`` are folded into what stands there, and None takes one away."""
    entity, row_id = key
    table = laptop.tables[entity]
    here = table.c.id == bytes.fromhex(row_id)
    row: dict[str, Any] = {}
    custom: dict[str, Any] | None = None
    for name, value in values.items():
        if name.startswith("custom."):
            if custom is None:
                custom = json.loads(
                    connection.execute(sa.select(table.c.custom).where(here)).scalar() or "{}"
                )
            custom[name.removeprefix("custom.")] = value
        else:
            is_id = ENTITIES[entity].fields[name].type is Type.REF and value is not None
            row[name] = bytes.fromhex(value) if is_id else value
    if custom is not None:
        kept = {name: value for name, value in custom.items() if value is not None}
        row["custom"] = json.dumps(kept, sort_keys=True, separators=(",", ":"))
    connection.execute(sa.update(table).where(here).values(row))


def remove(connection: sa.Connection, key: Key) -> None:
    table = laptop.tables[key[0]]
    connection.execute(sa.delete(table).where(table.c.id == bytes.fromhex(key[1])))


def some_row(world: World, who: Profile, entity: str) -> Key | None:
    """Any row, but for half of the time one that somebody else touched lately."""
    mine = {row_id.hex() for row_id in who.ids_of(entity)}
    hot = [key for key in world.hot if key[0] == entity and key[1] in mine]
    if hot and world.rng.random() < 0.6:
        return world.rng.choice(hot)
    return (entity, world.rng.choice(sorted(mine))) if mine else None


def edit(world: World, who: Profile) -> bool:
    entity = world.rng.choice(RECORDS)
    key = some_row(world, who, entity)
    if key is None:
        return False
    groups = making.EDITED[entity]
    chosen = world.rng.sample(groups, min(len(groups), world.rng.choice((1, 1, 2))))
    names = {name for group in chosen for name in group}

    def work(connection: sa.Connection) -> None:
        shown = world.shown(connection, key)
        values = {}
        for name in sorted(names):
            if name in making.COUNTERS:
                values[name] = (shown.get(name) or 0) + world.rng.choice((-2, -1, 1, 2, 3))
                world.case(24)
            elif world.rng.random() < 0.1:
                values[name] = making.value(world.rng, name, 7)  # what somebody else may set too
            else:
                values[name] = making.value(world.rng, name, world.number())
        update(connection, key, values)

    world.touch(key)
    return world.act(who, [key], work)


def take_back(world: World, who: Profile) -> bool:
    """Puts an edit back to what stood before it."""
    own = [one for one in world.book.edits[-20:] if one.who == who.name and one.op == "patch"]
    if not own:
        return False
    last = own[-1]
    if not who.ids_of(last.key[0], f"hex(id) = '{last.key[1].upper()}'"):
        return False
    return world.act(who, [last.key], lambda connection: update(connection, last.key, last.base))


def burst(world: World, who: Profile) -> bool:
    """Many edits of one row, each in a transaction of its own."""
    key = some_row(world, who, "contact")
    if key is None:
        return False
    done = False
    for _ in range(world.rng.choice((4, 12))):
        values = {"phone": making.value(world.rng, "phone", world.number())}
        done |= world.act(who, [key], lambda connection, values=values: update(connection, key, values))
    world.case(17)
    return done


def two_rows(world: World, who: Profile) -> bool:
    """Two rows in one transaction: both or neither."""
    keys = [key for entity in ("contact", "promise") if (key := some_row(world, who, entity))]
    if len(keys) < 2:
        return False

    def work(connection: sa.Connection) -> None:
        for key, name in zip(keys, ("note", "promised"), strict=True):
            update(connection, key, {name: making.value(world.rng, name, world.number())})

    return world.act(who, keys, work)


def create(world: World, who: Profile) -> bool:
    entity = world.rng.choice(
        ("contact", "contact", "promise", "visit_plan", "draft", "visit", "stock_movement")
    )
    row_id, number = who.ids(), world.number()
    partners = who.ids_of("partner")
    if not partners:
        return False
    partner = world.rng.choice(partners)
    match entity:
        case "contact":
            values: dict[str, Any] = {
                "partner_id": partner,
                "name": f"contact {number}",
                "phone": f"p {number}",
            }
            if world.rng.random() < 0.1:
                values["consent"] = 7  # no flag: headquarters refuses it
                world.case(12)
        case "promise":
            values = {"partner_id": partner, "promised": f"promise {number}", "due_on": "2026-12-24"}
        case "visit_plan":
            values = {"partner_id": partner, "user_id": who.user_id, "planned_on": "2026-12-01"}
            values |= {"purpose": f"purpose {number}"}
        case "draft":
            values = {"user_id": who.user_id, "draft_kind": "count", "body": f'{{"n":{number}}}'}
        case "visit":
            values = {"partner_id": partner, "user_id": who.user_id, "visited_on": "2026-11-21"}
            values |= {"note": f"visit {number}"}
        case _:
            products = who.ids_of("product")
            if not products:
                return False
            values = {
                "partner_id": partner,
                "product_id": products[0],
                "movement_kind": world.rng.choice(("adjustment", "sale")),
                "quantity": number,
                "happened_at": who.clock(),
                "happened_on": "2026-11-21",
            }
    key = (entity, row_id.hex())
    world.touch(key)
    return world.act(who, [key], lambda connection: insert(connection, entity, row_id, values))


def found(world: World, who: Profile) -> bool:
    """A new partner with its first contact."""
    territories = who.ids_of("territory", "code IN ('N', 'N1', 'S')")
    if not territories:
        return False
    partner, contact, number = who.ids(), who.ids(), world.number()
    code = world.rng.choice((f"NEW{number}", "SHARED"))  # one business key that several may want

    def work(connection: sa.Connection) -> None:
        values = {"code": code, "name": f"partner {number}", "currency": "CNY"}
        territory = world.rng.choice(territories)
        insert(
            connection, "partner", partner, {**values, "territory_id": territory, "credit_limit": 5_000_000}
        )
        insert(connection, "contact", contact, {"partner_id": partner, "name": f"contact {number}"})

    return world.act(who, [("partner", partner.hex()), ("contact", contact.hex())], work)


def order(world: World, who: Profile) -> bool:
    """Order and lines; one in four asks for what headquarters refuses."""
    from channeldesk.model.values import line_net, tax

    partners = who.ids_of("partner", "stage IN ('active', 'onboarding')")
    if not partners:
        return False
    products = {row["sku"]: row["id"] for row in who.query("SELECT sku, id FROM product")}
    prices = {"DRILL": 500_0000, "SAW": 200_0000}
    wanted = [sku for sku in sorted(products) if sku in prices][: world.rng.choice((1, 2))]
    if not wanted:
        return False
    partner, number, order_id = world.rng.choice(partners), world.number(), who.ids()
    cheap = world.rng.random() < 0.25
    lines = []
    for place, sku in enumerate(wanted, start=1):
        price, quantity = prices[sku] // (2 if cheap else 1), 1_000 * world.rng.choice((1, 2))
        net = line_net(quantity, price, "CNY")
        line = {
            "order_id": order_id,
            "partner_id": partner,
            "line_number": place,
            "product_id": products[sku],
        }
        line |= {
            "quantity": quantity,
            "unit_price": price,
            "tax_rate": 1300,
            "net": net,
            "tax": tax(net, 1300),
        }
        lines.append((who.ids(), line))

    def work(connection: sa.Connection) -> None:
        net, taxes = sum(line["net"] for _, line in lines), sum(line["tax"] for _, line in lines)
        head = {
            "provisional_number": f"{who.name}-{number}",
            "partner_id": partner,
            "salesperson_id": who.user_id,
        }
        head |= {
            "order_date": "2026-11-21",
            "currency": "CNY",
            "net": net,
            "tax": taxes,
            "total": net + taxes,
        }
        insert(connection, "sales_order", order_id, {**head, "note": f"order {number}"})
        for line_id, line in lines:
            insert(connection, "order_line", line_id, line)

    keys = [("sales_order", order_id.hex()), *(("order_line", line_id.hex()) for line_id, _ in lines)]
    return world.act(who, keys, work)


def cancel_order(world: World, who: Profile) -> bool:
    may_go = "status IN ('placed', 'accepted')"
    routed = f"{may_go} AND id IN (SELECT order_id FROM order_route)"
    orders = (world.rng.random() < 0.6 and who.ids_of("sales_order", routed)) or who.ids_of(
        "sales_order", may_go
    )
    if not orders:
        return False
    key = ("sales_order", world.rng.choice(orders).hex())
    return world.act(who, [key], lambda connection: update(connection, key, {"status": "cancelled"}))


def delete(world: World, who: Profile) -> bool:
    key = some_row(
        world,
        who,
        world.rng.choice(
            ("contact", "promise", "visit_plan", "draft", "contact", "partner", "payment_promise")
        ),
    )
    if key is None or (key[0] == "partner" and world.rng.random() < 0.7):
        return False
    world.touch(key)
    kept: dict[str, Any] = {}

    def work(connection: sa.Connection) -> None:
        kept.update(write.remove(Hand(connection, who), key[0], bytes.fromhex(key[1])))

    done = world.act(who, [key], work)
    if done:
        world.removed.append((who.name, key, kept))
    return done


def undo_delete(world: World, who: Profile) -> bool:
    """Puts a deleted row back, under its own id while headquarters does not know, or else under a new one."""
    own = [one for one in world.removed if one[0] == who.name]
    if not own:
        return False
    world.removed.remove(own[-1])
    _, key, row = own[-1]
    if who.ids_of(key[0], f"hex(id) = '{key[1].upper()}'"):
        return False
    hand_id = who.ids()
    keys = [key, (key[0], hand_id.hex())]
    return world.act(who, keys, lambda connection: write.restore(Hand(connection, who, hand_id), key[0], row))


def born_and_gone(world: World, who: Profile) -> bool:
    """Made and deleted before headquarters hears of it."""
    partners = who.ids_of("partner")
    if not partners:
        return False
    row_id, number = who.ids(), world.number()
    key = ("contact", row_id.hex())
    values = {"partner_id": world.rng.choice(partners), "name": f"never {number}"}
    if not world.act(who, [key], lambda connection: insert(connection, "contact", row_id, values)):
        return False
    if world.act(who, [key], lambda connection: remove(connection, key)) and not who.rounds:
        world.never[key] = who.name
        world.case(16)
    return True


def move_partner(world: World, who: Profile) -> bool:
    """A manager gives a partner to another territory, perhaps out of sight."""
    partners, territories = who.ids_of("partner"), who.ids_of("territory", "code IN ('N', 'N1', 'S')")
    if not partners or not territories:
        return False
    key, target = ("partner", world.rng.choice(partners).hex()), world.rng.choice(territories)
    world.touch(key)
    world.case(31)
    return world.act(who, [key], lambda connection: update(connection, key, {"territory_id": target.hex()}))


def move_contact(world: World, who: Profile) -> bool:
    contacts, partners = who.ids_of("contact", "name NOT LIKE 'Twin%'"), who.ids_of("partner")
    if not contacts or not partners:
        return False
    key, target = ("contact", world.rng.choice(contacts).hex()), world.rng.choice(partners)
    return world.act(who, [key], lambda connection: update(connection, key, {"partner_id": target.hex()}))


def publish(world: World, who: Profile) -> bool:
    """Headquarters staff edit a product on a laptop, half of the time as a draft; anybody else is refused."""
    products = who.ids_of("product")
    if not products or (who.login != "hana" and world.rng.random() < 0.8):
        return False
    key, name = ("product", world.rng.choice(products).hex()), f"product {world.number()}"
    held = world.rng.random() < 0.5

    def work(connection: sa.Connection) -> None:
        update(connection, key, {"name": name})
        if held:
            drafts.hold(connection)

    return world.act(who, [key], work)


def keep(world: World, who: Profile) -> bool:
    """The laptop keeps other territories, or everything again."""
    territories = who.ids_of("territory")
    if not territories:
        return False
    some = world.rng.sample(territories, world.rng.randint(1, len(territories)))
    chosen = None if world.rng.random() < 0.4 else some

    def work(connection: sa.Connection) -> None:
        keeping.keep(Hand(connection, who), chosen)  # type: ignore[arg-type]

    return world.act(who, [], work)


def release(world: World, who: Profile) -> bool:
    """Whatever is held goes out together."""
    with who.database.read() as connection:
        found = drafts.found(connection)
    if not found:
        return False
    world.book.released |= {
        (one.entity, one.row_id.hex(), *change) for one in found for change in one.changes.items()
    }
    return world.act(who, [], lambda connection: drafts.publish(connection, who.clock()))
