"""The transaction an action writes through. ``Desk.act`` makes one, runs the action and commits."""

from __future__ import annotations

from typing import Any, Protocol

import sqlalchemy as sa


class Tx(Protocol):
    """One immediate transaction on the person's writing connection, with who is acting, on what, and when."""

    @property
    def connection(self) -> sa.Connection: ...

    @property
    def user_id(self) -> bytes: ...

    @property
    def device_prefix(self) -> str:
        """Starts provisional numbers; unique per device, given by headquarters at sign-in."""

    @property
    def profile(self) -> Any:
        """The profile that acts: its role, territories and language."""

    def now_ms(self) -> int:
        """The laptop's clock, ms UTC. Recorded, never decided by."""

    def new_id(self) -> bytes: ...

    def today(self, zone: str) -> str:
        """The business date, ISO text, in an IANA time zone."""
