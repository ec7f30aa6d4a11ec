"""Publications as people ask for them: handed in with their parts, moved, withdrawn. ``publishing`` carries
them out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import pydantic

from channeldesk.hq import schemas
from channeldesk.hq.change import Change, Rejected, reject
from channeldesk.rules.administration import KINDS
from channeldesk.rules.publications import Status, refuse_move

Values = dict[str, Any]
NAMES = frozenset({"publication", "publication_part"})
_MOVES = frozenset({"status", "publish_at"})
_ASKED = (Status.SCHEDULED, Status.WITHDRAWN)
"""How one may come: withdrawn, before anything of it was sent or while its parts were on their way."""


def take(change: Change, row: Mapping[str, Any], publication: Mapping[str, Any] | None, who: bytes) -> None:
    """Raises Rejected for a publication, or a part of one, that cannot be asked for."""
    if row["user_id"] != who:
        raise reject(change, "sync.malformed_value", field="user_id")
    if change.entity_name == "publication":
        if row["status"] not in _ASKED:
            raise reject(change, "sync.malformed_value", field="status")
        return
    if publication is None or publication["user_id"] != who:
        raise reject(change, "sync.missing_reference", field="publication_id")
    if publication["status"] not in _ASKED or not 1 <= row["number"] <= publication["parts"]:
        raise reject(change, "sync.malformed_value", field="number")
    if changes_of([row["changes"]], b"\0" * 16) is None:
        raise reject(change, "sync.malformed_value", field="changes")


def moved(change: Change, current: Mapping[str, Any], fields: Values, who: bytes, now: int) -> Values:
    """What a person's patch writes into a publication. Raises Rejected where it is no person's to make."""
    target = fields.get("status", current["status"])
    if set(fields) - _MOVES or change.inc:
        raise reject(change, "order.changes_by_request")
    refused = refuse_move(current["status"], target)
    if refused is not None:
        raise Rejected(change, refused)
    return {"decided_by": who, "decided_at": now} if target == Status.WITHDRAWN else {}


def changes_of(texts: Sequence[str], txn: bytes) -> list[Change] | None:
    """The changes of parts as one transaction; None for what no laptop wrote."""
    found: list[Change] = []
    try:
        for one in (one for text in texts for one in orjson.loads(text)):
            mid = len(found) + 1
            uuid = mid.to_bytes(16).hex()
            change = Change.of(schemas.Mutation(mid=mid, uuid=uuid, txn=txn.hex(), deps=[], inc={}, **one))
            if change.entity is None or change.entity_name not in KINDS:
                return None
            found.append(change)
    except (ValueError, TypeError, pydantic.ValidationError):
        return None
    return found
