"""People, their passwords and the devices they sign in on."""

from __future__ import annotations

import secrets
from functools import cache
from typing import Any

import argon2
import sqlalchemy as sa

from channeldesk.hq.errors import refuse
from channeldesk.hq.policy import Principal
from channeldesk.hq.sign_in.tables import device_order
from channeldesk.hq.tables import access_token
from channeldesk.model.tables import hq
from channeldesk.rules.administration import is_login, plain_login

user, role, device, credential = (hq.tables[name] for name in ("app_user", "role", "device", "credential"))

_LETTERS = "ACDEFGHJKLMNPQRTUVWXY"
_SIGNS = _LETTERS + "34679"
"""Of a device's prefix: nothing that is easily misread on paper."""

HASHER = argon2.PasswordHasher()
"""Argon2id with the library's parameters (RFC 9106, low memory)."""
_ATTEMPTS = 10
_PRINCIPAL = (
    sa.select(
        user.c.id,
        user.c.login,
        user.c.name,
        user.c.role_code,
        user.c.language,
        user.c.partner_id,
        role.c.sees_sensitive,
        role.c.writes_reference,
        role.c.writes_field,
        device.c.id.label("device_id"),
        sa.exists(sa.select(device_order.c.device_id).where(device_order.c.device_id == device.c.id)).label(
            "leaving"
        ),
    )
    .select_from(user)
    .join(role, sa.and_(role.c.code == user.c.role_code, role.c.deleted == 0))
    .join(device, sa.and_(device.c.user_id == user.c.id, device.c.revoked == 0, device.c.deleted == 0))
    .where(user.c.deleted == 0, user.c.active == 1)
)

_BEARER = _PRINCIPAL.join(
    access_token,
    sa.and_(access_token.c.user_id == user.c.id, access_token.c.device_id == device.c.id),
).where(
    access_token.c.token_hash == sa.bindparam("token_hash"), access_token.c.expires_at > sa.bindparam("now")
)


def principal(connection: sa.Connection, user_id: bytes, device_id: bytes) -> Principal | None:
    """The user with the rights its role has now; None when it may not sign in, or the device is revoked."""
    query = _PRINCIPAL.where(user.c.id == user_id, device.c.id == device_id)
    return _who(connection.execute(query).one_or_none())


def bearer(connection: sa.Connection, token_hash: bytes, now: int) -> Principal | None:
    """The same for whoever holds a token that has not expired at ``now`` (ms UTC): one statement, because
    every request asks it.
    """
    return _who(connection.execute(_BEARER, {"token_hash": token_hash, "now": now}).one_or_none())


def _who(found: sa.Row[*tuple[Any, ...]] | None) -> Principal | None:
    if found is None:
        return None
    return Principal(
        user_id=found.id,
        device_id=found.device_id,
        login=found.login,
        name=found.name,
        role=found.role_code,
        language=found.language,
        sees_sensitive=bool(found.sees_sensitive),
        writes_reference=bool(found.writes_reference),
        writes_field=bool(found.writes_field),
        leaving=bool(found.leaving),
        partner_id=found.partner_id,
    )


def find_credential(connection: sa.Connection, login: str) -> Any:
    """Id and password's hash of an active user by the login in small letters; None without a password, and
    for what no login can be: some of that a database would not even take.
    """
    if not is_login(login):
        return None
    query = (
        sa.select(user.c.id, credential.c.password_hash)
        .join(credential, credential.c.user_id == user.c.id)
        .where(*_active(login))
    )
    return connection.execute(query).one_or_none()


def find_active(connection: sa.Connection, login: str) -> bytes | None:
    """Id of an active user, whether or not it has a password."""
    login = plain_login(login)
    query = sa.select(user.c.id).where(*_active(login))
    return connection.execute(query).scalar() if is_login(login) else None


def _active(login: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (sa.func.lower(user.c.login) == login, user.c.deleted == 0, user.c.active == 1)


def hash_password(password: str) -> str:
    return HASHER.hash(password)


def password_fits(stored: str | None, password: str) -> bool:
    """Takes as long for a login that does not exist, so that nobody can ask which ones do."""
    try:
        HASHER.verify(stored or _nobody(), password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
    return stored is not None


@cache
def _nobody() -> str:
    return hash_password(secrets.token_hex(16))


def register_device(
    connection: sa.Connection, user_id: bytes, name: str | None, now: int
) -> sa.Row[tuple[object, ...]]:
    """A new device with a prefix of its own for provisional numbers."""
    from channeldesk.model.ids import new_id

    device_id = new_id()
    values = {
        "id": device_id,
        "user_id": user_id,
        "name": name,
        "created_at": now,
        "created_by": user_id,
        "updated_at": now,
        "updated_by": user_id,
        "last_seen_at": now,
    }
    for attempt in range(1, _ATTEMPTS + 1):
        taken = set(connection.scalars(sa.select(device.c.prefix)))
        try:
            with connection.begin_nested():
                connection.execute(sa.insert(device).values(values | {"prefix": free_prefix(taken)}))
            break
        except sa.exc.IntegrityError:  # somebody else, signing in at the same moment, drew the same one
            if attempt == _ATTEMPTS:
                raise
    return find_device(connection, user_id, device_id)


def find_device(connection: sa.Connection, user_id: bytes, device_id: bytes) -> sa.Row[tuple[object, ...]]:
    """Raises Refusal for a device that is not this user's, is revoked or does not exist: all look alike."""
    found = connection.execute(
        sa.select(device).where(device.c.id == device_id, device.c.user_id == user_id, device.c.deleted == 0)
    ).one_or_none()
    if found is None or found.revoked:
        raise refuse(403, "auth.unknown_device")
    return found


def free_prefix(taken: set[str]) -> str:
    """Two signs while there are enough of them, then three, and so on."""
    for length in range(2, 10):
        for _ in range(200):
            prefix = secrets.choice(_LETTERS) + "".join(secrets.choice(_SIGNS) for _ in range(length - 1))
            if prefix not in taken:
                return prefix
    raise AssertionError("no free prefix")
