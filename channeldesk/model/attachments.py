"""Files of partners and visits: what is known of each. Their content travels by itself, after the rows."""

from __future__ import annotations

from channeldesk.model import declare as d
from channeldesk.model.changes import Topic
from channeldesk.model.declare import Entity, ForPartner, Kind, Policy, Unit

LARGEST_FILE = 100 * 1024 * 1024
"""Bytes of one file, here and at headquarters."""
LONGEST_NAME = 200
LONGEST_THUMBNAIL = 8_000
"""Characters: thumbnails travel with the rows, so that they are seen before, or without, the file."""


class Attachment(
    Entity,
    name="attachment",
    kind=Kind.RECORD,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.FILES,
    rank=48,
    groups=(("sha256", "size", "media_type"),),
    policies={"note": Policy.ASK},
    indexes=(
        ("partner_id", "created_at"),
        ("plan_id",),
        ("visit_id",),
        ("sha256",),
        ("created_by", "stored_at"),
    ),
    for_partner=ForPartner(
        hides=("plan_id", "visit_id"),
        writes=("insert", "patch", "delete"),
        authored=("insert", "patch", "delete"),
        flag="shared",
    ),
):
    """A file of a partner, or of a visit there. The content is found by its hash and kept once."""

    partner_id: bytes = d.ref("partner", required=True)
    plan_id: bytes | None = d.ref("visit_plan", about="the planned visit during which it was added")
    visit_id: bytes | None = d.ref("visit")
    file_name: str = d.text(required=True, about="without a folder")
    media_type: str = d.text(required=True, default="application/octet-stream")
    size: int = d.integer(required=True, about="bytes")
    sha256: str = d.text(required=True, about="of the content, 64 hexadecimal digits")
    note: str | None = d.text()
    thumbnail: str | None = d.text(about="a small JPEG or PNG in base64")
    stored_at: int | None = d.stamped(
        d.instant(about="when headquarters had the whole content; empty before")
    )
    shared: int = d.since(2, d.flag(about="the partner's own people see it; what was shared stays so"))
