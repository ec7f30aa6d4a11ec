"""Laptops of older versions: what they wrote is converted, and from when on they have to be renewed first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from channeldesk.wire import SCHEMA

Sent = dict[str, Any]
"""A mutation as plain data, in wire form."""
Conversion = Callable[[Sent], Sent]
"""From one version of the entities to the next: a renamed field, a value with another meaning."""

CONVERSIONS: dict[int, Conversion] = {}
"""By the version converted from. The first version has nothing behind it."""


@dataclass(frozen=True)
class Skew:
    """``schema``: headquarters' version; ``oldest``: what laptops may still write in. Reading never ends."""

    schema: int = SCHEMA
    oldest: int = 1
    conversions: Mapping[int, Conversion] = field(default_factory=lambda: CONVERSIONS)

    def converted(self, sent: Sent, version: int) -> Sent:
        """A mutation written in ``version`` as headquarters' version has it; a newer one stays as it is."""
        for older in range(version, self.schema):
            convert = self.conversions.get(older)
            sent = sent if convert is None else convert(dict(sent))
        return sent


CURRENT = Skew()
