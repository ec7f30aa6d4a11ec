"""How partners are spoken of: stages with their tones, provisional reasons, days since a visit."""

from __future__ import annotations

from datetime import date

from channeldesk.queries.partners import PartnerRow
from channeldesk.queries.visits import VisitRow
from ui.i18n import N_, formats, n, t

STAGES = {
    "prospect": N_("Prospect"),
    "onboarding": N_("Onboarding"),
    "active": N_("Active"),
    "dormant": N_("Dormant"),
    "left": N_("Left"),
}
STAGE_TONES = {
    "prospect": "accent",
    "onboarding": "plain",
    "active": "good",
    "dormant": "warning",
    "left": "outline",
}
FIELDS = {
    "name": N_("Name"),
    "name_local": N_("Name in its own script"),
    "channel_type_id": N_("Channel type"),
    "tier_id": N_("Tier"),
    "stage": N_("Stage"),
    "phone": N_("Phone"),
    "email": N_("E-mail"),
    "address": N_("Street"),
    "city": N_("City"),
    "postal_code": N_("Postal code"),
    "country": N_("Country"),
    "tax_number": N_("Tax number"),
    "credit_limit": N_("Credit limit"),
    "payment_days": N_("Payment days"),
    "delivery_note": N_("Note for deliveries"),
}


def stage(code: str) -> str:
    return t(STAGES[code])


def stages() -> list[tuple[str, str]]:
    return [(code, t(name)) for code, name in STAGES.items()]


def field(name: str) -> str:
    return t(FIELDS[name])


def edited() -> str:
    """Why a partner's own fields are marked."""
    return t("A change of yours waits for headquarters.")


def arriving() -> str:
    """Why a figure is not shown during the first synchronisation."""
    return t("Known when everything has arrived and the totals are computed.")


def sales_reason(row: PartnerRow) -> str:
    """Why the sales of the period may still change; "" when they are confirmed."""
    if not row.sales_pending:
        return ""
    waiting = formats().money(row.sales_pending, row.currency, whole=True)
    return t("{amount} of it are orders that headquarters has not confirmed.", amount=waiting)


def credit_reason(row: PartnerRow) -> str:
    """Why the credit left may still change; "" when it is confirmed."""
    if not row.credit_pending:
        return ""
    waiting = formats().money(row.credit_pending, row.currency, whole=True)
    return t("{amount} are taken by orders that headquarters has not confirmed.", amount=waiting)


def days_ago(days: int | None) -> str:
    """'47 days ago', 'today'; a plan may lie ahead."""
    if days is None:
        return t("never")
    return t("today") if days == 0 else n("{count} day ago", "{count} days ago", days)


def local_today() -> date:
    """The reader's calendar day, for 'Today' and 'Fri 13'; business dates come from queries."""
    import time

    return formats().local(time.time_ns() // 1_000_000).date()


OUTCOMES = {
    "met": N_("Met"),
    "not_met": N_("Nobody met"),
    "order_taken": N_("Order taken"),
    "issue_open": N_("Issue open"),
}


def outcome(code: str) -> str:
    return t(OUTCOMES[code])


def visit_note(row: VisitRow) -> str:
    """What was noted of a closed visit, on one line."""
    corrected = t("corrected") if row.corrected else ""
    return " · ".join(filter(None, (corrected, (row.note or "").replace("\n", " "))))


def score(points: int) -> str:
    """Of an answered survey, in basis points: '81%'."""
    return formats().percent(points / 10_000, 0)


def minute(at: int | None) -> str:
    """A time of day from minutes after midnight: '09:00'; "" for none."""
    return "" if at is None else f"{at // 60:02d}:{at % 60:02d}"


def outcomes() -> list[tuple[str, str]]:
    return [(code, t(name)) for code, name in OUTCOMES.items()]
