"""A mutation as headquarters works with it, and what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from channeldesk.hq import schemas
from channeldesk.hq.skew import Sent
from channeldesk.model.declare import Entity
from channeldesk.model.entities import ENTITIES
from channeldesk.model.notice import Notice


@dataclass(frozen=True)
class Change:
    """``content``: the hash by which a copied laptop is noticed; of everything but the ``mid``, as it came.

    ``entity`` is None for a name that headquarters does not know.
    """

    mid: int
    uuid: bytes
    txn: bytes
    deps: tuple[bytes, ...]
    entity_name: str
    entity: type[Entity] | None
    row_id: bytes
    op: str
    base_rv: int
    base: Mapping[str, Any]
    set: Mapping[str, Any]
    inc: Mapping[str, int]
    content: bytes = field(repr=False)

    @classmethod
    def of(cls, mutation: schemas.Mutation, convert: Callable[[Sent], Sent] = lambda sent: sent) -> Change:
        """``convert`` brings what a laptop of an older version wrote to headquarters' version."""
        plain = mutation.model_dump(exclude={"mid"})
        converted = convert(plain)
        sent = mutation if converted is plain else mutation.model_copy(update=converted)
        entity = ENTITIES.get(sent.entity)
        return cls(
            mid=sent.mid,
            uuid=bytes.fromhex(sent.uuid),
            txn=bytes.fromhex(sent.txn),
            deps=tuple(bytes.fromhex(one) for one in sent.deps),
            entity_name=sent.entity,
            entity=entity if entity is not None and entity.synced() else None,
            row_id=bytes.fromhex(sent.id),
            op=sent.op,
            base_rv=sent.base_rv,
            base=sent.base,
            set=sent.set,
            inc=sent.inc,
            content=_content(plain),
        )

    @property
    def row(self) -> tuple[str, bytes]:
        return self.entity_name, self.row_id


def _content(plain: Sent) -> bytes:
    """A hash of what it does. What it waited for is no part of that: of two copies of a laptop, one may have
    had that answered before it sent the same change.
    """
    told = {name: value for name, value in plain.items() if name != "deps"}
    return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).digest()


@dataclass(frozen=True)
class Outcome:
    """``status`` as in the protocol; ``conflicts`` in wire form."""

    status: str
    notice: Notice | None = None
    conflicts: tuple[Mapping[str, Any], ...] = ()

    @property
    def good(self) -> bool:
        return self.status not in ("rejected", "blocked")


class Rejected(Exception):
    """A change is refused, and its transaction with it. ``others``: more changes with their own reasons."""

    def __init__(self, change: Change, notice: Notice, others: Mapping[int, Notice] | None = None) -> None:
        super().__init__(notice.code)
        self.change, self.notice = change, notice
        self.others = others or {}


def reject(change: Change, code: str, /, **params: str | int) -> Rejected:
    """Shorthand: ``raise reject(change, "sync.unknown_field", field=name)``."""
    return Rejected(change, Notice(code, params))
