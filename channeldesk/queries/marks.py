"""Which rows headquarters has not confirmed, as SQL over a table alias."""

from __future__ import annotations


def provisional(entity: str, alias: str) -> str:
    """1 where the row was never confirmed or has edits that wait for headquarters."""
    return (
        f"({alias}.rv = 0 OR EXISTS (SELECT 1 FROM outbox mark_o "
        f"WHERE mark_o.entity = '{entity}' AND mark_o.row_id = {alias}.id))"
    )


def provisional_among(entity: str, alias: str) -> str:
    """The same for a whole list: what waits is gathered once, not looked up for every row."""
    return f"({alias}.rv = 0 OR {alias}.id IN (SELECT row_id FROM outbox WHERE entity = '{entity}'))"


def counts(entity: str, alias: str) -> str:
    """1 where headquarters has the row, or it waits to be sent; 0 for what headquarters refused."""
    return f"({alias}.rv > 0 OR {alias}.id IN (SELECT row_id FROM outbox WHERE entity = '{entity}'))"


def needs_decision(entity: str, alias: str) -> str:
    """1 where a conflict or a rejection of the row waits for the person."""
    return (
        f"EXISTS (SELECT 1 FROM inbox mark_i WHERE mark_i.entity = '{entity}' "
        f"AND mark_i.row_id = {alias}.id AND mark_i.state = 'open')"
    )


def rejected(entity: str, alias: str) -> str:
    """1 where headquarters refused the row and so does not have it, and the person has not decided yet. A row
    that it has stands, whatever edit of it was refused.
    """
    return f"({alias}.rv = 0 AND {came_back(entity, alias)})"


def came_back(entity: str, alias: str) -> str:
    """1 where headquarters refused the row, or an edit of it, and the person has not decided yet."""
    return (
        f"EXISTS (SELECT 1 FROM inbox mark_r WHERE mark_r.entity = '{entity}' "
        f"AND mark_r.row_id = {alias}.id AND mark_r.state = 'open' AND mark_r.kind = 'rejection')"
    )
