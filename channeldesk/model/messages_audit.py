"""Templates of notices about the audit trail; see ``messages``."""

from __future__ import annotations

from channeldesk.model.marked import N_

AUDIT: dict[str, str] = {
    "audit.changed": N_(
        "The chain breaks at entry {seq}: it was changed, or the entry before it was, together with its hash."
    ),
    "audit.missing": N_("The chain breaks at entry {first}: the entries {first} to {last} are missing."),
    "audit.inserted": N_(
        "The chain breaks at entry {first}: the entries {first} to {last} were put in later."
    ),
    "audit.order": N_("The chain breaks at entry {seq}: the entry that belongs there stands at {found}."),
    "audit.witness_differs": N_(
        "Device {device} was told another hash of entry {seq} (it said so on {at}): the trail was rewritten."
    ),
    "audit.witness_shorter": N_(
        "Device {device} was told of entry {seq} (it said so on {at}), which is not there: entries were "
        "removed at the end, or a backup was restored without “hq restored”."
    ),
    "audit.witness_restored": N_(
        "Device {device} was told of entry {seq} (it said so on {at}), which was lost when a backup was "
        "restored."
    ),
    "audit.witness_unknown": N_(
        "Device {device} was told of entry {seq} (it said so on {at}) in an epoch that this trail does not "
        "name: it cannot be compared."
    ),
    "audit.bad_row": N_("“{text}” is not the id of a row: 32 hexadecimal digits."),
    "audit.cannot_write": N_("{file} cannot be written: {reason}."),
}
