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

APPROVAL_NAMES = {
    "asked": N_("Asked for"),
    "approved": N_("Approved"),
    "refused": N_("Refused"),
    "withdrawn": N_("Withdrawn"),
    "not_needed": N_("Not needed"),
}
