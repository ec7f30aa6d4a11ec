"""What must hold when the storm is over and everybody has synchronised until nothing moved.

Written against plain rows of both sides and the book of acknowledged edits; none of the product's own rules
of merging, of scope or of the outbox are asked.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from channeldesk.model.declare import Type, Unit, replicated
from channeldesk.model.entities import ENTITIES
from channeldesk.queries import kept
from channeldesk.store import derive
from tests.storm import history, money
from tests.storm.boxes import Box
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


# --- the book against headquarters ---


class Judge:
    """Whether every acknowledged edit is accounted for, once, and nothing was overwritten in silence."""

    def __init__(self, world: World, office: Headquarters, versions: list[history.Version]) -> None:
        self.world, self.book, self.office, self.versions = world, world.book, office, versions
        self.stood: dict[tuple[str, str, str], set[Any]] = defaultdict(set)
        self.deaths: set[Key] = set()
        self.births: dict[Key, int] = defaultdict(int)
        for one in versions:
            if one.new is not None:
                for name, value in one.new.items():
                    self.stood[(*one.key, name)].add(value)
            if one.old is None and one.new is not None:
                self.births[one.key] += 1
            if one.old is not None and one.new is None:
                self.deaths.add(one.key)
        self.boxes = {who.name: Box(who) for who in world.profiles}

    def judge(self) -> None:
        for edit in self.book.edits:
            if not edit.given_up:
                self._accounted(edit)
        for version in self.versions:
            if version.old is not None and version.key[0] != "product":
                self._overwritten(version)
        if not self._restored() and not self.book.kin:
            self._false_conflicts()
        self._authors()
        self._counters()
        self._whole_transactions()

    def _of_copies(self, edit: Any) -> Iterator[Any]:
        for name in self.book.family(edit.who):
            yield from (one for one in self.book.of(name, edit.key) if one.number > edit.number)

    def _restored(self) -> bool:
        return bool(self.world.counts["fault: restore from a backup"])

    def _boxes(self, edit: Any) -> Iterator[Box]:
        for name in sorted(self.book.family(edit.who)):
            if name in self.boxes:
                yield self.boxes[name]

    def _accounted(self, edit: Any) -> None:
        own = self.book.of(edit.who, edit.key)
        earlier = [one for one in own if one.number < edit.number]
        later = [one for one in own if one.number > edit.number]
        if self._restored() and _undone(edit, earlier):
            return  # nothing is left to hand in; what an older backup has of the row is no edit's concern
        if edit.op == "delete":
            if len(self.book.family(edit.who)) > 1 and any(one.op == "insert" for one in earlier):
                return  # never sent from here; that a copy sent the row, this one could not know
            if edit.key in self.deaths or not self.births[edit.key] or any(o.op == "insert" for o in later):
                return
            if any(box.told(edit.key, "delete") for box in self._boxes(edit)):
                return
            raise Broken(f"lost: {edit}")
        for name, value in edit.values.items():
            if name in COUNTERS or _judged(edit, name, value):
                continue
            if any(one.op == "delete" or one.base.get(name, later) == value for one in later):
                continue  # the person went over it again
            if any(one.base.get(name, later) == value for one in self._of_copies(edit)):
                continue  # or did so in a copy of the profile, perhaps before either was sent
            if value in self.stood[(*edit.key, name)]:
                continue
            if value is None and name.startswith("custom."):
                continue
            if any(one.op == "patch" and one.base.get(name, later) == value for one in earlier):
                continue  # taken back: there is nothing left to hand in
            if any(box.holds(edit.key, name, value) for box in self._boxes(edit)):
                continue
            raise Broken(f"lost: {name} = {value!r} of {edit}")

    def _overwritten(self, version: history.Version) -> None:
        old, new, (entity, row_id) = version.old or {}, version.new, version.key
        if new is None:
            self._deleted(version)
            return
        groups = {name: group for group in ENTITIES[entity].groups for name in group}
        for name in {**old, **new}:
            before, after = old.get(name), new.get(name)
            if before == after or name in COUNTERS or entity in REQUESTS:
                continue
            if (entity, row_id, name, after) in self.book.office:
                continue
            told = {one: old.get(one) for one in groups.get(name, (name,))}
            if not self._knew(version.key, name, after, told):
                raise Broken(
                    f"{name} of {entity} {row_id} went from {before!r} to {after!r} and nobody was told"
                )

    def _knew(self, key: Key, name: str, after: Any, before: dict[str, Any]) -> bool:
        """Whether whoever set the field knew what stood there, in its whole group, or was told of it."""
        setters = [one for one in self.book.of_cell((*key, name)) if one.values.get(name) == after]
        for edit in setters:
            if edit.op == "insert" or all(self.book.seen(edit, *one) for one in before.items()):
                return True
            boxes, mine = list(self._boxes(edit)), self._mine(edit, name)
            if any(box.overwrote(key, name, before[name], one) for box in boxes for one in mine):
                return True
        return False

    def _mine(self, edit: Any, name: str) -> list[Any]:
        """What the person had set the field to so far: several edits may come in one push, as one write."""
        own = [one for one in self.book.of(edit.who, edit.key) if one.number <= edit.number]
        return [one.values[name] for one in own if name in one.values]

    def _deleted(self, version: history.Version) -> None:
        if (*version.key, "deleted", 1) in self.book.office:
            return
        deletions = [
            one
            for who in {one.who for one in self.book.edits}
            for one in self.book.of(who, version.key)
            if one.op == "delete"
        ]
        for edit in deletions:
            hidden = ENTITIES[version.key[0]].sensitive
            old = version.old or {}
            unseen = {
                n: v for n, v in old.items() if n not in hidden | COUNTERS and not self.book.seen(edit, n, v)
            }
            boxes = list(self._boxes(edit))
            if all(
                any(box.overwrote(version.key, n, v, one) for box in boxes for one in self._mine(edit, n))
                for n, v in unseen.items()
            ):
                return  # an edit before it, in the same push, won over what stood there
        raise Broken(f"{version.key} was deleted by somebody who had not seen {version.old}")

    def _false_conflicts(self) -> None:
        """What a conflict takes for common ground was headquarters' once, or is itself in question."""
        for who, box in self.boxes.items():
            for key, name, base in box.grounds():
                if (
                    base is not None
                    and base not in self.stood[(*key, name)]
                    and not box.holds(key, name, base)
                ):
                    raise Broken(
                        f"{who} is asked about {name} of {key} against {base!r}, which nobody else saw"
                    )

    def _authors(self) -> None:
        """Nobody's work was handed in by somebody else."""
        users = {who.name: who.user_id.hex() for who in self.world.profiles}
        authors: dict[Key, set[str]] = defaultdict(set)
        for edit in self.book.edits:
            if edit.op == "insert":
                authors[edit.key].add(users[edit.who])
        for (entity, row_id), people in authors.items():
            row = self.office.tables[entity].get(row_id)
            if row is not None and row["created_by"] not in {None, *people}:
                raise Broken(f"{entity} {row_id} of {people} was handed in by {row['created_by']}")

    def _counters(self) -> None:
        """Counters are the sum of all increments but those that are in an inbox."""
        for row_id, row in self.office.tables["promise"].items():
            if row["deleted"]:
                continue
            key, total = ("promise", row_id), 0
            every = [one for one in self.book.edits if one.key == key]
            if any(one.given_up and len(self.book.family(one.who)) > 1 for one in every):
                continue  # what one copy gave up another may have handed in
            edits = [one for one in every if not one.given_up]
            if any(one.op == "delete" for one in edits) or any(one.op == "insert" for one in every[1:]):
                continue  # what was counted before somebody's deletion went with it, or did not
            for edit in edits:
                if "postponed" in edit.values:
                    total += (edit.values["postponed"] or 0) - (edit.base.get("postponed") or 0)
            refused = {
                uuid: step for box in self.boxes.values() for uuid, step in box.increments(key, self.office)
            }
            total -= sum(refused.values())
            if self.births[key] == 1 and row["postponed"] != total:
                raise Broken(f"promise {row_id} was postponed {row['postponed']} times, not {total}")

    def _whole_transactions(self) -> None:
        """Rows that were made together are at headquarters together."""
        deeds: dict[int, list[Any]] = defaultdict(list)
        for edit in self.book.edits:
            if edit.op == "insert" and edit.key[0] in (
                *REQUESTS,
                "stock_count",
                "stock_count_line",
            ):
                deeds[edit.deed].append(edit)
        for edits in deeds.values():
            there = [one for one in edits if self.births[one.key]]
            if there and len(there) < len(edits):
                raise Broken(f"torn: only {[str(one) for one in there]} of {[str(one) for one in edits]}")


def _undone(edit: Any, earlier: list[Any]) -> bool:
    """Whether a row that others know was made again and unmade, or unmade and made again, as it was."""
    match [one.op for one in earlier[-2:]] + [edit.op]:
        case [*_, "delete", "insert"]:
            return bool(edit.values.items() <= earlier[-1].base.items())
        case [_, "insert", "delete"]:
            return bool(earlier[-1].values.items() <= edit.base.items())
    return False


def _judged(edit: Any, name: str, value: Any) -> bool:
    """Whether headquarters may have written the field itself when it took the row."""
    entity, status = edit.key[0], name == "status"
    if status and value == ("asked" if entity == "approval" else "placed"):
        return entity in REQUESTS
    return name in JUDGED.get(entity, ()) or name in ENTITIES[entity].stamped


COUNTERS = frozenset({"postponed"})
REQUESTS = ("sales_order", "order_line", "order_discount", "approval", "approval_line")
JUDGED = {
    "sales_order": frozenset({"number", "received_at", "net", "tax", "total"}),
    "order_line": frozenset({"net", "tax", "discount", "unit_price", "tax_rate", "quantity"}),
    "order_discount": frozenset({"amount"}),
}
"""Fields that headquarters writes when it takes a request, or a person there decides it."""


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
