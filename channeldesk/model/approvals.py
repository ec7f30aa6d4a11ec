"""What needs a person's yes: orders beyond their limits, changes of accepted orders, releases of partners,
stock counts that differ much from the books.
"""

from __future__ import annotations

from channeldesk.model import declare as d
from channeldesk.model.catalogue import LARGEST_QUANTITY
from channeldesk.model.changes import Topic
from channeldesk.model.declare import Entity, Kind, Unit

STATUSES = ("asked", "approved", "refused", "withdrawn", "not_needed")
KINDS = ("order", "amendment", "cancellation", "closing", "split", "release", "count")
LONGEST_REASON = 1_000
_NEW = 4
"""The version of the wire's schema that brought these entities."""


class Approval(
    Entity,
    name="approval",
    kind=Kind.REQUEST,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.APPROVALS,
    rank=43,
    indexes=(("status",), ("order_id",), ("block_id",)),
):
    """Somebody asks, somebody else with the right to approve decides. Who asked is who recorded it."""

    partner_id: bytes = d.since(_NEW, d.ref("partner", required=True))
    approval_kind: str = d.since(_NEW, d.choice(*KINDS, default="order"))
    order_id: bytes | None = d.since(
        _NEW, d.ref("sales_order", about="that it is about, where it is about one")
    )
    block_id: bytes | None = d.since(
        _NEW, d.ref("credit_block", about="of a release: what holds the partner")
    )
    because: str = d.since(
        _NEW, d.text(required=True, longest=LONGEST_REASON, about="why, in the words of who asks")
    )
    requested_on: str | None = d.since(
        _NEW, d.day(about="of an amendment or a split: the new day of delivery")
    )
    status: str = d.since(_NEW, d.choice(*STATUSES, default="asked"))
    assigned_to: bytes | None = d.since(_NEW, d.ref("app_user", about="to whom it was passed on"))
    decision: str | None = d.since(
        _NEW, d.text(longest=LONGEST_REASON, about="what who decided says about it")
    )
    reasons: str | None = d.since(
        _NEW, d.stamped(d.text(about="JSON: what stands against it, as headquarters judged"))
    )
    due_at: int | None = d.since(_NEW, d.stamped(d.instant(about="until when it should be decided")))
    decided_by: bytes | None = d.since(_NEW, d.stamped(d.ref("app_user")))
    decided_at: int | None = d.since(_NEW, d.stamped(d.instant()))


class ApprovalLine(
    Entity,
    name="approval_line",
    kind=Kind.REQUEST,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.APPROVALS,
    rank=44,
    parent="approval_id",
    indexes=(("approval_id",),),
):
    """What an amendment wants of one product: how many there shall be in all, none for a line that goes. Of a
    split: how many go into the second order.
    """

    approval_id: bytes = d.since(_NEW, d.ref("approval", required=True))
    partner_id: bytes = d.since(_NEW, d.ref("partner", required=True))
    order_line_id: bytes | None = d.since(_NEW, d.ref("order_line", about="empty: a further product"))
    product_id: bytes = d.since(_NEW, d.ref("product", required=True))
    quantity: int = d.since(_NEW, d.quantity(required=True, within=(0, LARGEST_QUANTITY)))
