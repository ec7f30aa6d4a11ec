"""What forms over partners start from: stored values, those of headquarters, what a bulk edit would do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.model.tables import laptop
from channeldesk.queries import credit, reference
from channeldesk.queries.reference import Choice

EDITABLE = (
    "name",
    "name_local",
    "channel_type_id",
    "tier_id",
    "stage",
    "tax_number",
    "phone",
    "email",
    "address",
    "city",
    "postal_code",
    "country",
    "credit_limit",
    "payment_days",
    "delivery_note",
)
"""Fields that a person changes here, in the order of the form."""


@dataclass(frozen=True)
class PartnerForm:
    """``values`` as stored; ``theirs`` what headquarters has where an edit waits for it.

    ``sensitive`` is false where the role receives neither limits nor terms: then they are not edited.
    """

    id: bytes
    name: str
    currency: str
    values: Mapping[str, Any]
    theirs: Mapping[str, Any]
    channel_types: tuple[Choice, ...]
    tiers: tuple[Choice, ...]
    sensitive: bool


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One partner of a bulk edit: the value of the field now, and the days of its visit plans to come."""

    key: int
    id: bytes
    name: str
    name_local: str | None
    value: Any
    last_visit: str | None
    next_visit: str | None


_THEIRS = "SELECT base FROM outbox WHERE entity = 'partner' AND row_id = :id AND op = 'patch' ORDER BY seq"
_PREVIEW = """
SELECT p.rowid AS key, p.id, p.name, p.name_local, p.{field} AS value,
       (SELECT max(v.visited_on) FROM visit v WHERE v.partner_id = p.id) AS last_visit,
       (SELECT min(n.planned_on) FROM visit_plan n WHERE n.partner_id = p.id AND n.planned_on >= :today
        AND n.state IN ('planned', 'under_way')) AS next_visit
FROM json_each(:keys) k CROSS JOIN partner p ON p.rowid = k.value ORDER BY k.key
"""


def form(connection: sa.Connection, partner_id: bytes) -> PartnerForm | None:
    """The form of one partner; None when it is no longer here."""
    found = _stored(connection, partner_id)
    if found is None:
        return None
    return PartnerForm(
        partner_id,
        found["name"],
        found["currency"],
        {name: found[name] for name in EDITABLE},
        waiting(connection, partner_id),
        reference.channel_types(connection),
        reference.tiers(connection),
        credit.sees_sensitive(connection),
    )


def waiting(connection: sa.Connection, partner_id: bytes) -> dict[str, Any]:
    """Fields of a partner that differ from headquarters because an edit waits for it: the values there.

    Empty for a partner that is gone, or was never confirmed.
    """
    found = _stored(connection, partner_id)
    if found is None:
        return {}
    theirs: dict[str, Any] = {}
    for base in connection.execute(sa.text(_THEIRS), {"id": partner_id}).scalars():
        theirs = {**json.loads(base), **theirs}
    for name, value in theirs.items():
        if name.endswith("_id") and value:
            theirs[name] = bytes.fromhex(value)
    return {name: value for name, value in theirs.items() if value != found[name]}


def _stored(connection: sa.Connection, partner_id: bytes) -> sa.RowMapping | None:
    table = laptop.tables["partner"]
    return connection.execute(sa.select(table).where(table.c.id == partner_id)).mappings().first()


def preview(
    connection: sa.Connection, keys: Sequence[int], field: str, today: str | None = None
) -> tuple[PreviewRow, ...]:
    """The partners of ``keys`` in their order, with what ``field`` is now.

    Raises KeyError for a field that is not edited here.
    """
    from channeldesk.queries import clock

    if field not in EDITABLE:
        raise KeyError(field)
    binds = {"keys": json.dumps(list(keys)), "today": today or clock.today(connection)}
    found = connection.execute(sa.text(_PREVIEW.format(field=field)), binds)
    return tuple(PreviewRow(**row._asdict()) for row in found)
