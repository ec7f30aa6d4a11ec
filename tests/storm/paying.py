"""Money that comes in, invoices that it is set against, what is promised; and what has to hold of it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from channeldesk.actions import payments
from channeldesk.queries import payments as query
from channeldesk.rules.allocation import propose
from tests.storm.acting import may, through
from tests.storm.link import Broken
from tests.storm.profile import Profile

if TYPE_CHECKING:
    from tests.storm.oracles import Headquarters
    from tests.storm.world import World

TODAY = "2026-11-21"
_NEW_INVOICE = """
INSERT INTO receivable (id, number, partner_id, issued_on, due_on, currency, amount, open_amount, settled)
VALUES (:id, :number, :partner, '2026-11-20', :due, 'CNY', :amount, :amount, 0)
"""


def invoice(world: World) -> bool:
    """A company's own programs send one."""
    partners = world.office.rows("SELECT id FROM partner WHERE deleted = 0 ORDER BY id")
    partner = world.rng.choice(partners)["id"]
    new = world.office_ids()
    row = {
        "id": new.hex() if world.office.database.is_postgresql else new,
        "number": f"INV{world.number()}",
        "partner": partner,
        "due": world.rng.choice(("2026-10-05", "2026-12-20")),
        "amount": 100 * world.rng.randint(1, 2_000),
    }
    world.office.execute((_NEW_INVOICE, row))
    return True


def pay(world: World, who: Profile) -> bool:
    """A payment, set against nothing, as it is proposed, or as somebody splits it."""
    rng = world.rng
    partners = who.ids_of("partner")
    if not partners or not may(world, who):
        return False
    partner = rng.choice(partners[:3])
    with who.database.read() as connection:
        invoices = query.invoices(connection, partner)
    amount = rng.choice((100_00, 300_00, 1_000_00, 1_299_99, 5_000_00))
    parts: list[tuple[bytes, int]] = []
    match rng.choice(("account", "proposal", "proposal", "split")):
        case "proposal":
            parts = [(one.invoice.id, one.amount) for one in propose(amount, "CNY", "", invoices).parts]
        case "split":
            parts = [(one.id, rng.randint(1, 400_00)) for one in invoices[:2]]
    payment = payments.NewPayment(TODAY, "CNY", amount, reference=f"payment {world.number()}")
    return through(world, who, lambda tx: payments.record(tx, partner, payment, parts))


def set_against(world: World, who: Profile) -> bool:
    """What of a payment is left is set against an invoice, taken off one again, or all of it taken back."""
    rng = world.rng
    known = who.ids_of("payment", "reverses_id IS NULL")
    if not known or not may(world, who):
        return False
    payment_id = rng.choice(known)
    (row,) = who.query("SELECT partner_id FROM payment WHERE id = ?", payment_id)
    with who.database.read() as connection:
        (payment,) = (one for one in query.payments(connection, row["partner_id"]) if one.id == payment_id)
        invoices = query.invoices(connection, row["partner_id"])
    chosen = rng.choice(("set", "set", "take off", "reverse"))
    if chosen == "reverse":
        return through(world, who, lambda tx: payments.reverse(tx, payment_id))
    if chosen == "take off" and payment.parts:
        invoice_id = rng.choice(payment.parts).receivable_id
        return through(world, who, lambda tx: payments.take_off(tx, payment_id, invoice_id))
    if not invoices or payment.rest <= 0:
        return False
    one = rng.choice(invoices)
    amount = rng.choice((min(one.open, payment.rest), rng.randint(1, payment.rest)))
    return through(world, who, lambda tx: payments.allocate(tx, payment_id, [(one.id, amount)]))


def promise(world: World, who: Profile) -> bool:
    """A partner promises to pay, or a promise counts no more."""
    rng = world.rng
    made = who.ids_of("payment_promise", "withdrawn_on IS NULL")
    if made and rng.random() < 0.3:
        one = rng.choice(made)
        key = ("payment_promise", one.hex())
        return through(world, who, lambda tx: payments.withdraw_promise(tx, one), key)
    partners = who.ids_of("partner")
    if not partners:
        return False
    partner, number = rng.choice(partners), world.number()
    owed = who.ids_of("receivable", f"hex(partner_id) = '{partner.hex().upper()}'")
    about = rng.choice([*owed, None])
    return through(
        world,
        who,
        lambda tx: payments.promise(
            tx, partner, 100 * number, "CNY", "2028-01-31", about, f"promise {number}"
        ),
    )


def adds_up(office: Headquarters) -> None:
    """Of no payment more is set against invoices than came in, of no invoice more paid than it asks for."""
    paid, received = office.alive("payment"), office.alive("receivable")
    against, of_payment, pairs = (defaultdict[Any, int](int) for _ in range(3))
    for one in office.alive("payment_allocation").values():
        payment, invoice = paid[one["payment_id"]], received[one["receivable_id"]]
        same = {(row["partner_id"], row["currency"]) for row in (payment, invoice)}
        if same != {(one["partner_id"], payment["currency"])}:
            raise Broken(f"allocation {one['id']} is of {same}")
        against[one["receivable_id"]] += one["amount"]
        of_payment[one["payment_id"]] += one["amount"]
        pairs[one["payment_id"], one["receivable_id"]] += one["amount"]
    for pair, amount in pairs.items():
        if amount < 0:
            raise Broken(f"of payment and invoice {pair} more was taken back than was set: {amount}")
    for row_id, row in received.items():
        owed = row["amount"] - row["settled"]
        if row["open_amount"] != owed - against[row_id] or not 0 <= against[row_id] <= owed:
            raise Broken(
                f"invoice {row['number']}: {against[row_id]} paid of {owed}, {row['open_amount']} open"
            )
    _payments(paid, of_payment)


def _payments(paid: dict[str, dict[str, Any]], allocated: dict[Any, int]) -> None:
    back: dict[str, str] = {}
    for row_id, row in paid.items():
        original = row["reverses_id"]
        if original is None:
            continue
        if original in back or paid[original]["amount"] != -row["amount"]:
            raise Broken(f"payment {original} was taken back by {row_id} and {back.get(original)}")
        back[original] = row_id
    for row_id, row in paid.items():
        gone = row["reverses_id"] is not None or row_id in back
        rest = 0 if gone else row["amount"] - allocated[row_id]
        if row["open_amount"] != rest or rest < 0 or (gone and allocated[row_id]):
            told = f"{allocated[row_id]} of {row['amount']} allocated, {row['open_amount']} open"
            raise Broken(f"payment {row_id}, taken back by {back.get(row_id)}: {told}")
