"""The book of acknowledged edits against headquarters: whether every edit is accounted for, once, and nothing
was overwritten in silence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from channeldesk.model.entities import ENTITIES
from tests.storm import history, money, publishing
from tests.storm.boxes import Box
from tests.storm.link import Broken
from tests.storm.values import Key

if TYPE_CHECKING:
    from tests.storm.oracles import Headquarters
    from tests.storm.world import World


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
            if before == after or name in COUNTERS or entity in (*REQUESTS, "publication"):
                continue
            if name in ENTITIES[entity].stamped:
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
        if publishing.over(self.office, version.key, version.old or {}):
            return
        if money.agreed(self.office, version.key, version.old or {}):
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
            if edit.op == "insert" and edit.key[0] in TOGETHER:
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
    if status and value == {"approval": "asked", "sales_order": "placed"}.get(entity):
        return True
    return name in JUDGED.get(entity, ()) or name in ENTITIES[entity].stamped


COUNTERS = frozenset({"postponed"})
REQUESTS = (
    "sales_order",
    "order_line",
    "order_discount",
    "approval",
    "approval_line",
    "shipment",
    "shipment_line",
    "credit_block",
    "order_route",
    "order_route_line",
)
TOGETHER = (*REQUESTS, "payment", "payment_allocation", "stock_count", "stock_count_line")
"""What is made of several rows, all of which headquarters has, or none."""
JUDGED = {
    "sales_order": frozenset({"number", "received_at", "net", "tax", "total"}),
    "order_line": frozenset({"net", "tax", "discount", "unit_price", "tax_rate", "quantity"}),
    "order_discount": frozenset({"amount"}),
    "credit_block": frozenset({"blocked_on"}),
    "stock_count": frozenset({"counted_at", "counted_on"}),
    "shipment": frozenset({"sent_on", "arrived_on", "arrived_at"}),
    "sell_out": frozenset({"identity", "happened_at"}),
}
"""Fields that headquarters writes when it takes a request, or a person there decides it."""
