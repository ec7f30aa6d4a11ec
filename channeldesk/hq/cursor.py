"""Where a laptop stands in the feed: opaque to it, and never trusted further than a restart.

A cursor that cannot be read, or that tells of another user, epoch or set of units, means starting again; what
a laptop may see is asked anew on every pull, so a made-up cursor gains nothing.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

import orjson

DONE = ("", "")
"""The place of a backfill that sent every row, but not yet the list of units."""


@dataclass(frozen=True)
class Cursor:
    """``start``: P0 of the backfill, or where the last answer ended. ``position``: everything of the feed up
    to it was sent. ``place``: entity and id (hex) where an unfinished backfill stands.
    """

    epoch: str
    schema: int
    scope: str
    start: int
    position: int
    place: tuple[str, str] | None = None

    def encode(self) -> str:
        parts = [self.epoch, self.schema, self.scope, self.start, self.position, self.place]
        return base64.urlsafe_b64encode(orjson.dumps(parts)).decode()

    @classmethod
    def decode(cls, text: str | None) -> Cursor | None:
        """None for anything that :meth:`encode` did not write."""
        try:
            parts = orjson.loads(base64.b64decode((text or "").encode(), altchars=b"-_", validate=True))
            epoch, schema, scope, start, position, place = parts
            entity, row_id = place or DONE
            bytes.fromhex(row_id)
        except (ValueError, TypeError, binascii.Error):
            return None
        if any(type(part) is not str for part in (epoch, scope, entity, row_id)):
            return None
        if any(type(part) is not int or part < 0 for part in (schema, start, position)):
            return None
        return cls(epoch, schema, scope, start, position, (entity, row_id) if place else None)
