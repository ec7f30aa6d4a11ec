"""Which rows headquarters has not confirmed, as SQL over a table alias."""

from __future__ import annotations

from channeldesk.model.refused import came_back
from channeldesk.model.refused import refused as rejected

__all__ = ["came_back", "counts", "needs_decision", "provisional", "provisional_among", "rejected"]


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
        f"AND mark_i.row_id = {alias}.id AND +mark_i.state = 'open')"
    )
