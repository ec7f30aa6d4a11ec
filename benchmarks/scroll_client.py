"""Jumps about in a long list of order lines, in a process of its own.

``python -m benchmarks.scroll_client PROFILE JUMPS`` prints milliseconds per jump: from moving the scroll bar
until every visible row is read from the database and painted; and of each of the paints in them, at first
what is at hand and then the rows that came. The list is the program's own.
"""

from __future__ import annotations

import gc
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import demo_profile, memory, screen


def main() -> None:
    gc.disable()  # as the door does
    from channeldesk.model.i18n import Translator
    from channeldesk.queries import order_lines
    from ui.app import make_application
    from ui.first_run.start import collect_again
    from ui.i18n import set_translator
    from ui.models.columns import Column, Kind
    from ui.tasks import Tasks
    from ui.theme import LIGHT_SCHEME, theme
    from ui.widgets.list_table import ListTable

    make_application()
    set_translator(Translator("en", home="CNY"))
    theme.apply(LIGHT_SCHEME)
    columns = (
        Column("number", "Number", lambda row: row.number),
        Column("date", "Date", lambda row: row.date, Kind.DAY),
        Column("partner", "Partner", lambda row: row.partner, width=220),
        Column("sku", "SKU", lambda row: row.sku),
        Column("product", "Product", lambda row: row.product, width=260),
        Column("quantity", "Quantity", lambda row: row.quantity, Kind.QUANTITY),
        Column("unit_price", "Price", lambda row: row.unit_price, Kind.PRICE),
        Column("net", "Net", lambda row: row.net, Kind.MONEY, currency=lambda row: row.currency),
    )
    desk = demo_profile.opened(Path(sys.argv[1]))
    tasks = Tasks(desk)
    table = ListTable(tasks, "lines", columns, order_lines.keys, order_lines.rows)
    table.resize(1200, 800)
    table.show()
    started = time.perf_counter()
    table.reload()
    screen.settle(tasks, table)
    opened = time.perf_counter() - started
    collect_again()
    paints = time_paints()
    taken = jumps(table, tasks, int(sys.argv[2]))
    sample = {
        "again": taken,
        "paints": paints,
        "rows": table.count,
        "open_s": opened,
        "memory_mb": memory.peak_mb(),
    }
    tasks.close()
    desk.close()
    print(json.dumps(sample))


def jumps(table: Any, tasks: Any, count: int) -> list[float]:
    """Seeded jumps of the scroll bar over the whole list."""
    choose = random.Random(1)
    bar = table.view.verticalScrollBar()
    taken = []
    for _ in range(count):
        place = choose.randint(0, bar.maximum())
        started = time.perf_counter()
        bar.setValue(place)
        screen.paint(table)
        screen.wait_for(lambda: _complete(table))
        screen.paint(table)
        taken.append((time.perf_counter() - started) * 1000)
        screen.settle(tasks, table)
    return taken


def time_paints() -> list[float]:
    """Milliseconds of every paint of a table's cells from now on."""
    from ui.widgets import table_view

    taken: list[float] = []
    paint = table_view.paint_cells

    def timed(*arguments: Any) -> None:
        started = time.perf_counter()
        paint(*arguments)
        taken.append((time.perf_counter() - started) * 1000)

    table_view.paint_cells = timed
    return taken


def _complete(table: Any) -> bool:
    """Whether every visible row is here. A row that is not is thereby asked for."""
    view, model = table.view, table.model
    first, last = view.rowAt(0), view.rowAt(view.viewport().height() - 1)
    last = len(model.keys) - 1 if last < 0 else last
    return all(model.row(place) is not None for place in (first, last))


if __name__ == "__main__":
    main()
