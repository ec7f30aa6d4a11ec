"""Orders to a device to destroy what it has, and what the device said to them.

A device that is to hand in what waits (the usual order) still gets hello and may push; one that is not is
revoked with the order. The order itself is signed, so that it can be told to whoever asks for a device:
without it a laptop that is shut out, or whose person has a new password, would never hear of it.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.hq import audit, rows, sequencer, users
from channeldesk.hq.database import Database
from channeldesk.hq.sign_in import notary, tokens
from channeldesk.hq.sign_in.tables import device_order
from channeldesk.model.notice import Problem
from channeldesk.trust import signing

_MINE = device_order.c.device_id == sa.bindparam("device", type_=device_order.c.device_id.type)
_MOST = 2**31 - 1
_ORDER = sa.select(device_order.c.statement, device_order.c.obeyed_at).where(_MINE)


@dataclass(frozen=True)
class Device:
    """One laptop profile as the operator sees it. Times in ms UTC."""

    prefix: str
    name: str | None
    login: str
    registered_at: int
    last_seen_at: int | None
    revoked: bool
    wipe_ordered_at: int | None
    at_once: bool
    wiped_at: int | None
    destroyed: int | None


def wipe(database: Database, prefix: str, *, at_once: bool, now: int) -> None:
    """Orders a device to destroy its data: after it handed in what waits, or ``at_once``."""

    def work(connection: sa.Connection) -> None:
        device = _find(connection, prefix)
        statement = signing.signed(
            notary.seed(connection), signing.WIPE, device["id"], at_once=at_once, issued_at=now
        )
        connection.execute(sa.delete(device_order).where(device_order.c.device_id == device["id"]))
        values = {"statement": statement, "at_once": int(at_once), "ordered_at": now}
        connection.execute(sa.insert(device_order).values(device_id=device["id"], **values))
        told = audit.Entry("wipe_ordered", "device", device["id"], {"at_once": at_once})
        audit.record(connection, audit.CONSOLE, [told], now)
        if at_once:
            _shut_out(connection, device, now)

    database.run(work)


def withdraw(database: Database, prefix: str, now: int) -> None:
    """Takes an order back that was not obeyed yet. A device that was shut out signs in as a new one."""

    def work(connection: sa.Connection) -> None:
        device = _find(connection, prefix)
        mine = device_order.c.device_id == device["id"]
        gone = connection.execute(sa.delete(device_order).where(mine, device_order.c.obeyed_at.is_(None)))
        if not gone.rowcount:
            raise Problem.of("hq.no_order", prefix=prefix)
        entry = audit.Entry("wipe_withdrawn", "device", device["id"])
        audit.record(connection, audit.CONSOLE, [entry], now)

    database.run(work)


def standing(connection: sa.Connection, device_id: bytes) -> str | None:
    """The order to this device, also after it was obeyed: a copy of the profile may turn up."""
    found = connection.execute(_ORDER, {"device": device_id}).one_or_none()
    return None if found is None else str(found.statement)


@dataclass(frozen=True)
class Said:
    """What a device says when it obeyed: the order, the last lease it was given, how many edits and files it
    had not handed in.
    """

    order: str
    lease: str
    destroyed: int


def obeyed(database: Database, device_id: bytes, said: Said, now: int) -> bool:
    """The device says that it did what was ordered; False where nothing like that was, or where the lease is
    missing: the id of a device and its order are no secret, its lease lies in its encrypted database. Said
    again, nothing more is noted.
    """

    def work(connection: sa.Connection) -> bool:
        found = connection.execute(_ORDER, {"device": device_id}).one_or_none()
        if found is None or not hmac.compare_digest(found.statement.encode(), said.order.encode()):
            return False
        key = signing.public_key(notary.seed(connection))
        if signing.read(said.lease, key, signing.LEASE, device_id) is None:
            return False
        if found.obeyed_at is None:
            mine = device_order.c.device_id == device_id
            values = {"obeyed_at": now, "destroyed": min(said.destroyed, _MOST)}
            connection.execute(sa.update(device_order).where(mine).values(values))
            entry = audit.Entry("device_wiped", "device", device_id, {"destroyed": values["destroyed"]})
            device = rows.find(connection, "device", id=device_id)
            user_id = None if device is None else device["user_id"]
            audit.record(connection, audit.Actor(user_id, device_id), [entry], now)
            if device is not None:
                _shut_out(connection, device, now)
        return True

    return database.run(work)


def devices(connection: sa.Connection) -> list[Device]:
    device, order = users.device, device_order
    query = (
        sa.select(
            device.c.prefix,
            device.c.name,
            users.user.c.login,
            device.c.created_at,
            device.c.last_seen_at,
            device.c.revoked,
            order.c.ordered_at,
            order.c.at_once,
            order.c.obeyed_at,
            order.c.destroyed,
        )
        .join(users.user, users.user.c.id == device.c.user_id)
        .outerjoin(order, order.c.device_id == device.c.id)
        .where(device.c.deleted == 0)
        .order_by(users.user.c.login, device.c.created_at)
    )
    return [
        Device(
            prefix=one.prefix,
            name=one.name,
            login=one.login,
            registered_at=one.created_at,
            last_seen_at=one.last_seen_at,
            revoked=bool(one.revoked),
            wipe_ordered_at=one.ordered_at,
            at_once=bool(one.at_once),
            wiped_at=one.obeyed_at,
            destroyed=one.destroyed,
        )
        for one in connection.execute(query)
    ]


def _find(connection: sa.Connection, prefix: str) -> dict[str, Any]:
    device = rows.find(connection, "device", prefix=prefix)
    if device is None:
        raise Problem.of("hq.unknown_device", name=prefix)
    return device


def _shut_out(connection: sa.Connection, device: dict[str, Any], now: int) -> None:
    if not device["revoked"]:
        rows.update(connection, "device", device, {"revoked": 1}, now=now)
        sequencer.drain(connection, now)
    tokens.end(connection, device["id"])
