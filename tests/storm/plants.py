"""Bugs planted one at a time into real functions, to see that the storm would find them.

Each is a slip that once was made somewhere, or easily could be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest import mock

import sqlalchemy as sa

from channeldesk.hq import (
    merging,
    order_routes,
    payments,
    publishing,
    routes,
    selecting,
    sell_out,
    sequencer,
    shipping,
)
from channeldesk.hq import pull as pull_module
from channeldesk.hq.facts import Facts
from channeldesk.hq.merging import Merged
from channeldesk.hq.requests import Requests
from channeldesk.hq.tables import applied_mutation
from channeldesk.model.local import outbox as waiting
from channeldesk.model.tables import hq
from channeldesk.queries import sites
from channeldesk.store import comparing, images, journal, outbox, positions, shortening, units
from channeldesk.sync import pulling, settle

_STAFF = ("hana", "ann", "hana")
Change = tuple[Any, str, Callable[[Any], Any]]
"""Where, what, and how the right one becomes the wrong one."""


@dataclass(frozen=True)
class Plant:
    """``favour``: faults that bring it to light sooner; ``team``: people who do. ``first``: how many of the
    tests' seeds do not show it, as last counted: looking begins behind them.
    """

    changes: tuple[Change, ...]
    favour: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    first: int = 0


@contextmanager
def planted(name: str) -> Iterator[Plant]:
    plant = {**PLANTS, **ON_POSTGRESQL}[name]
    patches = [
        mock.patch.object(target, what, wrong(getattr(target, what))) for target, what, wrong in plant.changes
    ]
    for patch in patches:
        patch.start()
    try:
        yield plant
    finally:
        for patch in reversed(patches):
            patch.stop()


def _nothing(right: Any) -> Any:
    return lambda *arguments, **options: None


def _empty(right: Any) -> Any:
    return lambda *arguments, **options: iter(())


# --- headquarters ---


def _mine_always_wins(right: Any) -> Any:
    def merge(edit: Any, current: Any, plan: Any) -> Merged:
        found = right(edit, current, plan)
        return Merged({**found.changes, **edit.set}, tuple(d for d in found.decisions if not d.losers))

    return merge


def _no_groups(right: Any) -> Any:
    return lambda name, visible: replace(right(name, visible), groups=())


def _counter_is_set(right: Any) -> Any:
    def merge(edit: Any, current: Any, plan: Any) -> Merged:
        found = right(edit, current, plan)
        return Merged(
            {**found.changes, **{name: step for name, step in edit.inc.items() if step}}, found.decisions
        )

    return merge


def _position_off_by_one(right: Any) -> Any:
    return lambda self, after, until: right(self, after + 1, until)


def _gone_is_not_sequenced(right: Any) -> Any:
    insert, *rest = right
    return (insert.replace("FROM feed_pending p)", "FROM feed_pending p WHERE gone = 0)"), *rest)


def _order_of_numbers(right: Any) -> Any:
    """Places by the order in which rows were written, not in which transactions were committed."""
    wrong = right.replace(
        "(SELECT seq FROM feed_position) + ROW_NUMBER() OVER (ORDER BY n) AS seq", "n AS seq"
    )
    moved = "seq = seq + (SELECT count(*) FROM numbered)"
    newest = "seq = greatest(seq, (SELECT coalesce(max(seq), 0) FROM numbered))"
    assert wrong != right
    assert moved in wrong
    return wrong.replace(moved, newest)


def _known_is_applied_again(right: Any) -> Any:
    def again(connection: sa.Connection, pushed: Any) -> Any:
        first = min(one.mid for one in pushed.changes)
        device = hq.tables["device"]
        mine = applied_mutation.c.device_id == pushed.principal.device_id
        connection.execute(sa.delete(applied_mutation).where(mine, applied_mutation.c.mid >= first))
        own = sa.update(device).where(device.c.id == pushed.principal.device_id, device.c.last_mid >= first)
        connection.execute(own.values(last_mid=first - 1))
        return right(connection, pushed)

    return again


def _resumes_behind_the_entity(right: Any) -> Any:
    def places(self: Any) -> Any:
        return [(selecting, "f" * 32 if start else start) for selecting, start in right(self)]

    return places


def _none_stand(right: Any) -> Any:
    return lambda *arguments: {}


def _twice(right: Any) -> Any:
    def receive(self: Any, row: Any) -> None:
        right(self, row)
        right(self, row)

    return receive


def _none_held(right: Any) -> Any:
    return lambda *arguments: {}


def _due_at_once(right: Any) -> Any:
    return lambda publish_at, now: True


def _no_reasons(right: Any) -> Any:
    return lambda *arguments: []


# --- the laptop ---


def _everywhere(right: Any) -> Any:
    """A count in a warehouse is taken for one of everything."""

    def wrong(select: str) -> str:
        return select.replace("c.warehouse_id, c.counted_at", "NULL, c.counted_at")

    return wrong(right) if isinstance(right, str) else lambda restrict: wrong(right(restrict))


def _cursor_first(right: Any) -> Any:
    def commit(self: Any, cursor: str, **options: Any) -> None:
        with self.database.apply() as connection:
            images.write_state(connection, {"cursor": cursor})
        right(self, cursor, **options)

    return commit


def _image_stays(right: Any) -> Any:
    def set_image(connection: sa.Connection, entity: str, row_id: bytes, *rest: Any) -> None:
        if images.image_of(connection, entity, row_id) is None:
            right(connection, entity, row_id, *rest)

    return set_image


def _without(name: str) -> Callable[[Any], Any]:
    return lambda right: lambda: [entity for entity in right() if entity.__entity__ != name]


def _later_base_counts(right: Any) -> Any:
    def coalesce(first: Any, then: Any) -> Any:
        both = right(first, then)
        return replace(both, base={**both.base, **then.base})

    return coalesce


def _settles_by_row(right: Any) -> Any:
    def wrong(connection: sa.Connection, mutations: Any, *rest: Any, **options: Any) -> None:
        right(connection, mutations, *rest, **options)
        for one in mutations:
            here = sa.and_(
                waiting.c.entity == one.entity, waiting.c.row_id == one.row_id, waiting.c.mid.is_(None)
            )
            connection.execute(sa.delete(waiting).where(here))

    return wrong


def _keeps_the_first_edit(right: Any) -> Any:
    def coalesce(mutations: Any, *rest: Any) -> Any:
        first: dict[Any, Any] = {}
        for one in mutations:
            first.setdefault(one.row, one)
        return right(list(first.values()), *rest)

    return coalesce


PLANTS: dict[str, Plant] = {
    "mine always wins, and nobody is told": Plant(((merging, "merge", _mine_always_wins),)),
    "a group is merged field by field": Plant(((merging, "_plan", _no_groups),), first=17),
    "an increment replaces the counter": Plant(((merging, "merge", _counter_is_set),), first=28),
    "a deletion asks for no newer edits": Plant(((merging, "changed_meanwhile", _nothing),), first=4),
    "a page begins one entry too late": Plant(((selecting.Selecting, "fed", _position_off_by_one),)),
    "a deletion gets no place in the feed": Plant(((sequencer, "_SQLITE", _gone_is_not_sequenced),)),
    "a known number is applied again": Plant(
        ((routes, "push", _known_is_applied_again),), ("repeat", "lost answer", "parallel")
    ),
    "a backfill resumes behind its entity": Plant(
        ((pull_module._Answer, "_places", _resumes_behind_the_entity),), ("cut", "cut", "kill while applying")
    ),
    "the cursor is stored before the rows": Plant(
        ((pulling._Writer, "commit", _cursor_first),),
        ("kill while applying", "kill while applying", "kill while applying"),
        first=20,
    ),
    "what is blocked counts as done": Plant(((settle, "DONE", lambda right: right | {"blocked"}),)),
    "an image is never renewed": Plant(((images, "set_image", _image_stays),), first=15),
    "an area keeps its promises when it goes": Plant(((units, "replicated", _without("promise")),)),
    "a deletion from headquarters is ignored": Plant(((images, "remove", _nothing),)),
    "a conflict is not noted": Plant(((settle, "_note_conflict", _nothing),)),
    "joined edits start from the later base": Plant(
        ((shortening.merge, "coalesce", _later_base_counts),), first=9
    ),
    "an answer settles the whole row": Plant(((settle, "settle", _settles_by_row),), first=4),
    "of several edits the first is sent": Plant(((outbox, "coalesce", _keeps_the_first_edit),)),
    "nothing is swept after a comparison": Plant(
        ((comparing, "sweep", _empty),), ("restore from a backup", "restore from a backup")
    ),
    "a restored headquarters is not sent what it lost": Plant(
        ((journal, "replay", _nothing),), ("restore from a backup", "restore from a backup")
    ),
    "more is paid of an invoice than it asks for": Plant(
        ((payments, "refuse_allocation", _nothing),), team=_STAFF, first=2
    ),
    "more leaves than was ordered": Plant(((shipping, "refuse_shipment", _nothing),), team=_STAFF),
    "what arrives is booked twice": Plant(((shipping.Shipments, "_receive", _twice),)),
    "a sale that two report counts twice": Plant(((sell_out, "standing", _none_stand),), first=28),
    "a blocked partner's orders are accepted": Plant(((Facts, "blocked_on", _nothing),)),
    "of a released block somebody is asked": Plant(((Requests, "_settle", _nothing),), first=9),
    "a route is taken as it comes": Plant(((order_routes, "refuse_route", _nothing),), team=_STAFF),
    "what is promised is free for others": Plant(((sites, "held_back", _none_held),), team=_STAFF, first=12),
    "a publication is due at once": Plant(((publishing, "is_due", _due_at_once),), team=_STAFF, first=11),
    "of a publication what can be is published": Plant(((publishing, "_reasons", _no_reasons),), team=_STAFF),
    "a count in a warehouse is of everything": Plant(
        ((positions, "_select", _everywhere), (positions, "ALL", _everywhere))
    ),
}

ON_POSTGRESQL: dict[str, Plant] = {
    "places follow the order of writing, not of commits": Plant(
        ((sequencer, "_POSTGRESQL", _order_of_numbers),), first=14
    ),
}
"""What only transactions beside one another bring to light."""

__all__ = ["ON_POSTGRESQL", "PLANTS", "Plant", "planted"]
