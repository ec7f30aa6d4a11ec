"""What a push needs to know before it writes, read in a few statements and locked until its end.

Rows are locked in one order (entity by rank, then id), so that two pushes never wait for each other in a
circle; the partner of a new order is locked too, so that two orders cannot both use the last credit, and so
are its promotions for what is left of their budgets, the order of a shipment, and the order and the
warehouses of a route, so that two cannot promise the same goods.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from channeldesk.hq import (
    approvals,
    blocks,
    budgets,
    bulk,
    counts,
    order_routes,
    sell_out,
    sequencer,
    shipping,
)
from channeldesk.hq.change import Change
from channeldesk.hq.policy import STAFFED, Scope, access, references
from channeldesk.hq.selecting import usual
from channeldesk.hq.tables import feed
from channeldesk.model.declare import Entity, Unit, replicated
from channeldesk.model.entities import entity as declaration
from channeldesk.model.tables import hq

RowKey = tuple[str, bytes]
_UNDER_PARTNER = frozenset(
    {
        "sales_order",
        "payment",
        "payment_allocation",
        "credit_block",
        "approval",
        "stock_count",
        "stock_count_line",
    }
)
"""What is judged by how a partner stands: nobody else changes that meanwhile."""


class Ledger:
    """``rows``: what stands now, tombstones too, kept up to date by the push. ``held``: of those, the ones in
    units of the user. ``versions``: their ``rv``. ``known``: ids that may be pointed at, by entity.
    """

    def __init__(self, connection: sa.Connection, scope: Scope, changes: Sequence[Change]) -> None:
        self.connection, self.scope = connection, scope
        self.rows: dict[RowKey, dict[str, Any]] = {}
        self.held: set[RowKey] = set()
        self.versions: dict[RowKey, int] = {}
        self.left: set[RowKey] = set()
        self.known: dict[str, set[bytes]] = defaultdict(set)
        good = [change for change in changes if change.entity is not None]
        self._lock(good)
        self.reported = sell_out.standing(connection, good)
        self._find_references(good)

    def owner_held(self, entity: type[Entity], row: dict[str, Any]) -> bool:
        """Whether the unit that a row (as it would be) belongs to is the user's."""
        owner = row.get(entity.owner) if entity.owner else None
        match entity.unit:
            case Unit.GLOBAL:
                return True
            case Unit.PRIVATE if entity.__entity__ in STAFFED:
                return "insert" in access(self.scope, entity).writes
            case Unit.PRIVATE:
                return bool(owner == self.scope.principal.user_id)
            case Unit.TERRITORY:
                return owner in self.scope.territories
            case Unit.PARTNER if entity.owner == "id":
                return self.scope.everything or row.get("territory_id") in self.scope.territories
            case Unit.PARTNER if owner is None:
                return self.scope.everything
            case _:
                return owner in self.known["partner"]

    def _lock(self, changes: Sequence[Change]) -> None:
        wanted: dict[str, set[bytes]] = defaultdict(set)
        moved, decided, shipped = set[bytes](), set[bytes](), set[bytes]()
        holds, paid, routed = set[bytes](), set[bytes](), set[bytes]()
        for change in changes:
            wanted[change.entity_name].add(change.row_id)
            if change.entity_name in _UNDER_PARTNER and change.op == "insert":
                wanted["partner"] |= _ids(change.set.get("partner_id"))
            if change.entity_name == "sales_order" and change.op != "insert":
                moved.add(change.row_id)
            elif change.entity_name == "order_discount":
                wanted["promotion"] |= _ids(change.set.get("promotion_id"))
            elif change.entity_name == "sell_out":
                for one in sell_out.partners_of(change):
                    wanted["partner"] |= _ids(one)
                wanted["sell_out"] |= _ids(change.set.get("reverses_id"))
            elif change.entity_name == "approval":
                decided.add(change.row_id)
                moved |= _ids(change.set.get("order_id"))
                holds |= _ids(change.set.get("block_id"))
            elif change.entity_name == "credit_block":
                holds.add(change.row_id)
            elif change.entity_name == "shipment":
                shipped.add(change.row_id)
                wanted["sales_order"] |= _ids(change.set.get("order_id"))
            elif change.entity_name == "order_route":
                routed.add(change.row_id)
                wanted["sales_order"] |= _ids(change.set.get("order_id"))
            elif change.entity_name in ("order_route_line", "stock_count"):
                wanted["warehouse"] |= _ids(change.set.get("warehouse_id"))
            wanted["publication"] |= _ids(change.set.get("publication_id"))
            wanted["stock_count"] |= _ids(change.set.get("stock_count_id"))
            wanted["receivable"] |= _ids(change.set.get("receivable_id"))
            paid |= _ids(change.set.get("payment_id")) | _ids(change.set.get("reverses_id"))
        orders, blocked = approvals.subjects_of(self.connection, decided)
        moved |= orders
        holds |= blocked
        wanted["partner"] |= blocks.partners_of(self.connection, holds)
        wanted["payment"] |= paid
        wanted["credit_block"] |= holds
        wanted["stock_count"] |= counts.of_approvals(self.connection, decided)
        wanted["sales_order"] |= moved | shipping.orders_of(self.connection, shipped)
        of_routes, warehouses = order_routes.about(self.connection, routed)
        wanted["sales_order"] |= of_routes
        wanted["warehouse"] |= warehouses
        wanted["promotion"] |= budgets.promotions_of(self.connection, moved)
        for entity in replicated():
            name = entity.__entity__
            if name == "approval":  # under the locks of what they are about, so that none comes between
                wanted[name] |= approvals.open_of(self.connection, moved, holds)
            if wanted[name]:
                self._read(entity, sorted(wanted[name]))
        self.versions = sequencer.newest(self.connection, wanted)
        missing = self.versions.keys() - self.rows.keys()
        for name in {name for name, _ in missing}:
            self._find_left(declaration(name), [row_id for other, row_id in missing if other == name])

    def _read(self, entity: type[Entity], ids: list[bytes]) -> None:
        name, table = entity.__entity__, hq.tables[entity.__entity__]
        allowed, connection = access(self.scope, entity), self.connection
        query = (
            sa.select(table, allowed.units.label("held_"))
            .where(bulk.among(connection, table.c.id, ids))
            .order_by(table.c.id)
        )
        found = connection.execute(query.with_for_update(key_share=True, of=table))
        names = tuple(found.keys())
        for values in found.all():
            row = dict(zip(names, values, strict=True))
            if row.pop("held_"):
                self.held.add((name, row["id"]))
            self.rows[name, row["id"]] = row

    def _find_left(self, entity: type[Entity], ids: list[bytes]) -> None:
        """Rows that are not there any more, of units that are the user's."""
        held = access(self.scope, entity).holds(feed.c.unit_id)
        mine = bulk.among(self.connection, feed.c.row_id, ids)
        entry = sa.and_(feed.c.entity == entity.__entity__, mine, usual(held))
        found = self.connection.scalars(sa.select(feed.c.row_id).where(entry))
        self.left |= {(entity.__entity__, one) for one in found}

    def _find_references(self, changes: Sequence[Change]) -> None:
        """A row outside the user's units cannot be pointed at: it looks as if it were not there."""
        wanted: dict[str, set[bytes]] = defaultdict(set)
        for change in changes:
            assert change.entity is not None
            for field, target in references(change.entity).items():
                wanted[target] |= _ids(change.set.get(field))
        read = self.rows.keys() | {change.row for change in changes}
        for name, row_id in self.held:
            self.known[name].add(row_id)
        self.known["app_user"].add(self.scope.principal.user_id)
        for target, ids in wanted.items():
            unread = {one for one in ids - self.known[target] if (target, one) not in read}
            if unread:
                allowed = access(self.scope, declaration(target))
                table = hq.tables[target]
                wanted_ids = bulk.among(self.connection, table.c.id, unread)
                query = sa.select(table.c.id).where(wanted_ids, usual(allowed.units))
                self.known[target] |= set(self.connection.scalars(query))


def _ids(value: Any) -> set[bytes]:
    try:
        return {bytes.fromhex(value)} if isinstance(value, str) and len(value) == 32 else set()
    except ValueError:
        return set()
