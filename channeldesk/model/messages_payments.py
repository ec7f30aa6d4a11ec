"""Templates of notices about payments, promises to pay and blocked partners; see ``messages``."""

from __future__ import annotations

from channeldesk.model.marked import N_

PAYMENTS: dict[str, str] = {
    "order.own_blocked": N_("Your company is blocked since {since}: its orders are not accepted."),
    "credit.blocked": N_("The partner is blocked since {since}; its orders wait for a person."),
    "credit.blocked_before": N_("The partner is blocked already."),
    "credit.released_before": N_("The block is released already."),
    "credit.no_reason": N_("Say why the partner is blocked; colleagues read it."),
    "credit.overdue_too_long": N_(
        "Invoice {number} is overdue for {days} days, more than {allowed}; {amount} are overdue that long."
    ),
    "hq.bad_block_rule": N_("Invoices may be overdue for 0 to {most} days, or “off”."),
    "load.paid_too_much": N_(
        "Payments are set against {count} invoices for more than they come to ({numbers}); nothing is loaded."
    ),
    "payment.not_yet": N_("Money cannot have come in on {received}: today is {today}."),
    "payment.nothing": N_("The amount has to be above zero."),
    "payment.more_than_left": N_("{amount} is more than the {left} that are left of the payment."),
    "payment.more_than_open": N_("{amount} is more than the {open} that are open of the invoice."),
    "payment.takes_back_more": N_("At most {most} of this payment are set against the invoice."),
    "payment.reversed_before": N_("The payment was taken back already."),
    "payment.still_allocated": N_(
        "The payment is still set against invoices; a counterpart takes that back with it."
    ),
    "payment.other_currency": N_("A payment in {payment} cannot be set against an invoice in {invoice}."),
    "payment.promised_before": N_("The day of the promise lies in the past."),
    "payment.no_such_block": N_("The partner is not blocked (any more); there is nothing to release."),
    "payment.release_asked_before": N_("A request to release the partner waits already."),
    "step.payment": N_("Payment"),
    "step.invoice_named": N_("{number}, which the reference names"),
    "step.invoice_exact": N_("{number}, open with exactly this amount"),
    "step.invoice_oldest": N_("{number}, the oldest, due {due}"),
    "step.on_account": N_("Stays on account"),
    # what was done
    "payment.recorded": N_("{amount} recorded."),
    "payment.allocated": N_("{amount} set against invoices."),
    "payment.taken_off": N_("{amount} are on account again."),
    "payment.reversed": N_("The payment of {amount} is taken back."),
    "payment.promised": N_("{amount} promised until {until}."),
    "payment.promise_withdrawn": N_("The promise counts no more."),
    "credit.block_made": N_("The partner is blocked."),
    "credit.block_released": N_("The partner is released."),
    "credit.release_asked": N_("Asked for the release of the partner."),
    "undo.payment_recorded": N_("The payment is gone again."),
    "undo.payment_allocated": N_("The allocation is gone again."),
    "undo.payment_reversed": N_("The payment stands again."),
    "undo.payment_promised": N_("The promise is gone again."),
    "undo.payment_promise_withdrawn": N_("The promise counts again."),
    "undo.credit_blocked": N_("The partner is not blocked after all."),
    "undo.credit_released": N_("The partner stays blocked."),
    "undo.release_asked": N_("The request is gone again."),
    "remedy.inbox_payment": N_(
        "Somebody else recorded or set money against invoices meanwhile. Look at the partner's receivables, "
        "and record what is left of it."
    ),
    "remedy.inbox_own_blocked": N_(
        "Ask your contact at headquarters. Once your company is released, send it again as it is."
    ),
    "remedy.inbox_blocked": N_(
        "Ask for the release of the partner, or say why the order should be accepted and send it again."
    ),
}
