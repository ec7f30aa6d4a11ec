"""The columns of the list of partners, and the views over it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from channeldesk.queries.partners import PartnerRow
from channeldesk.queries.reference import Choice
from channeldesk.queries.views import ListView
from ui.i18n import language, own_name, t, two_names
from ui.models.columns import Column, Kind
from ui.widgets.partners import words

if TYPE_CHECKING:
    from ui.widgets.table_view import TableView

LONG_AGO = 45
"""Days without a visit after which a partner stands in the view of those to be visited."""
_WIDTHS = {False: (110, 86, 102), True: (84, 72, 122)}
"""Of type, tier and a day, in English and in Chinese: the list fits beside its pane in both."""
_NARROW = {
    False: {"name": 130, "type": 90, "tier": 82, "stage": 86, "sales": 90, "overdue": 80, "stock_days": 70,
            "last_visit": 102},
    True: {"name": 138, "type": 70, "tier": 56, "stage": 74, "sales": 92, "overdue": 80, "stock_days": 70,
           "last_visit": 118},
}  # fmt: skip
_USUAL = ("name", "type", "tier", "stage", "sales", "overdue", "stock_days", "last_visit")


_FIGURES = frozenset({"sales", "overdue", "credit_left", "stock_days", "last_visit", "visit_days"})
"""Columns of what the first synchronisation computes or brings last."""


def columns(home: str, arriving: Callable[[], bool]) -> list[Column]:
    """``home`` is the currency whose amounts need no name; while ``arriving`` no figure is known."""
    return [_known_later(one, arriving) if one.id in _FIGURES else one for one in _columns(home)]


def fit(view: TableView, narrow: bool) -> None:
    """In a small window the usual columns give way, so that all of them are in sight."""
    widths = _NARROW[language()[:2] == "zh"] if narrow else {}
    view.least = widths.get("name", 0)
    for at, column in enumerate(view.columns):
        view.setColumnWidth(at, widths.get(column.id, column.width))
    view.stretch()


def _known_later(column: Column, arriving: Callable[[], bool]) -> Column:
    def value(row: PartnerRow) -> Any:
        return None if arriving() else column.value(row)

    def tip(row: PartnerRow) -> str:
        return words.arriving() if arriving() else column.tip(row) if column.tip is not None else ""

    def provisional(row: PartnerRow) -> str:
        return "" if arriving() or column.provisional is None else column.provisional(row)

    return replace(column, value=value, tip=tip, provisional=provisional, known=lambda: not arriving())


def _columns(home: str) -> list[Column]:
    other = _other_currency(home)
    type_wide, tier_wide, day_wide = _WIDTHS[language()[:2] == "zh"]
    return [
        Column("name", t("Partner"), _first_name, width=200, second=_second_name, stretch=True),
        Column("code", t("Code"), lambda row: row.code, width=100, visible=False),
        Column("type", t("Type"), _type, width=type_wide),
        Column("tier", t("Tier"), _tier, width=tier_wide),
        Column(
            "stage",
            t("Stage"),
            lambda row: words.stage(row.stage),
            Kind.CHIP,
            100,
            options=words.stages(),
            tone=_stage_tone,
            icon=_stage_icon,
            tip=_stage_tip,
            provisional=_edited,
        ),
        Column("city", t("City"), lambda row: row.city, width=110, visible=False),
        Column("territory", t("Territory"), lambda row: row.territory, width=120, visible=False),
        Column(
            "sales",
            t("Sales MTD"),
            lambda row: row.sales,
            Kind.MONEY,
            90,
            currency=_currency,
            whole=True,
            provisional=words.sales_reason,
            tip=other,
        ),
        Column(
            "overdue",
            t("Overdue"),
            lambda row: row.overdue,
            Kind.MONEY,
            84,
            currency=_currency,
            whole=True,
            tone=_overdue_tone,
            tip=other,
        ),
        Column(
            "credit_left",
            t("Credit left"),
            lambda row: row.credit_left,
            Kind.MONEY,
            108,
            currency=_currency,
            whole=True,
            tone=_credit_tone,
            provisional=words.credit_reason,
            tip=other,
            visible=False,
        ),
        Column(
            "stock_days",
            t("Stock, d"),
            lambda row: row.stock_days,
            Kind.INTEGER,
            74,
            comes_to="average",
            tip=lambda row: t("Days that the stock lasts at the pace of the last three periods"),
        ),
        Column(
            "last_visit",
            t("Last visit"),
            lambda row: row.last_visit,
            Kind.DAY,
            day_wide,
        ),
        Column(
            "visit_days",
            t("Days since"),
            lambda row: row.visit_days,
            Kind.INTEGER,
            104,
            comes_to="average",
            tone=_visit_tone,
            visible=False,
        ),
        Column(
            "needs_decision",
            t("Decision"),
            _decision,
            Kind.CHIP,
            100,
            visible=False,
            options=[("1", t("Needs you")), ("0", t("Nothing open"))],
            tone=_decision_tone,
        ),
        Column(
            "placed",
            t("On the map"),
            lambda row: t("Yes") if row.placed else t("No place"),
            width=110,
            visible=False,
            options=[("1", t("Yes")), ("0", t("No place"))],
        ),
        Column("currency", t("Currency"), lambda row: row.currency, width=86, visible=False),
    ]


def _first_name(row: PartnerRow) -> str:
    return two_names(row.name, row.name_local)[0]


def _second_name(row: PartnerRow) -> str:
    return two_names(row.name, row.name_local)[1]


def _type(row: PartnerRow) -> str | None:
    return own_name(row.channel_type, row.channel_type_local) or None


def _tier(row: PartnerRow) -> str | None:
    return own_name(row.tier, row.tier_local) or None


def _currency(row: PartnerRow) -> str:
    return row.currency


def _other_currency(home: str) -> Callable[[PartnerRow], str]:
    def tip(row: PartnerRow) -> str:
        return t("In {currency}", currency=row.currency) if row.currency != home else ""

    return tip


def _stage_tone(row: PartnerRow) -> str:
    return "bad" if row.needs_decision else words.STAGE_TONES[row.stage]


def _stage_icon(row: PartnerRow) -> str:
    return "warning-circle" if row.needs_decision else ""


def _stage_tip(row: PartnerRow) -> str:
    return t("Something about this partner waits for your decision.") if row.needs_decision else ""


def _edited(row: PartnerRow) -> str:
    return words.edited() if row.provisional and not row.needs_decision else ""


def _decision(row: PartnerRow) -> str:
    return t("Needs you") if row.needs_decision else ""


def _decision_tone(row: PartnerRow) -> str:
    return "bad"


def _overdue_tone(row: PartnerRow) -> str:
    return "bad" if (row.overdue_days or 0) > 30 else ""


def _credit_tone(row: PartnerRow) -> str:
    return "bad" if row.credit_left == 0 else ""


def _visit_tone(row: PartnerRow) -> str:
    return "warning" if (row.visit_days or 0) > LONG_AGO else ""


@dataclass(frozen=True)
class View:
    """A tab over the list: what it filters and sorts by, and which columns it shows."""

    key: str
    title: str
    filters: dict[str, str] = field(default_factory=dict)
    sort: str = "name"
    descending: bool = False
    shown: Sequence[str] = _USUAL

    def asked(self) -> ListView:
        return ListView(self.filters, language=language())

    def state(self) -> dict[str, Any]:
        """For :meth:`ListTable.apply`."""
        return {
            "columns": self.shown,
            "filters": self.filters,
            "sort": self.sort,
            "descending": self.descending,
        }


def views() -> tuple[View, ...]:
    return (
        View("all", t("My territory")),
        View("overdue", t("Overdue"), {"overdue": "> 0"}, "overdue", True),
        View(
            "unvisited",
            t("Not visited {days} days", days=LONG_AGO),
            {"visit_days": f"> {LONG_AGO}"},
            "visit_days",
            True,
            tuple("visit_days" if name == "stage" else name for name in _USUAL),
        ),
        View(
            "decision",
            t("Needs decision"),
            {"needs_decision": "1"},
            "name",
            False,
            (*_USUAL, "needs_decision"),
        ),
    )


def choices(found: Sequence[Choice]) -> list[tuple[bytes, str]]:
    """Entries of a short list as (id, text) in the reader's language."""
    return [(one.id, two_names(one.name, one.name_local)[0]) for one in found]
