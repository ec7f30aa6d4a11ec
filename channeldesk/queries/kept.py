"""Which territories this laptop keeps of those its person may see, and how much there is in each."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.queries import clock

KEY = "keep"
"""Key of ``local_state``: ids in hexadecimal with commas; not there: everything."""

MOST = 300
"""Territories that headquarters takes in a wish: those at the top of what is kept are enough."""

_TERRITORIES = """
SELECT t.id, t.parent_id AS parent, t.code, t.name, count(p.id) AS partners
FROM territory t LEFT JOIN partner p ON p.territory_id = t.id GROUP BY t.id ORDER BY t.path
"""


@dataclass(frozen=True)
class Territory:
    """A node of the tree in its order. ``partners`` and ``rows``: of it alone, without those below; ``rows``
    is None where nobody told.
    """

    id: bytes
    parent: bytes | None
    code: str
    name: str
    partners: int
    rows: int | None = None


def read(connection: sa.Connection) -> list[str] | None:
    """Ids as they are told to headquarters; None for everything."""
    value = clock.state(connection, KEY)
    return None if value is None else [one for one in value.split(",") if one]


@dataclass(frozen=True)
class Keeping:
    """``chosen``: None for everything."""

    chosen: frozenset[bytes] | None
    territories: tuple[Territory, ...]


def keeping(connection: sa.Connection) -> Keeping:
    """What is kept now, with what this laptop itself knows of every territory."""
    chosen = read(connection)
    found = connection.execute(sa.text(_TERRITORIES))
    return Keeping(
        None if chosen is None else frozenset(map(bytes.fromhex, chosen)),
        tuple(Territory(**row._asdict()) for row in found),
    )
