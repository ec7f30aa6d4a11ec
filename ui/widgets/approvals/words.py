"""How requests are spoken of: their kinds, statuses with tones, and the time that is left."""

from __future__ import annotations

from channeldesk.model.notice import Instant
from channeldesk.queries.approvals import ApprovalRow
from channeldesk.rules.field_words import CHOICE_NAMES
from channeldesk.rules.words import APPROVAL_NAMES
from ui.i18n import N_, formats, n, t

TONES = {
    "asked": "warning",
    "approved": "good",
    "refused": "bad",
    "withdrawn": "outline",
    "not_needed": "plain",
}
_KINDS = CHOICE_NAMES["approval_kind"]
_SHORT = {
    "order": N_("Beyond limits"),
    "amendment": N_("Change"),
    "cancellation": N_("Cancellation"),
    "release": N_("Release"),
    "closing": N_("Rest let go"),
    "split": N_("Split"),
    "count": N_("Count"),
}
_DAYS = 2
"""From here on it is told in days."""
_HOUR = 3_600_000
_SOON = 4 * _HOUR


def kind(code: str) -> str:
    return t(_KINDS[code])


def short(code: str) -> str:
    """For a column of a list."""
    return t(_SHORT[code])


def stake(row: ApprovalRow) -> str:
    """What the amount of a request is."""
    texts = {"count": t("What the differences come to at list price"), "release": t("What the partner owes")}
    return "" if row.total is None else texts.get(row.kind, t("Total of the order"))


def kinds() -> list[tuple[str, str]]:
    return [(code, t(text)) for code, text in _SHORT.items()]


def status(code: str) -> str:
    return t(APPROVAL_NAMES[code])


def statuses() -> list[tuple[str, str]]:
    return [(code, t(text)) for code, text in APPROVAL_NAMES.items()]


def moment(at: int | None) -> str:
    return "" if at is None else formats().show(Instant(at))


def left(row: ApprovalRow, now: int) -> tuple[str, str]:
    """The time that is left to decide, and its tone; ``now`` in ms UTC. Nothing for what is decided."""
    if row.status != "asked" or row.due is None:
        return "", ""
    rest = row.due - now
    hours = abs(rest) // _HOUR
    days = hours // 24
    if rest < 0 and days >= _DAYS:
        return n("{count} day late", "{count} days late", days), "bad"
    if rest < 0:
        return n("{count} hour late", "{count} hours late", hours), "bad"
    return n("{count} hour left", "{count} hours left", hours), "warning" if rest < _SOON else "secondary"


def provisional(row: ApprovalRow) -> str:
    """Why headquarters may still see it otherwise; "" when it is confirmed."""
    if row.rejected:
        return t("Headquarters rejected this. It stands under “Needs you”.")
    return t("Headquarters has not heard of this yet.") if row.provisional else ""
