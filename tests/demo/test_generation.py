"""The same inputs give the same bytes; the network looks like a trade and tells its stories."""

import hashlib
from collections import Counter, defaultdict
from datetime import date

import pytest

from channeldesk.demo import generate
from channeldesk.demo.organisation import CHINA_TIME, USERS
from channeldesk.demo.products import ean13
from channeldesk.demo.world import SIZES, moment
from tests.demo.conftest import TODAY


def fingerprint(network):
    total = hashlib.sha256()
    for batch in network.batches():
        total.update(repr((batch.entity, batch.columns, batch.rows)).encode())
    return total.hexdigest()


def test_the_same_seed_gives_the_same_bytes_and_another_does_not():
    first, again = generate("small", seed=5, today=TODAY), generate("small", seed=5, today=TODAY)
    assert fingerprint(first) == fingerprint(again)
    assert fingerprint(generate("small", seed=6, today=TODAY)) != fingerprint(
        generate("small", seed=5, today=TODAY)
    )


def test_rows_are_streamed_once(network, rows):
    with pytest.raises(RuntimeError):
        next(iter(network.batches()))


def test_an_unknown_size_is_refused():
    with pytest.raises(ValueError, match="small, large"):
        generate("huge", today=TODAY)


def _is_past(column: str) -> bool:
    """A publication waits for its moment, a request for its decision."""
    return column.endswith(("_at", "as_of")) and column not in ("publish_at", "due_at")


@pytest.mark.parametrize(
    "today",
    [date(2026, 1, 1), date(2026, 2, 20), date(2028, 2, 29), date(2027, 5, 2), date(2026, 11, 23)],
)
def test_any_day_will_do(today):
    """New year, the festival, a leap day, a Sunday, a Monday: sizes stay exact, nothing divides by zero, and
    nothing has happened that the person who looks at it in the morning has still before them.
    """
    opening = moment(today, 7 * 60, CHINA_TIME)
    made = Counter()
    for batch in generate("small", today=today).batches():
        made[batch.entity] += len(batch.rows)
        for place in [n for n, name in enumerate(batch.columns) if _is_past(name)]:
            late = [row for row in batch.rows if row[place] is not None and row[place] >= opening]
            assert not late, f"{batch.entity}.{batch.columns[place]} of {len(late)} rows"
    assert made["order_line"] == SIZES["small"].lines


def test_barcodes_carry_their_check_digit(rows):
    assert ean13("400638133393") == "4006381333931"
    assert all(row["barcode"] == ean13(row["barcode"][:12]) for row in rows["product"])


def test_a_fifth_of_the_partners_brings_more_than_half_of_the_money(rows):
    sales = Counter()
    for order in rows["sales_order"]:
        if order["currency"] == "CNY":
            sales[order["partner_id"]] += order["net"]
    largest = sorted(sales.values(), reverse=True)
    assert 0.5 < sum(largest[: len(largest) // 5]) / sum(largest) < 0.85


def test_baskets_hold_about_thirteen_lines(rows):
    lines = Counter(line["order_id"] for line in rows["order_line"])
    kinds = {order["id"]: order["order_kind"] for order in rows["sales_order"]}
    sizes = [count for order, count in lines.items() if kinds[order] == "order"]
    assert 12 <= sum(sizes) / len(sizes) <= 15


def test_the_year_has_its_seasons(rows):
    months = Counter()
    for order in rows["sales_order"]:
        if order["currency"] == "CNY":
            months[order["order_date"][:7]] += order["net"]
    assert months["2026-02"] < 0.6 * months["2026-03"]
    assert months["2025-11"] > 1.3 * months["2025-10"]


def test_channels_mix_as_in_the_trade(rows):
    groups = {row["id"]: row["mix_group"] for row in rows["channel_type"]}
    types = {row["id"]: groups[row["channel_type_id"]] for row in rows["partner"]}
    sales = Counter()
    for order in rows["sales_order"]:
        if order["currency"] == "CNY":
            sales[types[order["partner_id"]]] += order["net"]
    share = {group: value / sum(sales.values()) for group, value in sales.items()}
    assert share["distribution"] > share["direct"] > 0.1
    assert share["emerging"] > 0.1
    plan = Counter()
    for row in rows["channel_type"]:
        plan[row["mix_group"]] += row["plan_share"]
    assert plan == {"direct": 3000, "distribution": 4000, "emerging": 3000}


def test_the_failing_partner_fails_and_li_wei_sees_it(rows, network):
    failing = network.partners[0]
    assert failing.territory == "CN-E2"
    months = defaultdict(int)
    for order in rows["sales_order"]:
        if order["partner_id"] == failing.id:
            months[order["order_date"][:7]] += order["net"]
    lately = sum(months[f"2026-{n:02d}"] for n in (8, 9, 10))
    assert lately < 0.5 * sum(months[f"2025-{n:02d}"] for n in (8, 9, 10))
    overdue = sum(
        row["open_amount"]
        for row in rows["receivable"]
        if row["partner_id"] == failing.id and row["due_on"] < TODAY.isoformat()
    )
    assert overdue > 100_000_00


def test_li_weis_day_is_full(rows, network):
    user = network.organisation.users["li.wei"]
    mine = {partner.id for partner in network.partners if partner.territory == "CN-E2"}
    today = [
        row for row in rows["visit_plan"] if row["user_id"] == user and row["planned_on"] == TODAY.isoformat()
    ]
    promises = [row for row in rows["promise"] if row["partner_id"] in mine and row["done_on"] is None]
    assert [row["start_minute"] for row in today] == [540, 660, 840, 990]
    assert {row["partner_id"] for row in today} <= mine
    assert sum(row["due_on"] == TODAY.isoformat() for row in promises) >= 2
    assert sum(row["due_on"] < TODAY.isoformat() for row in promises) >= 2
    assert sum(row["due_on"] > TODAY.isoformat() for row in promises) >= 2
    assert 20 <= len(mine) <= 40


def test_every_role_that_signs_in_is_there():
    roles = Counter(role for _, _, role, *_ in USERS)
    assert roles["manager"] >= 2
    assert roles["headquarters"] == roles["viewer"] == 1


def test_some_shelves_are_empty_and_most_are_not(rows):
    empty = sum(row["quantity"] == 0 for row in rows["stock_level"])
    assert 0.01 < empty / len(rows["stock_level"]) < 0.2


def test_targets_are_near_what_is_sold(rows, network):
    periods = {row["id"]: row["code"] for row in rows["fiscal_period"]}
    east = network.organisation.territories["CN-E2"]
    mine = {partner.id for partner in network.partners if partner.territory == "CN-E2"}
    planned = sum(
        row["value"]
        for row in rows["target"]
        if row["territory_id"] == east
        and row["partner_id"] is None
        and "2026-P01" <= periods[row["period_id"]] <= "2026-P10"
    )
    sold = sum(
        row["net"]
        for row in rows["sales_order"]
        if row["partner_id"] in mine and "2026-01" <= row["order_date"] < "2026-11"
    )
    assert 0.75 < sold / planned < 1.25
