"""The pictures of the user guide, from the demo network: what ``docs/user`` shows is the real window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage

from channeldesk.desk import Desk
from channeldesk.model.guide import LANGUAGES
from channeldesk.model.notice import Problem
from channeldesk.queries import partners
from channeldesk.queries.order_entry import entry_context
from channeldesk.queries.surveys import of_visit
from ui.theme import tokens
from ui.tour.offscreen import say, settle
from ui.viewmodels.survey import SurveyOf

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ui.app import App

PICTURES = (
    "today",
    "partners",
    "map",
    "partner",
    "receivables",
    "visits",
    "day",
    "survey",
    "performance",
    "rounds",
    "order_entry",
    "count",
)
"""Each is the page of that name, or a part of another."""
PARTS = {"map": "partners", "day": "visits", "receivables": "partner"}
"""Pictures of a part, and whose part it is."""
SIZE = (1200, 750)
_COUNTED, _ORDERED, _ANSWERED = 3, 6, 3
_COLOURS = 256


def photograph(desk: Desk, folder: Path) -> list[str]:
    """A picture of each page in each language of the guide, as ``folder/language/page.png``."""
    from ui.app import window_app

    partner_id, survey = desk.ask(busy_partner), desk.ask(open_survey)
    subjects: dict[str, Any] = dict.fromkeys(("partner", "order_entry", "count"), partner_id)
    subjects |= {"survey": survey, "receivables": desk.ask(owing_partner)}
    app = window_app(desk)
    app.set_scheme("light")
    app.show()
    app.window.resize(*SIZE)
    taken = []
    for language in LANGUAGES:
        app.set_language(language)
        (folder / language).mkdir(parents=True, exist_ok=True)
        for page_id in PICTURES:
            app.window.router.go(PARTS.get(page_id, page_id), subjects.get(page_id))
            settle(lambda: app.tasks.idle)
            prepare(app, page_id)
            app.window.messages.clear()
            path = folder / language / f"{page_id}.png"
            _save(app.window.grab().toImage(), path)
            say(f"Picture: {path}")
            taken.append(str(path))
    app.close()
    return taken


def busy_partner(connection: Connection) -> bytes:
    """One with suggestions to take and stock to count."""
    for row in partners.rows(connection, partners.keys(connection)):
        context = entry_context(connection, row.id)
        if context is not None and len(context.suggestions) > _COUNTED:
            return row.id
    raise Problem.of("demo.nothing_to_order")


def owing_partner(connection: Connection) -> bytes:
    """The one with most that is overdue."""
    found = partners.rows(connection, partners.keys(connection))
    return max(found, key=lambda one: one.overdue or 0).id


def open_survey(connection: Connection) -> SurveyOf:
    """The longest survey of a visit that is still to come."""
    planned = "SELECT id FROM visit_plan WHERE state = 'planned' ORDER BY planned_on, start_minute, id"
    for (plan_id,) in connection.exec_driver_sql(planned):
        if found := of_visit(connection, plan_id):
            return SurveyOf(plan_id, max(found, key=lambda one: one.questions).id)
    raise Problem.of("demo.nothing_to_ask")


def prepare(app: App, page_id: str) -> None:
    """Something is under way on the pages where things are done."""
    page: Any = app.window.router.page
    if page_id in ("map", "partners"):
        page.show_as_map(page_id == "map")
    if page_id in ("visits", "day"):
        page.tabs.choose("day" if page_id == "day" else "week")
    if page_id in ("partner", "receivables"):
        page.tabs.choose("receivables" if page_id == "receivables" else "overview")
    if page_id == "order_entry" and page.form is not None and not page.form.entry.lines:
        for one in page.form.entry.context.suggestions[:_ORDERED]:
            page.form.entry.add(one.offer, one.suggestion.quantity)
        page.form.show_entry()
    elif page_id == "count" and page.form is not None and not page.form.count.counted:
        for _ in range(_COUNTED):
            page.form.as_expected()
    elif page_id == "survey":
        for field in [one for one in page.fields if one.options][:_ANSWERED]:
            field.options[0][1].click()
    settle(lambda: app.tasks.idle)


def _save(picture: QImage, path: Path) -> None:
    """In the theme's colours and the most frequent others: a third of the size, and nobody sees it."""
    import numpy as np

    full = picture.convertToFormat(QImage.Format.Format_RGB32)
    colours, counts = np.unique(np.frombuffer(full.constBits(), np.uint32), return_counts=True)
    ours = [QColor(one).rgb() for one in vars(tokens()).values() if isinstance(one, str)]
    table = list(dict.fromkeys([*ours, *colours[np.argsort(counts)[::-1]].tolist()]))[:_COLOURS]
    plain = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither
    small = full.convertToFormat(QImage.Format.Format_Indexed8, table, plain)
    if not small.save(str(path), "PNG", 0):  # type: ignore[call-overload]
        raise Problem.of("demo.no_picture", path=str(path))
