"""Names of statuses and scopes as people read them, marked for translation.

Use them as ``Term(STATUS_NAMES[code])`` in a notice or ``t(STATUS_NAMES[code])`` in the window.
"""

from __future__ import annotations

from channeldesk.model.messages import N_

SCOPE_NAMES = {
    "partner": N_("for this partner"),
    "tier": N_("for the tier"),
    "channel_type": N_("for the channel type"),
    "territory": N_("for the territory"),
    "default": N_("for all"),
}

STATUS_NAMES = {
    "draft": N_("Draft"),
    "placed": N_("Placed"),
    "accepted": N_("Accepted"),
    "partly_shipped": N_("Partly shipped"),
    "shipped": N_("Shipped"),
    "closed": N_("Closed"),
    "cancelled": N_("Cancelled"),
    "rejected": N_("Rejected"),
}

DIMENSION_NAMES = {
    (0, 0): N_("a plain number"),
    (1, 0): N_("money"),
    (0, 1): N_("days"),
    (1, -1): N_("money a day"),
}
"""Of formulas, by the exponents of money and days."""
OTHER_DIMENSION = N_("another product of money and days")

BLOCK_NAMES = {"blocked": N_("Blocked"), "released": N_("Released")}
SHIPMENT_NAMES = {
    "planned": N_("Planned"),
    "sent": N_("On its way"),
    "arrived": N_("Arrived"),
    "cancelled": N_("Cancelled"),
}

COUNT_NAMES = {
    "counted": N_("Counted"),
    "waiting": N_("Waits for approval"),
    "approved": N_("Approved"),
    "refused": N_("Refused"),
    "withdrawn": N_("Withdrawn"),
}

COUNT_REASONS = {
    "damaged": N_("Damaged"),
    "lost": N_("Stolen or lost"),
    "miscounted": N_("Miscounted before"),
    "unreported_sale": N_("Sold and not reported"),
    "expired": N_("Expired"),
    "own_use": N_("Sample or own use"),
    "other": N_("Other reason"),
}
"""Why a counted product differs."""

ROUTE_NAMES = {
    "proposed": N_("Proposed"),
    "confirmed": N_("Confirmed"),
    "changed": N_("Changed"),
    "withdrawn": N_("Withdrawn"),
}

APPROVAL_NAMES = {
    "asked": N_("Asked for"),
    "approved": N_("Approved"),
    "refused": N_("Refused"),
    "withdrawn": N_("Withdrawn"),
    "not_needed": N_("Not needed"),
}

PUBLICATION_NAMES = {
    "scheduled": N_("Scheduled"),
    "published": N_("Published"),
    "withdrawn": N_("Withdrawn"),
    "refused": N_("Refused"),
}

EVERY_STATUS = {
    **STATUS_NAMES,
    **SHIPMENT_NAMES,
    **COUNT_NAMES,
    **APPROVAL_NAMES,
    **BLOCK_NAMES,
    **PUBLICATION_NAMES,
    **ROUTE_NAMES,
}
