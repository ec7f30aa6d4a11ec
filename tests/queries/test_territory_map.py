"""What the map of partners is made of, against the list and the sums beside it."""

import sqlalchemy as sa

from channeldesk.desk import Desk
from channeldesk.queries import currency, partners, periods, sales
from channeldesk.queries.territory_map import territory_map
from channeldesk.queries.views import ListView
from tests.support.demo_laptop import DAY, NOW_MS


def test_it_shows_the_partners_of_the_list_in_its_order(reader: sa.Connection) -> None:
    view = ListView({"overdue": "> 0"}, "overdue", True)
    found = territory_map(reader, view, DAY)
    keys = partners.keys(reader, view, DAY)

    assert len(keys) > 1
    assert [one.row.key for one in found.partners] == list(keys)
    assert [one.row for one in found.partners] == partners.rows(reader, keys, DAY)
    assert found.as_of == NOW_MS


def test_places_are_those_of_the_partners(reader: sa.Connection) -> None:
    found = territory_map(reader, today=DAY)
    rows = reader.execute(sa.text("SELECT id, latitude, longitude FROM partner")).all()

    assert {one.row.id: one.place for one in found.partners} == {row[0]: (row[1], row[2]) for row in rows}
    assert found.placeless == 0


def test_amounts_are_in_one_currency(reader: sa.Connection) -> None:
    found = territory_map(reader, today=DAY)
    rates = currency.rates(reader, "CNY", DAY)
    pounds = [one for one in found.partners if one.row.currency == "GBP" and one.row.sales]

    assert found.currency == "CNY"
    assert pounds, "the network has partners in another currency"
    assert all(one.sales == rates.convert(one.row.sales, "GBP") != one.row.sales for one in pounds)


def test_the_change_is_against_as_much_of_the_period_before(reader: sa.Connection) -> None:
    found = territory_map(reader, today=DAY)
    window = periods.window(reader, 2, DAY)
    (before,) = sales.own_currency(reader, [window.periods[0].code])

    assert found.period == window.current
    assert found.before == window.periods[0]
    assert 0 < found.pace < 10_000
    compared = [one for one in found.partners if one.change is not None]
    assert compared
    for one in compared:
        assert one.sales_before == before[one.row.id]
        assert abs((one.change + 1) * one.sales_before * found.pace / 10_000 - one.row.sales) < 1
    new = [one for one in found.partners if before.get(one.row.id, 0) <= 0]
    assert all(one.change is None for one in new)


def test_a_partner_without_a_place_is_counted_and_found_in_the_list(desk: Desk) -> None:
    with desk.database.apply() as connection:
        chosen = connection.execute(sa.text("SELECT id FROM partner ORDER BY name LIMIT 2")).scalars().all()
        connection.execute(sa.text("UPDATE partner SET latitude = NULL WHERE id = :id"), {"id": chosen[0]})
        connection.execute(sa.text("UPDATE partner SET longitude = NULL WHERE id = :id"), {"id": chosen[1]})
    with desk.database.read() as connection:
        found = territory_map(connection, today=DAY)
        placeless = partners.rows(connection, partners.keys(connection, ListView({"placed": "0"}), DAY), DAY)

    assert found.placeless == 2
    assert {one.row.id for one in found.partners if one.place is None} == set(chosen)
    assert {row.id for row in placeless} == set(chosen)
    assert not any(row.placed for row in placeless)
