"""The demo network as a stream of batches, parents before children."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from channeldesk.demo import (
    baskets,
    counted,
    fieldwork,
    ledger,
    order_rows,
    payments,
    pricing,
    products,
    promoted,
    promotions,
    publications,
    requests,
    routed,
    sales,
    sell_out,
    stock,
    surveys,
    targets,
    warehouses,
)
from channeldesk.demo import partners as people
from channeldesk.demo.organisation import Organisation, make_organisation
from channeldesk.demo.world import SIZES, Batch, World, batch

SEED = 20_261


@dataclass(frozen=True)
class Fault:
    """Something wrong on purpose, so that the program has something to find."""

    kind: str
    """failing_partner, credit_exceeded, below_floor, out_of_stock, negative_stock."""
    entity: str
    row_ids: tuple[bytes, ...]


class DemoNetwork:
    """An invented power-tool maker with its dealers. Equal (size, seed, today) give equal rows."""

    def __init__(self, size: str, seed: int, today: date) -> None:
        if size not in SIZES:
            raise ValueError(f"size is one of {', '.join(SIZES)}, not {size!r}")
        self.world = World(SIZES[size], seed, today)
        self.days = [self.world.start + timedelta(days=n) for n in range((today - self.world.start).days)]
        """What the books know: until yesterday evening. Of today there are plans, whatever the hour is."""
        self.organisation: Organisation = make_organisation(self.world)
        self.catalogue = products.make_catalogue(self.world, self.organisation)
        self.prices = pricing.make_prices(self.world, self.organisation, self.catalogue)
        self.partners = people.make_partners(self.world)
        carried = baskets.assortment(self.world, self.catalogue, self.partners)
        self.promotions = promotions.Promotions(self.world, self.organisation, self.catalogue)
        pulls = self.promotions.pulls(self.partners)
        made = baskets.make_baskets(
            self.world, self.partners, self.catalogue, self.prices, carried, self.days, pulls
        )
        self.sales = sales.make_sales(self.world, self.partners, self.catalogue, self.prices, made, self.days)
        self.given = promoted.give(
            self.organisation,
            self.partners,
            self.catalogue,
            self.sales,
            self.days,
            self.promotions.declared(),
        )
        self.ledger = ledger.make_ledger(self.world, self.partners, self.sales, self.days)
        ledger.set_limits(self.world, self.partners, self.sales, self.ledger)
        self.stock = stock.make_stock(
            self.world, self.partners, self.catalogue, self.sales, carried, self.days
        )
        self.warehouses = warehouses.make_warehouses(
            self.world, self.organisation, self.partners, self.catalogue
        )
        self._order_ids: list[bytes] = []
        self._line_ids: list[bytes] = []

    def batches(self) -> Iterator[Batch]:
        """All rows, once: ids are handed out on the way, so a second pass needs a new network."""
        if self._order_ids:
            raise RuntimeError("the rows of this network were already streamed")
        world, organisation = self.world, self.organisation
        yield from organisation.batches
        yield from self._partner_batches()
        yield from self.catalogue.batches
        yield from self.prices.batches
        yield from self.warehouses.batches
        yield from self.promotions.batches(promoted.used(self.given))
        yield counted.limit_batch(world)
        waiting = requests.Requests(world, organisation, self.partners)
        routes = routed.Routes(world, organisation, self.partners)
        asked = surveys.Surveys(world, organisation)
        yield from asked.reference
        for made in order_rows.order_batches(
            world, organisation, self.partners, self.catalogue, self.sales, self.days, self._order_ids
        ):
            if made.entity == "order_line":
                self._line_ids += [row[0] for row in made.rows]
            waiting.see(made)
            routes.see(made)
            yield made
        for made in waiting.batches(self.sales, self.ledger):
            routes.see(made)
            yield made
        yield from routes.batches(self.warehouses)
        yield promoted.discounts(
            world, self.partners, self.sales, self.days, self.given, self._order_ids, self._line_ids
        )
        yield from self._field.batches()
        yield from asked.of_visits(self._field)
        yield from counted.count_batches(
            world, organisation, self.partners, self.catalogue, self.prices, self.stock, self.days
        )
        yield from stock.stock_batches(
            world, self.partners, self.catalogue, self.stock, self.days, self._order_ids, self.warehouses
        )
        yield from sell_out.sell_out_batches(
            world, self.partners, self.catalogue, self.sales, self.stock, self.days
        )
        invoices = ledger.receivables(
            world, self.partners, self.sales, self.ledger, self.days, self._order_ids
        )
        yield invoices
        yield from payments.payment_batches(
            world, organisation, self.partners, self.sales, self.ledger, self.days, invoices
        )
        yield targets.make_targets(world, organisation, self.partners, self.sales, self.days)
        yield from publications.publication_batches(world, organisation, self.catalogue, self.prices)

    @cached_property
    def _field(self) -> fieldwork.Field:
        return fieldwork.make_field(
            self.world,
            self.organisation,
            self.partners,
            self.catalogue,
            self.stock,
            self.warehouses,
            self.days,
        )

    def _partner_batches(self) -> tuple[Batch, ...]:
        ids = {
            "channel_type": self.organisation.channel_types,
            "tier": self.organisation.tiers,
            "territory": self.organisation.territories,
        }
        rows = people.partner_rows(self.world, self.partners, ids)
        rows.sort(key=lambda row: row["parent_id"] is not None)
        own = people.own_user(self.world, self.partners)
        self.organisation.users[own["login"]] = own["id"]
        return (
            batch("partner", rows),
            batch("contact", people.contact_rows(self.world, self.partners)),
            batch("app_user", [own]),
        )

    def faults(self) -> tuple[Fault, ...]:
        """What is wrong on purpose. Complete once the batches were streamed."""
        import numpy as np

        pair = self.stock.negative
        known = self.partners
        return (
            Fault("failing_partner", "partner", (known[people.FAILING].id,)),
            Fault("credit_exceeded", "partner", (known[people.OVER_LIMIT].id,)),
            Fault("out_of_stock", "partner", (known[people.OUT_OF_STOCK].id,)),
            Fault(
                "below_floor",
                "order_line",
                tuple(self._line_ids[n] for n in np.flatnonzero(self.sales.under_floor)),
            ),
            Fault(
                "negative_stock",
                "stock_level",
                (known[int(self.stock.partner[pair])].id, self.catalogue.ids[int(self.stock.product[pair])]),
            ),
        )


def generate(size: str = "small", *, seed: int = SEED, today: date) -> DemoNetwork:
    """Make a demo network as of ``today``, the business date in Shanghai. ``size`` is 'small' or 'large'."""
    return DemoNetwork(size, seed, today)
