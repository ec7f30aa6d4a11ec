"""A payment while it is keyed: what it is proposed for, what the person makes of that, what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from channeldesk.model.notice import Notice
from channeldesk.rules.allocation import Invoice, Proposal, propose, refuse_allocation


@dataclass
class PaymentEntry:
    """``amount`` None: not readable yet. ``chosen``: what the person wants for an invoice instead of what is
    proposed, None where it cannot be read. ``fixed``: the payment is there already, its rest is shared out.
    """

    invoices: Sequence[Invoice]
    currency: str
    amount: int | None = None
    reference: str = ""
    fixed: bool = False
    chosen: dict[bytes, int | None] = field(default_factory=dict)

    @property
    def shown(self) -> list[Invoice]:
        """Invoices that it may be for."""
        return [one for one in self.invoices if one.currency == self.currency]

    @property
    def proposal(self) -> Proposal:
        return propose(self.amount or 0, self.currency, self.reference, self.shown)

    @property
    def parts(self) -> dict[bytes, int]:
        """What is set against which invoice: as proposed until the person changed one."""
        if self.chosen:
            return {one: amount for one, amount in self.chosen.items() if amount}
        return {one.invoice.id: one.amount for one in self.proposal.parts}

    @property
    def rest(self) -> int:
        """What stays on account; below zero where more was set against invoices than came in."""
        return (self.amount or 0) - sum(self.parts.values())

    def choose(self, invoice: bytes, amount: int | None) -> None:
        """Another amount for one; the others stay as they stood."""
        if not self.chosen:
            self.chosen = dict(self.parts)
        self.chosen[invoice] = amount

    def propose_again(self) -> None:
        self.chosen = {}

    def refusal(self, invoice: Invoice) -> Notice | None:
        """What is wrong with the part of one invoice."""
        amount = self.parts.get(invoice.id, 0)
        if amount == 0:
            return None
        if amount < 0:
            return Notice("payment.nothing")
        others = sum(self.parts.values()) - amount
        return refuse_allocation(
            amount,
            rest=(self.amount or 0) - others,
            open_amount=invoice.open,
            allocated=0,
            currency=self.currency,
        )

    @property
    def sendable(self) -> bool:
        unread = any(amount is None for amount in self.chosen.values())
        wrong = any(self.refusal(one) is not None for one in self.shown)
        something = bool(self.amount and self.amount > 0) and (not self.fixed or bool(self.parts))
        return something and not unread and not wrong
