"""Where a laptop stands in the feed: opaque to it, and never trusted further than a restart.

A cursor that cannot be read, or that tells of another user or epoch, means starting again; what a laptop may
see is asked anew on every pull, so a made-up cursor gains nothing. It carries a checksum: a garbled one must
not tell of another place, where rows would be skipped.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

BEGIN = ("", "")
"""The place of a job that has sent nothing yet."""
DONE = ("~", "")
"""The place of a job that sent every row."""


class Job(StrEnum):
    """What an unfinished backfill sends."""

    NONE = ""
    ALL = "all"
    """Every row in sight."""
    UNITS = "units"
    """The rows of some units: of those the laptop says it is being filled with."""
    SCHEMA = "schema"
    """Every row of the entities that got new fields."""


@dataclass(frozen=True)
class Cursor:
    """``viewer`` and ``units``: names of who asks and what was held (``hq.units``). ``schema``: the version
    of the entities the laptop's rows have. ``position``: everything of the feed up to it was sent, apart
    from what a ``job`` still sends; ``place``: entity and id (hex) where that stands.
    """

    epoch: str
    viewer: str
    units: str
    schema: int
    position: int
    job: Job = Job.NONE
    place: tuple[str, str] = BEGIN

    def encode(self) -> str:
        parts = [self.epoch, self.viewer, self.units, self.schema, self.position, self.job, self.place]
        text = orjson.dumps(parts)
        return base64.urlsafe_b64encode(_check(text) + text).decode()

    @classmethod
    def decode(cls, text: str | None) -> Cursor | None:
        """None for anything that :meth:`encode` did not write."""
        try:
            raw = base64.b64decode((text or "").encode(), altchars=b"-_", validate=True)
            if raw[:4] != _check(raw[4:]):
                return None
            epoch, viewer, units, schema, position, job, (entity, row_id) = orjson.loads(raw[4:])
            texts: list[Any] = [epoch, viewer, units, entity, row_id]
            if any(type(part) is not str for part in texts):
                return None
            if any(type(part) is not int or part < 0 for part in (schema, position)):
                return None
            bytes.fromhex(row_id)
            return cls(epoch, viewer, units, schema, position, Job(job), (entity, row_id))
        except (ValueError, TypeError, binascii.Error):
            return None


def _check(text: bytes) -> bytes:
    return zlib.crc32(text).to_bytes(4)
