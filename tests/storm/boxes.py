"""What the inbox and the outbox of a profile hold, for the oracles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tests.storm.profile import Profile
from tests.storm.values import Key

if TYPE_CHECKING:
    from tests.storm.oracles import Headquarters


class Box:
    """The inbox of a profile, decided items too."""

    def __init__(self, who: Profile) -> None:
        self.items = [
            (item, json.loads(item["fields"]), json.loads(item["mutations"]))
            for item in who.inbox(everything=True)
            if item["kind"] != "set_aside"
        ]
        self.waiting = who.waiting()

    def grounds(self) -> Iterator[tuple[Key, str, Any]]:
        """Of conflicts: row, field, and the value that both sides are said to have started from."""
        for item, conflicts, _ in self.items:
            if item["kind"] == "conflict" and json.loads(item["notice"])["code"] == "sync.conflict":
                for one in conflicts:
                    for name, base in one["base"].items():
                        yield (item["entity"], item["row_id"].hex()), name, base

    def told(self, key: Key, op: str) -> bool:
        return any(
            (one["entity"], one["id"], one["op"]) == (*key, op)
            for _, _, mutations in self.items
            for one in mutations
        ) or any((row["entity"], row["row_id"].hex(), row["op"]) == (*key, op) for row in self.waiting)

    def holds(self, key: Key, name: str, value: Any) -> bool:
        """Whether the value is offered to the person, or waits behind something that is."""
        for item, conflicts, mutations in self.items:
            own = item["kind"] == "conflict" and (item["entity"], item["row_id"].hex()) == key
            if own and any(name in one["mine"] and one["mine"][name] == value for one in conflicts):
                return True
            if item["kind"] == "rejection":
                for one in mutations:
                    if (one["entity"], one["id"]) == key and _set(one).get(name, mutations) == value:
                        return True
        for row in self.waiting:
            if (row["entity"], row["row_id"].hex()) == key:
                changes = {"set": json.loads(row["changes"])}
                if _set(changes).get(name, row) == value:
                    return True
        return False

    def overwrote(self, key: Key, name: str, before: Any, after: Any) -> bool:
        return any(
            one["result"] == "mine" and one["mine"].get(name) == after and one["theirs"].get(name) == before
            for item, conflicts, _ in self.items
            if (item["entity"], item["row_id"].hex()) == key
            for one in conflicts
        )

    def increments(self, key: Key, office: Headquarters) -> Iterator[tuple[str, int]]:
        """What was not counted, by mutation: copies of a profile hold the same ones, and what waits or was
        refused in one may have been taken from another.
        """
        for item, conflicts, mutations in self.items:
            refused = item["kind"] == "rejection" or any("postponed" in one["fields"] for one in conflicts)
            for one in mutations:
                if refused and (one["entity"], one["id"]) == key:
                    made = one["op"] == "insert"
                    if made and item["kind"] == "rejection" and item["state"] != "open":
                        continue  # given up with everything since, or sent again
                    if one["uuid"] in (office.taken if item["kind"] == "rejection" else office.whole):
                        continue  # from a copy
                    yield one["uuid"], one["set" if made else "inc"].get("postponed") or 0
        for row in self.waiting:
            if (row["entity"], row["row_id"].hex()) == key and row["uuid"].hex() not in office.taken:
                yield row["uuid"].hex(), json.loads(row["increments"]).get("postponed", 0)


def _set(mutation: dict[str, Any]) -> dict[str, Any]:
    """The fields of a mutation, keys of ``custom`` by themselves."""
    values = dict(mutation["set"])
    if isinstance(values.get("custom"), str):
        values |= {f"custom.{key}": one for key, one in json.loads(values.pop("custom")).items()}
    return values
