"""A real window on the demo profile, driven by a benchmark inside the process."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import demo_profile, screen

if TYPE_CHECKING:
    from ui.app import App

SUBJECTS = {
    "partner": "SELECT id FROM partner ORDER BY code LIMIT 1",
    "order": "SELECT id FROM sales_order ORDER BY order_date DESC, id LIMIT 1",
    "routing": """SELECT s.id FROM sales_order s WHERE s.status IN ('accepted', 'partly_shipped')
      ORDER BY (SELECT sum(quantity) FROM order_line l WHERE l.order_id = s.id) - coalesce((
        SELECT sum(b.quantity) FROM shipment h JOIN shipment_line b ON b.shipment_id = h.id
        WHERE h.order_id = s.id), 0) DESC, s.id LIMIT 1""",
    "product": "SELECT id FROM product ORDER BY sku LIMIT 1",
}
"""What a page of one thing is opened with, by the page's id."""


@contextmanager
def opened(place: Path) -> Iterator[App]:
    """The program's window, at rest on its first page."""
    gc.disable()  # as the door does
    from ui.app import window_app
    from ui.first_run.start import collect_again

    desk = demo_profile.opened(place)
    app = window_app(desk)
    try:
        app.show()
        screen.settle(app.tasks, app.window)
        collect_again()
        yield app
    finally:
        app.close()
        desk.close()


def subjects(ask: Callable[..., Any]) -> dict[str, bytes]:
    """A subject for each page that needs one. ``ask`` is the desk's."""

    def find(connection: Any) -> dict[str, bytes]:
        run = connection.exec_driver_sql
        return {page: bytes(run(sql).scalar_one()) for page, sql in SUBJECTS.items()}

    found: dict[str, bytes] = ask(find)
    return found
