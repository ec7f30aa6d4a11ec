"""What must hold when the storm is over and everybody has synchronised until nothing moved.

Written against plain rows of both sides and the book of acknowledged edits; none of the product's own rules
of merging, of scope or of the outbox are asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from channeldesk.model.declare import Type, Unit, replicated
from channeldesk.model.entities import ENTITIES
from channeldesk.queries import kept
from channeldesk.store import derive
from tests.storm import (
    blocking,
    history,
    money,
    paying,
    publishing,
    routed,
    selling_on,
    shipping,
    stocktaking,
)
from tests.storm.judging import Judge
from tests.storm.link import Broken
from tests.storm.profile import Profile
from tests.storm.values import Key, plain

if TYPE_CHECKING:
    from tests.storm.world import World

Table = dict[str, dict[str, Any]]
"""Rows by id (hex)."""


class Headquarters:
    """Everything that headquarters has, read once."""

    def __init__(self, world: World) -> None:
        self.tables: dict[str, Table] = {}
        with world.office.database.snapshot() as connection:
            for entity in replicated():
                name = entity.__entity__
                found = connection.exec_driver_sql(f"SELECT * FROM {name}").mappings()
                rows = ({column: plain(value) for column, value in row.items()} for row in found)
                self.tables[name] = {row["id"]: row for row in rows}
            entries = connection.exec_driver_sql("SELECT entity, row_id, unit_id, seq, gone FROM feed").all()
            sent = connection.exec_driver_sql("SELECT uuid, status FROM applied_mutation").all()
        self.taken = {plain(uuid) for uuid, status in sent if status not in ("rejected", "blocked")}
        self.whole = self.taken - {plain(uuid) for uuid, status in sent if status == "conflict"}
        self.versions = {(e, plain(r), plain(u)): seq for e, r, u, seq, gone in entries if not gone}

    def alive(self, entity: str) -> Table:
        return {row_id: row for row_id, row in self.tables[entity].items() if not row["deleted"]}

    def in_sight(self, login: str, keep: list[str] | None = None) -> dict[str, Table]:
        """What a user has a right to, by entity: rows with the fields that the role may see. ``keep``: the
        territories to which a laptop of the user narrows that.
        """
        (user,) = (row for row in self.tables["app_user"].values() if row["login"] == login)
        (role,) = (row for row in self.alive("role").values() if row["code"] == user["role_code"])
        territories = self._territories(user)
        if keep is not None:
            territories &= self._below(keep)
        partners = {
            row_id for row_id, row in self.tables["partner"].items() if row["territory_id"] in territories
        }
        found: dict[str, Table] = {}
        for entity in replicated():
            rows: Table = {}
            for row_id, row in self.alive(entity.__entity__).items():
                owner = row[entity.owner] if entity.owner else None
                staff = user["role_code"] == "headquarters"
                everything = staff and keep is None
                held = {
                    Unit.GLOBAL: True,
                    Unit.PRIVATE: owner == user["id"] or (staff and entity.__entity__ == "scope_grant"),
                    Unit.TERRITORY: owner is not None and (everything or owner in territories),
                    Unit.PARTNER: owner is not None and (everything or owner in partners),
                }[entity.unit]
                if held:
                    hidden = set() if role["sees_sensitive"] else entity.sensitive
                    rows[row_id] = {name: row[name] for name in entity.fields if name not in hidden}
            found[entity.__entity__] = rows
        return found

    def _territories(self, user: dict[str, Any]) -> set[str]:
        alive = self.alive("territory")
        if user["role_code"] == "headquarters":
            return set(alive)
        granted = {
            row["territory_id"] for row in self.alive("scope_grant").values() if row["user_id"] == user["id"]
        }
        return self._below(granted)

    def _below(self, tops: Iterable[str]) -> set[str]:
        alive = self.alive("territory")
        paths = [alive[one]["path"] for one in tops if one in alive]
        return {one for one, row in alive.items() if any(row["path"].startswith(path) for path in paths)}


def check(world: World, *, resolved: bool) -> None:
    """Raises Broken for the first promise that does not hold. ``resolved``: no inbox excuses anything."""
    office = Headquarters(world)
    for who in world.profiles:
        _converged(office, who, resolved=resolved)
        _nothing_waits(who)
        _derived(who)
    versions = history.read(world.office.database)
    Judge(world, office, versions).judge()
    _numbers(office)
    money.adds_up(office)
    shipping.adds_up(office, versions)
    paying.adds_up(office)
    blocking.holds(world, office, versions)
    selling_on.nets(office)
    stocktaking.counted_where_it_is(office)
    routed.hold(world, office, versions)
    publishing.hold(world, office, versions)
    _never_shown(world, versions)


# --- one laptop against headquarters ---


def _excused(who: Profile) -> tuple[set[Key], set[Key]]:
    """Rows that may differ: made here and rejected (they stay until the person decides), and rows whose edits
    wait for such a decision."""
    made: set[Key] = set()
    for item in who.inbox():
        if item["kind"] == "rejection":
            for one in json.loads(item["mutations"]):
                if one["op"] == "insert":
                    made.add((one["entity"], one["id"]))
    waiting = {(row["entity"], row["row_id"].hex()) for row in who.waiting()}
    return made, waiting


def _converged(office: Headquarters, who: Profile, *, resolved: bool) -> None:
    with who.database.read() as connection:
        wanted = office.in_sight(who.login, kept.read(connection))
    made, waiting = _excused(who)
    if resolved and (made or waiting):
        raise Broken(
            f"{who.name}: still in the inbox or outbox after everything was decided: {made | waiting}"
        )
    with who.database.read() as connection:
        for entity in replicated():
            name = entity.__entity__
            found = connection.exec_driver_sql(f'SELECT * FROM "{name}"').mappings()
            rows = ({column: plain(value) for column, value in row.items()} for row in found)
            here = {row["id"]: row for row in rows}
            excused = {row_id for one, row_id in made | waiting if one == name}
            _compare(who, name, here, wanted[name], excused, office)
    if not {name for name, _ in made | waiting} & stocktaking.STOCK:
        stocktaking.agrees(who, wanted)
    if not {name for name, _ in made | waiting} & routed.ROUTED:
        routed.agrees(who, wanted)


def _compare(
    who: Profile, name: str, here: Table, there: Table, excused: set[str], office: Headquarters
) -> None:
    for row_id in sorted((here.keys() | there.keys()) - excused):
        mine, theirs = here.get(row_id), there.get(row_id)
        if mine is None:
            raise Broken(f"{who.name} lacks {name} {row_id}: {theirs}")
        if theirs is None:
            whole = office.tables[name].get(row_id)
            raise Broken(f"{who.name} has {name} {row_id}: {mine}; headquarters: {whole}")
        differing = {n: (mine[n], theirs[n]) for n in theirs if mine[n] != theirs[n]}
        if differing:
            raise Broken(f"{who.name} shows {name} {row_id} otherwise than headquarters: {differing}")
        owner = ENTITIES[name].owner
        unit = theirs[owner] if owner else "0" * 32
        version = office.versions[name, row_id, unit]
        if mine["rv"] != version:
            raise Broken(f"{who.name} holds version {mine['rv']} of {name} {row_id}, not {version}")


def _nothing_waits(who: Profile) -> None:
    """The outbox is empty but for what waits for a decision about a rejected row, and what builds on that."""
    held = _excused(who)[0]
    held_ids = {row_id for _, row_id in held}
    waiting = who.waiting()
    barred: set[bytes] = set()
    written: set[tuple[bytes, str]] = set()

    def waits(row: dict[str, Any]) -> bool:
        named = {*json.loads(row["base"]), *json.loads(row["changes"])}
        return bool(_points_at(row) & held_ids or {(row["row_id"], name) for name in named} & written)

    while more := {row["txn"] for row in waiting if waits(row)} - barred:
        barred |= more
        mine = [row for row in waiting if row["txn"] in more]
        written |= {(row["row_id"], name) for row in mine for name in json.loads(row["changes"])}
        held_ids |= {row["row_id"].hex() for row in waiting if row["txn"] in more and row["op"] == "insert"}
    for row in waiting:
        if row["txn"] not in barred:
            raise Broken(
                f"{who.name}: {row['op']} of {row['entity']} {row['row_id'].hex()} waits for nothing"
            )
        if row["mid"] is not None:
            raise Broken(f"{who.name}: a numbered mutation waits: {row}")
    keys = {(row["entity"], row["row_id"]) for row in waiting}
    for row in who.query("SELECT entity, row_id FROM shadow"):
        if (row["entity"], row["row_id"]) not in keys:
            raise Broken(f"{who.name}: an image of {row['entity']} {row['row_id'].hex()} is left over")


def _points_at(row: dict[str, Any]) -> set[str]:
    fields = ENTITIES[row["entity"]].fields
    changes = json.loads(row["changes"])
    named = {value for n, value in changes.items() if n in fields and fields[n].type is Type.REF and value}
    return {row["row_id"].hex(), *named}


def _derived(who: Profile) -> None:
    with who.database.read() as connection:
        wrong = {name: count for name, count in derive.compare(connection).items() if count}
        if wrong or derive.suspended(connection) or derive.missing_indexes(connection):
            raise Broken(f"{who.name}: derived tables are wrong: {wrong}")


def _numbers(office: Headquarters) -> None:
    given = [row["number"] for row in office.alive("sales_order").values() if row["number"]]
    if len(set(given)) < len(given):
        raise Broken(f"an order number was given twice: {sorted(given)}")


def _never_shown(world: World, versions: list[history.Version]) -> None:
    kin = world.book.kin
    # A profile that was copied sends what it unmade as well: the copy may have sent the row.
    alone = {key for key, maker in world.never.items() if maker not in {*kin, *kin.values()}}
    shown = {one.key for one in versions} & alone
    if shown:
        raise Broken(f"made and deleted offline, yet headquarters saw it: {shown}")
