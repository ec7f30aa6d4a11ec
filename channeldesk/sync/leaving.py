"""Signing out: the profile stays, encrypted, with what was not sent; or goes, if nothing is lost with it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from channeldesk.model.notice import Problem
from channeldesk.store import images, outbox
from channeldesk.sync import files, local_facts, tokens
from channeldesk.sync.tokens import Keeper
from channeldesk.sync.transport import HttpTransport

if TYPE_CHECKING:
    from channeldesk.store.database import Database
    from channeldesk.store.profile import Profile


def unsent(database: Database) -> int:
    """Edits and files that headquarters does not have, and what came back and waits for a decision."""
    with database.read() as connection:
        undecided = connection.exec_driver_sql("SELECT count(*) FROM inbox WHERE state = 'open'").scalar_one()
        return outbox.count(connection) + len(files.unsent(connection)) + int(undecided)


def check_removable(database: Database) -> None:
    """Raises Problem while anything would be lost with the profile."""
    count = unsent(database)
    if count:
        raise Problem.of("leaving.unsent", count=count, remedy="remedy.send_or_save")


def sign_out(database: Database, folder: Path, found: Profile) -> None:
    """Forgets the tokens, here and at headquarters where it can be reached; they end by themselves otherwise.
    The next start asks to sign in.
    """
    with database.read() as connection:
        token, device = tokens.access(connection), local_facts.device(connection)
    if token is not None:
        transport = HttpTransport(found.server, token, renew=Keeper.at(found.server, database).renew)
        with suppress(Problem):
            transport.post("/auth/v1/sign-out", {})
        transport.close()
    with database.apply() as connection:
        images.write_state(connection, dict.fromkeys(tokens.KEYS))
    now = found if device is None else replace(found, device_id=device[0], device_prefix=device[1])
    replace(now, signed_out=True).save(folder)
