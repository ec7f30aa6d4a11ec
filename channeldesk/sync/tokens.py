"""The laptop's tokens: they stay inside the encrypted database, and are changed when the short one ended.

The request that changes them is named before it is sent, and sent again under that name until its answer is
here: an answer that got lost, a crash, or the worker doing the same at the same moment is no second use.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from channeldesk.model.ids import new_id
from channeldesk.store import images
from channeldesk.sync.session import Tokens
from channeldesk.sync.transport import HttpTransport, answered

if TYPE_CHECKING:
    import sqlalchemy as sa

    from channeldesk.store.database import Database


KEYS = ("access_token", "refresh_token", "refresh_request")
"""In the local state."""


def note(connection: sa.Connection, tokens: Tokens) -> None:
    values = {
        "access_token": tokens.access,
        "refresh_token": tokens.refresh,
        "refresh_request": new_id().hex(),
    }
    images.write_state(connection, values)


def access(connection: sa.Connection) -> str | None:
    return images.read_state(connection, "access_token")


Post = Callable[[str, Mapping[str, Any]], dict[str, Any]]
"""A request that needs no token."""


class Keeper:
    """Of one profile. ``renew`` may be called from any thread, and in the worker's process as well."""

    def __init__(self, database: Database, post: Post) -> None:
        self._database, self._post = database, post
        self._lock = threading.Lock()

    @classmethod
    def at(cls, server: str, database: Database) -> Keeper:
        def post(path: str, message: Mapping[str, Any]) -> dict[str, Any]:
            transport = HttpTransport(server, "")
            try:
                return transport.post(path, message)
            finally:
                transport.close()

        return cls(database, post)

    def renew(self, ended: str) -> str | None:
        """The access token to go on with, after headquarters refused ``ended``; None where nothing but
        another sign-in helps. Raises SignInNeeded where headquarters says so, and Offline.
        """
        with self._lock:
            with self._database.read() as connection:
                known = images.read_states(connection)
            if known.get("access_token") != ended:
                return known.get("access_token")
            if "refresh_token" not in known or "refresh_request" not in known:
                return None
            tokens = self._changed(known["refresh_token"], known["refresh_request"])
            with self._database.apply() as connection:
                if images.read_state(connection, "refresh_token") == known["refresh_token"]:
                    note(connection, tokens)
            return tokens.access

    def _changed(self, refresh: str, request_id: str) -> Tokens:
        asked = {"grant_type": "refresh_token", "refresh_token": refresh, "request_id": request_id}
        answer = self._post("/auth/v1/token", asked)
        with answered():
            return Tokens.of(answer)
