"""An order being keyed: its lines, what they cost, what was suggested, and every step back.

Prices and checks are the same pure functions that judge the order when it is placed, and at headquarters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from channeldesk.model.ids import new_id
from channeldesk.model.messages import N_
from channeldesk.model.notice import Param, Price, Quantity
from channeldesk.queries.drafts import DraftLine, OrderDraft
from channeldesk.queries.order_entry import EntryContext, Suggested
from channeldesk.queries.prices import Offer
from channeldesk.queries.quote import Quote, QuotedLine, quote
from channeldesk.rules.stock import Risk


@dataclass(frozen=True)
class Wanted:
    """What the form is opened for. A partner alone: its draft is continued, or a new order begins."""

    partner_id: bytes | None = None
    draft_id: bytes | None = None
    revises: bytes | None = None
    """A rejected order, to put it right and send it again."""
    copies: bytes | None = None
    """An order to repeat at today's prices."""
    anew: bool = False
    """Leave the partner's draft alone and begin another."""


@dataclass(frozen=True)
class Step:
    """Something the person did, in words to be translated (``t(step.text, **step.params)``)."""

    text: str
    params: Mapping[str, Param]


@dataclass(frozen=True, slots=True)
class EntryLine:
    """A row of the grid. ``quantity`` 0: kept in sight, not ordered. ``price`` None: there is none yet."""

    key: int
    quoted: QuotedLine
    suggested: Suggested | None
    currency: str

    @property
    def product_id(self) -> bytes:
        return self.quoted.line.product_id

    @property
    def offer(self) -> Offer | None:
        return self.quoted.offer

    @property
    def sku(self) -> str:
        return self.offer.sku if self.offer is not None else self.product_id.hex()[-8:]

    @property
    def quantity(self) -> int:
        return self.quoted.line.quantity

    @property
    def price(self) -> int | None:
        if self.quoted.priced is not None:
            return self.quoted.priced.unit_price
        return self.quoted.line.agreed_price

    @property
    def net(self) -> int | None:
        priced = self.quoted.priced
        return priced.net if priced is not None and self.quantity else None

    @property
    def discount(self) -> int | None:
        """What promotions take off; None for nothing."""
        priced = self.quoted.priced
        return -priced.discount if priced is not None and priced.discount else None

    @property
    def suggestion(self) -> int | None:
        """None where demand is unknown."""
        return None if self.suggested is None else self.suggested.suggestion.quantity

    @property
    def differs(self) -> bool:
        """The suggestion is another quantity than the one keyed."""
        return bool(self.suggestion) and self.suggestion != self.quantity

    @property
    def risk(self) -> Risk:
        return Risk.UNKNOWN if self.suggested is None else self.suggested.risk


_State = OrderDraft


class OrderEntry:
    """The form's state. Every change is kept until ``undo``; ``draft`` is what is saved."""

    def __init__(
        self,
        context: EntryContext,
        draft: OrderDraft | None = None,
        *,
        revises: bytes | None = None,
        explained: Mapping[bytes, Suggested] | None = None,
    ) -> None:
        self.context = context
        self.revises = revises or (draft.revises if draft is not None else None)
        self.stored = draft is not None and draft.id is not None
        """A row of this draft is in the database."""
        made = draft or OrderDraft(context.partner_id)
        self._now = replace(made, id=made.id or new_id(), revises=self.revises)
        self._before: list[tuple[_State, Step]] = []
        self.last_step: Step | None = None
        self._offers: dict[bytes, Offer] = dict(context.offers)
        self._explained: dict[bytes, Suggested] = {}
        self._learn(explained or {})
        self._judge()

    # what is shown

    @property
    def draft(self) -> OrderDraft:
        return self._now

    @property
    def to_place(self) -> OrderDraft:
        """Without the lines that are kept in sight only."""
        return replace(self._now, lines=tuple(one for one in self._now.lines if one.quantity))

    @property
    def currency(self) -> str:
        return self.context.prices.currency

    @property
    def empty(self) -> bool:
        return not any(one.quantity for one in self._now.lines)

    def missing(self) -> tuple[Offer, ...]:
        """Products of the lines whose suggestion is not known yet."""
        wanted = [one.product_id for one in self._now.lines if one.product_id not in self._explained]
        return tuple(self._offers[one] for one in wanted if one in self._offers)

    def left_out(self) -> tuple[Suggested, ...]:
        """Suggested and not in the order, the most urgent first."""
        here = {one.product_id for one in self._now.lines}
        return tuple(one for one in self.context.suggestions if one.offer.product_id not in here)

    def left_out_lines(self) -> tuple[EntryLine, ...]:
        """The same as lines that the order would get."""
        found = []
        for at, one in enumerate(self.left_out()):
            line = DraftLine(one.offer.product_id, one.suggestion.quantity)
            (quoted,) = self._quoted(OrderDraft(self.context.partner_id, (line,))).lines
            found.append(EntryLine(at, quoted, one, self.currency))
        return tuple(found)

    def below_suggestion(self) -> tuple[EntryLine, ...]:
        return tuple(
            one for one in self.lines if one.quantity and one.suggestion and one.quantity < one.suggestion
        )

    def place_of(self, product_id: bytes) -> int:
        """The line of a product, or -1."""
        return next((at for at, one in enumerate(self._now.lines) if one.product_id == product_id), -1)

    # what the person does; each answers the line to go to

    def add(self, offer: Offer, quantity: int | None = None) -> int:
        """One more line; a product that is there already grows by the quantity, or by a pack."""
        self._offers[offer.product_id] = offer
        at = self.place_of(offer.product_id)
        if at >= 0:
            more = quantity if quantity is not None else offer.pack
            self.set_quantity(at, self._now.lines[at].quantity + more)
            return at
        wanted = quantity if quantity is not None else self._usual(offer)
        line = DraftLine(offer.product_id, wanted)
        step = Step(N_("Added {sku}, {quantity}"), {"sku": offer.sku, "quantity": _shown(offer, wanted)})
        self._change(step, lines=(*self._now.lines, line))
        return len(self._now.lines) - 1

    def set_quantity(self, at: int, quantity: int) -> None:
        line = self._now.lines[at]
        if quantity != line.quantity:
            self._put(
                at,
                replace(line, quantity=quantity),
                Step(
                    N_("{sku}: quantity {before} is now {after}"),
                    {
                        "sku": self.lines[at].sku,
                        "before": Quantity(line.quantity),
                        "after": Quantity(quantity),
                    },
                ),
            )

    def set_price(self, at: int, price: int | None) -> None:
        """A price agreed with the partner, None for the list's own."""
        shown = self.lines[at]
        listed = shown.quoted.price.price if shown.quoted.price is not None else None
        agreed = None if price is None or price == listed else price
        if agreed == shown.quoted.line.agreed_price:
            return
        text = N_("{sku}: list price again") if agreed is None else N_("{sku}: agreed price {price}")
        params: dict[str, Param] = {"sku": shown.sku}
        if agreed is not None:
            params["price"] = Price(agreed, self.currency)
        self._put(at, replace(shown.quoted.line, agreed_price=agreed), Step(text, params))

    def take(self, at: int) -> bool:
        """The suggested quantity for a line; False where it has none or holds already."""
        line = self.lines[at]
        if not line.differs:
            return False
        self.set_quantity(at, line.suggestion or 0)
        return True

    def take_all(self) -> int:
        """Suggested quantities for every line that differs; how many."""
        changed = [one for one in self.lines if one.differs]
        if changed:
            wanted = {one.product_id: one.suggestion or 0 for one in changed}
            lines = tuple(
                replace(one, quantity=wanted.get(one.product_id, one.quantity)) for one in self._now.lines
            )
            self._change(Step(N_("Took {count} suggested quantities"), {"count": len(changed)}), lines=lines)
        return len(changed)

    def add_all(self) -> int:
        """Everything suggested that the order lacks; how many lines."""
        more = [(one.offer, one.suggestion.quantity) for one in self.left_out()]
        return self._append(more, Step(N_("Added {count} suggested lines"), {"count": len(more)}))

    def repeat_last(self) -> int:
        """The lines of the partner's last order that are not here yet; how many."""
        last = self.context.last_order
        here = {one.product_id for one in self._now.lines}
        found = [
            (self._offers[product], quantity)
            for product, quantity in (last.lines if last is not None else ())
            if product in self._offers and product not in here and self._offers[product].active
        ]
        return self._append(found, Step(N_("Added {count} lines of the last order"), {"count": len(found)}))

    def add_template(
        self, name: str, lines: Iterable[tuple[bytes, int]], offers: Mapping[bytes, Offer]
    ) -> tuple[int, int]:
        """Lines kept as a template whose products are not here yet; how many came, and how many products are
        no longer sold or not here any more.
        """
        self._offers |= offers
        here = {one.product_id for one in self._now.lines}
        wanted = [(product, quantity) for product, quantity in lines if product not in here]
        known = [(self._offers[product], quantity) for product, quantity in wanted if product in self._offers]
        sold = [(offer, quantity) for offer, quantity in known if offer.active]
        step = Step(N_("Added {count} lines of {name}"), {"count": len(sold), "name": name})
        return self._append(sold, step), len(wanted) - len(sold)

    def remove(self, at: int) -> None:
        step = Step(N_("Removed {sku}"), {"sku": self.lines[at].sku})
        lines = self._now.lines
        self._change(step, lines=(*lines[:at], *lines[at + 1 :]))

    def note(self, **texts: Any) -> None:
        """Delivery date, reference or note; their fields have an undo of their own."""
        before, self._now = self._now, replace(self._now, **texts)
        if before.reference != self._now.reference:
            self._judge()  # another order may bear the same

    @property
    def can_undo(self) -> bool:
        return bool(self._before)

    def undo(self) -> Step | None:
        """The last change is taken back; what it was, or None."""
        if not self._before:
            return None
        state, step = self._before.pop()
        texts: dict[str, Any] = {
            name: getattr(self._now, name) for name in ("requested_on", "reference", "note")
        }
        self._now = replace(state, **texts)
        self._judge()
        return step

    # what arrives later

    def update(self, context: EntryContext) -> None:
        """Newer prices, stock and credit; what was keyed stays."""
        self.context = context
        self._offers |= context.offers
        self._explained.clear()
        self._learn({})
        self._judge()

    def explain(self, found: Mapping[bytes, Suggested]) -> None:
        """Suggestions for lines that the context did not bring."""
        self._learn(found)
        self._judge()

    def _learn(self, found: Mapping[bytes, Suggested]) -> None:
        self._explained |= {one.offer.product_id: one for one in self.context.suggestions}
        self._explained |= found

    def _usual(self, offer: Offer) -> int:
        suggested = self._explained.get(offer.product_id)
        return (suggested.suggestion.quantity if suggested is not None else 0) or offer.pack

    def _append(self, found: Iterable[tuple[Offer, int]], step: Step) -> int:
        lines = tuple(DraftLine(offer.product_id, quantity) for offer, quantity in found)
        if lines:
            self._change(step, lines=(*self._now.lines, *lines))
        return len(lines)

    def _put(self, at: int, line: DraftLine, step: Step) -> None:
        lines = self._now.lines
        self._change(step, lines=(*lines[:at], line, *lines[at + 1 :]))

    def _change(self, step: Step, *, lines: tuple[DraftLine, ...]) -> None:
        self._before.append((self._now, step))
        self._now = replace(self._now, lines=lines)
        self.last_step = step
        self._judge()

    def _judge(self) -> None:
        shown = self._quoted(self._now)
        whole = len(self.to_place.lines) == len(self._now.lines)
        self.quote = shown if whole else self._quoted(self.to_place)
        self.lines = tuple(
            EntryLine(at, one, self._explained.get(one.line.product_id), self.currency)
            for at, one in enumerate(shown.lines)
        )

    def _quoted(self, draft: OrderDraft) -> Quote:
        context = self.context
        position = context.credit.position if context.credit.visible else None
        today = date.fromisoformat(context.today)
        own = context.by_partner
        return quote(
            draft,
            context.prices,
            self._offers,
            context.facts,
            position,
            today,
            by_partner=own,
            blocked_on=context.credit.blocked_on,
            origins=context.origins,
            taken=context.taken,
        )


def _shown(offer: Offer, quantity: int) -> Quantity:
    return Quantity(quantity, offer.unit)
