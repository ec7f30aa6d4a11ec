"""How far counts at a partner may differ from the books, as headquarters set it."""

from __future__ import annotations

import sqlalchemy as sa

from channeldesk.rules.counts import Limit

_LIMIT = """
SELECT p.currency, l.amount, l.share FROM partner p LEFT JOIN count_limit l ON l.currency = p.currency
WHERE p.id = :partner
"""


def limit_of(connection: sa.Connection, partner_id: bytes) -> tuple[str, Limit | None]:
    """The partner's currency, and the limit of counts in it; None: there is none."""
    row = connection.execute(sa.text(_LIMIT), {"partner": partner_id}).first()
    if row is None:
        return "", None
    return row.currency, None if row.amount is None else Limit(row.currency, row.amount, row.share)
