"""Search over partners, contacts, products and orders, as one types.

Every word must be found. Words of three characters or more go through the trigram index; one or two
characters, which trigrams cannot find (北京, 张, ``zs``), are looked for in the entries themselves: they
are few thousands, and reading them all takes a few milliseconds. Orders are found by the start of a number.
Entries come from ``channeldesk.store.search``.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.model.search_text import INDEX, normalise

_SHORTEST = 3
_WORDS = 8


@dataclass(frozen=True)
class Hit:
    """One row found. ``partner_id`` and ``partner_name`` say whose it is (a contact's, an order's);
    ``title_local`` and ``partner_local`` are names in their own script.
    """

    entity: str
    row_id: bytes
    title: str
    subtitle: str
    partner_id: bytes | None
    partner_name: str | None
    title_local: str | None = None
    partner_local: str | None = None


def search(connection: sa.Connection, text: str, limit: int = 20) -> list[Hit]:
    """The best hits first: a whole field equals the text, starts with it, has a word that does, holds it."""
    wanted = normalise(text)
    if not wanted or limit < 1:
        return []
    entries = _entries(connection, wanted, limit)
    orders = _orders(connection, text.strip(), max(limit - len(entries), limit // 2))
    # One or two characters rarely mean an order's number; more of them rarely mean anything else.
    first, then = (orders, entries) if len(wanted) >= _SHORTEST else (entries, orders)
    return [*first, *then][:limit]


def _entries(connection: sa.Connection, wanted: str, limit: int) -> list[Hit]:
    words = wanted.split()[:_WORDS]
    long = [word for word in words if len(word) >= _SHORTEST]
    short = [word for word in words if len(word) < _SHORTEST]
    binds: dict[str, object] = {"whole": wanted, "limit": limit}
    conditions = []
    source, score = "search_entry AS e", "length(e.title)"
    if long:
        source = f"{INDEX} AS i CROSS JOIN search_entry AS e ON e.id = i.rowid"
        conditions.append(f"{INDEX} MATCH :match")
        binds["match"] = " AND ".join('"' + word.replace('"', '""') + '"' for word in long)
        score = "i.rank"
    for number, word in enumerate(short):
        conditions.append(f"instr(e.haystack, :short{number}) > 0")
        binds[f"short{number}"] = word
    line = "char(10)"
    found = connection.execute(
        sa.text(
            f"""WITH hit AS MATERIALIZED (
                SELECT e.entity, e.row_id, e.title, e.subtitle, e.partner_id,
                    CASE WHEN instr(e.haystack, {line} || :whole || {line}) > 0 THEN 0
                         WHEN instr(e.haystack, {line} || :whole) > 0 THEN 1
                         WHEN instr(e.haystack, ' ' || :whole) > 0 THEN 2
                         WHEN instr(e.haystack, :whole) > 0 THEN 3
                         ELSE 4 END AS place
                FROM {source} WHERE {" AND ".join(conditions)}
                ORDER BY place, {score}, length(e.title), e.title, e.row_id LIMIT :limit)
            SELECT hit.*, p.name, p.name_local,
                CASE hit.entity WHEN 'partner' THEN (SELECT name_local FROM partner WHERE id = hit.row_id)
                    WHEN 'product' THEN (SELECT name_local FROM product WHERE id = hit.row_id)
                END AS title_local
            FROM hit LEFT JOIN partner AS p ON p.id = hit.partner_id
            ORDER BY hit.place"""
        ),
        binds,
    )
    return [
        Hit(
            row.entity,
            bytes(row.row_id),
            row.title,
            row.subtitle,
            _id(row.partner_id),
            row.name,
            row.title_local,
            row.name_local,
        )
        for row in found
    ]


def _orders(connection: sa.Connection, text: str, limit: int) -> list[Hit]:
    """Orders whose number or provisional number starts with the text, as ranges of the numbers' indexes."""
    starts = tuple(dict.fromkeys((text, text.upper())))
    parts: list[str] = []
    binds: dict[str, object] = {"limit": limit}
    for number, start in enumerate(starts):
        binds |= {f"from{number}": start, f"to{number}": start + "\U0010ffff"}
        for column in ("number", "provisional_number"):
            parts.append(
                f"SELECT * FROM (SELECT id FROM sales_order WHERE {column} >= :from{number} "
                f"AND {column} < :to{number} ORDER BY {column} LIMIT :limit)"
            )
    found = connection.execute(
        sa.text(
            f"""SELECT o.id, coalesce(o.number, o.provisional_number) AS title, o.order_date, o.partner_id,
                p.name, p.name_local
            FROM sales_order AS o LEFT JOIN partner AS p ON p.id = o.partner_id
            WHERE o.id IN ({" UNION ".join(parts)}) ORDER BY o.order_date DESC, title LIMIT :limit"""
        ),
        binds,
    )
    return [
        Hit(
            "sales_order",
            bytes(row.id),
            row.title,
            row.order_date,
            _id(row.partner_id),
            row.name,
            partner_local=row.name_local,
        )
        for row in found
    ]


def _id(value: bytes | None) -> bytes | None:
    return None if value is None else bytes(value)
