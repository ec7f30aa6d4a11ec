"""Reports of sell-out as they stand, and what is needed to recognise one that was there before."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.model.refused import stands
from channeldesk.queries import marks
from channeldesk.rules.sell_out import Sale

STANDS = f"(o.reverses_id IS NULL AND {stands('o')})"
"""Of ``sell_out o``: nobody took it back, and headquarters did not refuse it."""


@dataclass(frozen=True)
class Sold:
    """One line of a report: quantity at scale 3, amount in minor units, days as ISO text."""

    product_id: bytes
    quantity: int
    first_on: str
    last_on: str
    buyer_id: bytes | None = None
    amount: int | None = None
    currency: str | None = None
    document: str | None = None
    document_line: str | None = None

    def sale(self, partner_id: bytes) -> Sale:
        """As the rules judge it."""
        return Sale(
            partner_id,
            self.product_id,
            self.quantity,
            self.first_on,
            self.last_on,
            self.buyer_id,
            self.amount,
            self.currency if self.amount is not None else None,
            self.document or None,
            self.document_line or None,
        )


def sub_dealer_ids(connection: sa.Connection, partner_id: bytes) -> frozenset[bytes]:
    """The partners that buy from this one."""
    sql = sa.text("SELECT id FROM partner WHERE parent_id = :partner")
    return frozenset(connection.execute(sql, {"partner": partner_id}).scalars())


_KNOWN = f"""
SELECT o.identity FROM json_each(:names) k
CROSS JOIN sell_out o ON o.partner_id = :partner AND o.identity = k.value WHERE {STANDS}
UNION
SELECT o.identity FROM json_each(:names) k
CROSS JOIN sell_out o ON o.partner_id = :partner AND o.identity = k.value
WHERE o.reverses_id IS NOT NULL AND NOT {marks.rejected("sell_out", "o")}
"""


def standing(connection: sa.Connection, partner_id: bytes, identities: Sequence[str]) -> frozenset[str]:
    """Of these identities (``rules.sell_out.identity``) those that a report of the partner has already."""
    binds = {"partner": partner_id, "names": json.dumps(list(identities))}
    return frozenset(connection.execute(sa.text(_KNOWN), binds).scalars())


@dataclass(frozen=True, slots=True)
class Report:
    """A row that stands, and the sale that it tells of."""

    id: bytes
    sale: Sale


_REPORTS = f"""
SELECT o.* FROM json_each(:ids) k CROSS JOIN sell_out o ON o.id = unhex(k.value) WHERE {STANDS} ORDER BY k.key
"""


def reports(connection: sa.Connection, row_ids: Sequence[bytes]) -> tuple[Report, ...]:
    """Of these rows those that can be taken back."""
    binds = {"ids": json.dumps([one.hex() for one in row_ids])}
    return tuple(
        Report(
            row.id,
            Sale(
                row.partner_id,
                row.product_id,
                row.quantity,
                row.first_on,
                row.last_on,
                row.buyer_partner_id,
                row.amount,
                row.currency,
                row.document,
                row.document_line,
                row.occurrence,
            ),
        )
        for row in connection.execute(sa.text(_REPORTS), binds)
    )
