"""What needs the person: conflicts with base, mine and theirs, rejections with their reason."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from channeldesk.model.declare import Kind, Type
from channeldesk.model.entities import ENTITIES
from channeldesk.model.notice import Notice
from channeldesk.queries import clock
from channeldesk.queries import inbox_names as names
from channeldesk.queries.inbox_waiting import Held, Waiting
from channeldesk.rules.inbox_advice import spoken
from channeldesk.wire.values import field_of

KINDS = ("rejection", "out_of_scope", "conflict", "set_aside")
"""As a person tells them apart."""
OUT_OF_SCOPE = "sync.out_of_scope"


@dataclass(frozen=True)
class InboxRow:
    """One item of the list. ``title`` names the row, ``subtitle`` its partner (of a partner: its local name);
    ``fields`` are those that differ (conflicts).

    ``how`` it was decided: mine, theirs, base, fields, recreated, deleted, resent, discarded or seen.
    ``back``: whether that can be taken back: "silent" (nobody saw it yet), "edit" (by another edit) or "".
    ``waiting``: how many local transactions wait for the decision.
    """

    id: bytes
    kind: str
    state: str
    entity: str
    row_id: bytes
    title: str
    subtitle: str | None
    partner_id: bytes | None
    notice: Notice
    fields: tuple[str, ...]
    amount: int | None
    currency: str | None
    recorded_at: int
    decided_at: int | None
    partner_local: str | None = None
    how: str = ""
    back: str = ""
    waiting: int = 0
    partner: str | None = None
    op: str = ""

    @property
    def sort(self) -> str:
        """One of KINDS."""
        out = self.kind == "rejection" and self.notice.code == OUT_OF_SCOPE
        return "out_of_scope" if out else self.kind


@dataclass(frozen=True)
class ConflictField:
    """One field in its three versions, in wire values; ``shown`` of a reference is the name behind the id.

    ``group`` numbers the merge group: fields of one group are one decision. ``stands`` is the side that
    stands until the person decides.
    """

    name: str
    type: str
    group: int
    base: Any
    mine: Any
    theirs: Any
    shown: Mapping[str, str]
    differs: bool
    stands: str
    policy: str
    choices: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class Mutation:
    """What was sent: for a rejection, the row as it was asked for."""

    entity: str
    row_id: bytes
    op: str
    base: Mapping[str, Any]
    changes: Mapping[str, Any]
    title: str = ""


@dataclass(frozen=True)
class InboxItem:
    """An item with everything needed to decide it. ``current`` is the row now; None: not here (any more).

    ``merged`` are fields of the same edit that merged by themselves: nothing to decide about them.
    ``changed_by`` and ``changed_at``: who wrote the row last at headquarters; ``code`` is its business key.
    ``names``: id in hexadecimal to the name, and the name in its own script, of rows that are pointed at.
    ``there``: the row as headquarters has it, in wire or storage values; None where that is not known.
    ``raw``: a row that could not be stored, as (field, value); fields are "" where they are not known.
    """

    row: InboxRow
    fields: tuple[ConflictField, ...]
    merged: tuple[str, ...]
    mutations: tuple[Mutation, ...]
    current: Mapping[str, Any] | None
    decision: Mapping[str, Any] | None
    currency: str | None
    changed_by: str | None = None
    changed_at: int | None = None
    code: str | None = None
    waiting: tuple[Waiting, ...] = ()
    names: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)
    raw: tuple[tuple[str, Any], ...] = ()
    there: Mapping[str, Any] | None = None

    @property
    def deleted_there(self) -> bool:
        """Edited here, deleted at headquarters."""
        return self.row.kind == "conflict" and self.row.notice.code == "sync.row_deleted"

    @property
    def deleted_here(self) -> bool:
        """Deleted here, edited at headquarters."""
        return self.row.kind == "conflict" and self.row.op == "delete"

    @property
    def can_recreate(self) -> bool:
        """Headquarters takes a deleted record back, but no order and no fact."""
        known = ENTITIES.get(self.row.entity)
        return self.deleted_there and known is not None and known.kind is Kind.RECORD


@dataclass(frozen=True)
class Inbox:
    """What needs the person, and what was decided lately."""

    open: tuple[InboxRow, ...]
    decided: tuple[InboxRow, ...]
    as_of: int | None


def inbox(connection: sa.Connection, decided: int = 200) -> Inbox:
    """Everything the page lists; at most ``decided`` decided items, the newest first."""
    sql = sa.text(
        "SELECT * FROM inbox WHERE state = 'decided' ORDER BY decided_at DESC, id DESC LIMIT :limit"
    )
    rows = connection.execute(sql, {"limit": decided}).all()
    held = Held(connection)
    past = tuple(_row(connection, row, held) for row in rows)
    return Inbox(_items(connection, "open", held), past, clock.as_of(connection))


def items(connection: sa.Connection, state: str | None = "open") -> tuple[InboxRow, ...]:
    """Items in a state (None: all): rejections first, then conflicts, the newest first."""
    return _items(connection, state, Held(connection))


def rejected(connection: sa.Connection, between: tuple[int, int]) -> tuple[InboxRow, ...]:
    """What headquarters refused between two instants, decided about or not, the oldest first."""
    sql = sa.text(
        "SELECT * FROM inbox WHERE kind = 'rejection' AND recorded_at >= :since AND recorded_at < :until "
        "ORDER BY recorded_at"
    )
    rows = connection.execute(sql, {"since": between[0], "until": between[1]}).all()
    held = Held(connection)
    return tuple(_row(connection, row, held) for row in rows)


def rejection(connection: sa.Connection, entity: str, row_id: bytes) -> InboxRow | None:
    """What headquarters refused of this row, while it waits for the person."""
    sql = sa.text(
        "SELECT * FROM inbox WHERE entity = :entity AND row_id = :id AND kind = 'rejection' "
        "AND state = 'open' ORDER BY recorded_at DESC LIMIT 1"
    )
    found = connection.execute(sql, {"entity": entity, "id": row_id}).first()
    return None if found is None else _row(connection, found, Held(connection))


def _items(connection: sa.Connection, state: str | None, held: Held) -> tuple[InboxRow, ...]:
    order = "kind = 'rejection' DESC, recorded_at DESC"
    sql = sa.text(f"SELECT * FROM inbox WHERE :state IS NULL OR state = :state ORDER BY {order}")
    return tuple(_row(connection, row, held) for row in connection.execute(sql, {"state": state}).all())


def item(connection: sa.Connection, item_id: bytes) -> InboxItem | None:
    """One item, or None when it is gone."""
    found = connection.execute(sa.text("SELECT * FROM inbox WHERE id = :id"), {"id": item_id}).first()
    if found is None:
        return None
    held = Held(connection)
    row = _row(connection, found, held)
    conflicts, sent = json.loads(found.fields), json.loads(found.mutations)
    mutations = tuple(_mutation(connection, one) for one in sent if isinstance(one, dict))
    raw = _arrived(found.entity, sent) if found.kind == "set_aside" else ()
    pointed = _pointed_at(conflicts, mutations)
    pointed += names.pointed_at(found.entity, dict(raw))
    shown = names.references(connection, pointed)
    fields = tuple(
        _conflict(shown, found.entity, name, at, conflict)
        for at, conflict in enumerate(conflicts)
        for name in conflict["fields"]
    )
    contested = {one.name for one in fields}
    edited = {name for one in mutations for name in one.changes if one.op == "patch"}
    current = names.stored(connection, found.entity, found.row_id)
    decision = json.loads(found.decision) if found.decision else None
    return InboxItem(
        row,
        fields,
        tuple(sorted(edited - contested)) if found.kind == "conflict" else (),
        mutations,
        current,
        None if decision is None else {key: one for key, one in decision.items() if key != "back"},
        (current or names.known_of(found.mutations)).get("currency"),
        *_person(connection, current),
        None if current is None else current.get("code"),
        held.told(bytes(found.id)) if row.state == "open" else (),
        shown,
        raw,
        _there(connection, found, current) if row.state == "open" else None,
    )


def _there(connection: sa.Connection, found: sa.Row[Any], current: Any) -> Mapping[str, Any] | None:
    """Headquarters' version stands beside a row with edits that wait; else the row is it."""
    sql = sa.text("SELECT image FROM shadow WHERE entity = :entity AND row_id = :id")
    kept = connection.execute(sql, {"entity": found.entity, "id": found.row_id}).first()
    if kept is not None:
        return json.loads(kept.image) if kept.image else None
    return current if current is not None and current["rv"] > 0 else None


def _arrived(entity: str, sent: list[Any]) -> tuple[tuple[str, Any], ...]:
    """Columns come as they are declared, after id and version; a role may see fewer of them."""
    if not sent or not isinstance(sent[0], list):
        return ()
    fields = ENTITIES[entity].fields if entity in ENTITIES else {}
    columns = ["id", "rv", *(one for one in fields if one != "id")]
    if len(columns) != len(sent[0]):
        return tuple(("", value) for value in sent[0])
    return tuple((name, value) for name, value in zip(columns, sent[0], strict=True) if name != "rv")


def _pointed_at(conflicts: list[Any], mutations: tuple[Mutation, ...]) -> list[tuple[str, bytes]]:
    entity = mutations[0].entity if mutations else ""
    sides = [one[side] for one in conflicts for side in ("base", "mine", "theirs")]
    found = [target for side in sides for target in names.pointed_at(entity, side)]
    for one in mutations:
        for values in (one.base, one.changes):
            found += names.pointed_at(one.entity, values)
    return found


def _person(connection: sa.Connection, row: Mapping[str, Any] | None) -> tuple[str | None, int | None]:
    """Who wrote the row last at headquarters and when; nobody if it was this person's own edit."""
    if row is None or row.get("updated_by") is None:
        return None, None
    if row["updated_by"].hex() == clock.state(connection, "user_id"):
        return None, None
    sql = sa.text("SELECT name FROM app_user WHERE id = :id")
    found = connection.execute(sql, {"id": row["updated_by"]}).scalar()
    return (None if found is None else str(found)), row.get("updated_at")


def _row(connection: sa.Connection, row: sa.Row[Any], held: Held) -> InboxRow:
    known = names.known_of(row.mutations)
    name = names.named(connection, row.entity, row.row_id, known)
    if row.kind == "set_aside" and name.partner_id is None:
        name = _of_arrived(connection, row, name)
    amount = currency = None
    if row.entity == "sales_order":
        order = names.stored(connection, row.entity, row.row_id) or known
        amount, currency = order.get("total"), order.get("currency")
    sent = json.loads(row.mutations)
    partner = row.entity == "partner"
    return InboxRow(
        row.id,
        row.kind,
        row.state,
        row.entity,
        row.row_id,
        name.title,
        name.local if partner else name.partner,
        name.partner_id,
        spoken(Notice.from_wire(json.loads(row.notice))),
        tuple(one for conflict in json.loads(row.fields) for one in conflict["fields"]),
        amount,
        currency,
        row.recorded_at,
        row.decided_at,
        name.local if partner else name.partner_local,
        *_decided(connection, row),
        held.count(bytes(row.id)) if row.state == "open" else 0,
        name.partner,
        sent[0]["op"] if sent and isinstance(sent[0], dict) else "",
    )


def _of_arrived(connection: sa.Connection, row: sa.Row[Any], name: names.Named) -> names.Named:
    """A row that could not be stored came without the names of its columns: its partner is among its ids."""
    for value in (json.loads(row.mutations) or [[]])[0]:
        if not isinstance(value, str) or len(value) != 32:
            continue
        try:
            partner_id = bytes.fromhex(value)
        except ValueError:
            continue
        partner = names.stored(connection, "partner", partner_id)
        if partner is not None:
            title = "" if name.title == row.row_id.hex()[-8:] else name.title
            return names.Named(title, None, partner_id, partner["name"], partner["name_local"])
    return name


def _decided(connection: sa.Connection, row: sa.Row[Any]) -> tuple[str, str]:
    """How, and whether it can be taken back. Older decisions kept less."""
    decision = json.loads(row.decision) if row.decision else {}
    if not decision:
        return "", ""
    if "how" not in decision:
        return next((how for how in ("resent", "discarded") if how in decision), "fields"), ""
    kept = decision.get("back")
    if kept is None:
        return decision["how"], ""
    sql = sa.text(
        "SELECT count(*) FROM outbox WHERE mid IS NULL AND sent = 0 "
        "AND uuid IN (SELECT unhex(value) FROM json_each(:ids))"
    )
    waiting = connection.execute(sql, {"ids": json.dumps(kept["written"])}).scalar_one()
    if waiting == len(kept["written"]):
        return decision["how"], "silent"
    return decision["how"], "" if decision["how"] == "resent" else "edit"


def _conflict(
    shown: Mapping[str, tuple[str, str | None]],
    entity: str,
    name: str,
    group: int,
    conflict: Mapping[str, Any],
) -> ConflictField:
    declared = field_of(ENTITIES[entity], name)
    sides = {side: conflict[side].get(name) for side in ("base", "mine", "theirs")}
    is_ref = declared is not None and declared.type is Type.REF
    told = {side: shown[value][0] for side, value in sides.items() if is_ref and value in shown}
    kind = Type.TEXT if declared is None or "." in name else declared.type
    return ConflictField(
        name,
        kind.value,
        group,
        **sides,
        shown=told,
        differs=sides["mine"] != sides["theirs"],
        stands=conflict.get("result") or "theirs",
        policy=conflict.get("policy") or "ask",
        choices=declared.choices if declared is not None else (),
        required=declared is not None and declared.required and declared.default is None,
    )


def _mutation(connection: sa.Connection, sent: Mapping[str, Any]) -> Mutation:
    row_id = bytes.fromhex(sent["id"])
    known = {**sent.get("row", {}), **sent["base"], **sent["set"]}
    title = names.named(connection, sent["entity"], row_id, known).title
    changes = {**sent["set"], **sent.get("inc", {})}
    return Mutation(sent["entity"], row_id, sent["op"], sent["base"], changes, title)


def report(connection: sa.Connection, item_ids: tuple[bytes, ...]) -> tuple[tuple[InboxItem, Any], ...]:
    """Items with everything the laptop keeps of each, for a file that loses nothing."""
    found = []
    for item_id in item_ids:
        one = item(connection, item_id)
        sql = sa.text("SELECT * FROM inbox WHERE id = :id")
        raw = connection.execute(sql, {"id": item_id}).mappings().first()
        if one is not None and raw is not None:
            found.append((one, _plain(dict(raw))))
    return tuple(found)


def _plain(raw: Mapping[str, Any]) -> dict[str, Any]:
    plain = {key: value.hex() if isinstance(value, bytes) else value for key, value in raw.items()}
    for key in ("notice", "fields", "mutations", "decision"):
        plain[key] = json.loads(plain[key]) if plain[key] else None
    return plain
