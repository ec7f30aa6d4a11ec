"""The figures that can colour the map of partners: their classes, words and tooltips."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from channeldesk.analytics.mix import GROUP_NAMES
from channeldesk.model import values
from channeldesk.queries.territory_map import MapPartner, TerritoryMap
from channeldesk.rules.calendar import Period
from channeldesk.rules.classes import class_of, round_edges
from ui.i18n import formats, n, own_name, t
from ui.models.columns import Kind

CHANGE, SALES, OVERDUE, STOCK, VISIT, TIER, CHANNEL = (
    "change", "sales", "overdue", "stock", "visit", "tier", "channel",
)  # fmt: skip
STEPS = tuple(f"step_{at}" for at in range(1, 6))
SWING = tuple(f"swing_{at}" for at in range(1, 6))
NONE_OF_IT = "land"
"""The colour of zero: not little, and not unknown."""
NEVER = "swing_1"

Class = tuple[str, str]
"""Colour and words."""


@dataclass(frozen=True)
class Figure:
    """``value`` for the table, ``text`` for the tooltip, ``tint`` of a partner ("" where nothing is known),
    ``classes`` of the legend in their order.
    """

    id: str
    title: str
    unit: str
    kind: Kind
    value: Callable[[MapPartner], float | int | str | None]
    text: Callable[[MapPartner], str]
    tint: Callable[[MapPartner], str]
    classes: Sequence[Class]


def titles(found: TerritoryMap, *, sees_owed: bool) -> list[tuple[object, str]]:
    """Every figure that may be chosen, as (key, name)."""
    before = period_name(found.before)
    named = [
        (CHANGE, t("Sales against {period}", period=before) if before else t("Change of sales")),
        (SALES, t("Sales MTD")),
        (OVERDUE, t("Overdue")),
        (STOCK, t("Days of stock")),
        (VISIT, t("Days since the last visit")),
        (TIER, t("Tier")),
        (CHANNEL, t("Channel")),
    ]
    return [(key, text) for key, text in named if sees_owed or key != OVERDUE]


def figure(found: TerritoryMap, chosen: str) -> Figure:
    title = dict(titles(found, sees_owed=True))[chosen]
    match chosen:
        case "sales":
            return _money(found, SALES, title, lambda one: one.sales, t("no sales"))
        case "overdue":
            return _money(found, OVERDUE, title, lambda one: one.overdue, t("nothing overdue"))
        case "stock":
            return _days(STOCK, title, lambda one: one.row.stock_days, (15, 30, 60, 90), "")
        case "visit":
            return _days(VISIT, title, lambda one: one.row.visit_days, (15, 30, 45, 90), t("never visited"))
        case "tier":
            return _tier(found, title)
        case "channel":
            return _channel(title)
        case _:
            return _change(found, title)


def period_name(period: Period | None) -> str:
    if period is None:
        return ""
    middle = (period.starts_on.toordinal() + period.ends_on.toordinal()) // 2
    return formats().month(date.fromordinal(middle))


def _change(found: TerritoryMap, title: str) -> Figure:
    edges = (-0.5, -0.1, 0.1, 0.5)
    named = [signed(one) for one in edges]
    unit = t("pro rata") if 0 < found.pace < 10_000 else ""

    def tint(one: MapPartner) -> str:
        return "" if one.change is None else SWING[class_of(one.change, edges)]

    return Figure(
        CHANGE,
        title,
        unit,
        Kind.PERCENT,
        lambda one: one.change,
        lambda one: "–" if one.change is None else signed(one.change),
        tint,
        list(zip(SWING, ranges(named), strict=True)),
    )


def _money(
    found: TerritoryMap, key: str, title: str, value: Callable[[MapPartner], int | None], none: str
) -> Figure:
    unit = 10 ** values.minor_units(found.currency)
    known = [amount for one in found.partners if (amount := value(one)) is not None and amount > 0]
    edges = [edge * unit for edge in round_edges((amount / unit for amount in known), len(STEPS))]
    tints = shades(len(edges) + 1)

    def money(amount: float) -> str:
        return formats().compact_money(round(amount), found.currency)

    def tint(one: MapPartner) -> str:
        amount = value(one)
        if amount is None:
            return ""
        return NONE_OF_IT if amount <= 0 else tints[class_of(amount, edges)]

    def text(one: MapPartner) -> str:
        amount = value(one)
        return "–" if amount is None else formats().money(amount, found.currency, whole=True)

    named = ranges([money(edge) for edge in edges]) if edges else [t("more than nothing")]
    return Figure(
        key,
        title,
        t("in {currency}", currency=found.currency),
        Kind.MONEY,
        value,
        text,
        tint,
        [(NONE_OF_IT, none), *zip(tints, named, strict=True)],
    )


def _days(
    key: str,
    title: str,
    value: Callable[[MapPartner], int | None],
    edges: tuple[int, int, int, int],
    never: str,
) -> Figure:
    """``never``: what it means that there is no figure; "": that it is not known."""

    def tint(one: MapPartner) -> str:
        days = value(one)
        if days is None:
            return NEVER if never else ""
        return STEPS[class_of(days, edges)]

    def text(one: MapPartner) -> str:
        days = value(one)
        return (never or "–") if days is None else n("{count} day", "{count} days", days)

    classes = list(zip(STEPS, ranges([formats().integer(one) for one in edges]), strict=True))
    if never:
        classes.append((NEVER, never))
    return Figure(key, title, t("days"), Kind.INTEGER, value, text, tint, classes)


def _tier(found: TerritoryMap, title: str) -> Figure:
    """The best tier in the strongest colour; more tiers than colours share the last."""
    ranks = sorted({one.tier_rank for one in found.partners if one.tier_rank is not None})
    names = {one.tier_rank: own_name(one.row.tier, one.row.tier_local) for one in found.partners}
    colours = shades(min(len(ranks), len(STEPS)))[::-1]

    def tint(one: MapPartner) -> str:
        if one.tier_rank is None:
            return ""
        return colours[min(ranks.index(one.tier_rank), len(colours) - 1)]

    def text(one: MapPartner) -> str:
        return own_name(one.row.tier, one.row.tier_local) or "–"

    classes = [(colour, names[rank]) for colour, rank in zip(colours, ranks, strict=False)]
    if len(ranks) > len(colours):
        classes[-1] = (colours[-1], t("other tiers"))
    return Figure(TIER, title, "", Kind.TEXT, text, text, tint, classes)


def _channel(title: str) -> Figure:
    def tint(one: MapPartner) -> str:
        return one.row.mix_group if one.row.mix_group in GROUP_NAMES else ""

    def text(one: MapPartner) -> str:
        return own_name(one.row.channel_type, one.row.channel_type_local) or "–"

    return Figure(
        CHANNEL, title, "", Kind.TEXT, text, text, tint, [(key, t(name)) for key, name in GROUP_NAMES.items()]
    )


def shades(count: int) -> list[str]:
    """So many colours of the scale, as far from each other as it goes; the last is the strongest."""
    last = len(STEPS) - 1
    return [STEPS[last - at * last // max(1, count - 1)] for at in range(count)][::-1]


def ranges(edges: Sequence[str]) -> list[str]:
    """'under 15', '15 to 30', '30 and more'."""
    between = [t("{low} to {high}", low=low, high=high) for low, high in pairwise(edges)]
    return [t("under {edge}", edge=edges[0]), *between, t("{edge} and more", edge=edges[-1])]


def signed(share: float) -> str:
    text = formats().percent(share, 0)
    return f"+{text}" if share > 0 else text.replace("-", "\N{MINUS SIGN}")
