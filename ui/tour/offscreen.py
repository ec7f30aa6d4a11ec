"""The tour without a display: an order taken offline and accepted later, a picture of every page."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from channeldesk.actions import orders
from channeldesk.desk import Desk
from channeldesk.model.notice import Problem
from channeldesk.queries import order_entry, partners
from channeldesk.queries import orders as order_queries
from channeldesk.queries.drafts import DraftLine, OrderDraft
from channeldesk.queries.views import ListView
from ui.tour.server import DemoServer

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ui.app import App

_PAGE_SECONDS = 30.0
_LINES = 6


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def run(desk: Desk, server: DemoServer, pictures: Path, rows_pulled: int) -> dict[str, Any]:
    """Returns what the last line of the command tells. ``rows_pulled`` of the first round."""
    say("Headquarters is stopped: from here on the laptop is on its own.")
    server.stop()
    number, order_id = _take_order(desk)
    say(f"Order {number} is taken offline; it is provisional.")
    pages = _photograph(desk, pictures, order_id)
    say("Headquarters is started again.")
    server.start()
    desk.sync()
    found = server.find_order(number)
    accepted = found["status"] == "accepted" and bool(found["number"])
    say(f"Headquarters says of {number}: {found['status'] or 'unknown'} ({found['number']}).")
    return {
        "partners": len(desk.ask(partners.keys)),
        "rows_pulled": rows_pulled,
        "offline_order": number,
        "accepted_at_hq": accepted,
        "headquarters_number": found["number"],
        "pages": pages,
    }


def _take_order(desk: Desk) -> tuple[str, bytes]:
    """An order of what is suggested, at the first partner where nothing speaks against it."""
    for row in desk.ask(_partner_rows):
        context = desk.ask(order_entry.entry_context, row.id)
        if context is None or not context.suggestions:
            continue
        wanted = [one for one in context.suggestions if one.suggestion.quantity > 0][:_LINES]
        draft = OrderDraft(
            row.id, tuple(DraftLine(one.offer.product_id, one.suggestion.quantity) for one in wanted)
        )
        judged = desk.ask(orders.assess, draft, context.today)
        if judged.sendable and not judged.warnings:
            done = desk.act(orders.place, draft)
            return done.value.number, done.value.order_id
    raise Problem.of("demo.nothing_to_order")


def _partner_rows(connection: Connection) -> list[partners.PartnerRow]:
    return partners.rows(connection, partners.keys(connection, ListView(sort="name")))


def _photograph(desk: Desk, folder: Path, order_id: bytes) -> list[str]:
    from ui.app import window_app
    from ui.context import role
    from ui.pages import pages_for

    folder.mkdir(parents=True, exist_ok=True)
    app = window_app(desk)
    app.show()
    order = desk.ask(order_queries.detail, order_id)
    subjects: dict[str, Any] = {}
    if order is not None:
        partner_id = order.order.partner_id
        subjects = dict.fromkeys(("partner", "order_entry", "count"), partner_id) | {"order": order_id}
    taken: list[str] = []
    for language, scheme in (("en", "light"), ("zh_CN", "dark")):
        app.set_language(language)
        app.set_scheme(scheme)
        for entry in pages_for(role(desk.profile)):
            _open(app, entry.id, subjects)
            path = folder / f"{entry.id}-{language}-{scheme}.png"
            if not app.window.grab().save(str(path)):
                raise Problem.of("demo.no_picture", path=str(path))
            if entry.id not in taken:
                taken.append(entry.id)
            say(f"Picture: {path}")
    app.close()
    return taken


def _open(app: App, page_id: str, subjects: dict[str, Any]) -> None:
    router = app.window.router
    if page_id == "order_lines":
        # What stands behind a figure is reached from the figure.
        router.go("performance")
        settle(lambda: app.tasks.idle)
        page: Any = router.page
        page.show_lines()
    else:
        router.go(page_id, subjects.get(page_id))
    settle(lambda: app.tasks.idle)


def settle(idle: Callable[[], bool]) -> None:
    """Lets the page ask its questions and paint; gives up waiting after a while."""
    from PySide6.QtWidgets import QApplication

    deadline = time.monotonic() + _PAGE_SECONDS
    quiet = 0
    while quiet < 10 and time.monotonic() < deadline:
        QApplication.processEvents()
        time.sleep(0.02)
        quiet = quiet + 1 if idle() else 0
