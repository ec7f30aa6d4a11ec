"""The trip pack on paper: one page with what is here and what to do at each partner."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ui.i18n import formats, t
from ui.models.columns import cell_text
from ui.widgets.trip import words
from ui.widgets.trip.columns import columns, lines

if TYPE_CHECKING:
    from channeldesk.sync.trip import TripReport

_STYLE = (
    "<style>body { font-size: 9pt } h1 { font-size: 15pt } p { color: #444444 } "
    "th { text-align: left; background: #eeeeee } td, th { padding: 3px 6px }</style>"
)


def html(report: TripReport) -> str:
    """The list as a document; every text is escaped."""
    shown = columns()
    head = "".join(f"<th>{escape(one.title)}</th>" for one in shown)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell_text(one, line))}</td>" for one in shown) + "</tr>"
        for line in lines(report)
    )
    as_of = report.pack.as_of
    told = t("Figures as of {moment}", moment=formats().instant_short(as_of)) if as_of else ""
    facts = "<br/>".join(escape(one) for one in (words.total(report), words.missing(report), told) if one)
    return (
        f"{_STYLE}<h1>{escape(t('Trip pack'))}</h1><p>{facts}</p>"
        f'<table width="100%" border="1" cellspacing="0" style="border-collapse: collapse">'
        f"<tr>{head}</tr>{rows}</table>"
    )
