"""One local transaction of a laptop, all or nothing: checked, judged, merged, written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from channeldesk.hq import audit, blobs, budgets, check, merging, sell_out
from channeldesk.hq.administering import Administration
from channeldesk.hq.batch import Batch, Objection
from channeldesk.hq.change import Change, Outcome, Rejected, reject
from channeldesk.hq.facts import Facts
from channeldesk.hq.ledger import Ledger, RowKey
from channeldesk.hq.order_routes import WRITTEN as ROUTE_FIELDS
from channeldesk.hq.policy import Access, Principal, access, references
from channeldesk.hq.requests import Requests
from channeldesk.hq.shipping import WRITTEN as SHIPMENT_FIELDS
from channeldesk.model.declare import Entity, Kind, Unit
from channeldesk.model.entities import entity as declaration
from channeldesk.model.ids import new_id
from channeldesk.rules.payment_promises import refuse_promise
from channeldesk.wire.values import row_from_wire

Values = dict[str, Any]

_BY_HEADQUARTERS = {
    "sales_order": frozenset(
        {"number", "status", "received_at", "net", "tax", "total", "source", "salesperson_id"}
    ),
    "approval": frozenset({"status", "decision", "assigned_to"}),
    "sell_out": frozenset({"identity", "happened_at"}),
    "credit_block": frozenset({"status", "release_note", "blocked_on"}),
    "stock_count": frozenset({"counted_at", "counted_on"}),
    "shipment": SHIPMENT_FIELDS,
    "order_route": ROUTE_FIELDS,
}
"""Fields that acceptance writes: a request sent again differs in them."""


class Undone(Exception):
    """The database refused a part of a whole batch: take it again, one transaction at a time."""


class Applier:
    """Applies transactions in turn; ``ledger`` follows, and ``trail`` collects what the audit has to know.

    Transactions are checked before anything is written, so the database hardly ever objects. They are
    therefore written together, and only if it does, once more with a savepoint each (``careful``).
    """

    def __init__(self, connection: sa.Connection, ledger: Ledger, now: int, *, careful: bool) -> None:
        self.connection, self.ledger, self.now = connection, ledger, now
        self.trail: list[audit.Entry] = []
        self.accepted: list[Values] = []
        """Orders that passed: to be numbered before the push ends."""
        self.paid = set[bytes]()
        """Partners whose open invoices changed: the rule may release them when the push ends."""
        self.facts = Facts(connection, ledger.rows)
        self.administration = Administration(connection)
        self._careful = careful
        self._allowed: dict[str, Access] = {}
        self._waiting = Batch()

    def apply(self, txn: Sequence[Change]) -> dict[int, Outcome]:
        """Outcomes by ``mid``. A rejected change undoes its transaction and leaves every other alone."""
        work = _Work(self, txn)
        if self._careful:
            self.connection.exec_driver_sql("SAVEPOINT txn")
        try:
            outcomes = work.run()
            if self._careful:
                work.batch.write(self.connection)
                if work.batch.touches_reference:
                    self.facts = Facts(self.connection, self.ledger.rows)
            else:
                self._waiting.add(work.batch)
        except (Rejected, Objection) as reason:
            if self._careful:
                self.connection.exec_driver_sql("ROLLBACK TO SAVEPOINT txn")
                self.connection.exec_driver_sql("RELEASE SAVEPOINT txn")
            return _all_blocked(txn, reason if isinstance(reason, Rejected) else _violation(txn, reason))
        if self._careful:
            self.connection.exec_driver_sql("RELEASE SAVEPOINT txn")
        self.ledger.rows |= work.rows
        self.ledger.held |= work.held
        for gone in work.reports.reversed:
            self.ledger.reported.pop(gone, None)
        self.ledger.reported |= work.reports.new
        for name, row_id in work.held:
            self.ledger.known[name].add(row_id)
        self.trail += work.trail
        self.accepted += work.accepted
        self.paid |= work.paid
        return outcomes

    def finish(self) -> None:
        """Writes what waits. Raises Undone when the database objects; then the caller goes back."""
        if self._waiting.touches_reference:
            self.facts = Facts(self.connection, self.ledger.rows)
        try:
            self._waiting.write(self.connection)
        except Objection as error:
            raise Undone from error
        self._waiting = Batch()

    def allowed(self, entity: type[Entity]) -> Access:
        name = entity.__entity__
        if name not in self._allowed:
            self._allowed[name] = access(self.ledger.scope, entity)
        return self._allowed[name]


def _all_blocked(txn: Sequence[Change], rejected: Rejected) -> dict[int, Outcome]:
    reasons = {**rejected.others, rejected.change.mid: rejected.notice}
    return {
        one.mid: Outcome("rejected", reasons[one.mid]) if one.mid in reasons else Outcome("blocked")
        for one in txn
    }


class _Work:
    """What one transaction would write, kept apart from the ledger until it is through."""

    def __init__(self, applier: Applier, txn: Sequence[Change]) -> None:
        self._applier, self._ledger, self._txn = applier, applier.ledger, txn
        self._born = {change.row for change in txn if change.op == "insert"}
        self.rows: dict[RowKey, Values] = {}
        self.held: set[RowKey] = set()
        self.trail: list[audit.Entry] = []
        self.batch = Batch()
        self.accepted: list[Values] = []
        self.paid = set[bytes]()
        self._new: set[RowKey] = set()
        """Rows that are about to be inserted."""
        self._requests = Requests(self)
        self.reports = sell_out.Reports(self)

    @property
    def principal(self) -> Principal:
        return self._ledger.scope.principal

    @property
    def now(self) -> int:
        return self._applier.now

    @property
    def connection(self) -> sa.Connection:
        return self._applier.connection

    @property
    def facts(self) -> Facts:
        """After :meth:`finish`."""
        return self._applier.facts

    @property
    def reported(self) -> sell_out.Reported:
        return self._ledger.reported

    def finish(self) -> None:
        """Writes what earlier transactions left waiting, so that it can be read."""
        self._applier.finish()

    def run(self) -> dict[int, Outcome]:
        for change in self._txn:
            if change.entity is None:
                raise reject(change, "sync.unknown_entity", entity=change.entity_name)
        ordered = sorted(self._txn, key=lambda one: (one.entity.rank if one.entity else 0, one.mid))
        outcomes = {change.mid: self._one(change) for change in ordered}
        self._administer()
        self._requests.judge()
        return outcomes

    def _one(self, change: Change) -> Outcome:
        assert change.entity is not None
        allowed = self._applier.allowed(change.entity)
        check.may(change, allowed)
        current = self.row(change.row)
        fields = check.written(change, allowed)
        if change.entity.kind is not Kind.REFERENCE:  # that is looked at when the whole transaction is known
            check.limits(change, fields)
        self._check_references(change, fields)
        if current is not None and change.row not in self._ledger.held | self.held:
            raise reject(change, "sync.out_of_scope")
        if current is not None and not allowed.may_change(change.op, current):
            raise reject(change, "sync.not_allowed")
        match change.op:
            case "insert":
                return self._insert(change, fields, current, allowed)
            case "patch":
                return self._patch(change, fields, current, allowed)
            case _:
                return self._delete(change, current, allowed)

    def _insert(self, change: Change, fields: Values, current: Values | None, allowed: Access) -> Outcome:
        if current is not None and not current["deleted"]:
            return self._again(change, fields, current, allowed)
        if current is not None and not (allowed.entity.kind is Kind.RECORD and allowed.may_revive(current)):
            raise reject(change, "sync.row_deleted")
        if change.entity_name == "territory":
            fields = {**fields, "path": ""}  # derived when the whole transaction is known
        row = check.new_row(change, allowed, fields, self._stamps(change))
        if not self._owner_held(allowed.entity, row) or not allowed.admits(row):
            raise reject(change, "sync.out_of_scope")
        self._check_promise(change, row)
        if current is not None:  # deleted and made again under its id, as undoing a deletion does
            self._update(change, current, allowed.revived(row))
        else:
            if change.entity_name == "sell_out":
                self.reports.take(change, row)
            self.batch.insert(change.entity_name, row)
            self._new.add(change.row)
            self._requests.take(change, row)
            self.trail.append(audit.Entry("insert", *change.row, audit.diff(None, row)))
            self.rows[change.row] = row
        self.held.add(change.row)
        return Outcome("applied")

    def _again(self, change: Change, fields: Values, current: Values, allowed: Access) -> Outcome:
        """A row that is there already: the same content, or an edit that starts from nothing known."""
        result = merging.merged(change, fields, current, allowed)
        own = _BY_HEADQUARTERS.get(change.entity_name, frozenset())
        differing = {name for one in result.conflicts for name in one.fields} - own
        if not differing and not result.changes.keys() - own:
            return Outcome("duplicate")
        if allowed.entity.kind is Kind.REQUEST:
            raise reject(change, "order.changes_by_request")
        if allowed.entity.kind is Kind.FACT:
            raise reject(change, "sync.final")
        return self._merge(change, fields, current, allowed)

    def _patch(self, change: Change, fields: Values, current: Values | None, allowed: Access) -> Outcome:
        if current is None or current["deleted"]:
            self._check_left(change, current)
            return merging.deleted_meanwhile(change, {**fields, **change.inc})
        if allowed.entity.kind is Kind.REQUEST:
            return self._requests.patch(change, current, fields)
        return self._merge(change, fields, current, allowed)

    def _merge(self, change: Change, fields: Values, current: Values, allowed: Access) -> Outcome:
        result = merging.merged(change, fields, current, allowed)
        if result.changes:
            values = row_from_wire(allowed.entity, result.changes, current)
            moved = {**current, **values}
            self._check_promise(change, moved)
            owner = allowed.entity.owner
            if owner not in (None, "id") and owner in values and not self._owner_held(allowed.entity, moved):
                raise reject(change, "sync.out_of_scope")
            flag = allowed.entity.for_partner.flag if allowed.entity.for_partner else None
            if flag is not None and current[flag] and not moved[flag]:
                raise reject(change, "sync.stays_shared")
            self._update(change, current, values)
        return merging.outcome(change, result, self._ledger.versions.get(change.row, 0), allowed)

    def _check_promise(self, change: Change, row: Values) -> None:
        if change.entity_name == "payment_promise":
            days = (date.fromisoformat(row[name]) for name in ("promised_on", "made_on"))
            refused = refuse_promise(row["amount"], *days)
            if refused is not None:
                raise Rejected(change, refused)

    def _delete(self, change: Change, current: Values | None, allowed: Access) -> Outcome:
        if current is None or current["deleted"]:
            self._check_left(change, current)
            return Outcome("applied")
        conflict = merging.changed_meanwhile(change, current, allowed)
        if conflict is not None:
            return conflict
        self._update(change, current, {"deleted": 1})
        return Outcome("applied")

    def _check_left(self, change: Change, current: Values | None) -> None:
        """A row that is not there is told only to whom it once belonged; to others all looks alike."""
        if current is None and change.row not in self._ledger.left:
            raise reject(change, "sync.out_of_scope")

    def _check_references(self, change: Change, fields: Values) -> None:
        assert change.entity is not None
        for name, target in references(change.entity).items():
            value = fields.get(name)
            if value is None:
                continue
            row_id = bytes.fromhex(value)
            if row_id in self._ledger.known[target] or (target, row_id) in self._born:
                continue
            owns = name == change.entity.owner
            raise (
                reject(change, "sync.out_of_scope")
                if owns
                else reject(change, "sync.missing_reference", field=name)
            )

    def _owner_held(self, entity: type[Entity], row: Values) -> bool:
        owner = row.get(entity.owner) if entity.owner else None
        if owner is not None and entity.owner != "id" and ("partner", owner) in self.held:
            return True
        if entity.unit is Unit.TERRITORY and owner is not None and self._ledger.scope.everything:
            place = self.rows.get(("territory", owner)) or self._ledger.rows.get(("territory", owner))
            if place is not None:  # perhaps made by this very push
                return not place["deleted"]
        return self._ledger.owner_held(entity, row)

    def _administer(self) -> None:
        """Reference data is judged by what the whole transaction would leave behind."""
        touched = [one for one in self._txn if one.entity and one.entity.kind is Kind.REFERENCE]
        if not touched:
            return
        if any(one.op == "delete" for one in touched):
            self._applier.finish()  # what earlier transactions wrote may point at what goes
        before = self._ledger.rows
        actor = self._ledger.scope.principal.user_id
        administration = self._applier.administration
        administration.check(touched, before, {**before, **self.rows}, actor)
        if any(one.entity_name == "territory" for one in touched):
            for row, path in administration.derived({**before, **self.rows}):
                self._place(row, path)

    def _place(self, row: Mapping[str, Any], path: str) -> None:
        key = ("territory", row["id"])
        if key in self._new:
            self.rows[key]["path"] = path  # the very row that is about to be inserted
        else:
            self.write(key, row, {"path": path})

    def row(self, key: RowKey) -> Values | None:
        """As this transaction would leave it."""
        return self.rows.get(key) or self._ledger.rows.get(key)

    def all_of(self, entity: str) -> list[Values]:
        """The rows of an entity that this push knows."""
        return [one for (name, _), one in {**self._ledger.rows, **self.rows}.items() if name == entity]

    def note(self, key: RowKey, current: Mapping[str, Any], values: Values) -> None:
        """Headquarters' own bookkeeping: it counts as nobody's edit."""
        self.batch.update(*key, values)
        self.rows[key] = {**current, **values}

    def add(self, entity: str, values: Values) -> Values:
        """A row that headquarters makes, as it will stand."""
        user_id, now = self.principal.user_id, self.now
        stamps = {"created_at": now, "created_by": user_id, "updated_at": now, "updated_by": user_id}
        row = {name: field.default for name, field in declaration(entity).fields.items()}
        row |= {**values, **stamps, "id": new_id(), "deleted": 0}
        self.batch.insert(entity, row)
        self.trail.append(audit.Entry("insert", entity, row["id"], audit.diff(None, row)))
        self.rows[entity, row["id"]] = row
        return row

    def _update(self, change: Change, current: Values, values: Values) -> None:
        if change.entity_name == "attachment" and not values.get("deleted"):
            values = {**values, **blobs.described(self._applier.connection, current, values)}
        budget = change.entity_name == "promotion" and current["budget"] is None and values.get("budget")
        if budget is not None and budget is not False:
            self._applier.finish()  # orders of this very push count too
            values = {**values, "used": budgets.used(self._applier.connection, change.row_id)}
        self.write(change.row, current, values)

    def write(self, key: RowKey, current: Mapping[str, Any], values: Values) -> None:
        stamped = {**values, "updated_at": self.now, "updated_by": self.principal.user_id}
        self.note(key, current, stamped)
        action = "delete" if values.get("deleted") else "patch"
        self.trail.append(audit.Entry(action, *key, audit.diff(current, values)))

    def _stamps(self, change: Change) -> Values:
        """When the laptop says it was recorded, which decides nothing; the rest is headquarters'."""
        user_id, recorded = self._ledger.scope.principal.user_id, change.set.get("created_at")
        known = type(recorded) is int and 0 <= recorded < check.YEAR_10000
        return {
            "created_at": recorded if known else self._applier.now,
            "created_by": user_id,
            "updated_at": self._applier.now,
            "updated_by": user_id,
        }


def _violation(txn: Sequence[Change], objection: Objection) -> Rejected:
    """What the database objected to, as far as a person can do something about it."""
    change = next((one for one in txn if one.entity_name == objection.entity), txn[0])
    name, entity = objection.entity, change.entity
    if entity is not None and entity.key and objection.names(f"uq_{name}", f"failed: {name}.{entity.key[0]}"):
        return reject(change, "sync.key_taken", field=", ".join(entity.key))
    return reject(change, "sync.refused_by_database")
