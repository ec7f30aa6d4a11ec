"""Publications: changes of reference data that headquarters carries out as one, at once or at a moment."""

from __future__ import annotations

from channeldesk.model import declare as d
from channeldesk.model.changes import Topic
from channeldesk.model.declare import NAME, Entity, Kind, Unit

STATUSES = ("scheduled", "published", "withdrawn", "refused")
MOST_PARTS = 10_000
_NEW = 4
"""The version of the wire's schema that brought these entities."""


class Publication(
    Entity,
    name="publication",
    kind=Kind.REQUEST,
    unit=Unit.PRIVATE,
    owner="user_id",
    topic=Topic.PRICES,
    rank=110,
    indexes=(("status",),),
):
    """A batch of changes that waits at headquarters for its moment. Its staff sees all of them."""

    user_id: bytes = d.since(_NEW, d.ref("app_user", required=True, about="in whose name it is published"))
    name: str = d.since(_NEW, d.text(required=True, longest=NAME))
    publish_at: int | None = d.since(_NEW, d.instant(about="empty: as soon as it is here"))
    parts: int = d.since(_NEW, d.integer(required=True, default=1, within=(1, MOST_PARTS)))
    row_count: int = d.since(_NEW, d.integer(required=True, default=0, about="rows that it changes"))
    status: str = d.since(_NEW, d.choice(*STATUSES, default="scheduled"))
    reasons: str | None = d.since(_NEW, d.stamped(d.text(about="JSON: why it was refused")))
    decided_by: bytes | None = d.since(_NEW, d.stamped(d.ref("app_user")))
    decided_at: int | None = d.since(_NEW, d.stamped(d.instant()))


class PublicationPart(
    Entity,
    name="publication_part",
    kind=Kind.REQUEST,
    unit=Unit.PRIVATE,
    owner="user_id",
    topic=Topic.PRICES,
    rank=111,
    parent="publication_id",
    indexes=(("publication_id",),),
):
    """Some of the changes of a publication: as many as travel together."""

    publication_id: bytes = d.since(_NEW, d.ref("publication", required=True))
    user_id: bytes = d.since(_NEW, d.ref("app_user", required=True))
    number: int = d.since(_NEW, d.integer(required=True, about="from 1", within=(1, MOST_PARTS)))
    changes: str = d.since(
        _NEW, d.text(required=True, about="JSON: a list of {entity, id, op, base_rv, base, set}")
    )
