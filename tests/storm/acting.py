"""A person's hand: the program's own actions, done on a laptop of the storm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from channeldesk.rules.calendar import business_date
from channeldesk.rules.rights import HEADQUARTERS
from tests.storm.profile import Profile
from tests.storm.values import Key

if TYPE_CHECKING:
    from tests.storm.world import World

STAFF = ("hana",)
"""Headquarters' people."""
_TOLD = (
    *("action.", "count.", "credit.", "draft.", "payment.", "publication.", "route."),
    *("sell_out.", "staff.", "undo."),
)
"""What actions say when something cannot be done: codes that begin like this."""


@dataclass
class Hand:
    """A transaction as actions see it, as far as they look at it here."""

    connection: sa.Connection
    who: Profile
    next_id: bytes = b""

    @property
    def user_id(self) -> bytes:
        return self.who.user_id

    @property
    def profile(self) -> Any:
        """Of a program that asks for nobody's rights: headquarters has to."""
        return SimpleNamespace(role=HEADQUARTERS)

    def now_ms(self) -> int:
        return self.who.clock()

    def new_id(self) -> bytes:
        return self.next_id or self.who.ids()

    def today(self, zone: str) -> str:
        return business_date(self.now_ms(), zone).isoformat()


def through(world: World, who: Profile, action: Callable[[Any], Any], *edited: Key) -> bool:
    """Does an action; whether it was done. ``edited``: rows that it changes, beside those that it makes."""
    made: list[Key] = []

    def work(connection: sa.Connection) -> None:
        before = _last(connection)
        action(Hand(connection, who))
        query = "SELECT entity, row_id FROM outbox WHERE op = 'insert' AND seq > ? ORDER BY seq"
        found = connection.exec_driver_sql(query, (before,))
        made.extend((entity, bytes(row_id).hex()) for entity, row_id in found)

    return world.act(who, edited, work, made=made, told=_TOLD)


def _last(connection: sa.Connection) -> int:
    return int(connection.exec_driver_sql("SELECT coalesce(max(seq), 0) FROM outbox").scalar_one())


def may(world: World, who: Profile) -> bool:
    """Whether somebody tries what headquarters' people alone may do: others do now and then."""
    return who.login in STAFF or world.rng.random() < 0.1
