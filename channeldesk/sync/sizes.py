"""Asks headquarters how much there is in each territory, beside the rounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from channeldesk.model.notice import Notice
from channeldesk.queries.kept import Territory
from channeldesk.sync import tokens
from channeldesk.sync.tokens import Keeper
from channeldesk.sync.transport import HttpTransport, SignInNeeded, answered

if TYPE_CHECKING:
    from channeldesk.store.database import Database


@dataclass(frozen=True)
class Sizes:
    """``shared``: rows that every laptop of this person has, whatever it keeps."""

    shared: int
    territories: tuple[Territory, ...]


def ask(database: Database, server: str) -> Sizes:
    """Raises Offline, SignInNeeded or Refused."""
    with database.read() as connection:
        token = tokens.access(connection)
    if token is None:
        raise SignInNeeded(Notice("sync.sign_in_needed"))
    transport = HttpTransport(server, token, renew=Keeper.at(server, database).renew)
    try:
        answer = transport.get("/sync/v1/sizes")
    finally:
        transport.close()
    with answered():
        found = tuple(
            Territory(
                id=bytes.fromhex(one["id"]),
                parent=bytes.fromhex(one["parent"]) if one["parent"] else None,
                code=str(one["code"]),
                name=str(one["name"]),
                partners=int(one["partners"]),
                rows=int(one["rows"]),
            )
            for one in answer["territories"]
        )
        return Sizes(int(answer["shared"]), found)
