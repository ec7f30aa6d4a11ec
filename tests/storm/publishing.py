"""Drafts that are handed to headquarters for a moment, moved, withdrawn and taken up again; and what has to
hold of them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from channeldesk.actions import publications
from channeldesk.hq import publishing
from channeldesk.sync import drafts
from tests.storm.acting import STAFF, through
from tests.storm.commerce import insert_all
from tests.storm.history import Version
from tests.storm.link import Broken
from tests.storm.people import update
from tests.storm.profile import Profile
from tests.storm.values import Key

if TYPE_CHECKING:
    from tests.storm.oracles import Headquarters
    from tests.storm.world import World

_SOON = (5_000, 120_000, 900_000)
Change = tuple[str, str, str, Any]
"""Entity, row, field, and what it is to be."""


def draft(world: World, who: Profile) -> bool:
    """Prices and names of products, in one draft."""
    rng = world.rng
    found = [(entity, one) for entity in ("price_item", "product") for one in who.ids_of(entity)]
    if not found or who.login not in STAFF:
        return False
    keys = [(entity, one.hex()) for entity, one in rng.sample(found, min(len(found), rng.choice((1, 2, 3))))]

    def work(connection: sa.Connection) -> None:
        for key in keys:
            number = world.number()
            told = {"price": 500_0000 + number} if key[0] == "price_item" else {"name": f"product {number}"}
            update(connection, key, told)
        drafts.hold(connection)

    return world.act(who, keys, work)


def schedule(world: World, who: Profile) -> bool:
    """Every draft becomes a publication, due at once or some time later; or somebody forges one."""
    rng = world.rng
    if who.login not in STAFF and rng.random() < 0.1:
        return _forge(world, who)
    with who.database.read() as connection:
        keys = list(dict.fromkeys((one.entity, one.row_id.hex()) for one in drafts.found(connection)))
    if not keys:
        return False
    at = None if rng.random() < 0.4 else who.clock() + rng.choice(_SOON)
    name = f"publication {world.number()}"
    return through(world, who, lambda tx: publications.schedule(tx, name, at), *keys)


def move(world: World, who: Profile) -> bool:
    """To another moment, off, or back among the drafts of whoever takes it up."""
    rng = world.rng
    found = who.query("SELECT id, status FROM publication WHERE status <> 'published' ORDER BY id")
    if not found:
        return False
    one, at = rng.choice(found), who.clock() + rng.choice(_SOON)
    key = ("publication", one["id"].hex())
    world.touch(key)
    if one["status"] != "scheduled":
        texts = who.query("SELECT changes FROM publication_part WHERE publication_id = ?", one["id"])
        keys = [(told["entity"], told["id"]) for text in texts for told in json.loads(text["changes"])]
        return through(world, who, lambda tx: publications.take_up(tx, one["id"]), *dict.fromkeys(keys))
    if rng.random() < 0.4:
        return through(world, who, lambda tx: publications.move(tx, one["id"], at), key)
    return through(world, who, lambda tx: publications.withdraw(tx, one["id"]), key)


def due(world: World) -> bool:
    """Headquarters looks whether a moment has come."""
    return publishing.publish_due(world.office.database, world.office.clock()) > 0


def _forge(world: World, who: Profile) -> bool:
    """What another program might send in the name of somebody who publishes nothing."""
    products, publication = who.ids_of("product"), who.ids()
    if not products:
        return False
    own = {"user_id": who.user_id}
    told = {"entity": "product", "id": world.rng.choice(products).hex(), "op": "patch", "base_rv": 0}
    told |= {"base": {}, "set": {"name": f"forged {world.number()}"}}
    head = {**own, "name": f"publication {world.number()}", "row_count": 1}
    part = {**own, "publication_id": publication, "number": 1, "changes": json.dumps([told])}
    return insert_all(world, who, [("publication", publication, head), ("publication_part", who.ids(), part)])


def hold(world: World, office: Headquarters, versions: Iterable[Version]) -> None:
    """Whole and not before its moment, or not at all; and nothing that is due is left."""
    staff = {one["id"] for one in office.tables["app_user"].values() if one["login"] in STAFF}
    asked, stood = _asked(world), set[Change]()
    world.came_to("publication", office.tables["publication"])
    now: dict[Key, dict[str, Any]] = {}
    for one in versions:
        if one.new is None:
            now.pop(one.key, None)
            continue
        now[one.key] = one.new
        stood |= {(*one.key, name, value) for name, value in one.new.items() if name in ("price", "name")}
        if one.key[0] == "publication" and one.new["status"] == "published":
            missing = [
                (entity, row_id, name, value)
                for entity, row_id, name, value in asked[one.key[1]]
                if now[entity, row_id][name] != value
            ]
            if missing or not asked[one.key[1]]:
                raise Broken(f"publication {one.key[1]} was published without {missing}")
    published = set[Change]()
    for row_id, row in office.tables["publication"].items():
        if row["user_id"] not in staff:
            raise Broken(f"somebody else published: {row}")
        left = [one for one in office.alive("publication_part").values() if one["publication_id"] == row_id]
        if row["status"] == "published":
            published |= set(asked[row_id])
            if left or (row["publish_at"] or 0) > row["decided_at"]:
                raise Broken(f"published before its moment, or to be published again: {row}, {left}")
        due_since = row["publish_at"] or 0
        whole = row["status"] == "scheduled" and len(left) == row["parts"]
        if whole and due_since <= world.office.clock():
            raise Broken(f"overdue: {row}")
    for row_id, row in office.tables["publication"].items():
        secret = set(asked[row_id]) - published - world.book.released
        if row["status"] != "published" and secret & stood:
            raise Broken(f"{row['status']}, and yet everybody has {secret & stood}")


def _asked(world: World) -> dict[str, list[Change]]:
    """By publication, what its person handed in: of several changes of a field the last."""
    found: dict[str, dict[tuple[str, str, str], Any]] = defaultdict(dict)
    for edit in world.book.edits:
        if edit.key[0] == "publication_part" and edit.op == "insert":
            for one in json.loads(edit.values["changes"]):
                of = found[edit.values["publication_id"]]
                of |= {(one["entity"], one["id"], name): value for name, value in one["set"].items()}
    return defaultdict(list, {row_id: [(*key, of[key]) for key in of] for row_id, of in found.items()})


def over(office: Headquarters, key: Key, row: dict[str, Any]) -> bool:
    """Whether a part went because headquarters carried it out."""
    if key[0] != "publication_part":
        return False
    return bool(office.tables["publication"][row["publication_id"]]["status"] == "published")
