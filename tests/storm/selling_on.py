"""What partners report that they sold on, and reports that are taken back; and what has to hold of them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from channeldesk.actions import sell_out
from tests.storm.acting import through
from tests.storm.link import Broken
from tests.storm.profile import Profile

if TYPE_CHECKING:
    from tests.storm.oracles import Headquarters
    from tests.storm.world import World

_DAYS = ("2026-11-19", "2026-11-20", "2026-11-21")
_SAME = ("partner_id", "buyer_partner_id", "product_id", "first_on", "last_on", "currency")


def report(world: World, who: Profile) -> bool:
    """Some sales, among them such as somebody else may report too."""
    rng = world.rng
    partners, products = who.ids_of("partner"), who.ids_of("product")
    if not partners or not products:
        return False
    partner = rng.choice(partners[:3])
    below = who.ids_of("partner", f"hex(parent_id) = '{partner.hex().upper()}'")
    lines = []
    for _ in range(rng.choice((1, 1, 2, 3))):
        days = sorted((rng.choice(_DAYS), rng.choice(_DAYS)))
        quantity = rng.choice((1_000, 2_000, 1_000 * world.number()))
        told: dict[str, Any] = {"amount": 10 * quantity, "currency": "CNY"} if rng.random() < 0.5 else {}
        if rng.random() < 0.4:
            told |= {"document": f"D{rng.randint(1, 3)}", "document_line": str(rng.randint(1, 2))}
        if below and rng.random() < 0.4:
            told["buyer_id"] = rng.choice(below)
        lines.append(sell_out.Sold(rng.choice(products), quantity, *days, **told))
    return through(
        world, who, lambda tx: sell_out.report(tx, partner, lines, reference=f"report {world.number()}")
    )


def take_back(world: World, who: Profile) -> bool:
    known = who.ids_of("sell_out", "reverses_id IS NULL")
    if not known:
        return False
    chosen = world.rng.sample(known, min(len(known), world.rng.choice((1, 1, 3))))
    return through(world, who, lambda tx: sell_out.take_back(tx, chosen))


def nets(office: Headquarters) -> None:
    """A sale counts once, and nothing more is left of what was taken back."""
    rows = office.alive("sell_out")
    back: dict[str, str] = {}
    for row_id, row in rows.items():
        named = row["reverses_id"]
        if named is None:
            continue
        original = rows[named]
        opposite = row["quantity"] == -original["quantity"] and (row["amount"] or 0) == -(
            original["amount"] or 0
        )
        if not opposite or any(row[name] != original[name] for name in _SAME):
            raise Broken(f"sale {original} is taken back by {row}")
        if named in back or original["reverses_id"] is not None:
            raise Broken(f"sale {named} is taken back by {row_id} and {back.get(named)}")
        back[named] = row_id
    sums, stands = (defaultdict[tuple[str, str], int](int) for _ in range(2))
    once: dict[tuple[str, str], str] = {}
    for row_id, row in rows.items():
        sums[row["partner_id"], row["product_id"]] += row["quantity"]
        if row["reverses_id"] is not None or row_id in back:
            continue
        stands[row["partner_id"], row["product_id"]] += row["quantity"]
        if (other := once.setdefault((row["partner_id"], row["identity"]), row_id)) != row_id:
            raise Broken(f"one sale was taken in twice: {row_id} and {other}")
    if any(sums[pair] != stands[pair] for pair in sums):
        raise Broken(f"sold {dict(stands)}, by all rows {dict(sums)}")
