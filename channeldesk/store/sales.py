"""The sales summaries in SQL: what counts, for all partners or for some (partner, period) groups.

A line counts when headquarters confirmed its order: the order has a server version, nothing of it waits in
the outbox, and its status is one of COUNTED. Pending orders are added by the queries, visibly.
"""

from __future__ import annotations

import sqlalchemy as sa

COUNTED = ("accepted", "partly_shipped", "shipped", "closed")

CONFIRMED = (
    "o.rv > 0 AND o.status IN (" + ", ".join(f"'{status}'" for status in COUNTED) + ") AND NOT EXISTS "
    "(SELECT 1 FROM outbox WHERE outbox.entity = 'sales_order' AND outbox.row_id = o.id)"
)
"""Condition on ``sales_order AS o``."""


def period_of(day: str) -> str:
    """The code of the fiscal period that holds ``day``; empty outside the calendar."""
    return (
        f"coalesce((SELECT CASE WHEN f.ends_on >= {day} THEN f.code END FROM fiscal_period AS f "
        f"WHERE f.starts_on <= {day} ORDER BY f.starts_on DESC, f.code DESC LIMIT 1), '')"
    )


_CONFIRMED_ALL = f"""
    days AS MATERIALIZED (
        SELECT day, {period_of("day")} AS period FROM (SELECT DISTINCT order_date AS day FROM sales_order)),
    confirmed AS MATERIALIZED (
        SELECT o.id, o.partner_id, days.period, o.currency
        FROM sales_order AS o JOIN days ON days.day = o.order_date WHERE {CONFIRMED})"""

_CONFIRMED_STALE = f"""
    confirmed AS MATERIALIZED (
        SELECT o.id, o.partner_id, g.period, o.currency
        FROM temp.stale_sales AS g
        CROSS JOIN sales_order AS o
            ON o.partner_id = g.partner_id AND o.order_date BETWEEN g.starts_on AND g.ends_on
        WHERE {CONFIRMED} AND {period_of("o.order_date")} = g.period)"""

_BY_CATEGORY_STALE = f"""WITH {_CONFIRMED_STALE}
    SELECT c.partner_id, c.period, coalesce(p.category, ''), c.currency,
        count(*), sum(l.quantity), sum(l.net), sum(coalesce(l.cost, 0))
    FROM confirmed AS c CROSS JOIN order_line AS l ON l.order_id = c.id
    LEFT JOIN product AS p ON p.id = l.product_id
    GROUP BY 1, 2, 3, 4"""


def _by_period(confirmed: str) -> str:
    return f"""WITH {confirmed}
        SELECT c.partner_id, c.period, c.currency, count(*), coalesce((
            SELECT sum(s.net) FROM sales_by_category AS s
            WHERE s.partner_id = c.partner_id AND s.period = c.period AND s.currency = c.currency), 0)
        FROM confirmed AS c GROUP BY 1, 2, 3"""


# Sorting a million lines by one number takes half the time of sorting them by an id and three texts.
BY_CATEGORY = f"""WITH {_CONFIRMED_ALL},
    head AS MATERIALIZED (
        SELECT row_number() OVER () AS number, partner_id, period, currency
        FROM (SELECT DISTINCT partner_id, period, currency FROM confirmed)),
    counted AS MATERIALIZED (
        SELECT confirmed.id, head.number << 32 AS number
        FROM confirmed JOIN head USING (partner_id, period, currency)),
    name AS MATERIALIZED (
        SELECT row_number() OVER () AS number, category
        FROM (SELECT coalesce(category, '') AS category FROM product UNION SELECT '')),
    sold AS MATERIALIZED (
        SELECT product.id, name.number
        FROM product JOIN name ON name.category = coalesce(product.category, '')),
    total AS MATERIALIZED (
        SELECT c.number + coalesce(sold.number, (SELECT number FROM name WHERE category = '')) AS key,
            count(*) AS lines, sum(l.quantity) AS quantity, sum(l.net) AS net,
            sum(coalesce(l.cost, 0)) AS cost
        FROM order_line AS l CROSS JOIN counted AS c ON c.id = l.order_id
        LEFT JOIN sold ON sold.id = l.product_id
        GROUP BY 1)
    SELECT head.partner_id, head.period, name.category, head.currency,
        total.lines, total.quantity, total.net, total.cost
    FROM total JOIN head ON head.number = total.key >> 32 JOIN name ON name.number = total.key & 4294967295"""
"""All rows of ``sales_by_category``, in the order of its columns."""
BY_PERIOD = _by_period(_CONFIRMED_ALL)
"""All rows of ``sales_by_period``; reads ``sales_by_category``, which comes first."""

# A product has no index of its own in the lines, so its lines are looked up at one partner after the other;
# each step of ``holder`` jumps to the next partner in the index.
_ORDERS_OF_PRODUCTS = """
    INSERT INTO temp.touched_order
    WITH RECURSIVE holder (id) AS (
        SELECT min(partner_id) FROM order_line WHERE EXISTS (SELECT 1 FROM temp.touched_product)
        UNION ALL
        SELECT (SELECT min(partner_id) FROM order_line WHERE partner_id > holder.id)
        FROM holder WHERE holder.id IS NOT NULL)
    SELECT DISTINCT l.order_id
    FROM holder CROSS JOIN temp.touched_product AS t
    CROSS JOIN order_line AS l ON l.partner_id = holder.id AND l.product_id = t.id"""


def sold(orders: str, which: str = "true") -> str:
    """What confirmed orders count for: a row a line, and one without a category for each order itself.

    ``orders`` stands after FROM and gives ``o``, ``which`` restricts it. The day stands for its period: that
    is looked up once a day.
    """
    return f"""
        SELECT o.partner_id, o.order_date AS day, coalesce(p.category, '') AS category, o.currency,
            1 AS lines, l.quantity, l.net, coalesce(l.cost, 0) AS cost, 0 AS orders
        FROM {orders} CROSS JOIN order_line AS l ON l.order_id = o.id
        LEFT JOIN product AS p ON p.id = l.product_id
        WHERE {which} AND {CONFIRMED}
        UNION ALL
        SELECT o.partner_id, o.order_date, NULL, o.currency, 0, 0, 0, 0, 1
        FROM {orders} WHERE {which} AND {CONFIRMED}"""


_MOVED = f"""
    INSERT INTO temp.sold_moved
    WITH moved AS MATERIALIZED (
        SELECT partner_id, day, category, currency, -lines AS lines, -quantity AS quantity, -net AS net,
            -cost AS cost, -orders AS orders FROM temp.sold_before
        UNION ALL {sold("temp.touched_sale AS t CROSS JOIN sales_order AS o ON o.id = t.id")}),
    calendar AS MATERIALIZED (
        SELECT day, {period_of("day")} AS period FROM (SELECT DISTINCT day FROM moved))
    SELECT partner_id, period, category, currency, sum(lines), sum(quantity), sum(net), sum(cost), sum(orders)
    FROM moved JOIN calendar USING (day) GROUP BY 1, 2, 3, 4"""
_ADD_UP = (
    """INSERT INTO sales_by_category
    SELECT partner_id, period, category, currency, lines, quantity, net, cost FROM temp.sold_moved
    WHERE category IS NOT NULL AND (lines <> 0 OR quantity <> 0 OR net <> 0 OR cost <> 0)
    ON CONFLICT (partner_id, period, category, currency) DO UPDATE SET
        lines = lines + excluded.lines, quantity = quantity + excluded.quantity,
        net = net + excluded.net, cost = cost + excluded.cost""",
    """DELETE FROM sales_by_category WHERE lines = 0 AND (partner_id, period, category, currency) IN (
        SELECT partner_id, period, category, currency FROM temp.sold_moved WHERE category IS NOT NULL)""",
    """INSERT INTO sales_by_period
    SELECT partner_id, period, currency, sum(orders), sum(net) FROM temp.sold_moved
    GROUP BY 1, 2, 3 HAVING sum(orders) <> 0 OR sum(net) <> 0
    ON CONFLICT (partner_id, period, currency) DO UPDATE SET
        orders = orders + excluded.orders, net = net + excluded.net""",
    """DELETE FROM sales_by_period WHERE orders = 0 AND (partner_id, period, currency) IN (
        SELECT partner_id, period, currency FROM temp.sold_moved)""",
)


def rebuild(connection: sa.Connection) -> None:
    run = connection.exec_driver_sql
    run("DELETE FROM sales_by_category")
    run("DELETE FROM sales_by_period")
    run(f"INSERT INTO sales_by_category {BY_CATEGORY}")
    run(f"INSERT INTO sales_by_period {BY_PERIOD}")


def refresh(connection: sa.Connection) -> None:
    """Follow what the notes of ``touched`` name.

    What an order counted for before it was touched is taken off, and what it counts for now is added: that
    takes as long as the order has lines, while its group may have ten thousand.
    """
    run = connection.exec_driver_sql
    if run(
        "SELECT EXISTS (SELECT 1 FROM temp.touched_calendar) OR EXISTS (SELECT 1 FROM temp.touched_product)"
    ).scalar():
        recompute(connection)
        return
    run(_MOVED)
    for statement in _ADD_UP:
        run(statement)


def recompute(connection: sa.Connection) -> None:
    """Compute the groups again that the notes of ``touched`` name."""
    run = connection.exec_driver_sql
    if run("SELECT EXISTS (SELECT 1 FROM temp.touched_calendar)").scalar():
        rebuild(connection)
        return
    run(_ORDERS_OF_PRODUCTS)
    run(
        "INSERT INTO temp.touched_day SELECT partner_id, order_date FROM sales_order "
        "WHERE id IN (SELECT id FROM temp.touched_order)"
    )
    run(
        "CREATE TEMP TABLE IF NOT EXISTS stale_sales "
        "(partner_id BLOB, period TEXT, starts_on TEXT, ends_on TEXT)"
    )
    run("DELETE FROM temp.stale_sales")
    run(
        f"""INSERT INTO temp.stale_sales
        SELECT g.partner_id, g.period, coalesce(f.starts_on, ''), coalesce(f.ends_on, '~') FROM (
            SELECT DISTINCT partner_id, {period_of("day")} AS period FROM temp.touched_day
        ) AS g LEFT JOIN (
            SELECT code, min(starts_on) AS starts_on, max(ends_on) AS ends_on FROM fiscal_period GROUP BY code
        ) AS f ON f.code = g.period"""
    )
    for table in ("sales_by_category", "sales_by_period"):
        run(
            f"DELETE FROM {table} "
            "WHERE (partner_id, period) IN (SELECT partner_id, period FROM temp.stale_sales)"
        )
    run(f"INSERT INTO sales_by_category {_BY_CATEGORY_STALE}")
    run(f"INSERT INTO sales_by_period {_by_period(_CONFIRMED_STALE)}")
