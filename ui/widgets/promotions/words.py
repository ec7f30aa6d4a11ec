"""How promotions are spoken of: what they give in a sentence, for whom, for what, how they go together."""

from __future__ import annotations

from collections import defaultdict

from channeldesk.model.notice import Money, Price, Quantity, Rate
from channeldesk.queries.promotion_detail import Named, PromotionDetail
from channeldesk.queries.promotion_list import COMING, OVER, RUNNING
from channeldesk.rules.field_words import CHOICE_NAMES
from channeldesk.rules.pricing import PRECEDENCE
from channeldesk.rules.promotions.terms import Mechanic, Promotion
from ui.i18n import formats, n, own_name, t

STATES = {RUNNING: "good", COMING: "accent", OVER: "plain"}
_SHOWN = 6
"""Names that are told; the rest is counted."""


def state(code: str) -> str:
    return {RUNNING: t("Running"), COMING: t("To come"), OVER: t("Over")}[code]


def states() -> list[tuple[str, str]]:
    return [(code, state(code)) for code in STATES]


def mechanic(code: str) -> str:
    """The code itself of one that a later program knows."""
    return dict(mechanics()).get(code, code)


def mechanics() -> list[tuple[str, str]]:
    return [(code, t(name)) for code, name in CHOICE_NAMES["mechanic"].items()]


def incomplete() -> str:
    return t("What it gives is not complete: edit it under Reference data.")


def gives(found: PromotionDetail) -> str:
    """What it gives, in a sentence."""
    terms = found.terms
    if terms is None:
        return incomplete()
    match terms.mechanic:
        case Mechanic.PERCENT:
            return t("{rate} off every line.", rate=Rate(terms.rate))
        case Mechanic.AMOUNT:
            return t("{price} off the price of every unit.", price=Price(terms.amount, terms.currency))
        case Mechanic.FREE_GOODS if found.free_product is not None:
            return t(
                "For every {buy} units {free} of {product} cost nothing.",
                buy=Quantity(terms.buy),
                free=Quantity(terms.free),
                product=_name(found.free_product),
            )
        case Mechanic.FREE_GOODS:
            return t(
                "Of every {set} units of a product {free} cost nothing.",
                set=Quantity(terms.buy + terms.free),
                free=Quantity(terms.free),
            )
        case Mechanic.BUNDLE:
            return t("{rate} off {parts} ordered together.", rate=Rate(terms.rate), parts=_parts(found.items))
        case Mechanic.THRESHOLD:
            return t(
                "{amount} off, once, when its lines come to {least}.",
                amount=Money(terms.amount, terms.currency),
                least=Money(terms.least, terms.currency),
            )
        case Mechanic.TIERED:
            return t("Off every line, by what is ordered: {steps}.", steps=_steps(terms))


def _steps(terms: Promotion) -> str:
    told = []
    for tier in terms.tiers:
        least = Quantity(tier.least) if terms.by_quantity else Money(tier.least, terms.currency)
        told.append(t("{rate} from {least} on", rate=Rate(tier.rate), least=least))
    return formats().listing(told)


def _parts(items: tuple[Named, ...]) -> str:
    parts = [
        t("{quantity} × {product}", quantity=Quantity(one.quantity or 1000), product=_name(one))
        for one in items
    ]
    return formats().listing(parts)


def for_whom(found: PromotionDetail) -> str:
    """Whom it is for; everybody where it names nobody."""
    by_kind = defaultdict[str, list[Named]](list)
    for one in found.buyers:
        by_kind[one.kind].append(one)
    if not by_kind:
        return t("All partners")
    return "  ·  ".join(_of_kind(by_kind[kind]) for kind in PRECEDENCE if kind in by_kind)


def _of_kind(several: list[Named]) -> str:
    """What is not on this laptop is counted: it belongs to somebody else."""
    names = [_name(one) for one in several if one.name is not None]
    told = [_some(names)] if names else []
    if elsewhere := len(several) - len(names):
        told.append(n("{count} not on this laptop", "{count} not on this laptop", elsewhere))
    return ", ".join(told)


def for_what(found: PromotionDetail) -> str:
    """The products and categories that it holds; all where it names none."""
    if not found.items:
        return t("All products")
    return _some([_name(one) for one in found.items])


def _some(names: list[str]) -> str:
    shown = names[:_SHOWN]
    if len(names) > _SHOWN:
        shown.append(n("{count} more", "{count} more", len(names) - _SHOWN))
    return ", ".join(shown)


def validity(valid_from: str | None, valid_to: str | None) -> str:
    """From when to when, both days included."""
    if valid_from and valid_to:
        return t("{first} to {last}", first=formats().day(valid_from), last=formats().day(valid_to))
    if valid_from:
        return t("From {first} on", first=formats().day(valid_from))
    return t("Until {last}", last=formats().day(valid_to)) if valid_to else t("Without an end")


def together(found: PromotionDetail) -> str:
    """How it goes with others in one order."""
    told = {
        "adds_up": t("Adds up with others of this kind, also on the same line."),
        "one_a_line": t("With others in the same order, on other lines."),
        "alone": t("With no other promotion in the order."),
    }.get(found.combination, found.combination)
    if found.group is None:
        return told
    return "  ".join((told, t("Of those with the word {word} one holds.", word=found.group)))


def _name(one: Named) -> str:
    return own_name(one.name, one.name_local)
