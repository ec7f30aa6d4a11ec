"""When this profile and headquarters do not know the same: one of them was restored, or the profile copied.

Nothing is dropped. What headquarters forgot is sent again from the journal; a copy gets a device of its own
and sends what waits under it, recognised by its uuid; what does not compare any more is compared anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import sqlalchemy as sa

from channeldesk.model.notice import Notice
from channeldesk.store import comparing, images, journal, outbox
from channeldesk.sync import tokens
from channeldesk.sync.pulling import alone
from channeldesk.sync.session import Tokens

if TYPE_CHECKING:
    from channeldesk.store.database import Database
    from channeldesk.sync.transport import Transport


def adopt(connection: sa.Connection, device_id: bytes, prefix: str, last_mid: int) -> None:
    """Goes on as another device: what waits gets its numbers anew, after the last one headquarters knows."""
    outbox.unfreeze(connection)
    outbox.keep_apart(connection)
    values = {"device_id": device_id.hex(), "device_prefix": prefix, "last_mid": last_mid}
    images.write_state(connection, values)


def renew(database: Database, transport: Transport, name: str) -> Notice:
    """Takes a device of its own for a profile that is a copy, or was restored from one."""
    answer = transport.post("/sync/v1/device", {"name": name or None})
    device, made = answer["device"], Tokens.of(answer)
    with database.apply() as connection:
        adopt(connection, bytes.fromhex(device["id"]), device["prefix"], int(device["last_mid"]))
        tokens.note(connection, made)
    transport.token = made.access
    return Notice("sync.device_renewed", {"prefix": device["prefix"]})


def restart(database: Database, known_mid: int, epoch: str, new_id: Callable[[], bytes]) -> Iterator[str]:
    """Headquarters was restored from a backup in which this device stands at ``known_mid``.

    Every row is marked for a comparison, and what was sent goes into the outbox again: what the backup holds
    is answered as before.
    """
    mark = new_id().hex()
    with alone():
        yield from comparing.mark_all(database, mark)
    with alone(), database.apply() as connection:
        comparing.start(connection, mark)
        journal.replay(connection)
        values = {"server_epoch": epoch, "last_mid": known_mid, "cursor": None}
        images.write_state(connection, values)


def start_over(connection: sa.Connection, facts: Mapping[str, str]) -> None:
    """What was noted about headquarters cannot be read. The next round is given a device of its own, compares
    everything, and sends what waits under new numbers, recognised by its uuid. ``facts``: of the profile.
    """
    outbox.unfreeze(connection)
    lost = ("cursor", "last_mid", "last_sync_at", "server_epoch")
    images.write_state(connection, {**dict.fromkeys(lost), **facts})
    connection.exec_driver_sql("DELETE FROM held_unit")


def forgotten(connection: sa.Connection, last_mid: int, known_mid: int) -> bool:
    """Whether headquarters lacks what it had answered, and stands before the first unanswered one."""
    lowest = outbox.lowest_mid(connection)
    return known_mid < (last_mid if lowest is None else lowest - 1)
