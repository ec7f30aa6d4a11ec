"""Whatever the rows are, each has one class, and the classes add up to the files."""

import csv
import io
from decimal import Decimal, InvalidOperation

from hypothesis import given
from hypothesis import strategies as st

from channeldesk.exchange.importer import Importer
from channeldesk.exchange.read_mapping import find_mapping

HEADER = [
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
]


class KnowsAll:
    """Every master row exists."""

    def __init__(self):
        self.lines = 0

    def resolve(self, entity, foreign_id):
        return f"{entity} {foreign_id}".encode()

    def put(self, target, foreign_id, values, lines=None):
        self.lines += len(lines or [])

    def flush(self):
        pass


cells = st.tuples(
    st.sampled_from(["1", "2", "C3", ""]),
    st.sampled_from(["A", "a", "POST", ""]),
    st.sampled_from(["LAMP", "?", ""]),
    st.sampled_from(["1", "-2", "0", "2.5", "x", ""]),
    st.sampled_from(["2011-01-05 09:55:00", "2011-01-05 09:56:00", "yesterday"]),
    st.sampled_from(["2.55", "0.0", "0.001", "-1", "1e3"]),
    st.sampled_from(["17850.0", "17851.0", ""]),
    st.sampled_from(["France", "United Kingdom", "Atlantis"]),
)


def readable(row):
    """What the report counts: quantity x price of a row whose cells can all be read."""
    invoice, code, _, quantity, at, price, _, _ = row
    if not (invoice and code) or at == "yesterday" or price == "1e3":
        return Decimal(0)
    try:
        return Decimal(quantity) * Decimal(price)
    except InvalidOperation:
        return Decimal(0)


@given(st.lists(st.lists(cells, max_size=12), min_size=1, max_size=3))
def test_every_row_is_in_one_class_and_the_classes_add_up(tmp_path_factory, days):
    folder = tmp_path_factory.mktemp("rows")
    for number, day in enumerate(days):
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([HEADER, *day])
        (folder / f"{number}.csv").write_text(text.getvalue(), encoding="utf-8")
    book = KnowsAll()

    report = Importer(find_mapping("online_retail"), folder, book).run()

    account = report.groups["lines"]
    counted = {name: one.rows for name, one in account.classes.items()}
    assert sum(counted.values()) == account.total.rows == sum(map(len, days))
    total = sum((readable(row) for day in days for row in day), Decimal(0))
    assert sum(Decimal(account.amount_text(one)) for one in account.classes.values()) == total
    assert len(report.rejected) == counted["rejected"]
    assert book.lines == counted["order_line"] + counted["return"]
