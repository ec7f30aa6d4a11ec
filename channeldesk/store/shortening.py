"""Shortening what waits in the outbox before it is sent for the first time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from channeldesk.model.declare import Kind, Unit
from channeldesk.model.entities import entity as declaration
from channeldesk.model.local import COPIED
from channeldesk.rules import merge

if TYPE_CHECKING:
    from channeldesk.store.outbox import Mutation


def combine(first: Mutation, second: Mutation) -> Mutation | None:
    """Two successive mutations of one row as one, or None when nothing is left of them.

    The result stands where the first stood, against the first's base.
    """
    match first.op, second.op:
        case "insert", "delete":
            return None
        case "insert", "patch":
            added = {k: first.changes.get(k, 0) + v for k, v in second.increments.items()}
            return replace(first, changes={**first.changes, **second.changes, **added})
        case "delete", "insert":
            before = first.base
            changes = {k: v for k, v in second.changes.items() if before.get(k) != v}
            groups = [group for group in declaration(first.entity).groups if changes.keys() & set(group)]
            named = {*changes, *(name for group in groups for name in group)}
            return replace(first, op="patch", base={k: before.get(k) for k in named}, changes=changes)
        case _, "delete":
            steps = {name: (second.base.get(name) or 0) - step for name, step in first.increments.items()}
            base = {**second.base, **steps, **first.base}
            return replace(second, seq=first.seq, uuid=first.uuid, base=base)
        case _:
            both = merge.coalesce(
                merge.Edit(first.base, first.changes, first.increments),
                merge.Edit(second.base, second.changes, second.increments),
            )
            # What was taken back is no edit, whatever others made of the field meanwhile.
            kept = {
                name: value
                for name, value in both.set.items()
                if name not in both.base or not merge.same_value(both.base[name], value)
            }
            return replace(first, base=both.base, changes=kept, increments=both.inc)


def coalesce(
    mutations: list[Mutation],
    standing: Collection[tuple[str, bytes]] = frozenset(),
    beside: Collection[Mutation] = (),
) -> list[Mutation]:
    """Shortens what was not sent yet. ``standing``: rows that headquarters has, though they were made here.
    ``beside``: what waits besides: a row that it points at is not unmade.

    Within one transaction all mutations of a row become one. Between transactions only single-mutation ones
    do, and only where the later one points at nothing that was created in between. Requests stay apart from
    what moves them. So do increments: in a copied profile both copies hold what waited, and headquarters must
    recognise it to count it once.
    """
    inside: dict[tuple[bytes, str, bytes], Mutation | None] = {}
    for mutation in mutations:
        key = (mutation.txn, *mutation.row)
        earlier = inside.get(key)
        inside[key] = _joined(earlier, mutation, standing) if earlier is not None else mutation
    kept = [m for m in inside.values() if m is not None]
    sizes: dict[bytes, int] = {}
    for mutation in kept:
        sizes[mutation.txn] = sizes.get(mutation.txn, 0) + 1
    born = {m.row_id: m.seq for m in kept if m.op == "insert"}
    pointed_at: set[bytes] = set()
    while True:
        result, unmade = _between(kept, sizes, born, standing, pointed_at)
        found = unmade & _pointed_at((*result, *beside)) if unmade else set()
        if not found:
            return [m for m in result if m.op != "patch" or m.changes or m.increments]
        pointed_at |= found


def _pointed_at(mutations: Iterable[Mutation]) -> set[bytes]:
    return {ref for m in mutations for ref in m.references() if ref != m.row_id}


def _between(
    kept: list[Mutation],
    sizes: Mapping[bytes, int],
    born: Mapping[bytes, int],
    standing: Collection[tuple[str, bytes]],
    pointed_at: set[bytes],
) -> tuple[list[Mutation], set[bytes]]:
    """Joins those of different transactions; also the ids of the rows of which nothing is left. A row that is
    ``pointed_at`` stays made and unmade: what points at it is to be taken.
    """
    unmade: set[bytes] = set()
    result: dict[int, Mutation] = {}
    last: dict[tuple[str, bytes], Mutation] = {}
    for mutation in sorted(kept, key=lambda m: m.seq):
        earlier = last.get(mutation.row)
        joinable = (
            earlier is not None
            and sizes[earlier.txn] == sizes[mutation.txn] == 1
            and not (earlier.op == "insert" and COPIED in (earlier.sent, mutation.sent))
            and not _asked_and_moved(earlier, mutation)
            and not (earlier.increments or mutation.increments)
            and all(born.get(ref, earlier.seq) <= earlier.seq for ref in mutation.references())
        )
        if earlier is None or not joinable:
            result[mutation.seq] = last[mutation.row] = mutation
            continue
        joined = _joined(earlier, mutation, standing)
        if joined is None and mutation.row_id in pointed_at:
            result[mutation.seq] = last[mutation.row] = mutation
        elif joined is None:
            del result[earlier.seq], last[mutation.row]
            unmade.add(mutation.row_id)
        else:
            result[earlier.seq] = last[mutation.row] = replace(joined, txn=earlier.txn)
    return list(result.values()), unmade


def _asked_and_moved(earlier: Mutation, later: Mutation) -> bool:
    """A request is asked for and then moved, each a step that headquarters judges; it may know the first by
    another way. What is the person's own comes as it was left: nobody else can have moved it, and
    headquarters would act on it before the rest arrives.
    """
    asked = earlier.op == "insert" and later.op == "patch"
    entity = declaration(earlier.entity)
    return asked and entity.kind is Kind.REQUEST and entity.unit is not Unit.PRIVATE


def _joined(first: Mutation, second: Mutation, standing: Collection[tuple[str, bytes]]) -> Mutation | None:
    """A row that was made again and unmade before anything was sent is still to go where it stands."""
    joined = combine(first, second)
    if joined is None and second.row in standing:
        return replace(second, seq=first.seq, uuid=first.uuid)
    return joined
