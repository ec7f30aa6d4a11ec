"""How payments, promises to pay and credit are spoken of."""

from __future__ import annotations

from channeldesk.queries.credit import Credit
from channeldesk.queries.payments import PaymentRow, PromiseRow
from channeldesk.rules.field_words import CHOICE_NAMES
from channeldesk.rules.payment_promises import State
from ui.i18n import N_, formats, t

_METHODS = CHOICE_NAMES["method"]
_STATES = {
    State.OPEN: N_("Waits"),
    State.DUE: N_("Due today"),
    State.KEPT: N_("Kept"),
    State.BROKEN: N_("Broken"),
    State.LATE: N_("Paid late"),
    State.WITHDRAWN: N_("Withdrawn"),
}
TONES = {
    State.OPEN: "outline",
    State.DUE: "warning",
    State.KEPT: "good",
    State.BROKEN: "bad",
    State.LATE: "warning",
    State.WITHDRAWN: "plain",
}


def method(code: str) -> str:
    return t(_METHODS[code])


def methods() -> list[tuple[str, str]]:
    return [(code, t(text)) for code, text in _METHODS.items()]


def state(promise: PromiseRow) -> str:
    return t(_STATES[promise.standing.state])


def invoices(payment: PaymentRow) -> str:
    """What it is set against, for one line."""
    if payment.reversed:
        return t("Taken back")
    named = ", ".join(one.number for one in payment.parts)
    return named or t("On account")


def payment_tip(payment: PaymentRow) -> str:
    """All that is known of it."""
    form = formats()
    parts = [f"{one.number}: {form.money(one.amount, payment.currency)}" for one in payment.parts]
    if payment.rest:
        parts.append(t("On account: {amount}", amount=form.money(payment.rest, payment.currency)))
    by = t("Recorded by {person}", person=payment.by) if payment.by else ""
    return "\n".join(filter(None, (payment.reference, payment.note, *parts, by)))


def payment_unsure(payment: PaymentRow) -> str:
    """Why headquarters may still see it otherwise; "" when it is confirmed."""
    if payment.rejected:
        return t("Headquarters rejected this. It stands under “Needs you”.")
    return t("Headquarters has not heard of this yet.") if payment.provisional else ""


def promise_unsure(promise: PromiseRow) -> str:
    return t("Headquarters has not heard of this yet.") if promise.provisional else ""


def promise_tip(promise: PromiseRow) -> str:
    form = formats()
    paid = promise.standing.paid
    told = t("{amount} of it came in", amount=form.money(paid, promise.currency)) if paid else ""
    by = t("Recorded by {person}", person=promise.by) if promise.by else ""
    return "\n".join(filter(None, (promise.note, told, by)))


def credit(found: Credit) -> str:
    """How much of the limit is used, and by what."""
    place = found.position
    if not found.visible:
        return ""

    def money(amount: int) -> str:
        return formats().money(amount, place.currency)

    terms = [t("owed {amount}", amount=money(place.receivables))]
    if place.accepted:
        terms.append(t("accepted, not invoiced {amount}", amount=money(place.accepted)))
    if place.pending:
        terms.append(t("not confirmed {amount}", amount=money(place.pending)))
    if place.on_account:
        terms.append(t("less {amount} on account", amount=money(place.on_account)))
    used = t("Credit used {amount}: {terms}.", amount=money(place.used), terms=", ".join(terms))
    if place.limit is None:
        return t("{used} No limit agreed.", used=used)
    if place.exceeded_by:
        over = money(place.exceeded_by)
        return t("{used} Limit {limit}, {over} over.", used=used, limit=money(place.limit), over=over)
    left = money(place.left or 0)
    return t("{used} Limit {limit}, {left} left.", used=used, limit=money(place.limit), left=left)
