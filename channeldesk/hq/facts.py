"""What headquarters knows that decides about an order: products, prices, the partner, its credit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from channeldesk.hq import blocks, payments
from channeldesk.hq.budgets import RELEASED
from channeldesk.model.tables import hq
from channeldesk.rules.calendar import business_date
from channeldesk.rules.counts import Limit
from channeldesk.rules.credit import Exposure, Position, Use, position
from channeldesk.rules.orders import PartnerFacts, ProductFacts
from channeldesk.rules.pricing import Buyer, ListPrice, PriceItem, PriceList, applicable, find_price, worth
from channeldesk.rules.promotions.declared import budget_left, promotion
from channeldesk.rules.promotions.terms import Promotion
from channeldesk.rules.returns import Origin

ACTIVE_STAGES = ("onboarding", "active")
"""Stages in which a partner may order."""
UNINVOICED = ("accepted", "partly_shipped", "shipped")
"""Statuses of orders that take up credit until an invoice for them exists; so do those that were closed here,
when their goods arrived. Orders of before were loaded as closed with what is owed for them.
"""

Row = Mapping[str, Any]


class Facts:
    """Reads facts for the orders of one push; what does not change within it is read once."""

    def __init__(self, connection: sa.Connection, rows: Mapping[tuple[str, bytes], Row]) -> None:
        """``rows``: what the push locked, as it stands now; the partners of its orders are among it."""
        self._connection, self._rows = connection, rows
        self._paths: dict[bytes, tuple[Any, ...]] = {}
        self._lists: dict[bytes, list[PriceList]] = {}
        self._products: dict[bytes, Row | None] = {}
        self._items: dict[bytes, list[PriceItem]] = defaultdict(list)
        self._limits: dict[str, Limit | None] = {}
        self._parts: dict[bytes, tuple[list[Row], list[Row]]] = {}
        self._promotions: dict[bytes, tuple[Row, Promotion | None]] = {}

    def partner(self, partner_id: bytes) -> Row | None:
        """The undeleted partner as it stands now."""
        row = self._rows.get(("partner", partner_id))
        return None if row is None or row["deleted"] else row

    @staticmethod
    def partner_facts(row: Row) -> PartnerFacts:
        return PartnerFacts(row["name"], row["currency"], row["stage"] in ACTIVE_STAGES, row["id"])

    def received_on(self, partner: Row, now: int) -> date:
        """The date of receipt in the partner's territory."""
        return business_date(now, self.zone(partner))

    def zone(self, partner: Row) -> str:
        """The time zone of the partner's territory."""
        path = self._path(partner["territory_id"])
        own = [one for one in path if one.id == partner["territory_id"]]
        return str(own[0].time_zone) if own else "UTC"

    def buyer(self, partner: Row) -> Buyer:
        """The partner as price lists and promotions ask for it."""
        above = sorted(self._path(partner["territory_id"]), key=lambda one: len(one.path), reverse=True)
        territories = tuple(one.id for one in above)
        return Buyer(partner["id"], partner["tier_id"], partner["channel_type_id"], territories)

    def price_lists(self, partner: Row, on: date) -> tuple[PriceList, ...]:
        """The lists open to a partner on a business date, the first to be asked first."""
        return applicable(self._lists_of(partner["id"]), self.buyer(partner), on, partner["currency"])

    def promotions(self, rows: Iterable[Row]) -> tuple[Promotion, ...]:
        """Promotions from their rows as they stand now; deleted ones are left out."""
        alive = [row for row in rows if not row["deleted"]]
        if new := [row["id"] for row in alive if row["id"] not in self._parts]:
            buyers = self._parts_of("promotion_buyer", new)
            items = self._parts_of("promotion_item", new)
            self._parts |= {one: (buyers[one], items[one]) for one in new}
        return tuple(one for row in alive if (one := self._promotion(row)) is not None)

    def _promotion(self, row: Row) -> Promotion | None:
        """Made once for all orders but for what is left of its budget."""
        terms = {name: value for name, value in row.items() if name != "used"}
        known = self._promotions.get(row["id"])
        if known is None or known[0] != terms:
            known = self._promotions[row["id"]] = (terms, promotion(row, *self._parts[row["id"]]))
        return None if known[1] is None else replace(known[1], budget_left=budget_left(row))

    def product(self, product_id: bytes, quantity: int, lists: tuple[PriceList, ...]) -> ProductFacts | None:
        """None for a product that headquarters does not have (any more). Call :meth:`prepare` before."""
        row = self._products.get(product_id)
        if row is None:
            return None
        found = find_price(quantity, self._items.get(product_id, ()), lists)
        price, floor = (found.price, found.floor) if isinstance(found, ListPrice) else (None, None)
        return ProductFacts(
            row["sku"], bool(row["active"]), price, floor, row["tax_rate"], product_id, row["category"]
        )

    def worth(self, products: Collection[bytes], lists: tuple[PriceList, ...]) -> dict[bytes, int]:
        """What a unit of each product is worth by these lists; those without a price are absent."""
        self.prepare(products)
        found = {product: worth(self._items.get(product, ()), lists) for product in products}
        return {product: price for product, price in found.items() if price is not None}

    def count_limit(self, currency: str) -> Limit | None:
        """How far counts at partners of a currency may differ; None: as far as they like."""
        if currency not in self._limits:
            table = hq.tables["count_limit"]
            query = sa.select(table).where(table.c.currency == currency, table.c.deleted == 0)
            row = self._connection.execute(query).mappings().one_or_none()
            self._limits[currency] = None if row is None else Limit(currency, row["amount"], row["share"])
        return self._limits[currency]

    def prepare(self, product_ids: Iterable[bytes]) -> None:
        """Reads products with tax rates and prices that were not read yet."""
        new = sorted(set(product_ids) - self._products.keys())
        if not new:
            return
        product, tax, item = hq.tables["product"], hq.tables["tax_code"], hq.tables["price_item"]
        self._products |= dict.fromkeys(new)
        query = (
            sa.select(product, sa.func.coalesce(tax.c.rate, 0).label("tax_rate"))
            .select_from(product.outerjoin(tax, tax.c.id == product.c.tax_code_id))
            .where(product.c.id.in_(new), product.c.deleted == 0)
        )
        for row in self._connection.execute(query).mappings():
            self._products[row["id"]] = dict(row)
        prices = sa.select(item).where(item.c.product_id.in_(new), item.c.deleted == 0)
        for row in self._connection.execute(prices).mappings():
            one = PriceItem(row["price_list_id"], row["min_quantity"], row["price"], row["floor"])
            self._items[row["product_id"]].append(one)

    def origins(self, ids: Collection[bytes]) -> dict[bytes, Origin]:
        """Lines that goods were sold by, with what came back of them before."""
        if not ids:
            return {}
        line, order = hq.tables["order_line"], hq.tables["sales_order"]
        again, back = line.alias("again"), order.alias("back")
        counted = sa.and_(
            again.c.partner_id == line.c.partner_id,
            again.c.product_id == line.c.product_id,
            again.c.deleted == 0,
            back.c.order_kind == "return",
            back.c.status.not_in(RELEASED),
            sa.or_(
                again.c.origin_line_id == line.c.id,
                # an older laptop names the order only: it counts for the first line of the product
                sa.and_(again.c.origin_line_id.is_(None), back.c.reference == order.c.number, ~_later(line)),
            ),
        )

        def came_back(name: str) -> sa.ColumnElement[int]:
            total = sa.cast(sa.func.coalesce(sa.func.sum(-again.c[name]), 0), sa.BigInteger)
            found = sa.select(total).join(back, back.c.id == again.c.order_id).where(counted)
            return found.correlate(line, order).scalar_subquery()

        query = (
            sa.select(
                line,
                order.c.number,
                order.c.status,
                order.c.currency,
                came_back("quantity").label("returned"),
                came_back("net").label("credited"),
                came_back("tax").label("credited_tax"),
            )
            .join(order, order.c.id == line.c.order_id)
            .where(line.c.id.in_(sorted(ids)), line.c.deleted == 0, order.c.deleted == 0)
        )
        found = self._connection.execute(query.where(order.c.order_kind == "order")).mappings()
        return {
            row["id"]: Origin(
                line=row["id"],
                order_number=row["number"] or "",
                status=row["status"],
                partner=row["partner_id"],
                product=row["product_id"],
                quantity=row["quantity"],
                unit_price=row["unit_price"],
                tax_rate=row["tax_rate"],
                net=row["net"],
                tax=row["tax"],
                returned=row["returned"],
                credited=row["credited"],
                credited_tax=row["credited_tax"],
                currency=row["currency"],
            )
            for row in found
        }

    def credit(self, partner: Row) -> Position:
        """What takes up the partner's credit: open receivables, and accepted orders without an invoice; what
        is on account frees it.
        """
        receivable, order = hq.tables["receivable"], hq.tables["sales_order"]
        owed = (
            sa.select(receivable.c.currency, sa.cast(sa.func.sum(receivable.c.open_amount), sa.BigInteger))
            .where(receivable.c.partner_id == partner["id"], receivable.c.deleted == 0)
            .group_by(receivable.c.currency)
        )
        invoiced = sa.exists().where(receivable.c.order_id == order.c.id, receivable.c.deleted == 0)
        accepted = (
            sa.select(order.c.currency, sa.cast(sa.func.sum(order.c.total), sa.BigInteger))
            .where(
                order.c.partner_id == partner["id"],
                order.c.deleted == 0,
                sa.or_(order.c.status.in_(UNINVOICED), order.c.closed_at.is_not(None)),
                order.c.total > 0,
                ~invoiced,
            )
            .group_by(order.c.currency)
        )
        both = sa.union_all(
            owed.add_columns(sa.literal(Use.RECEIVABLE.value)),
            accepted.add_columns(sa.literal(Use.ACCEPTED.value)),
        )
        exposures = [
            Exposure(Use(use), int(amount), currency)
            for currency, amount, use in self._connection.execute(both)
        ]
        on_account = payments.on_account(self._connection, partner["id"])
        exposures += [Exposure(Use.ON_ACCOUNT, one, currency) for currency, one in on_account.items()]
        return position(partner["currency"], partner["credit_limit"], exposures)

    def blocked_on(self, partner: Row) -> date | None:
        """Since when the partner is blocked; None: it is not."""
        return blocks.in_force(self._connection, partner["id"])

    def _parts_of(self, entity: str, promotions: Collection[bytes]) -> dict[bytes, list[Row]]:
        table, found = hq.tables[entity], defaultdict[bytes, list[Row]](list)
        query = sa.select(table).where(table.c.promotion_id.in_(sorted(promotions)), table.c.deleted == 0)
        for row in self._connection.execute(query).mappings():
            found[row["promotion_id"]].append(dict(row))
        return found

    def _path(self, territory_id: bytes) -> tuple[Any, ...]:
        """A territory and all above it, without deleted ones: id, path, time zone."""
        if territory_id not in self._paths:
            territory = hq.tables["territory"]
            own = territory.alias("own")
            below = sa.func.substr(own.c.path, 1, sa.func.length(territory.c.path)) == territory.c.path
            query = (
                sa.select(territory.c.id, territory.c.path, territory.c.time_zone)
                .join(own, below)
                .where(own.c.id == territory_id, own.c.deleted == 0, territory.c.deleted == 0)
            )
            self._paths[territory_id] = tuple(self._connection.execute(query))
        return self._paths[territory_id]

    def _lists_of(self, partner_id: bytes) -> list[PriceList]:
        """Price lists but those of other partners: there may be one for each."""
        if partner_id not in self._lists:
            price_list = hq.tables["price_list"]
            open_to = sa.or_(price_list.c.partner_id.is_(None), price_list.c.partner_id == partner_id)
            query = sa.select(price_list).where(price_list.c.deleted == 0, open_to)
            self._lists[partner_id] = [
                _list_of(dict(row)) for row in self._connection.execute(query).mappings()
            ]
        return self._lists[partner_id]


def _later(line: sa.Table) -> sa.ColumnElement[bool]:
    """Whether the order has an earlier line of the same product."""
    other = line.alias("earlier")
    return sa.exists().where(
        other.c.order_id == line.c.order_id,
        other.c.product_id == line.c.product_id,
        other.c.line_number < line.c.line_number,
        other.c.deleted == 0,
    )


def _list_of(row: Row) -> PriceList:
    def day(text: Any) -> date | None:
        return None if text is None else date.fromisoformat(text)

    return PriceList(
        id=row["id"],
        code=row["code"],
        currency=row["currency"],
        partner=row["partner_id"],
        tier=row["tier_id"],
        channel_type=row["channel_type_id"],
        territory=row["territory_id"],
        valid_from=day(row["valid_from"]),
        valid_to=day(row["valid_to"]),
    )
