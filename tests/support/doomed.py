"""A laptop process that kills itself (SIGKILL) at a named place of a round, or inside a write.

Run as ``python -m tests.support.doomed DATABASE ADDRESS TOKEN PLACE``; PLACE is ``step:NAME`` or
``step:NAME:N`` (the N-th time), ``apply:N`` (inside the N-th write of a round, before its commit) or
``write`` (inside a person's transaction).
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from channeldesk.store.database import Database
from channeldesk.sync.engine import Round, Step
from channeldesk.sync.transport import HttpTransport
from tests.support.laptop import KEY


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Doomed(Database):
    """Dies inside the n-th ``apply``, after its statements and before its commit."""

    dies_at = 0
    applied = 0

    @contextmanager
    def apply(self) -> Iterator[sa.Connection]:
        with super().apply() as connection:
            yield connection
            self.applied += 1
            if self.applied == self.dies_at:
                die()


def main(path: str, address: str, token: str, place: str) -> None:
    database = Doomed.open(Path(path), KEY)
    kind, _, where = place.partition(":")
    if kind == "write":
        with database.write() as connection:
            connection.exec_driver_sql("UPDATE partner SET city = 'torn'")
            die()
    database.dies_at = int(where) if kind == "apply" else 0

    wanted, _, nth = where.partition(":")
    seen = 0

    def progress(step: Step) -> None:
        nonlocal seen
        seen += kind == "step" and step.name == wanted
        if seen == int(nth or 1):
            die()

    Round(database, HttpTransport(address, token)).run(progress)
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
