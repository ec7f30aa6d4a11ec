"""One level of a place, product and lot, also where the place or the lot is empty."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KEYS = {
    "stock_level": ("partner_id", "product_id", "warehouse_id", "lot"),
    "warehouse_level": ("warehouse_id", "product_id", "lot"),
}
EMPTY = {
    "stock_level": (("warehouse_id",), ("lot",), ("warehouse_id", "lot")),
    "warehouse_level": (("lot",),),
}
_DOUBLE = """
CREATE TEMPORARY TABLE double_level AS
SELECT id, keeper FROM (
    SELECT id, first_value(id) OVER (
        PARTITION BY {key} ORDER BY as_of DESC, coalesce(updated_at, 0) DESC, id DESC) AS keeper
    FROM {table} WHERE deleted = 0) AS known
WHERE id <> keeper
"""
"""Several systems told of one stock: the latest report holds."""


def upgrade() -> None:
    for table, key in KEYS.items():
        op.execute(_DOUBLE.format(key=", ".join(key), table=table))
        op.execute("CREATE INDEX ix_double_level ON double_level (id)")
        op.execute(
            "UPDATE external_key SET row_id = (SELECT keeper FROM double_level d WHERE d.id = row_id) "
            f"WHERE entity = '{table}' AND row_id IN (SELECT id FROM double_level)"
        )
        op.execute(f"UPDATE {table} SET deleted = 1 WHERE id IN (SELECT id FROM double_level)")
        op.execute("DROP TABLE double_level")
        for empty in EMPTY[table]:
            where = sa.text(" AND ".join(("deleted = 0", *(f"{one} IS NULL" for one in empty))))
            op.create_index(
                "_".join(("uq", table, "without", *empty)),
                table,
                [one for one in key if one not in empty],
                unique=True,
                sqlite_where=where,
                postgresql_where=where,
            )
