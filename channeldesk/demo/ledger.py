"""Invoices and who pays them when, and the credit limits that follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from channeldesk.demo.organisation import zone_of
from channeldesk.demo.partners import FAILING, OVER_LIMIT, Partner
from channeldesk.demo.sales import ACCEPTED, CLOSED, PARTLY, PLACED, SHIPPED, Sales
from channeldesk.demo.world import Batch, World, moment

if TYPE_CHECKING:
    import numpy as np

COLUMNS = (
    "id",
    "created_at",
    "updated_at",
    "number",
    "partner_id",
    "order_id",
    "issued_on",
    "due_on",
    "currency",
    "amount",
    "open_amount",
    "settled",
)
PAYMENTS = 120
"""Days whose payments are known one by one; older ones are settled, that is all."""


@dataclass
class Ledger:
    """One entry per invoice; days are numbers since the first day of history, amounts are minor units."""

    order: np.ndarray
    issued: np.ndarray
    due: np.ndarray
    amount: np.ndarray
    open_amount: np.ndarray
    paid: np.ndarray
    """The day; of what is open still, that of its first half."""


def make_ledger(world: World, partners: list[Partner], sales: Sales, days: list[date]) -> Ledger:
    """An invoice for every order that left the warehouse; paid around its due date, later by late payers."""
    import numpy as np

    numbers = world.numbers("ledger")
    last = len(days) - 1
    issued = sales.day + numbers.integers(1, 5, sales.day.size)
    wanted = np.isin(sales.status, (SHIPPED, CLOSED)) & ~sales.is_return & (issued <= last)
    order = np.flatnonzero(wanted)
    who, issued = sales.partner[order], issued[order]
    due = issued + np.array([p.payment_days for p in partners])[who]
    late = np.array([p.lateness for p in partners])[who] + numbers.normal(0, 5, order.size)
    failing = who == FAILING
    late[failing] += np.clip((issued[failing] - (last - 300)) / 300, 0, 1) * 100
    prepaid = np.array([p.payment_days == 0 for p in partners])[who]
    paid = np.where(prepaid, issued, due + np.maximum(late, -8))
    amount = (sales.net + sales.tax)[order]
    halved = numbers.random(order.size) < 0.15
    owed = np.where(halved & (due < last), amount // 2, amount)
    first = np.where(paid > last, np.minimum(due, last), paid).astype(np.int64)
    return Ledger(order, issued, due, amount, np.where(paid > last, owed, 0), first)


def owed(partners: list[Partner], sales: Sales, ledger: Ledger) -> np.ndarray:
    """Of each partner, what its invoices and its orders under way come to (minor units)."""
    import numpy as np

    total = sales.net + sales.tax
    found = np.bincount(sales.partner[ledger.order], weights=ledger.open_amount, minlength=len(partners))
    waiting = np.isin(sales.status, (PLACED, ACCEPTED, PARTLY, SHIPPED)) & ~sales.is_return
    waiting[ledger.order] = False
    found += np.bincount(sales.partner[waiting], weights=total[waiting], minlength=len(partners))
    return found


def set_limits(world: World, partners: list[Partner], sales: Sales, ledger: Ledger) -> None:
    """Limits that hold what is owed and ordered now, rounded as people round; one partner stands above it."""
    import numpy as np

    source = world.random("limits")
    total = sales.net + sales.tax
    used = owed(partners, sales, ledger)
    lately = (sales.day > sales.day.max() - 365) & ~sales.is_return
    monthly = np.bincount(sales.partner[lately], weights=total[lately], minlength=len(partners)) / 12
    for place, partner in enumerate(partners):
        step = 1_000_000 if partner.currency == "CNY" else 100_000
        if partner.payment_days == 0 or not partner.buys:
            partner.credit_limit = 0 if partner.buys else None
            continue
        wanted = max(
            used[place] * source.uniform(1.12, 1.7),
            monthly[place] * (partner.payment_days + 15) / 30 * 1.3,
            step * 2,
        )
        if place == OVER_LIMIT:
            partner.credit_limit = int(used[place] * 0.93) // 100_000 * 100_000
        elif place > 20 and source.random() < 0.04:
            partner.credit_limit = None
        else:
            partner.credit_limit = -int(-wanted // step) * step


def receivables(
    world: World,
    partners: list[Partner],
    sales: Sales,
    ledger: Ledger,
    days: list[date],
    order_ids: list[bytes],
) -> Batch:
    import numpy as np

    rows: list[tuple[Any, ...]] = []
    counters: dict[int, int] = {}
    old = ledger.paid < len(days) - PAYMENTS
    for place in np.argsort(ledger.issued, kind="stable").tolist():
        order = int(ledger.order[place])
        partner = partners[int(sales.partner[order])]
        day = days[0] + timedelta(days=int(ledger.issued[place]))
        at = moment(day, 17 * 60, zone_of(partner.territory))
        counters[day.year] = counters.get(day.year, 0) + 1
        due = days[0] + timedelta(days=int(ledger.due[place]))
        rows.append(
            (
                world.id("receivable", at),
                at,
                at,
                f"INV-{day.year}-{counters[day.year]:06d}",
                partner.id,
                order_ids[order],
                day.isoformat(),
                due.isoformat(),
                partner.currency,
                int(ledger.amount[place]),
                int(ledger.open_amount[place]),
                int(ledger.amount[place] - ledger.open_amount[place]) if old[place] else 0,
            )
        )
    return Batch("receivable", COLUMNS, rows)
