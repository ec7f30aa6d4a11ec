"""Mapped classes: every entity of a side, parents written before children."""

import subprocess
import sys

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from channeldesk.model import mapped, tables
from channeldesk.model.entities import ENTITIES


def test_every_table_of_each_side_has_a_class_of_its_own() -> None:
    for name in ENTITIES:
        on_hq = mapped.hq(name)
        assert sa.inspect(on_hq).local_table is tables.hq.tables[name]
        if name in tables.laptop.tables:
            on_laptop = mapped.laptop(name)
            assert sa.inspect(on_laptop).local_table is tables.laptop.tables[name]
            assert on_laptop is not on_hq


def test_parents_are_written_before_children_in_whatever_order_they_are_added() -> None:
    engine = sa.create_engine("sqlite://")
    tables.hq.create_all(engine)
    with Session(engine) as session:
        session.execute(sa.text("PRAGMA foreign_keys = ON"))
        territory = mapped.hq("territory")(code="CN", name="China", path="CN/")
        product = mapped.hq("product")(sku="A-1", name="Drill")
        partner = mapped.hq("partner")(name="恒泰", territory_id=territory.id, currency="CNY")
        order = mapped.hq("sales_order")(partner_id=partner.id, order_date="2026-11-21", currency="CNY")
        line = mapped.hq("order_line")(
            order_id=order.id,
            partner_id=partner.id,
            product_id=product.id,
            line_number=1,
            quantity=1000,
            unit_price=10000,
            net=100,
        )
        session.add_all([line, order, partner, product, territory])
        session.commit()

        found = session.scalars(sa.select(mapped.hq("order_line"))).one()

        assert (found.order.partner.name, found.product.sku) == ("恒泰", "A-1")
        assert found.order.partner.stage == "active"
    engine.dispose()


def test_a_field_that_nobody_declared_is_refused() -> None:
    with pytest.raises(TypeError, match="no field nickname"):
        mapped.laptop("partner")(nickname="x")


def test_a_row_shows_its_id_and_nothing_private() -> None:
    row = mapped.laptop("contact")(id=bytes(16), name="张三", phone="13800000000")

    assert repr(row) == f"<Contact {bytes(16).hex()}>"


def test_the_tables_alone_load_no_mapper() -> None:
    code = "import channeldesk.model.local, sys; print('sqlalchemy.orm' in sys.modules)"

    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert answer.stdout.strip() == "False"
