"""The figures of the demo network agree with each other; what does not is declared as a fault."""

import json
from collections import defaultdict

from channeldesk.demo.world import moment
from channeldesk.model.entities import ENTITIES
from channeldesk.model.notice import Notice
from channeldesk.model.values import line_net, tax
from channeldesk.rules.administration import KINDS
from channeldesk.rules.counts import Limit, Line, judge
from channeldesk.rules.field_limits import refuse_value
from tests.demo.conftest import TODAY

SALES = ("placed", "accepted", "partly_shipped", "shipped", "closed")


def by_id(rows, entity):
    return {row["id"]: row for row in rows[entity]}


def fault(network, kind):
    return next(fault.row_ids for fault in network.faults() if fault.kind == kind)


def test_the_size_is_kept_exactly(rows):
    assert [len(rows[name]) for name in ("partner", "product", "order_line")] == [60, 800, 40_000]


def test_every_reference_points_to_a_row_made_before(rows):
    known = set()
    for entity in rows:
        declared = ENTITIES[entity].fields
        # These refer to rows of their own kind, or come in two parts: a partner's people after the partners.
        if entity not in ("partner", "territory", "app_user"):
            for row in rows[entity]:
                for name, value in row.items():
                    if value is not None and declared[name].target not in (None, "*"):
                        assert value in known, (entity, name)
        known |= {row["id"] for row in rows[entity]}
    assert all(row["parent_id"] is None or row["parent_id"] in known for row in rows["partner"])
    assert {row.get("partner_id") for row in rows["app_user"]} - {None} <= known


def test_ids_are_unique_and_so_are_business_keys(rows):
    ids = [row["id"] for made in rows.values() for row in made]
    assert len(set(ids)) == len(ids)
    for entity, made in rows.items():
        if not ENTITIES[entity].key:
            continue
        keys = [tuple(row.get(name) for name in ENTITIES[entity].key) for row in made]
        keys = [key for key in keys if None not in key]
        assert len(set(keys)) == len(keys), entity


def test_line_amounts_follow_the_rules_of_rounding(rows):
    orders = by_id(rows, "sales_order")
    for line in rows["order_line"]:
        currency = orders[line["order_id"]]["currency"]
        before = line_net(line["quantity"], line["unit_price"], currency)
        assert line["net"] == before - line["discount"]
        assert line["tax"] == tax(line["net"], line["tax_rate"])


def test_an_order_is_the_sum_of_its_lines(rows):
    totals = defaultdict(lambda: [0, 0])
    for line in rows["order_line"]:
        totals[line["order_id"]][0] += line["net"]
        totals[line["order_id"]][1] += line["tax"]
    for order in rows["sales_order"]:
        assert totals[order["id"]] == [order["net"], order["tax"]]
        assert order["total"] == order["net"] + order["tax"]


def test_discounts_are_those_of_their_lines_and_budgets_those_of_their_discounts(rows):
    orders, lines, promotions = (by_id(rows, name) for name in ("sales_order", "order_line", "promotion"))
    of_line, used = defaultdict(int), defaultdict(int)
    for one in rows["order_discount"]:
        line, order = lines[one["order_line_id"]], orders[one["order_id"]]
        assert line["order_id"] == order["id"]
        assert line["unit_price"] == line["list_price"]
        promotion = promotions[one["promotion_id"]]
        assert promotion["valid_from"] <= order["order_date"] <= promotion["valid_to"]
        of_line[one["order_line_id"]] += one["amount"]
        assert order["status"] in SALES
        used[promotion["id"]] += one["amount"]
    assert dict(of_line) == {line["id"]: line["discount"] for line in lines.values() if line["discount"]}
    for one in promotions.values():
        assert one["used"] == (used[one["id"]] if one["budget"] is not None else 0)
        assert one["budget"] is None or one["used"] <= one["budget"]


def test_lines_are_numbered_from_one_and_name_a_product_once(rows):
    lines = defaultdict(list)
    for line in rows["order_line"]:
        lines[line["order_id"]].append(line)
    for of_order in lines.values():
        assert [line["line_number"] for line in of_order] == list(range(1, len(of_order) + 1))
        assert len({line["product_id"] for line in of_order}) == len(of_order)


def test_returns_are_negative_and_orders_are_not(rows):
    orders = by_id(rows, "sales_order")
    for line in rows["order_line"]:
        assert (line["quantity"] < 0) == (orders[line["order_id"]]["order_kind"] == "return")
    assert any(order["order_kind"] == "return" for order in orders.values())


def test_an_invoice_is_not_more_than_its_order_and_not_in_the_future(rows):
    orders = by_id(rows, "sales_order")
    for invoice in rows["receivable"]:
        order = orders[invoice["order_id"]]
        assert 0 <= invoice["open_amount"] <= invoice["amount"] == order["total"]
        assert order["order_date"] < invoice["issued_on"] <= TODAY.isoformat()
        assert order["status"] in ("shipped", "closed")


def test_only_the_declared_partner_owes_more_than_its_limit(rows, network):
    owed = defaultdict(int)
    invoiced = {invoice["order_id"] for invoice in rows["receivable"]}
    for invoice in rows["receivable"]:
        owed[invoice["partner_id"]] += invoice["open_amount"]
    for order in rows["sales_order"]:
        if order["status"] in SALES[:-1] and order["order_kind"] == "order" and order["id"] not in invoiced:
            owed[order["partner_id"]] += order["total"]
    limited = [row for row in rows["partner"] if row["credit_limit"] is not None and row["payment_days"]]
    over = [row["id"] for row in limited if owed[row["id"]] > row["credit_limit"]]
    assert tuple(over) == fault(network, "credit_exceeded")


def test_orders_lie_within_their_partners_life(rows, network):
    lives = {partner.id: (partner.first_order, partner.last_order) for partner in network.partners}
    joined = {row["id"]: row["joined_on"] for row in rows["partner"]}
    for order in rows["sales_order"]:
        first, last = lives[order["partner_id"]]
        assert first.isoformat() <= order["order_date"]
        assert order["order_date"] <= last.isoformat() or order["order_kind"] == "return"
        assert joined[order["partner_id"]] < order["order_date"]


def test_only_the_declared_lines_are_below_the_floor(rows, network):
    floors = {}
    lists = by_id(rows, "price_list")
    for item in rows["price_item"]:
        of_list = lists[item["price_list_id"]]
        floors[of_list["currency"], item["product_id"]] = item["floor"]
    orders = by_id(rows, "sales_order")
    below = {
        line["id"]
        for line in rows["order_line"]
        if orders[line["order_id"]]["order_date"] >= network.prices.valid_from.isoformat()
        and orders[line["order_id"]]["order_kind"] == "order"
        and line["unit_price"] < floors[orders[line["order_id"]]["currency"], line["product_id"]]
    }
    assert below == set(fault(network, "below_floor"))
    assert len(below) == 6


def test_prices_fall_with_quantity_and_stay_above_the_floor(rows):
    breaks = defaultdict(list)
    for item in rows["price_item"]:
        breaks[item["price_list_id"], item["product_id"]].append(item)
    for items in breaks.values():
        items.sort(key=lambda item: item["min_quantity"])
        prices = [item["price"] for item in items]
        assert items[0]["min_quantity"] == 0
        assert prices == sorted(prices, reverse=True)
        assert all(item["price"] >= item["floor"] > 0 for item in items)


def test_stock_is_negative_only_where_declared(rows, network):
    counts = by_id(rows, "stock_count")
    anchors = {}
    for row in rows["stock_level"]:  # lots of one moment add up
        key = row["partner_id"], row["product_id"]
        anchors[key] = row["as_of"], row["quantity"] + anchors.get(key, (0, 0))[1]
    reported = {(row["partner_id"], row["product_id"], row["last_on"]) for row in rows["sell_out"]}
    for line in rows["stock_count_line"]:
        key, at = (line["partner_id"], line["product_id"]), counts[line["stock_count_id"]]["counted_at"]
        if at > anchors.get(key, (0, 0))[0]:
            anchors[key] = at, line["counted"]
    now = {key: quantity for key, (_, quantity) in anchors.items()}
    for movement in rows["stock_movement"]:
        key = movement["partner_id"], movement["product_id"]
        twice = movement["movement_kind"] == "sale" and (*key, movement["happened_on"]) in reported
        if movement["happened_at"] > anchors[key][0] and not twice:
            now[key] += movement["quantity"]
    for sale in rows["sell_out"]:
        key = sale["partner_id"], sale["product_id"]
        if key in anchors and sale["happened_at"] > anchors[key][0]:
            now[key] -= sale["quantity"]
    assert [key for key, quantity in now.items() if quantity < 0] == [fault(network, "negative_stock")]


def test_every_value_is_one_that_its_field_takes(rows):
    wrong = {
        (name, refused.code, field)
        for name in KINDS
        for row in rows[name]
        for field, value in row.items()
        if field in (fields := ENTITIES[name].fields)
        and (refused := refuse_value(fields[field], value, row.get("currency", ""))) is not None
    }
    assert wrong == set()


def test_nothing_is_reported_or_counted_below_zero(rows):
    assert all(row["quantity"] >= 0 for row in rows["stock_level"])
    assert all(row["counted"] >= 0 for row in rows["stock_count_line"])


def test_nothing_happened_tomorrow(rows):
    evening = max(row["created_at"] for row in rows["sales_order"])
    for entity in ("stock_movement", "visit", "stock_count", "promise", "contact", "partner"):
        assert max(row["created_at"] for row in rows[entity]) < evening + 86_400_000, entity


def test_one_publication_is_over_and_one_waits(rows):
    over, waits = rows["publication"]
    now = moment(TODAY, 0, "Asia/Shanghai")
    assert over["created_at"] < over["publish_at"] < over["decided_at"] < now < waits["publish_at"]
    assert waits["created_at"] < now
    assert over["row_count"] > 0
    (part,) = rows["publication_part"]
    changes = json.loads(part["changes"])
    assert len(changes) == waits["row_count"]
    items = {row["id"].hex(): row for row in rows["price_item"]}
    for one in changes:
        item = items[one["id"]]
        assert one["base"]["price"] == item["price"] < one["set"]["price"]
        assert one["set"]["price"] > item["floor"]


def test_counts_that_differ_too_much_are_asked_about_and_no_others(rows, network):
    limits = {
        row["currency"]: Limit(row["currency"], row["amount"], row["share"]) for row in rows["count_limit"]
    }
    partners, requests = {one.id: one for one in network.partners}, by_id(rows, "approval")
    number = {product: place for place, product in enumerate(network.catalogue.ids)}
    of_count = defaultdict(list)
    for line in rows["stock_count_line"]:
        of_count[line["stock_count_id"]].append(line)
    asked = []
    for count in rows["stock_count"]:
        partner = partners[count["partner_id"]]
        price = network.prices.price[partner.country, partner.tier]
        lines = [
            Line(
                line["counted"],
                line.get("expected"),
                int(price[number[line["product_id"]]]),
                line.get("reason_code"),
            )
            for line in of_count[count["id"]]
        ]
        verdict = judge(lines, partner.currency, limits[partner.currency])
        assert verdict.waits == (count.get("approval_id") is not None)
        assert verdict.unexplained == ()
        if verdict.waits:
            request = requests[count["approval_id"]]
            assert request["approval_kind"] == "count"
            assert json.loads(request["reasons"]) == [one.to_wire() for one in verdict.told]
            asked.append((count["status"], request["status"], request["decided_at"] is None))
    assert asked == [("approved", "approved", False), ("waiting", "asked", True)]


def test_a_waiting_count_may_be_decided_by_who_is_shown_the_demo(rows, network):
    (waits,) = (
        row for row in rows["approval"] if (row["approval_kind"], row["status"]) == ("count", "asked")
    )
    manager = network.organisation.users["li.wei"]
    (partner,) = (one for one in network.partners if one.id == waits["partner_id"])
    assert network.organisation.managers[partner.territory] == manager
    assert waits["created_by"] != manager


def test_a_confirmed_route_sends_all_of_its_order_from_what_lies_there(rows, network):
    (route,) = rows["order_route"]
    order = by_id(rows, "sales_order")[route["order_id"]]
    users = network.organisation.users
    assert (route["status"], route["created_by"]) == ("confirmed", users["li.wei"])
    assert route["created_by"] == order["salesperson_id"]
    assert order["received_at"] < route["created_at"] < route["updated_at"] == route["decided_at"]
    assert route["decided_at"] < moment(TODAY, 7 * 60, "Asia/Shanghai")
    sent, taken, there = defaultdict(int), defaultdict(int), defaultdict(int)
    for part in rows["order_route_line"]:
        assert part["route_id"] == route["id"]
        assert part["partner_id"] == order["partner_id"]
        sent[part["order_line_id"], part["product_id"]] += part["quantity"]
        taken[part["warehouse_id"], part["product_id"]] += part["quantity"]
        assert Notice.from_wire(json.loads(part["reasons"])[0]).english()
    ordered = {
        (line["id"], line["product_id"]): line["quantity"]
        for line in rows["order_line"]
        if line["order_id"] == order["id"]
    }
    assert sent == ordered
    for level in rows["warehouse_level"]:
        if level["expires_on"] is None or level["expires_on"] >= TODAY.isoformat():
            there[level["warehouse_id"], level["product_id"]] += level["quantity"]
    assert all(quantity <= there[place] for place, quantity in taken.items())
