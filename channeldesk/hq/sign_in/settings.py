"""How people may sign in at this headquarters: what its operator has decided, kept in its database."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from channeldesk.hq import audit, state
from channeldesk.hq.database import Database
from channeldesk.hq.tables import server_state
from channeldesk.model.notice import Problem

_KEY = "sign_in"
SECRET = "CHANNELDESK_OIDC_SECRET"
"""The environment variable of the server that holds the secret of the company's sign-in, if it has one."""
PASSWORDS = ("everywhere", "page", "never")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Ways:
    """``passwords``: taken ``everywhere``, on the sign-in ``page`` only (not from the command line), or
    ``never``. ``codes``: a laptop without a browser may show one. ``issuer`` and ``client_id`` of the
    company's own sign-in (OIDC), the ``claim`` that names the login, and what its button is called.
    ``address``: under which browsers reach headquarters, where a proxy does not tell.
    """

    passwords: str = "everywhere"
    codes: bool = True
    issuer: str = ""
    client_id: str = ""
    claim: str = "preferred_username"
    label: str = ""
    address: str = ""

    @property
    def company(self) -> bool:
        return bool(self.issuer and self.client_id)


def ways(connection: sa.Connection) -> Ways:
    found = connection.execute(sa.select(server_state.c.value).where(server_state.c.key == _KEY)).scalar()
    return Ways() if found is None else Ways(**json.loads(found))


def change(database: Database, now: int, **values: Any) -> Ways:
    """Changes what is given. Raises Problem where nobody could sign in any more, or an address is none."""

    def work(connection: sa.Connection) -> Ways:
        before = ways(connection)
        after = replace(before, **values)
        for address in (after.issuer, after.address):
            if address and not _is_safe(address):
                raise Problem.of("hq.unsafe_address", address=address)
        if bool(after.issuer) != bool(after.client_id):
            raise Problem.of("hq.half_a_company")
        if after.passwords == "never" and not after.company:
            raise Problem.of("hq.no_way_in")
        if after != before:
            state.write(connection, {_KEY: json.dumps(asdict(after))})
            told = {k: [v, asdict(after)[k]] for k, v in asdict(before).items() if v != asdict(after)[k]}
            audit.record(connection, audit.CONSOLE, [audit.Entry("sign_in_ways", diff=told)], now)
        return after

    return database.run(work)


def _is_safe(address: str) -> bool:
    """Passwords and codes travel there: TLS, or this very machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK))
