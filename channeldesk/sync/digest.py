"""Finds silent damage: compares the laptop's rows with headquarters' by unit, and has the rest fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from channeldesk.model.notice import Notice
from channeldesk.queries import kept
from channeldesk.store import images, units
from channeldesk.sync.transport import Untrusted
from channeldesk.wire import digest

if TYPE_CHECKING:
    from channeldesk.store.database import Database
    from channeldesk.sync.transport import Transport


def check(database: Database, transport: Transport) -> int | None:
    """Marks units that differ, for the next pull to fill them; returns how many, None if it is too early.

    It is too early while units are being filled or headquarters has news: then rows differ rightly. Rows
    with edits that wait are compared as headquarters has them.
    """
    with database.read() as connection:
        cursor = images.read_state(connection, "cursor")
        if cursor is None or units.unfinished(connection):
            return None
        keep = kept.read(connection)
    answer: dict[str, Any] = transport.post("/sync/v1/digest", {"cursor": cursor, "keep": keep})
    try:
        current = bool(answer["current"])
        theirs = {(u["kind"], u["id"]): (int(u["rows"]), str(u["sum"])) for u in answer["units"]}
    except (KeyError, TypeError, ValueError) as error:
        raise Untrusted(Notice("sync.unexpected_answer", {"status": 200})) from error
    if not current:
        return None
    with database.read() as connection:
        if images.read_state(connection, "cursor") != cursor:
            return None
        ours = digest.digests(units.rows_of(connection))
    differing = [unit for unit in ours.keys() | theirs.keys() if ours.get(unit) != theirs.get(unit)]
    if differing:
        with database.apply() as connection:
            for kind, unit_id in differing:
                units.note(connection, {kind: [unit_id]}, units.DAMAGED)
    return len(differing)
