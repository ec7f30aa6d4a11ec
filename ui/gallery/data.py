"""Charts, a table with every kind of cell, and a timeline, over made-up figures."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from channeldesk.analytics.chart import (
    CategoryKind,
    ChartData,
    ChartShape,
    ChartUnit,
    Label,
    Series,
    SeriesRole,
)
from channeldesk.queries.visits import PlannedVisit
from ui.charts.frame import ChartFrame
from ui.gallery.parts import TREND, section
from ui.models.columns import Column, Kind
from ui.models.table import TableModel
from ui.tasks import Tasks
from ui.viewmodels.visit_day import Day
from ui.widgets.table_view import TableView, tick_column
from ui.widgets.timeline import Event, Timeline
from ui.widgets.visits.day_calendar import DayCalendar


def sales(shape: ChartShape = ChartShape.BARS, months: int = 12) -> ChartData:
    values = tuple(float(900_000_000 + at * 30_000_000) for at in range(months))
    gap = (*values[:-2], None, None)
    return ChartData(
        Label("Net sales against target"),
        shape,
        ChartUnit.MONEY,
        tuple(f"{2026 + at // 12}-{at % 12 + 1:02d}-15" for at in range(months)),
        (
            Series("Fact", SeriesRole.FACT, gap, provisional=(0.0,) * (months - 3) + (5e7, None, None)),
            Series("Target", SeriesRole.TARGET, values),
            Series("Last year", SeriesRole.LAST_YEAR, gap),
            Series(
                "Forecast P10–P90",
                SeriesRole.FORECAST,
                (None,) * (months - 2) + (9e8, 9.5e8),
                low=(None,) * (months - 2) + (8e8, 8e8),
                high=(None,) * (months - 2) + (1e9, 1.2e9),
            ),
        ),
        CategoryKind.PERIOD,
        keys=tuple(f"P{at}" for at in range(months)),
        currency="CNY",
        open_category=months - 3,
    )


def mix(shape: ChartShape = ChartShape.MIX) -> ChartData:
    return ChartData(
        Label("Channel mix against plan"),
        shape,
        ChartUnit.SHARE,
        ("Direct", "Distribution", "Emerging"),
        (
            Series("Share", SeriesRole.FACT, (0.216, 0.552, 0.232)),
            Series("Plan", SeriesRole.TARGET, (0.3, 0.4, 0.3)),
        ),
        limits=(("amber", 0.6), ("red", 0.8)),
    )


def way() -> ChartData:
    """From the list price of forty drills to what is paid."""
    return ChartData(
        Label("Price, step by step"),
        ChartShape.WATERFALL,
        ChartUnit.MONEY,
        ("List price", "From a quantity of 40", "DRILL-STEPS", "Net", "Tax 13%", "To pay"),
        (
            Series("Comes to", SeriesRole.FACT, (512_000, None, None, 471_000, None, 532_230)),
            Series("Change", SeriesRole.GROUP, (None, -15_400, -25_600, None, 61_230, None)),
        ),
        currency="CNY",
    )


def sections(tasks: Tasks) -> list[QWidget]:
    from ui.gallery.map import territory

    return [table(), timeline(), calendar(), charts(tasks), territory(tasks)]


def charts(tasks: Tasks) -> QWidget:
    made = []
    for data in (
        sales(ChartShape.BARS),
        sales(ChartShape.LINES),
        mix(ChartShape.MIX),
        mix(ChartShape.GAUGE),
        way(),
        ChartData(Label("Nothing yet"), ChartShape.BARS, ChartUnit.MONEY, (), (), currency="CNY"),
    ):
        frame = ChartFrame(tasks)
        frame.setFixedSize(520, 280)
        frame.show_data(data)
        made.append(frame)
    return section("Charts", *made, flow=True)


def table() -> QWidget:
    columns = (
        tick_column(),
        Column(
            "name", "Text", lambda row: row["name"], width=160, second=lambda row: row["local"], strong=True
        ),
        Column("net", "Money", lambda row: row["net"], Kind.MONEY, 110, currency="CNY", provisional=_reason),
        Column("quantity", "Quantity", lambda row: row["quantity"], Kind.QUANTITY, 90),
        Column("share", "Share", lambda row: row["share"], Kind.PERCENT, 80, decimals=1, tone=_tone),
        Column("day", "Day", lambda row: row["day"], Kind.DAY, 110),
        Column("chip", "Chip", lambda row: row["chip"], Kind.CHIP, 110, tone=_tone),
        Column("health", "Health", lambda row: row["health"], Kind.HEALTH, 110),
        Column("level", "Level", lambda row: row["level"], Kind.LEVEL, 130),
        Column("trend", "Trend", lambda row: row["trend"], Kind.SPARKLINE, 110),
    )
    view = TableView(columns, "Every kind of cell")
    model = TableModel(columns, parent=view)
    model.set_rows([_row(at) for at in range(6)])
    view.setModel(model)
    view.setFixedHeight(240)
    return section("A table with every kind of cell", view)


def _row(at: int) -> dict[str, object]:
    known = at != 4
    return {
        "name": f"Hengtai Hardware {at}",
        "local": "杭州恒泰",
        "net": 123_450 * (at + 1) if known else None,
        "quantity": 12_000 * at,
        "share": 0.402 - 0.1 * at if known else None,
        "day": "2026-11-23" if known else None,
        "chip": ("Gold", "Silver", "Late")[at % 3],
        "health": (80 - 12 * at, "ABCDEF"[at], 2 - at),
        "level": (0.25 * at, 0.8),
        "trend": TREND if known else (None,),
        "bad": at % 3 == 2,
        "provisional": at == 1,
    }


def _reason(row: dict[str, object]) -> str:
    return "Headquarters has not confirmed it." if row["provisional"] else ""


def _tone(row: dict[str, object]) -> str:
    return "bad" if row["bad"] else "good"


def _planned(number: int, partner: str, start: int | None, length: int, state: str) -> PlannedVisit:
    """A visit of the sample day."""
    return PlannedVisit(
        id=bytes([number]) * 16,
        partner_id=bytes(16),
        partner=partner,
        partner_local=None,
        tier=None,
        tier_local=None,
        city=None,
        day="2026-11-12",
        start_minute=start,
        duration_minutes=length,
        purpose="Quarterly review",
        state=state,
        checked_in_at=None,
        last_visit=None,
        overdue=None,
        overdue_days=None,
        currency="CNY",
        promises_due=0,
        provisional=number == 3,
    )


def calendar() -> QWidget:
    made = DayCalendar()
    visits = (
        _planned(1, "Hengtai Hardware", 9 * 60, 60, "done"),
        _planned(2, "Qianjiang Tools", 10 * 60 + 30, 90, "under_way"),
        _planned(3, "Keqiao Jiade Electric", 11 * 60, 45, "planned"),
        _planned(4, "Bluepeak Trading", None, 30, "planned"),
    )
    made.fill(Day("2026-11-12", "2026-11-13", visits, (), None, "UTC"))
    return section("A day on a time grid", made)


def timeline() -> QWidget:
    made = Timeline("What happened")
    made.fill(
        [
            Event(1, "Today", "16:30", "calendar", "Visit planned", "Quarterly review"),
            Event(
                2, "Yesterday", "", "warning", "Invoice INV-2026-000987 overdue", amount="¥26,265", tone="bad"
            ),
            Event(3, "19 Nov", "03:21", "article", "Order D-1001", "placed", "¥42,055", provisional=True),
        ]
    )
    made.setFixedHeight(100)
    return section("A timeline", made)
